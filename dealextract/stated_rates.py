"""Which dollar a bare "$" is, told by the rate at which the text itself restates it.

"$1.3bn (£1bn)" in a text from Toronto: the reference rates of the publication date say whether American
or Canadian dollars give that many pounds. "$40m (US$30m)" is no American dollar in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dealextract.currency_choice import Choice
from dealextract.currency_evidence import LOCAL_DOLLARS, Evidence
from dealextract.not_money import Amount
from dealextract.rates import reference_rate

# A stated rate within 3 % of the day's, rounding apart, speaks for a dollar, past 8 % against it.
FITS, MISSES = Decimal("0.03"), Decimal("0.08")
Pair = tuple[int, int]


def settle_dollars(
    text: str,
    amounts: Sequence[Amount],
    chosen: list[Choice | None],
    again: Sequence[bool],
    evidence: Evidence,
) -> None:
    """Put right, in place, the choices of bare dollars that a stated rate decides, and of their like."""
    found: dict[int, Choice] = {}
    for dollar, other in find_pairs(amounts, chosen, again):
        choice = weigh_rates(text, amounts, chosen, (dollar, other), evidence)
        if choice is not None:
            found[dollar] = choice
    codes = {choice.code for choice in found.values()}
    for n, choice in found.items():
        chosen[n] = choice
    if len(codes) != 1:
        return
    code = codes.pop()
    first = min(found)
    for n, choice in enumerate(chosen):
        if n not in found and choice and choice.assumed and is_bare(amounts[n]):
            words = text[amounts[first].start : amounts[first].end]
            chosen[n] = Choice(code, f"rule: dollar of {words}")


def is_bare(amount: Amount) -> bool:
    """True for "$" and "dollars" without a country."""
    return amount.unit is not None and amount.unit.key == "dollar"


def find_pairs(
    amounts: Sequence[Amount], chosen: Sequence[Choice | None], again: Sequence[bool]
) -> list[Pair]:
    """Each bare dollar with the amount in another known currency that it restates or that restates it."""
    pairs: list[Pair] = []
    for n in range(1, len(amounts)):
        if not again[n]:
            continue
        original = n - 1
        while original and again[original]:
            original -= 1
        for dollar, other in ((original, n), (n, original)):
            choice = chosen[other]
            if is_bare(amounts[dollar]) and not is_bare(amounts[other]) and choice:
                pairs.append((dollar, other))
    return pairs


def weigh_rates(
    text: str,
    amounts: Sequence[Amount],
    chosen: Sequence[Choice | None],
    pair: Pair,
    evidence: Evidence,
) -> Choice | None:
    """The dollar that the stated rate of a pair speaks for, None when it does not tell."""
    dollar, other = pair
    now, partner = chosen[dollar], chosen[other]
    if now is None or partner is None:
        return None
    shown = {c for c in LOCAL_DOLLARS if c in evidence.written or evidence.places_of(c)}
    candidates = ({now.code, "USD"} | shown) - {partner.code}
    gaps = {
        c: get_gap(text, amounts[dollar], amounts[other], (c, partner.code), evidence.day) for c in candidates
    }
    words = f"rule: rate of {text[amounts[other].start : amounts[other].end]}"
    known = {c: gap for c, gap in gaps.items() if gap is not None}
    fitting = [c for c, gap in known.items() if gap <= FITS]
    if (
        len(fitting) == 1
        and all(gap > MISSES for c, gap in known.items() if c != fitting[0])
        and len(known) > 1
    ):
        return Choice(fitting[0], words)
    if now.code == partner.code and len(shown - {partner.code}) == 1:
        return Choice((shown - {partner.code}).pop(), words)
    return None


def get_gap(text: str, one: Amount, other: Amount, codes: tuple[str, str], day: str | None) -> Decimal | None:
    """How far the stated rate is from the reference rate, less what rounding explains; None when unknown."""
    if not one.value or not other.value:
        return None
    rate = reference_rate(*codes, day)
    if rate is None:
        return None
    off = abs(other.value / one.value / rate - 1)
    return off - get_rounding(text[one.start : one.end]) - get_rounding(text[other.start : other.end])


def get_rounding(words: str) -> Decimal:
    """Half a unit of the last printed digit, relative to the figure.

    >>> get_rounding("$1.3bn"), get_rounding("£1bn")
    (Decimal('0.03846153846153846153846153846'), Decimal('0.25'))
    """
    digits = ""
    for char in words:
        if char.isdecimal():
            digits += char
        elif digits and char not in ".,":
            break
    figure = int(digits[:18] or 0)
    return min(Decimal("0.25"), Decimal(1) / (2 * figure)) if figure else Decimal(0)
