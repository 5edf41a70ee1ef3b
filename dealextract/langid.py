"""The language of an article, French or English; other languages are refused only when sure.

lingua's detectors are built on first use. Long texts go through its small trigram models of many
languages; a short text cannot tell thirty languages apart and is judged between our two only.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from dealextract.errors import UnsupportedLanguage
from dealextract.lexicon import LANGUAGES

# Languages in which business press reaches a French or English archive, and their near neighbours:
# without Catalan a Catalan article would be "nearly French".
OTHERS = (
    "ARABIC", "BASQUE", "BOKMAL", "BULGARIAN", "CATALAN", "CHINESE", "CROATIAN", "CZECH", "DANISH",
    "DUTCH", "FINNISH", "GERMAN", "GREEK", "HEBREW", "HINDI", "HUNGARIAN", "INDONESIAN", "ITALIAN",
    "JAPANESE", "KOREAN", "LATIN", "PERSIAN", "POLISH", "PORTUGUESE", "ROMANIAN", "RUSSIAN", "SLOVAK",
    "SPANISH", "SWEDISH", "THAI", "TURKISH", "UKRAINIAN", "VIETNAMESE",
)  # fmt: skip
ENOUGH_LETTERS = 120
"""Letters from which lingua itself uses trigrams alone, and a third language can be believed."""
SURE = 0.95
SAMPLE = 4000
"""Characters that are read: an article's language does not change after them."""


def normalise_lang(lang: str | None) -> str | None:
    """The language asked for as `fr` or `en`, None for automatic; raises UnsupportedLanguage.

    >>> normalise_lang("fr-CA"), normalise_lang("auto")
    ('fr', None)
    """
    if lang is None or lang.lower() in ("", "auto"):
        return None
    code = lang.replace("_", "-").split("-")[0].lower()
    if code not in LANGUAGES:
        raise UnsupportedLanguage(
            f"language {lang!r} is not supported; give one of {', '.join(LANGUAGES)}, or auto"
        )
    return code


def detect(text: str) -> str | None:
    """`fr`, `en`, or None when nothing in the text tells; raises UnsupportedLanguage.

    A text of at least 120 letters in another language is refused; a shorter one is read as the
    nearer of French and English unless its script is neither's.
    """
    sample = text[:SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if not letters:
        rest = next((at for at in range(SAMPLE, len(text)) if text[at].isalpha()), None)
        return None if rest is None else detect(text[rest:])
    if letters >= ENOUGH_LETTERS:
        best = broad_detector().compute_language_confidence_values(sample)[0]
        code = iso_code(best.language)
        if code in LANGUAGES:
            return code
        if best.value >= SURE:
            name = best.language.name.capitalize()
            raise UnsupportedLanguage(
                f"the text is in {name}, this package reads {' and '.join(LANGUAGES)}; "
                "give the language if that is wrong"
            )
    found = narrow_detector().detect_language_of(sample)
    if found is not None:
        return iso_code(found)
    first = next(char for char in sample if char.isalpha())
    if is_latin(first):
        return None
    raise UnsupportedLanguage(f"the text is in neither French nor English: its first letter is {first!r}")


def is_latin(char: str) -> bool:
    """True for a letter of the Latin script."""
    return unicodedata.name(char, "").startswith(("LATIN", "FULLWIDTH LATIN"))


def iso_code(language: Any) -> str:
    """ISO 639-1 code of a lingua language."""
    return language.iso_code_639_1.name.lower()


@cache
def narrow_detector() -> Any:
    """lingua between French and English, all its models: for short texts."""
    from lingua import Language, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(Language.FRENCH, Language.ENGLISH).build()


@cache
def broad_detector() -> Any:
    """lingua over many languages, trigrams only: small and quick, exact on articles."""
    from lingua import Language, LanguageDetectorBuilder

    names = ("FRENCH", "ENGLISH", *OTHERS)
    languages = [getattr(Language, name) for name in names]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
