"""The layers that features of deals are read from, and the features of their type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_clusters import FAMILY, Cluster
from dealextract.components.deal_events import Event
from dealextract.components.deal_parties import PartyReader
from dealextract.components.deal_positions import Grounds
from dealextract.components.deal_sides import RIVAL
from dealextract.components.deal_terms import parse_day
from dealextract.components.deal_text import Reading
from dealextract.components.deal_weights import list_steps

NEAR = 45  # characters from the trigger that count as near
OLD_DAYS, FRESH_DAYS = 90, 15
PART_TRADED = "part traded"  # a share of the target stands between a purchase and it: "buy X's stake in Y"
TRADED_NEAR = 60  # characters between the two
TOLD_NEAR = 8  # characters between a reporting verb and the day of the saying


class Context:
    """The layers that features read, once for a Doc."""

    def __init__(self, doc: Doc, grounds: Grounds, reader: PartyReader) -> None:
        self.reading: Reading = grounds.reading
        reading, self.grounds = self.reading, grounds
        self.topics, self.leaning = reader.topics, reader.leaning
        self.hedges = spans.read_layer(doc, "hedges", records.Hedge)
        self.dates = [d for d in spans.read_layer(doc, "dates", records.Date) if d.value]
        self.percents = {p.id: p for p in spans.read_layer(doc, "percents", records.Percent)}
        self.money = {m.id: m for m in spans.read_layer(doc, "money", records.Money)}
        cues = {m.id: m for m in spans.read_layer(doc, "cues", records.Mark)}
        self.stances = [
            (cues[a.cue].start, a.stance)
            for a in spans.read_layer(doc, "attributions", records.Attribution)
            if a.cue in cues and a.stance != "asserts"
        ]
        self.told = find_told(self.dates, list(cues.values()))
        self.published = parse_day(spans.published(doc))
        self.party_statuses = spans.read_tagged(doc, "party_statuses")
        marks = [
            (f.start, f.end, f"cue:{f.payload.name or f.payload.status}")
            for f in reading.patterns.cues.find(reading.text, reading.list_forms())
        ]
        marks += [(h.start, h.end, f"hedge:{h.type}") for h in self.hedges]
        marks += [(h.start, h.end, "hedge:hearsay") for h in self.hedges if h.reported]
        marks += [(at, at + 1, f"stance:{stance}") for at, stance in self.stances]
        self.marks: dict[int, list[tuple[int, int, str]]] = {}
        for mark in marks:
            self.marks.setdefault(reading.find_sentence(mark[0]), []).append(mark)
        self.scopes: dict[int, list[tuple[int, int, str]]] = {}  # propositions hedged, by sentence
        for h in self.hedges:
            if h.scope is not None:
                scopes = self.scopes.setdefault(reading.find_sentence(h.start), [])
                scopes.append((*h.scope, f"hedge:{h.type}"))
        self.in_headline = {m.entity for m in reading.mentions if m.sentence == 0}

    def span(self, sentence: int) -> tuple[int, int]:
        """Offsets of a sentence, an empty range outside the text."""
        if 0 <= sentence < len(self.reading.sentences):
            return self.reading.sentences[sentence]
        return (0, 0)


def find_told(dates: Sequence[records.Date], cues: Sequence[records.Mark]) -> set[str]:
    """The ids of dates that stand by a reporting verb ("said on Tuesday"): when it was said, not done."""
    ends = [c.end for c in cues]
    return {d.id for d in dates if any(0 <= d.start - end <= TOLD_NEAR for end in ends)}


def list_deal_features(cluster: Cluster, trigger: Event, context: Context, tagged: bool) -> set[str]:
    """Features of whether a group of events is a deal that the article tells."""
    reading, parties = context.reading, cluster.list_parties()
    frame, form = trigger.predicate.frame.name, trigger.predicate.form
    found = {"bias", "with tagger" if tagged else "without", f"frame:{frame}", f"frame:{frame}/{form}"}
    marked = [e for e in cluster.events if e.tagged]
    if marked:
        best = max(marked, key=lambda e: e.score)
        found |= {*list_steps("tagged", best.score), f"known:{best.known}"}
        found |= set(list_steps("best", max(e.best for e in marked)))
        if len(marked) > 1:
            found.add("tagged twice")
    elif tagged:
        found |= {"untagged", f"untagged/{frame}"}
    whole = any(e.whole for e in cluster.events)
    found |= {f"whole:{whole}", f"whole:{whole}/{bool(marked)}", f"parties:{min(3, len(parties))}"}
    found |= {f"parties:{len(parties) > 1}/{bool(marked)}", f"told:{min(3, len(cluster.events))}"}
    if cluster.part:
        found.add("part")
    found |= {f"filled:{role}" for role, names in cluster.parties.items() if names}
    best_fill = max((max(r.values()) for r in cluster.fills.values() if r), default=0.0)
    found |= set(list_steps("fill", min(1.0, best_fill)))
    supported = sum(e.supported for e in cluster.events)
    found.add(f"supported:{min(3, supported)}")
    found |= {f"label:{m.label}" for m in reading.mentions if m.entity in parties and m.label != "COMPANY"}
    found.add(f"topic:{len(parties & context.topics)}")
    first = min(e.sentence for e in cluster.events)
    found.add("place:headline" if first == 0 else "place:lead" if first <= 3 else "place:later")
    found |= {name for _, _, name in context.marks.get(trigger.sentence, ())}
    start, end = context.span(trigger.sentence)
    found |= {f"money:{m.role}" for m in context.money.values() if start <= m.start < end}
    found |= {f"percent:{p.role}" for p in context.percents.values() if start <= p.start < end}
    if reading.find_years(trigger.sentence):
        found.add("year")
    return found


def list_type_features(
    cluster: Cluster, trigger: Event, stake: str | None, amount: str | None, context: Context
) -> set[str]:
    """Features of the type: the predicates, who is named in which role, what is traded."""
    found = {
        "bias",
        f"trigger:{trigger.predicate.frame.name}",
        f"trigger:{trigger.predicate.frame.name}/{trigger.predicate.form}",
    }
    found |= {f"frame:{e.predicate.frame.name}" for e in cluster.events}
    found.add(f"word:{context.reading.text[trigger.start : trigger.predicate.end].lower()[:8]}")
    filled = "".join(
        role[0] if cluster.parties.get(role) else "-" for role in ("acquirer", "target", "seller", "partner")
    )
    found |= {f"parties:{filled}", f"trigger:{trigger.predicate.frame.name}/{filled}"}
    if len(cluster.parties.get("acquirer", ())) > 1:
        found.add("several acquirers")
    if trigger.part:
        found.add("part")
    start, end = context.span(trigger.sentence)
    near = context.reading.text[max(start, trigger.start - NEAR) : min(end, trigger.predicate.end + NEAR)]
    if context.reading.patterns.shares.search(near):
        found.add("shares")
    if stake in context.percents:
        value = read_percent(context.percents[stake])
        whole = value is not None and value >= 100
        found |= {"stake", "stake:all" if whole else "stake:part"}
        if start <= context.percents[stake].start < end:
            found.add("stake:near")
    for percent in context.percents.values():
        value = read_percent(percent)
        if percent.role != "stake" or not start <= percent.start < end or value is None:
            continue
        if max(trigger.start - percent.end, percent.start - trigger.predicate.end) <= NEAR:
            size = "all" if value >= 100 else "major" if value > 50 else "minor"
            found |= {"percent", f"percent:{size}"}
    if amount in context.money:
        found.add(f"amount:{context.money[amount].role}")
    found |= set(describe_traded(trigger, cluster, context))
    return found | set(list_votes(cluster, trigger, "type"))


def describe_traded(event: Event, cluster: Cluster, context: Context) -> Iterator[str]:
    """Whether a share stands between the predicate and its target: "bought 26 % of X", "its stake in X"."""
    if FAMILY[event.predicate.frame.type] != "control":
        return
    reading, targets = context.reading, set(cluster.parties.get("target", ()))
    mentions = [reading.mentions[i] for i in reading.by_sentence.get(event.sentence, ())]
    after = [m for m in mentions if m.start >= event.predicate.end and m.entity in targets]
    start, end = event.predicate.end, after[0].start if after else event.predicate.end + NEAR
    end = min(end, context.span(event.sentence)[1])
    side = "target" if after else "nothing"
    if reading.patterns.traded.search(reading.text, start, end):
        yield f"share before {side}"
        whole = reading.patterns.wholes.search(reading.text, start, end)
        if after and not whole and end - start <= TRADED_NEAR and event.predicate.frame.name != RIVAL:
            yield PART_TRADED
    for percent in context.percents.values():
        value = read_percent(percent)
        if start <= percent.start < end and value is not None and percent.role in ("stake", "other"):
            yield f"percent before {side}:{'all' if value >= 100 else 'part'}"


def list_votes(cluster: Cluster, trigger: Event, task: str) -> Iterator[str]:
    """What the tagger says of the type or status, at the trigger and at the deal's other events."""
    for event in cluster.events:
        if not event.tagged:
            continue
        said = event.status if task == "status" else {event.tagged_type: event.score}
        where = "vote" if event is trigger else "voted"
        for name, score in said.items():
            yield from list_steps(f"{where}:{name}", score)


def read_percent(percent: records.Percent) -> float | None:
    """Its value, read from its digits when no component has given one.

    >>> read_percent(records.Percent(id="P1", start=0, end=6, text="33,2 %", role="stake"))
    33.2
    """
    if percent.value is not None:
        return float(percent.value)
    found = re.search(r"\d{1,3}(?:[.,]\d{1,4})?", percent.text)
    return float(found.group().replace(",", ".")) if found else None
