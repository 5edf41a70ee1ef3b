"""Events in the text, each with its parties, and which of them are one deal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dealextract.components.deal_lexicon import Role
from dealextract.components.deal_roles import Argument, Predicate, RoleFinder
from dealextract.components.deal_text import Reading
from dealextract.records import PARTY_ROLES
from dealextract.spans import Tagged

Fills = dict[str, dict[Role, float]]  # entity -> role -> weight

HEAD = 0.7  # weight of a mention that the tagger typed, times its score
REMOTE = 0.55  # the same from a neighbouring sentence
PERSON_TRUST = 0.5  # a person in a party's position is mostly one who speaks
UNSEEN = 0.75  # trust in a position where the tagger saw no party
FIRM = 0.45  # weight of a party that helps to make a deal without the tagger
SURE = 0.5  # score from which a trigger needs no second witness
ACCEPT = 0.25  # a party is kept from this weight on
COORDINATED = re.compile(r"[\s,;&/()’'a-zé.-]{0,48}")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
PARTNERS = {"merger", "joint_venture", "other"}  # types that have partners; the others never do
LIST_TYPES = {"funding_round", "investment", "joint_venture", "merger", "other"}
FAMILY = {
    "acquisition": "control", "disposal": "control", "stake": "control", "merger": "control", "investment": "money",
    "funding_round": "money", "buyback": "buyback", "debt": "debt", "ipo": "ipo", "joint_venture": "venture",
    "spin_off": "spin", "other": "other",
}  # fmt: skip
NEAR = {frozenset(p) for p in [("control", "money"), ("control", "venture"), ("control", "spin"), ("money", "other"),
                               ("money", "debt"), ("control", "other"), ("ipo", "money"), ("venture", "money"), ("venture", "other")]}  # fmt: skip


@dataclass
class Event:
    """A predicate with the deal that it speaks of, as far as its own sentence tells."""

    predicate: Predicate
    type: str
    score: float
    tagged: bool
    status: dict[str, float] = field(default_factory=dict)
    fills: Fills = field(default_factory=dict)
    mentions: list[Argument] = field(default_factory=list)
    remote: list[tuple[Argument, float]] = field(default_factory=list)  # mentions from other sentences
    tagged_type: str = ""
    part: bool = False  # a unit or a share without a name is what is traded
    known: bool = False  # a trigger of the tagger that is in the lexicon too
    supported: int = 0  # parties that position and tagger agree on

    @property
    def firm(self) -> bool:
        """True when the event alone makes a deal: a sure trigger, or two parties that complete each other."""
        return (self.tagged and self.score >= SURE) or self.whole

    @property
    def whole(self) -> bool:
        """True when two parties complete each other: who buys and what, who sells and what, two partners."""
        if self.predicate.frame.weak and not self.tagged:
            return False
        roles = [
            max(r, key=lambda k: r[k]) for r in self.fills.values() if max(r.values(), default=0.0) >= FIRM
        ]
        sides = set(roles)
        if roles.count("partner") >= 2 or ("target" in sides and sides & {"acquirer", "seller"}):
            return True
        return self.part and {"acquirer", "seller"} <= sides

    @property
    def start(self) -> int:
        return self.predicate.start

    @property
    def sentence(self) -> int:
        return self.predicate.sentence

    def add(self, argument: Argument, weight: float) -> None:
        """Count a mention in a role: the best evidence, and a little of every other."""
        roles = self.fills.setdefault(argument.entity, {})
        old = roles.get(argument.role, 0.0)
        roles[argument.role] = max(old, weight) + 0.15 * min(old, weight)
        self.mentions.append(argument)


def fill_events(events: Sequence[Event], finder: RoleFinder, parties: Sequence[Tagged], tagged: bool) -> None:
    """Give every event its parties: by position, by the tagger's party mentions, by both."""
    reading = finder.reading
    marked = find_marked(reading, parties)
    used: set[int] = set()
    persons = {m.entity for m in reading.mentions if m.label == "PERSON"}
    for event in events:
        for argument in finder.find_arguments(event.predicate):
            mark = marked.get(argument.start)
            weight = argument.weight * (PERSON_TRUST if argument.entity in persons and mark is None else 1.0)
            if mark is None:
                event.add(argument, weight * (UNSEEN if tagged and argument.position != "reference" else 1.0))
            elif mark.type == argument.role:
                event.add(argument, weight + HEAD * mark.score)
                event.supported += 1
                used.add(argument.start)
            else:
                event.add(argument, weight * 0.8)
                if event.tagged:
                    event.add(argument._replace(role=mark.type, position="tagger"), HEAD * mark.score)
                    used.add(argument.start)
    share_marks(events, reading, {s: m for s, m in marked.items() if s not in used})


def find_marked(reading: Reading, parties: Sequence[Tagged]) -> dict[int, Tagged]:
    """The tagger's party of each mention, by the start of the mention."""
    found: dict[int, Tagged] = {}
    for mention in reading.mentions:
        for party in parties:
            if party.start < mention.end and mention.start < party.end:
                if mention.start not in found or party.score > found[mention.start].score:
                    found[mention.start] = party
    return found


