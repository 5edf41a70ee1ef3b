"""Attributions: marked cases by rules and by linking, chains, entities, and properties on any text."""

from __future__ import annotations

import re
import tomllib
from typing import Any, NamedTuple

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from dealextract import spans
from dealextract.components.attribution import AttributionLinker, make_attribution
from dealextract.components.attribution_lexicon import load_grammar
from dealextract.records import Attribution, Mark, Name
from tests.marked import CASES

LABEL = re.compile(r"[SQC]\d+(?:,[SQC]\d+)*$")
Range = tuple[int, int]
NLP = {lang: spacy.blank(lang) for lang in ("fr", "en")}
LINKERS = {lang: AttributionLinker(lang) for lang in ("fr", "en")}


class Case(NamedTuple):
    text: str
    parts: dict[tuple[str, int], list[Range]]
    item: dict[str, Any]


def parse_labelled(marked: str) -> tuple[str, dict[tuple[str, int], list[Range]]]:
    """Plain text and the ranges of each (letter, number), from `[S1 …] [Q1 …] [C1,C2 …]`."""
    out: list[str] = []
    open_at: list[tuple[int, str]] = []
    parts: dict[tuple[str, int], list[Range]] = {}
    at = 0
    while at < len(marked):
        if marked[at] == "[":
            label = marked[at + 1 : marked.index(" ", at)]
            assert LABEL.match(label), f"{label!r} is no label"
            open_at.append((len(out), label))
            at += len(label) + 2
            continue
        if marked[at] == "]":
            start, label = open_at.pop()
            for key in label.split(","):
                parts.setdefault((key[0], int(key[1:])), []).append((start, len(out)))
        else:
            out.append(marked[at])
        at += 1
    return "".join(out), {key: sorted(found) for key, found in parts.items()}


def load_labelled() -> list[Any]:
    params = []
    for path in sorted(CASES.glob("*/attribution.toml")):
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            text, parts = parse_labelled(item["text"])
            marks = [pytest.mark.xfail(reason=item["xfail"], strict=True)] if "xfail" in item else []
            name = f"{path.parent.name}-{item['text'][:60]}"
            params.append(pytest.param(path.parent.name, Case(text, parts, item), marks=marks, id=name))
    return params


def make_doc(lang: str, text: str, names: dict[str, str]) -> Doc:
    """A Doc with every mention of the names in its names layer."""
    doc = NLP[lang].make_doc(text)
    found = [
        (m.start(), m.end(), label)
        for name, label in names.items()
        for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    ]
    records = [
        Name(id=f"N{i}", label=label, start=s, end=e, text=text[s:e], entity=text[s:e])  # type: ignore[arg-type]
        for i, (s, e, label) in enumerate(sorted(found), 1)
    ]
    spans.write_layer(doc, "names", records)
    return doc


def read_back(doc: Doc) -> tuple[list[Attribution], dict[str, Range]]:
    """The attributions of a Doc and the range of every mark."""
    marks = [m for layer in ("sources", "cues", "contents") for m in spans.read_layer(doc, layer, Mark)]
    return spans.read_layer(doc, "attributions", Attribution), {m.id: (m.start, m.end) for m in marks}


def give_tagged(doc: Doc, case: Case) -> None:
    """The brackets of a case as the tagger would give them: flat, the longest of nested ones kept."""
    expect = case.item.get("expect", [])
    heads: dict[str, list[spans.Tagged]] = {"sources": [], "cues": [], "contents": []}
    for (letter, number), ranges in case.parts.items():
        wanted = expect[number - 1] if number <= len(expect) else {}
        kind = {"S": wanted.get("source_type", "other"), "Q": wanted.get("stance", "asserts"), "C": "CONTENT"}
        head = {"S": "sources", "Q": "cues", "C": "contents"}[letter]
        heads[head] += [spans.Tagged(s, e, kind[letter], 0.9) for s, e in ranges]
    for head, found in heads.items():
        flat = sorted(set(found), key=lambda t: (t.start - t.end, t.start))
        kept: list[spans.Tagged] = []
        for t in flat:
            if all(t.end <= k.start or k.end <= t.start for k in kept):
                kept.append(t)
        heads[head] = kept
    spans.write_tagged(doc, heads)


