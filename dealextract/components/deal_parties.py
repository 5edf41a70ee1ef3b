"""The parties of each event: the names near it, weighed by position, by the tagger and by fitted weights."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from spacy.tokens import Doc

from dealextract import records, spans
from dealextract.components.deal_events import Event
from dealextract.components.deal_owners import find_owners
from dealextract.components.deal_positions import Argument, Grounds, is_passive
from dealextract.components.deal_relations import Roles
from dealextract.components.deal_roles import find_arguments
from dealextract.components.deal_text import Governor, Mention, Reading
from dealextract.components.deal_weights import list_steps, load_weights, rank, to_probabilities
from dealextract.spans import Tagged

ROLES = ("acquirer", "target", "seller", "partner", "none")
REACH = 2  # sentences to either side in which a name can be a party
MARK_ALONE = 0.6  # a name without a position where two others have one
POSITION_TRUST = 0.76  # a position makes a party by itself where no tagger ran
RELATED = 0.3  # probability of a relation to a name that makes it a candidate from anywhere
FAR, SURE_FAR = 0.8, 0.5  # trust in a name of another sentence, and the least that makes it a party
LEAST = 0.15  # probability under which a role is not kept
STEPS = ((3, "3"), (8, "8"), (15, "15"), (30, "30"))  # words between name and predicate


class Candidate(NamedTuple):
    """A name that may be a party of an event, with its features."""

    mention: Mention
    argument: Argument | None
    mark: Tagged | None
    features: set[str]
    gap: int  # sentences after the event's, negative before


class PartyReader:
    """Reads the candidates of events in one text."""

    def __init__(
        self,
        grounds: Grounds,
        parties: Sequence[Tagged],
        tagged: bool,
        sources: Sequence[tuple[int, int]] = (),
        roles: Mapping[int, Roles] | None = None,
    ) -> None:
        self.grounds = grounds
        self.reading: Reading = grounds.reading
        self.tagged = tagged
        self.roles = roles or {}  # by the id() of an event
        self.starts = set(self.reading.mention_starts)
        self.marked = find_marked(self.reading, parties)
        counts = Counter(m.entity for m in self.reading.mentions if m.label == "COMPANY")
        self.topics = {e for e, n in counts.items() if n >= 3 and n >= 0.6 * max(counts.values())}
        self.leaning = find_leaning(self.reading, self.marked)
        self.speaking = find_speaking(self.reading, sources)
        self.in_headline = {m.entity for m in self.reading.mentions if m.sentence == 0}
        self.owners = find_owners(self.reading, grounds.references)
        self.owner_of = {(o.owner, o.sentence) for o in self.owners}
        self.owned_by = {(o.owned, o.sentence) for o in self.owners}
        self.governors = [
            self.reading.find_governor(i, grounds.strong) for i in range(len(self.reading.mentions))
        ]
        self.by_entity: dict[str, list[int]] = {}
        for i, m in enumerate(self.reading.mentions):
            self.by_entity.setdefault(m.entity, []).append(i)
        self.lists = find_lists(self.reading.mentions, self.governors)

    def list_candidates(self, event: Event) -> tuple[list[Candidate], list[Argument]]:
        """The names near an event with their features, and its arguments that are not names."""
        arguments = find_arguments(self.grounds, event.predicate)
        by_start: dict[int, Argument] = {}
        for argument in arguments:
            if argument.start not in by_start or argument.weight > by_start[argument.start].weight:
                by_start[argument.start] = argument
        references = [a for a in arguments if a.start not in self.starts]
        reach = REACH if event.tagged else 0
        found: list[Candidate] = []
        for sentence in range(event.sentence - reach, event.sentence + reach + 1):
            for index in self.reading.by_sentence.get(sentence, ()):
                mention = self.reading.mentions[index]
                argument = by_start.get(mention.start)
                mark = self.marked.get(mention.start)
                gap = sentence - event.sentence
                features = set(self._describe(event, index, argument, arguments, gap))
                features |= set(self._describe_mates(index, by_start))
                found.append(Candidate(mention, argument, mark, features, gap))
        if event.tagged:
            found += self._list_far(event, {c.mention.entity for c in found})
        return found, references

    def _list_far(self, event: Event, near: Collection[str]) -> Iterator[Candidate]:
        """The nearest mention of each name farther off that the tagger relates to an event."""
        for entity, said in self.roles.get(id(event), {}).items():
            if entity in near or max(said.values()) < RELATED:
                continue
            index = min(
                self.by_entity[entity], key=lambda i: abs(self.reading.mentions[i].start - event.start)
            )
            mention = self.reading.mentions[index]
            gap = mention.sentence - event.sentence
            features = set(self._describe(event, index, None, (), gap))
            yield Candidate(mention, None, self.marked.get(mention.start), features, gap)

    def _describe_relation(
        self, event: Event, entity: str, mark: str, argument: Argument | None
    ) -> Iterator[str]:
        """What the tagger's relations say of an entity, alone and beside its mark and its position."""
        if id(event) not in self.roles:
            return
        said = self.roles[id(event)].get(entity, {})
        for role, p in said.items():
            yield from list_steps(f"related:{role}", p)
        best = max(said, key=lambda r: said[r]) if said and max(said.values()) >= RELATED else "none"
        yield f"related best:{best}"
        yield f"related best:{best}/{mark}"
        yield f"related best:{best}/{argument.role if argument else 'no position'}"

    def _describe(
        self, event: Event, index: int, argument: Argument | None, arguments: Sequence[Argument], gap: int
    ) -> Iterator[str]:
        mention, predicate = self.reading.mentions[index], event.predicate
        frame = predicate.frame.name
        yield "bias"
        yield f"marked:{mention.start in self.marked}" if self.tagged else "unmarked"
        if mention.start in self.marked:
            mark = self.marked[mention.start]
            yield from list_steps(f"mark:{mark.type}", mark.score)
            yield f"mark:{mark.type}/{frame}"
            if argument is not None:
                yield f"mark:{mark.type}/{argument.role}"
        yield from self._describe_relation(event, mention.entity, self._get_mark(mention), argument)
        if mention.entity in self.leaning:
            yield f"leaning:{self.leaning[mention.entity]}"
        if mention.start in self.speaking:
            yield f"speaks:{self.speaking[mention.start]}"
        if mention.label != "COMPANY":
            yield f"label:{mention.label}"
            if mention.start in self.marked:
                yield f"label:{mention.label}/marked"
        if mention.entity in self.topics:
            yield "topic"
        if (mention.entity, mention.sentence) in self.owner_of:
            yield "owner"
            yield f"owner/{self._get_mark(mention)}"
            yield f"owner/{frame}"
        if (mention.entity, mention.sentence) in self.owned_by:
            yield "owned"
            yield f"owned/{self._get_mark(mention)}"
            yield f"owned/{frame}"
        if gap:
            side = "before" if gap < 0 else "after"
            yield f"sentence:{side}{min(REACH + 1, abs(gap))}"
            yield f"sentence:{side}/{frame}"
            return
        words = self.reading.words
        left = mention.word < predicate.words[0]
        side = "left" if left else "right"
        distance = predicate.words[0] - mention.word if left else mention.word - predicate.words[1] + 1
        step = next((name for limit, name in STEPS if distance <= limit), "far")
        governor = self.governors[index].kind
        yield f"near:{side}{step}"
        yield f"side:{side}/{frame}/{predicate.form}"
        yield f"governor:{governor}/{side}"
        low, high = sorted((mention.word, predicate.words[0]))
        between = sum(words[at].name >= 0 for at in range(low + 1, high))
        yield f"between:{side}{min(3, between)}"
        if mention.sentence and mention.entity in self.in_headline:
            yield "headline"
        yield f"governor:{governor}/{side}/{frame}/{predicate.form}"
        if is_passive(self.grounds, predicate):
            yield f"passive:{side}/{governor}"
            yield f"passive:{side}/{frame}"
        if mention.word + 1 < len(words) and words[mention.word + 1].form in ("'s", "’s"):
            yield f"possessor:{side}"
        if argument is None:
            yield "position:none"
            filled = {a.role for a in arguments}
            for role in sorted(filled):
                yield f"position:none/{role} found"
            return
        weight = "strong" if argument.weight >= 0.7 else "middle" if argument.weight >= 0.4 else "weak"
        yield f"role:{argument.role}"
        yield f"role:{argument.role}/{weight}"
        yield f"position:{argument.position}/{argument.role}"
        yield f"position:{argument.position}/{argument.role}/{frame}"
        same = [a.weight for a in arguments if a.role == argument.role and a.entity != argument.entity]
        if same and max(same) > argument.weight:
            yield f"second:{argument.role}/{'list' if argument.group >= 0 else 'alone'}"

    def _get_mark(self, mention: Mention) -> str:
        """The role that the tagger marks it with, "no mark" without one."""
        return self.marked[mention.start].type if mention.start in self.marked else "no mark"

    def _describe_mates(self, index: int, by_start: Mapping[int, Argument]) -> Iterator[str]:
        """What the names beside it in a list are: they mostly share its role."""
        for mate in (index - 1, index + 1):
            if 0 <= mate < len(self.lists) and self.lists[mate] == self.lists[index]:
                yield "listed"
                start = self.reading.mentions[mate].start
                if start in self.marked:
                    yield f"mate:{self.marked[start].type}"
                if start in by_start:
                    yield f"mate role:{by_start[start].role}"


