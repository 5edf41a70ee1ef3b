"""Gold for the money table: press in the schema, and the marked-text cases of the tests."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

from predict import read_records

from dealextract.records import Document, Money
from tests.marked import CASES, parse_marked


def read_gold(path: Path) -> list[Document]:
    """The gold documents of a file with their money alone."""
    documents = []
    for record in read_records(path):
        money = [span for span in record["spans"] if span["label"] == "MONEY"]
        documents.append(Document.from_json(record | {"spans": money, "attributions": [], "deals": []}))
    return documents


def read_cases() -> dict[str, list[Document]]:
    """The marked-text cases as gold documents, by set name.

    A case that does not expect a value and a currency of every amount is judged by its spans alone, in a
    set of its own.
    """
    sets: dict[str, list[Document]] = {}
    for path in sorted(CASES.glob("*/money.toml")):
        lang = path.parent.name
        cases = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
        for number, case in enumerate(cases):
            text, places = parse_marked(case["text"])
            expected = case.get("expect", [])
            full = len(expected) == len(places) and all({"value", "currency"} <= set(e) for e in expected)
            spans = []
            for n, (start, end) in enumerate(places):
                keys = ("value", "value_max", "currency") if full else ()
                given = {key: expected[n].get(key) for key in keys}
                given = {key: None if value == "null" else value for key, value in given.items()}
                spans.append(Money(id=f"M{n}", start=start, end=end, text=text[start:end], **given))
            name = f"cases-{lang}" if full else f"cases-{lang} (spans only)"
            document = Document(
                id=f"{lang}-{number}",
                lang=lang,
                published=case.get("published"),
                text=text,
                spans=tuple(spans),
            )
            sets.setdefault(name, []).append(document)
    return sets
