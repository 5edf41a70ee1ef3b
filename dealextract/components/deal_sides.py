"""Sides that deals have in common: who owns the target sells it, and rival bids have one target."""

from __future__ import annotations

from collections.abc import Sequence

from dealextract.components.deal_clusters import FAMILY, Cluster
from dealextract.components.deal_owners import Owner

SOLD = {"control", "spin"}  # families of deals that have a seller
OWNED_NEAR = 2  # sentences between a deal and the words on who owns its target
RIVAL = "bid"  # the frame of offers, of which several compete for one target


def add_seller(cluster: Cluster, owners: Sequence[Owner]) -> None:
    """The owner of the target sells it, where the text near the deal names an owner and no seller."""
    if cluster.parties.get("seller") or FAMILY[cluster.type] not in SOLD:
        return
    taken = cluster.list_parties()
    for target in cluster.parties.get("target", ()):
        for owner in owners:
            near = any(abs(owner.sentence - e.sentence) <= OWNED_NEAR for e in cluster.events)
            if owner.owned == target and owner.owner not in taken and near:
                cluster.parties["seller"] = [owner.owner]
                return


def shift_owner(cluster: Cluster, owners: Sequence[Owner]) -> None:
    """A unit is what is bought where it is named with its owner: "a bid for X's unit Y"."""
    if FAMILY[cluster.type] not in SOLD:
        return
    taken = cluster.list_parties() - set(cluster.parties.get("seller", ()))
    told = {e.sentence for e in cluster.events}
    for owner in owners:
        targets = cluster.parties.get("target", [])
        if owner.unit and owner.owner in targets and owner.owned not in taken and owner.sentence in told:
            cluster.parties["target"] = [owner.owned if t == owner.owner else t for t in targets]
            cluster.parties["seller"] = [owner.owner]


def share_sides(clusters: Sequence[Cluster]) -> None:
    """Rival bids have one target and one seller: a bid that names none takes those of the bid before it."""
    before: list[Cluster] = []
    for cluster in sorted(clusters, key=lambda c: min(e.start for e in c.events)):
        bids = any(e.predicate.frame.name == RIVAL for e in cluster.events)
        for other in reversed(before):
            if not bids or FAMILY[cluster.type] != FAMILY[other.type] or not other.parties.get("target"):
                continue
            gap = min(abs(a.sentence - b.sentence) for a in cluster.events for b in other.events)
            if not cluster.parties.get("target") and cluster.parties.get("acquirer") and gap <= 2:
                known = set(cluster.list_parties())
                cluster.parties["target"] = [t for t in other.parties["target"] if t not in known]
            break
        before.append(cluster)
    sellers = {
        tuple(c.parties["target"]): c.parties["seller"]
        for c in clusters
        if c.parties.get("target") and c.parties.get("seller")
    }
    for cluster in clusters:
        seller = sellers.get(tuple(cluster.parties.get("target", ())))
        bids = any(e.predicate.frame.name == RIVAL for e in cluster.events)
        if seller and bids and not cluster.parties.get("seller"):
            cluster.parties["seller"] = [s for s in seller if s not in cluster.list_parties()]
