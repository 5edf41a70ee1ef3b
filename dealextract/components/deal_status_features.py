"""What the text around a deal says of its status, as named features for the fitted weights.

Classes of cues and hedges by side and nearness, the tense and voice of the trigger, what other sentences on
the deal say, and when it happened. Words around the trigger, tried as features, did worse on unseen articles.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_events import Event
from dealextract.components.deal_features import FRESH_DAYS, OLD_DAYS, Context, list_votes
from dealextract.components.deal_party_votes import average_votes, describe_pool, pool_votes
from dealextract.components.deal_positions import Grounds, is_passive
from dealextract.components.deal_status_marks import StatusMarks
from dealextract.components.deal_tense import REACH, Tenses
from dealextract.components.deal_terms import parse_day

STEPS = ((2, "next"), (5, "close"), (12, "near"))  # words between trigger and cue
STEM, ENDING = 6, 3  # letters of a word that are a feature
YEAR_DAYS = 365
SIGNS = ("cue:", "hedge:", "stance:")
TOLD = ("form:", "place:", "mode:", "verb:")


def list_status_features(
    cluster: Cluster, trigger: Event, kind: str, context: Context, others: Others
) -> set[str]:
    """Features of the status, around the trigger and around the deal's other evidence."""
    found = {"bias", f"type:{kind}", f"frame:{trigger.predicate.frame.name}"}
    found |= set(describe_place(cluster, trigger))
    found |= set(describe_voice(trigger, context.grounds))
    found |= set(describe_group(trigger, context.grounds, others.marks.tenses))
    found |= set(describe_time(trigger, context))
    found |= set(describe_marks(cluster, trigger, context, others.marks))
    found |= set(describe_words(trigger, context.grounds))
    own = {e.sentence for e in cluster.events}
    for event in cluster.events:
        if event is not trigger and (event.tagged or event.whole):
            found |= {f"again:{f}" for f in describe_marks(cluster, event, context, others.marks)}
            found |= {f"again:{f}" for f in describe_voice(event, context.grounds)}
    for sentence in sorted(own | {trigger.sentence + 1}):
        if sentence != trigger.sentence:
            found |= {f"{m.name}:other" for m in others.marks.list_marks(sentence, cluster)}
    if cluster.list_parties() & context.in_headline:
        found |= {f"{name}:headline" for _, _, name in context.marks.get(0, ())}
    found |= set(list_votes(cluster, trigger, "status"))
    found |= set(others.describe(cluster))
    found |= set(describe_pool("party", others.pools.get(id(cluster), {})))
    found |= set(describe_pool("mean", average_votes(cluster)))
    for sentence in others.about.get(id(cluster), set()) - own:
        found |= {f"{name}:about" for _, _, name in context.marks.get(sentence, ())}
    return found | set(combine(found))


def combine(found: set[str]) -> Iterator[str]:
    """Pairs of what the trigger's sentence says, and of that with how and where the trigger is told.

    >>> sorted(combine({"cue:offered", "cue:rejected", "form:noun", "cue:offered:left"}))
    ['cue:offered & cue:rejected', 'cue:offered & form:noun', 'cue:rejected & form:noun']
    """
    signs = sorted(f for f in found if f.count(":") == 1 and f.startswith(SIGNS) and "/" not in f)
    told = sorted(f for f in found if f.startswith(TOLD))
    yield from (f"{a} & {b}" for a, b in itertools.combinations(signs, 2))
    yield from (f"{a} & {b}" for a in signs for b in told)


class Others:
    """How the deals of an article stand to each other, and which other sentences speak of them."""

    def __init__(self, clusters: Sequence[Cluster], context: Context, tenses: Tenses) -> None:
        self.marks = StatusMarks(clusters, context, tenses)
        self.number = len(clusters)
        self.bidders = Counter(t for c in clusters for t in set(c.parties.get("target", ())))
        self.about = find_about(clusters, context)
        self.pools = pool_votes(clusters, context.party_statuses, context.reading)

    def describe(self, cluster: Cluster) -> Iterator[str]:
        """Whether the deal is the article's only one, and whether another deal has its target."""
        if self.number == 1:
            yield "only deal"
        if any(self.bidders[t] > 1 for t in cluster.parties.get("target", ())):
            yield "rivals"


def find_about(clusters: Sequence[Cluster], context: Context) -> dict[int, set[int]]:
    """Sentences without a trigger, by the deal (its id()) that they speak of.

    They name two of its parties, or recall the last deal told ("the talks").
    """
    reading = context.reading
    told = {e.sentence: c for c in clusters for e in c.events if e.tagged or e.whole}
    deals: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        for entity in cluster.list_parties():
            deals.setdefault(entity, []).append(cluster)
    found: dict[int, set[int]] = {}
    last: Cluster | None = None
    for sentence, (start, end) in enumerate(reading.sentences):
        if sentence in told:
            last = told[sentence]
            continue
        named = {reading.mentions[i].entity for i in reading.by_sentence.get(sentence, ())}
        shared = Counter(id(c) for entity in named for c in deals.get(entity, ()))
        own = {key for key, times in shared.items() if times >= 2}
        if last is not None and reading.patterns.recalls.search(reading.text, start, end):
            own.add(id(last))
        for key in own:
            found.setdefault(key, set()).add(sentence)
    return found


