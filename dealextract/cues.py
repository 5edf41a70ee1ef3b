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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    direction: Literal["clause", "right", "phrase", "sentence"] = "clause"


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
    """The slots of a pattern, the part of them that is the cue, and how far before its anchor it may begin.

    The anchor is the slot whose words are rarest: only where one of them stands is the pattern tried.
    """

    slots: tuple[Slot, ...]
    span: tuple[int, int]
    cue: Cue
    anchor: int = 0
    before: range = range(1)


def split_words(text: str) -> list[Word]:
    """The words and signs of a text with their offsets.

    >>> [w.norm for w in split_words("Il n’est pas exclu.")]
    ['il', "n'", 'est', 'pas', 'exclu', '.']
    """
    return [Word(*m.span(), m.group().lower().replace("’", "'")) for m in WORD.finditer(text)]


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
        names = {f"@{name}" for name in lexicon.classes} | {f"@{form.name}" for form in lexicon.form}
        patterns = [parse_pattern(line, cue) for cue in lexicon.cue for line in cue.patterns]
        uses = Counter(key for pattern in patterns for slot in pattern.slots for key in slot.keys)
        if unknown := sorted(key for key in uses if key.startswith("@") and key not in names):
            raise ValueError(f"the cue patterns name unknown classes {unknown}")
        self.by_key: dict[str, list[Pattern]] = {}
        for pattern in patterns:
            anchored = set_anchor(pattern, uses)
            for key in anchored.slots[anchored.anchor].keys:
                self.by_key.setdefault(key, []).append(anchored)
        self.memory: dict[str, frozenset[str]] = {}
        self.anchors: dict[str, tuple[Pattern, ...]] = {}

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

    def anchored(self, norm: str) -> tuple[Pattern, ...]:
        """The patterns whose anchor the word may be."""
        known = self.anchors.get(norm)
        if known is None:
            known = tuple(p for key in self.keys(norm) for p in self.by_key.get(key, ()))
            if len(self.anchors) < 100_000:
                self.anchors[norm] = known
        return known

    def find(self, words: Sequence[Word]) -> list[Match]:
        """All matches, pseudo-cues included, in order of their start; they may overlap."""
        tries = [(at, some) for at, word in enumerate(words) if (some := self.anchored(word.norm))]
        if not tries:
            return []
        keys = [self.keys(word.norm) for word in words]
        found: dict[tuple[int, int], Match] = {}
        for at, patterns in tries:
            for pattern in patterns:
                for back in pattern.before:
                    start = at - back
                    ends = match_slots(pattern.slots, words, keys, start) if start >= 0 else None
                    if ends is not None:
                        last = ends[pattern.span[1]]
                        first = min(ends[pattern.span[0]], last)
                        if last > first:
                            found[start, id(pattern)] = Match(
                                start, ends[-1], words[first].start, words[last - 1].end, pattern.cue
                            )
        return sorted(found.values(), key=lambda m: m.first)


def set_anchor(pattern: Pattern, uses: Mapping[str, int]) -> Pattern:
    """The pattern with its anchor: of the slots that must be there the one whose keys are used least.

    >>> line = parse_pattern("is .. <in talks>", Cue(type="x", patterns=()))
    >>> anchored = set_anchor(line, {"is": 9, "in": 5, "talks": 2})
    >>> anchored.anchor, list(anchored.before)
    (3, [2, 3, 4, 5])
    """
    needed = [i for i, slot in enumerate(pattern.slots) if not slot.optional]
    anchor = min(needed, key=lambda i: (sum(uses[key] for key in pattern.slots[i].keys), i))
    before = pattern.slots[:anchor]
    least = sum(not slot.optional for slot in before)
    most = sum(GAP if slot.gap else 1 for slot in before)
    return pattern._replace(anchor=anchor, before=range(least, most + 1))


def match_slots(
    slots: Sequence[Slot], words: Sequence[Word], keys: Sequence[frozenset[str]], at: int, first: int = 0
) -> list[int] | None:
    """Word offsets at which each slot from `first` on begins, and the end; None when they do not match."""
    begins: list[int] = []
    for place in range(first, len(slots)):
        slot = slots[place]
        if slot.optional:
            rest = match_optional(slots, words, keys, at, place)
            return None if rest is None else [*begins, at, *rest]
        if at >= len(keys) or slot.keys.isdisjoint(keys[at]):
            return None
        begins.append(at)
        at += 1
    return [*begins, at]


def match_optional(
    slots: Sequence[Slot], words: Sequence[Word], keys: Sequence[frozenset[str]], at: int, place: int
) -> list[int] | None:
    """What `match_slots` gives for the slots behind the one at `place`, which may be missing or is a gap."""
    slot = slots[place]
    if slot.gap:
        for taken in range(GAP + 1):
            if taken and not is_plain(words, at + taken - 1):
                return None
            rest = match_slots(slots, words, keys, at + taken, place + 1)
            if rest is not None:
                return rest
        return None
    if at < len(keys) and not slot.keys.isdisjoint(keys[at]):
        rest = match_slots(slots, words, keys, at + 1, place + 1)
        if rest is not None:
            return rest
    return match_slots(slots, words, keys, at, place + 1)


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
