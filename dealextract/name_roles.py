"""Persons that the tagger took for firms, known by what stands beside their name or elsewhere in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealextract.clusters import Mention
from dealextract.lexicon import Lexicon

GIVEN = re.compile(r"[^\W\d_a-z][\w'’.-]*$")
PARTICLES = frozenset({"de", "da", "van", "von", "al", "el", "bin", "ben", "di", "du", "le"})


class RoleLexicon(Lexicon):
    """Pieces of pattern: what stands before or after the name of a person, and last words of firms."""

    persons_before: tuple[str, ...] = ()
    persons_after: tuple[str, ...] = ()
    firm_words: tuple[str, ...] = ()


class PersonFinder:
    """Says which names labelled COMPANY are persons."""

    def __init__(self, lexicon: RoleLexicon, titles: Sequence[str]) -> None:
        joined = "|".join(map(re.escape, titles))
        self.titled = re.compile(rf"(?<![\w.])(?:{joined})[ \u00a0]([^\W\d_a-z][\w'’-]+)")
        self.before = re.compile(rf"(?<!\w)(?:{'|'.join(lexicon.persons_before) or '(?!)'})[ \u00a0]$")
        self.after = re.compile("|".join(lexicon.persons_after) or "(?!)")
        self.firm_words = frozenset(lexicon.firm_words)

    def surnames(self, text: str, mentions: Sequence[Mention]) -> frozenset[str]:
        """Last names behind a title in the text, without those of persons whose full name is known.

        "Mr Duarte" makes a person of "Lin Duarte"; beside "Lin Duarte" it makes none of "Ateliers Duarte".
        """
        full = {m.text.split()[-1] for m in mentions if m.label == "PERSON" and " " in m.text}
        return frozenset({m.group(1) for m in self.titled.finditer(text)} - full)

    def is_person(
        self, text: str, mention: Mention, surnames: frozenset[str], firms: Sequence[Mention]
    ) -> bool:
        """True when a name of two to five words is a person's by its neighbours or by its last word.

        `firms` are the other names that the text may hold behind "of": "Lin Duarte of Brume Capital".
        """
        words = mention.text.split()
        if not 2 <= len(words) <= 5 or not all(w in PARTICLES or GIVEN.match(w) for w in words):
            return False
        if not self.firm_words.isdisjoint(w.lower() for w in words):
            return False
        start, end = mention.start, mention.end
        if words[-1] in surnames:
            return True
        if self.before.search(text[max(0, start - 50) : start]):
            return True
        found = self.after.match(text, end, end + 90)
        if found is None:
            return False
        return not found.group().endswith((" ", "\u00a0", "'", "’")) or any(
            f.start == found.end() for f in firms
        )
