"""Short trainings side by side: how much data, chance, rates and tasks change the scores.

    python models/training/trials.py --out runs/trials -- --encoder PATH_OR_HUB_NAME \\
        --train corpora/fr/train corpora/en/train --dev dev-en.jsonl dev-fr.jsonl [--lists FOLDER] --layers 4

What follows `--` goes to `train.py`. All trials take as many steps as one with all articles and `--epochs`
takes, so a share of the articles is read more often. A trial that has its scores is not run again; the table
is Markdown, one row a trial: the tagger alone, strict F1 for names, loose for the rest, a dash for heads that the
trial did not learn.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from targets import HEADS

TRAIN = Path(__file__).with_name("train.py")
SHARES, SEEDS = (0.25, 0.5), (1, 2, 3)
CHANGES = {
    "rate 1e-4": ["--lr", "1e-4"],
    "rate 6e-4": ["--lr", "6e-4"],
    "embeddings trained": ["--embeddings"],
    "names alone": ["--only", "names"],
    "hedges alone": ["--only", "hedges", "reported"],
    "sources, cues, contents alone": ["--only", "sources", "cues", "contents"],
}
COLUMNS = {"COMPANY": "strict", "PERSON": "strict", "hedges": "loose", "sources": "loose", "cues": "loose",
           "triggers": "loose"}  # fmt: skip


def list_trials(epochs: int) -> dict[str, list[str]]:
    """Arguments of each trial by its name, the most telling first."""
    trials = {f"seed {seed}": ["--epochs", str(epochs), "--seed", str(seed)] for seed in SEEDS[:1]}
    for share in reversed(SHARES):
        trials[f"{share:.0%} of the articles"] = [
            "--epochs",
            str(round(epochs / share)),
            "--share",
            str(share),
        ]
    trials |= {f"seed {seed}": ["--epochs", str(epochs), "--seed", str(seed)] for seed in SEEDS[1:]}
    return trials | {name: ["--epochs", str(epochs), *more] for name, more in CHANGES.items()}


def run_trial(arguments: Sequence[str], out: Path) -> dict[str, Any] | None:
    """The scores of a trial by development set, run when it has none yet; None when the training failed."""
    if not (scores := read_scores(out)):
        command = [sys.executable, "-W", "ignore", str(TRAIN), *arguments, "--out", str(out)]
        out.mkdir(parents=True, exist_ok=True)
        with (out / "log.txt").open("w") as log:
            if subprocess.run(
                [*command, "--evaluate-every", "1000"], stdout=log, stderr=log, check=False
            ).returncode:
                print(f"failed, see {out / 'log.txt'}", file=sys.stderr)
                return None
        scores = read_scores(out)
    if "--only" not in arguments:
        return scores
    learned = {*arguments[arguments.index("--only") + 1 :]}  # the last of the arguments of a trial
    learned |= {*HEADS["names"]} if "names" in learned else set()
    return {name: {h: dev[h] for h in dev if h in learned} for name, dev in scores.items()}


def read_scores(out: Path) -> dict[str, Any]:
    """Scores by development set; empty for a trial that was not run to its end: `run.json` is written each epoch."""
    path = out / "run.json"
    return json.loads(path.read_text())["log"][-1].get("dev", {}) if path.exists() else {}


def make_table(found: dict[str, dict[str, Any]]) -> str:
    """Markdown: one row a trial, scores of the development sets in the order given; last the spread of the seeds."""
    sets = list(next(iter(found.values()), {}))

    def cells(scores: Sequence[dict[str, Any]], spread: bool = False) -> list[str]:
        row = []
        for head, kind in COLUMNS.items():
            values = [[dev[name][head][kind] for dev in scores if head in dev[name]] for name in sets]
            told = [f"{max(v) - min(v) if spread else statistics.mean(v):.1f}" for v in values if v]
            row.append(" / ".join(told) or "–")
        return row

    lines = [
        f"| trial ({', '.join(sets)}) | " + " | ".join(COLUMNS) + " |",
        "|---" * (1 + len(COLUMNS)) + "|",
    ]
    lines += [f"| {name} | " + " | ".join(cells([scores])) + " |" for name, scores in found.items()]
    seeds = [scores for name, scores in found.items() if name.startswith("seed ")]
    if len(seeds) > 1:
        lines.append(f"| mean of {len(seeds)} seeds | " + " | ".join(cells(seeds)) + " |")
        lines.append("| greatest less least of the seeds | " + " | ".join(cells(seeds, spread=True)) + " |")
    return "\n".join(lines)


def main() -> None:
    own = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--trials", nargs="+", help="names of the trials to run; default: all")
    args = parser.parse_args(own)
    shared = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    trials = list_trials(args.epochs)
    if unknown := set(args.trials or ()) - set(trials):
        parser.error(f"no trial {sorted(unknown)[0]!r}; there are {', '.join(trials)}")
    found: dict[str, dict[str, Any]] = {}
    for name in args.trials or trials:
        scores = run_trial([*shared, *trials[name]], args.out / name.replace(" ", "-"))
        if scores:
            found[name] = scores
            print(make_table(found), flush=True)


if __name__ == "__main__":
    main()
