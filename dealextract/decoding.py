"""From the tagger's logits to typed spans: words, BIO paths, edges. Pure functions of arrays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dealextract.spans import Tagged

ACROSS_LINES = ("contents",)
# What a head without spans of its own says of the spans of another: {layer: (head, head of the spans)}.
READ_AT = {
    "statuses": ("statuses", "triggers"),
    "party_statuses": ("statuses", "parties"),
    "mention_statuses": ("statuses", "mentions"),
}
# How far a head would mark the spans of another, sure or not: {layer: (head, head of the spans)}.
MASS_AT = {"mention_triggers": ("triggers", "mentions")}
WITHOUT_SPANS = {head for head, _ in READ_AT.values()}
LEAST_SHARE = 0.1  # of a type that is said of such a span
# A probability of 0 in the logarithms of a path; how far beyond doubt a word is left out of it.
FLOOR, SAFETY = 1e-9, 1.1
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


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def best_path(outside: np.ndarray, begin: np.ndarray, inside: np.ndarray) -> list[int]:
    """The likeliest sequence of O (0), B (1), I (2) in which no I follows an O.

    Each argument holds the probability of its state for every piece, shape [pieces], at least one.
    """
    scores = np.log(np.array([outside, begin, inside]) + FLOOR)
    # Plain floats: three states are too few for numpy's call overhead to pay.
    rows = zip(*scores.tolist(), strict=True)
    o, b, _ = next(rows)
    i = -1e9
    back: list[tuple[int, int, int]] = [(0, 0, 0)]
    for so, sb, si in rows:
        best = 0 if o >= b and o >= i else 1 if b >= i else 2
        into_i = 1 if b >= i else 2
        top = (o, b, i)[best]
        back.append((best, best, into_i))
        o, b, i = top + so, top + sb, (b if into_i == 1 else i) + si
    state = 0 if o >= b and o >= i else 1 if b >= i else 2
    path = []
    for steps in reversed(back):
        path.append(state)
        state = steps[state]
    return path[::-1]


def word_starts(offsets: Sequence[tuple[int, int]], text: str) -> list[int]:
    """Indexes of the pieces that do not continue the word of the piece before.

    >>> word_starts([(0, 3), (3, 7), (7, 8), (8, 9)], "Airbus, A")
    [0, 2, 3]
    """
    starts, before, count = [], -1, len(text)
    for at, (start, end) in enumerate(offsets):
        if (
            start != before
            or not 0 < start < count
            or not (text[start - 1].isalnum() and text[start].isalnum())
        ):
            starts.append(at)
        before = end
    return starts


def measure(starts: np.ndarray, count: int) -> np.ndarray:
    """Numbers of pieces of the words that begin at `starts`, of `count` pieces in all.

    >>> measure(np.array([0, 2, 3]), 7).tolist()
    [2, 1, 4]
    """
    return np.concatenate((starts[1:], [count])) - starts


def by_word(probabilities: np.ndarray, starts: np.ndarray | Sequence[int]) -> np.ndarray:
    """Piece probabilities [pieces, width] as word probabilities [words, width].

    O and the types are averaged over the pieces of a word; its first piece divides B from I.
    """
    index = np.asarray(starts)
    sizes = measure(index, len(probabilities))[:, None]
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
    bounds: list[int] = []
    for at, state in enumerate(path):
        if state != 2 and len(bounds) % 2:
            bounds.append(at)
        if state == 1:
            bounds.append(at)
    if not bounds:
        return []
    ends = bounds[1::2] if len(bounds) % 2 == 0 else [*bounds[1::2], len(path)]
    sums = np.add.reduceat(begin + inside, bounds)[::2]
    by_type = sums / np.subtract(ends, bounds[::2]).astype(sums.dtype)[:, None]
    spans: list[Tagged] = []
    for at, stop, best, score in zip(
        bounds[::2], ends, by_type.argmax(axis=1).tolist(), by_type.max(axis=1).tolist(), strict=True
    ):
        start, end = trim(text, offsets[at][0], offsets[stop - 1][1])
        if start < end:
            spans.append(Tagged(start, end, head.types[best], round(score, 4)))
    return spans


def find_pieces(span: Tagged, offsets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """First piece and end of a span; at least one piece."""
    first = bisect_right(offsets, span.start, key=lambda piece: piece[1])
    return first, max(first + 1, bisect_left(offsets, (span.end, -1)))


def read_types(
    head: Head, spans: Sequence[Tagged], offsets: Sequence[tuple[int, int]], logits: np.ndarray
) -> list[Tagged]:
    """What a head says of the spans of another: each span with every type that has a tenth, whatever O has.

    The score is the type's share of the probability of all types, a mean over the pieces of the span.
    """
    found: list[Tagged] = []
    for span in spans:
        first, last = find_pieces(span, offsets)
        table = softmax(logits[first:last, head.column + 1 : head.column + head.width])
        shares = (table[:, 0::2] + table[:, 1::2]).mean(axis=0)
        found += [
            Tagged(span.start, span.end, kind, round(share, 4))
            for kind, share in zip(head.types, shares.tolist(), strict=True)
            if share >= LEAST_SHARE
        ]
    return found


def read_mass(
    head: Head, spans: Sequence[Tagged], offsets: Sequence[tuple[int, int]], logits: np.ndarray
) -> list[Tagged]:
    """Each span of another head with the likeliest type of this one, and as score the probability of any."""
    found: list[Tagged] = []
    for span in spans:
        first, last = find_pieces(span, offsets)
        table = softmax(logits[first:last, head.column : head.column + head.width]).mean(axis=0)
        best = int((table[1::2] + table[2::2]).argmax())
        found.append(Tagged(span.start, span.end, head.types[best], round(1 - float(table[0]), 4)))
    return found


def find_doubtful(
    heads: Sequence[Head], logits: np.ndarray, starts: np.ndarray, broken: np.ndarray, fresh: np.ndarray
) -> np.ndarray:
    """Words that a head's likeliest path may not leave outside, and the word before each: [heads, words].

    A path leaves a word outside when O beats B and I there by more than the next word can lose by being B
    in place of I. That holds for most of a text, and the path through the rest does not depend on it.
    `broken` words are outside, `fresh` ones are not inside, both [heads, words].
    """
    table, columns = logits.T, [head.column for head in heads]
    top = np.maximum.reduceat(table, columns)
    odds = np.exp(table - np.repeat(top, [head.width for head in heads], axis=0))
    order = [at for h in heads for first in (1, 2) for at in range(h.column + first, h.column + h.width, 2)]
    bounds = np.cumsum([0, *(len(head.types) for head in heads for _ in (1, 2))])[:-1]
    outside, taken = odds[columns], np.add.reduceat(odds[order], bounds)
    begin, inside = taken[0::2], taken[1::2]
    either = begin + inside
    share = (begin / (either + 1e-12))[:, starts]
    sizes = measure(starts, len(logits))
    mass = np.add.reduceat(either / (outside + either), starts, axis=1) / sizes
    outside = np.add.reduceat(outside / (outside + either), starts, axis=1) / sizes
    outside[broken], mass[broken], share[fresh] = 1, 0, 1
    begin = mass * share + FLOOR
    best = np.maximum(begin, mass * (1 - share) + FLOOR)
    doubtful = outside <= SAFETY * best
    doubtful[:, :-1] |= outside[:, :-1] <= SAFETY * (best[:, :-1] * best[:, 1:] / begin[:, 1:])
    doubtful[:, :-1] |= doubtful[:, 1:]
    return doubtful


def decode(
    heads: Sequence[Head], text: str, offsets: Sequence[tuple[int, int]], logits: np.ndarray
) -> dict[str, list[Tagged]]:
    """Spans of every head from the logits of a whole text, shape [pieces, width]."""
    found: dict[str, list[Tagged]] = {head.name: [] for head in heads}
    if not len(logits):
        return found
    firsts = word_starts(offsets, text)
    words = [(offsets[at][0], offsets[to - 1][1]) for at, to in pairwise([*firsts, len(offsets)])]
    broken = np.outer(
        [head.name not in ACROSS_LINES for head in heads], [text[start] == "\n" for start, _ in words]
    )
    fresh = np.roll(broken, 1, axis=1)
    fresh[:, 0] = False
    starts = np.array(firsts)
    layers, rows = np.nonzero(find_doubtful(heads, logits, starts, broken, fresh))
    sizes = measure(starts, len(logits))[rows]
    ends = np.cumsum(sizes)
    begins = ends - sizes
    pieces = np.arange(sizes.sum()) + np.repeat(starts[rows] - begins, sizes)
    broken, fresh = broken[layers, rows], fresh[layers, rows]
    limits = np.searchsorted(layers, range(len(heads) + 1)).tolist()
    for head, (low, high) in zip(heads, pairwise(limits), strict=True):
        if low == high or head.name in WITHOUT_SPANS:
            continue
        chosen = pieces[begins[low] : ends[high - 1]]
        columns = slice(head.column, head.column + head.width)
        table = by_word(softmax(logits[chosen, columns]), begins[low:high] - begins[low])
        if broken[low:high].any():
            table[broken[low:high]] = 0
            table[broken[low:high], 0] = 1
        if fresh[low:high].any():
            table[fresh[low:high], 1::2] += table[fresh[low:high], 2::2]
            table[fresh[low:high], 2::2] = 0
        found[head.name] = decode_head(head, table, [words[at] for at in rows[low:high].tolist()], text)
    by_name = {head.name: head for head in heads}
    for layer, (name, at) in READ_AT.items():
        if name in by_name:
            found[layer] = read_types(by_name[name], found.get(at, ()), offsets, logits)
    for layer, (name, at) in MASS_AT.items():
        if name in by_name and at in by_name:
            found[layer] = read_mass(by_name[name], found[at], offsets, logits)
    return found
