"""Hostile text through readers, pipeline and outputs: an exact record or a clear failure, and no more."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dealextract import batch, display
from dealextract.archive.columns import TABLES, make_table
from dealextract.archive.documents import parse_item
from dealextract.archive.outputs import Done, make_rows
from dealextract.archive.sources import Item, Reading
from dealextract.batch import ArticleReader
from dealextract.readers import Article, Failure, Settings
from dealextract.records import Document
from tests.hostile_texts import JSON_TEXTS, TEXTS

OURS = {"InvalidInput", "TextTooLong", "UnsupportedLanguage"}
READ = ArticleReader(Settings(published="2025-06-09", exclude=("tagger",)))
ALLOWED = {"html", "head", "meta", "title", "style", "body"}


class Tags(HTMLParser):
    """Notes what would run or load something in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "iframe", "object", "a", "link", "form"):
            self.bad.append(tag)
        self.bad += [name for name, value in attrs if name.startswith("on") or "javascript" in (value or "")]


def find_active(document: Document) -> list[str]:
    """What would run or load something in the page of a document; the page has a script of its own."""
    page = Tags()
    page.feed(display.to_page(iter([document])))
    return page.bad


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.sampled_from([None, "fr", "en"]))
@example("=1+1" * 50, "en")
def test_any_text_is_an_exact_record_or_a_clear_failure(text: str, lang: str | None) -> None:
    found = READ(Article(text, id=text[:40], lang=lang, extra={"title": text}))
    if isinstance(found, Failure):
        assert found.error in OURS, found
        assert "\n" not in found.message
        return
    line = found.to_json()
    assert "\n" not in line
    document = Document.from_json(line)
    assert all(text[s.start : s.end] == s.text for s in document.spans)
    assert find_active(document) == find_active(Document(lang="en", text="Nothing."))
    assert "\x1b" not in display.to_text(document)
    done = [Done(0, "a", 1, line)]
    make_rows("csv", "deals", done)
    pytest.importorskip("pyarrow")
    for table in TABLES:
        make_table(table, make_rows("parquet", table, done)).validate(full=True)


@settings(max_examples=100, deadline=None)
@given(JSON_TEXTS)
def test_escapes_in_json_lines(body: str) -> None:
    found = parse_item(Item("x", 1, "jsonl", f'{{"text": "{body}", "id": "{body}"}}'.encode()), Reading())
    if isinstance(found, Failure):
        assert found.error in OURS
        json.dumps(found.model_dump(), ensure_ascii=False).encode()
    else:
        found.text.encode()


@pytest.mark.parametrize("unit", ["(", "« ", "\u202e", "\0", "e\u0301", "👩‍👩‍👧", "a", "1,", "$1 ", "said "])
def test_a_long_line_of_one_thing(unit: str) -> None:
    """Twenty thousand characters; benchmarks/growth.py goes to five million."""
    found = READ(Article((unit * 20_000)[:20_000], lang="en"))
    assert not isinstance(found, Failure), found


def test_pipelines_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vocabulary keeps every word that it has seen: it must not outlive so many characters."""
    monkeypatch.setattr(batch, "RECYCLE_CHARS", 100)
    read = ArticleReader(Settings(lang="en", exclude=("tagger",)))
    read(Article("Orvane paid €5m."))
    before = batch.shared_pipeline("en", None, None, ("tagger",))
    read(Article("Orvane paid €6m for Tiel. " * 5))
    assert batch.shared_pipeline("en", None, None, ("tagger",)) is not before
