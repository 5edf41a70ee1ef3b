"""The error sheet of benchmarks/ names what scoring counts as wrong."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from errors import describe_counts, find_problems  # noqa: E402

from dealextract.records import Document  # noqa: E402
from tests.test_scoring import change, make_gold  # noqa: E402


def list_errors(predicted):
    return [
        (p.kind, p.label, p.attribute)
        for p in find_problems(*map(Document.from_json, (make_gold(), predicted)))
    ]


def test_gold_against_itself_has_no_error():
    for path in sorted((ROOT / "corpora").glob("*/train/*1.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            doc = Document.from_json(line)
            assert list(find_problems(doc, doc)) == []


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        (change(make_gold(), "N4", label="MEDIA"), [("type", "COMPANY", "label")]),
        (change(make_gold(), "M1", value=1), [("attribute", "MONEY", "value")]),
        (
            change(make_gold(), "N4", end=make_gold()["spans"][3]["start"] + 3, text="Pel"),
            [("boundary", "COMPANY", "")],
        ),
        (change(make_gold(), "M2", converts=None), [("missed", "CONVERSION", "")]),
        (change(make_gold(), "A1", stance="denies"), [("attribute", "ATTRIBUTION", "stance")]),
        (make_gold(deals=make_gold()["deals"][:1]), [("missed", "DEAL", "")]),
    ],
)
def test_each_change_is_one_error(predicted, expected):
    assert list_errors(predicted) == expected


def test_the_sheet_counts_by_language_and_quotes_nothing():
    pairs = [
        (make_gold(), change(make_gold(), "H1", type="intention")),
        (make_gold(lang="fr"), change(make_gold(lang="fr"), "M1", value=1)),
    ]
    problems = [p for pair in pairs for p in find_problems(*map(Document.from_json, pair))]
    sheet = describe_counts(problems, [Path("press/dev.jsonl")], 20)
    assert "### en: 1 errors" in sheet and "| HEDGE.type possible → intention | 1 | 100.0 |" in sheet
    assert "| MONEY.value wrong | 1 | 100.0 |" in sheet
    assert "Norvane" not in sheet and "2bn" not in sheet
