"""Party roles by voice and position: who stands where around a predicate of the lexicon."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dealextract.components.deal_lexicon import Form, Frame, Role
from dealextract.components.deal_references import References
from dealextract.components.deal_text import Governor, Reading

WEIGHTS = {
    "object": 1.0, "by": 1.0, "possessor": 0.9, "subject": 0.85, "to": 0.8, "from": 0.9, "of": 0.85, "on": 0.9, "for": 0.8,
    "with": 0.7, "in": 0.8, "shares": 0.95, "part": 0.7, "modifier": 0.6, "direct": 0.5, "apposed": 0.4,
}  # fmt: skip
SUPPORT = (
    0.7  # a subject of the verb that carries a noun ("X announced the sale") against one of a verb of its own
)
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


class RoleFinder:
    """Reads the arguments of predicates in one text."""

    def __init__(self, reading: Reading, references: References, predicates: Iterable[Predicate]) -> None:
        self.reading = reading
        self.references = references
        self.lexicon = reading.patterns.lexicon
        self.strong = {w for p in predicates if not p.frame.weak for w in range(*p.words)}
        self.strong_words = tuple(sorted(self.strong))
        self.verbal = {w for p in predicates if p.form != "noun" for w in range(*p.words)}

    def find_arguments(self, predicate: Predicate) -> list[Argument]:
        """The entities around a predicate with the roles of their positions."""
        passive = self.is_passive(predicate)
        roles = predicate.frame.noun_roles if predicate.form == "noun" else predicate.frame.verb_roles
        right = self._find_right(predicate, roles, passive)
        left = self._find_left(predicate, roles, passive, {a.entity for a in right})
        found = [*right, *left]
        known = {a.entity for a in found}
        if not passive and predicate.form != "noun":
            found += self._find_object(predicate, roles, known, {a.role for a in found})
        elif not right:
            found += self._find_described(predicate, roles, passive, known)
        return found

    def is_passive(self, predicate: Predicate) -> bool:
        """True when the predicate is a participle that its subject undergoes.

        Decided by the auxiliary before it, or by the agent after it; a French participle alone is passive.
        """
        if predicate.form == "noun":
            return False
        lexicon, words = self.lexicon, self.reading.words
        first, last = self.reading.list_words(predicate.sentence)
        text = self.reading.text[predicate.start : predicate.end].lower().split()
        before = [words[i].form for i in range(max(first, predicate.words[0] - 4), predicate.words[0])]
        ending = any(text and t.endswith(lexicon.participle_endings) for t in text)
        if not (predicate.form == "participle" or ending):
            return False
        if any(text and text[0].startswith(r) for r in ("s'", "s’", "se ")):
            return False
        for form in reversed(before):
            if form in lexicon.reflexive:
                return False
            if form in lexicon.passive:
                return not self._reflexive_before(predicate.words[0], first)
            if form in lexicon.active:
                return False
        after = [words[i].form for i in range(predicate.words[1], min(last, predicate.words[1] + 2))]
        by = lexicon.prepositions["by"]
        if any(form in by for form in after[:1]):
            return True
        return lexicon.bare_participle_is_passive and predicate.form == "participle"

    def _reflexive_before(self, at: int, first: int) -> bool:
        words = self.reading.words
        return any(words[i].form in self.lexicon.reflexive for i in range(max(first, at - 5), at))

    def _role(self, roles: dict[str, Role], position: str, passive: bool) -> Role | None:
        if passive and position == "subject":
            position = "object"
        elif passive and position == "object":
            return None
        elif passive and position == "by":
            return roles.get("by") or roles.get("subject")
        return roles.get(position)

    # -- to the right ------------------------------------------------------------------------------

    def _find_right(self, predicate: Predicate, roles: dict[str, Role], passive: bool) -> list[Argument]:
        reading, lexicon = self.reading, self.lexicon
        _, last = reading.list_words(predicate.sentence)
        own = range(*predicate.words)
        found: list[Argument] = []
        previous: Role | None = None
        previous_word = -1
        previous_position: str | None = None
        group = -1
        at = predicate.words[1]
        while at < last:
            word = reading.words[at]
            if word.name < 0:
                if word.form in lexicon.breaks or word.form in (";", ":"):
                    break
                if (
                    at in self.strong
                    and predicate.form != "noun"
                    and at in self.verbal
                    and at - predicate.words[1] > 6
                ):
                    break
                at += 1
                continue
            mention = reading.mentions[word.name]
            governor = reading.find_governor(word.name, tuple(self.strong | set(own)))
            position = self._place_right(predicate, governor, at)
            role: Role | None = None
            if position == "list":
                role = previous if governor.word <= previous_word + 6 else None
                position = previous_position
            elif position is not None:
                role = self._role(roles, position, passive)
            if self._opens_clause(at, last) and governor.kind in ("start", "list"):
                break
            owned = self._owns_next_name(at, last)
            if owned and role == "target":
                role, position = "seller", "part"
            if role:
                weight = WEIGHTS.get(position or "", 0.5) * (0.97 ** (at - predicate.words[1]))
                if governor.kind != "list" or group < 0:
                    group = mention.start
                found.append(
                    Argument(mention.entity, role, weight, position or "", mention.start, mention.end, group)
                )
            if not owned:
                previous, previous_word, previous_position = role, at, position
            at += 1
        return found

    def _place_right(self, predicate: Predicate, governor: Governor, at: int) -> str | None:
        own = range(*predicate.words)
        if governor.kind == "direct":
            if governor.word not in own:
                return None
            return "direct" if predicate.form == "noun" else "object"
        if governor.kind == "list":
            return "list" if governor.word >= predicate.words[1] else None
        if governor.kind in ("start", "after"):
            if predicate.form == "noun" or governor.word < predicate.words[1] - 1:
                return None
            return "apposed" if False else None
        if governor.word < predicate.words[0]:
            return None
        # the nearest predicate before the preposition governs it
        for between in range(governor.word - 1, predicate.words[1] - 1, -1):
            if between in self.strong and between not in own:
                return None
        return governor.kind

    def _find_described(
        self, predicate: Predicate, roles: dict[str, Role], passive: bool, known: set[str]
    ) -> list[Argument]:
        """A party to the right that is a common noun: "buy the retailer", "le rachat de la start-up"."""
        reading = self.reading
        _, last = reading.list_words(predicate.sentence)
        for at in range(predicate.words[1], min(last, predicate.words[1] + 5)):
            form = reading.words[at].form
            if reading.words[at].name >= 0 or form in self.lexicon.breaks:
                break
            if form not in self.lexicon.references.articles:
                continue
            reference = self.references.find(at, predicate.sentence, known)
            kind = reading.patterns.prepositions.get(reading.words[at - 1].form) or (
                reading.patterns.prepositions.get(form)
            )
            position = kind or ("object" if predicate.form != "noun" else None)
            role = self._role(roles, position, passive) if position else None
            if reference is None or role is None:
                continue
            word = reading.words[at]
            weight = REFERRED * (1.0 if reference.described else 0.75)
            return [Argument(reference.entity, role, weight, "reference", word.start, word.end)]
        return []

    def _find_object(
        self, predicate: Predicate, roles: dict[str, Role], known: set[str], filled: set[Role]
    ) -> list[Argument]:
        """An object that stands before its verb, or is a pronoun or a common noun."""
        role = roles.get("object")
        if role is None or role in filled:
            return []
        reading, refs = self.reading, self.lexicon.references
        first, last = reading.list_words(predicate.sentence)
        start = predicate.words[0]
        for at in range(start - 1, max(first, start - 9) - 1, -1):
            word = reading.words[at]
            relative = word.form in refs.whole or (word.form in ("que", "qu'", "qu’") and at > first)
            if relative or (word.form in refs.pronouns and at > first and self._ends_phrase(at - 1)):
                found = self._last_name(at - 1, first)
                if found is not None and found[0] not in known:
                    return [Argument(found[0], role, REFERRED + 0.2, "reference", found[1], found[2])]
            if word.form in (",", ";", ":", "."):
                break
        reference = None
        after = predicate.words[1]
        if after < last and reading.words[after].form in refs.objects_after:
            reference = self.references.find_topic(after, predicate.sentence, known)
        for at in range(max(first, start - 3), start):
            if reading.words[at].form in refs.objects_before and self._is_clitic(at, start):
                reference = self.references.find_topic(at, predicate.sentence, known)
        if reference:
            word = reading.words[reference.word]
            return [Argument(reference.entity, role, REFERRED * 0.75, "reference", word.start, word.end)]
        return self._find_described(predicate, roles, False, known)

    def _is_clitic(self, at: int, verb: int) -> bool:
        """True for an object pronoun: an auxiliary or the verb itself follows it."""
        return at + 1 == verb or self.reading.words[at + 1].form in self.lexicon.active

    def _ends_phrase(self, at: int) -> bool:
        """True for a name or a noun that stands for a firm: "the lender it acquired"."""
        word = self.reading.words[at]
        return word.name >= 0 or word.form in self.lexicon.references.nouns

    def _last_name(self, at: int, first: int) -> tuple[str, int, int] | None:
        """The nearest name at or before a word, over at most eight words."""
        for back in range(at, max(first, at - 8) - 1, -1):
            name = self.reading.words[back].name
            if name >= 0:
                mention = self.reading.mentions[name]
                return mention.entity, mention.start, mention.end
        return None

    def _opens_clause(self, at: int, last: int) -> bool:
        """True when a name is the subject of what follows it."""
        words = self.reading.words
        after = at + 1
        return after < last and (words[after].form in self.lexicon.auxiliaries or after in self.verbal)

    def _owns_next_name(self, at: int, last: int) -> bool:
        """True for the owner in "Ropar's Kestrel unit"."""
        words = self.reading.words
        if at + 1 >= last or words[at + 1].form not in ("'s", "’s"):
            return False
        for after in range(at + 2, min(last, at + 6)):
            if words[after].name >= 0:
                return True
            if words[after].form in CLOSE_OWNER or after in self.strong:
                return False
        return False

    # -- to the left -------------------------------------------------------------------------------

    def _find_left(
        self, predicate: Predicate, roles: dict[str, Role], passive: bool, taken: set[str]
    ) -> list[Argument]:
        reading = self.reading
        first, _ = reading.list_words(predicate.sentence)
        found: list[Argument] = []
        at = predicate.words[0] - 1
        if predicate.form == "noun":
            found, at = self._find_possessor(predicate, roles, first)
            if found and found[-1].position == "possessor":
                return found
        subject = self._find_subject(predicate, at, first, {a.entity for a in found} | taken)
        role = self._subject_role(predicate, roles, passive, subject[0][3] if subject else at)
        if role is None:
            return found
        scale = SUPPORT if predicate.form == "noun" else 1.0
        for entity, start, end, word, trust in subject:
            weight = WEIGHTS["subject"] * scale * trust * (0.985 ** (predicate.words[0] - word))
            group = subject[-1][1] if len(subject) > 1 else start
            found.append(Argument(entity, role, weight, "subject", start, end, group))
        return found

    def _find_possessor(
        self, predicate: Predicate, roles: dict[str, Role], first: int
    ) -> tuple[list[Argument], int]:
        """ "X's takeover", "the X takeover": a name inside the noun's own phrase."""
        reading, found = self.reading, []
        at = predicate.words[0] - 1
        stop = max(first, predicate.words[0] - 6)
        possessive = False
        while at >= stop:
            word = reading.words[at]
            if word.name >= 0:
                mention = reading.mentions[word.name]
                position = "possessor" if possessive else "modifier"
                if position == "modifier" and at < predicate.words[0] - 2:
                    break
                role = roles.get(position)
                if role:
                    weight = WEIGHTS[position]
                    found.append(Argument(mention.entity, role, weight, position, mention.start, mention.end))
                at -= 1
                if (
                    position == "modifier"
                    and at >= stop
                    and reading.words[at].form in ("'s", "’s", "-", "/", "–")
                ):
                    possessive = reading.words[at].form in ("'s", "’s")
                    at -= 1
                    continue
                break
            if word.form in ("'s", "’s"):
                possessive = True
            elif word.form in CLOSE_OWNER or word.form in reading.patterns.prepositions or at in self.strong:
                break
            at -= 1
        return found, predicate.words[0] - 1

    def _find_subject(
        self, predicate: Predicate, at: int, first: int, taken: set[str]
    ) -> list[tuple[str, int, int, int, float]]:
        """(entity, start, end, word, trust) of the subjects to the left of word `at`, nearest first."""
        reading, lexicon = self.reading, self.lexicon
        group: list[tuple[str, int, int, int, float]] = []
        fallback: list[tuple[str, int, int, int, float]] = []
        stop = max(first, at - LEFT)
        relative = False
        possessive: int | None = None
        while at >= stop:
            word = reading.words[at]
            if word.name >= 0:
                mention = reading.mentions[word.name]
                item = (mention.entity, mention.start, mention.end, at, 1.0)
                governor = reading.find_governor(word.name, tuple(self.strong))
                following = reading.words[at + 1].form if at + 1 < len(reading.words) else ""
                if following in ("'s", "’s"):
                    if (
                        predicate.form != "noun"
                        and predicate.words[0] - at <= 6
                        and not group
                        and not fallback
                    ):
                        return [(*item[:4], 0.9)]  # "Xstrata's attempt to take over"
                    fallback.append((*item[:4], 0.6))
                elif mention.entity in taken and not group:
                    pass
                elif relative:
                    return [item]
                elif governor.kind == "list":
                    group.append(item)
                elif governor.kind in ("start", "after"):
                    partners = predicate.frame.noun_roles.get("subject") == "partner"
                    return [*group, item, *(f for f in fallback if partners)]
                elif governor.kind == "direct":
                    fallback.append((*item[:4], 0.5))
                    group = []
                else:
                    fallback.append((*item[:4], 0.45))
                    group = []
            elif word.form in lexicon.references.relatives:
                relative = True
            elif word.form in lexicon.references.possessives:
                possessive = at
            elif word.form in (";", ":") or word.form in lexicon.breaks:
                break
            elif word.form in lexicon.references.pronouns or word.form in lexicon.references.articles:
                reference = self.references.find(at, predicate.sentence, taken)
                if reference and not group:
                    trust = DESCRIBED if reference.described else PRONOUN
                    return [(reference.entity, word.start, word.end, at, trust)]
            at -= 1
        if not group and not fallback and possessive is not None:
            reference = self.references.find_topic(possessive, predicate.sentence, taken)
            if reference:
                word = reading.words[possessive]
                return [(reference.entity, word.start, word.end, possessive, PRONOUN)]
        if predicate.frame.noun_roles.get("subject") == "partner":
            return [*group, *fallback]
        return group or fallback[:1]

    def _subject_role(
        self, predicate: Predicate, roles: dict[str, Role], passive: bool, at: int
    ) -> Role | None:
        """The subject's role, changed by the verb that carries a noun ("X rejected the bid")."""
        reading = self.reading
        if predicate.form == "noun":
            between = reading.text[reading.words[at].start : predicate.start] if reading.words else ""
            for (name, role), pattern in reading.patterns.subject_after.items():
                if name == predicate.frame.name and pattern.search(between):
                    return role
        return self._role(roles, "subject", passive)


CLOSE_OWNER = frozenset('.;:!?«»“”"()[],—–')
