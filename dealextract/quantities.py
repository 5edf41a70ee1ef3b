"""One quantity of money: [prefix] number [scale] [currency], read from a token on, in bounded steps.

`Quantities.read` gives what is written; which currency a bare unit is, and how quantities join into
ranges and lists, is settled by `joining`, `amounts` and `currency_choice`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from dealextract.currencies import Unit
from dealextract.money_grammar import Quantity, Scale
from dealextract.numerals import Number, read_number
from dealextract.phrases import Tokens
from dealextract.pieces import HALF, load_pieces
from dealextract.prefixed import read_bracketed, read_late_dollar, read_prefixed
from dealextract.vague import read_vague

MINUS = ("-", "−")
# After these marks and a space, a hyphen glued to its figure is a sign: "net: -€5m".
NEGATIVE_MARKS = frozenset(":;|")


class Quantities:
    """Reads the quantities of one language."""

    def __init__(self, lang: str) -> None:
        self.pieces = load_pieces(lang)
        self.grammar = self.pieces.grammar

    def read(self, tokens: Tokens, i: int, *, decimal: str = "") -> Quantity | None:
        """The quantity that starts at token `i`, None when there is none."""
        kind = tokens.kinds[i]
        if kind == "space":
            return None
        if tokens.raw[i] in MINUS:
            return self.read_negative(tokens, i, decimal)
        if tokens.raw[i] == "(":
            return self.read_accounted(tokens, i, decimal)
        prefix = self.pieces.units.prefix.longest(tokens, i) if kind != "digits" else None
        if prefix and not (kind == "word" and i and tokens.kinds[i - 1] in ("word", "digits")):
            found = read_prefixed(self.pieces, tokens, i, *prefix, decimal=decimal)
            if found:
                return found
        if kind in ("digits", "vulgar"):
            return self.read_counted(tokens, i, decimal)
        if kind == "word" and tokens.keys[i] in self.pieces.starters:
            if i and tokens.kinds[i - 1] == "digits":
                return None
            return read_vague(self.pieces, tokens, i) or self.read_counted(tokens, i, decimal)
        return None

    def read_negative(self, tokens: Tokens, i: int, decimal: str) -> Quantity | None:
        """ "-5,2 M€" after "à", "of" and the like; a dash between words or figures is no sign."""
        if i + 1 >= len(tokens) or tokens.kinds[i + 1] in ("space", "word"):
            return None
        word, _ = tokens.word_before(i)
        opens = i == 0 or tokens.raw[i - 1] in "(|\t\n"
        spaced = tokens.is_blank(i - 1) and (
            tokens.raw[i] == "−" or word in self.grammar.negative_after or tokens.key(i - 2) in NEGATIVE_MARKS
        )
        if not (opens or spaced):
            return None
        found = self.read(tokens, i + 1, decimal=decimal)
        if found is None or found.number is None or found.unit is None or tokens.raw[found.i] in MINUS:
            return None
        value = None if found.value is None else -abs(found.value)
        return found._replace(i=i, value=value, negative=True)

    def read_accounted(self, tokens: Tokens, i: int, decimal: str) -> Quantity | None:
        """ "(5,2) M€", the accountants' negative: a figure alone in its parentheses, scale and unit after."""
        if tokens.kind(i + 1) != "digits":
            return None
        number = self.pieces.read_figure(tokens, i + 1, decimal)
        if number is None or tokens.key(number.end) != ")":
            return None
        end, scale = number.end + 1, None
        found = self.pieces.read_scale(tokens, end)
        if found:
            end, scale = found
        unit = self.pieces.read_unit(tokens, end, linked=bool(scale))
        if unit is None or (scale is None and number.plain) or (unit[1].risky and scale is None):
            return None
        value, reason = self.pieces.value(number, scale, unit[1])
        return Quantity(
            i, unit[0], number, None if value is None else -value, scale.value if scale else None, unit[1],
            False, "figure in parentheses", reason, negative=True,
        )  # fmt: skip

    def read_counted(self, tokens: Tokens, i: int, decimal: str) -> Quantity | None:
        """A quantity that starts with its figure: "10 milliards de dollars", "45 mln dlrs", "300p"."""
        start = i
        if tokens.kind(i) == "digits" and i and not self.may_start(tokens, i):
            return None
        number = self.pieces.read_figure(tokens, i, decimal)
        if not number:
            return None
        end, scale = number.end, None
        found = self.pieces.read_scale(tokens, end)
        if found:
            end, scale = found
        rule = "number, scale, currency" if scale else "number, currency"
        value, reason = None, None
        extra = Decimal(0)
        if scale and not scale.mark:
            half = self.pieces.half_after.longest(tokens, tokens.skip_blank(end))
            if half:
                end, extra = half[0], scale.value * HALF
            else:
                end, extra = self.read_compound(tokens, end, scale, decimal)
        unit = self.pieces.read_unit(tokens, end, linked=bool(scale))
        if unit and scale and self.is_attributive(tokens, i, number, unit):
            return None
        if unit is None and scale and scale.mark:
            if found and tokens.key(found[0] - 1) in self.grammar.thousands:
                return None
            end, scale = number.end, None
            unit = self.pieces.read_unit(tokens, end, linked=False)
        if unit is None and scale and not scale.mark:
            unit = read_late_dollar(self.pieces, tokens, end)
        if unit:
            end = unit[0]
            if scale is None:
                late = self.pieces.scales.longest(tokens, tokens.skip_blank(end)) if unit[1].symbol else None
                if late and not late[1].mark:
                    end, scale = late
            elif scale.mark and not (unit[1].symbol or len(unit[1].surface) > 1):
                return None
            alone = number.spelled and scale is None and tokens.keys[start] in self.grammar.one
            if alone and not self.one_fits(tokens, start, number, unit[1], end):
                return None
            if number.spelled and scale is None and self.is_name(tokens, end):
                return None
            if unit[1].factor < 1 and scale is None:
                half = self.pieces.half_after.longest(tokens, tokens.skip_blank(end))
                if half:
                    end, extra = half[0], HALF
        value, reason = self.pieces.value(number, scale, unit[1] if unit else None)
        if value is not None and extra:
            value += extra * (unit[1].factor if unit else 1)
        if unit and scale is None and unit[1].factor == 1:
            end, value = self.read_small_change(tokens, end, value, unit[1], number)
        written = unit[1] if unit else None
        if written and (bracketed := read_bracketed(self.pieces, tokens, tokens.skip_blank(end), written)):
            written = bracketed
        return Quantity(
            start, end, number, value, scale.value if scale else None, written, False, rule, reason,
        )  # fmt: skip

    def is_attributive(self, tokens: Tokens, i: int, number: Number, unit: tuple[int, Unit]) -> bool:
        """True for "a billion dollar investment": the article belongs to the noun that follows."""
        if not (self.grammar.attributive and number.value <= 1 and tokens.key(i) in self.grammar.one):
            return False
        if number.value < 1 and tokens.key(unit[0] - 2) != "-":
            return False
        plural = self.pieces.units.suffix.longest(Tokens(unit[1].surface + "s"), 0)
        return plural is not None and tokens.is_blank(unit[0]) and tokens.kind(unit[0] + 1) == "word"

    @staticmethod
    def may_start(tokens: Tokens, i: int) -> bool:
        """False for digits glued to letters or inside another figure: "A320", "10:30"."""
        if tokens.kinds[i - 1] == "word":
            return False
        if tokens.kind(i - 2) == "digits" and tokens.raw[i - 1] in ".,:'":
            return False
        return not (tokens.kinds[i - 1] == "mark" and tokens.raw[i - 1] in "_#@&")

    def one_fits(self, tokens: Tokens, start: int, number: Number, unit: Unit, end: int) -> bool:
        """True for "pour un euro", "un franc symbolique", not for "un dollar fort", "a pound"."""
        if number.value != 1:
            return True
        if self.pieces.half_after.longest(tokens, tokens.skip_blank(end)):
            return True
        if unit.factor < 1 or unit.symbol or unit.risky:
            return False
        following = tokens.key(tokens.skip_blank(end))
        before, _ = tokens.word_before(start)
        return following in self.grammar.one_after or before in self.grammar.one_before

    @staticmethod
    def is_name(tokens: Tokens, end: int) -> bool:
        """True for spelled amounts that name a thing: "Cent Francs", « Aux mille dirhams »."""
        noun = tokens.raw[end - 1]
        closing = tokens.key(tokens.skip_blank(end))
        return (noun.istitle() and len(noun) > 1) or (closing != "" and closing in '»”"')

    def read_compound(self, tokens: Tokens, end: int, scale: Scale, decimal: str) -> tuple[int, Decimal]:
        """ "2 milliards 300 millions", "one billion one hundred million": end and what is added."""
        at = tokens.skip_blank(end)
        if at == end or scale.value < 10**9:
            return end, Decimal(0)
        number = self.pieces.read_figure(tokens, at, decimal)
        inner = self.pieces.read_scale(tokens, number.end) if number else None
        if number and inner and not inner[1].mark and number.value * inner[1].value < scale.value:
            return inner[0], number.value * inner[1].value
        return end, Decimal(0)

    def read_small_change(
        self, tokens: Tokens, end: int, value: Decimal | None, unit: Unit, number: Number
    ) -> tuple[int, Decimal | None]:
        """ "one dollar and eighty cents", "3 euros 50": the end and the whole value."""
        if unit.symbol and value is not None and tokens.kind(end) == "digits":
            return end + 1, value + Decimal(tokens.raw[end]) / 100
        at = tokens.skip_blank(end)
        if value is None or at == end or unit.symbol or value != value.to_integral_value():
            return end, value
        if tokens.key(at) in self.grammar.list_words and tokens.is_blank(at + 1):
            at += 2
        small = read_number(tokens, at, self.pieces.numbers)
        if not small or small.value >= 100:
            return end, value
        minor = self.pieces.read_unit(tokens, small.end, linked=False)
        if minor and minor[1].factor < 1 and len(minor[1].surface) > 1:
            return minor[0], value + small.value * minor[1].factor
        digits = tokens.raw[at]
        stops = tokens.skip_blank(small.end)
        bare = at == end + 1 and tokens.kinds[at] == "digits" and len(digits) == 2 and small.end == at + 1
        stopped = stops >= len(tokens) or tokens.raw[stops] in ".,;:)!?»"
        if bare and number.plain and stopped and tokens.kind(stops + 1) != "digits":
            return at + 1, value + small.value / 100
        return end, value


@cache
def load_quantities(lang: str) -> Quantities:
    """The reader of quantities of a language."""
    return Quantities(lang)
