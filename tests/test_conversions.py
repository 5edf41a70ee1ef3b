"""Stated conversions: cases in `cases/<lang>/conversions.toml`, and what holds on any text."""

from decimal import Decimal
from itertools import pairwise

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import spans
from dealextract.components.conversions import ConversionLexicon, get_rounding, is_suspect, make_conversions
from dealextract.lexicon import LANGUAGES, load_lexicon
from dealextract.records import Money
from tests.marked import Case, check_case, load_cases

GIVEN = ("value", "currency", "per", "modifier")
PIPES = {lang: (spacy.blank(lang), make_conversions(spacy.blank(lang), "conversions")) for lang in LANGUAGES}


def link(lang, text, amounts, published=None):
    """The money layer after the component, from amounts of (start, end, fields)."""
    nlp, component = PIPES[lang]
    doc = nlp.make_doc(text)
    spans.set_context(doc, published=published)
    ids = spans.number_ids("money", len(amounts))
    records = [
        Money(id=key, start=start, end=end, text=text[start:end], **fields)
        for key, (start, end, fields) in zip(ids, amounts, strict=True)
    ]
    spans.write_layer(doc, "money", records)
    return spans.read_layer(component(doc), "money", Money)


@pytest.mark.parametrize(("lang", "case"), load_cases("conversions"))
def test_case(lang: str, case: Case):
    fields = [{key: value for key, value in item.items() if key in GIVEN} for item in case.expect]
    amounts = [(start, end, f) for (start, end), f in zip(case.spans, fields, strict=True)]
    check_case(case, link(lang, case.text, amounts, case.published))


def test_the_role_of_the_original_is_copied():
    text = "It had sales of $30m (£24m) and a loss."
    first, second = link(
        "en",
        text,
        [
            (16, 20, {"value": 30_000_000, "currency": "USD"}),
            (22, 26, {"value": 24_000_000, "currency": "GBP"}),
        ],
    )
    assert (first.role, second.role) == ("revenue", "revenue")


def test_suspect_spares_rounding():
    exact, rough = Decimal("0.0001"), Decimal("0.12")
    assert is_suspect(Decimal("0.95"), Decimal("0.80"), exact)
    assert not is_suspect(Decimal("0.95"), Decimal("0.80"), rough)
    assert is_suspect(Decimal("1.1"), Decimal("0.9091"), exact)
    assert is_suspect(Decimal(800), Decimal("0.80"), rough)


def test_rounding_is_half_the_last_printed_digit():
    def money(text, value, modifier="exact"):
        return Money(
            id="M1", start=0, end=len(text), text=text, value=value, currency="EUR", modifier=modifier
        )

    assert get_rounding(money("€50m", 50_000_000)) == Decimal("0.01")
    assert get_rounding(money("0,8 milliard d'euros", 800_000_000)) == Decimal("0.0625")
    assert get_rounding(money("€50m", 50_000_000, "approx")) == Decimal("0.1")
    assert get_rounding(money("deux milliards d'euros", 2_000_000_000)) == Decimal("0.25")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_phrase_is_both_link_and_alternative(lang):
    lexicon = load_lexicon(lang, "conversions", ConversionLexicon)
    lists = [lexicon.modifiers, lexicon.links, lexicon.alternatives]
    assert not any(a & b for a in lists for b in lists if a is not b)


CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "XOF", None, "ZZZ"])
VALUES = st.none() | st.decimals(-(10**12), 10**13, allow_nan=False, allow_infinity=False, places=2)
PIECES = st.lists(
    st.sampled_from(
        [
            " (",
            "; ",
            ", soit ",
            ", or about ",
            ". That is ",
            "/",
            " ",
            ")",
            "\n\n",
            "(",
            "[",
            " ou ",
            "x",
            "’",
        ]
    )
    | st.text(max_size=8),
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LANGUAGES), PIECES, st.data())
def test_any_text_gives_links_to_earlier_amounts(lang, pieces, data):
    text, amounts = "", []
    for piece in pieces:
        text += piece
        amounts.append(
            (len(text), len(text) + 3, {"value": data.draw(VALUES), "currency": data.draw(CURRENCIES)})
        )
        text += "$5m"
    day = data.draw(st.sampled_from([None, "2025-06-09", "1987-01-05", "?"]))
    money = link(lang, text, amounts, day)
    assert money == link(lang, text, amounts, day)
    by_id = {m.id: m for m in money}
    for m in money:
        assert text[m.start : m.end] == m.text
        if m.converts is not None:
            original = by_id[m.converts]
            assert original.end <= m.start
            assert original.converts is None
            assert original.currency != m.currency
            assert m.role == original.role
    assert all(a.start < b.start for a, b in pairwise(money))


@pytest.mark.parametrize("filler", ["(", " ", "1 ", ") (", ", or ", "soit "])
def test_time_is_linear_on_hostile_text(filler):
    text = "$5m" + filler * 10_000 + "€4m"
    end = len(text)
    dollars, euros = {"value": 5_000_000, "currency": "USD"}, {"value": 4_000_000, "currency": "EUR"}
    assert len(link("en", text, [(0, 3, dollars), (end - 3, end, euros)])) == 2


def test_a_doc_without_money_stays_empty():
    nlp, component = PIPES["fr"]
    assert spans.read_layer(component(nlp.make_doc("")), "money", Money) == []
