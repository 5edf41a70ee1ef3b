"""Readings of gold articles for `fit_deals`: the Docs that the deal component gets, in several modes.

The tagger knows the articles that it was trained on by heart; weights fitted on what it says of them would trust
it too much. So its deal heads on those articles (triggers, statuses, parties) are drawn from what it says on articles
that it has not seen: `Noise` counts there what it marks where gold has which role, type or status, and where gold has
nothing.
"""

from __future__ import annotations

import hashlib
import pickle
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import spacy
from spacy.tokens import Doc

from dealextract import load, records, spans
from dealextract.components.deal_lexicon import Hit
from dealextract.components.deal_references import PARTY_LABELS
from dealextract.components.deal_text import Reading
from dealextract.components.deals import DealAssembler
from dealextract.relations import Projections

sys.path.insert(0, str(Path(__file__).resolve().parent))
from targets import HeadSpan, head_spans

FROM_GOLD = ("names", "money", "percents", "dates", "hedges", "sources", "cues", "contents")
LABELS = {"names": ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"), "money": ("MONEY",), "percents": ("PERCENT",),
          "dates": ("DATE",), "hedges": ("HEDGE",), "sources": ("SOURCE",), "cues": ("CUE",), "contents": ("CONTENT",)}  # fmt: skip
UNDATED = 0.4  # share of readings without the publication date
SAME = 0.6  # share of marks that repeat what the tagger says of their entity elsewhere in the article
# Deviation of what is added to queries and keys of articles that the tagger knows: with it relations are as often right
# on lot w14 as on articles of that kind that it has not seen (F1 at gold triggers 69.4 and 68.9, 71.7 without).
BLUR = 1.0
WORD_HEADS = ("mentions", "triggers", "mention_triggers")  # what is said of words for deals
DEAL_HEADS = (*WORD_HEADS, "statuses", "mention_statuses", "parties", "party_statuses")


Votes = tuple[tuple[str, float], ...]  # statuses with their shares


class Said(NamedTuple):
    """What the tagger says at one place: a type and its score, of a word for a deal also its statuses with their shares.

    `heads` are the heads that mark a word for a deal, each with the score that it gives.
    """

    type: str
    score: float
    statuses: Votes = ()
    heads: tuple[tuple[str, float], ...] = ()


class Told(NamedTuple):
    """What the tagger says of one status in one article: at its triggers, and at the parties of its deals."""

    triggers: list[Votes]
    parties: list[Votes]


