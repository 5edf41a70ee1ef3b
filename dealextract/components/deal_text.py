"""The text as deals read it: words, names and sentences, and what governs each name.

There is no parser: a name is governed by the nearest preposition, predicate or conjunction to its left,
reached over the words of its own noun phrase ("of the Swiss drug maker Novara" -> `of`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_lexicon import Patterns

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
WORD = re.compile(
    r"(?:[^\W\d_]{1,2}|jusqu|lorsqu|puisqu|quelqu)['’](?=\w|\Z)|['’]s(?!\w)|\w+(?:-\w+)*|[^\s\w]",
    re.IGNORECASE,
)
LONGEST = 3000  # characters of a sentence; a longer one is cut, so that work stays linear on any text
REACH = 14  # words walked from a name to its governor
CLOSE = frozenset('.;:!?«»“”"()[]—–')
LIST_MARKS = frozenset(",&/")


class Word(NamedTuple):
    """A word, a mark, or a whole name (`name` is its index among the mentions, else -1)."""

    start: int
    end: int
    form: str
    name: int = -1


class Mention(NamedTuple):
    """A name that can be a party."""

    start: int
    end: int
    entity: str
    label: str
    word: int  # its index among the words
    sentence: int


class Governor(NamedTuple):
    """What governs a name.

    `kind` is a class of preposition, `shares` or `part` (of a share, of a unit of), `direct` (a predicate or
    nothing but its own phrase up to `word`), `list` (coordinated with the name before) or `start`.
    """

    kind: str
    word: int


class Reading:
    """Words, mentions and sentences of one Doc."""

    def __init__(self, doc: Doc, names: Sequence[records.Name], patterns: Patterns) -> None:
        self.text = spans.read_text(doc)
        self.patterns = patterns
        self.sentences = split_sentences(doc)
        self.starts = [start for start, _ in self.sentences]
        parties = sorted({(n.start, n.end): n for n in names}.values(), key=lambda n: n.start)
        self.words: list[Word] = []
        self._years: dict[int, frozenset[str]] = {}
        self.mentions: list[Mention] = []
        at = 0
        for n in parties:
            if n.start < at:
                continue
            self._add_words(at, n.start)
            self.mentions.append(
                Mention(n.start, n.end, n.entity, n.label, len(self.words), self.find_sentence(n.start))
            )
            self.words.append(Word(n.start, n.end, "", len(self.mentions) - 1))
            at = n.end
        self._add_words(at, len(self.text))
        self.mention_starts = [m.start for m in self.mentions]
        self.word_starts = [w.start for w in self.words]
        self.by_sentence: dict[int, list[int]] = {}
        for i, m in enumerate(self.mentions):
            self.by_sentence.setdefault(m.sentence, []).append(i)

    def _add_words(self, start: int, end: int) -> None:
        # Without Word's own constructor, which would take half as long again.
        self.words += [
            tuple.__new__(Word, (*m.span(), m.group().lower(), -1))
            for m in WORD.finditer(self.text, start, end)
        ]

    def list_forms(self) -> Iterator[tuple[int, str]]:
        """Start and form of each word that is no name."""
        return ((w.start, w.form) for w in self.words if w.name < 0)

    def find_sentence(self, offset: int) -> int:
        """Index of the sentence that holds an offset."""
        at = bisect_right(self.starts, offset)
        return at - 1 if at else 0

    def find_word(self, offset: int) -> int:
        """Index of the word at or before an offset."""
        at = bisect_right(self.word_starts, offset)
        return at - 1 if at else 0

    def find_years(self, sentence: int) -> frozenset[str]:
        """The years that a sentence names."""
        if sentence not in self._years:
            self._years[sentence] = frozenset(YEAR.findall(self.text[slice(*self.sentences[sentence])]))
        return self._years[sentence]

    def list_before(self, offset: int, most: int) -> list[Mention]:
        """The last `most` mentions before an offset."""
        at = bisect_left(self.mention_starts, offset)
        return self.mentions[max(0, at - most) : at]

    def list_words(self, sentence: int) -> tuple[int, int]:
        """First word of a sentence and the one after its last."""
        start, end = self.sentences[sentence]
        first = self.find_word(start)
        if self.words and self.words[first].start < start:
            first += 1
        last = self.find_word(end - 1) if end > start else first - 1
        return first, last + 1

    def find_governor(
        self, mention: int, predicates: Set[int] = frozenset(), own: range = range(0)
    ) -> Governor:
        """What governs a mention; `predicates` and `own` are indexes of the words that are predicates."""
        lexicon, words = self.patterns.lexicon, self.words
        here = self.mentions[mention]
        first, _ = self.list_words(here.sentence)
        at = here.word - 1
        stop = max(first, here.word - REACH)
        through: list[Word] = []
        crossed = False
        while at >= stop:
            word = words[at]
            if at in predicates or at in own:
                return Governor("direct", at)
            if word.name >= 0:
                # "Ropar's Kestrel unit": the owner's name stands inside the phrase
                if through and through[-1].form in ("'s", "’s"):
                    through.append(word)
                    at -= 1
                    continue
                return Governor("list" if not through else "after", at)
            form = word.form
            if form in CLOSE:
                return Governor("start", at)
            if form in LIST_MARKS or form in lexicon.conjunctions:
                before = at - 1
                while before >= stop and (
                    words[before].form in LIST_MARKS or words[before].form in lexicon.conjunctions
                ):
                    before -= 1
                if form != "," and before >= stop and (before in predicates or before in own):
                    return Governor("direct", before)
                follows_name = before >= stop and (words[before].name >= 0 or words[before].form == ")")
                if (
                    not follows_name
                    and form == ","
                    and not crossed
                    and self._is_apposed(at, stop, predicates)
                ):
                    crossed = True
                    at -= 1
                    continue
                return Governor("list" if follows_name else "start", at)
            kind = self.patterns.prepositions.get(form)
            if kind:
                listed = self._find_list_head(at, stop, form)
                if listed is not None:
                    return Governor("list", listed)
                previous = words[at - 1].form if at > first else ""
                kind = self.patterns.compound.get(previous, kind)
                if kind == "of" or (kind == "in" and previous):
                    return self._find_head(at, stop, predicates, kind)
                return Governor(kind, at)
            if form in lexicon.breaks or form in lexicon.references.relatives:
                return Governor("start", at)
            through.append(word)
            at -= 1
        return Governor("start", at)

    def _is_apposed(self, comma: int, stop: int, taken: Set[int]) -> bool:
        """True when a common noun phrase stands before the comma: "another unit, Alba"."""
        for at in range(comma - 1, max(stop, comma - 6) - 1, -1):
            word = self.words[at]
            if word.name >= 0 or at in taken or word.form in CLOSE or word.form == ",":
                return False
            if word.form in self.patterns.lexicon.determiners:
                return comma - at >= 2
        return False

    def _find_list_head(self, at: int, stop: int, form: str) -> int | None:
        """The word of a conjunction or comma when the preposition at `at` is repeated in a list of names."""
        lexicon, words = self.patterns.lexicon, self.words
        mark = at - 1
        while mark >= stop and words[mark].form in lexicon.determiners:
            mark -= 1
        if mark < stop or not (words[mark].form in LIST_MARKS or words[mark].form in lexicon.conjunctions):
            return None
        kind = self.patterns.prepositions.get(form)
        for back in range(mark - 1, max(stop, mark - 8) - 1, -1):
            if words[back].name >= 0:
                for near in range(back - 1, max(stop - 8, back - 5, -1), -1):
                    if self.patterns.prepositions.get(words[near].form) == kind:
                        return mark
                return None
            if words[back].form in CLOSE:
                return None
        return None

    def _find_head(self, at: int, stop: int, taken: Set[int], kind: str) -> Governor:
        """`of` after a share ("30 % of") or a unit ("a unit of") says more than `of` alone."""
        words = self.words
        back = at - 1
        left = self.text[max(0, words[max(stop, at - 4)].start) : words[at].start] if at > stop else ""
        if back < stop:
            return Governor(kind, at)
        if back in taken:
            return Governor(kind, at)
        tail = left.rstrip()
        last_share = None
        for m in self.patterns.shares.finditer(tail):
            last_share = m
        if tail.endswith("%") or (last_share and last_share.end() >= len(tail)):
            return Governor("shares", at)
        last_part = None
        for m in self.patterns.parts.finditer(tail):
            last_part = m
        if last_part and len(tail) - last_part.end() <= 14:
            return Governor("part", at)
        return Governor(kind, at)


def split_sentences(doc: Doc) -> list[tuple[int, int]]:
    """Character ranges of the sentences; of the lines when no splitter ran."""
    if doc.has_annotation("SENT_START"):
        found = [(s.start_char, s.end_char) for s in doc.sents]
    else:
        found = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", spans.read_text(doc))]
    pieces = [
        (start, min(start + LONGEST, e)) for s, e in found for start in range(s, max(e, s + 1), LONGEST)
    ]
    return pieces or [(0, len(spans.read_text(doc)))]
