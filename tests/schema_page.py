"""Writes docs/schema.md from the JSON Schema: `python -m tests.schema_page`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dealextract.cli import make_schema

PAGE = Path(__file__).resolve().parents[1] / "docs" / "schema.md"
ORDER = ("Document", "Name", "Money", "Percent", "Date", "Hedge", "Mark", "Attribution", "Deal")
INTRO = """# The record

Predictions and gold share this schema; `dealextract schema` prints it as JSON Schema, and this page is
made from it (`python -m tests.schema_page`). [guidelines.md](guidelines.md) says what each label and value
means. Offsets count Unicode code points into `text`, the end is exclusive, and `text[start:end]` is the
span's own text. Fields that point to other records hold their ids; parties of deals hold entity names.
"""


def show_type(field: dict[str, Any]) -> str:
    """A JSON Schema type in words."""
    if "anyOf" in field:
        parts = dict.fromkeys(show_type(option) for option in field["anyOf"])
        if "number" in parts:
            parts.pop("integer", None)
        return " or ".join(parts)
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "$ref" in field:
        return field["$ref"].rsplit("/", 1)[-1]
    if "oneOf" in field:
        return " or ".join(show_type(option) for option in field["oneOf"])
    if field["type"] == "array":
        if "prefixItems" in field:
            return "[" + ", ".join(show_type(item) for item in field["prefixItems"]) + "]"
        return f"list of {show_type(field['items'])}"
    return field["type"]


def make_page() -> str:
    """The page as Markdown."""
    schema = make_schema()
    definitions = schema["$defs"] | {"Document": schema}
    lines = [INTRO]
    for name in ORDER:
        lines += [
            f"## {name}",
            "",
            definitions[name]["description"],
            "",
            "| field | type | |",
            "|---|---|---|",
        ]
        for key, field in definitions[name]["properties"].items():
            lines.append(f"| `{key}` | {show_type(field)} | {field.get('description', '')} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
