"""Where a name begins and ends: legal form inside; determiner, title, possessive, ticker outside."""

from __future__ import annotations

import re

from pydantic import Field

from dealextract.lexicon import Lexicon

SPACES = " \t\n\u00a0\u202f"
QUOTES = "\"«»“”„‘’'`()[],;:…*–—-"
# What may close a name: a dot belongs to it after "Inc", "Co", a closing bracket when it opened inside.
POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")
# The rest of a word joined by a hyphen, when it too begins with a capital.
JOINED_RIGHT = re.compile(r"-[^\W\d_a-z][\w]{0,40}")
JOINED_LEFT = re.compile(r"(?<![\w-])[^\W\d_a-z]\w{0,40}-$")
LAST_WORD = re.compile(r"[ \u00a0](\w+)\Z")
WORD_AT_START = re.compile(r"[^\W\d_]+(?:['’]|\.)?")


class EdgeLexicon(Lexicon):
    """Words at the edges of a span that do not belong to a name."""

    determiners: tuple[str, ...]
    descriptors: tuple[str, ...]
    titles: tuple[str, ...] = ()
    keep_left: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    keep_possessive: tuple[str, ...] = ()
    dotted: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()  # joins capitals in one name only: "and" in French text


def stands_alone(text: str, name: str) -> bool:
    """True when the name stands somewhere without a letter or a hyphen beside it.

    >>> stands_alone("Alvo-Bank and Alvo.", "Alvo"), stands_alone("Alvo-Bank", "Alvo")
    (True, False)
    """
    at = text.find(name)
    while at >= 0 and name:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or after.isalnum()) and before not in ("-", "_") and after not in ("-", "_"):
            return True
        at = text.find(name, at + len(name))
    return False


class EdgeCleaner:
    """Moves the edges of a tagged span to those of the name."""

    def __init__(self, lexicon: EdgeLexicon) -> None:
        self.determiners = frozenset(lexicon.determiners)
        self.descriptors = frozenset(lexicon.descriptors)
        self.titles = frozenset(lexicon.titles)
        self.keep_left = {label: frozenset(words) for label, words in lexicon.keep_left.items()}
        self.keep_possessive = frozenset(p.lower() for p in lexicon.keep_possessive)
        self.joins = frozenset(lexicon.joins)
        self.dotted = frozenset(lexicon.dotted)
        inside = "|".join(map(re.escape, lexicon.inside)) or r"(?!)"
        self.inside_end = re.compile(rf"[ \u00a0](?:{inside})\Z")
        self.inside_right = re.compile(rf"[ \u00a0](?:{inside})[ \u00a0][^\W\d_a-z]\w{{1,40}}")
        self.inside_left = re.compile(rf"(?<!\w)[^\W\d_a-z]\w{{1,40}}[ \u00a0](?:{inside})[ \u00a0]\Z")

    def clean(self, text: str, start: int, end: int, label: str) -> tuple[int, int]:
        """Offsets of the name inside [start, end); equal when nothing is left of it."""
        start, end = self.whole_word(text, start, end, label)
        if label == "COMPANY":
            start, end = self.whole_pair(text, start, end)
        before = None
        while before != (start, end):
            before = (start, end)
            while start < end and text[start] in SPACES + QUOTES:
                start += 1
            while start < end and text[end - 1] in SPACES + QUOTES and not self.closes(text, start, end):
                end -= 1
            end = self.without_dot(text, start, end)
            end = self.without_possessive(text, start, end)
            word = WORD_AT_START.match(text, start, end)
            if word and word.end() < end and self.is_descriptor(text, word.group(), word.end(), label):
                start = word.end()
            last = LAST_WORD.search(text, start, end)
            if last and last.group(1) in self.joins:
                end = last.start()
        name = text[start:end].lower().replace("’", "'")
        if text[start:end] in self.titles:
            return start, start
        if name + "'s" in self.keep_possessive and text[end : end + 2] in ("'s", "’s"):
            end += 2
        return (start, start) if name in self.determiners or name + "'" in self.determiners else (start, end)

    def whole_word(self, text: str, start: int, end: int, label: str) -> tuple[int, int]:
        """The span grown over hyphens ("Jean" of "Jean-Michel"), but for a firm that also stands alone."""
        right = JOINED_RIGHT.match(text, end) if text[start:end].strip() else None
        left = (
            JOINED_LEFT.search(text[max(0, start - 42) : start]) if text[start - 1 : start] == "-" else None
        )
        if not right and not left:
            return start, end
        if label == "COMPANY" and stands_alone(text, text[start:end]):
            return start, end
        if left and not left.group().isupper():
            start -= len(left.group())
        return start, right.end() if right else end

    def whole_pair(self, text: str, start: int, end: int) -> tuple[int, int]:
        """The span grown over a word that stands inside names only: "Alvo" of "Alvo and Bring" in French."""
        cut = self.inside_end.search(text, start, end)
        right = self.inside_right.match(text, cut.start() if cut else end)
        left = self.inside_left.search(text[max(0, start - 50) : start])
        return start - len(left.group()) if left else start, right.end() if right else end

    def closes(self, text: str, start: int, end: int) -> bool:
        """True for a bracket that closes one opened inside the name: "Byggkvarn AB (publ)"."""
        return text[end - 1] == ")" and "(" in text[start:end] and not text[start:end].endswith("()")

    def without_dot(self, text: str, start: int, end: int) -> int:
        if not text[start:end].endswith("."):
            return end
        last = re.split(r"[\s,]", text[start : end - 1])[-1].lower()
        return end if last in self.dotted or "." in last or (len(last) == 1 and last.isalpha()) else end - 1

    def without_possessive(self, text: str, start: int, end: int) -> int:
        name = text[start:end]
        if name.lower().replace("’", "'") in self.keep_possessive:
            return end
        # "Field's, a chain" may be the name itself; before a noun the 's is a possessive.
        found = POSSESSIVE.search(name) if text[end : end + 2].strip().isalpha() else None
        return start + found.start() if found and found.start() > 0 else end

    def is_descriptor(self, text: str, word: str, after: int, label: str) -> bool:
        """True for a lower-case determiner, title or descriptor before a capital."""
        if label == "PERSON" and word in self.titles:
            return True
        plain = word.lower().replace("’", "'")
        if (
            word != plain
            and word.replace("’", "'") != plain
            and not (label == "PERSON" and word.endswith("."))
        ):
            return False
        if plain in self.keep_left.get(label, ()):
            return False
        rest = next(iter(text[after : after + 40].split()), "")
        if plain in self.determiners:
            return len(rest) != 1  # "the i" is a newspaper
        return label in ("COMPANY", "PERSON") and plain in self.descriptors and not rest[:1].islower()
