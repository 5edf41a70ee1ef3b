"""What a name is for sure: well-known bodies and outlets, titles before a person, what is no name."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from dealextract.alternations import compile_trie
from dealextract.edges import EdgeLexicon


class KnownLexicon(EdgeLexicon):
    """Names whose label does not depend on the tagger, and capitalised words that name no firm."""

    bodies: tuple[str, ...]
    firms: tuple[str, ...] = ()
    body_starts: tuple[str, ...] = ()
    body_ends: tuple[str, ...] = ()
    outlets: tuple[str, ...]
    outlet_before: tuple[str, ...]
    outlet_after: tuple[str, ...] = ()
    cited_after: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    place_before: tuple[str, ...] = ()
    kinds_before: tuple[str, ...] = ()
    kinds_after: tuple[str, ...] = ()
    persons_end: tuple[str, ...] = ()
    foreign_titles: tuple[str, ...] = ()
    families_before: tuple[str, ...] = ()
    families_after: tuple[str, ...] = ()
    group_names: tuple[str, ...] = ()
    agencies: tuple[str, ...]
    articles: tuple[str, ...] = ()
    parts_after: tuple[str, ...] = ()
    first_article: str | None = None
    not_firms: tuple[str, ...]
    no_names: tuple[str, ...] = ()
    law_starts: tuple[str, ...] = ()
    law_ends: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    ranks: frozenset[str] = frozenset()
    family_articles: tuple[str, ...] = ()
    groups_before: tuple[str, ...] = ()
    groups_after: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    whole_before: tuple[str, ...] = ()


NAME_FOLLOWS = re.compile(r"[ \u00a0][^\W\d_a-z]")


@cache
def country_names(lang: str) -> frozenset[str]:
    """Names of countries in a language, from CLDR.

    >>> "Qatar" in country_names("en"), "Allemagne" in country_names("fr")
    (True, True)
    """
    from babel import Locale

    territories = Locale(lang).territories
    return frozenset(name for code, name in territories.items() if len(code) == 2 and code.isalpha())


def compile_end(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the patterns, from the beginning of a word to the end of the text."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})$" if patterns else "(?!)")


class KnownNames:
    """Corrects the tagger's labels where the name or the words before it settle the matter."""

    def __init__(self, lexicon: KnownLexicon, lang: str) -> None:
        self.lang = lang
        self.bodies, self.firms = frozenset(lexicon.bodies), frozenset(lexicon.firms)
        self.ranks = lexicon.ranks
        self.family_articles = tuple(f"{word} " for word in lexicon.family_articles)
        self.not_firms = frozenset(lexicon.not_firms)
        self.body_starts = lexicon.body_starts
        self.body_ends = lexicon.body_ends
        titles = "|".join(map(re.escape, lexicon.titles))
        self.title = re.compile(rf"(?<![\w.])(?:{titles})[ \u00a0]$")
        outlets, before = compile_trie(lexicon.outlets), compile_trie(lexicon.outlet_before)
        self.outlet = re.compile(
            rf"(?<!\w)(?:{before})[ \u00a0'’]?(?P<name>{outlets})(?![\w&]|[ \u00a0][A-Z])"
        )

        # A newspaper's reporting verb stands behind it, or its name is no other word: "the FT reports".
        after = compile_trie(lexicon.outlet_after) if lexicon.outlet_after else "(?!)"
        carriers = compile_trie(lexicon.carriers) if lexicon.carriers else "(?!)"
        self.carrier = re.compile(
            rf"(?<![\w&-])(?:(?:{outlets})(?=[ \u00a0](?:{after})(?!\w))"
            rf"|(?:{carriers})(?![\w&-]|[ \u00a0][A-Z]))"
        )
        self.cited_before = compile_end(tuple(rf"{re.escape(w)}[ \u00a0'’]?" for w in lexicon.cited_after))
        self.said_after = re.compile(rf"[ \u00a0](?:{after})(?!\w)")
        self.seats = frozenset(lexicon.seats)
        self.place_before = compile_end(lexicon.place_before)
        self.kind_before = re.compile(rf"(?:{'|'.join(lexicon.kinds_before) or '(?!)'})[ \u00a0]")
        self.kind_after = re.compile(rf"[ \u00a0](?:{'|'.join(lexicon.kinds_after) or '(?!)'})$")
        self.person_end = re.compile(rf"[ \u00a0](?:{'|'.join(lexicon.persons_end) or '(?!)'})$")
        self.foreign = re.compile("|".join(lexicon.foreign_titles) or "(?!)")
        self.family_before = compile_end(lexicon.families_before)
        self.family_after = re.compile("|".join(lexicon.families_after) or "(?!)")
        self.group_name = re.compile("|".join(lexicon.group_names) or "(?!)")
        agencies = compile_trie(lexicon.agencies)
        # An agency signs: "(AFP)", "PARIS (AFP) -", "/ATS"; a firm's name would not stand so.
        self.agency = re.compile(rf"(?<=[(/])(?:{agencies})(?=[)/.,]|\Z)")
        self.first_article = lexicon.first_article
        self.agencies = frozenset(lexicon.agencies)
        self.titled = frozenset(name.casefold().replace("’", "'") for name in lexicon.outlets)
        articles = "|".join(map(re.escape, lexicon.articles))
        self.article = re.compile(rf"(?<!\w)(?:{articles})$", re.IGNORECASE) if articles else None
        parts = "|".join(sorted(map(re.escape, lexicon.parts_after), key=len, reverse=True))
        self.part = re.compile(rf"(?<!\w)(?:{parts})$", re.IGNORECASE) if parts else None
        self.office = compile_end(lexicon.offices)
        self.group_before = compile_end(lexicon.groups_before)
        self.group_after = re.compile("|".join(lexicon.groups_after) or "(?!)")
        self.whole_before = compile_end(lexicon.whole_before)
        self.no_names = frozenset(lexicon.no_names)
        self.law_starts, self.law_ends = lexicon.law_starts, lexicon.law_ends
        self.nationalities = frozenset(lexicon.nationalities)
        nations = compile_trie(lexicon.nationalities) if lexicon.nationalities else "(?!)"
        states = "|".join(state.replace("NATION", nations) for state in lexicon.states)
        self.state = re.compile(rf"(?<![\w-])(?:{states or '(?!)'})(?![\w-])")
        # A word alone may be a firm or a place: several words or capitals alone leave no doubt.
        plain = [body for body in lexicon.bodies if " " in body or (len(body) > 2 and body.isupper())]
        self.body = re.compile(rf"(?<![\w&-]){compile_trie(plain)}(?![\w&]|-\w|[ \u00a0][A-Z])")
        self.outlets = frozenset(lexicon.outlets)

    def label(
        self, text: str, start: int, end: int, label: str, subjects: Collection[str] = ()
    ) -> str | None:
        """The right label of the name at [start, end), None when it names nothing that we label.

        `subjects` are agencies that the article is about: firms where the tagger takes them for firms.
        """
        name = text[start:end]
        if label != "PERSON" and self.title.search(text[max(0, start - 12) : start]):
            return "PERSON"
        if label == "PERSON" and name in self.ranks and NAME_FOLLOWS.match(text, end):
            return None  # "Treasurer Ann Corran": the office is no name; "King said" is one
        before = text[max(0, start - 60) : start]
        if name in self.nationalities:
            return None  # "Russian authorities"; "Russian government" is found by itself
        if label in ("PERSON", "COMPANY") and (
            self.family_before.search(before)
            or (
                self.family_after.match(text, end, end + 30)
                and (label == "PERSON" or before.lower().endswith(self.family_articles))
            )
        ):
            return None  # a family is neither an individual nor a firm
        if label in ("PUBLIC_BODY", "COMPANY"):
            if self.group_name.search(name):
                return None
            if (self.part and self.part.search(before[-24:])) or self.office.search(before):
                return None  # "ministre des Finances" is a person's office
            if name in self.no_names or name.startswith(self.law_starts) or name.endswith(self.law_ends):
                return None
        if label in ("PUBLIC_BODY", "MEDIA") and name.replace("’", "'") in self.firms:
            return "COMPANY"
        if label in ("COMPANY", "MEDIA") and name in self.seats:
            # "La Haye refuse": the city is its government; "à La Haye": a place.
            return None if self.place_before.search(before) else "PUBLIC_BODY"
        if label == "PUBLIC_BODY" and name in self.outlets:
            return "MEDIA"
        if label == "MEDIA" and name in self.bodies:
            return "PUBLIC_BODY"
        if label == "COMPANY" and (
            self.group_before.search(before) or self.group_after.match(text, end, end + 60)
        ):
            return None  # unions, associations and parties have no label
        if label == "COMPANY" and name in self.agencies and name not in subjects:
            return "MEDIA"
        if (
            label == "COMPANY"
            and name.casefold().replace("’", "'") in self.titled
            and (self.cited_before.search(before) or self.said_after.match(text, end, end + 30))
        ):
            return "MEDIA"
        if label == "COMPANY":
            if name in self.not_firms or name in country_names(self.lang):
                return None
            if name in self.bodies or name.startswith(self.body_starts) or name.endswith(self.body_ends):
                return "PUBLIC_BODY"
        return label

    def governments(self, text: str) -> list[tuple[int, int]]:
        """Bodies known by their full name, governments by their nation: "Russian government"."""
        return sorted({m.span() for pattern in (self.state, self.body) for m in pattern.finditer(text)})

    def without_kind(self, text: str, start: int, end: int, label: str) -> tuple[int, int]:
        """An outlet's title without "daily" or "radio" beside it, a person's name without "QC"."""
        if label == "PERSON":
            found = self.person_end.search(text, start, end)
            return start, found.start() if found else end
        first = self.kind_before.match(text, start, end)
        if first and text[first.end() : first.end() + 1].isupper():
            start = first.end()
        last = self.kind_after.search(text, start, end)
        if last and text[end : end + 2].strip()[:1].isupper():
            return start, start  # "Italian daily La Repubblica": the title follows
        return start, last.start() if last else end

    def with_kind(self, text: str, start: int) -> int:
        """Where the name of an exchange begins that the tagger took for its city: "bourse de Varsovie"."""
        found = self.whole_before.search(text, max(0, start - 60), start)
        return found.start() if found else start

    def carriers(self, text: str) -> list[tuple[int, int]]:
        """Outlets that are named as carriers: "told the BBC"."""
        cited = [match.span("name") for match in self.outlet.finditer(text)]
        cited += [match.span() for match in self.carrier.finditer(text)]
        return sorted({*cited, *(match.span() for match in self.agency.finditer(text))})

    def with_article(self, text: str, start: int, end: int) -> int:
        """Where the title of an outlet begins: the article that belongs to it is inside.

        A capitalised article that opens a sentence says nothing: it is inside only when the text
        capitalises it elsewhere too.
        """
        first = self.first_article
        if first and text.startswith(first, start) and start + len(first) < end:
            before = text[max(0, start - 3) : start].strip(" \u00a0")
            opens = not before or before[-1] in '.!?\n"”'
            within = re.compile(rf"[^.!?\n\"”\s][ \u00a0]{re.escape(text[start:end])}(?!\w)")
            return start + len(first) if opens and not within.search(text) else start
        found = self.article.search(text[max(0, start - 4) : start]) if self.article else None
        if found is None:
            return start
        whole = text[start - len(found.group()) : end].casefold().replace("’", "'")
        # "Le Courrier picard" is a title with its article, "Le Daily Mail" is not.
        own = found.group()[0].isupper() and not self.foreign.search(text, start, end)
        return start - len(found.group()) if own or whole in self.titled else start
