"""Groups of events that are one deal, and the parties that their evidence together gives them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from dealextract.components.deal_events import SURE, Event, Fills
from dealextract.components.deal_positions import Argument
from dealextract.components.deal_text import Reading
from dealextract.records import PARTY_ROLES

ACCEPT, ACCEPT_SELLER = 0.3, 0.37  # a party is kept from this weight on; most deals name no seller
PARTNERS = {"merger", "joint_venture", "other"}  # types that have partners; the others never do
HINT_TRUST, UNDER_SURE = 0.9, 0.27  # lexicon events against triggers of the tagger: weak ones, sure ones
REMOTE = 0.9  # a name of another sentence against one of the trigger's own
LIST_TYPES = {"funding_round", "investment", "joint_venture", "merger", "other"}
FAMILY = {
    "acquisition": "control", "disposal": "control", "stake": "control", "merger": "control",
    "investment": "money", "funding_round": "money", "buyback": "buyback", "debt": "debt",
    "ipo": "ipo", "joint_venture": "venture", "spin_off": "spin", "other": "other",
}  # fmt: skip
NEAR = {
    frozenset(pair)
    for pair in (
        ("control", "money"), ("control", "venture"), ("control", "spin"), ("control", "other"),
        ("money", "other"), ("money", "debt"), ("money", "ipo"), ("money", "venture"), ("venture", "other"),
    )
}  # fmt: skip


def choose_parties(
    fills: Fills, mentions: Sequence[Argument], kind: str, reading: Reading
) -> dict[str, list[str]]:
    """Entity lists by role: one role for each entity, several entities in a role when coordinated."""
    order = {a.entity: i for i, a in reversed(list(enumerate(sorted(mentions, key=lambda a: a.start))))}
    ranked = sorted(
        (-weight, order[entity], entity, role)
        for entity, roles in fills.items()
        for role, weight in roles.items()
        if weight >= (ACCEPT_SELLER if role == "seller" else ACCEPT)
        and (role != "partner" or kind in PARTNERS)
    )
    chosen: dict[str, list[str]] = {role: [] for role in PARTY_ROLES}
    taken: set[str] = set()
    for weight, _, entity, role in ranked:
        kept = chosen[role]
        if entity in taken:
            continue
        listed = any(are_coordinated(entity, other, role, mentions, reading) for other in kept)
        several = (
            len(kept) < 2
            if role == "partner"
            else kind in LIST_TYPES and -weight >= 0.9 and role == "acquirer"
        )
        if not kept or listed or several:
            kept.append(entity)
            taken.add(entity)
    return {role: sorted(kept, key=lambda e: order[e]) for role, kept in chosen.items() if kept}


def are_coordinated(a: str, b: str, role: str, mentions: Sequence[Argument], reading: Reading) -> bool:
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
                reading.patterns.listed.fullmatch(reading.text[x[1] : y[0]])
                for x, y in itertools.pairwise(inside)
            ):
                return True
    return False


RECALLING = 0.3  # weight of what a word says that is surely not the one that tells its deal best


@dataclass
class Cluster:
    """Events that are one deal."""

    events: list[Event]
    parties: dict[str, list[str]]
    fills: Fills

    @property
    def type(self) -> str:
        """What most of its events say; those of the lexicon alone count where the tagger says nothing."""
        marked = [e for e in self.events if e.tagged]
        votes: dict[str, float] = {}
        for e in marked or self.events:
            # a word that only recalls the deal, as "transaction", hardly tells its type
            votes[e.type] = votes.get(e.type, 0.0) + e.score * (RECALLING + e.best)
        return max(votes, key=lambda t: votes[t])

    @property
    def part(self) -> bool:
        """True when one of its events trades a unit or a share."""
        return any(e.part for e in self.events)

    def list_parties(self) -> set[str]:
        """Every party, whatever its role."""
        return {n for names in self.parties.values() for n in names}


def merge_fills(cluster: Cluster, reading: Reading) -> None:
    """Join the evidence of the cluster's events and choose its parties again."""
    fills: Fills = {}
    sure = any(e.tagged and e.score >= SURE for e in cluster.events)
    for event in cluster.events:
        trust = 1.0 if event.tagged else UNDER_SURE if sure else HINT_TRUST
        for entity, roles in event.fills.items():
            into = fills.setdefault(entity, {})
            for role, weight in roles.items():
                old, new = into.get(role, 0.0), weight * trust
                into[role] = max(old, new) + 0.2 * min(old, new)
    mentions = [m for e in cluster.events for m in e.mentions]
    cluster.fills = fills
    cluster.parties = choose_parties(fills, mentions, cluster.type, reading)


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
            roles[argument.role] = roles.get(argument.role, 0.0) + REMOTE * weight
            mentions.append(argument)
    for role, names in choose_parties(fills, mentions, cluster.type, reading).items():
        cluster.parties.setdefault(role, names)
