"""A document as annotation tools draw it: spans with attributes, and groups that point to spans.

An attribution or a deal is a group: it stands somewhere in the text, has fields of its own, and links
to spans and other groups by role. Formats differ in notation only; this module holds what they share.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from dealextract.errors import InvalidRecord
from dealextract.records import (
    PARTY_ROLES,
    Attribution,
    Date,
    Deal,
    Document,
    Hedge,
    Mark,
    Money,
    Name,
    Percent,
    Record,
)

ATTRIBUTION, DEAL = "ATTRIBUTION", "DEAL"
MODELS: dict[str, type[Record]] = {
    **dict.fromkeys(("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"), Name),
    "MONEY": Money, "PERCENT": Percent, "DATE": Date, "HEDGE": Hedge,
    **dict.fromkeys(("SOURCE", "CUE", "CONTENT", "TRIGGER"), Mark),
    ATTRIBUTION: Attribution, DEAL: Deal,
}  # fmt: skip
"""The record of each label, those of groups included."""
PLACE = ("id", "label", "start", "end", "text")
ONE = {ATTRIBUTION: ("source", "cue", "via"),
       DEAL: ("amount", "valuation", "price_per_share", "stake", "trigger")}  # fmt: skip
MANY = {ATTRIBUTION: ("content",), DEAL: (*PARTY_ROLES, "attributions", "hedges")}
LINKS = {kind: (*ONE[kind], *MANY[kind]) for kind in (ATTRIBUTION, DEAL)}
"""Roles of a group's links."""
META = ("schema_version", "id", "lang", "published")


@dataclass
class Group:
    """An attribution or a deal: where it stands, its own fields, its links as (role, id)."""

    id: str
    kind: str
    start: int
    end: int
    fields: dict[str, Any] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)


def meta_of(document: Document) -> dict[str, Any]:
    """The article's own fields, without text and layers."""
    return document.model_dump(mode="json", exclude={"text", "spans", "attributions", "deals"})


def own_fields(record: Record, leave_out: Iterable[str]) -> dict[str, Any]:
    """A record's fields as JSON types, those without a value left out."""
    return record.model_dump(mode="json", exclude=set(leave_out), exclude_none=True)


def make_groups(document: Document) -> list[Group]:
    """The attributions and deals of a document as groups; parties become their first mention."""
    spans = {span.id: span for span in document.spans}
    mentions: dict[str, str] = {}
    for span in document.spans:
        if isinstance(span, Name):
            mentions.setdefault(span.entity, span.id)
    groups = []
    for record, kind in (
        *((a, ATTRIBUTION) for a in document.attributions),
        *((d, DEAL) for d in document.deals),
    ):
        links = [(role, id) for role in ONE[kind] if (id := getattr(record, role)) is not None]
        for role in MANY[kind]:
            ids = getattr(record, role)
            links += [(role, mentions.get(id, "") if role in PARTY_ROLES else id) for id in ids]
        # It stands on its cue or trigger, else on the first span that it points to, else on the first word.
        places = [spans[id] for _, id in links if id in spans]
        places.sort(key=lambda span: span.label not in ("CUE", "TRIGGER"))
        start, end = (places[0].start, places[0].end) if places else (0, 1)
        key = record.id if isinstance(record, Attribution) else f"deal{len(groups) + 1}"
        groups.append(Group(key, kind, start, end, own_fields(record, ("id", *LINKS[kind])), links))
    return groups


def join_groups(
    meta: Mapping[str, Any], text: str, spans: Iterable[Mapping[str, Any]], groups: Iterable[Group]
) -> Document:
    """The document of spans (with offsets) and groups; links to what was deleted are dropped.

    Spans come out in text order. A name without entity is its own; raises InvalidRecord.
    """
    where = f"article {meta.get('id') or ''}".strip()
    rows = []
    for given in spans:
        span = dict(given)
        span["text"] = text[span["start"] : span["end"]]
        if MODELS.get(span["label"]) is Name:
            span.setdefault("entity", span["text"])
        rows.append(span)
    rows.sort(key=lambda span: (span["start"], span["end"]))
    known = {span["id"]: span for span in rows}
    for span in rows:
        if span.get("converts") not in known:
            span.pop("converts", None)
    groups = list(groups)
    keys = {group.id for group in groups if group.kind == ATTRIBUTION}
    records: dict[str, list[dict[str, Any]]] = {ATTRIBUTION: [], DEAL: []}
    for group in groups:
        record: dict[str, Any] = dict(group.fields)
        if group.kind == ATTRIBUTION:
            record["id"] = group.id
        for role, id in group.links:
            if id not in (keys if role in ("via", "attributions") else known):
                continue
            value = known[id].get("entity") if role in PARTY_ROLES else id
            if role in ONE[group.kind]:
                record[role] = value
            elif value is not None:
                record.setdefault(role, []).append(value)
        records[group.kind].append(record)
    data = {**meta, "text": text, "spans": rows}
    data |= {"attributions": records[ATTRIBUTION], "deals": records[DEAL]}
    try:
        return Document.model_validate(data)
    except ValidationError as problem:
        raise InvalidRecord(f"{where}: {explain(problem, rows)}") from problem


def explain(problem: ValidationError, spans: list[dict[str, Any]]) -> str:
    """The first fault of a validation, with the span's words where it has some."""
    first = problem.errors()[0]
    place = first["loc"]
    words = ""
    if len(place) > 1 and place[0] == "spans" and isinstance(place[1], int):
        span = spans[place[1]]
        words = f" of {span['label']} {span['text'][:60]!r} at {span['start']}"
    name = place[-1] if place and isinstance(place[-1], str) else "record"
    return f"{name}{words}: {first['msg']}"


def is_text(kind: str, name: str) -> bool:
    """True when a field holds words, False when it holds numbers, flags or ranges.

    >>> is_text("MONEY", "currency"), is_text("MONEY", "value"), is_text("HEDGE", "type")
    (True, False, True)
    """
    annotation = MODELS[kind].model_fields[name].annotation
    options = typing.get_args(annotation) or (annotation,)
    return any(option is str or isinstance(option, str) for option in options) or any(
        isinstance(choice, str) for option in options for choice in typing.get_args(option)
    )


def choices_of(kind: str, name: str) -> tuple[str, ...]:
    """The values of a field that has a closed list of them, ("true",) for a flag, else nothing.

    >>> choices_of("MONEY", "modifier"), choices_of("HEDGE", "reported"), choices_of("MONEY", "currency")
    (('exact', 'approx', 'over', 'under', 'range'), ('true',), ())
    """
    annotation = MODELS[kind].model_fields[name].annotation
    if annotation is bool:
        return ("true",)
    if bool in typing.get_args(annotation):
        return ("true", "false")
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    return ()


def editable_fields(kind: str) -> list[str]:
    """The fields of a label or group that a person may edit: all but place and links."""
    links = LINKS.get(kind, ("converts",))
    return [name for name in MODELS[kind].model_fields if name not in PLACE and name not in links]


def write_value(value: Any) -> str:
    """A field's value as the words of a form.

    >>> write_value("EUR"), write_value(8.78), write_value([[0, 5]])
    ('EUR', '8.78', '[[0, 5]]')
    """
    return value if isinstance(value, str) else json.dumps(value)


def read_value(kind: str, name: str, value: str) -> Any:
    """The value that a form's words mean; what cannot be read stays for the record to refuse.

    >>> read_value("MONEY", "value", "8.78"), read_value("MONEY", "currency", "EUR")
    (8.78, 'EUR')
    """
    if name not in MODELS[kind].model_fields or is_text(kind, name):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
