"""price-parser: one call for each number, with the characters around it up to the neighbouring numbers."""

import re

from protocol import answer, make_span

NUMBER = re.compile(r"\d[\d.,’'\u00a0\u202f]*\d|\d")
REACH = 24


def load(langs):
    from price_parser import Price

    def find(text, lang, published):
        spans = []
        numbers = [m.span() for m in NUMBER.finditer(text)]
        for n, (start, end) in enumerate(numbers):
            left = max(start - REACH, numbers[n - 1][1] if n else 0, text.rfind("\n", 0, start) + 1)
            right = min(end + REACH, numbers[n + 1][0] if n + 1 < len(numbers) else len(text))
            price = Price.fromstring(text[left:right])
            if price.amount is None or price.currency is None:
                continue
            sign = text.rfind(price.currency, left, start)
            after = text.find(price.currency, end, right)
            first = sign if sign >= 0 else start
            last = after + len(price.currency) if sign < 0 <= after else end
            spans.append(make_span(first, last, value=float(price.amount), unit=price.currency))
        return spans

    return find


if __name__ == "__main__":
    answer(load, ["price-parser"])
