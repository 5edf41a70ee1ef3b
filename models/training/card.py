"""Write the card of a model folder: what it is, what made it, what it scores.

    python models/training/card.py --model models/fr-en --run runs/NAME/run.json --gold gold.jsonl [more.jsonl ...]

Scores are those of the whole pipeline with this model, with 95 % bootstrap intervals over documents.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from history import list_runs, list_stages

from dealextract.cli import predict, read_documents
from dealextract.scoring import evaluate, pair_documents

ROWS = {
    **{f"{label}.strict": f"{label}, strict" for label in ("COMPANY", "PERSON", "MEDIA", "PUBLIC_BODY")},
    **{f"{label}.loose": f"{label}, loose" for label in ("HEDGE", "SOURCE", "CUE", "CONTENT", "TRIGGER")},
    "HEDGE.type": "HEDGE type, accuracy",
    "MONEY.role": "MONEY role, accuracy",
    "attributions": "attributions, source and cue",
    "attributions.source_type": "attribution source type, accuracy",
    "deals": "deals, by party match",
    "deals.status": "deal status, accuracy",
    "roles": "deal role fills",
}
TEXT = """# Tagger {version}

French–English tagger of names, hedges, sources, reporting cues, contents, deal triggers and roles. One encoder of
{layers} layers with a linear BIO head for each layer of labels and a query and a key for relations between triggers
and names, exported as one int8 ONNX graph; made for business press on a laptop.

- **Files.** `model.onnx` ({size:.1f} MB, sha256 `{sha256}`), `relations.npz` (the perceptron that
  reads relations, sha256 `{relations}`), `tokenizer.json`, `meta.json` (heads, window).
- **Data.** {documents} articles and passages with gold{unlabelled}; sources and licences in [LICENSES.md](../LICENSES.md).
- **Training.** `python models/training/train.py {command}`, each stage with `--start` of the one before, then `export.py`; one
  run. Stages: {stages}.{teacher}
- **Use.** Shipped with the package and read by the component `dealextract_tagger`; the figures below are those of the
  whole pipeline, where rules mend what the tagger alone would get wrong.
- **Known failures.** News agencies and outlets taken for firms, most in French; places, products and unions taken for
  firms; a state that acts as a party; the kind and the state of a deal from its trigger alone. Not for other
  languages, and not a source of facts.

## Figures

F1 or accuracy in percent with 95 % intervals (bootstrap over documents). Made by `models/training/card.py`.

{table}
"""


def format_score(score) -> str:
    """Ratio and interval in percent."""
    if score.headline is None:
        return "–"
    low, high = score.interval or (float("nan"), float("nan"))
    return f"{100 * score.headline:.1f} ({100 * low:.1f}–{100 * high:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="run.json of the training run")
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    args = parser.parse_args()
    meta = json.loads((args.model / "meta.json").read_text())
    runs = list_runs(args.run.parent)
    run = runs[-1]
    columns = {}
    for path in args.gold:
        gold = read_documents(path)
        report = evaluate(pair_documents(gold, predict(gold, args.model)), bootstrap=1000)
        columns[path.stem] = (gold[0].lang, report, len(gold))
    head = "| measure | " + " | ".join(f"{name} ({n})" for name, (_, _, n) in columns.items()) + " |"
    lines = [head, "|---" * (len(columns) + 1) + "|"]
    for key, title in ROWS.items():
        cells = [format_score(report.get(lang, key)) for lang, report, _ in columns.values()]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    settings = run["settings"]
    shown = ["window", "pieces", "head_lr", "dropout", "average"]
    if settings.get("teacher"):
        shown += ["keep", "plain_share", "truth", "heat", "alike"]
    unlabelled = (
        f", and in each epoch {settings['plain_share']} windows of unlabelled text"
        if settings.get("plain")
        else ""
    )
    teacher = " It learned from another network as well." if settings.get("teacher") else ""
    command = " ".join(f"--{k.replace('_', '-')} {settings[k]}" for k in shown if settings.get(k) is not None)
    text = TEXT.format(
        version=meta["version"], layers=meta["layers"], sha256=meta["sha256"],
        relations=meta.get("relations_sha256", "none"), documents=max(r.get("distinct", r.get("documents", 0)) for r in runs),
        unlabelled=unlabelled, teacher=teacher, command=command, stages="; ".join(list_stages(runs)),
        size=(args.model / "model.onnx").stat().st_size / 1e6, table="\n".join(lines),
    )  # fmt: skip
    (args.model / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
