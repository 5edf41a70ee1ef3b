"""Fit the weights of deal types and statuses on gold articles.

    python models/training/fit_deals.py GOLD.jsonl ... --out dealextract/lang/deal_weights.json

Every article is read several times: with the gold spans in the place of the tagger's, without any tagger, and with
some of the gold triggers and parties left out, so that the weights fit what the components will really see. A deal
that the component finds takes the type and the status of the gold deal that it matches. The tagger's own types and
statuses are not features: the component adds them at run time. Prints the accuracy in three folds by article.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import spacy

from dealextract import records, spans
from dealextract.components.deal_events import make_events
from dealextract.components.deal_parties import ROLES, PartyReader
from dealextract.components.deal_positions import Grounds
from dealextract.components.deal_references import PARTY_LABELS, References
from dealextract.components.deal_status import STATUSES, TYPES
from dealextract.components.deal_text import Reading
from dealextract.components.deal_weights import load_weights, rank
from dealextract.components.deals import DealAssembler, write_deals
from dealextract.scoring.counts import match_deals

sys.path.insert(0, str(Path(__file__).resolve().parent))
from targets import head_spans

FROM_GOLD = ("names", "money", "percents", "dates", "hedges", "sources", "cues", "contents")
LABELS = {"names": ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"), "money": ("MONEY",), "percents": ("PERCENT",),
          "dates": ("DATE",), "hedges": ("HEDGE",), "sources": ("SOURCE",), "cues": ("CUE",), "contents": ("CONTENT",)}  # fmt: skip
KEPT_OUT, MISSED, STRAY, TYPED = 0.3, 0.15, 0.6, 0.45  # the errors of a real tagger, as shares
MODES = ("gold", "none", "part", "part")
Example = tuple[int, set[str], str]  # article, features, class


def blur_parties(parties: list[Any], names: list[Any], rng: random.Random) -> list[Any]:
    """Party mentions as a real tagger gives them: some missing, some too many, types often wrong."""
    known = {(p.start, p.end) for p in parties}
    kept = [p._replace(score=0.45) for p in parties if rng.random() > MISSED]
    kept = [p if rng.random() < TYPED else p._replace(type=rng.choice(ROLES[:3])) for p in kept]
    strays = [
        n for n in names if (n.start, n.end) not in known and n.type == "COMPANY" and rng.random() < STRAY
    ]
    return sorted([*kept, *(n._replace(type=rng.choice(ROLES[:2]), score=0.4) for n in strays)])


def collect_roles(assembler: DealAssembler, doc: Any, record: dict[str, Any], article: int) -> list[Example]:
    """An example for each name near a predicate that is a gold trigger: its role in that trigger's deal."""
    names = [n for n in spans.read_layer(doc, "names", records.Name) if n.label in PARTY_LABELS]
    if not names:
        return []
    reading = Reading(doc, names, assembler.patterns)
    events = make_events(doc, reading)
    grounds = Grounds(reading, References(reading), [e.predicate for e in events])
    reader = PartyReader(grounds, spans.read_tagged(doc, "parties"), spans.was_tagged(doc))
    places = {s["id"]: s for s in record["spans"]}
    examples: list[Example] = []
    for event in events:
        deals = [
            d
            for d in record["deals"]
            if d.get("trigger")
            and places[d["trigger"]]["start"] < event.predicate.end
            and event.start < places[d["trigger"]]["end"]
        ]
        if not deals and record["deals"]:
            continue  # a predicate that may tell a deal of the article again
        roles = {e: role for d in deals for role in records.PARTY_ROLES for e in d[role]}
        for candidate in reader.list_candidates(event)[0]:
            examples.append((article, candidate.features, roles.get(candidate.mention.entity, "none")))
    return examples


def read_doc(nlp: Any, record: dict[str, Any], mode: str, rng: random.Random) -> Any:
    """A Doc with the gold layers, and the tagger's heads as the mode says."""
    doc = nlp(record["text"])
    spans.set_context(doc, published=record.get("published") if rng.random() > 0.4 else None)
    if mode != "none":
        heads = {h: [spans.Tagged(*s, 1.0) for s in items] for h, items in head_spans(record).items()}
        if mode == "part":
            heads["triggers"] = [
                t._replace(score=0.4, type=t.type if rng.random() < TYPED / 2 else "acquisition")
                for t in heads["triggers"]
                if rng.random() > KEPT_OUT
            ]
            heads["parties"] = blur_parties(heads["parties"], heads["names"], rng)
        spans.write_tagged(doc, heads)
    for layer in FROM_GOLD:
        items = [
            spans.SPAN_LAYERS[layer].model_validate(s) for s in record["spans"] if s["label"] in LABELS[layer]
        ]
        spans.write_layer(doc, layer, items)
    spans.write_layer(
        doc, "attributions", [records.Attribution.model_validate(a) for a in record["attributions"]]
    )
    return doc


