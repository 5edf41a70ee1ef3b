"""Amounts of a text: quantities joined into ranges, from-to changes and lists, with what is understood filled in.

A range is one amount, a change ("de 84 à 81 millions de francs") and a list are one amount for each
figure. Which currency a bare unit is comes later (`currency_choice`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from dealextract.currencies import Unit
from dealextract.money_grammar import Quantity, make_trie
from dealextract.not_money import Amount, NotMoney, stems
from dealextract.phrases import PhraseTrie, Tokens
from dealextract.quantities import Quantities, load_quantities

LOOK_BACK = 70
LONGEST_CHAIN = 8
DASHES = ("-", "–", "—")


class Link(NamedTuple):
    """What joins two quantities: "dash", "slash", "to", "list" or "comma", and where the next starts."""

    kind: str
    at: int


class Found(NamedTuple):
    """What `AmountReader.read` gives; `counts` are the offsets of scaled figures that count other things."""

    tokens: Tokens
    amounts: list[Amount]
    counts: list[int]


class AmountReader:
    """Finds the amounts of texts in one language."""

    def __init__(self, lang: str) -> None:
        self.quantities: Quantities = load_quantities(lang)
        g = self.grammar = self.quantities.grammar
        self.move = stems(g.move_words)
        self.range_cue = stems(g.range_cues)
        self.between = make_trie(g.between)
        self.filter = NotMoney(g)

    def read(self, text: str) -> Found:
        """Tokens and amounts of a text, in order; elided amounts are among them, with no unit."""
        tokens = Tokens(text)
        decimal = self.decimal_mark(text)
        amounts: list[Amount] = []
        counts: list[int] = []
        i = 0
        while i < len(tokens):
            quantity = self.quantities.read(tokens, i, decimal=decimal)
            if quantity is None or quantity.j <= i:
                i = self.skip_figure(tokens, i)
                continue
            found, i = self.read_chain(tokens, quantity, decimal)
            for amount in found:
                if self.filter.is_money(tokens, amount):
                    amounts.append(amount)
                elif amount.unit is None:
                    counts.append(amount.start)
        return Found(tokens, amounts, counts)

    def decimal_mark(self, text: str) -> str:
        """The decimal mark of the text: the language's own, unless the text clearly uses the other."""
        own = self.quantities.numbers.decimal
        if own == "," and DOT_DECIMAL.search(text) and not COMMA_DECIMAL.search(text):
            return "."
        return own

    @staticmethod
    def skip_figure(tokens: Tokens, i: int) -> int:
        """The index after a token that starts no amount; a whole figure is passed over at once."""
        if tokens.kinds[i] != "digits":
            return i + 1
        i += 1
        while tokens.kind(i + 1) == "digits" and tokens.raw[i] in ".,":
            i += 2
        return i

    # -- chains

    def read_link(self, tokens: Tokens, j: int) -> Link | None:
        """What joins the quantity before token `j` to the next."""
        key = tokens.key(j)
        if key in DASHES and key:
            return Link("dash", tokens.skip_blank(j + 1))
        if key == "/":
            return Link("slash", j + 1)
        if key == "," and tokens.is_blank(j + 1):
            return Link("comma", j + 2)
        if not tokens.is_blank(j):
            return None
        word = tokens.key(j + 1)
        if word in DASHES:
            return Link("dash", tokens.skip_blank(j + 2))
        if not tokens.is_blank(j + 2):
            return None
        if word in self.grammar.range_words:
            return Link("to", j + 3)
        if word in self.grammar.list_words or word in self.grammar.or_words:
            return Link("or" if word != self.grammar.list_words[0] else "list", j + 3)
        return None

    def read_chain(self, tokens: Tokens, first: Quantity, decimal: str) -> tuple[list[Amount], int]:
        """Amounts of the quantity and of those joined to it, and the index after them."""
        chain, links = [first], []
        while len(chain) < LONGEST_CHAIN:
            left = chain[-1]
            link = self.read_link(tokens, left.j)
            if link is None or link.at >= len(tokens) or (left.number is None and left.value is None):
                break
            if left.unit and link.kind in ("comma",):
                break
            right = self.quantities.read(tokens, link.at, decimal=decimal)
            if right is None or right.number is None:
                break
            if right.number.spelled and right.unit is None and right.scale is None:
                break
            chain.append(right)
            links.append(link)
            if right.unit and not (len(chain) == 1):
                break
        while len(chain) > 1:
            found = self.resolve(tokens, chain, links)
            if found is not None:
                return found, chain[-1].j
            chain.pop()
            links.pop()
        return self.single(tokens, first), first.j

    def single(self, tokens: Tokens, q: Quantity) -> list[Amount]:
        """The amount of one quantity, none for a bare number."""
        if q.unit is None and q.scale is None and self.echoes(tokens, q):
            return [self.amount(tokens, q, None, q.value, "figure alone after a comparison")]
        if q.unit is None and (q.scale is None or q.scale < 10**5):
            return []
        return [self.amount(tokens, q, q.unit, q.value, q.rule)]

    def echoes(self, tokens: Tokens, q: Quantity) -> bool:
        """True for a figure after "contre" or "from" that nothing but a time or a stop follows."""
        word, _ = tokens.word_before(q.i)
        if word not in self.grammar.against or not q.number or q.number.spelled:
            return False
        at = tokens.skip_blank(q.j)
        if at >= len(tokens):
            return True
        if tokens.kinds[at] == "word":
            return tokens.keys[at] in self.grammar.after_against and at > q.j
        return tokens.raw[at] in ".,;:)\n»”" and at == q.j

    def amount(
        self,
        tokens: Tokens,
        q: Quantity,
        unit: Unit | None,
        value: Decimal | None,
        rule: str,
        reason: str | None = None,
    ) -> Amount:
        """An Amount over a quantity's own characters."""
        return Amount(
            tokens.starts[q.i], tokens.ends[q.j - 1], value, None, unit, rule, reason or q.reason, q.approx,
            q.scale is not None or bool(unit and unit.factor >= 1000), q.i, q.j,
        )  # fmt: skip

    def resolve(self, tokens: Tokens, chain: list[Quantity], links: list[Link]) -> list[Amount] | None:
        """Amounts of a chain of two or more; None when its pieces do not belong together."""
        last = chain[-1]
        if len(chain) > 2:
            inner = links[:-1]
            if all(k.kind == "comma" for k in inner) and links[-1].kind in ("list", "or"):
                return self.resolve_list(tokens, chain)
            return None
        left, kind = chain[0], links[0].kind
        if last.unit is None and left.unit is None and last.scale is None:
            return None
        if (
            left.unit
            and last.unit
            and (left.unit.key, left.unit.factor >= 1) != (last.unit.key, last.unit.factor >= 1)
        ):
            return None
        if left.unit and not left.prefixed and last.unit is None:
            return None
        if left.unit and last.unit is None and last.scale is None and not left.prefixed:
            return None
        if left.number is None or last.number is None or left.reason or last.reason:
            return None
        if left.unit is None and left.scale is None and not self.bare_fits(tokens, left, last):
            return None
        between = self.introduced_by(tokens, left.i, self.between)
        if kind == "comma":
            return None
        if kind in ("list", "or") and not between:
            return self.resolve_pair_list(tokens, left, last, kind)
        return self.resolve_range(tokens, left, last, kind, between)

    def introduced_by(self, tokens: Tokens, i: int, trie: PhraseTrie) -> bool:
        """True when a phrase of the trie stands at most two words before token `i`."""
        j = i
        for _ in range(2):
            word, j = tokens.word_before(j)
            if j < 0:
                return False
            if (found := trie.longest(tokens, j)) and found[0] <= i:
                return True
        return False

    def bare_fits(self, tokens: Tokens, left: Quantity, last: Quantity) -> bool:
        """False for a bare figure that is rather a year, a day or an item number."""
        assert left.number is not None
        word, at = tokens.word_before(left.i)
        if word in self.grammar.months or (word == "no" or tokens.key(left.i - 1) in ("#", "%", "°")):
            return False
        figure = left.number.value
        is_year = (
            left.number.plain and figure == int(figure) and 1900 <= figure <= 2100 and left.j == left.i + 1
        )
        if is_year and (last.scale is not None or last.value is None or not figure < last.value < 3 * figure):
            return False
        return tokens.key(left.i - 1) not in ("-", "–") or left.i - 1 == 0

    def resolve_list(self, tokens: Tokens, chain: list[Quantity]) -> list[Amount] | None:
        """ "10, 20 et 30 millions d'euros": one amount for each, all with the last one's unit."""
        last = chain[-1]
        if last.unit is None or any(q.unit for q in chain[:-1]):
            return None
        if not all(self.bare_fits(tokens, q, last) or q.scale for q in chain[:-1]):
            return None
        out = []
        for q in chain[:-1]:
            value = self.shared_value(q, last)
            if value is None:
                return None
            out.append(self.amount(tokens, q, last.unit, value, "list with a shared unit"))
        return [*out, self.amount(tokens, last, last.unit, last.value, last.rule)]

    def resolve_pair_list(
        self, tokens: Tokens, left: Quantity, last: Quantity, kind: str
    ) -> list[Amount] | None:
        """ "2 milliards et 1,4 milliard de livres": two amounts; "5 ou 6 millions": a range."""
        if left.unit and not left.prefixed:
            return None
        if left.unit and last.unit:
            return None
        if left.unit and last.scale is None:
            return None
        unit = last.unit or left.unit
        value = self.shared_value(left, last)
        if value is None or last.value is None:
            return None
        if (
            left.scale is None
            and left.unit is None
            and left.number
            and left.number.spelled
            and left.number.value == 1
        ):
            return None
        if kind == "or" and unit and last.value > value and (last.value <= value * 3):
            return [self.joined(tokens, left, last, value, last.value, unit, "range: or")]
        if left.unit:
            return None
        return [
            self.amount(tokens, left, unit, value, "list with a shared unit"),
            self.amount(tokens, last, unit, last.value, last.rule),
        ]

    def shared_value(self, left: Quantity, last: Quantity) -> Decimal | None:
        """Value of the first figure with the scale and the fraction that it shares with the last."""
        if left.number is None or last.number is None:
            return None
        factor = last.unit.factor if last.unit else (left.unit.factor if left.unit else Decimal(1))
        if left.value is not None and (
            left.scale is not None or (left.unit is not None and last.scale is None)
        ):
            return left.value if left.unit else left.value * factor
        value = left.number.value
        scale = last.scale
        if scale and value < 1000 and value * 200 >= last.number.value and value <= last.number.value * 200:
            value *= scale
        if left.unit is not None and not left.prefixed:
            factor = left.unit.factor
        return (-value if left.negative else value) * factor

    def resolve_range(
        self, tokens: Tokens, left: Quantity, last: Quantity, kind: str, between: bool
    ) -> list[Amount] | None:
        """A range as one amount, or a change as two."""
        unit = last.unit or left.unit
        low, high = self.shared_value(left, last), last.value
        if low is None or high is None:
            return None
        assert left.number is not None and last.number is not None
        if last.unit is None and left.unit is not None:
            high *= left.unit.factor
        word, _ = tokens.word_before(left.i)
        if tokens.key(left.i - 1) == "'" and tokens.key(left.i - 2) == "d":
            word = "d'"
        from_word = word in self.grammar.from_words
        if kind in ("dash", "slash"):
            tight = not tokens.is_blank(left.j)
            if (
                kind == "dash"
                and low * 100 < high
                and last.number.value >= 1000
                and left.scale is None
                and low < 1000
            ):
                low *= 1000
            if low >= high or (not tight and not (unit and left.unit is None)) or high > low * 100:
                return None
            return [self.joined(tokens, left, last, low, high, unit, f"range: {kind}")]
        before = self.clause_before(tokens, left.i)
        ranged = between or self.range_cue.search(before[-32:]) is not None
        moved = self.move.search(before) is not None
        both = left.unit is not None and last.unit is not None
        if not ranged:
            change = low >= high or (moved and (from_word or both or left.unit is not None))
            if change:
                if left.unit is None and not from_word and low > high * 3:
                    return None
                if left.unit is None and not from_word and not both and not moved:
                    return None
                if not from_word and both:
                    return None
                return [
                    self.amount(tokens, left, unit, low, "from-to change"),
                    self.amount(tokens, last, unit, high, last.rule),
                ]
            if not from_word and (high > low * (4 if both else 12)):
                return None if left.unit is None or both else None
        elif low >= high:
            return None
        return [
            self.joined(tokens, left, last, low, high, unit, "range: to" if not between else "range: between")
        ]

    def joined(
        self,
        tokens: Tokens,
        left: Quantity,
        last: Quantity,
        low: Decimal,
        high: Decimal,
        unit: Unit | None,
        rule: str,
    ) -> Amount:
        """One amount over a range's two ends."""
        return Amount(
            tokens.starts[left.i], tokens.ends[last.j - 1], low, high, unit, rule, None, False,
            last.scale is not None, left.i, last.j,
        )  # fmt: skip

    def clause_before(self, tokens: Tokens, i: int) -> str:
        """The end of the clause before token `i`, lower-cased, at most LOOK_BACK characters."""
        end = tokens.starts[i]
        window = tokens.text[max(0, end - LOOK_BACK) : end].lower()
        return re.split(r"[.;:!?(]\s|\n", window)[-1]


DOT_DECIMAL = re.compile(r"(?<![\d.,])\d{1,3}\.\d{1,2}(?![\d.,])(?! ?h)")
COMMA_DECIMAL = re.compile(r"\d,\d")


@cache
def load_amounts(lang: str) -> AmountReader:
    """The amount reader of a language."""
    return AmountReader(lang)
