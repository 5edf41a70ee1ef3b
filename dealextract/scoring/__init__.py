"""Scores of predicted documents against gold, and the scorer that spaCy's training calls.

    report = evaluate(pair_documents(gold, predicted))
    print(report.to_text())

What each figure means is said in `dealextract.scoring.counts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from spacy.scorer import Scorer
from spacy.training import Example

from dealextract.errors import InvalidRecord
from dealextract.records import Document
from dealextract.scoring.counts import Tally, count_document
from dealextract.scoring.report import METRICS, Metric, Report, Score, build_report
from dealextract.spans import SPAN_LAYERS

__all__ = [
    "METRICS",
    "Metric",
    "Report",
    "Score",
    "Tally",
    "count_document",
    "evaluate",
    "make_spans_scorer",
    "pair_documents",
]


def get_language(document: Document) -> str:
    """The language of a document, by which a report is divided."""
    return document.lang


def evaluate(
    pairs: Iterable[tuple[Document, Document]],
    *,
    by: Callable[[Document], str] = get_language,
    bootstrap: int = 0,
    seed: int = 0,
) -> Report:
    """The report of (gold, predicted) pairs of documents.

    `by` names the block of a gold document: its language, or a register, a decade, … `bootstrap` is the
    number of resamplings of documents for 95 % intervals (1000 is usual, 0 for none). Raises InvalidRecord
    when the two sides of a pair have different texts.
    """
    counts = []
    for gold, predicted in pairs:
        if gold.text != predicted.text:
            raise InvalidRecord(
                f"document {gold.id!r}: the prediction is of another text: expected gold's "
                f"{len(gold.text):,} "
                f"characters, got {len(predicted.text):,}; predict the text as it stands in the gold file"
            )
        counts.append((by(gold), count_document(gold, predicted)))
    return build_report(counts, bootstrap=bootstrap, seed=seed)


def pair_documents(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> list[tuple[Document, Document]]:
    """Gold documents with their predictions, by id, or by order when a gold document has no id.

    A gold document without a prediction is paired with an empty one: leaving it out costs recall.
    Raises InvalidRecord when ids are double or when predictions fit no gold document.
    """
    if any(doc.id is None for doc in gold):
        if len(gold) != len(predicted):
            raise InvalidRecord(
                f"{len(gold)} gold documents without ids, but {len(predicted)} predictions: expected one for "
                "each, in the same order; or give the documents of both files an id"
            )
        return list(zip(gold, predicted, strict=True))
    by_id = {doc.id: doc for doc in predicted}
    known = {doc.id for doc in gold}
    for name, side in (("gold documents", gold), ("predictions", predicted)):
        if double := [key for key, times in Counter(doc.id for doc in side).items() if times > 1]:
            raise InvalidRecord(f"two {name} have the same id {double[0]!r}: expected each id once")
    if stray := [doc.id for doc in predicted if doc.id not in known]:
        example = f" (there, the first id is {gold[0].id!r})" if gold else ": the gold file is empty"
        raise InvalidRecord(
            f"prediction {stray[0]!r} fits no gold document{example}; predictions keep the ids of gold"
        )
    return [
        (doc, by_id.get(doc.id) or Document(id=doc.id, lang=doc.lang, published=doc.published, text=doc.text))
        for doc in gold
    ]


def make_spans_scorer(layers: Sequence[str] = tuple(SPAN_LAYERS)) -> Callable[..., dict[str, Any]]:
    """The scorer `dealextract.spans_scorer.v1`: strict P, R and F of the span groups of these layers.

    Gives `spans_<layer>_p`, `_r`, `_f` and `_per_type`, on token spans, for each layer that the reference
    documents hold. In a config: `scorer = {"@scorers": "dealextract.spans_scorer.v1", "layers": ["money"]}`.
    """
    return partial(score_span_groups, layers=tuple(layers))


def score_span_groups(examples: Iterable[Example], *, layers: Sequence[str], **kwargs: Any) -> dict[str, Any]:
    """Scores of `doc.spans` of each layer; a layer absent from a reference document is not judged there."""
    given = list(examples)
    scores: dict[str, Any] = {}
    for layer in layers:
        judged = [example for example in given if layer in example.reference.spans]
        if judged:
            scores |= Scorer.score_spans(
                judged,
                f"spans_{layer}",
                getter=lambda doc, _, layer=layer: doc.spans.get(layer, ()),
                has_annotation=lambda doc, layer=layer: layer in doc.spans,
                allow_overlap=True,
            )
    return scores
