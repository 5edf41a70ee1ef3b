"""The pieces of a quantity of money: figure, scale and currency, each read in bounded steps."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from dealextract.currencies import Unit, load_units
from dealextract.currency_tables import THREE_DECIMALS
from dealextract.lexicon import load_lexicon
from dealextract.money_grammar import GrammarFile, Scale, make_trie
from dealextract.numerals import Number, read_number
from dealextract.phrases import PhraseTrie, Tokens

HALF = Decimal("0.5")
# Share prices were printed in eighths: 135.125 is no thousand.
EIGHTHS = frozenset({"125", "250", "375", "500", "625", "750", "875"})
AMBIGUOUS = "ambiguous separator: three digits after the mark"


class Pieces:
    """Reads figures, scales and units of one language; holds tries only, no text."""

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
        self.figure_words = make_trie(g.figure_words)
        self.figure_nouns = make_trie(g.figure_nouns)
        starters = [*self.numbers.below_hundred, *self.numbers.hundred, *self.numbers.thousand, *g.counting]
        starters += [*g.scale_words, *g.one, *g.counting_plural, *g.thousands]
        starters += [
            p.split()[0].split("-")[0]
            for p in (*g.vague, *g.half_before, *g.attributive, *g.attributive_vague)
        ]
        self.starters = frozenset(s.lower() for s in starters)

    def read_figure(self, tokens: Tokens, i: int, decimal: str) -> Number | None:
        """A number, with "half a", "un demi-" and the like as numbers too."""
        half = self.half_before.longest(tokens, i) if tokens.kind(i) == "word" else None
        if half:
            return Number(Decimal(half[1]), half[0], spelled=True)
        number = read_number(tokens, i, self.numbers, decimal=decimal)
        after = self.half_after.longest(tokens, tokens.skip_blank(number.end)) if number else None
        if number and after and (number.spelled or (number.plain and self.scale_follows(tokens, after[0]))):
            return number._replace(value=number.value + HALF, end=after[0])
        return number

    def scale_follows(self, tokens: Tokens, j: int) -> bool:
        """True when a scale word stands after a space: "7 and a half million"."""
        scale = self.scales.longest(tokens, j + 1) if tokens.is_blank(j) else None
        return scale is not None and not scale[1].mark

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
        if tokens.kinds[found[0] - 1] == "mark" and tokens.kind(found[0]) == "digits":
            # "2016 $320": the sign belongs to the next figure; "3€50" is three euros fifty.
            return found if at == j and len(tokens.raw[found[0]]) == 2 else None
        if len(found[1].surface) == 1 and found[1].surface.isalpha() and at > j and tokens.kind(j) == "space":
            # A lone letter is a unit only beside its figure, or in French after it ("7,50 F").
            return found if found[1].surface == "F" else None
        return found

    @staticmethod
    def whole(tokens: Tokens, end: int) -> bool:
        """True when the phrase before token `end` does not stop inside a word or a figure."""
        return not (tokens.kinds[end - 1] == "word" and tokens.kind(end) in ("word", "digits"))

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
            elif tail.endswith("00") or (figure >= 100 and tail not in EIGHTHS):
                figure, reason = None, AMBIGUOUS
        elif number.shape == "decimal3" and scale and str(number.other).endswith("000"):
            figure, reason = None, AMBIGUOUS
        elif number.shape == "group3" and scale and scale.singular:
            figure = number.other or figure
        if figure is None:
            return None, reason
        factor = unit.factor if unit else Decimal(1)
        return figure * (scale.value if scale else 1) * factor, reason


@cache
def load_pieces(lang: str) -> Pieces:
    """The reader of pieces of a language."""
    return Pieces(lang)
