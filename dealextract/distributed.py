"""The same records on more than one machine: a callable class for any engine, and a run on Ray Data.

    from dealextract.distributed import ArrowReader, run_ray
    run_ray(["archive/*.parquet"], "results", format="parquet")

`ArrowReader` takes an Arrow table of articles and gives a table of results; Spark, Dask and Hugging
Face datasets use it as it is (docs/scale.md). Engines do the rest: reading, scheduling, retries.
"""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealextract.archive.columns import import_arrow
from dealextract.archive.documents import DocumentReader
from dealextract.archive.inputs import cut_lines
from dealextract.archive.outputs import FOLDERS, Done, write_bytes, write_shard
from dealextract.archive.run import SHARD_SIZE, Summary, failure_row, format_failures
from dealextract.archive.sources import COMPRESSED, Item, Job, Reading, find_sources, find_suffix
from dealextract.batch import make_settings
from dealextract.errors import InvalidInput, MissingExtra, OutputError
from dealextract.readers import Failure

if TYPE_CHECKING:
    import pyarrow

RESULTS = ("id", "record", "error", "message", "exit_status", "input", "offset")
BATCH_SIZE = 32
"""Articles that an actor reads at a time: some ten seconds of work, and what a retry costs."""
RETRIES = 3


class ArrowReader:
    """A call from an Arrow table of articles to one of results, a row a row; the model is opened once.

    Articles: a column `text`, and `id`, `lang`, `published` where there are (other names by options);
    more columns are kept in the record. With `lines`, a column `line` holds JSON Lines instead. Results:
    `id`, `record` (JSON, null for a failure), `error` and `message`, and `input` and `offset` if given.
    Raises UnsupportedLanguage, InvalidInput, ModelNotFound, MissingExtra when it is made.
    """

    def __init__(
        self,
        *,
        lang: str | None = None,
        published: Any = None,
        model: str | Path | None = None,
        exclude: Sequence[str] = (),
        threads: int | None = 1,
        lines: bool = False,
        reading: Reading | None = None,
    ) -> None:
        self.lines = lines
        settings = make_settings(lang, published, model, threads=threads, exclude=exclude)
        self.read = DocumentReader(Job(settings, reading or Reading()))

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        rows = [self.read_row(row) for row in table.to_pylist()]
        return import_arrow().Table.from_pylist(rows, schema=result_schema())

    def read_row(self, row: dict[str, Any]) -> dict[str, Any]:
        """The result of one row."""
        origin, offset = (row["input"], row["offset"]) if self.lines else (None, 0)
        item = Item(origin, offset, *(("jsonl", row["line"]) if self.lines else ("row", row)))
        result = self.read(item)
        place = {"input": origin, "offset": offset or None}
        if isinstance(result, Failure):
            return {**result.model_dump(), **place}
        return {"id": record_id(result), "record": result, **place}


def result_schema() -> pyarrow.Schema:
    """The Arrow schema of results."""
    pa = import_arrow()
    types = {name: pa.string() for name in RESULTS} | dict.fromkeys(("exit_status", "offset"), pa.int64())
    return pa.schema(list(types.items()))


def record_id(line: str) -> str | None:
    """The id of a record's line of JSON."""
    return json.loads(line)["id"]


