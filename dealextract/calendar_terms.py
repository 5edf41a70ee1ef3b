"""The date grammar of a language: patterns written in its `dates.toml`, compiled once, read into `Term`s.

A pattern's `form` is a regular expression with slots: `{month}`, `{weekday}`, `{year}`… take the words
of the language's tables, a space any press white space, an apostrophe both apostrophes. `set` adds
what the words mean. `before`, `not_before`, `after`, `not_after` look at the text around.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from dealextract.beginnings import LENGTH, find_beginnings
from dealextract.calendar_words import NUMERIC, DatesLexicon, Pattern, alternate, fold, lower_text, write
from dealextract.lexicon import load_lexicon
from dealextract.periods import Term
from dealextract.phrases import tokenize

MEMORY = 20_000  # beginnings for which the choice of rules is remembered
NEAR = 48  # characters that a pattern's `before` and `after` may see
TERM_FIELDS = frozenset(f.name for f in fields(Term))
# Slots that fill a field of another name; {year2}, {month2}, {day2} fill year_to, month_to, day_to.
FIELD_OF = {
    "fullmonth": "month", "mm": "month", "fullweekday": "weekday", "dd": "day", "dayword": "day",
    "q": "nth", "h": "nth", "yshift": "year_shift", "period": "unit",
}  # fmt: skip
PARTS_OF_DAY = ("part", "on_day")  # the slots that hold them
CASED = frozenset({"month", "fullmonth", "weekday", "fullweekday", "holiday"})
NEW_SENTENCE = re.compile(r"\n|\s{1,2}[A-ZÀ-Ý«“\"]")


class Found(NamedTuple):
    """An expression in a text."""

    start: int
    end: int
    term: Term
    rule: str
    closed: bool


class Rule(NamedTuple):
    """A pattern ready for use."""

    regex: re.Pattern[str]
    pattern: Pattern
    before: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    beginnings: frozenset[str] | None

    def may_begin(self, ahead: str) -> bool:
        """False when the form does not begin with these three characters."""
        known = self.beginnings
        return known is None or any(ahead[:size] in known for size in range(LENGTH + 1))

    def admits(self, left: str, right: str) -> bool:
        """True when the text around the form is what the pattern asks."""
        return (
            (self.before is None or self.before.search(left) is not None)
            and (self.not_before is None or self.not_before.search(left) is None)
            and (self.after is None or self.after.match(right) is not None)
            and (self.not_after is None or self.not_after.match(right) is None)
        )


def has_case(match: re.Match[str], text: str, case: str | None) -> bool:
    """True when the month, weekday or feast of a match is written as the form asks, or all in capitals."""
    if case is None:
        return True
    for name in match.re.groupindex:
        word = text[match.start(name) : match.end(name)] if match[name] else ""
        if not word or word.isupper() or name.split("__")[0].rstrip("2") not in CASED:
            continue
        if word[0].isupper() != (case == "upper"):
            return False
    return True


class Calendar:
    """The date grammar of one language."""

    def __init__(self, lexicon: DatesLexicon, *, part_of_day: bool = True) -> None:
        self.lexicon = lexicon
        self.words = lexicon.words if part_of_day else lexicon.words | dict.fromkeys(PARTS_OF_DAY, "(?!)")
        self.tables: dict[str, dict[str, Any]] = {
            "month": {fold(w): n for n, ws in enumerate(lexicon.months, 1) for w in ws},
            "fullmonth": {fold(w): n for n, ws in enumerate(lexicon.full_months, 1) for w in ws},
            "weekday": {fold(w): n for n, ws in enumerate(lexicon.weekdays) for w in ws},
            "fullweekday": {fold(w): n for n, ws in enumerate(lexicon.full_weekdays) for w in ws},
            "nth": {fold(w): n for w, n in lexicon.ordinals.items()},
            "count": {fold(w): n for w, n in lexicon.numbers.items()},
            "unit": {fold(w): u for w, u in lexicon.units.items()},
            "period": {fold(w): u for w, u in lexicon.periods.items()},
            "shift": {fold(w): n for w, n in lexicon.shifts.items()},
            "yshift": {fold(w): n for w, n in lexicon.year_shifts.items()},
            "edge": {fold(w): e for w, e in lexicon.edges.items()},
            "holiday": {fold(w): h for w, h in lexicon.holidays.items()},
        }
        self.tables["dayword"] = {
            w: n for w, n in self.tables["count"].items() if 1 <= n <= 31 and len(w) > 2
        }
        self.slots = {name: alternate(list(table)) for name, table in self.tables.items()}
        for full, short in (("fullmonth", "month"), ("fullweekday", "weekday")):
            words = [w for w in self.tables[short] if w not in self.tables[full]]
            self.slots[short] = (
                rf"(?:{self.slots[full]}|{alternate(words)}\.?)" if words else self.slots[full]
            )
        self.slots["count"] = f"(?:{self.slots['count']}|\\d{{1,3}})"
        self.slots["day"] = rf"{NUMERIC['dd']}(?:{lexicon.day_suffix})?"
        self.slots |= NUMERIC
        self.rules = [self._compile(p) for p in lexicon.pattern]
        # One scan for all forms: where nothing starts, nothing else is tried.
        forms = "|".join(self._expand(p.form, named=False) for p in lexicon.pattern)
        self.scanner = re.compile(rf"(?<!\w)(?:{forms})(?!\w)")
        known = [rule.beginnings for rule in self.rules]
        self.beginnings = None if None in known else frozenset().union(*known)  # type: ignore[arg-type]
        self.chosen: dict[str, tuple[Rule, ...]] = {}

    def _expand(self, form: str, *, named: bool) -> str:
        """A form as a regular expression; groups are named slot__1, slot__2… as a slot may come twice."""
        while (more := re.sub(r"\{([a-z_]+2?)\}", lambda m: self._word(m[0]), form)) != form:
            form = more
        number = count(1)

        def slot(match: re.Match[str]) -> str:
            body = self.slots[match[1].rstrip("2")]
            return f"(?P<{match[1]}__{next(number)}>{body})" if named else body

        return "".join(
            re.sub(r"\{([a-z_]+2?)\}", slot, piece) if piece.startswith("{") else write(piece)
            for piece in re.split(r"(\{[a-z_]+2?\})", form)
        )

    def _word(self, slot: str) -> str:
        words = self.words.get(slot[1:-1])
        return slot if words is None else f"(?:{words})"

    def _compile(self, p: Pattern) -> Rule:
        def near(guard: str | None, *, left: bool) -> re.Pattern[str] | None:
            if guard is None:
                return None
            body = self._expand(guard, named=False)
            return re.compile(rf"(?:{body})\Z" if left else body, re.IGNORECASE)

        regex = re.compile(rf"(?:{self._expand(p.form, named=True)})(?!\w)")
        beginnings = find_beginnings(self._expand(p.form, named=False))
        return Rule(
            regex, p, near(p.before, left=True), near(p.not_before, left=True),
            near(p.after, left=False), near(p.not_after, left=False), beginnings,
        )  # fmt: skip

    def find(self, text: str, starts: Sequence[int] | None = None) -> Iterator[Found]:
        """Every expression, left to right, none inside another.

        `starts` are the offsets of the tokens, when they are known.
        """
        lower, at = lower_text(text), 0
        for start in self._places(lower, tokenize(text).starts if starts is None else starts):
            if start < at or self.scanner.match(lower, start) is None:
                continue
            found = self._read_at(text, lower, start)
            if found is not None:
                yield found
                at = found.end

    def _places(self, lower: str, starts: Sequence[int]) -> Sequence[int]:
        """The tokens at which an expression may start, by their first three characters."""
        known = self.beginnings
        if known is None or "" in known:
            return starts
        return [
            at
            for at in starts
            if lower[at : at + 3] in known or lower[at : at + 2] in known or lower[at] in known
        ]

    def _choose(self, ahead: str) -> tuple[Rule, ...]:
        """The rules whose forms may begin with these characters, in their order."""
        known = self.chosen.get(ahead)
        if known is None:
            known = tuple(rule for rule in self.rules if rule.may_begin(ahead))
            if len(self.chosen) < MEMORY:
                self.chosen[ahead] = known
        return known

    def parse(self, text: str) -> Term | None:
        """The term of a string that is one expression and nothing else, guards aside."""
        lower = lower_text(text)
        for rule in self._choose(lower[:LENGTH]):
            match = rule.regex.fullmatch(lower)
            if match is not None:
                return self._term(match, rule.pattern)
        return None

    def _read_at(self, text: str, lower: str, start: int) -> Found | None:
        """The longest form that starts here and whose guards hold."""
        options = [
            (m, rule)
            for rule in self._choose(lower[start : start + LENGTH])
            if (m := rule.regex.match(lower, start)) and m.end() > start
        ]
        options.sort(key=lambda option: -option[0].end())
        left = text[max(0, start - NEAR) : start]
        for match, rule in options:
            end = match.end()
            right = text[end : end + NEAR]
            if not (has_case(match, text, rule.pattern.case) and rule.admits(left, right)):
                continue
            if text[end - 1] == "." and (not right or NEW_SENTENCE.match(right)):
                end -= 1  # the stop of an abbreviation that ends its sentence
            return Found(start, end, self._term(match, rule.pattern), rule.pattern.rule, rule.pattern.closed)
        return None

    def _term(self, match: re.Match[str], pattern: Pattern) -> Term:
        values: dict[str, Any] = {}
        for name, words in match.groupdict().items():
            if words is not None:
                self._take(values, name.split("__")[0], words)
        values |= pattern.set
        if "yy" in values:
            short = values.pop("yy")
            year = values.get("year")
            if year is None:  # FY25
                values["year"] = 2000 + short if short < 70 else 1900 + short
            else:
                values["year_to"] = year + (short - year) % 100
        if values.get("length") == 0:
            values["length"] = values.pop("count", None)
        if values.get("year_to") is not None and values["year_to"] <= values.get("year", 0):
            del values["year_to"]
        return Term(**{k: v for k, v in values.items() if k in TERM_FIELDS})

    def _take(self, values: dict[str, Any], name: str, words: str) -> None:
        base = name.rstrip("2")
        key = FIELD_OF.get(base, base)
        if name != base:
            key = f"{key}_to"
        if base in self.tables:
            value = self.tables[base].get(fold(words))
            if value is None:
                value = int(words) if words.isdigit() else None
        else:
            digits = re.match(r"\d{1,4}", words)
            value = int(digits[0]) if digits else None
        if value is not None and values.get(key) is None:
            values[key] = value


@cache
def load_calendar(lang: str, *, part_of_day: bool = True) -> Calendar:
    """The date grammar of a language, compiled once; without `part_of_day`, "mardi matin" is "mardi".

    >>> load_calendar("fr").parse("fin mars 2025") == Term(year=2025, month=3, edge="end")
    True
    >>> [f.rule for f in load_calendar("en").find("It may list by late May, after a first-half loss.")]
    ['month', 'half']
    """
    return Calendar(load_lexicon(lang, "dates", DatesLexicon), part_of_day=part_of_day)
