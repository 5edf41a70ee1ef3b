"""Predictions for a gold file: the whole pipeline, or its components over gold tagger spans.

    python benchmarks/predict.py GOLD.jsonl > predictions.jsonl
    python benchmarks/predict.py GOLD.jsonl --oracle > linked.jsonl     # without tagging errors

With `--oracle` the tagger is left out and its heads are filled from gold, so that what remains wrong is the
work of the other components.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from oracle import oracle_doc
from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.records import Document

COMPONENTS = (
    "sentences", "tagger", "money", "percents", "dates",
    "conversions", "companies", "hedging", "attribution", "deals",
)  # fmt: skip


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file, as plain dicts."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def build_pipeline(lang: str, *, leave_out: Iterable[str] = ()) -> Language:
    """A blank pipeline with every component of the package, in order, but those left out."""
    nlp = spacy.blank(lang)
    for name in COMPONENTS:
        if name not in leave_out:
            nlp.add_pipe(f"dealextract_{name}")
    return nlp


def read_document(doc: Doc, record: dict[str, Any]) -> Document:
    """The record of a processed Doc, with id, language and date of the gold record."""
    layers = {**spans.SPAN_LAYERS, **spans.RECORD_LAYERS}
    found = {layer: spans.read_layer(doc, layer, model) for layer, model in layers.items()}
    marked = sorted((s for layer in spans.SPAN_LAYERS for s in found[layer]), key=lambda s: (s.start, -s.end))
    return Document(
        id=record.get("id"),
        lang=record["lang"],
        published=record.get("published"),
        text=record["text"],
        spans=tuple(marked),  # type: ignore[arg-type]
        attributions=tuple(found["attributions"]),  # type: ignore[arg-type]
        deals=tuple(found["deals"]),  # type: ignore[arg-type]
    )


def predict(records: Iterable[dict[str, Any]], *, oracle: bool = False) -> Iterator[Document]:
    """The document predicted for each record, in order."""
    pipelines: dict[str, Language] = {}
    for record in records:
        lang = record["lang"]
        if lang not in pipelines:
            pipelines[lang] = build_pipeline(lang, leave_out=("tagger",) if oracle else ())
        nlp = pipelines[lang]
        if oracle:
            doc = oracle_doc(nlp, record)
        else:
            doc = nlp.make_doc(record["text"])
            spans.set_context(doc, published=record.get("published"))
        for _, component in nlp.pipeline:
            doc = component(doc)
        yield read_document(doc, record)


def main() -> None:
    """Print one predicted record a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--oracle", action="store_true", help="gold spans in the place of the tagger's")
    options = parser.parse_args()
    for path in options.gold:
        for document in predict(read_records(path), oracle=options.oracle):
            sys.stdout.write(document.to_json() + "\n")


if __name__ == "__main__":
    main()
