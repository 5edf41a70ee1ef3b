"""Roles of amounts and percentages by rule, from the words around them.

Every cue of `roles.toml` in the sentence speaks for one role; it weighs less with each word, each clause
and each other amount between it and the amount. Amounts in a comparison or a list share their role, and
so do mentions of one sum.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.role_cues import (
    PERCENT_MARK,
    Found,
    Node,
    RolesLexicon,
    Sentence,
    find_cues,
    grow_tree,
    read_sentence,
    score_roles,
    weigh_cues,
)
from dealextract.components.sentences import load_abbreviations, sentence_starts
from dealextract.lexicon import load_lexicon
from dealextract.records import Money, MoneyRole, Percent, PercentRole

CERTAIN, CLEAR, UNCLEAR = 9.0, 0.8, 0.3
PRICE_MOVE = ("other", CERTAIN + 1)
PRIOR = 0.12
PER_SHARE = 0.8
PER_UNIT = 0.8
TOO_LARGE_FOR_SHARE = 200_000
TOO_SMALL_FOR_TOTAL = 2_000
SMALL_TOTAL = 0.2
OFFER_EACH = 0.7
NEAR_PRICE = 2.0
SMALL_ROLES = frozenset({"price_per_share", "other", "fee_or_fine"})
LONGEST_COMPARISON = 8
LONGEST_RESTATEMENT = 30
SIGNS = "+-−–±"


@cache
def load_roles(lang: str) -> tuple[RolesLexicon, Node, Node]:
    """The lexicon of a language and the phrase trees of money and of percentages."""
    lexicon = load_lexicon(lang, "roles", RolesLexicon)
    return lexicon, grow_tree(lexicon.money), grow_tree(lexicon.percents)


def money_role(
    scores: dict[str, float], per: str | None = None, value: float | None = None, default: str = "other"
) -> tuple[MoneyRole, float]:
    """The role of an amount and its score, from the scores of its cues, its unit and its size.

    >>> money_role({"revenue": 0.9, "profit": 0.4})
    ('revenue', 0.9)
    >>> money_role({}, per="share"), money_role({"price_per_share": 1.0}, value=5e9, default="deal_value")
    (('price_per_share', 0.8), ('deal_value', 0.12))
    """
    scores = {"other": 0.0} | scores
    scores[default] = scores.get(default, 0) + PRIOR
    share = scores.get("price_per_share", 0)
    if per == "share":
        # a dividend, a saving, a charge, a profit per share
        other = scores["other"] >= CLEAR or max(scores.get("profit", 0), scores.get("loss", 0)) >= CLEAR
        scores["price_per_share"] = 0.0 if other else share + PER_SHARE
    elif per is not None:
        scores["other"] += PER_UNIT
    if value is not None and value >= TOO_LARGE_FOR_SHARE:
        scores["price_per_share"] = 0.0
    elif value is not None and value < TOO_SMALL_FOR_TOTAL and per != "share":
        if default == "deal_value":
            # "a buyout at 300p", "offers 4 francs": the price of a share
            scores["price_per_share"] = max(share, OFFER_EACH * scores["deal_value"])
        scores = {r: v if r in SMALL_ROLES else v * SMALL_TOTAL for r, v in scores.items()}
        scores["other"] += PRIOR
    role = max(scores, key=lambda r: (scores[r], r))
    return role, scores[role]  # type: ignore[return-value]


def percent_role(scores: dict[str, float], *, signed: bool = False) -> tuple[PercentRole, float]:
    """The role of a percentage and its score, from the scores of its cues; `signed`: "+3 %", "-2 %".

    >>> percent_role({"stake": 0.7, "change": 0.2})
    ('stake', 0.7)
    >>> percent_role({}, signed=True)
    ('change', 1.0)
    """
    scores = {"other": PRIOR} | scores
    if signed:
        scores["change"] = scores.get("change", 0) + 1.0
    role = max(scores, key=lambda r: (scores[r], r))
    return role, scores[role]  # type: ignore[return-value]


def share_roles(
    sentence: Sentence, roles: dict[str, tuple[str, float]], order: Sequence[str], lexicon: RolesLexicon
) -> None:
    """Give amounts that a list or a comparison joins the role of the one that is surest of its own."""
    for left, right in pairwise(order):
        low, high = sentence.places[left] + 1, sentence.places[right]
        between = [word for word in sentence.words[low:high] if word != PERCENT_MARK]
        if " ".join(between) in lexicon.lists or (between and between[0] == ")" and between[-1] == "("):
            # "profit of 5bn and 46bn in sales": each has its own word
            if len(between) > LONGEST_COMPARISON or min(roles[left][1], roles[right][1]) >= CLEAR:
                continue
        else:
            compared = len(between) <= LONGEST_COMPARISON and not lexicon.comparisons.isdisjoint(between)
            if not compared or roles[right][1] >= CLEAR:
                continue
        strong, weak = (left, right) if roles[left][1] >= roles[right][1] else (right, left)
        role, score = roles[strong]
        roles[weak] = (role, score * 0.9)


def inherit_roles(roles: dict[str, tuple[str, float]], order: Sequence[str]) -> None:
    """Give an amount with next to no cue the clear role of the amount before it in its sentence."""
    for left, right in pairwise(order):
        if roles[right][1] < UNCLEAR and roles[left][1] >= CLEAR:
            roles[right] = (roles[left][0], UNCLEAR)


class Group(NamedTuple):
    """The amounts of one kind in sentence `number`, in order, and the cues near each."""

    sentence: Sentence
    number: int
    amounts: Sequence[Money | Percent]
    near: Mapping[str, list[tuple[Found, float]]]


def read_groups(
    doc: Doc, money: Sequence[Money], percents: Sequence[Percent], originals: Mapping[str, Money]
) -> list[Group]:
    """The amounts and percentages of each sentence with their cues.

    An amount that restates another, by `originals`, is in none: to the words around it, it is as if it were
    not there.
    """
    lexicon, money_tree, percent_tree = load_roles(doc.lang_)
    starts = read_starts(doc)
    by_sentence: dict[int, list[Money | Percent]] = {}
    own = [m for m in money if m.id not in originals]
    for amount in sorted([*own, *percents], key=lambda a: (a.start, a.end)):
        by_sentence.setdefault(bisect_right(starts, amount.start) - 1, []).append(amount)
    text = spans.read_text(doc)
    ends = find_ends(text, money, originals)
    groups: list[Group] = []
    for number, amounts in by_sentence.items():
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        sentence = read_sentence(text, starts[number], end, amounts, ends)
        for model, tree in ((Money, money_tree), (Percent, percent_tree)):
            chosen = [a for a in amounts if isinstance(a, model) and a.id in sentence.places]
            if chosen:
                found = find_cues(sentence.words, tree)
                near = {
                    a.id: weigh_cues(sentence.words, sentence.places[a.id], found, lexicon.breaks)
                    for a in chosen
                }
                groups.append(Group(sentence, number, chosen, near))
    return groups


def rule_roles(
    text: str,
    groups: Sequence[Group],
    money: Sequence[Money],
    originals: Mapping[str, Money],
    lexicon: RolesLexicon,
) -> dict[str, tuple[str, float]]:
    """Role and score of each amount and percentage, by its id, from the words around it alone."""
    default = "deal_value" if count_deal_words(text, lexicon) >= 2 else "other"
    out: dict[str, tuple[str, float]] = {}
    for group in groups:
        for amount in group.amounts:
            out[amount.id] = choose_role(amount, score_roles(group.near[amount.id]), text, default)
        order = [amount.id for amount in group.amounts]
        share_roles(group.sentence, out, order, lexicon)
        inherit_roles(out, order)
        mark_moves(group, out, lexicon)
    share_sums(money, originals, out)
    share_prices([m for m in money if m.id not in originals], out)
    return out


def mark_moves(group: Group, roles: dict[str, tuple[str, float]], lexicon: RolesLexicon) -> None:
    """The first amount of "rose 9p to 141p" is a change of the price, not a price."""
    words, places = group.sentence.words, group.sentence.places
    for left, right in pairwise(group.amounts):
        low, high = places[left.id], places[right.id]
        if high - low > LONGEST_COMPARISON or words[high - 1] not in lexicon.moves:
            continue
        if roles[right.id][0] != "price_per_share" or not is_smaller(left, right):
            continue
        if lexicon.ranges.isdisjoint(words[max(0, low - 2) : low]):
            roles[left.id] = PRICE_MOVE


def find_share_units(
    groups: Sequence[Group], roles: Mapping[str, tuple[str, float]], lexicon: RolesLexicon
) -> set[str]:
    """The ids of amounts that are no price but counted by share: changes of its price, dividends."""
    out: set[str] = set()
    for group in groups:
        for amount in group.amounts:
            at = group.sentence.places[amount.id]
            near = group.sentence.words[max(0, at - LONGEST_COMPARISON // 2) : at]
            small = amount.value is not None and abs(amount.value) < TOO_SMALL_FOR_TOTAL
            if roles[amount.id] == PRICE_MOVE or (small and not lexicon.of_share.isdisjoint(near)):
                out.add(amount.id)
    return out


def is_smaller(left: Money | Percent, right: Money | Percent) -> bool:
    """True when both have values and the first is below half of the second."""
    return left.value is not None and right.value is not None and abs(left.value) * 2 < abs(right.value)


def find_ends(text: str, money: Sequence[Money], originals: Mapping[str, Money]) -> dict[str, int]:
    """The end of each restated amount with its restatements beside it: of "$2bn (£1.1bn)" in whole."""
    ends: dict[str, int] = {}
    for restated in money:
        original = originals.get(restated.id)
        if original is None:
            continue
        end = ends.get(original.id, original.end)
        if 0 <= restated.start - end <= LONGEST_RESTATEMENT:
            ends[original.id] = restated.end + (text[restated.end : restated.end + 1] == ")")
    return ends


def choose_role(
    amount: Money | Percent, scores: dict[str, float], text: str, default: str
) -> tuple[str, float]:
    """The role of one amount and its score, by its kind."""
    if isinstance(amount, Money):
        if text[amount.end : amount.end + 2].strip() == "=":
            return "other", CERTAIN  # an exchange rate
        value = None if amount.value is None else abs(float(amount.value))
        return money_role(scores, amount.per, value, default)
    signed = amount.text[0] in SIGNS or text[max(0, amount.start - 1) : amount.start] in tuple(SIGNS)
    return percent_role(scores, signed=signed)


def share_sums(
    money: Sequence[Money], originals: Mapping[str, Money], roles: dict[str, tuple[str, float]]
) -> None:
    """Give mentions of one sum without clear cues the role of the mention with the clearest.

    A sum named in the currency of its restatement is the same sum.
    """
    best: dict[tuple[object, ...], tuple[str, float]] = {}
    for amount in money:
        known = roles.get(originals[amount.id].id if amount.id in originals else amount.id)
        if amount.value is not None and known is not None:
            key = (amount.value, amount.value_max, amount.currency, amount.per)
            best[key] = max(best.get(key, known), known, key=lambda r: r[1])
    for amount in money:
        key = (amount.value, amount.value_max, amount.currency, amount.per)
        if amount.id in roles and roles[amount.id][1] < CLEAR and key in best:
            roles[amount.id] = best[key]


def share_prices(money: Sequence[Money], roles: dict[str, tuple[str, float]]) -> None:
    """Amounts without clear cues that are near a share price of the text are share prices themselves."""
    prices: dict[str | None, list[float]] = {}
    for amount in money:
        role, score = roles.get(amount.id, ("other", 0.0))
        if role == "price_per_share" and score >= CLEAR and amount.value:
            prices.setdefault(amount.currency, []).append(float(amount.value))
    for known in prices.values():
        known.sort()
    for amount in money:
        known, value = prices.get(amount.currency), abs(float(amount.value or 0))
        if known and value and amount.per is None and roles.get(amount.id, ("", 1.0))[1] < UNCLEAR:
            at = bisect_left(known, value / NEAR_PRICE)
            if at < len(known) and known[at] <= value * NEAR_PRICE:
                roles[amount.id] = ("price_per_share", UNCLEAR)


def count_deal_words(text: str, lexicon: RolesLexicon) -> int:
    """How many different words of deals the text has."""
    return len(set(load_deal_words(lexicon.deal_words).findall(text.lower())))


@cache
def load_deal_words(stems: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of the beginnings of words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, stems))})")


def read_starts(doc: Doc) -> tuple[int, ...]:
    """Offsets of the sentences, by the splitter of the package."""
    return sentence_starts(spans.read_text(doc), load_abbreviations(doc.lang_))
