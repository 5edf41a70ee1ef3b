"""Flat rows of a document's layers, one table a layer, ids replaced by what they point to.

Rows need nothing but the standard library; `to_frame` needs pandas (extra `tables`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dealextract.errors import InvalidInput, MissingExtra
from dealextract.records import (
    PARTY_ROLES,
    Attribution,
    Date,
    Deal,
    Document,
    Hedge,
    Money,
    Name,
    Percent,
    Span,
)

if TYPE_CHECKING:
    from pandas import DataFrame

Row = dict[str, Any]
JOIN = "; "


def span_texts(document: Document, ids: Iterable[str | None]) -> str:
    """The texts of spans, joined."""
    texts = {span.id: span.text for span in document.spans}
    return JOIN.join(texts[id] for id in ids if id is not None)


def span_row(document: Document, span: Span) -> Row:
    """The columns that every span has."""
    return {"document": document.id, "id": span.id, "label": span.label, "text": span.text,
            "start": span.start, "end": span.end, "score": span.score, "why": span.why}  # fmt: skip


def rows_of(
    model: type[Span], columns: tuple[str, ...], label: str | None = None
) -> Callable[[Document], list[Row]]:
    """A function from a document to one row for each span of a model."""

    def rows(document: Document) -> list[Row]:
        return [
            span_row(document, span) | {column: getattr(span, column) for column in columns}
            for span in document.spans
            if isinstance(span, model) and label in (None, span.label)
        ]

    return rows


def conversion_rows(document: Document) -> list[Row]:
    """One row for each amount that restates another."""
    money = {span.id: span for span in document.spans if isinstance(span, Money)}
    return [
        {
            "document": document.id, "id": m.id, "text": m.text, "value": m.value, "currency": m.currency,
            "original_id": m.converts, "original_text": money[m.converts].text,
            "original_value": money[m.converts].value, "original_currency": money[m.converts].currency,
            "implied_rate": m.implied_rate, "reference_rate": m.reference_rate, "deviation": m.deviation,
        }
        for m in money.values()
        if m.converts in money
    ]  # fmt: skip


def attribution_row(document: Document, a: Attribution) -> Row:
    """One act of saying, its spans as text."""
    return {
        "document": document.id, "id": a.id, "source": span_texts(document, [a.source]),
        "cue": span_texts(document, [a.cue]), "content": span_texts(document, a.content),
        "source_type": a.source_type, "stance": a.stance, "via": a.via, "quote": a.quote,
        "source_entity": a.source_entity, "score": a.score,
    }  # fmt: skip


def deal_row(document: Document, deal: Deal) -> Row:
    """One deal, its amounts by value and currency, its evidence as text."""
    spans = {span.id: span for span in document.spans}
    said = {a.id: a for a in document.attributions}
    row: Row = {"document": document.id, "type": deal.type, "status": deal.status}
    row |= {role: JOIN.join(getattr(deal, role)) for role in PARTY_ROLES}
    for field in ("amount", "valuation", "price_per_share"):
        money = spans.get(getattr(deal, field) or "")
        for part in ("value", "value_max", "currency", "modifier"):
            name = field if part == "value" else f"{field}_{part.removeprefix('value_')}"
            row[name] = getattr(money, part, None)
    stake = spans.get(deal.stake or "")
    row["stake"] = getattr(stake, "value", None)
    row["date"] = deal.date
    row["trigger"] = span_texts(document, [deal.trigger])
    row["sources"] = span_texts(document, dict.fromkeys(said[key].source for key in deal.attributions))
    row["hedges"] = span_texts(document, deal.hedges)
    row["certainty"], row["score"] = deal.certainty, deal.score
    return row


MONEY_COLUMNS = (
    "value", "value_max", "currency", "modifier", "per", "role", "converts", "value_reason",
    "currency_evidence", "currency_assumed", "implied_rate", "reference_rate", "deviation", "suspect",
)  # fmt: skip

TABLES: dict[str, Callable[[Document], list[Row]]] = {
    "deals": lambda document: [deal_row(document, deal) for deal in document.deals],
    "companies": rows_of(Name, ("entity", "kind", "ticker"), "COMPANY"),
    "names": rows_of(Name, ("entity", "kind", "ticker")),
    "money": rows_of(Money, MONEY_COLUMNS),
    "conversions": conversion_rows,
    "percents": rows_of(Percent, ("value", "role")),
    "dates": rows_of(Date, ("value", "granularity")),
    "hedges": rows_of(Hedge, ("type", "reported", "strength")),
    "attributions": lambda document: [attribution_row(document, a) for a in document.attributions],
    "spans": rows_of(Span, ()),
}


def table_rows(documents: Iterable[Document], table: str) -> list[Row]:
    """The rows of a table over documents, in order; raises InvalidInput for an unknown table."""
    if table not in TABLES:
        raise InvalidInput(f"no table {table!r}; there are {', '.join(TABLES)}")
    return [row for document in documents for row in TABLES[table](document)]


def table_columns(table: str) -> list[str]:
    """The columns of a table, the same with and without rows."""
    return list(TABLES[table](SPECIMEN)[0])


def to_frame(documents: Iterable[Document], table: str = "deals") -> DataFrame:
    """A pandas table over documents, amounts and rates as float64; raises MissingExtra, InvalidInput."""
    rows = table_rows(documents, table)
    try:
        import pandas
    except ImportError as problem:
        raise MissingExtra("tables need pandas: pip install 'dealextract[tables]'") from problem
    frame = pandas.DataFrame(rows, columns=table_columns(table))
    for column, specimen in TABLES[table](SPECIMEN)[0].items():
        if isinstance(specimen, Decimal | float):
            frame[column] = frame[column].astype("float64")
    return frame


def make_specimen() -> Document:
    """A document with one record in each layer and a number in each numeric field: it knows every column."""
    one = Decimal(1)
    numbers = {"value": one, "value_max": one, "implied_rate": one, "reference_rate": one, "deviation": one}
    return Document.model_validate(
        {
            "lang": "en",
            "text": "x",
            "spans": [
                {"id": key, "label": label, "start": 0, "end": 1, "text": "x", "score": 1.0, **more}
                for key, label, more in (
                    ("N1", "COMPANY", {"entity": "x"}),
                    ("M1", "MONEY", numbers | {"converts": "M1"}),
                    ("P1", "PERCENT", {"value": one}),
                    ("D1", "DATE", {}),
                    ("H1", "HEDGE", {"type": "possible", "strength": 1.0}),
                )
            ],
            "attributions": [{"id": "A1", "score": 1.0}],
            "deals": [
                {"type": "other", "status": "agreed", "amount": "M1", "valuation": "M1",
                 "price_per_share": "M1", "stake": "P1", "certainty": 1.0, "score": 1.0}
            ],
        }
    )  # fmt: skip


SPECIMEN = make_specimen()
