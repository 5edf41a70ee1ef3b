"""Who owns whom, as the text says it in passing: "X's stake in Y", "Y, a unit of X", "sa filiale Y"."""

from __future__ import annotations

from typing import NamedTuple

from dealextract.components.deal_lexicon import Patterns
from dealextract.components.deal_references import References
from dealextract.components.deal_text import Mention, Reading

AFTER = 24  # characters after the second name that a pattern may ask for
WIDEST = 90  # characters between the two names


class Owner(NamedTuple):
    """An entity that owns another, or a share of it, by what one sentence says."""

    owner: str
    owned: str
    sentence: int
    unit: bool = False  # named as a unit of its owner, "X's unit Y", not as a firm that X holds


def find_owners(reading: Reading, references: References) -> list[Owner]:
    """The owners that the sentences of a text name, in order."""
    patterns, found = reading.patterns, []
    for n, second in enumerate(reading.mentions):
        after = reading.text[second.end : second.end + AFTER].split("\n")[0]
        first = reading.mentions[n - 1] if n else None
        if first is not None and first.sentence == second.sentence and first.entity != second.entity:
            between = reading.text[first.end : second.start]
            if len(between) <= WIDEST:
                shown = f"{between}\0{after}"
                if patterns.owner_first.fullmatch(shown):
                    unit = is_unit(between, patterns)
                    found.append(Owner(first.entity, second.entity, second.sentence, unit))
                    continue
                if between.strip() == "," and reading.find_governor(n - 1).kind == "part":
                    found.append(Owner(first.entity, second.entity, second.sentence, True))
                    continue
                if patterns.owned_first.fullmatch(shown):
                    found.append(Owner(second.entity, first.entity, second.sentence))
                    continue
        holder = find_holder(reading, references, second, after)
        if holder:
            found.append(Owner(holder, second.entity, second.sentence))
    return found


def is_unit(between: str, patterns: Patterns) -> bool:
    """True when a word for a unit joins two names, and no share: "X unit Y", "X's subsidiary Y"."""
    return bool(patterns.parts.search(between)) and not patterns.traded.search(between)


def find_holder(reading: Reading, references: References, mention: Mention, after: str) -> str | None:
    """The owner behind a possessive: "its Y unit", "sa filiale Y"."""
    lexicon, words = reading.patterns.lexicon, reading.words
    word, sentence = mention.word, mention.sentence
    first, _ = reading.list_words(sentence)
    for at in range(word - 1, max(first, word - 5) - 1, -1):
        form = words[at].form
        if words[at].name >= 0 or not form[0].isalpha():
            return None
        if form in lexicon.references.possessives:
            said = reading.text[words[at].end : words[word].start] + after
            if not reading.patterns.parts.search(said):
                return None
            topic = references.find_topic(at, sentence, {mention.entity})
            return topic.entity if topic else None
    return None
