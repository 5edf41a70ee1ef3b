"""Scoring on hand-made pairs: every figure follows from its definition."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example

from dealextract.errors import InvalidRecord
from dealextract.records import Document
from dealextract.scoring import METRICS, count_document, evaluate, make_spans_scorer, pair_documents

CORPORA = Path(__file__).parents[1] / "corpora"
TEXT = "Norvane paid about 2bn dollars (1.8bn euros) for Quillet Foods, said Ada Orme. Pellan may bid."


def make_span(piece, label, id, **attributes):
    start = TEXT.index(piece)
    return {"id": id, "label": label, "start": start, "end": start + len(piece), "text": piece, **attributes}


AMOUNT = {"value": 2_000_000_000, "currency": "USD", "modifier": "approx", "role": "deal_value"}


def make_gold(**changes):
    record = {
        "id": "d1",
        "lang": "en",
        "text": TEXT,
        "spans": [
            make_span("Norvane", "COMPANY", "N1", entity="Norvane"),
            make_span("Quillet Foods", "COMPANY", "N2", entity="Quillet Foods"),
            make_span("Ada Orme", "PERSON", "N3", entity="Ada Orme"),
            make_span("Pellan", "COMPANY", "N4", entity="Pellan"),
            make_span("2bn dollars", "MONEY", "M1", **AMOUNT),
            make_span("1.8bn euros", "MONEY", "M2", value=1_800_000_000, currency="EUR", converts="M1"),
            make_span("may bid", "HEDGE", "H1", type="possible"),
            make_span("Ada Orme", "SOURCE", "S1"),
            make_span("said", "CUE", "Q1"),
            make_span("Norvane paid about 2bn dollars", "CONTENT", "C1"),
            make_span("paid", "TRIGGER", "V1"),
            make_span("bid", "TRIGGER", "V2"),
        ],
        "attributions": [
            {"id": "A1", "source": "S1", "cue": "Q1", "content": ["C1"], "source_type": "person"},
        ],
        "deals": [
            {
                "type": "acquisition", "status": "completed", "amount": "M1", "trigger": "V1",
                "acquirer": ["Norvane"], "target": ["Quillet Foods"],
            },
            {"type": "acquisition", "status": "considered", "acquirer": ["Pellan"], "trigger": "V2"},
        ],
    }  # fmt: skip
    return record | changes


def change(record, id, **attributes):
    """The record with some fields of a span or attribution changed."""
    out = json.loads(json.dumps(record))
    for part in ("spans", "attributions"):
        out[part] = [item | attributes if item["id"] == id else item for item in out[part]]
    return out


def score(predicted, gold=None):
    pair = (Document.from_json(gold or make_gold()), Document.from_json(predicted))
    return count_document(*pair)


def test_gold_against_itself_is_right_everywhere():
    for path in sorted(CORPORA.glob("*/train/*.jsonl")):
        docs = [Document.from_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
        scores = evaluate((doc, doc) for doc in docs).scores[docs[0].lang]
        assert {k: s.headline for k, s in scores.items() if s.headline not in (1.0, None)} == {
            "MONEY.silent": 0
        }


def test_empty_prediction_costs_recall_and_has_no_precision():
    gold = Document.from_json(make_gold())
    empty = Document(id="d1", lang="en", text=TEXT)
    report = evaluate([(gold, empty)])
    money = report.get("en", "MONEY.value")
    assert (money.recall, money.precision, money.headline) == (0, None, 0)
    assert report.get("en", "PERCENT.strict").headline is None


def test_boundary_error_is_loose_but_not_strict():
    got = score(change(make_gold(), "M1", start=TEXT.index("about"), text="about 2bn dollars"))
    assert got["MONEY.strict"] == (2, 2, 1)
    assert got["MONEY.loose"] == (2, 2, 2)
    assert got["MONEY.value"] == (2, 2, 2)


def test_loose_match_asks_for_the_same_label():
    got = score(change(make_gold(), "N4", label="MEDIA"))
    assert got["COMPANY.loose"] == (3, 2, 2)
    assert got["MEDIA.loose"] == (0, 1, 0)


@pytest.mark.parametrize(
    ("wrong", "right", "silent"),
    [
        ({"value": 2_001_000_000}, 2, 0),  # within 0.1 %
        ({"value": 2_010_000_000}, 1, 1),
        ({"value": None}, 1, 0),
        ({"value_max": 3_000_000_000}, 1, 1),
        ({"currency": "CAD"}, 1, 1),
        ({"currency": None}, 1, 0),
    ],
)
def test_money_is_right_or_silently_wrong_or_admits_it(wrong, right, silent):
    got = score(change(make_gold(), "M1", **wrong))
    assert got["MONEY.value"] == (2, 2, right)
    assert got["MONEY.silent"] == (2, 2, silent)


def test_attributes_are_judged_on_matched_spans_only():
    predicted = change(make_gold(), "M1", modifier="exact")
    predicted["spans"] = [s for s in predicted["spans"] if s["id"] != "M2"]
    got = score(predicted)
    assert got["MONEY.modifier"] == (1, 1, 0)
    assert got["MONEY.role"] == (1, 1, 1)


def test_conversion_link_needs_both_ends():
    assert score(make_gold())["conversions"] == (1, 1, 1)
    turned = change(change(make_gold(), "M2", converts=None), "M1", converts="M2")
    assert score(turned)["conversions"] == (1, 1, 0)


def test_attribution_needs_source_and_cue():
    got = score(change(make_gold(), "S1", start=TEXT.index("Orme"), text="Orme"))
    assert got["attributions"] == (1, 1, 1)
    assert score(change(make_gold(), "A1", source=None))["attributions"] == (1, 1, 0)


def test_attribution_without_gold_source_matches_by_its_cue():
    gold = change(make_gold(), "A1", source=None)
    assert score(make_gold(), gold)["attributions"] == (1, 1, 1)


@pytest.mark.parametrize(("piece", "right"), [("Norvane paid about", 1), ("Norvane", 0), (None, 0)])
def test_content_is_judged_by_the_characters_in_common(piece, right):
    if piece is None:
        predicted = change(make_gold(), "A1", content=[])
    else:
        predicted = change(make_gold(), "C1", end=len(piece), text=piece)
    assert score(predicted)["attributions.content"] == (1, 1, right)


def test_two_empty_contents_agree():
    silent = change(make_gold(), "A1", content=[])
    assert score(silent, silent)["attributions.content"] == (1, 1, 1)


def test_parties_are_compared_through_mentions_not_names():
    predicted = make_gold()
    predicted["spans"][0]["entity"] = "Norvane Holdings"
    predicted["deals"][0]["acquirer"] = ["Norvane Holdings"]
    got = score(predicted)
    assert got["deals"] == (2, 2, 2)
    assert got["roles"] == (3, 3, 3)


def test_swapped_roles_match_the_deal_but_fill_no_role():
    predicted = make_gold()
    predicted["deals"][0] |= {"acquirer": ["Quillet Foods"], "target": ["Norvane"]}
    got = score(predicted)
    assert got["deals"] == (2, 2, 2)
    assert got["roles"] == (3, 3, 1)
    assert got["roles.target"] == (1, 1, 0)


def test_best_pairing_of_deals_comes_first():
    predicted = make_gold()
    predicted["deals"].insert(0, {"type": "stake", "status": "agreed", "acquirer": ["Norvane"]})
    got = score(predicted)
    assert got["deals"] == (2, 3, 2)
    assert got["deals.type"] == (2, 2, 2)
    assert got["roles"] == (3, 4, 3)


def test_deal_terms_agree_by_value_or_by_span():
    predicted = make_gold()
    predicted["deals"][0]["amount"] = "M2"
    got = score(predicted)
    assert got["deals.amount"] == (2, 2, 1)
    assert got["deals.amount.stated"] == (1, 1, 0)
    assert score(change(make_gold(), "M1", value=1))["deals.amount.stated"] == (1, 1, 1)


def test_marks_shared_by_two_records_count_once():
    predicted = make_gold()
    predicted["spans"].append(make_span("said", "CUE", "Q2"))
    assert score(predicted)["CUE.strict"] == (1, 1, 1)
    predicted["spans"].append(make_span("may bid", "HEDGE", "H2", type="possible"))
    assert score(predicted)["HEDGE.loose"] == (1, 2, 1)


def test_report_has_a_block_a_language_and_json_types():
    english, french = make_gold(), make_gold(id="d2", lang="fr")
    pairs = pair_documents(*[[Document.from_json(english), Document.from_json(french)]] * 2)
    report = evaluate(pairs, bootstrap=50)
    assert list(report.scores) == ["en", "fr", "all"]
    data = json.loads(json.dumps(report.to_dict()))
    assert data["all"]["documents"] == 2
    assert set(data["fr"]["metrics"]) == {metric.key for metric in METRICS}
    assert data["all"]["metrics"]["MONEY.value"]["interval"] == [1, 1]
    text = report.to_text()
    assert "fr (1 document)" in text
    assert all(metric.title in text for metric in METRICS if metric.kind != "f1")


def test_every_key_counted_is_in_the_table():
    assert set(score(make_gold())) <= {metric.key for metric in METRICS}


def test_bootstrap_interval_holds_the_figure_and_is_repeatable():
    gold = [Document.from_json(make_gold(id=f"d{n}")) for n in range(8)]
    predicted = [d if n % 2 else Document(id=d.id, lang="en", text=TEXT) for n, d in enumerate(gold)]
    first, second = (evaluate(pair_documents(gold, predicted), bootstrap=300) for _ in range(2))
    money = first.get("en", "MONEY.strict")
    low, high = money.interval
    assert low < money.headline < high
    assert money == second.get("en", "MONEY.strict")


def test_pairs_are_made_by_id_and_problems_named():
    gold = [Document(id="a", lang="en", text="x"), Document(id="b", lang="en", text="y")]
    assert [p.text for _, p in pair_documents(gold, [gold[1]])] == ["x", "y"]
    with pytest.raises(InvalidRecord, match="fits no gold"):
        pair_documents(gold, [Document(id="c", lang="en", text="x")])
    with pytest.raises(InvalidRecord, match="same id"):
        pair_documents(gold, [gold[0], gold[0]])
    with pytest.raises(InvalidRecord, match="another text"):
        evaluate([(gold[0], gold[1])])


WIRE = "Norvane paid 2 bn dollars"


def make_example(found):
    nlp = spacy.blank("en")
    reference, predicted = nlp.make_doc(WIRE), nlp.make_doc(WIRE)
    for doc, spans in ((reference, [(2, 5)]), (predicted, found)):
        doc.spans["money"] = SpanGroup(doc, spans=[Span(doc, *at, label="MONEY") for at in spans])
    return Example(predicted, reference)


def test_spans_scorer_is_registered_and_scores_groups():
    assert spacy.registry.scorers.get("dealextract.spans_scorer.v1") is make_spans_scorer
    scorer = make_spans_scorer()
    assert scorer([make_example([(2, 5)])])["spans_money_f"] == 1
    assert scorer([make_example([(2, 4), (0, 1)])])["spans_money_f"] == 0
    assert "spans_hedges_f" not in scorer([make_example([])])
    assert scorer([Example(Doc(spacy.blank("en").vocab, ["x"]), Doc(spacy.blank("en").vocab, ["x"]))]) == {}
