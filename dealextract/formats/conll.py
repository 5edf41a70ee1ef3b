"""CoNLL-U Plus: one token a line, a column of BIO tags for each layer, the rest in comments.

Spans of one layer that overlap take further columns (`contents.2`). Tokens are cut at the edges of spans,
so that every span is whole tokens. Attributes, attributions and deals are comments in JSON; on the way
back the tags decide which spans there are, and a comment describes the span of its label and place.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from dealextract.errors import InvalidInput
from dealextract.formats.docbin import layer_of, restore_groups
from dealextract.formats.graph import join_groups, meta_of, own_fields
from dealextract.records import LAYERS, Attribution, Deal, Document, Span

TOKEN = re.compile(r"\w+|[^\w\s]")
ESCAPES = {" ": r"\s", "\t": r"\t", "\n": r"\n", "\r": r"\r", "|": r"\p", "\\": "\\\\"}
PLAIN = {code: char for char, code in ESCAPES.items()}
KEY = "# dealextract."
Extent = tuple[int, int]


def escape(space: str) -> str:
    r"""White space as CoNLL-U's `SpacesAfter` writes it.

    >>> escape("\n ")
    '\\n\\s'
    """
    return "".join(ESCAPES.get(char, char) for char in space)


def unescape(code: str) -> str:
    r"""The white space that `escape` wrote.

    >>> unescape(escape("\n\t |\\"))
    '\n\t |\\'
    """
    return re.sub(r"\\(?:[strnp]|\\)", lambda found: PLAIN[found[0]], code)


def cut_tokens(text: str, spans: tuple[Span, ...]) -> list[Extent]:
    """Words and marks of a text, cut at every edge of a span."""
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    tokens, at = [], 0
    for found in TOKEN.finditer(text):
        start = found.start()
        while at < len(edges) and edges[at] <= start:
            at += 1
        while at < len(edges) and edges[at] < found.end():
            tokens.append((start, edges[at]))
            start = edges[at]
            at += 1
        tokens.append((start, found.end()))
    return tokens


def fill_columns(tokens: list[Extent], spans: tuple[Span, ...]) -> dict[str, list[str]]:
    """BIO tags by column; a span that overlaps one of its layer goes to the layer's next column."""
    starts = {start: n for n, (start, _) in enumerate(tokens)}
    ends = {end: n for n, (_, end) in enumerate(tokens)}
    columns = {layer: ["O"] * len(tokens) for layer in LAYERS}
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        inside = [n for n in range(starts.get(span.start, 0), ends.get(span.end, -1) + 1)]
        if not inside:
            raise InvalidInput(f"span {span.id} at {span.start} holds no word, which a column cannot show")
        layer, depth = layer_of(span), 1
        while True:
            column = columns.setdefault(layer if depth == 1 else f"{layer}.{depth}", ["O"] * len(tokens))
            if all(column[n] == "O" for n in inside):
                break
            depth += 1
        for n in inside:
            column[n] = f"{'B' if n == inside[0] else 'I'}-{span.label}"
    return columns


def show_document(
    document: Document, tokens: list[Extent], tags: dict[str, list[str]], names: list[str]
) -> str:
    """The lines of a document: comments, then its tokens, a blank line after each line of the text."""
    text = document.text
    lines = [f"# newdoc id = {json.dumps(document.id)[1:-1] if document.id else ''}"]
    before = text[: tokens[0][0]] if tokens else text
    lines.append(f"{KEY}document = {json.dumps(meta_of(document) | {'before': before})}")
    for span in document.spans:
        lines.append(f"{KEY}span = {json.dumps(own_fields(span, ('text',)))}")
    lines += [f"{KEY}attribution = {json.dumps(own_fields(a, ()))}" for a in document.attributions]
    lines += [f"{KEY}deal = {json.dumps(own_fields(deal, ()))}" for deal in document.deals]
    empty = ["O"] * len(tokens)
    number = 0
    for n, (start, end) in enumerate(tokens):
        number += 1
        space = text[end : tokens[n + 1][0] if n + 1 < len(tokens) else len(text)]
        misc = "_" if space == " " else f"SpacesAfter={escape(space)}" if space else "SpaceAfter=No"
        cells = [tags.get(name, empty)[n] for name in names]
        lines.append("\t".join([str(number), text[start:end], misc, *cells]))
        if "\n" in space:
            lines.append("")
            number = 0
    return "\n".join(lines).rstrip("\n") + "\n\n"


