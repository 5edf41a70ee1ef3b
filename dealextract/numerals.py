"""Numbers as French and English press writes them: digits with groups and decimals, fractions, words.

Nothing here is a guess that stays hidden: a number whose separator could be read two ways says so
in its `shape`, and the caller, who knows the scale and the currency, settles it or gives null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from dealextract.lexicon import Lexicon
from dealextract.phrases import VULGAR, Tokens

FRACTIONS = {
    "¼": Decimal("0.25"), "½": Decimal("0.5"), "¾": Decimal("0.75"), "⅓": Decimal(1) / 3, "⅔": Decimal(2) / 3,
    "⅛": Decimal("0.125"), "⅜": Decimal("0.375"), "⅝": Decimal("0.625"), "⅞": Decimal("0.875"),
}  # fmt: skip
DENOMINATORS = frozenset({"2", "3", "4", "5", "8", "16", "32", "64"})
GROUP_MARKS = "'’.,"
MOST_DIGITS = 18
MOST_PARTS = 8


class NumberWords(Lexicon):
    """Spelled-out numbers of a language: values of words below 100, and the words for 100 and 1000."""

    decimal: str
    below_hundred: dict[str, int]
    hundred: tuple[str, ...]
    thousand: tuple[str, ...]
    joiners: tuple[str, ...]
    joined_after_tens: tuple[str, ...] = ()
    score_tens: bool = False


class Number(NamedTuple):
    """A number read from the tokens: its value, the index after it, and how it was written.

    `shape` is "group3" or "decimal3" when one mark stands before exactly three digits, else "".
    `other` is then the value under the other reading.
    """

    value: Decimal
    end: int
    spelled: bool = False
    shape: str = ""
    other: Decimal | None = None
    plain: bool = False


def read_digits(tokens: Tokens, i: int, decimal: str) -> Number | None:
    """The number whose first digits are token `i`; None for dates, versions and the like.

    >>> read_digits(Tokens("1 250 000,5"), 0, ",").value, read_digits(Tokens("1'250'000"), 0, ",").value
    (Decimal('1250000.5'), Decimal('1250000'))
    >>> read_digits(Tokens("12.05.2020"), 0, ",") is None
    True
    """
    if tokens.kind(i) != "digits" or len(tokens.raw[i]) > MOST_DIGITS:
        return None
    whole, j, group, shape, fraction = tokens.raw[i], i + 1, "", "", ""
    first = whole
    while tokens.kind(j + 1) == "digits" and (mark := mark_at(tokens, j)):
        run = same_mark_run(tokens, j, mark)
        digits = run[0]
        groups_fit = len(first) <= 3 and first[0] != "0" and group in ("", mark)
        if mark in " '":
            if not (groups_fit and len(digits) == 3):
                break
            whole, group, j = whole + digits, mark, j + 2
        elif len(run) > 1:
            if not groups_fit or not (all(len(r) == 3 for r in run) or is_indian(first, run, mark)):
                return None
            whole, group, j = whole + "".join(run), mark, j + 2 * len(run)
        else:
            if group == mark or len(digits) > MOST_DIGITS:
                return None
            three = len(digits) == 3 and groups_fit and not group
            if three and (mark != decimal or is_foreign_group(tokens, j + 2, mark)):
                whole, group, j, shape = whole + digits, mark, j + 2, "group3"
                continue
            fraction, j, shape = digits, j + 2, "decimal3" if three else ""
            break
    if tokens.kind(j) == "mark" and tokens.key(j) in ".,'" and tokens.kind(j + 1) == "digits":
        return None
    if len(whole) > MOST_DIGITS:
        return None
    value = Decimal(f"{whole}.{fraction}" if fraction else whole)
    other = None
    if shape == "group3":
        other = Decimal(f"{whole[:-3]}.{whole[-3:]}")
    elif shape == "decimal3":
        other = Decimal(whole + fraction)
    plain = not group and not fraction
    if len(fraction) == 2 and tokens.key(j) == "-" and (added := read_fraction(tokens, j)):
        # Grain prices: "$2.24-1/2" is two dollars and twenty-four and a half cents.
        return Number(value + added[0] / 100, added[1])
    if not fraction:
        added = read_fraction(tokens, j)
        if added:
            return Number(value + added[0], added[1])
        if (
            tokens.key(j) == "/"
            and tokens.key(j + 1) in DENOMINATORS
            and plain
            and value < int(tokens.raw[j + 1])
        ):
            return Number(value / int(tokens.raw[j + 1]), j + 2)
    return Number(value, j, False, shape, other, plain)


def mark_at(tokens: Tokens, j: int) -> str:
    """The group or decimal mark at `j` (all single spaces are one), empty when there is none."""
    if tokens.kind(j) == "space":
        return " " if len(tokens.raw[j]) == 1 and tokens.raw[j] not in "\n\r\t\v\f" else ""
    return tokens.keys[j] if tokens.raw[j] in GROUP_MARKS else ""


def is_foreign_group(tokens: Tokens, j: int, mark: str) -> bool:
    """True when the other mark and two digits follow three digits: "1.234,56" in English."""
    other = tokens.kind(j) == "mark" and tokens.raw[j] in ".," and tokens.raw[j] != mark
    return other and tokens.kind(j + 1) == "digits" and len(tokens.raw[j + 1]) == 2


def same_mark_run(tokens: Tokens, j: int, mark: str) -> list[str]:
    """Digit runs that follow one another after the same mark, at most MOST_PARTS."""
    run: list[str] = []
    while len(run) < MOST_PARTS and tokens.kind(j + 1) == "digits" and mark_at(tokens, j) == mark:
        run.append(tokens.raw[j + 1])
        j += 2
    return run


def is_indian(first: str, run: list[str], mark: str) -> bool:
    """True for Indian groups: 12,34,567."""
    return mark == "," and len(first) <= 2 and len(run[-1]) == 3 and all(len(r) == 2 for r in run[:-1])


def read_fraction(tokens: Tokens, j: int) -> tuple[Decimal, int] | None:
    """A fraction that completes the whole number before `j`: "½", " 1/2", "-3/4"."""
    if tokens.kind(j) == "vulgar":
        return FRACTIONS[tokens.raw[j]], j + 1
    if tokens.kind(j + 1) == "vulgar" and tokens.raw[j] in " -":
        return FRACTIONS[tokens.raw[j + 1]], j + 2
    if (
        tokens.raw[j : j + 1] in ([" "], ["-"])
        and tokens.kind(j + 1) == "digits"
        and tokens.key(j + 2) == "/"
    ):
        top, bottom = tokens.raw[j + 1], tokens.key(j + 3)
        if bottom in DENOMINATORS and len(top) <= 2 and 0 < int(top) < int(bottom):
            return Decimal(int(top)) / int(bottom), j + 4
    return None


def read_words(tokens: Tokens, i: int, words: NumberWords) -> Number | None:
    """The spelled-out number below a million whose first word is token `i`.

    >>> w = NumberWords(decimal=".", below_hundred={"two": 2, "forty": 40, "ten": 10}, hundred=("hundred",),
    ...                 thousand=("thousand",), joiners=("and",))
    >>> read_words(Tokens("two hundred and ten"), 0, w)[:2], read_words(Tokens("forty-two"), 0, w)[:2]
    ((Decimal('210'), 7), (Decimal('42'), 3))
    """
    total, current, end, j = 0, -1, -1, i
    last, hundreds, joined = "", False, False
    while True:
        key = tokens.key(j)
        if key in words.below_hundred:
            value = words.below_hundred[key]
            if current < 0:
                current = value
            elif words.score_tens and value == 20 and current % 100 == 4 and last == "unit":
                current += 76
            elif last == "hundred":
                current += value
            elif last == "ten" and value < (20 if words.score_tens else 10) and value > 0:
                if value >= 10 and current % 100 not in (60, 80):
                    break
                current += value
            elif last == "dix" and 7 <= value <= 9:
                current += value
            else:
                break
            last = "ten" if value >= 20 and value % 10 == 0 else "unit"
            if value == 10 and words.score_tens:
                last = "dix"
        elif key in words.hundred:
            if hundreds or (current >= 0 and not 1 <= current <= 99) or (words.score_tens and current > 19):
                break
            current, last, hundreds = max(current, 1) * 100, "hundred", True
        elif key in words.thousand:
            if total or current == 0:
                break
            total, current, last, hundreds = max(current, 1) * 1000, -1, "hundred", False
        else:
            break
        end, joined = j + 1, False
        step = j + 1
        if (tokens.kind(step) == "mark" and tokens.keys[step] == "-") or tokens.is_blank(step):
            step += 1
        else:
            break
        if tokens.key(step) in words.joiners and tokens.kind(step + 1) in ("space", "mark"):
            after = tokens.key(step + 2)
            tens_join = last == "ten" and after in words.joined_after_tens
            if not (tens_join or (last == "hundred" and not words.joined_after_tens)):
                break
            if joined:
                break
            joined = True
            step += 2
        j = step
    if end < 0:
        return None
    return Number(Decimal(total + max(current, 0)), end, spelled=True)


def read_number(tokens: Tokens, i: int, words: NumberWords, *, decimal: str = "") -> Number | None:
    """The number that starts at token `i`, in digits, as a fraction sign or in words."""
    kind = tokens.kind(i)
    if kind == "digits":
        return read_digits(tokens, i, decimal or words.decimal)
    if kind == "vulgar":
        return Number(FRACTIONS[tokens.raw[i]], i + 1)
    return read_words(tokens, i, words) if kind == "word" else None


def parse_number(string: str, words: NumberWords) -> Decimal | None:
    """The value of a string that is one number and nothing else, None otherwise.

    >>> w = NumberWords(decimal=".", below_hundred={}, hundred=(), thousand=(), joiners=())
    >>> parse_number("32-3/4", w), parse_number("12,34,567", w), parse_number("a 3", w)
    (Decimal('32.75'), Decimal('1234567'), None)
    """
    tokens = Tokens(string)
    number = read_number(tokens, 0, words)
    return number.value if number and number.end == len(tokens) else None


__all__ = ["VULGAR", "Number", "NumberWords", "parse_number", "read_digits", "read_number", "read_words"]
