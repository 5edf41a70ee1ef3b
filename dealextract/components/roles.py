"""Roles of amounts and percentages, from the words around them and from the trained tagger.

Every cue of `roles.toml` in the sentence speaks for one role; it weighs less with each word, each clause
and each other amount between it and the amount. Amounts in a comparison or a list share their role, and
so do mentions of one sum. Where the tagger ran, its role stands unless it is unsure and the cues are clear.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple, TypeVar, get_args

from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.sentences import LanguageLexicon, sentence_starts
from dealextract.cues import split_words
from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.records import Money, MoneyRole, Percent, PercentRole

WEAK = 0.4
STRONG = 1.6
LONGER = 0.3
WORD_DECAY = 0.88
CLAUSE_DECAY = 0.6
AMOUNT_DECAY = 0.45
SECOND_SIDE = 0.6
LONGEST_LOOK = 24
WILD = 4
CLEAR = 0.8
PRIOR = 0.12
PER_SHARE = 0.8
PER_UNIT = 0.5
TOO_LARGE_FOR_SHARE = 200_000
TOO_SMALL_FOR_TOTAL = 2_000
SMALL_TOTAL = 0.4
SMALL_ROLES = frozenset({"price_per_share", "other", "fee_or_fine"})
LONGEST_COMPARISON = 8
SIGNS = "+-−–±"
MONEY_MARK, PERCENT_MARK = "@m", "@p"

MONEY_ROLES: tuple[str, ...] = get_args(MoneyRole)
PERCENT_ROLES: tuple[str, ...] = get_args(PercentRole)


class RoleCues(Lexicon):
    """The cues of one role, by the side of the amount on which they stand."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    weak_before: tuple[str, ...] = ()
    weak_after: tuple[str, ...] = ()
    strong_before: tuple[str, ...] = ()
    strong_after: tuple[str, ...] = ()


class RolesLexicon(Lexicon):
    """`roles.toml`: cues of the roles, words that open a clause, words that join amounts of one role.

    `lists` join two amounts on their own, `comparisons` also with a few words around them; an article
    that holds two of `deal_words` is about a deal, whose value an amount without cues is taken for.
    """

    breaks: frozenset[str]
    lists: frozenset[str]
    comparisons: frozenset[str]
    deal_words: tuple[str, ...]
    money: dict[str, RoleCues]
    percents: dict[str, RoleCues]


class Cue(NamedTuple):
    """A role that a phrase speaks for, on one side of an amount."""

    role: str
    is_before: bool
    weight: float


class Found(NamedTuple):
    """A cue in a sentence: words [first, last)."""

    first: int
    last: int
    cue: Cue


class Node:
    """A step of the phrase tree: next words, next beginnings of words, a gap, the cues that end here."""

    __slots__ = ("cues", "gap", "prefixes", "words")

    def __init__(self) -> None:
        self.words: dict[str, Node] = {}
        self.prefixes: dict[str, Node] = {}
        self.gap: Node | None = None
        self.cues: list[Cue] = []


A = TypeVar("A", Money, Percent)


def grow_tree(cues: dict[str, RoleCues]) -> Node:
    """The phrase tree of a layer's cues."""
    root = Node()
    for role, lists in cues.items():
        for phrases, is_before, base in (
            (lists.before, True, 1.0),
            (lists.after, False, 1.0),
            (lists.weak_before, True, WEAK),
            (lists.weak_after, False, WEAK),
            (lists.strong_before, True, STRONG),
            (lists.strong_after, False, STRONG),
        ):
            for phrase in phrases:
                steps = phrase.split()
                node = root
                for step in steps:
                    if step == "*":
                        node.gap = node.gap or Node()
                        node = node.gap
                    elif step.endswith("*"):
                        node = node.prefixes.setdefault(step[:-1], Node())
                    else:
                        for word in split_keys(step):
                            node = node.words.setdefault(word, Node())
                node.cues.append(Cue(role, is_before, base * (1 + LONGER * (len(steps) - 1))))
    return root


