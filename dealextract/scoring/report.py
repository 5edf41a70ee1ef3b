"""The table of scores: metrics by language, as text and as JSON types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from dealextract.records import PARTY_ROLES
from dealextract.scoring.counts import ATTRIBUTES, SPAN_LABELS, TERMS, Tally

Kind = Literal["f1", "accuracy", "share"]
Interval = tuple[float, float]


class Metric(NamedTuple):
    """A row of the table; its kind says which ratio of the counts it shows."""

    key: str
    title: str
    kind: Kind


METRICS: tuple[Metric, ...] = (
    *(
        Metric(f"{label}.{mode}", f"{label} {mode}", "f1")
        for label in SPAN_LABELS
        for mode in ("strict", "loose")
    ),
    Metric("MONEY.value", "MONEY value+currency", "f1"),
    Metric("conversions", "conversion links", "f1"),
    Metric("attributions", "attributions (source and cue)", "f1"),
    Metric("deals", "deals by party match", "f1"),
    Metric("roles", "role fills", "f1"),
    *(Metric(f"roles.{role}", f"role fills: {role}", "f1") for role in PARTY_ROLES),
    Metric("MONEY.silent", "MONEY silently wrong (of predicted)", "share"),
    *(
        Metric(f"{label}.{a}", f"{label} {a}", "accuracy")
        for label, given in ATTRIBUTES.items()
        for a in given
    ),
    *(
        Metric(f"attributions.{a}", f"attributions {a.replace('_', ' ')}", "accuracy")
        for a in ("source_type", "stance", "content", "quote", "via")
    ),
    *(
        Metric(f"deals.{a}", f"deals {a.replace('_', ' ')}", "accuracy")
        for a in ("type", "status", "date", *TERMS)
    ),
    *(Metric(f"deals.{a}.stated", f"deals {a.replace('_', ' ')}, where stated", "accuracy") for a in TERMS),
)


@dataclass(frozen=True)
class Score:
    """A metric of one language: counts, ratios from 0 to 1 (null where nothing was counted), interval."""

    metric: Metric
    tally: Tally
    interval: Interval | None = None

    @property
    def precision(self) -> float | None:
        """Right of predicted."""
        return divide(self.tally.right, self.tally.predicted)

    @property
    def recall(self) -> float | None:
        """Right of gold."""
        return divide(self.tally.right, self.tally.gold)

    @property
    def headline(self) -> float | None:
        """F1, accuracy or share, by the metric's kind."""
        if self.metric.kind == "f1":
            return divide(2 * self.tally.right, self.tally.gold + self.tally.predicted)
        return self.precision

    def cells(self) -> tuple[str, ...]:
        """What the table shows: precision, recall and F1, or the one ratio, in percent."""
        shown = (self.precision, self.recall, self.headline) if self.metric.kind == "f1" else (self.headline,)
        return tuple(percent(ratio) for ratio in shown)

    def to_dict(self) -> dict[str, Any]:
        """Counts and ratios as JSON types."""
        out: dict[str, Any] = {"kind": self.metric.kind, **self.tally._asdict()}
        if self.metric.kind == "f1":
            out |= {"precision": self.precision, "recall": self.recall}
        out[self.metric.kind] = self.headline
        if self.interval:
            out["interval"] = list(self.interval)
        return out


