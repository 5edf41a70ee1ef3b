"""The only bridge between a spaCy Doc and the records.

Records live in `doc.user_data["dealextract"]` as plain JSON types, so that DocBin and worker
processes can carry them; `doc.spans[layer]` is their projection onto tokens. Offsets in records
are exact characters, also where a token is larger than the span.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from spacy.attrs import IDX
from spacy.tokens import Doc, Span, SpanGroup

from dealextract import records
from dealextract.relations import Projections

KEY = "dealextract"
SPAN_LAYERS: dict[str, type[records.Span]] = {
    "names": records.Name,
    "money": records.Money,
    "percents": records.Percent,
    "dates": records.Date,
    "hedges": records.Hedge,
    "sources": records.Mark,
    "cues": records.Mark,
    "contents": records.Mark,
    "triggers": records.Mark,
}
RECORD_LAYERS: dict[str, type[records.Record]] = {"attributions": records.Attribution, "deals": records.Deal}
PREFIX = {
    "names": "N", "money": "M", "percents": "P", "dates": "D", "hedges": "H",
    "sources": "S", "cues": "Q", "contents": "C", "triggers": "V", "attributions": "A",
}  # fmt: skip

R = TypeVar("R", bound=records.Record)


class Tagged(NamedTuple):
    """A span that the trained tagger predicts in one of its heads."""

    start: int
    end: int
    type: str
    score: float


class Layer(list[Any]):
    """A layer's records as plain JSON types, which is what a DocBin keeps, beside the records themselves.

    A Doc that comes from a file has plain lists: its records are validated once more.
    """

    def __init__(self, items: Sequence[records.Record]) -> None:
        super().__init__(item.model_dump(mode="json") for item in items)
        self.records = list(items)


def store(doc: Doc) -> dict[str, Any]:
    """The package's own part of `doc.user_data`, made when missing."""
    return doc.user_data.setdefault(KEY, {})


def set_context(doc: Doc, *, published: str | None) -> None:
    """Give the Doc what the text does not say: the publication date (ISO 8601) or None."""
    store(doc)["published"] = published


def published(doc: Doc) -> str | None:
    """The publication date (ISO 8601) of the Doc, None when unknown."""
    return store(doc).get("published")


def write_tagged(
    doc: Doc, heads: dict[str, list[Tagged]], calibration: Mapping[str, Sequence[float]] | None = None
) -> None:
    """Keep the tagger's spans, head by head, in text order.

    `calibration` has slope and intercept by label, or by layer for attributions and deals: what `calibrate`
    does to the scores of the records that later components write.
    """
    store(doc)["tagged"] = {head: sorted(spans) for head, spans in heads.items()}
    store(doc)["calibration"] = dict(calibration or {})


def calibrate(score: float, slope: float, intercept: float) -> float:
    """A score as the share of such scores that are right: a line through its log-odds (Platt 1999).

    >>> calibrate(0.5, 1.0, 0.0), calibrate(0.5, 1.0, 2.0), calibrate(1.0, 1.0, -1.0)
    (0.5, 0.8808, 0.9973)
    """
    bounded = min(max(score, 0.001), 0.999)
    odds = slope * math.log(bounded / (1 - bounded)) + intercept
    return round(1 / (1 + math.exp(-odds)), 4)


def read_tagged(doc: Doc, head: str) -> list[Tagged]:
    """The spans that the tagger predicted in a head, in text order; empty when it did not run."""
    spans = store(doc).get("tagged", {}).get(head, ())
    return [span if isinstance(span, Tagged) else Tagged(*span) for span in spans]


def write_projections(doc: Doc, projections: Projections | None) -> None:
    """Keep what relations between spans are read from, as arrays that a DocBin can hold; None forgets it."""
    kept = store(doc)
    kept.pop("projections", None)
    if projections is not None:
        kept["projections"] = [projections.offsets, projections.table, projections.model]