def share_marks(events: Sequence[Event], reading: Reading, marked: dict[int, Tagged]) -> None:
    """Give the party mentions that no position explains to the nearest event."""
    hosts = [e for e in events if e.tagged] or list(events)
    if not hosts:
        return
    for mention in reading.mentions:
        mark = marked.get(mention.start)
        if mark is None:
            continue
        nearest = min(hosts, key=lambda e: (abs(e.sentence - mention.sentence), abs(e.start - mention.start)))
        gap = abs(nearest.sentence - mention.sentence)
        if gap > 2:
            continue
        argument = Argument(mention.entity, mark.type, 0.0, "tagger", mention.start, mention.end)  # type: ignore[arg-type]
        weight = HEAD * mark.score * (1.0 if gap == 0 else REMOTE if gap == 1 else REMOTE * 0.7)
        if gap == 0:
            nearest.add(argument, weight)
        else:
            nearest.remote.append((argument, weight))


def choose_parties(fills: Fills, mentions: Sequence[Argument], kind: str, text: str) -> dict[str, list[str]]:
    """Entity lists by role: one role for each entity, several entities in a role when coordinated."""
    best: dict[str, list[tuple[float, str]]] = {}
    for entity, all_roles in fills.items():
        roles = {r: w for r, w in all_roles.items() if r != "partner" or kind in PARTNERS}
        if not roles:
            continue
        role, weight = max(roles.items(), key=lambda r: r[1])
        if weight >= ACCEPT:
            best.setdefault(role, []).append((weight, entity))
    order = {a.entity: i for i, a in reversed(list(enumerate(sorted(mentions, key=lambda a: a.start))))}
    chosen: dict[str, list[str]] = {}
    for role in PARTY_ROLES:
        ranked = sorted(best.get(role, ()), key=lambda b: (-b[0], order[b[1]]))
        if not ranked:
            continue
        kept = [ranked[0][1]]
        for weight, entity in ranked[1:]:
            listed = any(are_coordinated(entity, other, role, mentions, text) for other in kept)
            if role == "partner" or listed or (kind in LIST_TYPES and weight >= 0.9 and role == "acquirer"):
                kept.append(entity)
        chosen[role] = sorted(kept, key=lambda e: order[e])
    return chosen


def are_coordinated(a: str, b: str, role: str, mentions: Sequence[Argument], text: str) -> bool:
    """True when mentions of two entities in this role stand in one list."""
    groups = [
        {m.group for m in mentions if m.entity == e and m.role == role and m.group >= 0} for e in (a, b)
    ]
    if groups[0] & groups[1]:
        return True
    ends = sorted({(m.start, m.end) for m in mentions if m.role == role})
    spans_a = [(m.start, m.end) for m in mentions if m.entity == a and m.role == role]
    spans_b = [(m.start, m.end) for m in mentions if m.entity == b and m.role == role]
    for sa in spans_a:
        for sb in spans_b:
            left, right = min(sa, sb), max(sa, sb)
            inside = [s for s in ends if left[0] <= s[0] <= right[0]]
            if all(
                COORDINATED.fullmatch(text[x[1] : y[0]]) for x, y in zip(inside, inside[1:], strict=False)
            ):
                return True
    return False


@dataclass
class Cluster:
    """Events that are one deal."""

    events: list[Event]
    parties: dict[str, list[str]]
    fills: Fills

    @property
    def type(self) -> str:
        votes: dict[str, float] = {}
        for e in self.events:
            votes[e.type] = votes.get(e.type, 0.0) + (e.score if e.tagged else 0.25)
        return max(votes, key=lambda t: votes[t])

    def list_parties(self) -> set[str]:
        """Every party, whatever its role."""
        return {n for names in self.parties.values() for n in names}


def cluster_events(events: Sequence[Event], reading: Reading) -> list[Cluster]:
    """Groups of events that speak of one deal, in the order of their first event."""
    clusters: list[Cluster] = []
    for event in sorted(events, key=lambda e: (not e.tagged, e.start)):
        parties = choose_parties(event.fills, event.mentions, event.type, reading.text)
        single = Cluster([event], parties, event.fills)
        scored = [(s, -i) for i, c in enumerate(clusters) if (s := affinity(single, c, reading)) > 0]
        if scored:
            host = clusters[-max(scored)[1]]
            host.events.append(event)
            merge_fills(host, reading)
        else:
            clusters.append(single)
    for cluster in clusters:
        add_remote(cluster, reading)
    return sorted(clusters, key=lambda c: min(e.start for e in c.events))


def merge_fills(cluster: Cluster, reading: Reading) -> None:
    """Join the evidence of the cluster's events and choose its parties again."""
    fills: Fills = {}
    for event in cluster.events:
        trust = 1.0 if event.tagged else 0.9
        for entity, roles in event.fills.items():
            into = fills.setdefault(entity, {})
            for role, weight in roles.items():
                old, new = into.get(role, 0.0), weight * trust
                into[role] = max(old, new) + 0.2 * min(old, new)
    mentions = [m for e in cluster.events for m in e.mentions]
    cluster.fills = fills
    cluster.parties = choose_parties(fills, mentions, cluster.type, reading.text)


