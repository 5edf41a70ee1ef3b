"""Dates and periods: found by the language's grammar, resolved against the publication date.

Reads money and percents (their characters are no dates), the tagger's `amounts` and `names` heads when
it ran; writes `dates`. The rules stand alone: the tagger only settles forms that are open to doubt
(a year without preposition, a month alone) and adds whole expressions that the guards had refused.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import isodates, periods, records, spans
from dealextract.calendar_terms import Calendar, DatesLexicon, Found, load_calendar, write
from dealextract.phrases import tokenize

MASK = "\u00a4"
LEFT, RIGHT = 140, 80  # characters of a sentence that may tell past from future
SENTENCE_END = re.compile(r"[.!?;][\s»”\")]|\n")
FAR_BACK = 600  # characters between "a year earlier" and the period that it counts from
NEARBY = 60  # expressions among which it is sought
SURE = 0.9  # score from which the tagger adds a date by itself
HEAD = 400  # a dateline stands in the first characters of a text
# Before a dateline's date: nothing, or a place; after it: a dash, a colon, the time, the line's end.
BEFORE_DATELINE = re.compile(r"(?:|(?!\d)[^\n.!?]{1,60},|[^a-zß-ÿ\n]{1,60})\s{0,2}(?:le\s|\()?\Z")
AFTER_DATELINE = re.compile(r"[\s),]{0,3}(?:[-–—:|(]|\d|\n|\Z)")


class DateFinder:
    """Finds the dates of a Doc and gives them ISO 8601 values."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        lexicon: DatesLexicon = calendar.lexicon
        self.links = re.compile(rf"(?:{lexicon.links})\Z", re.IGNORECASE)
        self.ahead_before = re.compile(rf"(?<!\w)(?:{write(lexicon.ahead_before)})\s?\Z", re.IGNORECASE)
        self.deadline_before = re.compile(rf"(?<!\w)(?:{write(lexicon.deadline_before)})\s?\Z", re.IGNORECASE)
        self.infinitive = re.compile(rf"(?<!\w)(?:{write(lexicon.infinitive)})(?!\w)", re.IGNORECASE)
        self.behind_after = re.compile(write(lexicon.behind_after), re.IGNORECASE)
        ahead, behind = write(lexicon.ahead), write(lexicon.behind)
        self.cues = re.compile(rf"(?<!\w)(?:(?P<ahead>{ahead})|(?P<behind>{behind}))(?!\w)", re.IGNORECASE)

    def __call__(self, doc: Doc) -> Doc:
        text = spans.read_text(doc)
        masks = [
            (s.start, s.end)
            for layer, model in (("money", records.Money), ("percents", records.Percent))
            for s in spans.read_layer(doc, layer, model)
        ]
        matches = self.calendar.find(mask_text(text, masks), tokenize(text).starts)
        # A blank that a form allows inside may also match at its end, as a line end does.
        found = [f._replace(end=f.start + len(text[f.start : f.end].rstrip())) for f in matches]
        scores: dict[tuple[int, int], float] = {}
        if spans.was_tagged(doc):
            found, scores = self.vote(doc, found, masks)
        found = inherit_years(text, found, self.links)
        reference = read_day(spans.published(doc)) or find_dateline(text, found)
        values = self.resolve(text, found, reference)
        out = [
            records.Date(
                id=key, start=f.start, end=f.end, text=text[f.start : f.end], value=value,
                granularity=isodates.name_granularity(value), score=scores.get((f.start, f.end)), why=f.rule,
            )
            for key, f, value in zip(spans.number_ids("dates", len(found)), found, values, strict=True)
        ]  # fmt: skip
        spans.write_layer(doc, "dates", out)
        return doc

    def vote(
        self, doc: Doc, found: list[Found], masks: Sequence[tuple[int, int]]
    ) -> tuple[list[Found], dict[tuple[int, int], float]]:
        """The tagger's say: doubtful forms that it does not see go, whole forms that it alone sees come."""
        tagged = [t for t in spans.read_tagged(doc, "amounts") if t.type == "DATE"]
        if not tagged:
            return found, {}
        seen = Cover((t.start, t.end) for t in tagged)
        names = Cover((t.start, t.end) for t in spans.read_tagged(doc, "names"))
        kept = [
            f for f in found if seen.touches(f.start, f.end) or (f.closed and not names.holds(f.start, f.end))
        ]
        taken = Cover([*masks, *((f.start, f.end) for f in kept)])
        scores, text = {}, spans.read_text(doc)
        for t in tagged:
            term = self.calendar.parse(text[t.start : t.end])
            sure = term is not None and (term.year or term.month or term.weekday is not None)
            if term is not None and sure and t.score >= SURE and not taken.touches(t.start, t.end):
                kept.append(Found(t.start, t.end, term, "tagger", True))
                scores[t.start, t.end] = t.score
        return sorted(kept, key=lambda f: f.start), scores

    def resolve(self, text: str, found: Sequence[Found], reference: date | None) -> list[str | None]:
        """The value of each expression, those before it at hand for "a year earlier" and the like."""
        values: list[str | None] = []
        for i, f in enumerate(found):
            ahead = antecedent = None
            if reference is not None and f.term.needs_tense:
                ahead = self.looks_ahead(text, f.start, f.end)
            if f.term.anchor == "text":
                near = found[max(0, i - NEARBY) : i + 1]
                antecedent = find_antecedent(text, near, values[-NEARBY:], reference)
            values.append(periods.resolve(f.term, reference, ahead=ahead, antecedent=antecedent))
        return values

    def looks_ahead(self, text: str, start: int, end: int) -> bool | None:
        """True when the sentence speaks of the future at this place, False of the past, None when unclear."""
        left, right = text[max(0, start - LEFT) : start], text[end : end + RIGHT]
        if self.behind_after.match(right):
            return False
        ends = [m.end() for m in SENTENCE_END.finditer(left)]
        left = left[ends[-1] :] if ends else left
        if self.ahead_before.search(left):
            return True
        cues = list(self.cues.finditer(left))
        cue = cues[-1] if cues else None
        if self.deadline_before.search(left) and (
            cue is None or cue["ahead"] or self.infinitive.search(left, cue.end())
        ):
            return True
        if cue is None:
            stop = SENTENCE_END.search(right)
            cue = self.cues.search(right[: stop.start()] if stop else right)
        return None if cue is None else cue["ahead"] is not None


