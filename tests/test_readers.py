"""Readers: what is read is kept, what cannot be read is a failure in its place."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealextract.errors import InvalidInput, TextTooLong
from dealextract.readers import (
    MAX_BYTES,
    MAX_CHARS,
    Article,
    Failure,
    make_article,
    parse_published,
    read_files,
    read_jsonl,
    read_stream,
)


def read_one(path: Path) -> Article | Failure:
    (found,) = read_files([str(path)])
    return found


def test_plain_text_is_kept_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("  Été\r\n\tfin \n".encode())
    assert read_one(path) == Article("  Été\r\n\tfin \n", id=str(path))


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfOui")
    assert read_one(path).text == "Oui"  # type: ignore[union-attr]


def test_jsonl_keeps_id_lang_published_and_the_rest() -> None:
    line = b'{"id": 7, "lang": "fr", "published": "2025-06-09", "text": "Oui", "desk": ["x"], "deals": [1]}'
    (article,) = read_jsonl([line], "a.jsonl")
    assert article == Article("Oui", id="7", lang="fr", published="2025-06-09", extra={"desk": ["x"]})


def test_jsonl_without_id_is_named_by_its_line() -> None:
    found = list(read_jsonl([b"\n", b'{"text": "a"}\n', b'{"text": ""}'], "a.jsonl"))
    assert [(a.id, a.text) for a in found if isinstance(a, Article)] == [
        ("a.jsonl:2", "a"),
        ("a.jsonl:3", ""),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"id": "x"}', "no 'text'"),
        (b'{"text": null}', "no 'text'"),
        (b'{"text": 5}', "int, expected str"),
        (b'{"text": "a"', "not JSON"),
        (b'["a"]', "holds a list"),
        (b'{"text": "a", "score": NaN}', "NaN"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (rb'{"text": "a\ud800b"}', "offset 1"),
        (rb'{"text": "a", "desk": "\udfff"}', "beside the text"),
        (b'{"text": "a", "id": {}}', "id is dict"),
        (b'{"text": "a", "lang": 3}', "lang is int"),
        (b'{"text": "a", "published": "last week"}', "expected a date"),
        (b'{"text": ' + b"[" * 100_000, "not JSON"),
        (b'{"text": "' + b"a" * (MAX_CHARS + 1) + b'"}', "limit"),
    ],
)
def test_bad_lines_fail_alone(line: bytes, message: str) -> None:
    before, bad, after = read_jsonl([b'{"text": "a"}', line, b'{"text": "b"}'], "x.jsonl")
    assert isinstance(before, Article) and isinstance(after, Article)
    assert isinstance(bad, Failure)
    assert message in bad.message
    assert "\n" not in bad.message
    assert bad.exit_status == 5


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("latin1.txt", "société".encode("latin-1"), "not UTF-8 (byte 0xe9 at offset 4)"),
        ("utf16.txt", "société".encode("utf-16"), "not UTF-8"),
        ("long.txt", b"a" * (MAX_CHARS + 1), "limit"),
        ("huge.txt", b"a" * (MAX_BYTES + 1), "limit"),
    ],
)
def test_bad_files_fail(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = read_one(path)
    assert isinstance(found, Failure)
    assert found.id == str(path)
    assert message in found.message


def test_missing_files_and_folders_fail_alone(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("Oui", encoding="utf-8")
    found = list(read_files([str(tmp_path / "none.txt"), str(tmp_path), "nul\0.txt", str(good)]))
    assert [type(f) for f in found] == [Failure, Failure, Failure, Article]


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"", [""]),
        (b"Plain { text }\nand more", ["Plain { text }\nand more"]),
        (b'\n\n {"text": "a"}\n{"text": "b"}\n', ["a", "b"]),
        (b'\xef\xbb\xbf{"text": "a"}', ["a"]),
        (b"{ no json here", ["{ no json here"]),
        (b"\n\n", ["\n\n"]),
    ],
)
def test_streams_are_told_apart(data: bytes, texts: list[str]) -> None:
    assert [a.text for a in read_stream(io.BytesIO(data), "stdin") if isinstance(a, Article)] == texts


@pytest.mark.parametrize(
    "item",
    ["a", {"text": "a"}, ("a", {}), ("a", {"text": "b"}), Article("a")],
    ids=lambda item: repr(item)[:20],
)
def test_forms_of_an_article(item: Any) -> None:
    assert make_article(item).text == "a"


@pytest.mark.parametrize(
    "item", [None, 5, b"a", ["a"], ("a", "b"), {"text": b"a"}, {}, {"text": "a", "x": object()}]
)
def test_what_is_no_article(item: Any) -> None:
    with pytest.raises(InvalidInput):
        make_article(item)


def test_the_limit_is_its_own_error() -> None:
    with pytest.raises(TextTooLong, match="1,000,000"):
        make_article("a" * (MAX_CHARS + 1))


@pytest.mark.parametrize(
    "value",
    [
        "2025-06-09",
        "2025-06-09T23:59:00+02:00",
        "20250609",
        datetime.date(2025, 6, 9),
        datetime.datetime(2025, 6, 9, 5),
    ],
)
def test_published(value: Any) -> None:
    assert parse_published(value) == "2025-06-09"


@given(st.text())
def test_published_is_a_day_or_an_error(value: str) -> None:
    try:
        day = parse_published(value)
    except InvalidInput:
        return
    assert day is None or datetime.date.fromisoformat(day)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_article_or_a_failure(data: bytes) -> None:
    for found in (*read_stream(io.BytesIO(data), "stdin"), *read_jsonl(io.BytesIO(data), "x")):
        assert isinstance(found, Article | Failure)