@pytest.mark.parametrize(("lang", "case"), load_labelled())
def test_cases(lang: str, case: Case) -> None:
    doc = make_doc(lang, case.text, case.item.get("names", {}))
    if case.item.get("tagged"):
        give_tagged(doc, case)
    found, ranges = read_back(LINKERS[lang](doc))
    numbers = sorted({n for _, n in case.parts})
    by_cue = {ranges[a.cue]: a for a in found if a.cue}
    cues = [case.parts["Q", n][0] for n in numbers]
    assert [case.text[s:e] for s, e in sorted(by_cue)] == [case.text[s:e] for s, e in sorted(cues)]
    ids = {n: by_cue[case.parts["Q", n][0]].id for n in numbers}
    for n in numbers:
        record = by_cue[case.parts["Q", n][0]]
        source = ranges[record.source] if record.source else None
        if ("S", n) in case.parts:
            assert source is not None
            assert case.text[slice(*source)] == case.text[slice(*case.parts["S", n][0])]
        content = [case.text[slice(*ranges[c])] for c in record.content]
        assert content == [case.text[s:e] for s, e in case.parts.get(("C", n), [])]
    for n, wanted in enumerate(case.item.get("expect", []), 1):
        record = by_cue[case.parts["Q", n][0]]
        for key, value in wanted.items():
            expected = None if value == "null" else ids[value] if key == "via" else value
            assert getattr(record, key) == expected, key
    for first, second in case.item.get("same_source", []):
        records = [by_cue[case.parts["Q", n][0]] for n in (first, second)]
        assert records[0].source is not None
        assert records[0].source == records[1].source


def test_model_article_in_the_small() -> None:
    """An outlet, its unnamed sources, a party that declines and one that is silent."""
    text = (
        "Ondine Cloud négocierait une levée de fonds, a révélé Bourse Info, citant des sources proches du "
        "dossier. Ondine Cloud a refusé de commenter, tandis que Sillage n'a pas répondu."
    )
    names = {"Ondine Cloud": "COMPANY", "Bourse Info": "MEDIA", "Sillage": "COMPANY"}
    doc = make_doc("fr", text, names)

    def tagged(piece: str, kind: str) -> spans.Tagged:
        return spans.Tagged(text.index(piece), text.index(piece) + len(piece), kind, 0.9)

    spans.write_tagged(
        doc,
        {
            "cues": [tagged("a révélé", "asserts"), tagged("citant", "asserts")],
            "sources": [
                tagged("Bourse Info", "media"),
                tagged("des sources proches du dossier", "anonymous"),
            ],
            "contents": [tagged("Ondine Cloud négocierait une levée de fonds", "CONTENT")],
        },
    )
    found, _ = read_back(LINKERS["fr"](doc))
    outlet, insiders, declines, silent = found
    assert (outlet.source_type, outlet.via) == ("media", None)
    assert (insiders.source_type, insiders.via, insiders.content) == ("anonymous", outlet.id, outlet.content)
    assert (declines.stance, declines.content, declines.source_entity) == ("declines", (), "Ondine Cloud")
    assert (silent.stance, silent.source_entity) == ("unreachable", "Sillage")


def test_split_auxiliary_is_one_cue() -> None:
    text = "The board has rejected it, the paper has reported."
    doc = make_doc("en", text, {})
    at = text.rindex("has")
    heads = {
        "cues": [spans.Tagged(at, at + 3, "asserts", 0.9), spans.Tagged(at + 4, at + 12, "asserts", 0.9)],
        "sources": [spans.Tagged(27, 36, "media", 0.9)],
        "contents": [],
    }
    spans.write_tagged(doc, heads)
    found, ranges = read_back(LINKERS["en"](doc))
    assert [text[slice(*ranges[a.cue])] for a in found if a.cue] == ["has reported"]


