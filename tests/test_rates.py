"""Reference rates and the bands of likely rates."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract.rates import FIXED, ROUGH, likely_rates, reference_rate

CODES = ["EUR", "USD", "GBP", "JPY", "CHF", "ISK", "FRF", "XOF", "MAD", "RUB", "TRL", "ZZZ", ""]


def test_cross_rate_goes_through_the_euro():
    dollars, pounds = reference_rate("EUR", "USD", "2024-06-12"), reference_rate("EUR", "GBP", "2024-06-12")
    assert dollars and pounds
    assert reference_rate("USD", "GBP", "2024-06-12") == pounds / dollars


def test_a_weekend_has_the_rate_of_friday():
    assert reference_rate("EUR", "USD", "2025-06-08") == reference_rate("EUR", "USD", "2025-06-06")


@pytest.mark.parametrize(
    ("pair", "day"),
    [
        (("EUR", "ISK"), "2012-03-01"),  # the ECB suspended it from 2008 to 2018
        (("EUR", "RUB"), "2023-03-01"),  # and this one in 2022
        (("USD", "EUR"), "1987-03-02"),
        (("USD", "FRF"), "1998-12-30"),
        (("USD", "MAD"), "2020-01-02"),
        (("USD", "EUR"), None),
        (("USD", "EUR"), "2025-06"),
        (("USD", "EUR"), "no date"),
        (("USD", "ZZZ"), "2025-06-09"),
        (("USD", "EUR"), "2999-01-01"),
    ],
)
def test_no_rate_where_none_covers_the_pair(pair, day):
    assert reference_rate(*pair, day) is None


def test_fixed_rates_hold_from_their_first_day():
    assert reference_rate("EUR", "FRF", "2000-02-29") == Decimal("6.55957")
    assert reference_rate("EUR", "HRK", "2024-01-02") == Decimal("7.53450")
    assert reference_rate("EUR", "XOF", "2019-05-02") == Decimal("655.957")


def test_bands_hold_rates_of_their_time():
    for pair, rate in ((("USD", "GBP"), "0.53"), (("EUR", "MAD"), "11.1"), (("USD", "DEM"), "1.9")):
        band = likely_rates(*pair, None)
        assert band is not None
        assert band.holds(Decimal(rate))
        assert not band.holds(Decimal(rate) * 1000)


def test_no_currency_is_both_fixed_and_rough():
    assert not FIXED.keys() & ROUGH.keys()


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(CODES), st.sampled_from(CODES), st.dates().map(str) | st.none() | st.text(max_size=12))
def test_rates_are_positive_or_none(one, other, day):
    rate = reference_rate(one, other, day)
    assert rate is None or rate > 0
    band = likely_rates(one, other, day)
    assert band is None or 0 < band.low <= band.high
    if rate is not None:
        assert band is not None
        assert band.dated
