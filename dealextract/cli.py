"""The command line: extract, batch, demo, show, export, import, evaluate, schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dealextract import format_commands, show_command
from dealextract.batch_command import batch
from dealextract.cli_options import Lang, Model, Published, fail, read_documents, show_examples
from dealextract.errors import DealextractError

if TYPE_CHECKING:
    from dealextract.extraction import Extraction
    from dealextract.readers import Article, Failure
    from dealextract.records import Document

ABOUT = """Reads French and English business press: who buys or funds whom, for how much, how sure it is, and
who says so.

Articles come as plain text or as JSON Lines with a "text" a line; records go out as JSON, tables
or a page."""
STATUSES = """Exit statuses

0 done, 1 another error, 2 wrong use of the command, 3 a language that is neither French nor English,
4 the trained model is missing, 5 a file or text that cannot be read, 6 a library of an extra is missing.

Start with: dealextract demo"""

app = typer.Typer(
    name="dealextract",
    help=ABOUT,
    epilog=STATUSES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How results are printed."""

    jsonl = "jsonl"
    json = "json"
    table = "table"
    html = "html"


FormatOption = Annotated[
    Format,
    typer.Option(
        "--format", help="jsonl: a record a line. json: one list. table: for reading. html: a page."
    ),
]


def show_version(wanted: bool) -> None:
    """Print the versions of package and model, and stop."""
    if not wanted:
        return
    from dealextract import __version__
    from dealextract.encoder import SIZES

    models = ", ".join(f"{size}: {describe_model(size)}" for size in SIZES)
    typer.echo(f"dealextract {__version__} (models {models})")
    raise typer.Exit


def describe_model(size: str) -> str:
    """Version and weights of the model of a size, or that it is missing."""
    from dealextract.encoder import find_model

    try:
        meta = json.loads((find_model(size) / "meta.json").read_text(encoding="utf-8"))
        return f"{meta.get('version', 'of unknown version')} {meta.get('sha256', '')[:8]}".strip()
    except (DealextractError, OSError, ValueError):
        return "missing"


app.command(
    epilog=show_examples(
        "dealextract batch archive/ --out results",
        "dealextract batch '2024/*.jsonl.gz' --out results --format parquet --workers 2",
        "dealextract batch export.html --out results --format csv --published 2025-06-09",
    )
)(batch)


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=show_version, is_eager=True, help="Versions of package and models."
        ),
    ] = False,
) -> None:
    for stream in (sys.stdout, sys.stderr):
        # Output is UTF-8 whatever the terminal claims; a message may quote half a surrogate pair.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


@app.command(
    epilog=show_examples(
        "dealextract extract article.txt --published 2025-06-09 --format table",
        "dealextract extract archive.jsonl > records.jsonl",
        "cat article.txt | dealextract extract --lang fr",
    )
)
def extract(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Plain text, or .jsonl with a 'text' a line. - or none: standard input."
        ),
    ] = None,
    lang: Lang = "auto",
    published: Published = None,
    format: FormatOption = Format.jsonl,
    model: Model = None,
) -> None:
    """Print what each article holds, in the order of the input.

    A document that cannot be read gives one message on standard error; the others are printed. The
    exit status is then that of the first failure: 3 unsupported language, 5 invalid input, 1 other.
    """
    from dealextract.readers import read_files

    write_results(read_files(files or ["-"]), format, lang=lang, published=published, model=model)


@app.command(epilog=show_examples("dealextract demo", "dealextract demo --format html > demo.html"))
def demo(format: FormatOption = Format.table) -> None:
    """Print what the two articles that come with the package hold, one French, one English."""
    from dealextract.examples import load_examples

    write_results(iter(load_examples()), format)


