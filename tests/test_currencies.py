"""Units from CLDR and from the lexicons, and the choice of a bare one."""

import pytest
from babel.numbers import get_currency_name

from dealextract.components.money import MoneyFinder
from dealextract.currencies import cldr_names, load_units
from dealextract.currency_tables import FAMILIES, NOT_MONEY, SYMBOLS
from dealextract.phrases import Tokens

FINDERS = {lang: MoneyFinder(lang) for lang in ("fr", "en")}


def written(lang, form):
    units = load_units(lang)
    tokens = Tokens(form)
    found = units.suffix.longest(tokens, 0)
    return found[1] if found and found[0] == len(tokens) else None


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_cldr_name_of_two_words_is_known(lang):
    lost = []
    for code, forms in cldr_names(lang).items():
        lost += [form for form in forms if len(form.split()) > 1 and written(lang, form) is None]
        assert code not in NOT_MONEY
    assert lost == []


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "code", ["USD", "CAD", "CHF", "SEK", "TND", "MXN", "EGP", "KES", "BRL", "INR", "HUF"]
)
def test_a_cldr_name_gives_its_code(lang, code):
    assert written(lang, get_currency_name(code, 2, lang)).code == code


def test_families_and_symbols_hold_codes():
    codes = {code for options in FAMILIES.values() for code in options.values()}
    assert all(len(code) == 3 and code.isupper() for code in codes)
    assert all(key in FAMILIES or (len(key) == 3 and key.isupper()) for key in SYMBOLS.values())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_noun_of_the_lexicon_is_a_family_or_a_code(lang):
    names = load_units(lang)
    assert names.suffix.root
    assert names.prefix.root


def test_evidence_is_told():
    (money,) = FINDERS["fr"].find("À Stockholm, le fonds a payé 8 milliards de couronnes.")
    assert (money.currency, money.currency_evidence, money.currency_assumed) == ("SEK", "Stockholm", False)
    (money,) = FINDERS["en"].find("It raised $5m.")
    assert (money.currency, money.currency_assumed) == ("USD", True)
    assert money.currency_evidence.startswith("rule:")


def test_no_country_no_span():
    assert FINDERS["en"].find("It paid 40 million pesos.") == []


def test_francs_follow_the_publication_date():
    text = "Le groupe français a payé 40 millions de francs à Paris."
    assert [m.currency for m in FINDERS["fr"].find(text, "1996-05-02")] == ["FRF"]
    assert [m.currency for m in FINDERS["fr"].find("Genève : 40 millions de francs.", "1996-05-02")] == [
        "CHF"
    ]


def test_a_restatement_is_in_another_currency():
    text = "It lent 1.33bn Australian dollars ($1bn; £550m)."
    assert [m.currency for m in FINDERS["en"].find(text)] == ["AUD", "USD", "GBP"]
