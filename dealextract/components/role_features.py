"""Features of amounts for the fitted weights of their roles, read off sentence and article."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dealextract.components.role_cues import LONGEST_LOOK, MARKS, Found, RolesLexicon
from dealextract.components.role_rules import SIGNS, Group, count_deal_words
from dealextract.records import Money, Percent

NEAR, STEM, HEAD, SMALL, LARGE, JOINED = 6, 5, 3, 2_000, 1e15, 2
STEPS = (0.15, 0.3, 0.5, 0.8, 1.2, 1.8, 2.5)
Ruled = Mapping[str, tuple[str, float]]
NONE = ("other", 0.0)


def bin_score(name: str, score: float) -> list[str]:
    """A feature for a score and one for each step that it reaches.

    >>> bin_score("before:debt", 0.4)
    ['before:debt', 'before:debt>1', 'before:debt>2']
    """
    return [name, *(f"{name}>{n}" for n, step in enumerate(STEPS, 1) if score >= step)]


def cue_features(at: int, near: Sequence[tuple[Found, float]]) -> list[str]:
    """The cues around word `at` by role and side: their weights, the nearest, the used up."""
    sides: dict[tuple[str, str], float] = {}
    nearest: dict[str, tuple[int, float, str]] = {}
    for (first, last, cue, is_used), weight in near:
        side = "after"
        if cue.is_before:
            side = "used" if is_used else "before"
        sides[side, cue.role] = max(sides.get((side, cue.role), 0.0), weight)
        gap = at - last if cue.is_before else first - at - 1
        nearest[side] = min(nearest.get(side, (gap, 0.0, cue.role)), (gap, -weight, cue.role))
    out = [f for (side, role), weight in sides.items() for f in bin_score(f"{side}:{role}", weight)]
    return out + [f"nearest {side}:{role}:{min(gap, 3)}" for side, (gap, _, role) in nearest.items()]


def word_features(words: Sequence[str], at: int, lang: str) -> list[str]:
    """The words around word `at`: in order close by, and their stems, near and in the sentence."""
    out: list[str] = []
    for side, run in (("<", words[max(0, at - NEAR) : at][::-1]), (">", words[at + 1 : at + 1 + NEAR])):
        out += [f"{lang}{side}{' '.join(run[:size])}" for size in range(1, min(HEAD, len(run)) + 1)]
        for place, word in enumerate(run):
            if place and word in MARKS:
                out.append(f"{side}{word}")
                break
            if word.isalpha():
                out.append(f"{lang}{side}~{word[:STEM]}")
    around = words[max(0, at - LONGEST_LOOK) : at + LONGEST_LOOK]
    return out + [f"{lang}={word[:STEM]}" for word in around if len(word) > 3 and word.isalpha()]


def own_features(amount: Money | Percent) -> list[str]:
    """Unit, size and modifier of a sum of money; the sign of a percentage."""
    if isinstance(amount, Percent):
        return [f"sign:{amount.text[0] in SIGNS}"]
    value = min(abs(float(amount.value or 0)), LARGE)
    size = math.floor(math.log10(value)) if value else None
    out = [f"per:{amount.per}", f"modifier:{amount.modifier}", f"size:{size}"]
    return [*out, f"small:{amount.per}"] if 0 < value < SMALL else out


def neighbour_features(group: Group, index: int, ruled: Ruled) -> list[str]:
    """The rules' roles of the amounts of the same kind on either side, and the words that join them."""
    words, places = group.sentence.words, group.sentence.places
    at = places[group.amounts[index].id]
    out: list[str] = []
    for side, other in (("<", index - 1), (">", index + 1)):
        if not 0 <= other < len(group.amounts):
            out.append(f"{side}alone")
            continue
        there = places[group.amounts[other].id]
        role = ruled.get(group.amounts[other].id, NONE)[0]
        out.append(f"{side}role:{role}")
        if abs(at - there) - 1 <= JOINED:
            between = " ".join(words[min(at, there) + 1 : max(at, there)])
            out += [f"{side}role:{role}:{between}", f"{side}joined:{role}", f"{side}join:{between}"]
    return out


def read_features(
    text: str, lang: str, groups: Sequence[Group], ruled: Ruled, lexicon: RolesLexicon
) -> dict[str, set[str]]:
    """Features of every amount and percentage of the groups, by its id."""
    deal_words = min(4, count_deal_words(text, lexicon))
    out: dict[str, set[str]] = {}
    for group in groups:
        words = group.sentence.words
        for index, amount in enumerate(group.amounts):
            at = group.sentence.places[amount.id]
            role, score = ruled.get(amount.id, NONE)
            out[amount.id] = {
                "bias",
                f"deal words:{deal_words}",
                f"sentence:{min(2, group.number)}",
                *cue_features(at, group.near[amount.id]),
                *word_features(words, at, lang),
                *bin_score(f"rule:{role}", score),
                *own_features(amount),
                *neighbour_features(group, index, ruled),
            }
    return out