def write_results(
    articles: Iterator[Article | Failure],
    format: Format,
    *,
    lang: str = "auto",
    published: str | None = None,
    model: Path | None = None,
) -> None:
    """Print the documents of articles, report failures, and exit with the first failure's status."""
    from dealextract.batch import pipe

    failures: list[Failure] = []
    try:
        results = pipe(articles, lang=lang, published=published, model=model)
        write_documents(count_on_screen(keep_extractions(results, failures)), format)
    except DealextractError as problem:
        fail(problem)
    if failures:
        raise typer.Exit(failures[0].exit_status)


def keep_extractions(results: Iterator[Extraction | Failure], failures: list[Failure]) -> Iterator[Document]:
    """The documents of results; failures are reported and collected."""
    from dealextract.readers import Failure

    for result in results:
        if isinstance(result, Failure):
            failures.append(result)
            typer.echo(f"dealextract: {result.id or 'article'}: {result.message}", err=True)
        else:
            yield result.document


def count_on_screen(documents: Iterator[Document]) -> Iterator[Document]:
    """The same documents, counted on a terminal while the records go elsewhere."""
    if sys.stdout.isatty() or not sys.stderr.isatty():
        yield from documents
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from dealextract.display import make_console

    told = TextColumn("{task.completed} articles, {task.fields[deals]} deals")
    columns = (SpinnerColumn(), told, TimeElapsedColumn())
    with Progress(*columns, console=make_console(stderr=True)) as progress:
        task, deals = progress.add_task("", total=None, deals=0), 0
        for document in documents:
            deals += len(document.deals)
            progress.update(task, advance=1, deals=deals)
            yield document


def write_documents(documents: Iterator[Document], format: Format) -> None:
    """Print documents in a format; each record is printed whole."""
    from dealextract import display

    if format is Format.jsonl:
        for document in documents:
            typer.echo(document.to_json())
    elif format is Format.table:
        console = display.make_console(file=sys.stdout)
        for document in documents:
            if console.is_terminal:
                display.print_document(document, console)
            else:
                typer.echo(display.to_text(document))
    elif format is Format.json:
        records = [document.model_dump(mode="json") for document in documents]
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        typer.echo(display.to_page(documents))


@app.command(
    epilog=show_examples(
        "dealextract evaluate gold.jsonl",
        "dealextract evaluate gold.jsonl --predictions records.jsonl --json",
    )
)
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="Documents with gold spans and deals.")],
    predictions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Score this output of `extract` instead of running the pipeline."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON instead of tables.")] = False,
    model: Model = None,
) -> None:
    """Score extractions against gold: spans, amounts, conversions, hedges, attributions, deals."""
    from dealextract.scoring import evaluate as score
    from dealextract.scoring import pair_documents

    try:
        wanted = read_documents(gold)
        given = read_documents(predictions) if predictions else predict(wanted, model)
        report = score(pair_documents(wanted, given))
    except DealextractError as problem:
        fail(problem)
    typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else report.to_text())


def predict(gold: list[Document], model: Path | None) -> list[Document]:
    """The pipeline's own documents for gold texts, in the gold's languages."""
    from dealextract.batch import pipe
    from dealextract.errors import InvalidRecord
    from dealextract.readers import Article, Failure

    documents = []
    articles = [Article(d.text, id=d.id, lang=d.lang, published=d.published) for d in gold]
    for result in pipe(articles, model=model):
        if isinstance(result, Failure):
            raise InvalidRecord(f"{result.id}: {result.message}")
        documents.append(result.document)
    return documents


@app.command(epilog=show_examples("dealextract schema > record.schema.json"))
def schema() -> None:
    """Print the JSON Schema of a document record."""
    typer.echo(json.dumps(make_schema(), ensure_ascii=False, indent=2))


def make_schema() -> dict[str, Any]:
    """JSON Schema of what `extract` prints and `evaluate` reads."""
    from dealextract.records import Document

    described = Document.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}


app.command(name="show", epilog=show_examples(*show_command.EXAMPLES))(show_command.show)
app.command(name="export", epilog=show_examples(*format_commands.EXPORTS))(format_commands.export)
app.command(name="import", epilog=show_examples(*format_commands.IMPORTS))(format_commands.import_)
