"""Arguments to the left of a predicate: subjects, possessors and modifiers."""

from __future__ import annotations

from collections.abc import Sequence

from dealextract.components.deal_lexicon import Role
from dealextract.components.deal_positions import (
    CLOSE_OWNER,
    DESCRIBED,
    LEFT,
    PRONOUN,
    SUPPORT,
    WEIGHTS,
    Argument,
    Grounds,
    Predicate,
    choose_role,
)

COUNTERPARTY = 14  # words to the left of a predicate in which the other side of its talks can stand


def find_left(
    g: Grounds, predicate: Predicate, roles: dict[str, Role], passive: bool, right: Sequence[Argument]
) -> list[Argument]:
    """The entities to the left of a predicate; `right` are those to its right."""
    reading = g.reading
    first, _ = reading.list_words(predicate.sentence)
    found: list[Argument] = []
    taken = {a.entity for a in right}
    at = predicate.words[0] - 1
    if predicate.form == "noun":
        if any(a.position == "by" for a in right) and "of" in roles:
            # "X's sale to Y by Z": where an agent is named the possessor undergoes
            roles = {**roles, "possessor": roles["of"]}
        found, at = find_possessor(g, predicate, roles, first, taken)
        if found and found[-1].position in ("possessor", "reference"):
            return found
    subject = find_subject(g, predicate, at, first, {a.entity for a in found} | taken)
    found += find_counterparty(g, predicate, roles, first, taken)
    subject = [s for s in subject if s[1] not in {a.start for a in found}]
    if roles.get("subject") == "partner" and len(subject) < 2:
        pair = find_pair(g, predicate, first)
        if pair:
            return found + pair
    role = subject_role(g, predicate, roles, passive, subject[0][3] if subject else at)
    if role is None:
        return found
    scale = SUPPORT if predicate.form == "noun" else 1.0
    for entity, start, end, word, trust in subject:
        weight = WEIGHTS["subject"] * scale * trust * (0.985 ** (predicate.words[0] - word))
        group = subject[-1][1] if len(subject) > 1 else start
        found.append(Argument(entity, role, weight, "subject", start, end, group))
    return found


def find_pair(g: Grounds, predicate: Predicate, first: int) -> list[Argument]:
    """Two partners that the text does not name again: "the two plan to merge"."""
    for at in range(predicate.words[0] - 1, max(first, predicate.words[0] - LEFT) - 1, -1):
        word = g.reading.words[at]
        if word.form in (";", ":") or word.form in g.lexicon.breaks:
            break
        if g.references.stands_for_two(at):
            pair = g.references.find_pair(at, predicate.sentence)
            return [Argument(e, "partner", PRONOUN, "reference", word.start, word.end) for e in pair]
    return []


def find_counterparty(
    g: Grounds, predicate: Predicate, roles: dict[str, Role], first: int, taken: set[str]
) -> list[Argument]:
    """The other side of talks that the predicate is the object of: "negotiates with X the sale of Y"."""
    role = roles.get("with")
    if role is None or role == "partner":
        return []
    reading = g.reading
    for at in range(predicate.words[0] - 1, max(first, predicate.words[0] - COUNTERPARTY) - 1, -1):
        word = reading.words[at]
        if word.form in (";", ":") or word.form in g.lexicon.breaks:
            break
        if word.name < 0:
            continue
        mention = reading.mentions[word.name]
        if mention.entity not in taken and reading.find_governor(word.name, g.strong).kind == "with":
            weight = WEIGHTS["with"]
            return [Argument(mention.entity, role, weight, "with", mention.start, mention.end)]
    return []


def find_possessor(
    g: Grounds, predicate: Predicate, roles: dict[str, Role], first: int, taken: set[str]
) -> tuple[list[Argument], int]:
    """ "X's takeover", "the X takeover", "its takeover": a name or pronoun inside the noun's own phrase."""
    reading, found = g.reading, []
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
        role = roles.get("possessor")
        if word.form in g.lexicon.references.possessives and role and role not in {a.role for a in found}:
            owner = g.references.find_topic(at, predicate.sentence, taken)
            if owner:
                weight = WEIGHTS["possessor"] * PRONOUN
                found.append(Argument(owner.entity, role, weight, "reference", word.start, word.end))
            break
        if word.form in ("'s", "’s"):
            possessive = True
        elif word.form in CLOSE_OWNER or word.form in reading.patterns.prepositions or at in g.strong:
            break
        at -= 1
    return found, predicate.words[0] - 1


def find_subject(
    g: Grounds, predicate: Predicate, at: int, first: int, taken: set[str]
) -> list[tuple[str, int, int, int, float]]:
    """(entity, start, end, word, trust) of the subjects to the left of word `at`, nearest first."""
    reading, lexicon = g.reading, g.lexicon
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
            governor = reading.find_governor(word.name, g.strong)
            following = reading.words[at + 1].form if at + 1 < len(reading.words) else ""
            if following in ("'s", "’s"):
                if predicate.form != "noun" and predicate.words[0] - at <= 6 and not group and not fallback:
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
            reference = g.references.find(at, predicate.sentence, taken)
            if reference and not group:
                trust = DESCRIBED if reference.described else PRONOUN
                return [(reference.entity, word.start, word.end, at, trust)]
        at -= 1
    if not group and not fallback and possessive is not None:
        reference = g.references.find_topic(possessive, predicate.sentence, taken)
        if reference:
            word = reading.words[possessive]
            return [(reference.entity, word.start, word.end, possessive, PRONOUN)]
    if predicate.frame.noun_roles.get("subject") == "partner":
        return [*group, *fallback]
    return group or fallback[:1]


def subject_role(
    g: Grounds, predicate: Predicate, roles: dict[str, Role], passive: bool, at: int
) -> Role | None:
    """The subject's role, changed by the verb that carries a noun ("X rejected the bid")."""
    reading = g.reading
    if predicate.form == "noun":
        between = reading.text[reading.words[at].start : predicate.start] if reading.words else ""
        for (name, role), pattern in reading.patterns.subject_after.items():
            if name == predicate.frame.name and pattern.search(between):
                return role
    return choose_role(roles, "subject", passive)
