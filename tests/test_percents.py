"""The percents layer: marked cases and properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract.components.percents import PercentFinder
from tests.marked import check_case, load_cases

FINDERS = {lang: PercentFinder(lang) for lang in ("fr", "en")}
PIECES = [
    "%",
    " %",
    "5",
    "1,5",
    "2.5",
    "-",
    "+",
    "à",
    "to",
    "pour cent",
    "per cent",
    "pct",
    "dix",
    "half a",
    "½",
    " ",
    "(",
]


@pytest.mark.parametrize(("lang", "case"), load_cases("percents"))
def test_case(lang, case):
    check_case(case, FINDERS[lang].find(case.text))


@settings(max_examples=150, deadline=None)
@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(["fr", "en"]))
def test_any_text(text, lang):
    found = FINDERS[lang].find(text)
    end = 0
    for percent in found:
        assert text[percent.start : percent.end] == percent.text
        assert percent.start >= end
        end = percent.end
        assert percent.value is not None
    assert FINDERS[lang].find(text) == found


@pytest.mark.parametrize("text", ["1" * 60_000, "1 " * 30_000, "%" * 60_000, "1% to " * 10_000, "-" * 60_000])
def test_hostile_text_ends(text):
    FINDERS["en"].find(text)
