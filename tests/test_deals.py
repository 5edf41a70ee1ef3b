import json
import re
import time
from pathlib import Path
from typing import get_args

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import records, spans
from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_completion import settle_parties
from dealextract.components.deal_events import make_events
from dealextract.components.deal_features import find_told
from dealextract.components.deal_lexicon import load_patterns
from dealextract.components.deal_owners import find_owners
from dealextract.components.deal_party_votes import pool_votes
from dealextract.components.deal_references import References
from dealextract.components.deal_status import compute_certainty
from dealextract.components.deal_terms import find_date
from dealextract.components.deal_text import Reading
from dealextract.components.deals import DealAssembler
from dealextract.records import PARTY_ROLES
from dealextract.spans import Tagged
from dealextract.status_map import CALAIS, SCREEN, CalaisStatus, Screen, to_calais, to_screen
from tests.marked import load_cases

MODEL_ARTICLES = Path(__file__).parent / "articles" / "model.jsonl"
LABELS = {
    "names": ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"), "money": ("MONEY",), "percents": ("PERCENT",),
    "dates": ("DATE",), "hedges": ("HEDGE",), "sources": ("SOURCE",),
    "cues": ("CUE",), "contents": ("CONTENT",),
}  # fmt: skip


@pytest.fixture(scope="module")
def pipelines():
    out = {}
    for lang in ("fr", "en"):
        out[lang] = spacy.blank(lang)
        out[lang].add_pipe("dealextract_sentences")
    return out


@pytest.fixture(scope="module")
def assemblers():
    return {lang: DealAssembler(lang) for lang in ("fr", "en")}


def give_names(doc, places):
    text = doc.text
    names = [
        records.Name(id=f"N{n}", label="COMPANY", start=s, end=e, text=text[s:e], entity=text[s:e])
        for n, (s, e) in enumerate(places, start=1)
    ]
    spans.write_layer(doc, "names", names)


def read_deals(doc):
    return spans.read_layer(doc, "deals", records.Deal)


def list_parties(deal):
    return {role: list(getattr(deal, role)) for role in PARTY_ROLES if getattr(deal, role)}


@pytest.mark.parametrize(("lang", "case"), load_cases("deals"))
def test_lexicon_and_positions_alone_find_the_deals(pipelines, assemblers, lang, case):
    doc = pipelines[lang](case.text)
    give_names(doc, case.spans)
    found = read_deals(assemblers[lang](doc))
    expected = [{role: d[role] for role in PARTY_ROLES if role in d} for d in case.expect]
    assert [list_parties(d) for d in found] == expected
    for deal, wanted in zip(found, case.expect, strict=True):
        for key in ("type", "status"):
            assert getattr(deal, key) == wanted.get(key, getattr(deal, key))


def test_the_mark_of_the_tagger_gives_a_role_that_no_position_gives(pipelines, assemblers):
    doc = pipelines["en"]("Corran Mills hails the deal with Pallister Foods.")
    give_names(doc, [(0, 12), (33, 48)])
    trigger = Tagged(23, 27, "acquisition", 0.95)
    heads = {
        "triggers": [trigger],
        "statuses": [trigger._replace(type="in_talks")],
        "parties": [Tagged(0, 12, "target", 0.95), Tagged(33, 48, "acquirer", 0.95)],
    }
    spans.write_tagged(doc, heads)
    (deal,) = read_deals(assemblers["en"](doc))
    assert list_parties(deal) == {"acquirer": ["Pallister Foods"], "target": ["Corran Mills"]}


def test_a_party_of_two_deals_speaks_of_the_nearer_one(pipelines, assemblers):
    text = "Corran Mills bought Pallister Foods. Days went by. Corran Mills will buy Dunmere Dairies."
    doc = pipelines["en"](text)
    names = re.finditer("Corran Mills|Pallister Foods|Dunmere Dairies", text)
    give_names(doc, [(m.start(), m.end()) for m in names])
    spans.write_tagged(
        doc, {"party_statuses": [Tagged(0, 12, "completed", 0.9), Tagged(51, 63, "considered", 0.8)]}
    )
    _, context = assemblers["en"].find_drafts(doc)
    old, new = make_events(doc, context.reading)
    first = Cluster([old], {"acquirer": ["Corran Mills"], "target": ["Pallister Foods"]}, {})
    second = Cluster([new], {"acquirer": ["Corran Mills"], "target": ["Dunmere Dairies"]}, {})
    pools = [pool_votes(c, context.party_statuses, context.reading) for c in ([first], [first, second])]
    assert pools[0] == {id(first): pytest.approx({"completed": 0.45, "considered": 0.4})}
    assert pools[1] == {id(first): {"completed": 0.9}, id(second): {"considered": 0.8}}


