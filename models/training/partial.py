"""Open sets that annotate some names only: what they do not say is masked, never taught as absent.

- CORE (CC BY 4.0): sentences with two company mentions and their relation. Other capitalised words may
  be companies too, so they are masked; for `acquired_by` the two parties are taught as well.
- UNER English PUD (CC BY-SA): persons and places; organisations are masked, as their types differ from ours.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data import IGNORE, Example
from relations import Links
from targets import ROWS

from dealextract.encoder import encode_lines

COMPANY_RELATIONS = {"acquired_by", "subsidiary_of", "competitor_of", "shareholder_of", "merged_with"}
NO_SPACE_BEFORE = set(",.;:)!?%") | {"'s", "n't", "''"}
NO_SPACE_AFTER = set("($£€")
Words = list[tuple[int, int]]


def join(tokens: list[str]) -> tuple[str, Words]:
    """Running text from tokens, and the offsets of each.

    >>> join(["Roy", "'s", "deal", "(", "2020", ")", "."])[0]
    "Roy's deal (2020)."
    """
    text, offsets = "", []
    for at, token in enumerate(tokens):
        glued = not text or token in NO_SPACE_BEFORE or (at and tokens[at - 1] in NO_SPACE_AFTER)
        text += "" if glued else " "
        offsets.append((len(text), len(text) + len(token)))
        text += token
    return text, offsets


def make_example(tokenizer: Any, text: str, words: Words, labels: dict[str, list[str | None]]) -> Example:
    """An example from word labels: "O", "B-TYPE", "I-TYPE" or None for masked; absent heads are masked."""
    ids, offsets = encode_lines(tokenizer, text)
    word_of = []
    for start, end in offsets:
        word_of.append(
            next((w for w, (left, right) in enumerate(words) if left < end and start < right), None)
        )
    rows = []
    for head, types in ROWS.items():
        row = [IGNORE] * len(ids)
        for at, word in enumerate(word_of):
            label = labels[head][word] if head in labels and word is not None else None
            if label is None:
                continue
            if label == "O":
                row[at] = 0
            else:
                first = label[0] == "B" and (at == 0 or word_of[at - 1] != word)
                row[at] = (1 if first else 2) + 2 * types.index(label[2:])
        rows.append(row)
    return ids, rows, Links.empty()


def core_examples(path: Path, tokenizer: Any) -> list[Example]:
    """Examples of `core.jsonl` for the heads `names` and, for acquisitions, `parties`."""
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["relation"] not in COMPANY_RELATIONS:
            continue
        tokens = [t.replace("``", '"').replace("''", '"') for t in item["context"]]
        base: list[str | None] = ["O" if t == t.lower() else None for t in tokens]
        names, parties = list(base), list(base)
        roles = ("target", "acquirer") if not item["invert_relation"] else ("acquirer", "target")
        for key, role in zip(("e1", "e2"), roles, strict=True):
            first, last = item[f"{key}_start"], item[f"{key}_end"]
            # A pronoun or a description stands for the company in some sentences.
            if not tokens[first][:1].isupper() or tokens[first].lower() in (
                "it",
                "the",
                "this",
                "its",
                "they",
                "he",
                "in",
            ):
                continue
            for at in range(first, last + 1):
                names[at] = ("B-" if at == first else "I-") + "COMPANY"
                parties[at] = ("B-" if at == first else "I-") + role
        labels = {"names": names}
        if item["relation"] == "acquired_by":
            labels["parties"] = parties
        text, words = join(tokens)
        examples.append(make_example(tokenizer, text, words, labels))
    return examples


def uner_examples(path: Path, tokenizer: Any) -> list[Example]:
    """Examples of a UNER file (IOB2): PER is PERSON, LOC and O are outside, ORG is masked."""
    examples = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [r.split("\t") for r in block.splitlines() if r and not r.startswith("#")]
        text = next((r[9:] for r in block.splitlines() if r.startswith("# text = ")), None)
        if text is None:
            continue
        words, labels, at = [], [], 0
        for row in rows:
            start = text.find(row[1], at)
            if start < 0:
                break
            at = start + len(row[1])
            words.append((start, at))
            tag = row[2]
            labels.append(None if tag.endswith("ORG") else tag[:2] + "PERSON" if tag.endswith("PER") else "O")
        examples.append(make_example(tokenizer, text, words, {"names": labels}))
    return examples
