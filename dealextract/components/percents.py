"""The percents component: a figure and its sign or word, by grammar on the characters of the text."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import NamedTuple

from pydantic import ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.numerals import NumberWords, read_number
from dealextract.phrases import PhraseTrie, Tokens, tokenize
from dealextract.records import Percent

LONGEST = 60  # tokens of the figures before a sign
MINUS = ("-", "−", "–")


class PercentWords(Lexicon):
    """Part `[percents]` of `money.toml`: signs, words that join a range, and spelled fractions."""

    signs: list[str]
    range_words: list[str]
    between: list[str]
    small: dict[str, str]


class PercentFile(Lexicon):
    """`money.toml` as far as this module reads it."""

    percents: PercentWords
    numbers: NumberWords
    model_config = ConfigDict(frozen=True, extra="ignore")


class Figure(NamedTuple):
    """A number from token `i` to before token `j`."""

    i: int
    j: int
    value: Decimal


class PercentFinder:
    """Writes the layer `percents`: span and value; `role` stays "other" here."""

    def __init__(self, lang: str) -> None:
        file = load_lexicon(lang, "money", PercentFile)
        self.words, self.numbers = file.percents, file.numbers
        self.signs: PhraseTrie[bool] = PhraseTrie()
        self.small: PhraseTrie[str] = PhraseTrie()
        for sign in self.words.signs:
            self.signs.add(sign, True)
        for phrase, value in self.words.small.items():
            self.small.add(phrase, value)
        self.sign_starts = self.signs.starts()
        first = [p.split()[0].split("-")[0] for p in self.words.small]
        self.starters = frozenset(
            {*self.numbers.below_hundred, *self.numbers.hundred, *self.numbers.thousand, *first}
        )

    def __call__(self, doc: Doc) -> Doc:
        spans.write_layer(doc, "percents", self.find(spans.read_text(doc)))
        return doc

    def find(self, text: str) -> list[Percent]:
        """The percentages of a text, in order."""
        tokens = tokenize(text)
        found: list[tuple[int, int, Decimal, str]] = []
        signs = self.sign_starts.find(tokens)
        i = 0
        for at in self.find_candidates(tokens) if signs else ():
            if at < i:
                continue
            ahead = bisect_left(signs, at)
            item = self.read(tokens, at) if ahead < len(signs) and signs[ahead] - at < LONGEST else None
            i = at + 1
            if item:
                found.append(item)
                i = item[1]
            elif tokens.kinds[at] == "digits":
                while tokens.kind(i + 1) == "digits" and tokens.raw[i] in ".,":
                    i += 2
        ids = spans.number_ids("percents", len(found))
        out = []
        for key, (first, last, value, rule) in zip(ids, found, strict=True):
            start, end = tokens.starts[first], tokens.ends[last - 1]
            out.append(
                Percent(
                    id=key, start=start, end=end, text=text[start:end], value=value, why=f"percent: {rule}"
                )
            )
        return out

    def find_candidates(self, tokens: Tokens) -> list[int]:
        """Indices of the tokens at which a figure may start."""
        return [
            i
            for i, (key, kind) in enumerate(zip(tokens.keys, tokens.kinds, strict=True))
            if kind in ("digits", "vulgar") or (kind == "word" and key in self.starters)
        ]

    def read(self, tokens: Tokens, i: int) -> tuple[int, int, Decimal, str] | None:
        """(first token, token after, value, rule) of the percentage that starts at token `i`."""
        first = self.figure(tokens, i)
        if first is None:
            return None
        start, sign = self.sign_before(tokens, i)
        end = self.sign_end(tokens, first.j)
        if end:
            other = self.range_after(tokens, first, end)
            if other:
                return start, other, first.value * sign, "range"
            return start, end, first.value * sign, "number and sign"
        link = self.link(tokens, first.j)
        second = self.figure(tokens, link) if link else None
        end = self.sign_end(tokens, second.j) if second else 0
        if second and end:
            return start, end, first.value * sign, "range"
        return None

    def figure(self, tokens: Tokens, i: int) -> Figure | None:
        """The number at token `i`, not inside a word or another figure."""
        if i >= len(tokens):
            return None
        kind = tokens.kinds[i]
        if kind == "word":
            if tokens.keys[i] not in self.starters or tokens.kind(i - 1) in ("digits", "word"):
                return None
            small = self.small.longest(tokens, i)
            if small and self.sign_end(tokens, small[0]):
                return Figure(i, small[0], Decimal(small[1]))
        elif kind == "digits":
            if tokens.kind(i - 1) == "word" or (
                tokens.kind(i - 2) == "digits" and tokens.raw[i - 1] in ".,:"
            ):
                return None
        elif kind != "vulgar":
            return None
        number = read_number(tokens, i, self.numbers)
        if number is None:
            return None
        value = number.value
        if number.shape == "group3" and number.other is not None and self.numbers.decimal == ",":
            # "39.514 %" in French: no stake is 39 514 per cent.
            value = number.other
        return Figure(i, number.end, value)

    def sign_end(self, tokens: Tokens, j: int) -> int:
        """Index after the sign or word that follows the figure before token `j`, 0 when there is none."""
        at = j
        if tokens.is_blank(at) or (tokens.key(at) == "-" and tokens.kind(at + 1) == "word"):
            at += 1
        found = self.signs.longest(tokens, at)
        if not found:
            return 0
        end = found[0]
        if tokens.kinds[end - 1] == "word" and tokens.kind(end) in ("word", "digits"):
            return 0
        if tokens.kinds[end - 1] == "word" and len(tokens.raw[at]) == 2 and tokens.raw[at].isupper():
            return 0
        return end

    def link(self, tokens: Tokens, j: int) -> int:
        """Index of the second figure of a range after token `j`, 0 when nothing joins one."""
        if tokens.key(j) in ("-", "–", "—") and tokens.key(j):
            return j + 1
        if not tokens.is_blank(j):
            return 0
        if tokens.key(j + 1) in ("-", "–", "—"):
            return tokens.skip_blank(j + 2)
        if tokens.key(j + 1) in self.words.range_words and tokens.is_blank(j + 2):
            return j + 3
        return 0

    def range_after(self, tokens: Tokens, first: Figure, end: int) -> int:
        """End of a range whose both ends carry the sign, 0 when the second is another item."""
        link = self.link(tokens, end)
        second = self.figure(tokens, link) if link else None
        stop = self.sign_end(tokens, second.j) if second else 0
        if not second or not stop or second.value <= first.value:
            return 0
        word, _ = tokens.word_before(first.i)
        dash = tokens.key(end) in ("-", "–")
        return stop if dash or word in self.words.between else 0

    def sign_before(self, tokens: Tokens, i: int) -> tuple[int, int]:
        """(first token with its sign, -1 or 1): "-6,2 %" is negative, "2005-10%" is not."""
        mark = tokens.key(i - 1) if i else ""
        if mark in (*MINUS, "+") and tokens.kinds[i] != "word":
            before = i - 2
            if before < 0 or tokens.kinds[before] == "space" or tokens.raw[before] in '([«“":':
                return i - 1, 1 if mark == "+" else -1
        return i, 1


@Language.factory("dealextract_percents", assigns=["doc.spans"], default_config={})
def make_percents(nlp: Language, name: str) -> PercentFinder:
    """The percents component of the pipeline's language."""
    return PercentFinder(nlp.lang or "")
