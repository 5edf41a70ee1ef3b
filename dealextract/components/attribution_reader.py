"""Phrases that can be a source: subjects before a verb, inverted subjects, what a preposition governs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from dealextract.components.attribution_acts import Act, Layout, Piece, count_words
from dealextract.components.attribution_lexicon import Grammar

STOP = re.compile(r"[;:!?«»“”\"()\[\]\n]|\.(?=\s|\Z)|\s[—–-]\s|,")
PHRASE = 160  # characters of the longest source
EDGE = " \t\u00a0\u202f\n,;:—–-"
LONGEST_SOURCE = 16  # words


# A run of capitalised words, joined by the particles of names.
WORD = r"[^\W\d_a-zà-ÿ][\w&'’-]{0,30}"
CAPITALISED = re.compile(
    rf"(?<![\w'’]){WORD}(?:[ \u00a0](?:d[eu][ \u00a0]|of[ \u00a0]|&[ \u00a0])?{WORD}){{0,5}}"
)


def guess_names(text: str, grammar: Grammar) -> list[Piece]:
    """Runs of capitalised words that may be names, for a text that no tagger has read."""
    found = []
    for run in CAPITALISED.finditer(text):
        start, end = run.span()
        first = re.match(r"[\w-]+['’]?\s?", run.group())
        while first and grammar.opener.fullmatch(first.group().strip()):
            start += first.end()
            first = re.match(r"[\w-]+['’]?\s?", text[start:end])
        if end - start > 1 and not grammar.preposition.match(text, start):
            found.append(Piece(start, end))
    return found


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

    def inside_name(self, at: int) -> bool:
        """True when a name covers a character and begins before it."""
        name = self.name_over(at)
        return name is not None and name.start < at

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
        early = bool(names) and count_words(self.text[start : names[0].start]) <= 8
        if early and (names[0].start == start or not grammar.lead.match(phrase)):
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
            person = person or any(n.label == "PERSON" for n in self.find_names(start, end))
            step = self.apposition_end(found.end(), limit, person=person)
            if step is None:
                break
            at = end = step
            if at >= limit or text[at] != ",":
                break
        phrase = text[start:end]
        for cut in (grammar.relative, grammar.adjunct_inside):
            found = cut.search(phrase, 1)
            while found and self.inside_name(start + found.start()):
                found = cut.search(phrase, found.end())
            if found:
                phrase = phrase[: found.start()]
        start, end = self.trim(start, start + len(phrase))
        return (start, self.without_listener(start, end)) if end > start else None

    def without_listener(self, start: int, end: int) -> int:
        """The end of a source without the outlet that it speaks to: "Dana Roe" of "Dana Roe à Reuters"."""
        names = self.find_names(start, end)
        if [n.label for n in names] != ["PERSON", "MEDIA"] or names[1].end != end:
            return end
        told = self.grammar.told.fullmatch(self.text, names[0].end, names[1].start)
        return names[0].end if told else end

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
        if names and names[0].label == "PERSON" and text[start : names[0].start].strip() == "" and not person:
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
                and inner.strip()
                and not self.joins_names(found.start(), found.end(), cut, stop)
            ):
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
            found = self.phrase_after(self.skip_listener(act.end))
            if found and self.is_speaker(*found) and "\n" not in text[act.end : found[0]]:
                return Piece(*found)
        return None

    def owner_before(self, at: int) -> tuple[int, int] | None:
        """The name in the possessive that ends before an offset: "Alvo" of "Alvo's admission"."""
        low = max(0, at - 3)
        found = self.grammar.owner.search(self.text, low, at)
        name = self.name_over(found.start() - 1) if found and found.start() > 0 else None
        return (name.start, name.end) if name is not None else None

    def name_right_before(self, at: int) -> tuple[int, int] | None:
        """The name that ends where a noun begins, but for a space: "Alvo" of "Alvo report"."""
        name = self.name_over(at - 2) if at >= 2 and self.text[at - 1] in " \u00a0" else None
        return (name.start, name.end) if name is not None and name.end == at - 1 else None

    def skip_listener(self, at: int) -> int:
        """Offset after "pour l'AFP" or "sur RTL, après un an," that follows a cue; else the same offset."""
        text = self.text
        to_whom = self.grammar.to_whom.match(text[at : at + 14])
        names = self.find_names(at + to_whom.end(), at + 90) if to_whom else ()
        if not to_whom or not names or count_words(text[at + to_whom.end() : names[0].start]) > 2:
            return at
        end = names[0].end
        insert = text.find(",", end + 1, end + 80) if text[end : end + 1] == "," else -1
        return insert + 1 if insert > 0 else end

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
