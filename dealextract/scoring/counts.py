"""What one predicted document gets right against its gold, as plain counts.

Definitions, used everywhere in the package:

- strict: same label, same start and end; loose: same label, any overlap, one to one (the most pairs,
  then the largest overlap). Sources, cues, contents and triggers that two records share count once.
- Attributes of spans are judged on the loose pairs. Money is right when value and value_max agree to
  0.1 % (null agrees with null) and the currency is equal. It is silently wrong when both sides give a
  value and the predicted value, value_max or (given) currency is another: the share is of predicted spans.
- A conversion link is right when both its ends are loosely paired with the ends of one gold link.
- An attribution matches when source and cue overlap those of the gold record; a part that is null in
  gold is not asked for. Content is right when the characters of all its pieces together have an
  intersection over union of at least 0.5; two empty contents agree, an empty and a filled one do not.
  `via` is right when it is null on both sides or its two records match each other.
- Two parties are equal when a predicted mention of the entity overlaps a gold mention of the entity.
  A deal matches when it shares a party, best pairing first. A role fill is right when the matched gold deal
  has an equal party in the same role. A deal's amount, valuation, price and stake are right when null on
  both sides, or overlapping spans, or (money) equal in value and currency; `.stated` judges only the deals
  whose gold states one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

from dealextract import records
from dealextract.scoring.matching import Pair, Range, assign, count_shared, find_overlaps, match_spans

NAME_LABELS = ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON")
MARK_LABELS = ("SOURCE", "CUE", "CONTENT", "TRIGGER")
SPAN_LABELS = (*NAME_LABELS, "MONEY", "PERCENT", "DATE", "HEDGE", *MARK_LABELS)
TERMS = ("amount", "valuation", "price_per_share", "stake")
TOLERANCE = Decimal("0.001")

SpansById = Mapping[str, records.Span]
S = TypeVar("S", bound=records.Span)


class Tally(NamedTuple):
    """Counts of one metric: items in gold, items predicted, items right.

    >>> Tally(4, 5, 3) + Tally(1, 0, 0)
    Tally(gold=5, predicted=5, right=3)
    """

    gold: int = 0
    predicted: int = 0
    right: int = 0

    def __add__(self, other: tuple[int, ...]) -> Tally:  # type: ignore[override]
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))


class Tallies(dict[str, Tally]):
    """Counts by metric key."""

    def count(self, key: str, gold: int, predicted: int, right: int) -> None:
        """Add to the counts of a metric."""
        self[key] = self.get(key, Tally()) + Tally(gold, predicted, right)

    def judge(self, key: str, verdicts: Iterable[bool]) -> None:
        """Add an accuracy: one verdict for each pair judged."""
        given = list(verdicts)
        self.count(key, len(given), len(given), sum(given))


def values_agree(gold: Decimal | None, predicted: Decimal | None) -> bool:
    """True when two values agree to 0.1 % of the gold one, or both are null.

    >>> values_agree(Decimal(1000), Decimal(1001)), values_agree(Decimal(1000), None)
    (True, False)
    """
    if gold is None or predicted is None:
        return gold is predicted
    return abs(gold - predicted) <= TOLERANCE * abs(gold)


def money_agrees(gold: records.Money, predicted: records.Money) -> bool:
    """True when value, value_max and currency are right."""
    return (
        values_agree(gold.value, predicted.value)
        and values_agree(gold.value_max, predicted.value_max)
        and gold.currency == predicted.currency
    )


def is_silently_wrong(gold: records.Money, predicted: records.Money) -> bool:
    """True when the prediction gives a figure, as gold does, and it is another one."""
    if gold.value is None or predicted.value is None or money_agrees(gold, predicted):
        return False
    same = values_agree(gold.value, predicted.value) and values_agree(gold.value_max, predicted.value_max)
    return not same or predicted.currency is not None


def count_document(gold: records.Document, predicted: records.Document) -> Tallies:
    """The counts of every metric for one document.

    Keys: `MONEY.strict`, `MONEY.loose` and so for every label, `MONEY.value`, `.modifier`, `.role`, `.per`,
    `.silent`, `conversions`, `DATE.value`, `PERCENT.role`, `HEDGE.type`, `HEDGE.reported`, `attributions`,
    `attributions.stance` …, `deals`, `deals.status` …, `roles`, `roles.acquirer` …
    """
    tallies = Tallies()
    linked: dict[str, str] = {}  # gold span id -> predicted span id
    for label in SPAN_LABELS:
        for g, p in count_label(tallies, label, gold, predicted):
            linked[g.id] = p.id
    count_conversions(tallies, gold, predicted, linked)
    count_attributions(tallies, gold, predicted)
    count_deals(tallies, gold, predicted)
    return tallies


def compare(attribute: str, pairs: Iterable[tuple[records.Record, records.Record]]) -> Iterable[bool]:
    """Whether each pair agrees on an attribute."""
    return (getattr(g, attribute) == getattr(p, attribute) for g, p in pairs)


def list_spans(document: records.Document, label: str) -> list[records.Span]:
    """The spans of a label; marks on the same characters once."""
    found: list[records.Span] = [span for span in document.spans if span.label == label]
    if label in MARK_LABELS:
        found = list({(span.start, span.end): span for span in reversed(found)}.values())[::-1]
    return found


def get_range(span: records.Span) -> Range:
    """Its offsets."""
    return (span.start, span.end)


def pair_spans(gold: Sequence[S], predicted: Sequence[S]) -> list[tuple[S, S]]:
    """The loose pairs of spans of one label."""
    pairs = match_spans([get_range(s) for s in gold], [get_range(s) for s in predicted])
    return [(gold[i], predicted[j]) for i, j in pairs]


def count_label(
    tallies: Tallies, label: str, gold: records.Document, predicted: records.Document
) -> list[tuple[records.Span, records.Span]]:
    """Count the spans of a label and their attributes; the loose pairs."""
    expected, found = list_spans(gold, label), list_spans(predicted, label)
    exact = Counter(map(get_range, expected)) & Counter(map(get_range, found))
    pairs = pair_spans(expected, found)
    tallies.count(f"{label}.strict", len(expected), len(found), exact.total())
    tallies.count(f"{label}.loose", len(expected), len(found), len(pairs))
    if label == "MONEY":
        money = [(g, p) for g, p in pairs if isinstance(g, records.Money) and isinstance(p, records.Money)]
        right = sum(money_agrees(g, p) for g, p in money)
        tallies.count("MONEY.value", len(expected), len(found), right)
        silent = sum(is_silently_wrong(g, p) for g, p in money)
        tallies.count("MONEY.silent", len(expected), len(found), silent)
    for attribute in ATTRIBUTES.get(label, ()):
        tallies.judge(f"{label}.{attribute}", compare(attribute, pairs))
    return pairs


ATTRIBUTES = {
    "MONEY": ("modifier", "role", "per"),
    "DATE": ("value",),
    "PERCENT": ("role",),
    "HEDGE": ("type", "reported"),
}


def count_conversions(
    tallies: Tallies, gold: records.Document, predicted: records.Document, linked: dict[str, str]
) -> None:
    """Count the links between an amount and the amount that it restates."""
    expected, found = (
        [(s.id, s.converts) for s in doc.spans if isinstance(s, records.Money) and s.converts is not None]
        for doc in (gold, predicted)
    )
    translated = {(linked.get(a, ""), linked.get(b, "")) for a, b in expected}
    tallies.count("conversions", len(expected), len(found), len(translated & set(found)))


def match_attributions(gold: records.Document, predicted: records.Document) -> list[Pair]:
    """Index pairs of attributions whose source and cue overlap, one to one."""
    spans = [{s.id: get_range(s) for s in doc.spans} for doc in (gold, predicted)]
    weights: dict[Pair, int] = {}
    for i, g in enumerate(gold.attributions):
        for j, p in enumerate(predicted.attributions):
            asked = [(a, b) for a, b in ((g.source, p.source), (g.cue, p.cue)) if a is not None]
            shared = [0 if b is None else count_shared(spans[0][a], spans[1][b]) for a, b in asked]
            if shared and all(shared):
                contents = (spans[0][c] for c in g.content), (spans[1][c] for c in p.content)
                equal = (g.source_type == p.source_type) + (g.stance == p.stance) + (g.quote == p.quote)
                weights[i, j] = (sum(shared) << 32) + (share_of_union(*contents)[0] << 8) + equal
    return assign(weights)


def share_of_union(a: Iterable[Range], b: Iterable[Range]) -> tuple[int, int]:
    """Characters in both sets of ranges, and in either.

    >>> share_of_union([(0, 4), (6, 8)], [(2, 7)])
    (3, 8)
    """
    left, right = ({at for start, end in ranges for at in range(start, end)} for ranges in (a, b))
    return len(left & right), len(left | right)


def count_attributions(tallies: Tallies, gold: records.Document, predicted: records.Document) -> None:
    """Count attributions and, on the matched ones, their attributes."""
    spans = [{s.id: get_range(s) for s in doc.spans} for doc in (gold, predicted)]
    pairs = match_attributions(gold, predicted)
    records_paired = [(gold.attributions[i], predicted.attributions[j]) for i, j in pairs]
    linked = {g.id: p.id for g, p in records_paired}
    tallies.count("attributions", len(gold.attributions), len(predicted.attributions), len(pairs))
    for attribute in ("source_type", "stance", "quote"):
        tallies.judge(f"attributions.{attribute}", compare(attribute, records_paired))
    for g, p in records_paired:
        both, either = share_of_union((spans[0][c] for c in g.content), (spans[1][c] for c in p.content))
        tallies.judge("attributions.content", [2 * both >= either])
        tallies.judge(
            "attributions.via", [p.via is None if g.via is None else linked.get(g.via, "") == p.via]
        )


class Parties:
    """The parties of a document's deals, compared through their mentions."""

    def __init__(self, gold: records.Document, predicted: records.Document) -> None:
        names = [[s for s in doc.spans if isinstance(s, records.Name)] for doc in (gold, predicted)]
        overlaps = find_overlaps(*([get_range(s) for s in side] for side in names))
        self.equal = {(names[0][i].entity, names[1][j].entity) for i, j in overlaps}

    def count_equal(self, gold: Iterable[str], predicted: Iterable[str]) -> int:
        """Number of equal parties, one to one."""
        expected, found = list(gold), list(predicted)
        allowed = {
            (i, j): 0 for i, g in enumerate(expected) for j, p in enumerate(found) if (g, p) in self.equal
        }
        return len(assign(allowed))


