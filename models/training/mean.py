"""The mean of the weights of runs of one size, stages of one training: what they learned apart, together.

    python models/training/mean.py --runs runs/A runs/B --out runs/MEAN

`run.json` is that of the last run, with the folders averaged under `mean`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch


def average(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of each tensor; what is no number with a point is that of the first."""
    first = states[0]
    if any(s.keys() != first.keys() or any(s[k].shape != first[k].shape for k in first) for s in states):
        raise ValueError("the runs have other tensors or sizes: give stages of one training")
    return {
        name: torch.stack([s[name].float() for s in states]).mean(0).to(tensor.dtype)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in first.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", nargs="+", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    states = [torch.load(run / "weights.pt", weights_only=True) for run in args.runs]
    torch.save(average(states), args.out / "weights.pt")
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(args.runs[-1] / name, args.out / name)
    run = json.loads((args.runs[-1] / "run.json").read_text(encoding="utf-8"))
    (args.out / "run.json").write_text(
        json.dumps(run | {"mean": [str(path) for path in args.runs]}, indent=1), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
