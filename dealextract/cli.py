"""The command line: extract, batch, evaluate, schema, demo."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from dealextract.batch_command import batch
from dealextract.errors import DealextractError

if TYPE_CHECKING:
    from dealextract.extraction import Extraction
    from dealextract.readers import Article, Failure
    from dealextract.records import Document

app = typer.Typer(
    name="dealextract",
    help="Reads French and English business press: companies, amounts, hedges, sources and deals.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How results are printed."""

    jsonl = "jsonl"
    json = "json"
    table = "table"
    html = "html"


Lang = Annotated[str, typer.Option(help="auto, fr or en; a document that states its language keeps it.")]
Published = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Day of publication (2025-06-09) of documents that state none."),
]
Model = Annotated[Path | None, typer.Option(help="Folder of trained weights; by default the one shipped.")]
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format", help="jsonl: a record a line. json: one list. table: for reading. html: a page."
    ),
]


def fail(problem: DealextractError | str, status: int = 1) -> NoReturn:
    """One message on standard error, and the end."""
    typer.echo(f"dealextract: {problem}", err=True)
    raise typer.Exit(problem.exit_status if isinstance(problem, DealextractError) else status)


def show_version(wanted: bool) -> None:
    """Print the versions of package and model, and stop."""
    if not wanted:
        return
    from dealextract import __version__
    from dealextract.encoder import find_model

    try:
        meta = json.loads((find_model() / "meta.json").read_text(encoding="utf-8"))
        model = f"model {meta.get('name', 'fr-en')} {meta.get('version', 'of unknown version')}"
    except (DealextractError, OSError, ValueError):
        model = "no model"
    typer.echo(f"dealextract {__version__} ({model})")
    raise typer.Exit


app.command()(batch)


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=show_version, is_eager=True, help="Versions of package and model."
        ),
    ] = False,
) -> None:
    """Reads French and English business press: companies, amounts, hedges, sources and deals."""
    for stream in (sys.stdout, sys.stderr):
        # Output is UTF-8 whatever the terminal claims; a message may quote half a surrogate pair.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


@app.command()
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


@app.command()
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
        write_documents(keep_extractions(results, failures), format)
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


def write_documents(documents: Iterator[Document], format: Format) -> None:
    """Print documents in a format; each record is printed whole."""
    from dealextract import display

    if format is Format.jsonl:
        for document in documents:
            typer.echo(document.to_json())
    elif format is Format.table:
        for document in documents:
            typer.echo(display.to_text(document))
    elif format is Format.json:
        records = [document.model_dump(mode="json") for document in documents]
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        typer.echo(display.to_page(documents))


@app.command()
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


def read_documents(path: Path) -> list[Document]:
    """The document records of a JSON Lines file; raises InvalidInput with the line of the first fault."""
    from dealextract.errors import InvalidInput, InvalidRecord
    from dealextract.readers import decode
    from dealextract.records import Document

    try:
        lines = path.read_bytes().splitlines()
    except OSError as problem:
        raise InvalidInput(f"cannot read {path}: {problem.strerror}") from problem
    documents = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                documents.append(Document.from_json(decode(line)))
        except (InvalidInput, InvalidRecord) as problem:
            raise InvalidInput(f"{path}:{number}: {problem}") from problem
    return documents


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


@app.command()
def schema() -> None:
    """Print the JSON Schema of a document record."""
    typer.echo(json.dumps(make_schema(), ensure_ascii=False, indent=2))


def make_schema() -> dict[str, Any]:
    """JSON Schema of what `extract` prints and `evaluate` reads."""
    from dealextract.records import Document

    described = Document.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}
