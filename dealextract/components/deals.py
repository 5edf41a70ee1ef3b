"""Deals: one record for each transaction with a named party, with its terms, status and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_clusters import Cluster, cluster_events
from dealextract.components.deal_events import SURE, Event, make_events
from dealextract.components.deal_evidence import Evidence
from dealextract.components.deal_features import Context, list_type_features
from dealextract.components.deal_lexicon import Patterns, load_patterns
from dealextract.components.deal_parties import PartyReader, fill_events
from dealextract.components.deal_positions import Grounds
from dealextract.components.deal_references import PARTY_LABELS, References
from dealextract.components.deal_status import STATUSES, TYPES, choose, compute_certainty, count_votes
from dealextract.components.deal_status_features import list_status_features
from dealextract.components.deal_terms import Terms, find_date, find_terms
from dealextract.components.deal_text import Reading

ALONE = 0.8  # weight of a position that makes a deal of one party
LEXICON_SCORE = 0.6  # a lexicon predicate with two parties, as a trigger
SOLO = {"ipo", "buyback"}  # types that one party makes whole


class DealAssembler:
    """Writes the layers `triggers` and `deals` from all the layers before."""

    def __init__(self, lang: str) -> None:
        self.patterns: Patterns = load_patterns(lang)

    def __call__(self, doc: Doc) -> Doc:
        names = [n for n in spans.read_layer(doc, "names", records.Name) if n.label in PARTY_LABELS]
        deals = self.read_deals(doc) if names else []
        write_deals(doc, deals)
        return doc

    def read_deals(self, doc: Doc) -> list[Draft]:
        """The deals of a Doc, in the order of their first event."""
        names = [n for n in spans.read_layer(doc, "names", records.Name) if n.label in PARTY_LABELS]
        reading = Reading(doc, names, self.patterns)
        tagged = spans.was_tagged(doc)
        events = make_events(doc, reading)
        grounds = Grounds(reading, References(reading), [e.predicate for e in events])
        reader = PartyReader(grounds, spans.read_tagged(doc, "parties"), tagged)
        fill_events(events, reader)
        clusters = [c for c in cluster_events(events, reading, reader.owners) if is_deal(c, tagged)]
        context = Context(doc, reading, grounds)
        evidence = Evidence(doc, clusters, reading)
        drafts = [Draft(c, choose_trigger(c)) for c in clusters]
        terms = find_terms(doc, clusters, reading)
        for draft, found in zip(drafts, terms, strict=True):
            draft.terms = found
            draft.type_features = list_type_features(
                draft.cluster, draft.trigger, found.stake, found.amount, context
            )
            votes = count_votes(draft.cluster, draft.trigger, "type")
            draft.type = choose("type", draft.type_features, votes, TYPES)
            if draft.type == "disposal" and all(draft.cluster.parties.get(r) for r in ("acquirer", "target")):
                draft.type = "acquisition"  # a sale whose buyer and target are named is a purchase
            draft.status_features = list_status_features(draft.cluster, draft.trigger, draft.type, context)
            votes = count_votes(draft.cluster, draft.trigger, "status")
            draft.status = choose("status", draft.status_features, votes, STATUSES)
            date = find_date(draft.cluster, draft.status, context.dates, reading)
            if date:
                found.date = date.value
                found.spans.append((date.start, date.end))
            draft.hedges = evidence.find_hedges(draft.cluster)
            draft.attributions = evidence.find_attributions(draft.cluster)
            draft.evidence = evidence.find_ranges(draft.cluster, found)
            stances = [a.stance for a in draft.attributions]
            draft.certainty = compute_certainty(draft.status, draft.hedges, stances)
        return drafts


@dataclass
class Draft:
    """A deal on its way: its cluster, trigger and terms, and what its type and status were chosen from."""

    cluster: Cluster
    trigger: Event
    terms: Terms = field(default_factory=Terms)
    type: str = "acquisition"
    status: str = "completed"
    type_features: set[str] = field(default_factory=set)
    status_features: set[str] = field(default_factory=set)
    hedges: list[records.Hedge] = field(default_factory=list)
    attributions: list[records.Attribution] = field(default_factory=list)
    evidence: list[tuple[int, int]] = field(default_factory=list)
    certainty: float | None = None

    @property
    def score(self) -> float:
        """How sure it is that this deal is told: by its triggers and its best-placed party, 0 to 1."""
        missed = 1.0
        for event in self.cluster.events:
            missed *= 1.0 - (event.score if event.tagged else LEXICON_SCORE if event.whole else 0.0)
        best = max((max(r.values()) for r in self.cluster.fills.values() if r), default=0.0)
        return round((1.0 - missed) * min(1.0, 0.5 + best / 2), 3)


def is_deal(cluster: Cluster, tagged: bool) -> bool:
    """True for a cluster with a party that the tagger or strong positions vouch for."""
    parties = cluster.list_parties()
    if not parties:
        return False
    if any(e.tagged and (e.score >= SURE or e.known or len(parties) >= 2) for e in cluster.events):
        return True
    strong = [e for e in cluster.events if not e.predicate.frame.weak]
    if not strong:
        return False
    if any(e.whole for e in strong):
        return True
    if any(e.supported for e in strong):
        return len(parties) >= 2
    alone = any(
        m.position not in ("subject", "reference", "tagger") and m.weight >= ALONE
        for e in strong
        for m in e.mentions
    )
    return alone and (cluster.type in SOLO or not tagged)


def write_deals(doc: Doc, drafts: Sequence[Draft]) -> None:
    """Write the layers `triggers` and `deals`."""
    places = sorted({(d.trigger.predicate.start, d.trigger.predicate.end) for d in drafts})
    ids = dict(zip(places, spans.number_ids("triggers", len(places)), strict=True))
    text = doc.text
    marks = [
        records.Mark(
            id=ids[p], label="TRIGGER", start=p[0], end=p[1], text=text[p[0] : p[1]], score=None, why=None
        )
        for p in places
    ]
    spans.write_layer(doc, "triggers", marks)
    deals = []
    for draft in drafts:
        terms = draft.terms
        deals.append(
            records.Deal(
                type=draft.type,  # type: ignore[arg-type]
                status=draft.status,  # type: ignore[arg-type]
                amount=terms.amount,
                valuation=terms.valuation,
                price_per_share=terms.price_per_share,
                stake=terms.stake,
                date=terms.date,
                attributions=tuple(a.id for a in draft.attributions),
                hedges=tuple(h.id for h in draft.hedges),
                evidence=tuple(draft.evidence),
                certainty=draft.certainty,
                score=draft.score,
                trigger=ids[draft.trigger.predicate.start, draft.trigger.predicate.end],
                **{role: tuple(n) for role, n in draft.cluster.parties.items()},  # type: ignore[arg-type]
            )
        )
    spans.write_layer(doc, "deals", deals)


def choose_trigger(cluster: Cluster) -> Event:
    """The event that names the deal best: the tagger's, else the one with most parties."""
    return max(cluster.events, key=lambda e: (e.tagged, e.score, len(e.fills), -e.start))


@Language.factory("dealextract_deals", default_config={})
def make_deals(nlp: Language, name: str) -> DealAssembler:
    """The deal assembler of the pipeline's language; reads every layer, writes `triggers` and `deals`."""
    return DealAssembler(nlp.lang or "")
