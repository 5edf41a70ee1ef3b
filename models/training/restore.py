"""A model folder back to a run, for `train.py --start` and `--teacher` where the runs that made it are gone.

    python models/training/restore.py --model models/fr-en --out runs/RESTORED

The int8 weights are scaled back to fp32 and the scales of their inputs folded in: in fp32 the run says what the graph
would without the rounding of its activations. What training keeps beside the weights (moments, averages) starts anew.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from network import TaggerNetwork, widen_heads
from relations import Relations
from torch import nn
from transformers import BertConfig, BertModel

from dealextract.relations import RELATIONS, SIZE, Scorer
from dealextract.torch_graph import read_onnx

Weights = dict[str, torch.Tensor]


def make_config(weights: Weights, heads: int, layers: int) -> BertConfig:
    """The configuration of an encoder with the sizes of a graph's weights; `heads` of attention are kept in a layer."""
    pieces, hidden = weights["words"].shape
    inner = weights["blocks.0.mixed.weight"].shape[1]
    whole = hidden * heads // inner
    return BertConfig(
        vocab_size=pieces,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=whole,
        intermediate_size=len(weights["blocks.0.wide.weight"]),
        max_position_embeddings=len(weights["positions"]),
        layer_norm_eps=1e-12,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        # Which heads an exported layer had lost is not known, and does not matter.
        pruned_heads={at: list(range(heads, whole)) for at in range(layers)} if heads < whole else {},
        attn_implementation="eager",
        attention_probs_dropout_prob=0.0,
    )


def fill_layer(layer: nn.Module, weights: Weights, at: int) -> None:
    """Set the weights of a BERT layer, each input scale folded into the weights behind it."""
    block = f"blocks.{at}."
    attention = layer.attention.self
    inner = attention.all_head_size
    qkv = weights[f"{block}qkv.weight"] * weights[f"{block}qkv_scale"]
    for part, dense in enumerate((attention.query, attention.key, attention.value)):
        rows = slice(part * inner, (part + 1) * inner)
        dense.weight.copy_(qkv[rows])
        dense.bias.copy_(weights[f"{block}qkv.bias"][rows])
    for name, module in (
        ("mixed", layer.attention.output.dense),
        ("mixed_norm", layer.attention.output.LayerNorm),
        ("wide", layer.intermediate.dense),
        ("narrow", layer.output.dense),
        ("norm", layer.output.LayerNorm),
    ):
        module.weight.copy_(weights[f"{block}{name}.weight"] * weights.get(f"{block}{name}_scale", 1))
        module.bias.copy_(weights[f"{block}{name}.bias"])


def fill_relations(relations: Relations, scorer: Scorer) -> None:
    """Set the perceptron of relations from its arrays."""
    for theirs, mine in (
        (relations.near.weight, scorer.near),
        (relations.mix.weight, scorer.mix),
        (relations.mix.bias, scorer.mix_bias),
        (relations.out.weight, scorer.out),
        (relations.out.bias, scorer.out_bias),
    ):
        theirs.copy_(torch.from_numpy(mine))


@torch.no_grad()
def restore(folder: Path) -> TaggerNetwork:
    """The network of a model folder; raises FileNotFoundError where a file of it is missing."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    weights, _ = read_onnx(folder / "model.onnx")
    config = make_config(weights, meta["attention_heads"], meta["layers"])
    related = (folder / RELATIONS).exists()
    network = TaggerNetwork(BertModel(config, add_pooling_layer=False), relations=related)
    embeddings = network.encoder.embeddings
    embeddings.word_embeddings.weight.copy_(weights["words"].float() * weights["sizes"])
    embeddings.position_embeddings.weight.copy_(weights["positions"])
    embeddings.token_type_embeddings.weight.zero_()  # it is part of the positions
    embeddings.LayerNorm.load_state_dict({part: weights[f"norm.{part}"] for part in ("weight", "bias")})
    for at, layer in enumerate(network.encoder.encoder.layer):
        fill_layer(layer, weights, at)
    columns = len(weights["heads.weight"]) - (2 * SIZE if network.relations else 0)
    state = {f"heads.{part}": weights[f"heads.{part}"][:columns] for part in ("weight", "bias")}
    network.load_state_dict(widen_heads(state), strict=False)
    if network.relations:
        network.relations.project.weight.copy_(weights["heads.weight"][columns:])
        network.relations.project.bias.copy_(weights["heads.bias"][columns:])
        fill_relations(network.relations, Scorer.load(folder / RELATIONS))
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True, help="folder with model.onnx and meta.json")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    network = restore(args.model)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), args.out / "weights.pt")
    network.encoder.config.save_pretrained(args.out)
    shutil.copy(args.model / "tokenizer.json", args.out)
    meta = json.loads((args.model / "meta.json").read_text(encoding="utf-8"))
    run = {
        "settings": {"model": str(args.model), "window": meta["window"]},
        "restored": {"version": meta["version"], "stages": meta.get("stages", [])},
        "log": [],
    }
    (args.out / "run.json").write_text(json.dumps(run, indent=1) + "\n")
    print(f"{args.out}: version {meta['version']}, {sum(p.numel() for p in network.parameters()):,} weights")


if __name__ == "__main__":
    main()
