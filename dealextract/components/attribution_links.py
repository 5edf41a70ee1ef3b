"""Links between reporting cues, their sources and what is said.

Every cue becomes one act of saying. A source or a content goes to the act that it stands nearest to,
where nearness counts words, and crossing another cue, a sentence or a paragraph costs more.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_right
from collections.abc import Sequence

from dealextract.components.attribution_acts import (
    SILENT,
    Act,
    Layout,
    Piece,
    after_speech,
    count_words,
    inside,
    list_inside,
    skip_intro,
)
from dealextract.components.attribution_lexicon import Grammar

APART = re.compile(r"\A\s*(?:[,(]|[—–-]\s).*(?:[,)]|\s[—–-])\s*\Z", re.DOTALL)
REACH = 500  # characters between a cue and its source, at most
FURTHEST_SOURCE = 12.0
FURTHEST_CONTENT = 9.0
MOST_BREAKS = 3  # sentences between an act and what it says: more of them always cost too much


def cost_source(
    act: Act,
    source: Piece,
    layout: Layout,
    grammar: Grammar,
    *,
    acts: Sequence[Act],
    sources: Sequence[Piece],
) -> float:
    """How badly a source fits a cue; infinite when it cannot be."""
    text = layout.text
    if source.start < act.end and act.start < source.end:
        inverted = act.start < source.start and source.end < act.end
        return -1.0 if inverted else 0.0
    after = source.start >= act.end
    low, high = (act.end, source.start) if after else (source.end, act.start)
    if high - low > REACH:
        return float("inf")
    breaks = abs(layout.number(source.start) - layout.number(act.start))
    if 8.0 * breaks > FURTHEST_SOURCE:
        return float("inf")
    gap = text[low:high]
    cost = 8.0 * breaks + (12.0 if "\n" in gap.strip(" ") else 0.0)
    if layout.find_quotation(source.start) != layout.find_quotation(act.start):
        cost += 5.0  # one of them belongs to what somebody says
    words = count_words(gap)
    if act.kind == "quoted_as":
        return cost + (10.0 if after else 0.5 * words) + 3.0 * inside(acts, low, high)
    if act.kind in ("preposition", "citing", "cited_by"):
        side = 0.0 if after else 2.0 if act.kind == "cited_by" and words == 0 else 10.0
        return cost + side + 0.8 * words + 4.0 * inside(acts, low, high)
    if after:
        side = 0.0 if words == 0 and "," not in gap else 0.6
        if (
            not gap.strip()
            and grammar.pronoun_kind(text[source.start : source.end])
            and not after_speech(text, act.start)
        ):
            side += 6.0  # "and say they expect": the pronoun is the subject of what is said
        if grammar.recipient_before.search(gap):
            side += 5.0  # "confie à Reuters un trader"
        if re.search(r"[:;]|\.\s", gap):
            side += 6.0
        return cost + side + 0.7 * words + 4.0 * inside(acts, low, high) + 3.0 * inside(sources, low, high)
    relative = grammar.relative_end.search(gap)
    if relative:
        gap = gap[: relative.start()]
        words = count_words(gap)
        cost += 0.5
    if words and (APART.match(gap) or grammar.relative_start.match(gap)):
        return cost + 1.0 + 0.05 * words
    return cost + 0.5 * words + 3.0 * inside(acts, low, high) + 3.0 * inside(sources, low, high)


def link_sources(acts: list[Act], sources: Sequence[Piece], layout: Layout, grammar: Grammar) -> list[Piece]:
    """Give each act its source, cheapest pair first; the sources that nobody took.

    A source serves a second act at a price: "X said A and added B".
    """
    heap: list[tuple[float, int, int, int]] = []
    starts = [s.start for s in sources]
    for i, act in enumerate(acts):
        low = bisect_right(starts, act.start - 2 * REACH)
        high = bisect_right(starts, act.end + REACH)
        for j in range(max(low, high - 60), high):
            cost = cost_source(act, sources[j], layout, grammar, acts=acts, sources=sources)
            if cost <= FURTHEST_SOURCE:
                heapq.heappush(heap, (cost, i, j, 0))
    taken: dict[int, list[int]] = {}
    while heap:
        cost, i, j, seen = heapq.heappop(heap)
        act = acts[i]
        if act.source is not None:
            continue
        users = taken.get(j, [])
        if len(users) > seen:
            # Shared subjects stand before their verbs; a citation never shares its source.
            again = 4.0 if act.kind == "verb" and acts[users[-1]].kind != "citing" else 9.0
            if cost + again <= FURTHEST_SOURCE:
                heapq.heappush(heap, (cost + again, i, j, len(users)))
            continue
        act.source = sources[j]
        taken.setdefault(j, []).append(i)
    return [s for j, s in enumerate(sources) if j not in taken]


def cost_content(act: Act, content: Piece, layout: Layout, acts: Sequence[Act], grammar: Grammar) -> float:
    """How badly a piece of content fits an act; infinite when it cannot be."""
    low, high = act.group
    if high - low > 200:
        low, high = act.start, act.end
    if content.start <= act.start and act.end <= content.end:
        return float("inf")
    text = layout.text
    content = whole_quotation(content, act, layout)
    breaks = abs(layout.number(content.start) - layout.number(act.start))
    if breaks > MOST_BREAKS:
        return float("inf")
    if content.start >= high:
        if content.start - high > 4 * REACH:
            return float("inf")
        gap = text[high : content.start]
        cost, span = 0.0, (high, content.start)
        rest = gap[skip_intro(text, high, content.start, grammar) - high :]
        cited = [a.group for a in list_inside(acts, high, content.start) if a.kind == "citing"]
        cost += 0.4 * max(0, count_words(rest) - sum(count_words(text[s:e]) for s, e in cited))
    elif content.end <= low:
        if low - content.end > REACH:
            return float("inf")
        gap = text[content.end : low]
        cost, span = 0.2 + 0.8 * count_words(gap), (content.end, low)
        if gap and not re.search(r"[,;:—–\"”»’']", gap + text[content.end - 1]):
            cost += 2.0  # what is said before its verb ends with a comma or a quote mark
    else:
        return 1.0
    crossed = sum(0.2 if a.kind == "citing" else 1.0 for a in list_inside(acts, *span))
    quoted = content.start in layout.openings or layout.is_quoted(content.start)
    if breaks:
        leads = layout.sentence(content.start)[0] == content.start
        follows = content.start >= high and quoted and leads and breaks == 1
        cost = (3.0 if follows else 5.0 if quoted and leads else 9.5) + 2.0 * (breaks - 1) + 0.2 * cost
        if follows and any(c.start in layout.openings for c in act.contents):
            cost -= 1.5  # a quotation goes on after its cue
    if act.stance in SILENT:
        cost += 3.0
    if "\n" in gap.strip(" "):
        cost += 2.0 if quoted and content.start >= high else 6.0
    return cost + 3.0 * crossed


def whole_quotation(content: Piece, act: Act, layout: Layout) -> Piece:
    """A piece of a quotation as the whole of it, for an act outside: who says a part says it all."""
    quotation = layout.find_quotation(content.end - 1) or layout.find_quotation(content.start + 1)
    if quotation is None or (quotation.start < act.end and act.start < quotation.end):
        return content
    return Piece(min(content.start, quotation.start), max(content.end, quotation.end))


def link_contents(
    acts: Sequence[Act], contents: Sequence[Piece], layout: Layout, grammar: Grammar
) -> list[Piece]:
    """Give each piece of content to the act that it stands nearest to; the pieces that fit none."""
    speaking = [a for a in acts if a.kind not in ("citing", "cited_by") and not a.label_only] or list(acts)
    starts = [a.start for a in speaking]
    left = []
    for content in contents:
        low = bisect_right(starts, content.start - 4 * REACH)
        high = bisect_right(starts, content.end + 2 * REACH)
        ranked = [
            (cost_content(act, content, layout, acts, grammar), act.start, act) for act in speaking[low:high]
        ]
        best = min(ranked, key=lambda r: (r[0], r[1]), default=None)
        if best is None or best[0] > FURTHEST_CONTENT:
            left.append(content)
        else:
            best[2].contents.append(content)
    return left
