"""Quotations in press text: where they start and end, whatever their marks.

Marks may be mismatched (« … "), doubled in nesting, never closed, or repeated at the head of each
paragraph of one long quotation; none of it raises. Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MARK = re.compile("[«»“”„‟\"‹›‘’']|''|``")
OPENERS = {"«": "»", "“": "”", "„": "“", "‟": "”", "‹": "›", "‘": "’", '"': '"', "'": "'", "’": "’", "”": "”"}
CLOSERS = frozenset("»”›")
STRONG = frozenset('«»“”„‟"‹›')
SINGLE = frozenset("‘’'")
FAR = 32  # marks looked at when the end of a quotation is searched; keeps the search linear


class Quotation(NamedTuple):
    """A quotation with its marks: `text[start:end]`; `closed` is False when no mark closes it."""

    start: int
    end: int
    closed: bool


class Mark(NamedTuple):
    """A quote mark and what it can do where it stands."""

    at: int
    char: str
    opens: bool
    closes: bool
    heads_line: bool
    line: int


def read_marks(text: str) -> list[Mark]:
    """The quote marks of a text with the direction that their neighbours give them.

    An apostrophe inside a word is no mark.

    >>> [(m.at, m.opens, m.closes) for m in read_marks('He said "yes".')]
    [(8, True, False), (12, False, True)]
    """
    marks: list[Mark] = []
    line, counted = 0, 0
    for found in MARK.finditer(text):
        at, char = found.start(), found.group()[0]
        before = text[at - 1] if at else "\n"
        after = text[at + 1] if at + 1 < len(text) else "\n"
        free_before = before.isspace() or before in "([{—–-/«“‘\"'’"
        free_after = after.isspace() or not after.isalnum()
        heads_line = text[max(0, at - 3) : at].strip(" \t\u00a0\u202f")[-1:] in ("", "\n")
        if char in SINGLE:
            opens = free_before and (after.isalnum() or after in '[“"$£€') and char != "’"
            closes = char != "‘" and free_after and not before.isspace()
            if after.isdigit() and text[at + 3 : at + 4] == "s":  # the '90s
                opens = False
        elif char in CLOSERS:
            # Scandinavian and careless text opens with the closing mark too.
            opens = char == "”" and free_before and after.isalnum()
            closes = not opens
        elif char == '"':
            inward = after.isalnum() or (not after.isspace() and after not in ",.;:!?)]}»”…")
            loose = before.isspace() and after.isspace()
            opens = (free_before and inward) or loose
            closes = loose or not opens
        else:
            opens, closes = True, char == "“" and not before.isspace() and free_after
        if opens or closes:
            line, counted = line + text.count("\n", counted, at), at
            marks.append(Mark(at, char, opens, closes, heads_line, line))
    return marks


def fits(opener: Mark, mark: Mark) -> bool:
    """True when the mark is the one that should close what the opener opened."""
    return mark.closes and mark.char == OPENERS[opener.char]


def find_close(marks: list[Mark], first: int) -> int | None:
    """Index of the mark that closes the quotation opened by `marks[first]`; None when none does.

    The right mark wins over a mismatched one when it comes before a new quotation opens.
    """
    opener, depth, substitute = marks[first], 0, None
    single = opener.char in SINGLE
    for index in range(first + 1, min(first + FAR, len(marks))):
        mark = marks[index]
        if single:
            # A single mark may be an apostrophe: only a near partner in the same line counts.
            if mark.at - opener.at > 300 or mark.line > opener.line:
                return None
            if mark.closes and mark.char in SINGLE:
                return index
            continue
        if mark.char in SINGLE:
            continue
        broken = mark.line > marks[index - 1].line
        if broken and not mark.heads_line and substitute is not None:
            return substitute
        if fits(opener, mark):
            if depth == 0 or opener.char == '"':
                return index
            depth -= 1
        elif mark.opens and not mark.closes and mark.char == opener.char:
            if mark.heads_line:
                continue  # each paragraph of a long quotation opens again
            if substitute is not None:
                return substitute
            if opener.char == '"' or mark.line > opener.line:
                return None
            depth += 1
        elif mark.closes and mark.char in STRONG and substitute is None:
            opened = any(
                m.opens and m.char != opener.char and fits(m, mark) for m in marks[first + 1 : index]
            )
            if not opened:
                substitute = index
    return substitute


def find_quotations(text: str) -> list[Quotation]:
    """The outermost quotations of a text, in order, marks included; never two that overlap.

    >>> [text[q.start:q.end] for text in ['Il dit « oui, "vraiment" ».'] for q in find_quotations(text)]
    ['« oui, "vraiment" »']
    """
    marks = read_marks(text)
    last_close = max((i for i, mark in enumerate(marks) if mark.closes), default=-1)
    found: list[Quotation] = []
    index = line_end = 0
    while index < len(marks):
        mark = marks[index]
        if not mark.opens:
            index += 1
            continue
        close = find_close(marks, index) if index < last_close else None
        if close is not None:
            found.append(Quotation(mark.at, marks[close].at + 1, closed=True))
            index = close + 1
            continue
        if mark.char not in SINGLE:
            if mark.at >= line_end:
                line_end = text.find("\n", mark.at)
                line_end = len(text) if line_end < 0 else line_end
            end = line_end
            later = next(
                (m for m in marks[index + 1 : index + FAR] if m.opens and m.char not in SINGLE), None
            )
            if later is not None:
                end = min(end, later.at)
            end = mark.at + len(text[mark.at : end].rstrip())
            if end > mark.at + 1:
                found.append(Quotation(mark.at, end, closed=False))
                while index + 1 < len(marks) and marks[index + 1].at < end:
                    index += 1
        index += 1
    return found
