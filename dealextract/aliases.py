"""Which names of a document are names of one entity: pure functions over strings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from dealextract.lexicon import Lexicon

TOKEN = re.compile(r"[^\W_]+|&")
CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
LONG_ENOUGH = 7
CLIPPED_LETTERS = 6
KEPT = 4_000  # names of an article and its neighbours; an archive's would fill the memory of a worker


class AliasLexicon(Lexicon):
    """Words that matter when names are compared."""

    legal_forms: tuple[str, ...]
    generic: tuple[str, ...]
    stop: tuple[str, ...]
    branches: tuple[str, ...]
    same: tuple[tuple[str, ...], ...] = ()


def plain(text: str) -> str:
    """Lower case, no accents, straight apostrophe, `et` and `and` as `&`, dots of acronyms dropped.

    >>> plain("Électricité de France"), plain("S.A."), plain("Marks and Spencer")
    ('electricite de france', 'sa', 'marks & spencer')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("’", "'"))
        text = "".join(c for c in text if not unicodedata.combining(c))
    text = text.casefold()
    text = re.sub(r"\b([a-z])\.", r"\1", text)
    return re.sub(r"\b(et|and|und)\b", "&", text)


@lru_cache(maxsize=KEPT)
def name_tokens(text: str) -> tuple[str, ...]:
    """The comparable words of a name.

    >>> name_tokens("Scale-AI"), name_tokens("Clayton, Dubilier & Rice")
    (('scale', 'ai'), ('clayton', 'dubilier', '&', 'rice'))
    """
    return tuple(TOKEN.findall(plain(text)))


@lru_cache(maxsize=KEPT)
def core_tokens(text: str, legal_forms: frozenset[str]) -> tuple[str, ...]:
    """The words of a name without its legal forms at the end; never empty for a name with words.

    >>> core_tokens("Halvard & Pryce plc", frozenset({"plc"}))
    ('halvard', '&', 'pryce')
    """
    tokens = list(name_tokens(text))
    while len(tokens) > 1 and (tokens[-1] in legal_forms or tokens[-1] == "&"):
        tokens.pop()
    return tuple(tokens)


def is_acronym(short: str, long: str, stop: frozenset[str]) -> bool:
    """True when `short` is written with the initials of `long`, with or without its small words.

    >>> stop = frozenset({"de", "la"})
    >>> is_acronym("CVT", "Coopérative Vinicole de la Tarente", stop), is_acronym("EDF", "Engie", stop)
    (True, False)
    """
    letters = acronym_letters(short)
    return bool(letters) and letters in initials(long, stop)


@lru_cache(maxsize=KEPT)
def acronym_letters(name: str) -> str:
    """The letters of a name that may be an acronym, empty when it cannot be.

    >>> acronym_letters("CVT"), acronym_letters("Engie")
    ('cvt', '')
    """
    if sum(c.isupper() for c in name) < 2:
        return ""
    letters = "".join(c for c in plain(name) if c.isalnum())
    return letters if 2 <= len(letters) <= 7 else ""


@lru_cache(maxsize=KEPT)
def initials(name: str, stop: frozenset[str]) -> frozenset[str]:
    """The acronyms that a name can have, with or without its small words.

    >>> sorted(initials("Cour de Justice", frozenset({"de"})))
    ['c', 'cd', 'cdj', 'cj', 'dj', 'j']
    """
    whole = plain(name)
    words = [w for w in TOKEN.findall(plain(CAMEL.sub(" ", name))) if w != "&"]
    if len(words) < 2:
        return frozenset()
    every = "".join(w[0] for w in words)
    main = "".join(w[0] for w in words if w not in stop)
    forms = (every, main, every[1:], main[1:], every[:-1], main[:-1])
    return frozenset(form for form in forms if len(form) < len(whole))


def is_contraction(short: str, long: str) -> bool:
    """True when the capitals of `short` stand in `long` in order, its first letter first.

    For a short form in brackets right after the name, where little doubt is left.

    >>> is_contraction("ZTI", "Zoetrope Interactive"), is_contraction("BNP", "Engie")
    (True, False)
    """
    letters = [c for c in plain(short) if c.isalnum()]
    whole = plain(long)
    if len(letters) < 2 or not whole or letters[0] != whole[0] or len(letters) * 2 > len(whole):
        return False
    at = 0
    for letter in letters:
        at = whole.find(letter, at) + 1
        if at == 0:
            return False
    return True


def is_shortened(short: str, long: str) -> bool:
    """True for a word cut short or written without its vowels: "Med", "Utd".

    >>> is_shortened("utd", "united"), is_shortened("man", "manchester"), is_shortened("sun", "sunrise")
    (True, True, True)
    >>> is_shortened("bank", "banco"), is_shortened("a", "all")
    (False, False)
    """
    if len(short) < 3 or len(short) > len(long) - 2:
        return False
    bare = long[0] + "".join(c for c in long[1:] if c not in "aeiouy")
    return long.startswith(short) or (bare.endswith(short[-1]) and is_contraction(short, bare + bare))


def is_clipped(short: str, long: str) -> bool:
    """True for a long word cut short, or with the s of a shop: "Morrisons".

    >>> is_clipped("surgut", "surgutneftegaz"), is_clipped("morrisons", "morrison")
    (True, True)
    >>> is_clipped("euro", "euronext")
    False
    """
    if short == f"{long}s" or long == f"{short}s":
        return min(len(short), len(long)) >= CLIPPED_LETTERS
    return len(short) >= CLIPPED_LETTERS and len(long) >= len(short) + 4 and long.startswith(short)


def contains(long: Sequence[str], short: Sequence[str]) -> int | None:
    """Where the words of `short` stand in `long` in a row, None when they do not.

    >>> contains(("ateliers", "mangin"), ("mangin",)), contains(("a",), ("b",))
    (1, None)
    """
    if short and short[0] not in long:
        return None
    for at in range(len(long) - len(short) + 1):
        if tuple(long[at : at + len(short)]) == tuple(short):
            return at
    return None


def is_typo(a: str, b: str) -> bool:
    """True when two long names differ by one letter changed, missing, doubled or swapped.

    >>> is_typo("yuganskneftegas", "yuganksneftegas"), is_typo("total", "totem")
    (True, False)
    """
    if a == b:
        return True
    if min(len(a), len(b)) < LONG_ENOUGH or abs(len(a) - len(b)) > 1 or a[0] != b[0]:
        return False
    head = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[head:], b[head:]
    if any(c.isdigit() for c in rest_a[:1] + rest_b[:1]):
        return False
    return rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:] or (
        rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
    )  # fmt: skip


def fullest(names: Sequence[str]) -> str:
    """The fullest of the names of one entity: most words, then most letters, then not in capitals.

    >>> fullest(["EDF", "ÉLECTRICITÉ DE FRANCE", "Électricité de France"])
    'Électricité de France'
    """
    return max(
        names,
        key=lambda n: (len(name_tokens(n)), sum(map(len, name_tokens(n))), not n.isupper(), -names.index(n)),
    )