def test_scores_are_written_as_the_model_calibrates_them(pipelines, assemblers):
    doc = pipelines["en"]("Corran Mills bought Pallister Foods.")
    give_names(doc, [(0, 12), (20, 35)])
    trigger = Tagged(13, 19, "acquisition", 0.9)
    found = []
    for calibration in ({}, {"COMPANY": [1.0, 2.0], "deals": [1.0, -2.0]}):
        spans.write_tagged(doc, {"triggers": [trigger]}, calibration)
        (deal,) = read_deals(assemblers["en"](doc))
        found.append((deal.score, deal.certainty))
    (raw, sure), (mapped, still_sure) = found
    assert mapped == spans.calibrate(raw, 1.0, -2.0) < raw
    assert sure == still_sure


def read_gold_doc(nlp, record):
    """A Doc with the gold layers, and the gold triggers and parties in the place of the tagger's."""
    doc = nlp(record["text"])
    spans.set_context(doc, published=record["published"])
    at = {s["id"]: s for s in record["spans"]}
    triggers, statuses, parties = [], [], []
    for deal in record["deals"]:
        s = at[deal["trigger"]]
        triggers.append(Tagged(s["start"], s["end"], deal["type"], 1.0))
        statuses.append(Tagged(s["start"], s["end"], deal["status"], 1.0))
    for s in record["spans"]:
        near = [
            (abs(at[d["trigger"]]["start"] - s["start"]), role)
            for d in record["deals"]
            for role in PARTY_ROLES
            if s.get("entity") in d[role]
        ]
        if near:
            parties.append(Tagged(s["start"], s["end"], min(near)[1], 1.0))
    spans.write_tagged(doc, {"triggers": triggers, "statuses": statuses, "parties": parties})
    for layer, labels in LABELS.items():
        items = [spans.SPAN_LAYERS[layer].model_validate(s) for s in record["spans"] if s["label"] in labels]
        spans.write_layer(doc, layer, items)
    spans.write_layer(
        doc, "attributions", [records.Attribution.model_validate(a) for a in record["attributions"]]
    )
    return doc


def give_saying(doc, source, cue, content):
    """An attribution, of three pieces of the text."""
    for layer, label, piece in (
        ("sources", "SOURCE", source),
        ("cues", "CUE", cue),
        ("contents", "CONTENT", content),
    ):
        at = doc.text.rindex(piece)
        mark = records.Mark(id=label, label=label, start=at, end=at + len(piece), text=piece)
        spans.write_layer(doc, layer, [mark])
    said = records.Attribution(
        id="A1", source="SOURCE", cue="CUE", content=("CONTENT",), source_type="media", stance="asserts"
    )
    inner = said.model_copy(update={"id": "A2", "via": "A1", "source": None, "cue": None})
    spans.write_layer(doc, "attributions", [said, inner])


RECALLING = [
    (
        "fr",
        "Ces tractations ont été révélées par l'AFP.",
        ("l'AFP", "ont été révélées", "Ces tractations"),
        True,
    ),
    ("fr", "Ces salaires ont été révélés par l'AFP.", ("l'AFP", "ont été révélés", "Ces salaires"), False),
    ("en", "Reuters first reported the talks.", ("Reuters", "reported", "the talks"), True),
]


