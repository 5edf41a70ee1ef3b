"""What an output folder is the result of, and which shards of it are finished.

`manifest.json` holds options, versions and the inputs' fingerprints; `state/part-…json` says that a
shard is finished, with the size and SHA-256 of its parts and its failures. Neither holds a time, so
that an interrupted run and an uninterrupted one leave the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dealextract.archive.outputs import FOLDERS, describe_file, part_name, write_bytes
from dealextract.encoder import find_model, list_files
from dealextract.errors import OutputError

MANIFEST = "manifest.json"
STATE = "state"
LOCK = ".lock"
PACKAGES = ("dealextract", "spacy", "onnxruntime", "tokenizers", "pyarrow", "trafilatura", "striprtf")
FIXED = ("inputs", "format", "shard_size", "reading")
"""What decides which document is in which part: never mixed."""

Marker = dict[str, Any]


def describe_versions(model: str | None, exclude: Sequence[str]) -> dict[str, str | None]:
    """Versions of packages, and fingerprints of this package's code and of the model's files."""
    versions: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    package = Path(__file__).resolve().parents[1]
    code = [path for suffix in ("py", "toml") for path in sorted(package.rglob(f"*.{suffix}"))]
    versions["code"] = hash_files(code)
    if "tagger" not in exclude:
        versions["model"] = hash_files(list_files(find_model(model)))
    return versions


def hash_files(paths: Sequence[Path]) -> str:
    """One SHA-256 of several files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def to_bytes(data: Any) -> bytes:
    """JSON for a file of the run."""
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8") + b"\n"


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Keep other runs out of a folder, until the process ends in any way; raises OutputError."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    try:
        stream = (out / LOCK).open("wb")
    except OSError as problem:
        raise OutputError(f"cannot write to {out}: {problem.strerror or problem}") from problem
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise OutputError(f"another run is writing to {out}") from problem
        yield


def prepare_folder(out: Path, format: str) -> None:
    """Make the folder and its parts' folders; raises OutputError when it holds something else."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        others = [path.name for path in out.iterdir() if path.name != LOCK]
        if others and not (out / MANIFEST).exists() and any(not n.startswith(f".{MANIFEST}") for n in others):
            raise OutputError(f"{out} is not empty and not the output of a batch; give another folder")
        for name in (STATE, *FOLDERS[format]):
            (out / name).mkdir(exist_ok=True)
    except OSError as problem:
        raise OutputError(f"cannot write to {out}: {problem.strerror or problem}") from problem


def clean_folder(out: Path, format: str) -> None:
    """Remove what writes that were cut short have left."""
    for folder in (out, *(out / name for name in (STATE, *FOLDERS[format]))):
        for path in folder.glob(".*.tmp"):
            path.unlink(missing_ok=True)


def enter(out: Path, description: dict[str, Any], allow_mixed: bool = False) -> None:
    """Write the manifest, or check that the one that is there describes the same run.

    Raises OutputError: inputs, format and shards must be the same; versions and other options too,
    unless `allow_mixed`, which keeps the earlier description under `earlier`.
    """
    path = out / MANIFEST
    description = json.loads(to_bytes(description))
    if path.exists():
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
            earlier = before.pop("earlier", [])
        except (OSError, ValueError, AttributeError) as problem:
            raise OutputError(f"{path} cannot be read ({problem}): give another folder") from problem
        if before == description:
            return
        changed = sorted(key for key in {*before, *description} if before.get(key) != description.get(key))
        told = "; ".join(tell_change(key, before.get(key), description.get(key)) for key in changed)
        if not allow_mixed or set(changed) & set(FIXED):
            hint = "" if set(changed) & set(FIXED) else ", or mix results with --allow-mixed"
            raise OutputError(f"{out} is the output of another run ({told}): give another folder{hint}")
        description["earlier"] = [*earlier, before]
    write_bytes(path, to_bytes(description))


def tell_change(key: str, before: Any, now: Any) -> str:
    """What differs, in a few words.

    >>> tell_change("options", {"lang": "fr", "model": None}, {"lang": None, "model": None})
    "options: lang was 'fr', is None"
    """
    if isinstance(before, dict) and isinstance(now, dict):
        parts = [
            f"{k} was {before.get(k)!r}, is {now.get(k)!r}"
            for k in sorted({*before, *now})
            if before.get(k) != now.get(k)
        ]
        return f"{key}: {', '.join(parts)}"
    if isinstance(before, list) and isinstance(now, list):
        return f"{key} changed"
    return f"{key} was {before!r}, is {now!r}"


def marker_path(out: Path, shard: int) -> Path:
    """Where a shard's marker is."""
    return out / STATE / part_name(shard, "json")


def read_marker(out: Path, shard: int) -> Marker | None:
    """The marker of a shard whose parts are whole, None otherwise."""
    try:
        marker = json.loads(marker_path(out, shard).read_text(encoding="utf-8"))
        if all(describe_file(out / name) == file for name, file in marker["files"].items()):
            return marker
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        pass
    return None


def write_marker(
    out: Path, shard: int, *, first: int, count: int, files: dict[str, Any], failures: list[Any]
) -> Marker:
    """Say that a shard of `count` documents from number `first` on is finished; raises OutputError."""
    marker = {"first": first, "documents": count, "files": files, "failures": failures}
    write_bytes(marker_path(out, shard), to_bytes(marker))
    return marker


def sync_folders(out: Path, format: str) -> None:
    """Have the renames of a shard's parts on the disk before its marker, where the system can."""
    for name in FOLDERS[format]:
        with suppress(OSError):  # Windows opens no folders
            handle = os.open(out / name, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
