"""Pure reading of dates and financial periods: a `Term` says what the words hold, `resolve` gives ISO 8601.

Values: `2016`, `2025-Q2`, `2025-H1`, `2025-03`, `2017-W20`, `2025-06-08`, and intervals `start/end` of
years, months or days. Seasons, decades, centuries and week-ends have no value.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAYS_OF = {"day": 1, "week": 7}
FAR = 300  # days: a day named without year lies nearer than this, whatever the tense says
VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?|-Q(?P<quarter>[1-4])|-H(?P<half>[12])|-W(?P<week>\d\d))?\Z"
)


@dataclass(frozen=True, slots=True)
class Term:
    """What the words of one expression hold, before any reference date is used.

    `shift` counts units from the reference (last = -1), `ago` too but in the words' own count; with
    `anchor` "text" they count from the date that the text named before.
    """

    year: int | None = None
    year_to: int | None = None
    month: int | None = None
    month_to: int | None = None
    day: int | None = None
    day_to: int | None = None
    weekday: int | None = None
    nth: int | None = None
    unit: str | None = None
    count: int | None = None
    shift: int | None = None
    year_shift: int | None = None
    ago: int | None = None
    length: int | None = None
    edge: str | None = None
    holiday: str | None = None
    anchor: str | None = None
    vague: bool = False


def resolve(
    term: Term, reference: date | None = None, *, ahead: bool | None = None, antecedent: str | None = None
) -> str | None:
    """The ISO 8601 value of a term, None when it cannot be known.

    `reference` is the publication date, `ahead` True when the sentence speaks of the future, False of
    the past, `antecedent` the value of the date named before in the text.

    >>> resolve(Term(month=3, edge="end"), date(2025, 6, 9))
    '2025-03'
    >>> resolve(Term(unit="quarter", nth=2, year=2025)), resolve(Term(weekday=1), date(2025, 6, 9))
    ('2025-Q2', '2025-06-03')
    """
    try:
        return _resolve(term, reference, ahead, antecedent)
    except (ValueError, OverflowError):  # 31 February, a year past the calendar's end
        return None


def _resolve(term: Term, reference: date | None, ahead: bool | None, antecedent: str | None) -> str | None:
    if term.holiday is not None:
        return _holiday(term, reference, ahead)
    if term.vague:
        return str(term.year) if term.year is not None and term.edge is None else None
    year = term.year
    if year is None and term.year_shift is not None:
        # "April last year", "the third quarter of this year"
        if term.anchor == "text":
            reference = date(int(antecedent[:4]), 1, 1) if antecedent else None
        year = reference.year + term.year_shift if reference else None
        if year is None:
            return None
    if term.weekday is not None and term.month is not None and term.day is None:
        return _nth_weekday(term, year, reference, ahead)
    if term.length is not None:
        return _period_to(term, year, reference, ahead)
    if term.month is not None and term.day is not None:
        return _day_of_month(term, year, reference, ahead)
    if term.nth is not None:
        return _nth_period(term, year, reference, ahead)
    if term.month is not None:
        if term.shift:  # "last March", "mars prochain"
            ahead = term.shift > 0
        year = year if year is not None else _year_for(term.month, reference, ahead)
        return None if year is None else f"{year:04}-{term.month:02}"
    if term.weekday is not None:
        return _weekday(term, reference, ahead, antecedent)
    if term.day is not None:
        return None
    if year is not None and term.anchor == "text":  # "the same quarter of 2006"
        match = VALUE.match(antecedent or "")
        return f"{year:04}{antecedent[4:]}" if antecedent and match and match[term.unit or "year"] else None
    if year is not None:
        return f"{year:04}/{term.year_to:04}" if term.year_to else f"{year:04}"
    return _relative(term, reference, antecedent)


def _year_for(month: int, reference: date | None, ahead: bool | None, span: int = 1) -> int | None:
    """The year of a month named alone: the last one begun, or the next one that has not ended when ahead."""
    if reference is None:
        return None
    if ahead:
        return reference.year + (month + span - 1 < reference.month)
    return reference.year - (month > reference.month)


def _day_of_month(term: Term, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    assert term.month is not None and term.day is not None
    if year is None:
        if reference is None:
            return None
        options = [
            date(y, term.month, term.day)
            for y in (reference.year - 1, reference.year, reference.year + 1)
            if term.day <= monthrange(y, term.month)[1]
        ]
        if term.weekday is not None:
            options = [d for d in options if d.weekday() == term.weekday] or options
        if ahead is not None:
            fitting = [
                d
                for d in options
                if (d >= reference if ahead else d <= reference) and abs((d - reference).days) <= FAR
            ]
            options = fitting or options
        if not options:
            return None
        year = min(options, key=lambda d: abs((d - reference).days)).year
    first = date(year, term.month, term.day)
    if term.day_to is None:
        return first.isoformat()
    last = date(year + ((term.month_to or term.month) < term.month), term.month_to or term.month, term.day_to)
    return f"{first.isoformat()}/{last.isoformat()}" if first < last else None


def _nth_weekday(term: Term, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    """The first Sunday of June, the last Friday in June."""
    assert term.month is not None and term.weekday is not None
    year = year if year is not None else _year_for(term.month, reference, ahead)
    if year is None or term.nth is None:
        return None
    days = [
        d
        for d in range(1, monthrange(year, term.month)[1] + 1)
        if date(year, term.month, d).weekday() == term.weekday
    ]
    day = days[-1] if term.nth < 0 else days[term.nth - 1] if term.nth <= len(days) else None
    return None if day is None else date(year, term.month, day).isoformat()


def name_months(year: int, month: int, length: int) -> str:
    """The period of `length` months that starts in a month: a quarter, half or year when it is one.

    >>> name_months(2004, 10, 3), name_months(2004, 4, 12)
    ('2004-Q4', '2004-04/2005-03')
    """
    if length == 1:
        return f"{year:04}-{month:02}"
    if length == 12 and month == 1:
        return f"{year:04}"
    if length in (3, 6) and month % length == 1:
        return f"{year:04}-{'Q' if length == 3 else 'H'}{month // length + 1}"
    end = year * 12 + month - 1 + length - 1
    return f"{year:04}-{month:02}/{end // 12:04}-{end % 12 + 1:02}"


def _period_to(term: Term, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    """The year to March, the three months to December, January to March; `year` is that of the end."""
    last = term.month_to or term.month
    if last is None:
        # "the first nine months of 2001": counted from January
        year = year if year is not None else reference.year if reference else None
        return None if year is None or term.length is None else name_months(year, 1, term.length)
    if year is None:
        year = _year_for(last, reference, ahead)
    if year is None or term.length is None:
        return None
    length = (last - term.month) % 12 + 1 if term.month_to and term.month else term.length
    start = year * 12 + last - 1 - length + 1
    return name_months(start // 12, start % 12 + 1, length)


def _nth_period(term: Term, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    """The second quarter, the first half; `nth` -1 is the last one that has ended."""
    if term.nth is None or term.unit not in ("quarter", "half", "year"):
        return None
    length = 3 if term.count == 3 or term.unit == "quarter" else 6
    if not 1 <= term.nth <= 12 // length:
        return None
    month = (term.nth - 1) * length + 1
    if year is None:
        year = _year_for(month, reference, ahead, span=length)
    return None if year is None else name_months(year, month, length)


def _weekday(term: Term, reference: date | None, ahead: bool | None, antecedent: str | None) -> str | None:
    """A weekday of wire style: today or the last one before, the next one when the sentence looks ahead."""
    if term.anchor == "text":
        match = VALUE.match(antecedent or "")
        reference = date.fromisoformat(antecedent) if antecedent and match and match["day"] else None
        ahead, strict = True, True
    else:
        strict = term.shift is not None and term.shift != 0
        ahead = term.shift > 0 if term.shift else ahead
    if reference is None or term.weekday is None:
        return None
    step = (term.weekday - reference.weekday()) % 7 if ahead else -((reference.weekday() - term.weekday) % 7)
    if strict and step == 0:
        step = 7 if ahead else -7
    return (reference + timedelta(days=step)).isoformat()


def _relative(term: Term, reference: date | None, antecedent: str | None) -> str | None:
    """Last week, three years ago, a year earlier, the end of the month."""
    step = term.shift if term.ago is None else None if term.count is None else term.ago * term.count
    if step is None or term.unit is None:
        return None
    if term.anchor == "text":
        value = shift_value(antecedent, term.unit, step, same=term.ago is None)
        if value is not None or step != 0 or antecedent is not None:
            return value
    if reference is None:
        return None
    if term.unit in DAYS_OF:
        day = reference + timedelta(days=step * DAYS_OF[term.unit])
        exact = term.unit == "day" or (term.ago is not None and abs(step) == 1)
        return day.isoformat() if exact else name_week(day)
    if term.unit not in MONTHS_OF:
        return None
    value = name_unit(reference, term.unit, step)
    return f"{value}-12" if term.edge == "end" and term.unit == "year" else value


def name_week(day: date) -> str:
    """The ISO week of a day.

    >>> name_week(date(2017, 5, 16))
    '2017-W20'
    """
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


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
    >>> shift_value("2024-10-03", "year", 0, same=True)
    '2024'
    """
    match = VALUE.match(value or "")
    if match is None or value is None:
        return None
    year = int(match["year"])
    if unit in DAYS_OF:
        if match["day"] is None:
            return None
        day = date.fromisoformat(value) + timedelta(days=step * DAYS_OF[unit])
        return day.isoformat() if unit == "day" or not same else name_week(day)
    if unit not in MONTHS_OF:
        return None
    if unit == "year":
        if same or match["day"] or match["week"]:
            return f"{year + step:04}"
        return f"{year + step:04}{value[4:]}"
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


def _holiday(term: Term, reference: date | None, ahead: bool | None) -> str | None:
    """`holiday` is "12-25", or "easter+39" for a movable feast."""
    rule = term.holiday or ""

    def on(year: int) -> date:
        if rule.startswith("easter"):
            return find_easter(year) + timedelta(days=int(rule.removeprefix("easter") or 0))
        month, day = rule.split("-")
        return date(year, int(month), int(day))

    if not rule:
        return None
    if term.year is not None:
        return on(term.year).isoformat()
    if reference is None:
        return None
    options = [on(y) for y in (reference.year - 1, reference.year, reference.year + 1)]
    if ahead is not None:
        options = [d for d in options if (d >= reference if ahead else d <= reference)]
    return min(options, key=lambda d: abs((d - reference).days)).isoformat()


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
    for name in ("day", "week", "month", "quarter", "half"):
        if match[name]:
            return name
    return "year"
