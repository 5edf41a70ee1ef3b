"""The clause that a cue bears on: its scope, found by the signs, conjunctions and verbs around it.

`clause`     the clause around the cue, with its subject; a relative clause inserted in it does not end it
`right`      from the cue on, as for a denial: "denied that …" leaves the subject out
`phrase`     from a noun to the end of its complement: "rumours of a bid"
`sentence`   the whole of the statement that a condition belongs to

Whoever is said to say it stays outside: "Selon X, …", "…, X said", "X said it may …".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from dealextract.cues import Word, is_plain
from dealextract.lexicon import Lexicon

QUOTES = {"«": "»", "“": "”", "„": "”", '"': '"'}
MARKS = frozenset([*QUOTES, *QUOTES.values()])
BRACKETS = frozenset("()")
LONGEST = 80  # words of a scope on either side of its cue; keeps long sentences linear
TAIL = 14  # words of an attribution that follows a clause: ", a spokesman for the company said on Monday"
NEAR = 2  # adverbs between a conjunction and the cue that it joins


class ScopeLexicon(Lexicon):
    """What closes a clause: signs, conjunctions, and words that open a parenthesis of attribution.

    `openers` begin a subordinate clause, `relatives` are those that insert one after a comma; `after_comma`
    begin another clause behind a comma; `breakers` do anywhere; `joins` coordinate; `finite` are verbs that
    say that a new predicate begins; `saying` verbs of reporting, `leads` words before a source.
    """

    signs: tuple[str, ...]
    openers: tuple[str, ...]
    relatives: tuple[str, ...]
    after_comma: tuple[str, ...]
    breakers: tuple[str, ...]
    joins: tuple[str, ...]
    finite: tuple[str, ...]
    saying: tuple[str, ...]
    leads: tuple[str, ...]


class ClauseFinder:
    """Finds the range of the proposition around a cue, in one sentence."""

    def __init__(self, lexicon: ScopeLexicon, adverbs: Iterable[str]) -> None:
        self.adverbs = frozenset(adverbs)
        self.signs = frozenset(lexicon.signs)
        self.openers = frozenset(lexicon.openers)
        self.relatives = frozenset(lexicon.relatives)
        self.after_comma = frozenset(lexicon.after_comma)
        self.breakers = frozenset(lexicon.breakers)
        self.joins = frozenset(lexicon.joins)
        self.finite = frozenset(lexicon.finite)
        self.saying = frozenset(lexicon.saying)
        self.leads = frozenset(lexicon.leads)

    def scope(
        self,
        words: Sequence[Word],
        first: int,
        last: int,
        direction: str,
        quotations: Sequence[tuple[int, int]],
    ) -> tuple[int, int]:
        """Words [start, end) that a cue at words [first, last) bears on, never less than the cue.

        `quotations` are those of the sentence: what is hedged inside one ends with it.
        """
        opening, closing = find_quotation(quotations, first) or (-1, len(words))
        low, high = max(opening + 1, first - LONGEST), min(closing, last + LONGEST)
        start, inserted = first, False
        if direction in ("clause", "sentence"):
            start, inserted = self.find_start(words, first, low, whole=direction == "sentence")
        end = self.find_end(words, last, max(high, last), direction, inserted=inserted)
        while start < first and not is_plain(words, start):
            start += 1
        while end > last and words[end - 1].norm in ",.!?…":
            end -= 1
        return start, end

    def find_start(self, words: Sequence[Word], first: int, low: int, *, whole: bool) -> tuple[int, bool]:
        """The first word of the clause; True when it is a relative clause behind a comma."""
        at, commas, closed = first, 0, 0
        while at > low:
            norm = words[at - 1].norm
            if norm in BRACKETS:
                closed += 1 if norm == ")" else -1
                if closed < 0:
                    return at, False
            if norm in self.signs or norm in self.breakers or norm in self.saying:
                return at, False
            if norm in self.joins and not whole and self.are_adverbs(words, at, first):
                return at, False  # "sold its mill and may buy": the cue's own predicate begins here
            if norm == ",":
                commas += 1
                if self.opens_with_lead(words, at - 1, low):
                    return at, False
            elif norm in self.openers:
                behind = at > 1 and words[at - 2].norm == ","
                if behind and norm in self.relatives and commas % 2 and words[first - 1].norm == ",":
                    at, commas = at - 2, 0  # "X, which Y, may": the relative clause is closed before the cue
                    continue
                if not whole or (at > 1 and words[at - 2].norm in self.saying):
                    return at, behind and norm in self.relatives
            elif norm in self.after_comma and not whole and at > 1 and words[at - 2].norm == ",":
                return at, False
            at -= 1
        return at, False

    def find_end(self, words: Sequence[Word], last: int, high: int, direction: str, *, inserted: bool) -> int:
        """The word after the clause that the cue stands in."""
        at, whole, opened = last, direction == "sentence", 0
        while at < high:
            norm = words[at].norm
            if norm in BRACKETS:
                opened += 1 if norm == "(" else -1
                if opened < 0:
                    return at
            if norm in self.signs or norm in self.breakers:
                return at
            if norm == ",":
                if direction == "phrase" or (inserted and at > last) or self.is_tail(words, at + 1, high):
                    return at
                follows = words[at + 1].norm if at + 1 < high else ""
                closing = self.find_comma(words, at + 1, high)
                if (
                    closing
                    and not whole
                    and follows in self.relatives
                    and self.is_finite(words, closing + 1, high)
                ):
                    at = closing + 1  # "the sale, which Y, will close"
                    continue
                if not whole and (follows in self.after_comma or follows in self.breakers):
                    return at
            elif norm in self.joins:
                if not whole and self.is_finite(words, at + 1, high):
                    return at
            elif direction == "phrase" and norm in self.finite:
                return at
            at += 1
        return at

    def are_adverbs(self, words: Sequence[Word], start: int, end: int) -> bool:
        """True when nothing but an adverb or two stands in a range."""
        return end - start <= NEAR and all(word.norm in self.adverbs for word in words[start:end])

    def is_finite(self, words: Sequence[Word], at: int, high: int) -> bool:
        """True when a verb that begins a predicate stands at a word."""
        return at < high and words[at].norm in self.finite

    def find_comma(self, words: Sequence[Word], start: int, high: int) -> int | None:
        """The next comma, None when a stronger sign or the end comes first."""
        for at in range(start, high):
            if words[at].norm == ",":
                return at
            if words[at].norm in self.signs:
                break
        return None

    def opens_with_lead(self, words: Sequence[Word], comma: int, low: int) -> bool:
        """True when what stands before a comma, from the start on, names a source: "Selon X,"."""
        for at in range(comma - 1, max(low, comma - TAIL) - 1, -1):
            norm = words[at].norm
            if norm == "," or norm in self.signs:
                return False
            if norm in self.leads and (at == low or not is_plain(words, at - 1)):
                return True
        return False

    def is_tail(self, words: Sequence[Word], start: int, high: int) -> bool:
        """True when what follows a comma tells who says it: "estime un analyste", "X said", "selon X"."""
        if start >= high:
            return False
        if words[start].norm in self.leads or words[start].norm in self.saying:
            return True
        for at in range(start, min(start + TAIL, high)):
            norm = words[at].norm
            if norm == "," or norm in self.signs or norm in self.openers:
                return False
            if norm in self.saying:
                return at + 1 >= high or words[at + 1].norm not in self.openers
        return False


def list_quotations(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Words (opening, closing) of the marks of each quotation of a sentence, in order.

    A quotation that begins before the sentence opens at -1; one that is never closed ends with the sentence.

    >>> from dealextract.cues import split_words
    >>> list_quotations(split_words('"We may sell," she said'))
    [(0, 5)]
    """
    found: list[tuple[int, int]] = []
    opened: int | None = None
    closing = ""
    for i, word in enumerate(words):
        if word.norm not in MARKS:
            continue
        if opened is None:
            if word.norm in QUOTES:
                opened, closing = i, QUOTES[word.norm]
            elif not found:
                found.append((-1, i))
        elif word.norm == closing:
            found.append((opened, i))
            opened = None
    if opened is not None:
        found.append((opened, len(words)))
    return found


def find_quotation(quotations: Sequence[tuple[int, int]], at: int) -> tuple[int, int] | None:
    """The quotation, its marks' words, that holds a word between its marks; None when none does.

    >>> find_quotation([(0, 5)], 2), find_quotation([(0, 5)], 5)
    ((0, 5), None)
    """
    index = bisect_left(quotations, (at,)) - 1
    if index >= 0 and quotations[index][0] < at < quotations[index][1]:
        return quotations[index]
    return None
