"""The benchmark commands: what they read and how they judge, without running a peer."""

import doctest
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dealextract.records import Document, Money

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
for folder in ("", "peers", "external"):
    sys.path.insert(0, str(BENCHMARKS / folder))


@pytest.mark.parametrize(
    "name", ["acquisitions", "currencies", "environments", "finer", "money", "polnear", "results", "speed"]
)
def test_examples_in_docstrings_hold(name):
    module = import_module(name)
    assert Path(module.__file__).is_relative_to(BENCHMARKS)
    assert doctest.testmod(module).failed == 0


def test_every_peer_has_an_adapter_and_pinned_versions():
    from environments import read_peers

    for peer in read_peers().values():
        assert (BENCHMARKS / "peers" / "adapters" / peer.adapter).is_file()
        assert all("==" in requirement for requirement in peer.requires), peer.name
        assert peer.note


def make_gold(text, *amounts):
    spans = []
    for n, (piece, value, currency) in enumerate(amounts):
        start = text.index(piece)
        end = start + len(piece)
        spans.append(Money(id=f"M{n}", start=start, end=end, text=piece, value=value, currency=currency))
    return Document(lang="en", text=text, spans=tuple(spans))


def answer(start, end, **given):
    return {
        "start": start,
        "end": end,
        "value": None,
        "value_max": None,
        "currency": None,
        "unit": None,
    } | given


def test_peers_are_read_generously():
    from money import read_answer

    gold = make_gold("It paid (about C$5m).", ("C$5m", 5_000_000, "CAD"))
    (found,) = read_answer(gold, [answer(8, 20, value=5_000_000, unit="Dollar")]).spans
    assert (found.text, found.value, found.currency) == ("C$5m", 5_000_000, "CAD")
    gold = make_gold("Shares fell to $3.", ("$3", 3, "USD"))
    (found,) = read_answer(gold, [answer(16, 17, value=3, unit="Euro")]).spans
    assert found.text == "$3"
    assert found.currency not in (None, "USD")


def test_fractions_of_a_currency_are_divided():
    from money import read_answer

    gold = make_gold("It rose 52 cents.", ("52 cents", 0.52, "USD"))
    (found,) = read_answer(gold, [answer(8, 16, value=52, unit="Cent")]).spans
    assert (float(found.value), found.currency) == (0.52, "USD")


def test_a_section_of_results_replaces_its_last_version(tmp_path, monkeypatch):
    import results

    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.md")
    for text in ("first", "second"):
        results.write_section("a", "A", text)
        results.write_section("b", "B", "other")
    written = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert written.count("## A") == written.count("## B") == 1
    assert "second" in written and "first" not in written


def test_a_money_fill_is_found_by_its_value():
    from acquisitions import is_found_as_money

    gold = make_gold("bought for 12.5\nmln dlrs cash", ("12.5\nmln dlrs", 12_500_000, "USD"))
    assert is_found_as_money(gold, ["12.5 MLN DLRS"])
    assert not is_found_as_money(gold, ["12.6 mln dlrs", "undisclosed"])
