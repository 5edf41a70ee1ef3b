"""Who says what: one record for each act of saying, with its source, cue, content, stance and chain.

Reads the tagger's heads `sources`, `cues` and `contents` and the names; writes the layers sources, cues,
contents and attributions. Rules fill the gaps of the tagger, and stand alone when it did not run.
A source, cue or content that two acts share is one span with two references.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.attribution_acts import SILENT, Act, Layout, Piece
from dealextract.components.attribution_chains import (
    cut_citations,
    link_chains,
    mark_quoted_as,
    share_subjects,
    split_citations,
)
from dealextract.components.attribution_contents import complete_contents, find_contents
from dealextract.components.attribution_lexicon import Grammar, load_grammar
from dealextract.components.attribution_links import link_contents, link_sources
from dealextract.components.attribution_reader import Reader, guess_names
from dealextract.components.attribution_rules import propose_acts
from dealextract.components.attribution_sources import Speakers
from dealextract.components.attribution_tagged import (
    drop_listeners,
    drop_seconds,
    is_known_cue,
    is_never,
    read_contents,
    read_cues,
    read_sources,
)
from dealextract.components.quotes import find_quotations
from dealextract.components.sentences import LanguageLexicon, sentence_starts
from dealextract.lexicon import load_lexicon
from dealextract.records import Attribution, Mark, Name, QuoteKind

LAST_WORD = re.compile(r"(?<!\w)(\w+)\s\Z")
QUOTE_MARKS = frozenset('«»“”"„‟')


class AttributionLinker:
    """Writes the layers sources, cues, contents and attributions."""

    def __init__(self, lang: str) -> None:
        self.grammar: Grammar = load_grammar(lang)
        words = load_lexicon(lang, "language", LanguageLexicon)
        self.abbreviations = frozenset(a.lower() for a in words.abbreviations)

    def __call__(self, doc: Doc) -> Doc:
        text = spans.read_text(doc)
        names = read_names(doc)
        layout = Layout(text, sentence_starts(text, self.abbreviations), find_quotations(text))
        pieces = [Piece(n.start, n.end, label=n.label) for n in names]
        if not names and not spans.was_tagged(doc):
            pieces = guess_names(text, self.grammar)
        reader = Reader(layout, pieces, self.grammar)
        acts = self.find_acts(doc, reader)
        self.add_contents(doc, acts, reader)
        link_chains(acts, layout, self.grammar)
        speakers = Speakers(text, names, self.grammar)
        write_records(doc, acts, speakers, layout)
        return doc

    def find_acts(self, doc: Doc, reader: Reader) -> list[Act]:
        """The acts of saying with their sources, in text order."""
        text, layout, grammar = reader.text, reader.layout, self.grammar
        sources = read_sources(spans.read_tagged(doc, "sources"), reader)
        acts = read_cues(spans.read_tagged(doc, "cues"), text, grammar)
        acts = [a for a in acts if is_known_cue(a, text, grammar)]
        acts = drop_seconds(acts, reader)
        acts = [a for a in acts if not is_never(a, text, grammar)]
        sources = drop_listeners(acts, sources, reader)
        mark_quoted_as(acts, layout, grammar)
        left = link_sources(acts, sources, layout, grammar)
        split_citations(acts, left, layout)
        covered = {at for act in acts for at in range(act.start, act.end)}
        found = list(propose_acts(reader, free=covered))
        acts += found
        ends = {a.end for a in acts}
        acts = [a for a in acts if not self.is_echo(a, reader, ends)]
        acts.sort(key=lambda a: (a.start, a.end))
        for act in acts:
            if act.source is None:
                act.source = reader.find_source(act)
        self.match_tagged(acts, left)
        share_subjects(acts, layout)
        self.find_own_subjects(acts, reader)
        return [a for a in acts if a.source is not None or self.is_impersonal(a, text)]

    def find_own_subjects(self, acts: Sequence[Act], reader: Reader) -> None:
        """Give a verb that borrowed its source the subject that stands right before it, if any."""
        for before, act in pairwise(acts):
            source = act.source
            if act.kind != "verb" or source is None or source is not before.source:
                continue
            own = reader.phrase_before(act.start, reader.layout.sentence(act.start)[0])
            if own and own[0] >= before.end and reader.find_names(*own) and reader.is_speaker(*own):
                act.source = Piece(*own)

    def match_tagged(self, acts: Sequence[Act], left: Sequence[Piece]) -> None:
        """Put a tagged source in the place of the phrase that a rule found on the same words."""
        starts = [s.start for s in left]
        for act in acts:
            if act.source is None or act.source.type:
                continue
            first = bisect_right(starts, act.source.start - 300)
            for source in left[first : first + 20]:
                if source.start < act.source.end and act.source.start < source.end:
                    act.source = source
                    break

    def is_echo(self, act: Act, reader: Reader, ends: set[int]) -> bool:
        """True for "he believed" in "said that he believed": a pronoun inside what somebody says.

        `ends` holds the ends of the cues found so far.
        """
        text = reader.text
        pronoun = LAST_WORD.search(text, max(0, act.start - 16), act.start)
        if act.kind != "verb" or pronoun is None or not self.grammar.pronoun_kind(pronoun.group(1)):
            return False
        before = text[max(0, pronoun.start() - 10) : pronoun.start()]
        intro = self.grammar.complementizer_end.search(before)
        at = pronoun.start() - len(before) + (intro.start() if intro else len(before))
        return at in ends or at - 1 in ends

    def is_impersonal(self, act: Act, text: str) -> bool:
        """True when the cue is a passive or a noun that needs no source."""
        return self.grammar.passive.match(text[act.start : act.end]) is not None

    def add_contents(self, doc: Doc, acts: list[Act], reader: Reader) -> None:
        """Give the acts what they say: the tagger's pieces, else what the rules see."""
        contents = read_contents(spans.read_tagged(doc, "contents"), reader.layout, self.grammar)
        link_contents(acts, contents, reader.layout, self.grammar)
        for index, act in enumerate(acts):
            if act.label_only or act.kind in ("citing", "cited_by"):
                continue
            if act.stance == "unreachable":
                act.contents = []
                continue
            near = neighbours(acts, index)
            if act.contents:
                act.contents = complete_contents(act, reader, near)
            elif act.stance not in SILENT:
                act.contents = find_contents(act, reader, near)
        cut_citations(acts, reader.layout)


