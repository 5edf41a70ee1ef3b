"""Plots as SVG text: curves, dots with intervals, stacked bars. No script, no outside request.

Every plot has a title for screen readers, a text size that stays readable when the page is scaled, and
colours told apart without red and green.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#0b5fa5", "#d1600a", "#3c8d3f", "#8a4fa3", "#a8324a", "#5b5b5b", "#00838f", "#a07900", "#6d4c41")
Interval = Sequence[float] | None


def svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    """A drawing that fits the width of its place and is never larger than drawn."""
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}" '
        f'style="max-width:{width:.0f}px" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def text(x: float, y: float, content: object, *, anchor: str = "start", kind: str = "") -> str:
    """A piece of text."""
    name = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{name}>{escape(str(content))}</text>'


def turned_text(x: float, y: float, content: str) -> str:
    """The name of an upright axis."""
    return (
        f'<text class="axis" text-anchor="middle" transform="translate({x:.1f} {y:.1f}) rotate(-90)">'
        f"{escape(content)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    """A straight line."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def draw_curve(
    title: str, points: Sequence[tuple[float, float, str]], *, low: float = 0.0, colour: str = COLOURS[0]
) -> str:
    """Precision against recall: (recall, precision, what the tooltip says), both from `low` to 1.

    Lines of equal F1 are drawn behind.
    """
    size, left, top, bottom = 190.0, 44.0, 26.0, 36.0
    span = 1 - low

    def place(recall: float, precision: float) -> tuple[float, float]:
        return left + size * (recall - low) / span, top + size * (1 - (precision - low) / span)

    parts = [text(left, 15, title, kind="head")]
    for n in range(5):
        at = low + span * n / 4
        (x, _), (_, y) = place(at, low), place(low, at)
        parts += [line(left, y, left + size, y), line(x, top, x, top + size)]
        parts += [
            text(left - 5, y + 4, f"{100 * at:.0f}", anchor="end"),
            text(x, top + size + 14, f"{100 * at:.0f}", anchor="middle"),
        ]
    parts += [text(left + size / 2, top + size + 30, "recall %", anchor="middle", kind="axis")]
    parts += [turned_text(11, top + size / 2, "precision %")]
    for f1 in (0.5, 0.6, 0.7, 0.8, 0.9):
        shape = []
        for n in range(61):
            recall = low + span * n / 60
            if 2 * recall > f1 and low <= (precision := f1 * recall / (2 * recall - f1)) <= 1:
                shape.append(place(recall, precision))
        if len(shape) > 1:
            parts.append(f'<polyline class="iso" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in shape)}"/>')
            parts.append(text(left + size + 4, shape[-1][1] + 3, f"F1 {100 * f1:.0f}", kind="iso-name"))
    placed = [(*place(max(r, low), max(p, low)), tip) for r, p, tip in points]
    parts.append(
        f'<polyline fill="none" stroke="{colour}" stroke-width="2" '
        f'points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in placed)}"/>'
    )
    for x, y, tip in placed:
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{colour}"><title>{escape(tip)}</title></circle>'
        )
    return svg(left + size + 36, top + size + bottom, f"{title}: precision against recall", parts)


def draw_dots(title: str, rows: Sequence[tuple[str, float | None, Interval, str]]) -> str:
    """A row for each slice: its name, figure from 0 to 1 as a dot, interval as a line, note at the right."""
    left, width, step, top = 190.0, 260.0, 20.0, 30.0
    height = top + step * len(rows)
    parts = [text(0, 15, title, kind="head")]
    for n in range(5):
        x = left + width * n / 4
        parts += [line(x, top - 4, x, height), text(x, top - 8, f"{25 * n}", anchor="middle")]
    for n, (name, value, interval, note) in enumerate(rows):
        y = top + step * (n + 0.5)
        colour = COLOURS[5] if name == "all" else COLOURS[0]
        shown = name if len(name) < 29 else name[:27] + "…"
        parts.append(text(left - 8, y + 4, shown, anchor="end", kind="total" if name == "all" else ""))
        if value is not None:
            if interval:
                a, b = (left + width * min(1.0, max(0.0, v)) for v in interval)
                parts.append(f'<line x1="{a:.1f}" y1="{y:.1f}" x2="{b:.1f}" y2="{y:.1f}" stroke="{colour}" '
                             'stroke-width="3" opacity=".35"/>')  # fmt: skip
            tip = f"{name}: {100 * value:.1f}" + (
                f" [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]" if interval else ""
            )
            parts.append(
                f'<circle cx="{left + width * value:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}">'
                f"<title>{escape(tip)}</title></circle>"
            )
        parts.append(
            text(left + width + 12, y + 4, f"{'–' if value is None else f'{100 * value:.1f}'}  {note}")
        )
    return svg(left + width + 110, height + 6, title, parts)


def draw_bars(title: str, rows: Mapping[str, Mapping[str, int]], kinds: Sequence[str]) -> str:
    """Stacked bars: a row for each label, a colour for each kind of error, the total at the right."""
    left, width, step, top = 130.0, 420.0, 21.0, 46.0
    most = max((sum(counts.values()) for counts in rows.values()), default=1) or 1
    parts, x = [text(0, 15, title, kind="head")], left
    for n, kind in enumerate(kinds):
        parts += [
            f'<rect x="{x:.0f}" y="24" width="12" height="12" fill="{COLOURS[n]}"/>',
            text(x + 17, 35, kind),
        ]
        x += 30 + 7.2 * len(kind)
    for r, (label, counts) in enumerate(rows.items()):
        y, x = top + step * r, left
        parts.append(text(left - 8, y + 13, label, anchor="end"))
        for n, kind in enumerate(kinds):
            if number := counts.get(kind, 0):
                wide = width * number / most
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{step - 5:.0f}" '
                    f'fill="{COLOURS[n]}">'
                    f"<title>{escape(f'{label} {kind}: {number}')}</title></rect>"
                )
                if wide > 9 * len(str(number)):
                    parts.append(text(x + wide / 2, y + 12.5, number, anchor="middle", kind="inside"))
                x += wide
        parts.append(text(x + 6, y + 13, sum(counts.values())))
    return svg(left + width + 60, top + step * len(rows) + 4, title, parts)


def draw_calibration(title: str, bins: Sequence[tuple[float, float, int]]) -> str:
    """Share right against mean score: (mean, share, number), 0 to 1; the area of a dot is its number."""
    size, left, top = 150.0, 44.0, 26.0
    most = max((number for *_, number in bins), default=1)
    parts = [text(left, 15, title, kind="head")]
    for n in range(5):
        x, y = left + size * n / 4, top + size * (1 - n / 4)
        parts += [line(left, y, left + size, y), line(x, top, x, top + size)]
        parts += [
            text(left - 5, y + 4, 25 * n, anchor="end"),
            text(x, top + size + 14, 25 * n, anchor="middle"),
        ]
    parts.append(line(left, top + size, left + size, top, "iso"))
    for mean, share, number in bins:
        tip = f"mean score {mean:.2f}: {100 * share:.0f} % right of {number}"
        parts.append(
            f'<circle cx="{left + size * mean:.1f}" cy="{top + size * (1 - share):.1f}" '
            f'r="{3 + 8 * (number / most) ** 0.5:.1f}" fill="{COLOURS[0]}" opacity=".65">'
            f"<title>{escape(tip)}</title></circle>"
        )
    parts.append(text(left + size / 2, top + size + 30, "score", anchor="middle", kind="axis"))
    parts.append(turned_text(11, top + size / 2, "right %"))
    return svg(left + size + 60, top + size + 36, f"{title}: share right against score", parts)
