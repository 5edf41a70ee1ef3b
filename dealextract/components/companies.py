"""Names: the tagger's spans cleaned, labels made consistent, missed mentions added, aliases clustered."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.aliases import AliasLexicon
from dealextract.clusters import Clusterer, Mention
from dealextract.compound_names import PairSplitter, join_parts
from dealextract.edges import EdgeCleaner
from dealextract.headlines import trim_headline
from dealextract.known_names import KnownLexicon, KnownNames
from dealextract.lexicon import load_lexicon
from dealextract.name_roles import PersonFinder, RoleLexicon
from dealextract.name_votes import SURE, call_by_surname, may_vote, outvoted, relabel
from dealextract.records import Name
from dealextract.tickers import TickerFinder, is_inside

# Labels whose names are looked for again in the text, letters that such a name must have, least best score.
SPREADING = ({"COMPANY"}, {"PERSON"})
JOINING = frozenset({"PUBLIC_BODY"})
SHORTEST = 3
LEAST_SUBJECT = 2  # mentions as a firm of an agency that an article is about


class CompanyLexicon(AliasLexicon, KnownLexicon, RoleLexicon):
    """`companies.toml`: edges of names, words that matter when names are compared, kinds, pairs."""

    exchanges: tuple[str, ...]
    pairs: tuple[str, ...]
    kinds: dict[str, str]
    title_case: bool = False  # headlines may bear capitals


class CompaniesComponent:
    """Writes the layer `names`; nothing where no tagger ran, as a name is known by its context only."""

    def __init__(self, lang: str, *, vote: bool, spread: bool, clean: bool, known: bool) -> None:
        lexicon = load_lexicon(lang, "companies", CompanyLexicon)
        self.title_case = lexicon.title_case
        self.clusterer = Clusterer(lexicon)
        self.cleaner = EdgeCleaner(lexicon)
        self.names = KnownNames(lexicon, lang)
        self.persons = PersonFinder(lexicon, lexicon.titles)
        self.pairs = PairSplitter(lexicon.pairs, dict.fromkeys(lexicon.agencies, "MEDIA"))
        self.kinds = lexicon.kinds
        self.tickers = TickerFinder(lexicon.exchanges)
        kinds = "|".join(sorted(map(re.escape, lexicon.kinds), key=len, reverse=True))
        self.kind = re.compile(rf"\b({kinds})s?[ \u00a0]{{1,2}}$", re.IGNORECASE)
        self.vote, self.spread, self.clean, self.known = vote, spread, clean, known

    def __call__(self, doc: Doc) -> Doc:
        text = spans.read_text(doc)
        scores = self.tagged(text, spans.read_tagged(doc, "names"))
        mentions = without_overlap(scores)
        if self.vote:
            mentions = call_by_surname(outvoted(mentions, scores), scores)
        whys = dict.fromkeys(mentions, "tagger")
        if self.vote and len({m.label for m in mentions if may_vote(m)}) > 1:
            mentions, whys = relabel(mentions, scores, self.clusterer.entities(text, mentions))
        if self.known:
            whys = self.settled(text, whys, scores)
        if self.spread:
            for mention in missed(text, sorted(whys), scores):
                for inner in [m for m in whys if mention.start <= m.start and m.end <= mention.end]:
                    del whys[inner]
                whys[mention] = "same name elsewhere in the document"
        mentions = sorted(whys)
        entities = self.clusterer.entities(text, mentions)
        ids = spans.number_ids("names", len(mentions))
        names = [
            Name.model_validate({
                "id": i, "label": m.label, "start": m.start, "end": m.end, "text": m.text, "entity": entity,
                "why": whys[m], "score": scores.get(m), "kind": self.kind_of(text, m),
                "ticker": self.ticker_of(text, m),
            })
            for i, m, entity in zip(ids, mentions, entities, strict=True)
        ]  # fmt: skip
        spans.write_layer(doc, "names", names)
        return doc

    def tagged(self, text: str, marks: Sequence[spans.Tagged]) -> dict[Mention, float]:
        """The tagger's names with clean edges, and their scores."""
        scores: dict[Mention, float] = {}
        codes = self.tickers.find(text)
        for mark in joined_marks(text, marks):
            start, end = mark.start, mark.end
            if is_inside(start, end, codes):
                continue
            if self.clean:
                start, end = self.cleaner.clean(text, start, end, mark.type)
            if start < end:
                if self.known and mark.type in ("MEDIA", "PERSON"):
                    start, end = self.names.without_kind(text, start, end, mark.type)
                if start < end and self.known and mark.type == "MEDIA":
                    start = self.names.with_article(text, start, end)
                if self.known and mark.type in ("COMPANY", "PUBLIC_BODY"):
                    start = self.names.with_kind(text, start)
                if start == end:
                    continue
                mention = Mention(start, end, text[start:end], mark.type)
                scores[mention] = max(mark.score, scores.get(mention, 0.0))
        if self.clean:
            scores = join_parts(text, self.pairs.split(text, scores), self.clusterer.stop)
            if self.title_case:
                scores = trim_headline(text, scores, self.clusterer.legal_forms)
        return self.without_nation(scores) if self.known else scores

    def without_nation(self, scores: dict[Mention, float]) -> dict[Mention, float]:
        """Firms without the adjective before a name that also stands alone: "Swiss" of "Swiss Alvo"."""
        firms = {m.text for m in scores if m.label == "COMPANY"}
        out: dict[Mention, float] = {}
        for mention, score in scores.items():
            nation, _, rest = mention.text.partition(" ")
            if mention.label == "COMPANY" and rest in firms and nation in self.names.nationalities:
                plain = Mention(mention.end - len(rest), mention.end, rest, mention.label)
            else:
                plain = mention
            out[plain] = max(score, out.get(plain, 0.0))
        return out

    def settled(
        self, text: str, whys: dict[Mention, str], scores: dict[Mention, float]
    ) -> dict[Mention, str]:
        """The mentions with the labels that the name or the words before it settle, and outlets cited."""
        out: dict[Mention, str] = {}
        surnames = self.persons.surnames(text, list(whys))
        firms = [m for m in whys if m.label == "COMPANY"]
        people = {m.text for m in firms if self.persons.is_person(text, m, surnames, firms)}
        subjects = self.bought_agencies(whys)
        for mention, why in whys.items():
            given = "PERSON" if mention.label == "COMPANY" and mention.text in people else mention.label
            label = self.names.label(text, mention.start, mention.end, given, subjects)
            if label is not None:
                changed = mention._replace(label=label)
                scores[changed] = scores[mention]
                out[changed] = why if changed == mention else f"{why}, known as {label}"
        taken = sorted((m.start, m.end) for m in out)
        sure = [(*at, "MEDIA", "known outlet, cited") for at in self.names.carriers(text)]
        sure += [(*at, "PUBLIC_BODY", "known body") for at in self.names.governments(text)]
        for start, end, label, why in sorted(sure):
            at = bisect_left(taken, (end, 0))
            if at == 0 or taken[at - 1][1] <= start:
                mention = Mention(start, end, text[start:end], label)
                out[mention] = why
                scores[mention] = 1.0
                taken.insert(at, (start, end))
        return out

    def bought_agencies(self, whys: Collection[Mention]) -> set[str]:
        """News agencies that an article is about: the tagger calls them a firm more often than an outlet."""
        found = Counter((m.text, m.label) for m in whys if m.text in self.names.agencies)
        return {
            name
            for (name, label), times in found.items()
            if label == "COMPANY" and times >= LEAST_SUBJECT and times > found[name, "MEDIA"]
        }

    def ticker_of(self, text: str, mention: Mention) -> str | None:
        """The ticker stated in brackets right after a firm's name."""
        return self.tickers.code_after(text, mention.end) if mention.label == "COMPANY" else None

    def kind_of(self, text: str, mention: Mention) -> str | None:
        """What the words right before a firm's name say that it is."""
        if mention.label != "COMPANY":
            return None
        found = self.kind.search(text[max(0, mention.start - 30) : mention.start])
        return self.kinds.get(found.group(1).lower()) if found else None