def affinity(one: Cluster, other: Cluster, reading: Reading) -> float:
    """How surely an event belongs to a cluster; 0 when it does not.

    Two triggers of the tagger are one deal only when nothing tells them apart: the tagger marks each deal
    once, at its first full statement, so a second trigger is mostly a second deal.
    """
    event = one.events[0]
    families = frozenset((FAMILY[event.type], FAMILY[other.type]))
    if len(families) == 2 and families not in NEAR:
        return 0.0
    if years_differ(event, other, reading):
        return 0.0
    others_tagged = any(e.tagged for e in other.events)
    mine, theirs = one.parties, other.parties
    if not one.list_parties():
        return follows(event, other, reading)
    shared = one.list_parties() & other.list_parties()
    if len(shared) >= 2 and not (event.tagged and others_tagged):
        return 3.0
    whole = one.list_parties() <= other.list_parties() or other.list_parties() <= one.list_parties()
    if (
        not event.firm
        and one.list_parties() <= other.list_parties()
        and not (event.tagged and opposed(event, other))
    ):
        named = reading.patterns.anaphors.search(reading.text[event.predicate.start : event.predicate.end])
        if near(event, other, 2) or named:
            return 1.0 if near(event, other, 2) else 0.6
    for role in ("target", "acquirer", "seller"):
        a, b = set(mine.get(role, ())), set(theirs.get(role, ()))
        if a and b and not a & b:
            return 0.0
    if event.tagged and others_tagged and (opposed(event, other) or moved(mine, theirs)):
        return 0.0
    same = {r for r in PARTY_ROLES if set(mine.get(r, ())) & set(theirs.get(r, ()))}
    if {"target", "acquirer"} <= same or {"target", "seller"} <= same or len(shared) >= 2:
        return 3.0
    if not shared or not whole:
        return 0.0
    if not (event.firm and any(e.firm for e in other.events)):
        return 1.5 if "target" in same or near(event, other, 0) else 0.8 if near(event, other, 2) else 0.0
    if "target" in same and near(event, other, 0):
        return 1.2
    if follows(event, other, reading) and near(event, other, 2):
        return 1.0
    return 0.0


def moved(mine: dict[str, list[str]], theirs: dict[str, list[str]]) -> bool:
    """True when an entity has another role here than there, mergers and their partners apart."""
    if mine.get("partner") or theirs.get("partner"):
        return False
    for role in ("acquirer", "target", "seller"):
        for other in ("acquirer", "target", "seller"):
            if role != other and set(mine.get(role, ())) & set(theirs.get(other, ())):
                return True
    return False


def add_remote(cluster: Cluster, reading: Reading) -> None:
    """Fill the roles that are still empty from the tagger's mentions in neighbouring sentences."""
    taken = cluster.list_parties()
    fills: Fills = {}
    mentions = []
    for event in cluster.events:
        for argument, weight in event.remote:
            if cluster.parties.get(argument.role) or argument.entity in taken:
                continue
            roles = fills.setdefault(argument.entity, {})
            roles[argument.role] = roles.get(argument.role, 0.0) + weight
            mentions.append(argument)
    for role, names in choose_parties(fills, mentions, cluster.type, reading.text).items():
        cluster.parties.setdefault(role, names)


def near(event: Event, other: Cluster, sentences: int) -> bool:
    return any(abs(event.sentence - e.sentence) <= sentences for e in other.events)


def follows(event: Event, other: Cluster, reading: Reading) -> float:
    """An event without parties belongs to the deal told just before it, when its word can stand for one."""
    word = reading.text[event.predicate.start : event.predicate.end]
    if not reading.patterns.anaphors.search(word):
        return 0.0
    gaps = [event.start - e.start for e in other.events if e.start < event.start]
    return 1.0 / (1 + min(gaps)) if gaps and near(event, other, 3) else 0.0


def opposed(event: Event, other: Cluster) -> bool:
    """True when the tagger gives a failed and a living state to two triggers: a second attempt."""
    failed = {"rejected", "cancelled", "denied"}
    mine = max(event.status, key=lambda s: event.status[s], default=None)
    for e in other.events:
        theirs = max(e.status, key=lambda s: e.status[s], default=None)
        if (
            mine
            and theirs
            and e.tagged
            and e.sentence != event.sentence
            and (mine in failed) != (theirs in failed)
        ):
            return True
    return False


def years_differ(event: Event, other: Cluster, reading: Reading) -> bool:
    """True when the sentences of the two name different years."""
    own = set(YEAR.findall(reading.text[slice(*reading.sentences[event.sentence])]))
    for e in other.events:
        theirs = set(YEAR.findall(reading.text[slice(*reading.sentences[e.sentence])]))
        if e.sentence != event.sentence and own and theirs and not own & theirs:
            return True
    return False
