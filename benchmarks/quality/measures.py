"""Everything that is measured on a set, gathered, and as JSON types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from breakdown import Matrix, Worst, count_commonest, count_confusions, count_kinds, find_worst
from curves import SPAN_CURVES, Bin, Point, calibrate, find_curves
from parallel import compare_languages
from sets import GoldSet, Pairs
from slices import FIELDS, slice_pairs

from dealextract.scoring import Report, evaluate

COMMONEST = 20
WORST = 8


@dataclass(frozen=True)
class Part:
    """What is measured on the documents of one language."""

    slices: dict[str, Report]
    kinds: dict[str, Counter[str]]
    commonest: list[tuple[str, int]]
    confusions: dict[str, Matrix]
    curves: dict[str, list[Point]]
    calibration: dict[str, tuple[list[Bin], float]]
    worst: list[Worst]


@dataclass(frozen=True)
class Measured:
    """A set with all its figures."""

    name: str
    report: Report
    languages: dict[str, Part]
    parallel: dict[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """JSON types only; ratios from 0 to 1. No text of a document is in it."""
        return {
            "scores": self.report.to_dict(),
            "languages": {lang: part_to_dict(part) for lang, part in self.languages.items()},
            "parallel": self.parallel,
        }


def measure_part(pairs: Pairs, *, bootstrap: int) -> Part:
    """The figures of one language."""
    sliced = {field: slice_pairs(pairs, field, bootstrap=bootstrap) for field in FIELDS}
    calibrated = {label: calibrate(pairs, label) for label in SPAN_CURVES}
    return Part(
        slices={field: report for field, report in sliced.items() if report is not None},
        kinds=count_kinds(pairs),
        commonest=count_commonest(pairs, COMMONEST),
        confusions=count_confusions(pairs),
        curves=find_curves(pairs),
        calibration={label: found for label, found in calibrated.items() if found is not None},
        worst=find_worst(pairs, WORST),
    )


def measure(given: GoldSet, *, bootstrap: int = 1000) -> Measured:
    """Everything about a set."""
    return Measured(
        name=given.name,
        report=evaluate(given.pairs, bootstrap=bootstrap),
        languages={
            lang: measure_part(pairs, bootstrap=min(bootstrap, 500))
            for lang, pairs in given.by_lang().items()
        },
        parallel=compare_languages(given.pairs, bootstrap=bootstrap),
    )


def part_to_dict(part: Part) -> dict[str, Any]:
    """The figures of one language as JSON types."""
    return {
        "slices": {field: report.to_dict() for field, report in part.slices.items()},
        "errors": {label: dict(counts) for label, counts in part.kinds.items()},
        "commonest": [[name, number] for name, number in part.commonest],
        "confusions": {
            name: {gold: dict(found) for gold, found in matrix.items()}
            for name, matrix in part.confusions.items()
        },
        "curves": {
            name: [
                {"threshold": p.threshold, "precision": p.precision, "recall": p.recall, "f1": p.f1}
                for p in points
            ]
            for name, points in part.curves.items()
        },
        "calibration": {
            label: {"error": error, "bins": [b._asdict() for b in bins]}
            for label, (bins, error) in part.calibration.items()
        },
        "worst": [
            {"id": worst.gold.id, "f1": worst.f1, "errors": len(worst.problems)} for worst in part.worst
        ],
    }
