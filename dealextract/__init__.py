"""Typed spans and deals from French and English business press.

    import dealextract
    x = dealextract.extract(text, published="2025-06-09")
    x.deals[0].status, x.money, x.to_json(), x.to_frame("deals")

Names are imported when they are first used, so that `import dealextract` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from dealextract.batch import extract, pipe
    from dealextract.errors import (
        DealextractError,
        InvalidInput,
        InvalidRecord,
        LexiconError,
        MissingExtra,
        ModelNotFound,
        TextTooLong,
        UnsupportedLanguage,
    )
    from dealextract.extraction import Conversion, Extraction
    from dealextract.pipeline import load
    from dealextract.readers import Failure
    from dealextract.records import Attribution, Date, Deal, Document, Hedge, Mark, Money, Name, Percent, Span
    from dealextract.tables import frame

_MODULES = {
    "batch": ("extract", "pipe"),
    "errors": (
        "DealextractError", "InvalidInput", "InvalidRecord", "LexiconError", "MissingExtra", "ModelNotFound",
        "TextTooLong", "UnsupportedLanguage",
    ),
    "extraction": ("Conversion", "Extraction"),
    "pipeline": ("load",),
    "readers": ("Failure",),
    "tables": ("frame",),
    "records": (
        "Attribution", "Date", "Deal", "Document", "Hedge", "Mark", "Money", "Name", "Percent", "Span",
    ),
}  # fmt: skip
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Attribution", "Conversion", "Date", "Deal", "DealextractError", "Document", "Extraction", "Failure",
    "Hedge", "InvalidInput", "InvalidRecord", "LexiconError", "Mark", "MissingExtra", "ModelNotFound",
    "Money", "Name", "Percent", "Span", "TextTooLong", "UnsupportedLanguage", "extract", "frame", "load",
    "pipe",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'dealextract' has no attribute {name!r}")
    value = getattr(import_module(f"dealextract.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
