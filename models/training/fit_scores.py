"""Fit the lines that make scores mean what they say, and write them into a model's meta.json.

    python models/training/fit_scores.py corpora/*/dev/*.jsonl [--model models/fr-en]

The articles must be unseen by the tagger and by the weights of deals. A name is right when a gold name has its label
and offsets, another span when it overlaps one of its label, an attribution or a deal when it matches. For each of them
a slope and an intercept of the score's log-odds are fitted (Platt 1999), drawn to no change where articles are few.
Prints the mean gap between score and share of right ones, over ten equal groups, before and after (after: in five
folds by article).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dealextract import load, records
from dealextract.encoder import find_model
from dealextract.extraction import Extraction
from dealextract.scoring.counts import (
    MARK_LABELS,
    NAME_LABELS,
    get_range,
    list_spans,
    match_attributions,
    match_deals,
)
from dealextract.scoring.matching import match_spans
from dealextract.spans import calibrate, set_context

PULL = 4.0  # pseudo-observations that hold the line at slope 1, intercept 0
FOLDS, GROUPS = 5, 10
Judged = tuple[int, float, bool]  # article, score, right


def judge(gold: records.Document, predicted: records.Document, article: int) -> dict[str, list[Judged]]:
    """What each scored item of an article is, by label or layer."""
    found: dict[str, list[Judged]] = defaultdict(list)
    for label in (*NAME_LABELS, "HEDGE", *MARK_LABELS):
        expected, given = ([get_range(s) for s in list_spans(d, label)] for d in (gold, predicted))
        exact = label in NAME_LABELS
        paired = set(given) & set(expected) if exact else {given[j] for _, j in match_spans(expected, given)}
        for span in list_spans(predicted, label):
            if span.score is not None:
                found[label].append((article, span.score, get_range(span) in paired))
    for layer, pairs in (
        ("attributions", match_attributions(gold, predicted)),
        ("deals", match_deals(gold, predicted)),
    ):
        right = {j for _, j in pairs}
        for j, item in enumerate(getattr(predicted, layer)):
            if item.score is not None:
                found[layer].append((article, item.score, j in right))
    return found


def fit_line(scores: Sequence[float], right: Sequence[bool], steps: int = 30) -> tuple[float, float]:
    """Slope and intercept by Newton's method; a step that overshoots is halved.

    >>> 0.9 < fit_line([0.5] * 50, [True] * 40 + [False] * 10)[1] < 1.4
    True
    >>> sure, unsure = [True] * 580 + [False] * 20, [True] * 20 + [False] * 20
    >>> 0.5 < fit_line([0.999] * 600 + [0.6] * 40, sure + unsure)[0] < 1
    True
    """
    bounded = np.clip(np.array(scores), 0.001, 0.999)
    x = np.stack([np.log(bounded / (1 - bounded)), np.ones(len(bounded))], axis=1)
    y, w, start = np.array(right, float), np.array([1.0, 0.0]), np.array([1.0, 0.0])

    def cost(w: np.ndarray) -> float:
        return float((np.logaddexp(0, x @ w) - y * (x @ w)).sum() + PULL / 2 * ((w - start) ** 2).sum())

    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - y) + PULL * (w - start)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + PULL * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        while cost(w - step) > cost(w) and np.abs(step).max() > 1e-6:
            step = step / 2
        w = w - step
    return round(float(w[0]), 3), round(float(w[1]), 3)


def measure_gap(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Mean gap between score and share right, over groups of equal size (expected calibration error).

    >>> measure_gap([0.5, 0.5], [True, False])
    0.5
    """
    order = np.argsort(scores, kind="stable")
    groups = np.array_split(order, min(GROUPS, len(order)))
    s, y = np.array(scores), np.array(right, float)
    return float(sum(len(g) * abs(s[g].mean() - y[g].mean()) for g in groups) / len(order))


def main() -> None:
    """Read the articles, fit, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--model", help="accurate, fast or a folder; by default the shipped one")
    args = parser.parse_args()
    lines = [line for path in args.gold for line in path.read_text(encoding="utf-8").splitlines()]
    judged: dict[str, list[Judged]] = defaultdict(list)
    pipelines = {lang: load(lang, model=args.model) for lang in ("fr", "en")}
    for nlp in pipelines.values():  # what is fitted maps the scores as they come
        nlp.get_pipe("dealextract_tagger").encoder.calibration = {}
    for article, line in enumerate(lines):
        gold = records.Document.model_validate_json(line)
        nlp = pipelines[gold.lang]
        doc = nlp.make_doc(gold.text)
        set_context(doc, published=None if gold.published is None else str(gold.published))
        for _, component in nlp.pipeline:
            doc = component(doc)
        predicted = Extraction.from_doc(doc, id=gold.id).document
        for key, items in judge(gold, predicted, article).items():
            judged[key] += items
    fitted = {}
    for key, items in judged.items():
        articles, scores, right = (list(column) for column in zip(*items, strict=True))
        held = []
        for fold in range(FOLDS):
            line = fit_line(*zip(*[(s, r) for a, s, r in items if a % FOLDS != fold], strict=True))
            held += [(calibrate(s, *line), r) for a, s, r in items if a % FOLDS == fold]
        fitted[key] = fit_line(scores, right)
        before, after = measure_gap(scores, right), measure_gap(*zip(*held, strict=True))
        print(
            f"{key}: {len(items)} in {len(set(articles))} articles, gap {before:.3f} to {after:.3f}, {fitted[key]}"
        )
    path = find_model(args.model) / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8")) | {"calibration": fitted}
    path.write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
