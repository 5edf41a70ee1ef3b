"""Pieces whose currency comes first: "$5.2 billion", "EUR 300m", "Rs 500 crore", "€(5.2)m"."""

from __future__ import annotations

from decimal import Decimal

from dealextract.currencies import Unit
from dealextract.money_grammar import Quantity
from dealextract.numerals import Number
from dealextract.phrases import Tokens
from dealextract.pieces import HALF, Pieces

# Two letters that are words, titles or marks as well.
SHORT = frozenset({"Re", "Dr", "SF", "SR", "Lit", "Fl", "BD", "QR", "KD", "LE", "Fr.", "Pts", "TL"})


def read_prefixed(
    reader: Pieces, tokens: Tokens, i: int, j: int, unit: Unit, *, decimal: str
) -> Quantity | None:
    """The quantity whose currency stands at tokens `i` to `j`: "$5.2 billion", "Rs 500 crore", "€(5.2)m"."""
    at = tokens.skip_blank(j)
    if tokens.key(at) in ("-", "−") and tokens.kind(at + 1) == "digits" and at == j:
        at, negative = at + 1, True
    else:
        negative = False
    inside = tokens.key(at) == "(" and tokens.kind(at + 1) == "digits"
    if inside:
        at += 1
    number = read_leading_point(tokens, at, j) or (
        reader.read_figure(tokens, at, decimal) if tokens.kind(at) in ("digits", "vulgar") else None
    )
    if not number:
        return None
    end = number.end
    if inside:
        if tokens.key(end) != ")":
            return None
        end, negative = end + 1, True
    scale = reader.read_scale(tokens, end)
    if scale and scale[1].mark and tokens.is_blank(end) and not mark_may_stand_off(tokens, end):
        scale = None
    after = scale[0] if scale else end
    if tokens.kind(after) == "word" and tokens.kind(after - 1) != "word":
        return None
    if unit.surface[-1:].isalpha() and not prefix_fits(
        unit, number, glued=tokens.kind(j) != "space", scaled=scale is not None
    ):
        return None
    value, reason = reader.value(number, scale[1] if scale else None, unit)
    if scale and (half := reader.half_after.longest(tokens, tokens.skip_blank(after))):
        after, value = half[0], value and value + scale[1].value * HALF
    after, unit = read_late(reader, tokens, after, unit)
    return Quantity(
        i, after, number, -value if negative and value is not None else value,
        scale[1].value if scale else None, unit, True, "currency before number", reason, negative=negative,
    )  # fmt: skip


def read_leading_point(tokens: Tokens, at: int, j: int) -> Number | None:
    """The number of "$.50", where no zero stands before the point."""
    if at != j or tokens.key(at) != "." or tokens.kind(at + 1) != "digits" or len(tokens.raw[at + 1]) > 4:
        return None
    return Number(Decimal("0." + tokens.raw[at + 1]), at + 2)


def mark_may_stand_off(tokens: Tokens, end: int) -> bool:
    """True when a mark after a space is a scale: "$200 M", not "$5 a", "$3 K street"."""
    return len(tokens.raw[end + 1]) > 1 or tokens.raw[end + 1] in "MBK"


def prefix_fits(unit: Unit, number: Number, *, glued: bool, scaled: bool) -> bool:
    """False for letters that only look like a currency: "R2", "Euro 2024", "L 12", "P 5"."""
    if unit.surface.lower() in ("euro", "euros", "yen", "yuan", "won") or not unit.symbol:
        return scaled
    if unit.risky and len(unit.surface) == 3 and unit.surface.isupper():
        return scaled or number.value >= 1000 or not number.plain
    if len(unit.surface) == 1:
        if not glued and unit.surface != "R":
            return False
        return scaled or (unit.surface == "R" and number.value >= 10) or not number.plain
    if unit.surface in SHORT:
        return scaled or number.value >= 100 or not number.plain
    short = glued and unit.code is not None and len(unit.surface) == 3 and number.plain and number.value < 4
    return scaled or not short


def read_late(reader: Pieces, tokens: Tokens, end: int, unit: Unit) -> tuple[int, Unit]:
    """A qualifier or a repeated unit after a prefixed amount: "$20 US", "£5m sterling", "$5m (US)"."""
    at = tokens.skip_blank(end)
    if not unit.symbol or at == end or at >= len(tokens.kinds):
        return end, unit
    if bracketed := read_bracketed(reader, tokens, at, unit):
        return end, bracketed
    late = reader.units.late.longest(tokens, at) if unit.key in ("dollar", "sterling") else None
    if late and closes(tokens, late[0]) and tokens.kinds[at] == "word":
        return late[0], Unit(
            late[1], explicit=True, surface=tokens.text[tokens.starts[at] : tokens.ends[late[0] - 1]]
        )
    again = reader.units.suffix.longest(tokens, at) if tokens.kinds[at] == "word" else None
    if again and reader.whole(tokens, again[0]) and len(again[1].surface) > 2 and again[1].factor == 1:
        same = {unit.key, unit.key.replace("sterling", "pound")}
        if again[1].key in same or (again[1].key == "GBP" and unit.key == "sterling"):
            return again[0], unit
        if unit.key == "dollar" and again[1].code and again[1].surface.isupper():
            return again[0], again[1]
    return end, unit


def read_bracketed(reader: Pieces, tokens: Tokens, at: int, unit: Unit) -> Unit | None:
    """The dollar that a qualifier in brackets names: "54 mln dlrs (U.S.)", "$5m (Canadian)"."""
    if unit.key != "dollar" or tokens.key(at) != "(":
        return None
    late = reader.units.late.longest(tokens, at + 1)
    if late is None or tokens.key(late[0]) != ")":
        return None
    surface = tokens.text[tokens.starts[at + 1] : tokens.ends[late[0] - 1]]
    return unit._replace(key=late[1], explicit=True, surface=surface)


def read_late_dollar(reader: Pieces, tokens: Tokens, end: int) -> tuple[int, Unit] | None:
    """The dollar that a capital qualifier alone names after a scale: "(2.9 billion US)"."""
    late = reader.units.late.longest(tokens, end + 1) if tokens.is_blank(end) else None
    if late is None or not tokens.raw[end + 1].isupper() or not closes(tokens, late[0]):
        return None
    surface = tokens.text[tokens.starts[end + 1] : tokens.ends[late[0] - 1]]
    return late[0], Unit(late[1], explicit=True, surface=surface)


def closes(tokens: Tokens, end: int) -> bool:
    """True when nothing that could be its noun follows the qualifier before token `end`."""
    at = tokens.skip_blank(end)
    return at >= len(tokens) or tokens.kinds[at] == "mark"
