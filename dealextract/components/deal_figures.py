"""Which figure is which term of which deal: features for the fitted weights (`term`).

A figure is an amount that converts no other, or a percentage. For every deal near it: what the tagger's
relations say of it, its role, and how far it stands from the words that tell the deal and from other deals.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_events import Event
from dealextract.components.deal_text import Reading
from dealextract.components.deal_weights import list_steps
from dealextract.relations import TERMS

TERM = (*TERMS, "none")
BACK, AHEAD = 3, 6  # sentences before and after an event in which its terms can stand
RELATED = 0.2  # probability from which a figure farther off can be one too
SURE = 0.5  # score of the tagger from which its role counts
MOST = 400  # figures of one text; what stands beyond is a table
NEAREST = 24  # figures to either side of an event that are weighed, so that work stays linear on any text
HELD_BEFORE = 40  # characters before a share in which the word for a holding stands
CHARACTERS = ((15, "15"), (40, "40"), (90, "90"), (180, "180"))

Figure = records.Money | records.Percent


class Candidate(NamedTuple):
    """A figure that may be a term of a deal, by the number of the deal, with its features."""

    deal: int
    figure: Figure
    features: set[str]


class Place(NamedTuple):
    """How far a figure stands from a deal, in order of nearness."""

    sentences: int
    characters: int
    event: Event


class Located(NamedTuple):
    """A figure with the deals around it, by their numbers."""

    figure: Figure
    role: str  # with its label: "MONEY.deal_value"
    sentence: int
    places: dict[int, Place]  # the nearest word of each deal
    said: dict[int, dict[str, float]]  # what relations say: term -> probability


def read_figures(doc: Doc) -> list[Figure]:
    """The figures of a Doc that can be terms, in text order."""
    # A term is the amount that was agreed, never what the article converts it to.
    money = [m for m in spans.read_layer(doc, "money", records.Money) if not m.converts]
    percents = spans.read_layer(doc, "percents", records.Percent)
    return sorted((*money, *percents), key=lambda f: f.start)[:MOST]


def read_role(figure: Figure, heads: Sequence[spans.Tagged]) -> str:
    """The role that the figure's own component gives; the tagger's when that one says `other`."""
    if figure.role != "other":
        return figure.role
    for head in heads:
        kind, _, role = head.type.partition(".")
        if (
            kind == figure.label
            and head.start < figure.end
            and figure.start < head.end
            and head.score >= SURE
        ):
            return role
    return figure.role


def list_candidates(
    figures: Sequence[Figure],
    heads: Sequence[spans.Tagged],
    deals: Sequence[tuple[Cluster, Event]],
    reading: Reading,
) -> Iterator[Candidate]:
    """Every figure for every deal that it may belong to; `heads` is what the tagger says of amounts."""
    found = [
        Located(f, f"{f.label}.{read_role(f, heads)}", reading.find_sentence(f.start), {}, {})
        for f in figures
    ]
    counts = Counter(f.role for f in found)
    starts = [f.start for f in figures]
    for deal, (cluster, _) in enumerate(deals):
        for event in cluster.events:
            middle = bisect_left(starts, event.start)
            for item in found[max(0, middle - NEAREST) : middle + NEAREST]:
                locate(item, deal, event)
    for item in found:
        shared = set(describe_figure(item, counts, reading))
        for deal in item.places:
            cluster, trigger = deals[deal]
            own = {f"{item.role}/{cluster.type}", f"told:{min(3, len(cluster.events))}"}
            own |= set(describe_relation(item, deal))
            place = set(describe_place(item, deal, trigger))
            own |= place
            if trigger.terms is None:  # all that is known must then come from roles and places
                own |= {f"unrelated/{f}" for f in (*place, *shared, f"{item.role}/{cluster.type}")}
            yield Candidate(deal, item.figure, shared | own)


def locate(item: Located, deal: int, event: Event) -> None:
    """Note a deal's word where it stands near a figure or is related to it."""
    told = (event.terms or {}).get(item.figure.start, {})
    gap = item.sentence - event.sentence
    if not -BACK <= gap <= AHEAD and max(told.values(), default=0.0) < RELATED:
        return
    place = Place(abs(gap), abs(item.figure.start - event.start), event)
    known = item.places.get(deal)
    if known is None or place[:2] < known[:2]:
        item.places[deal] = place
    best = item.said.setdefault(deal, {})
    for term, p in told.items():
        best[term] = max(best.get(term, 0.0), p)


def describe_figure(item: Located, counts: Counter[str], reading: Reading) -> Iterator[str]:
    """What the figure is by itself."""
    figure = item.figure
    yield from ("bias", item.role)
    if counts[item.role] == 1:
        yield f"{item.role}/only"
    if isinstance(figure, records.Money) and figure.per:
        yield "per"
    elif isinstance(figure, records.Percent):
        before = reading.text[max(0, figure.start - HELD_BEFORE) : figure.start]
        if reading.patterns.holds.search(before):
            yield "held"


def describe_relation(item: Located, deal: int) -> Iterator[str]:
    """What the tagger's relations say of the figure, for this deal and for the others."""
    told = item.said[deal]
    for term, p in told.items():
        yield from list_steps(f"related:{term}", p)
    best = max(told, key=lambda t: told[t], default="none")
    yield f"related best:{best}/{item.role}"
    if best == "none":
        return
    others = max((o.get(best, 0.0) for d, o in item.said.items() if d != deal), default=0.0)
    yield f"related best:{best}/{'more' if told[best] > others else 'less'} than elsewhere"


def describe_place(item: Located, deal: int, trigger: Event) -> Iterator[str]:
    """How far the figure stands from the words of the deal, and whether another deal is nearer."""
    place = item.places[deal]
    event = place.event
    gap = item.sentence - event.sentence
    side = "before" if gap < 0 else "after" if gap else "same"
    yield f"sentence:{side}{min(4, abs(gap))}"
    yield f"{item.role}/{side}{min(2, abs(gap))}"
    if gap == 0:
        step = next((name for limit, name in CHARACTERS if place.characters <= limit), "far")
        yield f"characters:{'left' if item.figure.start < event.start else 'right'}{step}"
    yield f"near:{'tagged' if event.tagged else 'lexicon'}"
    yield f"trigger:{max(-3, min(4, item.sentence - trigger.sentence))}"
    nearer = [p for d, p in item.places.items() if d != deal and p[:2] < place[:2]]
    if len(item.places) == 1:
        yield "deals:one"
    elif not nearer:
        yield "deals:nearest"
    else:
        crossed = min(p.sentences for p in nearer) < place.sentences
        yield f"deals:{'sentence' if crossed else 'word'} nearer"
        yield f"deals:nearer {'tagged' if any(p.event.tagged for p in nearer) else 'lexicon'}"
