"""Amounts that leave their currency out ("contre 175 millions un an plus tôt"): are they money, and whose?"""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from dealextract.currency_choice import Choice
from dealextract.currency_evidence import Evidence
from dealextract.currency_tables import FAMILIES
from dealextract.money_grammar import FIGURE_SUM
from dealextract.not_money import NAMED_BEFORE, Amount, stems
from dealextract.quantities import load_quantities

SENTENCE_END = re.compile(r"[.!?…][\"»”’)]{0,2}[\s\u00a0]|\n")
# What stands between an amount and its restatement in another currency.
RESTATES = re.compile(
    r"[^\d().!?;]{0,24}\([^()\d.!?]{0,24}|[\s\u00a0,;]{0,3}(?:/|=|(?:soit|ou|or|équivalent|i\.e\.)\b)[^()\d.!?]{0,24}",
    re.IGNORECASE,
)
EQUALS = re.compile(r"\béquiva|\bequivalent|\bequal to|\bconverti|\bcorrespond", re.IGNORECASE)
ALONG = re.compile(r"[\s\u00a0]{0,2}(?:[;:,/]|ou|or|et|and)[^()\d.!?]{0,16}", re.IGNORECASE)
NEAR = 400
LONGEST_MEMORY = 60  # amounts among which a sum named before is sought
WINDOW_BEFORE, WINDOW_AFTER = 90, 45
COUNT_BEFORE, COUNT_AFTER = 60, 25
COUNT_RUN = 250
EURO = ("FR", "DE", "BE", "IT", "ES", "NL", "IE", "AT", "FI", "GR", "PT", "LU")
# What a country counts in, for texts that name no currency at all.
NATIONAL = {
    **{country: code for options in FAMILIES.values() for country, code in options.items() if country},
    **dict.fromkeys((*EURO, "SK", "EE", "CY", "MT"), "EUR"),
    **{
        "GB": "GBP",
        "US": "USD",
        "CH": "CHF",
        "CN": "CNY",
        "JP": "JPY",
        "IN": "INR",
        "TR": "TRY",
        "HU": "HUF",
    },
}


def find_restatements(text: str, amounts: list[Amount]) -> list[bool]:
    """For each amount, True when it restates the one before: in parentheses, or after "soit", "or", "/"."""
    found: list[bool] = []
    for n, amount in enumerate(amounts):
        start = amounts[n - 1].end if n else amount.start
        close = n > 0 and amount.start - start <= 36
        again = close and RESTATES.fullmatch(text, start, amount.start) is not None
        # "(£53m; $100m)": the second goes on as the first did.
        along = close and found[n - 1] and ALONG.fullmatch(text, start, amount.start) is not None
        put = n > 0 and EQUALS.search(text, max(start, amount.start - 40), amount.start) is not None
        found.append(bool(again or along or put))
    return found


class Cues(NamedTuple):
    """Patterns of words that go with money, and with counts of people and things."""

    money: re.Pattern[str]
    counts: re.Pattern[str]


@cache
def load_cues(lang: str) -> Cues:
    """The cues of a language."""
    grammar = load_quantities(lang).grammar
    return Cues(stems(grammar.money_cues), stems(grammar.count_cues))