def give(doc: Doc, cues: list[str], sources: list[tuple[str, str]], score: float = 0.9) -> list[str]:
    """What the linker makes of tagged cues and sources: each record as "source | cue"."""
    text = doc.text

    def place(piece: str, kind: str) -> spans.Tagged:
        at = text.index(piece)
        return spans.Tagged(at, at + len(piece), kind, score)

    heads = {"cues": [place(c, "asserts") for c in cues], "sources": [place(*s) for s in sources]}
    spans.write_tagged(doc, heads)
    found, ranges = read_back(LINKERS[doc.lang_](doc))
    return [
        f"{text[slice(*ranges[a.source])] if a.source else None} | {text[slice(*ranges[a.cue or ''])]}"
        for a in found
    ]


def test_the_noun_before_a_pronoun_between_commas_speaks() -> None:
    doc = make_doc("fr", "Le régulateur, lui, affirme que la perte est close.", {})
    assert give(doc, ["affirme"], [("lui", "public_body")]) == ["Le régulateur | affirme"]


def test_a_relative_clause_stays_outside_the_source() -> None:
    doc = make_doc("fr", "Le notaire qui suit la vente assure que tout est signé.", {})
    sources = [("Le notaire qui suit", "anonymous"), ("la vente", "other")]
    assert give(doc, ["assure"], sources) == ["Le notaire | assure"]


def test_an_elided_article_is_whole() -> None:
    doc = make_doc("fr", "Selon d'anciens associés, la caisse est vide.", {})
    assert give(doc, ["Selon"], [("'anciens associés", "anonymous")]) == ["d'anciens associés | Selon"]


def test_the_noun_report_has_the_outlet_before_it_for_a_source() -> None:
    doc = make_doc(
        "en", "Alvo rises on Harbour News report that Brume made a bid.", {"Harbour News": "MEDIA"}
    )
    assert give(doc, [], []) == ["Harbour News | report"]


def test_a_passive_or_a_subject_with_a_cue_of_its_own_is_no_source() -> None:
    doc = make_doc("en", "Its proposal for Alvo was confirmed, a blow that hurt.", {"Alvo": "COMPANY"})
    assert give(doc, [], []) == []
    doc = make_doc("en", 'Alvo responded with its usual reply, "We never comment."', {"Alvo": "COMPANY"})
    assert give(doc, ["responded"], [("Alvo", "company")]) == ["Alvo | responded"]


