"""The one cue engine: word patterns with a span, and pseudo-cues that block; scope is in `clauses`.

A pattern is a line of slots:

    word        that word, lower case, apostrophe typed '
    a|b         one of these
    @class      any word of a class of the lexicon (a list of words, or a form recognised by its ending)
    slot?       may be missing
    ..          nothing to three words, no punctuation among them
    < … >       the cue is what stands between; without them it is the whole match

A cue whose type is "none" is a pseudo-cue: no cue is found inside it. Every pattern has a bounded
length, so that finding takes a time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pydantic import Field

from dealextract.lexicon import Lexicon

# An elided word keeps its apostrophe ("n'", "qu'"); "isn't" is one word; other signs stand alone.
WORD = re.compile(r"\w+n['’]t\b|\w[\w-]*['’]?|[^\w\s]")
GAP = 3
PSEUDO = "none"


class Word(NamedTuple):
    """A word or a sign of the text; `norm` is lower case with a straight apostrophe."""

    start: int
    end: int
    norm: str


class WordForm(Lexicon):
    """A class of words known by their endings, minus exceptions."""

    name: str
    endings: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    exception_endings: tuple[str, ...] = ()


class Cue(Lexicon):
    """Patterns that mean the same: their type, how far they may be trusted, where their scope lies.

    `grow` lets the cue take in auxiliaries on its left.
    """

    type: str
    patterns: tuple[str, ...]
    reported: bool = False
    trust: float = 0.5
    strength: float | None = None
    grow: bool = True
    direction: Literal["clause", "right", "sentence"] = "clause"


class CueLexicon(Lexicon):
    """Word classes and cues of one component in one language."""

    classes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    form: tuple[WordForm, ...] = ()
    cue: tuple[Cue, ...]


class Match(NamedTuple):
    """A cue found: words [first, last) of the whole match, characters [start, end) of the cue."""

    first: int
    last: int
    start: int
    end: int
    cue: Cue


class Slot(NamedTuple):
    keys: frozenset[str]
    optional: bool
    gap: bool


class Pattern(NamedTuple):
    slots: tuple[Slot, ...]
    span: tuple[int, int]
    cue: Cue


def split_words(text: str) -> list[Word]:
    """The words and signs of a text with their offsets.

    >>> [w.norm for w in split_words("Il n’est pas exclu.")]
    ['il', "n'", 'est', 'pas', 'exclu', '.']
    """
    return [Word(m.start(), m.end(), m.group().lower().replace("’", "'")) for m in WORD.finditer(text)]


def parse_pattern(line: str, cue: Cue) -> Pattern:
    """The slots of a pattern line and the part of them that is the cue.

    >>> parse_pattern("est <prêt|prête à?>", Cue(type="x", patterns=())).span
    (1, 3)
    """
    slots: list[Slot] = []
    first, last = 0, None
    for raw in line.split():
        item = raw
        if item.startswith("<"):
            first, item = len(slots), item[1:]
        closing = item.endswith(">")
        item = item.removesuffix(">")
        gap = item == ".."
        optional = item.endswith("?") and item != "?"
        keys = (
            frozenset()
            if gap
            else frozenset(item.removesuffix("?").split("|") if optional else item.split("|"))
        )
        slots.append(Slot(keys, optional or gap, gap))
        if closing:
            last = len(slots)
    if all(slot.optional for slot in slots):
        raise ValueError(f"the pattern {line!r} can match nothing")
    return Pattern(tuple(slots), (first, len(slots) if last is None else last), cue)


class CueEngine:
    """Finds the cues of a lexicon in a sequence of words."""

    def __init__(self, lexicon: CueLexicon) -> None:
        self.forms = lexicon.form
        self.classes: dict[str, list[str]] = {}
        for name, words in lexicon.classes.items():
            for word in words:
                self.classes.setdefault(word, []).append(f"@{name}")
        names = {f"@{name}" for name in lexicon.classes} | {f"@{form.name}" for form in lexicon.form}
        self.by_key: dict[str, list[Pattern]] = {}
        for cue in lexicon.cue:
            for line in cue.patterns:
                pattern = parse_pattern(line, cue)
                for slot in pattern.slots:
                    unknown = {key for key in slot.keys if key.startswith("@")} - names
                    if unknown:
                        raise ValueError(f"the pattern {line!r} names unknown classes {sorted(unknown)}")
                # A pattern is reached by every key that can come first.
                for slot in pattern.slots:
                    for key in slot.keys:
                        self.by_key.setdefault(key, []).append(pattern)
                    if not slot.optional:
                        break
        self.memory: dict[str, frozenset[str]] = {}

    def keys(self, norm: str) -> frozenset[str]:
        """The word and the classes that it belongs to."""
        known = self.memory.get(norm)
        if known is None:
            found = {norm, *self.classes.get(norm, ())}
            for form in self.forms:
                if (
                    norm.endswith(form.endings)
                    and norm not in form.exceptions
                    and not (form.exception_endings and norm.endswith(form.exception_endings))
                ):
                    found.add(f"@{form.name}")
            known = frozenset(found)
            if len(self.memory) < 100_000:
                self.memory[norm] = known
        return known

    def find(self, words: Sequence[Word]) -> list[Match]:
        """All matches, pseudo-cues included, in order of their start; they may overlap."""
        keys = [self.keys(word.norm) for word in words]
        found = []
        for at, here in enumerate(keys):
            seen = set()
            for key in here:
                for pattern in self.by_key.get(key, ()):
                    if id(pattern) in seen:
                        continue
                    seen.add(id(pattern))
                    ends = match_slots(pattern.slots, words, keys, at)
                    if ends is not None:
                        first, last = ends[pattern.span[0]], ends[pattern.span[1]]
                        first = skip_missing(ends, pattern.span, first)
                        if last > first:
                            found.append(
                                Match(at, ends[-1], words[first].start, words[last - 1].end, pattern.cue)
                            )
        return found


def skip_missing(ends: Sequence[int], span: tuple[int, int], first: int) -> int:
    """First word of the cue; a gap that opens the span does not belong to it."""
    return min(first, ends[span[1]])


def match_slots(
    slots: Sequence[Slot], words: Sequence[Word], keys: Sequence[frozenset[str]], at: int
) -> list[int] | None:
    """Word offsets at which each slot begins, and the end; None when the slots do not match at `at`."""

    def walk(slot_at: int, word_at: int) -> list[int] | None:
        if slot_at == len(slots):
            return [word_at]
        slot = slots[slot_at]
        reach = GAP if slot.gap else 1
        if not slot.gap:
            if word_at < len(words) and not slot.keys.isdisjoint(keys[word_at]):
                rest = walk(slot_at + 1, word_at + 1)
                if rest is not None:
                    return [word_at, *rest]
            if slot.optional:
                rest = walk(slot_at + 1, word_at)
                return None if rest is None else [word_at, *rest]
            return None
        for taken in range(reach + 1):
            if taken and not is_plain(words, word_at + taken - 1):
                return None
            rest = walk(slot_at + 1, word_at + taken)
            if rest is not None:
                return [word_at, *rest]
        return None

    return walk(0, at)


def is_plain(words: Sequence[Word], at: int) -> bool:
    """True when there is a word at `at` and it is no sign."""
    return at < len(words) and (words[at].norm[0].isalnum() or words[at].norm[0] == "_")


def resolve(matches: Iterable[Match]) -> list[Match]:
    """Matches without overlap: the longest cue wins, then the longest match, then the most trusted.

    A pseudo-cue removes every cue that begins inside it; with the others it competes by length.
    """
    found = sorted(matches, key=lambda m: m.first)
    pseudo = [m for m in found if m.cue.type == PSEUDO]
    blocked = {at for m in pseudo for at in range(m.first, m.last)}
    rivals = [m for m in found if m.cue.type == PSEUDO or m.first not in blocked]
    rivals.sort(
        key=lambda m: (m.start - m.end, m.first - m.last, m.cue.type != PSEUDO, -m.cue.trust, m.start)
    )
    kept: list[Match] = []
    taken: set[int] = set()
    for match in rivals:
        if not any(at in taken for at in range(match.first, match.last)):
            kept.append(match)
            taken.update(range(match.first, match.last))
    return sorted((m for m in kept if m.cue.type != PSEUDO), key=lambda m: m.start)
