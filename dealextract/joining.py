"""Quantities side by side: a range is one amount, a change or a list is one amount for each figure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from dealextract.currencies import Unit
from dealextract.money_grammar import Grammar, Quantity, make_trie
from dealextract.not_money import Amount, stems
from dealextract.phrases import PhraseTrie, Tokens

LOOK_BACK = 70


class Link(NamedTuple):
    """What joins two quantities ("dash", "slash", "to", "list", "or", "comma"), and where the next starts."""

    kind: str
    at: int


def make_amount(
    tokens: Tokens, q: Quantity, unit: Unit | None, value: Decimal | None, *, rule: str = ""
) -> Amount:
    """An amount over a quantity's own characters."""
    scaled = q.scale is not None or bool(unit and unit.factor >= 1000)
    start, end = tokens.starts[q.i], tokens.ends[q.j - 1]
    return Amount(start, end, value, None, unit, rule or q.rule, q.reason, q.approx, scaled, q.i, q.j)


def make_range(
    tokens: Tokens,
    ends: tuple[Quantity, Quantity],
    low: Decimal,
    high: Decimal,
    *,
    unit: Unit | None,
    rule: str,
) -> Amount:
    """One amount over a range's two ends."""
    left, last = ends
    start, end, scaled = tokens.starts[left.i], tokens.ends[last.j - 1], last.scale is not None
    return Amount(start, end, low, high, unit, rule, None, False, scaled, left.i, last.j)


class Joiner:
    """Settles how the quantities of a chain belong together."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.move = stems(grammar.move_words)
        self.range_cue = stems(grammar.range_cues)
        self.between = make_trie(grammar.between)

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
            _, j = tokens.word_before(j)
            if j < 0:
                return False
            if (found := trie.longest(tokens, j)) and found[0] <= i:
                return True
        return False

    def bare_fits(self, tokens: Tokens, left: Quantity, last: Quantity) -> bool:
        """False for a bare figure that is rather a year, a day or an item number."""
        assert left.number is not None
        word, _ = tokens.word_before(left.i)
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
            out.append(make_amount(tokens, q, last.unit, value, rule="list with a shared unit"))
        return [*out, make_amount(tokens, last, last.unit, last.value)]

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
            return [make_range(tokens, (left, last), value, last.value, unit=unit, rule="range: or")]
        if left.unit:
            return None
        return [
            make_amount(tokens, left, unit, value, rule="list with a shared unit"),
            make_amount(tokens, last, unit, last.value),
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
        scale, other = last.scale, last.number.value
        # "$500,000 to $1 million" keeps its first figure, "Rs 4,000-5,000 crore" scales it.
        small = value < 1000 or other >= 1000
        if scale and small and other / 200 <= value <= other * 200:
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
            twin = left.prefixed and (last.prefixed or last.unit is None) and high <= low * 5
            if (
                kind == "dash"
                and low * 100 < high
                and last.number.value >= 1000
                and left.scale is None
                and low < 1000
            ):
                low *= 1000
            if (
                low >= high
                or (not tight and not twin and not (unit and left.unit is None))
                or high > low * 100
            ):
                return None
            return [make_range(tokens, (left, last), low, high, unit=unit, rule=f"range: {kind}")]
        before = self.clause_before(tokens, left.i)
        ranged = between or self.range_cue.search(before[-32:]) is not None
        moved = self.move.search(before) is not None
        both = left.unit is not None and last.unit is not None
        # "fell 3p to 212p": what moves stands just before the first figure.
        stepped = bool(word) and self.move.fullmatch(word) is not None
        if ranged:
            if low >= high:
                return None
        elif low >= high or (moved if from_word else stepped):
            alone = left.unit is None and (low > high * 3 or not moved)
            if not from_word and (both or alone):
                return None
            return [
                make_amount(tokens, left, unit, low, rule="from-to change"),
                make_amount(tokens, last, unit, high),
            ]
        elif not from_word and high > low * (4 if both else 12):
            return None
        return [
            make_range(
                tokens,
                (left, last),
                low,
                high,
                unit=unit,
                rule="range: to" if not between else "range: between",
            )
        ]

    def clause_before(self, tokens: Tokens, i: int) -> str:
        """The end of the clause before token `i`, lower-cased, at most LOOK_BACK characters."""
        end = tokens.starts[i]
        window = tokens.text[max(0, end - LOOK_BACK) : end].lower()
        return re.split(r"[.;:!?(]\s|\n", window)[-1]
