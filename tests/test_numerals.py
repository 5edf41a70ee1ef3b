"""Numbers in digits and words, in both languages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealextract.lexicon import load_lexicon
from dealextract.money_grammar import GrammarFile
from dealextract.numerals import parse_number, read_digits, read_number
from dealextract.phrases import Tokens

WORDS = {lang: load_lexicon(lang, "money", GrammarFile).numbers for lang in ("fr", "en")}

FRENCH = {
    "1 250 000": 1_250_000, "1.250.000": 1_250_000, "1'250'000": 1_250_000, "1\u202f250": 1250,
    "3,14": "3.14",
    "1.234,56": "1234.56", "2 345,6": "2345.6", "13.50": "13.5", "0,5": "0.5", "dix-sept": 17,
    "vingt et un": 21,
    "soixante et onze": 71, "soixante-dix-neuf": 79, "quatre-vingts": 80, "quatre-vingt-un": 81,
    "quatre-vingt-dix-neuf": 99, "septante-cinq": 75, "nonante": 90, "cent": 100, "deux cents": 200,
    "quatre cent douze": 412, "mille": 1000, "mille neuf cents": 1900, "dix mille": 10_000,
    "deux cent cinquante mille": 250_000, "deux-cent-cinquante-mille": 250_000, "vingt et un mille": 21_000,
}  # fmt: skip
ENGLISH = {
    "1,250,000": 1_250_000, "12,34,567": 1_234_567, "1,50,000": 150_000, "3.14": "3.14", "1,5": "1.5",
    "1,234.56": "1234.56", "32-3/4": "32.75", "14 1/8": "14.125", "61½": "61.5", "3/4": "0.75",
    "2.24-1/2": "2.245",
    "50 000": 50_000, "seventeen": 17, "forty-two": 42, "one hundred and five": 105, "two hundred ten": 210,
    "nine hundred thousand": 900_000, "three thousand four hundred": 3400, "a hundred": 100,
}  # fmt: skip
NOT_NUMBERS = ["12.05.2020", "2.1.3", "1,2,3", "", "abc", "12 and", "1" * 40, "two three", "1.250.00"]


@pytest.mark.parametrize(("string", "value"), FRENCH.items())
def test_french(string, value):
    assert parse_number(string, WORDS["fr"]) == Decimal(str(value))


@pytest.mark.parametrize(("string", "value"), ENGLISH.items())
def test_english(string, value):
    assert parse_number(string, WORDS["en"]) == Decimal(str(value))


@pytest.mark.parametrize("string", NOT_NUMBERS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_not_a_number(string, lang):
    assert parse_number(string, WORDS[lang]) is None


def test_a_mark_before_three_digits_says_so():
    assert read_digits(Tokens("3.250"), 0, ",").shape == "group3"
    assert read_digits(Tokens("3,250"), 0, ",").shape == "decimal3"
    assert read_digits(Tokens("3,250"), 0, ",").other == 3250


@given(st.integers(0, 10**12), st.sampled_from([" ", "\u00a0", "\u202f", ".", "'", "’"]))
def test_groups_of_three_read_back(number, mark):
    written = f"{number:,}".replace(",", mark)
    read = read_digits(Tokens(written), 0, ",")
    assert number in (read.value, read.other)


@given(st.text(), st.sampled_from(["fr", "en"]))
def test_any_text(text, lang):
    tokens = Tokens(text)
    assert "".join(tokens.raw) == text
    for i in range(len(tokens)):
        number = read_number(tokens, i, WORDS[lang])
        assert number is None or (number.value.is_finite() and i < number.end <= len(tokens))