def contents_of(doc: Doc, heads: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    """The contents of each cue that the linker makes of tagged pieces; all pieces stand once in the text."""
    text = doc.text
    spans.write_tagged(
        doc,
        {
            head: [spans.Tagged(text.index(p), text.index(p) + len(p), kind, 0.9) for p, kind in pieces]
            for head, pieces in heads.items()
        },
    )
    found, ranges = read_back(LINKERS[doc.lang_](doc))
    return {text[slice(*ranges[a.cue or ""])]: [text[slice(*ranges[c])] for c in a.content] for a in found}


def test_who_reports_a_saying_says_it_whole() -> None:
    text = "La banque estime que l'offre est trop basse, a indiqué son avocat."
    found = contents_of(
        make_doc("fr", text, {}),
        {
            "sources": [("La banque", "company"), ("son avocat", "person")],
            "cues": [("estime", "asserts"), ("a indiqué", "asserts")],
            "contents": [("l'offre est trop basse", "CONTENT")],
        },
    )
    assert found == {
        "estime": ["l'offre est trop basse"],
        "a indiqué": ["La banque estime que l'offre est trop basse"],
    }


def test_the_halves_of_a_quotation_go_to_who_says_it() -> None:
    text = (
        'Some analysts applauded the choice.\n\n"By pulling out it shows size is no goal," said Lin Duarte.'
    )
    found = contents_of(
        make_doc("en", text, {"Lin Duarte": "PERSON"}),
        {
            "sources": [("Some analysts", "other"), ("Lin Duarte", "person")],
            "cues": [("applauded", "asserts"), ("said", "asserts")],
            "contents": [
                ("the choice", "CONTENT"),
                ('"By pulling out', "CONTENT"),
                ("size is no goal", "CONTENT"),
            ],
        },
    )
    assert found["applauded"] == ["the choice"]
    assert found["said"][0].startswith('"By pulling out')


def test_a_noun_takes_the_name_behind_it_and_no_open_bracket() -> None:
    doc = make_doc("fr", "La vente est sûre, note le quotidien Les Dépêches.", {"Les Dépêches": "MEDIA"})
    assert give(doc, ["note"], [("le quotidien", "media")]) == ["le quotidien Les Dépêches | note"]
    text = "La vente est sûre, selon un avis de l'Autorité (AMF)."
    assert give(make_doc("fr", text, {}), ["selon"], [("un avis de l'Autorité (AMF", "document")]) == [
        "un avis de l'Autorité | selon"
    ]


def test_an_adverb_before_a_cue_is_no_cue_of_its_own() -> None:
    doc = make_doc("en", "Harbour News first reported that talks had begun.", {"Harbour News": "MEDIA"})
    assert give(doc, ["first", "reported"], [("Harbour News", "media")]) == ["Harbour News | first reported"]


def test_a_dateline_is_not_said() -> None:
    text = "PARIS (Agence) - Alvo va racheter Brume, a dit le PDG."
    found = contents_of(
        make_doc("fr", text, {"Alvo": "COMPANY", "Brume": "COMPANY"}),
        {
            "sources": [("le PDG", "person")],
            "cues": [("a dit", "asserts")],
            "contents": [("PARIS (Agence) - Alvo va racheter Brume", "CONTENT")],
        },
    )
    assert found == {"a dit": ["Alvo va racheter Brume"]}


def test_hearsay_is_no_act_of_saying() -> None:
    doc = make_doc("en", "The yard was reported in June to be for sale.", {})
    assert give(doc, ["was reported"], [("The yard", "other")]) == []


def test_an_unsure_pronoun_has_no_entity() -> None:
    text = "They said the mill would close."
    doc = make_doc("en", text, {})
    spans.write_tagged(
        doc, {"sources": [spans.Tagged(0, 4, "other", 0.9)], "cues": [spans.Tagged(5, 9, "asserts", 0.9)]}
    )
    found, _ = read_back(LINKERS["en"](doc))
    assert [a.source_entity for a in found] == [None]


def test_factory_and_empty_text() -> None:
    nlp = spacy.blank("en")
    assert isinstance(make_attribution(nlp, "x"), AttributionLinker)
    doc = nlp.make_doc("")
    found, ranges = read_back(LINKERS["en"](doc))
    assert (found, ranges) == ([], {})


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_verb_twice(lang: str) -> None:
    for group in load_grammar(lang).lexicon.verbs:
        assert len(set(group.stems)) == len(group.stems), group.stems


PIECES = st.sampled_from(
    ["« ", " »", '"', "“", "”", "'", "’", "selon ", "a déclaré ", "a-t-il ", "said ", "that ", "que ",
     "Brume ", "le groupe ", "the company ", "citing ", "citant ", ", ", ". ", "\n\n",
     "(source: ", ")",
     "told ", "il ", "declined to comment ", "she "]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=30).map("".join))


@given(text=TEXTS, lang=st.sampled_from(["fr", "en"]), data=st.data())
@settings(max_examples=120, deadline=None)
def test_any_text_and_any_tags(text: str, lang: str, data: st.DataObject) -> None:
    def build() -> Doc:
        doc = NLP[lang].make_doc(text)
        spans.write_tagged(doc, heads)
        return LINKERS[lang](doc)

    at = st.integers(0, max(0, len(text) - 1))
    ranges = st.lists(st.tuples(at, st.integers(1, 20)), max_size=4)
    heads = {
        head: [
            spans.Tagged(s, min(len(text), s + n), kind, 0.9)
            for s, n in data.draw(ranges)
            if s < min(len(text), s + n)
        ]
        for head, kind in (
            ("sources", "media"),
            ("cues", "asserts"),
            ("contents", "CONTENT"),
            ("names", "COMPANY"),
        )
    }
    doc = build()
    found, marks = read_back(doc)
    keys = {a.id for a in found}
    for layer in ("sources", "cues", "contents"):
        for mark in spans.read_layer(doc, layer, Mark):
            assert text[mark.start : mark.end] == mark.text != ""
    for record in found:
        assert {record.source, record.cue, *record.content} - {None} <= set(marks)
        assert record.via is None or (record.via in keys and record.via != record.id)
    assert read_back(build()) == (found, marks)
