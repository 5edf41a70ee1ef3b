"""Amounts, and what only looks like one: books, weights, teeth, scores, counts of people and things."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal

from dealextract.currencies import Unit
from dealextract.money_grammar import FIGURE_SUM, Grammar, make_trie
from dealextract.phrases import PhraseTrie, Tokens

DASHES = ("-", "–", "—")
NAMED_BEFORE = "a sum named before"


@dataclass(slots=True)
class Amount:
    """An amount at `start`:`end`; `unit` None means that the currency is understood from the context."""

    start: int
    end: int
    value: Decimal | None
    high: Decimal | None
    unit: Unit | None
    rule: str
    reason: str | None = None
    approx: bool = False
    scaled: bool = False
    first: int = 0
    last: int = 0


class NotMoney:
    """Rejects amounts by the words around them."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.not_after: dict[str, PhraseTrie] = {k: make_trie(p) for k, p in grammar.not_after.items()}
        self.not_near = {k: stems(words) for k, words in grammar.not_near.items() if words}
        self.counts = stems(grammar.count_cues)
        self.nouns = frozenset(grammar.money_nouns)
        self.functions = frozenset(grammar.function_words)

    def is_money(self, tokens: Tokens, a: Amount, named: Container[Decimal] = ()) -> bool:
        """False for books, weights, teeth, scores and other things that borrow the names of currencies.

        `named` are the values that stood with a currency before.
        """
        unit = a.unit
        if unit is None:
            return (
                a.rule == FIGURE_SUM or self.points_back(tokens, a, named) or self.elided_is_money(tokens, a)
            )
        hyphened = tokens.key(a.first - 1) in DASHES and a.first > 1 and tokens.kinds[a.first - 2] == "word"
        if unit.risky and hyphened and tokens.kinds[a.first] == "digits":
            return False
        after = tokens.skip_blank(a.last)
        for name in (unit.key, "*"):
            trie = self.not_after.get(name)
            if trie and trie.longest(tokens, after):
                return False
        near = self.not_near.get(unit.key)
        if near and not unit.symbol and not a.scaled:
            return near.search(tokens.text[max(0, a.start - 60) : a.end + 60]) is None
        return True

    def points_back(self, tokens: Tokens, a: Amount, named: Container[Decimal]) -> bool:
        """True for "the 640 billion" after "$640 billion", unless what follows is counted by it."""
        if a.value is None or a.value not in named:
            return False
        if tokens.word_before(a.first)[0] not in self.grammar.pointing:
            return False
        if tokens.key(a.last) in DASHES or self.counts.match(tokens.text, a.end + 1):
            return False
        a.rule = NAMED_BEFORE
        return True

    def elided_is_money(self, tokens: Tokens, a: Amount) -> bool:
        """True when "5 millions" is not a count of something that follows."""
        after = tokens.skip_blank(a.last)
        if after >= len(tokens) or tokens.kinds[after] == "mark":
            return not (tokens.key(a.last) == "-" or tokens.key(a.last) in "%°")
        word = tokens.key(after)
        elided = tokens.key(after + 1) == "'"
        if word in self.grammar.noun_link or (elided and word == "d"):
            noun_at = tokens.skip_blank(after + 2 if elided else after + 1)
            return tokens.key(noun_at) in self.nouns
        if tokens.kinds[after] == "digits":
            return False
        return not self.grammar.free_nouns or word in self.functions or word in self.nouns


def stems(words: list[str]) -> re.Pattern[str]:
    """A pattern of whole words; a final "*" leaves the ending open."""
    parts = [re.escape(w).replace(r"\*", r"\w{0,10}").replace(r"\ ", r"\s{1,3}") for w in words]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts) or '(?!)'})(?!\w)", re.IGNORECASE)
