"""What the tagger says of a deal's status at the names of its parties, all over the article.

A trigger is read where it stands; most of an article's news on a deal stands elsewhere, beside the names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_text import Reading
from dealextract.components.deal_weights import list_steps
from dealextract.spans import Tagged

LEAST = 0.15  # share of a status that is a feature


def pool_votes(
    clusters: Sequence[Cluster], votes: Iterable[Tagged], reading: Reading
) -> dict[int, dict[str, float]]:
    """The mean share of each status at the parties of a deal, by the id() of its cluster.

    A name that is a party of several deals speaks of the one whose events stand nearest.
    """
    parties: dict[str, list[tuple[Cluster, list[int]]]] = {}
    for cluster in clusters:
        sentences = sorted({e.sentence for e in cluster.events})
        for entity in cluster.list_parties():
            parties.setdefault(entity, []).append((cluster, sentences))
    by_place: dict[int, list[Tagged]] = {}
    for vote in votes:
        by_place.setdefault(vote.start, []).append(vote)
    sums: dict[int, dict[str, float]] = {}
    times: Counter[int] = Counter()
    for mention in reading.mentions:
        said = by_place.get(mention.start)
        if said is None or mention.entity not in parties:
            continue
        nearest = min(parties[mention.entity], key=lambda p: measure_gap(p[1], mention.sentence))[0]
        times[id(nearest)] += 1
        own = sums.setdefault(id(nearest), {})
        for vote in said:
            own[vote.type] = own.get(vote.type, 0.0) + vote.score
    return {key: {kind: total / times[key] for kind, total in sums[key].items()} for key in sums}


def measure_gap(sentences: Sequence[int], sentence: int) -> int:
    """Sentences to the nearest of those given, in order.

    >>> measure_gap([2, 9], 7), measure_gap([2, 9], 1)
    (2, 1)
    """
    at = bisect_left(sentences, sentence)
    return min(abs(s - sentence) for s in sentences[max(0, at - 1) : at + 1])


def describe_pool(name: str, shares: Mapping[str, float]) -> Iterator[str]:
    """Features of the mean shares of statuses.

    >>> sorted(describe_pool("party", {"agreed": 0.62, "offered": 0.1}))[:3]
    ['party best:agreed', 'party vote:agreed', 'party vote:agreed>2']
    """
    for kind, share in shares.items():
        if share >= LEAST:
            yield from list_steps(f"{name} vote:{kind}", share)
    if shares:
        yield f"{name} best:{max(shares, key=lambda kind: (shares[kind], kind))}"


def average_votes(cluster: Cluster) -> dict[str, float]:
    """The mean share of each status at the triggers of a deal, each weighed by its score."""
    events = [e for e in cluster.events if e.tagged and e.status]
    total = sum(e.score for e in events) or 1.0
    kinds = {kind for e in events for kind in e.status}
    return {kind: sum(e.score * e.status.get(kind, 0.0) for e in events) / total for kind in sorted(kinds)}
