"""The sets that are measured: gold files in the schema and what was predicted for them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predict import predict, read_records
from results import ROOT

from dealextract.errors import DealextractError, InvalidInput
from dealextract.records import Document
from dealextract.scoring import pair_documents

Pairs = list[tuple[Document, Document]]
SPLITS = ("test", "dev")


@dataclass(frozen=True)
class GoldSet:
    """A named set: gold documents with their predictions, and the fields that the schema does not know."""

    name: str
    pairs: Pairs

    def by_lang(self) -> dict[str, Pairs]:
        """The pairs of each language."""
        found: dict[str, Pairs] = {}
        for gold, predicted in self.pairs:
            found.setdefault(gold.lang, []).append((gold, predicted))
        return dict(sorted(found.items()))


def find_corpora(splits: Iterable[str] = SPLITS, root: Path = ROOT) -> dict[str, list[Path]]:
    """The project's gold files by split, those of every language together; splits without files left out.

    A split is a folder `corpora/<language>/<split>` or a file `corpora/<language>/<split>.jsonl`.
    """
    found = {}
    for split in splits:
        files = [*root.glob(f"corpora/*/{split}.jsonl"), *root.glob(f"corpora/*/{split}/*.jsonl")]
        if files:
            found[split] = sorted(files)
    return found


def read_gold(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The gold records of files, each checked against the schema; raises InvalidInput with file and line."""
    found = []
    for path in paths:
        if not path.is_file():
            raise InvalidInput(
                f"no gold file {path}: expected JSON Lines in the schema of `dealextract schema`"
            )
        for number, record in enumerate(read_records(path), start=1):
            try:
                Document.from_json(record)
            except DealextractError as problem:
                raise InvalidInput(f"{path}:{number}: {problem}") from problem
            found.append(record)
    return found


def make_set(
    name: str,
    paths: Sequence[Path],
    predictions: Sequence[Document] | None = None,
    *,
    model: str | None = None,
) -> GoldSet:
    """A set with its predictions: those given that have its ids, else the pipeline's own."""
    raw = read_gold(paths)
    gold = [Document.from_json(record) for record in raw]
    if predictions is None:
        predicted = list(predict(raw, model=model))
    else:
        known = {doc.id for doc in gold}
        predicted = [doc for doc in predictions if doc.id in known]
        if missing := len(gold) - len(predicted):
            sys.stderr.write(
                f"{name}: {missing} of {len(gold)} documents have no prediction: they count as empty\n"
            )
    return GoldSet(name, pair_documents(gold, predicted))


def name_files(paths: Sequence[Path]) -> dict[str, list[Path]]:
    """Each file as a set of its own, named by its stem; files of one stem are told apart by their folder."""
    stems = [path.stem for path in paths]
    return {
        path.stem if stems.count(path.stem) == 1 else f"{path.resolve().parent.name}-{path.stem}": [path]
        for path in paths
    }
