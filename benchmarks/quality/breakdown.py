"""What kinds of errors there are, which values are taken for which, and which documents go worst."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from errors import KINDS, LABELS, Problem, find_problems
from sets import Pairs

from dealextract.records import Document
from dealextract.scoring import METRICS, Tally, count_document
from dealextract.scoring.counts import (
    NAME_LABELS,
    list_spans,
    match_attributions,
    match_deals,
    pair_spans,
)
from dealextract.scoring.matching import count_shared

Matrix = dict[str, Counter[str]]
NOTHING = "(none)"
CONFUSIONS = (
    "name label", "HEDGE type", "MONEY role", "PERCENT role", "MONEY modifier",
    "attribution source_type", "attribution stance", "attribution quote", "deal type", "deal status",
)  # fmt: skip


def count_kinds(pairs: Pairs) -> dict[str, Counter[str]]:
    """Number of errors of each kind, by label.

    A span found under another name label is one error of kind `type`, not a missed and a spurious one.
    """
    found: dict[str, Counter[str]] = {label: Counter() for label in LABELS}
    for gold, predicted in pairs:
        for problem in find_problems(gold, predicted):
            found[problem.label][problem.kind] += 1
    return {label: Counter({kind: counts[kind] for kind in KINDS}) for label, counts in found.items()}


def count_confusions(pairs: Pairs) -> dict[str, Matrix]:
    """What gold says against what was predicted, for each attribute with a closed list of values.

    Attributes are compared on matched items; labels of names on overlapping ones, with `(none)` for names
    that only one side has.
    """
    found: dict[str, Matrix] = {name: {} for name in CONFUSIONS}
    for gold, predicted in pairs:
        for g, p in pair_names(gold, predicted):
            found["name label"].setdefault(g, Counter())[p] += 1
        for label, attribute in (
            ("HEDGE", "type"), ("MONEY", "role"), ("PERCENT", "role"), ("MONEY", "modifier"),
        ):  # fmt: skip
            for a, b in pair_spans(list_spans(gold, label), list_spans(predicted, label)):
                add(found[f"{label} {attribute}"], getattr(a, attribute), getattr(b, attribute))
        for i, j in match_attributions(gold, predicted):
            for attribute in ("source_type", "stance", "quote"):
                values = (getattr(a, attribute) for a in (gold.attributions[i], predicted.attributions[j]))
                add(found[f"attribution {attribute}"], *values)
        for i, j in match_deals(gold, predicted):
            for attribute in ("type", "status"):
                values = (getattr(deal, attribute) for deal in (gold.deals[i], predicted.deals[j]))
                add(found[f"deal {attribute}"], *values)
    return {name: matrix for name, matrix in found.items() if matrix}


def add(matrix: Matrix, gold: str, predicted: str) -> None:
    """Count one pair of values."""
    matrix.setdefault(gold, Counter())[predicted] += 1


def pair_names(gold: Document, predicted: Document) -> list[tuple[str, str]]:
    """Labels of gold and predicted names: same label first, then any overlap, then those left alone."""
    pairs, left = [], ([], [])
    for label in NAME_LABELS:
        sides = list_spans(gold, label), list_spans(predicted, label)
        matched = pair_spans(*sides)
        pairs += [(label, label)] * len(matched)
        for side, spans, taken in zip(
            left, sides, zip(*matched, strict=True) if matched else ((), ()), strict=True
        ):
            ids = {id(span) for span in taken}
            side += [span for span in spans if id(span) not in ids]
    used: set[int] = set()
    for g in left[0]:
        other = next(
            (
                n
                for n, p in enumerate(left[1])
                if n not in used and count_shared((g.start, g.end), (p.start, p.end))
            ),
            None,
        )
        if other is not None:
            used.add(other)
        pairs.append((g.label, left[1][other].label if other is not None else NOTHING))
    return pairs + [(NOTHING, p.label) for n, p in enumerate(left[1]) if n not in used]


@dataclass(frozen=True)
class Worst:
    """A document with its score over everything, and its errors."""

    gold: Document
    predicted: Document
    f1: float
    problems: list[Problem]


def score_document(gold: Document, predicted: Document) -> float:
    """F1 over all loose spans, links and records of a document together; 1 when both sides are empty."""
    counts = count_document(gold, predicted)
    keys = [m.key for m in METRICS if m.kind == "f1" and not m.key.endswith(".strict")]
    keys = [key for key in keys if not key.startswith("roles.")]
    total = Tally()
    for key in keys:
        total += counts.get(key, Tally())
    return 2 * total.right / (total.gold + total.predicted) if total.gold + total.predicted else 1.0


def find_worst(pairs: Pairs, number: int) -> list[Worst]:
    """The documents with the lowest score over everything, worst first."""
    scored = [(score_document(g, p), n) for n, (g, p) in enumerate(pairs)]
    return [Worst(*pairs[n], f1, list(find_problems(*pairs[n]))) for f1, n in sorted(scored)[:number]]


def count_commonest(pairs: Pairs, number: int) -> list[tuple[str, int]]:
    """The commonest confusions with their counts."""
    return Counter(p.confusion() for g, d in pairs for p in find_problems(g, d)).most_common(number)
