"""How answers of tools are judged against gold, layer by layer; `compare.py` says the rules in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from finer import count, trim
from money import read_answer

import dealextract
from dealextract.isodates import VALUE
from dealextract.records import Document
from dealextract.scoring import Tally, count_document
from dealextract.scoring.counts import NAME_LABELS, get_range, list_spans
from dealextract.scoring.matching import Range, assign, count_shared, match_spans

PREPOSITIONS = re.compile(
    r"^(?:on|in|of|at|by|since|until|from|during|en|à|de|du|depuis|dès|pour|sur|dans|vers|d['’])\s*(?<=\W)",
    re.IGNORECASE,
)
OURS = "value"
"""The key of a span under which this library gives its own ISO value of a date."""

Spans = Sequence[Mapping[str, Any]]
Answer = Mapping[str, Any]


class Column(NamedTuple):
    """A figure of the table: its title, the layer that a tool must answer for, and its judge for one text."""

    title: str
    layer: str
    judge: Callable[[Document, Answer], Tally]


def pick(answer: Answer, label: str) -> list[Mapping[str, Any]]:
    """The spans of a label; of a tool for one layer alone, all."""
    return [span for span in answer["spans"] if span["label"] in (label, None)]


def judge_names(kind: str) -> Callable[[Document, Answer], Tally]:
    """Strict counts of organisations (ORG) or persons (PER)."""

    def judge(gold: Document, answer: Answer) -> Tally:
        kinds = {label: "PER" if label == "PERSON" else "ORG" for label in NAME_LABELS}
        expected = [(s.start, s.end, kinds[s.label]) for s in gold.spans if s.label in kinds]
        found = [(s["start"], s["end"], s["label"]) for s in answer["spans"] if s["label"] in ("ORG", "PER")]
        return count(trim(gold.text, expected), trim(gold.text, found), kind)[0]

    return judge


def judge_amounts(key: str) -> Callable[[Document, Answer], Tally]:
    """Counts of a metric of MONEY."""

    def judge(gold: Document, answer: Answer) -> Tally:
        money = [s.model_copy(update={"converts": None}) for s in list_spans(gold, "MONEY")]
        alone = Document(id=gold.id, lang=gold.lang, published=gold.published, text=gold.text, spans=money)
        return count_document(alone, read_answer(alone, pick(answer, "MONEY"))).get(key, Tally())

    return judge


def cut_preposition(text: str, start: int, end: int) -> Range:
    """A date without the preposition before it.

    >>> cut_preposition("on Monday", 0, 9), cut_preposition("December", 0, 8)
    ((3, 9), (0, 8))
    """
    match = PREPOSITIONS.match(text[start:end])
    return (start + match.end(), end) if match and match.end() < end - start else (start, end)


def find_bounds(value: str) -> tuple[date, date] | None:
    """First and last day of an ISO value; null when it is none.

    >>> [day.isoformat() for day in find_bounds("2025-Q2")]
    ['2025-04-01', '2025-06-30']
    """
    first, _, last = value.partition("/")
    if last:
        ends = find_bounds(first), find_bounds(last)
        return (ends[0][0], ends[1][1]) if ends[0] and ends[1] else None
    match = VALUE.match(first)
    if match is None:
        return None
    year = int(match["year"])
    try:
        if match["day"]:
            return date.fromisoformat(first), date.fromisoformat(first)
        if match["week"]:
            monday = date.fromisocalendar(year, int(match["week"]), 1)
            return monday, monday + timedelta(days=6)
    except ValueError:
        return None
    month, length = 1, 12
    for name, size in (("month", 1), ("quarter", 3), ("half", 6)):
        if match[name]:
            month, length = (int(match[name]) - 1) * size + 1, size
    after = year * 12 + month - 1 + length
    return date(year, month, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def is_right_date(value: str, span: Mapping[str, Any]) -> bool:
    """True when a span's own value is gold's, or a day of it lies in the period that gold states."""
    if span.get(OURS) is not None:
        return span[OURS] == value
    bounds = find_bounds(value)
    for day in span["days"] or ():
        try:
            if bounds and bounds[0] <= date.fromisoformat(day) <= bounds[1]:
                return True
        except ValueError:
            continue
    return False


def judge_dates(gold: Document, answer: Answer) -> Tally:
    """Loose counts of dates."""
    expected, found = pair_ends(gold, answer)
    return Tally(len(expected), len(found), len(match_spans(expected, found)))


def judge_date_values(gold: Document, answer: Answer) -> Tally:
    """Counts of dates with the right value; gold without value is found when its span is."""
    expected, found = pair_ends(gold, answer)
    spans, given = list_spans(gold, "DATE"), pick(answer, "DATE")
    right = 0
    for i, j in match_spans(expected, found):
        value = getattr(spans[i], "value", None)
        right += value is None or is_right_date(value, given[j])
    return Tally(len(expected), len(found), right)


def pair_ends(gold: Document, answer: Answer) -> tuple[list[Range], list[Range]]:
    """Offsets of gold's and the tool's dates without prepositions."""
    expected = [cut_preposition(gold.text, s.start, s.end) for s in list_spans(gold, "DATE")]
    return expected, [cut_preposition(gold.text, s["start"], s["end"]) for s in pick(answer, "DATE")]


@lru_cache(maxsize=4)
def get_splitter(lang: str) -> Any:
    """This library's sentence splitter, the same for every tool."""
    return dealextract.load(lang, components=["sentences"])


