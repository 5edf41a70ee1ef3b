"""Do the shipped weights read the same in ONNX Runtime and in PyTorch?

    python benchmarks/backends.py GOLD.jsonl ...       # needs the extra `transformers`

Prints the spans that both backends give with the same offsets and type (or role and value), as a share
of the spans that either gives: for each head of the tagger, then for each label of the pipeline. ONNX
Runtime computes in int8; PyTorch rounds the same activations to the same 256 steps and computes in fp32.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from dealextract.decoding import MASS_AT, READ_AT
from dealextract.encoder import BACKENDS
from dealextract.extraction import Extraction
from dealextract.pipeline import load
from dealextract.spans import set_context, store


def main() -> None:
    """Read every text twice and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="GOLD.jsonl")
    parser.add_argument("--model", type=Path, help="folder of a model; default: the shipped one")
    args = parser.parse_args()
    records = [json.loads(line) for path in args.files for line in path.read_text("utf-8").splitlines()]
    heads, labels = Tally(), Tally()
    for record in records:
        docs = [run(load_once(record["lang"], args.model, backend), record) for backend in BACKENDS]
        for tally, read in ((heads, read_heads), (labels, read_records)):
            ours, theirs = (read(doc) for doc in docs)
            for name in ours.keys() | theirs.keys():
                tally.add(name, ours.get(name, set()), theirs.get(name, set()))
    print(f"{len(records)} texts")
    for title, tally in (("head of the tagger", heads), ("label of the pipeline", labels)):
        print(f"\n| {title} | spans of either | same in both, % |\n|---|---:|---:|")
        for name in [*sorted(tally.either), "all"]:
            same, whole = tally.get(name)
            print(f"| {name} | {whole} | {100 * same / max(1, whole):.1f} |")


class Tally:
    """Spans that both give and that either gives, by name."""

    def __init__(self) -> None:
        self.both: Counter[str] = Counter()
        self.either: Counter[str] = Counter()

    def add(self, name: str, ours: set[Any], theirs: set[Any]) -> None:
        """Count the spans of a text."""
        self.both[name] += len(ours & theirs)
        self.either[name] += len(ours | theirs)

    def get(self, name: str) -> tuple[int, int]:
        """Same and whole of a name, or of "all"."""
        if name == "all":
            return self.both.total(), self.either.total()
        return self.both[name], self.either[name]


@cache
def load_once(lang: str, model: Path | None, backend: str) -> Language:
    """A pipeline for each language and backend."""
    return load(lang, model=model, backend=backend)


def run(nlp: Language, record: dict[str, Any]) -> Doc:
    """The Doc of a record's text."""
    doc = nlp.make_doc(record["text"])
    set_context(doc, published=record.get("published"))
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def read_heads(doc: Doc) -> dict[str, set[tuple[Any, ...]]]:
    """The tagger's spans by head, without their scores."""
    tagged = store(doc)["tagged"]
    return {head: {s[:3] for s in tagged[head]} for head in tagged if head not in {*READ_AT, *MASS_AT}}


def read_records(doc: Doc) -> dict[str, set[tuple[Any, ...]]]:
    """The pipeline's spans by label: offsets with type, role and value where the label has them."""
    found: dict[str, set[tuple[Any, ...]]] = {}
    for span in Extraction.from_doc(doc).document.spans:
        facts = (str(getattr(span, field, None)) for field in ("type", "role", "value"))
        found.setdefault(span.label, set()).add((span.start, span.end, *facts))
    return found


if __name__ == "__main__":
    main()
