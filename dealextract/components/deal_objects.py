"""Arguments to the right of a predicate: objects, agents, complements, and objects that are not names."""

from __future__ import annotations

from dealextract.components.deal_lexicon import Role
from dealextract.components.deal_positions import (
    CLOSE_OWNER,
    REFERRED,
    WEIGHTS,
    Argument,
    Grounds,
    Predicate,
    choose_role,
)
from dealextract.components.deal_text import Governor


def find_right(g: Grounds, predicate: Predicate, roles: dict[str, Role], passive: bool) -> list[Argument]:
    reading, lexicon = g.reading, g.lexicon
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
            if at in g.strong and predicate.form != "noun" and at in g.verbal and at - predicate.words[1] > 6:
                break
            at += 1
            continue
        mention = reading.mentions[word.name]
        governor = reading.find_governor(word.name, g.strong, own)
        position = place_right(g, predicate, governor, at)
        role: Role | None = None
        if position == "list":
            role = previous if governor.word <= previous_word + 6 else None
            position = previous_position
        elif position is not None:
            role = choose_role(roles, position, passive)
        # "the merger of A and B was completed": a list after a noun goes on to the noun's own verb
        joined = governor.kind == "list" and predicate.form != "noun"
        if opens_clause(g, at, last) and (governor.kind == "start" or joined):
            break
        owned = owns_next_name(g, at, last) or (position == "shares" and holds_next_name(g, at, last))
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


def place_right(g: Grounds, predicate: Predicate, governor: Governor, at: int) -> str | None:
    own = range(*predicate.words)
    if governor.kind == "direct":
        if governor.word not in own:
            return None
        return "direct" if predicate.form == "noun" else "object"
    if governor.kind == "list":
        return "list" if governor.word >= predicate.words[1] else None
    if governor.kind in ("start", "after"):
        return None
    if governor.word < predicate.words[0]:
        return None
    # the nearest predicate before the preposition governs it
    for between in range(governor.word - 1, predicate.words[1] - 1, -1):
        if between in g.strong and between not in own:
            return None
    return governor.kind


def find_described(
    g: Grounds, predicate: Predicate, roles: dict[str, Role], passive: bool, known: set[str]
) -> list[Argument]:
    """A party to the right that is a common noun: "buy the retailer", "le rachat de la start-up"."""
    reading = g.reading
    _, last = reading.list_words(predicate.sentence)
    for at in range(predicate.words[1], min(last, predicate.words[1] + 5)):
        form = reading.words[at].form
        if reading.words[at].name >= 0 or form in g.lexicon.breaks:
            break
        if form not in g.lexicon.references.articles:
            continue
        reference = g.references.find(at, predicate.sentence, known)
        kind = reading.patterns.prepositions.get(reading.words[at - 1].form) or (
            reading.patterns.prepositions.get(form)
        )
        position = kind or ("object" if predicate.form != "noun" else None)
        role = choose_role(roles, position, passive) if position else None
        if reference is None or role is None:
            continue
        word = reading.words[at]
        weight = REFERRED * (1.0 if reference.described else 0.75)
        return [Argument(reference.entity, role, weight, "reference", word.start, word.end)]
    return []


def find_object(
    g: Grounds, predicate: Predicate, roles: dict[str, Role], known: set[str], filled: set[Role]
) -> list[Argument]:
    """An object that stands before its verb, or is a pronoun or a common noun."""
    role = roles.get("object")
    if role is None or role in filled:
        return []
    reading, refs = g.reading, g.lexicon.references
    first, last = reading.list_words(predicate.sentence)
    start = predicate.words[0]
    for at in range(start - 1, max(first, start - 9) - 1, -1):
        word = reading.words[at]
        relative = word.form in refs.whole and at > first
        if relative or (word.form in refs.pronouns and at > first and ends_phrase(g, at - 1)):
            found = last_name(g, at - 1, first)
            if found is not None and found[0] not in known:
                return [Argument(found[0], role, REFERRED + 0.2, "reference", found[1], found[2])]
        if word.form in (",", ";", ":", "."):
            break
    reference = None
    after = predicate.words[1]
    if after < last and reading.words[after].form in refs.objects_after:
        reference = g.references.find_topic(after, predicate.sentence, known)
    for at in range(max(first, start - 3), start):
        if reading.words[at].form in refs.objects_before and is_clitic(g, at, start):
            reference = g.references.find_topic(at, predicate.sentence, known)
    if reference:
        word = reading.words[reference.word]
        return [Argument(reference.entity, role, REFERRED * 0.75, "reference", word.start, word.end)]
    return find_described(g, predicate, roles, False, known)


def is_clitic(g: Grounds, at: int, verb: int) -> bool:
    """True for an object pronoun: an auxiliary or the verb itself follows it."""
    return at + 1 == verb or g.reading.words[at + 1].form in g.lexicon.active


def ends_phrase(g: Grounds, at: int) -> bool:
    """True for a name or a noun that stands for a firm: "the lender it acquired"."""
    word = g.reading.words[at]
    return word.name >= 0 or word.form in g.lexicon.references.nouns


def last_name(g: Grounds, at: int, first: int) -> tuple[str, int, int] | None:
    """The nearest name at or before a word, over at most eight words."""
    for back in range(at, max(first, at - 8) - 1, -1):
        name = g.reading.words[back].name
        if name >= 0:
            mention = g.reading.mentions[name]
            return mention.entity, mention.start, mention.end
    return None


def opens_clause(g: Grounds, at: int, last: int) -> bool:
    """True when a name is the subject of what follows it."""
    words = g.reading.words
    after = at + 1
    return after < last and (words[after].form in g.lexicon.auxiliaries or after in g.verbal)


def holds_next_name(g: Grounds, at: int, last: int) -> bool:
    """True for the holder in "la part de Ropar dans Kestrel"."""
    words = g.reading.words
    if at + 2 >= last or words[at + 1].form not in g.lexicon.prepositions["in"]:
        return False
    return any(word.name >= 0 for word in words[at + 2 : min(last, at + 5)])


def owns_next_name(g: Grounds, at: int, last: int) -> bool:
    """True for the owner in "Ropar's Kestrel unit"."""
    words = g.reading.words
    if at + 1 >= last or words[at + 1].form not in ("'s", "’s"):
        return False
    for after in range(at + 2, min(last, at + 6)):
        if words[after].name >= 0:
            return True
        if words[after].form in CLOSE_OWNER or after in g.strong:
            return False
    return False
