"""The Arrow tables of a record: documents, spans, attributions, deals. The schema is part of the interface.

`document` numbers a record in its archive, from 0, and joins the tables; ids of spans and attributions
are those of the record. Values of money and percentages are decimal128(38, 6).
"""

from __future__ import annotations

import decimal
import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from dealextract.errors import MissingExtra
from dealextract.readers import OWN_FIELDS

if TYPE_CHECKING:
    import pyarrow

Row = dict[str, Any]
Record = dict[str, Any]
SCHEMA = "1"
"""Raised when a column changes its name, type or meaning; new columns at the end do not raise it."""
WIDE = decimal.Context(prec=100)
SIX = Decimal("0.000001")
LARGEST = Decimal(10) ** 32
LOSSY = "does not fit decimal128(38, 6)"

# Columns by table: name → type. `number` is decimal128(38, 6); `[text]` a list.
TABLES: dict[str, dict[str, str]] = {
    "documents": {
        "document": "int64", "id": "text", "lang": "text", "published": "text", "text": "text",
        "input": "text", "offset": "int64", "fields": "text",
    },
    "spans": {
        "document": "int64", "id": "text", "label": "text", "start": "int64", "end": "int64", "text": "text",
        "score": "double", "why": "text", "entity": "text", "kind": "text", "ticker": "text",
        "value": "number", "value_max": "number", "currency": "text", "modifier": "text", "per": "text",
        "role": "text", "converts": "text", "value_reason": "text", "currency_evidence": "text",
        "currency_assumed": "bool", "implied_rate": "double", "reference_rate": "double",
        "deviation": "double", "suspect": "bool", "date": "text", "granularity": "text", "type": "text",
        "reported": "bool", "strength": "double", "scope_start": "int64", "scope_end": "int64",
    },
    "attributions": {
        "document": "int64", "id": "text", "source": "text", "cue": "text", "content": "[text]",
        "source_type": "text", "stance": "text", "via": "text", "quote": "text", "source_entity": "text",
        "told": "text", "score": "double",
    },
    "deals": {
        "document": "int64", "deal": "int64", "type": "text", "status": "text", "acquirer": "[text]",
        "target": "[text]", "seller": "[text]", "partner": "[text]", "amount": "text",
        "amount_value": "number", "amount_value_max": "number", "amount_currency": "text",
        "amount_modifier": "text", "valuation": "text", "valuation_value": "number",
        "valuation_value_max": "number", "valuation_currency": "text", "valuation_modifier": "text",
        "price_per_share": "text", "price_per_share_value": "number", "price_per_share_value_max": "number",
        "price_per_share_currency": "text", "price_per_share_modifier": "text", "stake": "text",
        "stake_value": "number", "trigger": "text", "attributions": "[text]", "hedges": "[text]",
        "date": "text", "evidence_start": "[int64]", "evidence_end": "[int64]", "certainty": "double",
        "score": "double",
    },
}  # fmt: skip
TERMS = ("amount", "valuation", "price_per_share")


def to_amount(value: float | None) -> Decimal | None:
    """A JSON number as decimal128(38, 6) holds it; None when it would not be exact.

    >>> to_amount(8780000000), to_amount(0.5), to_amount(1e-9), to_amount(10**40)
    (Decimal('8780000000.000000'), Decimal('0.500000'), None, None)
    """
    if value is None:
        return None
    number = Decimal(str(value))
    if abs(number) >= LARGEST:
        return None
    rounded = number.quantize(SIX, context=WIDE)
    return rounded if rounded == number else None


def document_rows(record: Record, number: int, input: str | None, offset: int | None) -> list[Row]:
    """The one row of a record in `documents`; `fields` holds what came with the text, as JSON."""
    more = {key: value for key, value in record.items() if key not in OWN_FIELDS}
    return [
        {
            **{key: record.get(key) for key in ("id", "lang", "published", "text")},
            "document": number, "input": input, "offset": offset,
            "fields": json.dumps(more, ensure_ascii=False, sort_keys=True) if more else None,
        }
    ]  # fmt: skip


def span_rows(record: Record, number: int) -> list[Row]:
    """One row a span; a date's value is in `date`, a hedge's scope in two columns."""
    rows = []
    for span in record["spans"]:
        row = {**span, "document": number}
        value = row.pop("value", None)
        if span["label"] == "DATE":
            row["date"] = value
        else:
            row["value"] = to_amount(value)
            row["value_max"] = to_amount(row.get("value_max"))
            lost = [key for key in ("value", "value_max") if span.get(key) is not None and row[key] is None]
            if lost and not row.get("value_reason"):
                row["value_reason"] = LOSSY
        row["scope_start"], row["scope_end"] = row.pop("scope", None) or (None, None)
        rows.append(row)
    return rows


def attribution_rows(record: Record, number: int) -> list[Row]:
    """One row an act of saying."""
    return [{**attribution, "document": number} for attribution in record["attributions"]]


def deal_rows(record: Record, number: int) -> list[Row]:
    """One row a deal, with the figures of its terms beside the ids of their spans."""
    spans = {span["id"]: span for span in record["spans"]}
    rows = []
    for place, deal in enumerate(record["deals"]):
        row: Row = {**deal, "document": number, "deal": place}
        for term in TERMS:
            money = spans.get(deal[term], {})
            row[f"{term}_value"] = to_amount(money.get("value"))
            row[f"{term}_value_max"] = to_amount(money.get("value_max"))
            row[f"{term}_currency"], row[f"{term}_modifier"] = money.get("currency"), money.get("modifier")
        row["stake_value"] = to_amount(spans.get(deal["stake"], {}).get("value"))
        evidence = row.pop("evidence")
        row["evidence_start"], row["evidence_end"] = [e[0] for e in evidence], [e[1] for e in evidence]
        rows.append(row)
    return rows


ROWS: dict[str, Callable[[Record, int], list[Row]]] = {
    "spans": span_rows, "attributions": attribution_rows, "deals": deal_rows,
}  # fmt: skip


def import_arrow() -> Any:
    """pyarrow with its Parquet part; raises MissingExtra."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as problem:
        raise MissingExtra("Parquet needs pyarrow: pip install 'dealextract[archive]'") from problem
    return pyarrow


@cache
def make_schema(table: str) -> pyarrow.Schema:
    """The Arrow schema of a table; raises MissingExtra."""
    pa = import_arrow()
    types = {
        "text": pa.large_string(), "number": pa.decimal128(38, 6), "int64": pa.int64(), "bool": pa.bool_(),
        "double": pa.float64(), "[text]": pa.list_(pa.large_string()), "[int64]": pa.list_(pa.int64()),
    }  # fmt: skip
    fields = [pa.field(name, types[kind]) for name, kind in TABLES[table].items()]
    return pa.schema(fields, metadata={"dealextract.table": table, "dealextract.schema": SCHEMA})


def make_table(table: str, rows: list[Row]) -> pyarrow.Table:
    """Rows as an Arrow table; what a row lacks is null."""
    return import_arrow().Table.from_pylist(rows, schema=make_schema(table))
