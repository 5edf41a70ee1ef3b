"""Language data: TOML files under `lang/<xx>/` read once into frozen, checked models."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dealextract.errors import LexiconError, UnsupportedLanguage

LANGUAGES = ("fr", "en")


class Lexicon(BaseModel):
    """Parent of every lexicon model: frozen, and no unknown key passes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


L = TypeVar("L", bound=Lexicon)


@cache
def load_lexicon(lang: str, name: str, model: type[L]) -> L:
    """The file `lang/<lang>/<name>.toml` as a `model`; raises UnsupportedLanguage or LexiconError."""
    if lang not in LANGUAGES:
        raise UnsupportedLanguage(f"language {lang!r} is not supported; give one of {', '.join(LANGUAGES)}")
    path = files("dealextract").joinpath("lang", lang, f"{name}.toml")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return model.model_validate(data)
    except FileNotFoundError as problem:
        raise LexiconError(f"lang/{lang}/{name}.toml is missing; reinstall dealextract") from problem
    except (tomllib.TOMLDecodeError, ValidationError) as problem:
        raise LexiconError(f"lang/{lang}/{name}.toml does not have the expected form: {problem}") from problem


def with_apostrophes(phrases: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Each phrase, and its variant with the other apostrophe; the text itself is never rewritten.

    >>> with_apostrophes(["près d'"])
    ("près d'", 'près d’')
    """
    out = dict.fromkeys(phrases)
    out.update(dict.fromkeys(p.replace("'", "’") for p in phrases))
    return tuple(out)