def make_reader(doc: Doc, grounds: Grounds, roles: Mapping[int, Roles] | None = None) -> PartyReader:
    """The reader of a Doc's parties; `roles` is what relations say of each event, by its id()."""
    sources = [(s.start, s.end) for s in spans.read_layer(doc, "sources", records.Mark)]
    return PartyReader(grounds, spans.read_tagged(doc, "parties"), spans.was_tagged(doc), sources, roles)


def weigh(candidate: Candidate) -> dict[str, float]:
    """The probability of each role for a candidate."""
    return to_probabilities(rank(candidate.features, load_weights("role"), ROLES))


def fill_events(events: Sequence[Event], reader: PartyReader) -> None:
    """Give every event its parties; names of other sentences wait in `event.remote`."""
    hosts = [e for e in events if e.tagged]
    for event in events:
        candidates, references = reader.list_candidates(event)
        placed = len({c.argument.role for c in candidates if c.argument} | {a.role for a in references})
        for argument in references:
            event.add(argument, argument.weight)
        for candidate in candidates:
            mention = candidate.mention
            chances = weigh(candidate)
            if candidate.argument is not None and not reader.tagged:
                role = candidate.argument.role
                chances[role] = max(chances[role], POSITION_TRUST * candidate.argument.weight)
            for role, probability in chances.items():
                alone = candidate.argument is None and placed > 1
                chance = probability * (MARK_ALONE if alone else 1.0)
                if role == "none" or chance < LEAST:
                    continue
                position = candidate.argument.position if candidate.argument else "tagger"
                group = candidate.argument.group if candidate.argument else -1
                argument = Argument(mention.entity, role, chance, position, mention.start, mention.end, group)  # type: ignore[arg-type]
                if candidate.gap == 0:
                    event.add(argument, chance)
                    event.supported += candidate.mark is not None and candidate.mark.type == role
                elif chance >= SURE_FAR and mention.entity in reader.roles.get(id(event), {}):
                    event.add(argument, FAR * chance)
                elif is_nearest(event, mention, hosts):
                    event.remote.append((argument, chance))


