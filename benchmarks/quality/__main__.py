"""Quality of extraction on gold: figures with intervals, slices, errors and plots, as a page and as JSON.

    python benchmarks/quality                                  # the project's corpora: test and dev
    python benchmarks/quality dev-en.jsonl dev-fr.jsonl        # gold files of your own, each a set
    python benchmarks/quality --predictions theirs.jsonl       # another system's output for the same ids
    python benchmarks/quality --splits --finer validation.jsonl --polnear dev.jsonl --acquisitions train.jsonl

Writes report.html, report.json and predictions.jsonl into `--out` (default runs/quality) and prints the
tables. The page quotes the worst documents: where the texts may not be published, neither may the page. The
JSON holds figures and ids.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), *(str(HERE.parent / name) for name in ("external", "peers"))]

import acquisitions  # noqa: E402
import finer  # noqa: E402
import polnear  # noqa: E402
from environments import CACHE  # noqa: E402
from measures import Measured, measure  # noqa: E402
from page import make_page  # noqa: E402
from predict import read_records  # noqa: E402
from results import ROOT, describe_run, write_section  # noqa: E402
from sections import describe_sets  # noqa: E402
from sets import SPLITS, GoldSet, find_corpora, make_set, name_files  # noqa: E402

from dealextract.errors import DealextractError  # noqa: E402
from dealextract.records import Document  # noqa: E402

Tables = dict[str, list[list[object]]]


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks/quality",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("gold", nargs="*", type=Path, help="gold files in the schema, each a set")
    parser.add_argument(
        "--splits",
        nargs="*",
        metavar="SPLIT",
        help="splits of corpora/ (default: test dev when no file is given)",
    )
    parser.add_argument("--predictions", type=Path, help="score this file instead of running the pipeline")
    parser.add_argument("--model", help="size or folder of the tagger's weights (default: the package's)")
    parser.add_argument("--finer", type=Path, nargs="+", default=[], help="FiNER-ORD files")
    parser.add_argument("--polnear", type=Path, nargs="+", default=[], help="PolNeAR files")
    parser.add_argument("--acquisitions", type=Path, nargs="+", default=[], help="files of merger stories")
    parser.add_argument("--limit", type=int, help="so many documents of each PolNeAR and merger file")
    parser.add_argument("--bootstrap", type=int, default=1000, help="resamplings for intervals, 0 for none")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "quality", help="folder of the report")
    parser.add_argument("--folder", type=Path, default=CACHE, help="where the peers' environments are")
    parser.add_argument("--section", default="quality", help="name of the section of RESULTS.md")
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    return parser.parse_args()


def read_sets(options: argparse.Namespace) -> list[GoldSet]:
    """The sets asked for, with predictions."""
    splits = options.splits
    if splits is None:
        splits = [] if options.gold else list(SPLITS)
    files = find_corpora(splits)
    if missing := [split for split in splits if split not in files]:
        sys.stderr.write(f"no gold under corpora/*/{{{','.join(missing)}}}: left out\n")
    predictions = None
    if options.predictions:
        predictions = [Document.from_json(record) for record in read_records(options.predictions)]
    found = []
    for name, paths in {**files, **name_files(options.gold)}.items():
        sys.stderr.write(f"{name}: {', '.join(path.name for path in paths)}\n")
        found.append(make_set(name, paths, predictions, model=options.model))
    return found


def read_external(options: argparse.Namespace) -> Tables:
    """The tables of the sets in other schemas: a head and rows."""
    tables: Tables = {}
    for path in options.finer:
        tables[f"FiNER-ORD {path.stem}"] = [finer.HEAD, *finer.measure(path, options.folder)[1]]
    if options.polnear:
        rows = [polnear.count_file(path, limit=options.limit) for path in options.polnear]
        tables["PolNeAR"] = [polnear.HEAD, *rows]
    for path in options.acquisitions:
        stories = read_records(path)[: options.limit]
        tables[f"Merger stories of 1987 ({path.stem})"] = [
            acquisitions.HEAD,
            *acquisitions.measure(stories)[1],
        ]
    return tables


def write_report(
    folder: Path, sets: Sequence[GoldSet], measured: Sequence[Measured], external: Tables
) -> None:
    """The page, the JSON and the predictions."""
    folder.mkdir(parents=True, exist_ok=True)
    made = describe_run()
    (folder / "report.html").write_text(make_page(measured, external, made), encoding="utf-8")
    figures = {"made": made, "sets": {m.name: m.to_dict() for m in measured}, "external": external}
    (folder / "report.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    lines = [predicted.to_json() + "\n" for given in sets for _, predicted in given.pairs]
    (folder / "predictions.jsonl").write_text("".join(lines), encoding="utf-8")


def main() -> int:
    """Measure, print, write; the exit status."""
    options = read_options()
    try:
        sets = read_sets(options)
        external = read_external(options)
    except (DealextractError, OSError) as problem:
        sys.stderr.write(f"benchmarks/quality: {problem}\n")
        return 5
    if not sets and not external:
        sys.stderr.write("nothing to measure: give gold files, or --splits of corpora/ that exist\n")
        return 2
    measured = [measure(given, bootstrap=options.bootstrap) for given in sets]
    for one in measured:
        sys.stdout.write(f"== {one.name}\n{one.report.to_text()}\n")
    write_report(options.out, sets, measured, external)
    sys.stdout.write(f"report: {options.out / 'report.html'}\n")
    if options.write:
        title = "Quality" if options.section == "quality" else f"Quality: {options.section}"
        write_section(options.section, title, describe_sets(measured, external))
    return 0


if __name__ == "__main__":
    sys.exit(main())
