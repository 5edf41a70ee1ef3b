"""A light lexer of characters and a trie of phrases over it; look-ups are bounded, so scans stay linear."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")

VULGAR = "¼½¾⅓⅔⅛⅜⅝⅞"
WORD_LETTER = rf"[^\W\d_{VULGAR}²³¹]"
PIECE = re.compile(rf"[0-9]+|[{VULGAR}]|{WORD_LETTER}+|\s+|.", re.S)
LETTER = re.compile(WORD_LETTER)
# One key for the signs that writers use for one another; the text itself is never rewritten.
SAME = {"’": "'", "ʼ": "'", "‘": "'", "‐": "-", "‑": "-"}


class Kinds(dict[str, str]):
    """The kind of a token by its first character, found once for each character."""

    def __missing__(self, char: str) -> str:
        if char in "0123456789":
            kind = "digits"
        elif char in VULGAR:
            kind = "vulgar"
        elif LETTER.match(char):
            kind = "word"
        else:
            kind = "space" if char.isspace() else "mark"
        self[char] = kind
        return kind


KIND_OF = Kinds()


class Tokens:
    """Digit runs, letter runs, white space and single marks of a text, with their offsets.

    >>> t = Tokens("5M€ d’un coup")
    >>> t.keys[:5], t.kinds[:3], t.starts[2]
    (['5', 'm', '€', ' ', 'd'], ['digits', 'word', 'mark'], 2)
    """

    __slots__ = ("ends", "keys", "kinds", "raw", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        raw = self.raw = PIECE.findall(text)
        self.kinds = [KIND_OF[piece[0]] for piece in raw]
        self.keys = [
            piece.lower() if kind == "word" else " " if kind == "space" else SAME.get(piece) or piece.lower()
            for piece, kind in zip(raw, self.kinds, strict=True)
        ]
        bounds = list(accumulate(map(len, raw), initial=0))
        self.ends = bounds[1:]
        self.starts = bounds[:-1]

    def __len__(self) -> int:
        return len(self.raw)

    def kind(self, i: int) -> str:
        """Kind of the token at `i`, empty outside the text."""
        return self.kinds[i] if 0 <= i < len(self.raw) else ""

    def key(self, i: int) -> str:
        """Lower-cased token at `i`, empty outside the text."""
        return self.keys[i] if 0 <= i < len(self.raw) else ""

    def is_blank(self, i: int) -> bool:
        """True for white space that may stand inside an amount: no empty line."""
        if not 0 <= i < len(self.raw) or self.kinds[i] != "space":
            return False
        raw = self.raw[i]
        return raw == " " or (raw.count("\n") < 2 and len(raw) < 40)

    def skip_blank(self, i: int) -> int:
        """Index after the white space at `i`, if any."""
        return i + 1 if self.is_blank(i) else i

    def word_before(self, i: int) -> tuple[str, int]:
        """The word that ends just before token `i`, over white space, and its index (-1: none)."""
        j = i - 1
        if self.is_blank(j):
            j -= 1
        return (self.keys[j], j) if self.kind(j) == "word" else ("", -1)


class LastTokens:
    """The tokens of the text that was read last: several layers read one text in turn."""

    kept: Tokens | None = None


def tokenize(text: str) -> Tokens:
    """The tokens of a text, made once while the same string is read again."""
    kept = LastTokens.kept
    if kept is None or kept.text is not text:
        kept = LastTokens.kept = Tokens(text)
    return kept


class Starts(NamedTuple):
    """What the tokens may be at which phrases start: their keys, and their letters where case counts."""

    keys: frozenset[str]
    exact: frozenset[str]

    def find(self, tokens: Tokens) -> list[int]:
        """Indices of the tokens at which a phrase may start."""
        keys, exact = self
        return [
            i
            for i, (key, raw) in enumerate(zip(tokens.keys, tokens.raw, strict=True))
            if key in keys or raw in exact
        ]


class PhraseTrie(Generic[V]):
    """Phrases, each with a value; `longest` finds the longest one that starts at a token.

    An entry is matched without regard to case unless `exact` is set.

    >>> trie = PhraseTrie[str]()
    >>> trie.add("francs CFA", "XOF"); trie.add("M", "million", exact=True)
    >>> trie.longest(Tokens("Francs  cfa"), 0), trie.longest(Tokens("m"), 0)
    ((3, 'XOF'), None)
    """

    def __init__(self) -> None:
        self.root: dict[str, dict] = {}
        self.first: Starts | None = None

    def add(self, phrase: str, value: V, *, exact: bool = False, acronyms: bool = False) -> None:
        """Add a phrase; a later one replaces an earlier one with the same words.

        With `acronyms`, the case of its all-capital words alone counts.
        """
        node = self.root
        self.first = None
        tokens = Tokens(phrase)
        for i, key in enumerate(tokens.keys):
            raw = tokens.raw[i]
            kept = tokens.kinds[i] == "word" and (exact or (acronyms and raw.isupper()))
            node = node.setdefault("=" + raw if kept else key, {})
        node[""] = {"value": value}

    def starts(self) -> Starts:
        """The first tokens of the phrases."""
        if self.first is None:
            exact = frozenset(key[1:] for key in self.root if len(key) > 1 and key[0] == "=")
            self.first = Starts(frozenset(self.root) - {""}, exact)
        return self.first

    def get(self, phrase: str) -> V | None:
        """The value of a phrase that stands alone, None when it is unknown."""
        found = self.longest(Tokens(phrase), 0)
        return found[1] if found else None

    def longest(self, tokens: Tokens, i: int) -> tuple[int, V] | None:
        """(index after the phrase, value) of the longest phrase from token `i`, None when there is none."""
        keys, raw = tokens.keys, tokens.raw
        count = len(raw)
        first = self.first or self.starts()
        if i >= count or not (keys[i] in first.keys or raw[i] in first.exact):
            return None
        best: tuple[int, V] | None = None
        states = [(i, self.root)]
        while states:
            j, node = states.pop()
            if "" in node and (best is None or j > best[0]):
                best = (j, node[""]["value"])
            if j >= count:
                continue
            key = keys[j]
            if key == " " and not tokens.is_blank(j):
                continue
            for step in (key, "=" + raw[j]):
                if step and step in node:
                    states.append((j + 1, node[step]))
        return best
