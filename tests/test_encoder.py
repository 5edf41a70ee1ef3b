import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealextract.encoder import FILES, Head, best_path, decode_head, find_model, make_windows
from dealextract.errors import ModelNotFound

HEAD = Head("names", ("COMPANY", "PERSON"), 0)


def rows(*labels: str) -> np.ndarray:
    columns = {"O": 0, "B-COMPANY": 1, "I-COMPANY": 2, "B-PERSON": 3, "I-PERSON": 4}
    out = np.full((len(labels), 5), 0.02)
    for at, label in enumerate(labels):
        out[at, columns[label]] = 0.92
    return out


def test_a_doubt_between_types_does_not_break_a_span():
    text = "Roy Industries"
    found = decode_head(HEAD, rows("B-COMPANY", "I-PERSON", "I-COMPANY"), [(0, 3), (3, 9), (9, 14)], text)
    assert [(s.start, s.end, s.type) for s in found] == [(0, 14, "COMPANY")]


def test_two_spans_side_by_side_stay_two():
    found = decode_head(HEAD, rows("B-PERSON", "B-COMPANY"), [(0, 3), (3, 7)], "Roy BNP")
    assert [(s.start, s.end, s.type) for s in found] == [(0, 3, "PERSON"), (4, 7, "COMPANY")]


def test_inside_without_begin_is_not_decoded_after_outside():
    path = best_path(np.array([0.9, 0.1]), np.array([0.05, 0.3]), np.array([0.05, 0.6]))
    assert list(path) in ([0, 1], [1, 2])


@given(st.lists(st.tuples(*[st.floats(0.01, 1)] * 3), min_size=1, max_size=12))
def test_no_path_has_inside_after_outside(scores):
    table = np.array(scores)
    path = [0, *best_path(table[:, 0], table[:, 1], table[:, 2])]
    assert all(not (a == 0 and b == 2) for a, b in zip(path, path[1:], strict=False))


@given(st.integers(0, 5000), st.integers(20, 500), st.integers(0, 19))
def test_windows_cover_every_piece(count, size, overlap):
    windows = make_windows(count, size, overlap)
    covered = {at for start, end in windows for at in range(start, end)}
    assert covered == set(range(count))
    assert all(end - start <= size for start, end in windows)


def test_missing_model_says_where_it_looked(tmp_path):
    with pytest.raises(ModelNotFound, match=str(FILES[0])):
        find_model(tmp_path)
