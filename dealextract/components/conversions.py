"""Stated conversions: which amount restates which, and how its rate stands against the ECB's.

A link needs words or signs that state it ("(", "soit", "or about", "/", "That is"); the likely rates
of the two currencies decide between originals and refuse coincidences. A strong sign keeps a link
whose rate is off by a slip of scale or by inversion, which the audit then marks as suspect. The later
amount restates the earlier one; a second conversion points to the original too.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.roles import assign_roles
from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.rates import Band, likely_rates, reference_rate
from dealextract.records import Money

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
LONGEST_HEAD = 110
LONGEST_OPENING = 12
CANDIDATES = 4
BRACKETS = frozenset("([")
SEPARATORS = frozenset(",;/|=–—-:")
QUOTES = frozenset("\"'«»“”")
NO_BOUNDARY = frozenset({"co.", "inc.", "corp.", "ltd.", "approx.", "env.", "ca.", "i.e.", "etc.", "cie."})

Strength = Literal["strong", "medium", "weak"]
Verdict = Literal["fits", "slip", "off", "unknown"]


class ConversionLexicon(Lexicon):
    """`conversions.toml`: the words around a stated conversion."""

    modifiers: frozenset[str]
    links: frozenset[str]
    alternatives: frozenset[str]
    restatements: frozenset[str]
    units: frozenset[str]
    differences: frozenset[str]


class Tail(NamedTuple):
    """What stands right before an amount: the sign that joins it, and how many words it takes."""

    kind: Literal["bracket", "link", "alternative", "restatement", "separator", "none"]
    size: int
    separator: str = ""


def split_words(text: str) -> list[str]:
    """Lower-case words of a short text, signs apart, one form of apostrophe, no quote marks.

    >>> split_words("(soit l’équivalent")
    ['(', 'soit', "l'équivalent"]
    """
    text = text.lower().replace("’", "'")
    for sign in "()[],;/|=–—:":
        if sign in text:
            text = text.replace(sign, f" {sign} ")
    return [word for word in text.split() if word not in QUOTES]


def strip_phrase(words: Sequence[str], phrases: frozenset[str], longest: int = 5) -> int:
    """The number of words of the longest phrase that ends the sequence, 0 without one.

    >>> strip_phrase(["for", "more", "than"], frozenset({"than", "more than"}))
    2
    """
    for size in range(min(longest, len(words)), 0, -1):
        if " ".join(words[-size:]) in phrases:
            return size
    return 0


def is_boundary(word: str) -> bool:
    """True when a sentence ends with the word."""
    return (len(word) > 1 and word[-1] in ".!?…" and word not in NO_BOUNDARY) or word in {".", "!", "?", "…"}


def read_tail(gap: str, lexicon: ConversionLexicon) -> Tail:
    """The sign that ends the text before an amount.

    >>> lexicon = load_lexicon("en", "conversions", ConversionLexicon)
    >>> read_tail(" a share (about ", lexicon)
    Tail(kind='bracket', size=2, separator='')
    >>> read_tail(" in cash, or some ", lexicon)
    Tail(kind='alternative', size=3, separator=',')
    >>> read_tail(" from ", lexicon).kind
    'none'
    """
    words = split_words(gap)
    count = len(words)
    for _ in range(4):
        words = words[: len(words) - strip_phrase(words, lexicon.modifiers)]
    if words and words[-1] in ",:" and strip_phrase(words[:-1], lexicon.links | lexicon.restatements):
        words = words[:-1]
    size = strip_phrase(words, lexicon.restatements)
    if size and any(is_boundary(word) for word in words[-size - LONGEST_OPENING : -size]):
        return Tail("restatement", count - len(words) + size)
    kind = "none"
    for name, phrases in (("link", lexicon.links), ("alternative", lexicon.alternatives)):
        size = strip_phrase(words, phrases)
        if size:
            kind, words = name, words[:-size]
            break
    sign = words[-1] if words else ""
    if sign in BRACKETS:
        return Tail("bracket", count - len(words) + 1)
    if sign in SEPARATORS:
        return Tail(kind if kind != "none" else "separator", count - len(words) + 1, sign)  # type: ignore[arg-type]
    return Tail(kind, count - len(words))  # type: ignore[arg-type]


def get_strength(
    tail: Tail, between: str, *, chained: bool, closed: bool, lexicon: ConversionLexicon
) -> Strength | None:
    """How surely the sign states a conversion of an earlier amount, None when it does not.

    `between` is the text from that amount to the restated one; `chained` when the earlier amount is a
    conversion itself; `closed` when no word follows the later one in its bracket or clause.
    """
    if tail.kind == "restatement":
        return "medium"
    words = split_words(between)
    head = [word for word in words[: len(words) - tail.size] if word not in {",", ";", ")"}]
    if len(between) > LONGEST_HEAD or "\n" in between or any(is_boundary(word) for word in head):
        return None
    bare = not head or " ".join(head) in lexicon.units
    if tail.kind == "bracket":
        return "strong" if bare and closed else "medium"
    if tail.kind == "link":
        return "strong" if bare else "medium"
    if tail.kind == "alternative":
        return "medium" if bare else "weak"
    if not bare:
        return None
    if tail.separator in {"=", "/"} or (chained and tail.separator == ";"):
        return "strong"
    return "medium" if chained and tail.separator == "," else "weak"


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


def starts_difference(text: str, end: int, lexicon: ConversionLexicon) -> bool:
    """True when the amount that ends there is followed by "more than" and the like."""
    words = split_words(text[end : end + 40])
    return any(" ".join(words[:size]) in lexicon.differences for size in (1, 2))


def ends_clause(text: str, end: int) -> bool:
    """True when a bracket, a sign or the end of the text follows the amount.

    >>> ends_clause("(€3bn)", 5), ends_clause("(€3bn of debt)", 5)
    (True, False)
    """
    after = text[end : end + 8].lstrip(" \u00a0\u202f")
    return not after or not (after[0].isalnum() or after[0] in "$€£%")


class ConversionLinker:
    """Gives amounts their roles, then links and audits the conversions among them."""

    def __init__(self, lang: str) -> None:
        self.lexicon = load_lexicon(lang, "conversions", ConversionLexicon)

    def __call__(self, doc: Doc) -> Doc:
        assign_roles(doc)
        money = sorted(spans.read_layer(doc, "money", Money), key=lambda m: (m.start, m.end))
        day = spans.published(doc)
        originals = link_conversions(doc.text, money, day, self.lexicon)
        by_id = {m.id: m for m in money}
        for restated, original in originals.items():
            by_id[restated] = audit(original, by_id[restated], day)
        spans.write_layer(doc, "money", [by_id[m.id] for m in money])
        return doc


@Language.factory("dealextract_conversions", assigns=["doc.spans"], default_config={})
def make_conversions(nlp: Language, name: str) -> ConversionLinker:
    """The linker of stated conversions for the pipeline's language."""
    return ConversionLinker(nlp.lang)