def without_overlap(scores: dict[Mention, float]) -> list[Mention]:
    """The mentions in text order, of two that overlap the longer one, then the surer one."""
    kept: list[Mention] = []
    starts: list[int] = []
    for mention in sorted(scores, key=lambda m: (m.start - m.end, -scores[m], m.start)):
        at = bisect_right(starts, mention.start)
        free_left = at == 0 or kept[at - 1].end <= mention.start
        if free_left and (at == len(kept) or mention.end <= kept[at].start):
            kept.insert(at, mention)
            starts.insert(at, mention.start)
    return kept


def joined_marks(text: str, marks: Sequence[spans.Tagged]) -> list[spans.Tagged]:
    """The marks with those put together that a space parts and that one name makes: "State Bank of" "Goa"."""
    out: list[spans.Tagged] = []
    for mark in marks:
        last = out[-1] if out else None
        if (
            last is not None
            and last.type == mark.type
            and mark.type in JOINING
            and mark.start - last.end <= 1
            and text[last.end : mark.start] in ("", " ", "\u00a0")
        ):
            out[-1] = spans.Tagged(last.start, mark.end, mark.type, max(last.score, mark.score))
        else:
            out.append(mark)
    return out


def missed(text: str, mentions: Sequence[Mention], scores: dict[Mention, float]) -> list[Mention]:
    """Mentions of the document's own firms that the tagger passed over: same case, whole words.

    Only names that the tagger saw at least as often as it passed them over, and once surely.
    """
    seen: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        seen[mention.text].append(mention)
    names = [
        name
        for name, found in seen.items()
        if len(name) >= SHORTEST and (name[0].isupper() or name[0].isdigit()) and not name.isdigit()
        and {m.label for m in found} in SPREADING and max(scores[m] for m in found) >= SURE
        and text.count(name) > len(found)
    ]  # fmt: skip
    if not names:
        return []
    names.sort(key=len, reverse=True)
    pattern = re.compile(r"(?<![\w&-])(?:" + "|".join(map(re.escape, names)) + r")(?![\w&]|-\w| [A-Z0-9])")
    starts = [mention.start for mention in mentions]
    out: dict[str, list[Mention]] = defaultdict(list)
    for match in pattern.finditer(text):
        near = mentions[max(0, bisect_right(starts, match.start()) - 1) : bisect_left(starts, match.end())]
        inside = [m for m in near if m.start < match.end() and match.start() < m.end]
        if all(
            match.start() <= m.start and m.end <= match.end() and len(m.text) < len(match.group())
            for m in inside
        ):
            label = seen[match.group()][0].label
            out[match.group()].append(Mention(match.start(), match.end(), match.group(), label))
    return [m for name, found in out.items() if len(found) <= len(seen[name]) for m in found]


@Language.factory(
    "dealextract_companies",
    assigns=["doc.spans"],
    default_config={"rules": ["clean", "vote", "known", "spread"]},
)
def make_companies(nlp: Language, name: str, rules: list[str]) -> CompaniesComponent:
    """The names component of the pipeline's language; each post-rule can be left out of `rules`."""
    return CompaniesComponent(
        nlp.lang or "",
        vote="vote" in rules,
        spread="spread" in rules,
        clean="clean" in rules,
        known="known" in rules,
    )
