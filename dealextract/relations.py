"""Relations between spans from the tagger's projections: pure functions of arrays.

The tagger gives every word piece a query and a key. A small perceptron reads the mean query of a trigger, the
mean key of a name or figure, their product and their distance, and gives the log-odds of each relation
against none. An entity counts by the logsumexp over its mentions (as in Zhou et al. 2021,
https://arxiv.org/abs/2010.11304).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path

import numpy as np

SIZE, NEAR, MIXED = 64, 16, 64  # of a query or key, of the embedding of a distance, of the layer between
SAME = 4  # column of the relation of two triggers of one deal; those before it are the roles of parties
TERMS = ("amount", "valuation", "price_per_share", "stake")  # those after it: the terms that figures can be
LONGEST = 16  # pieces of a span that count
RELATIONS = "relations.npz"  # file of a model folder
LIMITS = np.array((0, 4, 8, 16, 32, 64, 128))  # pieces between two spans
STEPS = 2 * (len(LIMITS) + 1)

Range = tuple[int, int]


def find_steps(gaps: np.ndarray) -> np.ndarray:
    """The class of each distance in pieces, before and after apart.

    >>> find_steps(np.array([3, -3, 1000])).tolist()
    [1, 9, 7]
    """
    return np.searchsorted(LIMITS, np.abs(gaps), side="left") + (gaps < 0) * (len(LIMITS) + 1)


@dataclass(frozen=True)
class Projections:
    """Queries and keys of the word pieces of one text.

    `offsets` [pieces, 2] in characters; `table` [pieces, 2 * SIZE], the query, then the key; `model` is the
    folder of the weights that read the table.
    """

    offsets: np.ndarray
    table: np.ndarray
    model: str

    def find_pieces(self, spans: Sequence[Range]) -> np.ndarray:
        """First piece and end of each span [spans, 2]; at least one piece each."""
        places = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
        first = np.searchsorted(self.offsets[:, 1], places[:, 0], side="right")
        end = np.searchsorted(self.offsets[:, 0], places[:, 1], side="left")
        first = np.minimum(first, len(self.offsets) - 1)
        return np.stack([first, np.maximum(end, first + 1)], axis=1)

    def read_queries(self, pieces: np.ndarray) -> np.ndarray:
        """The mean query of each range of pieces: [ranges, SIZE]."""
        return average(self.table[:, :SIZE], pieces)

    def read_keys(self, pieces: np.ndarray) -> np.ndarray:
        """The mean key of each range of pieces: [ranges, SIZE]."""
        return average(self.table[:, SIZE:], pieces)


def average(table: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """The mean row of each range [ranges, 2] of a table, of which the first LONGEST rows count."""
    sizes = np.minimum(pieces[:, 1] - pieces[:, 0], LONGEST)
    steps = np.arange(int(sizes.max(initial=1)))
    inside = steps < sizes[:, None]
    rows = np.where(inside, pieces[:, :1] + steps, pieces[:, :1])
    total = (table[rows].astype(np.float32) * inside[..., None]).sum(axis=1)
    return total / sizes[:, None].astype(np.float32)


@dataclass(frozen=True)
class Scorer:
    """The perceptron.

    `near` [STEPS, NEAR] embeds distances; `mix` [MIXED, 3 * SIZE + NEAR] and `out` [relations, MIXED] have a
    bias each.
    """

    near: np.ndarray
    mix: np.ndarray
    mix_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray

    @classmethod
    def load(cls, path: Path) -> Scorer:
        """The weights of an .npz file of arrays."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(*(arrays[field.name] for field in fields(cls)))

    def save(self, path: Path) -> None:
        """Write an .npz file of arrays."""
        np.savez_compressed(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @cached_property
    def parts(self) -> tuple[np.ndarray, ...]:
        """What `mix` does to a query, to a key and to their product, and what each distance adds."""
        of_query, of_key, of_both, of_near = np.split(self.mix.T, [SIZE, 2 * SIZE, 3 * SIZE])
        return of_query, of_key, of_both, self.near @ of_near + self.mix_bias

    def score(self, queries: np.ndarray, keys: np.ndarray, gaps: np.ndarray) -> np.ndarray:
        """How far each span has each relation to each of others [spans, others, relations], as log-odds.

        `queries` [spans, SIZE], `keys` [others, SIZE], `gaps` [spans, others] in pieces from those to these.
        """
        of_query, of_key, of_both, of_gap = self.parts
        mixed = keys @ (of_key + of_both * queries[:, :, None])
        mixed += (queries @ of_query)[:, None] + of_gap[find_steps(gaps)]
        return np.maximum(mixed, 0) @ self.out.T + self.out_bias


@cache
def load_scorer(folder: str) -> Scorer:
    """The perceptron of a model folder, read once."""
    return Scorer.load(Path(folder) / RELATIONS)
