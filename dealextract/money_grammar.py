"""What the grammar of money works with: the words of a language (`money.toml`), scales and quantities."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pydantic import ConfigDict

from dealextract.currencies import Unit
from dealextract.lexicon import Lexicon
from dealextract.numerals import Number, NumberWords
from dealextract.phrases import PhraseTrie

FIGURE_SUM = "sum by its number of figures"


class Grammar(Lexicon):
    """Part `[grammar]` of `money.toml`; the comments there say what each list is for."""

    links: list[str]
    scale_words: dict[str, int]
    scale_marks: dict[str, int]
    thousands: dict[str, int]
    singular_scales: list[str]
    half_after: list[str]
    half_before: dict[str, str]
    fillers: list[str]
    counting: dict[str, int]
    one: list[str]
    definite: list[str]
    counting_plural: dict[str, int]
    vague: list[str]
    vague_alone: list[str]
    attributive: list[str]
    attributive_vague: list[str]
    range_words: list[str]
    list_words: list[str]
    or_words: list[str]
    between: list[str]
    from_words: list[str]
    against: list[str]
    after_against: list[str]
    move_words: list[str]
    range_cues: list[str]
    one_before: list[str]
    one_after: list[str]
    months: list[str]
    negative_after: list[str]
    account_cues: list[str]
    pointing: list[str]
    figure_words: list[str]
    figure_nouns: list[str]
    noun_link: list[str]
    free_nouns: bool
    function_words: list[str]
    money_nouns: list[str]
    money_cues: list[str]
    count_cues: list[str]
    not_after: dict[str, list[str]]
    not_near: dict[str, list[str]]
    not_before: list[str]
    risky_minimum: int


class GrammarFile(Lexicon):
    """`money.toml` as far as the grammar reads it."""

    numbers: NumberWords
    grammar: Grammar
    model_config = ConfigDict(frozen=True, extra="ignore")


class Scale(NamedTuple):
    """A scale word ("millions") or mark ("M", which needs a currency beside it)."""

    value: Decimal
    mark: bool = False
    singular: bool = False
    plural: bool = False


class Quantity(NamedTuple):
    """A quantity of money from token `i` to before token `j`.

    `number` is None for vague quantities ("plusieurs millions"); `value` is in units of `unit`.
    """

    i: int
    j: int
    number: Number | None
    value: Decimal | None
    scale: Decimal | None
    unit: Unit | None
    prefixed: bool
    rule: str
    reason: str | None = None
    approx: bool = False
    scale_mark: bool = False
    negative: bool = False


def make_trie(phrases: dict[str, object] | list[str]) -> PhraseTrie:
    """A trie of phrases; values of a list are True."""
    trie: PhraseTrie = PhraseTrie()
    items = phrases.items() if isinstance(phrases, dict) else [(p, True) for p in phrases]
    for phrase, value in items:
        trie.add(phrase, value)
    return trie