class Noise:
    """What the tagger says of unseen articles where gold says what; None where it says nothing."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.said: dict[str, list[Said | None]] = defaultdict(list)
        self.told: dict[str, list[Told]] = defaultdict(list)
        # At later words for a deal, by the state that their sentence tells.
        self.later: dict[str | None, list[Votes]] = defaultdict(list)

    def learn(self, doc: Any, record: dict[str, Any], reading: Reading, hits: Sequence[Hit]) -> None:
        """Count an unseen article, read by the whole pipeline."""
        gold = head_spans(record)
        statuses = [*spans.read_tagged(doc, "statuses"), *spans.read_tagged(doc, "mention_statuses")]
        marks = {head: spans.read_tagged(doc, head) for head in WORD_HEADS}
        parties, votes = spans.read_tagged(doc, "parties"), spans.read_tagged(doc, "party_statuses")
        for start, end, kind in gold["triggers"]:
            self.said[f"trigger:{kind}"].append(find_word(marks, start, end))
        for start, end, kind, state in list_later(record, gold):
            said = find_word(marks, start, end)
            self.said[f"mention:{kind}"].append(said)
            if said:
                self.later[state].append(find_votes(statuses, start, end))
        for status in {kind for _, _, kind in gold["statuses"]}:
            at = [find_votes(statuses, s, e) for s, e, kind in gold["statuses"] if kind == status]
            by = [find_votes(votes, s, e) for s, e, kind in gold["party_statuses"] if kind == status]
            self.told[status].append(Told([v for v in at if v], [v for v in by if v]))
        kind = name_hits(record)
        for hit in list_others(hits, gold["mentions"]):
            said = find_word(marks, hit.start, hit.end)
            joined = said and said._replace(statuses=find_votes(statuses, hit.start, hit.end))
            self.said[f"{kind}:{hit.frame.name}"].append(joined)
            self.said[f"{kind}:{hit.frame.weak}"].append(joined)
        for start, end, kind in gold["parties"]:
            said = find_best(parties, start, end)
            self.said[f"party:{kind}"].append(said and Said(said.type, said.score))
        for mention in list_others(reading.mentions, gold["parties"]):
            said = find_best(parties, mention.start, mention.end)
            at = find_votes(votes, mention.start, mention.end)
            self.said[f"bystander:{mention.label}"].append(said and Said(said.type, said.score, at))

    def draw(self, *keys: str) -> Said | None:
        """Something that the tagger said under the first key that has enough of it."""
        known = next((self.said[k] for k in keys if len(self.said[k]) >= 20), None)
        known = known or next((self.said[k] for k in keys if self.said[k]), [None])
        return self.rng.choice(known)

    def rewrite(
        self, record: dict[str, Any], reading: Reading, hits: Sequence[Hit]
    ) -> dict[str, list[spans.Tagged]]:
        """The deal heads of an article as the tagger would give them had it not seen the article.

        What is said of a status at its triggers and parties comes from one article: its errors go together.
        """
        gold = head_spans(record)
        status_of = {(s, e): kind for head in ("statuses", "party_statuses") for s, e, kind in gold[head]}
        told = {kind: self.rng.choice(self.told[kind] or [Told([], [])]) for kind in set(status_of.values())}
        found: dict[str, list[spans.Tagged]] = {head: [] for head in DEAL_HEADS}

        def vote(head: str, start: int, end: int, choices: Sequence[Votes]) -> None:
            votes = self.rng.choice(choices) if choices else ()
            found[head] += [spans.Tagged(start, end, *v) for v in votes]

        def mark(said: Said | None, start: int, end: int, choices: Sequence[Votes]) -> None:
            if said is not None:
                for head, score in said.heads:
                    found[head].append(spans.Tagged(start, end, said.type, score))
                vote("statuses", start, end, choices)

        for start, end, kind in gold["triggers"]:
            said = self.draw(f"trigger:{kind}", "trigger:acquisition")
            mark(said, start, end, told[status_of[start, end]].triggers)
        for start, end, kind, state in list_later(record, gold):
            said = self.draw(f"mention:{kind}", "mention:acquisition")
            mark(said, start, end, self.later[state])
        kind = name_hits(record)
        for hit in list_others(hits, gold["mentions"]):
            said = self.draw(f"{kind}:{hit.frame.name}", f"{kind}:{hit.frame.weak}")
            mark(said, hit.start, hit.end, [said.statuses] if said else ())
        roles = {(s, e): kind for s, e, kind in gold["parties"]}
        usual: dict[str, Said | None] = {}
        for mention in reading.mentions:
            at = next((place for place in roles if place[0] < mention.end and mention.start < place[1]), None)
            said = self.draw(f"party:{roles[at]}" if at else f"bystander:{mention.label}")
            if self.rng.random() < SAME:
                said = usual.setdefault(mention.entity, said)
            if said:
                found["parties"].append(spans.Tagged(mention.start, mention.end, said.type, said.score))
                choices = told[status_of[at]].parties if at else [said.statuses]
                vote("party_statuses", mention.start, mention.end, choices)
        return {head: sorted(items) for head, items in found.items()}


def list_later(
    record: dict[str, Any], gold: dict[str, list[HeadSpan]]
) -> list[tuple[int, int, str, str | None]]:
    """The later words for the deals of a record: start, end, type, and the state that their sentence tells."""
    states = {(s["start"], s["end"]): s["type"] for s in record.get("states", ())}
    return [(*m[:2], m[2], states.get(m[:2])) for m in gold["mentions"] if m not in gold["triggers"]]


def name_hits(record: dict[str, Any]) -> str:
    """The kind of a word of the lexicon that gold does not mark: where later words are marked too, it means no deal."""
    return "bare" if "mentions" in record else "hit"


def find_word(marks: dict[str, list[spans.Tagged]], start: int, end: int) -> Said | None:
    """What the heads for words of deals say of a range."""
    said = {head: best for head, items in marks.items() if (best := find_best(items, start, end))}
    if not said:
        return None
    surest = said.get("mentions") or said["triggers"]
    return Said(surest.type, surest.score, (), tuple((head, best.score) for head, best in said.items()))


def find_best(marks: Iterable[spans.Tagged], start: int, end: int) -> spans.Tagged | None:
    """The surest mark that overlaps a range."""
    return max((m for m in marks if m.start < end and start < m.end), key=lambda m: m.score, default=None)


def find_votes(statuses: Iterable[spans.Tagged], start: int, end: int) -> Votes:
    """The statuses that are said of a range, with their shares."""
    return tuple((s.type, s.score) for s in statuses if s.start < end and start < s.end)


def list_others(items: Iterable[Any], gold: Sequence[tuple[int, int, str]]) -> list[Any]:
    """The items, with start and end, that overlap no gold span."""
    return [i for i in items if not any(i.start < e and s < i.end for s, e, _ in gold)]


class Reader:
    """Reads articles as each mode says; what the pipeline gives can be kept, as it takes most of the time."""

    def __init__(self, model: str | None, seed: int, folder: Path | None = None) -> None:
        self.model, self.folder = model, folder
        self.seed, self.rng, self.random = seed, random.Random(seed), np.random.default_rng(seed)
        self.noise = Noise(self.rng)
        self.kept: dict[str, bytes] = {}
        self.pipeline = cache(lambda lang: load(lang, model=model))
        self.assembler = cache(DealAssembler)

    @staticmethod
    @cache
    def blank(lang: str) -> Any:
        """A pipeline of sentences alone."""
        nlp = spacy.blank(lang)
        nlp.add_pipe("dealextract_sentences")
        return nlp

    def reseed(self, part: int) -> None:
        """Draw other readings than the processes that have other parts of the articles; part 0 goes on as it is."""
        if part:
            self.rng.seed(f"{self.seed}/{part}")
            self.random = np.random.default_rng((self.seed, part))

    def read(self, record: dict[str, Any], mode: str) -> Any:
        """A Doc of the article with every layer but deals."""
        if mode in ("gold", "none"):
            return self.read_gold(record, mode)
        doc = self.run_pipeline(record)
        if mode != "tagger":
            reading = self.make_reading(doc, record["lang"])
            hits = reading.patterns.find_hits(reading.text, reading.list_forms())
            spans.store(doc)["tagged"].update(self.noise.rewrite(record, reading, hits))
            spans.write_projections(doc, self.blur(spans.read_projections(doc)))
        return doc

    def blur(self, projections: Projections | None) -> Projections | None:
        """The relations of an article as unsure as those of one that the tagger has not seen."""
        if projections is None:
            return None
        noise = self.random.normal(0.0, BLUR, projections.table.shape)
        return replace(projections, table=projections.table + noise)

    def run_pipeline(self, record: dict[str, Any]) -> Any:
        """The Doc that the pipeline without deals gives, at times without its date."""
        key = hashlib.sha256(record["text"].encode()).hexdigest()
        path = self.folder / f"{key}.pickle" if self.folder else None
        if key not in self.kept and path and path.exists():
            self.kept[key] = pickle.loads(path.read_bytes())
        if key not in self.kept:
            nlp = self.pipeline(record["lang"])
            doc = nlp.make_doc(record["text"])
            spans.set_context(doc, published=record.get("published"))
            for _, component in nlp.pipeline[:-1]:  # all but deals
                doc = component(doc)
            self.kept[key] = doc.to_bytes()
            if path:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(pickle.dumps(self.kept[key]))
        doc = Doc(self.blank(record["lang"]).vocab).from_bytes(self.kept[key])
        self.forget_date(doc, record)
        return doc

    def make_reading(self, doc: Any, lang: str) -> Reading:
        """The text as the deal component reads it."""
        names = [n for n in spans.read_layer(doc, "names", records.Name) if n.label in PARTY_LABELS]
        return Reading(doc, names, self.assembler(lang).patterns)

    def learn(self, record: dict[str, Any]) -> None:
        """Count what the tagger says of an article that it has not seen."""
        doc = self.run_pipeline(record)
        reading = self.make_reading(doc, record["lang"])
        self.noise.learn(doc, record, reading, reading.patterns.find_hits(reading.text, reading.list_forms()))

    def read_gold(self, record: dict[str, Any], mode: str) -> Any:
        """A Doc with the gold layers, in mode "gold" with the gold heads too."""
        doc = self.blank(record["lang"])(record["text"])
        self.forget_date(doc, record)
        if mode == "gold":
            spans.write_tagged(
                doc, {h: [spans.Tagged(*s, 1.0) for s in items] for h, items in head_spans(record).items()}
            )
        for layer in FROM_GOLD:
            model = spans.SPAN_LAYERS[layer]
            items = [model.model_validate(s) for s in record["spans"] if s["label"] in LABELS[layer]]
            spans.write_layer(doc, layer, items)
        said = [records.Attribution.model_validate(a) for a in record["attributions"]]
        spans.write_layer(doc, "attributions", said)
        return doc

    def forget_date(self, doc: Any, record: dict[str, Any]) -> None:
        known = self.rng.random() > UNDATED
        spans.set_context(doc, published=record.get("published") if known else None)
