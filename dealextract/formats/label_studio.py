"""Label Studio: tasks with one region for each span and group, attributes per region, links as relations.

Offsets are code points, as Label Studio writes them today; regions of older versions, which count UTF-16
units, are recognised by their own words.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from dealextract.errors import InvalidInput
from dealextract.formats.graph import (
    LINKS,
    MODELS,
    PLACE,
    Group,
    choices_of,
    editable_fields,
    join_groups,
    make_groups,
    meta_of,
    own_fields,
    read_value,
    write_value,
)
from dealextract.records import Document, Span

COLOURS = {
    "COMPANY": "#3b82f6", "MEDIA": "#8b5cf6", "PUBLIC_BODY": "#14b8a6", "PERSON": "#ec4899",
    "MONEY": "#22c55e", "PERCENT": "#a3a30d", "DATE": "#6b7280", "HEDGE": "#f59e0b", "SOURCE": "#6d28d9",
    "CUE": "#0891b2", "CONTENT": "#9ca3af", "TRIGGER": "#e11d48", "ATTRIBUTION": "#475569", "DEAL": "#b91c1c",
}  # fmt: skip
ROLES = ("converts", *dict.fromkeys(role for roles in LINKS.values() for role in roles))


def make_config() -> str:
    """The labelling configuration (XML) of a project that reads these tasks."""
    lines = ["<View>", '  <Labels name="label" toName="text">']
    lines += [f'    <Label value="{label}" background="{COLOURS[label]}"/>' for label in MODELS]
    lines += ["  </Labels>", '  <Text name="text" value="$text" granularity="symbol"/>', "  <Relations>"]
    lines += [f'    <Relation value="{role}"/>' for role in ROLES]
    lines.append("  </Relations>")
    for label in MODELS:
        for name in editable_fields(label):
            shown = f'name="{label}.{name}" toName="text" perRegion="true"'
            when = f'whenTagName="label" whenLabelValue="{label}"'
            if options := choices_of(label, name):
                lines.append(
                    f'  <View visibleWhen="region-selected" {when}><Header value="{name}" size="6"/>'
                )
                lines.append(f'    <Choices {shown} showInline="true">')
                lines += [f"      <Choice value={quoteattr(option)}/>" for option in options]
                lines += ["    </Choices>", "  </View>"]
            else:
                lines.append(
                    f'  <View visibleWhen="region-selected" {when}><Header value="{name}" size="6"/>'
                )
                lines += [f'    <TextArea {shown} editable="true" maxSubmissions="1"/>', "  </View>"]
    return "\n".join([*lines, "</View>", ""])


def region(id: str, item: Span | Group, text: str, fields: dict[str, Any]) -> list[dict]:
    """The results of one region: its label, and one result for each field."""
    label = item.kind if isinstance(item, Group) else item.label
    place = {"start": item.start, "end": item.end, "text": text[item.start : item.end]}
    common = {"id": id, "to_name": "text"}
    results = [{**common, "from_name": "label", "type": "labels", "value": {**place, "labels": [label]}}]
    for name, value in fields.items():
        result = {**common, "from_name": f"{label}.{name}"}
        if options := choices_of(label, name):
            chosen = {"choices": [write_value(value)]}
            if chosen["choices"][0] in options:
                results.append({**result, "type": "choices", "value": place | chosen})
        else:
            results.append({**result, "type": "textarea", "value": place | {"text": [write_value(value)]}})
    return results


def make_task(document: Document) -> dict[str, Any]:
    """The task of a document, its records as one annotation that can be corrected."""
    results, relations = [], []
    for span in document.spans:
        fields = own_fields(span, (*PLACE, "converts"))
        results += region(f"span:{span.id}", span, document.text, fields)
        if getattr(span, "converts", None):
            relations.append((f"span:{span.id}", "converts", f"span:{span.converts}"))  # type: ignore[attr-defined]
    groups = make_groups(document)
    kinds = {group.id: group.kind for group in groups}
    for group in groups:
        results += region(f"group:{group.id}", group, document.text, group.fields)
        for role, id in group.links:
            held = role in ("via", "attributions") and id in kinds
            relations.append((f"group:{group.id}", role, f"{'group' if held else 'span'}:{id}"))
    results += [
        {"type": "relation", "from_id": a, "to_id": b, "direction": "right", "labels": [role]}
        for a, role, b in relations
    ]
    meta = meta_of(document)
    return {"data": {"text": document.text, "meta": meta}, "annotations": [{"result": results}]}


def find_place(value: dict[str, Any], text: str, where: str) -> tuple[int, int]:
    """Start and end in code points of a region; raises InvalidInput when its words are not there."""
    start, end, words = int(value["start"]), int(value["end"]), value.get("text")
    if not isinstance(words, str) or text[start:end] == words:
        return start, end
    units = text.encode("utf-16-le", "surrogatepass")
    if units[2 * start : 2 * end].decode("utf-16-le", "replace") == words:
        first = len(units[: 2 * start].decode("utf-16-le"))
        return first, first + len(words)
    raise InvalidInput(f"{where}: the text at {start}:{end} is {text[start:end]!r}, not {words!r}")


def read_task(task: dict[str, Any], number: int) -> Document:
    """The document of a task: its last annotation that was not cancelled, else its last prediction."""
    where = f"task {task.get('id', number)}"
    data = task.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise InvalidInput(f"{where} has no data.text")
    text, meta = data["text"], data.get("meta") or {}
    if not meta.get("lang"):
        raise InvalidInput(f"{where} has no data.meta.lang; write fr or en there")
    done = [item for item in task.get("annotations") or () if not item.get("was_cancelled")]
    results = (done or task.get("predictions") or [{"result": []}])[-1]["result"]
    regions: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, Any]] = defaultdict(dict)
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for item in results:
        if item["type"] == "relation":
            links[item["from_id"]] += [(role, item["to_id"]) for role in item.get("labels") or ()]
        elif item["type"] == "labels":
            start, end = find_place(item["value"], text, where)
            regions[item["id"]] = {"label": item["value"]["labels"][0], "start": start, "end": end}
        elif item["type"] in ("choices", "textarea"):
            label, _, name = item["from_name"].partition(".")
            given = item["value"].get("choices") or item["value"].get("text") or []
            for value in [given] if isinstance(given, str) else given[:1]:
                fields[item["id"]][name] = read_value(label, name, value)
    ids = {key: key.partition(":")[2] if key.startswith(("span:", "group:")) else key for key in regions}
    spans, groups = [], []
    for key, place in regions.items():
        pointed = [(role, ids[target]) for role, target in links[key] if target in ids]
        if place["label"] in LINKS:
            groups.append(Group(ids[key], place["label"], place["start"], place["end"], fields[key], pointed))
        else:
            restated = [id for role, id in pointed if role == "converts"]
            converts = {"converts": restated[0]} if restated else {}
            spans.append({"id": ids[key], **place, **fields[key], **converts})
    return join_groups(meta, text, spans, groups)


def write(documents: list[Document], path: Path) -> None:
    """Write tasks to a JSON file, and the labelling configuration beside it with the suffix .xml."""
    tasks = [make_task(document) for document in documents]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")
    path.with_suffix(".xml").write_text(make_config(), encoding="utf-8")


def read(path: Path) -> list[Document]:
    """The documents of Label Studio's JSON export; raises InvalidInput, InvalidRecord."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
        return [read_task(task, number) for number, task in enumerate(tasks, start=1)]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as problem:
        raise InvalidInput(f"{path} is no JSON export of Label Studio: {problem!r}") from problem
