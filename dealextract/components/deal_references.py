"""Parties that a sentence does not name: pronouns and common nouns, traced to their entity."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from dealextract.components.deal_text import CLOSE, Reading

PARTY_LABELS = frozenset({"COMPANY", "PUBLIC_BODY", "PERSON"})
LOOKED_BACK = 200  # mentions before a reference that can be what it stands for
PAIR_BACK = 3  # sentences before a plural in which its two firms can stand
STEM = 6  # letters that tell words of one family, whatever their gender and number
NOUN_PHRASE = 5  # words of a common-noun reference that are compared with what is said around names


class Reference(NamedTuple):
    """A word that stands for an entity, and the entity."""

    word: int
    entity: str
    described: bool  # words of the reference are said of the entity elsewhere


class References:
    """Who is spoken of in each sentence, and what is said of each entity."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.refs = reading.patterns.lexicon.references
        self.topics = self._find_topics()
        self.descriptions = self._find_descriptions()

    def _find_topics(self) -> list[str | None]:
        """The entity that each sentence speaks of first, carried over sentences that name none."""
        topics: list[str | None] = []
        current: str | None = None
        reading = self.reading
        for sentence in range(len(reading.sentences)):
            fallback = None
            for i in reading.by_sentence.get(sentence, ()):
                mention = reading.mentions[i]
                if mention.label != "COMPANY":
                    continue
                fallback = fallback or mention.entity
                if reading.find_governor(i).kind in ("start", "after", "direct"):
                    current = mention.entity
                    break
            else:
                current = fallback or current
            topics.append(current)
        return topics

    def _find_descriptions(self) -> dict[str, set[str]]:
        """Words of the noun phrases before and after the mentions of each entity."""
        reading, found = self.reading, {}
        for mention in reading.mentions:
            said: set[str] = found.setdefault(mention.entity, set())
            for step in range(1, NOUN_PHRASE + 1):
                at = mention.word - step
                if at < 0 or reading.words[at].name >= 0 or reading.words[at].form in CLOSE:
                    break
                said.add(self.get_key(reading.words[at].form))
            at = mention.word + 1
            if at < len(reading.words) and reading.words[at].form in (",", "("):
                for word in reading.words[at + 1 : at + 1 + NOUN_PHRASE + 2]:
                    if word.name >= 0 or word.form in CLOSE or word.form == ",":
                        break
                    said.add(self.get_key(word.form))
        return found

    def get_key(self, form: str) -> str:
        """A word as descriptions compare it: its country, else its first letters."""
        return self.reading.patterns.nations.get(form) or form[:STEM]

    def find(self, word: int, sentence: int, exclude: Collection[str] = ()) -> Reference | None:
        """What the pronoun or the common noun at `word` stands for, None when the text does not tell.

        `exclude` are entities that it cannot be, such as the other party of the same predicate.
        """
        reading = self.reading
        form = reading.words[word].form
        if form in self.refs.pronouns:
            return self.find_topic(word, sentence, exclude)
        if form not in self.refs.articles or word + 1 >= len(reading.words):
            return None
        phrase = []
        for follower in reading.words[word + 1 : word + 1 + NOUN_PHRASE]:
            if follower.name >= 0 or not follower.form[0].isalpha():
                break
            phrase.append(follower.form)
        if not any(p in self.refs.nouns for p in phrase[:3]):
            return None
        after = word + 1 + len(phrase)
        if after < len(reading.words) and len(phrase) < NOUN_PHRASE and reading.words[after].name >= 0:
            return None  # the phrase goes on to a name: it is that name's own
        said = {self.get_key(p) for p in phrase[:3] if len(p) > 2}
        scored: list[tuple[int, int, str]] = []
        for mention in reading.list_before(reading.words[word].start, LOOKED_BACK):
            if mention.entity in exclude or mention.label not in PARTY_LABELS:
                continue
            scored.append((len(said & self.descriptions[mention.entity]), mention.start, mention.entity))
        best = max(scored, default=None)
        if best and best[0] > 0:
            return Reference(word, best[2], True)
        return self.find_topic(word, sentence, exclude)

    def find_topic(self, word: int, sentence: int, exclude: Collection[str] = ()) -> Reference | None:
        """Who is spoken of at `word`, for a pronoun that nothing describes."""
        entity = self._choose_topic(word, sentence, exclude)
        return Reference(word, entity, False) if entity else None

    def find_pair(self, word: int, sentence: int) -> list[str]:
        """The two firms that "the two" stands for: the last two of the nearest sentence that names two."""
        for before in range(sentence, max(-1, sentence - PAIR_BACK - 1), -1):
            indexes = self.reading.by_sentence.get(before, ())
            here = [self.reading.mentions[i] for i in indexes]
            named = [m.entity for m in here if m.label == "COMPANY" and m.word < word]
            pair = list(dict.fromkeys(reversed(named)))[:2]
            if len(pair) == 2:
                return pair[::-1]
        return []

    def stands_for_two(self, word: int) -> bool:
        """True for "they", "both", and for "two" and "pair" behind an article."""
        words, form = self.reading.words, self.reading.words[word].form
        if words[word].name >= 0 or form not in self.refs.plural:
            return False
        return (
            form in self.refs.pronouns
            or form in self.refs.both
            or (word > 0 and words[word - 1].form in self.refs.recalling)
        )

    def _choose_topic(self, word: int, sentence: int, exclude: Collection[str]) -> str | None:
        """The subject before `word` in its sentence, else the topic of the sentences before."""
        reading = self.reading
        for i in reading.by_sentence.get(sentence, ()):
            mention = reading.mentions[i]
            if mention.word >= word:
                break
            named = mention.entity not in exclude and mention.label == "COMPANY"
            if named and reading.find_governor(i).kind in ("start", "direct", "after"):
                return mention.entity
        for before in range(sentence - 1, max(-1, sentence - 4), -1):
            topic = self.topics[before]
            if topic and topic not in exclude:
                return topic
        return None
