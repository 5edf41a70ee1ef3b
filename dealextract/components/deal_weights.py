"""The fitted weights of the deal components: linear scores of classes over named features.

`lang/deal_weights.json` holds eight softmax regressions (`role`, `pair`, `trigger`, `deal`, `fill`, `term`,
`type`, `status`), fitted on gold articles by `models/training/fit_deals.py`. Most features are classes of
the lexicons, so that one set serves every language.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

Weights = dict[str, dict[str, float]]  # feature -> class -> weight
Table = dict[str, tuple[tuple[int, int], ...]]  # feature -> place of a class, weight in parts
PARTS = 10_000  # of 1; files give hundredths
TABLES: dict[tuple[int, tuple[str, ...]], tuple[Weights, Table]] = {}


@cache
def read_weights() -> dict[str, Weights]:
    """The weights of every task, read once."""
    path = files("dealextract").joinpath("lang", "deal_weights.json")
    return json.loads(path.read_text(encoding="utf-8"))


def load_weights(task: str) -> Weights:
    """The weights of a task."""
    return read_weights().get(task, {})


def list_steps(name: str, score: float) -> list[str]:
    """A feature for a score and one for each tenth from 0.2 that it reaches.

    >>> list_steps("vote:agreed", 0.37)
    ['vote:agreed', 'vote:agreed>2', 'vote:agreed>3']
    """
    return [name, *(f"{name}>{step}" for step in range(2, min(9, int(10 * score)) + 1))]


def rank(features: set[str], weights: Weights, classes: Sequence[str]) -> dict[str, float]:
    """Sum of the weights of the features for each class.

    >>> rank({"a", "b"}, {"a": {"x": 1.0}, "b": {"x": 0.5, "y": 1.0}}, ("x", "y"))
    {'x': 1.5, 'y': 1.0}
    """
    table = index_weights(weights, tuple(classes))
    sums = [0] * len(classes)
    for feature in features:
        for at, parts in table.get(feature, ()):
            sums[at] += parts
    return {name: total / PARTS for name, total in zip(classes, sums, strict=True)}


def index_weights(weights: Weights, classes: tuple[str, ...]) -> Table:
    """The weights in whole PARTS by the place of their class: sums of integers do not depend on the order."""
    key = id(weights), classes
    known = TABLES.get(key)
    if known is None or known[0] is not weights:
        places = {name: at for at, name in enumerate(classes)}
        table = {
            f: tuple((places[n], round(PARTS * w)) for n, w in own.items()) for f, own in weights.items()
        }
        known = TABLES[key] = (weights, table)
    return known[1]


def to_probabilities(scores: dict[str, float]) -> dict[str, float]:
    """Softmax of scores.

    >>> to_probabilities({"a": 0.0, "b": 0.0})
    {'a': 0.5, 'b': 0.5}
    """
    top = max(scores.values())
    raised = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}


def estimate(task: str, features: set[str], classes: Sequence[str]) -> dict[str, float]:
    """The probability of each class by fitted weights."""
    return to_probabilities(rank(features, load_weights(task), classes))
