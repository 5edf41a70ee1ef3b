"""The raw documents of files as one numbered stream.

Only what is needed to cut one document from the next happens here, in the parent process: what may
fail or take long (JSON, HTML, RTF) is left to a worker. A file that breaks off gives a failure where
it does, and the next file goes on.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, BinaryIO

from dealextract.archive.exports import find_kind, split_europresse, split_factiva, split_rtf
from dealextract.archive.sources import COMPRESSED, PASS, Item, Reading, Source, open_input
from dealextract.errors import InvalidInput, MissingExtra, TextTooLong
from dealextract.readers import Failure, show_surrogates

FEW_ROWS = 100
TAB = ".tsv"


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
