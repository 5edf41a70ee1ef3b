"""How a run came about: its stages, from the first one on, as the card and `meta.json` tell them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_run(folder: Path) -> dict[str, Any]:
    """The settings and the log of a run folder."""
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def list_runs(folder: Path) -> list[dict[str, Any]]:
    """A run and those that it went on from, the first one first."""
    runs = [read_run(folder)]
    while before := runs[0]["settings"].get("start"):
        runs.insert(0, read_run(Path(before)))
    return runs


def describe_stage(run: dict[str, Any]) -> str:
    """One stage of training, or what was pruned before the next.

    >>> log = [{"epoch": 2}]
    >>> describe_stage({"settings": {"lr": 0.1, "seed": 7}, "documents": 9, "log": log})
    '2 epochs on 9 texts at learning rate 0.1, seed 7'
    """
    settings = run["settings"]
    if not run["log"]:
        return f"pruned to {settings['heads']} attention heads and {settings['wide']} inner neurons a layer"
    return (
        f"{run['log'][-1]['epoch']} epochs on {run['documents']} texts at learning rate {settings['lr']}, "
        f"seed {settings['seed']}"
    )


def list_stages(runs: list[dict[str, Any]]) -> list[str]:
    """Every stage of a run; where it was restored from a model folder, those of that model first."""
    stages: list[str] = []
    for run in runs:
        restored = run.get("restored")
        if restored:
            stages += [*restored["stages"], f"restored from the int8 weights of {restored['version']}"]
        else:
            stages.append(describe_stage(run))
        if run.get("mean"):
            stages.append(f"the mean of the weights after the last {len(run['mean'])} stages")
    return stages
