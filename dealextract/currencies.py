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

from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.phrases import PhraseTrie

CENT = Decimal("0.01")

# Countries in which a bare noun of the family means the currency; "" is the default, if there is one.
FAMILIES: dict[str, dict[str, str]] = {
    "dollar": {
        "": "USD", "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "HK": "HKD", "SG": "SGD", "TW": "TWD",
        "JM": "JMD", "ZW": "ZWD", "NA": "NAD", "TT": "TTD", "FJ": "FJD", "BB": "BBD",
    },
    "pound": {
        "": "GBP", "GB": "GBP", "IE": "IEP", "EG": "EGP", "LB": "LBP", "SY": "SYP", "SD": "SDG", "SS": "SSP",
        "CY": "CYP", "MT": "MTL", "TR": "TRY",
    },
    "sterling": {"": "GBP", "GB": "GBP", "IE": "IEP"},
    "franc": {
        "CH": "CHF", "LI": "CHF", "FR": "FRF", "MC": "FRF", "BE": "BEF", "LU": "LUF", "SN": "XOF", "CI": "XOF",
        "ML": "XOF", "BF": "XOF", "TG": "XOF", "BJ": "XOF", "NE": "XOF", "GW": "XOF", "CM": "XAF", "GA": "XAF",
        "CG": "XAF", "TD": "XAF", "CF": "XAF", "GQ": "XAF", "PF": "XPF", "NC": "XPF", "CD": "CDF", "RW": "RWF",
        "BI": "BIF", "GN": "GNF", "DJ": "DJF", "KM": "KMF",
    },
    "CFA": {
        "": "XOF", "SN": "XOF", "CI": "XOF", "ML": "XOF", "BF": "XOF", "TG": "XOF", "BJ": "XOF", "NE": "XOF",
        "GW": "XOF", "CM": "XAF", "GA": "XAF", "CG": "XAF", "TD": "XAF", "CF": "XAF", "GQ": "XAF",
    },
    "F": {"": "FRF", "FR": "FRF", "PF": "XPF", "NC": "XPF"},
    "krone": {
        "SE": "SEK", "NO": "NOK", "DK": "DKK", "FO": "DKK", "IS": "ISK", "CZ": "CZK", "SK": "SKK", "EE": "EEK",
    },
    "krona": {"": "SEK", "SE": "SEK", "IS": "ISK"},
    "kroner": {"NO": "NOK", "DK": "DKK", "FO": "DKK"},
    "yen": {"": "JPY", "JP": "JPY", "CN": "CNY"},
    "peso": {
        "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "PH": "PHP", "UY": "UYU", "DO": "DOP", "CU": "CUP",
    },
    "dirham": {"MA": "MAD", "AE": "AED"},
    "DH": {"": "MAD", "MA": "MAD", "AE": "AED"},
    "dinar": {
        "TN": "TND", "DZ": "DZD", "KW": "KWD", "IQ": "IQD", "BH": "BHD", "JO": "JOD", "LY": "LYD", "RS": "RSD",
        "MK": "MKD",
    },
    "rouble": {"": "RUB", "RU": "RUB", "BY": "BYN"},
    "rupee": {
        "": "INR", "IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR", "SC": "SCR", "ID": "IDR",
    },
    "rial": {"SA": "SAR", "QA": "QAR", "IR": "IRR", "OM": "OMR", "YE": "YER"},
    "shilling": {"KE": "KES", "UG": "UGX", "TZ": "TZS", "SO": "SOS", "AT": "ATS"},
    "lira": {"IT": "ITL", "TR": "TRY", "MT": "MTL"},
    "leu": {"": "RON", "RO": "RON", "MD": "MDL"},
    "mark": {"": "DEM", "DE": "DEM", "FI": "FIM"},
    "won": {"": "KRW", "KR": "KRW", "KP": "KPW"},
    "rand": {"": "ZAR", "ZA": "ZAR"},
    "real": {"": "BRL", "BR": "BRL"},
    "sol": {"PE": "PEN"},
    "florin": {"NL": "NLG", "HU": "HUF", "AW": "AWG"},
    "kwacha": {"ZM": "ZMW", "MW": "MWK"},
    "pence": {"": "GBP", "GB": "GBP", "IE": "IEP"},
    "cent": {
        "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "HK": "HKD", "SG": "SGD", "ZA": "ZAR", "KE": "KES",
        "FR": "EUR", "DE": "EUR", "IE": "EUR", "BE": "EUR", "NL": "EUR", "IT": "EUR", "ES": "EUR", "AT": "EUR",
        "FI": "EUR", "GR": "EUR", "PT": "EUR",
    },
    "centime": {
        "FR": "EUR", "BE": "EUR", "LU": "EUR", "CH": "CHF", "MA": "MAD", "DZ": "DZD",
    },
    "ore": {"SE": "SEK", "NO": "NOK", "DK": "DKK"},
}  # fmt: skip
# Euro countries and the currencies that they had, for texts of their time.
BEFORE_EURO = {
    "FR": "FRF", "BE": "BEF", "LU": "LUF", "DE": "DEM", "IT": "ITL", "ES": "ESP", "NL": "NLG", "IE": "IEP",
    "AT": "ATS", "FI": "FIM", "GR": "GRD", "PT": "PTE",
}  # fmt: skip
THREE_DECIMALS = frozenset({"TND", "KWD", "BHD", "OMR", "JOD", "LYD", "IQD"})
CASH_IN_CENTS = (
    frozenset(FAMILIES["cent"].values()) | frozenset(FAMILIES["centime"].values()) | {"FRF", "USD"}
)
NOT_MONEY = frozenset(
    {"XAU", "XAG", "XPT", "XPD", "XTS", "XXX", "XDR", "XBA", "XBB", "XBC", "XBD", "XFO", "XFU"}
)
# ISO codes that are words or names as well: read only as a prefix with a figure, never before a plain noun.
SYMBOLS = {
    "€": "EUR", "£": "sterling", "$": "dollar", "¥": "yen", "￥": "yen", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY",
    "₪": "ILS", "₫": "VND", "₦": "NGN", "₱": "PHP", "฿": "THB", "₴": "UAH", "₸": "KZT", "₵": "GHS", "₡": "CRC",
    "₤": "ITL", "US$": "USD", "U.S.$": "USD", "U.S. $": "USD", "USD$": "USD", "$US": "USD", "A$": "AUD", "AU$": "AUD",
    "AUD$": "AUD", "Aus$": "AUD", "C$": "CAD", "CA$": "CAD", "CAD$": "CAD", "Can$": "CAD", "CDN$": "CAD",
    "Cdn$": "CAD", "$CA": "CAD", "$CAN": "CAD", "NZ$": "NZD", "NZ $": "NZD", "HK$": "HKD", "HK $": "HKD", "S$": "SGD",
    "SG$": "SGD", "Sing$": "SGD", "NT$": "TWD", "TW$": "TWD", "R$": "BRL", "BRL$": "BRL", "MX$": "MXN", "Mex$": "MXN",
    "J$": "JMD", "TT$": "TTD", "N$": "NAD", "Z$": "ZWD", "Bds$": "BBD", "FJ$": "FJD", "CN¥": "CNY", "RMB¥": "CNY",
    "JP¥": "JPY", "IR£": "IEP", "E£": "EGP", "GB£": "GBP", "UK£": "GBP", "LE": "EGP", "GH¢": "GHS", "GH₵": "GHS",
    "€uros": "EUR",
}  # fmt: skip


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


class MoneyFile(Lexicon):
    """`money.toml` of a language as far as this module reads it; the grammar reads the rest."""

    names: MoneyNames
    model_config = {"frozen": True, "extra": "ignore"}


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
    names: dict[str, tuple[str, ...]] = {}
    for code in Locale.parse(lang).currencies:
        if code in NOT_MONEY:
            continue
        forms = (get_currency_name(code, n, lang) for n in (1, 2))
        names[code] = tuple(dict.fromkeys(re.sub(r"\s*\(.*?\)", "", form).strip() for form in forms))
    return names


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
        units.prefix.add(code, Unit(code, explicit=True, symbol=True, surface=code), exact=True)
        units.suffix.add(code, Unit(code, explicit=True, symbol=True, surface=code), exact=True)
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
        units.suffix.add(form, Unit(code, factor=factor, explicit=True, surface=form), acronyms=True)
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
    for form, (key, value) in names.glued.items():
        unit = Unit(str(key), factor=Decimal(value), explicit=key not in FAMILIES, symbol=True, surface=form)
        units.suffix.add(form, unit, exact=True)
