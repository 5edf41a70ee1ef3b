"""Hedges: the tagger's spans joined with cue lexicon and verb forms; type, hearsay, strength, scope.

`strength` says how far from fact a hedge puts its proposition, 0 (fact) to 1 (denied):
0.3 expected or conditional on a formality, 0.4 probable, 0.5 possible, in talks or hearsay,
0.6 wished or considered, 0.7 rumour, 1.0 denied. Two hedges on one proposition, as in
"would reportedly consider", multiply their doubts: 1 - (1 - a)(1 - b).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from spacy.language import Language
from spacy.tokens import Doc, Span

from dealextract import spans
from dealextract.components.sentences import LanguageLexicon, sentence_starts
from dealextract.hedging_rules import Candidate, HedgingLexicon, HedgingRules, Sentence, both
from dealextract.lexicon import load_lexicon
from dealextract.records import Hedge

STRENGTH = {
    "reported": 0.5,
    "possible": 0.5,
    "negotiation": 0.5,
    "intention": 0.6,
    "condition": 0.3,
    "negated": 1.0,
}
# Trust from which a cue's type and extent go before those of the tagger.
SURE = 0.85
DIRECTION = {"condition": "sentence"}


class Ranged(Protocol):
    """Anything with a start and an end."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Seen(NamedTuple):
    """A hedge before its strength and scope are known; `cue` is the rule behind it, if one is."""

    start: int
    end: int
    type: str
    reported: bool
    score: float | None
    cue: Candidate | None


def touch(a: Ranged, b: Ranged) -> bool:
    """True when two ranges share a character."""
    return a.start < b.end and b.start < a.end


class HedgingComponent:
    """Writes the layer `hedges`."""

    def __init__(self, lang: str, *, alone: float, beside: float, keep: float) -> None:
        self.rules = HedgingRules(load_lexicon(lang, "hedging", HedgingLexicon))
        self.abbreviations = frozenset(load_lexicon(lang, "language", LanguageLexicon).abbreviations)
        self.alone = alone
        self.beside = beside
        self.keep = keep

    def __call__(self, doc: Doc) -> Doc:
        text = spans.read_text(doc)
        names = [(name["start"], name["end"]) for name in spans.store(doc).get("names", ())]
        tagged = [t for t in spans.read_tagged(doc, "hedges") if t.start < t.end]
        marks = [t.start for t in tagged]
        hearsay = spans.read_tagged(doc, "reported")
        least = self.beside if spans.was_tagged(doc) else self.alone
        seen: list[tuple[Sentence, Seen]] = []
        for start, end in self.sentences(doc):
            sentence, found = self.rules.find(text, start, end)
            found = [c for c in found if not overlaps_any(c.start, c.end, names)]
            here = tagged[bisect_left(marks, start) : bisect_left(marks, end)]
            if found or here:
                seen += [(sentence, hedge) for hedge in self.joined(found, here, hearsay, least)]
        seen.sort(key=lambda item: (item[1].start, item[1].end))
        ids = spans.number_ids("hedges", len(seen))
        hedges = [
            self.record(text, id, sentence, hedge) for id, (sentence, hedge) in zip(ids, seen, strict=True)
        ]
        spans.write_layer(doc, "hedges", hedges)
        return doc

    def sentences(self, doc: Doc) -> list[tuple[int, int]]:
        """Character ranges of the sentences; by signs alone when no component has set them."""
        if doc.has_annotation("SENT_START"):
            starts = [sent.start_char for sent in doc.sents] or [0]
        else:
            starts = sentence_starts(spans.read_text(doc), self.abbreviations)
        return list(zip(starts, [*starts[1:], len(spans.read_text(doc))], strict=True))

    def joined(
        self,
        found: Sequence[Candidate],
        tagged: Sequence[spans.Tagged],
        hearsay: Sequence[spans.Tagged],
        least: float,
    ) -> Iterator[Seen]:
        """One sentence's hedges: what the tagger sees, what the lexicon is sure of, each span once."""
        for cue in found:
            marks = [t for t in tagged if touch(t, cue)]
            best = max(marks, key=lambda t: t.score, default=None)
            heard = cue.reported or any(touch(t, cue) for t in hearsay)
            if best is None:
                if cue.trust >= least:
                    yield Seen(cue.start, cue.end, cue.type, cue.reported, None, cue)
            elif cue.trust < SURE and best.score > cue.trust:
                yield Seen(best.start, best.end, best.type, heard, best.score, cue)
            else:
                # A sure cue names type and extent better than the tagger does.
                yield Seen(cue.start, cue.end, cue.type, heard, best.score, cue)
        for mark in tagged:
            if mark.score >= self.keep and not any(touch(mark, cue) for cue in found):
                heard = any(touch(t, mark) for t in hearsay)
                yield Seen(mark.start, mark.end, mark.type, heard, mark.score, None)

    def record(self, text: str, id: str, sentence: Sentence, seen: Seen) -> Hedge:
        """The record of a hedge, with strength and scope."""
        start, end, kind, reported, score, cue = seen
        same = cue if cue and cue.type == kind else None
        strength = same.strength if same and same.strength is not None else STRENGTH[kind]
        if reported and kind not in ("reported", "negated") and not (same and same.reported):
            strength = both([strength, STRENGTH["reported"]])
        scope = self.scope(sentence, start, end, same.direction if same else DIRECTION.get(kind, "clause"))
        why = " + ".join(filter(None, ("tagger" if score is not None else None, cue.why if cue else None)))
        return Hedge.model_validate({
            "id": id, "start": start, "end": end, "text": text[start:end], "type": kind, "scope": scope,
            "why": why, "reported": reported or kind == "reported", "strength": strength, "score": score,
        })  # fmt: skip

    def scope(self, sentence: Sentence, start: int, end: int, direction: str) -> tuple[int, int]:
        """Characters of the proposition that the hedge at [start, end) bears on."""
        words = sentence.words
        first = bisect_right(words, start, key=lambda w: w.end)
        last = bisect_left(words, end, key=lambda w: w.start)
        if first >= last:
            return start, end
        first, last = self.rules.clauses.scope(words, first, last, direction, sentence.quotations)
        return min(start, words[first].start), max(end, words[last - 1].end)


