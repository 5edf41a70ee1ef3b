"""One run over an archive: what is finished is skipped, the rest is read in workers and written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from dealextract.archive import manifest
from dealextract.archive.documents import DocumentReader, parse_item
from dealextract.archive.inputs import read_items
from dealextract.archive.outputs import FOLDERS, Done, join_csv, write_bytes, write_shard
from dealextract.archive.sources import Item, Job, Source, find_sources, fingerprint
from dealextract.batch import worker_failure
from dealextract.errors import InvalidInput
from dealextract.readers import Article, Failure
from dealextract.workers import Lost, Pool, Setup, share_threads

SHARD_SIZE = 100
"""Documents in a part: what a kill may cost a worker, and how many files there are."""
FAILURE_FIELDS = ("number", "input", "offset", *Failure.model_fields)
TIME_LIMIT = 300.0
"""Seconds for one document; an article takes well under one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an output folder holds after a run; `complete` when no shard is missing."""

    documents: int
    failures: int
    complete: bool


Numbered = tuple[int, Item]


def run_archive(
    inputs: Sequence[str],
    out: str | Path,
    job: Job,
    *,
    format: str = "jsonl",
    workers: int = 1,
    shard_size: int = SHARD_SIZE,
    time_limit: float | None = TIME_LIMIT,
    retry_failed: bool = False,
    allow_mixed: bool = False,
    progress: bool | None = None,
    setup: Setup = DocumentReader,
) -> Summary:
    """Read every document of the inputs into the folder `out`, or go on where an earlier run stopped.

    `progress` shows a bar on standard error, by default when that is a terminal; `setup` makes a
    worker's reader. A KeyboardInterrupt stops the workers; what is finished is kept. Raises
    InvalidInput, OutputError, ModelNotFound, MissingExtra, WorkersDied.
    """
    if workers < 1 or shard_size < 1:
        raise InvalidInput(f"workers and shard size must be at least 1, got {workers} and {shard_size}")
    if format not in FOLDERS:
        raise InvalidInput(f"format is {format!r}, expected one of {', '.join(FOLDERS)}")
    out = Path(out)
    sources = find_sources(inputs, job.reading.kind, out)
    manifest.prepare_folder(out, format)
    with manifest.locked(out):
        manifest.clean_folder(out, format)
        manifest.enter(out, describe(sources, job, format, shard_size), allow_mixed)
        run = Run(out, sources, job, format=format, shard_size=shard_size, retry_failed=retry_failed)
        try:
            run.go(setup, workers, time_limit, progress)
        finally:
            run.finish()
        return run.summary()


def describe(sources: Sequence[Source], job: Job, format: str, shard_size: int) -> dict[str, Any]:
    """The manifest of a run."""
    settings = asdict(replace(job.settings, threads=None))
    return {
        "schema": "1", "format": format, "shard_size": shard_size, "options": settings,
        "reading": asdict(job.reading), "inputs": [fingerprint(source) for source in sources],
        "versions": manifest.describe_versions(job.settings.model, job.settings.exclude),
    }  # fmt: skip


class Run:
    """The state of a run: shards that are finished, with their markers, and those under way."""

    def __init__(
        self,
        out: Path,
        sources: Sequence[Source],
        job: Job,
        *,
        format: str,
        shard_size: int,
        retry_failed: bool,
    ) -> None:
        self.out, self.sources, self.job, self.format = out, sources, job, format
        self.shard_size, self.retry_failed = shard_size, retry_failed
        self.markers: dict[int, manifest.Marker] = {}
        self.under_way: dict[int, tuple[int, int, list[Numbered]]] = {}
        self.whole = False
        self.limit: float | None = None
        self.bar: Any = None
        self.failed = 0

    def go(self, setup: Setup, workers: int, time_limit: float | None, progress: bool | None) -> None:
        """Read and write every shard that is not finished."""
        self.limit = time_limit
        threads = share_threads(workers)
        job = replace(self.job, settings=replace(self.job.settings, threads=threads))
        pool = Pool(setup, job, workers, threads=threads, time_limit=time_limit, on_result=self.tick)
        hide = None if progress is None else not progress
        with tqdm(unit="doc", disable=hide, smoothing=0.05) as self.bar:
            if not self.bar.disable:
                self.bar.total = sum(1 for _ in read_items(self.sources, self.job.reading))
            for shard, results in pool.run(self.shards()):
                self.write(shard, results)

    def tick(self, result: Any) -> None:
        """Move the bar by one document."""
        self.bar.update()
        if not isinstance(result, str):
            self.failed += 1
            self.bar.set_postfix(failed=self.failed, refresh=False)

    def shards(self) -> Iterator[tuple[int, list[Item]]]:
        """The shards that are to be read, each with its items; finished ones are noted."""
        items = enumerate(read_items(self.sources, self.job.reading))
        shard = 0
        while chunk := list(islice(items, self.shard_size)):
            marker = manifest.read_marker(self.out, shard)
            todo = chunk
            if marker is not None:
                self.markers[shard] = marker
                failed = {failure["number"] for failure in marker["failures"]}
                todo = [item for item in chunk if item[0] in failed] if self.retry_failed else []
                self.bar.update(len(chunk) - len(todo))
            if todo:
                self.under_way[shard] = chunk[0][0], len(chunk), todo
                yield shard, [item for _, item in todo]
            shard += 1
        self.whole = True

    def write(self, shard: int, results: Sequence[str | Failure | Lost]) -> None:
        """Put a shard's results in their place, then its marker."""
        first, count, todo = self.under_way.pop(shard)
        done: list[Done] = []
        failures: list[dict[str, Any]] = []
        for (number, item), result in zip(todo, results, strict=True):
            if isinstance(result, str):
                done.append(Done(number, item.input, item.offset, result))
            else:
                failure = lost_failure(item, result, self) if isinstance(result, Lost) else result
                failures.append(failure_row(failure, number, item.input, item.offset))
        before = self.markers.pop(shard, None)
        kept: list[int] = []
        if before is not None:
            out_of_it = {failure["number"] for failure in before["failures"]}
            kept = [n for n in range(first, first + count) if n not in out_of_it]
        files = write_shard(self.out, self.format, shard, done, kept)
        manifest.sync_folders(self.out, self.format)
        self.markers[shard] = manifest.write_marker(
            self.out, shard, first=first, count=count, files=files, failures=failures
        )

    def finish(self) -> None:
        """Gather failures, deals (CSV) and counts of all finished shards."""
        shards = sorted(self.markers)
        failures = [failure for shard in shards for failure in self.markers[shard]["failures"]]
        write_bytes(self.out / "failures.jsonl", format_failures(failures))
        if self.format == "csv":
            join_csv(self.out, shards)
        counts = asdict(self.summary()) | {"errors": dict(Counter(failure["error"] for failure in failures))}
        write_bytes(self.out / "summary.json", manifest.to_bytes(counts))

    def summary(self) -> Summary:
        """Counts over the finished shards."""
        documents = sum(marker["documents"] for marker in self.markers.values())
        failures = sum(len(marker["failures"]) for marker in self.markers.values())
        return Summary(documents - failures, failures, self.whole and not self.under_way)


def lost_failure(item: Item, lost: Lost, run: Run) -> Failure:
    """The failure of a document that killed its worker or ran late; JSON and rows may tell its id."""
    article = parse_item(item, run.job.reading) if item.kind in ("jsonl", "row", "text") else None
    id = article.id if isinstance(article, Article | Failure) else item.name
    return worker_failure(lost, id, run.limit)


def failure_row(failure: Failure, number: int, input: str | None, offset: int | None) -> dict[str, Any]:
    """A failure with its place: number in the archive, input, and line, row or number in it."""
    return {"number": number, "input": input, "offset": offset, **failure.model_dump(mode="json")}


def format_failures(failures: Sequence[dict[str, Any]]) -> bytes:
    """What `failures.jsonl` holds."""
    rows = [{key: failure[key] for key in FAILURE_FIELDS} for failure in failures]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")
