"""Units of money: every currency that CLDR names in French and English, symbols, and bare nouns by family.

A unit is either one currency ("Swiss francs", "A$", "EUR") or a family that the text must decide
("francs", "$", "crowns"): `currency_choice` does that.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.numbers import get_currency_name
from pydantic import ConfigDict

from dealextract.currency_tables import COMMON_CODES, FAMILIES, NOT_MONEY, SYMBOLS
from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.phrases import PhraseTrie

CENT = Decimal("0.01")


class Unit(NamedTuple):
    """What a written unit stands for: a currency or a family, and the units of it that one stands for."""

    key: str
    factor: Decimal = Decimal(1)
    explicit: bool = False
    symbol: bool = False
    risky: bool = False
    surface: str = ""

    @property
    def code(self) -> str | None:
        """ISO 4217 when the form alone decides it."""
        return None if self.key in FAMILIES else self.key


class MoneyNames(Lexicon):
    """Part `[names]` of `money.toml`: nouns, abbreviations and qualifiers of currencies in one language."""

    nouns: dict[str, list[str]]
    minors: dict[str, list[str]]
    prefixes: dict[str, list[str]]
    suffixes: dict[str, list[str]]
    qualifiers: dict[str, list[str]]
    qualifier_first: bool
    endings: list[str]
    risky: list[str]
    glued_scales: dict[str, int]
    glued_units: dict[str, str]
    glued: dict[str, list[str | int]]
    glued_prefix_units: list[str]
    glued_prefix_before: dict[str, int]
    glued_prefix_after: dict[str, int]


class Habits(Lexicon):
    """Part `[habits]`: what a bare unit means in the press of a language when nothing says more."""

    bare_symbol_contrasts: bool
    old_franc: str
    defaults: dict[str, str]


class MoneyFile(Lexicon):
    """`money.toml` of a language as far as this module reads it; the grammar reads the rest."""

    names: MoneyNames
    habits: Habits
    model_config = ConfigDict(frozen=True, extra="ignore")


class Units(NamedTuple):
    """Tries of the units that may stand before a number, after it, and of late qualifiers ("$20 US")."""

    prefix: PhraseTrie[Unit]
    suffix: PhraseTrie[Unit]
    late: PhraseTrie[str]


def cldr_names(lang: str) -> dict[str, tuple[str, ...]]:
    """ISO code → its names (singular, plural) in a language, without remarks in parentheses.

    >>> cldr_names("fr")["SEK"]
    ('couronne suédoise', 'couronnes suédoises')
    """
    written = {
        str(code): tuple(get_currency_name(str(code), n, lang) for n in (1, 2))
        for code in Locale.parse(lang).currencies
        if code not in NOT_MONEY
    }
    # Names with a remark ("(1993–2018)", "(same day)") come first: the plain ones replace them.
    order = sorted(written, key=lambda code: "(" not in written[code][0])
    return {
        code: tuple(dict.fromkeys(re.sub(r"\s*\(.*?\)", "", form).strip() for form in written[code]))
        for code in order
    }


@cache
def load_units(lang: str) -> Units:
    """The units of a language; raises UnsupportedLanguage or LexiconError."""
    names = load_lexicon(lang, "money", MoneyFile).names
    units = Units(PhraseTrie(), PhraseTrie(), PhraseTrie())
    family_of = {form: key for key, forms in names.nouns.items() if key in FAMILIES for form in forms}
    for code, forms in cldr_names(lang).items():
        for form in forms:
            words = form.split()
            if len(words) > 1:
                units.suffix.add(form, Unit(code, explicit=True, surface=form))
            heads = [w for w in words if w.lower() in family_of]
            if len(heads) == 1 and len(words) > 1:
                qualifier = " ".join(w for w in words if w != heads[0])
                add_qualified(units, names, family_of[heads[0].lower()], code, qualifier)
        iso = Unit(code, explicit=True, symbol=True, risky=code not in COMMON_CODES, surface=code)
        units.prefix.add(code, iso, exact=True)
        units.suffix.add(code, iso, exact=True)
    for code, qualifiers in names.qualifiers.items():
        families = [f for f, countries in FAMILIES.items() if code in countries.values()]
        for qualifier in qualifiers:
            for form in inflect(qualifier, names.endings):
                for family in families:
                    add_qualified(units, names, family, code, form)
    risky = set(names.risky)
    for key, forms in names.nouns.items():
        for form in forms:
            units.suffix.add(form, Unit(key, explicit=key not in FAMILIES, risky=form in risky, surface=form))
    for key, forms in names.minors.items():
        for form in forms:
            unit = Unit(key, factor=CENT, explicit=key not in FAMILIES, risky=form in risky, surface=form)
            units.suffix.add(form, unit, exact=len(form) == 1)
    for form, key in SYMBOLS.items():
        unit = Unit(key, explicit=key not in FAMILIES, symbol=True, surface=form)
        units.prefix.add(form, unit, exact=True)
        if form != "LE":
            units.suffix.add(form, unit, exact=True)
    for trie, table in ((units.prefix, names.prefixes), (units.suffix, names.suffixes)):
        for key, forms in table.items():
            for form in forms:
                unit = Unit(key, explicit=key not in FAMILIES, symbol=True, risky=form in risky, surface=form)
                trie.add(form, unit, exact=True)
    add_glued(units, names)
    return units


def add_qualified(units: Units, names: MoneyNames, family: str, code: str, qualifier: str) -> None:
    """Every noun, symbol and fraction of a family with a qualifier: "dollars canadiens", "Canadian cents"."""
    heads = [(noun, Decimal(1)) for noun in names.nouns.get(family, [])]
    heads += [(noun, CENT) for noun in names.minors.get(family, []) if len(noun) > 1]
    if family == "dollar":
        heads.append(("$", Decimal(1)))
    for noun, factor in heads:
        form = f"{qualifier} {noun}" if names.qualifier_first else f"{noun} {qualifier}"
        if any(form in forms for forms in names.nouns.values()):
            continue
        unit = Unit(code, factor=factor, explicit=True, surface=form)
        units.suffix.add(form, unit, acronyms=True)
        if names.qualifier_first and factor == 1 and noun.isalpha():
            # "a record Australian dollars 648m"
            units.prefix.add(form, unit, acronyms=True)
    if family in ("dollar", "sterling"):
        units.late.add(qualifier, code, acronyms=True)


def inflect(adjective: str, endings: list[str]) -> list[str]:
    """The forms of an adjective whose ending is left open by "*".

    >>> inflect("américain*", ["", "s", "e", "es"])
    ['américain', 'américains', 'américaine', 'américaines']
    """
    if not adjective.endswith("*"):
        return [adjective]
    return [adjective[:-1] + ending for ending in endings] or [adjective[:-1]]


def add_glued(units: Units, names: MoneyNames) -> None:
    """Scale and unit written as one word: MEUR, KEUR, MDH, MF."""
    for abbreviation, value in names.glued_scales.items():
        for form, key in names.glued_units.items():
            unit = Unit(key, factor=Decimal(value), explicit=key not in FAMILIES, symbol=True, surface=form)
            units.suffix.add(abbreviation + form, unit, exact=True)
    for key in names.glued_prefix_units:
        forms = [(mark + key, value) for mark, value in names.glued_prefix_before.items()]
        for form, value in forms + [(key + mark, value) for mark, value in names.glued_prefix_after.items()]:
            unit = Unit(key, factor=Decimal(value), explicit=True, symbol=True, surface=form)
            units.prefix.add(form, unit, exact=True)
    for form, (key, value) in names.glued.items():
        unit = Unit(str(key), factor=Decimal(value), explicit=key not in FAMILIES, symbol=True, surface=form)
        units.suffix.add(form, unit, exact=True)
