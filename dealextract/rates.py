"""Reference rates between currencies: the ECB's, and rough bands where it gives none.

The rates audit a journalist's conversion; nothing here converts an amount for the reader. They
come from the European Central Bank's daily euro reference rates, as the `currencyconverter`
package carries them, from the irrevocable conversion rates of the currencies that the euro
replaced (Council Regulation 2866/98 and its successors), and from the fixed parities of the CFA
and Pacific francs.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from currency_converter import CurrencyConverter

# The rate of a day without fixing is the last one before it. Beyond this many days it is no rate of
# that day: the package would interpolate, over ten years for the Icelandic króna.
LONGEST_CLOSURE = 7
# A rate moves: this much either side of the day's rate, of all rates on record when the day is unknown,
# or of all rates on record when the day is outside the record, is still likely.
DATED_MARGIN = Decimal("1.35")
UNDATED_MARGIN = Decimal("1.4")
OUTSIDE_MARGIN = Decimal(2)

# Units for one euro, and the day from which they hold.
FIXED: dict[str, tuple[Decimal, date]] = {
    code: (Decimal(rate), date(year, 1, 1))
    for code, rate, year in (
        ("ATS", "13.7603", 1999), ("BEF", "40.3399", 1999), ("DEM", "1.95583", 1999),
        ("ESP", "166.386", 1999), ("FIM", "5.94573", 1999), ("FRF", "6.55957", 1999),
        ("IEP", "0.787564", 1999), ("ITL", "1936.27", 1999), ("LUF", "40.3399", 1999),
        ("NLG", "2.20371", 1999), ("PTE", "200.482", 1999), ("GRD", "340.750", 2001),
        ("SIT", "239.640", 2007), ("CYP", "0.585274", 2008), ("MTL", "0.429300", 2008),
        ("SKK", "30.1260", 2009), ("EEK", "15.6466", 2011), ("LVL", "0.702804", 2014),
        ("LTL", "3.45280", 2015), ("HRK", "7.53450", 2023), ("BGN", "1.95583", 2026),
        ("XOF", "655.957", 1999), ("XAF", "655.957", 1999), ("XPF", "119.332", 1999),
    )
}  # fmt: skip

# Units for one euro since the eighties, for currencies of which the ECB publishes no rate: orders of
# magnitude that tell a conversion from a coincidence, never an audit.
ROUGH: dict[str, tuple[str, str]] = {
    "AED": ("3", "6"), "ARS": ("0.8", "2000"), "BDT": ("35", "160"), "BHD": ("0.3", "0.62"),
    "CDF": ("400", "3500"), "CLP": ("250", "1250"), "COP": ("400", "5600"), "DZD": ("10", "180"),
    "EGP": ("2", "70"), "ETB": ("2", "220"), "GHS": ("0.3", "22"), "GNF": ("1000", "11500"),
    "IQD": ("900", "2400"), "JOD": ("0.55", "1.2"), "KES": ("15", "185"), "KWD": ("0.24", "0.5"),
    "KZT": ("60", "650"), "LBP": ("1200", "120000"), "LKR": ("25", "420"), "LYD": ("0.4", "8"),
    "MAD": ("8", "12.5"), "MGA": ("1000", "5800"), "MUR": ("12", "60"), "NGN": ("4", "2200"),
    "OMR": ("0.3", "0.64"), "PEN": ("2.5", "5.5"), "PKR": ("15", "360"), "QAR": ("3", "6"),
    "RSD": ("50", "125"), "RWF": ("80", "1800"), "SAR": ("3", "6.2"), "TND": ("0.9", "3.8"),
    "TWD": ("25", "50"), "TZS": ("300", "3200"), "UAH": ("1.8", "55"), "UGX": ("900", "4700"),
    "VND": ("9000", "33000"), "XEU": ("0.99", "1.01"), "ZMW": ("4", "35"), "BAM": ("1.9", "2"),
}  # fmt: skip


class Band(NamedTuple):
    """The rates that a pair of currencies can have had; `dated` when a day's rate stands behind it."""

    low: Decimal
    high: Decimal
    dated: bool

    def holds(self, rate: Decimal, *, slack: Decimal = Decimal(1)) -> bool:
        """True when the rate is inside, the band made larger by the factor `slack`.

        >>> Band(Decimal(2), Decimal(4), False).holds(Decimal(5), slack=Decimal(2))
        True
        """
        return self.low / slack <= rate <= self.high * slack


