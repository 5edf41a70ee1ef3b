"""The page without a browser: the whole text in it, everything escaped, overlaps drawn apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import display
from dealextract.display.page import digest, script
from dealextract.display.segments import cut_segments
from dealextract.records import Document, Span
from tests.test_records import make_document

ARTICLES = Path(__file__).parent / "articles" / "model.jsonl"
DOCUMENTS = [Document.from_json(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]


class Texts(HTMLParser):
    """Text content of the article, classes of its marks, and every attribute that could ask or run."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.depth, self.marks, self.ids = "", 0, list[str](), set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "srcset", "style", "action"), name
            assert name != "href" or value == "data:," or (value or "").startswith("#")
        if tag == "div" and (self.depth or given.get("class") == "dx-text"):
            self.depth += 1
        if tag == "mark":
            self.marks.append(given["class"] or "")
            self.ids |= set((given["data-r"] or "").split())

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "div" and self.depth > 0

    def handle_data(self, data: str) -> None:
        self.text += data if self.depth else ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.id)
def test_the_article_is_whole_and_every_span_is_in_it(document: Document) -> None:
    page = Texts(display.to_page([document]))
    assert page.text == document.text
    assert page.ids == {span.id for span in document.spans}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80), st.data())
def test_any_text_stays_text(text: str, data: st.DataObject) -> None:
    def spans() -> Iterator[dict]:
        for number in range(data.draw(st.integers(0, 6)) if text else 0):
            start = data.draw(st.integers(0, len(text) - 1))
            end = data.draw(st.integers(start + 1, len(text)))
            label = data.draw(st.sampled_from(["SOURCE", "CONTENT", "CUE", "TRIGGER"]))
            yield {"id": f"S{number}", "label": label, "start": start, "end": end, "text": text[start:end]}

    document = Document.model_validate({"lang": "en", "text": text, "spans": list(spans())})
    shown = Texts(display.to_html(document)).text
    assert shown == text.replace("\x00", "\ufffd")  # HTML cannot hold NUL


def test_only_the_own_script_and_style_may_run() -> None:
    page = display.to_page(DOCUMENTS)
    allowed = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert allowed and "default-src 'none'" in allowed[1] and "unsafe" not in allowed[1]
    assert digest(script()) in allowed[1]
    assert page.count("<script>") == page.count("</script>") == 1
    assert not re.search(r"https?:|@import|url\(", page.split("<body>")[0])
    assert not re.search(r"fetch|XMLHttp|innerHTML|eval\(|import\(|localStorage", script())


def test_the_page_is_small() -> None:
    bare = len(display.to_page([]).encode())
    assert bare < 24_000
    assert len(display.to_page(DOCUMENTS).encode()) - bare < 45 * sum(len(d.text) for d in DOCUMENTS)


def span(id: str, label: str, start: int, end: int) -> Span:
    return Span(id=id, label=label, start=start, end=end, text="x" * (end - start))


def test_overlapping_rules_never_share_a_slot() -> None:
    spans = [span("C1", "CONTENT", 0, 9), span("C2", "CONTENT", 2, 9), span("H1", "HEDGE", 2, 5),
             span("S1", "SOURCE", 4, 12), span("T1", "TRIGGER", 3, 6), span("M1", "MEDIA", 4, 6)]  # fmt: skip
    for segment in cut_segments("x" * 14, spans):
        slots = [slot for slot, _ in segment.rules]
        assert len(slots) == len(set(slots))
        assert {id for s in spans if s.start <= segment.start < s.end for id in [s.id]} == set(segment.ids)
    at_four = next(s for s in cut_segments("x" * 14, spans) if s.start == 4)
    assert at_four.ids[0] in ("H1", "M1") and at_four.fill == "MEDIA"
    assert dict(at_four.rules)[3] == "CONTENT" and dict(at_four.rules)[1] == "HEDGE"


def test_records_tell_conversion_chain_and_deal() -> None:
    page = display.to_html(DOCUMENTS[0])
    assert "Bloomberg News › des personnes proches du dossier" in page
    assert "<dt>restates</dt><dd><bdi>10 milliards de dollars</bdi>" in page
    assert "Meta Platforms → Scale AI" in page
    assert display.to_html(Document.from_json(make_document())).count("dx-card") >= 1


def test_the_terminal_shows_markup_as_it_is() -> None:
    document = Document.model_validate({"lang": "en", "text": "[red]x[/red] :smile:", "id": "[b]"})
    assert "[red]x[/red] :smile:" in display.to_text(document)
