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
RECALLED = 5  # sentences after a deal in which "these talks" can mean it


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
        """The deal of a stretch of text: a trigger inside it, else the nearest of its sentence or before.

        One that says "these talks" or "the deal" is about the last deal told, some sentences before too.
        """
        sentence = self.reading.find_sentence(start)
        last = min(self.reading.find_sentence(max(start, end - 1)), sentence + 3)
        near: list[tuple[int, int]] = []
        for place in range(sentence - 1, last + 1):
            for begin, stop, n in self.events.get(place, ()):
                gap = max(begin - end, start - stop, 0)
                if gap == 0 or place <= sentence:
                    near.append((gap + (1000 if gap and place < sentence else 0), n))
        if near:
            return self.clusters[min(near)[1]]
        return self.find_recalled(start, end)

    def find_recalled(self, start: int, end: int) -> Cluster | None:
        """The last deal told before a stretch of text that speaks of one by a noun with its article."""
        if not self.reading.patterns.recalls.search(self.reading.text, start, end):
            return None
        sentence = self.reading.find_sentence(start)
        for place in range(sentence, max(-1, sentence - RECALLED - 1), -1):
            before = [event for event in self.events.get(place, ()) if event[0] < start]
            if before:
                return self.clusters[max(before)[2]]
        return None

    def find_hedges(self, cluster: Cluster) -> list[records.Hedge]:
        """The hedges whose scope holds a trigger of the deal, or that stand nearest to it."""
        return [h for h in self.hedges if self.find_owner(*(h.scope or (h.start, h.end))) is cluster]

    def find_attributions(self, cluster: Cluster) -> list[records.Attribution]:
        """Who says it: records whose content or cue belongs to the deal, and the silence of its parties."""
        parties = cluster.list_parties()
        own: set[str] = set()
        for a in self.attributions:
            places = [self.marks[i] for i in (*a.content, a.cue, a.source) if i in self.marks]
            silent = a.stance in SILENT and self._is_party(a, parties)
            if silent or (places and self.find_owner(places[0].start, places[0].end) is cluster):
                own.add(a.id)
        # what an outlet's source says is the outlet's own content
        own |= {a.id for a in self.attributions if a.via in own and self._adds_nothing(a)}
        return [a for a in self.attributions if a.id in own]

    def _adds_nothing(self, a: records.Attribution) -> bool:
        """True for a record whose content is that of the record it is reported in, or that has none."""
        outer = next(o for o in self.attributions if o.id == a.via)
        return set(a.content) <= set(outer.content)

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
