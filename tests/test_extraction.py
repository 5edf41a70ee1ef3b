"""Extraction: one article in, frozen records out; many in order, none lost."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealextract import batch, tables
from dealextract.batch import extract, pipe
from dealextract.errors import DealextractError, InvalidInput, MissingExtra, TextTooLong, UnsupportedLanguage
from dealextract.extraction import Conversion, Extraction
from dealextract.readers import MAX_CHARS, Failure
from dealextract.tables import TABLES
from tests.test_records import make_document
from tests.trained import needs_model
from tests.untagged import untagged  # noqa: F401

PIECES = [
    "Orvane", "Tiel SA", " a proposé ", " would buy ", "5 milliards d'euros", "(about $5.6bn)", "12 %",
    "lundi", " selon ", " said ", "« ", " »", '"', "\n\n", ". ", ", ", "\u00a0", "\u202f", "é", "e\u0301",
    "😀", "\x00", "\u202e", "(", ")", "l’", "the ", "le ",
]  # fmt: skip
PRESS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@pytest.fixture
def extraction() -> Extraction:
    return Extraction.from_json(make_document())


def test_views(extraction: Extraction) -> None:
    assert [c.text for c in extraction.companies] == ["Orvane", "Tiel"]
    assert [m.value for m in extraction.money] == [5_000_000, 5_600_000]
    (conversion,) = extraction.conversions
    assert conversion == Conversion(extraction.money[0], extraction.money[1])
    assert (conversion.implied_rate, conversion.reference_rate, conversion.deviation) == (
        Decimal("1.12"),
        None,
        None,
    )
    assert extraction["M1"] is extraction.money[0]
    assert extraction["A1"] is extraction.attributions[0]
    assert extraction.deals[0].target == ("Tiel",)
    assert (extraction.hedges, extraction.dates, extraction.percents, extraction.sources) == ((), (), (), ())
    assert Extraction.from_json(extraction.to_json()) == extraction


def test_frozen(extraction: Extraction) -> None:
    with pytest.raises(AttributeError):
        extraction.document = extraction.document  # type: ignore[misc]
    with pytest.raises(KeyError):
        extraction["M9"]


@pytest.mark.parametrize("table", TABLES)
def test_frames_have_the_same_columns_with_and_without_rows(extraction: Extraction, table: str) -> None:
    empty = Extraction.from_json({"lang": "fr", "text": ""}).to_frame(table)
    full = extraction.to_frame(table)
    assert list(empty.columns) == list(full.columns)
    assert len(empty) == (table == "documents")  # an empty text is a document too
    assert len(full) == len(TABLES[table](extraction.document))


def test_deals_as_a_table(extraction: Extraction) -> None:
    row = extraction.to_frame("deals").iloc[0]
    assert (row["acquirer"], row["target"], row["amount"], row["amount_currency"]) == (
        "Orvane",
        "Tiel",
        5e6,
        "EUR",
    )


def test_unknown_table(extraction: Extraction) -> None:
    with pytest.raises(InvalidInput, match="'deal'"):
        extraction.to_frame("deal")


def test_tables_without_pandas(extraction: Extraction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"dealextract\[tables\]"):
        extraction.to_frame("money")
    assert tables.table_rows([extraction.document], "money")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.data.append(data)


def test_html_escapes_everything() -> None:
    evil = '<script>alert("1")</script>&\'><img src=x onerror=alert(1)>'
    record = {
        "id": evil, "lang": "en", "text": evil,
        "spans": [{"id": 'N"1>', "label": "COMPANY", "start": 0, "end": len(evil), "text": evil,
                   "entity": evil, "kind": evil, "why": evil}],
        "deals": [{"type": "other", "status": "agreed", "acquirer": [evil]}],
    }  # fmt: skip
    parser = Tags()
    parser.feed(Extraction.from_json(record)._repr_html_())
    assert "img" not in parser.tags
    assert parser.tags.count("script") == 1  # the page's own
    assert evil in parser.data


def test_empty_text_gives_an_empty_record() -> None:
    for text in ("", " \n\u00a0"):
        x = extract(text, id="e", published="2025-06-09")
        assert (x.text, x.lang, x.id, x.published, x.document.spans) == (text, "und", "e", "2025-06-09", ())


@pytest.mark.parametrize(
    ("text", "options", "error"),
    [
        ("a" * (MAX_CHARS + 1), {}, TextTooLong),
        ("\ud800", {}, InvalidInput),
        (None, {}, InvalidInput),
        ("Oui", {"lang": "de"}, UnsupportedLanguage),
        ("Oui", {"published": "hier"}, InvalidInput),
        ("12 %", {}, UnsupportedLanguage),
    ],
    ids=["long", "surrogate", "none", "lang", "published", "no words"],
)
def test_bad_input_is_a_clear_error(text, options, error) -> None:
    with pytest.raises(error):
        extract(text, **options)


@pytest.mark.usefixtures("untagged")
def test_language_is_found_and_overridden() -> None:
    assert extract("Le groupe vaut 5 M€.").lang == "fr"
    assert extract("Le groupe vaut 5 M€.", lang="en").lang == "en"


@pytest.mark.usefixtures("untagged")
def test_pipe_keeps_order_and_failures() -> None:
    articles = [
        "The firm paid €5m.",
        {"id": "bad"},
        ("Il a payé 5 M€.", {"id": "z", "desk": 3}),
        "",
        "a" * (MAX_CHARS + 1),
    ]
    results = list(pipe(articles, published="2025-06-09"))
    assert [type(r) for r in results] == [Extraction, Failure, Extraction, Extraction, Failure]
    assert [r.id for r in results] == [None, "bad", "z", None, "article 4"]
    assert results[2].document.model_extra == {"desk": 3}  # type: ignore[union-attr]
    assert results[2].published == "2025-06-09"  # type: ignore[union-attr]


@pytest.mark.usefixtures("untagged")
def test_a_fault_of_ours_is_a_failure_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "detect", lambda text: 1 / 0)
    (failure,) = pipe(["The firm paid."])
    assert isinstance(failure, Failure)
    assert (failure.error, failure.exit_status) == ("InternalError", 1)


@pytest.mark.parametrize("options", [{"workers": 0}, {"shard_size": 0}])
def test_pipe_checks_its_options_at_once(options) -> None:
    with pytest.raises(InvalidInput):
        pipe([], **options)


@needs_model
def test_workers_give_what_one_process_gives() -> None:
    articles = [f"Orvane a payé {n} millions d'euros à Tiel." for n in range(1, 4)]
    articles.insert(1, {"id": "bad"})  # type: ignore[arg-type]
    assert list(pipe(articles, workers=2, shard_size=2, lang="fr")) == list(pipe(articles, lang="fr"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PRESS | st.text(max_size=200))
@pytest.mark.usefixtures("untagged")
def test_any_text_gives_an_exact_record_or_a_clear_error(untagged, text: str) -> None:  # noqa: F811
    try:
        x = extract(text)
    except DealextractError:
        return
    check_exact(x, text)
    assert extract(text) == x


@needs_model
@settings(max_examples=25, deadline=None)
@given(PRESS, st.sampled_from(["fr", "en"]))
def test_any_text_with_the_model(text: str, lang: str) -> None:
    check_exact(extract(text, lang=lang), text)


def check_exact(x: Extraction, text: str) -> None:
    assert x.text == text
    for span in x.document.spans:
        assert text[span.start : span.end] == span.text
    assert len({s.id for s in x.document.spans}) == len(x.document.spans)
    again = Extraction.from_json(x.to_json())
    assert again == x
    assert again.to_json() == x.to_json()
    Tags().feed(x._repr_html_())
