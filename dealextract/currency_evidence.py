"""What a text shows of its countries and currencies: places, currencies written out, amounts already decided.

Sightings are kept in sorted lists, so that a question about an offset costs a few binary searches
whatever the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from dealextract.currencies import Habits, Unit, inflect
from dealextract.currency_tables import BEFORE_EURO, FAMILIES
from dealextract.phrases import PhraseTrie, Tokens

NEAR = 160
SAME_SENTENCE = 6.0
IN_REACH = 1.0
ANYWHERE = 1.0
IN_OPENING = 1.0
OPENING = 250
STOP, FAR_STOP = re.compile(r"[.;:](?!\d)"), 30
NEAREST = 0.5  # between equals the nearer place decides
WRITTEN_OUT = 2.5
ALREADY_DECIDED = 2.0
EURO_YEAR = 1999
RECALL = 400
LOCAL_DOLLARS = frozenset(FAMILIES["dollar"].values()) - {"USD"}
# Share of a text's places that must lie in a country before its dollar beats the American one.
DOMINANT = 0.6
HOME = 0.5
RIVAL = 0.15
FEWEST = 4.0
EXCHANGE = 3.0


class Sighting(NamedTuple):
    """A place, or a currency written out, at an offset."""

    start: int
    weight: float
    surface: str


def build_places(places: dict[str, list[str]], endings: list[str]) -> PhraseTrie[str]:
    """Trie of place names and nationalities, each with its country code; "=" asks for the very case."""
    trie: PhraseTrie[str] = PhraseTrie()
    for country, cues in places.items():
        for cue in cues:
            cased = cue.startswith("=")
            for form in inflect(cue.removeprefix("="), endings):
                trie.add(form, country, exact=cased or (len(form) <= 4 and form.isupper()))
    return trie


class Evidence:
    """Where a text shows its countries and currencies."""

    def __init__(
        self,
        tokens: Tokens,
        places: PhraseTrie[str],
        *,
        habits: Habits,
        day: str | None,
        exchanges: frozenset[str] = frozenset(),
    ) -> None:
        self.text = tokens.text
        self.day = day
        self.year = int(day[:4]) if day and day[:4].isdigit() else None
        self.habits = habits
        self.countries: dict[str, list[Sighting]] = {}
        self.written: dict[str, list[Sighting]] = {}
        self.decided: dict[str, list[Sighting]] = {}
        self.guessed: list[tuple[int, str, str]] = []
        self.sterling = False
        self.bare = 0
        self.shares: dict[str, tuple[float, float]] = {}
        self.years = [
            tokens.starts[n]
            for n, kind in enumerate(tokens.kinds)
            if kind == "digits" and is_old_year(tokens.raw[n], kind)
        ]
        i = 0
        for at in places.starts().find(tokens):
            found = places.longest(tokens, at) if at >= i and tokens.kinds[at] == "word" else None
            if found:
                i, country = found
                start = tokens.starts[at]
                surface = self.text[start : tokens.ends[i - 1]]
                weight = EXCHANGE if surface in exchanges else 1.0
                self.countries.setdefault(country, []).append(Sighting(start, weight, surface))

    def note(self, start: int, end: int, unit: Unit, *, again: bool) -> None:
        """Remember a currency that is written out in the text; `again` when the amount restates another."""
        if unit.symbol and unit.key == "dollar" and not again:
            self.bare += 1
        self.sterling = self.sterling or unit.key in ("sterling", "pence", "GBP")
        if unit.explicit:
            self.written.setdefault(unit.key, []).append(Sighting(start, WRITTEN_OUT, self.text[start:end]))

    def decide(self, start: int, code: str, surface: str) -> None:
        """Remember an amount whose currency is settled."""
        self.decided.setdefault(code, []).append(Sighting(start, ALREADY_DECIDED, surface))

    def guess(self, start: int, code: str, surface: str) -> None:
        """Remember an amount whose currency is assumed; amounts come in text order."""
        self.guessed.append((start, code, surface))

    def nearest_guess(self, codes: set[str], start: int) -> tuple[str, str] | None:
        """Currency and words of the nearest amount, among the two around an offset, in one of `codes`."""
        at = bisect_left(self.guessed, (start, "", ""))
        around = [g for g in self.guessed[max(0, at - 1) : at + 1] if g[1] in codes]
        return min(around, key=lambda g: abs(g[0] - start))[1:] if around else None

    def places_of(self, code: str) -> list[Sighting]:
        """Sightings of the countries that have a dollar."""
        return [s for country in home(FAMILIES["dollar"], code) for s in self.countries.get(country, ())]

    def share_of(self, code: str, *, fewest: float = FEWEST) -> float:
        """Share of the places of the text that lie in the countries of a dollar; 0 when they are too few."""
        if not self.shares:
            total = sum(weigh(s) for seen in self.countries.values() for s in seen)
            for local in LOCAL_DOLLARS:
                own = sum(weigh(s) for s in self.places_of(local))
                self.shares[local] = (own, own / total if total else 0.0)
        own, share = self.shares[code]
        return share if own >= fewest else 0.0

    def score(
        self, code: str, options: dict[str, str], start: int, *, end: int = 0, undated: bool = False
    ) -> tuple[float, str]:
        """Strength of the evidence for a currency of an amount at `start`:`end`, and its nearest words.

        `undated` texts may be as old as the currencies that the euro replaced.
        """
        gone = code in BEFORE_EURO.values() and code not in self.written
        of_its_time = undated if self.year is None else self.year < EURO_YEAR + 3
        if gone and not of_its_time and not self.recalls_old_money(start):
            return 0.0, ""
        lists = [self.written.get(code, [])]
        lists += [self.countries.get(country, []) for country, c in options.items() if c == code]
        left, right = self.sentence(start)
        total, nearest, surface = 0.0, None, ""
        for items in lists:
            if not items:
                continue
            weight = items[0].weight
            inside = count_between(items, left, right)
            reach = count_between(items, start - NEAR, start + NEAR)
            opening = count_between(items, 0, OPENING)
            total += weight * (
                SAME_SENTENCE * min(inside, 1)
                + IN_REACH * min(reach, 2)
                + ANYWHERE * min(len(items), 4) / 2
                + IN_OPENING * min(opening, 2)
            )
            before = self.last_before(items, start)
            if before and weight >= ALREADY_DECIDED and start - before.start < 400:
                total += weight / 2
            for item in (before, self.first_after(items, start)):
                if item and (nearest is None or self.gap(item, start, end) < nearest):
                    nearest, surface = self.gap(item, start, end), item.surface
        if total and nearest is not None:
            total += NEAREST / (1 + nearest)
        return total, surface

    def gap(self, sighting: Sighting, start: int, end: int) -> int:
        """Characters between a sighting and the amount at `start`:`end`; a stop counts for many."""
        left, right = sighting.start + len(sighting.surface), start
        if sighting.start >= start:
            left, right = max(start, end), sighting.start
        stops = len(STOP.findall(self.text, left, min(right, left + NEAR)))
        return max(0, right - left) + FAR_STOP * stops

    def recalls_old_money(self, start: int) -> bool:
        """True when a year before the euro's coins stands near an offset."""
        i = bisect_left(self.years, start - RECALL)
        return i < len(self.years) and self.years[i] < start + RECALL

    def sentence(self, start: int) -> tuple[int, int]:
        """Rough bounds of the sentence at an offset, at most 300 characters each way."""
        window = self.text[max(0, start - 300) : start]
        cut = max(window.rfind(". "), window.rfind("\n"))
        left = start - len(window) + cut + 1 if cut >= 0 else start - len(window)
        after = self.text[start : start + 300]
        ends = [p for p in (after.find(". "), after.find("\n")) if p >= 0]
        return left, start + (min(ends) if ends else len(after))

    @staticmethod
    def last_before(items: list[Sighting], start: int) -> Sighting | None:
        """The last sighting before an offset."""
        i = bisect_left(items, start, key=lambda s: s.start)
        return items[i - 1] if i else None

    @staticmethod
    def first_after(items: list[Sighting], start: int) -> Sighting | None:
        """The first sighting at or after an offset."""
        i = bisect_left(items, start, key=lambda s: s.start)
        return items[i] if i < len(items) else None


def weigh(sighting: Sighting) -> float:
    """Weight of a place: an exchange weighs more than a city, the opening of the text more than its end."""
    return sighting.weight * (2 if sighting.start < OPENING else 1)


def home(options: dict[str, str], code: str) -> list[str]:
    """Countries of a family whose currency is `code`.

    >>> home({"CA": "CAD", "US": "USD"}, "CAD")
    ['CA']
    """
    return [country for country, c in options.items() if country and c == code]


def count_between(items: list[Sighting], start: int, end: int) -> int:
    """Number of sightings from `start` to before `end`; the list is sorted."""
    return bisect_left(items, end, key=lambda s: s.start) - bisect_left(items, start, key=lambda s: s.start)


def is_old_year(raw: str, kind: str) -> bool:
    """True for four digits that may be a year before 2002, when the franc was still spent."""
    return kind == "digits" and len(raw) == 4 and "1850" <= raw < str(EURO_YEAR + 3)
