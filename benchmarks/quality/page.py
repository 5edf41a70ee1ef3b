"""The report as one HTML page: no script, no outside request, readable on paper too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from breakdown import CONFUSIONS, NOTHING, Matrix
from diffs import show_worst
from errors import KINDS, LABELS
from measures import Measured
from plots import draw_bars, draw_calibration, draw_curve, draw_dots
from slices import KEY_METRICS

from dealextract.scoring import Report, Score
from dealextract.scoring.counts import SPAN_LABELS
from dealextract.scoring.report import percent

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
KEY = (
    '<p class="key"><mark class="right">right</mark><mark class="missed">missed</mark>'
    '<mark class="spurious">spurious</mark><mark class="boundary">other boundaries</mark>'
    '<mark class="type">other type</mark> Hover over a mark for its label.</p>'
)


def show_table(head: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "") -> str:
    """A table; cells are escaped."""
    titles = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="wide"><table>{named}<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def bracket(score: Score) -> str:
    """The interval of a score in percent."""
    return f"[{percent(score.interval[0])}, {percent(score.interval[1])}]" if score.interval else ""


def show_scores(report: Report, lang: str) -> str:
    """All metrics of a language, in three tables."""
    scores = report.scores[lang]
    spans = []
    for label in SPAN_LABELS:
        strict, loose = scores[f"{label}.strict"], scores[f"{label}.loose"]
        if strict.tally.gold or strict.tally.predicted:
            spans.append(
                [label, *strict.cells(), bracket(strict), *loose.cells(), bracket(loose), *strict.tally[:2]]
            )
    others = [
        [s.metric.title, *s.cells(), bracket(s), *s.tally]
        for key, s in scores.items()
        if s.metric.kind == "f1" and not key.endswith((".strict", ".loose")) and any(s.tally)
    ]
    ratios = [
        [s.metric.title, *s.cells(), bracket(s), s.tally.right, s.tally.predicted]
        for s in scores.values()
        if s.metric.kind != "f1" and s.tally.predicted
    ]
    head = ["label", "strict P", "R", "F1", "95 %", "loose P", "R", "F1", "95 %", "gold", "found"]
    return (
        show_table(head, spans, "Spans")
        + '<div class="pair">'
        + show_table(
            ["", "P", "R", "F1", "95 %", "gold", "found", "right"], others, "Values, links and records"
        )
        + show_table(["", "%", "95 %", "so", "of"], ratios, "Attributes of matched items; errors")
        + "</div>"
    )


def show_matrix(name: str, matrix: Matrix) -> str:
    """Gold in rows, predictions in columns; the darker, the larger the share of the row."""
    values = sorted({*matrix, *(v for row in matrix.values() for v in row)}, key=lambda v: (v == NOTHING, v))
    head = "".join(f"<th>{escape(v)}</th>" for v in values)
    lines = []
    for value in values:
        row = matrix.get(value, {})
        total = sum(row.values())
        if not total:
            continue
        cells = []
        for other in values:
            number = row.get(other, 0)
            share = number / total
            hue = "60,141,63" if value == other else "209,96,10"
            tint = f' style="background:rgba({hue},{0.12 + 0.55 * share:.2f})"' if number else ""
            cells.append(f"<td{tint}>{number or ''}</td>")
        lines.append(f"<tr><th>{escape(value)}</th>{''.join(cells)}<td class=note>{total}</td></tr>")
    return (
        f'<div class="wide"><table class="matrix"><caption>{escape(name)}: gold in rows, found in columns'
        "</caption>"
        f"<thead><tr><th></th>{head}<th>gold</th></tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def show_slices(field: str, report: Report) -> str:
    """Dot plots of the key metrics by the values of a field, and the table of the same figures."""
    plots = []
    for key, title in KEY_METRICS.items():
        rows = []
        for name, scores in report.scores.items():
            score = scores[key]
            of = score.tally.gold if score.metric.kind == "f1" else score.tally.predicted
            rows.append((name, score.headline, score.interval, f"of {of}"))
        if any(value is not None for _, value, _, _ in rows):
            plots.append(draw_dots(title, rows))
    table = [
        [name, report.documents[name], *(percent(scores[key].headline) for key in KEY_METRICS)]
        for name, scores in report.scores.items()
    ]
    head = [field, "texts", *KEY_METRICS.values()]
    return (
        f"<h4>By {escape(field)}</h4>{show_table(head, table)}<details><summary>Plots with 95 % "
        "intervals</summary>"
        f"<div class=pair>{''.join(plots)}</div></details>"
    )


def show_language(measured: Measured, lang: str) -> str:
    """Everything about one language of a set."""
    part = measured.languages[lang]
    key = f"{measured.name}-{lang}"
    title = {"fr": "French", "en": "English"}.get(lang, lang)
    parts = [
        f'<h3 id="{escape(key)}">{escape(measured.name)}, {title}: '
        f"{measured.report.documents[lang]} documents</h3>"
    ]
    parts.append(show_scores(measured.report, lang))
    shown = {label: part.kinds[label] for label in LABELS if sum(part.kinds[label].values())}
    parts.append("<h4>Errors by kind</h4>" + draw_bars(f"Number of errors ({title})", shown, KINDS))
    parts.append(
        show_table(["commonest confusions", "number"], part.commonest, "")
        if part.commonest
        else "<p>No errors.</p>"
    )
    if part.slices:
        parts.append(
            "<h4>F1 by slice</h4><p>“All” is the whole set; slices of fewer than three documents are put "
            "together.</p>"
        )
        parts += [show_slices(field, report) for field, report in part.slices.items()]
    if part.curves:
        drawn = []
        for name, points in part.curves.items():
            given = [
                (
                    p.recall,
                    p.precision or 0.0,
                    f"score ≥ {p.threshold:g}: P {percent(p.precision)} R {percent(p.recall)} "
                    f"F1 {percent(p.f1)}",
                )
                for p in points
            ]
            drawn.append(draw_curve(name, given))
        parts.append(
            "<h4>Precision and recall over score thresholds</h4><p>Spans matched loosely; what "
            "rules give has no "
            "score and always stays. Hover over a point for its threshold.</p>"
            f'<div class="grid">{"".join(drawn)}</div>'
        )
    if part.calibration:
        drawn = [
            draw_calibration(
                f"{label} (error {100 * error:.1f} %)", [(b.mean, b.right, b.number) for b in bins]
            )
            for label, (bins, error) in part.calibration.items()
        ]
        parts.append(
            "<h4>Can scores be believed?</h4><p>Share of spans that are right against their "
            "score, by tenths; on "
            "the dashed line they agree. The error is the expected calibration error.</p>"
            f'<div class="grid">{"".join(drawn)}</div>'
        )
    matrices = "".join(
        show_matrix(name, part.confusions[name]) for name in CONFUSIONS if name in part.confusions
    )
    parts.append(f'<h4>What is taken for what</h4><div class="matrices">{matrices}</div>')
    parts.append(f"<h4>Worst documents</h4>{KEY}{''.join(map(show_worst, part.worst))}")
    return "".join(parts)


def show_parallel(found: Mapping[str, Any]) -> str:
    """The table of facts equal in both languages."""
    rows = [
        [kind, *(f"{100 * c[k] / c['judged']:.1f}" for k in ("equal", "right")), c["judged"]]
        for kind, c in {**found["kinds"], "all": found["all"]}.items()
        if c["judged"]
    ]
    low, high = found["interval"] or (None, None)
    return (
        f"<h3>One deal, two languages: {found['articles']} pairs of articles</h3>"
        f"<p>{percent(found['share'])} % of facts come out equal from both [{percent(low)}, "
        f"{percent(high)}]. "
        f"Gold itself states {percent(found['ceiling'])} % of its facts alike; only those are judged.</p>"
        + show_table(["fact", "equal %", "equal and right %", "facts"], rows)
    )


def show_overview(sets: Sequence[Measured]) -> str:
    """The key figures of every set and language side by side, with intervals."""
    columns = [(measured, lang) for measured in sets for lang in measured.languages]
    head = [""] + [f"{m.name} {lang} ({m.report.documents[lang]} texts)" for m, lang in columns]
    rows = []
    for key, title in KEY_METRICS.items():
        scores = [m.report.scores[lang][key] for m, lang in columns]
        rows.append([title, *(f"{percent(s.headline)} {bracket(s)}" for s in scores)])
    return show_table(head, rows)


def make_page(sets: Sequence[Measured], external: Mapping[str, Sequence[Sequence[object]]], made: str) -> str:
    """The whole page. `external` holds tables of sets in other schemas: a head and rows."""
    links = [
        f'<a href="#{escape(f"{m.name}-{lang}")}">{escape(m.name)} {escape(lang)}</a>'
        for m in sets
        for lang in m.languages
    ]
    links += [f'<a href="#{escape(name)}">{escape(name)}</a>' for name in external]
    body = []
    overview = show_overview(sets) if sets else ""
    for measured in sets:
        body.append(f"<h2>{escape(measured.name)}</h2>")
        body += [show_language(measured, lang) for lang in measured.languages]
        if measured.parallel:
            body.append(show_parallel(measured.parallel))
    for name, (head, *rows) in external.items():
        body.append(f'<h2 id="{escape(name)}">{escape(name)}</h2>{show_table([str(c) for c in head], rows)}')
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>dealextract: quality</title><style>{STYLE}</style></head><body><header>"
        f'<h1>dealextract: quality</h1><p class="made">{escape(made)}</p>'
        "<p>Figures are in percent. Strict: same label, same start and end. Loose: same label, "
        "any overlap, one to one. Intervals are 95 % bootstrap intervals over documents.</p>"
        f"</header><main><nav>{''.join(links)}</nav>{overview}{''.join(body)}</main></body></html>"
    )
