"""Stated conversions: which amount restates which, and how its rate stands against the ECB's.

A link needs words or signs that state it ("(", "soit", "or about", "/", "That is"); the likely rates
of the two currencies decide between originals and refuse coincidences. A strong sign keeps a link
whose rate is off by a slip of scale or by inversion, which the audit then marks as suspect. The later
amount restates the earlier one; a second conversion points to the original too.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.conversion_signs import (
    ConversionLexicon,
    Strength,
    ends_clause,
    get_strength,
    read_tail,
    starts_difference,
)
from dealextract.components.roles import assign_roles
from dealextract.lexicon import load_lexicon
from dealextract.rates import Band, likely_rates, reference_rate
from dealextract.records import Money, Percent

# `suspect` is true when the stated rate, after allowance for the rounding of both printed figures, is
# more than 15 % from the reference rate (days and weeks between a deal and its article move a rate less),
# or at least 4 % from it while within 2 % of its inverse.
SUSPECT_DEVIATION = Decimal("0.15")
INVERTED_DEVIATION = Decimal("0.04")
INVERTED_MATCH = Decimal("0.02")
# A power of ten between the stated rate and a likely one is a slip of scale by the writer.
SLIPS = tuple(Decimal(10) ** n for n in (1, 2, 3, 6, 9, -1, -2, -3, -6, -9))
FAR = Decimal(5)
CLOSE = Decimal("1.1")

LONGEST_GAP = 320
CANDIDATES = 4

Verdict = Literal["fits", "slip", "off", "unknown"]


def compare(original: Money, restated: Money, band: Band | None) -> Verdict:
    """Whether the stated rate is a likely one, one but for a slip of the writer, or neither."""
    rate = get_implied_rate(original, restated)
    if band is None or rate is None:
        return "unknown"
    if band.holds(rate):
        return "fits"
    if band.holds(1 / rate) or any(band.holds(rate * slip) for slip in SLIPS):
        return "slip"
    return "off"


def accept(strength: Strength, verdict: Verdict, original: Money, restated: Money, band: Band | None) -> bool:
    """True when the sign is strong enough for what the rate says."""
    rate = get_implied_rate(original, restated)
    if strength == "strong":
        return verdict in ("unknown", "slip") or bool(band and rate and band.holds(rate, slack=FAR))
    if strength == "medium":
        return verdict == "unknown" or (verdict == "slip" and bool(band and band.dated))
    return False


def get_implied_rate(original: Money, restated: Money) -> Decimal | None:
    """Units of the restated currency for one of the original, six digits; ranges by their low ends."""
    if not original.value or not restated.value or (original.value < 0) != (restated.value < 0):
        return None
    return Decimal(f"{restated.value / original.value:.6g}").normalize()


def get_rounding(money: Money) -> Decimal:
    """Half a unit of the last printed digit, relative to the value: what rounding may hide.

    A value with its own modifier, or without digits, was rounded to its last digit that is not zero.
    """
    if not money.value:
        return Decimal(0)
    value = abs(money.value)
    digits = ""
    for char in money.text:
        if char.isdecimal():
            digits += char
        elif digits and char not in ".,'’\u00a0\u202f ":
            break
    plain = int(digits) if 0 < len(digits) < 20 else 0
    if plain and money.modifier == "exact":
        return Decimal(1) / (2 * plain)
    last = value.normalize().as_tuple().exponent
    return min(Decimal("0.25"), Decimal(5).scaleb(int(last) - 1) / value)


def is_suspect(implied: Decimal, reference: Decimal, rounding: Decimal) -> bool:
    """True when the stated rate is off by more than time and rounding explain, or is an inverted one.

    >>> is_suspect(Decimal("0.9"), Decimal("0.877"), Decimal("0.01"))
    False
    >>> is_suspect(Decimal("1.14"), Decimal("0.877"), Decimal("0.01"))
    True
    """
    deviation = abs(implied / reference - 1) - rounding
    if deviation > SUSPECT_DEVIATION:
        return True
    return deviation > INVERTED_DEVIATION and abs(implied * reference - 1) <= INVERTED_MATCH


def audit(original: Money, restated: Money, day: str | None) -> Money:
    """The restated amount with its link and role, and the rates where they can be known."""
    implied = get_implied_rate(original, restated)
    reference = None
    if implied is not None and original.currency and restated.currency:
        reference = reference_rate(original.currency, restated.currency, day)
    update: dict[str, object] = {"converts": original.id, "role": original.role, "implied_rate": implied}
    if original.role == "price_per_share" and restated.per is None:
        update["per"] = original.per
    if implied is not None and reference is not None:
        rounding = get_rounding(original) + get_rounding(restated)
        update |= {
            "reference_rate": Decimal(f"{reference:.6g}").normalize(),
            "deviation": Decimal(f"{implied / reference - 1:.4f}"),
            "suspect": is_suspect(implied, reference, rounding),
        }
    return restated.model_copy(update=update)


def link_conversions(
    text: str, money: Sequence[Money], day: str | None, lexicon: ConversionLexicon
) -> dict[str, Money]:
    """The original of each amount that restates one, by the id of the restated amount.

    `money` is in text order; `day` is the publication date (ISO 8601) or None.
    """
    originals: dict[str, Money] = {}
    for index, restated in enumerate(money):
        earlier = [m for m in money[max(0, index - CANDIDATES) : index] if m.end <= restated.start]
        if not earlier or restated.currency is None:
            continue
        tail = read_tail(text[max(earlier[-1].end, restated.start - LONGEST_GAP) : restated.start], lexicon)
        if tail.kind == "none" or starts_difference(text, restated.end, lexicon):
            continue
        closed = ends_clause(text, restated.end)
        options: list[tuple[Money, Strength]] = []
        for candidate in reversed(earlier):
            original = originals.get(candidate.id, candidate)
            between = text[candidate.end : restated.start]
            if len(between) > LONGEST_GAP or not can_convert(original, restated):
                continue
            chained = candidate.id in originals
            strength = get_strength(tail, between, chained=chained, closed=closed, lexicon=lexicon)
            if strength is not None and candidate is not earlier[-1]:
                strength = "medium" if strength == "strong" else strength
            if strength is not None:
                options.append((original, strength))
        original = choose_original(options, restated, day, nearest=originals.get(earlier[-1].id, earlier[-1]))
        if original is not None:
            originals[restated.id] = original
    return originals


def can_convert(original: Money, restated: Money) -> bool:
    """True when the amounts are in two known currencies and not in two units."""
    if original.currency is None or original.currency == restated.currency:
        return False
    return original.per is None or restated.per is None or original.per == restated.per


def choose_original(
    options: Sequence[tuple[Money, Strength]], restated: Money, day: str | None, *, nearest: Money
) -> Money | None:
    """The first option whose rate fits; else the nearest amount when its sign is strong enough."""
    fallback = None
    for original, strength in options:
        band = likely_rates(original.currency or "", restated.currency or "", day)
        verdict = compare(original, restated, band)
        if verdict == "fits" and (strength != "weak" or is_close(original, restated, day)):
            return original
        if original is nearest and accept(strength, verdict, original, restated, band):
            fallback = original
    return fallback


def is_close(original: Money, restated: Money, day: str | None) -> bool:
    """True when a weak sign may pass: the day's rate, if known, is met to ten per cent and rounding."""
    implied = get_implied_rate(original, restated)
    reference = reference_rate(original.currency or "", restated.currency or "", day)
    if reference is None or implied is None:
        return implied is not None
    slack = CLOSE + get_rounding(original) + get_rounding(restated)
    return Band(reference, reference, True).holds(implied, slack=slack)


class ConversionLinker:
    """Gives amounts their roles, then links and audits the conversions among them."""

    def __init__(self, lang: str) -> None:
        self.lexicon = load_lexicon(lang, "conversions", ConversionLexicon)

    def __call__(self, doc: Doc) -> Doc:
        money = sorted(spans.read_layer(doc, "money", Money), key=lambda m: (m.start, m.end))
        percents = spans.read_layer(doc, "percents", Percent)
        if not money and not percents:
            return doc
        day = spans.published(doc)
        originals = link_conversions(spans.read_text(doc), money, day, self.lexicon)
        money, percents = assign_roles(doc, money, percents, originals)
        by_id = {m.id: m for m in money}
        for restated, original in originals.items():
            by_id[restated] = audit(by_id[original.id], by_id[restated], day)
        if money:
            spans.write_layer(doc, "money", [by_id[m.id] for m in money])
        if percents:
            spans.write_layer(doc, "percents", percents)
        return doc


@Language.factory("dealextract_conversions", assigns=["doc.spans"], default_config={})
def make_conversions(nlp: Language, name: str) -> ConversionLinker:
    """The linker of stated conversions for the pipeline's language."""
    return ConversionLinker(nlp.lang or "")
