"""A document's text with what was found, missed and added, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from breakdown import Worst
from errors import Problem

from dealextract.records import Document
from dealextract.scoring.counts import NAME_LABELS, SPAN_LABELS, get_range, list_spans, pair_spans
from dealextract.scoring.matching import count_shared

SHOWN = tuple(label for label in SPAN_LABELS if label != "CONTENT")
"""Contents cover whole sentences: their errors are in the list below the text."""
ORDER = ("missed", "spurious", "type", "boundary", "right")
"""Where marks overlap, the first of these decides the colour."""
ROWS = 60


class Marked(NamedTuple):
    """A range with how it fared and what its tooltip says."""

    start: int
    end: int
    state: str
    told: str


def mark_spans(gold: Document, predicted: Document) -> list[Marked]:
    """Every span of either side: right, boundary, type, missed or spurious."""
    marks: list[Marked] = []
    missed, spurious = [], []
    for label in SHOWN:
        expected, found = list_spans(gold, label), list_spans(predicted, label)
        pairs = pair_spans(expected, found)
        taken = {id(span) for pair in pairs for span in pair}
        missed += [span for span in expected if id(span) not in taken]
        spurious += [span for span in found if id(span) not in taken]
        for g, p in pairs:
            if get_range(g) == get_range(p):
                marks.append(Marked(*get_range(g), "right", f"{label}: right"))
            else:
                start, end = min(g.start, p.start), max(g.end, p.end)
                marks.append(Marked(start, end, "boundary", f"{label}: gold “{g.text}”, found “{p.text}”"))
    used: set[int] = set()
    for g in missed:
        other = next(
            (
                p
                for p in spurious
                if id(p) not in used
                and {g.label, p.label} <= set(NAME_LABELS)
                and count_shared(get_range(g), get_range(p))
            ),
            None,
        )
        if other is None:
            marks.append(Marked(*get_range(g), "missed", f"{g.label}: missed"))
        else:
            used.add(id(other))
            marks.append(Marked(*get_range(g), "type", f"{g.label} taken for {other.label}"))
    marks += [
        Marked(*get_range(p), "spurious", f"{p.label}: not in gold") for p in spurious if id(p) not in used
    ]
    return marks


def cut_text(length: int, marks: Sequence[Marked]) -> list[tuple[int, int, list[Marked]]]:
    """Pieces of the text between all ends of marks, each with the marks that cover it.

    >>> cut_text(6, [Marked(0, 4, "right", "a"), Marked(2, 4, "missed", "b")])[1][2][1].told
    'b'
    """
    ends = sorted({0, length, *(m.start for m in marks), *(m.end for m in marks)})
    return [(a, b, [m for m in marks if m.start <= a and b <= m.end]) for a, b in pairwise(ends)]


def show_text(gold: Document, predicted: Document) -> str:
    """The marked text; hovering over a mark tells what it is."""
    pieces = []
    for start, end, covering in cut_text(len(gold.text), mark_spans(gold, predicted)):
        shown = escape(gold.text[start:end])
        if covering:
            state = min((m.state for m in covering), key=ORDER.index)
            told = escape("; ".join(m.told for m in covering))
            shown = f'<mark class="{state}" title="{told}">{shown}</mark>'
        pieces.append(shown)
    return f'<div class="article" lang="{escape(gold.lang)}">{"".join(pieces)}</div>'


def show_problem(problem: Problem) -> str:
    """A row of the list of errors."""
    start, end = problem.at
    place = " ".join(problem.document.text[start:end].split())
    name = f"{problem.label}.{problem.attribute}" if problem.attribute else problem.label
    cells = (
        problem.kind,
        name,
        place if len(place) < 90 else place[:88] + "…",
        "" if problem.gold is None else problem.gold,
        "" if problem.found is None else problem.found,
    )
    return (
        f'<tr class="{problem.kind}">' + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"
    )


def show_worst(worst: Worst) -> str:
    """A document: score, marked text and list of errors, folded away until asked for."""
    gold = worst.gold
    facts = [
        gold.published,
        *(str((gold.model_extra or {}).get(f) or "") for f in ("register", "difficulty")),
    ]
    about = escape(" · ".join(fact for fact in facts if fact))
    rows = "".join(map(show_problem, sorted(worst.problems, key=lambda p: p.at)[:ROWS]))
    rest = len(worst.problems) - ROWS
    more = f"<p>… and {rest} more.</p>" if rest > 0 else ""
    return (
        f"<details><summary><b>{escape(gold.id or '(no id)')}</b> <span>F1 {100 * worst.f1:.1f}, "
        f"{len(worst.problems)} errors</span> <small>{about}</small></summary>"
        f"{show_text(gold, worst.predicted)}"
        '<div class="wide"><table class="errors"><thead><tr><th>kind</th><th>of</th><th>where</th>'
        f"<th>gold</th><th>found</th></tr></thead><tbody>{rows}</tbody></table></div>{more}</details>"
    )
