"""Which currency a bare "dollar", "franc", "livre", "couronne", "peso" … is, and the words that decide it.

Evidence comes from the same text: the currency written out elsewhere, places and nationalities near
the amount, amounts already decided, and the publication date. Counts are kept in sorted lists, so
that a decision costs a few binary searches whatever the length of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from dealextract.currencies import Unit, inflect
from dealextract.currency_tables import BEFORE_EURO, FAMILIES
from dealextract.phrases import PhraseTrie, Tokens

NEAR = 160
SAME_SENTENCE = 6.0
IN_REACH = 1.0
ANYWHERE = 1.0
IN_OPENING = 1.0
OPENING = 250
WRITTEN_OUT = 2.5
ALREADY_DECIDED = 2.0
EURO_YEAR = 1999
RECALL = 400
LOCAL_DOLLARS = frozenset(FAMILIES["dollar"].values()) - {"USD"}
# Share of a text's places that must lie in a country before its dollar beats the American one.
DOMINANT = 0.6
FEWEST = 3
# What a fraction belongs to when an amount of that currency has just been read.
CENTS = {
    "cent": {"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "ZAR", "KES", "EUR", "TWD", "NLG"},
    "centime": {"EUR", "CHF", "FRF", "BEF", "MAD", "DZD", "LUF", "XPF"},
    "pence": {"GBP", "IEP"},
    "ore": {"SEK", "NOK", "DKK"},
}


class Choice(NamedTuple):
    """A currency, the words or the rule that decided it, and whether nothing in the text did."""

    code: str
    evidence: str
    assumed: bool = False


class Sighting(NamedTuple):
    """A place, or a currency written out, at an offset."""

    start: int
    weight: float
    surface: str


def build_places(places: dict[str, list[str]], endings: list[str]) -> PhraseTrie[str]:
    """Trie of place names and nationalities, each with its country code."""
    trie: PhraseTrie[str] = PhraseTrie()
    for country, cues in places.items():
        for cue in cues:
            for form in inflect(cue, endings):
                trie.add(form, country, exact=len(form) <= 4 and form.isupper())
    return trie


class Evidence:
    """Where a text shows its countries and currencies; `choose` decides a bare unit from it."""

    def __init__(
        self, tokens: Tokens, places: PhraseTrie[str], *, lang: str, year: int | None, contrasts: bool = True
    ) -> None:
        self.text = tokens.text
        self.lang = lang
        self.year = year
        self.contrasts = contrasts
        self.countries: dict[str, list[Sighting]] = {}
        self.written: dict[str, list[Sighting]] = {}
        self.decided: dict[str, list[Sighting]] = {}
        self.sterling = False
        self.years = [
            tokens.starts[n] for n, raw in enumerate(tokens.raw) if is_old_year(raw, tokens.kinds[n])
        ]
        i = 0
        while i < len(tokens):
            found = places.longest(tokens, i) if tokens.kinds[i] == "word" else None
            if found:
                end, country = found
                start = tokens.starts[i]
                self.countries.setdefault(country, []).append(
                    Sighting(start, 1.0, self.text[start : tokens.ends[end - 1]])
                )
            i = found[0] if found else i + 1

    def note(self, start: int, end: int, unit: Unit) -> None:
        """Remember a currency that is written out in the text."""
        self.sterling = self.sterling or unit.key in ("sterling", "pence", "GBP")
        if unit.explicit:
            self.written.setdefault(unit.key, []).append(Sighting(start, WRITTEN_OUT, self.text[start:end]))

    def decide(self, start: int, code: str, surface: str) -> None:
        """Remember an amount whose currency is settled."""
        self.decided.setdefault(code, []).append(Sighting(start, ALREADY_DECIDED, surface))

    def choose(
        self, unit: Unit, start: int, *, restates: str | None = None, scaled: bool = False
    ) -> Choice | None:
        """The currency of a unit at an offset; None when it cannot be known.

        `restates` is the currency of the amount that this one restates: it cannot be the same.
        """
        if unit.code:
            return Choice(unit.code, unit.surface)
        family, options = unit.key, dict(FAMILIES[unit.key])
        default = options.pop("", None)
        if family in CENTS:
            return self.choose_fraction(family, options, default, start)
        if family == "dollar" and (marked := self.marked_dollar(unit, start, restates, scaled)):
            return marked
        codes = {code for code in (*options.values(), default) if code and code != restates}
        scores = {code: self.score(code, options, start) for code in codes}
        best = max(scores, key=lambda c: (scores[c][0], c == default, c), default=None)
        if best is None:
            return None
        if (
            family == "dollar"
            and best != default
            and self.share_of(best) < DOMINANT
            and best not in self.written
        ):
            best = default
        yields = default in scores and (scores[best][0] < 3 or scores[best][0] < 1.5 * scores[default][0])
        if best != default and yields:
            # The default yields only to clear evidence.
            best = default
        score, surface = scores[best]
        if family == "franc" and (dated := self.dated_franc(score, best, start, restates)):
            return dated
        if score > 0:
            others = max((s for c, (s, _) in scores.items() if c != best), default=0.0)
            return Choice(best, surface, assumed=others >= score)
        if family == "pound" and self.sterling and default in scores:
            return Choice("GBP", "rule: pounds beside sterling")
        if default in scores:
            return Choice(default, f"rule: bare {family} is {default}", assumed=True)
        if family == "dirham":
            code = "MAD" if self.lang == "fr" else "AED"
            return Choice(code, f"rule: bare dirham in {self.lang} is {code}", assumed=True)
        return None

    def marked_dollar(self, unit: Unit, start: int, restates: str | None, scaled: bool) -> Choice | None:
        """A bare dollar in a text that marks some of its dollars: "A$", "US$", "dollars canadiens"."""
        marked = {
            code: seen for code in LOCAL_DOLLARS if (seen := self.written.get(code)) and code != restates
        }
        if not marked:
            return None
        code = max(marked, key=lambda c: (len(marked[c]), c))
        first = marked[code][0]
        american = self.written.get("USD")
        if american and not restates:
            # The text marks both: a bare price is in the dollar of the place, a bare sum in the American one.
            american_sum = scaled and unit.symbol and self.contrasts
            return Choice(
                "USD" if american_sum else code,
                "rule: bare dollar beside two marked ones",
                assumed=american_sum,
            )
        symbols = sum(1 for s in marked[code] if s.surface[-1:] == "$" or "$" in s.surface[:4])
        if unit.symbol and symbols > 1 and restates != "USD":
            return Choice("USD", "rule: bare $ beside a marked dollar is USD")
        if symbols and unit.symbol and not (first.start < start and self.share_of(code) >= DOMINANT):
            return Choice("USD", "rule: bare $ beside a marked dollar is USD")
        return None

    def share_of(self, code: str) -> float:
        """Share of the places of the text that lie in the countries of a currency."""
        total = sum(len(seen) for seen in self.countries.values())
        seen = [s for country in home(FAMILIES["dollar"], code) for s in self.countries.get(country, ())]
        opens = any(s.start < OPENING for s in seen)
        return len(seen) / total if opens and len(seen) >= FEWEST else 0.0

    def dated_franc(self, score: float, best: str, start: int, restates: str | None) -> Choice | None:
        """The French franc for texts, or memories, of its time, where no place decides otherwise."""
        if self.lang != "fr" or restates == "FRF":
            return None
        old = self.year is not None and self.year <= EURO_YEAR + 3
        recalled = self.recalls_old_money(start)
        if (
            old
            and best in ("BEF", "LUF")
            and best not in self.written
            and len(self.countries.get("BE", ())) < 3
        ):
            best = "FRF"
        if best == "FRF" and (old or recalled):
            rule = "publication date" if old else "years of the text"
            return Choice("FRF", f"rule: francs before the euro ({rule})", assumed=score == 0)
        if score == 0:
            if old or recalled:
                return Choice("FRF", "rule: francs before the euro", assumed=True)
            return Choice("CHF", "rule: bare francs today are CHF", assumed=True)
        return None

    def choose_fraction(
        self, family: str, options: dict[str, str], default: str | None, start: int
    ) -> Choice | None:
        """Cents, centimes, pence and øre follow the amounts around them, then the places."""
        near = [
            (before, self.decided[code][before - 1].start, code)
            for code in CENTS[family]
            if (before := bisect_left(self.decided.get(code, []), start, key=lambda s: s.start))
        ]
        if near:
            count, _, code = max(near)
            return Choice(code, self.decided[code][count - 1].surface)
        written = [
            (abs(s.start - start), code, s.surface)
            for code in CENTS[family]
            for s in self.written.get(code, [])[:20]
        ]
        if written:
            _, code, surface = min(written)
            return Choice(code, surface)
        scores = {
            c: self.score(c, options, start)
            for c in set(options.values()) | ({default} if default else set())
        }
        best = max(scores, key=lambda c: (scores[c][0], c == default, c), default=None)
        if best and scores[best][0] > 0:
            if family == "pence" and best != "GBP" and scores[best][0] < 3:
                best = "GBP"
            if best == "EUR" and self.year is not None and self.year < EURO_YEAR:
                best = "FRF" if self.lang == "fr" else "USD"
            return Choice(best, scores[best][1])
        if default is None and family in ("cent", "centime"):
            default = "EUR" if self.lang == "fr" else "USD"
            old = self.year is not None and self.year < EURO_YEAR
            if self.lang == "fr" and (old or (family == "centime" and self.recalls_old_money(start))):
                default = "FRF"
        return Choice(default, f"rule: bare {family} is {default}", assumed=True) if default else None

    def score(self, code: str, options: dict[str, str], start: int) -> tuple[float, str]:
        """Strength of the evidence for a currency at an offset, and its nearest words."""
        gone = code in BEFORE_EURO.values() and code not in self.written
        of_its_time = self.year is not None and self.year < EURO_YEAR + 3
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
                if item and (nearest is None or abs(item.start - start) < nearest):
                    nearest, surface = abs(item.start - start), item.surface
        return total, surface

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
