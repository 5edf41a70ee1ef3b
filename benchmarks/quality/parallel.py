"""Whether one deal told in two languages comes out with the same facts.

Documents with the same value in their field `parallel` tell one deal. Their gold deals are aligned by
parties, and the names of the two languages by role. A fact of a deal is its status, its amount, its stake,
one party in a role, or one kind of source among its attributions. Predicted deals are those matched to the
aligned gold deals. Judged are the facts that gold states alike in both languages and those that a
prediction adds where neither gold has any; a fact is equal when both languages give it, and the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sets import Pairs

from dealextract.records import PARTY_ROLES, Deal, Document, Money, Percent
from dealextract.scoring import Tally
from dealextract.scoring.counts import Parties, list_parties, match_deals
from dealextract.scoring.matching import assign

KINDS = (*PARTY_ROLES, "amount", "stake", "status", "source type")
Facts = dict[tuple[str, str], Any]


class Agreement(NamedTuple):
    """Facts judged, equal in both languages, and equal and as gold."""

    judged: int = 0
    equal: int = 0
    right: int = 0


class Told(NamedTuple):
    """A deal in one language: gold and predicted documents, the gold deal, and its names made common."""

    gold: Document
    predicted: Document
    deal: int
    names: Mapping[str, str]


def normalise(name: str) -> str:
    """A name without case and accents.

    >>> normalise("Société Générale")
    'societe generale'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def align_deals(a: Document, b: Document) -> list[tuple[int, int]]:
    """Gold deals of two languages that are one: by equal names, then by type, status and order."""
    weights = {}
    for i, left in enumerate(a.deals):
        for j, right in enumerate(b.deals):
            shared = len({*map(normalise, list_parties(left))} & {*map(normalise, list_parties(right))})
            alike = 2 * (left.type == right.type) + (left.status == right.status)
            if shared or alike:
                weights[i, j] = 100 * shared + 10 * alike - abs(i - j)
    return assign(weights)


def align_names(left: Deal, right: Deal) -> dict[str, str]:
    """Names of the right deal as those of the left one, role by role: equal names first, the rest in order.

    >>> a = Deal(type="merger", status="agreed", partner=("Orvane", "Tiel"))
    >>> b = Deal(type="merger", status="agreed", partner=("Tiel", "Orvane Group"))
    >>> align_names(a, b)
    {'Tiel': 'Tiel', 'Orvane Group': 'Orvane'}
    """
    common: dict[str, str] = {}
    for role in PARTY_ROLES:
        free = list(getattr(left, role))
        later = []
        for name in getattr(right, role):
            same = next((other for other in free if normalise(other) == normalise(name)), None)
            if same is None:
                later.append(name)
            else:
                free.remove(same)
                common.setdefault(name, same)
        for name, other in zip(later, free, strict=False):
            common.setdefault(name, other)
    return common


def list_facts(document: Document, deal: Deal | None, call: Mapping[str, str]) -> Facts:
    """The facts of a deal; `call` gives its parties their common names."""
    if deal is None:
        return {}
    spans = {span.id: span for span in document.spans}
    facts: Facts = {("status", ""): deal.status}
    for role in PARTY_ROLES:
        for name in getattr(deal, role):
            facts[role, call.get(name, f"? {normalise(name)}")] = True
    money, stake = spans.get(deal.amount or ""), spans.get(deal.stake or "")
    if isinstance(money, Money) and money.value is not None:
        facts["amount", ""] = (money.value, money.value_max, money.currency)
    if isinstance(stake, Percent):
        facts["stake", ""] = read_percent(stake)
    for attribution in document.attributions:
        if attribution.id in deal.attributions:
            facts["source type", attribution.source_type] = True
    return facts


def read_percent(stake: Percent) -> float | str:
    """The figure of a percentage: its value, or read from its text (gold has none).

    >>> read_percent(Percent(id="P", start=0, end=5, text="33,2%"))
    33.2
    """
    if stake.value is not None:
        return float(stake.value)
    digits = "".join(char if char.isdigit() else "." if char in ",." else " " for char in stake.text).split()
    return float(digits[0]) if digits and digits[0].count(".") < 2 else stake.text


def list_predicted(told: Told) -> Facts:
    """The predicted facts of the deal that is matched to the gold deal; none when there is none."""
    found = dict(match_deals(told.gold, told.predicted)).get(told.deal)
    meant: dict[str, str] = {}
    for gold_name, name in sorted(Parties(told.gold, told.predicted).equal):
        if gold_name in told.names:
            meant.setdefault(name, told.names[gold_name])
    return list_facts(told.predicted, None if found is None else told.predicted.deals[found], meant)


