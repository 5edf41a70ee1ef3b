"""The tables of docs/scale.md, made from the Arrow schema: `python -m tests.scale_page` rewrites them."""

from __future__ import annotations

import re
from pathlib import Path

from dealextract.archive.columns import TABLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
TYPES = {"text": "large_string", "number": "decimal128(38, 6)", "[text]": "list of large_string",
         "[int64]": "list of int64"}  # fmt: skip
BETWEEN = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- /tables -->)", re.S)


def make_tables() -> str:
    """One table of columns and types for each Arrow table."""
    parts = []
    for name, columns in TABLES.items():
        rows = [f"| `{column}` | {TYPES.get(kind, kind)} |" for column, kind in columns.items()]
        parts.append("\n".join([f"### {name}", "", "| column | type |", "|---|---|", *rows]))
    return "\n" + "\n\n".join(parts) + "\n\n"


def make_page() -> str:
    """The page with its tables as they should be."""
    tables = make_tables()
    return BETWEEN.sub(lambda _: tables, PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
