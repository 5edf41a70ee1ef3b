"""Files, folders and globs as a numbered stream of raw documents.

Only what is needed to cut one document from the next happens here, in the parent process: what may
fail or take long (JSON, HTML, RTF) is left to a worker. A file that breaks off gives a failure where
it does, and the next file goes on.
"""

from __future__ import annotations

import csv
import glob
import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from dealextract.archive.exports import find_kind, split_europresse, split_factiva, split_rtf
from dealextract.errors import InvalidInput, MissingExtra, TextTooLong
from dealextract.readers import JSONL_SUFFIXES, MAX_CHARS, Failure, Settings, show_surrogates

KINDS = {
    ".txt": "text", ".html": "html", ".htm": "html", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
    ".rtf": "rtf", **dict.fromkeys(JSONL_SUFFIXES, "jsonl"),
}  # fmt: skip
COMPRESSED = ".gz"
FEW_ROWS = 100
PASS = 1 << 20
TAB = ".tsv"


@dataclass(frozen=True, slots=True)
class Source:
    """An input file: its path as it was found, and the kind of its content."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How inputs are read; columns hold for tables and JSON Lines alike."""

    kind: str | None = None
    text: str = "text"
    id: str = "id"
    lang: str = "lang"
    published: str = "published"
    delimiter: str | None = None
    max_chars: int = MAX_CHARS

    @property
    def max_bytes(self) -> int:
        """Bytes of the longest line or file: a JSON escape may take 12 for a code point."""
        return 12 * self.max_chars + PASS


@dataclass(frozen=True, slots=True)
class Job:
    """What workers need to know of a run."""

    settings: Settings
    reading: Reading


@dataclass(frozen=True, slots=True)
class Item:
    """A raw document: `offset` is its line, row or number in its input, 1 for the first."""

    input: str | None
    offset: int
    kind: str
    payload: Any = field(repr=False)

    @property
    def name(self) -> str | None:
        """What the document is called when it has no id."""
        return (
            self.input
            if self.input is None or self.kind in ("text", "html")
            else f"{self.input}:{self.offset}"
        )


def find_sources(inputs: Sequence[str], kind: str | None = None, out: Path | None = None) -> list[Source]:
    """The files that inputs name, in order, each once: folders are walked in the order of their names.

    In a folder, hidden files, files of other kinds and the output folder `out` are passed over.
    Raises InvalidInput for an input that names nothing or a file of an unknown kind.
    """
    found: dict[str, Source] = {}
    for given in inputs:
        paths = list(expand(given, None if out is None else out.resolve()))
        if not paths:
            raise InvalidInput(
                f"no input in {show_surrogates(given)!r}: no file, folder or glob of that name"
            )
        for path, named in paths:
            is_kind = kind or find_suffix(path)
            if is_kind is not None:
                found.setdefault(os.path.realpath(path), Source(path, is_kind))
            elif named:
                raise InvalidInput(
                    f"{show_surrogates(path)}: a file whose name ends in none of {', '.join(KINDS)} "
                    "(.gz too): say what it is with --input-format"
                )
    if not found:
        raise InvalidInput(f"no file whose name ends in one of {', '.join(KINDS)} among the inputs")
    return list(found.values())


def expand(given: str, out: Path | None) -> Iterator[tuple[str, bool]]:
    """The files of one input, and whether it was named itself."""
    if os.path.isdir(given):
        for folder, folders, files in os.walk(given):
            folders[:] = sorted(
                name for name in folders
                if not name.startswith(".") and Path(folder, name).resolve() != out
            )  # fmt: skip
            for name in sorted(files):
                if not name.startswith("."):
                    yield os.path.join(folder, name), False
    elif os.path.exists(given):
        yield given, True
    else:
        for path in sorted(glob.glob(given, recursive=True)):
            if os.path.isfile(path):
                yield path, False


def find_suffix(path: str) -> str | None:
    """The kind of content that a file's name tells, .gz aside; None for another.

    >>> find_suffix("a/B.JSONL.gz"), find_suffix("a.tsv"), find_suffix("a.pdf")
    ('jsonl', 'csv', None)
    """
    name = path.lower().removesuffix(COMPRESSED)
    return next((kind for suffix, kind in KINDS.items() if name.endswith(suffix)), None)


def fingerprint(source: Source) -> dict[str, Any]:
    """Path, size and SHA-256 of a file as they stand in the manifest; nulls when it cannot be read."""
    digest, size = hashlib.sha256(), 0
    try:
        with open(source.path, "rb") as stream:
            while data := stream.read(PASS):
                digest.update(data)
                size += len(data)
    except OSError:
        return {"path": show_surrogates(source.path), "bytes": None, "sha256": None}
    return {"path": show_surrogates(source.path), "bytes": size, "sha256": digest.hexdigest()}


def open_input(path: str) -> BinaryIO:
    """The bytes of a file, decompressed when its name ends in .gz."""
    return gzip.open(path, "rb") if path.lower().endswith(COMPRESSED) else open(path, "rb")  # type: ignore[return-value]


