"""How far goes what is said: the clause or the quotation beside an act of saying.

Where the tagger gave no content the rules find one; where it gave a fragment they complete it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealextract.components.attribution_acts import (
    DATELINE,
    LONGEST_CLAUSE,
    Act,
    Piece,
    count_words,
    skip_intro,
)
from dealextract.components.attribution_reader import Reader

CLAUSE_END = re.compile(r"[,;:!?()\n]|\.(?=\s|\Z)|\s[—–-]\s")
COMMA = re.compile(r".(?:\s?,|(?<=[,»”\"’'?!]))\s*[,—–-]?\s*", re.DOTALL)
NEAR = 60  # characters between two fragments of one clause, at most
LEAST_WHOLE = 4  # words of a sentence that is said as a whole


def free_range(act: Act, others: Sequence[Act], first: int, last: int) -> tuple[int, int]:
    """The part of a sentence around an act that no other act takes."""
    low, high = act.group
    first, last = max(first, low - LONGEST_CLAUSE), min(last, high + LONGEST_CLAUSE)
    for other in others:
        if other is act or other.kind in ("citing", "cited_by"):
            continue
        start, end = (other.start, other.end) if other.source is act.source else other.group
        if end <= low and start >= first:
            first = max(first, end, *(c.end for c in other.contents if c.end <= low), first)
        elif start >= high and end <= last:
            last = min(last, start, *(c.start for c in other.contents if c.start >= high), last)
    return (first, last)


def complete_contents(act: Act, reader: Reader, others: Sequence[Act]) -> list[Piece]:
    """The pieces of an act with fragments of one clause joined, and clauses run to their ends."""
    text, layout = reader.text, reader.layout
    low, high = act.group
    first, last = layout.sentence(low)
    first, last = free_range(act, others, first, last)
    pieces = join_fragments(sorted(act.contents, key=lambda c: c.start), act, reader, others)
    out = []
    for piece in pieces:
        start, end = piece.start, piece.end
        last_word = act.kind == "verb" or not re.search(r"\w", text[high:last])
        if end <= low and last_word and COMMA.fullmatch(text, end - 1, low) and first < start:
            # "C, X said": what precedes the cue in its sentence is said, from the start of the sentence.
            rule = clean(reader, start_clause(reader, first, start), low)
            if rule is not None and rule.start < start and layout.number(rule.start) == layout.number(start):
                start = rule.start
        elif start >= high and (echo := echo_start(act, reader, start)) is not None:
            start = echo
        elif start >= high and end < last and not layout.is_quoted(end):
            # A fragment that stops inside a clause runs to the end of the clause.
            stop = CLAUSE_END.search(text, end, last)
            rule = clean(reader, start, stop.start() if stop else last)
            if rule is not None and rule.end > end and runs_on(act, Piece(start, end), reader):
                end = rule.end
        end = cut_participle(reader, others, start, end)
        out.append(Piece(start, end, score=piece.score))
    return out


def cut_participle(reader: Reader, others: Sequence[Act], start: int, end: int) -> int:
    """The end of a piece without the cue that follows it: "the sale had closed" of "…, adding that"."""
    for other in others:
        if (
            start < other.start < end
            and other.end <= end
            and end - other.end <= 6
            and (not other.contents or any(c.start >= end for c in other.contents))
        ):
            own = other.source is not None and start < other.source.start < other.start
            piece = clean(reader, start, other.group[0] if own else other.start)
            if piece is not None and piece.start == start:
                return piece.end
    return end


def echo_start(act: Act, reader: Reader, start: int) -> int | None:
    """Where "he believed C" starts after "said", when the tagger took C alone; else None."""
    text = reader.text
    intro = skip_intro(text, act.group[1], start, reader.grammar)
    between = text[intro:start].split()
    pronoun = bool(between) and between[0].lower() in reader.grammar.subject_pronouns
    return reader.trim(intro, start)[0] if pronoun and len(between) <= 3 else None


def start_clause(reader: Reader, first: int, start: int) -> int:
    """Where the clause of a piece starts: after the last colon or semicolon before it."""
    marks = [m.end() for m in re.finditer(r"[:;](?=\s)", reader.text[first:start])]
    outside = [first + m for m in marks if not reader.layout.is_quoted(first + m - 1)]
    return outside[-1] if outside else first


def runs_on(act: Act, piece: Piece, reader: Reader) -> bool:
    """True when a piece is a clause that has been cut: no bare object, and no other clause follows."""
    text, grammar = reader.text, reader.grammar
    if text[piece.end - 1] in '»”"' or grammar.conjunction.match(text[piece.end : piece.end + 20].lstrip()):
        return False
    introduced = grammar.complementizer_end.search(text[max(0, piece.start - 12) : piece.start])
    return bool(introduced) or count_words(text[piece.start : piece.end]) >= 4


def join_fragments(pieces: Sequence[Piece], act: Act, reader: Reader, others: Sequence[Act]) -> list[Piece]:
    """The pieces with those joined that lie close together on one side of the cue, in one sentence."""
    out: list[Piece] = []
    for piece in pieces:
        last = out[-1] if out else None
        if last and piece.start - last.end <= NEAR and not parted(last, piece, act, reader, others):
            out[-1] = Piece(last.start, piece.end, score=last.score)
        else:
            out.append(piece)
    return out


def parted(left: Piece, right: Piece, act: Act, reader: Reader, others: Sequence[Act]) -> bool:
    """True when a cue, a source, a sentence end or a paragraph stands between two pieces."""
    if reader.layout.number(left.start) != reader.layout.number(right.start):
        return True
    groups = [act.group, (act.start, act.end), *((o.start, o.end) for o in others)]
    groups += [(o.source.start, o.source.end) for o in (act, *others) if o.source is not None]
    return "\n" in reader.text[left.end : right.start] or any(
        left.end <= s < right.start or left.end < e <= right.start for s, e in groups
    )


def find_contents(act: Act, reader: Reader, others: Sequence[Act]) -> list[Piece]:
    """The clause or the quotation that an act reports, in pieces; empty when none is seen."""
    text, layout, grammar = reader.text, reader.layout, reader.grammar
    low, high = act.group
    first, last = layout.sentence(low)
    if high > last or high - low > 250:
        return []
    first, last = free_range(act, others, first, last)
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
    if before is not None and comma_before:
        return [before]
    # "The firm says that it will appeal, its lawyer said": what another act took is said once more.
    whole = clean(reader, layout.sentence(low)[0], low) if comma_before and act.kind == "verb" else None
    return [whole] if whole is not None and count_words(text[whole.start : whole.end]) >= LEAST_WHOLE else []


def clean(reader: Reader, start: int, end: int) -> Piece | None:
    """The content between two offsets without separators, conjunctions and final punctuation at its edges."""
    text = reader.text
    start, end = reader.trim(start, end)
    dateline = DATELINE.match(text, start, end)
    start = dateline.end() if dateline else start
    found = reader.grammar.conjunction.match(text, start, end)
    if found:
        start, end = reader.trim(found.end(), end)
    while end > start and text[end - 1] in ".,;: " and reader.name_over(end - 1) is None:
        end -= 1
    return Piece(start, end) if count_words(text[start:end]) >= 1 else None
