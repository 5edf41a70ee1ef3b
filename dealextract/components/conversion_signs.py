"""The signs that state a conversion: what stands between an amount and an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dealextract.lexicon import Lexicon

LONGEST_HEAD = 110
LONGEST_OPENING = 12
BRACKETS = frozenset("([")
SEPARATORS = frozenset(",;/|=–—-:")
QUOTES = frozenset("\"'«»“”")
NO_BOUNDARY = frozenset({"co.", "inc.", "corp.", "ltd.", "approx.", "env.", "ca.", "i.e.", "etc.", "cie."})

Strength = Literal["strong", "medium", "weak"]


class ConversionLexicon(Lexicon):
    """`conversions.toml`: the words around a stated conversion."""

    modifiers: frozenset[str]
    links: frozenset[str]
    alternatives: frozenset[str]
    restatements: frozenset[str]
    units: frozenset[str]
    differences: frozenset[str]


class Tail(NamedTuple):
    """What stands right before an amount: the sign that joins it, and how many words it takes."""

    kind: Literal["bracket", "link", "alternative", "restatement", "separator", "none"]
    size: int
    separator: str = ""


def split_words(text: str) -> list[str]:
    """Lower-case words of a short text, signs apart, one form of apostrophe, no quote marks.

    >>> split_words("(soit l’équivalent")
    ['(', 'soit', "l'équivalent"]
    """
    text = text.lower().replace("’", "'")
    for sign in "()[],;/|=–—:":
        if sign in text:
            text = text.replace(sign, f" {sign} ")
    return [word for word in text.split() if word not in QUOTES]


def strip_phrase(words: Sequence[str], phrases: frozenset[str], longest: int = 5) -> int:
    """The number of words of the longest phrase that ends the sequence, 0 without one.

    >>> strip_phrase(["for", "more", "than"], frozenset({"than", "more than"}))
    2
    """
    for size in range(min(longest, len(words)), 0, -1):
        if " ".join(words[-size:]) in phrases:
            return size
    return 0


def is_boundary(word: str) -> bool:
    """True when a sentence ends with the word."""
    return (len(word) > 1 and word[-1] in ".!?…" and word not in NO_BOUNDARY) or word in {".", "!", "?", "…"}


def read_tail(gap: str, lexicon: ConversionLexicon) -> Tail:
    """The sign that ends the text before an amount.

    >>> from dealextract.lexicon import load_lexicon
    >>> lexicon = load_lexicon("en", "conversions", ConversionLexicon)
    >>> read_tail(" a share (about ", lexicon)
    Tail(kind='bracket', size=2, separator='')
    >>> read_tail(" in cash, or some ", lexicon)
    Tail(kind='alternative', size=3, separator=',')
    >>> read_tail(" from ", lexicon).kind
    'none'
    """
    words = split_words(gap)
    count = len(words)
    joins = lexicon.links | lexicon.alternatives | lexicon.restatements
    for _ in range(4):
        if strip_phrase(words, joins):
            break
        words = words[: len(words) - strip_phrase(words, lexicon.modifiers)]
    if words and words[-1] in ",:" and strip_phrase(words[:-1], lexicon.links | lexicon.restatements):
        words = words[:-1]
    size = strip_phrase(words, lexicon.restatements)
    if size and any(is_boundary(word) for word in words[-size - LONGEST_OPENING : -size]):
        return Tail("restatement", count - len(words) + size)
    kind = "none"
    # a restatement inside its sentence joins no better than "or" does
    weaker = lexicon.alternatives | lexicon.restatements
    for name, phrases in (("link", lexicon.links), ("alternative", weaker)):
        size = strip_phrase(words, phrases)
        if size:
            kind, words = name, words[:-size]
            break
    sign = words[-1] if words else ""
    if sign in BRACKETS:
        return Tail("bracket", count - len(words) + 1)
    if sign in SEPARATORS:
        return Tail(kind if kind != "none" else "separator", count - len(words) + 1, sign)  # type: ignore[arg-type]
    return Tail(kind, count - len(words))  # type: ignore[arg-type]


def get_strength(
    tail: Tail, between: str, *, chained: bool, closed: bool, lexicon: ConversionLexicon
) -> Strength | None:
    """How surely the sign states a conversion of an earlier amount, None when it does not.

    `between` is the text from that amount to the restated one; `chained` when the earlier amount is a
    conversion itself; `closed` when no word follows the later one in its bracket or clause.
    """
    if tail.kind == "restatement":
        return "medium"
    words = split_words(between)
    head = [word for word in words[: len(words) - tail.size] if word not in {",", ";", ")"}]
    if len(between) > LONGEST_HEAD or "\n" in between or any(is_boundary(word) for word in head):
        return None
    bare = not head or " ".join(head) in lexicon.units
    if tail.kind == "bracket":
        return "strong" if bare and closed else "medium"
    if tail.kind == "link":
        return "strong" if bare else "medium"
    if tail.kind == "alternative":
        return "medium" if bare else "weak"
    if not bare:
        return None
    if tail.separator in {"=", "/"} or (chained and tail.separator == ";"):
        return "strong"
    return "medium" if chained and tail.separator == "," else "weak"


def starts_difference(text: str, end: int, lexicon: ConversionLexicon) -> bool:
    """True when the amount that ends there is followed by "more than" and the like."""
    words = split_words(text[end : end + 40])
    return any(" ".join(words[:size]) in lexicon.differences for size in (1, 2))


def ends_clause(text: str, end: int) -> bool:
    """True when a bracket, a sign or the end of the text follows the amount.

    >>> ends_clause("(€3bn)", 5), ends_clause("(€3bn of debt)", 5)
    (True, False)
    """
    after = text[end : end + 8].lstrip(" \u00a0\u202f")
    return not after or not (after[0].isalnum() or after[0] in "$€£%")
