"""Outputs of an archive: stable columns that hold every field, exact money, cells that are no formulas."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import records
from dealextract.archive import outputs
from dealextract.archive.columns import LOSSY, TABLES, make_schema, span_rows, to_amount
from dealextract.archive.outputs import Done, make_rows, read_part, safe_cell, write_shard
from dealextract.errors import OutputError
from tests.scale_page import PAGE, make_page
from tests.test_records import make_document

pytest.importorskip("pyarrow")
RENAMED = {"scope": {"scope_start", "scope_end"}, "evidence": {"evidence_start", "evidence_end"}}


def make_done(number: int = 0) -> Done:
    return Done(
        number, "a.jsonl", number + 1, records.Document.from_json(make_document() | {"desk": "é"}).to_json()
    )


@pytest.mark.parametrize(
    ("table", "models"),
    [
        ("spans", [records.Name, records.Money, records.Percent, records.Date, records.Hedge, records.Mark]),
        ("attributions", [records.Attribution]),
        ("deals", [records.Deal]),
    ],
)
def test_every_field_of_a_record_has_a_column(table: str, models: list[type[records.Record]]) -> None:
    """A new field needs a column, or it would be lost from Parquet without a word."""
    fields = {field for model in models for field in model.model_fields}
    wanted = set().union(*(RENAMED.get(field, {field}) for field in fields))
    assert wanted <= set(TABLES[table])


def test_tables_hold_the_record(tmp_path: Path) -> None:
    for folder in outputs.FOLDERS["parquet"]:
        (tmp_path / folder).mkdir()
    files = write_shard(tmp_path, "parquet", 0, [make_done(0), make_done(1)])
    assert write_shard(tmp_path, "parquet", 0, [make_done(0), make_done(1)]) == files
    found = {t: read_part(tmp_path / t / "part-000000.parquet", "parquet", t, ()) for t in TABLES}
    record = records.Document.from_json(make_document()).model_dump(mode="json")
    assert [len(rows) for rows in found.values()] == [
        2, 2 * len(record["spans"]), 2 * len(record["attributions"]), 2 * len(record["deals"]),
    ]  # fmt: skip
    assert found["documents"][1] == {
        "document": 1, "id": record.get("id"), "lang": record["lang"], "published": record.get("published"),
        "text": record["text"], "input": "a.jsonl", "offset": 2, "fields": '{"desk": "é"}',
    }  # fmt: skip
    for row, span in zip(found["spans"], record["spans"], strict=False):
        assert (row["id"], row["start"], row["end"], row["text"]) == (
            span["id"], span["start"], span["end"], span["text"],
        )  # fmt: skip
    deal = found["deals"][0]
    money = next(s for s in record["spans"] if s["id"] == deal["amount"])
    assert deal["amount_value"] == Decimal(money["value"])
    assert deal["evidence_start"] == [start for start, _ in record["deals"][0]["evidence"]]
    assert str(make_schema("deals").field("amount_value").type) == "decimal128(38, 6)"


def test_an_amount_that_does_not_fit_is_null_with_a_reason() -> None:
    span = {"id": "M1", "label": "MONEY", "start": 0, "end": 1, "text": "x", "value": 1e-9, "value_max": None}
    (row,) = span_rows({"spans": [span]}, 0)
    assert (row["value"], row["value_reason"]) == (None, LOSSY)


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers() | st.floats(allow_nan=False))
def test_amounts_are_exact_or_null(value: Decimal | float) -> None:
    if abs(value) == float("inf"):
        return
    found = to_amount(value)  # type: ignore[arg-type]
    assert found is None or (found == Decimal(str(value)) and found.as_tuple().exponent == -6)


@settings(deadline=None)
@given(st.text() | st.from_regex(r"\A[\s\x00 ]{0,3}[=+\-@\t\r\n＝＋－＠].*"))
def test_no_text_is_a_formula(value: str) -> None:
    cell = safe_cell(value)
    assert not cell.lstrip(" \u00a0").startswith(outputs.FORMULA)
    assert cell.removeprefix("'") == value.replace("\0", "").removeprefix("'")
    assert (
        next(
            csv.reader(io.StringIO(outputs.format_csv([[cell, "b"]]).decode("utf-8", "replace"), newline=""))
        )[1]
        == "b"
    )


def test_deals_for_a_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "deals").mkdir()
    write_shard(tmp_path, "csv", 0, [make_done(0)])
    write_shard(tmp_path, "csv", 1, [make_done(1)])
    outputs.join_csv(tmp_path, [0, 1])
    data = (tmp_path / "deals.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert [row["number"] for row in rows] == ["0", "1"]
    assert rows[0]["acquirer"] == "Orvane"


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        outputs.write_bytes(tmp_path / "none" / "a.json", b"x")
    assert list(tmp_path.iterdir()) == []
    assert make_rows("jsonl", "records", [make_done()])[0]["document"] == 0


def test_the_page_shows_the_columns() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), "run python -m tests.scale_page"
