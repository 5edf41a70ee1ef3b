"""The first characters that a regular expression can match, so that other places need not be tried."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

ops: Any = None
parser: Any = None
# The parser has been there since Python 3.11 under this name, which is not a public one.
with suppress(ImportError):
    ops, parser = import_module("re._constants"), import_module("re._parser")

LENGTH = 3
LARGEST_CLASS = 40
MOST = 20_000


class Open(Exception):
    """A step that may match too many characters to be listed."""


def find_beginnings(pattern: str) -> frozenset[str] | None:
    """Strings of at most three characters with one of which every match begins; None when unknown.

    A string of fewer than three characters stands for all that begin with it.

    >>> sorted(find_beginnings(r"(?:on )?mon(?:day)?|q[1-4]"))
    ['mon', 'on ', 'q1', 'q2', 'q3', 'q4']
    >>> "" in (find_beginnings(r".*x") or ())
    True
    """
    if parser is None:
        return None
    try:
        closed, open_ = walk(parser.parse(pattern))
    except (re.error, RecursionError):
        return None
    found = closed | open_
    return found if len(found) <= MOST else None


def walk(steps: Iterable[tuple[Any, Any]]) -> tuple[frozenset[str], frozenset[str]]:
    """Beginnings that no later step can change, and those that the next step goes on from."""
    closed: set[str] = set()
    ahead: frozenset[str] = frozenset({""})
    for op, value in steps:
        if not ahead:
            break
        try:
            ends, goes_on = read_step(op, value)
        except Open:
            return frozenset(closed | ahead), frozenset()
        closed |= {(a + b)[:LENGTH] for a in ahead for b in ends}
        longer = {a + b for a in ahead for b in goes_on}
        closed |= {text[:LENGTH] for text in longer if len(text) >= LENGTH}
        ahead = frozenset(text for text in longer if len(text) < LENGTH)
    return frozenset(closed), ahead


def read_step(op: Any, value: Any) -> tuple[frozenset[str], frozenset[str]]:
    """`walk` of one step of a parsed pattern; raises Open for what cannot be listed."""
    nothing: frozenset[str] = frozenset()
    if op is ops.LITERAL:
        return nothing, frozenset({chr(value)})
    if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
        return nothing, frozenset({""})
    if op is ops.IN:
        return nothing, read_class(value)
    if op is ops.SUBPATTERN:
        return walk(value[-1])
    if op is ops.BRANCH:
        parts = [walk(branch) for branch in value[1]]
        return frozenset().union(*(p[0] for p in parts)), frozenset().union(*(p[1] for p in parts))
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        low, high, steps = value
        times = [list(steps) * n for n in range(int(low), min(int(high), int(low) + LENGTH) + 1)]
        parts = [walk(repeated) for repeated in times]
        return frozenset().union(*(p[0] for p in parts)), frozenset().union(*(p[1] for p in parts))
    raise Open


def read_class(members: Sequence[tuple[Any, Any]]) -> frozenset[str]:
    """The characters of a class; raises Open for negated and large ones."""
    chars: set[str] = set()
    for op, value in members:
        if op is ops.LITERAL:
            chars.add(chr(value))
        elif op is ops.CATEGORY and value is ops.CATEGORY_DIGIT:
            chars |= set("0123456789")  # \d in a form means a figure of a date
        elif op is ops.RANGE and value[1] - value[0] < LARGEST_CLASS:
            chars |= {chr(code) for code in range(value[0], value[1] + 1)}
        else:
            raise Open
    return frozenset(chars)
