"""Agreement of two annotations of the same texts: F1 by label, and every disagreement.

    python benchmarks/agreement.py A.jsonl B.jsonl                          # by language
    python benchmarks/agreement.py A.jsonl B.jsonl --adjudicated C.jsonl    # and of each with the settled one
    python benchmarks/agreement.py corpora/second --list disagreements.md --write

A folder holds <name>-a.jsonl, <name>-b.jsonl and, where settled, <name>-settled.jsonl. Documents are paired
by id; those that only one file has are left out and counted. F1 between annotators is the same whichever of
them is taken as gold; the accuracy of attributes is of items that both marked. With the settled annotation,
its figures say how far each annotator was from it. A disagreement is named as an error of the error sheet
would be, with A in the place of gold: `missed` is only in A, `spurious` only in B.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

from errors import Problem, find_problems  # noqa: E402
from predict import read_records  # noqa: E402
from results import describe_run, table, write_section  # noqa: E402

from dealextract.errors import DealextractError, InvalidInput  # noqa: E402
from dealextract.records import Document  # noqa: E402
from dealextract.scoring import METRICS, Report, evaluate  # noqa: E402
from dealextract.scoring.report import percent  # noqa: E402

Pairs = list[tuple[Document, Document]]
NAMES = {"missed": "only A", "spurious": "only B"}
ROWS = tuple(m for m in METRICS if m.kind != "share")


def find_files(options: argparse.Namespace) -> list[list[Path]]:
    """The files of A, of B, and of the settled annotation; raises InvalidInput for a folder without them."""
    if not options.a.is_dir():
        if options.b is None:
            raise InvalidInput(f"{options.a} is one annotation: give the other too, or a folder of both")
        return [[options.a], [options.b], [options.adjudicated] if options.adjudicated else []]
    if options.b or options.adjudicated:
        raise InvalidInput(f"{options.a} is a folder: expected no other file beside it")
    files = [sorted(options.a.glob(f"*-{part}.jsonl")) for part in ("a", "b", "settled")]
    names = [[path.stem.rsplit("-", 1)[0] for path in group] for group in files]
    if not names[0] or names[0] != names[1] or (names[2] and names[2] != names[0]):
        raise InvalidInput(
            f"{options.a} holds a: {names[0]}, b: {names[1]}, settled: {names[2]}; expected <name>-a.jsonl "
            "and <name>-b.jsonl for each name, and <name>-settled.jsonl for all or none"
        )
    return files


def read_annotations(paths: Sequence[Path]) -> dict[str, Document]:
    """The documents of files by id; raises InvalidInput with file and line."""
    found: dict[str, Document] = {}
    for path in paths:
        read_annotation(path, found)
    return found


def read_annotation(path: Path, found: dict[str, Document]) -> None:
    """Add the documents of a file."""
    if not path.is_file():
        raise InvalidInput(f"no file {path}: expected JSON Lines in the schema of `dealextract schema`")
    for number, record in enumerate(read_records(path), start=1):
        try:
            document = Document.from_json(record)
        except DealextractError as problem:
            raise InvalidInput(f"{path}:{number}: {problem}") from problem
        if not document.id:
            raise InvalidInput(f"{path}:{number}: a document without id cannot be paired")
        if document.id in found:
            raise InvalidInput(f"{path}:{number}: the id {document.id!r} stands twice")
        found[document.id] = document


def pair_annotations(a: dict[str, Document], b: dict[str, Document]) -> Pairs:
    """Documents that both have, in the order of A; raises InvalidInput when there are none."""
    pairs = [(document, b[key]) for key, document in a.items() if key in b]
    if not pairs:
        raise InvalidInput("the two files share no document id: are they annotations of the same texts?")
    return pairs


def list_disagreements(pairs: Pairs) -> list[Problem]:
    """Every disagreement, document by document, in text order."""
    return [p for a, b in pairs for p in sorted(find_problems(a, b), key=lambda problem: problem.at)]


def show_disagreement(problem: Problem) -> str:
    """A disagreement as one item of a Markdown list, with room for how it is settled."""
    line, around = problem.show().split("\n", 1)
    for old, new in NAMES.items():
        line = line.replace(f"] {old} ", f"] {new} ")
    return f"- {line.replace('  gold ', '  A: ').replace('  found ', '  B: ')}\n  {around.strip()}\n"


def make_rows(reports: Sequence[Report], lang: str) -> list[list[str]]:
    """A row a metric: F1 or accuracy with interval of the first report, then of the others, then counts."""
    rows = []
    for metric in ROWS:
        first = reports[0].scores[lang][metric.key]
        if not any(first.tally):
            continue
        low, high = first.interval or (None, None)
        figure = percent(first.headline) + (f" [{percent(low)}, {percent(high)}]" if first.interval else "")
        others = [percent(r.scores[lang][metric.key].headline) for r in reports[1:]]
        rows.append([metric.title, figure, *others, *map(str, first.tally)])
    return rows


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("a", type=Path, help="one annotation, or a folder of both")
    parser.add_argument("b", type=Path, nargs="?", help="the other")
    parser.add_argument("--adjudicated", type=Path, help="the annotation that settles them")
    parser.add_argument(
        "--list", type=Path, metavar="FILE", help="write the disagreements there, as Markdown"
    )
    parser.add_argument("--label", nargs="+", metavar="LABEL", help="list only disagreements of these labels")
    parser.add_argument("--show", type=int, default=20, help="print so many disagreements (0: none)")
    parser.add_argument("--bootstrap", type=int, default=1000, help="resamplings for intervals, 0 for none")
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    return parser.parse_args()


def main() -> int:
    """Print agreement and disagreements; the exit status."""
    options = read_options()
    try:
        a, b, settled = map(read_annotations, find_files(options))
        pairs = pair_annotations(a, b)
        comparisons = [pairs]
        if settled:
            comparisons += [pair_annotations(settled, a), pair_annotations(settled, b)]
            shared = {key for c in comparisons for key in (d.id for d, _ in c)}
            shared &= settled.keys() & a.keys() & b.keys()
            comparisons = [[pair for pair in c if pair[0].id in shared] for c in comparisons]
        reports = [
            evaluate(c, bootstrap=options.bootstrap if n == 0 else 0) for n, c in enumerate(comparisons)
        ]
    except (DealextractError, OSError) as problem:
        sys.stderr.write(f"agreement: {problem}\n")
        return 5
    pairs = comparisons[0]
    head = ["", "A and B", *(["A and settled", "B and settled"] if settled else []), "in A", "in B", "same"]
    parts = [
        f"{len(pairs)} documents annotated twice ({len(a) - len(pairs)} only in A and "
        f"{len(b) - len(pairs)} only in B left out). "
        "F1, or of attributes the share equal among items that both marked, in percent, with 95 % "
        "bootstrap intervals over documents."
    ]
    for lang in reports[0].scores:
        if lang == "all":
            continue
        shown = table(head, make_rows(reports, lang))
        parts.append(f"### Agreement, {lang}: {reports[0].documents[lang]} documents\n\n{shown}")
    problems = [p for p in list_disagreements(pairs) if not options.label or p.label in options.label]
    kinds = Counter((p.label, NAMES.get(p.kind, p.kind)) for p in problems)
    rows = [[f"{label}, {kind}", number] for (label, kind), number in kinds.most_common(20)]
    parts.append(f"### Disagreements: {len(problems)}\n\n" + table(["commonest", "number"], rows))
    sys.stdout.write("\n\n".join(parts) + "\n")
    items = [show_disagreement(p) for p in problems]
    sys.stdout.write("".join(items[: options.show]))
    if options.list:
        options.list.write_text("# Disagreements\n\n" + "".join(items), encoding="utf-8")
    if options.write:
        write_section("agreement", "Agreement of two annotators", "\n\n".join([describe_run(), *parts]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
