"""Parts of an archive's output: written beside their place, renamed into it, never half there.

JSON Lines holds whole records; Parquet four tables (`columns`); CSV the deals, for a spreadsheet.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from dealextract.archive.columns import ROWS, TABLES, Row, document_rows, import_arrow, make_table
from dealextract.errors import OutputError
from dealextract.records import Document
from dealextract.tables import TABLES as FLAT_TABLES
from dealextract.tables import table_columns

FOLDERS = {"jsonl": ("records",), "parquet": tuple(TABLES), "csv": ("deals",)}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet take a cell for a formula."""
ROW_GROUP = 1 << 20


@dataclass(frozen=True, slots=True)
class Done:
    """A document that was read: its number in the archive, where it came from, its record as JSON."""

    number: int
    input: str | None
    offset: int | None
    line: str


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` when all of it is on the disk; raises OutputError."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise OutputError(
            f"cannot write {path}: {problem.strerror or problem}. What is finished is kept: make room or "
            "give the right to write, then run the same command again"
        ) from problem


def write_bytes(path: Path, data: bytes) -> None:
    """Put data in the place of a file; raises OutputError."""
    with writing(path) as stream:
        stream.write(data)


def part_name(shard: int, format: str) -> str:
    """The file name of a shard's part.

    >>> part_name(7, "parquet")
    'part-000007.parquet'
    """
    return f"part-{shard:06d}.{format}"


def make_rows(format: str, folder: str, done: Sequence[Done]) -> list[Row]:
    """The rows that documents have in a folder's parts; each has its `document` number."""
    if format == "jsonl":
        return [{"document": d.number, "line": d.line} for d in done]
    if format == "csv":
        return [row for d in done for row in csv_rows(d)]
    rows: list[Row] = []
    for d in done:
        record = json.loads(d.line)
        if folder == "documents":
            rows += document_rows(record, d.number, d.input, d.offset)
        else:
            rows += ROWS[folder](record, d.number)
    return rows


def csv_rows(done: Done) -> list[Row]:
    """The cells of a document's deals."""
    deals = FLAT_TABLES["deals"](Document.from_json(done.line))
    return [
        {"document": done.number, "cells": [str(done.number), *map(safe_cell, deal.values())]}
        for deal in deals
    ]


def safe_cell(value: Any) -> str:
    """A value as a cell that a spreadsheet never takes for a formula: text that looks like one gets a '.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(Decimal("-1E+2")), safe_cell(None), safe_cell("a")
    ("'=HYPERLINK(1)", '-100', '', 'a')
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\0", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) or text.startswith(FORMULA) else text


def write_part(path: Path, format: str, folder: str, rows: Sequence[Row]) -> None:
    """A part of these rows, the same bytes for the same rows; raises OutputError."""
    with writing(path) as stream:
        if format == "jsonl":
            stream.writelines(row["line"].encode("utf-8") + b"\n" for row in rows)
        elif format == "csv":
            stream.write(format_csv([["number", *table_columns("deals")], *(row["cells"] for row in rows)]))
        else:
            table = make_table(folder, list(rows))
            import_arrow().parquet.write_table(
                table, stream, compression="zstd", row_group_size=ROW_GROUP, write_statistics=True
            )


def format_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows of cells as CSV, every cell quoted."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def read_part(path: Path, format: str, folder: str, numbers: Sequence[int]) -> list[Row]:
    """The rows of a part; `numbers` are those of its documents, which JSON Lines does not hold."""
    if format == "jsonl":
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        return [{"document": n, "line": line} for n, line in zip(numbers, lines, strict=True)]
    if format == "csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return [{"document": int(cells[0]), "cells": cells} for cells in list(csv.reader(stream))[1:]]
    return import_arrow().parquet.read_table(path, partitioning=None).to_pylist()


def write_shard(
    out: Path, format: str, shard: int, done: Sequence[Done], kept: Sequence[int] = ()
) -> dict[str, dict[str, Any]]:
    """Write a shard's parts; size and SHA-256 of each by its path in `out`. Raises OutputError.

    `kept` numbers the documents of the parts that are there already: they stay, in order.
    """
    files = {}
    for folder in FOLDERS[format]:
        path = out / folder / part_name(shard, format)
        rows = make_rows(format, folder, done)
        if kept:
            rows = sorted([*read_part(path, format, folder, kept), *rows], key=lambda row: row["document"])
        write_part(path, format, folder, rows)
        files[path.relative_to(out).as_posix()] = describe_file(path)
    return files


def describe_file(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def join_csv(out: Path, shards: Sequence[int]) -> None:
    """One `deals.csv` of all parts, with the byte order mark that spreadsheets want; raises OutputError."""
    with writing(out / "deals.csv") as stream:
        stream.write(b"\xef\xbb\xbf" + format_csv([["number", *table_columns("deals")]]))
        for shard in shards:
            data = (out / "deals" / part_name(shard, "csv")).read_bytes()
            stream.write(data.split(b"\r\n", 1)[1])
