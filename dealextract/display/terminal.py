"""Tables of a document in a terminal, by rich; the same without colour where output is no terminal."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, TextIO

from dealextract.display.tables import Row, clean, header, sections
from dealextract.records import Document

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

STYLES = {
    "completed": "green", "agreed": "green", "offered": "cyan", "in_talks": "yellow", "considered": "yellow",
    "rumoured": "yellow", "rejected": "red", "cancelled": "red", "denied": "red",
    "declines": "dim", "unreachable": "dim", "denies": "red",
}  # fmt: skip
"""Colours of a few cells; the words say the same."""
UNBROKEN = 10_000
"""Width where no terminal is: lines are not broken for a file or a pipe."""


def make_table(rows: Sequence[Row]) -> Table:
    """A rich table of rows; columns that are empty in all of them are left out."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    columns = [column for column in rows[0] if column != "#" and any(row[column] for row in rows)]
    for column in columns:
        table.add_column(column, overflow="fold")
    table.add_row(*(Text("-" * max(len(c), *(len(row[c]) for row in rows)), "dim") for c in columns))
    for row in rows:
        # Text, not str: brackets of an article are no markup.
        table.add_row(*(Text(row[column], STYLES.get(row[column], "")) for column in columns))
    return table


def print_document(document: Document, console: Console) -> None:
    """Print the tables of deals, companies, amounts, hedges and sources."""
    from rich.padding import Padding
    from rich.text import Text

    first = next((line for line in document.text.splitlines() if line.strip()), "")
    console.print(Text(header(document), "dim"))
    console.print(Text(clean(first, 110), "bold"), end="\n\n")
    for title, rows in sections(document).items():
        if rows:
            console.print(Text(title, "bold cyan"))
            console.print(Padding(make_table(rows), (0, 0, 1, 2)))
        else:
            console.print(Text(f"{title}: none", "dim"), end="\n\n")


def make_console(*, file: TextIO | None = None, stderr: bool = False) -> Console:
    """A console as wide as the terminal; where there is none, lines are unbroken and plain."""
    from rich.console import Console

    plain: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
    console = Console(file=file, stderr=stderr, **plain)
    if not console.is_terminal:
        console = Console(file=file, stderr=stderr, width=UNBROKEN, color_system=None, **plain)
    return console


def to_text(document: Document) -> str:
    """The tables as plain text, lines unbroken."""
    from rich.console import Console

    file = StringIO()
    console = Console(
        file=file, width=UNBROKEN, color_system=None, markup=False, emoji=False, highlight=False
    )
    print_document(document, console)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())
