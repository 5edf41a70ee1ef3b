"""What the commands share: options, examples in their help, completion, errors, reading of records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dealextract.errors import DealextractError

if TYPE_CHECKING:
    from dealextract.records import Document


def show_examples(*lines: str) -> str:
    """The end of a command's help: examples, one a line."""
    return "\n\n".join(["Examples:", *lines])


def complete_lang() -> list[str]:
    """What the shell offers after --lang."""
    return ["auto", "fr", "en"]


def complete_model() -> list[str]:
    """What the shell offers after --model, besides folders."""
    return ["fast"]


Lang = Annotated[
    str,
    typer.Option(
        help="auto, fr or en; a document that states its language keeps it.", autocompletion=complete_lang
    ),
]
Published = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Day of publication (2025-06-09) of documents that state none."),
]
Model = Annotated[
    Path | None,
    typer.Option(
        help="A folder of trained weights, or fast (the default); accurate is not shipped.",
        autocompletion=complete_model,
    ),
]


def fail(problem: DealextractError | str, status: int = 1) -> NoReturn:
    """One message on standard error, and the end."""
    typer.echo(f"dealextract: {problem}", err=True)
    raise typer.Exit(problem.exit_status if isinstance(problem, DealextractError) else status)


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
