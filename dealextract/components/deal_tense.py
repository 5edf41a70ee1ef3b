"""Tense and mode of a verb from the words of its group: "is to buy", "n'a pas été cédé", "rachèterait"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from dealextract.lexicon import Lexicon, load_lexicon

REACH = 6  # words walked to the left of a verb
Mode = Literal["", "ahead", "doubtful", "negated"]
AHEAD, DOUBTFUL = {"future", "to", "infinitive"}, {"conditional", "modal"}


class TenseLexicon(Lexicon):
    """`tense.toml`."""

    negation: tuple[str, ...]
    between: tuple[str, ...]  # words inside a verb group that say nothing of its tense
    between_endings: tuple[str, ...]  # of adverbs
    auxiliaries: dict[str, tuple[str, ...]]  # tense -> forms
    endings: dict[str, tuple[str, ...]]  # tense -> endings of the verb itself; the first that fits counts


class Group(NamedTuple):
    """A verb group: tenses of its auxiliaries from left to right and of the verb's ending, negation."""

    auxiliaries: tuple[str, ...]
    ending: str
    negated: bool

    @property
    def mode(self) -> Mode:
        """Whether it makes what it says unreal: negated, doubtful (could), ahead (will, to), else nothing."""
        if self.negated:
            return "negated"
        tenses = {*self.auxiliaries, self.ending}
        if tenses & DOUBTFUL:
            return "doubtful"
        return "ahead" if tenses & AHEAD else ""


class Tenses:
    """Reads the verb groups of one language."""

    def __init__(self, lexicon: TenseLexicon) -> None:
        self.by_form = {form: tense for tense, forms in lexicon.auxiliaries.items() for form in forms}
        self.negation = frozenset(lexicon.negation)
        self.between = frozenset(lexicon.between)
        self.between_endings = lexicon.between_endings
        self.endings = lexicon.endings

    def read(self, before: Sequence[str], verb: str) -> Group:
        """The group of a verb and the lower-case words before it, nearest last.

        >>> load_tenses("en").read("the firm is to".split(), "buy")
        Group(auxiliaries=('present', 'to'), ending='base', negated=False)
        """
        tenses: list[str] = []
        negated = False
        for form in reversed(before[-REACH:]):
            tense = self.by_form.get(form)
            if form in self.negation:
                negated = True
            elif tense:
                tenses.append(tense)
            elif form not in self.between and not form.endswith(self.between_endings):
                break
        return Group(tuple(reversed(tenses)), self.find_ending(verb), negated)

    def find_ending(self, verb: str) -> str:
        """The tense that the verb's own ending shows, "base" without any."""
        return next((t for t, ends in self.endings.items() if verb.endswith(ends)), "base")


@cache
def load_tenses(lang: str) -> Tenses:
    """The reader of a language; raises UnsupportedLanguage or LexiconError."""
    return Tenses(load_lexicon(lang, "tense", TenseLexicon))
