"""Every layer that some other tool reads too, quality and speed side by side, same texts, same run.

    python benchmarks/peers/environments.py
    python benchmarks/peers/compare.py --write                     # the test split of corpora/
    python benchmarks/peers/compare.py dev-en.jsonl dev-fr.jsonl   # gold files in the schema

Each tool runs in its own environment and process, one after the other. Figures are F1 in percent,
micro-averaged over texts. How answers are judged:

- Organisations and persons: COMPANY, MEDIA and PUBLIC_BODY together are organisations, as tools have one
  label for them; a leading "the" and a final "'s" are cut off on every side; strict.
- Amounts: as in the table of amounts: value and value_max right to 0.1 % and currency right; loose spans
  beside it.
- Dates: a preposition before a date is cut off on every side; loose spans; a value of this library is right
  when it is gold's, a day of a peer when it lies in the period that gold states; where gold has no value none
  is asked.
- Hedges and reporting cues: loose cues, and sentences in which one begins (sentences are ours, for every
  tool).
- Quotations: attributions whose quote is direct or mixed, by speaker and cue, each overlapping gold's.
- Words/CPU s: words of the texts for each second of processor time that the tool took over them, load time
  left out, the fastest of the runs of each text. A tool that reads one layer has less to do: compare rows of
  like work.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "external"), str(HERE.parent / "quality")]
sys.path.insert(0, str(HERE.parents[1]))

from environments import CACHE, Peer, find_python, read_peers  # noqa: E402
from judging import COLUMNS, Column, has_values  # noqa: E402
from money import ask  # noqa: E402
from results import describe_run, percent, table, write_section  # noqa: E402
from sets import find_corpora, name_files, read_gold  # noqa: E402

from dealextract.errors import DealextractError  # noqa: E402
from dealextract.records import Document  # noqa: E402
from dealextract.scoring import Tally  # noqa: E402

LAYERS = tuple(dict.fromkeys(column.layer for column in COLUMNS))
OURS = (
    Peer("dealextract", "dealextract, all layers", "ask_pipeline.py", ("en", "fr"), (), "", LAYERS),
    Peer("rules", "dealextract, money and dates", "ask_rules.py", ("en", "fr"), (), "", ("amounts", "dates")),
)
HEAD = ["tool", *(column.title for column in COLUMNS), "words/CPU s", "load s", "peak MB"]
Answers = list[dict[str, Any]]


def score(column: Column, peer: Peer, documents: Sequence[Document], answers: Answers) -> str:
    """F1 of a tool in a column, `–` where it does not answer."""
    if column.layer not in peer.layers or not has_values(column, answers):
        return "–"
    total = Tally()
    for gold, answer in zip(documents, answers, strict=True):
        total += column.judge(gold, answer)
    return percent(2 * total.right, total.gold + total.predicted)


def make_row(peer: Peer, given: dict[str, Any], documents: Sequence[Document]) -> list[str]:
    """The cells of a tool."""
    if "error" in given:
        return [f"{peer.title}: {given['error']}", *["–"] * (len(HEAD) - 1)]
    answers = given["texts"]
    raised = [answer["error"] for answer in answers if answer["error"] is not None]
    words = sum(len(d.text.split()) for d in documents)
    seconds = max(1e-9, sum(answer["seconds"] for answer in answers))
    return [
        peer.title + (f" ({len(raised)} texts raised: {raised[0][:60]})" if raised else ""),
        *(score(column, peer, documents, answers) for column in COLUMNS),
        f"{words / seconds:,.0f}",
        f"{given['load_seconds']:.1f}",
        f"{given['peak_mb']:.0f}",
    ]


def ask_peer(peer: Peer, folder: Path, documents: Sequence[Document], repeats: int) -> dict[str, Any]:
    """The answer of a tool, or its error: one that does not install stays in the table with it."""
    if peer in OURS:
        return ask(peer, Path(sys.executable), documents, repeats)
    failure, python = folder / f"{peer.home}.error", find_python(folder, peer.home)
    if failure.exists():
        return {"error": failure.read_text(encoding="utf-8")}
    if not python.exists() or not (folder / peer.home / "requires.txt").exists():
        return {"error": "not installed: run python benchmarks/peers/environments.py"}
    return ask(peer, python, documents, repeats)


def compare(
    documents: Sequence[Document], peers: Sequence[Peer], folder: Path, repeats: int
) -> tuple[list[str], list[list[str]]]:
    """Head and rows for texts of one language; columns in which no tool answers are left out."""
    rows = []
    for peer in peers:
        rows.append(make_row(peer, ask_peer(peer, folder, documents, repeats), documents))
        sys.stderr.write(f"{peer.title}: done\n")
    kept = [n for n in range(len(HEAD)) if n == 0 or any(row[n] != "–" for row in rows)]
    return [HEAD[n] for n in kept], [[row[n] for n in kept] for row in rows]


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="*", help="gold files in the schema, each a set")
    parser.add_argument("--split", default="test", help="split of corpora/ when no file is given")
    parser.add_argument("--limit", type=int, help="so many texts of each language and set")
    parser.add_argument("--only", nargs="+", metavar="PEER", help="these peers alone")
    parser.add_argument("--repeats", type=int, default=2, help="runs of each text; the fastest counts")
    parser.add_argument("--folder", type=Path, default=CACHE, help="where the environments are")
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    return parser.parse_args()


def main() -> int:
    """Print the tables and, if asked, put them into RESULTS.md."""
    options = read_options()
    files = name_files(options.gold) if options.gold else find_corpora([options.split])
    if not files:
        sys.stderr.write(f"no gold under corpora/*/{options.split}: give gold files\n")
        return 2
    peers = [
        peer
        for peer in read_peers(None).values()
        if set(peer.layers) & set(LAYERS) and (not options.only or peer.name in options.only)
    ]
    parts = [describe_run()]
    for name, paths in files.items():
        try:
            documents = [Document.from_json(record) for record in read_gold(paths)]
        except DealextractError as problem:
            sys.stderr.write(f"compare: {problem}\n")
            return 5
        for lang in sorted({d.lang for d in documents}):
            texts = [d for d in documents if d.lang == lang][: options.limit]
            asked = [*OURS, *(p for p in peers if lang in p.langs)]
            head, rows = compare(texts, asked, options.folder, options.repeats)
            words = sum(len(d.text.split()) for d in texts)
            parts.append(f"### {name}, {lang}: {len(texts)} texts, {words:,} words\n\n{table(head, rows)}")
            sys.stdout.write(parts[-1] + "\n\n")
    notes = [
        f"- **{p.title}**: {p.note}" + (f" (`{' '.join(p.requires)}`)" if p.requires else "") for p in peers
    ]
    rules = (__doc__ or "").split("Each tool runs")[1]
    parts += ["How each tool was asked:\n\n" + "\n".join(notes), f"Each tool runs{rules}".strip()]
    if options.write:
        write_section("peers", "Quality and speed beside other tools", "\n\n".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