@dataclass(frozen=True)
class Report:
    """Scores by block, then by metric key.

    A block is a language ("en", "fr"), or what `evaluate` was told to divide by; "all" when there are
    several.
    """

    documents: Mapping[str, int]
    scores: Mapping[str, Mapping[str, Score]]

    def get(self, lang: str, key: str) -> Score:
        """The score of a metric, e.g. `report.get("fr", "MONEY.value")`."""
        return self.scores[lang][key]

    def to_dict(self) -> dict[str, Any]:
        """`{lang: {"documents": n, "metrics": {key: counts and ratios}}}`, JSON types only."""
        return {
            lang: {
                "documents": self.documents[lang],
                "metrics": {key: s.to_dict() for key, s in scores.items()},
            }
            for lang, scores in self.scores.items()
        }

    def to_text(self) -> str:
        """The table for people, one block a language, figures in percent."""
        return "\n\n".join(self._block(lang) for lang in self.scores) + "\n"

    def _block(self, lang: str) -> str:
        scores = self.scores[lang]
        noun = "document" if self.documents[lang] == 1 else "documents"
        lines = [f"{lang} ({self.documents[lang]} {noun})"]
        lines.append(row("SPANS", "strict P", "R", "F1", "loose P", "R", "F1", "gold", "found"))
        for label in SPAN_LABELS:
            strict, loose = scores[f"{label}.strict"], scores[f"{label}.loose"]
            cells = (*strict.cells(), *loose.cells(), strict.tally.gold, strict.tally.predicted)
            note = show_interval(strict.interval, "  strict F1 ") + show_interval(
                loose.interval, "  loose F1 "
            )
            lines.append(row(label, *cells) + note)
        lines += ["", row("VALUES, LINKS AND RECORDS", "P", "R", "F1", "gold", "found", "right")]
        for score in self._of_kind(lang, "f1"):
            if not score.metric.key.endswith((".strict", ".loose")):
                cells = row(score.metric.title, *score.cells(), *score.tally)
                lines.append(cells + show_interval(score.interval, "  "))
        lines += ["", row("ATTRIBUTES OF MATCHED ITEMS", "%", "right", "of")]
        for score in self._of_kind(lang, "accuracy"):
            cells = row(score.metric.title, *score.cells(), score.tally.right, score.tally.predicted)
            lines.append(cells + show_interval(score.interval, "  "))
        lines += ["", row("ERRORS (less is better)", "%", "wrong", "of")]
        for score in self._of_kind(lang, "share"):
            cells = row(score.metric.title, *score.cells(), score.tally.right, score.tally.predicted)
            lines.append(cells + show_interval(score.interval, "  "))
        return "\n".join(lines)

    def _of_kind(self, lang: str, kind: Kind) -> Iterable[Score]:
        return (score for score in self.scores[lang].values() if score.metric.kind == kind)


def row(title: str, *cells: object) -> str:
    """A line of the table.

    >>> row("MONEY", 1.5, "–")
    'MONEY                                    1.5        –'
    """
    return f"{title:<35}" + "".join(f"{cell!s:>9}" for cell in cells)


def divide(a: int, b: int) -> float | None:
    """The ratio, null when there is nothing to divide by."""
    return a / b if b else None


def percent(ratio: float | None) -> str:
    """A ratio as a percentage with one decimal.

    >>> percent(0.7456), percent(None)
    ('74.6', '–')
    """
    return "–" if ratio is None else f"{100 * ratio:.1f}"


def show_interval(interval: Interval | None, before: str) -> str:
    """An interval in percent, empty when there is none."""
    return f"{before}[{percent(interval[0])}, {percent(interval[1])}]" if interval else ""


def build_report(
    counts: Sequence[tuple[str, Mapping[str, Tally]]], *, bootstrap: int = 0, seed: int = 0
) -> Report:
    """The report of (block, counts) of each document, with 95 % intervals when `bootstrap` > 0."""
    langs = sorted({lang for lang, _ in counts})
    slices = {lang: [c for code, c in counts if code == lang] for lang in langs}
    if len(slices) != 1:
        slices["all"] = [c for _, c in counts]
    scores = {}
    for lang, tallies in slices.items():
        table = np.array([[c.get(m.key, Tally()) for m in METRICS] for c in tallies], dtype=np.int64)
        table = table.reshape(len(tallies), len(METRICS), 3)
        totals = table.sum(axis=0)
        intervals = (
            resample(table, bootstrap, seed) if bootstrap and len(tallies) > 1 else [None] * len(METRICS)
        )
        scores[lang] = {
            metric.key: Score(metric, Tally(*map(int, row)), interval)
            for metric, row, interval in zip(METRICS, totals, intervals, strict=True)
        }
    return Report({lang: len(tallies) for lang, tallies in slices.items()}, scores)


def resample(table: np.ndarray, rounds: int, seed: int) -> list[Interval | None]:
    """95 % percentile intervals of each metric's headline over documents drawn with replacement."""
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(table), np.full(len(table), 1 / len(table)), size=rounds)
    gold, predicted, right = np.moveaxis(np.tensordot(drawn, table, axes=1), -1, 0)
    is_f1 = np.array([m.kind == "f1" for m in METRICS])
    above, below = np.where(is_f1, 2 * right, right), np.where(is_f1, gold + predicted, predicted)
    ratios = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    found: list[Interval | None] = []
    for column in ratios.T:
        known = column[~np.isnan(column)]
        low, high = np.percentile(known, [2.5, 97.5]) if known.size else (0.0, 0.0)
        found.append((float(low), float(high)) if known.size else None)
    return found
