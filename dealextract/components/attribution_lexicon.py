"""The language data of attribution, compiled: reporting verbs, prepositions, refusals, speakers."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from dealextract.alternations import join_phrases
from dealextract.lexicon import Lexicon, load_lexicon, with_apostrophes
from dealextract.records import SourceType, Stance

Strength = Literal["plain", "weak"]


class Verbs(Lexicon):
    """Verbs that inflect alike: every stem takes every ending."""

    strength: Strength
    stems: tuple[str, ...]
    finite: tuple[str, ...]
    participle: tuple[str, ...]
    gerund: tuple[str, ...]


class Speakers(Lexicon):
    """Nouns that name a source, by the type of source; pieces of pattern."""

    anonymous: tuple[str, ...]
    media: tuple[str, ...]
    document: tuple[str, ...]
    company: tuple[str, ...]
    public_body: tuple[str, ...]
    person: tuple[str, ...]
    other: tuple[str, ...]
    spokesperson: tuple[str, ...]


class Pronouns(Lexicon):
    """Pronouns that can be a source: of a human, of a person or a firm, of several speakers, of a thing."""

    human: tuple[str, ...]
    person: tuple[str, ...]
    group: tuple[str, ...]
    thing: tuple[str, ...]


class AttributionLexicon(Lexicon):
    """`attribution.toml`; lists of words, or of pieces of pattern where the file says so."""

    sure_cue: float
    auxiliaries: tuple[str, ...]
    adverbs: tuple[str, ...]
    inversions: tuple[str, ...]
    prepositions: tuple[str, ...]
    rule_prepositions: tuple[str, ...]
    not_speakers: tuple[str, ...]
    citing: tuple[str, ...]
    cited_by: tuple[str, ...]
    quoted_as: tuple[str, ...]
    passive: tuple[str, ...]
    complementizers: tuple[str, ...]
    adjuncts: tuple[str, ...]
    recipients: tuple[str, ...]
    affiliations: tuple[str, ...]
    relative: tuple[str, ...]
    conjunctions: tuple[str, ...]
    determiners: tuple[str, ...]
    leads: tuple[str, ...]
    definite: tuple[str, ...]
    titles: tuple[str, ...]
    head_last: bool
    to_whom: tuple[str, ...]
    never: tuple[str, ...]
    hearsay_after: tuple[str, ...]
    nouns: tuple[str, ...]
    noun_like: tuple[str, ...]  # forms of verbs that are nouns behind a singular
    plural_ends: tuple[str, ...]
    passive_ends: tuple[str, ...]  # last words of a subject whose verb is passive
    quoted_words: tuple[str, ...]
    quoted_where: tuple[str, ...]
    before_gerund: tuple[str, ...]
    tells: tuple[str, ...]
    interviews: tuple[str, ...]
    made_known: tuple[str, ...]
    manners: tuple[str, ...]
    indefinite: tuple[str, ...]
    single: tuple[str, ...]
    experts: tuple[str, ...]
    owners: tuple[str, ...]
    same: tuple[str, ...]
    declines: tuple[str, ...]
    unreachable: tuple[str, ...]
    denies: tuple[str, ...]
    asks: tuple[str, ...]
    demands: tuple[str, ...]
    source_labels: tuple[str, ...]
    agents: tuple[str, ...]
    not_followed: tuple[str, ...]
    pronouns: Pronouns
    speakers: Speakers
    verbs: tuple[Verbs, ...]


def compile_words(
    pieces: tuple[str, ...] | list[str], before: str = r"(?<!\w)(?=\w)", after: str = ""
) -> re.Pattern[str]:
    """A pattern of whole words, without regard to case."""
    elided = [piece for piece in pieces if piece.endswith("'")]
    whole = [piece for piece in pieces if not piece.endswith("'")]
    parts = [join_phrases(whole) + r"(?!\w)"] if whole else []
    parts += [join_phrases(elided)] if elided else []
    return re.compile(before + "(?:" + "|".join(parts) + ")" + after, re.IGNORECASE)


class Grammar:
    """The patterns of one language, compiled once."""

    def __init__(self, lexicon: AttributionLexicon) -> None:
        self.lexicon = lexicon
        finite: dict[Strength, list[str]] = {"plain": [], "weak": []}
        participles: dict[Strength, list[str]] = {"plain": [], "weak": []}
        gerunds: list[str] = []
        for group in lexicon.verbs:
            for stem in group.stems:
                finite[group.strength] += [stem + ending for ending in group.finite]
                participles[group.strength] += [stem + ending for ending in group.participle]
                gerunds += [stem + ending for ending in group.gerund]
        aux = (
            "(?-i:"
            + join_phrases(lexicon.auxiliaries)
            + ")"
            + r"(?:\s"
            + join_phrases(lexicon.adverbs)
            + r")?\s"
        )
        # In lower case only: "AI a refusé" holds no auxiliary "ai".
        self.auxiliary = re.compile(join_phrases(lexicon.auxiliaries))
        adverbs = r"(?:\s" + join_phrases(lexicon.adverbs) + r")?"
        self.hyphen_end = re.compile(r"(?:-t)?-?\Z")
        self.auxiliary_verb = re.compile(
            r"(?<![\w'’-])" + join_phrases(lexicon.auxiliaries) + adverbs + r"\s\w+"
        )
        hyphen = (
            "(?!" + ("(?!" + join_phrases(lexicon.inversions) + r")" if lexicon.inversions else "") + r"-\w)"
        )
        inversion = join_phrases(lexicon.inversions) + r"(?!\w)" if lexicon.inversions else ""
        self.verbs = {
            strength: re.compile(
                rf"(?<![\w'’-])(?=\w)(?:{aux}{join_phrases(participles[strength])}|{join_phrases(finite[strength])})(?!\w){hyphen}"
                rf"(?!\s{join_phrases(lexicon.not_followed)}(?!\w))",
                re.IGNORECASE,
            )
            for strength in ("plain", "weak")
        }
        self.gerund = compile_words(gerunds)
        self.inversion = re.compile(inversion, re.IGNORECASE) if inversion else None
        self.preposition = compile_words(lexicon.rule_prepositions, before=r"(?<![\w'’-])(?=\w)")
        self.prepositional = compile_words(lexicon.prepositions, before=r"\A", after=r"")
        self.citing = compile_words(lexicon.citing, before=r"\A", after=r"")
        self.cited_by = compile_words(lexicon.cited_by, before=r"\A")
        as_saying = join_phrases(lexicon.quoted_as) if lexicon.quoted_as else r"(?!)"
        self.quoted_as = re.compile(r"\A[^.;:!?«»“”\"\n]{2,120}?\s" + as_saying + r"(?!\w)", re.IGNORECASE)
        self.never = compile_words(lexicon.never, before=r"\A", after=r"\Z")
        self.quoted_end = re.compile(rf"\s{as_saying}(?!\w)", re.IGNORECASE)
        self.quoted_word = compile_words(lexicon.quoted_words) if lexicon.quoted_words else re.compile("(?!)")
        self.quoted_where = compile_words(lexicon.quoted_where, before=r"\s", after=r"\s(?:\w+\s)?\Z")
        self.before_gerund = compile_words(lexicon.before_gerund, after=r"\s\Z")
        self.passive = compile_words(lexicon.passive, before=r"\A", after=r"")
        self.complementizer = compile_words(lexicon.complementizers, before=r"\A\s*")
        self.complementizer_end = compile_words(lexicon.complementizers, after=r"\s*\Z")
        self.complementizer_inside = compile_words(lexicon.complementizers)
        self.affiliation = compile_words(lexicon.affiliations, before=r"\A")
        self.adjunct = re.compile(r"\A[\s,]*" + join_phrases(lexicon.adjuncts) + r"(?![\w'’])", re.IGNORECASE)
        self.adjunct_inside = re.compile(
            r"[\s,]" + join_phrases(lexicon.adjuncts) + r"(?![\w'’])", re.IGNORECASE
        )
        self.recipient = re.compile(
            r"\A[\s,]*" + join_phrases(lexicon.recipients) + r"(?![\w'’])", re.IGNORECASE
        )
        said = lexicon.pronouns
        openers = [*lexicon.determiners, *lexicon.conjunctions, *lexicon.leads, *lexicon.adverbs]
        openers += [*lexicon.relative, *lexicon.affiliations, *lexicon.rule_prepositions]
        openers += [*said.human, *said.person, *said.group, *said.thing, *lexicon.complementizers]
        self.opener = compile_words(openers, before=r"\A")
        self.relative = compile_words(lexicon.relative)
        self.relative_start = compile_words(lexicon.relative, before=r"\A[\s,]*(?:\w+\s)?")
        self.relative_end = compile_words(lexicon.relative, after=r"(?:\s\w+)?\s*\Z")
        self.conjunction = compile_words(lexicon.conjunctions)
        self.determiner = compile_words(lexicon.determiners, before=r"\A")
        self.determiner_inside = compile_words(lexicon.determiners, before=r"\s", after=r"\s")
        self.lead = compile_words(lexicon.leads, before=r"\A")
        self.definite = compile_words(lexicon.definite, before=r"\A")
        self.agent = compile_words(lexicon.agents, before=r"\A\s+")
        self.agent_near = compile_words(lexicon.agents, before=r"\A(?:\s+[\w-]+){0,3}?\s+", after=r"\s+")
        self.edge_word = compile_words(
            [
                *lexicon.determiners,
                *lexicon.affiliations,
                *lexicon.conjunctions,
                *lexicon.relative,
                *lexicon.agents,
                "to",
            ],
            after=r"\s*\Z",
        )
        self.recipient_before = compile_words(lexicon.to_whom, after=r"\s*\Z")
        # What may stand between a cue or its source and the outlet that was told.
        articles = rf"(?:{join_phrases(lexicon.definite)}\s?)?"
        self.told = re.compile(rf"[\s,]+{join_phrases(lexicon.to_whom)}\s?{articles}", re.IGNORECASE)
        self.told_bare = re.compile(rf"\s+{articles}", re.IGNORECASE)
        self.interview = re.compile(
            rf"[\s,][^.;:!?«»“”\"()\n]{{0,50}}?{join_phrases(lexicon.interviews)}\s?{articles}", re.IGNORECASE
        )
        self.tells = compile_words(lexicon.tells) if lexicon.tells else re.compile("(?!)")
        self.made_known = compile_words(lexicon.made_known)
        self.to_whom = compile_words(lexicon.to_whom, before=r"\A\s*")
        self.title = re.compile(r"\A" + join_phrases(lexicon.titles) + r"\s(?=\w)")
        self.affiliation_inside = compile_words(lexicon.affiliations, before=r"(?:,|\s)")
        self.indefinite = compile_words(lexicon.indefinite, before=r"\A")
        self.hearsay_after = (
            compile_words(lexicon.hearsay_after, before=r"\A\s(?:[\w]+\s){0,2}")
            if lexicon.hearsay_after
            else re.compile("(?!)")
        )
        self.noun = compile_words(lexicon.nouns)
        self.noun_like = (
            compile_words(lexicon.noun_like, before=r"\A", after=r"\Z")
            if lexicon.noun_like
            else re.compile("(?!)")
        )
        self.passive_end = compile_words(lexicon.passive_ends, after=r"\s*\Z")
        self.demand = compile_words(lexicon.demands, before=r"(?<![\w'’-])(?=\w)")
        self.experts = compile_words(lexicon.experts)
        self.single = compile_words(lexicon.single, before=r"\A")
        self.owner = (
            compile_words(lexicon.owners, before="(?=['’s])") if lexicon.owners else re.compile("(?!)")
        )
        self.same = compile_words(lexicon.same, before=r"\A")
        self.not_speaker = compile_words(lexicon.not_speakers, before=r"\A\s*")
        self.label = re.compile(
            r"\(\s*(" + join_phrases(lexicon.source_labels) + r")\s*:\s*([^()\n]{2,80})\)", re.IGNORECASE
        )
        self.stances: dict[Stance, re.Pattern[str]] = {
            "unreachable": compile_words(lexicon.unreachable),
            "declines": compile_words(lexicon.declines),
            "denies": compile_words(lexicon.denies),
            "asks_or_orders": compile_words(lexicon.asks),
        }
        kinds: tuple[SourceType, ...] = (
            "anonymous",
            "media",
            "document",
            "company",
            "public_body",
            "person",
            "other",
        )
        self.speakers: dict[SourceType, re.Pattern[str]] = {
            k: compile_words(getattr(lexicon.speakers, k)) for k in kinds
        }
        self.spokesperson = compile_words(lexicon.speakers.spokesperson)
        self.any_speaker = compile_words([p for k in kinds for p in getattr(lexicon.speakers, k)])
        words = lexicon.pronouns
        self.pronouns = {
            kind: compile_words(getattr(words, kind), before=r"\A", after=r"\Z")
            if getattr(words, kind)
            else None
            for kind in ("human", "person", "group", "thing")
        }
        self.subject_pronouns = frozenset(
            with_apostrophes([*words.human, *words.person, *words.group, *words.thing])
        )

    def pronoun_kind(self, text: str) -> str | None:
        """`human`, `person`, `group` or `thing` when the whole text is a pronoun, else None."""
        for kind, pattern in self.pronouns.items():
            if pattern is not None and pattern.match(text):
                return kind
        return None


@cache
def load_grammar(lang: str) -> Grammar:
    """The compiled grammar of a language; raises UnsupportedLanguage or LexiconError."""
    return Grammar(load_lexicon(lang, "attribution", AttributionLexicon))
