"""Tables over many articles, in pandas, polars and Arrow, and the pictures drawn from them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

import dealextract
from dealextract import plots
from dealextract.errors import InvalidInput
from dealextract.extraction import Extraction
from dealextract.readers import Failure
from dealextract.records import Document
from dealextract.tables import SPECIMEN, TABLES, table_columns
from tests.test_page import DOCUMENTS
from tests.test_records import make_document

STORY = [
    ("2025-01-10", "rumoured"), ("2025-02-03", "in_talks"), ("2025-02-20", "offered"),
    ("2025-04-01", "agreed"), ("2025-09-30", "completed"),
]  # fmt: skip


def tell(published: str | None, status: str, **changes: object) -> Extraction:
    deal = make_document()["deals"][0] | {"status": status}
    return Extraction.from_json(make_document(id=published, published=published, deals=[deal], **changes))


@pytest.fixture
def story() -> list[Extraction]:
    return [tell(day, status) for day, status in STORY]


@pytest.mark.parametrize("table", TABLES)
def test_backends_agree(table: str) -> None:
    documents = [*DOCUMENTS, SPECIMEN]
    pandas = dealextract.frame(documents, table)
    arrow = dealextract.frame(documents, table, backend="arrow")
    polars = dealextract.frame(documents, table, backend="polars")
    assert list(pandas.columns) == arrow.column_names == polars.columns == table_columns(table)
    assert pandas.shape == arrow.shape == polars.shape
    assert pandas["published"].dt.date.tolist() == arrow.column("published").to_pylist()
    for name in pandas.columns:
        if pandas[name].dtype == "float64":
            assert pandas[name].dropna().tolist() == polars[name].drop_nulls().to_list()


@pytest.mark.parametrize("backend", ["pandas", "polars", "arrow"])
def test_no_article_and_a_failure_give_no_row(backend: str) -> None:
    failure = Failure(id="x", error="InvalidInput", message="no text")
    made = dealextract.frame([failure], "money", backend=backend)
    assert made.shape[0] == 0
    assert "value" in (made.column_names if backend == "arrow" else list(made.columns))


def test_documents_table() -> None:
    row = dealextract.frame(DOCUMENTS[:1], "documents").iloc[0]
    assert row["title"] == "Meta pourrait mettre plus de 10 milliards de dollars dans Scale AI"
    assert (row["deals"], row["money"], row["hedges"], row["attributions"]) == (1, 4, 4, 5)
    assert row["published"].date() == datetime.date(2025, 6, 9)


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(InvalidInput, match="there are documents, deals"):
        dealextract.frame([], "firms")
    with pytest.raises(InvalidInput, match="there are pandas, polars, arrow"):
        dealextract.frame([], backend="excel")
    with pytest.raises(InvalidInput, match="got str"):
        dealextract.frame(["text"])


def test_timeline_draws_each_deal_once(story: list[Extraction]) -> None:
    axes = plots.deal_timeline([*story, *DOCUMENTS])
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert "Orvane → Tiel" in names and len(names) == len(set(names))
    drawn = sum(len(points.get_offsets()) for points in axes.collections)
    assert drawn == sum(len(d.deals) for d in DOCUMENTS if d.published) + len(story)


def test_rumour_to_completion_climbs(story: list[Extraction]) -> None:
    axes = plots.rumour_to_completion(story)
    levels = [float(y) for y in axes.lines[0].get_ydata()]
    assert levels == sorted(levels) and len(levels) == len(STORY)
    with pytest.raises(InvalidInput, match="articles of several days"):
        plots.rumour_to_completion(story[:1])


def test_amounts_are_summed_within_one_currency(story: list[Extraction]) -> None:
    axes = plots.amounts_by_month(dealextract.frame(story, "deals"))
    heights = [bar.get_height() for bar in axes.patches]  # type: ignore[attr-defined]
    assert len(heights) == 9  # January to September, months without a deal too
    assert heights[1] == pytest.approx(2 * 5_000_000 / 1e9)
    with pytest.raises(InvalidInput, match="no deal amount in USD; there are EUR"):
        plots.amounts_by_month(story, currency="USD")


def test_sources_by_type() -> None:
    axes = plots.sources_by_type(DOCUMENTS)
    said = sum(len(document.attributions) for document in DOCUMENTS)
    assert sum(bar.get_width() for bar in axes.patches) == said  # type: ignore[attr-defined]


@pytest.mark.parametrize("plot", [plots.deal_timeline, plots.amounts_by_month, plots.sources_by_type])
def test_nothing_to_draw_says_why(plot: Callable) -> None:
    with pytest.raises(InvalidInput, match="no "):
        plot([Document(lang="en", text="")])


def test_a_dollar_sign_is_no_formula() -> None:
    text = "A$B$ buys Tiel for €5m ($5.6m), Orvane said."
    spans = [{"id": "N1", "label": "COMPANY", "start": 0, "end": 4, "text": "A$B$", "entity": "A$B$"}]
    deals = [{"type": "acquisition", "status": "agreed", "acquirer": ["A$B$"]}]
    record = {"lang": "en", "text": text, "published": "2025-01-01", "spans": spans, "deals": deals}
    axes = plots.deal_timeline([Extraction.from_json(record)])
    axes.figure.canvas.draw()  # type: ignore[union-attr]
    assert axes.get_yticklabels()[0].get_text() == r"A\$B\$"
