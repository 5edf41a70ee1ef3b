"""The open corpora: every record is well formed, splits share nothing, files are those of the checksums."""

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

CORPORA = Path(__file__).parent.parent / "corpora"
FILES = sorted(CORPORA.glob("*/*/*.jsonl"))
SPLITS = ("train", "deals", "unseen", "dev", "test")
LEARNED = ("train", "deals", "unseen")
LEAST = {"train": 100, "deals": 400, "unseen": 40, "dev": 40, "test": 60}

NAMES = {"COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"}
LABELS = NAMES | {"MONEY", "PERCENT", "DATE", "HEDGE", "SOURCE", "CUE", "CONTENT", "TRIGGER"}
MODIFIERS = {"exact", "approx", "over", "under", "range"}
MONEY_ROLES = {
    *("deal_value", "investment", "funding", "valuation", "debt", "price_per_share", "revenue", "profit"),
    *("loss", "fee_or_fine", "other"),
}
PERCENT_ROLES = {"stake", "premium", "change", "other"}
HEDGES = {"reported", "possible", "negotiation", "intention", "condition", "negated"}
SOURCES = {"media", "anonymous", "company", "person", "public_body", "document", "other"}
STANCES = {"asserts", "denies", "declines", "unreachable", "asks_or_orders"}
QUOTES = {"direct", "indirect", "mixed", "none"}
DEAL_TYPES = {
    *("acquisition", "merger", "stake", "investment", "funding_round", "disposal", "ipo", "joint_venture"),
    *("spin_off", "buyback", "debt", "other"),
}
STATUSES = {
    *(
        "rumoured",
        "considered",
        "in_talks",
        "offered",
        "agreed",
        "completed",
        "rejected",
        "cancelled",
        "denied",
    ),
}
POINT = r"\d{4}(-(\d\d(-\d\d)?|Q[1-4]|H[12]|W\d\d))?"
ISO_DATE = re.compile(f"{POINT}(/{POINT})?")

# Firms of the real world, or names that two languages share, that more than one split may name.
SHARED_FIRMS = {"Bpifrance"}
PHRASE_WORDS = 9


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def documents():
    return [(path.parts[-3], path.parts[-2], doc) for path in FILES for doc in read(path)]


DOCUMENTS = documents()


def faults_of_spans(text, spans):
    ids = [span["id"] for span in spans]
    if len(ids) != len(set(ids)):
        yield "two spans with one id"
    for span in spans:
        piece, label = span["text"], span["label"]
        if text[span["start"] : span["end"]] != piece or not piece or piece != piece.strip():
            yield f"offsets {span}"
        if label not in LABELS:
            yield f"label {span}"
        if label in NAMES and not span.get("entity"):
            yield f"name without entity {span}"
        if label == "PERCENT" and span.get("role") not in PERCENT_ROLES:
            yield f"percent role {span}"
        if label == "DATE" and span.get("value") is not None and not ISO_DATE.fullmatch(span["value"]):
            yield f"date value {span}"
        if label == "HEDGE" and span.get("type") not in HEDGES:
            yield f"hedge type {span}"
        if label == "HEDGE" and span["type"] == "reported" and not span.get("reported"):
            yield f"reported hedge without the flag {span}"
    yield from overlapping_names(spans)


def overlapping_names(spans):
    names = sorted((s for s in spans if s["label"] in NAMES), key=lambda s: s["start"])
    for left, right in pairwise(names):
        if right["start"] < left["end"]:
            yield f"names overlap: {left['text']!r}, {right['text']!r}"


def faults_of_money(spans):
    money = {span["id"]: span for span in spans if span["label"] == "MONEY"}
    for span in money.values():
        if span["modifier"] not in MODIFIERS or span["role"] not in MONEY_ROLES:
            yield f"money modifier or role {span}"
        if not re.fullmatch(r"[A-Z]{3}", span["currency"] or ""):
            yield f"money currency {span}"
        low, high = span["value"], span["value_max"]
        if high is not None and not (low is not None and low < high):
            yield f"money range {span}"
        if low is not None and low < 0:
            yield f"money below zero {span}"
        target = span["converts"]
        if target is not None and (target not in money or target == span["id"]):
            yield f"conversion of nothing {span}"
        elif target is not None and money[target]["currency"] == span["currency"]:
            yield f"conversion into the same currency {span}"


def faults_of_attributions(doc):
    labels = {span["id"]: span["label"] for span in doc["spans"]}
    ids = [record["id"] for record in doc["attributions"]]
    if len(ids) != len(set(ids)):
        yield "two attributions with one id"
    for record in doc["attributions"]:
        for field, label in (("source", "SOURCE"), ("cue", "CUE")):
            if record[field] is not None and labels.get(record[field]) != label:
                yield f"{field} of {record}"
        if any(labels.get(key) != "CONTENT" for key in record["content"]):
            yield f"content of {record}"
        if record["source"] is None and record["cue"] is None:
            yield f"neither source nor cue {record}"
        if (
            record["source_type"] not in SOURCES
            or record["stance"] not in STANCES
            or record["quote"] not in QUOTES
        ):
            yield f"values of {record}"
        if record["via"] is not None and (record["via"] not in ids or record["via"] == record["id"]):
            yield f"via of {record}"


