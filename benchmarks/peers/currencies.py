"""Which ISO currencies a tool may mean by its own word for a unit: read as widely as the word allows."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

FRACTIONS = {"cent": 100, "centime": 100, "penny": 100, "pence": 100, "p": 100}
SYMBOLS = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee"}
WORDS = {
    "united states dollar": "us dollar",
    "dollar américain": "dollar des états-unis",
    "livre sterling": "british pound",
    "pound sterling": "british pound",
    "chinese yuan renminbi": "chinese yuan",
    "renminbi": "chinese yuan",
    "rs": "rupee",
}


@lru_cache(maxsize=1)
def list_names() -> dict[str, set[str]]:
    """The words of every currency's CLDR names, French and English, singular, by ISO code."""
    names: dict[str, set[str]] = {}
    for lang in ("en", "fr"):
        for code, name in Locale(lang).currencies.items():
            names.setdefault(code, set()).update(split_words(name))
    names["GBP"] |= {"livre", "sterling", "pound"}
    return names


def split_words(name: str) -> set[str]:
    """Lower-case words without their plural s.

    >>> sorted(split_words("Swiss francs"))
    ['franc', 'swis']
    """
    return {word.removesuffix("s") for word in re.findall(r"\w+", name.lower()) if len(word) > 1}


@lru_cache(maxsize=512)
def read_unit(unit: str) -> tuple[frozenset[str], int]:
    """The currencies that a unit may be, and how many of it make one unit of the currency.

    A general word is every currency of that name: "Dollar" is USD as well as CAD.

    >>> sorted(read_unit("Swiss franc")[0] & {"CHF", "FRF"}), "CAD" in read_unit("$")[0], read_unit("cent")[1]
    (['CHF'], True, 100)
    """
    plain = unit.strip().lower()
    if plain.rstrip("s") in FRACTIONS or plain in FRACTIONS:
        return frozenset(list_names()), 100
    if re.fullmatch("[a-z]{3}", plain) and plain.upper() in list_names():
        return frozenset({plain.upper()}), 1
    if plain and plain[-1] in SYMBOLS:
        plain = SYMBOLS[plain[-1]]
    wanted = split_words(WORDS.get(plain, plain))
    return frozenset(code for code, words in list_names().items() if wanted and wanted <= words), 1
