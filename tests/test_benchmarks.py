"""The benchmark commands: what they read and how they judge, without running a peer."""

import doctest
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dealextract.records import Date, Document, Money
from tests.test_scoring import change
from tests.test_scoring import make_gold as make_press

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
for folder in ("", "peers", "external", "quality"):
    sys.path.insert(0, str(BENCHMARKS / folder))


@pytest.mark.parametrize(
    "name",
    [
        "acquisitions", "archive", "currencies", "diffs", "environments", "finer", "floors", "growth",
        "hostile", "judging", "money", "parallel", "polnear", "results", "slices", "speed",
    ],
)  # fmt: skip
def test_examples_in_docstrings_hold(name):
    module = import_module(name)
    assert Path(module.__file__).is_relative_to(BENCHMARKS)
    assert doctest.testmod(module).failed == 0


def test_every_peer_has_an_adapter_and_pinned_versions():
    from compare import LAYERS
    from environments import read_peers

    peers = read_peers(None)
    for peer in peers.values():
        assert (BENCHMARKS / "peers" / "adapters" / peer.adapter).is_file()
        assert all("==" in requirement for requirement in peer.requires), peer.name
        assert bool(peer.requires) != bool(peer.environment), peer.name
        assert peers[peer.home].requires
        assert set(peer.layers) <= {"money", *LAYERS}
        assert peer.note
    assert all("money" in peer.layers for peer in read_peers().values())


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
    results.write_section("speed", "Speed", "fast")
    results.write_section("quality", "Quality", "good")
    written = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert written.count("## A") == written.count("## B") == 1
    assert "second" in written and "first" not in written
    assert written.index("## Quality") < written.index("## Speed") < written.index("## A")


def test_a_money_fill_is_found_by_its_value():
    from acquisitions import is_found_as_money

    gold = make_gold("bought for 12.5\nmln dlrs cash", ("12.5\nmln dlrs", 12_500_000, "USD"))
    assert is_found_as_money(gold, ["12.5 MLN DLRS"])
    assert not is_found_as_money(gold, ["12.6 mln dlrs", "undisclosed"])


def make_dated(text, piece, value):
    start = text.index(piece)
    span = Date(id="D1", start=start, end=start + len(piece), text=piece, value=value)
    return Document(lang="en", text=text, spans=(span,))


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ({"days": ["2025-05-02"]}, 1),  # a peer's day lies in gold's quarter
        ({"days": ["2025-07-01"]}, 0),
        ({"days": ["never", "2025-06-30"]}, 1),
        ({"value": "2025-Q2"}, 1),  # ours must be gold's
        ({"value": "2025-05-02"}, 0),
        ({}, 0),
    ],
)
def test_dates_of_peers_are_right_within_the_period_of_gold(given, right):
    from judging import judge_date_values, judge_dates

    gold = make_dated("It closes in the second quarter.", "the second quarter", "2025-Q2")
    span = {**answer(10, 31), "label": "DATE", "days": None, **given}
    assert judge_dates(gold, {"spans": [span]}) == (1, 1, 1)
    assert judge_date_values(gold, {"spans": [span]}) == (1, 1, right)


def test_names_of_peers_have_one_label_for_organisations():
    from judging import judge_names

    gold = Document.from_json(make_press())
    ours = [{**answer(s.start, s.end), "label": "PER" if s.label == "PERSON" else "ORG"} for s in gold.spans
            if s.label in ("COMPANY", "PERSON")]  # fmt: skip
    assert judge_names("ORG")(gold, {"spans": ours}) == (3, 3, 3)
    assert judge_names("PER")(gold, {"spans": ours}) == (1, 1, 1)


def test_sentences_and_cues_and_quotations_are_judged():
    from judging import judge_cues, judge_quotations, judge_sentences

    gold = Document.from_json(change(make_press(), "A1", quote="direct"))
    at = {s.id: [s.start, s.end] for s in gold.spans}
    elsewhere = {**answer(at["N4"][0], at["N4"][1]), "label": "HEDGE"}
    assert judge_cues("HEDGE")(gold, {"spans": [elsewhere]}) == (1, 1, 0)
    assert judge_sentences("HEDGE")(gold, {"spans": [elsewhere]}) == (1, 1, 1)
    quotation = {"source": at["S1"], "cue": at["Q1"], "content": []}
    assert judge_quotations(gold, {"attributions": [quotation]}) == (1, 1, 1)
    assert judge_quotations(gold, {"attributions": [quotation | {"cue": None}]}) == (1, 1, 0)


def test_a_peer_that_is_not_installed_stays_in_the_table(tmp_path):
    from compare import HEAD, ask_peer, make_row
    from environments import read_peers

    peer = read_peers(None)["edsnlp"]
    (tmp_path / "edsnlp.error").write_text("ERROR: no matching version", encoding="utf-8")
    row = make_row(peer, ask_peer(peer, tmp_path, [], 1), [])
    assert row[0].endswith("no matching version")
    assert row[1:] == ["–"] * (len(HEAD) - 1)


def test_the_record_shown_to_those_who_enter_is_valid():
    page = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    shown = page.split("A smallest record:\n\n")[1].split("\n\n")[0]
    record = Document.from_json(" ".join(shown.split()))
    assert [span.label for span in record.spans] == ["COMPANY", "MONEY"]


def test_every_command_of_the_page_is_there():
    page = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"python (benchmarks/[\w/.]+)", page)
    assert len(set(commands)) > 8
    for command in set(commands):
        assert (BENCHMARKS.parent / command).exists(), command


def test_recipes_stand_on_the_page():
    pytest.importorskip("pyarrow")
    from recipes import ENGINES, find_recipe

    for title, _, _ in ENGINES.values():
        code = find_recipe(title)
        compile(code, title, "exec")
        assert "ArrowReader()" in code
        body = [line for line in code.splitlines() if line and not line.startswith(("import ", "from "))]
        assert len(body) <= 6


def test_lost_and_double_documents_are_seen():
    pytest.importorskip("pyarrow")
    from faults import count_documents

    failed = b'{"number": 1}\n'
    files = {"state/0": b'{"documents": 3}', "records/0": b"{}\n{}\n", "failures.jsonl": failed}
    assert count_documents(files) == (2, 1)
    for lost in ({"records/0": b"{}\n"}, {"failures.jsonl": failed + failed}):
        with pytest.raises(SystemExit, match="3 documents"):
            count_documents(files | lost)