def read_projections(doc: Doc) -> Projections | None:
    """What relations between spans are read from; None when the tagger has none or they were read."""
    kept = store(doc).get("projections")
    return Projections(*kept) if kept is not None else None


def was_tagged(doc: Doc) -> bool:
    """True when a tagger ran on this Doc, also when it found nothing."""
    return "tagged" in store(doc)


def calibrate_record(item: R, line: Sequence[float] | None) -> R:
    """The record with its score calibrated; as it is without a score or a line."""
    score: float | None = getattr(item, "score", None)
    if line is None or score is None:
        return item
    # As `model_copy`, at a third of its time: a document has a hundred of these.
    copy = type(item).__new__(type(item))
    copy.__setstate__(item.__getstate__() | {"__dict__": item.__dict__ | {"score": calibrate(score, *line)}})
    return copy


def write_layer(doc: Doc, layer: str, items: Sequence[records.Record]) -> None:
    """Replace a layer of the Doc by these records, in text order, and project spans onto tokens."""
    lines: Mapping[str, Sequence[float]] = store(doc).get("calibration", {})
    if lines:
        items = [calibrate_record(item, lines.get(getattr(item, "label", layer))) for item in items]
    store(doc)[layer] = Layer(items)
    if layer in SPAN_LAYERS:
        doc.spans[layer] = SpanGroup(doc, name=layer, spans=list(project(doc, items)) if items else [])  # type: ignore[arg-type]


def read_layer(doc: Doc, layer: str, model: type[R]) -> list[R]:
    """The records of a layer, empty when its component did not run."""
    items = store(doc).get(layer, ())
    if isinstance(items, Layer):
        return [item for item in items.records if isinstance(item, model)]
    return [model.model_validate(item) for item in items]


def project(doc: Doc, items: Iterable[records.Span]) -> Iterable[Span]:
    """Token spans that cover the records' characters, `span.id_` is the record's id."""
    # `Doc.char_span` walks all tokens for each span: a bisection keeps long documents linear.
    starts = list_starts(doc)
    for item in items:
        first, last = bisect_right(starts, item.start) - 1, bisect_left(starts, item.end)
        if 0 <= first < last:
            yield Span(doc, first, last, label=item.label, span_id=item.id)


def number_ids(layer: str, count: int) -> list[str]:
    """Ids of a layer's records, unique in the document: M1, M2, … for money.

    >>> number_ids("money", 2)
    ['M1', 'M2']
    """
    return [f"{PREFIX[layer]}{n}" for n in range(1, count + 1)]


def get_record(span: Span) -> records.Record | None:
    """The record behind a token span of one of the package's span groups, found by `span.id_`."""
    for layer, model in SPAN_LAYERS.items():
        for item in read_layer(span.doc, layer, model):
            if item.id == span.id_:
                return item
    return None


def register_extensions() -> None:
    """Set the read-only getter `Span._.record`; calling it again changes nothing."""
    if not Span.has_extension("record"):
        Span.set_extension("record", getter=get_record)


class LastText:
    """Text and token offsets of the Doc that was read last: spaCy makes them anew whenever it is asked."""

    kept: tuple[Doc, str] | None = None
    starts: tuple[Doc, int, list[int]] | None = None


def list_starts(doc: Doc) -> list[int]:
    """Offsets of the tokens of a Doc, the same list for every layer that is projected in turn."""
    kept = LastText.starts
    if kept is None or kept[0] is not doc or kept[1] != len(doc):  # a retokeniser may have merged tokens
        kept = LastText.starts = (doc, len(doc), doc.to_array(IDX).tolist())
    return kept[2]


def keep_text(doc: Doc, text: str) -> Doc:
    """The Doc, whose text is known: the next component reads it without joining tokens."""
    LastText.kept = (doc, text)
    return doc


def read_text(doc: Doc) -> str:
    """The text of a Doc, the same string for every component that reads it in turn."""
    kept = LastText.kept
    if kept is not None and kept[0] is doc:
        return kept[1]
    text = doc.text
    LastText.kept = (doc, text)
    return text
