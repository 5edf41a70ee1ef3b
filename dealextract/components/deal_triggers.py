"""Which word tells a deal best: a fitted regression rates each word for a deal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_events import Event
from dealextract.components.deal_text import Reading
from dealextract.components.deal_weights import estimate, list_steps

TRIGGER = ("trigger", "none")
LEAD = 3  # sentences of the lead


def rate_triggers(cluster: Cluster, reading: Reading) -> dict[int, float]:
    """The chance of each event of a group to be its trigger, by its id()."""
    return {
        id(event): estimate("trigger", set(describe(event, cluster.events, reading)), TRIGGER)["trigger"]
        for event in cluster.events
    }


def choose_trigger(cluster: Cluster, reading: Reading) -> Event:
    """The event with the greatest chance, of equal ones the first in the text."""
    rated = rate_triggers(cluster, reading)
    return max(cluster.events, key=lambda e: (rated[id(e)], -e.start))


def describe(event: Event, group: Sequence[Event], reading: Reading) -> Iterator[str]:
    """Features of an event among those of its group, which are in text order."""
    frame = event.predicate.frame
    yield "bias"
    yield f"form:{event.predicate.form}"
    yield f"weak:{frame.weak}"
    if event.tagged:
        yield from list_steps("tagged", event.score)
        yield from list_steps("best", event.best)
        yield f"known:{event.known}"
    else:
        yield "untagged"
        yield f"untagged/{frame.name}"
    rival = max((e.best for e in group if e is not event), default=0.0)
    yield from list_steps("rival", rival)
    yield f"ahead:{(event.best > rival) - (event.best < rival)}"
    best = max((e.score for e in group if e.tagged), default=0.0)
    if event.tagged:
        yield from list_steps("of best", event.score / best)
        higher = [e for e in group if e.tagged and e.score > event.score]
        yield f"higher:{min(2, len(higher))}"
        if any(e.start < event.start for e in higher):
            yield "higher before"
    elif best:
        yield from list_steps("beside", best)
    body = [e for e in group if e.sentence > 0 and e.start < event.start]
    yield f"before:{min(3, len(body))}"
    yield f"tagged before:{min(2, sum(e.tagged for e in body))}"
    if any(e.whole for e in body):
        yield "whole before"
    here = [e for e in group if e.sentence == event.sentence and e is not event]
    if here:
        yield f"here:{'tagged' if any(e.tagged for e in here) else 'untagged'}"
        yield f"here:{'first' if event.start < here[0].start else 'later'}"
    place = "headline" if event.sentence == 0 else "lead" if event.sentence <= LEAD else "later"
    yield f"place:{place}"
    yield f"place:{place}/{'tagged' if event.tagged else 'untagged'}"
    yield f"size:{min(4, len(group))}"
    if event.whole:
        yield "whole"
    named = {reading.mentions[i].entity for i in reading.by_sentence.get(event.sentence, ())}
    yield f"named:{min(3, len(named))}"
    yield f"fills:{min(3, len(event.fills))}"
    if reading.patterns.anaphors.search(reading.text[event.start : event.predicate.end]):
        yield "recalling"
