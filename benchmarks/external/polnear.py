"""Attributions of news articles annotated by others (PolNeAR): which are found.

    python benchmarks/external/polnear.py dev.jsonl test.jsonl --write

Each file has `id`, `lang`, `text` and `attributions` with lists of character ranges `source`, `cue` and
`content`. A predicted attribution matches a gold one when its source overlaps a range of the gold source and
its cue one of the gold cue; a part that gold leaves empty is not asked for; one to one, the most matches,
then the largest overlap. Content is right at a threshold when the intersection over union of its characters
reaches it; the share is of matched attributions, and "with content" asks both of a gold attribution. PolNeAR
counts plain statements of belief, hope and perception too, which our guidelines mostly leave out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from predict import predict, read_records  # noqa: E402
from results import describe_run, table, write_section  # noqa: E402

from dealextract.records import Document  # noqa: E402
from dealextract.scoring.counts import share_of_union  # noqa: E402
from dealextract.scoring.matching import Pair, Range, assign, count_shared  # noqa: E402

THRESHOLDS = (0.3, 0.5, 0.8)


def overlap(gold: Sequence[Range], found: Range | None) -> int:
    """Characters that a predicted range shares with gold ranges."""
    return 0 if found is None else sum(count_shared((a, b), found) for a, b in gold)


def match(gold: Sequence[dict[str, Any]], document: Document) -> list[Pair]:
    """Index pairs of gold and predicted attributions."""
    at = {span.id: (span.start, span.end) for span in document.spans}
    weights: dict[Pair, int] = {}
    for i, g in enumerate(gold):
        for j, p in enumerate(document.attributions):
            asked = [(g[part], at.get(getattr(p, part) or "")) for part in ("source", "cue") if g[part]]
            shared = [overlap(ranges, found) for ranges, found in asked]
            if shared and all(shared):
                content = share_of_union([(a, b) for a, b in g["content"]], [at[c] for c in p.content])
                weights[i, j] = (sum(shared) << 32) + content[0]
    return assign(weights)


def count_file(path: Path, *, limit: int | None) -> list[Any]:
    """The row of one file."""
    records = read_records(path)[:limit]
    gold = found = matched = 0
    right = dict.fromkeys(THRESHOLDS, 0)
    for record, document in zip(records, predict(records), strict=True):
        pairs = match(record["attributions"], document)
        at = {span.id: (span.start, span.end) for span in document.spans}
        gold, found = gold + len(record["attributions"]), found + len(document.attributions)
        matched += len(pairs)
        for i, j in pairs:
            expected = [(a, b) for a, b in record["attributions"][i]["content"]]
            both, either = share_of_union(expected, [at[c] for c in document.attributions[j].content])
            for threshold in THRESHOLDS:
                right[threshold] += both >= threshold * either
    ratios = [matched / found if found else 0, matched / gold, 2 * matched / (gold + found)]
    shares = [right[t] / matched if matched else 0 for t in THRESHOLDS]
    whole = [2 * right[t] / (gold + found) for t in THRESHOLDS]
    figures = [f"{100 * x:.1f}" for x in (*ratios, *shares, *whole)]
    return [path.stem, gold, found, *figures]


HEAD = [
    "file", "gold", "found", "P", "R", "F1", *(f"content ≥ {t}" for t in THRESHOLDS),
    *(f"F1 with content ≥ {t}" for t in THRESHOLDS),
]  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, help="so many articles of each file")
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    shown = table(HEAD, [count_file(path, limit=options.limit) for path in options.files])
    sys.stdout.write(shown + "\n")
    if options.write:
        rule = "\n".join((__doc__ or "").strip().splitlines()[4:])
        write_section("polnear", "Attributions of PolNeAR", "\n\n".join([describe_run(), shown, rule]))


if __name__ == "__main__":
    main()
