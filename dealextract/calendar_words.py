"""The words of a language's calendar and the forms of its dates, as its `dates.toml` gives them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dealextract.lexicon import Lexicon

SPACE = r"(?:[ \t\u00a0\u202f\n][ \t\u00a0\u202f]{0,2})"
NUMERIC = {
    "year": r"(?:1[4-9]|20)\d\d(?!\s?(?:gmt|utc|bst|cet|hrs)(?!\w))",
    "yy": r"\d\d",
    "q": "[1-4]",
    "h": "[12]",
    "mm": r"(?:0?[1-9]|1[0-2])",
    "dd": r"(?:0?[1-9]|[12]\d|3[01])",
}


class Pattern(Lexicon):
    """One form of dates; `rule` is what `why` will say."""

    rule: str
    form: str
    set: dict[str, int | str | bool] = Field(default_factory=dict)
    before: str | None = None
    not_before: str | None = None
    after: str | None = None
    not_after: str | None = None
    case: Literal["upper", "lower"] | None = None
    closed: bool = True


class DatesLexicon(Lexicon):
    """`dates.toml`: the calendar's words, the forms of dates, the cues of past and future."""

    months: tuple[tuple[str, ...], ...]
    full_months: tuple[tuple[str, ...], ...]
    weekdays: tuple[tuple[str, ...], ...]
    full_weekdays: tuple[tuple[str, ...], ...]
    ordinals: dict[str, int]
    numbers: dict[str, int]
    units: dict[str, str]
    periods: dict[str, str]
    shifts: dict[str, int]
    year_shifts: dict[str, int]
    edges: dict[str, str]
    holidays: dict[str, str]
    words: dict[str, str]
    day_suffix: str
    links: str
    ahead_before: str
    deadline_before: str
    infinitive: str
    behind_after: str
    ahead: str
    behind: str
    pattern: tuple[Pattern, ...]


def fold(word: str) -> str:
    """A word as the tables are keyed: lower case, one apostrophe, single spaces, no final dot.

    >>> fold("L’Année  Dernière.")
    "l'année dernière"
    """
    return " ".join(word.lower().replace("’", "'").split()).rstrip(".")


def alternate(words: list[str]) -> str:
    """The words as one alternation, longest first."""
    return "(?:" + "|".join(write(w) for w in sorted(words, key=len, reverse=True)) + ")"


def write(form: str) -> str:
    """A form with its spaces and apostrophes widened to what press text holds."""
    return form.replace("'", "['’]").replace(" ", SPACE)


def lower_text(text: str) -> str:
    """The text in lower case, offsets kept: the few letters that lowering would lengthen stay.

    >>> lower_text("İzmir, MAI")
    'İzmir, mai'
    """
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )
