"""Mentions of one entity put together: legal forms, clipped names, acronyms, surnames, small typos."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dealextract.aliases import (
    AliasLexicon,
    contains,
    core_tokens,
    fullest,
    is_acronym,
    is_clipped,
    is_contraction,
    is_shortened,
    is_typo,
    name_tokens,
    plain,
)

INITIAL = 1
CLIPPED = (1, 3, 4)  # kinships that rest on a part of the name
CUT = 2  # kinship of a word cut short with the whole one
COMMON = 1  # of a common word that ends a longer name, "United": of several names the one that is named most
# Mentions of the short name before the long one that part them where the rest of the long one is generic. For
# another rest one is enough: 52 of 62 such names in gold were another firm.
EARLIER = 2
CUT_LETTERS = 4  # letters that a word loses when it is cut short
SENTENCE = 250  # characters in which two names of one sentence stand
BREAK = re.compile(r"[.!?][\s\u00a0]|\n")
FURTHEST_BRACKET = 6  # characters between a name and its short form in brackets


class Mention(NamedTuple):
    """A name in the text; `label` as in the records."""

    start: int
    end: int
    text: str
    label: str


class Clusterer:
    """Gives every mention of a document the fullest name of its entity."""

    def __init__(self, lexicon: AliasLexicon) -> None:
        self.legal_forms = frozenset(lexicon.legal_forms)
        self.generic = frozenset(lexicon.generic)
        self.stop = frozenset(lexicon.stop)
        self.branches = frozenset(lexicon.branches)
        self.in_same = {" ".join(name_tokens(name)) for group in lexicon.same for name in group}
        self.same = [frozenset(" ".join(name_tokens(name)) for name in group) for group in lexicon.same]

    def entities(self, text: str, mentions: Sequence[Mention]) -> list[str]:
        """The entity name of each mention, in the order given."""
        names: dict[tuple[bool, str], list[Mention]] = {}
        for mention in sorted(mentions):
            names.setdefault((mention.label == "PERSON", mention.text), []).append(mention)
        parent = {key: key for key in names}

        def root(key: tuple[bool, str]) -> tuple[bool, str]:
            while parent[key] != key:
                key = parent[key]
            return key

        bracketed = self.bracketed(text, sorted(mentions))
        labels = {key: {m.label for m in found} for key, found in names.items()}
        bodies = {key for key, found in names.items() if all(m.label == "PUBLIC_BODY" for m in found)}
        whole = {self.core(key[1]) for key in names if not key[0]}
        headline = text.find("\n", len(text) - len(text.lstrip()))
        # Long names first: a short one then finds the fullest.
        order = sorted(names, key=lambda k: (-len(self.core(k[1])), -len(k[1]), names[k][0].start))
        for at, key in enumerate(order):
            longer = [k for k in order[:at] if k[0] == key[0]]
            ranked = [
                (self.kinship(key, k, bracketed, body=key in bodies and k in bodies), k) for k in longer
            ]
            ranked = [
                (score, k)
                for score, k in ranked
                if score not in CLIPPED
                or key[0]
                or (labels[key] & labels[k] and not self.is_part(names[key], names[k], headline, whole))
            ]
            ranked = [
                (score, k)
                for score, k in ranked
                if score != CUT
                or key[0]
                or (key[1], k[1]) in bracketed
                or not self.is_head(key[1], k[1])
                or not meet(text, names[key], names[k])
            ]
            best = max((score for score, _ in ranked), default=0)
            if best == 0:
                continue
            roots = list(dict.fromkeys(root(k) for score, k in ranked if score == best))
            if best == COMMON and len(roots) > 1:
                times = {r: sum(len(names[k]) for k in names if root(k) == r) for r in roots}
                roots = [r for r in roots if all(times[r] >= 2 * times[o] for o in roots if o != r)]
                if not roots:
                    continue
            if len(roots) == 1:
                parent[key] = roots[0]
            else:
                # Two candidates: the one named last before the first short mention.
                first = names[key][0].start
                before = {
                    r: max(
                        (m.start for k in names if root(k) == r for m in names[k] if m.start < first),
                        default=-1,
                    )
                    for r in roots
                }
                parent[key] = max(roots, key=lambda r: (before[r], -names[r][0].start))
        groups: dict[tuple[bool, str], list[str]] = {}
        for key in names:
            groups.setdefault(root(key), []).append(key[1])
        entity = {r: fullest(found) for r, found in groups.items()}
        return [entity[root((m.label == "PERSON", m.text))] for m in mentions]

    def is_part(
        self, short: Sequence[Mention], long: Sequence[Mention], headline: int, whole: set[tuple[str, ...]]
    ) -> bool:
        """True when the longer name is rather another firm built on the short one, as a subsidiary.

        A clipped name follows the full one, but for the headline; the name of a group comes before that of
        its subsidiary. Where the rest of the long name is itself a name here, the long one joins two.
        """
        a, b = self.core(short[0].text), self.core(long[0].text)
        at = contains(b, a)
        raw_a, raw_b = name_tokens(short[0].text), name_tokens(long[0].text)
        if len(raw_a) > len(a) and raw_b[-len(raw_a) :] != raw_a:
            return True  # with its own legal form a name is complete
        earlier = sum(headline < m.start < long[0].start for m in short)
        if at is None:
            return False
        if at > 0:
            return b[:at] in whole or b[:1] in whole or (earlier >= EARLIER and b[0] not in self.generic)
        rest = b[len(a) :]
        plainly = self.generic.issuperset(rest) and not self.branches.intersection(rest)
        return rest in whole or earlier >= (EARLIER if plainly or "&" in long[0].text else 1)

    def is_head(self, short: str, long: str) -> bool:
        """True when both are single words, and the longer one goes on after the short one: not a plural."""
        a, b = self.core(short), self.core(long)
        return len(a) == len(b) == 1 and len(b[0]) >= len(a[0]) + CUT_LETTERS

    def core(self, name: str) -> tuple[str, ...]:
        return core_tokens(name, self.legal_forms)

    def kinship(
        self, short: tuple[bool, str], long: tuple[bool, str], bracketed: set[tuple[str, str]], *, body: bool
    ) -> int:
        """How surely a name is short for a longer one, 0 when it is not."""
        a, b = self.core(short[1]), self.core(long[1])
        if not a or not b:
            return 0
        joined, whole = "".join(a), "".join(b)
        if joined == whole:
            return 9
        if short[0]:
            return self.person_kinship(a, b)
        if (short[1], long[1]) in bracketed and (
            is_acronym(short[1], long[1], self.stop) or is_contraction(short[1], long[1])
        ):
            return 8
        if is_acronym(short[1], long[1], self.stop):
            return 7
        if abs(len(joined) - len(whole)) <= 1 and is_typo(joined, whole):
            return 6
        one = " ".join(a)
        if one in self.in_same and any({one, " ".join(b)} <= group for group in self.same):
            return 5
        if (
            len(a) < len(b)
            and joined.startswith(b[0])
            and joined in {"".join(b[:n]) for n in range(2, len(b))}
        ):
            return 4
        if body or not self.generic.issuperset(a):
            at = contains(b, a)
            if at is not None:
                return 4 if at == 0 or all(word in self.generic for word in b[:at]) else 3
        if len(a) == len(b) > 1 and all(
            is_typo(x, y) or is_shortened(x, y) for x, y in zip(a, b, strict=True)
        ):
            return CUT
        if len(a) == 1 and any(is_clipped(a[0], word) for word in b[:2]):
            return CUT
        if len(a) == 1 and len(b) > 1 and b[-1] == a[0] and any(word not in self.generic for word in b):
            return COMMON
        return 0

    def person_kinship(self, a: Sequence[str], b: Sequence[str]) -> int:
        """Surname, first name with or without the rest, initial for the first name."""
        if len(a) < len(b) and tuple(b[-len(a) :]) == tuple(a):
            return 5
        if len(a) > 1 and a[-1] == b[-1] and len(a[0]) == INITIAL and a[0] == b[0][0]:
            return 4
        if len(a) == 1 and a[0] in b:
            return 3
        if len(a) == 1 and is_typo(a[0], b[-1]):
            return 2
        return 2 if len(a) == len(b) > 1 and all(is_typo(x, y) for x, y in zip(a, b, strict=True)) else 0

    def bracketed(self, text: str, mentions: Sequence[Mention]) -> set[tuple[str, str]]:
        """(short, long) for each name in brackets right after another one."""
        found = set()
        for long, short in itertools.pairwise(mentions):
            if short.start - long.end > FURTHEST_BRACKET:
                continue
            if plain(text[long.end : short.start]).strip(" \u00a0\"'«“") == "(" and text[
                short.end : short.end + 3
            ].lstrip(" \u00a0\"'»”").startswith((")", ",", ";")):
                found.add((short.text, long.text))
                found.add((long.text, short.text))
        return found


def pairs(entities: Sequence[str]) -> Counter[bool]:
    """Number of mention pairs that share an entity (True) and that do not (False)."""
    counts: Counter[bool] = Counter()
    for i, a in enumerate(entities):
        for b in entities[i + 1 :]:
            counts[a == b] += 1
    return counts


def meet(text: str, short: Sequence[Mention], long: Sequence[Mention]) -> bool:
    """True when both names stand in one sentence: they are then two firms, as "Gazprom" and "Gazpromneft".

    >>> found = [[Mention(0, 4, "Arvo", "COMPANY")], [Mention(12, 20, "Arvoneft", "COMPANY")]]
    >>> meet("Arvo's unit Arvoneft", *found), meet("Arvo grew.  Arvoneft", *found)
    (True, False)
    """
    return any(
        first.text != last.text
        and last.start - first.end < SENTENCE
        and not BREAK.search(text, first.end, last.start)
        for first, last in itertools.pairwise(sorted((*short, *long)))
    )
