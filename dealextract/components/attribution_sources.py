"""What kind of source speaks, and which entity of the document it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from dealextract.components.attribution_acts import SILENT, Act, Piece
from dealextract.components.attribution_lexicon import Grammar
from dealextract.records import Name, SourceType

BY_LABEL: dict[str, SourceType] = {
    "PERSON": "person",
    "MEDIA": "media",
    "COMPANY": "company",
    "PUBLIC_BODY": "public_body",
}
LABELS: dict[SourceType, str] = {kind: label for label, kind in BY_LABEL.items()}
FURTHEST_LISTENER = 80  # characters
SURE = 0.85  # from here on the tagger's type of a source is better than its words
SURE_NAME = 0.9  # a name surer than this settles the type of a source that is no more than it
LEAST_EXPERTS = 0.6  # from here on the tagger says better whether experts speak for their firm
# Which types a pronoun can take up; no entry: any.
INHERITED: dict[str, frozenset[SourceType]] = {
    "human": frozenset({"person", "anonymous"}),
    "person": frozenset({"person", "anonymous", "company", "public_body"}),
    "thing": frozenset({"company", "public_body", "media", "document"}),
}
FALLBACK: dict[str, SourceType] = {"human": "person", "person": "person", "thing": "company"}
ENTITY_TYPES = frozenset(BY_LABEL.values())


class Speakers:
    """Types and entities of the sources of one document, read in text order."""

    def __init__(self, text: str, names: Sequence[Name], grammar: Grammar) -> None:
        self.text = text
        self.names = names  # in text order
        self.starts = [n.start for n in names]
        self.grammar = grammar

    def names_in(self, source: Piece) -> list[Name]:
        """The names inside a source."""
        first = bisect_left(self.starts, source.start)
        return [n for n in self.names[first : bisect_left(self.starts, source.end)] if n.end <= source.end]

    def classify(self, source: Piece) -> SourceType | None:
        """The type that the words of a source give; None for a pronoun or when they do not tell."""
        phrase, grammar = self.text[source.start : source.end], self.grammar
        if grammar.pronoun_kind(phrase):
            return None
        names = self.names_in(source)
        labels = [n.label for n in names]
        owned = grammar.owner.search(phrase)
        if owned and not any(
            n.label == "PERSON" and n.end <= source.start + owned.start() and "," in phrase for n in names
        ):
            # "Corbin's statement", "the group's lawyers": what is owned speaks.
            head = self.find_head(phrase[owned.end() :])
            person = any(n.label == "PERSON" and n.start >= source.start + owned.end() for n in names)
            if head is not None and not person and head != "person":
                return head
        if grammar.title.match(phrase):
            return "person"
        if "PERSON" in labels:
            first = self.find_head(
                phrase[: next(n.start for n in names if n.label == "PERSON") - source.start]
            )
            return "document" if first == "document" else "person"
        if grammar.spokesperson.search(phrase):
            behind = self.find_head(grammar.spokesperson.sub(" ", phrase))
            if not names:
                return behind if behind in ("public_body", "other", "company") else None
            return "company" if "COMPANY" in labels else "public_body" if "PUBLIC_BODY" in labels else behind
        first_name = names[0].start - source.start if names else len(phrase)
        head = self.find_head(phrase[:first_name] if names else phrase)
        single, score = grammar.single.match(phrase), source.score or 0.0
        if not names and grammar.indefinite.match(phrase):
            unnamed = source.type == "anonymous" and single
            if head == "person" or (head == "other" and single) or unnamed:
                return "anonymous"  # "un avocat", "one planner": somebody, not a class
        if names and "MEDIA" not in labels and names[0].start > source.start:
            if head in ("other", "person") and single:
                return "anonymous"  # "un courtier de Brume Capital"
            if head == "other" and grammar.experts.search(phrase[:first_name]) and score >= LEAST_EXPERTS:
                return source.type or head  # "les analystes de Brume Capital": a class, or their firm
        if head is not None and (not names or head in ("document", "anonymous", "other")):
            if head == "document" and labels and labels[-1] == "MEDIA":
                return "media"
            return head
        if names:
            tail = phrase[names[-1].end - source.start :]
            behind = self.find_head(tail) if len(tail.split()) <= 3 and "," not in tail else None
            return (
                behind if behind in ("document", "anonymous", "other", "person") else BY_LABEL[names[0].label]
            )
        return head

    def decide_type(self, act: Act, earlier: Sequence[tuple[Act, str | None]]) -> SourceType:
        """The type of the source of an act: the tagger's, else from its words, else from its antecedent."""
        source = act.source
        if source is None:
            return "other"
        phrase = self.text[source.start : source.end]
        pronoun = self.grammar.pronoun_kind(phrase)
        # "il" and "it" take up firms as well as persons: only what they take up tells.
        sure = source.type is not None and (source.score or 0.0) >= SURE
        if (label := self.sole_name(source)) is not None:
            return label
        if source.type and sure and pronoun in (None, "human"):
            return source.type
        kind = self.classify(source)
        if kind is not None:
            return kind
        if pronoun is None:
            spoken = self.grammar.spokesperson.search(phrase)
            kind = self.inherit(source, earlier, "spokesperson") if spoken else None
            return kind or source.type or ("company" if spoken else "other")
        if sure and source.type == "person" and pronoun == "person":
            return self.inherit(source, earlier, "human") or "person"
        return self.inherit(source, earlier, pronoun) or source.type or FALLBACK.get(pronoun, "other")

    def sole_name(self, source: Piece) -> SourceType | None:
        """The type that a sure name gives when the source is that name, or a spokesperson and that name."""
        names = self.names_in(source)
        if len(names) != 1 or (names[0].score or 0.0) < SURE_NAME:
            return None
        phrase, name = self.text[source.start : source.end], names[0]
        rest = phrase[: name.start - source.start] + phrase[name.end - source.start :]
        words = [w for w in rest.split() if not self.grammar.determiner.fullmatch(w)]
        if not words or (name.label != "PERSON" and self.grammar.spokesperson.fullmatch(" ".join(words))):
            return BY_LABEL[name.label]
        return None

    def inherit(
        self, source: Piece, earlier: Sequence[tuple[Act, str | None]], pronoun: str
    ) -> SourceType | None:
        """The type of the nearest source before that a pronoun of this kind can take up."""
        allowed = INHERITED.get(pronoun)
        for before, _ in reversed(earlier[-5:]):
            other = before.source
            if other is None or other.end > source.start or source.start - other.end > 1200:
                continue
            phrase = self.text[other.start : other.end]
            speaks_for = self.grammar.spokesperson.search(phrase)
            if pronoun == "spokesperson" and not speaks_for:
                continue
            # "she" takes up a spokeswoman, whose words are her firm's.
            human = pronoun == "human" and (speaks_for or self.grammar.pronoun_kind(phrase) == "human")
            if allowed and before.source_type not in allowed and not human:
                continue
            return before.source_type
        return None

    def find_listener(self, act: Act) -> str | None:
        """The outlet that is told: "told Reuters", "a confié à l'AFP", "in an interview with the BBC"."""
        if act.kind != "verb" or act.stance in SILENT:
            return None
        text, grammar = self.text, self.grammar
        source = act.source
        for at in {act.end, act.group[1]}:
            first = bisect_left(self.starts, at)
            near = next((n for n in self.names[first : first + 2] if n.label == "MEDIA"), None)
            if near is None or near.start - at > FURTHEST_LISTENER:
                continue
            if source is not None and source.start <= near.start < source.end:
                continue
            between = (at, near.start)
            tells = at == act.end and grammar.tells.search(text, act.start, act.end)
            if (
                grammar.told.fullmatch(text, *between)
                or grammar.interview.fullmatch(text, *between)
                or (tells and grammar.told_bare.fullmatch(text, *between))
            ):
                return near.entity
        return None

    def find_head(self, phrase: str) -> SourceType | None:
        """The type of the speaker noun that stands first in a phrase."""
        found: list[tuple[int, int, SourceType]] = [
            (match.start(), -len(match.group()), kind)
            for kind, pattern in self.grammar.speakers.items()
            for match in pattern.finditer(phrase)
        ]
        if not found:
            return None
        if self.grammar.lexicon.head_last:
            # "the government proposal of May": the last noun before a preposition is the head.
            stop = self.grammar.affiliation_inside.search(phrase)
            last = [f for f in found if stop is None or f[0] < stop.start()]
            return max(last or [min(found)], key=lambda f: (f[0] - f[1], -f[0]))[2]
        stop = self.grammar.affiliation_inside.search(phrase, 1)
        first = min(found)
        # "les commissaires aux comptes": a noun of the complement is no head.
        return first[2] if stop is None or first[0] <= stop.start() else None

    def resolve(self, act: Act, earlier: Sequence[tuple[Act, str | None]]) -> str | None:
        """The entity that speaks; a pronoun or "the group" is followed back to its name, None when unsure.

        `earlier` holds the acts before this one with their entities.
        """
        source = act.source
        if source is None:
            return None
        phrase = self.text[source.start : source.end]
        label = LABELS.get(act.source_type)
        names = self.names_in(source)
        if names:
            fit = [n for n in names if n.label == label]
            if fit:
                return fit[0].entity
            return (
                names[0].entity
                if act.source_type in ENTITY_TYPES and len({n.entity for n in names}) == 1
                else None
            )
        if label is None:
            return None
        kind = self.grammar.pronoun_kind(phrase)
        if kind == "group" or (kind is None and not self.grammar.definite.match(phrase)):
            return None
        return self.find_antecedent(source, label, earlier, pronoun=kind is not None)

    def find_antecedent(
        self, source: Piece, label: str, earlier: Sequence[tuple[Act, str | None]], *, pronoun: bool
    ) -> str | None:
        """The entity of the nearest compatible source or name before a pronoun or a definite phrase."""
        spoken: tuple[int, str | None] = (-1, None)
        for act, entity in reversed(earlier[-12:]):
            if (
                act.source is not None
                and LABELS.get(act.source_type) == label
                and act.source.end <= source.start
            ):
                spoken = (act.source.end, entity)
                break
        last = bisect_left(self.starts, source.start)
        before = [
            n for n in self.names[max(0, last - 60) : last] if n.end <= source.start and n.label == label
        ]
        near = before[-1] if before else None
        # A speaker goes on speaking: the last source of the same kind wins over names that it mentions.
        if pronoun and spoken[1] is not None and source.start - spoken[0] < 900:
            return spoken[1]
        if near is None or source.start - near.end > 700:
            return spoken[1]
        recent = {n.entity for n in before if source.start - n.end <= 300}
        if len(recent) > 1 and not pronoun:
            return spoken[1] if spoken[1] in recent else None
        return near.entity if label != "PERSON" or len(recent) <= 1 else spoken[1]
