"""Amounts that leave their currency out ("contre 175 millions un an plus tôt"): are they money, and in what?"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from dealextract.amounts import Amount, stems
from dealextract.currencies import FAMILIES
from dealextract.currency_choice import Choice, Evidence
from dealextract.quantities import load_quantities

SENTENCE_END = re.compile(r"[.!?…][\"»”’)]{0,2}[\s\u00a0]|\n")
OPENS = re.compile(r"\([^()\d]{0,24}$")
NEAR = 400
WINDOW_BEFORE, WINDOW_AFTER = 90, 45
COUNT_BEFORE, COUNT_AFTER = 60, 25
EURO = ("FR", "DE", "BE", "IT", "ES", "NL", "IE", "AT", "FI", "GR", "PT", "LU")
# What a country counts in, for texts that name no currency at all.
NATIONAL = {country: code for options in FAMILIES.values() for country, code in options.items() if country} | {
    **dict.fromkeys(EURO, "EUR"), "GB": "GBP", "US": "USD", "CH": "CHF", "CN": "CNY", "JP": "JPY", "IN": "INR",
    "TR": "TRY", "HU": "HUF", "SK": "EUR", "EE": "EUR", "CY": "EUR", "MT": "EUR",
}  # fmt: skip


class Elisions:
    """Settles the amounts without a unit, once those with one are settled."""

    def __init__(self, lang: str) -> None:
        g = load_quantities(lang).grammar
        self.money = stems(g.money_cues)
        self.counts = stems(g.count_cues)

    def settle(
        self, text: str, amounts: list[Amount], chosen: list[Choice | None], evidence: Evidence
    ) -> list[Choice | None]:
        """A choice for each amount; those that are no money, or whose currency cannot be known, stay None."""
        out = list(chosen)
        known = [n for n, c in enumerate(chosen) if c is not None and amounts[n].unit is not None]
        after = 0
        last: int | None = None
        principal: int | None = None
        for n, amount in enumerate(amounts):
            if amount.unit is not None:
                if out[n] is not None:
                    if principal is None or not self.restates(text, amounts, n):
                        principal = n
                    last = n
                continue
            while after < len(known) and known[after] <= n:
                after += 1
            following = known[after] if after < len(known) else None
            out[n] = self.decide(text, amounts, out, n, last, principal, following, evidence)
            if out[n] is not None:
                last = n
                principal = n
        return out

    @staticmethod
    def restates(text: str, amounts: list[Amount], n: int) -> bool:
        """True when the amount opens a parenthesis right after another amount."""
        if n == 0 or amounts[n].start - amounts[n - 1].end > 30:
            return False
        return OPENS.search(text[amounts[n - 1].end : amounts[n].start]) is not None

    def decide(
        self, text: str, amounts: list[Amount], out: list[Choice | None], n: int, last: int | None,
        principal: int | None, following: int | None, evidence: Evidence,
    ) -> Choice | None:  # fmt: skip
        """The currency of one amount without a unit, None when it is no money or cannot be known."""
        a = amounts[n]
        same_before = last is not None and not self.breaks(text, amounts[last].end, a.start)
        same_after = following is not None and not self.breaks(text, a.end, amounts[following].start)
        if not a.scaled:
            return self.echo(amounts, out, a, last if same_before else None)
        near = last is not None and a.start - amounts[last].end < NEAR
        if not self.is_money(text, a, same_before or same_after, near):
            return None
        barred = None
        if following is not None and self.restates(text, amounts, following) and following == n + 1:
            barred = getattr(out[following], "code", None)
        for at, rule in (
            (principal if same_before else None, "same sentence"),
            (following if same_after else None, "same sentence"),
            (principal, "amount before"),
        ):
            choice = out[at] if at is not None else None
            if choice is not None and choice.code != barred and at is not None:
                surface = text[amounts[at].start : amounts[at].end]
                return Choice(choice.code, f"{rule}: {surface}", choice.assumed)
        return self.by_place(evidence, a.start, barred)

    def is_money(self, text: str, a: Amount, same_sentence: bool, near: bool) -> bool:
        """Judge a scaled figure without currency by the words around it."""
        before = SENTENCE_END.split(text[max(0, a.start - WINDOW_BEFORE) : a.start])[-1]
        after = SENTENCE_END.split(text[a.end : a.end + WINDOW_AFTER])[0]
        counted = self.counts.search(before[-COUNT_BEFORE:]) or self.counts.search(after[:COUNT_AFTER])
        cued = self.money.search(before) or self.money.search(after)
        if counted:
            money = [m.start() for m in self.money.finditer(before)]
            counts = [m.start() for m in self.counts.finditer(before)]
            if self.counts.search(after[:COUNT_AFTER]) or not money or money[-1] < counts[-1]:
                return False
        if text[a.end - 1] == "m":
            return same_sentence and not counted
        return bool(cued) or same_sentence or (near and not counted)

    @staticmethod
    def breaks(text: str, start: int, end: int) -> bool:
        """True when a sentence ends between two offsets, or they lie far apart."""
        return end - start > NEAR or SENTENCE_END.search(text[start:end]) is not None

    @staticmethod
    def echo(amounts: list[Amount], out: list[Choice | None], a: Amount, last: int | None) -> Choice | None:
        """A bare figure after "contre" or "from": the unit of the unscaled amount before it in the sentence."""
        before = amounts[last] if last is not None else None
        choice = out[last] if last is not None else None
        if before is None or choice is None or before.scaled or not a.value or not before.value:
            return None
        factor = before.unit.factor if before.unit else Decimal(1)
        value = a.value * factor
        if not before.value / 4 <= value <= before.value * 4:
            return None
        a.value = value
        return Choice(choice.code, "same sentence: unit of the amount before", choice.assumed)

    @staticmethod
    def by_place(evidence: Evidence, start: int, barred: str | None) -> Choice | None:
        """The currency of the country that the text shows most, when it shows one clearly."""
        totals: dict[str, tuple[int, str]] = {}
        for country, seen in evidence.countries.items():
            code = NATIONAL.get(country)
            if code and code != barred:
                count, _ = totals.get(code, (0, ""))
                totals[code] = (count + len(seen), seen[0].surface)
        ranked = sorted(totals.items(), key=lambda item: -item[1][0])
        if not ranked or ranked[0][1][0] < 2 or (len(ranked) > 1 and ranked[1][1][0] * 2 > ranked[0][1][0]):
            return None
        code, (_, surface) = ranked[0]
        return Choice(code, surface, assumed=True)


@cache
def load_elisions(lang: str) -> Elisions:
    """The elision settler of a language."""
    return Elisions(lang)
