"""An article cut into pieces within which the same spans hold, so that overlaps can be drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dealextract.records import Span

FILLED = ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON", "MONEY", "PERCENT", "DATE")
"""Labels drawn as a background; two of them seldom overlap."""
RULES = {"HEDGE": 1, "TRIGGER": 1, "SOURCE": 2, "CUE": 2, "CONTENT": 3}
"""Labels drawn as a rule under the text, with the slot nearest the text that they may take."""
SLOTS = 6
Range = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text: the ids that cover it, innermost first, and how it is drawn."""

    start: int
    end: int
    ids: tuple[str, ...]
    lights: tuple[str, ...]
    fill: str | None
    rules: tuple[tuple[int, str], ...]
    starts: bool
    """True when one of its spans starts here: a stop for the keyboard."""


def merge_twins(spans: Iterable[Span]) -> list[tuple[Span, tuple[str, ...]]]:
    """Spans of one label and extent drawn once, with all their ids, in text order, longest first."""
    twins: dict[tuple[int, int, str], list[Span]] = defaultdict(list)
    for span in spans:
        if span.end > span.start:
            twins[span.start, -span.end, span.label].append(span)
    return [(twins[key][0], tuple(s.id for s in twins[key])) for key in sorted(twins)]


def assign_slots(spans: Sequence[Span]) -> dict[str, int]:
    """The slot of each ruled span by id: none shares one with a span that it overlaps.

    Nested contents go below each other; past the last slot they share it.
    """
    slots: dict[str, int] = {}
    ends: list[tuple[int, int]] = []
    for span in spans:
        if span.label in RULES:
            ends = [(end, slot) for end, slot in ends if end > span.start]
            taken = {slot for _, slot in ends}
            free = (n for n in range(RULES[span.label], SLOTS + 1) if n not in taken)
            slots[span.id] = next(free, SLOTS)
            ends.append((span.end, slots[span.id]))
    return slots


def cut_segments(text: str, spans: Iterable[Span], lights: Iterable[Range] = ()) -> list[Segment]:
    """The text from start to end as segments; `lights` are ranges (start, end, key) beside the spans.

    >>> spans = [Span(id="C1", label="CONTENT", start=0, end=4, text="ab c"),
    ...          Span(id="N1", label="PERSON", start=3, end=4, text="c")]
    >>> [(s.start, s.end, s.ids) for s in cut_segments("ab c.", spans)]
    [(0, 3, ('C1',)), (3, 4, ('N1', 'C1')), (4, 5, ())]
    """
    drawn = merge_twins(spans)
    slots = assign_slots([span for span, _ in drawn])
    opened: dict[int, list[int]] = defaultdict(list)
    lit: dict[int, list[Range]] = defaultdict(list)
    edges = {0, len(text)}
    for number, (span, _) in enumerate(drawn):
        opened[span.start].append(number)
        edges |= {span.start, span.end}
    for start, end, key in lights:
        first, last = max(0, start), min(end, len(text))
        if first < last:
            lit[first].append((first, last, key))
            edges |= {first, last}
    bounds = sorted(edges)
    segments, active, shining = [], list[int](), list[Range]()
    for start, end in pairwise(bounds):
        active = [n for n in active if drawn[n][0].end > start] + opened[start]
        shining = [light for light in shining if light[1] > start] + lit[start]
        inner = sorted(active, key=lambda n: drawn[n][0].end - drawn[n][0].start)
        over = [drawn[n][0] for n in inner]
        segments.append(
            Segment(
                start, end,
                ids=tuple(id for n in inner for id in drawn[n][1]),
                lights=tuple(dict.fromkeys(key for _, _, key in shining)),
                fill=next((span.label for span in over if span.label in FILLED), None),
                rules=tuple(sorted((slots[span.id], span.label) for span in over if span.id in slots)),
                starts=any(span.start == start for span in over),
            )
        )  # fmt: skip
    return segments
