"""The network as the graph that ships: one text at a time, without padding, attention in one kernel.

Without a padding mask ONNX Runtime's `MultiHeadAttention` runs tile by tile on a CPU and never holds a
matrix of pieces by pieces; queries, keys and values come from one product, so that int8 scales their input once.
"""

from __future__ import annotations

from typing import Any

import torch
from network import TaggerNetwork
from torch import nn


class Attention(torch.autograd.Function):
    """Plain attention in torch; one `com.microsoft.MultiHeadAttention` node when exported.

    query, key, value [batch, pieces, hidden].
    """

    @staticmethod
    def forward(
        ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, heads: int
    ) -> torch.Tensor:
        split = [x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value)]
        return nn.functional.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        out = g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        return out.setType(query.type())


class Block(nn.Module):
    """One layer of a BERT-like encoder."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        attention = layer.attention.self
        parts = (attention.query, attention.key, attention.value)
        self.heads: int = attention.num_attention_heads
        self.qkv = nn.Linear(parts[0].in_features, 3 * parts[0].out_features)
        with torch.no_grad():
            self.qkv.weight.copy_(torch.cat([p.weight for p in parts]))
            self.qkv.bias.copy_(torch.cat([p.bias for p in parts]))
        self.mixed, self.mixed_norm = layer.attention.output.dense, layer.attention.output.LayerNorm
        self.wide, self.narrow, self.norm = (
            layer.intermediate.dense,
            layer.output.dense,
            layer.output.LayerNorm,
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = self.qkv(x).chunk(3, dim=-1)
        x = self.mixed_norm(x + self.mixed(Attention.apply(query, key, value, self.heads)))
        return self.norm(x + self.narrow(nn.functional.gelu(self.wide(x))))


class Graph(nn.Module):
    """Logits [1, pieces, columns] of input_ids [1, pieces]: the same numbers as TaggerNetwork in eval mode."""

    def __init__(self, network: TaggerNetwork) -> None:
        super().__init__()
        embeddings = network.encoder.embeddings
        self.words, self.norm = embeddings.word_embeddings, embeddings.LayerNorm
        # Every piece is of the first type: its embedding goes into the positions'.
        types = embeddings.token_type_embeddings.weight[0]
        self.positions = nn.Parameter(embeddings.position_embeddings.weight.detach() + types.detach())
        self.blocks = nn.ModuleList(Block(layer) for layer in network.encoder.encoder.layer)
        self.heads = network.heads

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.words(input_ids) + self.positions[: input_ids.shape[1]])
        for block in self.blocks:
            x = block(x)
        return self.heads(x)
