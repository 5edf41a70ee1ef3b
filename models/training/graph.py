"""A trained network as the graph that ships."""

from __future__ import annotations

import torch
from network import TaggerNetwork
from relations import Relations

from dealextract.relations import Scorer
from dealextract.torch_graph import Block, Graph


def fill_block(block: Block, layer: torch.nn.Module) -> None:
    """Copy the weights of a BERT layer."""
    attention = layer.attention.self
    parts = (attention.query, attention.key, attention.value)
    block.qkv.weight.copy_(torch.cat([part.weight for part in parts]))
    block.qkv.bias.copy_(torch.cat([part.bias for part in parts]))
    for mine, theirs in (
        (block.mixed, layer.attention.output.dense),
        (block.mixed_norm, layer.attention.output.LayerNorm),
        (block.wide, layer.intermediate.dense),
        (block.narrow, layer.output.dense),
        (block.norm, layer.output.LayerNorm),
    ):
        mine.load_state_dict(theirs.state_dict())


@torch.no_grad()
def make_graph(network: TaggerNetwork) -> Graph:
    """The graph with the network's weights, word embeddings rounded to int8 piece by piece."""
    config, embeddings = network.encoder.config, network.encoder.embeddings
    first = network.encoder.encoder.layer[
        0
    ].attention.self  # a pruned layer has fewer heads than the configuration
    words = embeddings.word_embeddings.weight.float()
    parts = [network.heads, *([network.relations.project] if network.relations else [])]
    graph = Graph(
        pieces=len(words),
        positions=config.max_position_embeddings,
        hidden=config.hidden_size,
        inner=first.all_head_size,
        wide=config.intermediate_size,
        heads=first.num_attention_heads,
        layers=config.num_hidden_layers,
        columns=sum(part.out_features for part in parts),
    )
    sizes = words.abs().amax(dim=1, keepdim=True).clamp(min=1e-9) / 127
    graph.sizes.copy_(sizes)
    graph.words.copy_((words / sizes).round().to(torch.int8))
    # Every piece is of the first type: its embedding goes into the positions'.
    graph.positions.copy_(embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0])
    graph.norm.load_state_dict(embeddings.LayerNorm.state_dict())
    for block, layer in zip(graph.blocks, network.encoder.encoder.layer, strict=True):
        fill_block(block, layer)
    for name, columns in graph.heads.state_dict().items():
        columns.copy_(torch.cat([getattr(part, name) for part in parts]))
    return graph.eval()


@torch.no_grad()
def make_scorer(relations: Relations) -> Scorer:
    """The perceptron of relations as arrays."""
    parts = (
        relations.near.weight,
        relations.mix.weight,
        relations.mix.bias,
        relations.out.weight,
        relations.out.bias,
    )
    return Scorer(*(part.float().numpy() for part in parts))
