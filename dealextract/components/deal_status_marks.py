"""Which cues, hedges and stances speak of which deal: a mark goes to the nearest event of its sentence.

In "A agreed to buy B, while C withdrew its bid for D" the withdrawal is no word on the first deal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_features import Context
from dealextract.components.deal_tense import REACH, Tenses

BREAK_COST, COMMA_COST = 6, 2  # words that a clause break, a comma is worth
HARD = frozenset(".;:!?—–()")


class StatusMark(NamedTuple):
    """A cue, hedge or stance; the name of a cue ends in its mode when it is negated, doubtful or ahead."""

    start: int
    end: int
    name: str


class StatusMarks:
    """The marks of an article by sentence, each with the deals that it can be about."""

    def __init__(self, clusters: Sequence[Cluster], context: Context, tenses: Tenses) -> None:
        self.context, self.tenses = context, tenses
        self.reading = context.reading
        lexicon = context.grounds.lexicon
        self.breaks = {*lexicon.breaks, *lexicon.references.relatives}
        self.events: dict[int, list[tuple[int, int, int]]] = {}
        for cluster in clusters:
            for event in cluster.events:
                self.events.setdefault(event.sentence, []).append((*event.predicate.words, id(cluster)))
        self.costs: dict[int, list[int]] = {}
        self.kept: dict[int, list[tuple[StatusMark, frozenset[int]]]] = {}

    def list_marks(self, sentence: int, cluster: Cluster) -> list[StatusMark]:
        """The marks of a sentence that can be about a deal; all of them where no deal has an event."""
        if sentence not in self.kept:
            self.kept[sentence] = list(self.read_sentence(sentence))
        return [mark for mark, owners in self.kept[sentence] if not owners or id(cluster) in owners]

    def read_sentence(self, sentence: int) -> Iterator[tuple[StatusMark, frozenset[int]]]:
        """Each mark of a sentence with the id()s of the deals whose events stand nearest to it."""
        events = self.events.get(sentence, ())
        for start, end, name in sorted(self.context.marks.get(sentence, ())):
            first, last = self.reading.find_word(start), self.reading.find_word(end - 1) + 1
            gaps = [(self.measure(sentence, first, last, a, b), owner) for a, b, owner in events]
            least = min((gap for gap, _ in gaps), default=0)
            owners = frozenset(owner for gap, owner in gaps if gap == least)
            mode = self.find_mode(sentence, first) if name.startswith("cue:") else ""
            yield StatusMark(start, end, name + mode), owners

    def measure(self, sentence: int, first: int, last: int, a: int, b: int) -> int:
        """Words between a mark and an event, clause breaks counted several times."""
        left, right = (last, a) if first < a else (b, first)
        if right <= left:
            return 0
        begin, _ = self.reading.list_words(sentence)
        costs = self.count_costs(sentence)
        return costs[min(right - begin, len(costs) - 1)] - costs[min(max(0, left - begin), len(costs) - 1)]

    def count_costs(self, sentence: int) -> list[int]:
        """Running sums of what it costs to walk over the words of a sentence."""
        if sentence not in self.costs:
            sums = [0]
            first, last = self.reading.list_words(sentence)
            for word in self.reading.words[first:last]:
                far = word.form in self.breaks or word.form in HARD
                sums.append(sums[-1] + (BREAK_COST if far else COMMA_COST if word.form == "," else 1))
            self.costs[sentence] = sums
        return self.costs[sentence]

    def find_mode(self, sentence: int, at: int) -> str:
        """How real the cue at a word is, as an ending of its name."""
        begin, _ = self.reading.list_words(sentence)
        words = self.reading.words
        form = words[at].form
        if form in self.tenses.by_form:
            return ""
        before = [w.form for w in words[max(begin, at - REACH) : at]]
        mode = self.tenses.read(before, form).mode
        return f"~{mode}" if mode else ""
