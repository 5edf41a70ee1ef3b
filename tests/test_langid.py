"""Language: exact on articles, two-way on short text, refusal only when sure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract.errors import UnsupportedLanguage
from dealextract.examples import load_examples
from dealextract.langid import SAMPLE, detect, normalise_lang

GERMAN = (
    "Der Maschinenbauer Rhenfeld will nach Angaben aus Finanzkreisen die Mehrheit an seinem kleineren "
    "Wettbewerber übernehmen und verhandelt seit mehreren Wochen mit den Eigentümern über den Preis."
)
SPANISH = (
    "El grupo de distribución ha anunciado que comprará la totalidad de su rival portugués por unos "
    "trescientos millones de euros, según han explicado fuentes próximas a la operación a este diario."
)
SHORT = [
    ("Le groupe rachète son rival", "fr"),
    ("The group buys its rival", "en"),
    ("Fusion : les deux banques négocient", "fr"),
    ("Profits fall at the lender", "en"),
]


@pytest.mark.parametrize("article", load_examples(), ids=lambda article: article.id)
def test_articles(article) -> None:
    assert detect(article.text) == article.lang
    assert detect(article.text * 20) == article.lang


@pytest.mark.parametrize(("text", "lang"), SHORT)
def test_short_text(text: str, lang: str) -> None:
    assert detect(text) == lang


@pytest.mark.parametrize(("text", "name"), [(GERMAN, "German"), (SPANISH, "Spanish"), ("компания", "letter")])
def test_other_languages_are_refused(text: str, name: str) -> None:
    with pytest.raises(UnsupportedLanguage, match=name):
        detect(text)


def test_a_short_text_is_never_refused_for_its_words() -> None:
    assert detect(GERMAN[:40]) in ("fr", "en")


@pytest.mark.parametrize("text", ["", "   ", "12 % – 5", "😀"])
def test_nothing_to_tell_from(text: str) -> None:
    assert detect(text) is None


def test_letters_after_a_long_table() -> None:
    assert detect("1 234 \n" * SAMPLE + "Le groupe rachète son rival espagnol.") == "fr"


@pytest.mark.parametrize(
    ("given", "code"), [("FR", "fr"), ("en_GB", "en"), ("auto", None), ("", None), (None, None)]
)
def test_normalise(given: str | None, code: str | None) -> None:
    assert normalise_lang(given) == code


def test_normalise_refuses() -> None:
    with pytest.raises(UnsupportedLanguage, match="'de'"):
        normalise_lang("de")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    try:
        assert detect(text) in ("fr", "en", None)
    except UnsupportedLanguage as problem:
        assert str(problem)
