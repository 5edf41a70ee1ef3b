"""Amounts, stakes and dates, each given to the deal that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_text import Reading

AMOUNT_ROLES = {"deal_value": 0.0, "investment": 0.2, "funding": 0.2, "debt": 1.0}
WRONG_ROLE = 9.0  # cost of an amount whose role no deal of the type has
BEFORE, AFTER, CROSSED = 2.5, 1.0, 1.2  # costs: sentences before, after, another deal between
PER_CHARACTER = 0.004
REACH = {"amount": 3.6, "valuation": 4.6, "price_per_share": 4.6, "stake": 2.6}
FARTHEST = 5  # sentences after a trigger in which its terms can stand
MERGED_SHARE = -0.7  # what each side holds of a merged group is told late
HELD_COST = 1.4  # a share that is held, not traded
DATED = {"completed", "agreed", "offered", "rejected", "cancelled"}


@dataclass
class Terms:
    """Ids of the spans that state a deal's terms, and the date of its event."""

    amount: str | None = None
    valuation: str | None = None
    price_per_share: str | None = None
    stake: str | None = None
    date: str | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)


def find_terms(doc: Doc, clusters: Sequence[Cluster], reading: Reading) -> list[Terms]:
    """The terms of each deal: every amount goes to the nearest deal that can have it, one amount a field."""
    terms = [Terms() for _ in clusters]
    # A term is the amount that was agreed, never what the article converts it to.
    money = [m for m in spans.read_layer(doc, "money", records.Money) if not m.converts]
    percents = spans.read_layer(doc, "percents", records.Percent)
    heads = spans.read_tagged(doc, "amounts")
    roles = {m.id: read_role(m.start, m.end, m.role, "MONEY.", heads) for m in money}
    shares = {p.id: read_role(p.start, p.end, p.role, "PERCENT.", heads) for p in percents}
    fields: list[tuple[str, Iterable[Any], Callable[[Any, Cluster], float | None]]] = [
        ("amount", money, lambda m, c: cost_of_amount(m, c, roles[m.id])),
        ("valuation", money, lambda m, c: 0.0 if roles[m.id] == "valuation" else None),
        ("price_per_share", money, lambda m, c: 0.0 if is_share_price(m, roles[m.id]) else None),
        ("stake", percents, lambda p, c: cost_of_stake(p, c, shares[p.id], reading)),
    ]
    for name, items, own_cost in fields:
        costs: list[tuple[float, int, int, Any]] = []
        for n, item in enumerate(items):
            for i, cluster in enumerate(clusters):
                extra = own_cost(item, cluster)
                if extra is None:
                    continue
                cost = extra + measure(item, cluster, clusters, reading)
                if cost <= REACH[name]:
                    costs.append((cost, n, i, item))
        assign_terms(name, costs, terms)
    return terms


def assign_terms(name: str, costs: Sequence[tuple[float, int, int, Any]], terms: Sequence[Terms]) -> None:
    """Cheapest pairs first; an item serves one deal, unless two deals share its sentence and price."""
    used: set[str] = set()
    for _, _, i, item in sorted(costs, key=lambda c: c[:3]):
        if getattr(terms[i], name) is None and item.id not in used:
            setattr(terms[i], name, item.id)
            terms[i].spans.append((item.start, item.end))
            used.add(item.id)


def read_role(start: int, end: int, role: str, prefix: str, heads: Sequence[spans.Tagged]) -> str:
    """The role that the amount's own component gives; the tagger's when that one says `other`."""
    if role != "other":
        return role
    for head in heads:
        if head.start < end and start < head.end and head.type.startswith(prefix) and head.score >= 0.5:
            return head.type.removeprefix(prefix)
    return role


def is_share_price(item: records.Money, role: str) -> bool:
    return role == "price_per_share"


def cost_of_amount(item: records.Money, cluster: Cluster, role: str) -> float | None:
    """Cost by role: a loan for a debt deal, a price for the others; None when it cannot be the amount."""
    if item.per:
        return None
    if role == "debt":
        return 0.0 if cluster.type == "debt" else None
    cost = AMOUNT_ROLES.get(role)
    if cost is None:
        return None
    if cluster.type == "debt":
        cost += 1.5
    return cost


def cost_of_stake(item: records.Percent, cluster: Cluster, role: str, reading: Reading) -> float | None:
    """Cost of a share of capital; a share that somebody holds already costs more."""
    if role != "stake":
        return None
    cost = 0.0 if cluster.type in ("stake", "buyback", "joint_venture") else 0.7
    if cluster.type == "merger":
        cost = MERGED_SHARE
    before = reading.text[max(0, item.start - 40) : item.start]
    if reading.patterns.holds.search(before):
        cost += HELD_COST
    return cost


def measure(item: records.Span, cluster: Cluster, clusters: Sequence[Cluster], reading: Reading) -> float:
    """How far a term stands from a deal: sentences, characters, and other deals between."""
    sentence = reading.find_sentence(item.start)
    best = 99.0
    for event in cluster.events:
        gap = sentence - event.sentence
        if not -2 <= gap <= FARTHEST:
            continue
        cost = gap * AFTER if gap >= 0 else -gap * BEFORE
        if not event.tagged:
            cost += 0.15
        if gap == 0:
            cost += PER_CHARACTER * abs(item.start - event.start)
            low, high = sorted((item.start, event.start))
            if any(low < o.start < high for c in clusters if c is not cluster for o in c.events):
                cost += CROSSED / 2
        else:
            low, high = sorted((sentence, event.sentence))
            between = {o.sentence for c in clusters if c is not cluster for o in c.events if o.tagged}
            if any(low < s <= high if gap > 0 else low <= s < high for s in between):
                cost += CROSSED
        best = min(best, cost)
    return best


def parse_day(value: str | None) -> date | None:
    """The first day of an ISO date, month or year; None when it is none.

    >>> parse_day("2016-03"), parse_day("2016-Q1")
    (datetime.date(2016, 3, 1), datetime.date(2016, 1, 1))
    """
    if not value or not value[:4].isdigit() or not 1 <= int(value[:4]) <= 9999:
        return None
    parts = value.split("-")
    numbers = [int(p) if p.isdigit() else 1 for p in parts[:3]] + [1, 1]
    try:
        return date(numbers[0], numbers[1], numbers[2])
    except ValueError:
        return date(numbers[0], 1, 1)


def find_date(
    cluster: Cluster, status: str, dates: Sequence[records.Date], reading: Reading, published: date | None
) -> records.Date | None:
    """The date told with the trigger, for a status that is an event.

    A date after the publication is a plan: only an agreed deal can have it, as its closing.
    """
    if status not in DATED:
        return None
    found: list[tuple[float, int, records.Date]] = []
    for item in dates:
        day = parse_day(item.value)
        if day is None or (published is not None and day > published and status != "agreed"):
            continue
        sentence = reading.find_sentence(item.start)
        for event in cluster.events:
            if event.sentence == sentence:
                gap = abs(item.start - event.start) + (0 if event.tagged else 60)
                found.append((gap, item.start, item))
    return min(found, default=(0, 0, None), key=lambda f: f[:2])[2]
