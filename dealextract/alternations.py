"""Many literal phrases as one regular expression that reads each character once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

LITERAL = re.compile(r"[\w '’&-]+")
END = ""


def compile_trie(phrases: Iterable[str]) -> str:
    """A pattern for the longest of the phrases that stands at a place; ' stands for both apostrophes.

    Phrases that begin alike share their beginning, so that a search does not try them one by one.

    >>> pattern = compile_trie(["said", "says", "say", "told"])
    >>> [m.group() for m in re.finditer(pattern, "told, said, saying")]
    ['told', 'said', 'say']
    """
    root: dict[str, Any] = {}
    for phrase in phrases:
        node = root
        for char in phrase.replace("’", "'"):
            node = node.setdefault(char, {})
        node[END] = {}
    return write_node(root)


def write_node(node: dict[str, Any]) -> str:
    """The pattern of what may follow at a node of the trie, longest first."""
    tails = [(key, write_node(child)) for key, child in sorted(node.items()) if key != END]
    if not tails:
        return ""
    singles = [key for key, tail in tails if not tail]
    parts = [write_char(key) + tail for key, tail in tails if tail]
    if len(singles) == 1:
        parts.append(write_char(singles[0]))
    elif singles:
        parts.append("[" + "".join("'’" if key == "'" else re.escape(key) for key in singles) + "]")
    body = parts[0] if len(parts) == 1 else "(?:" + "|".join(parts) + ")"
    if END not in node:
        return body
    return f"(?:{body})?"


def write_char(key: str) -> str:
    """One character as a pattern."""
    return "['’]" if key == "'" else re.escape(key)


def join_phrases(pieces: Iterable[str]) -> str:
    """One group of all pieces: patterns one by one, longest first, then the literal phrases as a trie.

    >>> join_phrases(["de", "d'", r"x\\d"])
    "(?:x\\\\d|d['’e])"
    """
    known = set(pieces)
    patterns = sorted((p for p in known if not LITERAL.fullmatch(p)), key=lambda p: (-len(p), p))
    literals = [p for p in known if LITERAL.fullmatch(p)]
    parts = [p.replace("'", "['’]") for p in patterns]
    if literals:
        parts.append(compile_trie(literals))
    return "(?:" + "|".join(parts) + ")"
