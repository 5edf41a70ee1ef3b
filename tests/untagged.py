"""A pipeline without the trained tagger in the place of the whole one: quick, and needs no weights."""

from __future__ import annotations

from functools import cache

import pytest
from spacy.language import Language

from dealextract import batch, pipeline


@cache
def load_untagged(lang: str) -> Language:
    return pipeline.load(lang, exclude=["tagger"])


@pytest.fixture
def untagged(monkeypatch: pytest.MonkeyPatch) -> None:
    """`extract`, `pipe` in one process and the command line run without the tagger."""
    monkeypatch.setattr(batch, "shared_pipeline", lambda lang, *more: load_untagged(lang))
