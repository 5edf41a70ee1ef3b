"""Which role a name, which term a figure has in the deal that a trigger tells, by the tagger's relations."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dealextract.components.deal_events import Event
from dealextract.components.deal_text import Reading
from dealextract.records import PARTY_ROLES
from dealextract.relations import SAME, TERMS, Projections, load_scorer

AROUND = 60  # names to either side of a trigger that are looked at, so that work stays linear on any text
TOGETHER = 16  # events that are scored in one step
LEAST = 0.02  # probability under which a role is left out

Roles = dict[str, dict[str, float]]  # entity -> role -> probability
Terms = dict[int, dict[str, float]]  # start of a figure -> term -> probability


class Relations(NamedTuple):
    """What the tagger says of the events of a text together."""

    roles: list[Roles]  # of each event
    terms: list[Terms | None]  # of each event; None without a tagger, or with one that relates no figures
    same: np.ndarray | None  # log-odds that two events are one deal [events, events]; None without a tagger

    def by_event(self, events: Sequence[Event]) -> dict[int, Roles]:
        """The roles by the id() of each event; empty without a tagger."""
        if self.same is None:
            return {}
        return {id(event): roles for event, roles in zip(events, self.roles, strict=True)}


def read_relations(
    events: Sequence[Event],
    reading: Reading,
    figures: Sequence[tuple[int, int]],
    projections: Projections | None,
) -> Relations:
    """What the names and figures (start, end) around each event are, and which events are one deal.

    Empty without a tagger.
    """
    if projections is None or not events or not len(projections.offsets):
        return Relations([{} for _ in events], [None for _ in events], None)
    scorer = load_scorer(projections.model)
    triggers = [(e.predicate.start, e.predicate.end) for e in events]
    names = [(m.start, m.end) for m in reading.mentions]
    pieces = projections.find_pieces([*names, *triggers, *figures])
    keys = projections.read_keys(pieces)
    count, rest = len(names), len(names) + len(triggers)
    queries = projections.read_queries(pieces[count:rest])
    numbers: dict[str, int] = {}
    owners = np.array([numbers.setdefault(m.entity, len(numbers)) for m in reading.mentions], dtype=np.int64)
    entities = list(numbers)
    starts = [start for start, _ in figures]
    near = [(find_near(reading.mention_starts, e.start), find_near(starts, e.start)) for e in events]
    roles, same = [], []
    terms: list[Terms | None] = []
    for at in range(0, len(events), TOGETHER):
        these = near[at : at + TOGETHER]
        (first, _), (low, _) = these[0]
        (_, last), (_, high) = these[-1]
        others = np.r_[first:last, count:rest, rest + low : rest + high]
        gaps = pieces[others, 0] - pieces[count + at : count + at + len(these), 0][:, None]
        scores = scorer.score(queries[at : at + TOGETHER], keys[others], gaps)
        middle, end = last - first, last - first + len(events)
        same.append(scores[:, middle:end, SAME])
        for row, ((a, b), (c, d)) in zip(scores, these, strict=True):
            roles.append(pool(entities, owners[a:b], row[a - first : b - first, : len(PARTY_ROLES)]))
            terms.append(read_terms(starts[c:d], row[end + c - low : end + d - low, SAME + 1 :]))
    table = np.concatenate(same)
    return Relations(roles, terms, (table + table.T) / 2)


def find_near(starts: Sequence[int], offset: int) -> tuple[int, int]:
    """The first of the spans that start around an offset, and the one after their last."""
    middle = bisect_left(starts, offset)
    return max(0, middle - AROUND), min(len(starts), middle + AROUND)


def read_terms(starts: Sequence[int], scores: np.ndarray) -> Terms | None:
    """Terms by the start of figures from scores [figures, terms]; None from a model that relates none."""
    if not scores.shape[1]:
        return None
    raised = np.exp(scores)
    shares = raised / (1.0 + raised.sum(axis=1, keepdims=True))
    found: Terms = {}
    for at, term in np.argwhere(shares >= LEAST).tolist():
        found.setdefault(starts[at], {})[TERMS[term]] = float(shares[at, term])
    return found


def pool(entities: Sequence[str], owners: np.ndarray, scores: np.ndarray) -> Roles:
    """Roles of entities from the scores of their mentions, all mentions together.

    `scores` [mentions, roles]; `owners` [mentions] are indexes of `entities`.
    """
    totals = np.zeros((len(entities), len(PARTY_ROLES)))
    np.add.at(totals, owners, np.exp(scores))
    shares = totals / (1.0 + totals.sum(axis=1, keepdims=True))
    found: Roles = {}
    for at, role in np.argwhere(shares >= LEAST).tolist():
        found.setdefault(entities[at], {})[PARTY_ROLES[role]] = float(shares[at, role])
    return found
