"""Articles in: plain text, JSON Lines and Python values, each article or its failure in input order."""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import Field

from dealextract.errors import DealextractError, InvalidInput, TextTooLong
from dealextract.records import Record

MAX_CHARS = 1_000_000
"""Code points of the longest text that is read."""
MAX_BYTES = 8 * MAX_CHARS
JSONL_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
OWN_FIELDS = ("schema_version", "id", "lang", "published", "text", "spans", "attributions", "deals")
SURROGATE = re.compile("[\ud800-\udfff]")
JSON_OBJECT = re.compile(rb'\A\s*\{\s*"')


@dataclass(frozen=True, slots=True)
class Article:
    """A text and what its sender knows of it; `extra` holds fields that are handed through."""

    text: str
    id: str | None = None
    lang: str | None = None
    published: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for every article of a run, unless the article states its own."""

    lang: str | None = None
    published: str | None = None
    model: str | None = None
    threads: int | None = None
    exclude: tuple[str, ...] = ()


class Failure(Record):
    """A document that gave no record, and why; it stands where the record would have stood."""

    id: str | None = Field(None, description="the document's id, or its file and line")
    error: str = Field(description="class of the error: InvalidInput, TextTooLong, UnsupportedLanguage, …")
    message: str
    exit_status: int = Field(default=1, description="what the command line ends with")

    @classmethod
    def of(cls, problem: BaseException, id: str | None = None) -> Failure:
        """The failure that an exception means; one that is not ours is a fault of this package."""
        if isinstance(problem, DealextractError):
            kind, message, status = type(problem).__name__, str(problem), problem.exit_status
        else:
            kind, message, status = "InternalError", f"{type(problem).__name__}: {problem}", 1
        clean = [None if part is None else show_surrogates(part) for part in (id, message)]
        return cls(id=clean[0], error=kind, message=clean[1] or kind, exit_status=status)


def show_surrogates(text: str) -> str:
    r"""The text with lone surrogates written as escapes, so that it can be encoded.

    >>> show_surrogates("a\ud800")
    'a\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def check_text(text: Any, max_chars: int = MAX_CHARS) -> str:
    """The text itself; raises InvalidInput or TextTooLong when it cannot be read."""
    if not isinstance(text, str):
        raise InvalidInput(f"the text is {type(text).__name__}, expected str")
    if len(text) > max_chars:
        raise TextTooLong(
            f"the text has {len(text):,} characters, the limit is {max_chars:,}; cut it into articles"
        )
    if found := SURROGATE.search(text):
        raise InvalidInput(
            f"the text holds half a surrogate pair at offset {found.start()}, which is no character"
        )
    return text


def parse_published(value: Any) -> str | None:
    """The day of a publication date, ISO 8601; None when there is none.

    Takes dates, datetimes and ISO 8601 strings with or without a time; raises InvalidInput.

    >>> parse_published("2025-06-09T18:30:00Z"), parse_published("")
    ('2025-06-09', None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            return datetime.datetime.fromisoformat(value.strip()).date().isoformat()
        except ValueError:
            pass
    raise InvalidInput(f"published is {value!r}, expected a date such as 2025-06-09")


def make_article(item: Any, *, id: str | None = None, max_chars: int = MAX_CHARS) -> Article:
    """An article from a str, a mapping with `text`, or a (text, mapping) pair.

    `id` is used when the item gives none; `max_chars` bounds the text. Raises InvalidInput, TextTooLong.
    """
    if isinstance(item, Article):
        return item
    if isinstance(item, str):
        return Article(check_text(item, max_chars), id=id)
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], Mapping):
        item = {**item[1], "text": item[0]}
    if not isinstance(item, Mapping):
        raise InvalidInput(
            f"an article is {type(item).__name__}, expected str, a dict with 'text', or (text, dict)"
        )
    if item.get("text") is None:
        raise InvalidInput("no 'text' in the article")
    given = item.get("id")
    if given is not None and not isinstance(given, str | int):
        raise InvalidInput(f"id is {type(given).__name__}, expected a string or a number")
    lang = item.get("lang")
    if lang is not None and not isinstance(lang, str):
        raise InvalidInput(f"lang is {type(lang).__name__}, expected a string")
    published = item.get("published")
    day = parse_published(published)
    extra = {key: value for key, value in item.items() if key not in OWN_FIELDS}
    try:
        json.dumps([given, extra], ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as problem:
        raise InvalidInput(f"a field beside the text is not JSON: {problem}") from problem
    return Article(
        text=check_text(item["text"], max_chars),
        id=id if given is None else str(given),
        lang=lang or None,
        published=published if day and isinstance(published, str) else day,
        extra=extra,
    )


def parse_line(line: bytes, origin: str) -> Article | Failure:
    """The article of one line of JSON Lines."""
    id: str | None = origin
    try:
        data = json.loads(decode(line), parse_constant=refuse_constant)
        if not isinstance(data, dict):
            raise InvalidInput(f"the line holds a {type(data).__name__}, expected an object with 'text'")
        if isinstance(data.get("id"), str):
            id = data["id"]
        return make_article(data, id=origin)
    except DealextractError as problem:
        return Failure.of(problem, id)
    except (ValueError, RecursionError) as problem:
        return Failure.of(InvalidInput(f"the line is not JSON: {problem}"), id)


def refuse_constant(name: str) -> Any:
    """NaN and Infinity, which Python's reader takes, are not JSON."""
    raise ValueError(f"{name} is no JSON value")


def decode(data: bytes) -> str:
    """UTF-8 text, a byte order mark left out; raises InvalidInput."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InvalidInput(
            f"not UTF-8 (byte 0x{data[problem.start]:02x} at offset {problem.start}); convert it first"
        ) from problem


def read_jsonl(stream: Iterable[bytes], name: str) -> Iterator[Article | Failure]:
    """Articles of JSON Lines, one a line; blank lines are skipped. `id` falls back to name:line."""
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield parse_line(line, f"{name}:{number}")


def read_text(stream: BinaryIO, name: str, head: bytes = b"") -> Article | Failure:
    """The article that a plain text is, line ends and white space as they stand."""
    try:
        data = head + stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise TextTooLong(f"more than {MAX_BYTES:,} bytes, the limit is {MAX_CHARS:,} characters")
        return make_article(decode(data), id=name)
    except DealextractError as problem:
        return Failure.of(problem, name)


def read_stream(stream: BinaryIO, name: str) -> Iterator[Article | Failure]:
    """Articles of a stream: JSON Lines when its first line starts an object, else one plain text."""
    first: list[bytes] = []
    for line in stream:
        first.append(line)
        if line.strip():
            break
    if first and JSON_OBJECT.match(first[-1].removeprefix(b"\xef\xbb\xbf")):
        yield from read_jsonl(chain(first, stream), name)
    else:
        yield read_text(stream, name, b"".join(first))


def read_files(paths: Iterable[str]) -> Iterator[Article | Failure]:
    """Articles of files in order, `-` is standard input; .jsonl and .ndjson hold one article a line."""
    for path in paths:
        name = show_surrogates(path)
        try:
            if path == "-":
                yield from read_stream(sys.stdin.buffer, "stdin")
                continue
            with Path(path).open("rb") as stream:
                if Path(path).suffix.lower() in JSONL_SUFFIXES:
                    yield from read_jsonl(stream, name)
                else:
                    yield read_text(stream, name)
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            yield Failure.of(InvalidInput(f"cannot read the file: {reason}"), name)
