"""Relations of a deal's triggers: which role each name, which term each figure has in the deal that a trigger tells.

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
from dealextract.relations import MIXED, NEAR, SAME, SIZE, STEPS, TERMS, find_steps

ROLES = HEADS["parties"]
COUNT = SAME + 1 + len(TERMS)
ROLE, ALIKE, TERM = range(3)  # kinds of groups
SENTENCE = re.compile(r"(?<=[.!?»”\"])\s+|\n+")


class Links(NamedTuple):
    """Triggers and names of a text or window by pieces, and the role of an entity in a deal."""

    anchors: list[tuple[int, int, int]]  # first piece, end, number of the deal
    mentions: list[tuple[int, int, str]]  # first piece, end, entity
    roles: dict[tuple[int, str], int]  # deal, entity -> index of the role
    figures: list[tuple[int, int, str]]  # first piece, end, what is written
    terms: dict[tuple[int, str], int]  # deal, what is written -> index of the term

    @staticmethod
    def empty() -> Links:
        """Of a text without gold deals."""
        return Links([], [], {}, [], {})

    def cut(self, start: int, end: int) -> Links:
        """What lies in a window of pieces, counted from its start."""
        return Links(
            [(a - start, b - start, d) for a, b, d in self.anchors if start <= a and b <= end],
            [(a - start, b - start, e) for a, b, e in self.mentions if start <= a and b <= end],
            self.roles,
            [(a - start, b - start, f) for a, b, f in self.figures if start <= a and b <= end],
            self.terms,
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
    figures, terms = read_figures(record, numbers)
    return Links(
        [(*at, d) for s, e, d in anchors if (at := place(s, e))],
        [(*at, n) for s, e, n in names if (at := place(s, e))],
        roles,
        [(*at, f) for s, e, f in figures if (at := place(s, e))],
        terms,
    )


def read_figures(
    record: dict[str, Any], numbers: dict[str, int]
) -> tuple[list[tuple[int, int, str]], dict[tuple[int, str], int]]:
    """The figures of a record, and whose terms they are; one that is written twice is the same term."""
    terms: dict[tuple[int, str], int] = {}
    if "figures" in record:
        of_deal = [numbers[d["trigger"]] for d in record["deals"]]
        for f in record["figures"]:
            if f["role"]:
                terms.setdefault((of_deal[f["deal"]], f["text"]), TERMS.index(f["role"]))
        return sorted({(f["start"], f["end"], f["text"]) for f in record["figures"]}), terms
    if record.get("layers") == "deals":
        return [], {}
    spans = {s["id"]: s for s in record["spans"]}
    for deal in record["deals"]:
        for at, term in enumerate(TERMS):
            if deal.get("trigger") and deal.get(term):
                terms.setdefault((numbers[deal["trigger"]], spans[deal[term]]["text"]), at)
    return [
        (s["start"], s["end"], s["text"]) for s in record["spans"] if s["label"] in ("MONEY", "PERCENT")
    ], terms


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
    other: torch.Tensor  # [pairs, 3] of the name, the other trigger or the figure
    step: torch.Tensor  # [pairs] distance class
    group: torch.Tensor  # [pairs] the entity and deal of the pair
    label: torch.Tensor  # [groups] 0 for no role or term, else 1 + its index; for pairs of triggers 0 or 1
    kind: torch.Tensor  # [groups] ROLE, ALIKE (pairs of triggers) or TERM


def gather(batch: Sequence[Links]) -> Pairs | None:
    """All pairs of a batch; None where it has none."""
    one, other, gaps, group, label, kind = [], [], [], [], [], []
    for row, links in enumerate(batch):
        for i, (a, b, deal) in enumerate(links.anchors):
            entities: dict[str, int] = {}
            for s, e, name in links.mentions:
                if name not in entities:
                    entities[name] = len(label)
                    label.append(1 + links.roles.get((deal, name), -1))
                    kind.append(ROLE)
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
                    kind.append(ALIKE)
            for s, e, written in links.figures:
                one.append((row, a + 1, b + 1))
                other.append((row, s + 1, e + 1))
                gaps.append(s - a)
                group.append(len(label))
                label.append(1 + links.terms.get((deal, written), -1))
                kind.append(TERM)
    if not one:
        return None
    steps = find_steps(np.array(gaps))
    return Pairs(*(torch.tensor(x) for x in (one, other, steps, group, label, kind)))


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
        """Cross-entropy of the roles and terms of every trigger, and of which triggers are one deal."""
        scores = self.score(table, pairs)
        groups = len(pairs.label)
        summed = pool(scores, pairs.group, groups)
        total = summed.new_zeros(())
        for kind, columns in ((ROLE, slice(0, SAME)), (TERM, slice(SAME + 1, COUNT))):
            here = pairs.kind == kind
            if here.any():
                classes = nn.functional.pad(summed[here, columns], (1, 0))  # none of them has log-odds 0
                total = total + nn.functional.cross_entropy(classes, pairs.label[here])
        here = pairs.kind == ALIKE
        if here.any():
            wanted = pairs.label[here].float()
            alike = nn.functional.binary_cross_entropy_with_logits(summed[here, SAME], wanted)
            total = total + 0.5 * alike
        return total


def widen(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The state of a network from before terms were relations, with rows for them."""
    out = weights.get("relations.out.weight")
    missing = COUNT - len(out) if out is not None else 0
    if missing > 0:
        for name, shape in (("relations.out.weight", (missing, MIXED)), ("relations.out.bias", (missing,))):
            weights[name] = torch.cat([weights[name], torch.zeros(shape)])
    return weights


def pool(scores: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """Logsumexp of the scores [pairs, relations] of each group: [groups, relations]."""
    index = group[:, None].expand_as(scores)
    top = scores.new_full((groups, scores.shape[1]), -1e9).scatter_reduce(0, index, scores, "amax")
    top = top.detach()
    total = scores.new_zeros(top.shape).scatter_add(0, index, (scores - top[group]).exp())
    return top + total.log()
