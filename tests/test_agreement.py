"""Agreement of two annotations: what differs is counted and listed."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import agreement  # noqa: E402

from dealextract.records import Document  # noqa: E402
from tests.test_scoring import change, make_gold  # noqa: E402


def write(path, *records):
    path.write_text("".join(Document.from_json(r).to_json() + "\n" for r in records), encoding="utf-8")
    return path


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["agreement.py", *map(str, arguments), "--bootstrap", "10"])
    return agreement.main()


def test_what_two_annotators_see_otherwise_is_counted_and_listed(tmp_path, monkeypatch, capsys):
    a = write(tmp_path / "a.jsonl", make_gold(), make_gold(id="d2"), make_gold(id="alone"))
    other = change(change(make_gold(), "H1", type="intention"), "A1", stance="denies")
    b = write(tmp_path / "b.jsonl", other, make_gold(id="d2"))
    out = tmp_path / "list.md"
    assert run(monkeypatch, a, b, "--adjudicated", a, "--list", out) == 0
    shown = capsys.readouterr().out
    assert "2 documents annotated twice (1 only in A and 0 only in B left out)" in shown
    assert "### Disagreements: 2" in shown
    row = next(line for line in shown.splitlines() if line.startswith("| HEDGE type "))
    assert [cell.strip() for cell in row.split("|")[3:5]] == ["100.0", "50.0"]
    listed = out.read_text(encoding="utf-8")
    assert "attribute HEDGE.type  A: possible  B: intention" in listed
    assert "attribute ATTRIBUTION.stance  A: asserts  B: denies" in listed


def test_a_folder_of_annotations_is_read_whole(tmp_path, monkeypatch, capsys):
    for lang in ("en", "fr"):
        for part in ("a", "b", "settled"):
            write(tmp_path / f"{lang}-{part}.jsonl", make_gold(id=f"{lang}1", lang=lang))
    assert run(monkeypatch, tmp_path) == 0
    shown = capsys.readouterr().out
    assert "### Agreement, en: 1 documents" in shown and "### Agreement, fr: 1 documents" in shown
    (tmp_path / "fr-settled.jsonl").unlink()
    assert run(monkeypatch, tmp_path) == 5
    assert "for all or none" in capsys.readouterr().err


def test_agreement_is_the_same_both_ways(tmp_path):
    a = [Document.from_json(make_gold())]
    b = [Document.from_json(change(make_gold(), "N4", label="MEDIA"))]
    figures = [
        {k: s.headline for k, s in agreement.evaluate(zip(x, y, strict=True)).scores["en"].items()}
        for x, y in ((a, b), (b, a))
    ]
    assert figures[0]["COMPANY.strict"] == figures[1]["COMPANY.strict"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ([make_gold(id="other")], "share no document id"),
        ([make_gold(), make_gold()], "stands twice"),
        ([{k: v for k, v in make_gold().items() if k != "id"}], "without id"),
        ([{"id": "d1", "lang": "en", "text": "Another text."}], "another text"),
    ],
)
def test_files_that_do_not_fit_are_named(tmp_path, monkeypatch, capsys, second, message):
    a, b = write(tmp_path / "a.jsonl", make_gold()), write(tmp_path / "b.jsonl", *second)
    assert run(monkeypatch, a, b) == 5
    assert message in capsys.readouterr().err
