"""natura: every amount that its Finder gives, from its first to its last matched piece."""

from protocol import answer, make_span


def load(langs):
    from natura import Finder

    finder = Finder()

    def find(text, lang, published):
        spans, at = [], 0
        for line in text.splitlines(keepends=True):
            for item in finder.findall(line) or ():
                start, end = min(s for s, _ in item.spans), max(e for _, e in item.spans)
                spans.append(make_span(at + start, at + end, value=item.value, currency=item.currency))
            at += len(line)
        return spans

    return find


if __name__ == "__main__":
    answer(load, ["natura"])
