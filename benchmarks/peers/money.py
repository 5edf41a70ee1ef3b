"""Amounts of money found and read by this library and by its peers, on the same texts in the same run.

    python benchmarks/peers/environments.py
    python benchmarks/peers/money.py --press DIR --write
                                      # DIR holds dev-en.jsonl, dev-fr-recent.jsonl, dev-fr.jsonl

Besides gold files, the marked-text cases of tests/cases/*/money.toml are a set of their own, cases known
to fail included. Peers are read generously: white space, brackets and modifiers ("about") at the edges of
their spans are cut off and a currency sign just before is taken in; a general unit ("Dollar", "Pound",
"Franc", "$") counts as whichever currency of that name gold has; fractions (cents, pence) are divided by
100. Nothing is added where a tool does not read a scale word or a range.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from currencies import read_unit  # noqa: E402
from environments import CACHE, Peer, find_python, read_peers  # noqa: E402
from results import describe_run, table, write_section  # noqa: E402
from texts import read_cases, read_gold  # noqa: E402

from dealextract.records import Document, Money  # noqa: E402
from dealextract.scoring import Report, evaluate  # noqa: E402
from dealextract.scoring.matching import match_spans  # noqa: E402

PRESS = ("dev-en", "dev-fr-recent", "dev-fr")
OURS_NOTE = "components sentences, money and conversions; no tagger"
OURS = Peer("dealextract", "dealextract (money)", "ask_dealextract.py", ("en", "fr"), (), OURS_NOTE)
MODIFIERS = (
    "about around nearly almost approximately roughly some over under only just "
    "more_than less_than at_least at_most up_to environ près_de quelque plus_de moins_de au_moins presque"
)
SYMBOLS = "$£€¥"
WORDS = "|".join(word.replace("_", " ") for word in MODIFIERS.split())
EDGES = re.compile(rf"^(?:[\s(\[«“\"',;:~≈-]+|(?:{WORDS}|jusqu['’]à)\s+)|[\s)\]»”\"',;:.]+$", re.IGNORECASE)


def ask(peer: Peer, python: Path, documents: Sequence[Document], repeats: int) -> dict[str, Any]:
    """The answer of a tool, run in its own process and environment."""
    with tempfile.TemporaryDirectory() as folder:
        texts, out = Path(folder) / "texts.jsonl", Path(folder) / "answer.json"
        lines = (
            json.dumps({"id": f"{n}", "lang": d.lang, "text": d.text, "published": d.published})
            for n, d in enumerate(documents)
        )
        texts.write_text("\n".join(lines), encoding="utf-8")
        script = HERE / "adapters" / peer.adapter
        command = [str(python), str(script), str(texts), str(out), "--repeats", str(repeats)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"error": (done.stderr.strip().splitlines() or ["no message"])[-1]}
        return json.loads(out.read_text(encoding="utf-8"))


def read_answer(gold: Document, spans: Sequence[Mapping[str, Any]]) -> Document:
    """A tool's spans as a predicted document, read generously."""
    cut = []
    for span in spans:
        start, end = max(0, span["start"]), min(len(gold.text), span["end"])
        while match := EDGES.search(gold.text[start:end]):
            start, end = (start + match.end(), end) if match.start() == 0 else (start, start + match.start())
        if start and gold.text[start - 1] in SYMBOLS:
            start -= 1
        if start < end:
            cut.append((start, end, span))
    pairs = match_spans([(s.start, s.end) for s in gold.spans], [(s, e) for s, e, _ in cut])
    meant = {j: gold.spans[i] for i, j in pairs}
    money = []
    for n, (start, end, span) in enumerate(cut):
        currency, parts, target = span["currency"], 1, meant.get(n)
        if currency is None and span["unit"]:
            codes, parts = read_unit(span["unit"])
            wanted = target.currency if isinstance(target, Money) else None
            currency = wanted if wanted in codes else min(codes, default=None)
        value, high = (None if v is None else v / parts for v in (span["value"], span["value_max"]))
        money.append(
            Money(
                id=f"M{n}",
                start=start,
                end=end,
                text=gold.text[start:end],
                value=value,
                value_max=high,
                currency=currency,
            )
        )
    return gold.model_copy(update={"spans": tuple(money)})