def neighbours(acts: Sequence[Act], index: int) -> list[Act]:
    """The acts that stand close to one, itself left out; acts are in text order."""
    near = [*acts[max(0, index - 8) : index], *acts[index + 1 : index + 9]]
    return [a for a in near if abs(a.start - acts[index].start) < 1500]


def read_names(doc: Doc) -> list[Name]:
    """The names of the document; straight from the tagger when their component did not run."""
    names = spans.read_layer(doc, "names", Name)
    if names or "names" in spans.store(doc):
        return sorted(names, key=lambda n: n.start)
    text = spans.read_text(doc)
    return [
        Name(
            id=f"N{i}",
            label=t.type,  # type: ignore[arg-type]
            start=t.start,
            end=t.end,
            text=text[t.start : t.end],
            entity=text[t.start : t.end],
        )  # type: ignore[arg-type]
        for i, t in enumerate(spans.read_tagged(doc, "names"), 1)
    ]


def quote_kind(act: Act, text: str) -> QuoteKind:
    """`direct` when all that is said is quoted, `mixed` when a part is, `none` when nothing is said."""
    if not act.contents:
        return "none"
    quoted = [bool(QUOTE_MARKS & set(text[c.start : c.end])) for c in act.contents]
    if not any(quoted):
        return "none" if act.stance in SILENT else "indirect"
    whole = all(is_quotation(text[c.start : c.end]) for c in act.contents)
    return "direct" if whole else "mixed"


def is_quotation(piece: str) -> bool:
    """True when a piece is one quotation from its first to its last character.

    >>> is_quotation("« oui »"), is_quotation('"a" and "b"'), is_quotation("“Yes,”")
    (True, False, True)
    """
    found = find_quotations(piece)
    return bool(found) and len(piece) - (found[0].end - found[0].start) <= 2 and found[0].start == 0


def mark_layer(
    doc: Doc, layer: str, label: str, pieces: Iterable[Piece | Act], text: str
) -> dict[tuple[int, int], str]:
    """Write a layer of marks, one for each range, and give the id of each range."""
    scores: dict[tuple[int, int], float | None] = {}
    for piece in pieces:
        scores.setdefault((piece.start, piece.end), piece.score)
    ranges = sorted(scores)
    ids = dict(zip(ranges, spans.number_ids(layer, len(ranges)), strict=True))
    marks = [
        Mark(
            id=ids[r], label=label, start=r[0], end=r[1], text=text[r[0] : r[1]],  # type: ignore[arg-type]
            score=scores[r], why="tagger" if scores[r] is not None else "rule",
        )
        for r in ranges
    ]  # fmt: skip
    spans.write_layer(doc, layer, marks)
    return ids


def write_records(doc: Doc, acts: list[Act], speakers: Speakers, layout: Layout) -> None:
    """Write the marks and the attributions."""
    text = layout.text
    sources = mark_layer(doc, "sources", "SOURCE", [a.source for a in acts if a.source is not None], text)
    cues = mark_layer(doc, "cues", "CUE", acts, text)
    contents = mark_layer(doc, "contents", "CONTENT", [c for a in acts for c in a.contents], text)
    ids = dict(zip(map(id, acts), spans.number_ids("attributions", len(acts)), strict=True))
    earlier: list[tuple[Act, str | None]] = []
    out = []
    for act in acts:
        act.source_type = speakers.decide_type(act, earlier)
        entity = speakers.resolve(act, earlier)
        earlier.append((act, entity))
        scores = [s for s in (act.score, act.source.score if act.source else None) if s is not None]
        out.append(
            Attribution(
                id=ids[id(act)],
                source=sources[act.source.start, act.source.end] if act.source else None,
                cue=cues[act.start, act.end],
                content=tuple(
                    dict.fromkeys(
                        contents[c.start, c.end] for c in sorted(act.contents, key=lambda c: c.start)
                    )
                ),
                source_type=act.source_type,
                stance=act.stance,
                via=ids[id(act.via)] if act.via is not None else None,
                quote=quote_kind(act, text),
                source_entity=entity,
                told=speakers.find_listener(act),
                score=min(scores) if scores else None,
            )
        )
    spans.write_layer(doc, "attributions", out)


@Language.factory("dealextract_attribution", assigns=["doc.spans"], default_config={})
def make_attribution(nlp: Language, name: str) -> AttributionLinker:
    """The attribution component of the pipeline's language."""
    return AttributionLinker(nlp.lang or "")
