"""A narrower network: each layer keeps the attention heads and inner neurons that matter most.

    python models/training/prune.py --run runs/NAME --gold unseen.jsonl --heads 8 --wide 1024 --out runs/NARROW

What matters is told on gold that the run has not learned: how much the loss would move, to the first order, without
a head (Michel et al. 2019) or a neuron. The result is a run folder for `train.py --start`, which has to mend it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
from data import batches, cut, load_records
from distil import load_network
from network import TaggerNetwork, loss_of
from tokenizers import Tokenizer
from train import collate
from transformers.pytorch_utils import prune_linear_layer


def weigh(network: TaggerNetwork, groups: list[tuple[list, int, int]]) -> dict[str, list[torch.Tensor]]:
    """Importance by layer over batches of examples: {"heads": [heads], "wide": [neurons]} of each layer.

    Both are sums over pieces of |x · dloss/dx|, x the output of a head or the activation of a neuron.
    """
    layers = network.encoder.encoder.layer
    size = layers[0].attention.self.attention_head_size
    found: dict[str, list[torch.Tensor]] = defaultdict(list)
    inputs: dict[tuple[str, int], torch.Tensor] = {}
    hooks = []
    for at, layer in enumerate(layers):
        for name, module in (("heads", layer.attention.output.dense), ("wide", layer.output.dense)):
            found[name].append(torch.zeros(module.in_features // (size if name == "heads" else 1)))

            def keep(_: Any, given: tuple[torch.Tensor, ...], name: str = name, at: int = at) -> None:
                given[0].retain_grad()
                inputs[name, at] = given[0]

            hooks.append(module.register_forward_pre_hook(keep))
    for group, rows, length in groups:
        ids, mask, labels = collate(group, rows, length)
        loss_of(network(ids, mask), labels).backward()
        for (name, at), given in inputs.items():
            moved = (given * given.grad).detach()
            if name == "heads":
                moved = moved.unflatten(-1, (-1, size)).sum(-1)
            found[name][at] += moved.abs().flatten(0, -2).sum(0)
        network.zero_grad()
    for hook in hooks:
        hook.remove()
    return found


def prune(network: TaggerNetwork, importance: dict[str, list[torch.Tensor]], heads: int, wide: int) -> None:
    """Keep so many heads and neurons of every layer, in place."""
    encoder = network.encoder
    least = {
        at: scores.argsort()[: len(scores) - heads].tolist() for at, scores in enumerate(importance["heads"])
    }
    encoder.prune_heads(least)
    for layer, scores in zip(encoder.encoder.layer, importance["wide"], strict=True):
        kept = scores.argsort(descending=True)[:wide].sort().values
        layer.intermediate.dense = prune_linear_layer(layer.intermediate.dense, kept)
        layer.output.dense = prune_linear_layer(layer.output.dense, kept, dim=1)
    encoder.config.intermediate_size = wide


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--heads", type=int, required=True, help="attention heads that a layer keeps")
    parser.add_argument("--wide", type=int, required=True, help="inner neurons that a layer keeps")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    network, rng = load_network(args.run), random.Random(1)
    tokenizer = Tokenizer.from_file(str(args.run / "tokenizer.json"))
    examples = [e for r in load_records(args.gold) for e in cut(r, tokenizer, 446, rng)]
    prune(network, weigh(network, list(batches(examples, 1024, rng))), args.heads, args.wide)
    torch.save(network.state_dict(), args.out / "weights.pt")
    network.encoder.config.save_pretrained(args.out)
    shutil.copy(args.run / "tokenizer.json", args.out)
    settings = json.loads((args.run / "run.json").read_text())["settings"]
    settings |= {"start": str(args.run), "heads": args.heads, "wide": args.wide}
    (args.out / "run.json").write_text(json.dumps({"settings": settings, "log": []}, indent=1))
    print(f"{args.out}: {sum(p.numel() for p in network.encoder.encoder.parameters()):,} weights in layers")


if __name__ == "__main__":
    main()