def collect(paths: Sequence[Path], seed: int, task: str) -> dict[str, list[Example]]:
    """Examples of `role`, or of `type` and `status`, which need the parties."""
    rng = random.Random(seed)
    pipes: dict[str, tuple[Any, DealAssembler]] = {}
    examples: dict[str, list[Example]] = {"role": [], "type": [], "status": []}
    article = 0
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            lang = record["lang"]
            if lang not in pipes:
                nlp = spacy.blank(lang)
                nlp.add_pipe("dealextract_sentences")
                pipes[lang] = (nlp, DealAssembler(lang))
            nlp, assembler = pipes[lang]
            gold = records.Document.from_json(record)
            for mode in MODES:
                doc = read_doc(nlp, record, mode, rng)
                if mode != "gold" and task == "role":
                    examples["role"] += collect_roles(assembler, doc, record, article)
                if task == "role":
                    continue
                drafts = assembler.read_deals(doc)
                write_deals(doc, drafts)
                given = [
                    s
                    for layer in spans.SPAN_LAYERS
                    for s in spans.read_layer(doc, layer, spans.SPAN_LAYERS[layer])
                ]
                found = records.Document(
                    lang=lang, text=record["text"], spans=tuple(given),  # type: ignore[arg-type]
                    attributions=tuple(spans.read_layer(doc, "attributions", records.Attribution)),
                    deals=tuple(spans.read_layer(doc, "deals", records.Deal)),
                )  # fmt: skip
                for i, j in match_deals(gold, found):
                    examples["type"].append((article, drafts[j].type_features, gold.deals[i].type))
                    examples["status"].append((article, drafts[j].status_features, gold.deals[i].status))
            article += 1
    return examples


def fit(
    examples: Sequence[Example], classes: Sequence[str], *, l2: float, steps: int = 250, least: int = 4
) -> dict[str, dict[str, float]]:
    """Softmax regression by gradient descent with momentum; features of fewer than `least` articles are left out."""
    counts = Counter(f for _, f in {(article, f) for article, features, _ in examples for f in features})
    names = sorted(f for f, n in counts.items() if n >= least)
    column = {f: i for i, f in enumerate(names)}
    x = np.zeros((len(examples), len(names)), dtype=np.float32)
    y = np.zeros((len(examples), len(classes)), dtype=np.float32)
    for row, (_, features, label) in enumerate(examples):
        for f in features:
            if f in column:
                x[row, column[f]] = 1.0
        y[row, classes.index(label)] = 1.0
    w = np.zeros((len(names), len(classes)), dtype=np.float32)
    speed = np.zeros_like(w)
    rate = 4.0 / max(1.0, x.sum(1).mean())
    for _ in range(steps):
        logits = x @ w
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        speed = 0.9 * speed - rate * (x.T @ (p - y) / len(x) + l2 * w)
        w += speed
    return {
        f: {c: round(float(v), 3) for c, v in zip(classes, w[i], strict=True) if abs(v) >= 0.03}
        for f, i in column.items()
        if np.abs(w[i]).max() >= 0.05
    }


def cross_validate(
    examples: Sequence[Example], classes: Sequence[str], *, l2: float, folds: int = 3
) -> float:
    """Share of right classes, articles kept on one side."""
    right = 0
    for fold in range(folds):
        weights = fit([e for e in examples if e[0] % folds != fold], classes, l2=l2)
        for article, features, label in examples:
            if article % folds == fold:
                scores = rank(features, weights, classes)
                right += max(classes, key=lambda c: scores[c]) == label
    return right / max(1, len(examples))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--l2", type=float, nargs=2, default=(0.003, 0.0005), help="of type and status, of role"
    )
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    weights: dict[str, Any] = {}
    for tasks in (("role",), ("type", "status")):
        examples = collect(args.gold, args.seed, tasks[0])
        for task in tasks:
            classes = {"role": ROLES, "type": TYPES, "status": STATUSES}[task]
            share = cross_validate(examples[task], classes, l2=args.l2[task == "role"])
            print(
                f"{task}: {len(examples[task])} examples, {100 * share:.1f} % right in three folds",
                flush=True,
            )
            weights[task] = fit(examples[task], classes, l2=args.l2[task == "role"])
        write_weights(weights, args.out)
        load_weights.cache_clear()  # the parties of the next examples are chosen with the new weights


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
