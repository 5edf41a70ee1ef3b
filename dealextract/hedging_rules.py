"""Hedges by lexicon and context alone: cues resolved, joined and told from their look-alikes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from dealextract.clauses import ClauseFinder, ScopeLexicon, find_quotation, list_quotations
from dealextract.cues import WORD, CueEngine, CueLexicon, Match, Word, is_plain, resolve
from dealextract.lexicon import Lexicon

SHORT_QUOTE = 4
NEAR = 60  # words on either side of a verb that can tell what its conditional means


class ConditionalLexicon(Lexicon):
    """Contexts in which a conditional form is not hearsay."""

    forms: tuple[str, ...]
    past_saying: tuple[str, ...]
    complementisers: tuple[str, ...]
    counterfactual: tuple[str, ...]
    unreal_first: tuple[str, ...]
    modal_participles: tuple[str, ...]


class HedgingLexicon(CueLexicon):
    """`hedging.toml`: hedging cues, what their span takes in, and what closes their scope."""

    left: tuple[str, ...]
    between: tuple[str, ...]
    name_like: tuple[str, ...]
    conditional: ConditionalLexicon
    scope: ScopeLexicon


@dataclass(frozen=True)
class Candidate:
    """A hedge found by rule: words [first, last) of one sentence and its characters [start, end)."""

    first: int
    last: int
    start: int
    end: int
    type: str
    reported: bool
    trust: float
    strength: float | None
    direction: str
    grow: bool
    why: str


class Sentence(NamedTuple):
    """The words of a sentence, and the words of the marks of its quotations."""

    words: list[Word]
    quotations: Sequence[tuple[int, int]]


class HedgingRules:
    """Finds hedges in a sentence."""

    def __init__(self, lexicon: HedgingLexicon) -> None:
        self.engine = CueEngine(lexicon)
        self.clauses = ClauseFinder(lexicon.scope, lexicon.classes.get("adv", ()))
        self.left = frozenset(lexicon.left)
        self.between = frozenset(lexicon.between)
        self.name_like = frozenset(lexicon.name_like)
        self.forms = frozenset(lexicon.conditional.forms)
        self.past_saying = frozenset(lexicon.conditional.past_saying)
        self.complementisers = frozenset(lexicon.conditional.complementisers)
        self.counterfactual = frozenset(lexicon.conditional.counterfactual)
        self.unreal_first = frozenset(lexicon.conditional.unreal_first)
        self.relatives = frozenset(lexicon.scope.relatives)
        self.modal_participles = frozenset(lexicon.conditional.modal_participles)

    def find(self, text: str, start: int, end: int) -> tuple[Sentence, list[Candidate]]:
        """The sentence text[start:end], and its hedges in order, not overlapping."""
        words = [
            Word(*m.span(), m.group().lower().replace("’", "'")) for m in WORD.finditer(text, start, end)
        ]
        matches = [m for m in self.engine.find(words) if not self.is_name(text, words, m)]
        if not matches:
            return Sentence(words, ()), []
        sentence = Sentence(words, list_quotations(words))
        found = [self.candidate(words, match, text) for match in resolve(matches)]
        kept = [c for c in found if not (c.type == "reported" and self.is_no_hearsay(sentence, c))]
        joined: list[Candidate] = []
        for hedge in self.join(text, words, kept):
            joined.append(self.grown(words, hedge, joined[-1].last if joined else 0))
        return sentence, joined

    def candidate(self, words: Sequence[Word], match: Match, text: str) -> Candidate:
        """The match as a hedge."""
        first = next(i for i in range(match.first, match.last) if words[i].start >= match.start)
        last = next(i for i in range(match.last, match.first, -1) if words[i - 1].end <= match.end)
        cue = match.cue
        reported = cue.reported or cue.type == "reported"
        why = f"cue {text[match.start : match.end].lower()!r}"
        return Candidate(
            first=first,
            last=last,
            start=match.start,
            end=match.end,
            type=cue.type,
            reported=reported,
            trust=cue.trust,
            strength=cue.strength,
            direction=cue.direction,
            grow=cue.grow,
            why=why,
        )

    def grown(self, words: Sequence[Word], hedge: Candidate, least: int) -> Candidate:
        """The hedge with auxiliaries and negation on its left taken in, not beyond word `least`."""
        first = hedge.first
        while (
            first > least and hedge.grow and not self.left.isdisjoint(self.engine.keys(words[first - 1].norm))
        ):
            first -= 1
        return replace(hedge, first=first, start=words[first].start)

    def is_name(self, text: str, words: Sequence[Word], match: Match) -> bool:
        """True for a capitalised "May" in running text."""
        if match.last - match.first > 2 or words[match.first].norm not in self.name_like:
            return False
        return (
            text[words[match.first].start].isupper()
            and not text[words[match.first].start : words[match.first].end].isupper()
        )

    def is_no_hearsay(self, sentence: Sentence, hedge: Candidate) -> bool:
        """True where a conditional form is future in the past, counterfactual or speech in quotes."""
        words = sentence.words
        verb = next(
            (
                i
                for i in range(hedge.first, hedge.last)
                if not self.forms.isdisjoint(self.engine.keys(words[i].norm))
            ),
            None,
        )
        if verb is None:
            return False
        if any(w.norm in self.modal_participles for w in words[verb : hedge.last + 1]):
            return True
        low, high = max(0, verb - NEAR), verb + NEAR
        if any(self.is_unreal(words, i, verb) for i in range(low, min(high, len(words)))):
            return True
        said = False
        for i in range(low, verb):
            norm = words[i].norm
            if norm in (";", ":", ".") or (norm in self.relatives and i and words[i - 1].norm == ","):
                said = False  # a relative clause behind a comma is the journalist's own
            elif norm in self.complementisers and any(
                w.norm in self.past_saying for w in words[max(0, i - 5) : i]
            ):
                said = True
        return said or self.is_speech(sentence, verb)

    def is_unreal(self, words: Sequence[Word], at: int, verb: int) -> bool:
        """True for a word that makes the verb unreal: "si" with its clause, "sans …" set before the verb."""
        norm = words[at].norm
        if norm in self.unreal_first:
            return at < verb and (at == 0 or not is_plain(words, at - 1))
        follows = words[at + 1].norm if at + 1 < len(words) else ""
        return norm in self.counterfactual or f"{norm}{follows}" in self.counterfactual

    def is_speech(self, sentence: Sentence, at: int) -> bool:
        """True in a quotation longer than a few words: there the conditional is the speaker's own."""
        quotation = find_quotation(sentence.quotations, at)
        return quotation is not None and quotation[1] - quotation[0] > SHORT_QUOTE

    def join(self, text: str, words: Sequence[Word], found: Sequence[Candidate]) -> list[Candidate]:
        """Neighbours in one verb group become one hedge with the type of its head."""
        out: list[Candidate] = []
        for hedge in found:
            before = out[-1] if out else None
            if before and self.touch(words, before.last, hedge.first):
                if hedge.type == "negotiation" or (before.type == "reported" and hedge.type != "reported"):
                    if before.type in ("reported", "possible", "intention"):
                        out[-1] = self.united(text, words, before, hedge, hedge)
                        continue
                elif before.type == "reported" or (
                    hedge.type == "reported" and hedge.first - before.last <= 1
                ):
                    out[-1] = self.united(text, words, before, hedge, before)
                    continue
                elif before.type == "possible" and hedge.type in ("intention", "possible"):
                    out[-1] = (
                        before
                        if hedge.type == "intention"
                        else self.united(text, words, before, hedge, before)
                    )
                    continue
            out.append(hedge)
        return out

    def touch(self, words: Sequence[Word], end: int, start: int) -> bool:
        return start - end <= 4 and all(
            not self.between.isdisjoint(self.engine.keys(w.norm)) for w in words[end:start]
        )

    def united(
        self, text: str, words: Sequence[Word], a: Candidate, b: Candidate, head: Candidate
    ) -> Candidate:
        first, last = min(a.first, b.first), max(a.last, b.last)
        strengths = [c.strength for c in (a, b) if c.strength is not None]
        return replace(
            head,
            first=first,
            last=last,
            start=words[first].start,
            end=words[last - 1].end,
            reported=a.reported or b.reported,
            trust=max(a.trust, b.trust),
            grow=a.grow or b.grow,
            strength=both(strengths),
            why=f"{a.why} + {b.why}",
        )


def both(strengths: Iterable[float]) -> float | None:
    """How far from fact two hedges on one proposition put it: doubts multiply.

    >>> both([0.5, 0.6])
    0.8
    """
    left, some = 1.0, False
    for strength in strengths:
        left, some = left * (1 - strength), True
    return round(1 - left, 2) if some else None
