"""No pattern may backtrack on hostile text: told by steps and the shape of patterns, not by a clock."""

import re
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

from dealextract import elisions
from dealextract.amounts import COMMA_DECIMAL, DOT_DECIMAL, load_amounts
from dealextract.calendar_terms import load_calendar
from dealextract.components import dates
from dealextract.components.money import MoneyFinder
from dealextract.components.percents import PercentFinder
from dealextract.lexicon import LANGUAGES
from dealextract.modifiers import load_modifiers
from dealextract.phrases import PhraseTrie, tokenize

HOSTILE = [
    "1 ", "7", "1.", "1,1", "1 000 ", "$", "$1 ", "(", "()", " ", "\n", "\u00a0", "1-", "€1-", "5 to ",
    "de 1 à ", "entre 1 et ", "million ", "millions de ", "un million ", "one hundred ", "a couple of ",
    "half a ", "une ", "$1 (€1) ", "contre 5 € ", "1 % ", "a nine-figure ", "francs suisses ", "5 € (",
    "(5) ", "-", "/", "1 / ",
]  # fmt: skip
SIZE = 1_500


def count_steps(monkeypatch, read, text):
    """How many phrases are looked up, token by token, to read a text."""
    steps = 0
    longest = PhraseTrie.longest

    def counted(self, tokens, i):
        nonlocal steps
        found = longest(self, tokens, i)
        steps += 1 + (found[0] - i if found else 0)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(PhraseTrie, "longest", counted)
        read(text)
    return steps


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("piece", HOSTILE, ids=[repr(p) for p in HOSTILE])
def test_twice_the_text_takes_twice_the_steps(monkeypatch, lang, piece):
    text = (piece * (2 * SIZE // len(piece) + 1))[: 2 * SIZE]
    for read in (MoneyFinder(lang).find, PercentFinder(lang).find):
        once = count_steps(monkeypatch, read, text[:SIZE])
        twice = count_steps(monkeypatch, read, text)
        assert twice <= 2.1 * once + 100


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("piece", ["1 ", "March 2 ", "le 3 mai ", "mi-", "T2 ", "lundi ", "the ", "fin de "])
def test_a_place_is_tried_for_a_date_once(monkeypatch, lang, piece):
    text = piece * (SIZE // len(piece))
    calendar = load_calendar(lang)
    read, places = calendar._read_at, []
    monkeypatch.setattr(calendar, "_read_at", lambda *given: places.append(given[2]) or read(*given))
    list(calendar.find(text))
    assert len(places) == len(set(places)) <= len(tokenize(text))


def find_repeats(steps, *, inside=False):
    """(unbounded, nested in another) for each repetition without upper bound in a parsed pattern."""
    for op, value in steps:
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
            endless = value[1] is ops.MAXREPEAT
            if endless:
                yield inside
            yield from find_repeats(value[2], inside=inside or endless)
        elif op is ops.SUBPATTERN:
            yield from find_repeats(value[-1], inside=inside)
        elif op is ops.BRANCH:
            for branch in value[1]:
                yield from find_repeats(branch, inside=inside)
        elif op in (ops.ASSERT, ops.ASSERT_NOT):
            yield from find_repeats(value[1], inside=inside)


def gather_patterns(lang):
    """The compiled patterns of the money and date layers of a language, by where they are kept."""
    modifiers, reader, calendar = load_modifiers(lang), load_amounts(lang), load_calendar(lang)
    owners = {"modifiers": modifiers, "joiner": reader.joiner, "filter": reader.filter, "amounts": reader}
    found = {f"{name}.{key}": value for name, owner in owners.items() for key, value in vars(owner).items()}
    found |= {"elisions": elisions.RESTATES, "equals": elisions.EQUALS, "along": elisions.ALONG}
    found |= {"dot": DOT_DECIMAL, "comma": COMMA_DECIMAL, "dateline": dates.BEFORE_DATELINE}
    found |= {"scanner": calendar.scanner} | {
        f"date {n}": rule.regex for n, rule in enumerate(calendar.rules)
    }
    return {name: value for name, value in found.items() if isinstance(value, re.Pattern)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_repetition_without_bound(lang):
    patterns = gather_patterns(lang)
    assert len(patterns) > 30
    endless = {
        name
        for name, pattern in patterns.items()
        if any(True for _ in find_repeats(parser.parse(pattern.pattern)))
    }
    assert not endless


def test_a_nested_repetition_would_be_seen():
    assert list(find_repeats(parser.parse(r"(?:a|(b+))*c{1,3}"))) == [False, True]
