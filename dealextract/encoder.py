"""Run time of the trained tagger: one ONNX graph, word pieces with exact character offsets.

A model is a folder with `model.onnx`, `tokenizer.json` and `meta.json` (heads, window, version).
Nothing here needs torch; onnxruntime and tokenizers are imported when a model is opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dealextract.errors import ModelNotFound
from dealextract.spans import Tagged

FILES = ("model.onnx", "tokenizer.json", "meta.json")
PIECES_PER_BATCH = 4096
START, PAD, SEPARATOR = 0, 1, 2
ACROSS_LINES = ("contents",)
NOT_FIRST, NOT_LAST = ")]}»”,;:.!?", "([{«“"


@dataclass(frozen=True)
class Head:
    """One BIO layer: its columns in the logits are O, then B and I of each type."""

    name: str
    types: tuple[str, ...]
    column: int

    @property
    def width(self) -> int:
        return 1 + 2 * len(self.types)


def make_heads(types: dict[str, Sequence[str]]) -> tuple[Head, ...]:
    """Heads side by side in the order given.

    >>> [h.column for h in make_heads({"cues": ("asserts",), "contents": ("CONTENT",)})]
    [0, 3]
    """
    heads, column = [], 0
    for name, kinds in types.items():
        heads.append(Head(name, tuple(kinds), column))
        column += heads[-1].width
    return tuple(heads)


def find_model(path: str | Path | None = None) -> Path:
    """The folder of a model: the one given, the wheel's, or the checkout's; raises ModelNotFound."""
    here = Path(__file__).resolve().parent
    tried = [Path(path)] if path is not None else [here / "model", here.parent / "models" / "fr-en"]
    for folder in tried:
        if all((folder / name).is_file() for name in FILES):
            return folder
    raise ModelNotFound(
        f"no trained model in {' or '.join(str(t) for t in tried)}: expected {', '.join(FILES)}. "
        "Reinstall dealextract, or give the path of a model folder."
    )


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def best_path(outside: np.ndarray, begin: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The likeliest sequence of O (0), B (1), I (2) in which no I follows an O.

    Each argument holds the probability of its state for every piece, shape [pieces].
    """
    scores = np.log(np.stack([outside, begin, inside], axis=1) + 1e-9)
    count = len(scores)
    if (scores.argmax(axis=1) == 0).all():
        return np.zeros(count, dtype=np.int8)
    # Plain floats: three states are too few for numpy's call overhead to pay.
    rows = scores.tolist()
    o, b, i = rows[0][0], rows[0][1], -1e9
    back: list[tuple[int, int, int]] = [(0, 0, 0)]
    for so, sb, si in rows[1:]:
        best = 0 if o >= b and o >= i else 1 if b >= i else 2
        into_i = 1 if b >= i else 2
        top = (o, b, i)[best]
        back.append((best, best, into_i))
        o, b, i = top + so, top + sb, (b if into_i == 1 else i) + si
    state = 0 if o >= b and o >= i else 1 if b >= i else 2
    path = np.zeros(count, dtype=np.int8)
    for at in range(count - 1, -1, -1):
        path[at] = state
        state = back[at][state]
    return path


def encode_lines(tokenizer: Any, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Piece ids and character offsets; each line is cut by itself, a separator piece stands between lines.

    The tokenizer alone would turn a line end into a space and lose where a headline stops.
    """
    lines, starts, at = [], [], 0
    for line in text.split("\n"):
        if not line.isspace() and line:
            lines.append(line)
            starts.append(at)
        at += len(line) + 1
    ids: list[int] = []
    offsets: list[tuple[int, int]] = []
    for start, encoding in zip(starts, tokenizer.encode_batch(lines, add_special_tokens=False), strict=True):
        if ids:
            ids.append(SEPARATOR)
            offsets.append((start - 1, start))
        ids += encoding.ids
        offsets += [(start + left, start + right) for left, right in encoding.offsets]
    return ids, offsets


def word_starts(offsets: Sequence[tuple[int, int]], text: str) -> list[int]:
    """Indexes of the pieces that do not continue the word of the piece before.

    >>> word_starts([(0, 3), (3, 7), (7, 8), (8, 9)], "Airbus, A")
    [0, 2, 3]
    """
    starts, before = [], -1
    for at, (start, end) in enumerate(offsets):
        continues = (
            start == before and 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum()
        )
        if not continues:
            starts.append(at)
        before = end
    return starts


def by_word(probabilities: np.ndarray, starts: Sequence[int]) -> np.ndarray:
    """Piece probabilities [pieces, width] as word probabilities [words, width].

    O and the types are averaged over the pieces of a word; its first piece divides B from I.
    """
    index = np.asarray(starts)
    sizes = np.diff(np.append(index, len(probabilities)))[:, None]
    first = probabilities[index]
    begin = first[:, 1::2].sum(axis=1, keepdims=True)
    begins = begin / (begin + first[:, 2::2].sum(axis=1, keepdims=True) + 1e-12)
    mean = np.add.reduceat(probabilities, index, axis=0) / sizes
    mass = mean[:, 1::2] + mean[:, 2::2]
    out = np.empty_like(mean)
    out[:, 0] = mean[:, 0]
    out[:, 1::2], out[:, 2::2] = mass * begins, mass * (1 - begins)
    return out


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without outer white space and marks that cannot stand at its edges.

    >>> trim("le CMF (", 2, 8)
    (3, 6)
    """
    while start < end and (text[start].isspace() or text[start] in NOT_FIRST):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in NOT_LAST):
        end -= 1
    return start, end


