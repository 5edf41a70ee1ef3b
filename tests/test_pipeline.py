"""Pipelines: every component by factory, clear errors, and a tokenizer that stays linear."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import spans
from dealextract.errors import InvalidInput, ModelNotFound, UnsupportedLanguage
from dealextract.pipeline import COMPONENTS, PREFIX, load, shared_pipeline
from dealextract.tokenizing import MAX_RUN, BoundedTokenizer
from tests.trained import needs_model
from tests.untagged import load_untagged


def test_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"model\.onnx"):
        load("fr", model=tmp_path)


@pytest.mark.parametrize("lang", ["de", "auto", ""])
def test_unsupported_language(lang: str) -> None:
    with pytest.raises(UnsupportedLanguage):
        load(lang)


def test_unknown_component() -> None:
    with pytest.raises(InvalidInput, match="'taggr'"):
        load("fr", exclude=["taggr"])


def test_components_run_in_one_order() -> None:
    nlp = load("en", components=["conversions", "dealextract_money"])
    assert nlp.pipe_names == ["dealextract_money", "dealextract_conversions"]
    assert load_untagged("fr").pipe_names == [PREFIX + name for name in COMPONENTS if name != "tagger"]


def test_a_checkout_that_is_not_installed() -> None:
    # Without its entry points spaCy knows none of the factories by itself.
    code = (
        "import catalogue; catalogue.Registry.get_entry_points = lambda self: {}; "
        "catalogue.Registry.get_entry_point = lambda self, name, default=None: default; "
        "from dealextract.pipeline import load; print(*load('fr', components=['money']).pipe_names)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("dealextract_money", "")


@needs_model
def test_the_whole_pipeline() -> None:
    nlp = shared_pipeline("fr")
    assert nlp.pipe_names == [PREFIX + name for name in COMPONENTS]
    assert nlp is shared_pipeline("fr")
    assert load("fr") is not nlp


@pytest.mark.parametrize("name", COMPONENTS)
def test_each_component_stands_alone_in_a_blank_pipeline(name: str) -> None:
    if name == "tagger":
        pytest.skip("needs weights")
    nlp = spacy.blank("fr")
    nlp.add_pipe(PREFIX + name)
    assert nlp("Le groupe Orvane vaut 5 M€.").text == "Le groupe Orvane vaut 5 M€."
    assert nlp("").text == ""


def test_records_are_behind_spans() -> None:
    nlp = load_untagged("en")
    doc = nlp("Orvane paid €5m for Tiel.")
    (span,) = doc.spans["money"]
    assert span._.record.currency == "EUR"
    assert doc[0:1]._.record is None
    assert spans.read_layer(doc, "money", type(span._.record)) == [span._.record]


def test_a_context_reaches_the_dates() -> None:
    nlp = load_untagged("en")
    doc = nlp.make_doc("Orvane said on Monday that it would pay.")
    spans.set_context(doc, published="2025-06-11")
    (date,) = nlp(doc).spans["dates"]
    assert date._.record.value == "2025-06-09"


def test_a_pipeline_is_saved_and_loaded(tmp_path: Path) -> None:
    nlp = load("en", components=["sentences", "money"])
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert isinstance(again.tokenizer, BoundedTokenizer)
    doc = again("It paid €5m net.")
    assert [s.text for s in doc.spans["money"]] == ["€5m"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_tokenizer_is_spacys_on_prose(lang: str) -> None:
    text = "L'offre (5,4 M€) d'Orvane, « hostile », n'a pas plu. The firm's U.S. arm isn't sold — yet.\n\n"
    ours, theirs = load_untagged(lang).make_doc(text), spacy.blank(lang).make_doc(text)
    assert [(t.text, t.idx) for t in ours] == [(t.text, t.idx) for t in theirs]


@pytest.mark.parametrize("unit", ["(", '"', "1", "a", "l'", "€5m-", "a.", "@", " "])
def test_the_tokenizer_is_linear(unit: str) -> None:
    nlp = load_untagged("fr")
    text = unit * (40_000 // len(unit))
    start = time.process_time()
    assert nlp.make_doc(text).text == text
    assert time.process_time() - start < 2


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(alphabet="([«\"'a1.€-,", min_size=MAX_RUN, max_size=3 * MAX_RUN), st.text())
def test_the_tokenizer_keeps_any_text(before: str, run: str, after: str) -> None:
    nlp = load_untagged("en")
    text = before + run + after
    doc = nlp.make_doc(text)
    assert doc.text == text
    assert all(text[t.idx : t.idx + len(t)] == t.text for t in doc)
