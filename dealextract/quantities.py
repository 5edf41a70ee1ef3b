"""One quantity of money: [prefix] number [scale] [currency], read from a token on, in bounded steps.

`Quantities.read` gives what is written; which currency a bare unit is, and how quantities join into
ranges and lists, is settled by `amounts`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from dealextract.currencies import THREE_DECIMALS, Unit, load_units
from dealextract.lexicon import load_lexicon
from dealextract.money_grammar import GrammarFile, Quantity, Scale, make_trie
from dealextract.numerals import Number, read_number
from dealextract.phrases import PhraseTrie, Tokens
from dealextract.vague import read_vague

HALF = Decimal("0.5")


@cache
def load_quantities(lang: str) -> Quantities:
    """The reader of quantities of a language."""
    return Quantities(lang)


class Quantities:
    """Reads quantities of one language; holds tries only, no text."""

    def __init__(self, lang: str) -> None:
        file = load_lexicon(lang, "money", GrammarFile)
        self.numbers, self.grammar = file.numbers, file.grammar
        self.units = load_units(lang)
        g = self.grammar
        self.scales: PhraseTrie[Scale] = PhraseTrie()
        for word, value in g.scale_words.items():
            plural = word.endswith("s") and word[:-1] in g.scale_words
            scale = Scale(Decimal(value), False, word in g.singular_scales, plural)
            self.scales.add(word, scale, exact=len(word) < 3)
        for mark, value in g.scale_marks.items():
            self.scales.add(mark, Scale(Decimal(value), mark=True), exact=True)
        self.thousands: PhraseTrie[int] = make_trie(g.thousands)  # type: ignore[arg-type]
        self.links = make_trie(g.links)
        self.half_after = make_trie(g.half_after)
        self.half_before: PhraseTrie[str] = make_trie(g.half_before)  # type: ignore[arg-type]
        self.vague = make_trie(g.vague)
        self.vague_alone = make_trie(g.vague_alone)
        self.attributive = make_trie(g.attributive)
        self.attributive_vague = make_trie(g.attributive_vague)
        self.fillers = make_trie(g.fillers)
        starters = [*self.numbers.below_hundred, *self.numbers.hundred, *self.numbers.thousand, *g.counting]
        starters += [*g.scale_words, *g.one, *g.counting_plural, *g.thousands]
        starters += [
            p.split()[0].split("-")[0]
            for p in (*g.vague, *g.half_before, *g.attributive, *g.attributive_vague)
        ]
        self.starters = frozenset(s.lower() for s in starters)

    def read(self, tokens: Tokens, i: int, *, decimal: str = "") -> Quantity | None:
        """The quantity that starts at token `i`, None when there is none."""
        kind = tokens.kinds[i]
        if kind == "space":
            return None
        prefix = self.units.prefix.longest(tokens, i) if kind != "digits" else None
        if prefix and not (kind == "word" and i and tokens.kinds[i - 1] in ("word", "digits")):
            found = self.read_prefixed(tokens, i, *prefix, decimal)
            if found:
                return found
        if kind in ("digits", "vulgar"):
            return self.read_counted(tokens, i, decimal)
        if kind == "word" and tokens.keys[i] in self.starters:
            if i and tokens.kinds[i - 1] == "digits":
                return None
            return read_vague(self, tokens, i) or self.read_counted(tokens, i, decimal)
        return None

    # -- pieces

    def read_figure(self, tokens: Tokens, i: int, decimal: str) -> Number | None:
        """A number, with "half a", "un demi-" and the like as numbers too."""
        half = self.half_before.longest(tokens, i) if tokens.kind(i) == "word" else None
        if half:
            return Number(Decimal(half[1]), half[0], spelled=True)
        number = read_number(tokens, i, self.numbers, decimal=decimal)
        if (
            number
            and number.spelled
            and (after := self.half_after.longest(tokens, tokens.skip_blank(number.end)))
        ):
            return number._replace(value=number.value + HALF, end=after[0])
        return number

    def read_scale(self, tokens: Tokens, j: int) -> tuple[int, Scale] | None:
        """A scale after the number that ends before token `j`, stacked ones multiplied."""
        at = self.step(tokens, j)
        if at < 0:
            return None
        filler = self.fillers.longest(tokens, at) if at > j else None
        if filler and tokens.is_blank(filler[0]):
            at = filler[0] + 1
        first = self.thousands.longest(tokens, at)
        if first:
            nxt = tokens.skip_blank(first[0])
            link = self.links.longest(tokens, nxt)
            nxt = tokens.skip_blank(link[0]) if link else nxt
            second = self.scales.longest(tokens, nxt)
            if second and not second[1].mark:
                return second[0], Scale(second[1].value * first[1])
            return first[0], Scale(Decimal(first[1]), mark=True)
        found = self.scales.longest(tokens, at)
        if not found or (tokens.kind(found[0]) == "word" and tokens.kinds[found[0] - 1] == "word"):
            return None
        end, scale = found
        if not scale.mark and scale.value < 10**8 and tokens.is_blank(end):
            second = self.scales.longest(tokens, end + 1)
            if second and not second[1].mark and second[1].value >= 10**7 and second[1].value > scale.value:
                return second[0], Scale(scale.value * second[1].value)
        return end, scale

    def step(self, tokens: Tokens, j: int) -> int:
        """Index of what follows token `j` over one space, one hyphen or nothing; -1 at the end."""
        if (tokens.key(j) == "-" and tokens.kind(j + 1) == "word") or tokens.is_blank(j):
            j += 1
        return j if j < len(tokens) else -1

    def read_unit(self, tokens: Tokens, j: int, *, linked: bool) -> tuple[int, Unit] | None:
        """The currency after a number or scale that ends before token `j`."""
        at = self.step(tokens, j)
        if at < 0:
            return None
        link = self.links.longest(tokens, at) if linked else None
        if link:
            after = self.units.suffix.longest(tokens, tokens.skip_blank(link[0]))
            if (
                after
                and self.whole(tokens, after[0])
                and (len(after[1].surface) > 1 or after[1].surface in "€$£")
            ):
                return after
        found = self.units.suffix.longest(tokens, at)
        if not found or not self.whole(tokens, found[0]):
            return None
        if len(found[1].surface) == 1 and found[1].surface.isalpha() and at > j and tokens.kind(j) == "space":
            # A lone letter is a unit only beside its figure, or in French after it ("7,50 F").
            if found[1].surface != "F":
                return None
        return found

    @staticmethod
    def whole(tokens: Tokens, end: int) -> bool:
        """True when the phrase before token `end` does not stop inside a word or a figure."""
        return not (tokens.kinds[end - 1] == "word" and tokens.kind(end) in ("word", "digits"))

    # -- quantities

    def read_prefixed(self, tokens: Tokens, i: int, j: int, unit: Unit, decimal: str) -> Quantity | None:
        """ "$5.2 billion", "EUR 300m", "Rs 500 crore", "€(5.2)m"."""
        at = tokens.skip_blank(j)
        if tokens.key(at) in ("-", "−") and tokens.kind(at + 1) == "digits" and at == j:
            at, negative = at + 1, True
        else:
            negative = False
        inside = tokens.key(at) == "(" and tokens.kind(at + 1) == "digits"
        if inside:
            at += 1
        if tokens.kind(at) not in ("digits", "vulgar"):
            number = self.read_figure(tokens, at, decimal) if unit.symbol and at == j else None
            if not number or not number.spelled:
                return None
        number = self.read_figure(tokens, at, decimal)
        if not number:
            return None
        end = number.end
        if inside:
            if tokens.key(end) != ")":
                return None
            end, negative = end + 1, True
        scale = self.read_scale(tokens, end)
        if scale and scale[1].mark and tokens.is_blank(end) and not self.mark_may_stand_off(tokens, end):
            scale = None
        after = scale[0] if scale else end
        if tokens.kind(after) == "word" and tokens.kind(after - 1) != "word":
            return None if not scale else None
        if unit.surface.isalpha() and not self.prefix_fits(tokens, i, j, unit, number, scale):
            return None
        value, reason = self.value(number, scale[1] if scale else None, unit)
        if scale and (half := self.half_after.longest(tokens, tokens.skip_blank(after))):
            after, value = half[0], value and value + scale[1].value * HALF
        after, unit = self.read_late(tokens, after, unit)
        return Quantity(
            i, after, number, -value if negative and value is not None else value,
            scale[1].value if scale else None, unit, True, "currency before number", reason, negative=negative,
        )  # fmt: skip

    def mark_may_stand_off(self, tokens: Tokens, end: int) -> bool:
        """True when a mark after a space is a scale: "$200 M", not "$5 a", "$3 K street"."""
        return len(tokens.raw[end + 1]) > 1 or tokens.raw[end + 1] in "MBK"

    def prefix_fits(self, tokens: Tokens, i: int, j: int, unit: Unit, number: Number, scale: object) -> bool:
        """False for letters that only look like a currency: "R2", "Euro 2024", "L 12", "P 5"."""
        glued = tokens.kind(j) != "space"
        if unit.surface.lower() in ("euro", "euros", "yen", "yuan", "won"):
            return bool(scale)
        if len(unit.surface) == 1:
            if not glued and unit.surface != "R":
                return False
            return bool(scale) or (unit.surface == "R" and number.value >= 10) or not number.plain
        if unit.surface in ("Re", "Dr", "SF", "SR", "Lit", "Fl", "BD", "QR", "KD", "LE", "Fr.", "Pts", "TL"):
            return bool(scale) or number.value >= 100 or not number.plain
        short = (
            glued and unit.code is not None and len(unit.surface) == 3 and number.plain and number.value < 4
        )
        return bool(scale) or not short

    def read_late(self, tokens: Tokens, end: int, unit: Unit) -> tuple[int, Unit]:
        """A qualifier or a repeated unit after a prefixed amount: "$20 US", "£5m sterling", "$5m (US)"."""
        at = tokens.skip_blank(end)
        if not unit.symbol or at == end:
            return end, unit
        late = self.units.late.longest(tokens, at) if unit.key in ("dollar", "sterling") else None
        if late and self.closes(tokens, late[0]) and tokens.kinds[at] == "word":
            return late[0], Unit(
                late[1], explicit=True, surface=tokens.text[tokens.starts[at] : tokens.ends[late[0] - 1]]
            )
        again = self.units.suffix.longest(tokens, at) if tokens.kinds[at] == "word" else None
        if again and self.whole(tokens, again[0]) and len(again[1].surface) > 2 and again[1].factor == 1:
            same = {unit.key, unit.key.replace("sterling", "pound")}
            if again[1].key in same or (again[1].key == "GBP" and unit.key == "sterling"):
                return again[0], unit
            if unit.key == "dollar" and again[1].code and again[1].surface.isupper():
                return again[0], again[1]
        return end, unit

    @staticmethod
    def closes(tokens: Tokens, end: int) -> bool:
        """True when nothing that could be its noun follows the qualifier before token `end`."""
        at = tokens.skip_blank(end)
        return at >= len(tokens) or tokens.kinds[at] == "mark"

    def read_counted(self, tokens: Tokens, i: int, decimal: str) -> Quantity | None:
        """ "10 milliards de dollars", "1.33bn Australian dollars", "45 mln dlrs", "300p", "un demi-milliard"."""
        start = i
        if tokens.kind(i) == "digits" and i and not self.may_start(tokens, i):
            return None
        number = self.read_figure(tokens, i, decimal)
        if not number:
            return None
        end, scale = number.end, None
        found = self.read_scale(tokens, end)
        if found:
            end, scale = found
        rule = "number, scale, currency" if scale else "number, currency"
        value, reason = None, None
        extra = Decimal(0)
        if scale and not scale.mark:
            half = self.half_after.longest(tokens, tokens.skip_blank(end))
            if half:
                end, extra = half[0], scale.value * HALF
            else:
                end, extra = self.read_compound(tokens, end, scale, decimal)
        unit = self.read_unit(tokens, end, linked=bool(scale))
        if unit and scale and self.is_attributive(tokens, i, number, unit):
            return None
        if unit is None and scale and scale.mark:
            if found and tokens.key(found[0] - 1) in self.grammar.thousands:
                return None
            end, scale = number.end, None
            unit = self.read_unit(tokens, end, linked=False)
        if unit:
            end = unit[0]
            if scale is None:
                late = self.scales.longest(tokens, tokens.skip_blank(end)) if unit[1].symbol else None
                if late and not late[1].mark:
                    end, scale = late
            elif scale.mark and not self.mark_fits(tokens, number, unit[1]):
                return None
            if number.spelled and tokens.keys[start] in self.grammar.one and scale is None:
                if not self.one_fits(tokens, start, number, unit[1], end):
                    return None
            if number.spelled and scale is None and self.is_name(tokens, end):
                return None
            if unit[1].factor < 1 and scale is None:
                half = self.half_after.longest(tokens, tokens.skip_blank(end))
                if half:
                    end, extra = half[0], HALF
        value, reason = self.value(number, scale, unit[1] if unit else None)
        if value is not None and extra:
            value += extra * (unit[1].factor if unit else 1)
        if unit and scale is None and unit[1].factor == 1:
            end, value = self.read_small_change(tokens, end, value, unit[1], number)
        return Quantity(
            start, end, number, value, scale.value if scale else None, unit[1] if unit else None, False, rule, reason,
        )  # fmt: skip

    def is_attributive(self, tokens: Tokens, i: int, number: Number, unit: tuple[int, Unit]) -> bool:
        """True for "a billion dollar investment": the article belongs to the noun that follows."""
        if not (self.grammar.attributive and number.value == 1 and tokens.key(i) in self.grammar.one):
            return False
        plural = self.units.suffix.longest(Tokens(unit[1].surface + "s"), 0)
        return plural is not None and tokens.is_blank(unit[0]) and tokens.kind(unit[0] + 1) == "word"

    @staticmethod
    def may_start(tokens: Tokens, i: int) -> bool:
        """False for digits glued to letters or inside another figure: "A320", "10:30"."""
        if tokens.kinds[i - 1] == "word":
            return False
        if tokens.kind(i - 2) == "digits" and tokens.raw[i - 1] in ".,:'":
            return False
        return not (tokens.kinds[i - 1] == "mark" and tokens.raw[i - 1] in "_#@&")

    @staticmethod
    def mark_fits(tokens: Tokens, number: Number, unit: Unit) -> bool:
        """False for a mark and a unit that are rather words: "5 M. F"."""
        return bool(unit.symbol or len(unit.surface) > 1)

    def one_fits(self, tokens: Tokens, start: int, number: Number, unit: Unit, end: int) -> bool:
        """True for "pour un euro", "un franc symbolique" as amounts, not "un dollar fort", "a pound", "une livre"."""
        if number.value != 1:
            return True
        if self.half_after.longest(tokens, tokens.skip_blank(end)):
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
        number = self.read_figure(tokens, at, decimal)
        inner = self.read_scale(tokens, number.end) if number else None
        if number and inner and not inner[1].mark and number.value * inner[1].value < scale.value:
            return inner[0], number.value * inner[1].value
        return end, Decimal(0)

    def read_small_change(
        self, tokens: Tokens, end: int, value: Decimal | None, unit: Unit, number: Number
    ) -> tuple[int, Decimal | None]:
        """ "one dollar and eighty cents", "3 euros 50": the end and the whole value."""
        at = tokens.skip_blank(end)
        if value is None or at == end or unit.symbol or value != value.to_integral_value():
            return end, value
        if tokens.key(at) in self.grammar.list_words and tokens.is_blank(at + 1):
            at += 2
        small = read_number(tokens, at, self.numbers)
        if not small or small.value >= 100:
            return end, value
        minor = self.read_unit(tokens, small.end, linked=False)
        if minor and minor[1].factor < 1 and len(minor[1].surface) > 1:
            return minor[0], value + small.value * minor[1].factor
        digits = tokens.raw[at]
        stops = tokens.skip_blank(small.end)
        bare = at == end + 1 and tokens.kinds[at] == "digits" and len(digits) == 2 and small.end == at + 1
        if bare and number.plain and (stops >= len(tokens) or tokens.raw[stops] in ".,;:)!?»"):
            if tokens.kind(stops + 1) != "digits":
                return at + 1, value + small.value / 100
        return end, value

    def value(
        self, number: Number, scale: Scale | None, unit: Unit | None
    ) -> tuple[Decimal | None, str | None]:
        """Value in units of the currency and, when the separator can be read two ways, null and why."""
        figure, reason = number.value, None
        if (
            number.shape == "decimal3"
            and scale is None
            and not (unit and unit.key in (*THREE_DECIMALS, "dinar"))
        ):
            tail = str(number.other)[-3:]
            if tail == "000":
                figure = number.other or figure
            elif tail.endswith("00"):
                figure, reason = None, "ambiguous separator: three digits after the decimal mark"
        elif number.shape == "group3" and scale and scale.singular:
            figure = number.other or figure
        if figure is None:
            return None, reason
        factor = unit.factor if unit else Decimal(1)
        return figure * (scale.value if scale else 1) * factor, reason
