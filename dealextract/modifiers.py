"""How an amount is qualified: environ, plus de, up to, or more; and per what: a share, a year, a tonne."""

from __future__ import annotations

import re
from functools import cache

from pydantic import ConfigDict

from dealextract.lexicon import Lexicon, load_lexicon

BEFORE = 64
AFTER = 40
BLANK = r"[\s\u00a0\u202f]{1,3}"
MAY_BLANK = r"[\s\u00a0\u202f]{0,3}"


class ModifierWords(Lexicon):
    """Part `[modifiers]` of `money.toml`: cues before and after an amount; "*" leaves an ending open."""

    skips: list[str]
    approx: list[str]
    over: list[str]
    under: list[str]
    approx_after: list[str]
    over_after: list[str]
    under_after: list[str]
    blocked: list[str]


class SharePrice(Lexicon):
    """Part `[share_price]`: nouns that make a small amount a share's price, and what stands before it."""

    cues: list[str]
    before: list[str]
    moves: list[str]
    not_near: list[str]


class ModifierFile(Lexicon):
    """`money.toml` as far as this module reads it."""

    modifiers: ModifierWords
    per: dict[str, list[str]]
    per_not: dict[str, list[str]]
    per_words: dict[str, list[str]]
    share_price: SharePrice
    model_config = ConfigDict(frozen=True, extra="ignore")


def pattern(phrases: list[str], *, after_hyphen: bool = False, backwards: bool = False) -> str:
    """An alternation of phrases, longest first, with open endings and any apostrophe and space.

    Backwards, it matches the phrases read from their last character to their first.
    """
    border = r"(?<!\w)" if after_hyphen else r"(?<![\w-])"
    parts = []
    for phrase in sorted(set(phrases), key=len, reverse=True):
        left, right = border if phrase[:1].isalnum() else "", r"(?!\w)" if phrase[-1:].isalnum() else ""
        if backwards:
            left, right = r"(?<!\w)" if right else "", r"(?![\w-])" if left else ""
        written = phrase[::-1] if backwards else phrase
        part = re.escape(written).replace(r"\*", r"\w{0,10}").replace("'", "['’]").replace(r"\ ", BLANK)
        parts.append(left + part + right)
    return "(?:" + "|".join(parts) + ")" if parts else "(?!)"


class Modifiers:
    """Reads the modifier and the unit price around amounts of one language."""

    def __init__(self, lang: str) -> None:
        file = load_lexicon(lang, "money", ModifierFile)
        words = file.modifiers
        cues = {"blocked": words.blocked, "over": words.over, "under": words.under, "approx": words.approx}
        every = [cue for kind in cues for cue in cues[kind]]
        # Read backwards from the amount, so that the pattern is tried at one place only.
        self.before = re.compile(
            rf"{MAY_BLANK}(?:{pattern(words.skips, backwards=True)}{MAY_BLANK}){{0,3}}"
            rf"(?P<cue>{pattern(every, backwards=True)})",
            re.IGNORECASE,
        )
        self.blocked = re.compile(MAY_BLANK + pattern(words.blocked, backwards=True), re.IGNORECASE)
        self.kinds = [(kind, re.compile(pattern(cues[kind]), re.IGNORECASE)) for kind in cues]
        self.after = re.compile(
            rf"[\s\u00a0\u202f]{{0,3}},?[\s\u00a0\u202f]{{0,2}}(?:(?P<over>{pattern(words.over_after)})|"
            rf"(?P<under>{pattern(words.under_after)})|(?P<approx>{pattern(words.approx_after)}))"
            r"(?=[\s\u00a0\u202f]{0,3}(?:[.,;:()!?\"»”\n–-]|$|[^\W\d]))",
            re.IGNORECASE,
        )
        links = [link for link in file.per["links"]]
        units = {word: unit for unit, forms in file.per.items() if unit != "links" for word in forms}
        self.unit_of = {word.lower(): unit for word, unit in units.items()}
        unit_forms = pattern(list(units), after_hyphen=True)
        not_after = pattern(file.per_not["after"])
        self.per = re.compile(
            rf"(?:{MAY_BLANK}{pattern(links)}{MAY_BLANK}|/{MAY_BLANK})(?P<unit>{unit_forms})(?:s\b)?(?!{BLANK}{not_after})",
            re.IGNORECASE,
        )
        late = {word: unit for unit, forms in file.per_words.items() for word in forms}
        self.late_unit_of = {word.lower(): unit for word, unit in late.items()}
        self.late = re.compile(rf"{MAY_BLANK}(?P<unit>{pattern(list(late))})", re.IGNORECASE)
        self.each = re.compile(rf"{MAY_BLANK}(?:apiece|each|chacune?|pièce|la pièce)(?!\w)", re.IGNORECASE)
        self.share_cue = re.compile(pattern(file.share_price.cues), re.IGNORECASE)
        end = r"[\s\u00a0\u202f]{1,3}$"
        self.share_before = re.compile(pattern(file.share_price.before) + end, re.IGNORECASE)
        self.share_move = re.compile(pattern(file.share_price.moves) + end, re.IGNORECASE)
        self.share_not = re.compile(pattern(file.share_price.not_near), re.IGNORECASE)

    def read_modifier(self, text: str, start: int, end: int) -> tuple[str, str] | None:
        """(modifier, its cue) from the words around an amount; None when there is no cue."""
        after = self.after.match(text[end : end + AFTER])
        window = text[max(0, start - BEFORE) : start][::-1]
        found = self.before.match(window)
        late = None
        if found and not self.blocked.match(window):
            cue = found.group("cue")[::-1]
            kind = next((kind for kind, cues in self.kinds if cues.fullmatch(cue)), "approx")
            late = (kind, cue) if kind != "blocked" else None
        if after and after.group()[:3].strip().startswith(",") and window_goes_on(text, end + after.end()):
            after = None
        if after and not (late and late[0] != "approx"):
            kind = after.lastgroup or "approx"
            return kind, after.group(kind).strip(" ,-")
        return late

    def read_per(self, text: str, end: int) -> str | None:
        """The unit of a unit price that follows an amount, as an English key."""
        window = text[end : end + AFTER]
        if found := self.per.match(window):
            return self.unit_of.get(" ".join(found.group("unit").lower().split()))
        if found := self.late.match(window):
            return self.late_unit_of.get(found.group("unit").lower())
        return None

    def is_share_price(self, text: str, start: int, end: int) -> bool:
        """True when the clause before a small amount makes it the price of a share."""
        window = text[max(0, start - 110) : start]
        clause = re.split(r"[.;!?](?:\s|$)|\n", window)[-1]
        if self.each.match(text[end : end + 12]):
            return self.share_cue.search(clause) is not None
        if self.share_not.search(clause):
            return False
        if self.share_move.search(clause):
            return True
        return self.share_cue.search(clause) is not None and self.share_before.search(clause) is not None


def window_goes_on(text: str, at: int) -> bool:
    """True when words, not a stop, follow an offset: ", environ cinq milliards"."""
    return text[at : at + 2].strip()[:1].isalnum()


@cache
def load_modifiers(lang: str) -> Modifiers:
    """The modifier reader of a language."""
    return Modifiers(lang)
