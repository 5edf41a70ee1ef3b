"""Amounts, stakes and dates, each given to the deal that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_events import Event
from dealextract.components.deal_figures import TERM, Figure, list_candidates, read_figures
from dealextract.components.deal_text import Reading
from dealextract.components.deal_weights import estimate
from dealextract.relations import TERMS

# Probability from which a figure is a term.
LIKELY = {"amount": 0.4, "valuation": 0.3, "price_per_share": 0.3, "stake": 0.4}
# Deals that put money into a firm: what the firm is then said to be worth is a term of them.
RAISED = {"investment", "funding_round"}
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


def find_terms(doc: Doc, deals: Sequence[tuple[Cluster, Event]], reading: Reading) -> list[Terms]:
    """The terms of each deal, the likeliest first: a figure serves one deal, and a deal has one of a kind."""
    terms = [Terms() for _ in deals]
    figures = read_figures(doc)
    if not figures or not deals:
        return terms
    ranked: list[tuple[float, int, str, Figure]] = []
    for candidate in list_candidates(figures, spans.read_tagged(doc, "amounts"), deals, reading):
        chances = estimate("term", candidate.features, TERM)
        kinds = TERMS[-1:] if isinstance(candidate.figure, records.Percent) else TERMS[:-1]
        ranked += [
            (chances[kind], candidate.deal, kind, candidate.figure)
            for kind in kinds
            if chances[kind] >= LIKELY[kind]
        ]
    used: set[str] = set()
    for _, deal, kind, figure in sorted(ranked, key=lambda r: (-r[0], r[3].start, r[1])):
        if getattr(terms[deal], kind) is None and figure.id not in used:
            setattr(terms[deal], kind, figure.id)
            terms[deal].spans.append((figure.start, figure.end))
            used.add(figure.id)
    if len(deals) == 1 and deals[0][0].type in RAISED and terms[0].valuation is None:
        add_valuation(terms[0], deals[0][0], [f for f in figures if f.id not in used], reading)
    return terms


def add_valuation(terms: Terms, cluster: Cluster, figures: Sequence[Figure], reading: Reading) -> None:
    """Give the only deal of a text the only valuation that is told in a sentence on its target."""
    told = [
        f for f in figures if isinstance(f, records.Money) and f.role == "valuation" and f.converts is None
    ]
    targets = set(cluster.parties.get("target", ()))
    for figure in told if len(told) == 1 else ():
        sentence = reading.by_sentence.get(reading.find_sentence(figure.start), ())
        if targets & {reading.mentions[i].entity for i in sentence}:
            terms.valuation = figure.id
            terms.spans.append((figure.start, figure.end))


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
