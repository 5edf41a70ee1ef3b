"""The money component: amounts by grammar on the characters of the text, no model."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.amounts import Amount, load_amounts
from dealextract.currencies import MoneyFile, Unit
from dealextract.currency_choice import Choice, Evidence, build_places
from dealextract.elisions import load_elisions
from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.modifiers import load_modifiers
from dealextract.records import Money

LARGEST_SHARE_PRICE = 200_000
SOIT = re.compile(r"(?:\(|;|\bsoit\b|\bor\b|\bou\b|/|,)[^()\d]{0,24}$")
OPENS = re.compile(r"\([^()\d]{0,24}$")


class Places(Lexicon):
    """Part `[places]` of `money.toml`: countries and the words that show them."""

    places: dict[str, list[str]]
    model_config = {"frozen": True, "extra": "ignore"}


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
        self.elisions = load_elisions(lang)
        self.places = load_places(lang)

    def __call__(self, doc: Doc) -> Doc:
        found = self.find(doc.text, spans.published(doc))
        spans.write_layer(doc, "money", found)
        return doc

    def find(self, text: str, published: str | None = None) -> list[Money]:
        """The amounts of a text published on a date (ISO 8601)."""
        tokens, amounts = self.reader.read(text)
        if not amounts:
            return []
        year = int(published[:4]) if published and published[:4].isdigit() else None
        evidence = Evidence(tokens, self.places, lang=self.lang, year=year)
        for amount in amounts:
            if amount.unit:
                evidence.note(amount.start, amount.end, amount.unit)
        chosen = self.choose(text, amounts, evidence)
        items = [(a, c) for a, c in zip(amounts, chosen, strict=True) if c is not None]
        ids = spans.number_ids("money", len(items))
        return [self.record(text, a, c, key) for (a, c), key in zip(items, ids, strict=True)]

    def choose(self, text: str, amounts: list[Amount], evidence: Evidence) -> list[Choice | None]:
        """The currency of each amount, those with a unit first, then those that leave it out."""
        chosen: list[Choice | None] = []
        for n, a in enumerate(amounts):
            choice = None
            if a.unit and not (a.unit.risky and not self.risk_is_fair(a, a.unit, evidence)):
                restated = self.restated(text, amounts, chosen, n)
                choice = evidence.choose(a.unit, a.start, restates=restated)
                if choice and not choice.assumed and a.unit.factor >= 1:
                    evidence.decide(a.start, choice.code, text[a.start : a.end])
            chosen.append(choice)
        return self.elisions.settle(text, amounts, chosen, evidence)

    def restated(self, text: str, amounts: list[Amount], chosen: list[Choice | None], n: int) -> str | None:
        """Currency of the amount just before, when this one stands in parentheses after it."""
        if n == 0 or amounts[n].start - amounts[n - 1].end > 30:
            return None
        before, unit = chosen[n - 1], amounts[n - 1].unit
        if unit is None or (not unit.explicit and unit.key == getattr(amounts[n].unit, "key", "")):
            return None
        gap = text[amounts[n - 1].end : amounts[n].start]
        return before.code if before and OPENS.search(gap) else None

    def risk_is_fair(self, a: Amount, unit: Unit, evidence: Evidence) -> bool:
        """True when a unit that looks like another word is surely money here."""
        if a.scaled:
            return True
        del evidence, unit
        return True

    def record(self, text: str, a: Amount, choice: Choice, key: str) -> Money:
        """The record of an amount."""
        modifier, cue = "exact", None
        found = self.modifiers.read_modifier(text, a.start, a.end)
        if a.high is not None:
            modifier = "range"
        elif found:
            modifier, cue = found
        elif a.approx:
            modifier = "approx"
        per = self.modifiers.read_per(text, a.end)
        largest = a.high or a.value or Decimal(0)
        if per is None and not a.scaled and 0 < largest <= LARGEST_SHARE_PRICE:
            per = "share" if self.modifiers.is_share_price(text, a.start, a.end) else None
        return Money(
            id=key, start=a.start, end=a.end, text=text[a.start : a.end], value=a.value, value_max=a.high,
            currency=choice.code, modifier=modifier, per=per, value_reason=a.reason if a.value is None else None,
            currency_evidence=choice.evidence or None, currency_assumed=choice.assumed,
            why=f"amount: {a.rule}" + (f"; {cue}" if cue else ""),
        )  # fmt: skip


@Language.factory("dealextract_money", assigns=["doc.spans"], default_config={})
def make_money(nlp: Language, name: str) -> MoneyFinder:
    """The money component of the pipeline's language."""
    return MoneyFinder(nlp.lang)
