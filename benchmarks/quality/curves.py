"""Precision and recall when only what is surer than a threshold is kept, and scores against truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sets import Pairs

from dealextract.records import Document
from dealextract.scoring import Tally
from dealextract.scoring.counts import get_range, list_spans, match_attributions, match_deals
from dealextract.scoring.matching import match_spans

THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995)
SPAN_CURVES = ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON", "HEDGE", "SOURCE", "CUE", "CONTENT", "TRIGGER")
BINS = 10


class Point(NamedTuple):
    """Counts when items of at least this score are kept."""

    threshold: float
    tally: Tally

    @property
    def precision(self) -> float | None:
        """Right of those kept; null when none is."""
        return self.tally.right / self.tally.predicted if self.tally.predicted else None

    @property
    def recall(self) -> float:
        """Right of gold."""
        return self.tally.right / self.tally.gold if self.tally.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.tally.right / (self.tally.gold + self.tally.predicted)


Judge = Callable[[Document, Document], tuple[int, int, int]]


def keep(score: float | None, threshold: float) -> bool:
    """True when an item stays: rules give no score and always stay."""
    return score is None or score >= threshold


def judge_spans(label: str, threshold: float) -> Judge:
    """Loose counts of a label above a threshold."""

    def judge(gold: Document, predicted: Document) -> tuple[int, int, int]:
        expected = list_spans(gold, label)
        found = [span for span in list_spans(predicted, label) if keep(span.score, threshold)]
        return (
            len(expected),
            len(found),
            len(match_spans([*map(get_range, expected)], [*map(get_range, found)])),
        )

    return judge


def judge_records(layer: str, threshold: float) -> Judge:
    """Counts of attributions or deals above a threshold."""
    match = match_deals if layer == "deals" else match_attributions

    def judge(gold: Document, predicted: Document) -> tuple[int, int, int]:
        kept = tuple(item for item in getattr(predicted, layer) if keep(item.score, threshold))
        return (
            len(getattr(gold, layer)),
            len(kept),
            len(match(gold, predicted.model_copy(update={layer: kept}))),
        )

    return judge


def list_scores(pairs: Pairs, name: str) -> list[float]:
    """The scores that a layer's predictions carry."""
    items: Iterable = (
        item
        for _, predicted in pairs
        for item in (list_spans(predicted, name) if name in SPAN_CURVES else getattr(predicted, name))
    )
    return [item.score for item in items if item.score is not None]


def find_curves(pairs: Pairs) -> dict[str, list[Point]]:
    """Curves of layers that have scores: loose spans, attributions by source and cue, deals by party."""
    found = {}
    for name in (*SPAN_CURVES, "attributions", "deals"):
        if len(set(list_scores(pairs, name))) < 2:
            continue
        points, last = [], None
        for threshold in THRESHOLDS:
            make = judge_spans if name in SPAN_CURVES else judge_records
            judge, total = make(name, threshold), Tally()
            for gold, predicted in pairs:
                total += judge(gold, predicted)
            if total != last and total.predicted:
                points.append(Point(threshold, total))
            last = total
        if points and points[0].tally.gold:
            found[name] = points
    return found


class Bin(NamedTuple):
    """Predictions whose scores lie in one tenth."""

    low: float
    number: int
    mean: float
    right: float


def calibrate(pairs: Pairs, label: str) -> tuple[list[Bin], float] | None:
    """Share of spans that are right (loose) in each tenth of score, and the expected calibration error.

    The error is the mean distance of score and share over tenths, weighted by their numbers; null without
    scores.
    """
    judged: list[tuple[float, bool]] = []
    for gold, predicted in pairs:
        found = list_spans(predicted, label)
        hits = {
            j for _, j in match_spans([*map(get_range, list_spans(gold, label))], [*map(get_range, found)])
        }
        judged += [(s.score, j in hits) for j, s in enumerate(found) if s.score is not None]
    if not judged:
        return None
    bins = []
    for n in range(BINS):
        inside = [(s, hit) for s, hit in judged if min(int(s * BINS), BINS - 1) == n]
        if inside:
            size = len(inside)
            bins.append(
                Bin(n / BINS, size, sum(s for s, _ in inside) / size, sum(h for _, h in inside) / size)
            )
    return bins, sum(b.number * abs(b.mean - b.right) for b in bins) / len(judged)
