"""Terms resolve to ISO 8601 values, or to nothing where the words do not allow one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealextract.isodates import VALUE, name_granularity, name_unit, name_week, shift_value
from dealextract.periods import Term, resolve

WEDNESDAY = date(2025, 6, 11)


@pytest.mark.parametrize(
    ("term", "ahead", "value"),
    [
        (Term(weekday=2), None, "2025-06-11"),
        (Term(weekday=2), True, "2025-06-11"),
        (Term(weekday=2, shift=-1), None, "2025-06-04"),
        (Term(weekday=4), True, "2025-06-13"),
        (Term(weekday=0, day=16), None, "2025-06-16"),
        (Term(month=6), None, "2025-06"),
        (Term(month=7), None, "2024-07"),
        (Term(month=7), True, "2025-07"),
        (Term(month=7, shift=-1), True, "2024-07"),
        (Term(month=2, day=29), None, "2024-02-29"),
        (Term(month=5, day=30, weekday=3), None, "2024-05-30"),
        (Term(nth=3, unit="quarter"), False, "2024-Q3"),
        (Term(nth=2, unit="quarter"), True, "2025-Q2"),
        (Term(nth=3, unit="half"), None, None),
        (Term(unit="year", shift=0, edge="end"), None, "2025-12"),
        (Term(unit="week", ago=-1, count=2), None, "2025-W22"),
        (Term(unit="decade", shift=-1), None, None),
        (Term(holiday="easter+49"), None, "2025-06-08"),
        (Term(holiday=""), None, None),
        (Term(vague=True, year=2026), None, "2026"),
        (Term(month=3, length=12), None, "2024-04/2025-03"),
    ],
)
def test_terms_resolve_against_the_publication_date(term, ahead, value):
    assert resolve(term, WEDNESDAY, ahead=ahead) == value


@pytest.mark.parametrize(
    "term", [Term(weekday=2), Term(month=3), Term(unit="year", shift=-1), Term(nth=1, unit="quarter")]
)
def test_nothing_is_resolved_without_a_publication_date(term):
    assert resolve(term) is None


@pytest.mark.parametrize(
    ("value", "unit", "step", "moved"),
    [
        ("2023-Q3", "year", -1, "2022-Q3"),
        ("2023-Q1", "quarter", -1, "2022-Q4"),
        ("2023-01", "month", -1, "2022-12"),
        ("2024-12-31", "day", 1, "2025-01-01"),
        ("2024-12-31", "year", 1, "2025"),
        ("2023", "month", 1, None),
        ("9999", "year", 1, None),
    ],
)
def test_values_move_at_their_own_granularity(value, unit, step, moved):
    term = Term(unit=unit, count=abs(step), ago=step // abs(step), anchor="text")
    assert resolve(term, antecedent=value) == moved


def test_week_names_follow_the_iso_year():
    assert name_week(date(2021, 1, 3)) == "2020-W53"


small = st.one_of(st.none(), st.integers(-3, 40))
terms = st.builds(
    Term,
    year=st.one_of(st.none(), st.integers(0, 20_000)),
    year_to=st.one_of(st.none(), st.integers(0, 20_000)),
    month=st.one_of(st.none(), st.integers(1, 12)),
    month_to=st.one_of(st.none(), st.integers(1, 12)),
    day=st.one_of(st.none(), st.integers(1, 31)),
    day_to=st.one_of(st.none(), st.integers(1, 31)),
    weekday=st.one_of(st.none(), st.integers(0, 6)),
    nth=small,
    unit=st.sampled_from([None, "day", "week", "month", "quarter", "half", "year", "decade", "season"]),
    count=st.one_of(st.none(), st.integers(0, 999_999)),
    shift=small,
    year_shift=small,
    ago=st.sampled_from([None, -1, 1]),
    length=small,
    edge=st.sampled_from([None, "start", "end"]),
    holiday=st.sampled_from([None, "", "12-25", "easter-2"]),
    anchor=st.sampled_from([None, "text"]),
    vague=st.booleans(),
)


@given(
    terms,
    st.one_of(st.none(), st.dates()),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "2024", "2024-Q3", "2024-02-29", "2004-04/2005-03", "1999-W52"]),
)
def test_every_value_is_a_date_or_an_interval(term, reference, ahead, antecedent):
    value = resolve(term, reference, ahead=ahead, antecedent=antecedent)
    if value is not None:
        assert all(VALUE.match(part) for part in value.split("/"))
        assert name_granularity(value) is not None


@given(st.dates(), st.sampled_from(["month", "quarter", "half", "year"]), st.integers(-50, 50))
def test_moving_there_and_back_changes_nothing(day, unit, years):
    value = name_unit(day, unit, 0)
    if 1 <= day.year + years <= 9999:
        assert shift_value(shift_value(value, "year", years), "year", -years) == value
