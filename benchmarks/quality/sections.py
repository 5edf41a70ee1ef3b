"""The section of RESULTS.md: metrics with intervals, slices, kinds of errors, agreement of languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from errors import KINDS, LABELS
from measures import Measured
from results import describe_run, table
from slices import KEY_METRICS

from dealextract.scoring import METRICS, Report, Score
from dealextract.scoring.report import percent

RULE = (
    "F1, or for attributes the share right among matched items, in percent, with 95 % bootstrap intervals "
    "over documents in brackets; strict and loose as `benchmarks/README.md` says. `–`: nothing to judge."
)


def show(score: Score) -> str:
    """Headline and interval."""
    if score.interval is None or score.headline is None:
        return percent(score.headline)
    low, high = score.interval
    return f"{percent(score.headline)} [{percent(low)}, {percent(high)}]"


def describe_scores(report: Report, languages: Sequence[str]) -> str:
    """Every metric of each language: figure with interval, precision, recall and number of gold items."""
    head = ["metric"]
    for lang in languages:
        head += [f"{lang} ({report.documents[lang]} texts)", "P", "R", "of"]
    rows = []
    for metric in METRICS:
        cells: list[str] = [metric.title]
        for lang in languages:
            score = report.scores[lang][metric.key]
            is_f1 = metric.kind == "f1"
            cells += [show(score), *(percent(x) if is_f1 else "" for x in (score.precision, score.recall))]
            cells.append(str(score.tally.gold if is_f1 else score.tally.predicted))
        if any(any(report.scores[lang][metric.key].tally) for lang in languages):
            rows.append(cells)
    return table(head, rows)


def describe_slices(measured: Measured) -> str:
    """Key metrics by register, period, difficulty, length and number of deals, by language."""
    rows = []
    for lang, part in measured.languages.items():
        for field, report in part.slices.items():
            for name, scores in report.scores.items():
                if name != "all":
                    figures = (percent(scores[key].headline) for key in KEY_METRICS)
                    rows.append([f"{lang} {field}: {name}", report.documents[name], *figures])
    return table(["slice", "texts", *KEY_METRICS.values()], rows) if rows else ""


def describe_kinds(measured: Measured) -> str:
    """Errors of each kind by label, the languages side by side."""
    head = ["errors of"] + [f"{lang} {kind}" for lang in measured.languages for kind in KINDS]
    rows = []
    for label in LABELS:
        cells = [part.kinds[label][kind] for part in measured.languages.values() for kind in KINDS]
        if any(cells):
            rows.append([label, *cells])
    return table(head, rows)


def describe_parallel(measured: Measured) -> str:
    """Facts that come out equal from both languages."""
    found = measured.parallel
    if not found:
        return ""
    rows = [
        [kind, *(f"{100 * c[k] / c['judged']:.1f}" for k in ("equal", "right")), c["judged"]]
        for kind, c in {**found["kinds"], "all": found["all"]}.items()
        if c["judged"]
    ]
    low, high = found["interval"] or (None, None)
    said = (
        f"{found['articles']} deals told in both languages: {percent(found['share'])} % of facts come out "
        f"equal [{percent(low)}, {percent(high)}]. Gold itself states "
        f"{percent(found['ceiling'])} % of its facts "
        "alike in both; only those are judged, and those that a prediction adds."
    )
    return said + "\n\n" + table(["fact", "equal %", "equal and right %", "facts"], rows)


def describe_sets(sets: Sequence[Measured], external: Mapping[str, Sequence[Sequence[object]]]) -> str:
    """The whole section."""
    parts = [describe_run(), RULE]
    for measured in sets:
        parts.append(f"### {measured.name}")
        parts.append(describe_scores(measured.report, list(measured.languages)))
        for title, text in (
            ("By slice", describe_slices(measured)),
            ("Errors by kind", describe_kinds(measured)),
            ("One deal, two languages", describe_parallel(measured)),
        ):
            if text:
                parts += [f"#### {measured.name}: {title.lower()}", text]
    for name, (head, *rows) in external.items():
        parts += [f"### {name}", table([str(cell) for cell in head], rows)]
    return "\n\n".join(parts)
