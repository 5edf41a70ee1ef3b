"""Deals: one record for each transaction with a named party, with its terms, status and evidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_completion import complete, list_types, settle_parties
from dealextract.components.deal_events import Event, make_events
from dealextract.components.deal_evidence import Evidence
from dealextract.components.deal_features import PART_TRADED, Context, list_deal_features, list_type_features
from dealextract.components.deal_figures import read_figures
from dealextract.components.deal_lexicon import Patterns, load_patterns
from dealextract.components.deal_pairs import cluster_events
from dealextract.components.deal_parties import PartyReader, fill_events, make_reader
from dealextract.components.deal_positions import Grounds
from dealextract.components.deal_references import PARTY_LABELS, References
from dealextract.components.deal_relations import Relations, read_relations
from dealextract.components.deal_sides import add_seller, share_sides, shift_owner
from dealextract.components.deal_status import (
    DEAL,
    STATUSES,
    TYPES,
    choose,
    compute_certainty,
    settle_status,
)
from dealextract.components.deal_status_features import Others, list_status_features
from dealextract.components.deal_tense import load_tenses
from dealextract.components.deal_terms import Terms, find_date, find_terms
from dealextract.components.deal_text import Reading
from dealextract.components.deal_triggers import choose_trigger, rate_triggers
from dealextract.components.deal_weights import estimate

ALONE = 0.8  # weight of a position that makes a deal of one party
LEAST_SCORE = 0.5  # of a draft that is a deal
LIKELY_TRIGGER = 0.5  # chance of a word to be a trigger from which it is written though no deal rests on it
SOLO = {"ipo", "buyback"}  # types that one party makes whole


class DealAssembler:
    """Writes the layers `triggers` and `deals` from all the layers before."""

    def __init__(self, lang: str) -> None:
        self.patterns: Patterns = load_patterns(lang)
        self.tenses = load_tenses(lang)

    def __call__(self, doc: Doc) -> Doc:
        names = [n for n in spans.read_layer(doc, "names", records.Name) if n.label in PARTY_LABELS]
        if not names:
            write_deals(doc, [])
            spans.write_projections(doc, None)
            return doc
        drafts, context = self.find_drafts(doc)
        deals = self.describe(doc, drafts, context)
        write_deals(doc, deals, list_more_triggers(drafts, deals, context.reading))
        spans.write_projections(doc, None)  # nobody reads them any more, and they are large
        return doc

    def read_deals(self, doc: Doc) -> list[Draft]:
        """The deals of a Doc, in the order of their first event."""
        return self.describe(doc, *self.find_drafts(doc))

    def find_events(self, doc: Doc) -> tuple[list[Event], PartyReader, Relations]:
        """Every place that speaks of a deal, with its parties, and how these places are related."""
        names = [n for n in spans.read_layer(doc, "names", records.Name) if n.label in PARTY_LABELS]
        reading = Reading(doc, names, self.patterns)
        events = make_events(doc, reading)
        grounds = Grounds(reading, References(reading), [e.predicate for e in events])
        figures = [(f.start, f.end) for f in read_figures(doc)]
        relations = read_relations(events, reading, figures, spans.read_projections(doc))
        for event, terms in zip(events, relations.terms, strict=True):
            event.terms = terms
        reader = make_reader(doc, grounds, relations.by_event(events))
        fill_events(events, reader)
        return events, reader, relations

    def find_drafts(self, doc: Doc) -> tuple[list[Draft], Context]:
        """A draft with parties and a score for every group of events that may be a deal."""
        tagged = spans.was_tagged(doc)
        events, reader, relations = self.find_events(doc)
        clusters = cluster_events(events, reader.reading, relations)
        share_sides(clusters)
        for cluster in clusters:
            shift_owner(cluster, reader.owners)
            add_seller(cluster, reader.owners)
        clusters = [c for c in clusters if may_be_deal(c, tagged)]
        context = Context(doc, reader.grounds, reader)
        drafts = [Draft(c, choose_trigger(c, reader.reading)) for c in clusters]
        for draft in drafts:
            draft.deal_features = list_deal_features(draft.cluster, draft.trigger, context, tagged)
            draft.score = estimate("deal", draft.deal_features, DEAL)["deal"]
        return drafts, context

    def describe(self, doc: Doc, drafts: Sequence[Draft], context: Context) -> list[Draft]:
        """Those drafts that are deals, with terms, type, status and evidence."""
        drafts = [d for d in drafts if d.score >= LEAST_SCORE]
        complete([(d.cluster, d.trigger) for d in drafts], context)
        drafts = drop_repeated(drafts)
        clusters = [d.cluster for d in drafts]
        reading = context.reading
        evidence = Evidence(doc, clusters, reading)
        terms = find_terms(doc, [(d.cluster, d.trigger) for d in drafts], reading)
        others = Others(clusters, context, self.tenses)
        for draft, found in zip(drafts, terms, strict=True):
            draft.terms = found
            draft.type_features = list_type_features(
                draft.cluster, draft.trigger, found.stake, found.amount, context
            )
            kind = choose("type", draft.type_features, TYPES, list_types(draft.cluster))
            draft.type = settle_type(kind, draft.cluster, draft.type_features)
            settle_parties(draft.cluster, draft.type)
            draft.status_features = list_status_features(
                draft.cluster, draft.trigger, draft.type, context, others
            )
            status = choose("status", draft.status_features, STATUSES)
            draft.status = settle_status(status, draft.status_features)
            # An announcement is the event of an agreed deal; what is done or offered has another day.
            told = context.told if draft.status != "agreed" else set()
            dates = [d for d in context.dates if d.id not in told]
            date = find_date(draft.cluster, draft.status, dates, reading, context.published)
            if date:
                found.date = date.value
                found.spans.append((date.start, date.end))
            draft.hedges = evidence.find_hedges(draft.cluster)
            draft.attributions = evidence.find_attributions(draft.cluster)
            draft.evidence = evidence.find_ranges(draft.cluster, found)
            stances = [a.stance for a in draft.attributions]
            draft.certainty = compute_certainty(draft.status, draft.hedges, stances)
        return list(drafts)


@dataclass
class Draft:
    """A deal on its way: its cluster, trigger and terms, and what its type and status were chosen from."""

    cluster: Cluster
    trigger: Event
    terms: Terms = field(default_factory=Terms)
    type: str = "acquisition"
    status: str = "completed"
    score: float = 1.0
    deal_features: set[str] = field(default_factory=set)
    type_features: set[str] = field(default_factory=set)
    status_features: set[str] = field(default_factory=set)
    hedges: list[records.Hedge] = field(default_factory=list)
    attributions: list[records.Attribution] = field(default_factory=list)
    evidence: list[tuple[int, int]] = field(default_factory=list)
    certainty: float | None = None


def drop_repeated(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without those of the lexicon alone whose buyer and target are those of a surer one."""
    pairs = [tuple(tuple(d.cluster.parties.get(role, ())) for role in ("acquirer", "target")) for d in drafts]
    surest: dict[tuple[tuple[str, ...], ...], float] = {}
    for draft, sides in zip(drafts, pairs, strict=True):
        surest[sides] = max(draft.score, surest.get(sides, 0.0))
    return [
        draft
        for draft, sides in zip(drafts, pairs, strict=True)
        if not all(sides) or any(e.tagged for e in draft.cluster.events) or draft.score >= surest[sides]
    ]


