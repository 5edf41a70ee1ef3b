"""Encoder with one linear BIO head a layer, all side by side in one matrix."""

from __future__ import annotations

from typing import Any

import torch
from relations import Relations
from targets import HEADS
from torch import nn

WIDTHS = [1 + 2 * len(types) for types in HEADS.values()]
# Long spans fill many pieces and would crowd out the sparse heads, whose mean loss is small.
WEIGHTS = {"names": 1.5, "hedges": 3.0, "reported": 2.0, "cues": 2.0, "sources": 1.5, "contents": 0.5,
           "triggers": 2.0, "statuses": 1.0, "amounts": 1.5, "parties": 1.0,
           "mentions": 2.0}  # fmt: skip
# Over all pieces, which type a rare span has hardly counts: these heads learn it by itself as well.
TYPE_WEIGHTS = {"sources": 0.3, "triggers": 0.5, "statuses": 1.0, "amounts": 0.5, "parties": 0.7,
                "mentions": 0.3, "party_statuses": 0.5}  # fmt: skip


OUTSIDE = 5.0  # logit of "outside" in a head that has learned nothing


class TaggerNetwork(nn.Module):
    """Logits of all heads for every piece: [batch, pieces, sum of widths]; `relations` is None in runs without them."""

    def __init__(self, encoder: Any, dropout: float = 0.1, *, relations: bool = True) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(encoder.config.hidden_size, sum(WIDTHS))
        self.relations = Relations(encoder.config.hidden_size) if relations else None

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.heads(self.dropout(self.read(input_ids, attention_mask)))

    def read(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """The encoder's last layer for every piece: [batch, pieces, hidden]."""
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def widen_heads(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The state of a network from before the last heads were added, with rows for them that say "outside"."""
    missing = sum(WIDTHS) - len(weights["heads.bias"])
    if missing > 0:
        kept = [sum(WIDTHS[:at]) for at in range(len(WIDTHS))]
        if sum(WIDTHS) - missing not in kept:
            raise ValueError(f"{len(weights['heads.bias'])} columns are those of no number of heads: {kept}")
        bias = torch.zeros(sum(WIDTHS))
        bias[kept] = OUTSIDE
        bias[:-missing] = weights["heads.bias"]
        rows = torch.zeros(missing, weights["heads.weight"].shape[1])
        weights |= {"heads.bias": bias, "heads.weight": torch.cat([weights["heads.weight"], rows])}
    return weights


def load_encoder(name_or_path: str, layers: int | None = None) -> Any:
    """A BERT-like encoder by hub name or local path, its lowest `layers` kept, in fp32."""
    from transformers import AutoModel

    # On a CPU, plain attention without dropout trains twice as fast as the fused kernel with it.
    encoder = AutoModel.from_pretrained(
        name_or_path, torch_dtype=torch.float32, add_pooling_layer=False,
        attn_implementation="eager", attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    if layers is not None:
        encoder.encoder.layer = encoder.encoder.layer[:layers]
        encoder.config.num_hidden_layers = layers
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return encoder


def loss_of(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropies of the heads, weighted and summed; labels [batch, ROWS, pieces], -100 where masked."""
    total, column = logits.new_zeros(()), 0
    for at, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        part = logits[..., column : column + width].float()
        target = labels[:, at].flatten()
        # A batch of partly annotated sentences may hold no label of this head at all.
        taught = (target != -100).sum().clamp(min=1)
        loss = (
            nn.functional.cross_entropy(part.flatten(0, 1), target, ignore_index=-100, reduction="sum")
            / taught
        )
        total = total + WEIGHTS[head] * loss
        if head in TYPE_WEIGHTS:
            total = total + TYPE_WEIGHTS[head] * type_loss(part.flatten(0, 1), target)
        if head == "statuses":  # its columns also say, at a name, how far the name's deal is
            target = labels[:, len(HEADS)].flatten()
            total = total + TYPE_WEIGHTS["party_statuses"] * type_loss(part.flatten(0, 1), target)
        column += width
    return total


def type_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of the type alone, over the pieces that are in a span; logits [pieces, width] of one head."""
    inside = target > 0
    kinds = torch.logaddexp(logits[inside, 1::2], logits[inside, 2::2])
    loss = nn.functional.cross_entropy(kinds, (target[inside] - 1) // 2, reduction="sum")
    return loss / inside.sum().clamp(min=1)
