"""dateparser: search_dates over the whole text, its pieces found again in order."""

import datetime

from protocol import answer, make_span


def load(langs):
    from dateparser.search import search_dates

    def find(text, lang, published):
        settings = {"RELATIVE_BASE": datetime.datetime.fromisoformat(published)} if published else {}
        spans, at = [], 0
        for piece, day in search_dates(text, languages=[lang], settings=settings) or ():
            start = text.find(piece, at)
            if start < 0:
                continue
            at = start + len(piece)
            spans.append(make_span(start, at, label="DATE", days=[day.date().isoformat()]))
        return spans

    return find


if __name__ == "__main__":
    answer(load, ["dateparser"])
