"""What people read of a document as tables of strings: cleaned, numbers with their thousands apart."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from dealextract.records import PARTY_ROLES, Document, Money, Name
from dealextract.tables import table_rows

Row = dict[str, str]
"""Cells by column; "#" holds the id of the span that the row is about and is not shown."""
WIDTH = 48
"""Characters of the widest cell in the terminal."""
SCALES = ((" tn", 10**12), (" bn", 10**9), (" m", 10**6))


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


def short_money(money: Money | None) -> str:
    """An amount for a heading: value cut to three digits after the point, with its scale word.

    >>> short_money(Money(id="M1", start=0, end=3, text="x", value=8_780_000_000, currency="EUR"))
    '8.78 bn EUR'
    """
    if money is None or money.value is None:
        return "" if money is None else clean(money.text)
    top = money.value if money.value_max is None else money.value_max
    unit, scale = next(((u, s) for u, s in SCALES if abs(top) >= s), ("", 1))
    ends = [money.value] if money.value_max is None else [money.value, money.value_max]
    number = "–".join(f"{float(end / scale):,.3f}".rstrip("0").rstrip(".") for end in ends)
    modifier = "" if money.modifier in ("exact", "range") else f"{money.modifier} "
    per = f" per {money.per}" if money.per else ""
    return f"{modifier}{number}{unit} {money.currency or '?'}{per}"


def company_rows(document: Document) -> list[Row]:
    """One row for each company: its fullest name, the other forms in the text, mentions."""
    forms: dict[str, list[Name]] = {}
    for span in document.spans:
        if isinstance(span, Name) and span.label == "COMPANY":
            forms.setdefault(span.entity, []).append(span)
    return [
        {
            "#": names[0].id,
            "company": clean(entity),
            "also written": clean(", ".join(dict.fromkeys(n.text for n in names if n.text != entity))),
            "mentions": str(len(names)),
            "kind": clean(next((n.kind for n in names if n.kind), None)),
        }
        for entity, names in forms.items()
    ]


def money_rows(document: Document) -> list[Row]:
    """One row for each amount, with what it restates."""
    by_id = {span.id: span for span in document.spans}
    return [
        {
            "#": m.id,
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


def deal_rows(document: Document) -> list[Row]:
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


def source_rows(document: Document) -> list[Row]:
    """One row for each act of saying, in text order; a chain names the act that reports it."""
    spans = {a.id: a.source or a.cue or next(iter(a.content), "") for a in document.attributions}
    return [
        {
            "#": spans[row["id"]],
            "id": row["id"],
            "source": clean(row["source"], 40) or "(none named)",
            "speaks for": clean(row["source_entity"], 40) if row["source_entity"] != row["source"] else "",
            "cue": clean(row["cue"], 28),
            "stance": row["stance"],
            "type": row["source_type"],
            "reported by": row["via"] or "",
            "content": clean(row["content"], 56),
        }
        for row in table_rows([document], "attributions")
    ]


def hedge_rows(document: Document) -> list[Row]:
    """One row for each hedge, with the words after it."""
    rows = []
    for row in table_rows([document], "hedges"):
        strength = "" if row["strength"] is None else f"{row['strength']:.2f}"
        reported = "yes" if row["reported"] else ""
        around = words_around(document.text, row["start"], row["end"])
        rows.append(
            {"#": row["id"], "hedge": clean(row["text"]), "type": row["type"], "reported": reported,
             "strength": strength, "in": around}
        )  # fmt: skip
    return rows


def words_around(text: str, start: int, end: int) -> str:
    """The words before and after a place, cut between words.

    >>> words_around("Orvane is understood to be in talks to buy the whole of Tiel next week.", 27, 35)
    '… is understood to be in talks to buy the whole of Tiel next week.'
    """
    before, after = text[max(0, start - 24) : start], text[end : end + 40]
    if start > 24:
        before = "… " + before.partition(" ")[2]
    if end + 40 < len(text):
        after = after.rpartition(" ")[0] + " …"
    return clean(before + text[start:end] + after, 110)


def sections(document: Document) -> dict[str, list[Row]]:
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
