"""Files, folders and globs that hold raw documents, and what is said of how to read them."""

from __future__ import annotations

import glob
import gzip
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from dealextract.errors import InvalidInput
from dealextract.readers import JSONL_SUFFIXES, MAX_CHARS, Settings, show_surrogates

KINDS = {
    ".txt": "text", ".html": "html", ".htm": "html", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
    ".rtf": "rtf", **dict.fromkeys(JSONL_SUFFIXES, "jsonl"),
}  # fmt: skip
COMPRESSED = ".gz"
PASS = 1 << 20


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
