"""Fit the weights of the roles of amounts and percentages on gold articles.

    python models/training/fit_roles.py corpora/*/train/*-w[1-9].jsonl --unseen corpora/*/train/*-w10.jsonl \
        --out dealextract/lang/role_weights.json [--model FOLDER]

A softmax regression gives each amount a role from its features (`dealextract.components.role_features`), without
the tagger. Its log-probability, the role of the rules and the role of the tagger then vote; what each vote weighs
is fitted on the articles that the tagger was not trained on (`--unseen`), with a softmax that has not seen them
either. The shipped softmax is fitted on all articles. Run it again for every new tagger and after a change of
`roles.toml`; an article that a new tagger was trained on must go to the first list. Prints the share of right
roles on the unseen articles.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dealextract import load, records, spans
from dealextract.components.conversions import ConversionLexicon, link_conversions
from dealextract.components.role_features import read_features
from dealextract.components.role_rules import load_roles, read_groups, rule_roles
from dealextract.components.roles import ROLES, SURE, fit_scores, list_votes, tagged_roles
from dealextract.lexicon import load_lexicon
from dealextract.scoring.counts import pair_spans

VOTES = (
    "fit",
    "other",
    "rule",
    *(f"rule>{step}" for step in SURE),
    "tagger",
    "odds",
    "tagger, no rule",
    "odds, no rule",
)
TAGGER_SHARE = 0.6
"""Press of the outside world is farther from the tagger's training articles than the unseen ones: it says less."""
MODELS: tuple[type[records.Money] | type[records.Percent], ...] = (records.Money, records.Percent)
Weights = dict[str, dict[str, float]]


class Example(NamedTuple):
    """An amount with its gold role, and what the package knows of it."""

    article: int
    label: str
    features: set[str]
    role: str
    ruled: tuple[str, float]
    tagged: tuple[str, float] | None


@cache
def get_pipeline(lang: str, tagger: bool, model: str | None) -> Any:
    """A pipeline that finds amounts, with or without the tagger."""
    names = ["sentences", *(["tagger"] if tagger else []), "money", "percents"]
    return load(lang, model=model if tagger else None, components=names)


def collect(
    articles: Sequence[dict[str, Any]], *, tagger: bool, model: str | None, first: int
) -> Iterator[Example]:
    """The found amounts of the articles that are gold amounts too; `first` is the number of the first article."""
    for number, record in enumerate(articles, first):
        nlp, text = get_pipeline(record["lang"], tagger, model), record["text"]
        doc = nlp.make_doc(text)
        spans.set_context(doc, published=record.get("published"))
        for _, component in nlp.pipeline:
            doc = component(doc)
        money = sorted(spans.read_layer(doc, "money", records.Money), key=lambda m: (m.start, m.end))
        percents = spans.read_layer(doc, "percents", records.Percent)
        terms = load_lexicon(record["lang"], "conversions", ConversionLexicon)
        originals = link_conversions(text, money, record.get("published"), terms)
        lexicon = load_roles(record["lang"])[0]
        groups = read_groups(doc, money, percents, originals)
        ruled = rule_roles(text, groups, money, originals, lexicon)
        features = read_features(text, record["lang"], groups, ruled, lexicon)
        tagged = tagged_roles(doc, money) | tagged_roles(doc, percents)
        gold = records.Document.from_json(record).spans
        for found, kind in zip((money, percents), MODELS, strict=True):
            for right, amount in pair_spans([s for s in gold if isinstance(s, kind)], found):
                if amount.id in features and amount.id not in originals:
                    known = features[amount.id], right.role, ruled[amount.id], tagged.get(amount.id)
                    yield Example(number, amount.label, *known)


