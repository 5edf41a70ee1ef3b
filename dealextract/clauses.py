"""The clause that a cue bears on: its scope."""

from __future__ import annotations

from collections.abc import Sequence

from dealextract.cues import Word, is_plain
from dealextract.lexicon import Lexicon


class ScopeLexicon(Lexicon):
    """What closes a clause: signs, conjunctions, and words that open a parenthesis of attribution."""

    signs: tuple[str, ...]
    openers: tuple[str, ...]
    after_comma: tuple[str, ...]
    breakers: tuple[str, ...]


class ClauseFinder:
    """Finds the range of the proposition around a cue, by signs and conjunctions of its sentence."""

    def __init__(self, lexicon: ScopeLexicon) -> None:
        self.signs = frozenset(lexicon.signs)
        self.openers = frozenset(lexicon.openers)
        self.after_comma = frozenset(lexicon.after_comma)
        self.breakers = frozenset(lexicon.breakers)

    def scope(self, words: Sequence[Word], first: int, last: int, direction: str) -> tuple[int, int]:
        """Words [start, end) that a cue at words [first, last) bears on, in one sentence.

        "clause" goes both ways, "right" from the cue on, "sentence" to the strong signs around.
        """
        start, end = first, last
        if direction != "right":
            while start > 0 and not self.closes_left(words, start - 1, direction):
                start -= 1
        while end < len(words) and not self.closes_right(words, end, direction):
            end += 1
        while start < first and not is_plain(words, start):
            start += 1
        while end > last and words[end - 1].norm in ",.!?…":
            end -= 1
        return start, end

    def closes_left(self, words: Sequence[Word], at: int, direction: str) -> bool:
        norm = words[at].norm
        if norm in self.signs:
            return True
        if direction == "sentence":
            return False
        return (
            norm in self.openers
            or norm in self.breakers
            or (norm in self.after_comma and at > 0 and words[at - 1].norm == ",")
        )

    def closes_right(self, words: Sequence[Word], at: int, direction: str) -> bool:
        norm = words[at].norm
        if norm in self.signs:
            return True
        if direction == "sentence":
            return False
        follows = words[at + 1].norm if at + 1 < len(words) else ""
        return norm in self.breakers or (
            norm == "," and (follows in self.after_comma or follows in self.breakers)
        )
