"""What each head of the tagger learns, read from a gold record.

`head_spans(record)` gives the same structure that the tagger predicts, so that it also serves as an
oracle: components fed with it show linking errors apart from tagging errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

# Types of deals, of the words that tell one best (`triggers`) and of all words that mean one (`mentions`).
DEALS = ("acquisition", "merger", "stake", "investment", "funding_round", "disposal", "ipo", "joint_venture", "spin_off",
         "buyback", "debt", "other")  # fmt: skip
HEADS: dict[str, tuple[str, ...]] = {
    "names": ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"),
    "hedges": ("reported", "possible", "negotiation", "intention", "condition", "negated"),
    "reported": ("reported",),
    "sources": ("media", "anonymous", "company", "person", "public_body", "document", "other"),
    "cues": ("asserts", "denies", "declines", "unreachable", "asks_or_orders"),
    "contents": ("CONTENT",),
    "triggers": DEALS,
    "statuses": ("rumoured", "considered", "in_talks", "offered", "agreed", "completed", "rejected",
                 "cancelled", "denied"),
    "amounts": (*(f"MONEY.{r}" for r in ("deal_value", "investment", "funding", "valuation", "debt",
                                         "price_per_share", "revenue", "profit", "loss", "fee_or_fine", "other")),
                *(f"PERCENT.{r}" for r in ("stake", "premium", "change", "other")), "DATE"),
    "parties": ("acquirer", "target", "seller", "partner"),
    "mentions": DEALS,
}  # fmt: skip

# What is learned of a passage whose `layers` is "deals": its other layers are not annotated.
TAUGHT_BY_DEALS = ("names", "triggers", "statuses", "parties", "party_statuses", "mentions")

# Rows of labels: the heads, and what the head of statuses says where it has no spans: at the parties of a deal and at
# later words for it (`mentions`, in some passages).
ROWS: dict[str, tuple[str, ...]] = HEADS | {"party_statuses": HEADS["statuses"]}

HeadSpan = tuple[int, int, str]


def without_overlap(spans: Iterable[HeadSpan]) -> list[HeadSpan]:
    """Longest first, no two overlapping: one BIO layer cannot hold nested spans.

    >>> without_overlap([(0, 9, "a"), (2, 4, "b"), (9, 12, "c")])
    [(0, 9, 'a'), (9, 12, 'c')]
    """
    kept: list[HeadSpan] = []
    for span in sorted(set(spans), key=lambda s: (s[0] - s[1], s[0], s[2])):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return sorted(kept)


def party_spans(
    record: dict[str, Any], spans: dict[str, dict[str, Any]]
) -> tuple[list[HeadSpan], list[HeadSpan]]:
    """Each name mention with its role in the deal whose trigger stands nearest, and with that deal's status."""
    deals: dict[str, list[tuple[int, str, str]]] = {}
    for deal in record["deals"]:
        at = spans[deal["trigger"]]["start"] if deal.get("trigger") else 0
        for role in HEADS["parties"]:
            for entity in deal.get(role, ()):
                deals.setdefault(entity, []).append((at, role, deal["status"]))
    roles, statuses = [], []
    for span in record["spans"]:
        for_entity = deals.get(span.get("entity", ""))
        if for_entity:
            _, role, status = min(for_entity, key=lambda d: abs(d[0] - span["start"]))
            roles.append((span["start"], span["end"], role))
            statuses.append((span["start"], span["end"], status))
    return roles, statuses


def later_statuses(record: dict[str, Any]) -> Iterator[HeadSpan]:
    """What the later words for a deal say of it: the state that their own sentence tells, where gold has it."""
    told = {(s["start"], s["end"]): s["type"] for s in record.get("states", ())}
    for m in record.get("mentions", ()):
        status = told.get((m["start"], m["end"]), None if told else record["deals"][m["deal"]]["status"])
        if status:
            yield m["start"], m["end"], status


def later_mentions(record: dict[str, Any]) -> Iterator[HeadSpan]:
    """The later words for a deal with its type."""
    for m in record.get("mentions", ()):
        yield m["start"], m["end"], record["deals"][m["deal"]]["type"]


def list_known(record: dict[str, Any]) -> set[str]:
    """The rows of labels that a record is annotated with."""
    known = set(TAUGHT_BY_DEALS if record.get("layers") == "deals" else ROWS)
    # Words that mean a deal are marked in some lots only; where there is no deal there are none.
    return known if "mentions" in record or not record["deals"] else known - {"mentions"}


def head_spans(record: dict[str, Any]) -> dict[str, list[HeadSpan]]:
    """The spans of every head: {head: [(start, end, type)]}, offsets into `record["text"]`."""
    spans = {s["id"]: s for s in record["spans"]}
    found: dict[str, list[HeadSpan]] = {head: [] for head in ROWS}
    for s in record["spans"]:
        at, label = (s["start"], s["end"]), s["label"]
        if label in HEADS["names"]:
            found["names"].append((*at, label))
        elif label == "HEDGE":
            found["hedges"].append((*at, s["type"]))
            if s.get("reported"):
                found["reported"].append((*at, "reported"))
        elif label in ("MONEY", "PERCENT"):
            found["amounts"].append((*at, f"{label}.{s['role']}"))
        elif label == "DATE":
            found["amounts"].append((*at, "DATE"))
    for a in record["attributions"]:
        for key, head, kind in (("source", "sources", a["source_type"]), ("cue", "cues", a["stance"])):
            if a.get(key):
                s = spans[a[key]]
                found[head].append((s["start"], s["end"], kind))
        for ref in a["content"]:
            found["contents"].append((spans[ref]["start"], spans[ref]["end"], "CONTENT"))
    for deal in record["deals"]:
        if deal.get("trigger"):
            s = spans[deal["trigger"]]
            found["triggers"].append((s["start"], s["end"], deal["type"]))
            found["statuses"].append((s["start"], s["end"], deal["status"]))
    found["mentions"] = [*found["triggers"], *later_mentions(record)]
    found["parties"], found["party_statuses"] = party_spans(record, spans)
    found["party_statuses"] += list(later_statuses(record))
    return {head: without_overlap(items) for head, items in found.items()}
