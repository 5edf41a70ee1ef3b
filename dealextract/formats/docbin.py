"""spaCy's DocBin: span groups by layer for spaCy's own tools, the exact records in user data.

On the way back the span groups decide: a span that was added becomes a record, one that was moved or
deleted is moved or deleted in the records.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin

from dealextract import records, spans
from dealextract.errors import InvalidInput
from dealextract.formats.graph import MODELS, Group, join_groups, make_groups, meta_of
from dealextract.lexicon import LANGUAGES
from dealextract.records import Document


def layer_of(span: records.Span) -> str:
    """The layer that a span belongs to."""
    if isinstance(span, records.Mark):
        return f"{span.label.lower()}s"
    return next(layer for layer, model in spans.SPAN_LAYERS.items() if isinstance(span, model))


def make_doc(document: Document, nlp: Any) -> Doc:
    """The Doc of a document: a span group for each layer, records in user data."""
    doc = nlp.make_doc(document.text)
    for layer in spans.SPAN_LAYERS:
        spans.write_layer(doc, layer, [span for span in document.spans if layer_of(span) == layer])
    spans.write_layer(doc, "attributions", document.attributions)
    spans.write_layer(doc, "deals", document.deals)
    spans.store(doc)["document"] = meta_of(document)
    return doc


def read_layer(doc: Doc, layer: str) -> list[dict[str, Any]]:
    """The records of a layer as its span group now has them."""
    model = spans.SPAN_LAYERS[layer]
    stored = {item.id: item for item in spans.read_layer(doc, layer, model)}
    places = {span.id_: (span.start, span.end) for span in spans.project(doc, stored.values())}
    rows = []
    for number, span in enumerate(doc.spans.get(layer, ())):
        known = stored.get(span.id_)
        if known is None:
            id = span.id_ or f"new-{layer}-{number + 1}"
            rows.append({"id": id, "label": span.label_, "start": span.start_char, "end": span.end_char})
        else:
            row = known.model_dump(mode="json") | {"label": span.label_}
            if places.get(span.id_) != (span.start, span.end):
                row |= {"start": span.start_char, "end": span.end_char}
            rows.append(row)
    return rows


def read_doc(doc: Doc, number: int) -> Document:
    """The document of a Doc; its language is that of the Doc when it came from elsewhere."""
    kept = json.loads(json.dumps(spans.store(doc).get("document", {})))  # msgpack gives tuples for lists
    meta = {"lang": doc.vocab.lang or None, **kept}
    if not meta["lang"]:
        raise InvalidInput(f"Doc {number} has no language")
    rows = [row for layer in spans.SPAN_LAYERS for row in read_layer(doc, layer)]
    if unknown := [row["label"] for row in rows if row["label"] not in MODELS]:
        raise InvalidInput(f"Doc {number} has a span of label {unknown[0]!r}; there are {', '.join(MODELS)}")
    linked = [
        spans.read_layer(doc, "attributions", records.Attribution),
        spans.read_layer(doc, "deals", records.Deal),
    ]
    return join_groups(meta, doc.text, rows, restore_groups(rows, *linked))


def restore_groups(
    rows: list[dict[str, Any]], attributions: list[records.Attribution], deals: list[records.Deal]
) -> list[Group]:
    """The groups of records whose spans may have changed since."""
    entities = [row for row in rows if MODELS[row["label"]] is records.Name]
    mentions = tuple(
        records.Name(id=row["id"], label=row["label"], start=0, end=1, text="x", entity=row.get("entity", ""))
        for row in entities
    )
    # Built unchecked: what it points to may be gone, and is dropped when the groups are joined again.
    held = Document.model_construct(spans=mentions, attributions=tuple(attributions), deals=tuple(deals))
    return make_groups(held)


def write(documents: list[Document], path: Path) -> None:
    """Write one .spacy file."""
    pipelines = {
        code: spacy.blank(code) for code in {d.lang if d.lang in LANGUAGES else "xx" for d in documents}
    }
    store = DocBin(store_user_data=True)
    for document in documents:
        store.add(make_doc(document, pipelines.get(document.lang) or pipelines["xx"]))
    store.to_disk(path)


def read(path: Path) -> list[Document]:
    """The documents of a .spacy file; raises InvalidInput, InvalidRecord."""
    try:
        docs = list(DocBin().from_disk(path).get_docs(spacy.blank("xx").vocab))
    except (OSError, ValueError, KeyError) as problem:
        raise InvalidInput(f"{path} is no DocBin of spaCy: {problem}") from problem
    return [read_doc(doc, number) for number, doc in enumerate(docs, start=1)]
