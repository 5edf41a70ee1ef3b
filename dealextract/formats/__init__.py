"""Records to and from the formats of annotation tools, so that a corrected article becomes training data.

    from dealextract import formats
    formats.write(extractions, "brat", "to-correct")
    documents = formats.read("to-correct", "brat")

Everything goes both ways: spans with exact offsets and their attributes, attributions, deals, and the
article's own fields. A reader drops references to spans that were deleted, gives defaults to spans that
were added, and refuses what the schema does not allow with the article and the place.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from dealextract.errors import InvalidInput
from dealextract.records import Document

FORMATS = {
    "label-studio": "one JSON file of tasks; the labelling configuration beside it",
    "brat": "a folder of .txt, .ann and .json files with annotation.conf",
    "docbin": "one .spacy file of spaCy Docs with span groups",
    "conll": "one CoNLL-U Plus file, a column of BIO tags for each layer",
}
"""Names of the formats, and what is written."""


def find_module(format: str) -> Any:
    """The module of a format; raises InvalidInput for an unknown one."""
    if format not in FORMATS:
        raise InvalidInput(f"no format {format!r}; there are {', '.join(FORMATS)}")
    return import_module(f"dealextract.formats.{format.replace('-', '_')}")


def write(items: Iterable[Any], format: str, path: str | Path) -> None:
    """Write extractions or documents to a file or folder in a format; raises InvalidInput."""
    documents = [getattr(item, "document", item) for item in items]
    for number, document in enumerate(documents, start=1):
        if not isinstance(document, Document):
            raise InvalidInput(f"item {number} is {type(document).__name__}, expected an extraction")
    find_module(format).write(documents, Path(path))


def read(path: str | Path, format: str) -> list[Document]:
    """The documents of a file or folder in a format; raises InvalidInput, InvalidRecord."""
    module = find_module(format)
    if not Path(path).exists():
        raise InvalidInput(f"cannot read {path}: no such file or folder")
    return module.read(Path(path))
