"""Sentence boundaries for press text: line ends, and final punctuation before a new start."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import numpy as np
from spacy.attrs import IDX
from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.lexicon import Lexicon, load_lexicon

# Bounded repetitions only: the pattern must stay linear on hostile text.
FINAL = re.compile(r"[.!?…]{1,4}[\"'’”»)\]]{0,3}(?:[ \t\u00a0\u202f]{1,4}[»”)]{1,2})?(?=\s)")
OPENING = "\"'‘’“«([—–-"


class LanguageLexicon(Lexicon):
    """`language.toml`: what a sentence splitter must know of the language."""

    abbreviations: tuple[str, ...]


@cache
def load_abbreviations(lang: str) -> frozenset[str]:
    """The abbreviations of a language in lower case, without their point."""
    return frozenset(a.lower() for a in load_lexicon(lang, "language", LanguageLexicon).abbreviations)


@lru_cache(maxsize=1)  # roles read the sentences of the text once more
def sentence_starts(text: str, abbreviations: frozenset[str]) -> tuple[int, ...]:
    """Offsets at which sentences start, the first always 0.

    >>> sentence_starts("Mr. Roy sold. It rose 2.5%.", frozenset({"mr"}))
    (0, 14)
    """
    starts = {0}
    for line in re.finditer(r"\n+", text):
        starts.add(line.end())
    for mark in FINAL.finditer(text):
        after = mark.end()
        while after < len(text) and text[after] in " \t\u00a0\u202f":
            after += 1
        if after >= len(text):
            continue
        ahead = text[after : after + 4].lstrip(OPENING + " \u00a0\u202f")
        if not ahead or not (ahead[0].isupper() or ahead[0].isdigit()):
            continue
        if mark.group()[0] == "." and len(mark.group()) == 1:
            word = re.split(r"[\s(«“\"'’]", text[max(0, mark.start() - 20) : mark.start()])[-1]
            if word.lower() in abbreviations or (len(word) == 1 and word.isupper()):
                continue
        starts.add(after)
    return tuple(sorted(starts))


class SentenceSplitter:
    """Sets `token.is_sent_start` from the characters of the text."""

    def __init__(self, lang: str) -> None:
        self.abbreviations = load_abbreviations(lang)

    def __call__(self, doc: Doc) -> Doc:
        text = spans.read_text(doc)
        starts = sentence_starts(text, self.abbreviations)
        flags = np.full(len(doc), -1, dtype=np.int64)
        first = np.searchsorted(doc.to_array(IDX), np.array(starts, dtype=np.uint64))
        flags[first[first < len(doc)]] = 1
        # Not token.is_sent_start: its setter looks through the whole Doc each time.
        if len(doc):
            doc.from_array(["SENT_START"], flags.reshape(-1, 1).astype(np.uint64))  # type: ignore[arg-type]
        return doc


@Language.factory("dealextract_sentences", assigns=["token.is_sent_start"], default_config={})
def make_sentences(nlp: Language, name: str) -> SentenceSplitter:
    """The sentence splitter of the pipeline's language."""
    return SentenceSplitter(nlp.lang or "")