def is_nearest(event: Event, mention: Mention, hosts: Sequence[Event]) -> bool:
    """True when no other trigger of the tagger stands nearer to a name of another sentence."""
    gap = abs(event.sentence - mention.sentence)
    return all(abs(h.sentence - mention.sentence) >= gap for h in hosts)


def find_leaning(reading: Reading, marked: Mapping[int, Tagged]) -> dict[str, str]:
    """The role that all marks of an entity have together."""
    sums: dict[str, dict[str, float]] = {}
    for mention in reading.mentions:
        mark = marked.get(mention.start)
        if mark is not None:
            roles = sums.setdefault(mention.entity, {})
            roles[mark.type] = roles.get(mark.type, 0.0) + mark.score
    return {entity: max(roles, key=lambda r: roles[r]) for entity, roles in sums.items()}


def find_speaking(reading: Reading, sources: Sequence[tuple[int, int]]) -> dict[int, str]:
    """Start of a mention that a source holds -> "whole" where it is the source, else "inside"."""
    found: dict[int, str] = {}
    for start, end in sources:
        at = bisect_left(reading.mention_starts, start)
        while at < len(reading.mentions) and reading.mentions[at].start < end:
            mention = reading.mentions[at]
            at += 1
            found[mention.start] = "whole" if mention.end >= end and mention.start - start <= 4 else "inside"
    return found


def find_lists(mentions: Sequence[Mention], governors: Sequence[Governor]) -> list[int]:
    """For each mention the index of the first name of its list, its own where it stands alone."""
    heads: list[int] = []
    for i, governor in enumerate(governors):
        joined = governor.kind == "list" and i > 0 and mentions[i - 1].sentence == mentions[i].sentence
        heads.append(heads[i - 1] if joined else i)
    return heads


def find_marked(reading: Reading, parties: Sequence[Tagged]) -> dict[int, Tagged]:
    """The tagger's party of each mention, by the start of the mention."""
    found: dict[int, Tagged] = {}
    at = 0
    ordered = sorted(parties)
    for mention in reading.mentions:
        while at < len(ordered) and ordered[at].end <= mention.start:
            at += 1
        best = max(
            (p for p in ordered[at : at + 3] if p.start < mention.end), key=lambda p: p.score, default=None
        )
        if best is not None:
            found[mention.start] = best
    return found
