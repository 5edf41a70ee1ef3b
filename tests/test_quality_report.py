"""The quality report: slices, curves, errors, two languages compared, and a page that is safe to open."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
for folder in ("", "peers", "external", "quality"):
    sys.path.insert(0, str(ROOT / "benchmarks" / folder))

from breakdown import count_confusions, count_kinds, find_worst, pair_names  # noqa: E402
from curves import calibrate, find_curves  # noqa: E402
from measures import measure  # noqa: E402
from page import make_page  # noqa: E402
from parallel import compare_languages  # noqa: E402
from sections import describe_sets  # noqa: E402
from sets import GoldSet, make_set  # noqa: E402
from slices import slice_pairs  # noqa: E402

from dealextract.errors import InvalidInput  # noqa: E402
from dealextract.records import Document  # noqa: E402
from tests.test_scoring import change, make_gold  # noqa: E402


def read(record):
    return Document.from_json(record)


def make_pairs(number=8):
    """Documents of two registers and decades; in every second one a name has another label."""
    pairs = []
    for n in range(number):
        extra = {
            "register": "wire" if n < number / 2 else "daily",
            "published": f"{1994 + 10 * (n % 2)}-05-06",
        }
        gold = make_gold(id=f"d{n}", **extra)
        pairs.append((read(gold), read(change(gold, "N4", label="MEDIA") if n % 2 else gold)))
    return pairs


def test_slices_are_by_field_and_rare_values_together():
    pairs = make_pairs()
    registers = slice_pairs(pairs, "register")
    assert registers.documents == {"daily": 4, "wire": 4, "all": 8}
    decades = slice_pairs(pairs, "period")
    assert decades.scores["1990s"]["COMPANY.strict"].headline == 1
    assert decades.scores["2000s"]["COMPANY.strict"].headline < 1
    assert slice_pairs(pairs, "difficulty") is None
    rare = [(g.model_copy(update={"register": "blog"}), p) for g, p in pairs[:1]] + pairs[1:]
    assert "other (1)" in slice_pairs(rare, "register").documents


def test_a_name_under_another_label_is_one_error_of_type():
    gold, predicted = make_pairs()[1]
    assert ("COMPANY", "MEDIA") in pair_names(gold, predicted)
    kinds = count_kinds([(gold, predicted)])
    assert kinds["COMPANY"]["type"] == 1
    assert sum(sum(counts.values()) for counts in kinds.values()) == 1
    assert count_confusions([(gold, predicted)])["name label"]["COMPANY"] == {"COMPANY": 2, "MEDIA": 1}


def test_the_worst_documents_come_first():
    worst = find_worst(make_pairs(), 3)
    assert [w.gold.id for w in worst] == ["d1", "d3", "d5"]
    assert worst[0].f1 < 1 and len(worst[0].problems) == 1


def test_a_higher_threshold_costs_recall_and_rules_stay():
    gold = make_gold()
    sure = {"N1": 0.99, "N2": 0.4, "N4": None}
    predicted = gold
    for key, value in sure.items():
        predicted = change(predicted, key, score=value)
    points = find_curves([(read(gold), read(predicted))])["COMPANY"]
    assert [(p.threshold, p.tally.predicted) for p in points] == [(0.0, 3), (0.5, 2), (0.995, 1)]
    bins, error = calibrate([(read(gold), read(predicted))], "COMPANY")
    assert [b.number for b in bins] == [1, 1]
    assert error == pytest.approx((0.01 + 0.6) / 2)


def make_told(lang, **changes):
    return make_gold(id=f"{lang}-1", lang=lang, parallel="p1", **changes)


def test_facts_of_two_languages_are_compared_by_what_comes_out():
    gold = [make_told("en"), make_told("fr")]
    same = compare_languages([(read(g), read(g)) for g in gold], bootstrap=20)
    assert (same["share"], same["ceiling"], same["articles"]) == (1, 1, 1)
    other = json.loads(json.dumps(gold[1]))
    other["deals"][0]["status"] = "agreed"
    found = compare_languages([(read(gold[0]), read(gold[0])), (read(gold[1]), read(other))], bootstrap=0)
    assert found["kinds"]["status"] == {"judged": 2, "equal": 1, "right": 1}
    lost = json.loads(json.dumps(gold[1])) | {"deals": []}
    found = compare_languages([(read(gold[0]), read(gold[0])), (read(gold[1]), read(lost))], bootstrap=0)
    assert found["all"]["equal"] == 0 < found["all"]["judged"]
    assert compare_languages(make_pairs()) is None


def test_both_wrong_alike_is_equal_and_not_right():
    gold = [make_told("en"), make_told("fr")]
    wrong = [json.loads(json.dumps(g)) for g in gold]
    for record in wrong:
        record["deals"][0]["status"] = "agreed"
    found = compare_languages([(read(g), read(w)) for g, w in zip(gold, wrong, strict=True)], bootstrap=0)
    assert found["kinds"]["status"] == {"judged": 2, "equal": 2, "right": 1}


class Page(HTMLParser):
    """Checks that every element is closed, and keeps the names."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in ("meta", "br", "line", "rect", "circle", "polyline"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("line", "rect", "circle", "polyline"):
            assert self.open.pop() == tag


def test_the_page_is_closed_and_asks_nothing_of_the_network_and_the_json_is_plain():
    record = make_gold()
    hostile = "<script>alert(1)</script>"
    record["text"] += hostile
    pairs = [(read(record), read(change(record, "M1", value=1, score=0.5))), *make_pairs()]
    measured = measure(GoldSet("some <set>", pairs), bootstrap=20)
    page = make_page([measured], {"Other": [["system", "F1"], ["a & b", "1.0"]]}, "made by `x`")
    parser = Page()
    parser.feed(page)
    assert parser.open == []
    assert "svg" in parser.seen and "script" not in parser.seen
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/2000/svg"}
    figures = json.loads(json.dumps(measured.to_dict()))
    assert figures["scores"]["en"]["documents"] == 9
    assert hostile not in json.dumps(figures)
    assert "Norvane" not in json.dumps(figures)


def test_the_section_has_every_metric_with_interval_and_no_text(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["quality"])
    measured = measure(GoldSet("dev", make_pairs()), bootstrap=50)
    section = describe_sets([measured], {})
    assert re.search(r"\| COMPANY strict \| 9\d\.\d \[\d+\.\d, \d+\.\d\] ", section)
    assert "en register: wire" in section
    assert "Norvane" not in section


def test_a_gold_file_that_is_missing_or_wrong_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="no gold file"):
        make_set("x", [tmp_path / "none.jsonl"], [])
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"id": "a", "lang": "en"}\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"wrong\.jsonl:1"):
        make_set("x", [wrong], [])
