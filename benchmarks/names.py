"""Entity clusters against gold, and what each post-rule of names is worth.

python benchmarks/names.py clusters LANG GOLD.jsonl      # B-cubed over mentions, gold spans
python benchmarks/names.py rules LANG GOLD.jsonl         # strict F1 by label, each rule in and out
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import spacy

from dealextract import spans
from dealextract.records import Name

sys.path.insert(0, str(Path(__file__).resolve().parent))
from oracle import oracle_doc

LABELS = ("COMPANY", "PERSON", "MEDIA", "PUBLIC_BODY")
RULES = ["clean", "vote", "known", "spread"]


def b_cubed(gold: list[str], found: list[str]) -> tuple[float, float]:
    """Sums over mentions of precision and recall of the cluster that each stands in.

    >>> b_cubed(["a", "a", "b"], ["x", "x", "x"])
    (1.6666666666666665, 3.0)
    """
    by_gold, by_found = defaultdict(set), defaultdict(set)
    for i, (g, f) in enumerate(zip(gold, found, strict=True)):
        by_gold[g].add(i)
        by_found[f].add(i)
    both = [len(by_gold[g] & by_found[f]) for g, f in zip(gold, found, strict=True)]
    precision = sum(n / len(by_found[f]) for n, f in zip(both, found, strict=True))
    recall = sum(n / len(by_gold[g]) for n, g in zip(both, gold, strict=True))
    return precision, recall


def clusters(lang: str, records: list[dict[str, Any]]) -> None:
    """Print B-cubed of the entities with gold spans and labels."""
    nlp = spacy.blank(lang)
    component = nlp.add_pipe("dealextract_companies", config={"rules": []})
    precision = recall = same = total = 0.0
    for record in records:
        gold = {(s["start"], s["end"]): s["entity"] for s in record["spans"] if "entity" in s}
        names = spans.read_layer(component(oracle_doc(nlp, record)), "names", Name)
        pairs = [(gold[n.start, n.end], n.entity) for n in names if (n.start, n.end) in gold]
        p, r = b_cubed([g for g, _ in pairs], [f for _, f in pairs])
        precision, recall, total = precision + p, recall + r, total + len(pairs)
        same += sum(g == f for g, f in pairs)
    p, r = precision / total, recall / total
    sys.stdout.write(
        f"B3 P {p:.3f} R {r:.3f} F {2 * p * r / (p + r):.3f} entity {same / total:.3f} n {total:.0f}\n"
    )


def rules(lang: str, records: list[dict[str, Any]]) -> None:
    """Print strict F1 by label with no rule, each rule alone, all rules, and all but each."""
    nlp = spacy.blank(lang)
    nlp.add_pipe("dealextract_tagger")
    tagged = [spans.store(doc)["tagged"] for doc in nlp.pipe(r["text"] for r in records)]
    sets = [[], *([r] for r in RULES), RULES, *([r for r in RULES if r != left] for left in RULES)]
    for chosen in sets:
        blank = spacy.blank(lang)
        component = blank.add_pipe("dealextract_companies", config={"rules": chosen})
        counts = {label: [0, 0] for label in LABELS}
        for record, heads in zip(records, tagged, strict=True):
            doc = blank.make_doc(record["text"])
            spans.store(doc)["tagged"] = heads
            found = {(n.start, n.end, n.label) for n in spans.read_layer(component(doc), "names", Name)}
            gold = {(s["start"], s["end"], s["label"]) for s in record["spans"] if "entity" in s}
            for label in LABELS:
                counts[label][0] += sum(item[2] == label for item in found & gold)
                counts[label][1] += sum(item[2] == label for item in [*found, *gold])
        scores = "  ".join(f"{label} {200 * hit / max(1, both):.1f}" for label, (hit, both) in counts.items())
        sys.stdout.write(f"{'+'.join(chosen) or 'none':28} {scores}\n")


if __name__ == "__main__":
    command, lang, path = sys.argv[1:]
    loaded = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    {"clusters": clusters, "rules": rules}[command](lang, loaded)
