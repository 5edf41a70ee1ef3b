"""Stock tickers in brackets behind a firm's name: codes, not names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

# "Alvo (Euronext: ALV)", "Alvo (ALV.PA)", "Alvo (O:ALV)", the last two as agencies write them.
CODE = r"[A-Z0-9][A-Z0-9.\-]{0,11}"
AGENCY = r"(?P<suffixed>[A-Z0-9]{2,6}\.[A-Z]{1,3})|[A-Z]{1,4}:(?P<prefixed>[A-Z0-9][A-Z0-9.]{0,7})"


class TickerFinder:
    """Finds tickers of the exchanges that a language's press names."""

    def __init__(self, exchanges: Sequence[str]) -> None:
        names = "|".join(sorted(map(re.escape, exchanges), key=len, reverse=True))
        self.pattern = re.compile(
            rf"[ \u00a0]?[(\[](?:(?:{names})[ \u00a0]?:[ \u00a0]?(?P<listed>{CODE})|{AGENCY})"
            r"(?=[\s,;)\]\u00a0])"
        )

    def find(self, text: str) -> list[tuple[int, int]]:
        """Offsets of every ticker of a text, from its bracket to the end of the code, in order.

        >>> TickerFinder(("NYSE",)).find("Alvo (NYSE: ALV) and Brume (BRM.PA, +2%)")
        [(4, 15), (26, 34)]
        """
        return [match.span() for match in self.pattern.finditer(text)]

    def code_after(self, text: str, end: int) -> str | None:
        """The code in the brackets right after a name that ends at an offset; None without one.

        >>> TickerFinder(("NYSE",)).code_after("Alvo (NYSE: ALV)", 4)
        'ALV'
        """
        found = self.pattern.match(text, end)
        return next(filter(None, found.groups()), None) if found else None


def is_inside(start: int, end: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """True when one of the ranges, sorted and apart, holds the whole of [start, end)."""
    at = bisect_right(ranges, (start, float("inf"))) - 1
    return at >= 0 and end <= ranges[at][1]
