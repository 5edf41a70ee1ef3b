"""brat standoff: spans as text-bound annotations, groups as events, listed values as attributes.

Fields that are no closed list (an amount's value, an entity's name) stand in the annotator's note of
their annotation, as JSON. The article's own fields are in a .json file beside its .txt and .ann.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from dealextract.errors import InvalidInput
from dealextract.formats.graph import (
    ATTRIBUTION,
    DEAL,
    LINKS,
    MANY,
    MODELS,
    PLACE,
    Group,
    choices_of,
    editable_fields,
    join_groups,
    make_groups,
    meta_of,
    own_fields,
)
from dealextract.records import PARTY_ROLES, Document

UNSAFE = re.compile(r"[^\w.-]+")
LINE_ENDS = re.compile(r"[\r\n]+")
NAMES = "COMPANY|MEDIA|PUBLIC_BODY|PERSON"
TARGETS = {
    "source": "SOURCE", "cue": "CUE", "content": "CONTENT", "via": ATTRIBUTION,
    **dict.fromkeys(PARTY_ROLES, NAMES), "amount": "MONEY", "valuation": "MONEY", "price_per_share": "MONEY",
    "stake": "PERCENT", "trigger": "TRIGGER", "attributions": ATTRIBUTION, "hedges": "HEDGE",
}  # fmt: skip


def make_config() -> str:
    """annotation.conf of a brat collection."""
    lines = ["[entities]", *(label for label in MODELS if label not in LINKS), "", "[relations]"]
    lines += ["converts Arg1:MONEY, Arg2:MONEY", "", "[events]"]
    for kind, roles in LINKS.items():
        marks = (f"{role}{'*' if role in MANY[kind] else '?'}:{TARGETS[role]}" for role in roles)
        lines.append(f"{kind} {', '.join(marks)}")
    lines += ["", "[attributes]"]
    done: set[str] = set()
    for label in MODELS:
        for name in editable_fields(label):
            options = choices_of(label, name)
            key = attribute(label, name)
            if options and key not in done:
                done.add(key)
                values = "" if options == ("true",) else f", Value:{'|'.join(options)}"
                lines.append(f"{key} Arg:{label}{values}")
    return "\n".join([*lines, ""])


def attribute(label: str, name: str) -> str:
    """The name of an attribute, which must differ from label to label."""
    return f"{label}-{name}"


def fragments(text: str, start: int, end: int) -> tuple[str, str]:
    """Offsets and words of a span as brat writes them: one fragment a line of text."""
    pieces, at = [], start
    for found in LINE_ENDS.finditer(text, start, end):
        pieces.append((at, found.start()))
        at = found.end()
    pieces = [piece for piece in [*pieces, (at, end)] if piece[0] < piece[1]]
    return ";".join(f"{a} {b}" for a, b in pieces), " ".join(text[a:b] for a, b in pieces)


def make_ann(document: Document) -> str:
    """The .ann of a document."""
    lines: list[str] = []
    keys: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)

    def number(letter: str) -> str:
        counts[letter] += 1
        return f"{letter}{counts[letter]}"

    def bound(label: str, start: int, end: int) -> str:
        key = number("T")
        offsets, words = fragments(document.text, start, end)
        lines.append(f"{key}\t{label} {offsets}\t{words}")
        return key

    def describe(key: str, label: str, fields: dict[str, Any]) -> None:
        rest = {}
        for name, value in fields.items():
            options = choices_of(label, name)
            if not options:
                rest[name] = value
            elif options == ("true",):
                if value:
                    lines.append(f"{number('A')}\t{attribute(label, name)} {key}")
            else:
                words = value if isinstance(value, str) else json.dumps(value)
                lines.append(f"{number('A')}\t{attribute(label, name)} {key} {words}")
        note = json.dumps(rest, ensure_ascii=True)
        lines.append(f"{number('#')}\tAnnotatorNotes {key}\t{note}")

    for span in document.spans:
        keys[f"span:{span.id}"] = key = bound(span.label, span.start, span.end)
        describe(key, span.label, {"id": span.id} | own_fields(span, (*PLACE, "converts")))
    for span in document.spans:
        if converts := getattr(span, "converts", None):
            arguments = f"Arg1:{keys[f'span:{span.id}']} Arg2:{keys[f'span:{converts}']}"
            lines.append(f"{number('R')}\tconverts {arguments}")
    groups = make_groups(document)
    for n, group in enumerate(groups, start=1):
        keys[f"group:{group.id}"] = f"E{n}"
    for group in groups:
        key = bound(group.kind, group.start, group.end)
        roles: dict[str, int] = defaultdict(int)
        arguments = [f"{group.kind}:{key}"]
        for role, id in group.links:
            roles[role] += 1
            held = "group" if role in ("via", "attributions") else "span"
            turn = roles[role] if roles[role] > 1 else ""
            arguments.append(f"{role}{turn}:{keys[f'{held}:{id}']}")
        event = keys[f"group:{group.id}"]
        lines.append(f"{event}\t{' '.join(arguments)}")
        described = {"id": group.id} if group.kind == ATTRIBUTION else {}
        describe(event, group.kind, described | group.fields)
    return "".join(f"{line}\n" for line in lines)


def read_place(offsets: str, text: str, where: str) -> tuple[int, int]:
    """Start and end of a text-bound annotation; raises InvalidInput when words lie between its pieces."""
    pieces = [tuple(map(int, piece.split())) for piece in offsets.split(";")]
    start, end = pieces[0][0], pieces[-1][1]
    for (_, left), (right, _) in pairwise(pieces):
        if text[left:right].strip():
            raise InvalidInput(f"{where}: {text[start:end]!r} is marked in pieces, expected one piece")
    return start, end


def read_ann(ann: str, text: str, meta: dict[str, Any]) -> Document:
    """The document of a text and its .ann."""
    where = f"article {meta.get('id') or ''}".strip()
    bounds: dict[str, tuple[str, int, int]] = {}
    events: dict[str, list[str]] = {}
    fields: dict[str, dict[str, Any]] = defaultdict(dict)
    converts: dict[str, str] = {}
    for line in ann.split("\n"):
        key, _, rest = line.partition("\t")
        if key.startswith("T"):
            head, _, _ = rest.partition("\t")
            label, _, offsets = head.partition(" ")
            bounds[key] = (label, *read_place(offsets, text, where))
        elif key.startswith("E"):
            events[key] = rest.split()
        elif key.startswith("R"):
            _, first, second = rest.split()[:3]
            converts[first.partition(":")[2]] = second.partition(":")[2]
        elif key.startswith(("A", "M")):
            name, target, *value = rest.split()
            field = name.partition("-")[2]
            fields[target][field] = {"true": True, "false": False}.get(value[0], value[0]) if value else True
        elif key.startswith("#"):
            head, _, note = rest.partition("\t")
            if head.startswith("AnnotatorNotes ") and note.startswith("{"):
                fields[head.split()[1]] = {**json.loads(note), **fields[head.split()[1]]}
    triggers = {arguments[0].partition(":")[2] for arguments in events.values()}
    ids = {key: fields[key].pop("id", key) for key in (*bounds, *events)}
    spans = [
        {"id": ids[key], "label": label, "start": start, "end": end, **fields[key]}
        | ({"converts": ids.get(converts[key])} if key in converts else {})
        for key, (label, start, end) in bounds.items()
        if key not in triggers and label not in (ATTRIBUTION, DEAL)
    ]
    groups = []
    for key, (head, *arguments) in events.items():
        kind, _, bound = head.partition(":")
        links = [
            (re.sub(r"\d+$", "", role), ids.get(target, target))
            for role, _, target in (argument.partition(":") for argument in arguments)
        ]
        groups.append(Group(ids[key], kind, *bounds[bound][1:], fields[key], links))
    return join_groups(meta, text, spans, groups)


def write(documents: list[Document], path: Path) -> None:
    """Write a folder that brat opens as a collection: .txt, .ann and .json by article, annotation.conf."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "annotation.conf").write_text(make_config(), encoding="utf-8")
    for number, document in enumerate(documents, start=1):
        name = f"{number:05d}-{UNSAFE.sub('_', document.id or 'article')[:80]}"
        (path / f"{name}.txt").write_text(document.text, encoding="utf-8", newline="")
        (path / f"{name}.ann").write_text(make_ann(document), encoding="utf-8", newline="")
        (path / f"{name}.json").write_text(json.dumps(meta_of(document)), encoding="utf-8")


def read(path: Path) -> list[Document]:
    """The documents of a folder, in the order of file names; raises InvalidInput, InvalidRecord."""
    documents = []
    for file in sorted(path.glob("*.ann")):
        try:
            text = file.with_suffix(".txt").read_bytes().decode("utf-8")
            ann = file.read_bytes().decode("utf-8").replace("\r\n", "\n")
            meta = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
            documents.append(read_ann(ann, text, meta))
        except (OSError, ValueError, KeyError, IndexError) as problem:
            raise InvalidInput(f"{file} cannot be read: {problem}") from problem
    if not documents:
        raise InvalidInput(f"{path} holds no .ann file")
    return documents