class Elisions:
    """The amounts of one text without a unit, settled from those that have one."""

    def __init__(
        self,
        text: str,
        amounts: list[Amount],
        counted: list[int],
        chosen: list[Choice | None],
        again: list[bool],
        *,
        lang: str,
    ) -> None:
        self.text, self.amounts, self.counted, self.again = text, amounts, counted, again
        self.sparing = load_quantities(lang).grammar.free_nouns
        self.chosen = list(chosen)
        self.cues = load_cues(lang)
        self.known = [n for n, c in enumerate(chosen) if c is not None and amounts[n].unit is not None]

    def settle(self, evidence: Evidence) -> list[Choice | None]:
        """A choice for each amount; those that are no money, or in no known currency, stay None."""
        after = 0
        last: int | None = None
        principal: int | None = None
        for n, amount in enumerate(self.amounts):
            if amount.unit is None:
                while after < len(self.known) and self.known[after] <= n:
                    after += 1
                following = self.known[after] if after < len(self.known) else None
                self.chosen[n] = self.decide(n, last, principal, following, evidence)
            if self.chosen[n] is not None:
                last = n
                if principal is None or amount.unit is None or not self.again[n]:
                    principal = n
        return self.chosen

    def decide(
        self, n: int, last: int | None, principal: int | None, following: int | None, evidence: Evidence
    ) -> Choice | None:
        """The currency of an amount without a unit, None when it is no money or cannot be known."""
        a, amounts = self.amounts[n], self.amounts
        same_before = last is not None and not self.breaks(amounts[last].end, a.start)
        same_after = following is not None and not self.breaks(a.end, amounts[following].start)
        if not a.scaled:
            return (self.echo(a, last) or self.echo(a, principal)) if same_before else None
        if a.rule == NAMED_BEFORE:
            return self.name_again(a, n)
        near = last is not None and a.start - amounts[last].end < NEAR
        near = near or (following is not None and amounts[following].start - a.end < NEAR)
        if a.rule != FIGURE_SUM and not self.is_money(a, same_before or same_after, near, last):
            return None
        barred = None
        if following is not None and following == n + 1 and self.again[following]:
            barred = getattr(self.chosen[following], "code", None)
        if last is not None and principal is not None and same_before and self.is_closer(a, last, principal):
            principal = last
        for at, rule in (
            (principal if same_before else None, "same sentence"),
            (following if same_after else None, "same sentence"),
            (principal, "amount before"),
            (following, "amount after"),
        ):
            choice = self.chosen[at] if at is not None else None
            if at is not None and choice is not None and choice.code != barred:
                surface = self.text[amounts[at].start : amounts[at].end]
                return Choice(choice.code, f"{rule}: {surface}", choice.assumed or rule == "amount after")
        return by_place(evidence, barred)

    def name_again(self, a: Amount, n: int) -> Choice | None:
        """The currency of the amount before that has the value of this one."""
        for at in range(n - 1, max(-1, n - LONGEST_MEMORY), -1):
            choice = self.chosen[at]
            if choice is not None and self.amounts[at].value == a.value:
                surface = self.text[self.amounts[at].start : self.amounts[at].end]
                return Choice(choice.code, f"same sum: {surface}", choice.assumed)
        return None

    def is_money(self, a: Amount, same_sentence: bool, near: bool, last: int | None) -> bool:
        """Judge a scaled figure without currency by the words around it."""
        before = SENTENCE_END.split(self.text[max(0, a.start - WINDOW_BEFORE) : a.start])[-1]
        after = SENTENCE_END.split(self.text[a.end : a.end + WINDOW_AFTER])[0]
        money = [m.start() for m in self.cues.money.finditer(before)]
        counts = [m.start() for m in self.cues.counts.finditer(before[-COUNT_BEFORE:])]
        shift = len(before) - len(before[-COUNT_BEFORE:])
        if self.cues.counts.search(after[:COUNT_AFTER]):
            return False
        if counts and (not money or money[-1] < counts[-1] + shift):
            return False
        cued = bool(money) or self.cues.money.search(after) is not None
        run = bisect_left(self.counted, a.start)
        counting = run > 0 and a.start - self.counted[run - 1] < COUNT_RUN
        if counting and (last is None or self.amounts[last].start < self.counted[run - 1]):
            # "8 millions de tonnes …, puis 3 millions": the count goes on.
            return False
        if self.sparing or self.text[a.end - 1] == "m":
            # English counts without a noun too ("rose to 1.6 million"): only beside an amount.
            return same_sentence or (cued and near and self.text[a.end - 1] != "m")
        return cued or same_sentence or near

    def is_closer(self, a: Amount, one: int, other: int) -> bool:
        """True when an amount is of the order of `one`, ten times nearer than of `other`."""
        first, second = self.amounts[one].value, self.amounts[other].value
        if not a.value or not first or not second or min(a.value, first, second) <= 0:
            return False
        return abs((a.value / first).log10()) + 1 < abs((a.value / second).log10())

    def breaks(self, start: int, end: int) -> bool:
        """True when a sentence ends between two offsets, or they lie far apart."""
        return end - start > NEAR or SENTENCE_END.search(self.text, start, end) is not None

    def echo(self, a: Amount, at: int | None) -> Choice | None:
        """A bare figure after "contre", "from": the unit of an unscaled amount before it in the sentence."""
        before = self.amounts[at] if at is not None else None
        choice = self.chosen[at] if at is not None else None
        if before is None or choice is None or before.scaled or not a.value or not before.value:
            return None
        value = a.value * (before.unit.factor if before.unit else Decimal(1))
        if not before.value / 4 <= value <= before.value * 4:
            return None
        a.value = value
        return Choice(choice.code, "same sentence: unit of the amount before", choice.assumed)


def by_place(evidence: Evidence, barred: str | None) -> Choice | None:
    """The currency of the country that the text shows most, when it shows one clearly."""
    totals: dict[str, tuple[int, str]] = {}
    for country, seen in evidence.countries.items():
        code = NATIONAL.get(country)
        if code and code != barred:
            totals[code] = (totals.get(code, (0, ""))[0] + len(seen), seen[0].surface)
    ranked = sorted(totals.items(), key=lambda item: (-item[1][0], item[0]))
    if not ranked or ranked[0][1][0] < 2 or (len(ranked) > 1 and ranked[1][1][0] * 2 > ranked[0][1][0]):
        return None
    code, (_, surface) = ranked[0]
    return Choice(code, surface, assumed=True)