def percent(value: float | None) -> str:
    """A ratio in percent."""
    return "–" if value is None else f"{100 * value:.1f}"


def make_row(peer: Peer, answer: dict[str, Any], documents: Sequence[Document]) -> list[str]:
    """The cells of a tool on one set."""
    pairs = [(g, read_answer(g, given["spans"])) for g, given in zip(documents, answer["texts"], strict=True)]
    report: Report = evaluate(pairs)
    (lang,) = report.scores
    scores = [report.get(lang, f"MONEY.{key}") for key in ("strict", "loose", "value", "silent")]
    valued = any(span["value"] is not None for given in answer["texts"] for span in given["spans"])
    strict, loose, value, silent = scores
    seconds = sum(given["seconds"] for given in answer["texts"])
    words = sum(len(d.text.split()) for d in documents)
    failed = sum(given["error"] is not None for given in answer["texts"])
    return [
        peer.title + (f" ({failed} texts raised)" if failed else ""),
        *(percent(x) if valued else "–" for x in (value.precision, value.recall, value.headline)),
        percent(silent.headline) if valued else "–",
        percent(strict.headline),
        percent(loose.headline),
        str(strict.tally.predicted),
        f"{strict.tally.gold / seconds:,.0f}",
        f"{words / seconds:,.0f}",
    ]


HEAD = [
    "tool", "value P", "R", "F1", "silently wrong %", "strict F1", "loose F1", "found",
    "amounts/CPU s", "words/CPU s",
]  # fmt: skip


def main() -> None:
    """Print the tables and, if asked, put them into RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--press", type=Path, help=f"folder with {', '.join(PRESS)} (.jsonl)")
    parser.add_argument("--gold", type=Path, nargs="+", default=[], help="other gold files in the schema")
    parser.add_argument(
        "--folder", type=Path, default=CACHE, help="where environments.py put the environments"
    )
    parser.add_argument("--only", nargs="+", metavar="PEER", help="these peers alone")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each text; the fastest counts")
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    files = [options.press / f"{name}.jsonl" for name in PRESS] if options.press else []
    sets = {path.stem: read_gold(path) for path in [*files, *options.gold]} | read_cases()
    peers = [OURS, *(p for p in read_peers().values() if not options.only or p.name in options.only)]
    parts = [describe_run()]
    for name, documents in sets.items():
        lang, rows = documents[0].lang, []
        for peer in peers:
            python = Path(sys.executable) if peer is OURS else find_python(options.folder, peer.name)
            failure = options.folder / f"{peer.name}.error"
            if lang not in peer.langs:
                continue
            if failure.exists() or not python.exists():
                problem = failure.read_text(encoding="utf-8") if failure.exists() else "not installed"
                rows.append([f"{peer.title}: {problem}", *["–"] * (len(HEAD) - 1)])
                continue
            answer = ask(peer, python, documents, options.repeats)
            failed = (
                [f"{peer.title}: {answer['error']}", *["–"] * (len(HEAD) - 1)] if "error" in answer else None
            )
            rows.append(failed or make_row(peer, answer, documents))
        amounts = sum(len(d.spans) for d in documents)
        parts.append(f"### {name}: {len(documents)} texts, {amounts} amounts\n\n{table(HEAD, rows)}")
        sys.stdout.write(parts[-1] + "\n\n")
    notes = [
        f"- **{p.title}**: {p.note}" + (f" (`{' '.join(p.requires)}`)" if p.requires else "") for p in peers
    ]
    parts.append("How each tool was asked:\n\n" + "\n".join(notes))
    parts.append(" ".join((__doc__ or "").split("Besides")[1].split()).join(["Besides ", ""]))
    parts.append(
        "Value: span found, value and value_max right to 0.1 %, currency right. Silently wrong: of the spans "
        "found, those that give another figure than gold. Amounts/CPU s: gold amounts of the set for each "
        "second of processor time that the tool took over its texts (each in one thread), load time left "
        "out, the fastest of the runs of each text."
    )
    if options.write:
        write_section("money", "Amounts of money, side by side", "\n\n".join(parts))


if __name__ == "__main__":
    main()
