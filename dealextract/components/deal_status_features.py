"""What the text around a deal says of its status, as named features for the fitted weights.

Classes of cues and hedges by side and nearness, the tense and voice of the trigger, the few words before and
after it, what other sentences on the deal say, and when it happened.
"""

from __future__ import annotations

from collections.abc import Iterator

from dealextract.components.deal_clusters import Cluster
from dealextract.components.deal_events import Event
from dealextract.components.deal_features import FRESH_DAYS, OLD_DAYS, Context
from dealextract.components.deal_positions import Grounds, is_passive
from dealextract.components.deal_terms import parse_day

STEPS = ((2, "next"), (5, "close"), (12, "near"))  # words between trigger and cue
WORDS_LEFT, WORDS_RIGHT = 6, 4  # words around a trigger that are features themselves
STEM = 6  # letters of a word that make it a feature
ENDING = 3


def list_status_features(cluster: Cluster, trigger: Event, kind: str, context: Context) -> set[str]:
    """Features of the status, around the trigger and around the deal's other evidence."""
    found = {"bias", f"type:{kind}", f"frame:{trigger.predicate.frame.name}"}
    found |= set(describe_place(cluster, trigger))
    found |= set(describe_voice(trigger, context.grounds))
    found |= set(describe_time(trigger, context))
    found |= set(describe_marks(trigger, context))
    found |= set(describe_words(trigger, context.grounds))
    own = {e.sentence for e in cluster.events}
    for event in cluster.events:
        if event is not trigger and (event.tagged or event.whole):
            found |= {f"again:{f}" for f in describe_marks(event, context)}
            found |= {f"again:{f}" for f in describe_voice(event, context.grounds)}
    for sentence in sorted(own | {trigger.sentence + 1}):
        if sentence != trigger.sentence:
            found |= {f"{name}:other" for _, _, name in context.marks.get(sentence, ())}
    if cluster.list_parties() & context.in_headline:
        found |= {f"{name}:headline" for _, _, name in context.marks.get(0, ())}
    return found


def describe_place(cluster: Cluster, trigger: Event) -> Iterator[str]:
    """Where the deal is told: headline, lead, later; how often."""
    first = min(e.sentence for e in cluster.events)
    yield "place:headline" if first == 0 else "place:lead" if first <= 3 else "place:later"
    yield f"told:{min(3, len(cluster.events))}"
    yield f"form:{trigger.predicate.form}"


def describe_marks(event: Event, context: Context) -> Iterator[str]:
    """Cues, hedges and stances of the trigger's sentence, by side and nearness."""
    reading = context.reading
    first, last = event.predicate.words
    nearest: dict[str, tuple[int, str]] = {}
    for start, end, name in context.marks.get(event.sentence, ()):
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
    """The words around the trigger, by side, and the trigger's own."""
    words, predicate = grounds.reading.words, event.predicate
    first, last = grounds.reading.list_words(predicate.sentence)
    own = [w.form for w in words[predicate.words[0] : predicate.words[1]]]
    yield f"word:{' '.join(f[:STEM] for f in own[:2])}"
    if predicate.form != "noun" and own:
        yield f"ending:{own[0][-ENDING:]}"
    left = [
        read_form(w.form) for w in words[max(first, predicate.words[0] - WORDS_LEFT) : predicate.words[0]]
    ]
    right = [
        read_form(w.form) for w in words[predicate.words[1] : min(last, predicate.words[1] + WORDS_RIGHT)]
    ]
    yield from (f"left:{w}" for w in left)
    yield from (f"right:{w}" for w in right)
    yield f"before:{left[-1] if left else '^'}"
    yield f"before:{' '.join(left[-2:]) if len(left) > 1 else '^'}"
    yield f"after:{right[0] if right else '$'}"


def read_form(form: str) -> str:
    """A word as a feature: a name, a figure, or its first letters.

    >>> read_form(""), read_form("12"), read_form("negotiations")
    ('N', '0', 'negoti')
    """
    return "N" if not form else "0" if form[0].isdigit() else form[:STEM]


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
        elif gap < 0:
            yield "date:ahead"
        elif gap <= FRESH_DAYS:
            yield "date:fresh"