def import_ray() -> Any:
    """Ray with its data part, which sends no usage statistics unless told to; raises MissingExtra."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError as problem:
        raise MissingExtra("this needs Ray: pip install 'dealextract[ray]'") from problem
    return ray


def run_ray(
    inputs: Sequence[str],
    out: str | Path,
    *,
    format: str = "parquet",
    workers: int | None = None,
    batch_size: int = BATCH_SIZE,
    shard_size: int = SHARD_SIZE,
    reading: Reading | None = None,
    **options: Any,
) -> Summary:
    """Read Parquet or JSON Lines on a Ray cluster into an empty folder, as `dealextract batch` writes it.

    `inputs` are local paths and globs, or addresses that Ray reads (s3://…), all of one kind; a file is
    read by one task. `workers` actors of one CPU each hold a model; by default all CPUs but one, which
    Ray needs to go on. `options` are those of `ArrowReader`. Results come to this process in the order
    of the inputs and are written here. Raises InvalidInput, OutputError, MissingExtra.
    """
    ray, out, reading = import_ray(), Path(out), reading or Reading()
    paths, kind = find_inputs(inputs)
    if format not in FOLDERS or format == "csv":
        raise InvalidInput(f"format is {format!r}, expected jsonl or parquet")
    make_settings(options.get("lang"), options.get("published"), options.get("model"))
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False)
    free = int(ray.cluster_resources().get("CPU", 1)) - 1
    workers = workers or max(1, free)
    if workers > free:
        raise InvalidInput(
            f"{workers} workers on {free + 1} CPUs: Ray needs one for itself and hangs without; "
            f"give at most {free}, or more machines"
        )
    prepare(out, format)
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    results = open_dataset(ray, paths, kind).map_batches(
        ArrowReader,
        fn_constructor_kwargs={**options, "reading": reading, "lines": kind == "jsonl"},
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=1,
        max_restarts=RETRIES,
        max_task_retries=RETRIES,
    )
    return write_results(results.iter_rows(), out, format, shard_size)


def find_inputs(inputs: Sequence[str]) -> tuple[list[str], str]:
    """Paths and their kind, jsonl or parquet; addresses are taken as they are. Raises InvalidInput."""
    paths: list[str] = []
    for given in inputs:
        local = "://" not in given
        paths += [str(Path(s.path).absolute()) for s in find_sources([given])] if local else [given]
    kinds = {find_suffix(path) for path in paths}
    if len(kinds) != 1 or not kinds <= {"jsonl", "parquet"}:
        raise InvalidInput(
            f"inputs are {', '.join(sorted(map(str, kinds)))}: expected all .parquet or all .jsonl"
        )
    return paths, str(kinds.pop())


def open_dataset(ray: Any, paths: list[str], kind: str) -> Any:
    """Articles as a Ray dataset: the rows of tables, or the lines of files."""
    if kind == "parquet":
        return ray.data.read_parquet(paths)
    # Not `read_text`: it cuts lines at every Unicode line separator, inside JSON strings too.
    files = ray.data.read_binary_files(paths, include_paths=True)
    return files.map_batches(cut_files, batch_format="pyarrow", batch_size=1)


def cut_files(table: pyarrow.Table) -> Iterator[pyarrow.Table]:
    """The lines of JSON Lines files that a table holds as `bytes`, with their path and number."""
    pa = import_arrow()
    for file in table.to_pylist():
        path, data = file["path"], file["bytes"]
        raw = io.BytesIO(data)
        stream = gzip.GzipFile(fileobj=raw) if path.lower().endswith(COMPRESSED) else raw
        rows: list[dict[str, Any]] = []
        for number, line in cut_lines(stream):  # type: ignore[arg-type]
            rows.append({"input": path, "offset": number, "line": line})
            if len(rows) == 1000:
                yield pa.Table.from_pylist(rows)
                rows = []
        if rows:
            yield pa.Table.from_pylist(rows)


def prepare(out: Path, format: str) -> None:
    """Make the output folder; raises OutputError when it cannot be or is not empty."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise OutputError(f"{out} is not empty: give another folder")
        for name in FOLDERS[format]:
            (out / name).mkdir()
    except OSError as problem:
        raise OutputError(f"cannot write to {out}: {problem.strerror or problem}") from problem


def write_results(rows: Iterable[dict[str, Any]], out: Path, format: str, shard_size: int) -> Summary:
    """Write results as parts and failures.jsonl, as the local batch does."""
    done: list[Done] = []
    failures: list[dict[str, Any]] = []
    number = shard = 0
    for number, row in enumerate(rows, start=1):
        origin, offset = row["input"], row["offset"]
        if row["record"] is None:
            failure = Failure(**{key: row[key] for key in Failure.model_fields})
            failures.append(failure_row(failure, number - 1, origin, offset))
        else:
            done.append(Done(number - 1, origin, offset, row["record"]))
        if number % shard_size == 0:
            write_shard(out, format, shard, done)
            done, shard = [], shard + 1
    if done or number % shard_size:
        write_shard(out, format, shard, done)
    write_bytes(out / "failures.jsonl", format_failures(failures))
    return Summary(number - len(failures), len(failures), True)
