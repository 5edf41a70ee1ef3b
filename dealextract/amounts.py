"""Amounts of a text: its quantities, joined where they belong together, with what is understood filled in.

A range is one amount, a change ("de 84 à 81 millions de francs") and a list are one amount for each
figure. Which currency a bare unit is comes later (`currency_choice`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from dealextract.joining import Joiner, Link, make_amount
from dealextract.money_grammar import Quantity
from dealextract.not_money import Amount, NotMoney, stems
from dealextract.phrases import Starts, Tokens, tokenize
from dealextract.pieces import AMBIGUOUS
from dealextract.quantities import MINUS, Quantities, load_quantities

LOOK_BACK = 70
LONGEST_CHAIN = 8
DASHES = ("-", "–", "—")


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
        self.joiner = Joiner(g)
        self.filter = NotMoney(g)
        first = self.quantities.pieces.units.prefix.starts()
        keys = first.keys | self.quantities.pieces.starters | {*MINUS, "("}
        self.starts = Starts(frozenset(keys - {" "}), first.exact)
        self.accounts = stems(g.account_cues)

    def read(self, text: str) -> Found:
        """Tokens and amounts of a text, in order; elided amounts are among them, with no unit."""
        tokens = tokenize(text)
        decimal = self.decimal_mark(text)
        sure = decimal == "." or COMMA_DECIMAL.search(text) is not None
        amounts: list[Amount] = []
        counts: list[int] = []
        named: set[Decimal] = set()
        i = 0
        for at in self.find_candidates(tokens):
            if at < i:
                continue
            quantity = self.quantities.read(tokens, at, decimal=decimal)
            if quantity is None or quantity.j <= at:
                i = self.skip_figure(tokens, at)
                continue
            if not sure:
                quantity = doubt_group(quantity)
            found, i = self.read_chain(tokens, quantity, decimal)
            for amount in found:
                if self.filter.is_money(tokens, amount, named):
                    amounts.append(amount)
                    if amount.unit and amount.scaled and amount.value is not None:
                        named.add(amount.value)
                elif amount.unit is None:
                    counts.append(amount.start)
        return Found(tokens, amounts, counts)

    def find_candidates(self, tokens: Tokens) -> list[int]:
        """Indices of the tokens at which a quantity may start: most tokens are none."""
        keys, exact = self.starts
        numbers = ("digits", "vulgar")
        return [
            i
            for i, (key, kind) in enumerate(zip(tokens.keys, tokens.kinds, strict=True))
            if kind in numbers or key in keys or (tokens.raw[i] in exact and kind != "space")
        ]

    def decimal_mark(self, text: str) -> str:
        """The decimal mark of the text: the language's own, unless the text clearly uses the other."""
        own = self.quantities.pieces.numbers.decimal
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
        if word in DASHES or word == "/":
            return Link("slash" if word == "/" else "dash", tokens.skip_blank(j + 2))
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
            if left.unit and link.kind == "comma":
                break
            right = self.quantities.read(tokens, link.at, decimal=decimal)
            if right is None or right.number is None:
                break
            if right.number.spelled and right.unit is None and right.scale is None:
                break
            chain.append(right)
            links.append(link)
            if right.unit or link.kind != "comma":
                break
        while len(chain) > 1:
            found = self.joiner.resolve(tokens, chain, links)
            if found is not None:
                return found, chain[-1].j
            chain.pop()
            links.pop()
        return self.single(tokens, first), first.j

    def single(self, tokens: Tokens, q: Quantity) -> list[Amount]:
        """The amount of one quantity, none for a bare number."""
        if q.unit is None and q.scale is None and self.echoes(tokens, q):
            return [make_amount(tokens, q, None, q.value, rule="figure alone after a comparison")]
        if q.unit is None and (q.scale is None or q.scale < 10**5):
            return []
        if q.unit and q.value and not q.negative and self.is_accounted(tokens, q):
            return [make_amount(tokens, q, q.unit, -q.value, rule="loss in parentheses")]
        return [make_amount(tokens, q, q.unit, q.value)]

    def is_accounted(self, tokens: Tokens, q: Quantity) -> bool:
        """True for an amount alone in parentheses after "net loss:", "loss of", as in accounts."""
        if tokens.key(q.i - 1) != "(" or tokens.key(q.j) != ")" or not tokens.is_blank(q.i - 2):
            return False
        word, _ = tokens.word_before(q.i - 1)
        if tokens.key(q.i - 3) != ":" and word not in self.grammar.negative_after:
            return False
        start = tokens.starts[q.i]
        line = tokens.text[max(0, start - LOOK_BACK) : start].rpartition("\n")[2]
        return self.accounts.search(line) is not None

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


def doubt_group(q: Quantity) -> Quantity:
    """The quantity without value when "3.250 milliards" may be 3,25 and no other figure of the text tells."""
    if q.number is None or q.number.shape != "group3" or q.scale is None or q.scale < 10**9:
        return q
    read_as_decimal = q.number.other is not None and q.value == q.number.other * q.scale
    return q if read_as_decimal else q._replace(value=None, reason=AMBIGUOUS)


DOT_DECIMAL = re.compile(r"(?<![\d.,])\d{1,3}\.\d{1,2}(?![\d.,])(?! ?h)")
COMMA_DECIMAL = re.compile(r"\d,\d")


@cache
def load_amounts(lang: str) -> AmountReader:
    """The amount reader of a language."""
    return AmountReader(lang)
