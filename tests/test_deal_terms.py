"""Which figure is which term of which deal."""

import re

import numpy as np
import pytest

from dealextract import load, records, spans
from dealextract.components.deal_figures import MOST, list_candidates, read_figures
from dealextract.components.deal_relations import read_terms
from dealextract.components.deals import DealAssembler
from dealextract.relations import TERMS

TOLD = {
    "en": (
        "Ostler agreed on Monday to buy Corran for $3bn. "
        "The group bought Dunmere for $140m in 2001. It made a profit of $75m.",
        {"Corran": "$3bn", "Dunmere": "$140m"},
    ),
    "fr": (
        "Ostler a accepté lundi de racheter Corran pour 3 milliards d'euros. "
        "Ostler avait acquis Dunmere pour 140 millions d'euros en 2001. Son bénéfice : 75 millions d'euros.",
        {"Corran": "3 milliards d'euros", "Dunmere": "140 millions d'euros"},
    ),
}


@pytest.fixture(scope="module")
def pipelines():
    return {lang: load(lang, components=["money", "percents", "conversions"]) for lang in ("fr", "en")}


def read(nlp, text):
    doc = nlp(text)
    names = [
        records.Name(
            id=f"N{n}", label="COMPANY", start=m.start(), end=m.end(), text=m.group(), entity=m.group()
        )
        for n, m in enumerate(re.finditer("Ostler|Corran|Dunmere", text))
    ]
    spans.write_layer(doc, "names", names)
    return doc


@pytest.mark.parametrize("lang", TOLD)
def test_every_deal_has_its_own_price(pipelines, lang):
    text, expected = TOLD[lang]
    doc = DealAssembler(lang)(read(pipelines[lang], text))
    money = {m.id: m.text for m in spans.read_layer(doc, "money", records.Money)}
    deals = spans.read_layer(doc, "deals", records.Deal)
    assert {d.target[0]: money.get(d.amount) for d in deals} == expected


def test_what_converts_another_amount_is_no_figure(pipelines):
    doc = pipelines["en"]("Ostler paid 3bn euros ($3.4bn) for 26% of Corran.")
    assert [f.text for f in read_figures(doc)] == ["3bn euros", "26%"]


def test_a_table_of_figures_is_cut(pipelines):
    doc = pipelines["en"]("$3bn, " * (2 * MOST))
    assert len(read_figures(doc)) == MOST


def test_relations_tell_a_figure_from_that_of_another_deal(pipelines):
    doc = read(pipelines["en"], "Ostler bought Corran and Ostler sold Dunmere for $3bn.")
    drafts, context = DealAssembler("en").find_drafts(doc)
    bought, sold = ((d.cluster, d.trigger) for d in drafts)
    (figure,) = read_figures(doc)
    bought[1].terms = {figure.start: {"amount": 0.9}}
    sold[1].terms = {figure.start: {"amount": 0.3}}
    one, other = list_candidates([figure], [], [bought, sold], context.reading)
    assert "related best:amount/more than elsewhere" in one.features
    assert "related best:amount/less than elsewhere" in other.features
    assert "related:amount>9" in one.features
    assert "related:amount>4" not in other.features
    assert {"deals:word nearer", "characters:right90"} <= one.features
    assert {"deals:nearest", "characters:right40"} <= other.features


def test_terms_of_figures_from_scores():
    scores = np.full((2, len(TERMS)), -9.0)
    scores[1, TERMS.index("stake")] = 2.0
    assert read_terms([4, 17], scores) == {17: {"stake": pytest.approx(0.88, abs=0.01)}}
    assert read_terms([4, 17], np.zeros((2, 0))) is None  # a model from before figures were related
