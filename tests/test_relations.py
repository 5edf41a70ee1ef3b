"""Relations between a trigger and the names around it, and groups of triggers, on small arrays."""

import numpy as np
import pytest
from spacy.tokens import DocBin

from dealextract import load, spans
from dealextract.components.deal_pairs import APART, compare, join
from dealextract.components.deal_relations import pool
from dealextract.relations import LIMITS, MIXED, NEAR, SIZE, STEPS, Projections, Scorer, find_steps
from tests.trained import needs_model

RELATIONS = 5


def make_scorer(rng):
    shapes = ((STEPS, NEAR), (MIXED, 3 * SIZE + NEAR), (MIXED,), (RELATIONS, MIXED), (RELATIONS,))
    return Scorer(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))


def make_projections(rng, offsets):
    table = rng.normal(size=(len(offsets), 2 * SIZE)).astype(np.float32)
    return Projections(np.array(offsets), table, "nowhere")


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_pieces_of_spans(rng):
    projections = make_projections(rng, [(0, 3), (3, 5), (6, 9), (10, 14)])
    assert projections.find_pieces([(0, 5), (6, 9), (4, 7), (9, 10)]).tolist() == [
        [0, 2],
        [2, 3],
        [1, 3],
        [3, 4],
    ]


def test_a_span_has_the_mean_of_its_pieces(rng):
    projections = make_projections(rng, [(0, 3), (3, 5), (6, 9), (10, 14)])
    queries = projections.read_queries(projections.find_pieces([(0, 5), (6, 9)]))
    keys = projections.read_keys(projections.find_pieces([(6, 14)]))
    assert np.allclose(queries[0], projections.table[:2, :SIZE].mean(0), atol=1e-5)
    assert np.allclose(queries[1], projections.table[2, :SIZE], atol=1e-5)
    assert np.allclose(keys[0], projections.table[2:, SIZE:].mean(0), atol=1e-5)


def test_scores_are_those_of_the_perceptron_written_out(rng):
    scorer, query, keys = make_scorer(rng), rng.normal(size=SIZE), rng.normal(size=(3, SIZE))
    gaps = np.array([-200, 0, 7])
    (found,) = scorer.score(query[None], keys, gaps[None])
    for row, key, step in zip(found, keys, find_steps(gaps), strict=True):
        near = scorer.near[step]
        mixed = scorer.mix @ np.concatenate([query, key, query * key, near]) + scorer.mix_bias
        assert np.allclose(row, scorer.out @ np.maximum(mixed, 0) + scorer.out_bias, rtol=1e-3, atol=1e-2)


def test_a_scorer_survives_its_file(rng, tmp_path):
    scorer = make_scorer(rng)
    scorer.save(tmp_path / "relations.npz")
    kept = Scorer.load(tmp_path / "relations.npz")
    assert all((getattr(scorer, name) == getattr(kept, name)).all() for name in ("near", "mix", "out"))


def test_distances_before_and_after_are_apart():
    steps = find_steps(np.array([*LIMITS, LIMITS[-1] + 1, -1, -LIMITS[-1] - 1])).tolist()
    assert len(set(steps)) == len(steps) and max(steps) == STEPS - 1


def test_an_entity_counts_by_all_its_mentions():
    weak = np.array([[0.0, -9.0, -9.0, -9.0]])
    once, twice = pool(["A"], np.array([0]), weak), pool(["A"], np.array([0, 0]), np.repeat(weak, 2, axis=0))
    assert once["A"]["acquirer"] == pytest.approx(0.5, abs=0.01)
    assert twice["A"]["acquirer"] == pytest.approx(2 / 3, abs=0.01)
    assert set(once["A"]) == {"acquirer"}


def test_groups_are_joined_by_their_mean():
    odds = np.array([[0.0, 3.0, -1.0], [3.0, 0.0, 0.5], [-1.0, 0.5, 0.0]])
    assert join(odds) == [[0, 1], [2]]  # 0.5 alone would join the third, the mean with both does not
    odds[0, 2] = odds[2, 0] = 0.0
    assert join(odds) == [[0, 1, 2]]
    assert join(np.full((3, 3), APART)) == [[0], [1], [2]]
    assert join(np.zeros((0, 0))) == []


def test_roles_are_compared_by_entity():
    one = {"A": {"acquirer": 0.9}, "B": {"target": 0.8}}
    turned = {"A": {"target": 0.9}, "B": {"acquirer": 0.8}}
    assert compare(one, one) == 1.0 and compare(one, turned) == 0.0
    assert compare(one, {"A": {"acquirer": 0.9}}) == pytest.approx(0.747, abs=0.01)


@needs_model
def test_what_relations_are_read_from_does_not_stay_in_the_doc():
    text = "Alba agreed to buy Corvo for $3m. The deal closes in May."
    whole, short = load("en"), load("en", exclude=["deals"])
    assert spans.read_projections(whole(text)) is None
    assert spans.read_projections(short(text)) is None
    doc = whole.make_doc(text)
    for _, component in whole.pipeline[:-1]:
        doc = component(doc)
    kept = spans.read_projections(doc)
    assert kept is not None and kept.table.shape == (len(kept.offsets), 2 * SIZE)
    back = next(DocBin(store_user_data=True, docs=[doc]).get_docs(whole.vocab))
    assert (spans.read_projections(back).table == kept.table).all()
    assert whole.pipeline[-1][1](back).user_data["dealextract"]["deals"]
