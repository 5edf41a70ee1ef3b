"""Names that a tagger runs together or cuts: two firms and a hyphen, one firm with "and" in its name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from dealextract.clusters import Mention

JOINT = re.compile(r" ?[-/–] ?")
AND = frozenset({"et", "and"})
CONJUNCTION = re.compile(r"(?:,|,? (?:et|and|&)) ")
WORD = re.compile(r"[^\W\d_]+")
BRACKET = re.compile(r"[ \u00a0]?\(([A-Z][A-Z&.\-]{1,9})[),;]")
ACRONYM = re.compile(r"[A-Z]{3,}")
AROUND = 20  # characters before a name in which a word may stand
FIRMS = frozenset({"COMPANY", "MEDIA"})


class PairSplitter:
    """Parts a mention that joins two names of the text: "the Arvo-Teleq alliance", "ats/awp".

    A hyphen parts only next to a word for what two firms are together (`pairs`) and in a form that comes
    once, as it may stand in a firm's own name ("Air France-KLM"). `known` gives names with their labels that
    need not be in the text, as agencies.
    """

    def __init__(self, pairs: Sequence[str], known: Mapping[str, str]) -> None:
        words = "|".join(sorted(map(re.escape, pairs), key=len, reverse=True))
        self.before = re.compile(rf"\b(?:{words})[ \u00a0]$", re.IGNORECASE)
        self.after = re.compile(rf"[ \u00a0](?:{words})\b", re.IGNORECASE)
        self.known = known

    def split(self, text: str, scores: Mapping[Mention, float]) -> dict[Mention, float]:
        """The mentions, two in the place of one that joins two.

        >>> text = "The Arvo-Teleq alliance helps Arvo, says Teleq."
        >>> names = [Mention(4, 14, text[4:14], "COMPANY"), Mention(30, 34, "Arvo", "COMPANY"),
        ...     Mention(41, 46, "Teleq", "COMPANY")]
        >>> [m.text for m in PairSplitter(["alliance"], {}).split(text, dict.fromkeys(names, 0.9))]
        ['Arvo', 'Teleq', 'Arvo', 'Teleq']
        """
        labels = {**self.known, **{m.text: m.label for m in scores if m.label in FIRMS}}
        out: dict[Mention, float] = {}
        for mention, score in scores.items():
            for part in self.find_parts(text, mention, labels) or [mention]:
                out[part] = max(score, out.get(part, 0.0))
        return out

    def find_parts(self, text: str, mention: Mention, labels: Mapping[str, str]) -> list[Mention]:
        """The two names that a mention joins, none where it is one name."""
        joints = list(JOINT.finditer(mention.text)) if mention.label in FIRMS else []
        if len(joints) != 1:
            return []
        start, end = joints[0].span()
        names = mention.text[:start], mention.text[end:]
        if not all(name in labels for name in names):
            return []
        if "/" not in joints[0][0] and (text.count(mention.text) > 1 or not self.is_pair(text, mention)):
            return []
        return [
            Mention(mention.start, mention.start + start, names[0], labels[names[0]]),
            Mention(mention.start + end, mention.end, names[1], labels[names[1]]),
        ]

    def is_pair(self, text: str, mention: Mention) -> bool:
        """True next to a word for what two firms are together."""
        left = text[max(0, mention.start - AROUND) : mention.start]
        return bool(self.before.search(left) or self.after.match(text, mention.end))


def join_parts(text: str, scores: Mapping[Mention, float], stop: frozenset[str]) -> dict[Mention, float]:
    """The mentions, one in the place of two around "and" or a comma that an acronym of the text spells.

    The acronym stands in brackets after them, or is a firm's name elsewhere, of three letters or more.
    Where the text says once that they are one name, they are so everywhere in it. `stop` holds the small
    words that an acronym may leave out.

    >>> text = "Mills and Board of Oulu (MBO) grew."
    >>> parts = {Mention(0, 5, "Mills", "COMPANY"): 0.9, Mention(10, 23, "Board of Oulu", "COMPANY"): 0.8}
    >>> join_parts(text, parts, frozenset({"of"}))
    {Mention(start=0, end=23, text='Mills and Board of Oulu', label='COMPANY'): 0.8}
    """
    pairs: dict[str, list[tuple[Mention, Mention]]] = defaultdict(list)
    joined = set()
    ordered = sorted(m for m in scores if m.label == "COMPANY")
    letters = {m.text for m in ordered if ACRONYM.fullmatch(m.text)}
    for first, last in pairwise(ordered):
        if first.end < last.start and CONJUNCTION.fullmatch(text, first.end, last.start):
            whole = text[first.start : last.end]
            pairs[whole].append((first, last))
            bracket = BRACKET.match(text, last.end)
            if list_acronyms(whole, stop) & ({bracket[1].replace("&", "")} if bracket else letters):
                joined.add(whole)
    out = dict(scores)
    for whole in joined:
        for first, last in pairs[whole]:
            if first in out and last in out:
                score = min(out.pop(first), out.pop(last))
                out[Mention(first.start, last.end, whole, first.label)] = score
    return out


def list_acronyms(name: str, stop: frozenset[str]) -> set[str]:
    """The acronyms of all words of a name, with or without its small words, and with or without "and".

    >>> sorted(list_acronyms("Mills et Board de Oulu", frozenset({"de", "et"})))
    ['MBDO', 'MBO', 'MEBDO', 'MEBO']
    """
    words = WORD.findall(name)
    small = {word for word in words if word in stop}
    return {
        "".join(word[0] for word in words if word not in left).upper()
        for left in (set(), small, small - AND, small & AND, small | AND, AND)
    }
