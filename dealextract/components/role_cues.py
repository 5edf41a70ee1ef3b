"""Cues of roles: the phrase tree of `roles.toml`, and how much each cue speaks for an amount."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dealextract.cues import split_words
from dealextract.lexicon import Lexicon
from dealextract.records import Money, Percent

WEAK = 0.3
STRONG = 1.6
HEAD = 2.6
LONGER = 0.3
USED = 0.35
WORD_DECAY = 0.88
CLAUSE_DECAY = 0.6
AMOUNT_DECAY = 0.45
SECOND_SIDE = 0.6
LONGEST_LOOK = 24
WILD = 4
LONGEST_CUE = 12
MEMORY = 20_000  # words of which a node remembers where they lead
MONEY_MARK, PERCENT_MARK = "@m", "@p"
MARKS = frozenset({MONEY_MARK, PERCENT_MARK})


class RoleCues(Lexicon):
    """The cues of one role, by the side of the amount on which they stand; heads only count beside it."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    weak_before: tuple[str, ...] = ()
    weak_after: tuple[str, ...] = ()
    strong_before: tuple[str, ...] = ()
    strong_after: tuple[str, ...] = ()
    head_before: tuple[str, ...] = ()
    head_after: tuple[str, ...] = ()


class RolesLexicon(Lexicon):
    """`roles.toml`: cues of the roles, words that open a clause, words that join amounts of one role.

    `lists` join two amounts on their own, `comparisons` also with a few words around them; `moves` stand
    between the change of a price and the price, unless one of `ranges` opens; small amounts after a word of
    `of_share` are paid or meant for one share; an article that holds two of `deal_words` is about a deal,
    whose value an amount without cues is taken for.
    """

    breaks: frozenset[str]
    lists: frozenset[str]
    comparisons: frozenset[str]
    moves: frozenset[str]
    ranges: frozenset[str]
    of_share: frozenset[str]
    deal_words: tuple[str, ...]
    money: dict[str, RoleCues]
    percents: dict[str, RoleCues]


class Cue(NamedTuple):
    """A role that a phrase speaks for, on one side of an amount."""

    role: str
    is_before: bool
    weight: float
    has_gap: bool = False
    is_head: bool = False


class Found(NamedTuple):
    """A cue in a sentence: words [first, last); `is_used` when it is the head of an amount before it."""

    first: int
    last: int
    cue: Cue
    is_used: bool = False


class Node:
    """A step of the phrase tree: next words, next beginnings of words, a gap, the cues that end here."""

    __slots__ = ("cues", "gap", "memory", "prefixes", "words")

    def __init__(self) -> None:
        self.memory: dict[str, tuple[Node, ...]] = {}
        self.words: dict[str, Node] = {}
        self.prefixes: dict[str, Node] = {}
        self.gap: Node | None = None
        self.cues: list[Cue] = []

    def step(self, word: str) -> tuple[Node, ...]:
        """The nodes that a word leads to."""
        known = self.memory.get(word)
        if known is None:
            here = self.words.get(word)
            found = [child for prefix, child in self.prefixes.items() if word.startswith(prefix)]
            known = tuple(found if here is None else [here, *found])
            if len(self.memory) < MEMORY:
                self.memory[word] = known
        return known


