import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import spans
from dealextract.components.hedging import hedges_over
from dealextract.extraction import Extraction
from dealextract.records import Hedge
from dealextract.spans import Tagged
from tests.marked import check_case, load_cases


@pytest.fixture(scope="module")
def pipelines():
    out = {}
    for lang in ("fr", "en"):
        out[lang] = spacy.blank(lang)
        out[lang].add_pipe("dealextract_hedging")
    return out


def hedges(doc):
    return spans.read_layer(doc, "hedges", Hedge)


@pytest.mark.parametrize(("lang", "case"), load_cases("hedges"))
def test_rules_alone_find_the_marked_hedges(pipelines, lang, case):
    check_case(case, hedges(pipelines[lang](case.text)))


def tagged(nlp, text, **heads):
    doc = nlp.make_doc(text)
    spans.write_tagged(
        doc,
        {
            head: [
                Tagged(text.index(word), text.index(word) + len(word), kind, score)
                for word, kind, score in items
            ]
            for head, items in heads.items()
        },
    )
    for _, component in nlp.pipeline:
        doc = component(doc)
    return hedges(doc)


def test_a_sure_cue_decides_type_and_extent_of_a_span_that_the_tagger_misplaced(pipelines):
    text = "Alvo is in talks with Brenner."
    found = tagged(pipelines["en"], text, hedges=[("in talks with", "intention", 0.9)])
    assert [(h.text, h.type, h.score) for h in found] == [("is in talks", "negotiation", 0.9)]


def test_the_tagger_adds_what_no_cue_knows_when_its_score_is_high(pipelines):
    text = "The suitor fancies its chances."
    assert [h.text for h in tagged(pipelines["en"], text, hedges=[("fancies", "possible", 0.95)])] == [
        "fancies"
    ]
    assert tagged(pipelines["en"], text, hedges=[("fancies", "possible", 0.3)]) == []


def test_the_tagger_tells_hearsay(pipelines):
    text = "Alvo plans to sell, people said."
    found = tagged(
        pipelines["en"], text, hedges=[("plans to", "intention", 0.9)], reported=[("plans", "reported", 0.9)]
    )
    assert [(h.type, h.reported, h.strength) for h in found] == [("intention", True, 0.8)]


def test_no_hedge_inside_a_name(pipelines):
    nlp = pipelines["en"]
    doc = nlp.make_doc("Shares of Rumour fell.")
    spans.write_layer(doc, "names", [])
    assert [h.text for h in hedges(nlp.get_pipe("dealextract_hedging")(doc))] == ["Rumour"]
    name = {"id": "N1", "label": "COMPANY", "start": 10, "end": 16, "text": "Rumour", "entity": "Rumour"}
    spans.store(doc)["names"] = [name]
    assert hedges(nlp.get_pipe("dealextract_hedging")(doc)) == []


@pytest.mark.parametrize(
    ("lang", "text", "cue", "inside", "outside"),
    [
        ("en", "Alvo may buy Brenner, while Corvo sold its mill.", "may", ["Alvo", "Brenner"], ["Corvo"]),
        ("en", "Alvo sold its mill, and Corvo may buy Brenner.", "may", ["Corvo", "Brenner"], ["mill"]),
        ("en", "Alvo will buy Brenner if the board agrees.", "if the board agrees", ["Alvo", "Brenner"], []),
        ("en", "Alvo denied that it would buy Brenner.", "denied", ["Brenner"], ["Alvo"]),
        ("fr", "Alvo pourrait racheter Brenner ; Corvo a vendu.", "pourrait", ["Alvo", "Brenner"], ["Corvo"]),
        (
            "fr",
            "Alvo envisagerait de céder Brenner (environ 3 millions) à Corvo.",
            "envisagerait",
            ["Brenner", "Corvo"],
            [],
        ),
        ("fr", "Alvo a vendu Brenner, qui serait évalué par Corvo.", "serait évalué", ["Corvo"], ["Alvo"]),
    ],
)
def test_scope_is_the_clause_of_the_hedge(pipelines, *, lang, text, cue, inside, outside):
    doc = pipelines[lang](text)
    (hedge,) = [h for h in hedges(doc) if h.text == cue]
    for word, expected in [*((w, True) for w in inside), *((w, False) for w in outside)]:
        at = text.index(word)
        assert bool(hedges_over([hedge], at, at + len(word))) is expected, word


def test_a_span_tells_what_hedges_it(pipelines):
    doc = pipelines["en"]("Alvo may buy Brenner.")
    assert [h.text for h in doc.char_span(13, 20)._.hedges] == ["may"]


def test_an_extraction_tells_what_hedges_a_span_an_attribution_and_a_deal(pipelines):
    text = "Alvo may buy Brenner, Dana Roe said. Corvo sold its mill."
    record = {
        "lang": "en", "text": text,
        "spans": [
            {"id": "N1", "label": "COMPANY", "start": 13, "end": 20, "text": "Brenner", "entity": "Brenner"},
            {"id": "N2", "label": "COMPANY", "start": 37, "end": 42, "text": "Corvo", "entity": "Corvo"},
            {"id": "C1", "label": "CONTENT", "start": 0, "end": 20, "text": text[:20]},
            *(h.model_dump() for h in hedges(pipelines["en"](text))),
        ],
        "attributions": [{"id": "A1", "content": ["C1"]}, {"id": "A2"}],
        "deals": [{"type": "acquisition", "status": "considered", "target": ["Brenner"], "hedges": ["H1"]},
                  {"type": "disposal", "status": "completed", "seller": ["Corvo"]}],
    }  # fmt: skip
    x = Extraction.from_json(record)
    for plain, hedged in ((x["N2"], x["N1"]), (x["A2"], x["A1"]), (x.deals[1], x.deals[0])):
        assert x.hedges_of(plain) == ()
        assert [h.text for h in x.hedges_of(hedged)] == ["may"]
    assert x.hedges_of(x.hedges[0]) == ()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["fr", "en"]), st.text() | st.lists(st.sampled_from(
    ["si", "may", "serait", "pas", "n'", "é", "rumeurs", ".", "\n", "«", "talks", "in", "could", " ", "…"]
), max_size=30).map(" ".join))  # fmt: skip
def test_any_text_gives_exact_offsets_and_the_same_result_twice(pipelines, lang, text):
    nlp = pipelines[lang]
    first = hedges(nlp(text))
    assert all(text[h.start : h.end] == h.text for h in first)
    assert all(
        h.scope is not None and h.scope[0] <= h.start and h.end <= h.scope[1] <= len(text) for h in first
    )
    assert first == hedges(nlp(text))


@pytest.mark.parametrize("piece", ["n'", "si ", "(", "9", '" ', "être en ", "n't", "in talks "])
def test_hostile_text_takes_linear_time(pipelines, piece):
    from time import process_time

    text = piece * (50_000 // len(piece))
    began = process_time()
    pipelines["fr"].get_pipe("dealextract_hedging").rules.find(text, 0, len(text))
    assert process_time() - began < 5
