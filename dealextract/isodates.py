"""ISO 8601 values of days, weeks, months, quarters, halves and years: naming them, moving them.

`2016`, `2025-Q2`, `2025-H1`, `2025-03`, `2017-W20`, `2025-06-08`, intervals `start/end`. Quarters and
halves are the usual extension of the standard. Years run from 1 to 9999; past that ValueError is raised.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAYS_OF = {"day": 1, "week": 7}
VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?|-Q(?P<quarter>[1-4])|-H(?P<half>[12])|-W(?P<week>\d\d))?\Z",
    re.ASCII,
)


def name_year(year: int) -> str:
    """The value of a year.

    >>> name_year(987)
    '0987'
    """
    if not 1 <= year <= 9999:
        raise ValueError(f"year {year} is out of the calendar")
    return f"{year:04}"


def name_months(year: int, month: int, length: int) -> str:
    """The period of `length` months that starts in a month: a quarter, half or year when it is one.

    >>> name_months(2004, 10, 3), name_months(2004, 4, 12)
    ('2004-Q4', '2004-04/2005-03')
    """
    if length == 1:
        return f"{name_year(year)}-{month:02}"
    if length == 12 and month == 1:
        return name_year(year)
    if length in (3, 6) and month % length == 1:
        return f"{name_year(year)}-{'Q' if length == 3 else 'H'}{month // length + 1}"
    end = year * 12 + month - 1 + length - 1
    return f"{name_year(year)}-{month:02}/{name_year(end // 12)}-{end % 12 + 1:02}"


def name_week(day: date) -> str:
    """The ISO week of a day.

    >>> name_week(date(2017, 5, 16))
    '2017-W20'
    """
    year, week, _ = day.isocalendar()
    return f"{name_year(year)}-W{week:02}"


def name_unit(reference: date, unit: str, step: int) -> str:
    """The year, half, quarter or month that lies `step` units from the reference's own.

    >>> name_unit(date(2025, 2, 1), "quarter", -1)
    '2024-Q4'
    """
    length = MONTHS_OF[unit]
    start = ((reference.year * 12 + reference.month - 1) // length + step) * length
    return name_months(start // 12, start % 12 + 1, length)


def shift_value(value: str | None, unit: str, step: int, *, same: bool = False) -> str | None:
    """A value moved by units, at its own granularity; with `same` the unit that holds it is taken.

    >>> shift_value("2023-Q3", "year", -1), shift_value("2016-03", "year", 1)
    ('2022-Q3', '2017-03')
    >>> shift_value("2024-10-03", "year", 0, same=True), shift_value("2004-04/2005-03", "year", -1)
    ('2024', '2003-04/2004-03')
    """
    start, _, end = (value or "").partition("/")
    if end:
        if same:
            return shift_value(end, unit, step, same=True)
        first, last = shift_value(start, unit, step), shift_value(end, unit, step)
        return f"{first}/{last}" if first and last else None
    match = VALUE.match(start)
    if match is None:
        return None
    year = int(match["year"])
    if unit in DAYS_OF:
        if match["day"] is None:
            return None
        day = date.fromisoformat(start) + timedelta(days=step * DAYS_OF[unit])
        return day.isoformat() if unit == "day" or not same else name_week(day)
    if unit not in MONTHS_OF:
        return None
    if unit == "year":
        finer = "" if same or match["day"] or match["week"] else start[4:]
        return name_year(year + step) + finer
    month = match["month"] or (match["quarter"] and str(int(match["quarter"]) * 3 - 2))
    if month is None or (unit != "month" and match["month"] and not same):
        return None
    return name_unit(date(year, int(month), 1), unit, step)


def find_easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).

    >>> find_easter(2009).isoformat()
    '2009-04-12'
    """
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def name_granularity(value: str | None) -> str | None:
    """day, week, month, quarter, half, year or period: how fine a value is.

    >>> name_granularity("2025-Q2"), name_granularity("2004-04/2005-03"), name_granularity(None)
    ('quarter', 'period', None)
    """
    if value is None:
        return None
    match = VALUE.match(value)
    if match is None:
        return "period"
    return next((name for name in ("day", "week", "month", "quarter", "half") if match[name]), "year")