def read_items(sources: Iterable[Source], reading: Reading) -> Iterator[Item]:
    """The raw documents of all sources, in order."""
    for source in sources:
        name = show_surrogates(source.path)
        last = 0
        try:
            for offset, kind, payload in READERS[source.kind](source.path, reading):
                last = offset
                yield Item(name, offset, kind, payload)
        except MissingExtra:
            raise
        except (InvalidInput, OSError, EOFError, zlib.error, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
            told = problem if isinstance(problem, InvalidInput) else InvalidInput(f"cannot read on: {reason}")
            yield Item(name, last + 1, "failed", Failure.of(told, f"{name}:{last + 1}"))


Raw = Iterator[tuple[int, str, Any]]


def read_whole(path: str, reading: Reading) -> bytes:
    """A file's bytes; raises TextTooLong past the limit."""
    with open_input(path) as stream:
        data = stream.read(reading.max_bytes + 1)
    if len(data) > reading.max_bytes:
        raise too_long(reading)
    return data


def too_long(reading: Reading) -> TextTooLong:
    """The error of a line or file over the limit."""
    return TextTooLong(
        f"more than {reading.max_bytes:,} bytes for one document; the limit is {reading.max_chars:,} "
        "characters (--max-chars)"
    )


def read_text_file(path: str, reading: Reading) -> Raw:
    """One document a file."""
    yield 1, "text", read_whole(path, reading)


def read_lines(path: str, reading: Reading) -> Raw:
    """One document a line that is not blank; a line over the limit is a failure."""
    with open_input(path) as stream:
        for number, line in cut_lines(stream, reading.max_bytes):
            if line is None:
                yield number, "failed", Failure.of(too_long(reading), f"{show_surrogates(path)}:{number}")
            else:
                yield number, "jsonl", line


def cut_lines(stream: BinaryIO, max_bytes: int = -1) -> Iterator[tuple[int, Any]]:
    """The lines of a stream that are not blank, by number from 1; None for one over `max_bytes`."""
    for number in count(1):
        line = stream.readline(max_bytes + 1 if max_bytes >= 0 else -1)
        if not line:
            return
        if 0 <= max_bytes < len(line) and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(PASS)
            yield number, None
        elif line.strip():
            yield number, line


def read_csv(path: str, reading: Reading) -> Raw:
    """One document a row, columns by the first row; what is not UTF-8 stays visible as lone surrogates."""
    csv.field_size_limit(max(reading.max_chars, 1000))
    delimiter = reading.delimiter or ("\t" if path.lower().removesuffix(COMPRESSED).endswith(TAB) else ",")
    with open_input(path) as stream:
        rows = csv.reader(io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", ""), delimiter=delimiter)
        head = next(rows, [])
        if reading.text not in head:
            raise InvalidInput(
                f"no column {reading.text!r} among {', '.join(map(repr, head[:20]))}; "
                "name it with --text-column, or the separator with --delimiter"
            )
        number = 0
        while True:
            number += 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as problem:
                wrong = InvalidInput(f"row {number} is no CSV, or has a quote that is not closed: {problem}")
                yield number, "failed", Failure.of(wrong, f"{show_surrogates(path)}:{number}")
                continue
            if row:
                yield number, "row", dict(zip(head, row, strict=False))


def read_parquet(path: str, reading: Reading) -> Raw:
    """One document a row."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as problem:
        raise MissingExtra("Parquet needs pyarrow: pip install 'dealextract[archive]'") from problem
    try:
        with pq.ParquetFile(path) as table:
            if reading.text not in (names := table.schema_arrow.names):
                raise InvalidInput(
                    f"no column {reading.text!r} among {', '.join(map(repr, names[:20]))}; "
                    "name it with --text-column"
                )
            number = 0
            for batch in table.iter_batches(batch_size=FEW_ROWS):
                for row in batch.to_pylist():
                    number += 1
                    yield number, "row", row
    except pa.ArrowException as problem:
        raise InvalidInput(f"no readable Parquet: {problem}") from problem


def read_html(path: str, reading: Reading) -> Raw:
    """One document a web page; one an article in the exports of Europresse and Factiva."""
    with open_input(path) as stream:
        kind = find_kind(stream.read(PASS))
    if kind == "html":
        yield 1, kind, read_whole(path, reading)
        return
    split = split_europresse if kind == "europresse" else split_factiva
    for number, part in enumerate(split(read_export(path)), start=1):
        yield number, kind, part


def read_rtf(path: str, reading: Reading) -> Raw:
    """One document an article of a Factiva export."""
    for number, part in enumerate(split_rtf(read_export(path)), start=1):
        yield number, "factiva_rtf", part


def read_export(path: str) -> bytes:
    """An export's bytes; raises InvalidInput past the limit."""
    limit = 512 * PASS
    with open_input(path) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise InvalidInput(f"an export of more than {limit:,} bytes; save it in parts")
    return data


READERS = {
    "text": read_text_file, "jsonl": read_lines, "csv": read_csv, "parquet": read_parquet,
    "html": read_html, "rtf": read_rtf,
}  # fmt: skip
