"""Phrases of the deal lexicon, looked up at the starts of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

P = TypeVar("P")
GAP = r"(?:[^\S\n]+[\w%’',.-]+){0,3}?"  # up to three words
KEY = 3  # letters of a word that choose the phrases to try
MEMORY = 50_000  # beginnings of words for which the choice is remembered
ELIDED = re.compile(r"(['’]).*")  # an elided word is a word of its own: "s'" in "s'offrir"


class Found(NamedTuple, Generic[P]):
    """Where a phrase stands, and what it stands for."""

    start: int
    end: int
    payload: P


def make_body(phrases: Sequence[str]) -> str:
    """An alternation of phrases, longest first, in which `*` stands for any letters."""
    return "|".join(
        re.escape(p).replace(r"\*", r"\w*").replace(r"\ ", r"[\s\u00a0]").replace("'", "['’]")
        for p in sorted(phrases, key=len, reverse=True)
    )


def make_pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    """One pattern for phrases in which `*` stands for any letters; longest first, whole words.

    >>> pattern = make_pattern(("take* over", "bid"))
    >>> bool(pattern.search("was taken over")), bool(pattern.search("bidder"))
    (True, False)
    """
    body = make_body(phrases)
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)" if body else r"(?!)", re.IGNORECASE)


def make_between(phrases: Sequence[str], words: dict[str, Sequence[str]]) -> re.Pattern[str]:
    """A pattern for what stands between two names, and after the second behind a `|`.

    `_` stands for up to three words, an upper-case key of `words` for one of its words.

    >>> pattern = make_between(("'s _ SHARE _ in _", "'s | PART"), {"SHARE": ("stake*",), "PART": ("unit",)})
    >>> [bool(pattern.fullmatch(t)) for t in ("’s 20% stake in the lender\\x00", "'s \\x00 unit, said")]
    [True, True]
    """
    bodies = []
    for phrase in phrases:
        parts = []
        for piece in phrase.split():
            if piece == "_":
                parts.append(GAP)
            elif piece == "|":
                parts.append("\\s*\x00")
            elif piece in words:
                body = make_body(words[piece])
                parts.append(rf"\s*(?:{body})(?!\w)")
            else:
                parts.append(r"\s*" + re.escape(piece).replace("'", "['’]"))
        body = "".join(parts)
        bodies.append(body + (r"(?s:.*)" if "\x00" in body else "\\s*\x00(?s:.*)"))
    return re.compile("|".join(bodies) if bodies else r"(?!)", re.IGNORECASE)


class PhraseIndex(Generic[P]):
    """Groups of phrases by their first letters, so that a word is compared with few of them.

    >>> index = PhraseIndex([("offer", ("bid", "take* over")), ("sale", ("bid farewell",))])
    >>> [found[:2] + (found.payload,) for found in index.find("he bid", [(3, "bid")])]
    [(3, 6, 'offer')]
    >>> PhraseIndex([("buy", ("s'offr*",))]).find("va s’offrir Y", [(3, "s’"), (5, "offrir")])
    [Found(start=3, end=11, payload='buy')]
    """

    def __init__(self, groups: Iterable[tuple[P, Sequence[str]]]) -> None:
        buckets: dict[str, dict[int, tuple[P, list[str]]]] = {}
        for order, (payload, phrases) in enumerate(groups):
            for phrase in phrases:
                key = ELIDED.sub(r"\1", phrase.lower().split("*")[0][:KEY].split(" ")[0])
                buckets.setdefault(key, {}).setdefault(order, (payload, []))[1].append(phrase)
        self.buckets = {
            key: [
                (payload, re.compile(rf"(?:{make_body(phrases)})(?!\w)", re.IGNORECASE))
                for _, (payload, phrases) in sorted(bucket.items())
            ]
            for key, bucket in buckets.items()
        }
        self.chosen: dict[str, tuple[tuple[P, re.Pattern[str]], ...]] = {}

    def find(self, text: str, words: Iterable[tuple[int, str]]) -> list[Found[P]]:
        """Every phrase that begins at one of the words (start, lower-case form), in text order."""
        found: list[Found[P]] = []
        buckets, chosen = self.buckets, self.chosen
        for start, form in words:
            key = form[:KEY]
            tried = chosen.get(key)
            if tried is None:
                plain = key.replace("’", "'")
                tried = tuple(p for size in range(len(plain), 0, -1) for p in buckets.get(plain[:size], ()))
                if len(chosen) < MEMORY:
                    chosen[key] = tried
            for payload, pattern in tried:
                match = pattern.match(text, start)
                if match:
                    found.append(Found(start, match.end(), payload))
        return found
