"""The command `show`: articles, or records made before, as one page."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dealextract.cli_options import Lang, Model, Published, fail
from dealextract.errors import DealextractError, InvalidInput

if TYPE_CHECKING:
    from dealextract.readers import Failure
    from dealextract.records import Document

EXAMPLES = (
    "dealextract show article.txt --published 2025-06-09 --out page.html",
    "dealextract show records.jsonl --out page.html",
    "dealextract show gold.jsonl --out gold.html --open",
)


def show(  # noqa: PLR0917
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Plain text, or .jsonl: articles with a text a line, or records, shown as they are.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="PAGE.html", help="Where to write; by default standard output.")
    ] = None,
    open_it: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    lang: Lang = "auto",
    published: Published = None,
    model: Model = None,
) -> None:
    """Make a page to look at: the text with its spans, records at a touch, deals with their evidence.

    One file without any request to outside; it can be mailed, printed and read without a network.
    """
    from dealextract import display
    from dealextract.readers import Failure

    failures: list[Failure] = []
    documents: list[Document] = []
    try:
        if out is None and (open_it or sys.stdout.isatty()):
            raise InvalidInput("a page is long: give --out page.html, or send standard output to a file")
        for item in read_items(files, lang=lang, published=published, model=model):
            if isinstance(item, Failure):
                failures.append(item)
                typer.echo(f"dealextract: {item.id or 'article'}: {item.message}", err=True)
            else:
                documents.append(item)
        page = display.to_page(documents)
        if out is None:
            typer.echo(page, nl=False)
        elif documents or not failures:
            write_page(page, out, len(documents), open_it)
    except DealextractError as problem:
        fail(problem)
    if failures:
        raise typer.Exit(failures[0].exit_status)


def write_page(page: str, out: Path, count: int, open_it: bool) -> None:
    """Write the page, say so, and open it when wished; raises InvalidInput."""
    try:
        out.write_text(page, encoding="utf-8", newline="")
    except OSError as problem:
        raise InvalidInput(f"cannot write {out}: {problem.strerror}") from problem
    articles = "1 article" if count == 1 else f"{count} articles"
    typer.echo(f"{out}: {articles}, {len(page.encode()) / 1000:.0f} kB", err=True)
    if open_it:
        typer.launch(out.resolve().as_uri())


def read_items(
    files: list[str], *, lang: str, published: str | None, model: Path | None
) -> Iterator[Document | Failure]:
    """Documents of files in order: records as they stand, articles through the pipeline."""
    from dealextract.batch import pipe
    from dealextract.readers import JSONL_SUFFIXES, Failure, read_files
    from dealextract.records import Document

    def run(articles: Iterator[Any]) -> Iterator[Document | Failure]:
        for result in pipe(articles, lang=lang, published=published, model=model):
            yield result if isinstance(result, Failure) else result.document

    for file in files:
        path = Path(file)
        if path.suffix.lower() not in JSONL_SUFFIXES or not path.is_file() or not holds_records(path):
            yield from run(read_files([file]))
            continue
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    if line.strip():
                        yield Document.from_json(line)
                except DealextractError as problem:
                    yield Failure.of(InvalidInput(str(problem)), f"{file}:{number}")


def holds_records(path: Path) -> bool:
    """True when the first line of a JSON Lines file is a record with spans, not a bare article."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = json.loads(next((line for line in lines if line.strip()), "null"))
    except ValueError:
        return False
    return isinstance(first, dict) and isinstance(first.get("spans"), list)
