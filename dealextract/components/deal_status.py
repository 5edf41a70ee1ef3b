"""Type and status of a deal by fitted weights, its hedges and attributions, and how certain it is.

Type and status are chosen by two softmax regressions over the features of `deal_features` and
`deal_status_features` (`deal_weights`); a third gives the probability that a group of events is a deal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import get_args

from dealextract import records
from dealextract.components.deal_weights import load_weights, rank

TYPES: tuple[str, ...] = get_args(records.DealType)
DEAL = ("deal", "none")
STATUSES: tuple[str, ...] = get_args(records.Status)
CERTAINTY = {
    "denied": 0.05, "cancelled": 0.1, "rejected": 0.15, "rumoured": 0.25, "considered": 0.35, "in_talks": 0.5,
    "offered": 0.6, "agreed": 0.85, "completed": 1.0,
}  # fmt: skip
HEDGE_COST = {
    "reported": 0.7, "possible": 0.8, "negotiation": 0.95, "intention": 0.95, "condition": 0.9,
    "negated": 0.7,
}  # fmt: skip
REFUSED = "cue:rejected:first/left/cue"
DENIED_COST = 0.6  # a source that denies


def choose(
    task: str, features: set[str], classes: Sequence[str], allowed: Collection[str] | None = None
) -> str:
    """The class, of those allowed, with the greatest sum of fitted weights."""
    scores = rank(features, load_weights(task), classes)
    return max((c for c in classes if allowed is None or c in allowed), key=lambda c: scores[c])


def settle_status(status: str, features: set[str]) -> str:
    """No offer is open whose own clause says that it was refused ("rejected an improved offer").

    Of 19 deals told so that the weights had not seen, 13 were rejected and 1 was open.

    >>> settle_status("offered", {"cue:rejected:first/left/cue"}), settle_status("offered", set())
    ('rejected', 'offered')
    """
    return "rejected" if status == "offered" and REFUSED in features else status


def compute_certainty(status: str, hedges: Sequence[records.Hedge], stances: Sequence[str]) -> float:
    """How certain the deal is, 0 to 1: the status's own value, lowered by each kind of hedge and by a denial.

    `CERTAINTY[status]`, times `HEDGE_COST[t]` for each type t of hedge, times `DENIED_COST` if denied.
    The type that the status itself expresses costs nothing (a rumour is hearsay already).

    >>> compute_certainty("completed", [], []), compute_certainty("rumoured", [], ["denies"])
    (1.0, 0.15)
    """
    own = {
        "rumoured": {"reported"}, "considered": {"intention", "possible"}, "in_talks": {"negotiation"},
        "denied": {"negated"},
    }.get(status, set())  # fmt: skip
    value = CERTAINTY[status]
    for kind in {"reported" if h.reported else h.type for h in hedges} - own:
        value *= HEDGE_COST[kind]
    if "denies" in stances and status != "denied":
        value *= DENIED_COST
    return round(value, 3)
