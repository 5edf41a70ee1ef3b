"""One name, one label: what mentions of a name say of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dealextract.clusters import Mention

VOTING = ("COMPANY", "PUBLIC_BODY")
SURE = 0.8
# A mark below this gives way to two sure ones of another label on the same name; of a person and a firm,
# a single mark gives way to so many.
DOUBTFUL, MANY = 0.75, 4
FAIR = 0.5  # score of a mark on a name of several words that may outvote a doubtful one
DOUBTFUL_FIRM = 0.85  # mean score of a firm that may be the surname of a person of the text


def outvoted(mentions: Sequence[Mention], scores: dict[Mention, float]) -> list[Mention]:
    """The mentions, doubtful ones with the label of surer marks on the same name; `scores` gets the new ones.

    A press title that is bought, a person whose name a firm bears: both labels stay where the tagger is sure.
    """
    sure: dict[str, list[str]] = defaultdict(list)
    fair: dict[str, list[str]] = defaultdict(list)  # of names of several words
    for mention in mentions:
        if scores[mention] >= SURE:
            sure[mention.text].append(mention.label)
        if scores[mention] >= FAIR and " " in mention.text:
            fair[mention.text].append(mention.label)
    out = []
    for mention in mentions:
        labels, kept = sure[mention.text], mention
        if scores[mention] < DOUBTFUL and fair[mention.text].count(mention.label) <= 1:
            rest = [label for label in fair[mention.text] if label != mention.label]
            labels = rest if len(rest) > len(labels) else labels
        others = [label for label in labels if label != mention.label]
        alone = len(labels) - len(others) <= 1 and {mention.label, *others} == {"PERSON", "COMPANY"}
        if len(set(others)) == 1 and (
            (scores[mention] < DOUBTFUL and len(others) == len(labels) >= 2)
            or (alone and len(others) >= MANY)
        ):
            kept = mention._replace(label=others[0])
            scores[kept] = scores[mention]
        out.append(kept)
    return out


def call_by_surname(mentions: Sequence[Mention], scores: dict[Mention, float]) -> list[Mention]:
    """The mentions, doubtful firms of one word as persons where a person of the text has that last name.

    A firm that is sure of itself, or that bears more words elsewhere ("Brume", "Brume Holdings"), stays one.
    `scores` gets the new mentions.
    """
    surnames = {m.text.split()[-1] for m in mentions if m.label == "PERSON" and " " in m.text}
    firms: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.label == "COMPANY":
            firms[mention.text.split()[0]].append(mention)
    persons = {
        name
        for name in surnames & set(firms)
        if all(m.text == name for m in firms[name])
        and sum(scores[m] for m in firms[name]) < DOUBTFUL_FIRM * len(firms[name])
    }
    out = []
    for mention in mentions:
        kept = mention
        if mention.label == "COMPANY" and mention.text in persons:
            kept = mention._replace(label="PERSON")
            scores[kept] = scores[mention]
        out.append(kept)
    return out


def may_vote(mention: Mention) -> bool:
    """True for a firm or a body with a proper name; "ministère de …" says itself what it is."""
    return mention.label in VOTING and not mention.text[0].islower()


def relabel(
    mentions: Sequence[Mention], scores: dict[Mention, float], entities: Sequence[str]
) -> tuple[list[Mention], dict[Mention, str]]:
    """One entity, one label: of COMPANY and PUBLIC_BODY the greater sum of scores wins.

    A press title may be a firm in one place and a carrier in another, and a person and a firm may
    share a name: MEDIA and PERSON keep the tagger's word. `scores` gets the new mentions.
    """
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for mention, entity in zip(mentions, entities, strict=True):
        if may_vote(mention):
            votes[entity][mention.label] += scores[mention]
    out, whys = [], {}
    for mention, entity in zip(mentions, entities, strict=True):
        ballot = votes[entity]
        label = max(ballot, key=lambda k: (ballot[k], k)) if may_vote(mention) else mention.label
        changed = mention._replace(label=label)
        scores[changed] = scores[mention]
        out.append(changed)
        whys[changed] = "tagger" if changed == mention else f"tagger ({mention.label}), label of its entity"
    return out, whys
