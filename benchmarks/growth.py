"""Time against length up to 5 MB for hostile text: readers, then the whole pipeline without its tagger.

    python benchmarks/growth.py                              # ten kinds, 40 kB to 640 kB
    python benchmarks/growth.py --longest 5000000 --write    # an hour; three sections: readers, en, fr

The slope is that of a line through log time over log length: 1 is linear, 2 quadratic; a dash stands where
fewer than two lengths take more than 30 ms.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from results import describe_run, table, write_section

from dealextract.archive.documents import parse_item
from dealextract.archive.sources import Item, Reading
from dealextract.batch import extract_article
from dealextract.readers import Article, Settings

KINDS = {
    "one line of words": "abcdef ghij ", "one word": "a", "brackets": "([{", "quotes never closed": "« \" “ ",
    "amounts": "$1.2bn (€1,1 md) ", "digits": "1.2,3 ", "dates": "3 March 2025, ", "sayings": "said he that ",
    "bidi and zero width": "a\u202eb\u200b\u2066c ", "combining": "e\u0301\u0301\u0301 ",
    "emoji": "👩‍👩‍👧 ", "mixed scripts": "аe中ע ", "capitals": "Ab Cd ", "NUL": "a\0 ",
}  # fmt: skip

SECTIONS = {
    "growth-readers": (
        "Time against length on hostile text: readers",
        ("jsonl", "text", "html", "europresse", "factiva_rtf"),
    ),
    "growth-en": ("Time against length on hostile text: the English pipeline, no tagger", ("en",)),
    "growth-fr": ("Time against length on hostile text: the French pipeline, no tagger", ("fr",)),
}
TRIES = 3
"""As many at each length: the least of more would be lower, and bend the line."""
TOLD = 0.03
"""Seconds below which memory and caches, not the text, make the time."""
RTF = b"{\\rtf1 Title\\par 10 words\\par TEXT\\par}"


Prepare = Callable[[str], Callable[[], Any]]
"""From a text to the call that is timed."""


def make_pipeline(lang: str, longest: int) -> Prepare:
    """The whole of `extract` without the tagger."""
    settings = Settings(lang=lang, published="2025-06-09", exclude=("tagger",))
    extract_article(Article("Orvane paid €5m."), settings)
    return lambda text: lambda: extract_article(Article(text), settings).to_json()


def make_reader(kind: str, longest: int) -> Prepare:
    """A reader of raw documents whose body is the text."""
    reading = Reading(max_chars=2 * longest)
    page = "<html><body><article><div class='docOcurrContainer'><p>%s</p></div></article></body></html>"
    bodies: dict[str, Callable[[str], Any]] = {
        "jsonl": lambda text: json.dumps({"text": text}).encode(),
        "text": str.encode,
        "html": lambda text: (page % text).encode(),
        "europresse": lambda text: ((page % text).encode(), "utf-8"),
        "factiva_rtf": lambda text: RTF.replace(b"TEXT", text.encode("ascii", "ignore")),
    }

    def prepare(text: str) -> Callable[[], Any]:
        item = Item("x", 1, kind, bodies[kind](text))
        return lambda: parse_item(item, reading)

    return prepare


def measure(prepare: Prepare, unit: str, sizes: list[int]) -> list[float]:
    """CPU seconds at each length, the least of TRIES: fresh pages and neighbours make noise.

    What earlier texts left is collected first: over a large heap the collector starts later, so that short
    texts would be cheap.
    """
    spent = []
    for size in sizes:
        call = prepare((unit * (size // len(unit) + 1))[:size])
        tries: list[float] = []
        for _ in range(TRIES):
            gc.collect()
            before = time.process_time()
            call()
            tries.append(time.process_time() - before)
        spent.append(min(tries))
    return spent


def slope(sizes: list[int], spent: list[float]) -> str:
    """The exponent of growth over the lengths that take time; a dash where fewer than two do.

    >>> slope([1, 2, 4], [1.0, 4.0, 16.0]), slope([1, 2], [0.01, 0.02])
    ('2.00', '–')
    """
    told = [(size, seconds) for size, seconds in zip(sizes, spent, strict=True) if seconds > TOLD]
    if len(told) < 2:
        return "–"
    return f"{np.polyfit(*np.log(np.array(told)).T, 1)[0]:.2f}"


def main() -> None:
    """Print a table for each reader and language asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--longest", type=int, default=640_000, help="characters of the longest text")
    parser.add_argument("--steps", type=int, default=4, help="lengths, each half of the next")
    systems = [system for _, members in SECTIONS.values() for system in members]
    parser.add_argument("--systems", nargs="+", choices=systems, default=systems)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    sizes = [options.longest >> step for step in reversed(range(options.steps))]
    for section, (title, members) in SECTIONS.items():
        rows = []
        for system in (system for system in members if system in options.systems):
            make = make_pipeline if system in ("en", "fr") else make_reader
            prepare = make(system, options.longest)
            for name in options.kinds:
                spent = measure(prepare, KINDS[name], sizes)
                rows.append([system, name, *(f"{s:.2f}" for s in spent), slope(sizes, spent)])
                sys.stdout.write(" | ".join(rows[-1]) + "\n")
                sys.stdout.flush()
        if rows and options.write:
            shown = table(["", "text", *(f"{size:,} chars, CPU s" for size in sizes), "slope"], rows)
            write_section(section, title, f"{describe_run()}\n\n{shown}")


if __name__ == "__main__":
    main()
