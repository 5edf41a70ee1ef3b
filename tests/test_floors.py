"""Floors of quality: they only rise, and a figure below one is found."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "quality")]

import floors  # noqa: E402
import pytest  # noqa: E402

from dealextract.records import Document  # noqa: E402
from dealextract.scoring import METRICS, evaluate  # noqa: E402
from tests.test_scoring import make_gold  # noqa: E402


def test_floors_only_rise():
    before = {"fr": {"deals": 70.0}, "en": {"roles": 50.0}}
    after = floors.raise_floors(before, {"fr": {"deals": 60.0, "CUE.loose": 91.26}}, 0.5)
    assert after == {"fr": {"deals": 70.0, "CUE.loose": 90.7}, "en": {"roles": 50.0}}


def test_what_is_not_measured_any_more_is_a_breach():
    assert floors.find_breaches({"fr": {"deals": 70.0}}, {"fr": {"deals": 70.0}}) == []
    assert "not measured" in floors.find_breaches({"fr": {"deals": 70.0}}, {})[0]


def test_rare_metrics_and_shares_get_no_floor():
    gold = [Document.from_json(make_gold(id=f"d{n}")) for n in range(10)]
    figures = floors.list_figures(evaluate((d, d) for d in gold))["en"]
    assert figures["COMPANY.strict"] == 100
    assert "PERSON.strict" not in figures  # ten of them
    assert "MONEY.silent" not in figures


def test_floors_are_written_as_they_are_read(tmp_path):
    given = {"fr": {"deals": 70.5, "COMPANY.strict": 90.0}}
    floors.write_floors(given, tmp_path / "floors.toml")
    assert floors.read_floors(tmp_path / "floors.toml") == given


def test_the_floors_kept_are_of_known_metrics():
    known = {metric.key for metric in METRICS}
    for lang, given in floors.read_floors().items():
        assert lang in ("en", "fr")
        assert set(given) <= known
        assert all(0 <= floor <= 100 for floor in given.values())


def test_the_command_fails_below_a_floor_and_names_it(tmp_path, monkeypatch, capsys):
    gold = tmp_path / "corpora" / "en" / "dev.jsonl"
    gold.parent.mkdir(parents=True)
    documents = [Document.from_json(make_gold(id=f"d{n}")) for n in range(10)]
    gold.write_text("".join(d.to_json() + "\n" for d in documents), encoding="utf-8")
    empty = tmp_path / "predictions.jsonl"
    lines = (Document(id=d.id, lang="en", text=d.text).to_json() + "\n" for d in documents)
    empty.write_text("".join(lines), encoding="utf-8")
    monkeypatch.setattr(floors, "find_corpora", lambda splits: {"dev": [gold]})
    path = str(tmp_path / "floors.toml")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["floors.py", *arguments, "--floors", path])
        return floors.main()

    assert run("raise", "--predictions", str(gold)) == 0
    assert run("check", "--predictions", str(gold)) == 0
    assert run("check", "--predictions", str(empty)) == 1
    assert "COMPANY.strict: 0.00 is below its floor of 99.5" in capsys.readouterr().out
    kept = Path(path).read_text(encoding="utf-8")
    assert run("raise", "--predictions", str(empty)) == 0
    assert Path(path).read_text(encoding="utf-8") == kept
    with pytest.raises(SystemExit):
        run("raise", "--margin", "-1")
