"""Hypothesis strategies for text that comes from anywhere: press-like, and made to break things."""

from __future__ import annotations

from hypothesis import strategies as st

MARKS = [
    "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "e\u0301\u0301", "\0", "\x1b[31m", "\x85",
    "\u2028", "👩‍👩‍👧", "🇫🇷", "аpple", "中文", "שלום", "ﬁ", "Ａ", "Ⅻ", "٣", "½", "\r\n", "\n\n", "\t",
    "\u00a0", "\u202f",
]  # fmt: skip
OPENINGS = [
    "(", "[", "{", "«", "“", "‘", '"', "'", "„", "<b>", "<script>", "&amp;", "]]>", "<!--", "\\", "${", "{{",
    "%s",
]  # fmt: skip
PRESS = [
    "Orvane", "Tiel SA", "$1.2bn", "5 M€", "10 milliards d'euros", "33,2 %", "3 March 2025", "lundi",
    "fin mars", "T2 2025", "serait en discussion", "reportedly", "selon", "said", "a racheté", "to acquire",
    ", ", ". ", " - ", "1.1.1.1", "9" * 40, "=cmd|' /C calc'!A0", "1e999", "-0", "€", "$", "%",
]  # fmt: skip
PIECES = st.sampled_from(MARKS) | st.sampled_from(OPENINGS) | st.sampled_from(PRESS) | st.text(max_size=8)
HOSTILE = st.lists(PIECES, max_size=30).map("".join)
"""A text of up to some hundred characters, without surrogates."""
RUNS = st.tuples(st.sampled_from([*MARKS, *OPENINGS, *PRESS]), st.integers(1, 300)).map(lambda t: t[0] * t[1])
"""One piece again and again: thousands of brackets, quotes never closed."""
TEXTS = HOSTILE | RUNS
SURROGATES = st.sampled_from([r"\ud800", r"\udfff", r"\udc80\ud800", r"\u0000", r"\ud83d\ude00"])
JSON_TEXTS = st.lists(SURROGATES | st.sampled_from(["a", "€", r"\"", r"\n"]), max_size=12).map("".join)
"""What stands between the quotes of a JSON string, escapes of half characters among it."""
