import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealextract import decoding, spans
from dealextract.decoding import Head, best_path, by_word, decode, decode_head, make_heads
from dealextract.encoder import (
    FILES,
    SEPARATOR,
    SIZES,
    Encoder,
    encode_lines,
    find_kept,
    find_model,
    make_windows,
)
from dealextract.errors import InvalidInput, ModelNotFound
from dealextract.pipeline import load
from tests.trained import needs_model

CORPORA = Path(__file__).resolve().parents[1] / "corpora" / "en" / "train"
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


def test_a_status_is_read_at_the_trigger_whatever_the_head_says_of_outside():
    heads = make_heads({"triggers": ("acquisition",), "statuses": ("agreed", "completed")})
    # Columns: O, B, I of triggers; O, B and I of agreed, B and I of completed.
    outside, trigger = [9.0, 0, 0, 9, 0, 0, 0, 0], [0, 9.0, 0, 9, 3, 0, 2, 0]
    found = decode(heads, "It bought Roy", [(0, 2), (3, 9), (10, 13)], np.array([outside, trigger, outside]))
    assert [(s.start, s.end) for s in found["triggers"]] == [(3, 9)]
    assert [(s.start, s.end, s.type) for s in found["statuses"]] == [(3, 9, "agreed"), (3, 9, "completed")]
    shares = [np.exp(3) + 1, np.exp(2) + 1]
    assert [s.score for s in found["statuses"]] == pytest.approx([x / sum(shares) for x in shares], abs=1e-4)


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
    assert all(not (a == 0 and b == 2) for a, b in pairwise(path))


@given(st.integers(0, 5000), st.integers(20, 500), st.integers(0, 19))
def test_windows_cover_every_piece(count, size, overlap):
    windows = make_windows(count, size, overlap)
    covered = {at for start, end in windows for at in range(start, end)}
    assert covered == set(range(count))
    assert all(end - start <= size for start, end in windows)


def test_missing_model_says_where_it_looked(tmp_path):
    with pytest.raises(ModelNotFound, match=str(FILES[0])):
        find_model(tmp_path)


class LetterTokenizer:
    """One piece a letter run, as the real tokenizer's interface gives them."""

    def encode(self, line, add_special_tokens):
        from types import SimpleNamespace

        found = [m.span() for m in re.finditer(r"\w+|[^\w\s]", line)]
        return SimpleNamespace(ids=[9] * len(found), offsets=found)


def test_lines_are_cut_apart_with_exact_offsets():
    text = "Titre\n\nRoy vend.\n"
    ids, offsets = encode_lines(LetterTokenizer(), text)
    assert [text[s:e] for s, e in offsets] == ["Titre", "\n", "Roy", "vend", "."]
    assert ids == [9, SEPARATOR, 9, 9, 9]


def test_a_name_does_not_cross_a_line():
    text = "Roy\nBNP"
    head = Head("names", ("COMPANY",), 0)
    logits = np.log(np.array([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.1, 0.1, 0.8]]))
    found = decode([head], text, [(0, 3), (3, 4), (4, 7)], logits)["names"]
    assert [(s.start, s.end) for s in found] == [(0, 3), (4, 7)]


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 2.0, 6.0]))
def test_leaving_sure_words_out_changes_no_path(seed, spread):
    rng = np.random.default_rng(seed)
    heads = make_heads({"names": ("A", "B", "C"), "cues": ("D",), "contents": ("E",)})
    text = "Roy Industries vend, dit-il.\nOrlane achète 5 % de Sellix.\nFin"
    offsets = [m.span() for m in re.finditer(r"\w{1,4}|[^\w ]", text)]
    logits = rng.normal(0, spread, (len(offsets), 13)).astype(np.float32)
    logits[:, [head.column for head in heads]] += rng.normal(3, spread, (len(offsets), 3))
    with pytest.MonkeyPatch.context() as patch:
        found = decode(heads, text, offsets, logits)
        patch.setattr(decoding, "find_doubtful", lambda heads, *args: np.full(args[-1].shape, True))
        assert found == decode(heads, text, offsets, logits)


def test_pieces_of_one_word_decide_together():
    words = by_word(np.array([[0.6, 0.4, 0.0], [0.0, 0.0, 1.0]]), [0])
    assert words[0].argmax() == 1


def test_a_truncated_graph_is_a_clear_error(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"\x08\x08truncated")
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "meta.json").write_text('{"version": "0", "heads": {}, "window": 9, "overlap": 2}')
    with pytest.raises(ModelNotFound, match="no readable ONNX graph"):
        _ = Encoder(tmp_path).session


@pytest.mark.parametrize("size", ["fast", "accurate"])
def test_a_size_is_looked_for_by_name(size, monkeypatch, tmp_path):
    monkeypatch.setattr("dealextract.encoder.__file__", str(tmp_path / "dealextract" / "encoder.py"))
    folder = tmp_path / "models" / SIZES[size][1]
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).touch()
    assert find_model(size) == folder


@needs_model
def test_neighbours_and_threads_change_nothing():
    texts = ["Orlane Pharma va racheter Sellix.", "Sellix", "", "Kern & Fils a vendu Orlane. " * 200]
    one, two = Encoder(threads=1), Encoder(threads=2)
    alone = [one.predict([text])[0] for text in texts]
    assert one.predict(texts) == two.predict(texts) == alone


@needs_model
def test_a_forked_process_reads_too():
    nlp = load("en", components=["tagger"], threads=2)
    texts = ["Orlane Pharma buys Sellix."] * 4
    before = [spans.read_tagged(doc, "names") for doc in nlp.pipe(texts)]
    assert [spans.read_tagged(doc, "names") for doc in nlp.pipe(texts, n_process=2)] == before


@needs_model
def test_windows_of_a_long_text_leave_no_seams():
    """Of 20,000 words: near a seam of two windows a name is read as in its article alone."""
    articles = [
        json.loads(line)["text"].strip() + "\n\n"
        for path in sorted(CORPORA.glob("en-w[1-4].jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    encoder, text, alone = Encoder(), "", set()
    for article in articles:
        alone |= {(len(text) + m.start, len(text) + m.end) for m in encoder.predict([article])[0]["names"]}
        text += article
        if len(text.split()) > 20_000:
            break
    found = encoder.predict([text])[0]
    apart = [marks for head, marks in found.items() if head not in decoding.READ_AT]
    assert all(a.end <= b.start for marks in apart for a, b in pairwise(marks))
    whole = {(m.start, m.end) for m in found["names"]}
    ids, offsets = encode_lines(encoder.tokenizer, text)
    windows = make_windows(len(ids), encoder.window, encoder.overlap)
    ends = [find_kept(start, end, len(ids), encoder.overlap)[1] for start, end in windows[:-1]]
    seams = [offsets[end - 1][1] for end in ends]
    near = {s for s in alone | whole if any(abs(s[0] - seam) < 60 for seam in seams)}
    assert len(near) > 50
    assert len(near & alone & whole) >= 0.85 * len(near)


def test_a_backend_that_does_not_exist_is_refused():
    with pytest.raises(InvalidInput, match="onnx, torch"):
        Encoder(backend="jax")


@needs_model
def test_torch_reads_the_same_weights():
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    ids = np.array([[0, 19298, 107, 11785, 2, 546, 16176, 15884, 10, 698, 5, 2]])
    ours, theirs = Encoder().session(ids), Encoder(backend="torch").session(ids)
    assert (ours[0].argmax(-1) == theirs[0].argmax(-1)).all()
