"""A document for people: plain-text tables for a terminal, and one safe piece of HTML.

Text of articles is hostile until shown otherwise: control characters never reach the terminal, and
every text and attribute is escaped in HTML.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from dealextract.records import PARTY_ROLES, Document, Money, Name, Span
from dealextract.tables import Row, table_rows

WIDTH = 48
"""Characters of the widest cell in the terminal."""
COLOURS = {
    "COMPANY": "#cfe2ff", "MEDIA": "#e2d9f3", "PUBLIC_BODY": "#d2f4ea", "PERSON": "#f7d6e6",
    "MONEY": "#d1e7dd", "PERCENT": "#dff0d8", "DATE": "#e9ecef",
    "HEDGE": "#fff3cd", "CUE": "#e0cffc", "TRIGGER": "#ffd8b8",
}  # fmt: skip
SHOWN_LABELS = tuple(COLOURS)


def clean(value: object, width: int = WIDTH) -> str:
    r"""A cell's text on one line, without control characters, cut at `width`.

    >>> clean("a\x1b[31m\nb"), clean("abcdef", 4), clean(None)
    ('a[31m b', 'abc…', '')
    """
    if value is None:
        return ""
    line = " ".join(str(value)[: width * 4].split())
    line = "".join(char for char in line if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co"))
    return line if len(line) <= width else line[: width - 1] + "…"


def show_number(value: Decimal | int | float | None) -> str:
    """A number with its thousands apart.

    >>> show_number(Decimal("8780000000")), show_number(Decimal("0.878"))
    ('8,780,000,000', '0.878')
    """
    return "" if value is None else f"{value:,}"


def show_money(money: Money | None) -> str:
    """Modifier, value and currency of an amount.

    >>> show_money(Money(id="M1", start=0, end=3, text="€2m", value=2_000_000, currency="EUR"))
    '2,000,000 EUR'
    """
    if money is None:
        return ""
    modifier = "" if money.modifier in ("exact", "range") else f"{money.modifier} "
    value = show_number(money.value) if money.value is not None else "?"
    upper = "" if money.value_max is None else f"–{show_number(money.value_max)}"
    per = f" per {money.per}" if money.per else ""
    return f"{modifier}{value}{upper} {money.currency or '?'}{per}"


def show_table(title: str, rows: Sequence[dict[str, str]]) -> list[str]:
    """Lines of a table with its columns aligned; empty columns are left out."""
    if not rows:
        return [f"{title}: none", ""]
    columns = [column for column in rows[0] if any(row[column] for row in rows)]
    widths = {column: max(len(column), *(len(row[column]) for row in rows)) for column in columns}
    heads = {column: column for column in columns}
    rules = {column: "-" * widths[column] for column in columns}
    lines = [
        "  " + "  ".join(row[column].ljust(widths[column]) for column in columns).rstrip()
        for row in (heads, rules, *rows)
    ]
    return [title, *lines, ""]


def company_rows(document: Document) -> list[dict[str, str]]:
    """One row for each company: its fullest name, the other forms in the text, mentions."""
    forms: dict[str, list[Name]] = {}
    for span in document.spans:
        if isinstance(span, Name) and span.label == "COMPANY":
            forms.setdefault(span.entity, []).append(span)
    return [
        {
            "company": clean(entity),
            "also written": clean(", ".join(dict.fromkeys(n.text for n in names if n.text != entity))),
            "mentions": str(len(names)),
            "kind": clean(next((n.kind for n in names if n.kind), None)),
        }
        for entity, names in forms.items()
    ]


def money_rows(document: Document) -> list[dict[str, str]]:
    """One row for each amount, with what it restates."""
    by_id = {span.id: span for span in document.spans}
    return [
        {
            "amount": clean(m.text),
            "value": show_money(m),
            "role": m.role,
            "restates": clean(by_id[m.converts].text) if m.converts else "",
            "implied rate": show_rate(m.implied_rate),
            "ECB rate": show_rate(m.reference_rate),
            "no value because": clean(m.value_reason),
        }
        for m in document.spans
        if isinstance(m, Money)
    ]


def show_rate(rate: Decimal | None) -> str:
    """A rate with five significant digits.

    >>> show_rate(Decimal("0.8768412"))
    '0.87684'
    """
    return "" if rate is None else f"{rate:.5g}"


def deal_rows(document: Document) -> list[dict[str, str]]:
    """One row for each deal."""
    by_id = {span.id: span for span in document.spans}
    rows = []
    for deal, flat in zip(document.deals, table_rows([document], "deals"), strict=True):
        row = {"deal": deal.type, "status": deal.status}
        row |= {role: clean(flat[role], 40) for role in PARTY_ROLES}
        for field in ("amount", "valuation", "price_per_share"):
            money = by_id.get(getattr(deal, field) or "")
            row[field.replace("_", " ")] = show_money(money) if isinstance(money, Money) else ""
        stake = by_id.get(deal.stake or "")
        row["stake"] = clean(stake.text) if stake else ""
        row["date"] = deal.date or ""
        row["certainty"] = "" if deal.certainty is None else f"{deal.certainty:.2f}"
        rows.append(row)
    return rows


def source_rows(document: Document) -> list[dict[str, str]]:
    """One row for each act of saying, in text order; a chain names the act that reports it."""
    return [
        {
            "id": row["id"],
            "source": clean(row["source"], 40) or "(none named)",
            "cue": clean(row["cue"], 28),
            "stance": row["stance"],
            "type": row["source_type"],
            "reported by": row["via"] or "",
            "content": clean(row["content"], 56),
        }
        for row in table_rows([document], "attributions")
    ]


def hedge_rows(document: Document) -> list[dict[str, str]]:
    """One row for each hedge, with the words after it."""
    rows = []
    for row in table_rows([document], "hedges"):
        around = document.text[max(0, row["start"] - 20) : row["end"] + 30]
        rows.append(
            {"hedge": clean(row["text"]), "type": row["type"], "reported": "yes" if row["reported"] else "",
             "in": clean(around, 80)}
        )  # fmt: skip
    return rows


def sections(document: Document) -> dict[str, list[dict[str, str]]]:
    """The tables that people read, by title."""
    return {
        "Deals": deal_rows(document),
        "Companies": company_rows(document),
        "Amounts": money_rows(document),
        "Hedges": hedge_rows(document),
        "Sources": source_rows(document),
    }


def header(document: Document) -> str:
    """Id, language and publication date on one line."""
    published = f"published {document.published}" if document.published else "no publication date"
    parts = (document.id or "article", document.lang, published, f"{len(document.text):,} characters")
    return " · ".join(clean(part) for part in parts)


def to_text(document: Document) -> str:
    """Tables of deals, companies, amounts, hedges and sources for a terminal."""
    first = next((line for line in document.text.splitlines() if line.strip()), "")
    lines = [header(document), clean(first, 110), ""]
    for title, rows in sections(document).items():
        lines += show_table(title, rows)
    return "\n".join(lines)


def top_spans(spans: Iterable[Span]) -> list[Span]:
    """Spans to colour, in text order, none overlapping: those of earlier labels first."""
    kept: list[Span] = []
    end = 0
    candidates = [span for span in spans if span.label in SHOWN_LABELS]
    for span in sorted(candidates, key=lambda s: (s.start, SHOWN_LABELS.index(s.label), s.end)):
        if span.start >= end:
            kept.append(span)
            end = span.end
    return kept


def describe(span: Span) -> str:
    """The fields of a span for its tooltip."""
    fields = span.model_dump(mode="json", exclude={"id", "start", "end", "text", "label"}, exclude_none=True)
    told = "; ".join(f"{key}: {value}" for key, value in fields.items() if value is not False)
    return f"{span.label} {span.id}; {told}" if told else f"{span.label} {span.id}"


def html_table(title: str, rows: Sequence[Row]) -> str:
    """A table with every cell escaped."""
    if not rows:
        return f"<p><b>{escape(title)}</b>: none</p>"
    columns = [column for column in rows[0] if any(row[column] for row in rows)]
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = ("".join(f"<td>{escape(str(row[column]))}</td>" for column in columns) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    caption = f"<caption>{escape(title)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def to_html(document: Document) -> str:
    """A piece of HTML: the text with its spans marked, then the tables. No script, no outside request."""
    pieces, at = [], 0
    for span in top_spans(document.spans):
        pieces.append(escape(document.text[at : span.start]))
        style = f"background:{COLOURS[span.label]};color:#111;border-radius:3px;padding:0 2px"
        pieces.append(f'<mark style="{style}" title="{escape(describe(span))}">{escape(span.text)}</mark>')
        at = span.end
    pieces.append(escape(document.text[at:]))
    tables = "".join(html_table(title, rows) for title, rows in sections(document).items())
    return (
        f'<div class="dealextract"><p><small>{escape(header(document))}</small></p>'
        f'<div style="white-space:pre-wrap;max-width:50em;line-height:1.6" lang="{escape(document.lang)}">'
        f"{''.join(pieces)}</div>{tables}</div>"
    )


def to_page(documents: Iterable[Document]) -> str:
    """A whole HTML page of documents."""
    body = "<hr>".join(map(to_html, documents))
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse;margin:1rem 0}"
        "caption{text-align:left;font-weight:bold}"
        "td,th{text-align:left;padding:2px 12px 2px 0;vertical-align:top}"
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8"><title>dealextract</title>'
        f"<style>{style}</style></head><body>{body}</body></html>"
    )