@pytest.mark.parametrize("case", RECALLING, ids=lambda case: case[1])
def test_a_saying_that_recalls_the_deal_belongs_to_it(pipelines, assemblers, case):
    lang, sentence, saying, belongs = case
    told = {
        "fr": "Alba négocie le rachat de Corvo. Le site emploie dix personnes.",
        "en": "Alba is in talks to buy Corvo. The site employs ten people.",
    }
    doc = pipelines[lang](f"{told[lang]} {sentence}")
    give_names(doc, [(doc.text.index(n), doc.text.index(n) + len(n)) for n in ("Alba", "Corvo")])
    give_saying(doc, *saying)
    (deal,) = read_deals(assemblers[lang](doc))
    assert deal.attributions == (("A1", "A2") if belongs else ())


def load_model_articles():
    return [json.loads(line) for line in MODEL_ARTICLES.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("record", load_model_articles(), ids=lambda r: r["id"])
def test_model_articles_link_as_their_gold(pipelines, assemblers, record):
    doc = assemblers[record["lang"]](read_gold_doc(pipelines[record["lang"]], record))
    found = read_deals(doc)
    terms = ("type", "status", "amount", "valuation", "price_per_share", "stake", "date")
    wanted = {
        json.dumps([d[t] for t in terms]): {r: sorted(d[r]) for r in PARTY_ROLES if d[r]}
        for d in record["deals"]
    }
    got = {
        json.dumps([getattr(d, t) for t in terms]): {r: sorted(n) for r, n in list_parties(d).items()}
        for d in found
    }
    assert got == wanted


def test_what_is_written_is_a_valid_document(pipelines, assemblers):
    for record in load_model_articles():
        doc = assemblers[record["lang"]](read_gold_doc(pipelines[record["lang"]], record))
        layers = [spans.read_layer(doc, layer, model) for layer, model in spans.SPAN_LAYERS.items()]
        records.Document(
            lang=record["lang"],
            text=doc.text,
            spans=[s for items in layers for s in items],
            attributions=spans.read_layer(doc, "attributions", records.Attribution),
            deals=read_deals(doc),
        )
        named = {n.entity for n in spans.read_layer(doc, "names", records.Name)}
        for deal in read_deals(doc):
            parties = {name for role in PARTY_ROLES for name in getattr(deal, role)}
            assert parties
            assert parties <= named  # no party without a span
            assert 0 <= deal.certainty <= 1
            assert 0 <= deal.score <= 1
            assert all(0 <= s < e <= len(doc.text) for s, e in deal.evidence)


def read_owners(nlp, lang, text, names):
    doc = nlp(text)
    given = []
    for n, name in enumerate(names):
        at = text.index(name)
        given.append(
            records.Name(id=f"N{n}", label="COMPANY", start=at, end=at + len(name), text=name, entity=name)
        )
    reading = Reading(doc, sorted(given, key=lambda n: n.start), load_patterns(lang))
    return [(o.owner, o.owned) for o in find_owners(reading, References(reading))]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Ostler's 20% stake in Corran is for sale.", [("Ostler", "Corran")]),
        ("en", "Corran, the shipping arm of Ostler, grew.", [("Ostler", "Corran")]),
        ("en", "Ostler may sell its Corran unit.", [("Ostler", "Corran")]),
        ("en", "Ostler met Corran in Leeds.", []),
        ("fr", "Corran, filiale d'Ostler, recrute.", [("Ostler", "Corran")]),
        ("fr", "Ostler vend sa filiale Corran.", [("Ostler", "Corran")]),
        ("fr", "Ostler et Corran recrutent.", []),
        ("fr", "Dorne veut la filiale belge d'Ostler, Corran.", [("Ostler", "Corran")]),
    ],
)
def test_owners_are_read_from_what_stands_between_two_names(pipelines, lang, text, expected):
    assert read_owners(pipelines[lang], lang, text, ("Ostler", "Corran")) == expected


def test_a_group_is_known_again_by_its_country(pipelines):
    text = "Spain's Ostler met Corran of Hull. The Spanish group smiled."
    doc = pipelines["en"](text)
    names = [
        records.Name(id=n, label="COMPANY", start=text.index(n), end=text.index(n) + len(n), text=n, entity=n)
        for n in ("Ostler", "Corran")
    ]
    reading = Reading(doc, names, load_patterns("en"))
    word = next(i for i, w in enumerate(reading.words) if w.form == "the")
    assert References(reading).find(word, 1).entity == "Ostler"


