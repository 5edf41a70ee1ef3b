"""Which role a name has in the deal that a trigger tells, by the tagger's relations, wherever it stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dealextract.components.deal_events import Event
from dealextract.components.deal_text import Reading
from dealextract.records import PARTY_ROLES
from dealextract.relations import SAME, Projections, load_scorer

AROUND = 60  # names to either side of a trigger that are looked at, so that work stays linear on any text
LEAST = 0.02  # probability under which a role is left out

Roles = dict[str, dict[str, float]]  # entity -> role -> probability


class Relations(NamedTuple):
    """What the tagger says of the events of a text together."""

    roles: list[Roles]  # of each event
    same: np.ndarray | None  # log-odds that two events are one deal [events, events]; None without a tagger

    def by_event(self, events: Sequence[Event]) -> dict[int, Roles]:
        """The roles by the id() of each event; empty without a tagger."""
        if self.same is None:
            return {}
        return {id(event): roles for event, roles in zip(events, self.roles, strict=True)}


def read_relations(events: Sequence[Event], reading: Reading, projections: Projections | None) -> Relations:
    """The roles of the entities around each event, and which events are one deal; empty without a tagger."""
    if projections is None or not events or not len(projections.offsets):
        return Relations([{} for _ in events], None)
    scorer = load_scorer(projections.model)
    triggers = [(e.predicate.start, e.predicate.end) for e in events]
    names = [(m.start, m.end) for m in reading.mentions]
    pieces = projections.find_pieces([*names, *triggers])
    keys, queries = projections.read_keys(pieces), projections.read_queries(pieces[len(names) :])
    roles, same = [], []
    for event, query, (piece, _) in zip(events, queries, pieces[len(names) :].tolist(), strict=True):
        middle = bisect_left(reading.mention_starts, event.start)
        first, last = max(0, middle - AROUND), min(len(names), middle + AROUND)
        near = np.r_[first:last, len(names) : len(pieces)]
        scores = scorer.score(query, keys[near], pieces[near, 0] - piece)
        roles.append(pool([m.entity for m in reading.mentions[first:last]], scores[: last - first]))
        same.append(scores[last - first :, SAME])
    table = np.array(same)
    return Relations(roles, (table + table.T) / 2)


def pool(entities: Sequence[str], scores: np.ndarray) -> Roles:
    """Roles of entities from the scores of their mentions [mentions, relations], all mentions together."""
    index: dict[str, list[int]] = {}
    for i, entity in enumerate(entities):
        index.setdefault(entity, []).append(i)
    found: Roles = {}
    for entity, rows in index.items():
        raised = np.exp(scores[rows, : len(PARTY_ROLES)]).sum(axis=0)
        shares = (raised / (1.0 + raised.sum())).tolist()
        kept = {role: p for role, p in zip(PARTY_ROLES, shares, strict=True) if p >= LEAST}
        if kept:
            found[entity] = kept
    return found
