"""Floors that quality may not fall through, and that only rise.

    python benchmarks/floors.py check                    # exit status 1 when a metric is below its floor
    python benchmarks/floors.py raise --margin 0.5       # floors up to the figures measured, less the margin
    python benchmarks/floors.py check --predictions runs/quality/predictions.jsonl

The figures are those of `dealextract evaluate` on the development articles of corpora/ (the test split is
only measured, never a target), in percent. `raise` never lowers a floor and says which figures are below
theirs; to give one up, edit floors.toml by hand and say why in the commit. The margin leaves room for the
last bits of int8 arithmetic, which differ between processors.
"""

from __future__ import annotations

import argparse
import math
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE / "quality")]

from predict import read_records  # noqa: E402
from sets import find_corpora, make_set  # noqa: E402

from dealextract.errors import DealextractError  # noqa: E402
from dealextract.records import Document  # noqa: E402
from dealextract.scoring import METRICS, Report, evaluate  # noqa: E402

FLOORS = HERE / "floors.toml"
LEAST_ITEMS = 20
"""A metric of fewer gold items moves by itself: it gets no floor."""
HEAD = """# Floors of quality in percent, by language and metric, on the development articles of corpora/.
# `python benchmarks/floors.py check` fails below one; `python benchmarks/floors.py raise` only raises them.
"""

Floors = dict[str, dict[str, float]]


def read_floors(path: Path = FLOORS) -> Floors:
    """The floors by language and metric; empty without a file."""
    if not path.exists():
        return {}
    return {lang: dict(table) for lang, table in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def write_floors(floors: Mapping[str, Mapping[str, float]], path: Path = FLOORS) -> None:
    """The file, metrics in the order of the table of scores."""
    lines = [HEAD]
    for lang, given in sorted(floors.items()):
        lines.append(f"[{lang}]")
        lines += [f'"{m.key}" = {given[m.key]}' for m in METRICS if m.key in given]
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")


def list_figures(report: Report) -> Floors:
    """The figures that can have a floor, in percent: F1 and accuracies of at least 20 items, by language."""
    figures: Floors = {}
    for lang in (name for name in report.scores if name != "all"):
        for key, score in report.scores[lang].items():
            items = score.tally.gold if score.metric.kind == "f1" else score.tally.predicted
            if score.metric.kind != "share" and items >= LEAST_ITEMS and score.headline is not None:
                figures.setdefault(lang, {})[key] = 100 * score.headline
    return figures


def find_breaches(floors: Floors, figures: Floors) -> list[str]:
    """What is below its floor, or is no longer measured, as lines.

    >>> find_breaches({"fr": {"deals": 70.0}}, {"fr": {"deals": 69.94}})
    ['fr deals: 69.94 is below its floor of 70.0']
    """
    lines = []
    for lang, given in floors.items():
        for key, floor in given.items():
            figure = figures.get(lang, {}).get(key)
            if figure is None:
                lines.append(f"{lang} {key}: has a floor of {floor} but was not measured")
            elif figure < floor:
                lines.append(f"{lang} {key}: {figure:.2f} is below its floor of {floor}")
    return lines


def raise_floors(floors: Floors, figures: Floors, margin: float) -> Floors:
    """Floors no lower than before, and where the figure less the margin is higher, that; to 0.1 downwards.

    >>> raise_floors({"fr": {"deals": 70.0, "roles": 60.0}}, {"fr": {"deals": 72.68, "roles": 50.0}}, 0.5)
    {'fr': {'deals': 72.1, 'roles': 60.0}}
    """
    raised: Floors = {lang: dict(given) for lang, given in floors.items()}
    for lang, given in figures.items():
        for key, figure in given.items():
            reached = max(0.0, math.floor(10 * (figure - margin)) / 10)
            raised.setdefault(lang, {})[key] = max(reached, floors.get(lang, {}).get(key, 0.0))
    return raised


def measure(split: str, predictions: Path | None) -> Floors:
    """The figures of the articles of a split; raises DealextractError."""
    files = find_corpora([split])
    if not files:
        raise SystemExit(f"floors: no gold under corpora/*/{split}")
    given = [Document.from_json(r) for r in read_records(predictions)] if predictions else None
    return list_figures(evaluate(make_set(split, files[split], given).pairs))


def main() -> int:
    """Check or raise; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["check", "raise"])
    parser.add_argument("--margin", type=float, default=0.5, help="points below the figure (default 0.5)")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--predictions", type=Path, help="these instead of running the pipeline")
    parser.add_argument("--floors", type=Path, default=FLOORS)
    options = parser.parse_args()
    if options.margin < 0:
        parser.error("a margin below 0 would put floors above what was measured")
    try:
        figures = measure(options.split, options.predictions)
    except (DealextractError, OSError) as problem:
        sys.stderr.write(f"floors: {problem}\n")
        return 5
    floors = read_floors(options.floors)
    breaches = find_breaches(floors, figures)
    for line in breaches:
        sys.stdout.write(line + "\n")
    if options.what == "raise":
        raised = raise_floors(floors, figures, options.margin)
        write_floors(raised, options.floors)
        moved = sum(
            raised[lang][key] != floors.get(lang, {}).get(key) for lang in raised for key in raised[lang]
        )
        sys.stdout.write(f"{moved} floors raised\n")
        return 0
    number = sum(map(len, floors.values()))
    sys.stdout.write(f"{number - len(breaches)} of {number} floors hold\n")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
