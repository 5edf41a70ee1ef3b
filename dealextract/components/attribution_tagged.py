"""The tagger's cues, sources and contents, mended where their edges are off by a word or a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealextract.components.attribution_lexicon import Grammar
from dealextract.components.attribution_links import Act, Layout, Piece, classify_cue
from dealextract.records import Stance
from dealextract.spans import Tagged

WEAK_CUE = 0.8  # below it, the tagger's cue must be a word that is known to report
SPACE = " \t\u00a0\u202f\n"
WORDS_BETWEEN = re.compile(r"\A\s+(?:\w+\s+){0,2}\Z")
WORD = re.compile(r"\w")


def trim(text: str, start: int, end: int, marks: str = "") -> tuple[int, int]:
    """The range without white space and the given marks at its edges."""
    while start < end and text[start] in SPACE + marks:
        start += 1
    while end > start and text[end - 1] in SPACE + marks:
        end -= 1
    return (start, end)


def read_cues(tagged: Sequence[Tagged], text: str, grammar: Grammar) -> list[Act]:
    """One act for each cue: auxiliaries joined to their verb, stance corrected by sure words."""
    acts: list[Act] = []
    for cue in tagged:
        start, end = trim(text, cue.start, cue.end, ".,;:")
        if end <= start:
            continue
        if acts and acts[-1].end <= start and grammar.auxiliary.fullmatch(text, acts[-1].start, acts[-1].end):
            if WORDS_BETWEEN.match(text[acts[-1].end : start]):
                acts[-1].end = end
                acts[-1].stance = cue.type if cue.type != "asserts" else acts[-1].stance  # type: ignore[assignment]
                acts[-1].score = max(acts[-1].score or 0.0, cue.score)
                continue
        before = grammar.auxiliary_end.search(text, max(0, start - 16), start)
        if before and not (acts and acts[-1].end > before.start(1)):
            start = before.start(1)
        acts.append(Act(start, end, cue.type, cue.score))  # type: ignore[arg-type]
    for act in acts:
        if grammar.auxiliary.fullmatch(text, act.start, act.end):
            verb = grammar.auxiliary_verb.match(text, act.start)
            act.end = verb.end() if verb else act.end
        act.kind = classify_cue(text[act.start : act.end], grammar, text[act.end : act.end + 150])
        act.stance = decide_stance(act, text, grammar)
    return acts


def decide_stance(act: Act, text: str, grammar: Grammar) -> Stance:
    """The stance of a cue: that of its words when they are sure, else the tagger's."""
    for stance, pattern in grammar.stances.items():
        found = pattern.match(text, act.start, min(len(text), act.end + 40))
        if found and found.end() >= act.end - 1:
            return stance
    return act.stance


def is_known_cue(act: Act, text: str, grammar: Grammar) -> bool:
    """True when the words of a cue are known to report."""
    if act.kind != "verb" or act.stance != "asserts":
        return True
    phrase = text[act.start : act.end]
    return any(pattern.search(phrase) for pattern in grammar.verbs.values()) or bool(
        grammar.gerund.search(phrase)
    )


def read_sources(tagged: Sequence[Tagged], text: str, grammar: Grammar) -> list[Piece]:
    """The sources without relative clauses and separators at their edges."""
    pieces = []
    for source in tagged:
        start, end = trim(text, source.start, source.end, ".,;:—–")
        if end > start and WORD.search(text, start, end):
            pieces.append(Piece(start, end, source.type, source.score))
    return pieces


def read_contents(tagged: Sequence[Tagged], layout: Layout, grammar: Grammar) -> list[Piece]:
    """The contents without complementizers and final stops, with the quote marks that belong to them."""
    text = layout.text
    pieces: list[Piece] = []
    for content in tagged:
        start, end = trim(text, content.start, content.end)
        opening = grammar.complementizer.match(text[start : min(end, start + 40)])
        if opening and opening.end() < end - start:
            start += opening.end()
        start, end = snap_quotes(layout, *trim(text, start, end, ",;:"))
        while end > start and text[end - 1] in ".,;:" and not layout.is_quoted(end - 1):
            end -= 1
        if end > start and WORD.search(text, start, end):
            last = pieces[-1] if pieces else None
            if last and start <= last.end:
                continue
            pieces.append(Piece(start, end, score=content.score))
    return pieces


def snap_quotes(layout: Layout, start: int, end: int) -> tuple[int, int]:
    """The range with the quote mark that stands just outside it, or without the half of a quotation."""
    opening = layout.find_quotation(start)
    if opening and start - opening.start <= 2:
        start = opening.start
    closing = layout.find_quotation(end)
    if closing and closing.end - end <= 3 and start <= closing.start:
        end = closing.end
    elif (
        closing is None
        and (inner := layout.find_quotation(end - 1))
        and inner.end == end
        and start > inner.start
    ):
        pass
    return (start, end)
