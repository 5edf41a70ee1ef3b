"""Even out the channels of a graph before int8 rounds them.

An int8 product scales all its inputs by the largest: one channel far above the rest costs the others their
precision. Such channels are lowered, and the weights that they meet raised by as much: the result is the same
in fp32 (Xiao et al. 2023, SmoothQuant, with a threshold in the place of its power).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch

from dealextract.torch_graph import Graph

ABOVE = 1.5  # times the median channel: what is higher is lowered to it


def find_peaks(graph: Graph, windows: Sequence[Sequence[int]]) -> dict[str, torch.Tensor]:
    """The largest size of each input channel of each product, over windows of piece ids: {name: [channels]}."""
    peaks: dict[str, torch.Tensor] = {}

    def note(name: str, _: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> None:
        peak = given[0].abs().flatten(0, -2).amax(0)
        peaks[name] = torch.maximum(peaks[name], peak) if name in peaks else peak

    hooks = [
        module.register_forward_pre_hook(partial(note, name))
        for name, module in graph.named_modules()
        if isinstance(module, torch.nn.Linear)
    ]
    for ids in windows:
        graph(torch.tensor([[0, *ids, 2]]))
    for hook in hooks:
        hook.remove()
    return peaks


@torch.no_grad()
def smooth(graph: Graph, windows: Sequence[Sequence[int]], above: float = ABOVE) -> None:
    """Set the graph's scales and change its weights so that, in fp32, its output stays what it is."""
    peaks = find_peaks(graph, windows)
    for at, block in enumerate(graph.blocks):
        for name in ("qkv", "mixed", "wide", "narrow"):
            peak = peaks[f"blocks.{at}.{name}"]
            size = (peak / (above * peak.median())).clamp(min=1)
            getattr(block, name).weight.mul_(size)
            if name != "mixed":
                getattr(block, f"{name}_scale").div_(size)
                continue
            values = slice(2 * len(size), None)  # attention mixes values, so their weights take the scale
            block.qkv.weight[values].div_(size[:, None])
            block.qkv.bias[values].div_(size)
