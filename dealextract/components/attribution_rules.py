"""What an act of saying and its content look like without the tagger.

These rules add the acts that the tagger missed where the words leave little doubt, and find what is said
where it gave no content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dealextract.components.attribution_acts import Act, Piece, count_words, skip_intro
from dealextract.components.attribution_reader import Reader
from dealextract.records import Stance


def propose_acts(reader: Reader, *, free: set[int]) -> Iterator[Act]:
    """Acts that the words alone give, with their source; those that touch `free` are left out.

    `free` holds characters that cues already cover.
    """
    text, grammar, layout = reader.text, reader.grammar, reader.layout

    def is_new(start: int, end: int) -> bool:
        return not any(at in free for at in range(start, end))

    for found in grammar.preposition.finditer(text):
        act = Act(found.start(), found.end(), kind="preposition")
        if is_new(act.start, act.end) and reader.name_over(act.start) is None:
            act.source = reader.find_source(act)
            if act.source is not None:
                yield act
    for found in grammar.label.finditer(text):
        if is_new(found.start(1), found.end(1)):
            start, end = reader.trim(*found.span(2))
            if end > start:
                act = Act(found.start(1), found.end(1), kind="preposition", label_only=True)
                act.source = Piece(start, end)
                yield act
    stances: tuple[Stance, ...] = ("unreachable", "declines")
    for stance in stances:
        for found in grammar.stances[stance].finditer(text):
            start, end = reader.trim(*found.span())
            if end <= start or not is_new(start, end) or layout.is_quoted(start):
                continue
            act = Act(start, end, stance=stance)
            subject = reader.phrase_before(start, layout.sentence(start)[0])
            if subject and reader.is_speaker(*subject):
                act.source = Piece(*subject)
                free.update(range(start, end))
                yield act
    for strength in ("plain", "weak"):
        for found in grammar.verbs[strength].finditer(text):
            start, end = found.span()
            if not is_new(start, end) or reader.name_over(start) or layout.is_quoted(start):
                continue
            act = Act(start, end)
            if reports(reader, act, weak=strength == "weak"):
                free.update(range(start, end))
                yield act
    for found in grammar.gerund.finditer(text):
        start, end = found.span()
        if (
            is_new(start, end)
            and not layout.is_quoted(start)
            and text[max(0, start - 8) : start].rstrip()[-1:] == ","
        ):
            intro = skip_intro(text, end, min(len(text), end + 120), grammar)
            if grammar.complementizer_end.search(text[end:intro]):
                yield Act(start, end)


def reports(reader: Reader, act: Act, *, weak: bool) -> bool:
    """True when a verb reports here; gives the act its source."""
    text, layout = reader.text, reader.layout
    low, high = layout.sentence(act.start)
    before = text[low : act.start].rstrip(" \t\u00a0\u202f")
    inverted = reader.find_inverted(act)
    after_speech = before[-1:] in tuple(',»”"’')
    if inverted:
        act.source = inverted
        return True
    intro = skip_intro(text, act.end, high, reader.grammar)
    says_that = bool(reader.grammar.complementizer_end.search(text[act.end : intro]))
    opens_quote = re.match(r"[\s,:]{0,3}[«“\"]", text[act.end : act.end + 6]) is not None
    subject = reader.phrase_before(act.start, low)
    if subject and reader.is_speaker(*subject):
        if not weak or says_that or opens_quote or ends_speech(text, low, subject[0], quoted=True):
            act.source = Piece(*subject)
            return True
    elif after_speech:
        found = reader.phrase_after(act.end)
        if found and reader.is_speaker(*found) and count_words(text[act.end : found[0]]) == 0:
            act.source = Piece(*found)
            return True
    return False


def ends_speech(text: str, low: int, at: int, *, quoted: bool = False) -> bool:
    """True when what stands before an offset may be what somebody says: a closing quote mark, or a comma."""
    before = text[max(low, at - 6) : at].rstrip(" \t\u00a0\u202f")
    if not quoted:
        return before[-1:] in tuple(',»”"’')
    return before.rstrip(",")[-1:] in tuple('»”"’')


def find_contents(act: Act, reader: Reader, others: Sequence[Act]) -> list[Piece]:
    """The clause or the quotation that an act reports, in pieces; empty when none is seen."""
    text, layout, grammar = reader.text, reader.layout, reader.grammar
    low, high = act.group
    first, last = layout.sentence(low)
    if high > last or high - low > 250:
        return []
    for other in others:
        if other is act or other.kind in ("citing", "cited_by"):
            continue
        start, end = (other.start, other.end) if other.source is act.source else other.group
        if end <= low and start >= first:
            first = max(first, end, *(c.end for c in other.contents if c.end <= low), first)
        elif start >= high and end <= last:
            last = min(last, start, *(c.start for c in other.contents if c.start >= high), last)
    opening = re.match(r"\s{0,2}:\s{0,2}(?=[«“\"])", text[high : high + 6])
    if opening and (quotation := layout.find_quotation(high + opening.end() + 1)):
        return [Piece(quotation.start, quotation.end)]
    start = skip_intro(text, high, last, grammar)
    says_that = bool(grammar.complementizer_end.search(text[high:start]))
    # "denied it, admitting that …": what follows a comma belongs to the next verb.
    cut_off = act.kind == "verb" and text[start : start + 1] == "," and not says_that
    after = None if cut_off else clean(reader, start, last)
    before = clean(reader, first, low)
    quoted_before = text[max(0, low - 8) : low].rstrip(" ,\u00a0\u202f")[-1:] in tuple("»”\"’'")
    comma_before = text[max(0, low - 8) : low].rstrip(" \u00a0\u202f")[-1:] == "," or quoted_before
    inside_sentence = (
        before is not None and comma_before and count_words(text[before.start : before.end]) >= 3
    )
    if act.kind == "preposition":
        pieces = [p for p in (before if comma_before or after is None else None, after) if p is not None]
        if before is not None and not comma_before and after is not None:
            pieces = (
                [after]
                if text[high : high + 1] == "," and count_words(text[before.start : before.end]) < 4
                else [before]
            )
        return pieces
    if says_that and after is not None:
        return [after]
    if (
        inside_sentence
        and before is not None
        and (after is None or count_words(text[after.start : after.end]) < 3 or quoted_before)
    ):
        return [before]
    if after is not None and (act.source is None or act.source.start < act.end):
        return [after]
    return [before] if before is not None and comma_before else []


def clean(reader: Reader, start: int, end: int) -> Piece | None:
    """The content between two offsets without separators, conjunctions and final punctuation at its edges."""
    text = reader.text
    start, end = reader.trim(start, end)
    found = reader.grammar.conjunction.match(text, start, end)
    if found:
        start, end = reader.trim(found.end(), end)
    while end > start and text[end - 1] in ".,;: " and reader.name_over(end - 1) is None:
        end -= 1
    return Piece(start, end) if count_words(text[start:end]) >= 1 else None
