"""Quotations: mismatched, nested, unclosed and many-paragraph marks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract.components.quotes import find_quotations


def quoted(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il dit « oui ».", ["« oui »"]),
        ("Il dit «\u00a0oui\u00a0».", ["«\u00a0oui\u00a0»"]),
        ('Il dit « oui, "vraiment" ».', ['« oui, "vraiment" »']),
        ("Il dit « a « b » c ».", ["« a « b » c »"]),
        ("« Mal fermé \", dit-il. « Autre »", ["« Mal fermé \"", "« Autre »"]),
        ("« Mal fermé\", dit-il. « Autre »", ["« Mal fermé\"", "« Autre »"]),
        ("« Un.\n\n« Deux.\n\n« Trois », dit-il.", ["« Un.\n\n« Deux.\n\n« Trois »"]),
        ("“One.\n\n“Two,” she said.", ["“One.\n\n“Two,”"]),
        ('"One.\n\n"Two," she said. "Three."', ['"One.\n\n"Two,"', '"Three."']),
        ("“We won’t go,” she said. “Never.”", ["“We won’t go,”", "“Never.”"]),
        ("”Ja,” said the yard.", ["”Ja,”"]),
        ("the firm's 'fast track' of the '90s, owners' views", ["'fast track'"]),
        ('" des espaces " dit-il, "encore"', ['" des espaces "', '"encore"']),
        ('never closed "foo bar\nnext line', ['"foo bar']),
        ("“Open, she said.\n\nNext “quote” here", ["“Open, she said.", "“quote”"]),
        ("l'offre d'un ami", []),
        ("5' 10\" tall", []),
        ("", []),
    ],
)  # fmt: skip
def test_quotations(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_closed_says_whether_a_mark_closes() -> None:
    assert [q.closed for q in find_quotations("« oui » et « non")] == [True, False]


@given(st.one_of(st.text(max_size=200), st.text(alphabet="«»“”\"'’‘„ a.\n", max_size=200)))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    found = find_quotations(text)
    assert found == find_quotations(text)
    ends = 0
    for quotation in found:
        assert ends <= quotation.start < quotation.end <= len(text)
        ends = quotation.end


@pytest.mark.parametrize("unit", ['"', "« ", '“"«', 'a\n"', "' a"])
def test_linear_time(unit: str) -> None:
    start = time.perf_counter()
    find_quotations(unit * (60_000 // len(unit)))
    assert time.perf_counter() - start < 5