def split_keys(step: str) -> list[str]:
    """The words of a step of a phrase as the text's own are split; marks for amounts stay whole."""
    return [step] if step in (MONEY_MARK, PERCENT_MARK) else [word.norm for word in split_words(step)]


def walk(node: Node, words: Sequence[str], at: int) -> Iterable[tuple[int, Node]]:
    """Every place that a phrase from word `at` reaches, with the node that it reaches."""
    if node.cues:
        yield at, node
    if at >= len(words):
        return
    word = words[at]
    if word in node.words:
        yield from walk(node.words[word], words, at + 1)
    for prefix, child in node.prefixes.items():
        if word.startswith(prefix):
            yield from walk(child, words, at + 1)
    if node.gap is not None:
        for skipped in range(1, WILD + 1):
            yield from walk(node.gap, words, min(at + skipped, len(words)))


def find_cues(words: Sequence[str], tree: Node) -> list[Found]:
    """All cues in the words of a sentence."""
    return [
        Found(first, last, cue)
        for first in range(len(words))
        for last, node in walk(tree, words, first)
        for cue in node.cues
    ]


def score_roles(
    words: Sequence[str], at: int, found: Sequence[Found], breaks: frozenset[str]
) -> dict[str, float]:
    """How much the cues around word `at`, an amount, speak for each role.

    >>> cues = {"revenue": RoleCues(before=("sales of",)), "profit": RoleCues(after=("in profit",))}
    >>> tree = grow_tree(cues)
    >>> words = ["on", "sales", "of", "@m", ",", "made", "@m", "in", "profit"]
    >>> scores = score_roles(words, 6, find_cues(words, tree), frozenset())
    >>> max(scores, key=scores.get)
    'profit'
    """
    sides: dict[str, list[float]] = {}
    for first, last, cue in found:
        low, high = (last, at) if cue.is_before else (at + 1, first)
        if low > high or high - low > LONGEST_LOOK or first <= at < last:
            continue
        weight = cue.weight
        for word in words[low:high]:
            weight *= WORD_DECAY
            if word == words[at]:
                weight *= AMOUNT_DECAY
            elif word in breaks:
                weight *= CLAUSE_DECAY
        best = sides.setdefault(cue.role, [0.0, 0.0])
        best[cue.is_before] = max(best[cue.is_before], weight)
    return {role: max(best) + SECOND_SIDE * min(best) for role, best in sides.items()}


@cache
def load_roles(lang: str) -> tuple[RolesLexicon, Node, Node]:
    """The lexicon of a language and the phrase trees of money and of percentages."""
    lexicon = load_lexicon(lang, "roles", RolesLexicon)
    return lexicon, grow_tree(lexicon.money), grow_tree(lexicon.percents)


class Sentence(NamedTuple):
    """The words of a sentence with a mark for each amount, and where each amount's mark is."""

    words: list[str]
    places: dict[str, int]


def read_sentence(text: str, start: int, end: int, amounts: Sequence[Money | Percent]) -> Sentence:
    """The words of `text[start:end]`, its amounts as marks."""
    words: list[str] = []
    places: dict[str, int] = {}
    at = start
    for amount in amounts:
        if amount.start < at:
            continue
        words += [word.norm for word in split_words(text[at : amount.start])]
        places[amount.id] = len(words)
        words.append(MONEY_MARK if isinstance(amount, Money) else PERCENT_MARK)
        at = amount.end
    words += [word.norm for word in split_words(text[at:end])]
    return Sentence(words, places)


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
        scores["price_per_share"] = share + PER_SHARE
    elif per is not None:
        scores["other"] += PER_UNIT
    if value is not None and value >= TOO_LARGE_FOR_SHARE:
        scores["price_per_share"] = 0.0
    elif value is not None and value < TOO_SMALL_FOR_TOTAL:
        scores = {r: v if r in SMALL_ROLES else v * SMALL_TOTAL for r, v in scores.items()}
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
        if " ".join(between) not in lexicon.lists:
            compared = len(between) <= LONGEST_COMPARISON and not lexicon.comparisons.isdisjoint(between)
            if not compared or roles[right][1] >= CLEAR:
                continue
        strong, weak = (left, right) if roles[left][1] >= roles[right][1] else (right, left)
        role, score = roles[strong]
        roles[weak] = (role, score * 0.9)