def fit_features(examples: Sequence[Example], label: str, *, l2: float, least: int, steps: int) -> Weights:
    """Weights of a softmax regression over features of at least `least` articles, by gradient descent."""
    pairs = {(e.article, f) for e in examples for f in e.features}
    counts = Counter(f for _, f in pairs)
    names = sorted(f for f, n in counts.items() if n >= least)
    column = {f: i for i, f in enumerate(names)}
    rows = [sorted(column[f] for f in e.features if f in column) for e in examples]
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    columns = np.array([c for row in rows for c in row])
    starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
    y = np.eye(len(ROLES[label]))[[ROLES[label].index(e.role) for e in examples]]
    w = np.zeros((len(names), y.shape[1]))
    speed = np.zeros_like(w)
    rate = 4.0 / max(1.0, len(columns) / len(rows))
    for _ in range(steps):
        p = softmax(np.add.reduceat(w[columns], starts))
        error = (p - y)[owner] / len(rows)
        gradient = np.stack([np.bincount(columns, e, len(names)) for e in error.T], axis=1)
        speed = 0.9 * speed - rate * (gradient + l2 * w)
        w += speed
    return {
        f: {c: round(float(v), 2) for c, v in zip(ROLES[label], w[i], strict=True) if abs(v) >= 0.03}
        for i, f in enumerate(names)
        if np.abs(w[i]).max() >= 0.06
    }


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def make_votes(examples: Sequence[Example], label: str, weights: Weights, *, tagger: bool) -> np.ndarray:
    """The votes of each example for each role: [examples, roles, VOTES]."""
    x = np.zeros((len(examples), len(ROLES[label]), len(VOTES)))
    for i, example in enumerate(examples):
        fitted = fit_scores(example.features, weights, label)
        votes = list_votes(fitted, example.ruled, example.tagged if tagger else None)
        for j, role in enumerate(ROLES[label]):
            for name, value in votes[role].items():
                x[i, j, VOTES.index(name)] = value
    return x


def fit_votes(x: np.ndarray, right: Sequence[int], *, l2: float = 0.006, steps: int = 2000) -> np.ndarray:
    """Weights of the votes, [VOTES], by gradient descent on the probability of the right role."""
    v, speed = np.zeros(x.shape[2]), np.zeros(x.shape[2])
    chosen = x[np.arange(len(x)), list(right)]
    for _ in range(steps):
        expected = (softmax(x @ v)[:, :, None] * x).sum(1)
        speed = 0.9 * speed - 0.02 * ((expected - chosen).mean(0) + l2 * v)
        v += speed
    return v


def fit_label(
    label: str, seen: Sequence[Example], unseen: Sequence[Example], args: argparse.Namespace
) -> dict[str, Any]:
    """The weights of one label; prints the share of right roles on the unseen articles."""
    settings = {"l2": args.l2, "least": args.least, "steps": args.steps}
    apart = fit_features(seen, label, **settings)
    right = [ROLES[label].index(e.role) for e in unseen]
    out: dict[str, Any] = {"features": fit_features([*seen, *unseen], label, **settings)}
    for name in ("tagged", "untagged"):
        x = make_votes(unseen, label, apart, tagger=name == "tagged")
        v = fit_votes(x, right)
        shares = [100 * np.mean((x @ u).argmax(1) == right) for u in (v, np.eye(len(VOTES))[0])]
        v[VOTES.index("tagger") :] *= TAGGER_SHARE
        out[name] = {vote: round(float(w), 2) for vote, w in zip(VOTES, v, strict=True) if w}
        sys.stdout.write(f"{label} {name}: {shares[0]:.1f} % right, {shares[1]:.1f} % by features alone, ")
        sys.stdout.write(f"of {len(right)} amounts\n")
    return out


def write_weights(weights: dict[str, Any], path: Path) -> None:
    """One feature a line, in order, so that a new fit shows what changed."""
    blocks = []
    for label, parts in weights.items():
        rows = [
            f"   {json.dumps(f, ensure_ascii=False)}: {json.dumps(w)}" for f, w in parts["features"].items()
        ]
        votes = [f'  "{name}": {json.dumps(parts[name])}' for name in ("tagged", "untagged")]
        body = ",\n".join([*votes, '  "features": {\n' + ",\n".join(rows) + "\n  }"])
        blocks.append(f' "{label}": {{\n{body}\n }}')
    path.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")


def read_articles(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The articles of JSON Lines files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument(
        "--unseen", nargs="+", type=Path, required=True, help="gold that the tagger was not trained on"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", help="tagger: fast, accurate or a folder; by default the shipped one")
    parser.add_argument("--l2", type=float, default=0.0015)
    parser.add_argument("--least", type=int, default=3, help="articles that a feature must be in")
    parser.add_argument("--steps", type=int, default=300)
    args = parser.parse_args()
    gold = read_articles(args.gold)
    seen = list(collect(gold, tagger=False, model=args.model, first=0))
    unseen = list(collect(read_articles(args.unseen), tagger=True, model=args.model, first=len(gold)))
    weights = {}
    for label in ROLES:
        known, new = ([e for e in part if e.label == label] for part in (seen, unseen))
        weights[label] = fit_label(label, known, new, args)
    write_weights(weights, args.out)


if __name__ == "__main__":
    main()
