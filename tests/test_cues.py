import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealextract.cues import Cue, CueEngine, CueLexicon, WordForm, resolve, split_words


def engine(*cues: Cue) -> CueEngine:
    return CueEngine(
        CueLexicon(
            classes={"be": ("is", "are")},
            form=(WordForm(name="ing", endings=("ing",), exceptions=("king",)),),
            cue=cues,
        )
    )


def found(text: str, *cues: Cue) -> list[str]:
    return [text[m.start : m.end] for m in resolve(engine(*cues).find(split_words(text)))]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("may", "It may, or May not.", ["may", "May"]),
        ("@be @ing", "He is buying. The are king.", ["is buying"]),
        ("<@be> not? @ing", "He is not buying; they are.", ["is"]),
        ("rule .. out", "rule it all out, rule: out", ["rule it all out"]),
        ("<l' idée> de", "L’idée de vendre", ["L’idée"]),
    ],
)
def test_patterns_match_words_classes_gaps_and_inner_spans(pattern, text, expected):
    assert found(text, Cue(type="x", patterns=(pattern,))) == expected


def test_the_longest_match_wins_and_pseudo_cues_block():
    cues = (Cue(type="x", patterns=("may", "may well")), Cue(type="none", patterns=("in may",)))
    assert found("It may well rise in May.", *cues) == ["may well"]


def test_a_pattern_with_an_unknown_class_or_without_a_word_is_refused():
    with pytest.raises(ValueError, match="unknown classes"):
        engine(Cue(type="x", patterns=("@none",)))
    with pytest.raises(ValueError, match="can match nothing"):
        engine(Cue(type="x", patterns=("may? ..",)))


@given(st.text())
def test_words_have_exact_offsets(text):
    words = split_words(text)
    assert all(text[w.start : w.end].lower().replace("’", "'") == w.norm for w in words)
    assert all(a.end <= b.start for a, b in itertools.pairwise(words))
