"""Relations of a deal's triggers: which role each name of the text has in the deal that a trigger tells.

The network projects every piece to a query and a key; a small perceptron reads the mean query of a trigger, the mean
key of a name and their distance (`dealextract.relations`). A name with several mentions counts by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from targets import HEADS
from torch import nn

from dealextract.components.deal_clusters import FAMILY
from dealextract.components.deal_lexicon import load_patterns
from dealextract.components.deal_text import WORD
from dealextract.relations import MIXED, NEAR, SAME, SIZE, STEPS, find_steps

ROLES = HEADS["parties"]
COUNT = SAME + 1
SENTENCE = re.compile(r"(?<=[.!?»”\"])\s+|\n+")


class Links(NamedTuple):
    """Triggers and names of a text or window by pieces, and the role of an entity in a deal."""

    anchors: list[tuple[int, int, int]]  # first piece, end, number of the deal
    mentions: list[tuple[int, int, str]]  # first piece, end, entity
    roles: dict[tuple[int, str], int]  # deal, entity -> index of the role

    @staticmethod
    def empty() -> Links:
        """Of a text without gold deals."""
        return Links([], [], {})

    def cut(self, start: int, end: int) -> Links:
        """What lies in a window of pieces, counted from its start."""
        return Links(
            [(a - start, b - start, d) for a, b, d in self.anchors if start <= a and b <= end],
            [(a - start, b - start, e) for a, b, e in self.mentions if start <= a and b <= end],
            self.roles,
        )


def make_links(record: dict[str, Any], offsets: Sequence[tuple[int, int]]) -> Links:
    """The links of a gold record; later words for a deal, marked or found by the lexicon, are its triggers too."""
    spans = {s["id"]: s for s in record["spans"]}
    roles: dict[tuple[int, str], int] = {}
    anchors: list[tuple[int, int, int]] = []
    numbers: dict[str, int] = {}
    parties: list[set[str]] = []
    families: list[str] = []
    for deal in record["deals"]:
        number = numbers.setdefault(deal.get("trigger") or f"none {len(numbers)}", len(numbers))
        if number == len(parties):
            parties.append(set())
            families.append(FAMILY[deal["type"]])
            if deal.get("trigger"):
                s = spans[deal["trigger"]]
                anchors.append((s["start"], s["end"], number))
        for at, role in enumerate(ROLES):
            for entity in deal.get(role, ()):
                roles.setdefault((number, entity), at)
                parties[number].add(entity)
    names = sorted((s["start"], s["end"], s["entity"]) for s in record["spans"] if s.get("entity"))
    if "mentions" in record:
        of_deal = [numbers[d["trigger"]] for d in record["deals"]]
        anchors += [(m["start"], m["end"], of_deal[m["deal"]]) for m in record["mentions"]]
    else:
        anchors += find_later(record, anchors, names, parties, families)
    place = Places(offsets)
    return Links(
        [(*at, d) for s, e, d in anchors if (at := place(s, e))],
        [(*at, n) for s, e, n in names if (at := place(s, e))],
        roles,
    )


def find_later(
    record: dict[str, Any],
    anchors: Sequence[tuple[int, int, int]],
    names: Sequence[tuple[int, int, str]],
    parties: Sequence[set[str]],
    families: Sequence[str],
) -> Iterator[tuple[int, int, int]]:
    """Words of the lexicon in sentences with two parties of one deal of their family, or of the only deal told."""
    text = record["text"]
    covered = [(s, e) for s, e, _ in names]
    words, at = [], 0
    for s, e in [*covered, (len(text), len(text))]:
        words += [(m.start(), m.group().lower()) for m in WORD.finditer(text, at, s)] if at <= s else []
        at = max(at, e)
    bounds = [m.end() for m in SENTENCE.finditer(text)]
    for hit in load_patterns(record["lang"]).find_hits(text, iter(words)):
        if any(hit.start < e and s < hit.end for s, e, _ in anchors):
            continue
        left = max((b for b in bounds if b <= hit.start), default=0)
        right = min((b for b in bounds if b > hit.start), default=len(text))
        here = {n for s, e, n in names if left <= s < right}
        family = FAMILY[hit.frame.type]
        near = [d for d, known in enumerate(parties) if families[d] == family]
        told = [d for d in near if len(parties[d] & here) >= 2]
        if not told and len(parties) == 1 and near and not hit.frame.weak:
            told = near
        if len(told) == 1:
            yield hit.start, hit.end, told[0]


class Places:
    """Character ranges to ranges of pieces."""

    def __init__(self, offsets: Sequence[tuple[int, int]]) -> None:
        self.offsets = offsets

    def __call__(self, start: int, end: int) -> tuple[int, int] | None:
        inside = [i for i, (a, b) in enumerate(self.offsets) if a < end and b > start and b > a]
        return (inside[0], inside[-1] + 1) if inside else None


class Pairs(NamedTuple):
    """The links of a batch as indices into its pieces, one entry for each pair of a trigger and a span."""

    one: torch.Tensor  # [pairs, 3] row, first piece, end of the trigger
    other: torch.Tensor  # [pairs, 3] of the name or the other trigger
    step: torch.Tensor  # [pairs] distance class
    group: torch.Tensor  # [pairs] the entity and deal of the pair
    label: torch.Tensor  # [groups] 0 for no role, else 1 + its index; for pairs of triggers 0 or 1
    same: torch.Tensor  # [groups] True for pairs of triggers


def gather(batch: Sequence[Links]) -> Pairs | None:
    """All pairs of a batch; None where it has none."""
    one, other, gaps, group, label, same = [], [], [], [], [], []
    for row, links in enumerate(batch):
        for i, (a, b, deal) in enumerate(links.anchors):
            entities: dict[str, int] = {}
            for s, e, name in links.mentions:
                if name not in entities:
                    entities[name] = len(label)
                    label.append(1 + links.roles.get((deal, name), -1))
                    same.append(False)
                one.append((row, a + 1, b + 1))
                other.append((row, s + 1, e + 1))
                gaps.append(s - a)
                group.append(entities[name])
            for j, (s, e, their) in enumerate(links.anchors):
                if i != j:
                    one.append((row, a + 1, b + 1))
                    other.append((row, s + 1, e + 1))
                    gaps.append(s - a)
                    group.append(len(label))
                    label.append(int(their == deal))
                    same.append(True)
    if not one:
        return None
    steps = find_steps(np.array(gaps))
    return Pairs(*(torch.tensor(x) for x in (one, other, steps, group, label, same)))


class Relations(nn.Module):
    """Queries and keys of every piece, and what they say together of two spans."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.project = nn.Linear(hidden, 2 * SIZE)
        self.near = nn.Embedding(STEPS, NEAR)
        self.mix = nn.Linear(3 * SIZE + NEAR, MIXED)
        self.out = nn.Linear(MIXED, COUNT)

    def score(self, table: torch.Tensor, pairs: Pairs) -> torch.Tensor:
        """[pairs, relations] from the projections [rows, pieces, 2 * SIZE] of a batch."""
        sums = nn.functional.pad(table.float().cumsum(1), (0, 0, 1, 0))

        def mean(at: torch.Tensor, part: slice) -> torch.Tensor:
            total = sums[at[:, 0], at[:, 2], part] - sums[at[:, 0], at[:, 1], part]
            return total / (at[:, 2] - at[:, 1])[:, None]

        query, key = mean(pairs.one, slice(0, SIZE)), mean(pairs.other, slice(SIZE, 2 * SIZE))
        joined = torch.cat([query, key, query * key, self.near(pairs.step)], 1)
        return self.out(self.mix(joined).relu())

    def loss(self, table: torch.Tensor, pairs: Pairs) -> torch.Tensor:
        """Cross-entropy of the role of every entity for every trigger, and of which triggers are one deal."""
        scores = self.score(table, pairs)
        groups = len(pairs.label)
        summed = pool(scores, pairs.group, groups)
        roles = torch.cat([summed.new_zeros(groups, 1), summed[:, :SAME]], 1)[~pairs.same]
        total = nn.functional.cross_entropy(roles, pairs.label[~pairs.same]) if len(roles) else 0.0
        alike = summed[pairs.same, SAME]
        if len(alike):
            wanted = pairs.label[pairs.same].float()
            total = total + 0.5 * nn.functional.binary_cross_entropy_with_logits(alike, wanted)
        return total


def pool(scores: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """Logsumexp of the scores [pairs, relations] of each group: [groups, relations]."""
    index = group[:, None].expand_as(scores)
    top = scores.new_full((groups, scores.shape[1]), -1e9).scatter_reduce(0, index, scores, "amax")
    top = top.detach()
    total = scores.new_zeros(top.shape).scatter_add(0, index, (scores - top[group]).exp())
    return top + total.log()
