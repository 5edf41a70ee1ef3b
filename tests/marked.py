"""Marked-text cases: one line of text with [brackets] around each expected span.

A file `tests/cases/<lang>/<layer>.toml` holds

    [[case]]
    text = "plus de [10 milliards de dollars] (environ [8,78 milliards d'euros])"
    published = "2025-06-09"                      # optional
    expect = [{value = 10_000_000_000, currency = "USD", modifier = "over"}, {currency = "EUR"}]   # optional
    xfail = "why it fails today"                   # optional; strict

Every bracket is a span of the layer that must be found exactly, no other span may be found, and
`expect` gives, in order, the attributes that must hold. `converts` is the 0-based index of the bracket,
`scope` the text of the proposition hedged.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

CASES = Path(__file__).parent / "cases"


class Case(NamedTuple):
    text: str
    spans: list[tuple[int, int]]
    expect: list[dict[str, Any]]
    published: str | None


def parse_marked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Plain text and the offsets of its bracketed pieces, in order of their start."""
    out: list[str] = []
    open_at: list[int] = []
    spans: list[tuple[int, int]] = []
    for char in marked:
        if char == "[":
            open_at.append(len(out))
        elif char == "]":
            spans.append((open_at.pop(), len(out)))
        else:
            out.append(char)
    if open_at:
        raise ValueError(f"bracket never closed in {marked!r}")
    return "".join(out), sorted(spans)


def load_cases(layer: str) -> list[Any]:
    """pytest parameters (lang, Case) of a layer in every language."""
    params = []
    for path in sorted(CASES.glob(f"*/{layer}.toml")):
        lang = path.parent.name
        for item in tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["case"]:
            text, spans = parse_marked(item["text"])
            marks = [pytest.mark.xfail(reason=item["xfail"], strict=True)] if "xfail" in item else []
            case = Case(text, spans, item.get("expect", []), item.get("published"))
            params.append(pytest.param(lang, case, marks=marks, id=f"{lang}-{item['text'][:60]}"))
    return params


def check_case(case: Case, found: list[Any]) -> None:
    """Assert that the records found are those that the case marks, with the attributes it expects."""
    got = [(r.start, r.end) for r in found]
    assert [case.text[s:e] for s, e in got] == [case.text[s:e] for s, e in case.spans]
    assert got == case.spans
    ids = [r.id for r in found]
    for record, expected in zip(found, case.expect, strict=False):
        for key, value in expected.items():
            actual = getattr(record, key)
            if key == "scope":
                actual = None if actual is None else case.text[slice(*actual)]
            if key == "converts":
                actual = None if actual is None else ids.index(actual)
            wanted = None if value == "null" else float(value) if isinstance(actual, float) else value
            assert actual == wanted, f"{record.text!r}: {key} is {actual!r}, expected {wanted!r}"