def list_parties(deal: records.Deal) -> list[str]:
    """Every party once, whatever its role."""
    return list(dict.fromkeys(name for role in records.PARTY_ROLES for name in getattr(deal, role)))


def term_agrees(term: str, g: records.Deal, p: records.Deal, spans: Sequence[SpansById]) -> bool:
    """True when a term of the deal (amount, valuation, …) is the same in both."""
    a, b = getattr(g, term), getattr(p, term)
    if a is None or b is None:
        return a is b
    left, right = spans[0][a], spans[1][b]
    if isinstance(left, records.Money) and isinstance(right, records.Money) and money_agrees(left, right):
        return True
    return count_shared(get_range(left), get_range(right)) > 0


def match_deals(gold: records.Document, predicted: records.Document) -> list[Pair]:
    """Index pairs of deals that share a party, the best pairing taken first.

    Best is: most parties in the same role, most parties, then same type, overlapping trigger, same
    status, same amount.
    """
    parties = Parties(gold, predicted)
    spans = [{s.id: s for s in doc.spans} for doc in (gold, predicted)]
    ranked = []
    for i, g in enumerate(gold.deals):
        for j, p in enumerate(predicted.deals):
            shared = parties.count_equal(list_parties(g), list_parties(p))
            if shared:
                fills = sum(parties.count_equal(getattr(g, r), getattr(p, r)) for r in records.PARTY_ROLES)
                same = (g.type == p.type, term_agrees("trigger", g, p, spans), g.status == p.status)
                rank = (fills, shared, *same, term_agrees("amount", g, p, spans))
                ranked.append((rank, -i, -j))
    chosen: list[Pair] = []
    for _, i, j in sorted(ranked, reverse=True):
        if all(-i != a and -j != b for a, b in chosen):
            chosen.append((-i, -j))
    return sorted(chosen)


