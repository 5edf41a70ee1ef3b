"""The commands `export` and `import`: records to annotation tools and back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dealextract.cli_options import fail, read_documents
from dealextract.errors import DealextractError, InvalidInput

EXPORTS = (
    "dealextract export records.jsonl --to label-studio --out tasks.json",
    "dealextract export records.jsonl --to brat --out to-correct",
)
IMPORTS = (
    "dealextract import tasks.json --from label-studio > gold.jsonl",
    "dealextract import to-correct --from brat > gold.jsonl",
)


class Tool(StrEnum):
    """Formats of annotation tools; the names of `dealextract.formats.FORMATS`."""

    label_studio = "label-studio"
    brat = "brat"
    docbin = "docbin"
    conll = "conll"


FORMAT_HELP = "label-studio: a file of tasks. brat: a folder. docbin: a .spacy file. conll: a .conllup file."


def export(
    records: Annotated[
        Path, typer.Argument(metavar="RECORDS.jsonl", help="Records, as `extract` prints them.")
    ],
    to: Annotated[Tool, typer.Option("--to", help=FORMAT_HELP)],
    out: Annotated[Path, typer.Option(metavar="PATH", help="The file or folder to write.")],
) -> None:
    """Write records for an annotation tool, so that a person can correct them.

    For Label Studio the labelling configuration is written beside the tasks with the suffix .xml, for brat
    annotation.conf in the folder.
    """
    from dealextract import formats

    try:
        documents = read_documents(records)
        try:
            formats.write(documents, to.value, out)
        except OSError as problem:
            raise InvalidInput(f"cannot write {out}: {problem.strerror}") from problem
    except DealextractError as problem:
        fail(problem)
    typer.echo(f"{out}: {len(documents)} articles", err=True)


def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The corrected file or folder.")],
    source: Annotated[Tool, typer.Option("--from", help=FORMAT_HELP)],
) -> None:
    """Print corrected articles as records, a line each: gold for `evaluate` and for training.

    Spans keep their ids. A reference to a span that was deleted is dropped; an added span has defaults, and
    what the schema does not allow is refused with the article and the words.
    """
    from dealextract import formats

    try:
        documents = formats.read(path, source.value)
    except DealextractError as problem:
        fail(problem)
    for document in documents:
        typer.echo(document.to_json())
