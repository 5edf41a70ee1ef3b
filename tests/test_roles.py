"""Roles of amounts and percentages: cases in `cases/<lang>/roles.toml`, and what holds on any text."""

import time

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import spans
from dealextract.components.role_cues import (
    MONEY_MARK,
    RoleCues,
    RolesLexicon,
    find_cues,
    grow_tree,
    score_roles,
    weigh_cues,
)
from dealextract.components.role_rules import load_roles, money_role, percent_role
from dealextract.components.roles import ROLES, assign_roles, list_votes, read_role_weights
from dealextract.lexicon import LANGUAGES, load_lexicon
from dealextract.records import Money, MoneyRole, Percent, PercentRole
from tests.marked import Case, check_case, load_cases

PIPES = {lang: spacy.blank(lang) for lang in LANGUAGES}
PERCENTS = ("%", "percent", "cent")


def assign(lang, text, amounts, tagged=()):
    """Amounts and percentages after `assign_roles`, in text order, from (start, end, fields)."""
    doc = PIPES[lang].make_doc(text)
    if tagged:
        spans.write_tagged(doc, {"amounts": [spans.Tagged(*t) for t in tagged]})
    layers = {"money": [], "percents": []}
    for start, end, fields in amounts:
        is_percent = text[start:end].endswith(PERCENTS)
        layer, model = ("percents", Percent) if is_percent else ("money", Money)
        key = spans.PREFIX[layer] + str(len(layers[layer]) + 1)
        layers[layer].append(model(id=key, start=start, end=end, text=text[start:end], **fields))
    filled = assign_roles(doc, layers["money"], layers["percents"], {})
    found = [*filled[0], *filled[1]]
    return sorted(found, key=lambda r: r.start)


@pytest.mark.parametrize(("lang", "case"), load_cases("roles"))
def test_case(lang: str, case: Case):
    fields = [{key: value for key, value in item.items() if key != "role"} for item in case.expect]
    check_case(case, assign(lang, case.text, [(*at, f) for at, f in zip(case.spans, fields, strict=True)]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lexicon_names_only_roles_of_the_schema(lang):
    lexicon = load_lexicon(lang, "roles", RolesLexicon)
    assert set(lexicon.money) == set(MoneyRole.__args__)
    assert set(lexicon.percents) == set(PercentRole.__args__)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_cue_stands_once_in_a_role_and_side(lang):
    lexicon = load_lexicon(lang, "roles", RolesLexicon)
    for layer in (lexicon.money, lexicon.percents):
        for role, cues in layer.items():
            for heads in (cues.head_before, cues.head_after):
                assert len(heads) == len(set(heads)), role
            before = [*cues.before, *cues.weak_before, *cues.strong_before]
            after = [*cues.after, *cues.weak_after, *cues.strong_after]
            assert len(before) == len(set(before)), role
            assert len(after) == len(set(after)), role


def test_the_nearer_cue_wins_and_a_longer_one_covers_a_shorter():
    cues = {"debt": RoleCues(before=("debt",)), "valuation": RoleCues(weak_before=("excluding debt",))}
    words = ["excluding", "debt", MONEY_MARK]
    found = find_cues(words, grow_tree(cues))
    scores = score_roles(weigh_cues(words, 2, found, frozenset()))
    assert list(scores) == ["valuation"]


def test_size_and_unit_limit_the_roles():
    assert money_role({"price_per_share": 1.5, "revenue": 0.2}, value=3e9)[0] == "revenue"
    assert money_role({"other": 1.6}, per="share", value=2.0)[0] == "other"
    assert percent_role({})[0] == "other"


def test_a_sure_tagger_decides_where_cues_are_few(monkeypatch):
    votes = {"fit": 1.0, "rule": 1.0, "tagger": 1.0, "odds": 0.5}
    weights = {label: {"features": {}, "tagged": votes, "untagged": votes} for label in ROLES}
    monkeypatch.setattr("dealextract.components.roles.read_role_weights", lambda: weights)
    text = "Nobody spoke of $40m."
    amount = [(16, 20, {"value": 40_000_000})]
    assert assign("en", text, amount)[0].role == "other"
    assert assign("en", text, amount, [(16, 20, "MONEY.debt", 0.98)])[0].role == "debt"
    assert assign("en", text, amount, [(15, 19, "MONEY.debt", 0.98)])[0].role == "debt"
    assert assign("en", text, amount, [(16, 20, "MONEY.debt", 0.3)])[0].role == "other"
    assert assign("en", text, amount, [(16, 20, "PERCENT.stake", 0.98)])[0].role == "other"


def test_a_sure_tagger_yields_to_a_noun_beside_the_amount():
    amount = [(16, 19, {"value": 5_000_000})]
    assert (
        assign("en", "It turned out a $5m loss.", amount, [(16, 19, "MONEY.profit", 0.9)])[0].role == "loss"
    )


def test_the_head_of_an_amount_is_no_cue_for_the_next():
    cues = {
        "loss": RoleCues(before=("loss",), head_after=("loss",)),
        "profit": RoleCues(head_after=("profit",)),
    }
    words = [MONEY_MARK, "loss", "into", "a", MONEY_MARK, "profit"]
    found = find_cues(words, grow_tree(cues))
    assert [f.is_used for f in found if f.cue.is_before] == [True]
    scores = score_roles(weigh_cues(words, 4, found, frozenset()))
    assert scores["profit"] > 5 * scores["loss"]


def test_mentions_of_one_sum_vote_together():
    text = "Its debts reached $90m. Nobody would name the figure: $90m."
    amounts = [
        (18, 22, {"value": 90_000_000, "currency": "USD"}),
        (54, 58, {"value": 90_000_000, "currency": "USD"}),
    ]
    assert [m.role for m in assign("en", text, amounts)] == ["debt", "debt"]


@pytest.mark.parametrize("label", ROLES)
def test_the_weights_are_of_roles_and_known_votes(label):
    weights = read_role_weights()[label]
    assert {role for given in weights["features"].values() for role in given} <= set(ROLES[label])
    votes = list_votes(dict.fromkeys(ROLES[label], 0.0), ("other", 9.0), ("other", 0.5))["other"]
    assert set(weights["tagged"]) == set(votes) | {"tagger, no rule", "odds, no rule"}
    assert set(weights["untagged"]) <= set(votes)


SIGNS = [" sales of ", " rose ", ", contre ", "; ", ". ", " dette ", "\n", "(", "*", "@m "]
PIECES = st.lists(st.sampled_from(SIGNS) | st.text(max_size=8), max_size=12)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LANGUAGES), PIECES, st.data())
def test_any_text_gives_roles_of_the_schema(lang, pieces, data):
    text, amounts = "", []
    for piece in pieces:
        text += piece
        mark = data.draw(st.sampled_from(["$5m", "3%"]))
        amounts.append((len(text), len(text) + len(mark), {}))
        text += mark
    found = assign(lang, text, amounts)
    assert found == assign(lang, text, amounts)
    assert [(r.start, r.end) for r in found] == [a[:2] for a in amounts]


def test_time_is_linear_in_one_long_sentence():
    load_roles("en")
    spent = []
    for count in (500, 2_000):
        text = "sales of $5m and " * count
        amounts = [(17 * i + 9, 17 * i + 12, {"value": 5_000_000}) for i in range(count)]
        start = time.process_time()
        assert assign("en", text, amounts)[-1].role == "revenue"
        spent.append(time.process_time() - start)
    assert spent[1] < 12 * spent[0]