def write(documents: list[Document], path: Path) -> None:
    """Write one .conllup file."""
    cut = [(d, cut_tokens(d.text, d.spans)) for d in documents]
    tagged = [(d, tokens, fill_columns(tokens, d.spans)) for d, tokens in cut]
    names = sorted({name for *_, tags in tagged for name in tags} | set(LAYERS), key=column_order)
    head = f"# global.columns = ID FORM MISC {' '.join(f'DEALEXTRACT:{name.upper()}' for name in names)}\n"
    body = "".join(show_document(*item, names) for item in tagged)
    path.write_text(head + body, encoding="utf-8", newline="\n")


def column_order(name: str) -> tuple[int, int]:
    """Layers in their order, further columns of one after it.

    >>> sorted(["contents.2", "cues", "contents"], key=column_order)
    ['cues', 'contents', 'contents.2']
    """
    layer, _, depth = name.partition(".")
    return LAYERS.index(layer), int(depth or 1)


def read_column(tags: list[str], tokens: list[Extent], where: str) -> list[tuple[str, int, int]]:
    """Label, start and end of the spans of a column of BIO tags."""
    spans: list[tuple[str, int, int]] = []
    inside = False
    for tag, (start, end) in zip(tags, tokens, strict=True):
        mark, _, label = tag.partition("-")
        if mark not in ("B", "I", "O", "_"):
            raise InvalidInput(f"{where}: tag {tag!r}, expected B-LABEL, I-LABEL or O")
        if mark == "I" and inside and spans[-1][0] == label:
            spans[-1] = (label, spans[-1][1], end)
        elif mark in ("B", "I"):
            spans.append((label, start, end))
        inside = mark in ("B", "I")
    return spans


def read_document(lines: list[str], where: str) -> Document:
    """The document of its lines."""
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    text, tokens, rows = "", list[Extent](), list[list[str]]()
    for line in lines:
        if line.startswith(KEY):
            name, _, value = line.removeprefix(KEY).partition(" = ")
            held[name].append(json.loads(value))
            if name == "document":
                text = held[name][0].pop("before", "")
        elif line and not line.startswith("#"):
            _, form, misc, *tags = line.split("\t")
            tokens.append((len(text), len(text) + len(form)))
            rows.append(tags)
            space = {name: code for name, _, code in (part.partition("=") for part in misc.split("|"))}
            after = "" if space.get("SpaceAfter") == "No" else unescape(space.get("SpacesAfter", r"\s"))
            text += form + after
    meta = held["document"][0] if held["document"] else {}
    if not meta.get("lang"):
        raise InvalidInput(f'{where}: no comment {KEY}document = {{"lang": "fr"}} before the first token')
    found = [span for tags in zip(*rows, strict=True) for span in read_column(list(tags), tokens, where)]
    described: dict[tuple[str, int, int], list[dict[str, Any]]] = defaultdict(list)
    for fields in held["span"]:
        described[fields["label"], fields["start"], fields["end"]].append(fields)
    spans = []
    for number, (label, start, end) in enumerate(found, start=1):
        known = described[label, start, end]
        new = {"id": f"new-{number}", "label": label, "start": start, "end": end}
        spans.append(known.pop(0) if known else new)
    groups = restore_groups(
        spans,
        [Attribution.model_validate(item) for item in held["attribution"]],
        [Deal.model_validate(item) for item in held["deal"]],
    )
    return join_groups(meta, text, spans, groups)


def read(path: Path) -> list[Document]:
    """The documents of a .conllup file; raises InvalidInput, InvalidRecord."""
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
        starts = [n for n, line in enumerate(lines) if line.startswith("# newdoc")]
        ends = [*starts[1:], len(lines)]
        return [
            read_document(lines[start:end], f"{path}:{start + 1}")
            for start, end in zip(starts, ends, strict=True)
        ]
    except (OSError, ValueError, KeyError) as problem:
        raise InvalidInput(f"{path} cannot be read: {problem}") from problem
