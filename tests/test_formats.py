"""Annotation formats: nothing is lost on the way there and back, and a correction comes through."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin, Span

from dealextract import formats
from dealextract.errors import InvalidInput, InvalidRecord
from dealextract.formats import brat, conll, label_studio
from dealextract.formats.docbin import make_doc, read_doc
from dealextract.records import Document
from tests.test_page import DOCUMENTS
from tests.test_records import make_document

ROOT = Path(__file__).resolve().parents[1]
CORPORA = sorted((ROOT / "corpora").glob("*/*/*.jsonl"))
NAMES = {"label-studio": "tasks.json", "brat": "folder", "docbin": "docs.spacy", "conll": "docs.conllup"}


def load(paths: list[Path]) -> list[Document]:
    return [Document.from_json(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def same(document: Document) -> tuple:
    """A document apart from the order of its spans."""
    return document.model_copy(update={"spans": ()}), sorted(document.spans, key=lambda span: span.id)


def there_and_back(documents: list[Document], format: str, folder: Path) -> list[Document]:
    formats.write(documents, format, folder / NAMES[format])
    return formats.read(folder / NAMES[format], format)


@pytest.mark.parametrize("format", formats.FORMATS)
def test_round_trip_over_the_corpora(format: str, tmp_path: Path) -> None:
    documents = load(CORPORA) + DOCUMENTS
    assert len(documents) > 300
    back = there_and_back(documents, format, tmp_path)
    assert len(back) == len(documents)
    for wanted, got in zip(documents, back, strict=True):
        assert same(got) == same(wanted), wanted.id


PREDICTED = Document.from_json(
    make_document(
        spans=[
            *make_document()["spans"],
            {"id": "H1", "label": "HEDGE", "start": 0, "end": 6, "text": "Orvane", "type": "possible",
             "strength": 0.5, "scope": [0, 11], "score": 0.25, "why": "a\nb"},
        ],
        deals=[make_document()["deals"][0] | {"certainty": 0.75, "score": 0.5, "hedges": ["H1"]}],
    )
)  # fmt: skip


@pytest.mark.parametrize("format", formats.FORMATS)
def test_fields_of_predictions_come_back(format: str, tmp_path: Path) -> None:
    (back,) = there_and_back([PREDICTED], format, tmp_path)
    assert same(back) == same(PREDICTED)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.data())
def test_any_text_and_nested_spans(text: str, data: st.DataObject) -> None:
    """Offsets hold on any text: astral letters, odd white space, tags and quotes, spans across lines."""
    words = [found.span() for found in re.finditer(r"\w+|[^\w\s]", text)]
    spans = []
    for number in range(data.draw(st.integers(0, 5)) if words else 0):
        first = data.draw(st.integers(0, len(words) - 1))
        last = data.draw(st.integers(first, len(words) - 1))
        start, end = words[first][0], words[last][1]
        label = data.draw(st.sampled_from(["CONTENT", "SOURCE", "CUE"]))
        spans.append(
            {"id": f"S{number}", "label": label, "start": start, "end": end, "text": text[start:end]}
        )
    document = Document.model_validate({"id": "x", "lang": "en", "text": text, "spans": spans})
    task = json.loads(json.dumps(label_studio.make_task(document)))
    assert same(label_studio.read_task(task, 1)) == same(document)
    assert same(brat.read_ann(brat.make_ann(document), text, {"id": "x", "lang": "en"})) == same(document)
    assert same(read_doc(make_doc(document, spacy.blank("xx")), 1)) == same(document)
    tokens = conll.cut_tokens(text, document.spans)
    tags = conll.fill_columns(tokens, document.spans)
    lines = conll.show_document(document, tokens, tags, sorted(tags, key=conll.column_order)).split("\n")
    assert same(conll.read_document(lines, "x")) == same(document)


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text("utf-8")), encoding="utf-8")


def test_a_correction_in_label_studio_comes_through(tmp_path: Path) -> None:
    formats.write([DOCUMENTS[0]], "label-studio", tmp_path / "t.json")
    (task,) = json.loads((tmp_path / "t.json").read_text("utf-8"))
    results = task["annotations"][0]["result"]
    for item in results:
        if item.get("id") == "span:T3" and item["from_name"] == "MONEY.role":
            item["value"]["choices"] = ["deal_value"]
    gone = {"span:T20"}
    kept = [r for r in results if not gone & {r.get("id"), r.get("from_id"), r.get("to_id")}]
    place = {"start": 68, "end": 72, "text": "Meta", "labels": ["PERSON"]}
    kept.append({"id": "aB3x", "from_name": "label", "to_name": "text", "type": "labels", "value": place})
    task["annotations"][0]["result"] = kept
    (tmp_path / "t.json").write_text(json.dumps([task]), encoding="utf-8")
    (back,) = formats.read(tmp_path / "t.json", "label-studio")
    spans = {span.id: span for span in back.spans}
    assert spans["T3"].role == "deal_value"  # type: ignore[attr-defined]
    assert spans["aB3x"].entity == "Meta"  # type: ignore[attr-defined]
    assert "T20" not in spans and next(a for a in back.attributions if a.id == "a2").source is None


def test_offsets_of_older_label_studio_count_utf16(tmp_path: Path) -> None:
    text = "💰💰 Orvane buys Tiel"
    value = {"start": 5, "end": 11, "text": "Orvane", "labels": ["COMPANY"]}
    task = {"data": {"text": text, "meta": {"lang": "en"}},
            "annotations": [{"result": [{"id": "a", "type": "labels", "value": value}]}]}  # fmt: skip
    assert label_studio.read_task(task, 1).spans[0].start == 3
    value["text"] = "Nobody"
    with pytest.raises(InvalidInput, match="not 'Nobody'"):
        label_studio.read_task(task, 1)


def test_a_span_without_what_the_schema_needs_says_so(tmp_path: Path) -> None:
    value = {"start": 0, "end": 3, "text": "may", "labels": ["HEDGE"]}
    task = {"data": {"text": "may", "meta": {"lang": "en", "id": "a7"}},
            "annotations": [{"result": [{"id": "a", "type": "labels", "value": value}]}]}  # fmt: skip
    with pytest.raises(InvalidRecord, match="article a7: type of HEDGE 'may' at 0: Field required"):
        label_studio.read_task(task, 1)


def test_the_label_studio_configuration_is_xml_and_names_every_label() -> None:
    tree = ElementTree.fromstring(label_studio.make_config())
    assert {label.get("value") for label in tree.iter("Label")} > {"COMPANY", "HEDGE", "DEAL", "ATTRIBUTION"}
    assert {choice.get("value") for choice in tree.iter("Choice")} > {"in_talks", "anonymous", "negotiation"}


def test_a_correction_in_brat_comes_through(tmp_path: Path) -> None:
    formats.write([DOCUMENTS[0]], "brat", tmp_path / "b")
    (ann,) = (tmp_path / "b").glob("*.ann")
    edit(ann, lambda s: s.replace("DEAL-status E6 in_talks", "DEAL-status E6 rumoured"))
    edit(ann, lambda s: s + "T900\tPERSON 68 72\tMeta\n")
    (back,) = formats.read(tmp_path / "b", "brat")
    assert back.deals[0].status == "rumoured"
    assert next(span for span in back.spans if span.id == "T900").text == "Meta"
    edit(ann, lambda s: s + "T901\tPERSON 68 72;90 99\tMeta x\n")
    with pytest.raises(InvalidInput, match="marked in pieces"):
        formats.read(tmp_path / "b", "brat")


def test_a_span_added_and_one_deleted_in_spacy(tmp_path: Path) -> None:
    path = tmp_path / "d.spacy"
    formats.write([DOCUMENTS[0]], "docbin", path)
    nlp = spacy.blank("fr")
    (doc,) = DocBin().from_disk(path).get_docs(nlp.vocab)
    names = [span for span in doc.spans["names"] if span.text != "Facebook"]
    doc.spans["names"] = [*names, Span(doc, 0, 1, label="MEDIA")]
    DocBin(store_user_data=True, docs=[doc]).to_disk(path)
    (back,) = formats.read(path, "docbin")
    found = [(span.label, span.text) for span in back.spans]
    assert ("MEDIA", "Meta") in found and ("COMPANY", "Facebook") not in found


def test_a_tag_changed_in_conll(tmp_path: Path) -> None:
    path = tmp_path / "c.conllup"
    formats.write([DOCUMENTS[0]], "conll", path)
    edit(path, lambda s: re.sub(r"(\tFacebook\t\S+\t)B-COMPANY", r"\1B-MEDIA", s))
    (back,) = formats.read(path, "conll")
    (facebook,) = [span for span in back.spans if span.text == "Facebook"]
    assert (facebook.label, facebook.entity) == ("MEDIA", "Facebook")  # type: ignore[attr-defined]


@pytest.mark.parametrize("format", formats.FORMATS)
def test_bad_files_are_refused_by_name(format: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no such file"):
        formats.read(tmp_path / "none", format)
    bad = tmp_path / "bad"
    if format == "brat":
        bad.mkdir()
    else:
        bad.write_text('# newdoc id = \n1\tx\n{"a": ', encoding="utf-8")
    with pytest.raises(InvalidInput, match="bad"):
        formats.read(bad, format)


def test_unknown_formats_and_items() -> None:
    with pytest.raises(InvalidInput, match="there are label-studio, brat"):
        formats.write([], "word", "x")
    with pytest.raises(InvalidInput, match="item 1 is str"):
        formats.write(["text"], "brat", "x")


def test_a_corrected_article_is_training_data(tmp_path: Path) -> None:
    """What comes back has the spans that the tagger's training reads."""
    sys.path.insert(0, str(ROOT / "models" / "training"))
    try:
        from targets import head_spans  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    (back,) = there_and_back([DOCUMENTS[0]], "conll", tmp_path)
    assert head_spans(json.loads(back.to_json())) == head_spans(json.loads(DOCUMENTS[0].to_json()))
