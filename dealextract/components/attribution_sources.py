"""What kind of source speaks, and which entity of the document it is."""

from __future__ import annotations

from collections.abc import Sequence

from dealextract.components.attribution_lexicon import Grammar
from dealextract.components.attribution_links import Act, Piece
from dealextract.records import Name, SourceType

BY_LABEL: dict[str, SourceType] = {
    "PERSON": "person",
    "MEDIA": "media",
    "COMPANY": "company",
    "PUBLIC_BODY": "public_body",
}
LABELS: dict[SourceType, str] = {kind: label for label, kind in BY_LABEL.items()}
ENTITY_TYPES = frozenset(BY_LABEL.values())


class Speakers:
    """Types and entities of the sources of one document, read in text order."""

    def __init__(self, text: str, names: Sequence[Name], grammar: Grammar) -> None:
        self.text = text
        self.names = names
        self.grammar = grammar

    def names_in(self, source: Piece) -> list[Name]:
        """The names inside a source."""
        return [n for n in self.names if source.start <= n.start and n.end <= source.end]

    def classify(self, source: Piece) -> SourceType | None:
        """The type that the words of a source give; None for a pronoun or when they do not tell."""
        phrase, grammar = self.text[source.start : source.end], self.grammar
        if grammar.pronoun_kind(phrase):
            return None
        names = self.names_in(source)
        labels = [n.label for n in names]
        if "PERSON" in labels:
            return "person"
        if grammar.spokesperson.search(phrase):
            return "public_body" if "PUBLIC_BODY" in labels and "COMPANY" not in labels else "company"
        first = names[0].start - source.start if names else len(phrase)
        head = self.find_head(phrase[:first] if first else phrase)
        if head is not None and (not names or head in ("document", "anonymous", "other")):
            return head
        if names:
            return BY_LABEL[names[0].label]
        return head

    def decide_type(self, act: Act, earlier: Sequence[tuple[Act, str | None]]) -> SourceType:
        """The type of the source of an act: the tagger's, else from its words, else from its antecedent."""
        source = act.source
        if source is None:
            return "other"
        if source.type:
            return source.type  # type: ignore[return-value]
        kind = self.classify(source)
        if kind is not None:
            return kind
        pronoun = self.grammar.pronoun_kind(self.text[source.start : source.end])
        for before, _ in reversed(earlier[-4:]):
            if before.source is None or before.source is source:
                continue
            if pronoun == "thing" and before.source_type == "person":
                continue
            return before.source_type
        return "person" if pronoun == "person" else "company" if pronoun == "thing" else "other"

    def find_head(self, phrase: str) -> SourceType | None:
        """The type of the speaker noun that stands first in a phrase."""
        found = [
            (match.start(), -len(match.group()), kind)
            for kind, pattern in self.grammar.speakers.items()
            if (match := pattern.search(phrase))
        ]
        return min(found)[2] if found else None

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
        before = [n for n in self.names if n.end <= source.start and n.label == label]
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
