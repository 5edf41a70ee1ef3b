"""Does a linear-chain CRF beat the constrained path of the shipped decoding?

    python models/training/crf.py --model FOLDER --fit corpora/*/dev/*.jsonl --dev dev-en.jsonl [MORE.jsonl]

The tagger stays as it is. For each head, transitions between outside, begin and inside, and a start, are fitted
to `--fit`, articles that the tagger has not seen, by the likelihood of the gold path. Printed for each head and
file of `--dev`: F1 without and with them, no gold used there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from data import label_ids, load_records
from evaluate import score_heads
from targets import HEADS, head_spans

from dealextract import decoding
from dealextract.encoder import Encoder

NEVER = -1e4
FLOOR = 1e-3  # of a probability: what the tagger is sure of and wrong about must not outweigh all else
STATES = 3  # outside, begin, inside
Article = tuple[dict[str, Any], list[tuple[int, int]], np.ndarray]  # record, offsets of pieces, logits


def read(encoder: Encoder, records: Sequence[dict[str, Any]]) -> list[Article]:
    """The logits of each article."""
    found = []
    for record in records:
        (pending,) = encoder.start([record["text"]])
        found.append((record, pending.offsets, pending.join()[0]))
    return found


def keep_all(heads: Sequence[Any], logits: Any, starts: Any, *_: Any) -> np.ndarray:
    """In the place of `decoding.find_doubtful`: a path with transitions depends on every word."""
    return np.ones((len(heads), len(starts)), dtype=bool)


class Transitions(torch.nn.Module):
    """Scores of a start and of a step from state to state."""

    def __init__(self) -> None:
        super().__init__()
        self.step = torch.nn.Parameter(torch.zeros(STATES, STATES))
        self.first = torch.nn.Parameter(torch.zeros(STATES))
        forbidden = torch.zeros(STATES, STATES)
        forbidden[0, 2] = NEVER
        self.forbidden = forbidden

    def loss(self, emissions: torch.Tensor, path: torch.Tensor) -> torch.Tensor:
        """Negative log-likelihood of a gold path; emissions [words, states], path [words]."""
        step = self.step + self.forbidden
        first = self.first + torch.tensor([0.0, 0.0, NEVER])
        total = first + emissions[0]
        for row in emissions[1:]:
            total = torch.logsumexp(total[:, None] + step, dim=0) + row
        at = torch.arange(len(path))
        gold = first[path[0]] + emissions[at, path].sum() + step[path[:-1], path[1:]].sum()
        return torch.logsumexp(total, dim=0) - gold

    def find_path(self, outside: np.ndarray, begin: np.ndarray, inside: np.ndarray) -> list[int]:
        """The likeliest states, in the place of `decoding.best_path`."""
        with torch.no_grad():
            step = (self.step + self.forbidden).numpy()
            rows = np.log(np.array([outside, begin, inside]).T + FLOOR)
            best, back = self.first.numpy() + rows[0] + np.array([0, 0, NEVER]), []
        for row in rows[1:]:
            ways = best[:, None] + step
            back.append(ways.argmax(0))
            best = ways.max(0) + row
        path = [int(best.argmax())]
        for steps in reversed(back):
            path.append(int(steps[path[-1]]))
        return path[::-1]


def list_emissions(head: decoding.Head, article: Article) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probabilities of the states of each word, and the gold states."""
    record, offsets, logits = article
    seen: list[np.ndarray] = []

    def note(*states: np.ndarray) -> list[int]:
        seen.append(np.log(np.array(states).T + FLOOR))
        return [0] * len(states[0])

    with mock.patch.object(decoding, "best_path", note):
        decoding.decode([head], record["text"], offsets, logits)
    firsts = decoding.word_starts(offsets, record["text"])
    words = [
        (offsets[a][0], offsets[b - 1][1]) for a, b in zip(firsts, [*firsts[1:], len(offsets)], strict=True)
    ]
    ids = label_ids(head.types, head_spans(record)[head.name], words)
    return torch.tensor(seen[0], dtype=torch.float32), torch.tensor(
        [(i - 1) % 2 + 1 if i else 0 for i in ids]
    )


def fit(head: decoding.Head, articles: Sequence[Article], rounds: int) -> Transitions:
    """Transitions of a head; articles one by one, so that none is padded."""
    pairs = [list_emissions(head, article) for article in articles]
    found = Transitions()
    optimizer = torch.optim.Adam(found.parameters(), lr=0.1)
    for _ in range(rounds):
        for at in range(0, len(pairs), 16):
            loss = sum((found.loss(*pair) for pair in pairs[at : at + 16]), torch.zeros(()))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, help="folder of the tagger; by default the shipped one")
    parser.add_argument("--fit", nargs="+", type=Path, required=True)
    parser.add_argument("--dev", nargs="+", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--heads", nargs="+", choices=list(HEADS), default=list(HEADS))
    args = parser.parse_args()
    encoder = Encoder(args.model)
    articles = read(encoder, load_records(args.fit))
    dev = {path.stem: read(encoder, load_records([path])) for path in args.dev}
    with mock.patch.object(decoding, "find_doubtful", keep_all):
        for head in (h for h in encoder.heads if h.name in args.heads):
            found = fit(head, articles, args.rounds)
            for name, read_articles in dev.items():
                print(
                    head.name, name, *(compare(head, read_articles, path) for path in (None, found.find_path))
                )


def compare(head: decoding.Head, articles: Sequence[Article], path: Any) -> str:
    """Strict and loose F1 of a head with a path of its own, or with the one that ships."""
    pairs = []
    with mock.patch.object(decoding, "best_path", path or decoding.best_path):
        for record, offsets, logits in articles:
            gold = dict.fromkeys(HEADS, ()) | {head.name: head_spans(record)[head.name]}
            found = dict.fromkeys(HEADS, ()) | decoding.decode([head], record["text"], offsets, logits)
            pairs.append((gold, found))
    figures = score_heads(pairs)[head.name]
    return f"{'CRF' if path else 'path'} {figures['strict']} strict {figures['loose']} loose"


if __name__ == "__main__":
    main()
