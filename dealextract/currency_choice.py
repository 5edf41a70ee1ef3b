"""Which currency a bare "dollar", "franc", "livre", "couronne", "peso" … is, and the words that decide it."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from dealextract.currencies import Unit
from dealextract.currency_evidence import DOMINANT, EURO_YEAR, HOME, LOCAL_DOLLARS, RIVAL, Evidence
from dealextract.currency_tables import FAMILIES

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


def choose(
    evidence: Evidence,
    unit: Unit,
    start: int,
    end: int = 0,
    *,
    restates: str | None = None,
    scaled: bool = False,
) -> Choice | None:
    """The currency of the unit of an amount at `start`:`end`; None when it cannot be known.

    `restates` is the currency of the amount that this one restates: it cannot be the same.
    """
    if unit.code:
        return Choice(unit.code, unit.surface)
    family, options = unit.key, dict(FAMILIES[unit.key])
    default = options.pop("", None)
    if family in CENTS:
        return choose_fraction(evidence, family, options, default, start)
    if family == "dollar" and (choice := choose_dollar(evidence, unit, start, restates, scaled)):
        return choice
    codes = {code for code in (*options.values(), default) if code and code != restates}
    scores = {code: evidence.score(code, options, start, end=end) for code in codes}
    if not scores:
        return None
    undated = evidence.year is None and default is None and not any(score for score, _ in scores.values())
    if undated:
        # The text may be as old as francs and marks that no other country has today.
        scores = {code: evidence.score(code, options, start, end=end, undated=True) for code in codes}
    best = max(scores, key=lambda c: (scores[c][0], c == default, c))
    if default in scores and (scores[best][0] < 3 or scores[best][0] < 1.5 * scores[default][0]):
        # The default yields only to clear evidence.
        best = default
    score, surface = scores[best]
    if family == "franc" and (dated := dated_franc(evidence, score, best, start, restates)):
        return dated
    if score > 0:
        others = max((s for c, (s, _) in scores.items() if c != best), default=0.0)
        return Choice(best, surface, assumed=undated or others >= score)
    if family == "pound" and evidence.sterling and default in scores:
        return Choice("GBP", "rule: pounds beside sterling")
    if default in scores:
        return Choice(default, f"rule: bare {family} is {default}", assumed=True)
    usual = evidence.habits.defaults.get(family)
    return Choice(usual, f"rule: bare {family} is {usual}", assumed=True) if usual else None


def choose_dollar(
    evidence: Evidence, unit: Unit, start: int, restates: str | None, scaled: bool
) -> Choice | None:
    """A bare dollar: marked dollars ("A$", "US$", "dollars canadiens") and the place decide.

    None leaves it to the evidence near the amount, for spelled dollars beside a marked one.
    """
    if restates in LOCAL_DOLLARS:
        return Choice("USD", f"rule: restates {restates}")
    marked = {code: seen for code in LOCAL_DOLLARS if (seen := evidence.written.get(code))}
    if not marked:
        ranked = sorted(LOCAL_DOLLARS, key=lambda c: (-evidence.share_of(c, fewest=0), c))
        home_code, rival = ranked[0], evidence.share_of(ranked[1], fewest=0)
        if restates == "USD" or evidence.share_of(home_code) < DOMINANT or rival >= RIVAL:
            seen = evidence.countries.get("US", ())
            surface = seen[0].surface if seen else "rule: bare dollar is USD"
            return Choice("USD", surface, assumed=not seen)
        return Choice(home_code, evidence.places_of(home_code)[0].surface)
    code = max(marked, key=lambda c: (len(marked[c]), c))
    first, share = marked[code][0].surface, evidence.share_of(code)
    symbols = sum("$" in seen.surface for seen in marked[code])
    if "USD" in evidence.written and restates is None:
        # The text marks both: a bare price is in the dollar of the place, a sum in the American one.
        american = scaled and unit.symbol and evidence.habits.bare_symbol_contrasts
        return Choice(
            "USD" if american else code, "rule: bare beside two marked dollars", assumed=bool(american)
        )
    if not unit.symbol or not symbols:
        return None
    if (
        not evidence.habits.bare_symbol_contrasts
        or (evidence.bare > symbols and share >= HOME)
        or (symbols == 1 and share >= DOMINANT)
    ):
        return Choice(code, first)
    return Choice("USD", "rule: bare $ beside a marked dollar is USD")


def dated_franc(
    evidence: Evidence, score: float, best: str, start: int, restates: str | None
) -> Choice | None:
    """The old franc for texts, or memories, of its time, where no place decides otherwise."""
    franc = evidence.habits.old_franc
    if not franc or restates == franc:
        return None
    old = evidence.year is not None and evidence.year <= EURO_YEAR + 3
    if not old and not evidence.recalls_old_money(start):
        return None
    neighbours = (
        best in ("BEF", "LUF") and best not in evidence.written and len(evidence.countries.get("BE", ())) < 3
    )
    if best == franc or score == 0 or neighbours:
        when = "publication date" if old else "years of the text"
        return Choice(franc, f"rule: francs before the euro ({when})", assumed=score == 0)
    return None


def choose_fraction(
    evidence: Evidence, family: str, options: dict[str, str], default: str | None, start: int
) -> Choice | None:
    """Cents, centimes, pence and øre follow the amounts around them, then the places."""
    near = [
        (before, evidence.decided[code][before - 1].start, code)
        for code in CENTS[family]
        if (before := bisect_left(evidence.decided.get(code, []), start, key=lambda s: s.start))
    ]
    if near:
        count, _, code = max(near)
        return Choice(code, evidence.decided[code][count - 1].surface)
    written = [
        (abs(s.start - start), code, s.surface)
        for code in CENTS[family]
        for s in evidence.written.get(code, [])[:20]
    ]
    if written:
        _, code, surface = min(written)
        return Choice(code, surface)
    if guess := evidence.nearest_guess(CENTS[family], start):
        return Choice(*guess, assumed=True)
    scores = {
        c: evidence.score(c, options, start)
        for c in set(options.values()) | ({default} if default else set())
    }
    best = max(scores, key=lambda c: (scores[c][0], c == default, c), default=None)
    if best and scores[best][0] > 0:
        if family == "pence" and best != "GBP" and scores[best][0] < 3:
            best = "GBP"
        return Choice(old_money(evidence, best, start), scores[best][1])
    default = default or evidence.habits.defaults.get(family)
    if default is None:
        return None
    default = old_money(evidence, default, start)
    return Choice(default, f"rule: bare {family} is {default}", assumed=True)


def old_money(evidence: Evidence, code: str, start: int) -> str:
    """The old franc in the place of the euro, for texts and memories older than it."""
    old = evidence.year is not None and evidence.year < EURO_YEAR
    if code != "EUR" or not (old or evidence.recalls_old_money(start)):
        return code
    return evidence.habits.old_franc or ("USD" if old else code)
