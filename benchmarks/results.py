"""RESULTS.md: sections written by the benchmark commands themselves, each with how it was made."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
INTRODUCTION = "# Results\n\nEvery section is written by the command that it names, from one run.\n"
ORDER = (
    "quality", "press", "agreement", "peers", "money", "errors", "finer", "acquisitions", "polnear", "speed",
    "archive", "archive-whole", "archive-ray", "recipes", "faults",
    "growth-readers", "growth-en", "growth-fr", "hostile-en", "hostile-fr", "fuzz",
)  # fmt: skip
"""Sections in the order of the file; others come after them."""
PACKAGES = ("dealextract", "spacy", "onnxruntime", "numpy")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; the first column is text, the others numbers.

    >>> print(table(["tool", "F1"], [["a", 1.5]]))
    | tool | F1 |
    | --- | ---: |
    | a | 1.5 |
    """
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def describe_command(arguments: Sequence[str]) -> str:
    """The command line as another person would type it: of paths only the names.

    >>> describe_command(["/home/me/benchmarks/speed.py", "--folder", "/tmp/x", "--limit", "5", "--write"])
    'python benchmarks/speed.py --limit 5'
    """
    script = Path(arguments[0]).resolve()
    shown = script.relative_to(ROOT) if script.is_relative_to(ROOT) else Path("benchmarks", script.name)
    shown = shown.parent if shown.name == "__main__.py" else shown
    kept, skip = [], False
    for argument in arguments[1:]:
        if skip or argument in ("--folder", "--out", "--write"):
            skip = not skip and argument != "--write"
            continue
        kept.append(Path(argument).name if "/" in argument else argument)
    return " ".join(["python", shown.as_posix(), *kept])


def percent(above: int, below: int) -> str:
    """A ratio in percent."""
    return f"{100 * above / below:.1f}" if below else "–"


def describe_run() -> str:
    """The command, date, commit, machine and versions, in Markdown."""
    command = describe_command(sys.argv)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d} at commit {find_commit()}; "
        f"Python {platform.python_version()}, {versions}; {describe_machine()}."
    )


def find_commit() -> str:
    """The commit, and whether the code or the model differ from it; results themselves do not count."""
    commit = ask_git("rev-parse", "--short", "HEAD")
    changed = ask_git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmarks/RESULTS.md")
    return f"{commit or 'unknown'}{' with uncommitted changes' if changed else ''}"


def ask_git(*arguments: str) -> str:
    """What git says, empty where there is none."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def describe_machine() -> str:
    """Processor, number of cores, and how busy they are."""
    name = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = re.findall(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8"))
        name = models[0] if models else name
    load = f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()}, {name}, {os.cpu_count()} cores{load}"


def write_section(name: str, title: str, text: str) -> None:
    """Put a section into RESULTS.md in the place of its last version, or where ORDER says."""
    sections = read_sections()
    sections[name] = f"<!-- {name}: begin -->\n## {title}\n\n{text.strip()}\n<!-- {name}: end -->"
    names = sorted(sections, key=lambda key: ORDER.index(key) if key in ORDER else len(ORDER))
    RESULTS.write_text(
        "\n\n".join([INTRODUCTION.strip(), *(sections[n] for n in names)]) + "\n", encoding="utf-8"
    )


def read_sections() -> dict[str, str]:
    """The sections of RESULTS.md as they stand, by name."""
    if not RESULTS.exists():
        return {}
    pattern = r"<!-- ([\w-]+): begin -->\n.*?<!-- \1: end -->"
    return {m[1]: m[0] for m in re.finditer(pattern, RESULTS.read_text(encoding="utf-8"), re.DOTALL)}