WORDS = st.sampled_from(
    ["Alba", "Corvo", "bought", "sold", "to", "by", "of", "’s", "takeover", "bid", "for", "merger", "and",
     ",", ".", "\n", "a racheté", "cession", "de", "par", "qui", "le groupe", "il", "l’", "offre", "sur", "30 %",  # noqa: E501
     "(", "»", "\u00a0", "😀"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(words=st.lists(WORDS, max_size=40), lang=st.sampled_from(["fr", "en"]))
def test_any_text_gives_the_same_valid_deals_twice(pipelines, assemblers, words, lang):
    text = " ".join(words)
    results = []
    for _ in range(2):
        doc = pipelines[lang](text)
        places, at = [], 0
        for word in words:
            if word in ("Alba", "Corvo"):
                places.append((at, at + len(word)))
            at += len(word) + 1
        give_names(doc, places)
        assemblers[lang](doc)
        marks = spans.read_layer(doc, "triggers", records.Mark)
        assert all(text[m.start : m.end] == m.text for m in marks)
        results.append([d.model_dump() for d in read_deals(doc)])
        assert all(any(d[role] for role in PARTY_ROLES) for d in results[-1])
    assert results[0] == results[1]


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200))
def test_any_characters_pass(pipelines, assemblers, text):
    doc = pipelines["fr"](text)
    spans.write_tagged(doc, {"triggers": [Tagged(0, len(text), "ipo", 0.9)] if text else []})
    assemblers["fr"](doc)
    assert read_deals(doc) == []


