"""Tables of what the corpora hold, and the checksums of their files.

python corpora/describe.py            print the tables
python corpora/describe.py --write    put them into README.md and write checksums.txt
"""

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
SPLITS = ("train", "deals", "unseen", "dev", "test")
MARKS = ("<!-- tables: written by describe.py -->", "<!-- end of tables -->")
NAMES = ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON", "MONEY", "PERCENT", "DATE", "HEDGE")

# Lots name their registers in their own words; the tables count the first of these words that is in the name.
REGISTERS = {
    "wire": "wire",
    "agency": "wire",
    "national daily": "national daily",
    "regional": "regional paper",
    "press": "press release",
    "trade": "trade press",
    "newsletter": "newsletter",
    "magazine": "magazine",
    "market": "market report",
    "blog": "blog or analysis",
    "analysis": "blog or analysis",
    "start-up": "start-up news site",
    "web": "website or broadcaster",
    "broadcast": "website or broadcaster",
    "daily": "national daily",
    "broadsheet": "national daily",
}


def columns() -> dict[tuple[str, str], list[dict]]:
    """{(language, split): documents}, in the order of SPLITS."""
    held: dict[tuple[str, str], list[dict]] = {}
    for folder in sorted(HERE.glob("*/*/"), key=lambda f: (f.parent.name, SPLITS.index(f.name))):
        lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
        held[folder.parent.name, folder.name] = [json.loads(line) for line in lines]
    return held


def table(title: str, held: dict, count, rows: tuple[str, ...] = (), least: int = 0) -> str:
    """Markdown table; count: document -> row names. Rows seen fewer than `least` times are summed."""
    counts = {key: Counter(name for doc in docs for name in count(doc)) for key, docs in held.items()}
    total = sum(counts.values(), Counter())
    names = list(rows) or [name for name, times in total.most_common() if times >= least]
    lines = [f"| {title} | " + " | ".join(" ".join(key) for key in held) + " |"]
    lines.append("|---|" + "---:|" * len(held))
    lines += [f"| {name} | " + " | ".join(str(counts[key][name]) for key in held) + " |" for name in names]
    if rest := set(total) - set(names):
        row = [str(sum(counts[key][name] for name in rest)) for key in held]
        lines.append(f"| {len(rest)} others | " + " | ".join(row) + " |")
    return "\n".join(lines)


def basics(doc: dict) -> list[str]:
    found = ["articles"] + ["words"] * len(doc["text"].split()) + ["deals"] * len(doc["deals"])
    found += ["attributions"] * len(doc["attributions"]) + [
        s["label"] for s in doc["spans"] if s["label"] in NAMES
    ]
    found += ["stated conversions" for s in doc["spans"] if s.get("converts")]
    return found + ([] if doc["deals"] else ["articles without a deal"])


def register(doc: dict) -> list[str]:
    return [next((name for word, name in REGISTERS.items() if word in doc["register"]), "other")]


def period(doc: dict) -> list[str]:
    year = int(doc.get("published", "0")[:4])
    return [f"{year // 10 * 10}s" if year else "no date"]


def currencies(doc: dict) -> list[str]:
    return [span["currency"] for span in doc["spans"] if span["label"] == "MONEY"]


def tables() -> str:
    held = columns()
    rows = (
        "articles",
        "articles without a deal",
        "words",
        *NAMES,
        "stated conversions",
        "attributions",
        "deals",
    )
    out = [
        table("what", held, basics, rows),
        table("register", held, register),
        table("difficulty", held, lambda d: [d.get("difficulty", "not rated")]),
        table("published", held, period),
        table("status of deals", held, lambda d: [x["status"] for x in d["deals"]]),
        table("type of deals", held, lambda d: [x["type"] for x in d["deals"]]),
        table("currency of amounts", held, currencies, least=20),
    ]
    return "\n\n".join(out)


def write(text: str) -> None:
    readme = HERE / "README.md"
    pattern = re.compile(re.escape(MARKS[0]) + ".*?" + re.escape(MARKS[1]), re.S)
    body = readme.read_text(encoding="utf-8")
    if not pattern.search(body):
        raise SystemExit(
            f"{readme} has no place for the tables: put the lines {MARKS[0]!r} and {MARKS[1]!r} in it"
        )
    readme.write_text(pattern.sub(lambda _: f"{MARKS[0]}\n\n{text}\n\n{MARKS[1]}", body), encoding="utf-8")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(HERE).as_posix()}\n"
        for path in sorted(HERE.glob("*/*/*.jsonl"))
    ]
    (HERE / "checksums.txt").write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--write", action="store_true", help="put the tables into README.md, write checksums.txt"
    )
    if parser.parse_args().write:
        write(tables())
    else:
        sys.stdout.write(tables() + "\n")
