"""F1 of each head on gold records, with the decoding that the package uses at run time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from targets import HEADS, head_spans

from dealextract.decoding import READ_AT, decode, make_heads
from dealextract.encoder import encode_lines, find_kept, make_windows

RUNTIME_HEADS = make_heads(HEADS)


def predict(network: Any, tokenizer: Any, text: str, window: int, overlap: int = 96) -> dict[str, list]:
    """Spans of every head for one text, from the torch network."""
    ids, offsets = encode_lines(tokenizer, text)
    out = torch.zeros(len(ids), sum(h.width for h in RUNTIME_HEADS))
    for start, end in make_windows(len(ids), window, overlap):
        batch = torch.tensor([[0, *ids[start:end], 2]])
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(batch, torch.ones_like(batch))[0, 1:-1].float()
        first, last = find_kept(start, end, len(ids), overlap)
        out[first:last] = logits[first - start : last - start]
    return decode(RUNTIME_HEADS, text, offsets, out.numpy())


def keep_likeliest(spans: Sequence[Any]) -> list[Any]:
    """Of what a head says of one span, the likeliest, in text order; spans are (start, end, type, score).

    >>> keep_likeliest([(0, 3, "agreed", 0.3), (0, 3, "completed", 0.6)])
    [(0, 3, 'completed', 0.6)]
    """
    return sorted({s[:2]: s for s in sorted(spans, key=lambda s: s[3])}.values())


def f1(hits: int, predicted: int, gold: int) -> float:
    """F1 in percent, one decimal.

    >>> f1(1, 2, 2)
    50.0
    """
    return round(200 * hits / max(1, predicted + gold), 1)


Heads = Mapping[str, Sequence[Any]]


def score_heads(pairs: Iterable[tuple[Heads, Heads]]) -> dict[str, Any]:
    """For each head strict F1, loose F1 (any overlap) and share of loose matches with the right type.

    Each pair holds the gold and the found spans of one text, {head: [(start, end, type, …)]}.
    """
    counts: dict[str, list[int]] = {}
    for gold, found in pairs:
        for head in HEADS:
            said = keep_likeliest(found[head]) if head in READ_AT else found[head]
            groups = {head: (gold[head], said)}
            if head == "names":
                groups |= {
                    k: ([g for g in gold[head] if g[2] == k], [p for p in found[head] if p[2] == k])
                    for k in HEADS[head]
                }
            for key, (g, p) in groups.items():
                c = counts.setdefault(key, [0] * 5)
                c[0] += len({x[:2] for x in g} & {x[:2] for x in p})
                free = list(g)
                for x in p:
                    match = next((y for y in free if y[0] < x[1] and x[0] < y[1]), None)
                    if match:
                        free.remove(match)
                        c[1] += 1
                        c[4] += match[2] == x[2]
                c[2] += len(p)
                c[3] += len(g)
    return {
        key: {
            "strict": f1(c[0], c[2], c[3]),
            "loose": f1(c[1], c[2], c[3]),
            "type": round(100 * c[4] / max(1, c[1]), 1),
            "gold": c[3],
        }
        for key, c in counts.items()
    }


def evaluate(network: Any, tokenizer: Any, records: list[dict[str, Any]], window: int) -> dict[str, Any]:
    """The figures of `score_heads` for a torch network on gold records."""
    network.eval()
    return score_heads(
        (head_spans(record), predict(network, tokenizer, record["text"], window)) for record in records
    )
