"""spaCy's tokenizer with a bound on unbroken runs, so that time stays linear in the text.

spaCy strips prefixes and suffixes from a run of characters without white space one at a time, each
time over the whole run: 40,000 brackets in a row take 99 seconds, four times as many 26 minutes.
Runs past the bound are tokenised piece by piece. Text and offsets stay those of the input.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex, registry

from dealextract.spans import keep_text

TOKENIZER = "dealextract.bounded_tokenizer.v1"
MAX_RUN = 128
LONG_RUN = re.compile(rf"\S{{{MAX_RUN + 1}}}")
RUN = re.compile(r"\S+")


def cut_runs(text: str, size: int = MAX_RUN) -> list[str]:
    """Pieces that join to the text, no unbroken run crossing more than `size` characters of one.

    >>> cut_runs("ab abcdefg h", size=3)
    ['ab abc', 'def', 'g h']
    """
    cuts = [0]
    for run in RUN.finditer(text):
        cuts.extend(range(run.start() + size, run.end(), size))
    return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]


class BoundedTokenizer(Tokenizer):
    """spaCy's tokenizer; a run longer than MAX_RUN characters is cut before it is tokenised."""

    def __call__(self, string: str) -> Doc:
        if not LONG_RUN.search(string):
            return keep_text(super().__call__(string), string)
        words: list[str] = []
        spaces: list[bool] = []
        for piece in cut_runs(string):
            for token in super().__call__(piece):
                words.append(token.text)
                spaces.append(bool(token.whitespace_))
        return Doc(self.vocab, words=words, spaces=spaces)


@registry.tokenizers(TOKENIZER)
def make_tokenizer() -> Callable[[Language], BoundedTokenizer]:
    """What `nlp.tokenizer` of a config names: a function from the Language to its tokenizer."""

    def build(nlp: Language) -> BoundedTokenizer:
        defaults = nlp.Defaults
        return BoundedTokenizer(
            nlp.vocab,
            rules=defaults.tokenizer_exceptions,
            prefix_search=compile_prefix_regex(defaults.prefixes or []).search,
            suffix_search=compile_suffix_regex(defaults.suffixes or []).search,
            infix_finditer=compile_infix_regex(defaults.infixes or []).finditer,
            token_match=defaults.token_match,
            url_match=defaults.url_match,
        )

    return build
