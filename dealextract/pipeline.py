"""spaCy pipelines of the package's components, by language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from dealextract.encoder import find_model
from dealextract.errors import InvalidInput, UnsupportedLanguage
from dealextract.langid import normalise_lang
from dealextract.lexicon import LANGUAGES
from dealextract.readers import MAX_CHARS
from dealextract.spans import register_extensions
from dealextract.tokenizing import TOKENIZER

PREFIX = "dealextract_"
COMPONENTS = (
    "sentences", "tagger", "money", "percents", "dates", "conversions", "companies", "hedging",
    "attribution", "deals",
)  # fmt: skip


def load(
    lang: str,
    *,
    model: str | Path | None = None,
    components: Iterable[str] | None = None,
    exclude: Iterable[str] = (),
    threads: int | None = None,
    backend: str = "onnx",
) -> Language:
    """A new spaCy Language that reads business press in `lang` ("fr" or "en").

    `model` is "fast" (the default), "accurate" (not shipped) or a folder of weights; `components`
    names those to run (all by default, in the order of COMPONENTS, with or without the prefix
    "dealextract_"), `exclude` those to leave out; `threads` read the tagger's windows side by side. A
    pipeline without "tagger" needs no weights. `backend` "torch" (extra `transformers`) runs the tagger in
    PyTorch, on a GPU when there is one. Raises UnsupportedLanguage, ModelNotFound, InvalidInput.
    """
    code = normalise_lang(lang)
    if code is None:
        raise UnsupportedLanguage(
            f"load needs a language, one of {', '.join(LANGUAGES)}; `extract` finds it by itself"
        )
    wanted = pick_components(components, exclude)
    register_extensions()
    nlp = spacy.blank(code, config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    nlp.max_length = MAX_CHARS
    for name in wanted:
        # A checkout that is not installed has no entry points.
        import_module(f"dealextract.components.{name}")
        config: dict[str, Any] = {}
        if name == "tagger":
            config = {
                "path": None if model is None else str(find_model(model)),
                "threads": threads,
                "backend": backend,
                "relations": "deals" in wanted,
            }
        nlp.add_pipe(PREFIX + name, config=config)
    return nlp


def pick_components(components: Iterable[str] | None, exclude: Iterable[str]) -> list[str]:
    """Names of the components to run, in pipeline order; raises InvalidInput for an unknown one.

    >>> pick_components(["money", "dealextract_sentences"], [])
    ['sentences', 'money']
    """
    chosen = {name.removeprefix(PREFIX) for name in (COMPONENTS if components is None else components)}
    left_out = {name.removeprefix(PREFIX) for name in exclude}
    if unknown := sorted((chosen | left_out) - set(COMPONENTS)):
        raise InvalidInput(f"no component {unknown[0]!r}; there are {', '.join(COMPONENTS)}")
    return [name for name in COMPONENTS if name in chosen - left_out]


@lru_cache(maxsize=8)
def shared_pipeline(
    lang: str, model: str | None = None, threads: int | None = None, exclude: tuple[str, ...] = ()
) -> Language:
    """The pipeline of a language, loaded once for each process; not to be changed."""
    return load(lang, model=model, threads=threads, exclude=exclude)
