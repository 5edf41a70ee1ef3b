"""Events: the places where a text speaks of a deal, from the tagger's triggers and from the lexicon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.deal_lexicon import Hit, Role
from dealextract.components.deal_positions import Argument, Predicate
from dealextract.components.deal_text import Reading

Fills = dict[str, dict[Role, float]]  # entity -> role -> weight

MOST = 400  # events of one text; what stands beyond is no article
FIRM = 0.43  # weight of a party that helps to make a deal without the tagger
SURE = 0.5  # score from which a trigger needs no second witness
COMMONEST = "acquisition"  # the type that a tagger short of examples falls back on


@dataclass
class Event:
    """A predicate with the deal that it speaks of, as far as its own sentence tells."""

    predicate: Predicate
    type: str
    score: float
    tagged: bool
    status: dict[str, float] = field(default_factory=dict)
    fills: Fills = field(default_factory=dict)
    mentions: list[Argument] = field(default_factory=list)
    remote: list[tuple[Argument, float]] = field(default_factory=list)  # mentions from other sentences
    terms: dict[int, dict[str, float]] | None = None  # start of a figure -> term -> probability
    tagged_type: str = ""
    part: bool = False  # a unit or a share without a name is what is traded
    known: bool = False  # a word of the tagger that is in the lexicon too
    best: float = 0.0  # how far the tagger takes it for the word that tells its deal best
    supported: int = 0  # parties that position and tagger agree on

    @property
    def firm(self) -> bool:
        """True when the event alone makes a deal: a sure trigger, or two parties that complete each other."""
        return (self.tagged and self.score >= SURE) or self.whole

    @property
    def whole(self) -> bool:
        """True when two parties complete each other: who buys and what, who sells and what, two partners."""
        if self.predicate.frame.weak and not self.tagged:
            return False
        roles = [
            max(r, key=lambda k: r[k]) for r in self.fills.values() if max(r.values(), default=0.0) >= FIRM
        ]
        sides = set(roles)
        if roles.count("partner") >= 2 or ("target" in sides and sides & {"acquirer", "seller"}):
            return True
        return self.part and {"acquirer", "seller"} <= sides

    @property
    def start(self) -> int:
        return self.predicate.start

    @property
    def sentence(self) -> int:
        return self.predicate.sentence

    def add(self, argument: Argument, weight: float) -> None:
        """Count a mention in a role: the best evidence, and a little of every other."""
        roles = self.fills.setdefault(argument.entity, {})
        old = roles.get(argument.role, 0.0)
        roles[argument.role] = max(old, weight) + 0.15 * min(old, weight)
        self.mentions.append(argument)


def make_events(doc: Doc, reading: Reading) -> list[Event]:
    """An event for each word that the tagger takes for a deal, and for each predicate that it missed."""
    hits = reading.patterns.find_hits(reading.text, reading.list_forms())
    statuses = [*spans.read_tagged(doc, "statuses"), *spans.read_tagged(doc, "mention_statuses")]
    triggers = [t for t in spans.read_tagged(doc, "triggers") if reading.text[t.start : t.end].strip()]
    rated = [*triggers, *spans.read_tagged(doc, "mention_triggers")]
    events: list[Event] = []
    for word in join_words(triggers, spans.read_tagged(doc, "mentions")):
        hit = find_hit(hits, word, reading)
        predicate = make_predicate(reading, hit.start, hit.end, hit)
        if any(e.start < predicate.end and predicate.start < e.predicate.end for e in events):
            continue
        status: dict[str, float] = {}
        for s in statuses:
            if s.start < word.end and word.start < s.end:
                status[s.type] = max(status.get(s.type, 0.0), s.score)
        kind = choose_type(word, hit, reading)
        best = max((t.score for t in rated if t.start < word.end and word.start < t.end), default=0.0)
        events.append(
            Event(
                predicate,
                kind,
                word.score,
                True,
                status,
                tagged_type=word.type,
                known=hit in hits,
                part=has_part(reading, predicate),
                best=best,
            )
        )
    taken = [(e.predicate.start, e.predicate.end) for e in events]
    for hit in hits:
        if any(hit.start < end and start < hit.end for start, end in taken):
            continue
        predicate = make_predicate(reading, hit.start, hit.end, hit)
        events.append(Event(predicate, hit.frame.type, 0.4, False, part=has_part(reading, predicate)))
    first = sorted(events, key=lambda e: (not e.tagged, e.start))[:MOST]
    return sorted(first, key=lambda e: e.start)


def join_words(triggers: Sequence[spans.Tagged], mentions: Sequence[spans.Tagged]) -> list[spans.Tagged]:
    """The words that mean a deal, in text order: the mentions, and the triggers that overlap none.

    >>> debut, listing = spans.Tagged(0, 5, "ipo", 0.4), spans.Tagged(0, 6, "ipo", 0.9)
    >>> loan = spans.Tagged(8, 9, "debt", 0.5)
    >>> join_words([debut, loan], [listing]) == [listing, loan]
    True
    """
    apart = [t for t in triggers if not any(t.start < m.end and m.start < t.end for m in mentions)]
    return sorted([*mentions, *apart])


def choose_type(trigger: spans.Tagged, hit: Hit, reading: Reading) -> str:
    """The type of a trigger: the tagger's, unless it only says the commonest one and the word says more."""
    if trigger.type != COMMONEST or hit.frame.type == COMMONEST:
        return trigger.type
    return hit.frame.type


def find_hit(hits: Sequence[Hit], trigger: spans.Tagged, reading: Reading) -> Hit:
    """The lexicon's predicate under a trigger, else the frame of the trigger's type."""
    best = max(
        (h for h in hits if h.start < trigger.end and trigger.start < h.end),
        key=lambda h: min(h.end, trigger.end) - max(h.start, trigger.start),
        default=None,
    )
    if best:
        return best
    frame = reading.patterns.by_type.get(trigger.type) or reading.patterns.by_type["acquisition"]
    at = reading.find_word(trigger.start) - 1
    before = reading.words[at].form if at >= 0 else ""
    noun = before in reading.patterns.lexicon.determiners or not frame.verb_roles
    return Hit(trigger.start, trigger.end, frame, "noun" if noun else "verb")


def has_part(reading: Reading, predicate: Predicate) -> bool:
    """True when a unit or a share is named near the predicate."""
    window = reading.text[max(0, predicate.start - 60) : predicate.end + 90]
    return bool(reading.patterns.parts.search(window))


def make_predicate(reading: Reading, start: int, end: int, hit: Hit) -> Predicate:
    first = reading.find_word(start)
    last = reading.find_word(max(start, end - 1))
    form = "participle" if hit.form == "noun" and is_undergone(reading, first, last) else hit.form
    return Predicate(start, end, hit.frame, form, (first, last + 1), reading.find_sentence(start))


def is_undergone(reading: Reading, first: int, last: int) -> bool:
    """True where a word that is noun and participle is the participle: "est reprise", "X, reprise par Y"."""
    words, lexicon = reading.words, reading.patterns.lexicon
    if not words[last].form.endswith(lexicon.participle_endings) or first == 0:
        return False
    before, after = words[first - 1], words[last + 1].form if last + 1 < len(words) else ""
    if before.form in lexicon.passive:
        return True
    return (before.name >= 0 or before.form in (",", "(")) and after in lexicon.prepositions["by"]
