"""Features of an amount for the fitted weights of its role, read off its sentence and its article."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dealextract.components.role_cues import LONGEST_LOOK, MARKS, Found, Sentence, is_used
from dealextract.records import Money, Percent

NEAR, STEM, HEAD = 6, 5, 3
STEPS = (0.15, 0.3, 0.5, 0.8, 1.2, 1.8)
Ruled = Mapping[str, tuple[str, float]]


class Article(NamedTuple):
    """What an article tells of all its amounts: how many deal words it has, its language."""

    lang: str
    deal_words: int


def bin_score(name: str, score: float) -> list[str]:
    """A feature for a score and one for each step that it reaches.

    >>> bin_score("before:debt", 0.4)
    ['before:debt', 'before:debt>1', 'before:debt>2']
    """
    return [name, *(f"{name}>{n}" for n, step in enumerate(STEPS, 1) if score >= step)]


def cue_features(words: Sequence[str], at: int, near: Sequence[tuple[Found, float]]) -> list[str]:
    """The cues around word `at`, by role and side: how much they weigh, which is nearest, which are used up."""
    sides: dict[tuple[str, str], float] = {}
    nearest: dict[str, tuple[int, float, str]] = {}
    for (first, last, cue), weight in near:
        side = "before" if cue.is_before else "after"
        if cue.is_before and is_used(words, first):
            side = "used"
        key = side, cue.role
        sides[key] = max(sides.get(key, 0.0), weight)
        gap = at - last if cue.is_before else first - at - 1
        best = (gap, -weight, cue.role)
        if side not in nearest or best < nearest[side]:
            nearest[side] = best
    out = [f for (side, role), weight in sides.items() for f in bin_score(f"{side}:{role}", weight)]
    for side, (gap, _, role) in nearest.items():
        out.append(f"nearest {side}:{role}:{min(gap, 3)}")
    return out


def word_features(words: Sequence[str], at: int, lang: str) -> list[str]:
    """The words beside word `at`, in order close by and as stems to the next amount or `NEAR` words away."""
    before, after = words[max(0, at - NEAR) : at][::-1], words[at + 1 : at + 1 + NEAR]
    out: list[str] = []
    for side, run in (("<", before), (">", after)):
        for size in range(1, HEAD + 1):
            if size <= len(run) or size == 1:
                out.append(f"{lang}{side}{' '.join(run[:size])}")
        for place, word in enumerate(run):
            if place and word in MARKS:
                out.append(f"{side}{word}")
                break
            if word.isalpha():
                out.append(f"{lang}{side}~{word[:STEM]}")
    return out


def money_features(amount: Money) -> list[str]:
    """Unit, size and modifier of an amount."""
    size = "none" if amount.value is None or amount.value == 0 else str(int(math.log10(abs(float(amount.value)))))
    out = [f"per:{amount.per}", f"size:{size}", f"modifier:{amount.modifier}"]
    if amount.value and float(amount.value) < 2000:
        out.append(f"small:{amount.per}")
    return out


def amount_features(
    amount: Money | Percent,
    sentence: Sentence,
    place: tuple[int, int],
    near: Sequence[tuple[Found, float]],
    article: Article,
    ruled: Ruled,
    neighbours: tuple[Money | Percent | None, Money | Percent | None],
) -> set[str]:
    """Features of one amount; `place` is the number of its sentence and of the article's sentences."""
    words, at = sentence.words, sentence.places[amount.id]
    out = ["bias", *cue_features(words, at, near), *word_features(words, at, article.lang)]
    role, score = ruled.get(amount.id, ("other", 0.0))
    out += bin_score(f"rule:{role}", score)
    out += money_features(amount) if isinstance(amount, Money) else [f"sign:{amount.text[0] in '+-−–±'}"]
    out += [f"deal words:{min(4, article.deal_words)}", f"sentence:{min(2, place[0])}"]
    low, high = max(0, at - LONGEST_LOOK), at + LONGEST_LOOK
    out += sorted({f"{article.lang}={word[:STEM]}" for word in words[low:high] if len(word) > 3 and word.isalpha()})
    for side, other in zip("<>", neighbours, strict=True):
        if other is None:
            out.append(f"{side}alone")
            continue
        there = sentence.places.get(other.id)
        if there is None:
            continue
        between = words[min(at, there) + 1 : max(at, there)]
        kind = ruled.get(other.id, ("other", 0.0))[0]
        out.append(f"{side}role:{kind}")
        if len(between) <= 2:
            out += [f"{side}role:{kind}:{' '.join(between)}", f"{side}joined:{kind}", f"{side}join:{' '.join(between)}"]
    return set(out)