def mask_text(text: str, masks: Iterable[tuple[int, int]]) -> str:
    """The text with the characters of other spans hidden, offsets kept.

    >>> mask_text("€2004 in 2004", [(0, 5)])
    '¤¤¤¤¤ in 2004'
    """
    out, at = [], 0
    for start, end in sorted(masks):
        if start >= at:
            out += [text[at:start], MASK * (end - start)]
            at = end
    return "".join([*out, text[at:]])


class Cover:
    """Character ranges that can be asked, in logarithmic time, what they touch or hold."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        self.starts = [start for start, _ in ordered]
        self.reach = list(accumulate((end for _, end in ordered), max))

    def touches(self, start: int, end: int) -> bool:
        """True when one of the ranges shares a character with this one.

        >>> Cover([(0, 4), (9, 12)]).touches(3, 9), Cover([(0, 4), (9, 12)]).touches(4, 9)
        (True, False)
        """
        before = bisect_left(self.starts, end)
        return before > 0 and self.reach[before - 1] > start

    def holds(self, start: int, end: int) -> bool:
        """True when this range lies inside one of them, or is one of them."""
        before = bisect_right(self.starts, start)
        return before > 0 and self.reach[before - 1] >= end


def read_day(published: str | None) -> date | None:
    """The day of a publication date or time stamp, None when there is none.

    >>> read_day("2025-06-09T08:00:00Z")
    datetime.date(2025, 6, 9)
    """
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def find_dateline(text: str, found: Iterable[Found]) -> date | None:
    """The full date of the text's dateline, which stands for an unknown publication date."""
    for f in found:
        if f.start > HEAD:
            return None
        t = f.term
        if t.year is None or t.month is None or t.day is None or t.day_to is not None:
            continue
        line = text[text.rfind("\n", 0, f.start) + 1 : f.start]
        if BEFORE_DATELINE.fullmatch(line) and AFTER_DATELINE.match(text, f.end):
            return read_day(periods.resolve(t))
    return None


def inherit_years(text: str, found: Sequence[Found], links: re.Pattern[str]) -> list[Found]:
    """The first of two linked dates takes the year of the second: "May 6 to July 1, 2019"."""
    out = list(found)
    for i in range(len(out) - 2, -1, -1):
        one, two = out[i], out[i + 1]
        if one.term.month is None or one.term.year is not None or one.term.year_shift is not None:
            continue
        if two.term.month is None or two.term.year is None or two.start - one.end > 12:
            continue
        if links.fullmatch(text[one.end : two.start]):
            year = two.term.year - (one.term.month > two.term.month)
            out[i] = one._replace(term=replace(one.term, year=year))
    return out


def find_antecedent(
    text: str, found: Sequence[Found], values: Sequence[str | None], reference: date | None
) -> str | None:
    """The value that the last of `found` counts from ("a year earlier"): the nearest of its kind before.

    A day is sought in the paragraph, and is the reference when there is none; a month or a longer
    period may stand further back. The nearest counts even when its own value is unknown.
    """
    f = found[-1]
    by_day = names_day(f.term)
    paragraph = text.rfind("\n", max(0, f.start - FAR_BACK), f.start)
    for other, value in zip(reversed(found[:-1]), reversed(values), strict=True):
        if f.start - other.end > FAR_BACK or (by_day and other.start < paragraph):
            break
        if names_day(other.term) == by_day and not other.term.vague:
            return value
    return reference.isoformat() if reference and by_day else None


def names_day(term: periods.Term) -> bool:
    """True for a term that is a day or a week, False for a longer period."""
    return term.day is not None or term.weekday is not None or term.unit in ("day", "week")


@Language.factory(
    "dealextract_dates",
    default_config={"part_of_day": True},
)
def make_dates(nlp: Language, name: str, part_of_day: bool) -> DateFinder:
    """The date finder of the pipeline's language; without `part_of_day`, "mardi matin" is read as "mardi"."""
    return DateFinder(load_calendar(nlp.lang, part_of_day=part_of_day))
