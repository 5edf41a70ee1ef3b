"""The `batch` command: an archive in, a folder of parts out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from dealextract.errors import DealextractError, InvalidInput

SOME_FAILED = 1
STOPPED = 128
"""Added to the number of the signal that stopped a run."""


class Output(StrEnum):
    """What the parts of an output are."""

    jsonl = "jsonl"
    parquet = "parquet"
    csv = "csv"


class InputFormat(StrEnum):
    """What an input can be when its name does not tell."""

    text = "text"
    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"
    html = "html"
    rtf = "rtf"


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders, globs: .txt, .jsonl, .csv, .parquet, .html (web page, Europresse, Factiva) "
            "and .rtf (Factiva); .gz too.",
        ),
    ],
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the results; an earlier run goes on there.")
    ],
    format: Annotated[
        Output,
        typer.Option(
            "--format", help="jsonl: whole records. parquet: four tables. csv: deals for a spreadsheet."
        ),
    ] = Output.jsonl,
    workers: Annotated[int, typer.Option(min=1, help="Processes that read, each with its own model.")] = 1,
    lang: Annotated[
        str, typer.Option(help="auto, fr or en; a document that states its language keeps it.")
    ] = "auto",
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of publication (2025-06-09) of documents that state none."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A folder of trained weights, or fast (the default).")
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COMPONENT", help="Leave a component out, `tagger` for rules alone; may be repeated."
        ),
    ] = None,
    input_format: Annotated[
        InputFormat | None, typer.Option("--input-format", help="What every input is, whatever its name.")
    ] = None,
    text_column: Annotated[str, typer.Option(help="Column or field of the text.")] = "text",
    id_column: Annotated[str, typer.Option(help="Column or field of the id.")] = "id",
    lang_column: Annotated[str, typer.Option(help="Column or field of the language.")] = "lang",
    published_column: Annotated[
        str, typer.Option(help="Column or field of the publication date.")
    ] = "published",
    delimiter: Annotated[
        str | None, typer.Option(help="Separator of CSV inputs, a comma by default.")
    ] = None,
    max_chars: Annotated[int, typer.Option(min=1, help="A longer text is a failure.")] = 1_000_000,
    time_limit: Annotated[
        float,
        typer.Option(
            min=0, metavar="SECONDS", help="A document that takes longer is a failure; 0: no limit."
        ),
    ] = 300.0,
    shard_size: Annotated[int, typer.Option(min=1, help="Documents in a part of the output.")] = 100,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Read the documents again that failed in an earlier run.")
    ] = False,
    allow_mixed: Annotated[
        bool,
        typer.Option(
            "--allow-mixed", help="Go on in the folder although options, model or versions have changed."
        ),
    ] = False,
) -> None:
    """Read an archive into a folder; run it again to go on after any stop, or after --retry-failed.

    Exit status: 0 every document was read, 1 some failed (failures.jsonl says which and why), 2 to 6
    it could not run, 7 results cannot be written, 130 or 143 stopped by a signal.
    """
    from dealextract.archive.run import run_archive
    from dealextract.archive.sources import Job, Reading
    from dealextract.batch import make_settings

    try:
        if delimiter is not None and len(delimiter) != 1:
            raise InvalidInput(f"the delimiter is {delimiter!r}, expected one character")
        settings = make_settings(lang, published, model, exclude=exclude or ())
        reading = Reading(
            kind=input_format.value if input_format else None,
            text=text_column,
            id=id_column,
            lang=lang_column,
            published=published_column,
            delimiter=delimiter,
            max_chars=max_chars,
        )
        with interrupted_by_signals():
            summary = run_archive(
                inputs,
                out,
                Job(settings, reading),
                format=format.value,
                workers=workers,
                shard_size=shard_size,
                time_limit=time_limit or None,
                retry_failed=retry_failed,
                allow_mixed=allow_mixed,
            )
    except DealextractError as problem:
        fail(str(problem), problem.exit_status)
    except KeyboardInterrupt as stop:
        number = stop.args[0] if stop.args else signal.SIGINT
        fail("stopped; what is finished is kept: run the same command again to go on", STOPPED + int(number))
    typer.echo(f"{summary.documents:,} documents, {summary.failures:,} failures: {out}", err=True)
    if summary.failures:
        raise typer.Exit(SOME_FAILED)


def fail(message: str, status: int) -> NoReturn:
    """One message on standard error, and the end."""
    typer.echo(f"dealextract: {message}", err=True)
    raise typer.Exit(status)


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """SIGINT and SIGTERM raise KeyboardInterrupt with their number, once; later ones are ignored."""

    def interrupt(number: int, frame: Any) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    before = {one: signal.signal(one, interrupt) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
