"""Records on other engines are those of the local batch, failures too."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from dealextract.archive.run import run_archive
from dealextract.archive.sources import Job, Reading
from dealextract.batch import make_settings
from dealextract.distributed import ArrowReader, cut_files, find_inputs, run_ray
from dealextract.errors import InvalidInput, OutputError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
OPTIONS: dict[str, Any] = {"lang": "en", "exclude": ["tagger"]}
ROWS = [
    {"id": f"d{n}", "text": f"Orvane paid €{n}m for Tiel on Monday.", "published": "2025-06-11"}
    for n in range(9)
]
ROWS[4]["text"] = None  # type: ignore[assignment]


def test_rows_of_a_table() -> None:
    table = ArrowReader(**OPTIONS)(pa.Table.from_pylist(ROWS))
    found = table.to_pylist()
    assert [row["id"] for row in found] == [row["id"] for row in ROWS]
    assert [row["error"] for row in found if row["error"]] == ["InvalidInput"]
    record = json.loads(found[3]["record"])
    assert [s["value"] for s in record["spans"] if s["label"] == "MONEY"] == [3_000_000]
    assert [s["value"] for s in record["spans"] if s["label"] == "DATE"] == ["2025-06-09"]


def test_lines_are_cut_at_line_ends_only() -> None:
    data = '{"text": "a\u2028b\x85c"}\n\n{"text": "d"}'.encode()
    files = [{"path": "/a.jsonl", "bytes": data}, {"path": "/b.jsonl.gz", "bytes": gzip.compress(data)}]
    rows = [row for part in cut_files(pa.Table.from_pylist(files)) for row in part.to_pylist()]
    assert [(row["input"], row["offset"]) for row in rows] == [
        ("/a.jsonl", 1), ("/a.jsonl", 3), ("/b.jsonl.gz", 1), ("/b.jsonl.gz", 3),
    ]  # fmt: skip
    assert json.loads(rows[2]["line"]) == {"text": "a\u2028b\x85c"}


def test_inputs_of_one_kind(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    (tmp_path / "a.txt").touch()
    assert find_inputs([str(tmp_path / "a.jsonl")]) == ([str(tmp_path / "a.jsonl")], "jsonl")
    assert find_inputs(["s3://x/*.parquet"]) == (["s3://x/*.parquet"], "parquet")
    with pytest.raises(InvalidInput, match="expected all"):
        find_inputs([str(tmp_path)])


def test_ray_gives_what_the_local_batch_gives(tmp_path: Path) -> None:
    """A local Ray of two CPUs: one actor, one CPU spare."""
    ray = pytest.importorskip("ray")
    lines = tmp_path / "a.jsonl"
    lines.write_text("\n".join([*map(json.dumps, ROWS), "not json"]), encoding="utf-8")
    job = Job(make_settings(None, None, None, **{"exclude": OPTIONS["exclude"]}), Reading())
    run_archive([str(lines)], tmp_path / "local", job, shard_size=4)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    try:
        with pytest.raises(InvalidInput, match="at most 1"):
            run_ray([str(lines)], tmp_path / "none", format="jsonl", workers=2)
        found = run_ray(
            [str(lines)], tmp_path / "ray", format="jsonl", shard_size=4, batch_size=3, exclude=["tagger"]
        )
        with pytest.raises(OutputError, match="not empty"):
            run_ray([str(lines)], tmp_path / "ray", format="jsonl")
    finally:
        ray.shutdown()
    assert (found.documents, found.failures) == (8, 2)
    for name in ("records/part-000000.jsonl", "records/part-000002.jsonl", "failures.jsonl"):
        assert (tmp_path / "ray" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()