def faults_of_deals(doc):
    labels = {span["id"]: span["label"] for span in doc["spans"]}
    entities = {span["entity"] for span in doc["spans"] if span["label"] in NAMES}
    attributions = {record["id"] for record in doc["attributions"]}
    for deal in doc["deals"]:
        if deal["type"] not in DEAL_TYPES or deal["status"] not in STATUSES:
            yield f"type or status of {deal}"
        parties = [name for role in ("acquirer", "target", "seller", "partner") for name in deal[role]]
        if not parties:
            yield f"deal without party {deal}"
        if unknown := set(parties) - entities:
            yield f"parties that the text does not name: {unknown}"
        for field in ("amount", "valuation", "price_per_share"):
            if deal[field] is not None and labels.get(deal[field]) != "MONEY":
                yield f"{field} of {deal}"
        if deal["stake"] is not None and labels.get(deal["stake"]) != "PERCENT":
            yield f"stake of {deal}"
        if deal["trigger"] is not None and labels.get(deal["trigger"]) != "TRIGGER":
            yield f"trigger of {deal}"
        if any(labels.get(key) != "HEDGE" for key in deal["hedges"]):
            yield f"hedges of {deal}"
        if set(deal["attributions"]) - attributions:
            yield f"attributions of {deal}"
        if deal["date"] is not None and not ISO_DATE.fullmatch(deal["date"]):
            yield f"date of {deal}"


def faults(doc):
    text = doc["text"]
    if text != unicodedata.normalize("NFC", text):
        yield "text not in NFC"
    if "published" in doc:
        date.fromisoformat(doc["published"])
    yield from faults_of_spans(text, doc["spans"])
    yield from faults_of_money(doc["spans"])
    yield from faults_of_attributions(doc)
    yield from faults_of_deals(doc)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_records_are_well_formed(path):
    found = [f"{doc['id']}: {fault}" for doc in read(path) for fault in faults(doc)]
    assert not found, "\n".join(found)


def test_the_validator_sees_what_is_wrong():
    doc = json.loads(json.dumps(DOCUMENTS[0][2]))
    doc["spans"][0]["start"] += 1
    doc["deals"].append({**DOCUMENTS[0][2]["deals"][0], "acquirer": ["Nobody at all"], "status": "dreamt"})
    found = " ".join(faults(doc))
    assert "offsets" in found and "does not name" in found and "type or status" in found


def test_ids_are_unique_and_languages_right():
    ids = Counter(doc["id"] for _, _, doc in DOCUMENTS)
    assert not [key for key, times in ids.items() if times > 1]
    assert not [doc["id"] for language, _, doc in DOCUMENTS if doc["lang"] != language]
    texts = Counter(doc["text"] for _, _, doc in DOCUMENTS)
    assert not [text[:60] for text, times in texts.items() if times > 1]


def test_splits_hold_enough_articles():
    held = Counter((language, split) for language, split, _ in DOCUMENTS)
    few = {key: times for key, times in held.items() if times < LEAST[key[1]]}
    assert not few, f"articles by language and split: {few}, at least {LEAST} expected"
    assert {split for _, split in held} <= set(SPLITS)


def test_held_out_splits_are_varied():
    """Dev and test of a language hold every status, easy and hard articles, and articles with no deal."""
    for language, split in {(lang, split) for lang, split, _ in DOCUMENTS if split not in LEARNED}:
        docs = [doc for lang, name, doc in DOCUMENTS if (lang, name) == (language, split)]
        assert {deal["status"] for doc in docs for deal in doc["deals"]} == STATUSES, (language, split)
        assert {doc["difficulty"] for doc in docs} == {"easy", "medium", "hard"}, (language, split)
        assert sum(not doc["deals"] for doc in docs) >= 8, (language, split)
        assert len({doc["register"] for doc in docs}) >= 6, (language, split)


def test_held_out_splits_share_no_company_and_no_person():
    where = defaultdict(set)
    for _, split, doc in DOCUMENTS:
        for span in doc["spans"]:
            if span["label"] in ("COMPANY", "PERSON"):
                where[span["entity"]].add("learned" if split in LEARNED else split)
    shared = {name: sorted(splits) for name, splits in where.items() if len(splits) > 1}
    assert set(shared) <= SHARED_FIRMS, {name: shared[name] for name in set(shared) - SHARED_FIRMS}


def test_held_out_splits_share_no_turn_of_phrase():
    first, shared = {}, []
    for language, name, doc in DOCUMENTS:
        split = "learned" if name in LEARNED else name
        words = re.findall(r"\w+", doc["text"].lower())
        for at in range(len(words) - PHRASE_WORDS + 1):
            phrase = (language, *words[at : at + PHRASE_WORDS])
            seen = first.setdefault(phrase, (split, doc["id"]))
            if seen[0] != split:
                shared.append((" ".join(phrase[1:]), seen[1], doc["id"]))
    assert not shared, shared[:10]


def test_parallel_articles_tell_one_deal():
    """Articles of one `parallel` key, one in each language, have as many parties and the same status."""
    told = defaultdict(dict)
    for language, split, doc in DOCUMENTS:
        if "parallel" in doc:
            assert split == "test" and language not in told[doc["parallel"]], doc["id"]
            told[doc["parallel"]][language] = doc
    assert len(told) >= 20
    languages = {language for halves in told.values() for language in halves}
    for key, halves in told.items():
        assert set(halves) == languages, key
        first = [doc["deals"][0] for doc in halves.values()]
        assert len({deal["status"] for deal in first}) == 1, key
        for role in ("acquirer", "target", "seller", "partner"):
            assert len({len(deal[role]) for deal in first}) == 1, (key, role)


def test_files_are_those_of_the_checksums():
    lines = (CORPORA / "checksums.txt").read_text(encoding="utf-8").splitlines()
    listed = {path: digest for digest, path in (line.split("  ") for line in lines)}
    found = {str(path.relative_to(CORPORA)): hashlib.sha256(path.read_bytes()).hexdigest() for path in FILES}
    assert found == listed, "run `python corpora/describe.py --write` after a change of the corpora"