def describe_place(cluster: Cluster, trigger: Event) -> Iterator[str]:
    """Where the deal is told: headline, lead, later; how often."""
    first = min(e.sentence for e in cluster.events)
    yield "place:headline" if first == 0 else "place:lead" if first <= 3 else "place:later"
    yield f"told:{min(3, len(cluster.events))}"
    yield f"form:{trigger.predicate.form}"


def describe_marks(
    cluster: Cluster, event: Event, context: Context, status_marks: StatusMarks
) -> Iterator[str]:
    """Cues, hedges and stances of the trigger's sentence, by side and nearness."""
    reading = context.reading
    first, last = event.predicate.words
    nearest: dict[str, tuple[int, str]] = {}
    marks = status_marks.list_marks(event.sentence, cluster)
    # "bid" in "bid battle" is no word on how far the deal is
    strong = context.grounds.strong
    cues = [n for at, _, n in marks if n.startswith("cue:") and reading.find_word(at) not in strong]
    if cues:
        yield f"{cues[-1]}:last"
    for start, end, name in marks:
        yield name
        if start < event.predicate.end and event.start < end:
            yield f"{name}:at"
            continue
        left = end <= event.start
        gap = first - reading.find_word(end - 1) - 1 if left else reading.find_word(start) - last
        step = next((word for limit, word in STEPS if gap <= limit), None)
        if step is None:
            continue
        side = "left" if left else "right"
        yield f"{name}:{side}"
        yield f"{name}:{side}/{step}"
        kind = f"{side}/{name.split(':')[0]}"
        nearest[kind] = min(nearest.get(kind, (gap, name)), (gap, name))
    for kind, (_, name) in nearest.items():
        yield f"{name}:first/{kind}"
    for start, end, name in context.scopes.get(event.sentence, ()):
        if start <= event.start < end:
            yield f"{name}:over"


def describe_words(event: Event, grounds: Grounds) -> Iterator[str]:
    """The trigger's own words, and the ending of a verb."""
    predicate = event.predicate
    own = [w.form for w in grounds.reading.words[predicate.words[0] : predicate.words[1]]]
    yield f"word:{' '.join(f[:STEM] for f in own[:2])}"
    if predicate.form != "noun" and own:
        yield f"ending:{own[0][-ENDING:]}"


def describe_voice(trigger: Event, grounds: Grounds) -> Iterator[str]:
    """Tense and voice of a verb, by its ending and the auxiliaries before it."""
    predicate, lexicon = trigger.predicate, grounds.lexicon
    if predicate.form == "noun":
        return
    first, _ = grounds.reading.list_words(predicate.sentence)
    before = [w.form for w in grounds.reading.words[max(first, predicate.words[0] - 4) : predicate.words[0]]]
    active = any(f in lexicon.active for f in before)
    word = grounds.reading.text[predicate.start : predicate.end].lower()
    yield "voice:passive" if is_passive(grounds, predicate) else "voice:active"
    if active:
        yield "tense:perfect"
    elif predicate.form == "participle":
        yield "tense:participle"
    if before and before[-1] in lexicon.future:
        yield "tense:future"
    if word.endswith(lexicon.infinitive_endings) and not active:
        yield "tense:infinitive"
    yield f"tense:{predicate.form}{'+aux' if active else ''}"


def describe_group(trigger: Event, grounds: Grounds, tenses: Tenses) -> Iterator[str]:
    """The verb group of a trigger that is a verb."""
    predicate, reading = trigger.predicate, grounds.reading
    if predicate.form == "noun":
        return
    first, _ = reading.list_words(predicate.sentence)
    at = predicate.words[0]
    before = [w.form for w in reading.words[max(first, at - REACH) : at]]
    group = tenses.read(before, reading.words[at].form)
    yield f"mode:{group.mode}"
    yield f"verb:{group.ending}"


def describe_time(trigger: Event, context: Context) -> Iterator[str]:
    """Whether the trigger's sentence dates the event long before the article, about then, or after."""
    start, end = context.span(trigger.sentence)
    text = context.reading.text[start:end]
    if context.reading.find_years(trigger.sentence):
        yield "year"
    if context.reading.patterns.past.search(text):
        yield "past"
    for found in context.dates:
        if not start <= found.start < end:
            continue
        day = parse_day(found.value)
        if day is None or context.published is None:
            continue
        gap = (context.published - day).days
        if gap > OLD_DAYS:
            yield "date:old"
            if gap > YEAR_DAYS:
                yield "date:older"
        elif gap < 0:
            yield "date:ahead"
        elif gap <= FRESH_DAYS:
            yield "date:fresh"
