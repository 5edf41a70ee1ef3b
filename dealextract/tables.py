"""Flat rows of a document's layers, one table a layer, ids replaced by what they point to.

Rows need nothing but the standard library; `frame` needs pandas (extra `tables`) or polars.
"""

from __future__ import annotations

import datetime
from collections import Counter
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
    return {"document": document.id, "published": document.published, "id": span.id, "label": span.label,
            "text": span.text, "start": span.start, "end": span.end, "score": span.score,
            "why": span.why}  # fmt: skip


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
            "document": document.id, "published": document.published, "id": m.id, "text": m.text,
            "value": m.value, "currency": m.currency,
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
        "document": document.id, "published": document.published, "id": a.id,
        "source": span_texts(document, [a.source]), "cue": span_texts(document, [a.cue]),
        "content": span_texts(document, a.content),
        "source_type": a.source_type, "stance": a.stance, "via": a.via, "quote": a.quote,
        "source_entity": a.source_entity, "score": a.score,
    }  # fmt: skip


def deal_row(document: Document, deal: Deal) -> Row:
    """One deal, its amounts by value and currency, its evidence as text."""
    spans = {span.id: span for span in document.spans}
    said = {a.id: a for a in document.attributions}
    row: Row = {
        "document": document.id,
        "published": document.published,
        "type": deal.type,
        "status": deal.status,
    }
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


def document_row(document: Document) -> Row:
    """One article: where it comes from, how long it is, and how much of each layer it holds."""
    title = next((line.strip() for line in document.text.splitlines() if line.strip()), "")
    labels = Counter(span.label for span in document.spans)
    row: Row = {"document": document.id, "published": document.published, "lang": document.lang,
                "title": title, "characters": len(document.text), "deals": len(document.deals),
                "attributions": len(document.attributions)}  # fmt: skip
    return row | {layer: sum(labels[label] for label in names) for layer, names in COUNTED.items()}


COUNTED = {
    "companies": ("COMPANY",), "media": ("MEDIA",), "public_bodies": ("PUBLIC_BODY",), "persons": ("PERSON",),
    "money": ("MONEY",), "percents": ("PERCENT",), "dates": ("DATE",), "hedges": ("HEDGE",),
}  # fmt: skip
MONEY_COLUMNS = (
    "value", "value_max", "currency", "modifier", "per", "role", "converts", "value_reason",
    "currency_evidence", "currency_assumed", "implied_rate", "reference_rate", "deviation", "suspect",
)  # fmt: skip

TABLES: dict[str, Callable[[Document], list[Row]]] = {
    "documents": lambda document: [document_row(document)],
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


def frame(items: Iterable[Any], table: str = "deals", *, backend: str = "pandas") -> Any:
    """One table over many extractions: a pandas DataFrame, or with `backend` "polars" or "arrow" theirs.

    Tables: documents, deals, companies, names, money, conversions, percents, dates, hedges, attributions,
    spans. Failures among the items are left out. Amounts and rates are float64, `published` is a day.
    Raises InvalidInput for an unknown table or backend, MissingExtra.

    >>> frame([], "deals").columns[:3].tolist()
    ['document', 'published', 'type']
    """
    makers = {"pandas": to_pandas, "polars": to_polars, "arrow": to_arrow}
    if backend not in makers:
        raise InvalidInput(f"no backend {backend!r}; there are {', '.join(makers)}")
    return makers[backend](find_documents(items), table)


def find_documents(items: Iterable[Any]) -> list[Document]:
    """The documents of extractions and documents, failures left out; raises InvalidInput for a text."""
    documents = []
    for item in items:
        document = getattr(item, "document", item)
        if isinstance(document, Document):
            documents.append(document)
        elif not hasattr(item, "exit_status"):
            raise InvalidInput(f"a table is made of extractions, got {type(item).__name__}")
    return documents


def to_frame(documents: Iterable[Document], table: str = "deals") -> DataFrame:
    """A pandas table over documents; raises MissingExtra, InvalidInput."""
    return to_pandas(documents, table)


def to_pandas(documents: Iterable[Document], table: str) -> DataFrame:
    """A pandas table over documents, amounts and rates as float64, `published` as datetime64."""
    rows = table_rows(documents, table)
    try:
        import pandas
    except ImportError as problem:
        raise MissingExtra("tables need pandas: pip install 'dealextract[tables]'") from problem
    made = pandas.DataFrame(rows, columns=table_columns(table))
    for column, specimen in TABLES[table](SPECIMEN)[0].items():
        if isinstance(specimen, Decimal | float):
            made[column] = made[column].astype("float64")
    made["published"] = pandas.to_datetime([parse_day(row["published"]) for row in rows])
    return made


def to_arrow(documents: Iterable[Document], table: str) -> Any:
    """The same table for Arrow, `published` as date32; raises MissingExtra."""
    rows = table_rows(documents, table)
    try:
        import pyarrow
    except ImportError as problem:
        raise MissingExtra("Arrow tables need pyarrow: pip install 'dealextract[tables]'") from problem
    kinds = {
        bool: pyarrow.bool_(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        Decimal: pyarrow.float64(),
    }
    specimen = TABLES[table](SPECIMEN)[0]
    fields = [(name, kinds.get(type(value), pyarrow.string())) for name, value in specimen.items()]
    columns = [
        pyarrow.array([to_plain(row[name]) for row in rows], type=kind, from_pandas=True)
        for name, kind in fields
    ]
    made = pyarrow.table(columns, names=[name for name, _ in fields])
    days = [parse_day(row["published"]) for row in rows]
    at = made.column_names.index("published")
    return made.set_column(at, "published", pyarrow.array(days, type=pyarrow.date32()))


def to_polars(documents: Iterable[Document], table: str) -> Any:
    """The same table for polars, through Arrow; raises MissingExtra."""
    try:
        import polars
    except ImportError as problem:
        raise MissingExtra("polars tables need polars: pip install polars pyarrow") from problem
    return polars.from_arrow(to_arrow(documents, table))


def to_plain(value: Any) -> Any:
    """A cell for Arrow: decimals as floats, tuples as text.

    >>> to_plain(Decimal("0.5")), to_plain((0, 5))
    (0.5, '(0, 5)')
    """
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, tuple) else value


def parse_day(published: str | None) -> datetime.date | None:
    """The day of a publication date, None when it is none.

    >>> parse_day("2025-06-09T18:30:00Z"), parse_day("soon")
    (datetime.date(2025, 6, 9), None)
    """
    try:
        return datetime.date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def make_specimen() -> Document:
    """A document with one record in each layer and a number in each numeric field: it knows every column."""
    one = Decimal(1)
    numbers = {"value": one, "value_max": one, "implied_rate": one, "reference_rate": one, "deviation": one}
    return Document.model_validate(
        {
            "lang": "en",
            "published": "2025-06-09",
            "text": "x",
            "spans": [
                {"id": key, "label": label, "start": 0, "end": 1, "text": "x", "score": 1.0, **more}
                for key, label, more in (
                    ("N1", "COMPANY", {"entity": "x"}),
                    ("M1", "MONEY", numbers | {"converts": "M1", "suspect": True}),
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
