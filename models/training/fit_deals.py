"""Fit the weights of the deal components on gold articles.

    python models/training/fit_deals.py corpora/*/train/*.jsonl corpora/*/deals/*.jsonl \\
        --unseen corpora/*/dev/*.jsonl corpora/*/unseen/*.jsonl --folds 0 --blend \\
        --out dealextract/lang/deal_weights.json [--model FOLDER]

Articles that the tagger was trained on (`gold`) are read with deal heads drawn from what it says on unseen ones
(`deal_readings.Noise`), and with the gold spans in the place of the tagger's or without any tagger. Articles that it
has not seen (`--unseen`) are read as they are, and without any tagger.
Eight softmax regressions are fitted: the `role` of a name near a predicate, whether two events (a `pair`) tell one
deal, which event of a deal is its `trigger`, whether a group of events is a `deal`, which name should `fill` an empty
role, which figure is which `term` of it, and the `type` and `status` of the gold deal that it matches. Run it again for every new tagger: its scores are
features. Prints the accuracy in folds by article.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dealextract import records, spans
from dealextract.components.deal_completion import FILL
from dealextract.components.deal_figures import TERM
from dealextract.components.deal_pairs import PAIR
from dealextract.components.deal_parties import ROLES
from dealextract.components.deal_status import DEAL, STATUSES, TYPES
from dealextract.components.deal_triggers import TRIGGER
from dealextract.components.deal_weights import read_weights

sys.path.insert(0, str(Path(__file__).resolve().parent))
from deal_examples import Found, collect_deals, collect_pairs, collect_roles, collect_triggers
from deal_readings import Reader
from forks import run_forked

NOISY, GOLD, NONE = 1.0, 0.3, 0.5  # weights of the readings of an article
# Times that the deal heads of an article are drawn: with one, status on the same press changed by 8 points.
DRAWS = 3
BY_HAND = 0.5  # weight of readings with gold spans or without a tagger, for tasks of single events
GOLD_STATUS = 3.0  # factor for the status of readings with gold spans
UNRELATED = 3.0  # factor for terms where relations say nothing, as with gold spans or without a tagger
# Weight of articles that the tagger has not seen, by task.
UNSEEN = {
    "role": 3.0,
    "pair": 1.0,
    "trigger": 1.0,
    "deal": 3.0,
    "fill": 1.0,
    "term": 1.0,
    "type": 3.0,
    "status": 3.0,
}
# Weights of known articles: lots w12 and w13 tell more deals, more evenly spread, than the press; w14 and w15 are nearest to it.
SPREAD, WHOLE = 0.3, 3.0
SPREAD_TASKS, WHOLE_TASKS = {"role", "deal", "fill"}, {"deal", "fill", "type", "status"}
# Share of the new weights where a fit is blended with the one before: half way they did better on press and
# corpora dev, and roles best as they were.
BLEND = {"role": 0.0} | dict.fromkeys(("pair", "trigger", "deal", "fill", "type", "status"), 0.5)
OF_EVENTS = {"pair", "trigger"}  # tasks of single events
LAST = ("deal", "fill", "term", "type", "status")  # tasks of groups, all of one stage
Example = tuple[int, set[str], str, float]  # article, features, class, weight
CLASSES: dict[str, Sequence[str]] = {
    "role": ROLES,
    "pair": PAIR,
    "trigger": TRIGGER,
    "deal": DEAL,
    "fill": FILL,
    "term": TERM,
    "type": TYPES,
    "status": STATUSES,
}


def list_modes(record: dict[str, Any], article: int, tasks: Sequence[str]) -> list[tuple[str, float]]:
    """How an article is read, with weights; with gold spans or without a tagger, every second one of them."""
    whole, unseen = record.get("layers") != "deals", bool(record.get("unseen"))
    if set(tasks) <= OF_EVENTS:  # the relations of the tagger are too good on articles that it knows
        by_hand = [("gold", BY_HAND), ("none", BY_HAND)] if unseen or "mentions" in record else []
        return [("tagger", 1.0), *by_hand] if unseen else by_hand
    if unseen:
        return [("tagger", 1.0), *([("none", NONE)] if whole else [])]
    drawn = [("noisy", NOISY / DRAWS)] * DRAWS
    if not whole:
        return drawn
    return [*drawn, ("gold", GOLD) if article % 2 else ("none", NONE)]


def collect(
    articles: Sequence[dict[str, Any]], reader: Reader, tasks: Sequence[str], processes: int
) -> dict[str, list[Example]]:
    """Examples of the tasks of one stage; each stage needs the weights of those before it."""

    def collect_part(part: int) -> dict[str, list[Example]]:
        reader.reseed(part)
        return collect_share(articles, range(part, len(articles), processes), reader, tasks)

    parts = run_forked(collect_part, processes)
    return {task: [example for part in parts for example in part[task]] for task in tasks}


def collect_share(
    articles: Sequence[dict[str, Any]], share: Iterable[int], reader: Reader, tasks: Sequence[str]
) -> dict[str, list[Example]]:
    """Examples of those articles whose number is in `share`."""
    examples: dict[str, list[Example]] = {task: [] for task in tasks}
    for article in share:
        record = articles[article]
        gold = records.Document.from_json(record)
        for mode, weight in list_modes(record, article, tasks):
            doc = reader.read(record, mode)
            if not spans.store(doc).get("names"):
                continue
            for task, (features, label, factor) in find_examples(reader, doc, gold, record, tasks):
                # a sure tagger has to be believed, and it never is in the other readings
                sure = GOLD_STATUS if (task, mode) == ("status", "gold") else 1.0
                sure *= UNRELATED if task == "term" and mode in ("gold", "none") else 1.0
                examples[task].append((article, features, label, weight * factor * sure))
    return examples


def weigh(record: dict[str, Any], task: str) -> float:
    """How much the examples of an article count."""
    if record.get("unseen"):
        return UNSEEN[task]
    if "mentions" in record:
        return WHOLE if task in WHOLE_TASKS else 1.0
    return SPREAD if record.get("layers") == "deals" and task in SPREAD_TASKS else 1.0


def find_examples(
    reader: Reader, doc: Any, gold: records.Document, record: dict[str, Any], tasks: Sequence[str]
) -> Iterator[tuple[str, Found]]:
    """The examples of one reading of an article, each with its task."""
    mentions = record.get("mentions")
    if "role" in tasks:
        yield from (("role", found) for found in collect_roles(reader, doc, gold, mentions))
    if "pair" in tasks:
        yield from (("pair", found) for found in collect_pairs(reader, doc, gold, mentions))
    if "trigger" in tasks:
        yield from (("trigger", found) for found in collect_triggers(reader, doc, gold))
    if set(LAST) & set(tasks):
        yield from (item for item in collect_deals(reader, doc, gold, record) if item[0] in tasks)


def make_tables(
    examples: Sequence[Example], classes: Sequence[str], least: int
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Features of at least `least` articles, the examples over them and over the classes as 0 and 1, weights."""
    counts = Counter(f for _, f in {(e[0], f) for e in examples for f in e[1]})
    names = sorted(f for f, n in counts.items() if n >= least)
    column = {f: i for i, f in enumerate(names)}
    x = np.zeros((len(examples), len(names)), dtype=np.float32)
    y = np.zeros((len(examples), len(classes)), dtype=np.float32)
    for row, (_, features, label, _) in enumerate(examples):
        x[row, [column[f] for f in features if f in column]] = 1.0
        y[row, classes.index(label)] = 1.0
    weights = np.array([e[3] for e in examples], dtype=np.float32)
    return names, x, y, weights


