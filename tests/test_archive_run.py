"""Archive runs with a reader that loads nothing: nothing is lost, resumed runs have the same bytes."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dealextract.archive import outputs
from dealextract.archive.run import Summary, failure_row, run_archive
from dealextract.archive.sources import Job, Reading
from dealextract.errors import OutputError
from dealextract.readers import Failure, Settings
from tests.killer import LightReader

ROOT = Path(__file__).resolve().parents[1]
JOB = Job(Settings(exclude=("tagger",)), Reading())
SCRIPT = """
import sys
from tests.test_archive_run import run
if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
"""


def run(archive: Path | str, out: Path | str, **options: Any) -> Summary:
    options = {"shard_size": 4, "time_limit": 2, "workers": 2} | options
    return run_archive([str(archive)], out, JOB, setup=LightReader, **options)


def files_of(out: Path) -> dict[str, bytes]:
    paths = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


def numbers_of(out: Path) -> list[int]:
    """The numbers of all documents: those of failures, and as many as there are records between."""
    failed = [json.loads(line)["number"] for line in (out / "failures.jsonl").read_bytes().splitlines()]
    records = sum(len(path.read_bytes().splitlines()) for path in out.glob("records/*"))
    return [*failed, *range(records)]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    texts = [f"text {n}" for n in range(22)]
    texts[5], texts[13] = "DIE", "HANG"
    lines = [json.dumps({"id": f"d{n}", "text": text}) for n, text in enumerate(texts)]
    (folder / "a.jsonl").write_text(
        "\n".join(
            [*lines, '{"text'],
        ),
        encoding="utf-8",
    )
    (folder / "b.txt").write_text("last", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def clean(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clean") / "out"
    assert run(archive, out) == Summary(21, 3, True)
    return out


def test_every_document_is_a_record_or_a_failure_in_order(clean: Path) -> None:
    lines = [line for path in sorted(clean.glob("records/*")) for line in path.open(encoding="utf-8")]
    records = [json.loads(line) for line in lines]
    assert [r["id"] for r in records][:6] == ["d0", "d1", "d2", "d3", "d4", "d6"]
    assert records[-1]["text"] == "last"
    failures = [json.loads(line) for line in (clean / "failures.jsonl").open(encoding="utf-8")]
    assert [(f["number"], f["offset"], f["id"], f["error"]) for f in failures] == [
        (5, 6, "d5", "WorkerDied"),
        (13, 14, "d13", "TimeLimit"),
        (22, 23, failures[2]["input"] + ":23", "InvalidInput"),
    ]
    assert json.loads((clean / "summary.json").read_bytes()) == {
        "documents": 21, "failures": 3, "complete": True,
        "errors": {"WorkerDied": 1, "TimeLimit": 1, "InvalidInput": 1},
    }  # fmt: skip
    assert len(numbers_of(clean)) == 24


def test_a_finished_run_does_nothing_more(archive: Path, clean: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in clean.rglob("part-*")}
    assert run(archive, clean) == Summary(21, 3, True)
    assert {path: path.stat().st_mtime_ns for path in clean.rglob("part-*")} == before


def test_parts_that_are_damaged_or_missing_are_made_again(archive: Path, clean: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run(["cp", "-r", str(clean), str(out)], check=True)
    (out / "records" / "part-000000.jsonl").write_bytes(b"half a li")
    (out / "records" / "part-000004.jsonl").unlink()
    (out / "state" / "part-000005.json").write_bytes(b"{")
    (out / "records" / ".part-000009.jsonl.tmp").write_bytes(b"left")
    run(archive, out)
    assert files_of(out) == files_of(clean)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_run_goes_on_to_the_same_bytes(archive: Path, clean: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", SCRIPT, str(archive), str(out)]
    process = subprocess.Popen(command, cwd=ROOT)
    deadline = time.monotonic() + 120
    while not list(out.glob("state/part-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert 0 < len(list(out.glob("state/part-*"))) < 6
    assert run(archive, out).complete
    assert files_of(out) == files_of(clean)


def test_retry_reads_what_failed_and_keeps_the_rest(archive: Path, tmp_path: Path) -> None:
    for format in ("jsonl", "parquet", "csv"):
        broken, out = tmp_path / "again.jsonl", tmp_path / format
        lines = [json.dumps({"id": f"{n}", "text": f"t{n}"}) for n in range(4)]
        broken.write_text("\n".join(lines), encoding="utf-8")
        run(broken, out, format=format)
        wanted = files_of(out)
        # The same archive as if document 2 had failed for a passing reason.
        marker_path = out / "state" / "part-000000.json"
        marker = json.loads(marker_path.read_bytes())
        done = [outputs.Done(n, str(broken), n + 1, make_line(n)) for n in (0, 1, 3)]
        marker["files"] = outputs.write_shard(out, format, 0, done)
        failure = Failure(id="2", error="TimeLimit", message="")
        marker["failures"] = [failure_row(failure, 2, str(broken), 3)]
        marker_path.write_text(json.dumps(marker), encoding="utf-8")
        assert run(broken, out, format=format).failures == 1
        assert run(broken, out, format=format, retry_failed=True) == Summary(4, 0, True)
        assert files_of(out) == wanted


def make_line(n: int) -> str:
    from dealextract.records import Document

    return Document(id=f"{n}", lang="und", text=f"t{n}").to_json()


def test_changed_options_inputs_and_folders_are_refused(archive: Path, clean: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run(["cp", "-r", str(clean), str(out)], check=True)
    with pytest.raises(OutputError, match="shard_size was 4, is 5"):
        run(archive, out, shard_size=5, allow_mixed=True)
    with pytest.raises(OutputError, match="inputs changed"):
        run(archive / "a.jsonl", out, allow_mixed=True)
    other = Job(Settings(lang="fr", exclude=("tagger",)), Reading())
    with pytest.raises(OutputError, match=r"lang was None, is 'fr'.*--allow-mixed"):
        run_archive([str(archive)], out, other, setup=LightReader, shard_size=4)
    assert run_archive([str(archive)], out, other, setup=LightReader, shard_size=4, allow_mixed=True).complete
    assert json.loads((out / "manifest.json").read_bytes())["earlier"][0]["options"]["lang"] is None
    with pytest.raises(OutputError, match="not empty"):
        run(archive, archive)


@pytest.mark.skipif(sys.platform == "win32", reason="flock")
def test_two_runs_do_not_share_a_folder(archive: Path, clean: Path) -> None:
    from dealextract.archive.manifest import locked

    with locked(clean), pytest.raises(OutputError, match="another run"):
        run(archive, clean)


def test_a_full_disk_stops_cleanly_and_goes_on_later(
    archive: Path, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, written, sync = tmp_path / "out", [], os.fsync

    def fill(handle: int) -> None:
        written.append(handle)
        if 8 < len(written) < 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(OutputError, match="No space left"):
        run(archive, out)
    assert not list(out.rglob("*.tmp"))
    assert run(archive, out).complete
    assert files_of(out) == files_of(clean)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights do not bind root")
def test_a_folder_without_the_right_to_write(archive: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="cannot write"):
        run(archive, tmp_path / "out")