def may_be_deal(cluster: Cluster, tagged: bool) -> bool:
    """False for a cluster without parties, and for a stray word of the lexicon."""
    if not cluster.list_parties():
        return False
    if any(e.tagged for e in cluster.events):
        return True
    strong = [e for e in cluster.events if not e.predicate.frame.weak]
    return bool(strong) and (tagged or any(e.whole for e in strong) or stands_alone(strong, cluster))


def stands_alone(strong: Sequence[Event], cluster: Cluster) -> bool:
    """True when a well-placed name makes the deal by itself."""
    return (
        any(
            m.position not in ("subject", "reference", "tagger") and m.weight >= ALONE
            for e in strong
            for m in e.mentions
        )
        or cluster.type in SOLO
    )


def settle_type(kind: str, cluster: Cluster, features: Collection[str]) -> str:
    """The type that parties decide: who sells to a named buyer is bought from; of a part, a stake."""
    if kind == "disposal" and cluster.parties.get("acquirer") and cluster.parties.get("target"):
        kind = "acquisition"
    return "stake" if kind == "acquisition" and PART_TRADED in features else kind


def list_more_triggers(
    drafts: Sequence[Draft], deals: Sequence[Draft], reading: Reading
) -> list[tuple[int, int]]:
    """Offsets of words that may well be triggers though no sure deal rests on them."""
    told = {id(deal.cluster) for deal in deals}
    found = []
    for draft in drafts:
        if id(draft.cluster) in told:
            continue
        rated = rate_triggers(draft.cluster, reading)
        events = [e for e in draft.cluster.events if rated[id(e)] >= LIKELY_TRIGGER]
        found += [(e.start, e.predicate.end) for e in events]
    return found


def write_deals(doc: Doc, drafts: Sequence[Draft], more: Sequence[tuple[int, int]] = ()) -> None:
    """Write the layers `triggers`, each deal's own and those of `more` that overlap none, and `deals`."""
    own = sorted({(d.trigger.predicate.start, d.trigger.predicate.end) for d in drafts})
    apart = [m for m in more if not any(m[0] < end and start < m[1] for start, end in own)]
    places = sorted({*own, *apart})
    ids = dict(zip(places, spans.number_ids("triggers", len(places)), strict=True))
    text = spans.read_text(doc)
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
                score=round(draft.score, 3),
                trigger=ids[draft.trigger.predicate.start, draft.trigger.predicate.end],
                **{role: tuple(n) for role, n in draft.cluster.parties.items()},  # type: ignore[arg-type]
            )
        )
    spans.write_layer(doc, "deals", deals)


@Language.factory("dealextract_deals", default_config={})
def make_deals(nlp: Language, name: str) -> DealAssembler:
    """The deal assembler of the pipeline's language; reads every layer, writes `triggers` and `deals`."""
    return DealAssembler(nlp.lang or "")