def grow_tree(cues: dict[str, RoleCues]) -> Node:
    """The phrase tree of a layer's cues."""
    root = Node()
    for role, lists in cues.items():
        for phrases, is_before, base in (
            (lists.head_before, True, HEAD),
            (lists.head_after, False, HEAD),
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
                weight = base * (1 + LONGER * (len(steps) - 1))
                node.cues.append(Cue(role, is_before, weight, "*" in steps, base == HEAD))
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
    for child in node.step(words[at]):
        yield from walk(child, words, at + 1)
    if node.gap is not None:
        for skipped in range(1, WILD + 1):
            yield from walk(node.gap, words, min(at + skipped, len(words)))


def find_cues(words: Sequence[str], tree: Node) -> list[Found]:
    """All cues in the words of a sentence, in the order of their first words.

    A cue inside a longer one of another role on its side is none: no debt in "excluding debt".
    """
    out: list[Found] = []
    for first, word in enumerate(words):
        if tree.gap is None and not tree.step(word):
            continue
        here = [Found(first, last, cue) for last, node in walk(tree, words, first) for cue in node.cues]
        out += [f for f in here if not is_covered(f, here) and not is_covered(f, out[-LONGEST_CUE:])]
    return mark_used(words, out)


def mark_used(words: Sequence[str], found: Sequence[Found]) -> list[Found]:
    """The cues, those marked that are the head of an amount before them: "a @m loss"."""
    after = (f for f in found if f.cue.is_head and not f.cue.is_before and f.first)
    heads = [f for f in after if words[f.first - 1] in MARKS]
    used = {at for f in heads for at in range(f.first, f.last)}
    return [f._replace(is_used=True) if f.cue.is_before and f.first in used else f for f in found]


def is_covered(found: Found, others: Sequence[Found]) -> bool:
    """True when a longer cue of another role and the same side, without a gap, covers the cue."""
    size = found.last - found.first
    return any(
        o.first <= found.first
        and found.last <= o.last
        and size < o.last - o.first
        and o.cue.role != found.cue.role
        and o.cue.is_before == found.cue.is_before
        and not o.cue.has_gap
        for o in others
    )


def weigh_cues(
    words: Sequence[str], at: int, found: Sequence[Found], breaks: frozenset[str]
) -> list[tuple[Found, float]]:
    """The cues on their side of word `at`, an amount, and how much each weighs there."""
    out: list[tuple[Found, float]] = []
    low_end = bisect_left(found, at - LONGEST_LOOK - LONGEST_CUE, key=lambda f: f.first)
    high_end = bisect_left(found, at + LONGEST_LOOK + 2, key=lambda f: f.first)
    for cue in found[low_end:high_end]:
        low, high = (cue.last, at) if cue.cue.is_before else (at + 1, cue.first)
        if low > high or high - low > LONGEST_LOOK or cue.first <= at < cue.last:
            continue
        if cue.cue.is_head and low < high:
            continue
        weight = cue.cue.weight * (USED if cue.is_used else 1.0)
        for word in words[low:high]:
            weight *= WORD_DECAY
            if word == words[at]:
                weight *= AMOUNT_DECAY
            elif word in breaks:
                weight *= CLAUSE_DECAY
        out.append((cue, weight))
    return out


def score_roles(weighed: Iterable[tuple[Found, float]]) -> dict[str, float]:
    """How much the cues around an amount speak for each role.

    >>> cues = {"revenue": RoleCues(before=("sales of",)), "profit": RoleCues(after=("in profit",))}
    >>> words = ["on", "sales", "of", "@m", ",", "made", "@m", "in", "profit"]
    >>> scores = score_roles(weigh_cues(words, 6, find_cues(words, grow_tree(cues)), frozenset()))
    >>> max(scores, key=scores.get)
    'profit'
    """
    sides: dict[str, list[float]] = {}
    for found, weight in weighed:
        best = sides.setdefault(found.cue.role, [0.0, 0.0])
        best[found.cue.is_before] = max(best[found.cue.is_before], weight)
    return {role: max(best) + SECOND_SIDE * min(best) for role, best in sides.items()}


class Sentence(NamedTuple):
    """The words of a sentence with a mark for each amount, and where each amount's mark is."""

    words: list[str]
    places: dict[str, int]


def read_sentence(
    text: str, start: int, end: int, amounts: Sequence[Money | Percent], ends: Mapping[str, int]
) -> Sentence:
    """The words of `text[start:end]`, its amounts as marks; `ends` has those that reach beyond their end."""
    words: list[str] = []
    places: dict[str, int] = {}
    at = start
    for amount in amounts:
        if amount.start < at:
            continue
        words += [word.norm for word in split_words(text[at : amount.start])]
        places[amount.id] = len(words)
        words.append(MONEY_MARK if isinstance(amount, Money) else PERCENT_MARK)
        at = ends.get(amount.id, amount.end)
    words += [word.norm for word in split_words(text[at:end])]
    return Sentence(words, places)