def decode_head(head: Head, words: np.ndarray, offsets: Sequence[tuple[int, int]], text: str) -> list[Tagged]:
    """Spans of one head from word probabilities, shape [words, head.width], and the words' offsets.

    B and I are decoded over all types together and the type is chosen for the whole span, so that a
    doubt between types never breaks a span in two. The score is the mean probability of its label.
    """
    begin, inside = words[:, 1::2], words[:, 2::2]
    path = best_path(words[:, 0], begin.sum(axis=1), inside.sum(axis=1))
    spans: list[Tagged] = []
    at, count = 0, len(path)
    while at < count:
        if path[at] == 0:
            at += 1
            continue
        stop = at + 1
        while stop < count and path[stop] == 2:
            stop += 1
        by_type = (begin[at:stop] + inside[at:stop]).mean(axis=0)
        best = int(by_type.argmax())
        start, end = trim(text, offsets[at][0], offsets[stop - 1][1])
        if start < end:
            spans.append(Tagged(start, end, head.types[best], round(float(by_type[best]), 4)))
        at = stop
    return spans


def decode(
    heads: Sequence[Head], text: str, offsets: Sequence[tuple[int, int]], logits: np.ndarray
) -> dict[str, list[Tagged]]:
    """Spans of every head from the logits of a whole text, shape [pieces, width]."""
    if not len(logits):
        return {head.name: [] for head in heads}
    starts = word_starts(offsets, text)
    ends = [*starts[1:], len(offsets)]
    words = [(offsets[first][0], offsets[last - 1][1]) for first, last in zip(starts, ends, strict=True)]
    breaks = [at for at, (start, _) in enumerate(words) if text[start] == "\n"]
    found = {}
    for head in heads:
        table = by_word(softmax(logits[:, head.column : head.column + head.width]), starts)
        if head.name not in ACROSS_LINES and breaks:
            table[breaks] = 0
            table[breaks, 0] = 1
            after = [at + 1 for at in breaks if at + 1 < len(table)]
            table[after, 1::2] += table[after, 2::2]
            table[after, 2::2] = 0
        found[head.name] = decode_head(head, table, words, text)
    return found


def make_windows(count: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Ranges of at most `size` pieces that cover `count` pieces, neighbours sharing `overlap`.

    >>> make_windows(10, 6, 2), make_windows(0, 6, 2)
    ([(0, 6), (4, 10)], [])
    """
    windows, start = [], 0
    while start < count:
        end = min(start + size, count)
        windows.append((start, end))
        if end == count:
            break
        start = end - overlap
    return windows


@cache
def open_encoder(path: str | Path | None = None, threads: int | None = None) -> Encoder:
    """The encoder of a model folder, opened once for each process: French and English share it."""
    return Encoder(path, threads=threads)


class Encoder:
    """The trained tagger's graph, opened once for each process."""

    def __init__(self, path: str | Path | None = None, *, threads: int | None = None) -> None:
        self.path = find_model(path)
        meta: dict[str, Any] = json.loads((self.path / "meta.json").read_text(encoding="utf-8"))
        self.version: str = meta["version"]
        self.heads = make_heads(meta["heads"])
        self.window: int = meta["window"]
        self.overlap: int = meta["overlap"]
        self.threads = threads

    @cached_property
    def tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.path / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads or min(4, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(
                str(self.path / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:  # onnxruntime's errors share no narrower public parent
            raise ModelNotFound(
                f"{self.path / 'model.onnx'} is no readable ONNX graph ({problem}). Reinstall dealextract."
            ) from problem

    def predict(self, texts: Sequence[str]) -> list[dict[str, list[Tagged]]]:
        """For each text, the spans of each head: {head: [Tagged(start, end, type, score)]}."""
        encodings = [encode_lines(self.tokenizer, text) for text in texts]
        width = sum(head.width for head in self.heads)
        logits = [np.zeros((len(ids), width), dtype=np.float32) for ids, _ in encodings]
        windows = [
            (which, start, end)
            for which, (ids, _) in enumerate(encodings)
            for start, end in make_windows(len(ids), self.window, self.overlap)
        ]
        for batch in self.batches(windows):
            scores = self.run([encodings[which][0][start:end] for which, start, end in batch])
            for (which, start, end), rows in zip(batch, scores, strict=True):
                # Of two windows over one piece, the one in which it has more context decides.
                first = start + (self.overlap // 2 if start else 0)
                last = end - (self.overlap - self.overlap // 2 if end < len(logits[which]) else 0)
                logits[which][first:last] = rows[first - start : last - start]
        return [
            decode(self.heads, text, offsets, rows)
            for text, (_, offsets), rows in zip(texts, encodings, logits, strict=True)
        ]

    def batches(self, windows: Iterable[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
        """Windows grouped by length, so that little is padded."""
        by_length = sorted(windows, key=lambda w: w[1] - w[2])
        batch: list[tuple[int, int, int]] = []
        for window in by_length:
            longest = batch[0][2] - batch[0][1] if batch else 0
            if batch and longest * (len(batch) + 1) > PIECES_PER_BATCH:
                yield batch
                batch = []
            batch.append(window)
        if batch:
            yield batch

    def run(self, pieces: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """Logits of each sequence of piece ids, shape [pieces, width]."""
        longest = max(map(len, pieces)) + 2
        ids = np.full((len(pieces), longest), PAD, dtype=np.int64)
        mask = np.zeros((len(pieces), longest), dtype=np.int64)
        for row, sequence in enumerate(pieces):
            ids[row, : len(sequence) + 2] = [START, *sequence, SEPARATOR]
            mask[row, : len(sequence) + 2] = 1
        (out,) = self.session.run(["logits"], {"input_ids": ids, "attention_mask": mask})
        return [out[row, 1 : len(sequence) + 1] for row, sequence in enumerate(pieces)]
