"""The money component: amounts by grammar on the characters of the text, no model."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from pydantic import ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.amounts import Found, load_amounts
from dealextract.currencies import MoneyFile, Unit
from dealextract.currency_choice import Choice, choose
from dealextract.currency_evidence import Evidence, build_places
from dealextract.currency_tables import LARGE_FIGURES
from dealextract.elisions import Elisions, find_restatements
from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.modifiers import load_modifiers
from dealextract.not_money import Amount
from dealextract.records import Money
from dealextract.stated_rates import settle_dollars

LARGEST_SHARE_PRICE = 200_000
FAIR_LETTERS = ("F", "p", "c")
FAIR_FIGURE = 100


class Places(Lexicon):
    """Part `[places]` of `money.toml`: countries and the words that show them."""

    places: dict[str, list[str]]
    exchanges: list[str]
    model_config = ConfigDict(frozen=True, extra="ignore")


@cache
def load_places(lang: str):
    """The trie of a language's place names."""
    endings = load_lexicon(lang, "money", MoneyFile).names.endings
    return build_places(load_lexicon(lang, "money", Places).places, endings)


class MoneyFinder:
    """Writes the layer `money`: every amount with value, currency, modifier and unit of price."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.reader = load_amounts(lang)
        self.modifiers = load_modifiers(lang)
        self.places = load_places(lang)
        self.exchanges = frozenset(load_lexicon(lang, "money", Places).exchanges)
        self.habits = load_lexicon(lang, "money", MoneyFile).habits

    def __call__(self, doc: Doc) -> Doc:
        found = self.find(spans.read_text(doc), spans.published(doc))
        spans.write_layer(doc, "money", found)
        return doc

    def find(self, text: str, published: str | None = None) -> list[Money]:
        """The amounts of a text published on a date (ISO 8601)."""
        read = self.reader.read(text)
        tokens, amounts = read.tokens, read.amounts
        if not amounts:
            return []
        evidence = Evidence(
            tokens,
            self.places,
            day=published,
            habits=self.habits,
            exchanges=self.exchanges,
        )
        for amount, again in zip(amounts, find_restatements(text, amounts), strict=True):
            if amount.unit:
                evidence.note(amount.start, amount.end, amount.unit, again=again)
        chosen = self.choose(text, read, evidence)
        items = [(a, c) for a, c in zip(amounts, chosen, strict=True) if c is not None]
        ids = spans.number_ids("money", len(items))
        units = self.unit_prices(text, [a for a, _ in items])
        return [self.record(text, a, c, key, per) for (a, c), key, per in zip(items, ids, units, strict=True)]

    def choose(self, text: str, found: Found, evidence: Evidence) -> list[Choice | None]:
        """The currency of each amount: those with a unit first, then those that leave it out."""
        amounts = found.amounts
        again = find_restatements(text, amounts)
        chosen: list[Choice | None] = [None] * len(amounts)
        # Cents and pence come last: they follow the amounts around them.
        whole = [n for n, a in enumerate(amounts) if a.unit and a.unit.factor >= 1]
        for n in [*whole, *(n for n, a in enumerate(amounts) if a.unit and a.unit.factor < 1)]:
            chosen[n] = self.choose_one(text, amounts, chosen, n, evidence, again=again[n])
        settle_dollars(text, amounts, chosen, again, evidence)
        return Elisions(text, amounts, found.counts, chosen, again, lang=self.lang).settle(evidence)

    def choose_one(
        self, text: str, amounts: list[Amount], chosen: list[Choice | None], n: int, evidence: Evidence, *,
        again: bool,
    ) -> Choice | None:  # fmt: skip
        """The currency of one amount with a unit; what it decides is evidence for the next."""
        a, unit = amounts[n], amounts[n].unit
        assert unit is not None
        barred = self.restated(amounts, chosen, n) if again else None
        choice = choose(evidence, unit, a.start, a.end, restates=barred, scaled=a.scaled)
        priced = self.modifiers.read_per(text, a.end) is not None
        if choice and unit.risky and not self.risk_is_fair(a, unit, choice, priced):
            return None
        if choice and not again and unit.factor >= 1:
            note = evidence.guess if choice.assumed else evidence.decide
            note(a.start, choice.code, text[a.start : a.end])
        return choice

    @staticmethod
    def restated(amounts: list[Amount], chosen: list[Choice | None], n: int) -> str | None:
        """Currency of the amount before, which its restatement cannot share if either is written out."""
        before, unit = chosen[n - 1], amounts[n - 1].unit
        return before.code if before and unit and unit.explicit else None

    @staticmethod
    def risk_is_fair(a: Amount, unit: Unit, choice: Choice, priced: bool) -> bool:
        """True when a unit that looks like another word is surely money: "livres" need a trace of Britain."""
        fair = unit.surface in FAIR_LETTERS or (unit.key in LARGE_FIGURES and (a.value or 0) >= FAIR_FIGURE)
        return a.scaled or not choice.assumed or priced or fair

    def unit_prices(self, text: str, amounts: list[Amount]) -> list[str | None]:
        """What each amount is the price of; a restatement and its original share it."""
        units: list[str | None] = []
        for a in amounts:
            per = self.modifiers.read_per(text, a.end)
            largest = a.high or a.value or Decimal(0)
            if per is None and not a.scaled and 0 < largest <= LARGEST_SHARE_PRICE:
                per = "share" if self.modifiers.is_share_price(text, a.start, a.end) else None
            units.append(per)
        for n, again in enumerate(find_restatements(text, amounts)):
            if again and not (amounts[n].scaled or amounts[n - 1].scaled):
                shared = units[n] or units[n - 1]
                units[n - 1], units[n] = units[n - 1] or shared, units[n] or shared
        return units

    def record(self, text: str, a: Amount, choice: Choice, key: str, per: str | None) -> Money:
        """The record of an amount."""
        modifier, cue = "exact", None
        found = self.modifiers.read_modifier(text, a.start, a.end)
        if a.high is not None:
            modifier = "range"
        elif found:
            modifier, cue = found
        elif a.approx:
            modifier = "approx"
        return Money(
            id=key, start=a.start, end=a.end, text=text[a.start : a.end], value=a.value, value_max=a.high,
            currency=choice.code, modifier=modifier, per=per,  # type: ignore[arg-type]
            value_reason=a.reason if a.value is None else None,
            currency_evidence=choice.evidence or None, currency_assumed=choice.assumed,
            why=f"amount: {a.rule}" + (f"; {cue}" if cue else ""),
        )  # fmt: skip


@Language.factory("dealextract_money", assigns=["doc.spans"], default_config={})
def make_money(nlp: Language, name: str) -> MoneyFinder:
    """The money component of the pipeline's language."""
    return MoneyFinder(nlp.lang or "")