@cache
def load_converter() -> CurrencyConverter:
    """The ECB's rates since 1999, read once, on first use (about half a second)."""
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True)


def parse_day(day: str | None) -> date | None:
    """The calendar day of an ISO date or date-time, None for anything else.

    >>> parse_day("2025-06-09T08:00"), parse_day("2025-06"), parse_day(None)
    (datetime.date(2025, 6, 9), None, None)
    """
    try:
        return date.fromisoformat(day[:10]) if day else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def per_euro(currency: str, day: date) -> Decimal | None:
    """Units of the currency for one euro on a day, None where no official rate covers it."""
    if currency == "EUR":
        return Decimal(1) if day >= date(1999, 1, 1) else None
    if currency in FIXED and day >= FIXED[currency][1]:
        return FIXED[currency][0]
    from currency_converter import RateNotFoundError

    converter = load_converter()
    if currency not in (converter.currencies or ()):
        return None
    first, last = (converter.bounds or {})[currency]
    for back in range(LONGEST_CLOSURE + 1):
        at = day - timedelta(days=back)
        # a rate may still be missing on the last days of the file, never after the currency ended
        if not first <= at <= last or day > last + timedelta(days=LONGEST_CLOSURE):
            continue
        try:
            return Decimal(converter.convert(1, "EUR", currency, date=at))
        except RateNotFoundError:
            continue
    return None


def reference_rate(currency: str, target: str, day: str | None) -> Decimal | None:
    """Units of `target` for one unit of `currency` on an ISO date, None where no rate covers it.

    >>> round(reference_rate("USD", "EUR", "2025-06-09"), 4)
    Decimal('0.8764')
    >>> round(reference_rate("EUR", "FRF", "2001-05-02"), 5)
    Decimal('6.55957')
    >>> reference_rate("USD", "EUR", "1987-03-02") is None, reference_rate("USD", "MAD", "2025-06-09") is None
    (True, True)
    """
    at = parse_day(day)
    if at is None or not currency or not target:
        return None
    below, above = per_euro(currency, at), per_euro(target, at)
    return above / below if below and above else None


@cache
def history(currency: str) -> dict[date, Decimal]:
    """Units for one euro around the middle of each month on record, empty without records."""
    if currency not in (load_converter().currencies or ()):
        return {}
    first, last = (load_converter().bounds or {})[currency]
    days = (date(y, m, 15) for y in range(first.year, last.year + 1) for m in range(1, 13))
    rates = {day: per_euro(currency, day) for day in days}
    return {day: rate for day, rate in rates.items() if rate is not None}


@cache
def rough_per_euro(currency: str) -> tuple[Decimal, Decimal] | None:
    """The smallest and largest number of units for one euro that can be expected, or None."""
    if currency in ROUGH:
        low, high = ROUGH[currency]
        return Decimal(low), Decimal(high)
    if currency in FIXED and FIXED[currency][1].year == 1999:
        return FIXED[currency][0], FIXED[currency][0]
    past = history(currency)
    return (min(past.values()), max(past.values())) if past else None


@lru_cache(maxsize=4096)
def likely_rates(currency: str, target: str, day: str | None) -> Band | None:
    """The band in which one unit of `currency`, in units of `target`, may lie; None when unknown.

    Around the reference rate of the day, else around all monthly rates of the pair on record, else
    around rough orders of magnitude.

    >>> band = likely_rates("USD", "JPY", None)
    >>> band.holds(Decimal(110)), band.holds(Decimal(2)), band.dated
    (True, False, False)
    """
    rate = reference_rate(currency, target, day)
    if rate is not None:
        return Band(rate / DATED_MARGIN, rate * DATED_MARGIN, True)
    margin = OUTSIDE_MARGIN if parse_day(day) else UNDATED_MARGIN
    one, other = history(currency), history(target)
    shared = [other[at] / one[at] for at in one.keys() & other.keys()]
    if shared:
        return Band(min(shared) / margin, max(shared) * margin, False)
    below, above = rough_per_euro(currency), rough_per_euro(target)
    if below is None or above is None:
        return None
    return Band(above[0] / below[1] / margin, above[1] / below[0] * margin, False)
