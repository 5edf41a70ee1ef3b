"""Roles of amounts and percentages: fitted weights over cues, words, rules and the trained tagger.

A softmax over the features of `role_features`, the rules of `role_rules` and, where it ran, the tagger vote.
The weights of the features and of the votes come from `models/training/fit_roles.py`.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.deal_weights import Weights, rank, to_probabilities
from dealextract.components.role_features import read_features
from dealextract.components.role_rules import CERTAIN, find_share_units, load_roles, read_groups, rule_roles
from dealextract.records import Money, MoneyRole, Percent, PercentRole

ROLES: dict[str, tuple[str, ...]] = {"MONEY": MoneyRole.__args__, "PERCENT": PercentRole.__args__}
SURE = (0.5, 1.2, 2.5)
UNSURE = 1.0
LEAST = 0.02
POOLED = 0.8
NONE = ("other", 0.0)
SHARE_ROLES = frozenset({"price_per_share", "profit", "loss", "other"})  # of an amount for one share


@cache
def read_role_weights() -> dict[str, Any]:
    """By label: `features`, weights of the features; `tagged` and `untagged`, weights of the votes."""
    path = files("dealextract").joinpath("lang", "role_weights.json")
    return json.loads(path.read_text(encoding="utf-8"))


def tagged_roles(doc: Doc, amounts: Sequence[Money | Percent]) -> dict[str, tuple[str, float]]:
    """Role and probability that the tagger gives to each amount, by its id, where their spans overlap."""
    tagged = [t for t in spans.read_tagged(doc, "amounts") if "." in t.type]
    starts = [t.start for t in tagged]
    out: dict[str, tuple[str, float]] = {}
    for amount in amounts:
        best = 0
        # the head's spans do not overlap: those that may touch the amount are next to its place
        for t in tagged[max(0, bisect_left(starts, amount.start) - 1) : bisect_left(starts, amount.end)]:
            label, role = t.type.split(".", 1)
            shared = min(t.end, amount.end) - max(t.start, amount.start)
            if label == amount.label and shared > best:
                best, out[amount.id] = shared, (role, t.score)
    return out


def list_votes(
    fitted: Mapping[str, float], ruled: tuple[str, float], tagged: tuple[str, float] | None
) -> dict[str, dict[str, float]]:
    """What speaks for each role, by name of the vote: the fit's log-probability, the rules, the tagger.

    >>> votes = list_votes({"debt": 0.0, "other": -3.0}, ("debt", 0.6), ("other", 0.5))
    >>> votes["debt"]["rule"], votes["debt"]["rule>0.5"], votes["other"]["tagger"], votes["other"]["odds"]
    (1.0, 1.0, 1.0, 0.0)
    """
    votes = {role: {"fit": score} for role, score in fitted.items()}
    votes["other"]["other"] = 1.0
    role, score = ruled
    votes[role] |= {"rule": 1.0} | {f"rule>{step}": 1.0 for step in SURE if score >= step}
    if tagged is not None and tagged[0] in votes:
        probability = min(max(tagged[1], LEAST), 1 - LEAST)
        odds = math.log(probability / (1 - probability))
        votes[tagged[0]] |= {"tagger": 1.0, "odds": odds}
        if score < UNSURE:
            votes[tagged[0]] |= {"tagger, no rule": 1.0, "odds, no rule": odds}
    return votes


def fit_scores(features: set[str], weights: Weights, label: str) -> dict[str, float]:
    """Log-probability of each role of a label by the fitted softmax."""
    shares = to_probabilities(rank(features, weights, ROLES[label]))
    return {role: math.log(max(share, 1e-9)) for role, share in shares.items()}


def score_roles(
    label: str, features: set[str], ruled: tuple[str, float], tagged: tuple[str, float] | None
) -> dict[str, float]:
    """The weight of the votes for each role of one amount; a CERTAIN rule is the only vote."""
    if ruled[1] >= CERTAIN:
        return {ruled[0]: ruled[1]}
    weights = read_role_weights()[label]
    heard: dict[str, float] = weights["untagged" if tagged is None else "tagged"]
    votes = list_votes(fit_scores(features, weights["features"], label), ruled, tagged)
    return {role: sum(heard.get(n, 0.0) * v for n, v in given.items()) for role, given in votes.items()}


def pool_sums(
    money: Sequence[Money], originals: Mapping[str, Money], scores: Mapping[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """The scores of each amount with a share of those of other mentions of the same sum."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for amount in money:
        if amount.value is not None and amount.id in scores and len(scores[amount.id]) > 1:
            key = (amount.value, amount.value_max, amount.currency, amount.per)
            groups.setdefault(key, []).append(amount.id)
    out = dict(scores)
    for ids in groups.values():
        if len(ids) > 1:
            total = {r: sum(scores[i][r] for i in ids) / len(ids) for r in scores[ids[0]]}
            for i in ids:
                out[i] = {r: v * (1 - POOLED) + POOLED * total[r] for r, v in scores[i].items()}
    return out


def assign_roles(
    doc: Doc, money: Sequence[Money], percents: Sequence[Percent], originals: Mapping[str, Money]
) -> tuple[list[Money], list[Percent]]:
    """The amounts and percentages with their roles; amounts that restate another are left as they are."""
    text, lexicon = spans.read_text(doc), load_roles(doc.lang_)[0]
    groups = read_groups(doc, money, percents, originals)
    ruled = rule_roles(text, groups, money, originals, lexicon)
    features = read_features(text, doc.lang_, groups, ruled, lexicon)
    tagged = tagged_roles(doc, money) | tagged_roles(doc, percents)

    scores = {
        a.id: score_roles(a.label, features.get(a.id, set()), ruled.get(a.id, NONE), tagged.get(a.id))
        for a in (*money, *percents)
        if a.id not in originals
    }
    scores = pool_sums(money, originals, scores)

    def pick(amount: Money | Percent) -> str:
        given = scores[amount.id]
        each = isinstance(amount, Money) and amount.per == "share"
        allowed = [r for r in given if r in SHARE_ROLES] if each else []
        return max(allowed or given, key=lambda role: (given[role], role))

    of_share = find_share_units(groups, ruled, lexicon)
    filled = []
    for amount in money:
        if amount.id in originals:
            filled.append(amount)
            continue
        role, per = pick(amount), amount.per
        if role == "price_per_share":
            per = "share" if per in (None, "unit") else per
        elif role == "other" and per is None and amount.id in of_share:
            per = "share"
        filled.append(amount.model_copy(update={"role": role, "per": per}))
    return filled, [percent.model_copy(update={"role": pick(percent)}) for percent in percents]
