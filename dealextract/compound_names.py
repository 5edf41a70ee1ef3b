"""Names that a tagger runs together or cuts: two firms joined by a hyphen, one firm with "and" in its name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from dealextract.aliases import is_acronym
from dealextract.clusters import Mention

JOINT = re.compile(r" ?[-/–] ?")
SPELT = re.compile(r" (et|and) ")  # an acronym may have a letter for it
CONJUNCTION = re.compile(r"(?:,|,? (?:et|and|&)) ")
BRACKET = re.compile(r"[ \u00a0]?\(([A-Z][A-Z&.\-]{1,9})[),;]")
FIRMS = frozenset({"COMPANY", "MEDIA"})


def part_joined(
    scores: Mapping[Mention, float], known: Mapping[str, str] = MappingProxyType({})
) -> dict[Mention, float]:
    """The mentions, two in the place of one that joins two other names of the text: "the Arvo-Teleq alliance".

    `known` gives names with their labels that need not be in the text, as agencies ("ats/awp"). A joined name that comes twice is taken for a firm's own ("Air France-KLM"). In the gold of press and corpora
    27 such pairs are two names and 2 are one.

    >>> names = {Mention(0, 4, "Arvo", "COMPANY"): 0.9, Mention(9, 14, "Teleq", "COMPANY"): 0.8}
    >>> [m.text for m in part_joined({**names, Mention(20, 30, "Arvo-Teleq", "COMPANY"): 0.7})]
    ['Arvo', 'Teleq', 'Arvo', 'Teleq']
    """
    labels = {**known, **{m.text: m.label for m in scores if m.label in FIRMS}}
    times = Counter(m.text for m in scores)
    out: dict[Mention, float] = {}
    for mention, score in scores.items():
        joints = list(JOINT.finditer(mention.text)) if mention.label in FIRMS else []
        parts = [(0, joints[0].start()), (joints[0].end(), len(mention.text))] if len(joints) == 1 else []
        names = [mention.text[start:end] for start, end in parts]
        if not parts or times[mention.text] > 1 or not all(name in labels for name in names):
            out[mention] = max(score, out.get(mention, 0.0))
            continue
        for name, (start, end) in zip(names, parts, strict=True):
            part = Mention(mention.start + start, mention.start + end, name, labels[name])
            out[part] = max(score, out.get(part, 0.0))
    return out


def join_parts(text: str, scores: Mapping[Mention, float], stop: frozenset[str]) -> dict[Mention, float]:
    """The mentions, one in the place of two around "and" or a comma that the acronym in brackets after them spells.

    Where the text says once that they are one name, they are so everywhere in it. `stop` holds the small words that an
    acronym may leave out.

    >>> text = "Mills and Board of Oulu (MBO) grew."
    >>> parts = {Mention(0, 5, "Mills", "COMPANY"): 0.9, Mention(10, 23, "Board of Oulu", "COMPANY"): 0.8}
    >>> join_parts(text, parts, frozenset({"of"}))
    {Mention(start=0, end=23, text='Mills and Board of Oulu', label='COMPANY'): 0.8}
    """
    pairs: dict[str, list[tuple[Mention, Mention]]] = defaultdict(list)
    joined = set()
    ordered = sorted(m for m in scores if m.label == "COMPANY")
    for first, last in zip(ordered, ordered[1:], strict=False):
        if first.end < last.start and CONJUNCTION.fullmatch(text, first.end, last.start):
            whole = text[first.start : last.end]
            pairs[whole].append((first, last))
            short = BRACKET.match(text, last.end)
            spelt = SPELT.sub(lambda word: f" {word[1][0]} ", whole)
            if short and not is_acronym(short[1], last.text, stop):
                if is_acronym(short[1], whole, stop) or is_acronym(short[1], spelt, stop):
                    joined.add(whole)
    out = dict(scores)
    for whole in joined:
        for first, last in pairs[whole]:
            if first in out and last in out:
                score = min(out.pop(first), out.pop(last))
                out[Mention(first.start, last.end, whole, first.label)] = score
    return out
