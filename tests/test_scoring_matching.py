"""The one-to-one matching against trying every possibility."""

from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealextract.scoring.matching import assign, find_overlaps, match_spans

ranges = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda r: (r[0], r[0] + r[1])), max_size=6
)


def best_by_trying(weights):
    """The greatest (number of pairs, sum of weights) over all one-to-one choices."""
    rows, columns = ({pair[side] for pair in weights} for side in (0, 1))
    short, long = sorted((sorted(rows), sorted(columns)), key=len)
    flipped = len(rows) > len(columns)
    best = (-1, 0)
    for choice in permutations(long, len(short)):
        pairs = [(b, a) if flipped else (a, b) for a, b in zip(short, choice, strict=True)]
        kept = [weights[p] for p in pairs if p in weights]
        best = max(best, (len(kept), sum(kept)))
    return best


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault
@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(-9, 9), max_size=12))
def test_assign_takes_the_most_pairs_then_the_greatest_weight(weights):
    pairs = assign(weights)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    if weights:
        assert (len(pairs), sum(weights[p] for p in pairs)) == best_by_trying(weights)


@given(ranges, ranges)
def test_overlaps_are_those_of_comparing_all_with_all(gold, predicted):
    expected = {
        (i, j): min(g[1], p[1]) - max(g[0], p[0])
        for i, g in enumerate(gold)
        for j, p in enumerate(predicted)
        if min(g[1], p[1]) > max(g[0], p[0])
    }
    assert find_overlaps(gold, predicted) == expected


@given(ranges)
def test_spans_match_themselves(spans):
    distinct = sorted(set(spans))
    assert match_spans(distinct, distinct) == [(i, i) for i in range(len(distinct))]


def test_many_overlapping_spans_are_matched_in_reasonable_time():
    nested = [(0, 1000 - n) for n in range(120)]
    assert len(match_spans(nested, nested)) == 120
