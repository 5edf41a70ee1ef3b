"""A smaller network that learns from a larger one: copied layers, softened targets of every head."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from data import IGNORE, Example
from network import WEIGHTS, WIDTHS, TaggerNetwork, widen_heads
from partial import join
from relations import Links, widen
from targets import HEADS, ROWS
from torch import nn

from dealextract.encoder import encode_lines


def load_network(run: Path) -> TaggerNetwork:
    """The trained network of a run folder, ready to predict."""
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.from_pretrained(run, attn_implementation="eager")
    config.attention_probs_dropout_prob = 0.0
    weights = torch.load(run / "weights.pt", weights_only=True)
    related = any(name.startswith("relations.") for name in weights)
    network = TaggerNetwork(AutoModel.from_config(config, add_pooling_layer=False), relations=related)
    network.load_state_dict(widen_heads(widen(weights)))
    return network.eval()


def shrink(teacher: TaggerNetwork, layers: Sequence[int], dropout: float) -> TaggerNetwork:
    """A copy of a network that keeps the given layers (from 0) of its encoder, and its heads."""
    student = copy.deepcopy(teacher)
    kept = [student.encoder.encoder.layer[at] for at in layers]
    student.encoder.encoder.layer = nn.ModuleList(kept)
    student.encoder.config.num_hidden_layers = len(kept)
    student.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    student.dropout = nn.Dropout(dropout)
    return student


def divergence(
    logits: torch.Tensor, taught: torch.Tensor, mask: torch.Tensor, heat: float, own: Sequence[str] = ()
) -> torch.Tensor:
    """Weighted sum over heads of KL(teacher || student), softened by `heat`, mean over pieces.

    logits and taught [batch, pieces, columns]; mask [batch, pieces] is 0 on padding. The heads of `own` are
    not taught.
    """
    kept = mask.bool()
    given, wanted = logits.float()[kept] / heat, taught.float()[kept] / heat
    total, column = given.new_zeros(()), 0
    for head, width in zip(HEADS, WIDTHS, strict=True):
        part = slice(column, column + width)
        loss = nn.functional.kl_div(
            given[:, part].log_softmax(-1),
            wanted[:, part].log_softmax(-1),
            log_target=True,
            reduction="batchmean",
        )
        if head not in own:
            total = total + WEIGHTS[head] * loss * heat**2
        column += width
    return total


def distance(hidden: torch.Tensor, taught: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean squared difference of the last layers of student and teacher, as a share of the teacher's size.

    hidden and taught [batch, pieces, hidden]; mask [batch, pieces] is 0 on padding.
    """
    kept = mask.bool()
    given, wanted = hidden.float()[kept], taught.float()[kept]
    return (given - wanted).pow(2).mean() / wanted.pow(2).mean()


def plain_examples(paths: Sequence[Path], tokenizer: Any, lines: int = 8) -> list[Example]:
    """Windows of text that nobody annotated, every label masked: for the teacher to label.

    Reads .conllu (`# text =` of each sentence) and .jsonl (`text`, or the words of CORE's `context`);
    consecutive sentences are joined.
    """
    examples: list[Example] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"text to learn from not found: {path}")
        rows = path.read_text(encoding="utf-8").splitlines()
        if path.suffix == ".conllu":
            texts = [row.removeprefix("# text = ") for row in rows if row.startswith("# text = ")]
        else:
            items = [json.loads(row) for row in rows]
            texts = [x["text"] if "text" in x else join(x["context"])[0] for x in items]
        for at in range(0, len(texts), lines):
            ids, _ = encode_lines(tokenizer, " ".join(texts[at : at + lines]))
            ids = ids[:446]
            examples.append((ids, [[IGNORE] * len(ids) for _ in ROWS], Links.empty()))
    return examples
