"""Do the shipped weights read the same in ONNX Runtime and in PyTorch?

    python benchmarks/backends.py GOLD.jsonl ...       # only `text` is read; needs the extra `transformers`

Prints, for each head of the tagger and over all, the spans that both backends give with the same offsets and
type, as a share of the spans that either gives. ONNX Runtime computes in int8; PyTorch rounds the same
activations to the same 256 steps and computes in fp32.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from dealextract.encoder import Encoder


def main() -> None:
    """Read every text twice and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="GOLD.jsonl")
    parser.add_argument("--model", type=Path, help="folder of a model; default: the shipped one")
    args = parser.parse_args()
    texts = [json.loads(line)["text"] for path in args.files for line in path.read_text("utf-8").splitlines()]
    one, two = Encoder(args.model), Encoder(args.model, backend="torch", threads=1)
    both: Counter[str] = Counter()
    either: Counter[str] = Counter()
    for text in texts:
        ours, theirs = one.predict([text])[0], two.predict([text])[0]
        for head in ours:
            a = {(s.start, s.end, s.type) for s in ours[head]}
            b = {(s.start, s.end, s.type) for s in theirs[head]}
            both[head] += len(a & b)
            either[head] += len(a | b)
    print(f"{len(texts)} texts\n\n| head | spans of either | same in both, % |\n|---|---:|---:|")
    for head in [*either, "all"]:
        same, all_ = (both.total(), either.total()) if head == "all" else (both[head], either[head])
        print(f"| {head} | {all_} | {100 * same / max(1, all_):.1f} |")


if __name__ == "__main__":
    main()
