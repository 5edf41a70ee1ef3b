"""Chains of saying: an outlet and whom it cites, and what is said inside what another one says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dealextract.components.attribution_acts import Act, Layout, Piece, count_words
from dealextract.components.attribution_lexicon import Grammar


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
    for before, act in pairwise(acts):
        if before.kind == "verb" and 0 < act.start - before.end < 150:
            tail = grammar.quoted_as.match(layout.text[before.end : act.end])
            if tail and tail.end() >= act.start - before.end:
                act.kind = "quoted_as"


def cut_citations(acts: Sequence[Act], layout: Layout) -> None:
    """Leave the cited source out of what is said: "Selon X, citant Y, C" says C, not "Y, C"."""
    cited = {act.source.start: act.source for act in acts if act.kind == "citing" and act.source is not None}
    if not cited:
        return
    for act in acts:
        for i, piece in enumerate(act.contents):
            source = cited.get(piece.start)
            if source is not None and source.end < piece.end:
                start = source.end
                while start < piece.end and layout.text[start] in ", \u00a0\n":
                    start += 1
                act.contents[i] = Piece(start, piece.end, score=piece.score)


def share_subjects(acts: Sequence[Act], layout: Layout) -> None:
    """Give a verb without source the source of the act before it in the same sentence."""
    for before, act in pairwise(acts):
        same = layout.number(before.start) == layout.number(act.start)
        if act.source is None and act.kind == "verb" and same and before.kind == "verb":
            act.source = before.source


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
    for before, act in pairwise(acts):
        if layout.number(before.start) != layout.number(act.start) or act.via is not None:
            continue
        if act.kind == "quoted_as" and before.kind == "verb":
            act.via = before
            share_contents(act, before)
        elif before.stance == "denies" and not before.contents:
            said_after = bool(act.contents) and act.contents[0].start >= act.end
            between = layout.text[before.end : max(before.end, act.group[0])]
            if said_after and count_words(between) <= 2 and "," not in between:
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
