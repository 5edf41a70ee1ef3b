"""The batch command: options, exit statuses, signals; the reader loads nothing."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dealextract.archive import run as archive_run
from dealextract.cli import app
from tests.killer import LightReader

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """
import functools, sys
from dealextract.archive import run
from dealextract.cli import app
from tests.killer import LightReader
if __name__ == "__main__":
    run.run_archive = functools.partial(run.run_archive, setup=LightReader)
    app(["batch", *sys.argv[1:]])
"""


def batch(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["batch", *map(str, args), "--exclude", "tagger"])


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    light = functools.partial(archive_run.run_archive, setup=LightReader)
    monkeypatch.setattr(archive_run, "run_archive", light)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_text(
        "\n".join(json.dumps({"id": str(n), "text": f"t{n}"}) for n in range(3)), encoding="utf-8"
    )
    return path


def test_all_done_then_some_failed(lines: Path, tmp_path: Path) -> None:
    done = batch(lines, "--out", tmp_path / "out")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == f"3 documents, 0 failures: {tmp_path / 'out'}"
    lines.write_text('{"text": "a"}\n{', encoding="utf-8")
    assert batch(lines, "--out", tmp_path / "second").exit_code == 1
    refused = batch(lines, "--out", tmp_path / "out")
    assert refused.exit_code == 7
    assert "inputs changed" in refused.stderr


@pytest.mark.parametrize(
    ("args", "status", "told"),
    [
        (["--lang", "de"], 3, "not supported"),
        (["--published", "soon"], 5, "soon"),
        (["--exclude", "nothing"], 5, "'nothing'"),
        (["--delimiter", ";;"], 5, "one character"),
        (["--format", "xml"], 2, "xml"),
        (["--workers", "0"], 2, "workers"),
    ],
)
def test_runs_that_cannot_start(lines: Path, tmp_path: Path, args: list[str], status: int, told: str) -> None:
    done = batch(lines, "--out", tmp_path / "out", *args)
    assert done.exit_code == status
    assert told in done.stderr
    assert not (tmp_path / "out" / "records").exists()


def test_a_missing_input(tmp_path: Path) -> None:
    done = batch(tmp_path / "none.jsonl", "--out", tmp_path / "out")
    assert (done.exit_code, "no file, folder or glob" in done.stderr) == (5, True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_and_the_run_goes_on_later(lines: Path, tmp_path: Path, number: int) -> None:
    with lines.open("a", encoding="utf-8") as stream:
        stream.write('\n{"text": "HANG"}')
    out = tmp_path / "out"
    command = [sys.executable, "-c", SCRIPT, str(lines), "--out", str(out), "--shard-size", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while len(list(out.glob("state/part-*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, number)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + number
    assert "run the same command again" in told and "Traceback" not in told
    assert json.loads((out / "summary.json").read_bytes()) == {
        "complete": False, "documents": 3, "errors": {}, "failures": 0,
    }  # fmt: skip
