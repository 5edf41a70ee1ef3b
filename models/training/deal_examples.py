"""Examples for `fit_deals`: what a gold article says of the events, names and groups that the deal component finds."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dealextract import records, spans
from dealextract.components.deal_clusters import FAMILY, Cluster
from dealextract.components.deal_completion import list_candidates as list_fills
from dealextract.components.deal_events import Event
from dealextract.components.deal_figures import list_candidates, read_figures
from dealextract.components.deal_pairs import Pairs, cluster_events
from dealextract.components.deal_text import Reading
from dealextract.components.deal_triggers import describe
from dealextract.components.deals import write_deals
from dealextract.extraction import Extraction
from dealextract.relations import TERMS
from dealextract.scoring.counts import Parties, match_deals

sys.path.insert(0, str(Path(__file__).resolve().parent))
from deal_readings import Reader

STRAY = 0.5  # weight of a pair of which one event tells no gold deal
Mentions = Sequence[dict[str, Any]] | None  # every word for a deal of an article, where gold has them
Found = tuple[set[str], str, float]  # features, class, weight


def find_gold_deal(event: Event, gold: records.Document, named: set[str]) -> records.Deal | str | None:
    """The gold deal that an event tells: by its trigger, else by two of its parties in the event's sentence.

    "unknown" where several could be meant; None where the article has no deal.
    """
    places = {s.id: s for s in gold.spans}
    for deal in gold.deals:
        at = places.get(deal.trigger or "")
        if at and at.start < event.predicate.end and event.start < at.end:
            return deal
    found = [
        d
        for d in gold.deals
        if FAMILY[d.type] == FAMILY[event.type]
        and len(named & {n for role in records.PARTY_ROLES for n in getattr(d, role)}) >= 2
    ]
    return found[0] if len(found) == 1 else "unknown" if gold.deals else None


def find_same(gold: records.Document, names: Sequence[records.Name]) -> dict[str, set[str]]:
    """The gold entities that each found entity is."""
    found = records.Document(lang=gold.lang, text=gold.text, spans=tuple(names))
    same: dict[str, set[str]] = {}
    for a, b in Parties(gold, found).equal:
        same.setdefault(b, set()).add(a)
    return same


def collect_roles(reader: Reader, doc: Any, gold: records.Document, mentions: Mentions) -> Iterator[Found]:
    """An example for each name near a predicate of which gold says what deal it tells: its role in that deal."""
    events, parties, _ = reader.assembler(gold.lang).find_events(doc)
    same = find_same(gold, read_names(doc))
    told = find_told(events, parties.reading, gold, same, mentions)
    for event, number in zip(events, told, strict=True):
        if number == "unknown":
            continue
        deal = gold.deals[int(number)] if number != "none" else None
        roles = {
            e: role for role in records.PARTY_ROLES for e in (getattr(deal, role) if deal is not None else ())
        }
        for candidate in parties.list_candidates(event)[0]:
            labels = [roles[g] for g in sorted(same.get(candidate.mention.entity, ())) if g in roles]
            yield candidate.features, labels[0] if labels else "none", 1.0


def read_names(doc: Any) -> list[records.Name]:
    """Every name of a Doc."""
    return spans.read_layer(doc, "names", records.Name)


def collect_pairs(reader: Reader, doc: Any, gold: records.Document, mentions: Mentions) -> Iterator[Found]:
    """An example for each pair of events of which gold says whether they tell one deal."""
    events, parties, relations = reader.assembler(gold.lang).find_events(doc)
    told = find_told(events, parties.reading, gold, find_same(gold, read_names(doc)), mentions)
    pairs = Pairs(events, parties.reading, relations)
    for i, j in pairs.list_pairs():
        one, other = told[i], told[j]
        if "unknown" in (one, other) or one == other == "none":
            continue
        stray = "none" in (one, other)
        label = "same" if one == other else "other"
        yield pairs.describe(i, j), label, STRAY if stray else 1.0


def collect_triggers(reader: Reader, doc: Any, gold: records.Document) -> Iterator[Found]:
    """An example for each event of each group: whether gold has it as a trigger."""
    events, parties, relations = reader.assembler(gold.lang).find_events(doc)
    places = [(s.start, s.end) for s in gold.spans if s.label == "TRIGGER"]
    for cluster in cluster_events(events, parties.reading, relations):
        for event in cluster.events:
            right = any(start < event.predicate.end and event.start < end for start, end in places)
            features = set(describe(event, cluster.events, parties.reading))
            yield features, "trigger" if right else "none", 1.0


def find_told(
    events: Sequence[Event],
    reading: Any,
    gold: records.Document,
    same: dict[str, set[str]],
    mentions: Mentions,
) -> list[str]:
    """For each event the number of the gold deal that it tells, "none" or "unknown".

    Where gold marks every mention of its deals, an event that overlaps none tells none.
    """
    numbers = {id(d): str(n) for n, d in enumerate(gold.deals)}
    told = []
    for event in events:
        start, end = event.start, event.predicate.end
        if mentions is not None:
            marks = [str(m["deal"]) for m in mentions if m["start"] < end and start < m["end"]]
            deal = find_gold_deal(event, gold, set())
            told.append(numbers[id(deal)] if isinstance(deal, records.Deal) else (*marks, "none")[0])
            continue
        here = [reading.mentions[i].entity for i in reading.by_sentence.get(event.sentence, ())]
        deal = find_gold_deal(event, gold, {g for e in here for g in same.get(e, ())})
        told.append("none" if deal is None else deal if isinstance(deal, str) else numbers[id(deal)])
    return told


def collect_terms(
    doc: Any,
    deals: Sequence[tuple[Cluster, Event, int]],
    reading: Reading,
    gold: records.Document,
    record: dict[str, Any],
) -> Iterator[Found]:
    """An example for each figure near each group of events, with the number of its gold deal: which term it is."""
    figures = read_figures(doc)
    if "figures" in record:
        known = [(f["deal"], f["role"], f["start"], f["end"], f["text"]) for f in record["figures"]]
    elif record.get("layers") == "deals":
        return
    else:
        places = {s.id: s for s in gold.spans}
        known = [
            (n, term, places[at].start, places[at].end, places[at].text)
            for n, deal in enumerate(gold.deals)
            for term in TERMS
            if (at := getattr(deal, term))
        ]
    told = [(cluster, trigger) for cluster, trigger, _ in deals]
    for candidate in list_candidates(figures, spans.read_tagged(doc, "amounts"), told, reading):
        figure, number = candidate.figure, deals[candidate.deal][2]
        if "figures" in record and figure.label == "PERCENT" and gold.deals[number].type == "merger":
            continue  # those lots mark shares that change hands, not what each side will hold
        own = [k for k in known if k[0] == number]
        labels = [term for _, term, start, end, _ in own if start < figure.end and figure.start < end]
        # what is written twice is no other term
        twice = not labels and any(text == figure.text for *_, text in own)
        yield candidate.features, labels[0] if labels else "none", 0.0 if twice else 1.0


def collect_deals(
    reader: Reader, doc: Any, gold: records.Document, record: dict[str, Any]
) -> Iterator[tuple[str, Found]]:
    """Examples of `deal`, and of the other tasks for the groups of events that match a gold deal."""
    assembler = reader.assembler(gold.lang)
    drafts, context = assembler.find_drafts(doc)
    for draft in drafts:
        draft.score = 1.0
        draft.type = draft.cluster.type
    write_deals(doc, drafts)
    matched = {j: i for i, j in match_deals(gold, Extraction.from_doc(doc, lang=gold.lang).document)}
    for j, draft in enumerate(drafts):
        yield "deal", (draft.deal_features, "deal" if j in matched else "none", 1.0)
    right = [drafts[j] for j in sorted(matched)]
    parties = Parties(gold, records.Document(lang=gold.lang, text=gold.text, spans=tuple(read_names(doc))))
    for j, draft in zip(sorted(matched), right, strict=True):
        for c in list_fills(draft.cluster, draft.trigger, [d.cluster for d in right], context):
            named = getattr(gold.deals[matched[j]], c.role)
            label = "fill" if any((e, c.entity) in parties.equal for e in named) else "none"
            yield "fill", (c.features, label, 1.0)
    told = [(drafts[j].cluster, drafts[j].trigger, matched[j]) for j in sorted(matched)]
    for found in collect_terms(doc, told, context.reading, gold, record):
        yield "term", found
    for j, draft in zip(sorted(matched), assembler.describe(doc, right, context), strict=True):
        yield "type", (draft.type_features, gold.deals[matched[j]].type, 1.0)
        yield "status", (draft.status_features, gold.deals[matched[j]].status, 1.0)
