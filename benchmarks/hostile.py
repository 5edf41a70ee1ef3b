"""Time against length on text made to make patterns backtrack.

    python benchmarks/hostile.py                          # rule components, no tagger
    python benchmarks/hostile.py --longest 1000000 --lang fr --write

Doubling the length may double the time. The last column is the slope of the line through the points (log of
the length, log of the processor time), by least squares: near 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Sequence

from results import describe_run, table, write_section

import dealextract
from dealextract.pipeline import COMPONENTS

PATTERNS = {
    "1 1 1 1": "1 ", "digits": "7", "1.1.1.1": "1.", "1,1,1": "1,1", "$$$$": "$", "$1 $1": "$1 ",
    "((((": "(", "()()": "()", "spaces": " ", "line ends": "\n", "nbsp": "\u00a0", "quotes": "« \"",
    "closing quotes": "”’", "million": "million ", "millions de": "millions de ", "hundred": "one hundred ",
    "dash": "1-", "to": "5 to ", "percent": "1 % ", "March": "March 2 ", "a,": "a, ", "capitals": "Ab ",
    "said": "said that ", "conversion": "$1 (€1) ",
}  # fmt: skip
RULES = [name for name in COMPONENTS if name != "tagger"]


def measure(lang: str, pattern: str, sizes: list[int], components: Sequence[str]) -> list[float]:
    """Seconds of the components at each length; the blank pipeline's own tokenizer left out."""
    nlp = dealextract.load(lang, components=components)
    nlp.max_length = max(nlp.max_length, 2 * sizes[-1])
    spent = []
    for size in sizes:
        doc = nlp.make_doc((pattern * (size // len(pattern) + 1))[:size])
        before = time.process_time()
        for _, component in nlp.pipeline:
            doc = component(doc)
        spent.append(time.process_time() - before)
    return spent


def fit_slope(sizes: Sequence[int], spent: Sequence[float]) -> float:
    """The slope of time against length in logarithms.

    >>> round(fit_slope([10, 20, 40], [1.0, 2.0, 4.0]), 6), round(fit_slope([10, 20], [1.0, 4.0]), 6)
    (1.0, 2.0)
    """
    x = [math.log(size) for size in sizes]
    y = [math.log(max(seconds, 1e-6)) for seconds in spent]
    left, right = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - left) * (b - right) for a, b in zip(x, y, strict=True))
    return above / sum((a - left) ** 2 for a in x)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lang", default="en", choices=["en", "fr"])
    parser.add_argument("--longest", type=int, default=160_000, help="characters of the longest text")
    parser.add_argument("--components", nargs="+", default=RULES, metavar="NAME", help="all but the tagger")
    parser.add_argument("--only", nargs="+", choices=list(PATTERNS), default=list(PATTERNS), metavar="NAME")
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    sizes = [options.longest // 8, options.longest // 4, options.longest // 2, options.longest]
    rows = []
    for name in options.only:
        spent = measure(options.lang, PATTERNS[name], sizes, options.components)
        rows.append([f"`{name}`", *(f"{s:.2f}" for s in spent), f"{fit_slope(sizes, spent):.2f}"])
        sys.stdout.write(" ".join(rows[-1]) + "\n")
        sys.stdout.flush()
    shown = table(["text", *(f"{size:,} chars, s" for size in sizes), "slope"], rows)
    sys.stdout.write(f"\n{shown}\n")
    if options.write:
        run = describe_run()
        write_section(
            f"hostile-{options.lang}", f"Time on hostile text ({options.lang})", f"{run}\n\n{shown}"
        )


if __name__ == "__main__":
    main()
