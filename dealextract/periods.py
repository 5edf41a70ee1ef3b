"""Pure reading of dates and financial periods: a `Term` says what the words hold, `resolve` gives ISO 8601.

Nothing is guessed without ground: what needs a publication date, or a date named before, is None
without it; seasons, decades, centuries and week-ends have no value.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dealextract.isodates import (
    DAYS_OF,
    MONTHS_OF,
    VALUE,
    find_easter,
    name_months,
    name_unit,
    name_week,
    name_year,
    shift_value,
)

FAR = 300  # days: a day named without year lies nearer than this, whatever the tense says


@dataclass(frozen=True, slots=True)
class Term:
    """What the words of one expression hold, before any reference date is used.

    `shift` counts units from the reference (last = -1, this = 0), `year_shift` the years of "April last
    year"; `ago` is the sign of a `count` of units (three years ago: -1). With `anchor` "text" they all
    count from the date that the text named before. `length` is a number of months that ends with
    `month`. `vague` terms have no value but their year.
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

    @property
    def needs_tense(self) -> bool:
        """True when past or future decides the value: a day, month or quarter without its year."""
        if self.vague or self.year is not None or self.year_shift is not None:
            return False
        return any(x is not None for x in (self.month, self.weekday, self.nth, self.holiday, self.length))


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
    >>> resolve(Term(unit="year", shift=-1, anchor="text"), antecedent="2003-Q3")
    '2002'
    """
    try:
        return _resolve(term, reference, ahead, antecedent)
    except (ValueError, OverflowError):  # 31 February, a year past the calendar's end
        return None


def _resolve(term: Term, reference: date | None, ahead: bool | None, antecedent: str | None) -> str | None:
    if term.holiday is not None:
        return _holiday(term.holiday, term.year, reference, ahead)
    if term.vague:
        return name_year(term.year) if term.year is not None and term.edge is None else None
    year = term.year
    if year is None and term.year_shift is not None:
        if term.anchor == "text":
            reference = date(int(antecedent[:4]), 1, 1) if antecedent else None
        if reference is None:
            return None
        year = reference.year + term.year_shift
    if term.length is not None:
        return _period_to(term, year, reference, ahead)
    if term.month is not None:
        return _in_month(term, term.month, year, reference, ahead)
    if term.nth is not None:
        return _nth_period(term, year, reference, ahead)
    if term.weekday is not None:
        return _weekday(term, term.weekday, reference, ahead, antecedent)
    if term.day is not None:
        return None
    if year is not None and term.anchor == "text":  # "the same quarter of 2006"
        match = VALUE.match(antecedent or "")
        return name_year(year) + match[0][4:] if match and match[term.unit or "year"] else None
    if year is not None:
        return f"{name_year(year)}/{name_year(term.year_to)}" if term.year_to else name_year(year)
    return _relative(term, reference, antecedent)


def _year_for(month: int, reference: date | None, ahead: bool | None, span: int = 1) -> int | None:
    """The year of a month named alone: the last one begun, or the next one that has not ended when ahead."""
    if reference is None:
        return None
    if ahead:
        return reference.year + (month + span - 1 < reference.month)
    return reference.year - (month > reference.month)


def _in_month(
    term: Term, month: int, year: int | None, reference: date | None, ahead: bool | None
) -> str | None:
    """A day of a month, its nth weekday, or the month."""
    if term.day is not None:
        return _day_of_month(term, year, reference, ahead)
    if term.shift:  # "last March", "mars prochain"
        ahead = term.shift > 0
    if year is None:
        year = _year_for(month, reference, ahead)
        if year is not None and reference is not None and term.shift and month == reference.month:
            year += term.shift  # in June, "last June" and "next June" are not this one
    if year is None:
        return None
    if term.weekday is None:
        return name_months(year, month, 1)
    days = [
        d for d in range(1, monthrange(year, month)[1] + 1) if date(year, month, d).weekday() == term.weekday
    ]
    if term.nth is None or term.nth > len(days):
        return None
    return date(year, month, days[-1 if term.nth < 0 else term.nth - 1]).isoformat()


def _day_of_month(term: Term, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    """A day and month; without year the nearest that suits the weekday and the tense."""
    month, day = term.month or 0, term.day or 0
    if year is None:
        if reference is None:
            return None
        years = (reference.year - 1, reference.year, reference.year + 1)
        options = [date(y, month, day) for y in years if day <= monthrange(y, month)[1]]
        if term.weekday is not None:
            options = [d for d in options if d.weekday() == term.weekday] or options
        if ahead is not None:
            fitting = [d for d in options if (d >= reference if ahead else d <= reference)]
            options = [d for d in fitting if abs((d - reference).days) <= FAR] or options
        if not options:
            return None
        year = min(options, key=lambda d: abs((d - reference).days)).year
    first = date(year, month, day)
    if term.day_to is None:
        return first.isoformat()
    month_to = term.month_to or month
    last = date(year + (month_to < month), month_to, term.day_to)
    return f"{first.isoformat()}/{last.isoformat()}" if first < last else None


def _period_to(term: Term, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    """The year to March, the three months to December, January to March; `year` is that of the end."""
    length = term.length or 0
    if length < 1:
        return None
    last = term.month_to or term.month
    if last is None:  # "the first nine months of 2001": counted from January
        year = year if year is not None else reference.year if reference else None
        return None if year is None else name_months(year, 1, length)
    if year is None:
        year = _year_for(last, reference, ahead)
    if year is None:
        return None
    if term.month_to and term.month:
        length = (last - term.month) % 12 + 1
    start = year * 12 + last - length
    return name_months(start // 12, start % 12 + 1, length)


def _nth_period(term: Term, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    """The second quarter, the first half."""
    if term.nth is None or term.unit not in ("quarter", "half"):
        return None
    length = MONTHS_OF[term.unit]
    if not 1 <= term.nth <= 12 // length:
        return None
    month = (term.nth - 1) * length + 1
    if year is None:
        year = _year_for(month, reference, ahead, span=length)
    return None if year is None else name_months(year, month, length)


def _weekday(
    term: Term, weekday: int, reference: date | None, ahead: bool | None, antecedent: str | None
) -> str | None:
    """A weekday of wire style: today or the last one before, the next one when the sentence looks ahead."""
    strict = bool(term.shift) or term.anchor == "text"
    if term.anchor == "text":
        match = VALUE.match(antecedent or "")
        reference = date.fromisoformat(match[0]) if match and match["day"] else None
        ahead = True
    elif term.shift:
        ahead = term.shift > 0
    if reference is None:
        return None
    if term.day is not None:  # Monday 8: the nearest day that is both
        near = [reference + timedelta(days=n) for n in range(-31, 32)]
        fitting = [d for d in near if d.day == term.day and d.weekday() == weekday]
        return min(fitting, key=lambda d: abs((d - reference).days)).isoformat() if fitting else None
    step = (weekday - reference.weekday()) % 7 if ahead else -((reference.weekday() - weekday) % 7)
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
        if value is not None or step != 0:
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


def _holiday(rule: str, year: int | None, reference: date | None, ahead: bool | None) -> str | None:
    """`rule` is "12-25", or "easter+39" for a movable feast, "" for one that is not computed."""
    if not rule:
        return None

    def on(year: int) -> date:
        if rule.startswith("easter"):
            return find_easter(year) + timedelta(days=int(rule.removeprefix("easter") or 0))
        month, day = rule.split("-")
        return date(year, int(month), int(day))

    if year is not None:
        return on(year).isoformat()
    if reference is None:
        return None
    options = [on(y) for y in (reference.year - 1, reference.year, reference.year + 1)]
    if ahead is not None:
        options = [d for d in options if (d >= reference if ahead else d <= reference)]
    return min(options, key=lambda d: abs((d - reference).days)).isoformat()
