"""The tagger's graph in PyTorch: what training exports, and the shipped weights on a GPU.

Needs the extra `transformers`. One text at a time, without padding: ONNX Runtime's `MultiHeadAttention`
then runs tile by tile on a CPU and never holds a matrix of pieces by pieces. Queries, keys and values
come from one product, so that int8 scales their input once; word embeddings are int8 with a scale for
each piece. A few channels of a BERT run twenty times higher than the rest and would leave the others few of
the 256 steps of int8: `qkv_scale`, `wide_scale` and `narrow_scale` lower them, and the weights after them
make up for it (Xiao et al. 2023, SmoothQuant; `models/training/smooth.py` finds them).
"""

# pyright: reportMissingImports=false
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn


class Attention(torch.autograd.Function):
    """Plain attention in torch; one `com.microsoft.MultiHeadAttention` node when exported.

    query, key, value [batch, pieces, inner].
    """

    @staticmethod
    def forward(ctx: Any, query: Any, key: Any, value: Any, heads: int) -> torch.Tensor:
        split = [x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value)]
        return nn.functional.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        out = g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        return out.setType(query.type())


class Block(nn.Module):
    """One layer of a BERT-like encoder: [batch, pieces, hidden] to the same; `inner`: its heads."""

    def __init__(self, hidden: int, inner: int, wide: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.mixed = nn.Linear(hidden, 3 * inner), nn.Linear(inner, hidden)
        self.wide, self.narrow = nn.Linear(hidden, wide), nn.Linear(wide, hidden)
        self.mixed_norm, self.norm = nn.LayerNorm(hidden, 1e-12), nn.LayerNorm(hidden, 1e-12)
        self.qkv_scale, self.wide_scale = nn.Buffer(torch.ones(hidden)), nn.Buffer(torch.ones(hidden))
        self.narrow_scale = nn.Buffer(torch.ones(wide))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = self.qkv(x * self.qkv_scale).chunk(3, dim=-1)
        attended: Any = Attention.apply(query, key, value, self.heads)
        x = self.mixed_norm(x + self.mixed(attended))
        wide = nn.functional.gelu(self.wide(x * self.wide_scale))
        return self.norm(x + self.narrow(wide * self.narrow_scale))


class Graph(nn.Module):
    """Logits [1, pieces, columns] of input_ids [1, pieces]."""

    def __init__(
        self,
        *,
        pieces: int,
        positions: int,
        hidden: int,
        inner: int,
        wide: int,
        heads: int,
        layers: int,
        columns: int,
    ) -> None:
        super().__init__()
        self.words = nn.Buffer(torch.zeros(pieces, hidden, dtype=torch.int8))
        self.sizes = nn.Buffer(torch.ones(pieces, 1))
        self.positions = nn.Parameter(torch.zeros(positions, hidden))
        self.norm = nn.LayerNorm(hidden, 1e-12)
        self.blocks = nn.ModuleList(Block(hidden, inner, wide, heads) for _ in range(layers))
        self.heads = nn.Linear(hidden, columns)

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        words = self.words[input_ids].float() * self.sizes[input_ids]
        x = self.norm(words + self.positions[: input_ids.shape[1]])
        for block in self.blocks:
            x = block(x)
        return self.heads(x)


class Product(nn.Module):
    """A linear layer as ONNX Runtime computes it in int8: a product of whole numbers, scaled once.

    fp32 holds whole numbers exactly below 2^24, so that this product has no rounding of its own: 518 inputs
    cannot pass that, and of 1,024 only ones near the greatest value with weights near theirs.
    `linear.weight` [out, in] are multiples of `sizes` [out].
    """

    def __init__(self, linear: nn.Linear, sizes: torch.Tensor) -> None:
        super().__init__()
        self.weight = nn.Buffer((linear.weight / sizes[:, None]).round())
        self.sizes, self.bias = nn.Buffer(sizes), nn.Buffer(linear.bias.detach())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        whole, size = round_int8(x)
        return nn.functional.linear(whole, self.weight) * (size * self.sizes) + self.bias


def round_int8(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What ONNX's DynamicQuantizeLinear makes of x, in 256 steps from least to greatest, and the size of one.

    >>> round_int8(torch.tensor([-1.0, 0.0, 0.5, 254.0]))
    (tensor([ -1.,   0.,   0., 254.]), tensor(1.))
    """
    low, high = x.min().clamp(max=0), x.max().clamp(min=0)
    size = (high - low) / 255
    zero = (-low / size).round()
    return ((x / size).round() + zero).clamp(0, 255).sub(zero), size


def read_onnx(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The weights of an exported graph by their name in Graph, int8 matrices [out, in] scaled back to fp32.

    Then the scales [out] of these matrices by the name of their layer.
    """
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(str(path)).graph
    stored = {item.name: to_array(item) for item in graph.initializer}
    weights = {name: torch.from_numpy(array.copy()) for name, array in stored.items() if "::" not in name}
    sizes: dict[str, torch.Tensor] = {}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            name = node.input[1].removesuffix("_quantized")
            whole = stored[f"{name}_quantized"].astype(np.float32) - stored[f"{name}_zero_point"]
            scope = node.name.strip("/").rsplit("/", 1)[0].replace("/", ".")
            sizes[scope] = torch.from_numpy(np.broadcast_to(stored[f"{name}_scale"], whole.shape[1:]).copy())
            weights[f"{scope}.weight"] = torch.from_numpy((whole * stored[f"{name}_scale"]).T.copy())
    return weights, sizes


def open_torch(path: Path, heads: int) -> Callable[[np.ndarray], np.ndarray]:
    """The graph of `model.onnx` in torch, on a GPU when there is one: ids [1, pieces] to logits.

    `heads` of attention, which the weights do not tell.
    """
    weights, sizes = read_onnx(path)
    layers = sum(name.endswith(".qkv.weight") for name in weights)
    graph = Graph(
        pieces=len(weights["words"]),
        positions=len(weights["positions"]),
        hidden=weights["words"].shape[1],
        inner=weights["blocks.0.mixed.weight"].shape[1],
        wide=len(weights["blocks.0.wide.weight"]),
        heads=heads,
        layers=layers,
        columns=len(weights["heads.weight"]),
    )
    graph.load_state_dict(weights)
    for name, size in sizes.items():
        layer = graph.get_submodule(name)
        assert isinstance(layer, nn.Linear)
        graph.set_submodule(name, Product(layer, size))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    graph = graph.eval().to(device)

    def run(ids: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return graph(torch.from_numpy(ids).to(device)).cpu().numpy()

    return run
