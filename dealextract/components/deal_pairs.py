"""Which events are one deal: a fitted regression weighs every pair, and the likeliest groups are joined.

Groups are joined as long as the mean log-odds of the pairs between two of them are positive (average
linkage), so that one odd pair neither splits nor joins deals.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from dealextract.components.deal_clusters import (
    FAMILY,
    NEAR,
    Cluster,
    add_remote,
    choose_parties,
    merge_fills,
    moved,
)
from dealextract.components.deal_events import Event
from dealextract.components.deal_relations import Relations, Roles
from dealextract.components.deal_text import Reading
from dealextract.components.deal_weights import load_weights
from dealextract.records import PARTY_ROLES

PAIR = ("same", "other")
REACH = 40  # events to either side that are weighed, so that work stays linear on any text
ALIKE = 1.5  # log-odds against one deal that groups with the same two sides may have
APART = -2.0  # log-odds of events that stand farther apart
STEM = 5  # letters by which two words are alike
GAPS, SHARES = (0, 1, 3, 7), (0.2, 0.4, 0.6, 0.8)
MOST_ODDS = 6  # log-odds of the tagger that are told apart


def cluster_events(events: Sequence[Event], reading: Reading, relations: Relations) -> list[Cluster]:
    """Groups of events that speak of one deal, in the order of their first event."""
    pairs = Pairs(events, reading, relations)
    odds = np.full((len(events), len(events)), APART)
    weights = load_odds()
    for i, j in pairs.list_pairs():
        # exact, so that the order of the features does not matter
        odds[i, j] = odds[j, i] = math.fsum(weights.get(f, 0.0) for f in pairs.describe(i, j))
    groups = [(group, make_cluster([events[i] for i in group], reading)) for group in join(odds)]
    while pair := find_alike(groups, odds):
        both = sorted(groups[pair[0]][0] + groups[pair[1]][0])
        groups = [g for n, g in enumerate(groups) if n not in pair]
        groups.append((both, make_cluster([events[i] for i in both], reading)))
    for _, cluster in groups:
        add_remote(cluster, reading)
    found = [cluster for _, cluster in groups if cluster.parties]
    return sorted(found, key=lambda c: c.events[0].start)


def find_alike(groups: Sequence[tuple[list[int], Cluster]], odds: np.ndarray) -> tuple[int, int] | None:
    """The first two groups that name the same two sides of a deal, unless their pairs speak against it."""
    sides: dict[tuple[str, str], list[int]] = {}
    for n, (_, cluster) in enumerate(groups):
        for role, names in cluster.parties.items():
            for name in names:
                sides.setdefault((role, name), []).append(n)
    shared = Counter(pair for at in sides.values() for pair in itertools.combinations(at[:REACH], 2))
    for one, other in sorted(pair for pair, times in shared.items() if times >= 2):
        (a, first), (b, second) = groups[one], groups[other]
        if are_akin(first, second) and odds[np.ix_(a, b)].mean() > -ALIKE:
            return one, other
    return None


@cache
def load_odds() -> dict[str, float]:
    """What each feature of a pair adds to the log-odds of one deal."""
    return {f: w.get("same", 0.0) - w.get("other", 0.0) for f, w in load_weights("pair").items()}


def make_cluster(events: list[Event], reading: Reading) -> Cluster:
    """The group of these events, with the parties that they name."""
    cluster = Cluster(events, {}, {})
    merge_fills(cluster, reading)
    return cluster


def are_akin(one: Cluster, other: Cluster) -> bool:
    """True when two groups are of one family, or of two that the press takes for each other."""
    families = frozenset((FAMILY[one.type], FAMILY[other.type]))
    return len(families) == 1 or families in NEAR


def join(odds: np.ndarray) -> list[list[int]]:
    """Groups of the items of a table of log-odds [items, items], by average linkage, in order.

    >>> join(np.array([[0.0, 2.0, -1.0], [2.0, 0.0, -1.5], [-1.0, -1.5, 0.0]]))
    [[0, 1], [2]]
    """
    groups = {i: [i] for i in range(len(odds))}
    sums, sizes = odds.astype(float), np.ones(len(odds))
    np.fill_diagonal(sums, -math.inf)
    while len(groups) > 1:
        means = sums / np.outer(sizes, sizes)
        one, other = sorted(divmod(int(means.argmax()), len(odds)))
        if means[one, other] <= 0:
            break
        groups[one] = sorted(groups[one] + groups.pop(other))
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sums[other] = sums[:, other] = -math.inf
        sizes[one] += sizes[other]
    return [groups[i] for i in sorted(groups)]


class Pairs:
    """The pairs of the events of a text, in text order, and what speaks for and against one deal."""

    def __init__(self, events: Sequence[Event], reading: Reading, relations: Relations) -> None:
        self.events, self.relations = events, relations
        self.parties = [choose_parties(e.fills, e.mentions, e.type, reading) for e in events]
        self.named = [{n for names in p.values() for n in names} for p in self.parties]
        self.words = [reading.text[e.start : e.predicate.end].lower() for e in events]
        self.recalling = [bool(reading.patterns.anaphors.search(w)) for w in self.words]
        self.years = [reading.find_years(e.sentence) for e in events]
        self.tagged_before = [0, *itertools.accumulate(e.tagged for e in events)]

    def list_pairs(self) -> Iterator[tuple[int, int]]:
        """Indices of every pair that is weighed, the earlier event first."""
        for j in range(len(self.events)):
            for i in range(max(0, j - REACH), j):
                yield i, j

    def describe(self, i: int, j: int) -> set[str]:
        """Features of a pair of events, the earlier first."""
        a, b = self.events[i], self.events[j]
        tagged = ("none", "one", "both")[a.tagged + b.tagged]
        gap = count_passed(abs(a.sentence - b.sentence), GAPS)
        found = {"bias", f"tagged:{tagged}", f"gap:{gap}", f"gap:{gap}/{tagged}"}
        families = frozenset((FAMILY[a.type], FAMILY[b.type]))
        found.add(
            "family:same" if len(families) == 1 else "family:near" if families in NEAR else "family:far"
        )
        if a.type == b.type:
            found.add("type")
        if a.predicate.frame.name == b.predicate.frame.name:
            found.add("frame")
        if a.predicate.frame.weak or b.predicate.frame.weak:
            found.add("weak")
        if self.words[i][:STEM] == self.words[j][:STEM]:
            found |= {"word", f"word/{tagged}"}
        if self.recalling[i] or self.recalling[j]:
            found |= {"recalling", f"recalling:{'later' if self.recalling[j] else 'earlier'}"}
        if a.sentence != b.sentence and self.years[i] and self.years[j] and not self.years[i] & self.years[j]:
            found.add("years")
        between = self.tagged_before[j] - self.tagged_before[i + 1]
        found.add(f"between:{min(3, between)}")
        found |= set(self._compare_parties(i, j, tagged))
        found |= set(self._compare_tagger(i, j))
        return found

    def _compare_parties(self, i: int, j: int, tagged: str) -> Iterator[str]:
        one, other = self.parties[i], self.parties[j]
        shared = differing = 0
        for role in PARTY_ROLES:
            mine, theirs = set(one.get(role, ())), set(other.get(role, ()))
            if mine and theirs:
                agree = bool(mine & theirs)
                yield f"{'share' if agree else 'differ'}:{role}"
                shared, differing = shared + agree, differing + (not agree)
        yield f"share{min(2, shared)}/differ{min(2, differing)}"
        yield f"common:{min(2, len(self.named[i] & self.named[j]))}"
        if not self.named[i] or not self.named[j]:
            yield f"empty:{tagged}"
            if not self.named[i] and not self.named[j]:
                yield "empty both"
        elif self.named[i] <= self.named[j] or self.named[j] <= self.named[i]:
            yield "whole"
        if moved(one, other):
            yield "moved"

    def _compare_tagger(self, i: int, j: int) -> Iterator[str]:
        a, b = self.events[i], self.events[j]
        if a.status and b.status:
            kinds = sorted(a.status.keys() | b.status.keys())
            apart = sum(abs(a.status.get(k, 0.0) - b.status.get(k, 0.0)) for k in kinds) / 2
            yield f"status:{count_passed(apart, SHARES)}"
        if self.relations.same is None:
            yield "no relations"
            return
        odds = math.floor(max(-MOST_ODDS, min(MOST_ODDS, self.relations.same[i, j])))
        yield from (f"same>{step}" for step in range(-MOST_ODDS, odds + 1))
        alike = compare(self.relations.roles[i], self.relations.roles[j])
        yield from (f"roles>{step}" for step in range(int(5 * alike) + 1))


def count_passed(value: float, limits: Sequence[float]) -> int:
    """How many of the limits a value passes.

    >>> count_passed(2, (0, 1, 3))
    2
    """
    return sum(value > limit for limit in limits)


def compare(one: Roles, other: Roles) -> float:
    """Cosine of the roles that two events give to entities, 0 where one gives none.

    >>> compare({"A": {"target": 0.5}}, {"A": {"target": 0.9}}), compare({"A": {"target": 1.0}}, {})
    (1.0, 0.0)
    """
    dot = sum(p * other.get(e, {}).get(role, 0.0) for e, roles in one.items() for role, p in roles.items())
    sizes = [sum(p * p for roles in side.values() for p in roles.values()) for side in (one, other)]
    return round(dot / math.sqrt(sizes[0] * sizes[1]), 6) if all(sizes) else 0.0
