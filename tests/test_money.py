"""The money layer: marked cases, properties, null values with their reason, linear time."""

import time
from decimal import Decimal

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import spans
from dealextract.components.money import MoneyFinder
from dealextract.records import Money
from tests.marked import check_case, load_cases

FINDERS = {lang: MoneyFinder(lang) for lang in ("fr", "en")}
PIECES = [
    "$", "€", "£", "US$", "C$", "EUR", "Rs", "R", "5", "12", "1.5", "1,5", "1 000", "50 000", "bn", "m",
    "M", "Md", "million",
    "millions", "milliards", "billion", "crore", "dollars", "d'euros", "de francs", "livres", "p", "cents",
    "pence",
    "to", "à", "et", "and", "-", "–", "entre", "between", "from", "de", "(", ")", "soit", "or", "environ",
    "about",
    "plusieurs", "several", "une dizaine", "half a", "un demi-", "a", "per share", "par an", "1/2", "½",
    "%", ",", ".",
    "\n", "\u00a0", "\u202f", "’", "contre", "le", "un", "2004", "mai", "−",
]  # fmt: skip
HOSTILE = [
    piece * (10_000 // len(piece))
    for piece in (
        "1 ", "1", "1,", "$", "(", " ", "1 000 ", "\u00a0", '"', "€1-", "de 1 à ", "un million ", "$1 to ",
        "million ",
        "5 millions (", "francs suisses ", "1/", "a", "5 € (", "-", "contre 5 € ", "entre 1 et ",
        "des millions de ",
    )
]  # fmt: skip


@pytest.mark.parametrize(("lang", "case"), load_cases("money"))
def test_case(lang, case):
    check_case(case, FINDERS[lang].find(case.text, case.published))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_there_are_enough_cases(lang):
    assert sum(param.values[0] == lang for param in load_cases("money")) >= 300


def check_invariants(text, found):
    end = 0
    for money in found:
        assert text[money.start : money.end] == money.text
        assert money.start >= end
        end = money.end
        assert money.text == money.text.strip()
        assert len(money.currency) == 3
        assert money.value is None or isinstance(money.value, Decimal)
        assert (money.value is None) == (money.value_reason is not None)
        assert money.value_max is None or (money.modifier == "range" and money.value_max > money.value)
        assert money.currency_evidence
        assert money.why.startswith("amount: ")
    assert [m.id for m in found] == [f"M{n}" for n in range(1, len(found) + 1)]


@settings(max_examples=150, deadline=None)
@given(st.text(), st.sampled_from(["fr", "en"]))
def test_any_text(text, lang):
    found = FINDERS[lang].find(text)
    check_invariants(text, found)
    assert FINDERS[lang].find(text) == found


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["", " "]), st.sampled_from(["fr", "en"])
)
def test_any_heap_of_money_words(pieces, joint, lang):
    text = joint.join(pieces)
    check_invariants(text, FINDERS[lang].find(text, "1998-06-01"))


def test_values_do_not_pass_through_floats():
    (money,) = FINDERS["fr"].find("Il doit 1 234 567 890 123,45 euros.")
    assert money.value == Decimal("1234567890123.45")


def test_null_values_say_why():
    (money,) = FINDERS["en"].find("It lost several million dollars.")
    assert (money.value, money.value_reason, money.modifier) == (None, "not countable", "approx")
    (money,) = FINDERS["fr"].find("Le plan coûte 3.250 milliards d'euros.")
    assert money.value is None and "separator" in money.value_reason
    (money,) = FINDERS["fr"].find("Le plan coûte 3.250 milliards d'euros, soit 1,5 % du PIB.")
    assert money.value == 3_250_000_000_000


def test_component_writes_its_layer():
    nlp = spacy.blank("en")
    nlp.add_pipe("dealextract_money")
    doc = nlp("Rivet paid €5m-€7m for Dowel.")
    (money,) = spans.read_layer(doc, "money", Money)
    assert (money.text, money.value, money.value_max) == ("€5m-€7m", 5_000_000, 7_000_000)
    assert [span.id_ for span in doc.spans["money"]] == ["M1"]
    assert spans.read_layer(nlp(""), "money", Money) == []


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(t[:12]) for t in HOSTILE])
def test_time_grows_with_length_alone(text):
    finder = FINDERS["fr"]
    size = 2_500
    finder.find(text[:size])
    start = time.process_time()
    finder.find(text[:size])
    once = time.process_time() - start
    start = time.process_time()
    finder.find(text[: 4 * size])
    assert time.process_time() - start < 10 * once + 0.3
