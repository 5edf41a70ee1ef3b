"""Links between reporting cues, their sources and what is said.

Every cue becomes one act of saying. A source or a content goes to the act that it stands nearest to,
where nearness counts words, and crossing another cue, a sentence or a paragraph costs more.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from dealextract.components.attribution_lexicon import Grammar
from dealextract.components.quotes import Quotation
from dealextract.records import SourceType, Stance

WORD = re.compile(r"\w+")
APART = re.compile(r"\A\s*(?:[,(]|[—–-]\s).*(?:[,)]|\s[—–-])\s*\Z", re.DOTALL)
SILENT: frozenset[Stance] = frozenset({"declines", "unreachable"})
REACH = 500  # characters between a cue and its source, at most
FURTHEST_SOURCE = 12.0
FURTHEST_CONTENT = 9.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A candidate source or content: characters, type of the source when known, score of the tagger."""

    start: int
    end: int
    type: str = ""
    score: float | None = None


@dataclass(slots=True)
class Act:
    """One act of saying while it is put together."""

    start: int
    end: int
    stance: Stance = "asserts"
    score: float | None = None
    kind: str = "verb"  # on which side the source stands: verb, preposition, citing, cited_by, quoted_as
    source: Piece | None = None
    source_type: SourceType = "other"
    contents: list[Piece] = field(default_factory=list)
    via: Act | None = None
    label_only: bool = False  # a label such as "(source: X)", which has no content to look for

    @property
    def group(self) -> tuple[int, int]:
        """The characters from the first to the last of cue and source when they stand together."""
        if self.source is None:
            return (self.start, self.end)
        return (min(self.start, self.source.start), max(self.end, self.source.end))


