"""Every pattern that a module of the package keeps takes time linear in the text, whatever the text."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from importlib.util import find_spec

import pytest

import dealextract

UNITS = [
    " ", "\n", "\u00a0", "\t ", "a", "A", "é", "1", "1 ", "1.", "1,1", "0,", "$", "$1 ", "€", "%", "-",
    "1-", "(", ")", "()", "[", "« ", "\"", "’", "l'", "a'", "a.", "A.", "Ab ", "AB", "ab, ", "a-", "&",
    "http://a", "@a.", "1/1/", "12:", "1st ", "Document ", "Document A", "A1" * 9, "1 a ", "ab 1, ",
    "news·20250609·", '<div class="', "<article ", "charset=", "charset  ", "\\ansicpg", "HD |", "10:",
    "DocPublicatio", "\x1b[", "\ud800",
]  # fmt: skip
SHORT, LONG = 4_000, 32_000


def find_patterns() -> list[tuple[str, re.Pattern]]:
    """Module-level patterns, each once, by module and name."""
    found: dict[tuple[object, int], tuple[str, re.Pattern]] = {}
    for module in pkgutil.walk_packages(dealextract.__path__, "dealextract."):
        if module.name.endswith("__main__") or (
            module.name.endswith(".torch_graph") and not find_spec("torch")
        ):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found.setdefault((value.pattern, value.flags), (f"{module.name}.{name}", value))
    return list(found.values())


PATTERNS = find_patterns()


def seconds(pattern: re.Pattern, text: str) -> float:
    data = text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
    before = time.process_time()
    sum(1 for _ in pattern.finditer(data))
    return time.process_time() - before


@pytest.mark.parametrize("pattern", [p for _, p in PATTERNS], ids=[name for name, _ in PATTERNS])
def test_a_pattern_is_linear(pattern: re.Pattern) -> None:
    """Eight times the text takes nowhere near the 64 times of a quadratic pattern."""
    for unit in UNITS:
        long = seconds(pattern, (unit * LONG)[:LONG])
        if long > 0.05:
            short = seconds(pattern, (unit * SHORT)[:SHORT])
            assert long < 24 * max(short, 0.003), (unit, short, long)


def test_patterns_were_found() -> None:
    assert len(PATTERNS) > 30