def judge_cues(label: str) -> Callable[[Document, Answer], Tally]:
    """Loose counts of cues."""

    def judge(gold: Document, answer: Answer) -> Tally:
        expected = [get_range(s) for s in list_spans(gold, label)]
        found = [(s["start"], s["end"]) for s in answer["spans"] if s["label"] == label]
        return Tally(len(expected), len(found), len(match_spans(expected, found)))

    return judge


def judge_sentences(label: str) -> Callable[[Document, Answer], Tally]:
    """Counts of sentences in which a cue begins."""

    def judge(gold: Document, answer: Answer) -> Tally:
        starts = [s.start for s in list_spans(gold, label)]
        given = [s["start"] for s in answer["spans"] if s["label"] == label]
        tally = Tally()
        for sentence in get_splitter(gold.lang)(gold.text).sents:
            wanted, found = (
                any(sentence.start_char <= at < sentence.end_char for at in s) for s in (starts, given)
            )
            tally += (int(wanted), int(found), int(wanted and found))
        return tally

    return judge


def judge_quotations(gold: Document, answer: Answer) -> Tally:
    """Counts of direct and mixed quotations by speaker and cue."""
    at = {span.id: get_range(span) for span in gold.spans}
    expected = [a for a in gold.attributions if a.quote in ("direct", "mixed") and (a.source or a.cue)]
    weights = {}
    for i, wanted in enumerate(expected):
        for j, found in enumerate(answer["attributions"]):
            asked = [(at[w], found[key]) for key in ("source", "cue") if (w := getattr(wanted, key))]
            shared = [count_shared(a, (b[0], b[1])) if b else 0 for a, b in asked]
            if all(shared):
                weights[i, j] = sum(shared)
    return Tally(len(expected), len(answer["attributions"]), len(assign(weights)))


COLUMNS = (
    Column("organisations", "names", judge_names("ORG")),
    Column("persons", "names", judge_names("PER")),
    Column("amounts: value", "amounts", judge_amounts("MONEY.value")),
    Column("spans", "amounts", judge_amounts("MONEY.loose")),
    Column("dates: value", "dates", judge_date_values),
    Column("spans", "dates", judge_dates),
    Column("hedges", "hedges", judge_cues("HEDGE")),
    Column("sentences hedged", "hedges", judge_sentences("HEDGE")),
    Column("reporting cues", "cues", judge_cues("CUE")),
    Column("sentences reporting", "cues", judge_sentences("CUE")),
    Column("quotations", "quotations", judge_quotations),
)
VALUES = {"amounts: value": ("value",), "dates: value": ("days", OURS)}
"""Columns that say nothing of a tool which never gives one of these."""


def has_values(column: Column, answers: Sequence[Answer]) -> bool:
    """False when the column asks for values and the tool gives none anywhere."""
    keys = VALUES.get(column.title)
    return keys is None or any(
        span.get(key) for answer in answers for span in answer["spans"] for key in keys
    )
