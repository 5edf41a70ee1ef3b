"""The command line: records on standard output, one message a failure, distinct exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dealextract import display
from dealextract.cli import app
from dealextract.extraction import Extraction
from dealextract.records import Document
from tests.test_records import make_document
from tests.untagged import untagged  # noqa: F401

pytestmark = pytest.mark.usefixtures("untagged")
FRENCH = "Le groupe Orvane a payé 5 millions d'euros lundi."
ENGLISH = "The Orvane group paid €5m on Monday."


def run(*args: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [*args], input=stdin)


def records(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.split("\n") if line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fr.txt").write_text(FRENCH, encoding="utf-8")
    (tmp_path / "en.txt").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes("payé".encode("latin-1"))
    return tmp_path


def test_files_in_order(folder: Path) -> None:
    result = run("extract", str(folder / "fr.txt"), str(folder / "en.txt"), "--published", "2025-06-11")
    assert result.exit_code == 0
    assert [(r["lang"], r["published"], r["text"]) for r in records(result)] == [
        ("fr", "2025-06-11", FRENCH),
        ("en", "2025-06-11", ENGLISH),
    ]
    assert [s["value"] for r in records(result) for s in r["spans"] if s["label"] == "MONEY"] == [
        5_000_000
    ] * 2
    assert [s["value"] for r in records(result) for s in r["spans"] if s["label"] == "DATE"] == [
        "2025-06-09"
    ] * 2


@pytest.mark.parametrize("args", [[], ["-"]])
def test_standard_input(args: list[str]) -> None:
    (record,) = records(run("extract", *args, stdin=FRENCH))
    assert (record["id"], record["text"], record["lang"]) == ("stdin", FRENCH, "fr")


def test_json_lines_keep_what_they_know() -> None:
    lines = [{"id": "a", "lang": "en", "text": ENGLISH, "desk": "é"}, {"text": ""}, {"id": 3, "text": FRENCH}]
    result = run("extract", "--published", "2020-01-01", stdin="\n".join(map(json.dumps, lines)))
    first, empty, last = records(result)
    assert result.exit_code == 0
    assert (first["id"], first["desk"], first["published"]) == ("a", "é", "2020-01-01")
    assert (empty["lang"], empty["spans"], empty["deals"], empty["text"]) == ("und", [], [], "")
    assert (last["id"], last["lang"]) == ("3", "fr")
    assert [Document.from_json(r).to_json() for r in records(result)] == result.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("bad", "status", "message"),
    [
        ('{"id": "x"}', 5, "x: no 'text'"),
        ('{"text": "a", "id": "x"', 5, "stdin:2: the line is not JSON"),
        ('{"text": "12", "id": "x"}', 3, "x: nothing in '12' tells the language"),
        ('{"text": "a", "id": "x", "lang": "de"}', 3, "x: language 'de' is not supported"),
        ('{"text": "\\ud800", "id": "x"}', 5, "x: the text holds half a surrogate"),
        ('{"text": "%s", "id": "x"}' % ("a" * 1_000_001), 5, "x: the text has 1,000,001 characters"),
    ],
)
def test_a_bad_document_leaves_the_others(bad: str, status: int, message: str) -> None:
    good = json.dumps({"text": FRENCH})
    result = run("extract", stdin=f"{good}\n{bad}\n{good}\n")
    assert result.exit_code == status
    assert [r["text"] for r in records(result)] == [FRENCH, FRENCH]
    assert result.stderr.startswith(f"dealextract: {message}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [("latin.txt", "not UTF-8"), ("none.txt", "No such file"), (".", "directory")],
)
def test_an_unreadable_file_leaves_the_others(folder: Path, name: str, message: str) -> None:
    result = run("extract", str(folder / name), str(folder / "en.txt"))
    assert result.exit_code == 5
    assert len(records(result)) == 1
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["--lang", "de"], 3, "language 'de' is not supported"),
        (["--published", "soon"], 5, "published is 'soon'"),
        (["--format", "xml"], 2, "xml"),
        (["--nothing"], 2, "nothing"),
    ],
)
def test_bad_options_print_no_record(args: list[str], status: int, message: str) -> None:
    result = run("extract", *args, stdin=FRENCH)
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr


def test_missing_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    result = run("extract", "--model", str(tmp_path), stdin=FRENCH)
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith("dealextract: no trained model in")
    assert result.stderr.count("\n") == 1


def test_formats(folder: Path) -> None:
    path = str(folder / "fr.txt")
    (listed,) = json.loads(run("extract", path, "--format", "json").stdout)
    assert [listed] == records(run("extract", path))
    table = run("extract", path, "--format", "table").stdout
    assert "5,000,000 EUR" in table and "Amounts" in table
    page = run("extract", path, "--format", "html").stdout
    assert page.startswith("<!doctype html>") and "5 millions" in page


def test_terminal_gets_no_control_characters() -> None:
    out = run(
        "extract", "--lang", "fr", "--format", "table", stdin="\x1b[31mOrvane a payé 5\x9b M€ \u202e."
    ).stdout
    assert not {c for c in out if c != "\n" and not c.isprintable() and c not in "\u00a0\u202f"}


def test_table_of_a_whole_record() -> None:
    text = display.to_text(Document.from_json(make_document()))
    assert "acquisition  agreed  Orvane    Tiel    5,000,000 EUR" in text
    assert "1.12" in text


def test_demo_prints_both_articles() -> None:
    result = run("demo")
    assert result.exit_code == 0
    assert "fr-investment" in result.stdout and "en-takeover" in result.stdout


def test_evaluate(folder: Path) -> None:
    gold = folder / "gold.jsonl"
    gold.write_text(json.dumps(make_document()) + "\n\n", encoding="utf-8")
    result = run("evaluate", str(gold), "--predictions", str(gold), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)
    assert run("evaluate", str(gold), "--predictions", str(gold)).stdout.strip()
    assert run("evaluate", str(gold)).exit_code == 0


@pytest.mark.parametrize("data", [b'{"text": 5}', b"caf\xe9", b"{", b'{"text": "a", "lang": "de"}'])
def test_evaluate_refuses_bad_gold(folder: Path, data: bytes) -> None:
    gold = folder / "gold.jsonl"
    gold.write_bytes(data)
    result = run("evaluate", str(gold))
    assert result.exit_code in (1, 5)
    assert result.stderr.startswith("dealextract: ")
    assert "Traceback" not in result.stderr


def test_evaluate_without_file(folder: Path) -> None:
    assert run("evaluate", str(folder / "none.jsonl")).exit_code == 5


def test_schema_describes_a_record() -> None:
    schema = json.loads(run("schema").stdout)
    record = json.loads(Extraction.from_json(make_document()).to_json())
    assert set(record) - set(schema["properties"]) == {"desk"}
    money = schema["$defs"]["Money"]["properties"]
    assert {"type": "number"} in money["value"]["anyOf"]
    assert set(record["spans"][2]) == set(money)


def test_version() -> None:
    assert run("--version").stdout.startswith("dealextract 0.")


def test_as_a_module_with_a_closed_pipe() -> None:
    """A reader that stops early (`| head`) is no error worth a traceback."""
    command = f"{sys.executable} -m dealextract schema | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("{", "")
