"""Positions around a predicate: what they weigh, which role they give, and in which voice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dealextract.components.deal_lexicon import Form, Frame, Role
from dealextract.components.deal_references import References
from dealextract.components.deal_text import Reading

WEIGHTS = {
    "object": 1.0, "by": 1.0, "possessor": 0.9, "subject": 0.85, "to": 0.8, "from": 0.9, "of": 0.85,
    "on": 0.9, "for": 0.8, "with": 0.7, "in": 0.8, "shares": 0.95, "part": 0.7, "modifier": 0.6,
    "direct": 0.5,
}  # fmt: skip
SUPPORT = 0.7  # a subject of the verb that carries a noun ("X announced the sale")
PRONOUN, DESCRIBED = 0.7, 0.85  # trust in a reference against a name
REFERRED = 0.6  # weight of an object that is a reference
LEFT = 40  # words walked to the left for a subject


class Predicate(NamedTuple):
    """A word that names a deal, with its frame."""

    start: int
    end: int
    frame: Frame
    form: Form
    words: tuple[int, int]  # first word and the one after the last
    sentence: int


class Argument(NamedTuple):
    """An entity in a role, and how sure its position makes it."""

    entity: str
    role: Role
    weight: float
    position: str
    start: int
    end: int
    group: int = -1  # start of the first name of the list that it stands in


class Grounds:
    """What the finders of arguments share: the text, its references, and where its predicates are."""

    def __init__(self, reading: Reading, references: References, predicates: Iterable[Predicate]) -> None:
        self.reading = reading
        self.references = references
        self.lexicon = reading.patterns.lexicon
        known = list(predicates)
        self.strong = {w for p in known if not p.frame.weak for w in range(*p.words)}
        self.verbal = {w for p in known if p.form != "noun" for w in range(*p.words)}


def is_passive(g: Grounds, predicate: Predicate) -> bool:
    """True when the predicate is a participle that its subject undergoes.

    Decided by the auxiliary before it, or by the agent after it; a French participle alone is passive.
    """
    if predicate.form == "noun":
        return False
    lexicon, words = g.lexicon, g.reading.words
    first, last = g.reading.list_words(predicate.sentence)
    text = g.reading.text[predicate.start : predicate.end].lower().split()
    before = [words[i].form for i in range(max(first, predicate.words[0] - 4), predicate.words[0])]
    ending = any(text and t.endswith(lexicon.participle_endings) for t in text)
    if not (predicate.form == "participle" or ending):
        return False
    if any(text and text[0].startswith(r) for r in ("s'", "s’", "se ")):
        return False
    if before and before[-1] in lexicon.future:
        return False
    for form in reversed(before):
        if form in lexicon.reflexive:
            return False
        if form in lexicon.passive:
            return not reflexive_before(g, predicate.words[0], first)
        if form in lexicon.active:
            return False
    after = [words[i].form for i in range(predicate.words[1], min(last, predicate.words[1] + 2))]
    by = lexicon.prepositions["by"]
    if any(form in by for form in after[:1]):
        return True
    return lexicon.bare_participle_is_passive and predicate.form == "participle"


def reflexive_before(g: Grounds, at: int, first: int) -> bool:
    words = g.reading.words
    return any(words[i].form in g.lexicon.reflexive for i in range(max(first, at - 5), at))


def choose_role(roles: dict[str, Role], position: str, passive: bool) -> Role | None:
    if passive and position == "subject":
        position = "object"
    elif passive and position == "object":
        return None
    elif passive and position == "by":
        return roles.get("by") or roles.get("subject")
    return roles.get(position)


CLOSE_OWNER = frozenset('.;:!?«»“”"()[],—–')
