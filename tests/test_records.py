"""Records: exact numbers, exact offsets, references that hold, and no loss through JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dealextract.errors import InvalidRecord
from dealextract.records import Document, Money, to_decimal, to_number

TEXT = "Orvane buys Tiel for €5m ($5.6m), Orvane said."


def make_document(**changes: Any) -> dict[str, Any]:
    def span(id: str, label: str, text: str, **more: Any) -> dict[str, Any]:
        start = TEXT.index(text)
        return {"id": id, "label": label, "start": start, "end": start + len(text), "text": text, **more}

    document: dict[str, Any] = {
        "id": "d",
        "lang": "en",
        "text": TEXT,
        "spans": [
            span("N1", "COMPANY", "Orvane", entity="Orvane"),
            span("N2", "COMPANY", "Tiel", entity="Tiel"),
            span("M1", "MONEY", "€5m", value=5_000_000, currency="EUR"),
            span("M2", "MONEY", "$5.6m", value=5_600_000, currency="USD", converts="M1", implied_rate=1.12),
            span("Q1", "CUE", "said"),
        ],
        "attributions": [{"id": "A1", "cue": "Q1", "source_type": "company"}],
        "deals": [
            {"type": "acquisition", "status": "agreed", "acquirer": ["Orvane"], "target": ["Tiel"],
             "amount": "M1", "attributions": ["A1"], "evidence": [[0, 11]]}
        ],
        "desk": "markets",
    }  # fmt: skip
    return document | changes


def test_json_round_trip_keeps_everything() -> None:
    document = Document.from_json(make_document())
    again = Document.from_json(document.to_json())
    assert again == document
    assert again.to_json() == document.to_json()
    assert json.loads(document.to_json())["desk"] == "markets"
    money = document.spans[3]
    assert (
        isinstance(money, Money)
        and money.value == Decimal(5_600_000)
        and money.implied_rate == Decimal("1.12")
    )


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("spans", 0, "end"), 5, "is not 'Orvane'"),
        (("spans", 3, "converts"), "M9", "converts unknown span"),
        (("attributions", 0, "cue"), "Q9", "unknown span 'Q9'"),
        (("attributions", 0, "via"), "A9", "unknown attribution"),
        (("deals", 0, "amount"), "M9", "'M9'"),
        (("deals", 0, "acquirer"), ["Nobody"], "'Nobody'"),
        (("deals", 0, "status"), "certain", "status"),
        (("spans", 2, "value"), float("inf"), "finite"),
        (("spans", 2, "colour"), "blue", "colour"),
    ],
)
def test_contradictions_are_refused(path: tuple[Any, ...], value: Any, message: str) -> None:
    document = make_document()
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(InvalidRecord, match=message):
        Document.from_json(document)


def test_records_are_frozen() -> None:
    document = Document.from_json(make_document())
    with pytest.raises(ValidationError):
        document.lang = "fr"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def test_numbers_survive_json(value: Decimal) -> None:
    exact = to_decimal(value)
    assert to_decimal(json.loads(json.dumps(to_number(exact)))) == exact
