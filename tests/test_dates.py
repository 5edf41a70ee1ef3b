"""Dates on marked text, and what holds on any text."""

import time
from itertools import pairwise

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import records, spans
from tests.marked import check_case, load_cases

PIPES = {}


def find_dates(lang, text, published=None, *, tagged=None, part_of_day=True, money=()):
    key = lang, part_of_day
    if key not in PIPES:
        PIPES[key] = spacy.blank(lang)
        PIPES[key].add_pipe("dealextract_dates", config={"part_of_day": part_of_day})
    doc = PIPES[key].make_doc(text)
    spans.set_context(doc, published=published)
    if tagged is not None:
        spans.write_tagged(doc, tagged)
    amounts = [
        records.Money(id=f"M{n}", start=s, end=e, text=text[s:e], value=1, currency="EUR")
        for n, (s, e) in enumerate(money, 1)
    ]
    spans.write_layer(doc, "money", amounts)
    doc = PIPES[key].get_pipe("dealextract_dates")(doc)
    return spans.read_layer(doc, "dates", records.Date)


@pytest.mark.parametrize(("lang", "case"), load_cases("dates"))
def test_cases(lang, case):
    check_case(case, find_dates(lang, case.text, case.published))


def test_characters_of_amounts_are_no_dates():
    text = "It paid 2004 euros in 2004."
    found = find_dates("en", text, money=[(8, 18)])
    assert [(d.start, d.value) for d in found] == [(22, "2004")]


@pytest.mark.parametrize(
    ("lang", "text", "day"),
    [
        ("fr", "Il a signé mardi matin.", "mardi"),
        ("en", "It signed late on Friday.", "Friday"),
        ("en", "It signed on Monday night.", "Monday"),
    ],
)
def test_part_of_the_day_can_stay_outside(lang, text, day):
    assert [d.text for d in find_dates(lang, text, part_of_day=False)] == [day]


def test_the_tagger_settles_doubtful_forms():
    text = "It was hit by a February frost."
    assert [d.text for d in find_dates("en", text)] == ["February"]
    other = {"amounts": [spans.Tagged(0, 2, "DATE", 0.9)]}
    assert find_dates("en", text, tagged=other) == []
    same = {"amounts": [spans.Tagged(16, 24, "DATE", 0.9)]}
    assert [d.text for d in find_dates("en", text, tagged=same)] == ["February"]


def test_the_tagger_adds_whole_dates_only():
    text = "A 2019 vintage, a nice year, was sold."
    assert [
        d.text for d in find_dates("en", text, tagged={"amounts": [spans.Tagged(0, 1, "DATE", 0.9)]})
    ] == []
    tagged = {"amounts": [spans.Tagged(2, 6, "DATE", 0.97), spans.Tagged(16, 27, "DATE", 0.97)]}
    assert [(d.text, d.value) for d in find_dates("en", text, tagged=tagged)] == [("2019", "2019")]


def test_a_name_is_no_date_when_the_tagger_says_so():
    text = "In 2019 Vision In 2030 bought a farm."
    tagged = {"amounts": [spans.Tagged(3, 7, "DATE", 0.9)], "names": [spans.Tagged(8, 22, "COMPANY", 0.9)]}
    assert [d.text for d in find_dates("en", text, tagged=tagged)] == ["2019"]


def test_a_wrong_publication_date_counts_as_none():
    assert find_dates("en", "It closed on Monday.", published="soon")[0].value is None


PIECES = st.sampled_from(
    [
        *(
            "le ",
            "mardi",
            " 3 ",
            "mars",
            "2024",
            "fin ",
            "d'",
            "the ",
            "end of ",
            "last ",
            "year",
            "Q3",
            "\n",
        ),
        *(
            " ",
            "-",
            "en ",
            "May ",
            "31",
            "/",
            "il y a ",
            "deux ",
            "ans",
            "two ",
            "ago",
            "İ",
            "ſ",
            "’",
            "\u00a0",
        ),
        *("٣", ".", "€"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["fr", "en"]),
    st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)),
    st.sampled_from([None, "2024-02-29", "0001-01-01", "9999-12-31"]),
)
def test_any_text_gives_exact_ordered_dates(lang, text, published):
    found = find_dates(lang, text, published)
    assert all(text[d.start : d.end] == d.text and d.text.strip() == d.text for d in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert found == find_dates(lang, text, published)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "unit", ["1 ", "2004-", "the end of the ", "la fin de la ", " ", "((((", "May May ", "l'"]
)
def test_time_is_linear_in_length(lang, unit):
    def spent(length):
        text = (unit * (length // len(unit) + 1))[:length]
        begin = time.process_time()
        list(PIPES[lang, True].get_pipe("dealextract_dates").calendar.find(text))
        return time.process_time() - begin

    find_dates(lang, "warm")
    assert spent(40_000) < 12 * spent(10_000) + 0.5
