"""Organisations and persons of financial news annotated by others (FiNER-ORD), against spaCy in the same run.

    python benchmarks/peers/environments.py spacy
    python benchmarks/external/finer.py validation.jsonl --write

The file has one sentence a line: `doc`, `tokens`, `tags` (BIO; ORG, PER, LOC). Sentences of a document are
joined by line ends, tokens by single spaces but none before closing and after opening punctuation; both
systems read that text. Labels: COMPANY, MEDIA and PUBLIC_BODY are ORG, PERSON is PER; spaCy's ORG and PERSON
likewise. A leading "the" and a final "'s" are cut off on every side. Strict is same offsets, loose any
overlap, one to one. FiNER-ORD labels universities, unions and parties as ORG; our guidelines leave them out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "peers")]

from environments import CACHE, Peer, find_python  # noqa: E402
from money import ask  # noqa: E402
from predict import predict, read_records  # noqa: E402
from results import describe_run, percent, table, write_section  # noqa: E402

from dealextract.records import Document  # noqa: E402
from dealextract.scoring.counts import Tally  # noqa: E402
from dealextract.scoring.matching import match_spans  # noqa: E402

KINDS = {"COMPANY": "ORG", "MEDIA": "ORG", "PUBLIC_BODY": "ORG", "PERSON": "PER"}
SPACY = Peer("spacy", "spaCy 3.8.18, en_core_web_sm", "ask_spacy_names.py", ("en",), (), "")
NO_SPACE_BEFORE = re.compile(r"[,.;:!?%)\]}”’]|'s|n't|'(?:re|ve|ll|d|m)")
NO_SPACE_AFTER = re.compile(r"[(\[{$£€“‘#]")

Entity = tuple[int, int, str]


def join_tokens(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """A sentence as text and the offsets of its tokens.

    >>> join_tokens(["Acme", "'s", "unit", "(", "US", ")", "."])[0]
    "Acme's unit (US)."
    """
    text, at = "", []
    for n, token in enumerate(tokens):
        tight = n == 0 or NO_SPACE_BEFORE.fullmatch(token) or NO_SPACE_AFTER.fullmatch(tokens[n - 1])
        text += token if tight else f" {token}"
        at.append((len(text) - len(token), len(text)))
    return text, at


def read_documents(path: Path) -> list[tuple[str, list[Entity]]]:
    """Texts with their ORG and PER entities."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for sentence in read_records(path):
        parts.setdefault(sentence["doc"], []).append(sentence)
    found = []
    for sentences in parts.values():
        text, entities = "", []
        for sentence in sentences:
            line, at = join_tokens(sentence["tokens"])
            for start, end, kind in read_tags(sentence["tags"]):
                entities.append((len(text) + at[start][0], len(text) + at[end - 1][1], kind))
            text += line + "\n"
        found.append((text, entities))
    return found


def read_tags(tags: Sequence[str]) -> list[Entity]:
    """Token ranges of ORG and PER out of BIO tags.

    >>> read_tags(["B-ORG", "I-ORG", "O", "B-LOC", "B-PER"])
    [(0, 2, 'ORG'), (4, 5, 'PER')]
    """
    spans, start = [], 0
    for n, tag in enumerate([*tags, "O"]):
        before = tags[n - 1] if n else "O"
        if before != "O" and tag != f"I-{before[2:]}":
            spans.append((start, n, before[2:]))
        if tag != "O" and not (tag[0] == "I" and before[2:] == tag[2:]):
            start = n
    return [span for span in spans if span[2] in KINDS.values()]


def trim(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """Entities without "the" before and "'s" after."""
    cut = []
    for start, end, kind in entities:
        name = text[start:end]
        left = len(name) - len(re.sub(r"^the\s+", "", name, flags=re.IGNORECASE))
        right = len(name) - len(re.sub(r"\s*['’]s$", "", name))
        cut.append((start + left, end - right, kind))
    return cut


def count(gold: Sequence[Entity], found: Sequence[Entity], kind: str) -> tuple[Tally, Tally]:
    """Strict and loose counts of a kind in one text."""
    expected = [(s, e) for s, e, k in gold if k == kind]
    given = [(s, e) for s, e, k in found if k == kind]
    exact = (Counter(expected) & Counter(given)).total()
    size = (len(expected), len(given))
    return Tally(*size, exact), Tally(*size, len(match_spans(expected, given)))


def read_names(document: Document) -> list[Entity]:
    """Our names under the labels of the set."""
    return [(s.start, s.end, KINDS[s.label]) for s in document.spans if s.label in KINDS]


HEAD = ["system", "strict P", "R", "F1", "loose P", "R", "F1", "gold", "found"]


def ask_spacy(folder: Path, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """spaCy's answer, or its error."""
    python = find_python(folder, "spacy")
    if not python.exists():
        return {
            "error": "spaCy's models are not installed: run python benchmarks/peers/environments.py spacy"
        }
    return ask(SPACY, python, [Document(**r) for r in records], 1)


def measure(path: Path, folder: Path = CACHE) -> tuple[int, list[list[object]]]:
    """Number of documents and the rows of the table; a peer that does not answer is a row with its error."""
    gold = read_documents(path)
    records = [
        {"id": f"{n}", "lang": "en", "text": text, "published": None} for n, (text, _) in enumerate(gold)
    ]
    systems = {"dealextract": [read_names(document) for document in predict(records)]}
    answer = ask_spacy(folder, records)
    if "error" not in answer:
        systems[SPACY.title] = [
            [(s["start"], s["end"], s["unit"]) for s in t["spans"]] for t in answer["texts"]
        ]
    rows: list[list[object]] = []
    for name, found in systems.items():
        for kind in ("ORG", "PER"):
            strict = loose = Tally()
            for (text, entities), given in zip(gold, found, strict=True):
                one, other = count(trim(text, entities), trim(text, given), kind)
                strict, loose = strict + one, loose + other
            row: list[object] = [f"{name}: {kind}"]
            for t in (strict, loose):
                row += [percent(t.right, t.predicted), percent(t.right, t.gold)]
                row += [percent(2 * t.right, t.gold + t.predicted)]
            rows.append([*row, strict.gold, strict.predicted])
    if "error" in answer:
        rows.append([f"{SPACY.title}: {answer['error']}", *["–"] * (len(HEAD) - 1)])
    return len(gold), rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--folder", type=Path, default=CACHE, help="where peers/environments.py put its environments"
    )
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    number, rows = measure(options.file, options.folder)
    shown = table(HEAD, rows)
    sys.stdout.write(shown + "\n")
    if options.write:
        rule = "\n".join((__doc__ or "").strip().splitlines()[5:])
        heading = f"{options.file.stem}: {number} documents"
        parts = [describe_run(), heading, shown, rule]
        write_section("finer", "Organisations and persons of FiNER-ORD", "\n\n".join(parts))


if __name__ == "__main__":
    main()