@pytest.mark.parametrize("piece", ["Alba bought Corvo and ", "« ", "1 % of ", "sale of the unit of ", "( "])
def test_work_is_linear_on_long_text(pipelines, assemblers, piece):
    nlp, seconds = pipelines["en"], []
    for size in (8_000, 24_000):
        doc = nlp(piece * (size // len(piece)))
        text = doc.text
        give_names(doc, [(m, m + 4) for m in range(0, len(text) - 4, 400) if text[m : m + 4].strip()])
        start = time.process_time()
        assemblers["en"](doc)
        seconds.append(time.process_time() - start)
    assert seconds[1] < 8 * seconds[0] + 0.5


def test_a_doc_without_layers_has_no_deals(pipelines, assemblers):
    doc = assemblers["en"](pipelines["en"]("Alba bought Corvo."))
    assert read_deals(doc) == []
    assert list(doc.spans["triggers"]) == []


def test_status_map_covers_every_status_with_known_words():
    assert set(CALAIS) == set(SCREEN) == set(get_args(records.Status))
    assert set(CALAIS.values()) <= set(get_args(CalaisStatus))
    assert set(SCREEN.values()) == set(get_args(Screen))
    deal = records.Deal(type="merger", status="offered")
    assert (to_calais(deal), to_screen(deal)) == ("announced", "live")


def test_a_date_of_saying_and_a_planned_one_are_no_date_of_an_offer(pipelines, assemblers):
    text = "Alba said on Tuesday that it made an offer for Corvo, to be paid on 3 June 2016."
    doc = pipelines["en"](text)
    spans.set_context(doc, published="2016-04-05")
    give_names(doc, [(0, 4), (text.index("Corvo"), text.index("Corvo") + 5)])
    dates = [("Tuesday", "2016-04-05"), ("3 June 2016", "2016-06-03")]
    spans.write_layer(
        doc,
        "dates",
        [
            records.Date(id=f"D{n}", start=text.index(t), end=text.index(t) + len(t), text=t, value=v)
            for n, (t, v) in enumerate(dates, start=1)
        ],
    )
    context = assemblers["en"].find_drafts(doc)[1]
    reading = context.reading
    events = make_events(doc, reading)
    cluster = Cluster(events, {}, {})
    found = find_date(cluster, "offered", context.dates, reading, context.published)
    assert found is not None
    assert found.text == "Tuesday"
    assert find_date(cluster, "agreed", context.dates[1:], reading, context.published).text == "3 June 2016"
    cue = records.Mark(id="Q1", label="CUE", start=5, end=9, text="said")
    assert find_told(context.dates, [cue]) == {"D1"}


def test_a_hedge_and_a_denial_lower_the_certainty():
    hedge = records.Hedge(id="H1", start=0, end=3, text="may", type="possible")
    assert compute_certainty("agreed", [hedge], []) < compute_certainty("agreed", [], [])
    assert compute_certainty("rumoured", [], ["denies"]) < compute_certainty("rumoured", [], ["asserts"])


def test_the_sides_of_a_merger_are_partners():
    cluster = Cluster([], {"acquirer": ["Alba"], "target": ["Corvo"]}, {})
    settle_parties(cluster, "merger")
    assert cluster.parties == {"partner": ["Alba", "Corvo"]}
    venture = Cluster([], {"partner": ["Alba", "Corvo"], "target": ["Alcor"], "acquirer": ["Zenta"]}, {})
    settle_parties(venture, "joint_venture")  # a vehicle with a name is its target
    assert venture.parties == {"partner": ["Alba", "Corvo"], "target": ["Alcor"]}


def test_who_buys_back_its_shares_is_both_sides():
    cluster = Cluster([], {"target": ["Alba"], "acquirer": ["Alba"]}, {})
    settle_parties(cluster, "buyback")
    assert cluster.parties == {"acquirer": ["Alba"], "target": ["Alba"]}
    for role in ("acquirer", "target"):
        cluster = Cluster([], {role: ["Alba"]}, {})
        settle_parties(cluster, "buyback")
        assert cluster.parties == {"acquirer": ["Alba"], "target": ["Alba"]}


def test_the_type_is_voted_by_the_marks_of_the_tagger(pipelines):
    doc = pipelines["en"]("Alba and Corvo said their venture would sell and sell.")
    give_names(doc, [(0, 4), (9, 14)])
    mark = doc.text.index("venture")
    spans.write_tagged(doc, {"triggers": [Tagged(mark, mark + 7, "joint_venture", 0.24)]})
    events = make_events(doc, Reading(doc, spans.read_layer(doc, "names", records.Name), load_patterns("en")))
    assert len(events) == 3
    assert Cluster(events, {}, {}).type == "joint_venture"
    assert Cluster([e for e in events if not e.tagged], {}, {}).type == "disposal"


def test_a_deal_that_is_told_again_has_one_trigger(pipelines, assemblers):
    text = "Alba bought Corvo in May. The deal pleased Dorne. The bid was bold."
    doc = pipelines["en"](text)
    give_names(doc, [(text.index(n), text.index(n) + len(n)) for n in ("Alba", "Corvo", "Dorne")])
    words = ("bought", "deal", "bid")
    marks = [
        Tagged(text.index(w), text.index(w) + len(w), "acquisition", score)
        for w, score in zip(words, (0.9, 0.3, 0.3), strict=True)
    ]
    spans.write_tagged(doc, {"triggers": marks})
    assemblers["en"](doc)
    assert [m.text for m in spans.read_layer(doc, "triggers", records.Mark)] == ["bought"]


def test_a_role_is_filled_from_another_sentence(pipelines, assemblers):
    text = (
        "Corvo has received a takeover offer from Alba, a brewer with two sites. Dorne said it would bid too."
    )
    doc = pipelines["en"](text)
    give_names(doc, [(text.index(n), text.index(n) + len(n)) for n in ("Corvo", "Alba", "Dorne")])
    at = text.index("bid")
    dorne, corvo = text.index("Dorne"), text.index("Corvo")
    heads = {
        "triggers": [Tagged(21, 35, "acquisition", 0.9), Tagged(at, at + 3, "acquisition", 0.9)],
        "parties": [Tagged(corvo, corvo + 5, "target", 0.9), Tagged(dorne, dorne + 5, "acquirer", 0.9)],
    }
    spans.write_tagged(doc, heads)
    first, second = read_deals(assemblers["en"](doc))
    assert list_parties(first) == {"acquirer": ["Alba"], "target": ["Corvo"]}
    assert list_parties(second) == {"acquirer": ["Dorne"], "target": ["Corvo"]}
