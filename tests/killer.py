"""Readers that kill their process or hang: apart, so that a spawned process imports little."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any


class Deadly:
    """Reads numbers; dies over "die", sleeps over "hang", raises over "raise", refuses to start for "never".

    `settings` may name a file: the first reading of "once" makes it and dies, later ones go through; the
    first five of "killed" or "killed and late" are ended as if from outside, then one is read and one hangs.
    """

    def __init__(self, settings: Any) -> None:
        if settings == "never":
            os._exit(9)
        self.file = settings

    def __call__(self, item: Any) -> Any:
        if item == "die":
            os._exit(9)
        if item == "hang":
            time.sleep(60)
        if item == "raise":
            raise ValueError("raised in the worker")
        if item == "once":
            try:
                os.close(os.open(self.file, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return "late but read"
            os._exit(9)
        if str(item).startswith("killed"):
            if count_one(Path(f"{self.file}-{item}")) <= 5:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60 if item == "killed and late" else 0)
        return item * 2


def count_one(file: Path) -> int:
    """How often this was asked with a file."""
    with file.open("a") as stream:
        stream.write("x")
    return file.stat().st_size


class LightReader:
    """An archive's reader that loads nothing: a record without spans; "DIE" dies and "HANG" hangs."""

    def __init__(self, job: Any) -> None:
        self.job = job

    def __call__(self, item: Any) -> Any:
        import json

        from dealextract.errors import InvalidInput
        from dealextract.readers import Failure
        from dealextract.records import Document

        if item.kind == "failed":
            return item.payload
        try:
            fields = json.loads(item.payload) if item.kind == "jsonl" else {"text": item.payload.decode()}
        except ValueError as problem:
            return Failure.of(InvalidInput(str(problem)), item.name)
        if "DIE" in fields["text"]:
            os._exit(9)
        if "HANG" in fields["text"]:
            time.sleep(60)
        return Document(id=fields.get("id", item.name), lang="und", text=fields["text"]).to_json()