def count_deals(tallies: Tallies, gold: records.Document, predicted: records.Document) -> None:
    """Count deals, their attributes on the matched ones, and who fills which role."""
    spans = [{s.id: s for s in doc.spans} for doc in (gold, predicted)]
    parties = Parties(gold, predicted)
    pairs = [(gold.deals[i], predicted.deals[j]) for i, j in match_deals(gold, predicted)]
    tallies.count("deals", len(gold.deals), len(predicted.deals), len(pairs))
    for attribute in ("type", "status", "date"):
        tallies.judge(f"deals.{attribute}", compare(attribute, pairs))
    for term in TERMS:
        tallies.judge(f"deals.{term}", (term_agrees(term, g, p, spans) for g, p in pairs))
        stated = [(g, p) for g, p in pairs if getattr(g, term) is not None]
        tallies.judge(f"deals.{term}.stated", (term_agrees(term, g, p, spans) for g, p in stated))
    for role in records.PARTY_ROLES:
        sizes = [sum(len(getattr(deal, role)) for deal in doc.deals) for doc in (gold, predicted)]
        right = sum(parties.count_equal(getattr(g, role), getattr(p, role)) for g, p in pairs)
        for key in ("roles", f"roles.{role}"):
            tallies.count(key, sizes[0], sizes[1], right)
