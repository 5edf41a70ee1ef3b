"""What a worker does with a raw document: parse it, read it, give one line of JSON or a failure."""

from __future__ import annotations

import datetime
import json
import logging
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dealextract.archive.exports import PARSERS
from dealextract.archive.sources import Item, Job, Reading
from dealextract.batch import ArticleReader, try_article
from dealextract.errors import DealextractError, InvalidInput, MissingExtra
from dealextract.examples import load_examples
from dealextract.readers import Article, Failure, decode, make_article, refuse_constant
from dealextract.records import to_number

ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
"""What stands for a byte that was no UTF-8."""


class DocumentReader:
    """A worker's reader; opens model and lexicons when it is made, so that no document pays for it."""

    def __init__(self, job: Job) -> None:
        self.reading = job.reading
        self.read = ArticleReader(job.settings)
        for article in load_examples():
            try_article(article, job.settings)

    def __call__(self, item: Item) -> str | Failure:
        result = self.read(parse_item(item, self.reading))
        return result if isinstance(result, Failure) else result.to_json()


def parse_item(item: Item, reading: Reading) -> Article | Failure:
    """The article of a raw document, or its failure; raises MissingExtra."""
    id: str | None = item.name
    try:
        if item.kind == "failed":
            return item.payload
        fields = FIELDS[item.kind](item.payload)
        if not isinstance(fields, dict):
            raise InvalidInput(f"the line holds a {type(fields).__name__}, expected an object with 'text'")
        fields = rename(fields, reading) if item.kind in ("jsonl", "row") else fields
        if isinstance(fields.get("id"), str):
            id = fields["id"]
        return make_article(fields, id=item.name, max_chars=reading.max_chars)
    except MissingExtra:
        raise
    except DealextractError as problem:
        return Failure.of(problem, id)
    except (ValueError, RecursionError) as problem:
        return Failure.of(InvalidInput(f"not readable as {item.kind}: {problem}"), id)
    except Exception as problem:  # an HTML or RTF library's own fault costs one document
        return Failure.of(problem, id)


def rename(fields: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """The fields under the names that an article has; empty ones that only a table has are left out."""
    names = {reading.text: "text", reading.id: "id", reading.lang: "lang", reading.published: "published"}
    own = set(names.values())
    out = {key: value for key, value in fields.items() if key not in own and key not in names}
    out |= {names[key]: fields[key] for key in names if key in fields}
    return {key: value for key, value in out.items() if key == "text" or key not in own or value != ""}


def parse_text(payload: bytes) -> dict[str, Any]:
    """The whole of a plain text."""
    return {"text": decode(payload)}


def parse_json(payload: bytes) -> Any:
    """What a line of JSON holds."""
    return json.loads(decode(payload), parse_constant=refuse_constant)


def parse_row(payload: dict[str, Any]) -> dict[str, Any]:
    """A table's row, its values as JSON ones."""
    return {str(key): simplify(value) for key, value in payload.items()}


def simplify(value: Any) -> Any:
    """A table's value as a JSON value; raises InvalidInput for text that was no UTF-8.

    >>> simplify(datetime.date(2025, 6, 9)), simplify(Decimal("1.5")), simplify(float("nan"))
    ('2025-06-09', 1.5, None)
    """
    if isinstance(value, str):
        if bad := ESCAPED_BYTE.search(value):
            raise InvalidInput(f"not UTF-8 (byte 0x{ord(bad.group()) - 0xDC00:02x}); convert the file first")
        return value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return to_number(value) if value.is_finite() else None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, dict):
        return {str(key): simplify(inner) for key, inner in value.items()}
    return [simplify(inner) for inner in value] if isinstance(value, list) else value


def parse_page(payload: bytes) -> dict[str, Any]:
    """The article of a web page, by trafilatura; raises InvalidInput when there is none."""
    try:
        from trafilatura import bare_extraction
    except ImportError as problem:
        raise MissingExtra("HTML needs trafilatura: pip install 'dealextract[archive]'") from problem
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it says of a page is in our failure
    # A date that is only guessed from some number on the page would be worse than none.
    found = bare_extraction(
        payload, with_metadata=True, include_comments=False, include_tables=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )  # fmt: skip
    text = getattr(found, "text", None)
    if found is None or not text:
        raise InvalidInput("no article text in the page")
    title, day, site = (getattr(found, name, None) for name in ("title", "date", "sitename"))
    whole = text if not title or text.startswith(title) else f"{title}\n\n{text}"
    known = {"published": day, "title": title, "source": site}
    return {"text": whole, **{key: value for key, value in known.items() if value}}


FIELDS: dict[str, Callable[[Any], Any]] = {
    "text": parse_text, "jsonl": parse_json, "row": parse_row, "html": parse_page, **PARSERS,
}  # fmt: skip
