"""The second party of a deal whose words together name only one, found in the rest of the article.

"The bidder said it was disappointed": whose bid it is and for whom, other sentences tell. Every name of the
article is weighed for every role that is still empty by a fitted regression (`fill`); the likeliest fills it.
Deals with two parties stay as they are: filling their other roles lowered the F1 of roles on press.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dealextract.components.deal_clusters import FAMILY, LIST_TYPES, PARTNERS, Cluster
from dealextract.components.deal_events import Event
from dealextract.components.deal_features import Context
from dealextract.components.deal_lexicon import Role
from dealextract.components.deal_weights import estimate, list_steps, load_weights
from dealextract.records import PARTY_ROLES

FILL = ("fill", "none")
# probability from which the likeliest name fills an empty role
LIKELY = {"acquirer": 0.5, "target": 0.5, "seller": 0.7, "partner": 0.5}
LISTED = 0.6  # probability from which further names join it where a role has several
AROUND = 80  # mentions to either side of a trigger that are looked at, so that work stays linear on any text
NEAREST = 40  # names that are weighed
DISTANCES = ((0, "0"), (1, "1"), (2, "2"), (5, "5"))
NUMBERS = ((1, "1"), (2, "2"), (4, "4"))


class Candidate(NamedTuple):
    """An entity that may fill an empty role of a deal, with its features."""

    role: Role
    entity: str
    features: set[str]


def complete(deals: Sequence[tuple[Cluster, Event]], context: Context) -> None:
    """Fill the empty roles of the deals, all from what the article told before any was filled."""
    if not load_weights("fill"):
        return  # while they are being fitted
    found: list[tuple[Cluster, dict[str, list[tuple[float, str]]]]] = []
    for cluster, trigger in deals:
        ranked: dict[str, list[tuple[float, str]]] = {}
        for candidate in list_candidates(cluster, trigger, [c for c, _ in deals], context):
            chance = estimate("fill", candidate.features, FILL)["fill"]
            if chance >= LIKELY[candidate.role]:
                ranked.setdefault(candidate.role, []).append((chance, candidate.entity))
        found.append((cluster, ranked))
    for cluster, ranked in found:
        for role in sorted(ranked, key=lambda r: max(ranked[r]), reverse=True):
            taken = cluster.list_parties()
            ordered = sorted(r for r in ranked[role] if r[1] not in taken)[::-1]
            several = cluster.type in LIST_TYPES and role == "acquirer"
            kept = [e for n, (chance, e) in enumerate(ordered) if n == 0 or (several and chance >= LISTED)]
            if kept:
                cluster.parties[role] = [*cluster.parties.get(role, ()), *kept]


def list_types(cluster: Cluster) -> list[str]:
    """The types that its parties allow: partners make a merger or a joint venture."""
    parties = cluster.parties
    if len(parties.get("partner", ())) >= 2 and not (parties.get("acquirer") and parties.get("target")):
        return [t for t in FAMILY if t in PARTNERS]
    return list(FAMILY)


def settle_parties(cluster: Cluster, kind: str) -> None:
    """Give the parties the roles of the type.

    The sides of a merger are partners, and it has two or more. who buys back its shares is both.
    """
    parties = cluster.parties
    if kind == "buyback":
        firm = (parties.get("acquirer") or parties.get("target") or [])[:1]
        parties.update({"acquirer": firm, "target": list(firm)} if firm else {})
    if kind not in ("merger", "joint_venture"):
        return
    sides = [e for role in ("acquirer", "target") for e in parties.get(role, ())]
    partners = parties.get("partner", [])
    if kind == "merger" or not partners:
        missing = max(0, 2 - len(partners))
        parties["partner"] = [*partners, *sides[:missing]]
        parties.pop("target", None)
    parties.pop("acquirer", None)
    parties.pop("seller", None)


def list_gaps(cluster: Cluster) -> list[Role]:
    """The empty roles of a deal of this type with one party; a partner who stands alone lacks another."""
    kind = cluster.type
    if len(cluster.list_parties()) > 1:
        return []
    partners = cluster.parties.get("partner", ())
    if partners or kind in PARTNERS:
        return ["partner"] if len(partners) == 1 else []
    wanted: tuple[Role, ...] = ("acquirer", "target", "seller")
    if kind in ("ipo", "spin_off"):
        wanted = ("target", "seller")
    elif FAMILY[kind] != "control":
        wanted = ("acquirer", "target")
    return [role for role in wanted if not cluster.parties.get(role)]


def list_candidates(
    cluster: Cluster, trigger: Event, clusters: Sequence[Cluster], context: Context
) -> Iterator[Candidate]:
    """Every entity of the article that is no party of the deal, for each role that is empty."""
    gaps = list_gaps(cluster)
    if not gaps:
        return
    reading, taken = context.reading, cluster.list_parties()
    places: dict[str, list[int]] = {}
    labels: dict[str, str] = {}
    at = bisect_left(reading.mention_starts, trigger.start)
    for mention in reading.mentions[max(0, at - AROUND) : at + AROUND]:
        if mention.entity not in taken:
            places.setdefault(mention.entity, []).append(mention.sentence)
            labels.setdefault(mention.entity, mention.label)
    sentences = sorted({e.sentence for e in cluster.events if e.tagged or e.whole} or {trigger.sentence})
    gaps_of = {e: min((abs(p - s), s - p) for p in at for s in sentences) for e, at in places.items()}
    nearest = sorted(places, key=lambda e: gaps_of[e])[:NEAREST]
    shared = describe_deal(cluster, trigger, context)
    said = {
        context.grounds.references.get_key(w.form)
        for s in sentences
        for w in reading.words[slice(*reading.list_words(s))]
        if len(w.form) > 3
    }
    elsewhere: dict[str, Counter[str]] = {}
    for other in clusters:
        if other is not cluster and FAMILY[other.type] == FAMILY[cluster.type]:
            for role in PARTY_ROLES:
                for entity in other.parties.get(role, ()):
                    elsewhere.setdefault(entity, Counter())[role] += 1
    sides = {side: next((e for e in nearest if (gaps_of[e][1] >= 0) == (side == "before")), None)
             for side in ("before", "after")}  # fmt: skip
    for entity in nearest:
        own = set(describe_entity(entity, gaps_of[entity], len(places[entity]), trigger, context))
        own.add(f"label:{labels[entity]}")
        own |= {f"elsewhere:{r}" for r in elsewhere.get(entity, ())} or {"elsewhere:nowhere"}
        own |= {f"nearest:{side}" for side, e in sides.items() if e == entity}
        own.add(f"described:{min(3, len(said & context.grounds.references.descriptions.get(entity, set())))}")
        for role in gaps:
            weak = max(
                cluster.fills.get(entity, {}).get(role, 0.0),
                max(
                    (c for e in cluster.events for a, c in e.remote if a.entity == entity and a.role == role),
                    default=0.0,
                ),
            )
            steps = list_steps("weak", weak) if weak else ["weak:none"]
            yield Candidate(role, entity, {f"{role}|{f}" for f in (*own, *shared, *steps)} | own)


def describe_deal(cluster: Cluster, trigger: Event, context: Context) -> set[str]:
    """What makes it likely that the article names the party at all."""
    reading, refs = context.reading, context.reading.patterns.lexicon.references
    forms = [w.form for w in reading.words[slice(*reading.list_words(trigger.sentence))]]
    found = {"bias", f"frame:{trigger.predicate.frame.name}", f"form:{trigger.predicate.form}"}
    found |= {f"type:{cluster.type}", f"told:{min(3, len(cluster.events))}"}
    found |= {f"has:{role}" for role, names in cluster.parties.items() if names}
    if any(f in refs.pronouns or f in refs.possessives for f in forms):
        found.add("pronoun")
    for article, group in ((refs.articles, "definite"), (refs.indefinite, "indefinite")):
        if any(
            f in article and any(n in refs.nouns for n in forms[i + 1 : i + 4]) for i, f in enumerate(forms)
        ):
            found.add(group)
    return found


def describe_entity(
    entity: str, gap: tuple[int, int], times: int, trigger: Event, context: Context
) -> Iterator[str]:
    """Where the entity is named, how often, and what the tagger makes of it."""
    side = "before" if gap[1] >= 0 else "after"
    step = next((name for limit, name in DISTANCES if gap[0] <= limit), "far")
    yield f"{side}:{step}"
    yield f"times:{next((name for limit, name in NUMBERS if times <= limit), 'many')}"
    topics = context.grounds.references.topics
    for back in (0, 1):
        at = trigger.sentence - back
        if 0 <= at < len(topics) and topics[at] == entity:
            yield f"topic:{back}"
    if entity in context.topics:
        yield "topic"
    if entity in context.in_headline:
        yield "headline"
    yield f"leaning:{context.leaning.get(entity, 'none')}"
