"""Inputs of an archive: found in order, cut into documents, what cannot be read a failure in its place."""

from __future__ import annotations

import datetime
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract.archive.documents import parse_item
from dealextract.archive.inputs import read_items
from dealextract.archive.sources import Item, Reading, Source, find_sources, fingerprint
from dealextract.errors import InvalidInput
from dealextract.readers import Article, Failure


def read(path: Path | str, **options: Any) -> list[Article | Failure]:
    reading = Reading(**options)
    return [
        parse_item(item, reading) for item in read_items(find_sources([str(path)], reading.kind), reading)
    ]


def read_one(path: Path, **options: Any) -> Article | Failure:
    (found,) = read(path, **options)
    return found


def message(found: Article | Failure) -> str:
    assert isinstance(found, Failure), found
    return found.message


def test_folders_are_walked_in_order_and_globs_too(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.jsonl.gz", "a.CSV", "z.pdf", ".hidden/x.txt", ".y.txt", "out/old.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = find_sources([str(tmp_path)], out=tmp_path / "out")
    assert [os.path.relpath(s.path, tmp_path) for s in found] == ["a.CSV", "b/1.jsonl.gz", "b/2.txt"]
    assert [s.kind for s in found] == ["csv", "jsonl", "text"]
    twice = find_sources([str(tmp_path / "b" / "*"), str(tmp_path / "b" / "2.txt")])
    assert [Path(s.path).name for s in twice] == ["1.jsonl.gz", "2.txt"]
    assert find_sources([str(tmp_path / "z.pdf")], "text") == [Source(str(tmp_path / "z.pdf"), "text")]


@pytest.mark.parametrize(
    ("name", "told"), [("none.txt", "no file, folder or glob"), ("z.pdf", "--input-format")]
)
def test_inputs_that_name_nothing(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "z.pdf").touch()
    with pytest.raises(InvalidInput, match=told):
        find_sources([str(tmp_path / name)])


def test_a_fingerprint_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    found = fingerprint(Source(str(path), "text"))
    assert (found["bytes"], found["sha256"][:8]) == (3, "ba7816bf")
    assert fingerprint(Source(str(tmp_path / "gone"), "text"))["sha256"] is None


def test_columns_by_option_and_the_rest_kept(tmp_path: Path) -> None:
    fields = {"body": "Oui", "key": 7, "day": "2025-06-09", "text": "not this one", "desk": "x", "lang": "fr"}
    wanted = Article("Oui", id="7", lang="fr", published="2025-06-09", extra={"desk": "x"})
    names = {"text": "body", "id": "key", "published": "day"}
    lines = tmp_path / "a.jsonl.gz"
    lines.write_bytes(gzip.compress(b"\n" + json.dumps(fields).encode() + b"\n"))
    assert read_one(lines, **names) == wanted
    table = tmp_path / "a.csv"
    table.write_text(
        "\ufeffbody;key;day;text;desk;lang\nOui;7;2025-06-09;no;x;fr\n;8;;;;\n", encoding="utf-8"
    )
    first, empty = read(table, delimiter=";", **names)
    assert first == wanted
    assert empty == Article("", id="8", extra={"desk": ""})


def test_parquet_rows(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    rows = [{"text": f"n{n}", "published": datetime.date(2025, 6, 9), "score": 0.5} for n in range(205)]
    rows[3]["text"] = None  # type: ignore[assignment]
    pq.write_table(pa.Table.from_pylist(rows), path)
    found = read(path)
    assert found[204] == Article("n204", id=f"{path}:205", published="2025-06-09", extra={"score": 0.5})
    assert message(found[3]) == "no 'text' in the article"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "no readable Parquet" in message(read_one(path))
    path.write_bytes(data)
    assert "--text-column" in message(read_one(path, text="body"))


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.txt", "é".encode("latin-1"), "not UTF-8"),
        ("a.txt", b"a" * 11, "the limit is 10"),
        ("a.jsonl", b'{"text": "a', "not readable as jsonl"),
        ("a.jsonl", b'{"text": "\\ud800"}', "surrogate"),
        ("a.jsonl", b'{"text": ' + b"[" * 90_000, "not readable as jsonl"),
        ("a.jsonl", b"[1]", "holds a list"),
        ("a.jsonl", b'{"text": "a", "x": NaN}', "NaN"),
        ("a.csv", b"id,body\n1,a\n", "--text-column"),
        ("a.csv", b"", "--text-column"),
        ("a.csv", b"text\ncaf\xe9\n", "not UTF-8 (byte 0xe9)"),
        ("a.parquet", b"PAR1 nothing PAR1", "no readable Parquet"),
        ("a.txt.gz", b"not packed", "cannot read on"),
        ("a.rtf", b"plain", "no RTF"),
        ("a.rtf", b"{\\rtf1 nothing of Factiva}", "no Factiva article"),
        ("a.html", b"<html><body></body></html>", "no article text"),
        ("a.html", b"", "no article text"),
    ],
)
def test_what_cannot_be_read_is_a_failure(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    pytest.importorskip("trafilatura")
    path = tmp_path / name
    path.write_bytes(data)
    found = read_one(path, max_chars=10)
    assert told in message(found)
    assert "\n" not in message(found)


def test_a_file_that_breaks_off_keeps_what_was_before(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    # Numbers that do not compress, so that half of the file holds some of the lines.
    lines = [json.dumps({"text": os.urandom(60).hex()}) for _ in range(400)]
    packed = gzip.compress("\n".join(lines).encode())
    path.write_bytes(packed[: len(packed) // 2])
    *good, last = read(path)
    assert len(good) > 50 and all(isinstance(found, Article) for found in good)
    assert "cannot read on" in message(last)


def test_a_line_over_the_limit_is_skipped_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a"}\n' + b"x" * 3_000_000 + b'\n{"text": "b"}')
    first, long, last = read(path, max_chars=10)
    assert isinstance(first, Article) and isinstance(last, Article)
    assert "--max-chars" in message(long)


def test_an_unclosed_quote_costs_the_rest_of_its_file_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'text\ngood\n"never closed\n' + b"x\n" * 600)
    first, *rest = read(path, max_chars=10)
    assert first == Article("good", id=f"{path}:1")
    assert "not closed" in message(rest[0])


PAYLOADS = st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["text", "jsonl", "html", "europresse", "factiva_html", "factiva_rtf"]), PAYLOADS)
def test_any_bytes_are_an_article_or_a_failure(kind: str, data: bytes) -> None:
    pytest.importorskip("trafilatura")
    payload = (data, "utf-8") if kind in ("europresse", "factiva_html") else data
    found = parse_item(Item("x", 1, kind, payload), Reading(max_chars=100))
    assert isinstance(found, Article | Failure)
    assert not isinstance(found, Failure) or found.error != "InternalError", found
