"""What a speaker, an act of saying and its content look like without the tagger.

These rules fill what the tagger left open (a cue without source, a source without cue, an act without
content) and add the acts that it missed where the words leave little doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from dealextract.components.attribution_lexicon import Grammar
from dealextract.components.attribution_links import Act, Layout, Piece, count_words, skip_intro
from dealextract.records import Stance

STOP = re.compile(r"[;:!?«»“”\"()\[\]\n]|\.(?=\s|\Z)|\s[—–-]\s|,")
PHRASE = 160  # characters of the longest source
EDGE = " \t\u00a0\u202f\n,;:—–-"
LONGEST_SOURCE = 16  # words


class Reader:
    """The text of one document with all that the rules look at."""

    def __init__(self, layout: Layout, names: Sequence[Piece], grammar: Grammar) -> None:
        self.layout = layout
        self.text = layout.text
        self.names = names
        self.name_starts = [n.start for n in names]
        self.grammar = grammar

    def find_names(self, start: int, end: int) -> Sequence[Piece]:
        """The names that lie in a range."""
        first = bisect_left(self.name_starts, start)
        return [n for n in self.names[first : bisect_right(self.name_starts, end)] if n.end <= end]

    def name_over(self, at: int) -> Piece | None:
        """The name that covers a character."""
        index = bisect_right(self.name_starts, at) - 1
        if index >= 0 and self.names[index].start <= at < self.names[index].end:
            return self.names[index]
        return None

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """The range without white space and separators at its ends."""
        while start < end and self.text[start] in EDGE:
            start += 1
        while end > start and self.text[end - 1] in EDGE:
            end -= 1
        return (start, end)

    def is_speaker(self, start: int, end: int) -> bool:
        """True when the phrase can be a source: a pronoun, a name, or a determiner and a speaker noun."""
        phrase, grammar = self.text[start:end], self.grammar
        if not phrase or count_words(phrase) > LONGEST_SOURCE:
            return False
        if phrase.lower() in grammar.subject_pronouns:
            return True
        if (
            grammar.not_speaker.match(phrase)
            or grammar.relative_start.match(phrase)
            or grammar.edge_word.search(phrase)
        ):
            return False
        names = self.find_names(start, end)
        if names and count_words(self.text[start : names[0].start]) <= 8:
            if not grammar.lead.match(phrase) or names[0].start == start:
                return True
        noun = grammar.any_speaker.search(phrase)
        return bool(noun and grammar.determiner.match(phrase) and count_words(phrase[: noun.start()]) <= 4)

    def phrase_after(self, start: int, *, apposition: bool = True) -> tuple[int, int] | None:
        """The noun phrase of a source that starts at an offset, appositions included."""
        text, grammar = self.text, self.grammar
        while start < len(text) and text[start] in " \t\u00a0\u202f":
            start += 1
        limit = min(len(text), start + PHRASE)
        end, at = limit, start
        person = False
        quoted = text[start : start + 1] in tuple('«“"')
        while at < limit:
            found = STOP.search(text, at + (1 if quoted and at == start else 0), limit)
            if found is None:
                end = limit if limit == len(text) else start
                break
            over = self.name_over(found.start())
            if over is not None and over.end > found.start() + 1:
                at = over.end
                continue
            if quoted and found.group() in '»”"':
                end = found.end()
                break
            end = found.start()
            if found.group() != "," or not apposition:
                break
            person = person or any(n.type == "PERSON" for n in self.find_names(start, end))
            step = self.apposition_end(found.end(), limit, person=person)
            if step is None:
                break
            at = end = step
            if at >= limit or text[at] != ",":
                break
        phrase = text[start:end]
        for cut in (grammar.relative, grammar.adjunct_inside):
            found = cut.search(phrase, 1)
            while (
                found
                and self.name_over(start + found.start())
                and self.name_over(start + found.start()).start < start + found.start()
            ):  # type: ignore[union-attr]
                found = cut.search(phrase, found.end())
            if found:
                phrase = phrase[: found.start()]
        start, end = self.trim(start, start + len(phrase))
        return (start, end) if end > start else None

    def apposition_end(self, start: int, limit: int, *, person: bool) -> int | None:
        """Where an apposition that starts after a comma ends; None when there is none."""
        text, grammar = self.text, self.grammar
        found = re.compile(r"[;:!?«»“”\"()\n,]|\.(?=\s|\Z)").search(text, start, limit)
        end = found.start() if found else limit
        part = text[start:end]
        names = self.find_names(start, end)
        if count_words(part) > 12 or grammar.relative_start.match(part) or grammar.gerund.match(part.strip()):
            return None
        bare = part.strip()
        if names and names[0].type == "PERSON" and text[start : names[0].start].strip() == "" and not person:
            return end
        if (
            person
            and bare
            and (grammar.any_speaker.search(bare) or bare.isdigit() or grammar.affiliation.match(bare))
        ):
            return end
        return None

    def phrase_before(self, end: int, low: int) -> tuple[int, int] | None:
        """The noun phrase of a subject that ends at an offset."""
        text, grammar = self.text, self.grammar
        low = max(low, end - PHRASE - 60)
        region = text[low:end].rstrip()
        if not region:
            return None
        stop = low + len(region)
        if region.endswith(","):
            # Subject, apposition or relative clause, verb.
            return self.subject_with_insert(low, stop - 1)
        cut = low
        for found in STOP.finditer(text, low, stop):
            if self.name_over(found.start()) is None:
                cut = found.end()
        for found in grammar.conjunction.finditer(text, cut, stop):
            over = self.name_over(found.start())
            inner = text[found.end() : stop]
            if (
                over is None
                and found.start() > cut
                and not self.joins_names(found.start(), found.end(), cut, stop)
            ):
                if inner.strip():
                    cut = found.end()
        for pattern in (grammar.complementizer_inside, grammar.verbs["plain"]):
            found = pattern.search(text, cut, stop)
            if found and found.start() > cut and self.name_over(found.start()) is None:
                cut = found.end()
        start, stop = self.trim(cut, stop)
        first = grammar.conjunction.match(text, start, stop) if start < stop else None
        if first and self.name_over(start) is None:
            start, stop = self.trim(first.end(), stop)
        return (start, stop) if stop > start else None

    def joins_names(self, start: int, end: int, low: int, stop: int) -> bool:
        """True when a conjunction joins two names or two phrases of one subject."""
        before = self.find_names(low, start)
        after = self.find_names(end, stop)
        return bool(
            before
            and after
            and self.text[before[-1].end : start].strip() == ""
            and count_words(self.text[end : after[0].start]) <= 1
        )

    def subject_with_insert(self, low: int, stop: int) -> tuple[int, int] | None:
        """The subject of "Subject, apposition," or "Subject, qui …," that stops before its last comma."""
        text, grammar = self.text, self.grammar
        commas = [
            m.start()
            for m in re.finditer(r",|[;:!?«»“”\"()\n]|\.(?=\s)", text[low:stop])
            if self.name_over(low + m.start()) is None
        ]
        if not commas:
            return None
        comma = low + commas[-1]
        if text[comma] != ",":
            return None
        head = self.phrase_before(comma, low) if text[low:comma].rstrip()[-1:] != "," else None
        if head is None or not self.is_speaker(*head):
            return None
        insert = text[comma + 1 : stop]
        if grammar.relative_start.match(insert) or grammar.lead.match(insert.strip()):
            return head
        return (head[0], stop) if count_words(insert) <= 12 else None

    def find_source(self, act: Act) -> Piece | None:
        """A source for a cue that has none: after a preposition, before or after a verb."""
        text = self.text
        low = self.layout.sentence(act.start)[0]
        if act.kind in ("preposition", "citing", "cited_by"):
            found = self.phrase_after(act.end, apposition=act.kind == "preposition")
            return Piece(*found) if found and self.is_speaker(*found) else None
        inverted = self.find_inverted(act)
        if inverted:
            return inverted
        if self.grammar.passive.match(text[act.start : act.end]):
            agent = self.grammar.agent.match(text[act.end : act.end + 12])
            found = self.phrase_after(act.end + agent.end()) if agent else None
            return Piece(*found) if found and self.is_speaker(*found) else None
        found = self.phrase_before(act.start, low)
        if found and self.is_speaker(*found):
            return Piece(*found)
        if text[max(0, act.start - 8) : act.start].rstrip()[-1:] in tuple(",»”\"’'"):
            found = self.phrase_after(act.end)
            if found and self.is_speaker(*found) and "\n" not in text[act.end : found[0]]:
                return Piece(*found)
        return None

    def find_inverted(self, act: Act) -> Piece | None:
        """The pronoun of "ajoute-t-il" or "a-t-elle indiqué"."""
        if self.grammar.inversion is None:
            return None
        for low, high in ((act.end, act.end + 8), (act.start, act.end)):
            found = (
                self.grammar.inversion.match(self.text, low, high)
                if low == act.end
                else self.grammar.inversion.search(self.text, low, high)
            )
            if found:
                start = found.end() - len(found.group().rsplit("-", 1)[-1])
                return Piece(start, found.end())
        return None


def propose_acts(reader: Reader, *, free: set[int]) -> Iterator[Act]:
    """Acts that the words alone give, with their source; those that touch `free` are left out.

    `free` holds characters that cues already cover.
    """
    text, grammar, layout = reader.text, reader.grammar, reader.layout

    def is_new(start: int, end: int) -> bool:
        return not any(at in free for at in range(start, end))

    for found in grammar.preposition.finditer(text):
        act = Act(found.start(), found.end(), kind="preposition")
        if is_new(act.start, act.end) and reader.name_over(act.start) is None:
            act.source = reader.find_source(act)
            if act.source is not None:
                yield act
    for found in grammar.label.finditer(text):
        if is_new(found.start(1), found.end(1)):
            start, end = reader.trim(*found.span(2))
            if end > start:
                act = Act(found.start(1), found.end(1), kind="preposition", label_only=True)
                act.source = Piece(start, end)
                yield act
    stances: tuple[Stance, ...] = ("unreachable", "declines")
    for stance in stances:
        for found in grammar.stances[stance].finditer(text):
            start, end = reader.trim(*found.span())
            if end <= start or not is_new(start, end) or layout.is_quoted(start):
                continue
            act = Act(start, end, stance=stance)
            subject = reader.phrase_before(start, layout.sentence(start)[0])
            if subject and reader.is_speaker(*subject):
                act.source = Piece(*subject)
                free.update(range(start, end))
                yield act
    for strength in ("plain", "weak"):
        for found in grammar.verbs[strength].finditer(text):
            start, end = found.span()
            if not is_new(start, end) or reader.name_over(start) or layout.is_quoted(start):
                continue
            act = Act(start, end)
            if reports(reader, act, weak=strength == "weak"):
                free.update(range(start, end))
                yield act
    for found in grammar.gerund.finditer(text):
        start, end = found.span()
        if (
            is_new(start, end)
            and not layout.is_quoted(start)
            and text[max(0, start - 8) : start].rstrip()[-1:] == ","
        ):
            intro = skip_intro(text, end, min(len(text), end + 120), grammar)
            if grammar.complementizer_end.search(text[end:intro]):
                yield Act(start, end)


def reports(reader: Reader, act: Act, *, weak: bool) -> bool:
    """True when a verb reports here; gives the act its source."""
    text, layout = reader.text, reader.layout
    low, high = layout.sentence(act.start)
    before = text[low : act.start].rstrip(" \t\u00a0\u202f")
    inverted = reader.find_inverted(act)
    after_speech = before[-1:] in tuple(',»”"’')
    if inverted:
        act.source = inverted
        return True
    intro = skip_intro(text, act.end, high, reader.grammar)
    says_that = bool(reader.grammar.complementizer_end.search(text[act.end : intro]))
    opens_quote = re.match(r"[\s,:]{0,3}[«“\"]", text[act.end : act.end + 6]) is not None
    subject = reader.phrase_before(act.start, low)
    if subject and reader.is_speaker(*subject):
        if not weak or says_that or opens_quote or ends_speech(text, low, subject[0], quoted=True):
            act.source = Piece(*subject)
            return True
    elif after_speech:
        found = reader.phrase_after(act.end)
        if found and reader.is_speaker(*found) and count_words(text[act.end : found[0]]) == 0:
            act.source = Piece(*found)
            return True
    return False


def ends_speech(text: str, low: int, at: int, *, quoted: bool = False) -> bool:
    """True when what stands before an offset may be what somebody says: a closing quote mark, or a comma."""
    before = text[max(low, at - 6) : at].rstrip(" \t\u00a0\u202f")
    if not quoted:
        return before[-1:] in tuple(',»”"’')
    return before.rstrip(",")[-1:] in tuple('»”"’')


def find_contents(act: Act, reader: Reader, others: Sequence[Act]) -> list[Piece]:
    """The clause or the quotation that an act reports, in pieces; empty when none is seen."""
    text, layout, grammar = reader.text, reader.layout, reader.grammar
    low, high = act.group
    first, last = layout.sentence(low)
    if high > last or high - low > 250:
        return []
    for other in others:
        if other is act or other.kind in ("citing", "cited_by"):
            continue
        start, end = (other.start, other.end) if other.source is act.source else other.group
        if end <= low and start >= first:
            first = max(first, end, *(c.end for c in other.contents if c.end <= low), first)
        elif start >= high and end <= last:
            last = min(last, start, *(c.start for c in other.contents if c.start >= high), last)
    opening = re.match(r"\s{0,2}:\s{0,2}(?=[«“\"])", text[high : high + 6])
    if opening and (quotation := layout.find_quotation(high + opening.end() + 1)):
        return [Piece(quotation.start, quotation.end)]
    start = skip_intro(text, high, last, grammar)
    says_that = bool(grammar.complementizer_end.search(text[high:start]))
    # "denied it, admitting that …": what follows a comma belongs to the next verb.
    cut_off = act.kind == "verb" and text[start : start + 1] == "," and not says_that
    after = None if cut_off else clean(reader, start, last)
    before = clean(reader, first, low)
    quoted_before = text[max(0, low - 8) : low].rstrip(" ,\u00a0\u202f")[-1:] in tuple("»”\"’'")
    comma_before = text[max(0, low - 8) : low].rstrip(" \u00a0\u202f")[-1:] == "," or quoted_before
    inside_sentence = (
        before is not None and comma_before and count_words(text[before.start : before.end]) >= 3
    )
    if act.kind == "preposition":
        pieces = [p for p in (before if comma_before or after is None else None, after) if p is not None]
        if before is not None and not comma_before and after is not None:
            pieces = (
                [after]
                if text[high : high + 1] == "," and count_words(text[before.start : before.end]) < 4
                else [before]
            )
        return pieces
    if says_that and after is not None:
        return [after]
    if (
        inside_sentence
        and before is not None
        and (after is None or count_words(text[after.start : after.end]) < 3 or quoted_before)
    ):
        return [before]
    if after is not None and (act.source is None or act.source.start < act.end):
        return [after]
    return [before] if before is not None and comma_before else []


def clean(reader: Reader, start: int, end: int) -> Piece | None:
    """The content between two offsets without separators, conjunctions and final punctuation at its edges."""
    text = reader.text
    start, end = reader.trim(start, end)
    found = reader.grammar.conjunction.match(text, start, end)
    if found:
        start, end = reader.trim(found.end(), end)
    while end > start and text[end - 1] in ".,;: " and reader.name_over(end - 1) is None:
        end -= 1
    return Piece(start, end) if count_words(text[start:end]) >= 1 else None