def fit(x: np.ndarray, y: np.ndarray, weights: np.ndarray, *, l2: float, steps: int) -> np.ndarray:
    """Weights [features, classes] of a softmax regression, by gradient descent with momentum."""
    w = np.zeros((x.shape[1], y.shape[1]), dtype=np.float32)
    speed = np.zeros_like(w)
    scale = (weights / weights.sum())[:, None]
    rate = 4.0 / max(1.0, float(x.sum(1).mean()))
    for _ in range(steps):
        logits = x @ w
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        speed = 0.9 * speed - rate * (x.T @ ((p - y) * scale) + l2 * w)
        w += speed
    return w


def fit_task(
    task: str, examples: Sequence[Example], *, l2: float, least: int = 4, steps: int = 200, folds: int = 4
) -> dict[str, dict[str, float]]:
    """The weights of a task; prints the share of right classes, articles kept on one side of each fold."""
    names, x, y, weights = make_tables(examples, CLASSES[task], least)
    article = np.array([e[0] for e in examples])
    right = total = 0.0
    for fold in range(folds):
        out = article % folds == fold
        w = fit(x[~out], y[~out], weights[~out], l2=l2, steps=steps)
        right += float((weights[out] * ((x[out] @ w).argmax(1) == y[out].argmax(1))).sum())
        total += float(weights[out].sum())
    shares = f"{100 * right / total:.1f} % right in {folds} folds" if folds else "not judged"
    sys.stdout.write(f"{task}: {len(examples)} examples, {len(names)} features, {shares}\n")
    sys.stdout.flush()
    w = fit(x, y, weights, l2=l2, steps=steps)
    return {
        f: {c: round(float(v), 2) for c, v in zip(CLASSES[task], w[i], strict=True) if abs(v) >= 0.05}
        for i, f in enumerate(names)
        if np.abs(w[i]).max() >= 0.1
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="*", type=Path, default=[])
    parser.add_argument(
        "--unseen", nargs="*", type=Path, default=[], help="gold that the tagger was not trained on"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", help="tagger: fast, accurate or a folder; by default the shipped one")
    parser.add_argument(
        "--l2",
        type=float,
        nargs=3,
        default=(0.003, 0.01, 0.0005),
        help="of most tasks, of status, of role and term",
    )
    parser.add_argument("--folds", type=int, default=4, help="0 leaves the cross-validation out")
    parser.add_argument("--docs", type=Path, help="folder that keeps the Docs of the pipeline between runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--processes", type=int, default=1, help="that collect examples; other numbers draw other readings"
    )
    parser.add_argument(
        "--blend", action="store_true", help="keep a part of the weights that the package has (BLEND)"
    )
    args = parser.parse_args()
    articles = [
        json.loads(line) for path in args.gold for line in path.read_text(encoding="utf-8").splitlines()
    ]
    articles += [
        json.loads(line) | {"unseen": True}
        for path in args.unseen
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    reader = Reader(args.model, args.seed, args.docs)
    for record in articles:
        if record.get("unseen"):
            reader.learn(record)
    fit_all(articles, reader, args)


def fit_all(articles: Sequence[dict[str, Any]], reader: Reader, args: argparse.Namespace) -> None:
    """Fit the roles, then with them the rest; the file is written after each."""
    before = {task: dict(weights) for task, weights in read_weights().items()}
    l2: dict[str, float] = dict.fromkeys(("pair", "trigger", "deal", "fill", "type"), args.l2[0])
    l2 |= {"status": args.l2[1], "role": args.l2[2], "term": args.l2[2]}
    for tasks in (("role",), ("pair",), ("trigger",), LAST):
        for task, examples in collect(articles, reader, tasks, args.processes).items():
            weighed = [(a, f, label, w * weigh(articles[a], task)) for a, f, label, w in examples]
            # The parties of the next examples are chosen with these weights.
            read_weights()[task] = fit_task(task, weighed, l2=l2[task], folds=args.folds)
        write_weights(read_weights(), args.out)
    for task, share in BLEND.items() if args.blend else ():
        read_weights()[task] = blend(before[task], read_weights()[task], share)
    write_weights(read_weights(), args.out)


def blend(old: dict[str, Any], new: dict[str, Any], share: float) -> dict[str, Any]:
    """The weights of a task between two fits: `share` of the new ones.

    >>> blend({"a": {"x": 1.0}}, {"a": {"x": 2.0}, "b": {"y": 1.0}}, 0.3)
    {'a': {'x': 1.3}, 'b': {'y': 0.3}}
    """
    mixed: dict[str, dict[str, float]] = {}
    for weights, part in ((old, 1 - share), (new, share)):
        for feature, given in weights.items():
            own = mixed.setdefault(feature, {})
            for name, weight in given.items():
                own[name] = round(own.get(name, 0.0) + part * weight, 2)
    return mixed


def write_weights(weights: dict[str, Any], path: Path) -> None:
    """One feature a line, in order, so that a new fit shows what changed."""
    lines = ["{"]
    for n, task in enumerate(weights):
        rows = [
            f"  {json.dumps(f, ensure_ascii=False)}: {json.dumps(w)}"
            for f, w in sorted(weights[task].items())
        ]
        lines += [f' "{task}": {{', ",\n".join(rows), " }" + ("," if n + 1 < len(weights) else "")]
    path.write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
