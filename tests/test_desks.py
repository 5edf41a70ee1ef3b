"""Variants of gold records for training keep their gold true."""

import json
import random
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "models" / "training"))

import desks  # noqa: E402  (a module of the training folder)

VARIANTS = (desks.add_tickers, desks.name_founder, desks.add_furniture)
NAMES = ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON")


def load(lang, lot):
    path = ROOT / "corpora" / lang / "train" / f"{lang}-{lot}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("change", VARIANTS)
def test_offsets_move_with_the_text(lang, change):
    rng = random.Random(1)
    changed = 0
    for record in load(lang, "w2"):
        variant = change(record, rng)
        changed += variant["text"] != record["text"]
        assert len(variant["spans"]) == len(record["spans"])
        for old, new in zip(record["spans"], variant["spans"], strict=True):
            assert variant["text"][new["start"] : new["end"]] == new["text"]
            if old["label"] in NAMES and change is not desks.name_founder:
                assert new["text"] == old["text"]
    assert changed


def test_a_headline_in_title_case_keeps_its_length_and_its_body():
    rng = random.Random(2)
    raised = 0
    for record in load("en", "w2"):
        head = record["text"].index("\n")
        text = desks.title_case(record, rng)["text"]
        assert text[head:] == record["text"][head:]
        assert text[:head].lower() == record["text"][:head].lower()
        raised += sum(w[0].isupper() for w in text[:head].split()) > sum(
            w[0].isupper() for w in record["text"][:head].split()
        )
    assert raised > 20
    french = load("fr", "w2")[0]
    assert desks.title_case(french, rng) is french


def test_a_founder_bears_the_name_of_a_firm():
    rng = random.Random(3)
    found = 0
    for record in load("fr", "w2"):
        variant = desks.name_founder(record, rng)
        firms = {s["text"].split()[0] for s in variant["spans"] if s["label"] == "COMPANY"}
        persons = [s["text"].split() for s in variant["spans"] if s["label"] == "PERSON"]
        found += variant is not record and any(len(p) == 2 and p[1] in firms for p in persons)
    assert found
