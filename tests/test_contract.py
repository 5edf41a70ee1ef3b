"""Snapshots of everything public: a change here is a change that users must be told of."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
import typer.main

import dealextract
from dealextract import errors
from dealextract.cli import app
from dealextract.extraction import Extraction
from dealextract.pipeline import COMPONENTS
from dealextract.records import LAYERS, SCHEMA_VERSION
from dealextract.spans import SPAN_LAYERS
from dealextract.tables import TABLES, table_columns

PUBLIC = [
    "Attribution", "Conversion", "Date", "Deal", "DealextractError", "Document", "Extraction", "Failure",
    "Hedge", "InvalidInput", "InvalidRecord", "LexiconError", "Mark", "MissingExtra", "ModelNotFound",
    "Money", "Name", "Percent", "Span", "TextTooLong", "UnsupportedLanguage", "extract", "frame", "load",
    "pipe",
]  # fmt: skip
HEAVY = ("spacy", "pydantic", "onnxruntime", "tokenizers", "lingua", "pandas", "pyarrow", "torch", "typer")


def test_public_names() -> None:
    assert sorted(dealextract.__all__) == PUBLIC
    for name in PUBLIC:
        assert getattr(dealextract, name).__doc__
        assert name in dir(dealextract)
    with pytest.raises(AttributeError, match="nothing"):
        dealextract.nothing  # noqa: B018


def test_extraction() -> None:
    names = [name for name in vars(Extraction) if not name.startswith("_")]
    assert sorted(names) == [
        "attributions", "companies", "conversions", "dates", "deals", "from_doc", "from_json", "hedges",
        "hedges_of", "id", "lang", "money", "names", "percents", "published", "sources", "text", "to_frame",
        "to_json",
    ]  # fmt: skip


def test_layers() -> None:
    assert SCHEMA_VERSION == "1"
    assert tuple(SPAN_LAYERS) == LAYERS


def test_factories_are_entry_points() -> None:
    ours = {e.name for e in entry_points(group="spacy_factories") if e.value.startswith("dealextract.")}
    assert ours == {f"dealextract_{name}" for name in COMPONENTS}


def test_commands_and_options() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {name: sorted(p.name for p in command.params) for name, command in commands.items()}
    assert options == {
        "extract": ["files", "format", "lang", "model", "published"],
        "batch": [
            "allow_mixed",
            "delimiter",
            "exclude",
            "format",
            "id_column",
            "input_format",
            "inputs",
            "lang",
            "lang_column",
            "max_chars",
            "model",
            "out",
            "published",
            "published_column",
            "retry_failed",
            "shard_size",
            "text_column",
            "time_limit",
            "workers",
        ],
        "demo": ["format"],
        "show": ["files", "lang", "model", "open_it", "out", "published"],
        "export": ["out", "records", "to"],
        "import": ["path", "source"],
        "evaluate": ["as_json", "gold", "model", "predictions"],
        "schema": [],
    }


def test_exit_statuses() -> None:
    statuses = {name: kind.exit_status for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert statuses == {
        "DealextractError": 1, "UnsupportedLanguage": 3, "ModelNotFound": 4, "InvalidInput": 5,
        "TextTooLong": 5, "LexiconError": 1, "InvalidRecord": 1, "MissingExtra": 6, "OutputError": 7,
    }  # fmt: skip


def test_tables() -> None:
    assert list(TABLES) == [
        "documents", "deals", "companies", "names", "money", "conversions", "percents", "dates", "hedges",
        "attributions", "spans",
    ]  # fmt: skip
    assert table_columns("deals") == [
        "document", "published", "type", "status", "acquirer", "target", "seller", "partner",
        "amount", "amount_max", "amount_currency", "amount_modifier",
        "valuation", "valuation_max", "valuation_currency", "valuation_modifier",
        "price_per_share", "price_per_share_max", "price_per_share_currency", "price_per_share_modifier",
        "stake", "date", "trigger", "sources", "hedges", "certainty", "score",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import dealextract", HEAVY),
        (
            "import dealextract.batch",
            ("onnxruntime", "tokenizers", "lingua", "pandas", "pyarrow", "torch"),
        ),
        ("import dealextract.cli", ("spacy", "onnxruntime", "lingua", "pandas", "torch")),
    ],
)
def test_imports_stay_light(statement: str, absent: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print([m for m in {absent!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"
