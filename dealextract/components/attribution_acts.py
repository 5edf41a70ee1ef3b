"""What attributions are put together from: candidate pieces, acts of saying, and the layout of a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from dealextract.components.attribution_lexicon import Grammar
from dealextract.components.quotes import Quotation
from dealextract.records import SourceType, Stance

SILENT: frozenset[Stance] = frozenset({"declines", "unreachable"})
LONGEST_CLAUSE = 2000  # characters looked at on either side of a cue; keeps long texts linear
FAR = 600  # characters in which words are counted
WORD = re.compile(r"\w+")
# "(Reuters) - ", "PARIS, 3 mai (AFP) —": no part of what is said.
DATELINE = re.compile(
    r"(?:[A-ZÀ-Ý][\w.,'’/ \u00a0-]{0,50})?\([^\W\d][\w.&'’/ \u00a0-]{1,30}\)"
    r"[ \u00a0]{0,2}[-–—:]{1,2}[ \u00a0]{1,2}(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A candidate source, content or name: its characters, what the tagger calls it, and its score."""

    start: int
    end: int
    type: SourceType | None = None
    label: str = ""
    score: float | None = None


@dataclass(slots=True)
class Act:
    """One act of saying while it is put together."""

    start: int
    end: int
    stance: Stance = "asserts"
    score: float | None = None
    kind: str = "verb"  # on which side the source stands: verb, preposition, citing, cited_by, quoted_as
    source: Piece | None = None
    source_type: SourceType = "other"
    contents: list[Piece] = field(default_factory=list)
    via: Act | None = None
    label_only: bool = False  # a label such as "(source: X)", which has no content to look for

    @property
    def group(self) -> tuple[int, int]:
        """The characters from the first to the last of cue and source when they stand together."""
        if self.source is None:
            return (self.start, self.end)
        return (min(self.start, self.source.start), max(self.end, self.source.end))


class Layout:
    """Where sentences, paragraphs and quotations lie in a text."""

    def __init__(self, text: str, starts: Sequence[int], quotations: Sequence[Quotation]) -> None:
        self.text = text
        self.quotations = quotations
        self.openings = {q.start for q in quotations}
        self.quote_starts = [q.start for q in quotations]
        self.starts = [s for s in starts if not self.is_quoted(s)] or [0]

    def is_quoted(self, at: int) -> bool:
        """True when the character lies inside a quotation, its marks excluded."""
        return self.find_quotation(at) is not None

    def find_quotation(self, at: int) -> Quotation | None:
        """The quotation that holds a character after its opening mark."""
        index = bisect_right(self.quote_starts, at) - 1
        if index >= 0:
            quotation = self.quotations[index]
            if quotation.start < at < quotation.end:
                return quotation
        return None

    def number(self, at: int) -> int:
        """Index of the sentence of a character; a quotation does not break a sentence."""
        return bisect_right(self.starts, at) - 1

    def sentence(self, at: int) -> tuple[int, int]:
        """Start and end of the sentence of a character, white space at the end left out."""
        index = self.number(at)
        start = self.starts[max(index, 0)]
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return (start, end)


def classify_cue(text: str, grammar: Grammar, after: str = "") -> str:
    """On which side of the cue its source stands: verb, preposition, citing or cited_by.

    `after` is the text that follows the cue, as far as its sentence may go.
    """
    if grammar.cited_by.match(text + after[:6]):
        return "cited_by"
    if grammar.relative.search(text, max(0, len(text) - 9)):
        return "verb"  # "selon lequel": its source stands before it
    if grammar.citing.match(text):
        return "verb" if grammar.quoted_as.match(after) else "citing"
    if grammar.prepositional.match(text):
        return "preposition"
    return "verb"


def after_speech(text: str, at: int) -> bool:
    """True when a comma or a quote mark stands before an offset: what was said may end there."""
    return text[max(0, at - 4) : at].rstrip()[-1:] in tuple(",»”\"’'")


def count_words(text: str) -> int:
    """Number of words, at most 40: what is further is far.

    >>> count_words("a indiqué, mardi"), count_words(", ")
    (3, 0)
    """
    return min(40, len(WORD.findall(text[:FAR])))


def list_inside(acts: Sequence[Act], start: int, end: int) -> list[Act]:
    """The first acts, sorted by start, that lie in a range."""
    first = bisect_right(acts, start - 1, key=lambda a: a.start)
    return [a for a in acts[first : first + 20] if a.start < end and a.end <= end]


def inside(spans: Sequence[Piece | Act], start: int, end: int) -> int:
    """How many of the spans, sorted by start, lie in a range."""
    first = bisect_right(spans, start - 1, key=lambda s: s.start)
    count = 0
    for span in spans[first : first + 20]:
        if span.start >= end:
            break
        count += span.end <= end
    return count


def skip_intro(text: str, start: int, end: int, grammar: Grammar) -> int:
    """Offset after "on Monday that", "mercredi dans un communiqué que" and the like.

    What is skipped has to end with a complementizer or a comma, or be an adjunct; else the start stays.
    """
    at = start
    for _ in range(4):
        found = grammar.complementizer.match(text[at : min(end, at + 40)])
        if found:
            return at + found.end()
        ahead = text[at : min(end, at + 120)]
        found = grammar.adjunct.match(ahead) or grammar.recipient.match(ahead)
        if not found or not found.end():
            break
        at += found.end()
    found = grammar.complementizer.match(text[at : min(end, at + 40)])
    return at + found.end() if found else at
