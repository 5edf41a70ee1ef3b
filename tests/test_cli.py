"""The command line: records on standard output, one message a failure, distinct exit statuses."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from dealextract import display, formats
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


def test_version_names_the_models() -> None:
    out = run("--version").stdout
    assert re.match(r"dealextract 0\.\d+\.\d+ \(models fast: .+, accurate: .+\)", out)


def test_show_runs_the_pipeline_on_text_and_shows_records_as_they_are(folder: Path) -> None:
    page = folder / "page.html"
    result = run("show", str(folder / "fr.txt"), "--out", str(page))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "page.html: 1 article" in result.stderr and "5,000,000 EUR" in page.read_text("utf-8")
    gold = folder / "gold.jsonl"
    gold.write_text(json.dumps(make_document()) + "\n", encoding="utf-8")
    assert "restates" in run("show", str(gold)).stdout


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["none.txt", "--out", "p.html"], 5, "No such file"),
        (["bad.jsonl", "--out", "p.html"], 5, "bad.jsonl:2: not a document record"),
        (["fr.txt", "--out", "none/p.html"], 5, "cannot write"),
        (["fr.txt", "--open"], 5, "give --out"),
    ],
)
def test_show_says_what_is_wrong(folder: Path, args: list[str], status: int, message: str) -> None:
    lines = [json.dumps(make_document()), json.dumps(make_document() | {"text": "other"})]
    (folder / "bad.jsonl").write_text("\n".join(lines), encoding="utf-8")
    paths = [str(folder / a) if "." in a else a for a in args]
    result = run("show", *paths)
    assert result.exit_code == status
    assert message in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("format", formats.FORMATS)
def test_export_and_import(folder: Path, format: str) -> None:
    records_file, out = folder / "records.jsonl", folder / "out.x"
    records_file.write_text(json.dumps(make_document()) + "\n", encoding="utf-8")
    assert run("export", str(records_file), "--to", format, "--out", str(out)).exit_code == 0
    (back,) = records(run("import", str(out), "--from", format))
    wanted = json.loads(Document.from_json(make_document()).to_json())
    assert sorted(back["spans"], key=str) == sorted(wanted["spans"], key=str)
    assert (back["deals"], back["attributions"]) == (wanted["deals"], wanted["attributions"])
    assert run("import", str(folder / "none"), "--from", format).exit_code == 5


@pytest.mark.parametrize("command", get_command(app).commands)  # type: ignore[attr-defined]
def test_help_teaches_by_example(command: str) -> None:
    out = run(command, "--help").stdout
    assert "Examples:" in out and f"dealextract {command}" in out
    assert "Exit statuses" in run("--help").stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [("dealextract sh", "show"), ("dealextract extract --lang ", "fr"), ("dealextract export --to ", "brat"),
     ("dealextract extract --model ", "fast"), ("dealextract extract --fo", "--format")],
)  # fmt: skip
def test_shell_completion(words: str, offered: str) -> None:
    env = {"_DEALEXTRACT_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    result = CliRunner().invoke(app, [], env=env, prog_name="dealextract")
    assert offered in result.stdout.split()


def test_in_a_terminal_there_is_colour_and_no_line_is_too_long() -> None:
    """`demo` on a real terminal of 90 columns; the same without colour where NO_COLOR asks for it."""
    for more in ({}, {"NO_COLOR": "1"}):
        shown = in_terminal([sys.executable, "-m", "dealextract", "extract", "--help"], 90, more)
        assert ("\x1b[1" in shown) or more
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert "Examples:" in plain
        assert max(len(line.rstrip("\r\n")) for line in plain.splitlines()) <= 90
        assert not re.search(r"\x1b\[3[0-7]m", shown) or not more


def in_terminal(command: list[str], columns: int, env: dict[str, str]) -> str:
    """What a command prints on a terminal of so many columns."""
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    with subprocess.Popen(
        command, stdin=other, stdout=other, stderr=other, env=kept | {"TERM": "xterm-256color"} | env
    ) as process:
        os.close(other)
        data = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:  # the terminal's other end is closed
                break
            if not piece:
                break
            data += piece
        assert process.wait(timeout=120) == 0
    os.close(main)
    return data.decode("utf-8")


def test_progress_is_counted_on_the_screen_when_records_go_to_a_file() -> None:
    command = f"printf '' | {sys.executable} -m dealextract extract > /dev/null"
    assert "1 articles, 0 deals" in in_terminal(["bash", "-c", command], 80, {})


def test_as_a_module_with_a_closed_pipe() -> None:
    """A reader that stops early (`| head`) is no error worth a traceback."""
    command = f"{sys.executable} -m dealextract schema | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("{", "")