def overlaps_any(start: int, end: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """True when [start, end) lies inside one of the ranges, sorted and not overlapping.

    >>> overlaps_any(2, 4, [(0, 5)]), overlaps_any(5, 6, [(0, 5)])
    (True, False)
    """
    at = bisect_right(ranges, (start, float("inf"))) - 1
    return at >= 0 and ranges[at][0] <= start and end <= ranges[at][1]


def hedges_over(hedges: Iterable[Hedge], start: int, end: int) -> list[Hedge]:
    """The hedges that bear on the characters [start, end): their scope holds at least half of them.

    >>> from dealextract.records import Hedge
    >>> h = Hedge(id="H1", start=2, end=5, text="may", type="possible", scope=(0, 20))
    >>> [x.id for x in hedges_over([h], 10, 14)], hedges_over([h], 18, 30)
    (['H1'], [])
    """
    over = []
    for hedge in hedges:
        low, high = hedge.scope or (hedge.start, hedge.end)
        if 2 * (min(end, high) - max(start, low)) >= max(1, end - start):
            over.append(hedge)
    return over


def get_hedges(span: Span) -> list[Hedge]:
    """What hedges a token span: the records of `doc`'s hedges whose scope holds it."""
    hedges = spans.read_layer(span.doc, "hedges", Hedge)
    return hedges_over(hedges, span.start_char, span.end_char)


def register_hedges() -> None:
    """Set the read-only getter `Span._.hedges`; calling it again changes nothing."""
    if not Span.has_extension("hedges"):
        Span.set_extension("hedges", getter=get_hedges)


@Language.factory(
    "dealextract_hedging",
    assigns=["doc.spans"],
    default_config={"alone": 0.55, "beside": 0.75, "keep": 0.85},
)
def make_hedging(nlp: Language, name: str, alone: float, beside: float, keep: float) -> HedgingComponent:
    """The hedging component of the pipeline's language.

    alone: least trust of a cue where no tagger ran; beside: least trust of a cue that the tagger
    passed over; keep: least score of a tagger's span without a cue.
    """
    register_hedges()
    return HedgingComponent(nlp.lang or "", alone=alone, beside=beside, keep=keep)