class Layout:
    """Where sentences, paragraphs and quotations lie in a text."""

    def __init__(self, text: str, starts: Sequence[int], quotations: Sequence[Quotation]) -> None:
        self.text = text
        self.quotations = quotations
        self.openings = {q.start for q in quotations}
        self.quote_starts = [q.start for q in quotations]
        self.starts = [s for s in starts if not self.is_quoted(s)] or [0]

    def is_quoted(self, at: int) -> bool:
        """True when the character lies inside a quotation, its marks excluded."""
        return self.find_quotation(at) is not None

    def find_quotation(self, at: int) -> Quotation | None:
        """The quotation that holds a character after its opening mark."""
        index = bisect_right(self.quote_starts, at) - 1
        if index >= 0:
            quotation = self.quotations[index]
            if quotation.start < at < quotation.end:
                return quotation
        return None

    def number(self, at: int) -> int:
        """Index of the sentence of a character; a quotation does not break a sentence."""
        return bisect_right(self.starts, at) - 1

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and end of the sentence of a character, white space at the end left out."""
        index = self.number(at)
        start = self.starts[max(index, 0)]
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return (start, end)


def classify_cue(text: str, grammar: Grammar, after: str = "") -> str:
    """On which side of the cue its source stands: verb, preposition, citing or cited_by.

    `after` is the text that follows the cue, as far as its sentence may go.
    """
    if grammar.cited_by.match(text + after[:6]):
        return "cited_by"
    if grammar.relative.search(text, max(0, len(text) - 9)):
        return "verb"  # "selon lequel": its source stands before it
    if grammar.citing.match(text):
        return "verb" if grammar.quoted_as.match(after) else "citing"
    if grammar.prepositional.match(text):
        return "preposition"
    return "verb"


def after_speech(text: str, at: int) -> bool:
    """True when a comma or a quote mark stands before an offset: what was said may end there."""
    return text[max(0, at - 4) : at].rstrip()[-1:] in tuple(",»”\"’'")


def count_words(text: str) -> int:
    """Number of words, at most 40: what is further is far.

    >>> count_words("a indiqué, mardi"), count_words(", ")
    (3, 0)
    """
    return sum(1 for _, _ in zip(range(40), WORD.finditer(text), strict=False))


def list_inside(acts: Sequence[Act], start: int, end: int) -> list[Act]:
    """The first acts, sorted by start, that lie in a range."""
    first = bisect_right(acts, start - 1, key=lambda a: a.start)
    return [a for a in acts[first : first + 20] if a.start < end and a.end <= end]


def inside(spans: Sequence[Piece | Act], start: int, end: int) -> int:
    """How many of the spans, sorted by start, lie in a range."""
    first = bisect_right(spans, start - 1, key=lambda s: s.start)
    count = 0
    for span in spans[first : first + 20]:
        if span.start >= end:
            break
        count += span.end <= end
    return count


def cost_source(
    act: Act, source: Piece, layout: Layout, acts: Sequence[Act], sources: Sequence[Piece], grammar: Grammar
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
    gap = text[low:high]
    breaks = abs(layout.number(source.start) - layout.number(act.start))
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
    if words and APART.match(gap):
        return cost + 1.0 + 0.05 * words
    return cost + 0.5 * words + 3.0 * inside(acts, low, high) + 3.0 * inside(sources, low, high)


def link_sources(acts: list[Act], sources: Sequence[Piece], layout: Layout, grammar: Grammar) -> list[Piece]:
    """Give each act its source, cheapest pair first; the sources that nobody took.

    A source serves a second act at a price: "X said A and added B".
    """
    mark_quoted_as(acts, layout, grammar)
    heap: list[tuple[float, int, int, int]] = []
    starts = [s.start for s in sources]
    for i, act in enumerate(acts):
        low = bisect_right(starts, act.start - 2 * REACH)
        high = bisect_right(starts, act.end + REACH)
        for j in range(max(low, high - 60), high):
            cost = cost_source(act, sources[j], layout, acts, sources, grammar)
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


def split_citations(acts: list[Act], left: list[Piece], layout: Layout) -> None:
    """Make two acts of "the paper quotes a source": one cue with a source on either side."""
    for act in [a for a in acts if a.kind == "citing" and a.source is not None and a.source.start >= a.end]:
        for source in left:
            gap = layout.text[source.end : act.start] if source.end <= act.start <= source.end + 40 else "…"
            if not gap.strip():
                acts.append(Act(act.start, act.end, act.stance, act.score, source=source))
                left.remove(source)
                break


def mark_quoted_as(acts: Sequence[Act], layout: Layout, grammar: Grammar) -> None:
    """Know the second cue of "quoted X as saying"."""
    for before, act in zip(acts, acts[1:], strict=False):
        if before.kind == "verb" and 0 < act.start - before.end < 150:
            tail = grammar.quoted_as.match(layout.text[before.end : act.end])
            if tail and tail.end() >= act.start - before.end:
                act.kind = "quoted_as"


def skip_intro(text: str, start: int, end: int, grammar: Grammar) -> int:
    """Offset after "on Monday that", "mercredi dans un communiqué que" and the like.

    What is skipped has to end with a complementizer or a comma, or be an adjunct; else the start stays.
    """
    at = start
    for _ in range(4):
        found = grammar.complementizer.match(text[at : min(end, at + 40)])
        if found:
            return at + found.end()
        ahead = text[at : min(end, at + 120)]
        found = grammar.adjunct.match(ahead) or grammar.recipient.match(ahead)
        if not found or not found.end():
            break
        at += found.end()
    found = grammar.complementizer.match(text[at : min(end, at + 40)])
    return at + found.end() if found else at


def cost_content(act: Act, content: Piece, layout: Layout, acts: Sequence[Act], grammar: Grammar) -> float:
    """How badly a piece of content fits an act; infinite when it cannot be."""
    low, high = act.group
    if high - low > 200:
        low, high = act.start, act.end
    if content.start <= act.start and act.end <= content.end:
        return float("inf")
    text = layout.text
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
    breaks = abs(layout.number(content.start) - layout.number(act.start))
    quoted = content.start in layout.openings or layout.is_quoted(content.start)
    if breaks:
        follows = content.start >= high and quoted and breaks == 1
        cost = (3.0 if follows else 5.0 if quoted else 8.0) + 2.0 * (breaks - 1) + 0.2 * cost
        if follows and any(c.start in layout.openings for c in act.contents):
            cost -= 1.5  # a quotation goes on after its cue
    if act.stance in SILENT:
        cost += 3.0
    if "\n" in gap.strip(" "):
        cost += 2.0 if quoted and content.start >= high else 6.0
    return cost + 3.0 * crossed


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


def link_chains(acts: Sequence[Act], layout: Layout, grammar: Grammar) -> None:
    """Set `via`: an outlet and whom it cites, and an act reported inside what another one says."""
    for i, act in enumerate(acts):
        if act.kind in ("citing", "cited_by"):
            near = [
                (distance(act, other), other.start, other)
                for other in acts[max(0, i - 4) : i + 5]
                if other is not act
                and other.kind not in ("citing", "cited_by")
                and layout.number(other.start) == layout.number(act.start)
            ]
            if not near:
                continue
            host = min(near, key=lambda n: n[:2])[2]
            if act.kind == "cited_by":
                host.via = host.via or act
            else:
                act.via = host
                share_contents(act, host)
    share_objects(acts, layout)
    for i, act in enumerate(acts):
        if act.via is None and act.kind not in ("citing", "cited_by"):
            hosts = [
                (c.end - c.start, other.start, other)
                for other in acts[max(0, i - 20) : i + 21]
                if other is not act and other.via is not act
                for c in other.contents
                if c.start <= act.start and act.end <= c.end
            ]
            if hosts:
                act.via = min(hosts, key=lambda h: h[:2])[2]
    for act in acts:  # no circle
        seen, at = {id(act)}, act
        while at.via is not None:
            if id(at.via) in seen:
                at.via = None
                break
            at = at.via
            seen.add(id(at))


def share_objects(acts: Sequence[Act], layout: Layout) -> None:
    """Share contents inside "denied reports that C" and "quoted X as saying C"."""
    for before, act in zip(acts, acts[1:], strict=False):
        if layout.number(before.start) != layout.number(act.start) or act.via is not None:
            continue
        low, high = before.end, act.group[0]
        if act.kind == "quoted_as" and before.kind == "verb":
            act.via = before
            share_contents(act, before)
        elif (
            before.stance == "denies"
            and not before.contents
            and act.contents
            and act.contents[0].start >= act.end
        ):
            if high >= low and count_words(layout.text[low:high]) <= 2 and "," not in layout.text[low:high]:
                act.via = before
                share_contents(before, act)


def distance(a: Act, b: Act) -> int:
    """Characters between the groups of two acts, 0 when they touch."""
    (s, e), (t, f) = a.group, b.group
    return max(0, t - e, s - f)


def share_contents(act: Act, host: Act) -> None:
    """What an outlet says on the word of its source is said by both."""
    if not act.contents:
        act.contents = list(host.contents)
    elif not host.contents:
        host.contents = list(act.contents)