def judge(gold: Sequence[Facts], predicted: Sequence[Facts]) -> dict[str, Agreement]:
    """Agreement of two languages on one deal, by kind of fact.

    >>> both = [{("status", ""): "agreed", ("target", "Tiel"): True}] * 2
    >>> judge(both, [both[0], {("status", ""): "agreed"}])
    {'status': Agreement(judged=1, equal=1, right=1), 'target': Agreement(judged=1, equal=0, right=0)}
    """
    found: dict[str, Agreement] = {}
    keys = dict.fromkeys(key for facts in (*gold, *predicted) for key in facts)
    for key in keys:
        wanted, given = [facts.get(key) for facts in gold], [facts.get(key) for facts in predicted]
        if wanted[0] != wanted[1]:
            continue
        equal = given[0] is not None and given[0] == given[1]
        before = found.get(key[0], Agreement())
        now = (1, equal, equal and given[0] == wanted[0])
        found[key[0]] = Agreement(*(a + int(b) for a, b in zip(before, now, strict=True)))
    return found


def find_parallels(pairs: Pairs) -> dict[str, list[tuple[Document, Document]]]:
    """The pairs of gold and prediction that tell one deal in two languages, by their value of `parallel`."""
    groups: dict[str, dict[str, tuple[Document, Document]]] = {}
    for gold, predicted in pairs:
        key = (gold.model_extra or {}).get("parallel")
        if key:
            groups.setdefault(str(key), {}).setdefault(gold.lang, (gold, predicted))
    return {
        key: [told[lang] for lang in sorted(told)] for key, told in sorted(groups.items()) if len(told) == 2
    }


def compare_article(told: Sequence[tuple[Document, Document]]) -> dict[str, Agreement]:
    """Agreement over all deals of one article in two languages."""
    (gold_a, found_a), (gold_b, found_b) = told
    total: dict[str, Agreement] = {}
    for i, j in align_deals(gold_a, gold_b):
        left, right = gold_a.deals[i], gold_b.deals[j]
        own = {name: name for name in list_parties(left)}
        common = align_names(left, right)
        common |= {name: f"right {name}" for name in list_parties(right) if name not in common}
        gold = [list_facts(gold_a, left, own), list_facts(gold_b, right, common)]
        predicted = [
            list_predicted(Told(gold_a, found_a, i, own)),
            list_predicted(Told(gold_b, found_b, j, common)),
        ]
        for kind, counts in judge(gold, predicted).items():
            total[kind] = add(total.get(kind, Agreement()), counts)
    return total


def add(a: Agreement, b: Agreement) -> Agreement:
    """The sum."""
    return Agreement(*(x + y for x, y in zip(a, b, strict=True)))


def compare_languages(pairs: Pairs, *, bootstrap: int = 1000, seed: int = 0) -> dict[str, Any] | None:
    """Agreement by kind of fact and over all, with a 95 % interval over articles; null without such articles.

    Ratios are from 0 to 1. `ceiling` is the share of gold's own facts that the two languages state alike.
    """
    groups = find_parallels(pairs)
    if not groups:
        return None
    articles = [compare_article(told) for told in groups.values()]
    kinds = {kind: sum_up(article.get(kind, Agreement()) for article in articles) for kind in KINDS}
    totals = [sum_up(article.values()) for article in articles]
    ceiling = [compare_gold(told) for told in groups.values()]
    whole = sum_up(totals)
    drawn = np.random.default_rng(seed).multinomial(
        len(totals), np.full(len(totals), 1 / len(totals)), size=max(bootstrap, 1)
    )
    sums = drawn @ np.array(totals)
    shares = (sums[:, 1] / np.maximum(sums[:, 0], 1)).tolist()
    return {
        "articles": len(groups),
        "kinds": {kind: counts._asdict() for kind, counts in kinds.items() if counts.judged},
        "all": whole._asdict(),
        "share": whole.equal / whole.judged if whole.judged else None,
        "interval": [float(x) for x in np.percentile(shares, [2.5, 97.5])] if bootstrap else None,
        "ceiling": sum(c.right for c in ceiling) / max(1, sum(c.gold for c in ceiling)),
    }


def sum_up(counts: Iterable[Agreement]) -> Agreement:
    """The sum of several."""
    total = Agreement()
    for one in counts:
        total = add(total, one)
    return total


def compare_gold(told: Sequence[tuple[Document, Document]]) -> Tally:
    """Facts that gold states in either language, and those that it states alike."""
    (a, _), (b, _) = told
    stated = alike = 0
    for i, j in align_deals(a, b):
        left, right = a.deals[i], b.deals[j]
        facts = [
            list_facts(a, left, {name: name for name in list_parties(left)}),
            list_facts(b, right, align_names(left, right)),
        ]
        keys = {*facts[0], *facts[1]}
        stated += len(keys)
        alike += sum(facts[0].get(key) == facts[1].get(key) for key in keys)
    return Tally(stated, stated, alike)
