"""Which hedges, attributions and stretches of text belong to which deal."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_terms import Terms
from dealextract.components.deal_text import Reading

SILENT = {
    "declines",
    "unreachable",
    "denies",
}  # stances of a party that belong to its deal wherever they stand


class Evidence:
    """Hedges and attributions of a Doc, given to deals by scope, sentence and nearness."""

    def __init__(self, doc: Doc, clusters: Sequence[Cluster], reading: Reading) -> None:
        self.reading = reading
        self.clusters = clusters
        self.hedges = spans.read_layer(doc, "hedges", records.Hedge)
        self.attributions = spans.read_layer(doc, "attributions", records.Attribution)
        self.marks = {
            m.id: m
            for layer in ("sources", "cues", "contents")
            for m in spans.read_layer(doc, layer, records.Mark)
        }
        self.events: dict[int, list[tuple[int, int, int]]] = {}
        for n, cluster in enumerate(clusters):
            for event in cluster.events:
                place = (event.start, event.predicate.end, n)
                self.events.setdefault(event.sentence, []).append(place)
        self.entities = {m.start: m.entity for m in reading.mentions}

    def find_owner(self, start: int, end: int) -> Cluster | None:
        """The deal of a stretch of text: a trigger inside it, else the nearest of its sentence or before."""
        sentence = self.reading.find_sentence(start)
        last = min(self.reading.find_sentence(max(start, end - 1)), sentence + 3)
        near: list[tuple[int, int]] = []
        for place in range(sentence - 1, last + 1):
            for begin, stop, n in self.events.get(place, ()):
                gap = max(begin - end, start - stop, 0)
                if gap == 0 or place <= sentence:
                    near.append((gap + (1000 if gap and place < sentence else 0), n))
        return self.clusters[min(near)[1]] if near else None

    def find_hedges(self, cluster: Cluster) -> list[records.Hedge]:
        """The hedges whose scope holds a trigger of the deal, or that stand nearest to it."""
        return [h for h in self.hedges if self.find_owner(*(h.scope or (h.start, h.end))) is cluster]

    def find_attributions(self, cluster: Cluster) -> list[records.Attribution]:
        """Who says it: records whose content or cue belongs to the deal, and the silence of its parties."""
        parties = cluster.list_parties()
        found = []
        for a in self.attributions:
            if a.stance in SILENT and self._is_party(a, parties):
                found.append(a)
                continue
            places = [self.marks[i] for i in (*a.content, a.cue, a.source) if i in self.marks]
            if places and self.find_owner(places[0].start, places[0].end) is cluster:
                found.append(a)
        return found

    def _is_party(self, a: records.Attribution, parties: set[str]) -> bool:
        if a.source_entity is not None:
            return a.source_entity in parties
        source = self.marks.get(a.source or "")
        return source is not None and any(
            source.start <= start < source.end and entity in parties
            for start, entity in self.entities.items()
        )

    def find_ranges(self, cluster: Cluster, terms: Terms) -> list[tuple[int, int]]:
        """Sentences of the deal's triggers, and the spans of its terms outside them."""
        sentences = {self.reading.sentences[e.sentence] for e in cluster.events}
        ranges = sorted((s, s + len(self.reading.text[s:e].rstrip())) for s, e in sentences)
        extra = [t for t in terms.spans if not any(s <= t[0] and t[1] <= e for s, e in ranges)]
        return sorted({*ranges, *extra})
