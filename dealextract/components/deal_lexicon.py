"""The deal lexicon: predicates with the roles of their arguments, and the small words around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple

from pydantic import Field

from dealextract.components.deal_phrases import PhraseIndex, make_between, make_body, make_pattern
from dealextract.lexicon import Lexicon, load_lexicon
from dealextract.records import DealType, Status

Role = Literal["acquirer", "target", "seller", "partner"]
Form = Literal["verb", "participle", "noun"]
FORMS: tuple[Form, ...] = ("noun", "participle", "verb")  # of equal phrases the first wins


class Frame(Lexicon):
    """A class of predicates and the role that each syntactic position gives.

    Positions are `subject`, `object`, `possessor` (X's bid), `modifier` (the X bid), `part` (a unit of X),
    `shares` (30 % of X) and the classes of prepositions (`of`, `by`, `to`, …).
    """

    name: str
    type: DealType
    default: bool = False  # the frame of a trigger of this type that is not in the lexicon
    weak: bool = False  # never makes a deal without the tagger: too common in other senses
    verbs: tuple[str, ...] = ()
    participles: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    verb_roles: dict[str, Role] = Field(default_factory=dict)
    noun_roles: dict[str, Role] = Field(default_factory=dict)
    subject_after: dict[Role, tuple[str, ...]] = Field(
        default_factory=dict
    )  # verbs before the noun that change the subject's role


class References(Lexicon):
    """Words that stand for a party without naming it."""

    pronouns: tuple[str, ...]
    plural: tuple[str, ...]  # pronouns and numerals that stand for two parties
    both: tuple[str, ...]  # those of them that need no article
    possessives: tuple[str, ...]
    objects_before: tuple[str, ...]  # object pronouns before the verb
    objects_after: tuple[str, ...]
    whole: tuple[str, ...]  # relatives whose antecedent is the object ("que", "dont", "whose")
    relatives: tuple[str, ...]
    articles: tuple[str, ...]
    indefinite: tuple[str, ...]
    nouns: tuple[str, ...]
    deals: tuple[str, ...]  # nouns that stand for a deal already told
    talks: tuple[str, ...]  # nouns for the talk about a deal already told
    recalling: tuple[str, ...]  # articles and demonstratives before either


class StatusCues(Lexicon):
    """Words near the trigger that state how far the deal is."""

    status: Status
    words: tuple[str, ...]
    name: str = ""  # of cues of a status that are a class of their own


class DealLexicon(Lexicon):
    """`deals.toml`."""

    prepositions: dict[str, tuple[str, ...]]
    compound: dict[str, tuple[str, ...]]  # class -> words that make the preposition after them that class
    auxiliaries: tuple[str, ...]  # a name before one of them is a subject
    active: tuple[str, ...]  # auxiliaries of the active voice
    passive: tuple[str, ...]
    reflexive: tuple[str, ...]
    conjunctions: tuple[str, ...]
    breaks: tuple[str, ...]  # words that open another clause
    shares: tuple[str, ...]
    parts: tuple[str, ...]
    owner_first: tuple[str, ...]  # between an owner and what it owns, see deal_owners.make_between
    owned_first: tuple[str, ...]
    units: tuple[str, ...]  # what a firm owned is called
    stakes: tuple[str, ...]
    wholes: tuple[str, ...]  # words for all of a firm's capital
    nations: tuple[tuple[str, ...], ...]  # words for one country
    holds: tuple[str, ...]  # verbs of a share that is held, not traded
    determiners: tuple[str, ...]
    past: tuple[str, ...]
    future: tuple[str, ...]
    infinitive_endings: tuple[str, ...]
    participle_endings: tuple[str, ...]
    bare_participle_is_passive: bool
    references: References
    frame: tuple[Frame, ...]
    cue: tuple[StatusCues, ...]


class Hit(NamedTuple):
    """A place where the lexicon finds a predicate."""

    start: int
    end: int
    frame: Frame
    form: Form


class Patterns(NamedTuple):
    """The compiled lexicon of a language."""

    lexicon: DealLexicon
    predicates: PhraseIndex[tuple[Frame, Form]]
    prepositions: dict[str, str]
    compound: dict[str, str]
    shares: re.Pattern[str]
    traded: re.Pattern[str]  # a share of capital
    wholes: re.Pattern[str]
    parts: re.Pattern[str]
    owner_first: re.Pattern[str]
    owned_first: re.Pattern[str]
    holds: re.Pattern[str]
    nations: dict[str, str]  # word -> first word of its country
    past: re.Pattern[str]
    anaphors: re.Pattern[str]
    recalls: re.Pattern[str]  # "this deal", "the talks"
    nouns: re.Pattern[str]
    cues: PhraseIndex[StatusCues]
    subject_after: dict[tuple[str, Role], re.Pattern[str]]
    by_type: dict[str, Frame]
    listed: re.Pattern[str]  # what stands between two names of a list

    def find_hits(self, text: str, words: Iterable[tuple[int, str]]) -> list[Hit]:
        """Every predicate at the words (start, form) of a text; of overlapping ones the longest."""
        found = [Hit(f.start, f.end, *f.payload) for f in self.predicates.find(text, words)]
        kept: list[Hit] = []
        for hit in sorted(found, key=lambda h: (h.start, -h.end, FORMS.index(h.form))):
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return kept


def make_recalls(words: References) -> re.Pattern[str]:
    """An article or demonstrative, at most one word more, and a noun for a deal or for the talk about it."""
    first, nouns = make_body(words.recalling), make_body((*words.deals, *words.talks))
    return re.compile(rf"(?<!\w)(?:{first})\s*(?:[\w-]+\s+)?(?:{nouns})s?(?!\w)", re.IGNORECASE)


@cache
def load_patterns(lang: str) -> Patterns:
    """The compiled deal lexicon of a language; raises UnsupportedLanguage or LexiconError."""
    lexicon = load_lexicon(lang, "deals", DealLexicon)
    groups: list[tuple[tuple[Frame, Form], Sequence[str]]] = [
        ((frame, form), getattr(frame, f"{form}s")) for form in FORMS for frame in lexicon.frame
    ]
    kinds = {"PART": lexicon.units, "SHARE": lexicon.stakes}
    by_type: dict[str, Frame] = {}
    for frame in sorted(lexicon.frame, key=lambda f: not f.default):
        by_type.setdefault(frame.type, frame)
    return Patterns(
        lexicon=lexicon,
        predicates=PhraseIndex(groups),
        prepositions={word: name for name, words in lexicon.prepositions.items() for word in words},
        compound={word: name for name, words in lexicon.compound.items() for word in words},
        shares=make_pattern(lexicon.shares),
        traded=make_pattern(lexicon.stakes),
        wholes=make_pattern(lexicon.wholes),
        parts=make_pattern(lexicon.parts),
        owner_first=make_between(lexicon.owner_first, kinds),
        owned_first=make_between([f"{p} _" for p in lexicon.owned_first], kinds),
        holds=make_pattern(lexicon.holds),
        nations={word: words[0] for words in lexicon.nations for word in words},
        past=make_pattern(lexicon.past),
        anaphors=make_pattern(lexicon.references.deals),
        recalls=make_recalls(lexicon.references),
        nouns=make_pattern(lexicon.references.nouns),
        cues=PhraseIndex([(cue, cue.words) for cue in lexicon.cue]),
        subject_after={
            (f.name, role): make_pattern(w) for f in lexicon.frame for role, w in f.subject_after.items()
        },
        by_type=by_type,
        listed=re.compile(
            r"\s*(?:\([^()]{0,30}\)\s*)?(?:[,;&/]|(?:"
            + "|".join(map(re.escape, lexicon.conjunctions))
            + r")(?!\w))"
            r"[\s,’'a-zéè-]{0,30}"
        ),
    )