def rule_roles(doc: Doc) -> dict[str, tuple[str, float]]:
    """Role and score of each amount and percentage, by its id, from the words around it alone."""
    lexicon, money_tree, percent_tree = load_roles(doc.lang_)
    money, percents = spans.read_layer(doc, "money", Money), spans.read_layer(doc, "percents", Percent)
    starts = read_starts(doc)
    groups: dict[int, list[Money | Percent]] = {}
    for amount in sorted([*money, *percents], key=lambda a: (a.start, a.end)):
        groups.setdefault(bisect_right(starts, amount.start) - 1, []).append(amount)
    default = get_default(doc.text, lexicon)
    out: dict[str, tuple[str, float]] = {}
    for index, group in groups.items():
        end = starts[index + 1] if index + 1 < len(starts) else len(doc.text)
        sentence = read_sentence(doc.text, starts[index], end, group)
        for model, tree in ((Money, money_tree), (Percent, percent_tree)):
            chosen = [a for a in group if isinstance(a, model) and a.id in sentence.places]
            found = find_cues(sentence.words, tree) if chosen else []
            for amount in chosen:
                scores = score_roles(sentence.words, sentence.places[amount.id], found, lexicon.breaks)
                out[amount.id] = choose_role(amount, scores, doc.text, default)
            share_roles(sentence, out, [amount.id for amount in chosen], lexicon)
    share_sums(money, out)
    return out


def choose_role(
    amount: Money | Percent, scores: dict[str, float], text: str, default: str
) -> tuple[str, float]:
    """The role of one amount and its score, by its kind."""
    if isinstance(amount, Money):
        value = None if amount.value is None else abs(float(amount.value))
        return money_role(scores, amount.per, value, default)
    signed = amount.text[0] in SIGNS or text[max(0, amount.start - 1) : amount.start] in tuple(SIGNS)
    return percent_role(scores, signed=signed)


def share_sums(money: Sequence[Money], roles: dict[str, tuple[str, float]]) -> None:
    """Give mentions of one sum without clear cues the role of the mention with the clearest."""
    best: dict[tuple[object, ...], tuple[str, float]] = {}
    for amount in money:
        if amount.value is not None and amount.id in roles:
            key = (amount.value, amount.value_max, amount.currency, amount.per)
            best[key] = max(best.get(key, roles[amount.id]), roles[amount.id], key=lambda r: r[1])
    for amount in money:
        key = (amount.value, amount.value_max, amount.currency, amount.per)
        if amount.id in roles and roles[amount.id][1] < CLEAR and key in best:
            roles[amount.id] = best[key]


def get_default(text: str, lexicon: RolesLexicon) -> str:
    """The role of an amount without cues: that of the deal where the article is about one."""
    words = {word.norm for word in split_words(text)}
    seen = sum(any(word.startswith(stem) for word in words) for stem in lexicon.deal_words)
    return "deal_value" if seen >= 2 else "other"


def read_starts(doc: Doc) -> list[int]:
    """Offsets of the sentences, by the splitter of the package."""
    lexicon = load_lexicon(doc.lang_, "language", LanguageLexicon)
    return sentence_starts(doc.text, frozenset(a.lower() for a in lexicon.abbreviations))


def assign_roles(doc: Doc) -> None:
    """Fill `role` in the money and percents layers of the Doc."""
    ruled = rule_roles(doc)
    for layer, model in (("money", Money), ("percents", Percent)):
        amounts = spans.read_layer(doc, layer, model)
        if amounts:
            roles = [ruled.get(a.id, ("other", 0.0))[0] for a in amounts]
            filled = [a.model_copy(update={"role": r}) for a, r in zip(amounts, roles, strict=True)]
            spans.write_layer(doc, layer, filled)
