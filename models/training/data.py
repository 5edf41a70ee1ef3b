"""Gold records to padded batches of word pieces with BIO targets for every head."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from relations import Links, make_links
from targets import ROWS, HeadSpan, head_spans, list_known

from dealextract.encoder import encode_lines

IGNORE = -100
Example = tuple[list[int], list[list[int]], Links]


def load_records(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Gold records of JSONL files and folders, in order; raises FileNotFoundError with the path."""
    records = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"training data not found: {path}")
        files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
        for file in files:
            records += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return records


def label_ids(
    types: Sequence[str], spans: Sequence[HeadSpan], offsets: Sequence[tuple[int, int]]
) -> list[int]:
    """BIO ids of each piece: 0 outside, 1 + 2k begins type k, 2 + 2k is inside it."""
    ids = [0] * len(offsets)
    for start, end, kind in spans:
        k, first = types.index(kind), True
        for at, (left, right) in enumerate(offsets):
            if left < end and right > start and right > left:
                ids[at] = (1 if first else 2) + 2 * k
                first = False
    return ids


def encode(
    record: dict[str, Any], tokenizer: Any
) -> tuple[list[int], list[tuple[int, int]], list[list[int]]]:
    """Piece ids, character offsets, and a row of BIO ids for each of ROWS; masked where `record` is not annotated."""
    ids, offsets = encode_lines(tokenizer, record["text"])
    found = head_spans(record)
    known = list_known(record)
    return (
        ids,
        offsets,
        [
            label_ids(types, found[head], offsets) if head in known else [IGNORE] * len(ids)
            for head, types in ROWS.items()
        ],
    )


def cut(record: dict[str, Any], tokenizer: Any, size: int, rng: random.Random) -> Iterator[Example]:
    """Windows of at most `size` pieces; where an article must be cut the place is drawn anew each epoch."""
    ids, offsets, rows = encode(record, tokenizer)
    links = make_links(record, offsets)
    start = 0
    while start < len(ids):
        left = len(ids) - start
        take = left if left <= size else rng.randint(size // 2, size)
        yield (
            ids[start : start + take],
            [row[start : start + take] for row in rows],
            links.cut(start, start + take),
        )
        start += take


def batches(
    examples: list[Example], pieces: int, rng: random.Random
) -> Iterator[tuple[list[Example], int, int]]:
    """Groups of like length in random order, each with its rows and its padded length.

    Lengths are multiples of 64 and rows follow from them: few shapes, as kernels are compiled for each.
    """
    by_length: dict[int, list[Example]] = {}
    for example in examples:
        by_length.setdefault(-(-(len(example[0]) + 2) // 64) * 64, []).append(example)
    groups = []
    for length, items in by_length.items():
        rows = max(1, pieces // length)
        rng.shuffle(items)
        groups += [(items[at : at + rows], rows, length) for at in range(0, len(items), rows)]
    rng.shuffle(groups)
    yield from groups
