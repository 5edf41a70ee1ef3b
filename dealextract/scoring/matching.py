"""One-to-one matching of gold and predicted items."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

Range = tuple[int, int]
Pair = tuple[int, int]


def count_shared(a: Range, b: Range) -> int:
    """Number of characters that two ranges share.

    >>> count_shared((0, 10), (7, 12)), count_shared((0, 3), (3, 5))
    (3, 0)
    """
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def find_overlaps(gold: Sequence[Range], predicted: Sequence[Range]) -> dict[Pair, int]:
    """Shared characters of every overlapping pair, by (index in gold, index in predicted).

    >>> find_overlaps([(0, 10), (20, 25)], [(8, 12), (9, 22)])
    {(0, 1): 1, (0, 0): 2, (1, 1): 2}
    """
    order = sorted(range(len(predicted)), key=lambda j: predicted[j])
    starts = [predicted[j][0] for j in order]
    reach: list[int] = []  # furthest end so far: where the walk to the left may stop
    for j in order:
        reach.append(max(predicted[j][1], reach[-1] if reach else 0))
    found: dict[Pair, int] = {}
    for i, span in enumerate(gold):
        at = bisect_left(starts, span[1]) - 1
        while at >= 0 and reach[at] > span[0]:
            if shared := count_shared(span, predicted[order[at]]):
                found[i, order[at]] = shared
            at -= 1
    return found


def match_spans(gold: Sequence[Range], predicted: Sequence[Range]) -> list[Pair]:
    """Pairs of overlapping ranges, one to one: as many as can be, then the largest overlap.

    Among equal overlaps the closer boundaries win.

    >>> match_spans([(0, 4), (5, 9)], [(3, 9), (0, 2)])
    [(0, 1), (1, 0)]
    """
    weights = {
        (i, j): (shared << 32) - sum(abs(g - p) for g, p in zip(gold[i], predicted[j], strict=True))
        for (i, j), shared in find_overlaps(gold, predicted).items()
    }
    return assign(weights)


def assign(weights: Mapping[Pair, int]) -> list[Pair]:
    """Allowed pairs, one to one: the most pairs first, then the greatest sum of weights.

    >>> assign({(0, 0): 9, (0, 1): 8, (1, 0): 5})
    [(0, 1), (1, 0)]
    """
    chosen: list[Pair] = []
    for part in split_components(weights):
        chosen += _assign_component(part)
    return sorted(chosen)


def split_components(weights: Mapping[Pair, int]) -> list[dict[Pair, int]]:
    """The pairs in groups that share no row and no column."""
    by_row: dict[int, list[Pair]] = defaultdict(list)
    by_column: dict[int, list[Pair]] = defaultdict(list)
    for pair in weights:
        by_row[pair[0]].append(pair)
        by_column[pair[1]].append(pair)
    seen: set[Pair] = set()
    parts = []
    for first in weights:
        if first in seen:
            continue
        seen.add(first)
        todo, part = [first], {}
        while todo:
            pair = todo.pop()
            part[pair] = weights[pair]
            for other in (*by_row.pop(pair[0], ()), *by_column.pop(pair[1], ())):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        parts.append(part)
    return parts


def _assign_component(part: Mapping[Pair, int]) -> list[Pair]:
    """The Hungarian method (Kuhn 1955, with potentials) on the dense matrix of one component."""
    if len(part) == 1:
        return list(part)
    rows, columns = sorted({i for i, _ in part}), sorted({j for _, j in part})
    swapped = len(rows) > len(columns)
    if swapped:
        rows, columns = columns, rows
    low = min(part.values())
    bonus = (max(part.values()) - low + 1) * (len(rows) + 1)  # one more pair outweighs every weight
    cost = [[0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
    for a, i in enumerate(rows, start=1):
        for b, j in enumerate(columns, start=1):
            pair = (j, i) if swapped else (i, j)
            if pair in part:
                cost[a][b] = -(bonus + part[pair] - low)
    owner = _solve(cost, len(rows), len(columns))
    chosen = []
    for b, a in enumerate(owner[1:], start=1):
        if a:
            pair = (rows[a - 1], columns[b - 1])
            pair = pair[::-1] if swapped else pair
            if pair in part:
                chosen.append(pair)
    return chosen


def _solve(cost: list[list[int]], n: int, m: int) -> list[int]:
    """Row (1-based) of each column in an assignment of least cost of n rows to m >= n columns."""
    u, v, owner, way = [0] * (n + 1), [0] * (m + 1), [0] * (m + 1), [0] * (m + 1)
    for row in range(1, n + 1):
        owner[0], at = row, 0
        least: list[float] = [float("inf")] * (m + 1)
        used = [False] * (m + 1)
        while owner[at]:
            used[at] = True
            here, delta, nearest = owner[at], float("inf"), 0
            for j in range(1, m + 1):
                if not used[j]:
                    reduced = cost[here][j] - u[here] - v[j]
                    if reduced < least[j]:
                        least[j], way[j] = reduced, at
                    if least[j] < delta:
                        delta, nearest = least[j], j
            for j in range(m + 1):
                if used[j]:
                    u[owner[j]] += int(delta)
                    v[j] -= int(delta)
                else:
                    least[j] -= int(delta)
            at = nearest
        while at:
            owner[at] = owner[way[at]]
            at = way[at]
    return owner
