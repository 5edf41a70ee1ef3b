"""Coverage-guided fuzzing of what reads strangers' bytes, for a bounded time (pip install atheris).

    python benchmarks/fuzz.py --targets money --seconds 300
    python benchmarks/fuzz.py --seconds 300 --write          # money, dates and readers, one after another

Every target starts from a few press-like inputs, the readers' also from the exports in tests/. An error that
is not one of the package's own, a wrong offset or an input that takes too long is a crash: atheris writes the
input into the current folder. Make it a case in tests/test_fuzzed.py, then fix it.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from results import ROOT, describe_run, table, write_section

TARGETS = ("money", "dates", "readers")
LONGEST = 2000
"""Bytes of an input."""
SLOW = 20
"""Seconds after which an input counts as a hang; each is at most 2,000 bytes, the code is instrumented."""
COMPONENTS = {"money": ("money", "percents", "conversions"), "dates": ("dates",)}
KINDS = ("text", "jsonl", "html", "europresse", "factiva_html", "factiva_rtf")
TEXTS = {
    "money": (
        "It paid $1.2bn (€1,1 md), or 33.5% of 4-5 million shares at £3.20 each.",
        "un rachat de 8,78 milliards d'euros (près de 10 M$), soit 12,5 % du capital, contre 1 000 francs",
        "between ¥5 and ¥6 trillion; half a billion; a nine-figure sum; USD 1'000.50; 3½ millions; 1.000,5 €",
    ),
    "dates": (
        "on Monday 3 March 2025, by mid-June, Q2 FY25, 2024-25, late 2023, last week, the 1990s, 5/6/2025",
        "fin mars 2025, lundi 9 juin, au T2, dans les trois mois, l'an dernier, le 1er mai, avant la mi-2026",
    ),
}  # fmt: skip


def write_seeds(target: str, folder: Path) -> None:
    """The inputs that a target starts from; the first byte chooses the language or the kind."""
    seeds = [bytes([n]) + text.encode() for text in TEXTS.get(target, ()) for n in range(2)]
    if target == "readers":
        exports = {
            "europresse": "europresse.html",
            "factiva_html": "factiva.html",
            "factiva_rtf": "factiva.rtf",
        }
        for kind, name in exports.items():
            data = (ROOT / "tests" / "exports" / name).read_bytes()
            seeds += [bytes([KINDS.index(kind)]) + data[at : at + LONGEST - 1] for at in (0, len(data) // 2)]
        seeds.append(bytes([1]) + b'{"text": "a \\ud83d\\u0000", "published": "2025-06-09", "id": 1e9}\n')
        seeds.append(
            bytes([2]) + b"<html><title>T</title><article><p>One. Two &amp; three.</p></article></html>"
        )
    for n, seed in enumerate(seeds):
        (folder / str(n)).write_bytes(seed)


def make_components_target(*names: str) -> Callable[[bytes], None]:
    """A target that runs components in both languages and checks offsets."""
    from dealextract.extraction import Extraction
    from dealextract.pipeline import load

    @cache
    def open_pipeline(lang: str) -> Any:
        return load(lang, components=["sentences", *names])

    def target(raw: bytes) -> None:
        nlp = open_pipeline("fr" if raw[:1] < b"\x01" else "en")
        text = raw[1:].decode("utf-8", "replace")
        document = Extraction.from_doc(nlp(text)).document
        for span in document.spans:
            if text[span.start : span.end] != span.text:
                raise RuntimeError(f"offsets of {span!r}")

    for first in (b"\x00", b"\x01"):  # so that no input pays for opening
        target(first + TEXTS[names[0]][0].encode())
    return target


def fuzz_readers(raw: bytes) -> None:
    """Every reader of raw documents; whatever they get, an article or a failure of the package comes out."""
    from dealextract.archive import exports
    from dealextract.archive.documents import parse_item
    from dealextract.archive.sources import Item, Reading
    from dealextract.errors import DealextractError
    from dealextract.readers import read_jsonl, read_stream

    kind, raw = KINDS[raw[0] % len(KINDS)] if raw else KINDS[0], raw[1:]
    payload = (raw, exports.find_encoding(raw)) if kind in ("europresse", "factiva_html") else raw
    found = parse_item(Item("x", 1, kind, payload), Reading(max_chars=500))
    if getattr(found, "error", "") == "InternalError":
        raise RuntimeError(str(found))
    list(read_jsonl(io.BytesIO(raw), "x"))
    list(read_stream(io.BytesIO(raw), "x"))
    exports.find_kind(raw)
    for split in (exports.split_europresse, exports.split_factiva, exports.split_rtf):
        with suppress(DealextractError):
            list(split(raw))


def fuzz(target: str, seconds: int, corpus: Path) -> None:
    """Fuzz in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["dealextract"]):
        from dealextract.archive import documents  # noqa: F401
        from dealextract.components import conversions, dates, money, percents  # noqa: F401

        run = fuzz_readers if target == "readers" else make_components_target(*COMPONENTS[target])
    flags = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOW}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], run)
    atheris.Fuzz()


def report(target: str, seconds: int) -> list[str]:
    """Fuzz in a process of its own: a row of what was run. Stops at a crash, with what it said."""
    with tempfile.TemporaryDirectory() as name:
        write_seeds(target, Path(name))
        command = [sys.executable, "-W", "ignore", __file__, "--inside", name, "--targets", target]
        done = subprocess.run(
            [*command, "--seconds", str(seconds)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        inputs = len(list(Path(name).iterdir()))
    told = done.stdout + done.stderr
    if done.returncode:
        raise SystemExit(f"{told[-4000:]}\n{target}: a crash, status {done.returncode}; see above")
    runs = re.search(r"number_of_executed_units:\s*(\d+)", told)
    slowest = re.search(r"slowest_unit_time_sec:\s*(\d+)", told)
    covered = re.findall(r"cov: (\d+)", told)
    count = int(runs[1]) if runs else 0
    return [target, f"{seconds}", f"{count:,}", covered[-1] if covered else "–", str(inputs),
            slowest[1] if slowest else "–", "none"]  # fmt: skip


def main() -> None:
    """Fuzz targets one after another, print what was run and, if asked, put it into RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=TARGETS)
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--inside", type=Path, metavar="CORPUS", help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    if options.inside:
        fuzz(options.targets[0], options.seconds, options.inside)
        return
    rows = []
    for target in options.targets:
        rows.append(report(target, options.seconds))
        print(*rows[-1], sep=" | ", flush=True)
    head = ["target", "seconds", "inputs tried", "edges covered", "inputs kept", "slowest, s", "crashes left"]
    shown = table(head, rows)
    print(f"\n{shown}")
    if options.write:
        run = f"{describe_run()} atheris {version('atheris')}; what it found is in tests/test_fuzzed.py."
        write_section("fuzz", "Fuzzing", f"{run}\n\n{shown}")


if __name__ == "__main__":
    main()
