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
from functools import lru_cache
from pathlib import Path
from typing import Any

from spacy.language import Language

# The package of this checkout is measured, whatever is installed: results name its commit.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oracle import oracle_doc

from dealextract import load, spans
from dealextract.extraction import Extraction
from dealextract.records import Document


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file, as plain dicts."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@lru_cache(maxsize=8)
def get_pipeline(lang: str, exclude: tuple[str, ...], model: str | None = None) -> Language:
    """The pipeline of a language, made once."""
    return load(lang, exclude=exclude, model=model)


def predict(
    records: Iterable[dict[str, Any]],
    *,
    oracle: bool = False,
    exclude: Iterable[str] = (),
    model: str | None = None,
) -> Iterator[Document]:
    """The document predicted for each record, in order, with the record's id, language and date.

    `model` is the size or folder of the tagger's weights, by default the one that `dealextract.load` takes.
    """
    for record in records:
        nlp = get_pipeline(record["lang"], (*exclude, "tagger") if oracle else tuple(exclude), model)
        if oracle:
            doc = oracle_doc(nlp, record)
        else:
            doc = nlp.make_doc(record["text"])
            spans.set_context(doc, published=record.get("published"))
        for _, component in nlp.pipeline:
            doc = component(doc)
        found = Extraction.from_doc(
            doc, id=record.get("id"), lang=record["lang"], published=record.get("published")
        )
        yield found.document


def main() -> None:
    """Print one predicted record a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--oracle", action="store_true", help="gold spans in the place of the tagger's")
    parser.add_argument("--model", help="size or folder of the tagger's weights")
    options = parser.parse_args()
    for path in options.gold:
        for document in predict(read_records(path), oracle=options.oracle, model=options.model):
            sys.stdout.write(document.to_json() + "\n")


if __name__ == "__main__":
    main()
