import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from dealextract import spans
from dealextract.aliases import is_acronym, is_typo
from dealextract.components.companies import CompanyLexicon
from dealextract.edges import EdgeCleaner
from dealextract.lexicon import load_lexicon
from dealextract.records import Name
from dealextract.spans import Tagged
from tests.marked import check_case, load_cases

MISSED = "same name elsewhere in the document"


@pytest.fixture(scope="module")
def pipelines():
    out = {}
    for lang in ("fr", "en"):
        out[lang] = spacy.blank(lang)
        out[lang].add_pipe("dealextract_companies")
    return out


def names(nlp, text, tagged):
    doc = nlp.make_doc(text)
    spans.write_tagged(doc, {"names": tagged})
    return spans.read_layer(nlp.get_pipe("dealextract_companies")(doc), "names", Name)


@pytest.mark.parametrize(("lang", "case"), load_cases("companies"))
def test_names_of_one_entity_share_it(pipelines, lang, case):
    expect = [*case.expect, *({} for _ in case.spans[len(case.expect) :])]
    tagged = [
        Tagged(start, end, e.get("label", "COMPANY"), 0.9)
        for (start, end), e in zip(case.spans, expect, strict=True)
        if e.get("why") != MISSED
    ]
    check_case(case, names(pipelines[lang], case.text, tagged))


@pytest.mark.parametrize(
    ("lang", "label", "text", "expected"),
    [
        ("fr", "COMPANY", "la banque Tarnier", "Tarnier"),
        ("fr", "COMPANY", "groupe Orlanges", "Orlanges"),
        ("fr", "COMPANY", "Groupe Orlanges SA", "Groupe Orlanges SA"),
        ("fr", "COMPANY", "l'Orlanges", "Orlanges"),
        ("fr", "MEDIA", "le Matin de Nantes", "le Matin de Nantes"),
        ("fr", "PUBLIC_BODY", "le tribunal de commerce de Tours", "tribunal de commerce de Tours"),
        ("fr", "PERSON", "M. Verdier", "Verdier"),
        ("en", "COMPANY", "(Alvo Inc.)", "Alvo Inc."),
        ("en", "COMPANY", "Alvo.", "Alvo"),
        ("en", "COMPANY", "Alvo AB (publ)", "Alvo AB (publ)"),
        ("en", "COMPANY", "Macy's", "Macy's"),
        ("en", "COMPANY", "the", ""),
        ("en", "PERSON", "Mr. Shaw", "Shaw"),
    ],
)
def test_edges_of_a_name(lang, label, text, expected):
    cleaner = EdgeCleaner(load_lexicon(lang, "companies", CompanyLexicon))
    start, end = cleaner.clean(text, 0, len(text), label)
    assert text[start:end] == expected


@pytest.mark.parametrize(
    ("lang", "tagged", "expected"),
    [
        ("fr", "Braxton", "Braxton and Moore"),
        ("fr", "Moore", "Braxton and Moore"),
        ("fr", "Braxton and", "Braxton and Moore"),
        ("en", "Braxton", "Braxton"),
    ],
)
def test_and_stands_only_inside_names_in_french(lang, tagged, expected):
    text = "Selon Braxton and Moore, 3 % de plus."
    start = text.index(tagged)
    cleaner = EdgeCleaner(load_lexicon(lang, "companies", CompanyLexicon))
    start, end = cleaner.clean(text, start, start + len(tagged), "COMPANY")
    assert text[start:end] == expected


@pytest.mark.parametrize("also", ["Alvo", "Beron"])
def test_a_nation_is_no_part_of_a_name_that_stands_without_it(pipelines, also):
    text = f"Swiss Alvo rose. {also} fell."
    at = text.index(also, 11)
    marks = [Tagged(0, 10, "COMPANY", 0.9), Tagged(at, at + len(also), "COMPANY", 0.9)]
    found = [n.text for n in names(pipelines["en"], text, marks)]
    assert found == (["Alvo", "Alvo"] if also == "Alvo" else ["Swiss Alvo", "Beron"])


def test_a_possessive_before_a_noun_is_outside(pipelines):
    found = names(pipelines["en"], "Alvo's bid rose.", [Tagged(0, 6, "COMPANY", 0.9)])
    assert [n.text for n in found] == ["Alvo"]


def mark(text, *parts):
    """A tagged firm for each place of each part."""
    return [
        Tagged(at, at + len(part), "COMPANY", 0.9)
        for part in parts
        for at in range(len(text))
        if text.startswith(part, at)
    ]


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("Arvo, Teleq: the Arvo-Teleq pact", ("Arvo,", "Teleq:", "Arvo-Teleq"), "Arvo|Teleq|Arvo|Teleq"),
        ("The Arvo-Teleq pact holds.", ("Arvo-Teleq",), "Arvo-Teleq"),
        ("Arvo and Teleq made Arvo-Teleq in May", ("Arvo ", "Teleq ", "Arvo-Teleq"), "Arvo|Teleq|Arvo-Teleq"),
        ("Arvo, Teleq: Arvo/Teleq plan", ("Arvo,", "Teleq:", "Arvo/Teleq"), "Arvo|Teleq|Arvo|Teleq"),
        ("Mills and Board (MAB), Mills and Board", ("Mills", "Board"), "Mills and Board|Mills and Board"),
        ("OGC? Oil and Gas Council won.", ("OGC", "Oil", "Gas Council"), "OGC|Oil and Gas Council"),
        ("Mills and Board, Mills and Board", ("Mills", "Board"), "Mills|Board|Mills|Board"),
        ("Mills and Bank of Oulu (BO) said.", ("Mills", "Bank of Oulu"), "Mills|Bank of Oulu"),
    ],
)  # fmt: skip
def test_names_run_together_or_cut(pipelines, text, parts, expected):
    found = names(pipelines["en"], text, mark(text, *parts))
    assert "|".join(n.text for n in found if n.why == "tagger") == expected


def test_agencies_that_sign_together_are_two(pipelines):
    found = names(pipelines["fr"], "Zurich (awp/ats) - Le groupe", [Tagged(8, 15, "MEDIA", 0.9)])
    assert [(n.text, n.label) for n in found] == [("awp", "MEDIA"), ("ats", "MEDIA")]


def test_one_entity_has_one_label_by_score(pipelines):
    text = "Corvex rose. Corvex fell."
    found = names(pipelines["en"], text, [Tagged(0, 6, "COMPANY", 0.9), Tagged(13, 19, "PUBLIC_BODY", 0.5)])
    assert [n.label for n in found] == ["COMPANY", "COMPANY"]


def test_a_doubtful_mark_gives_way_to_sure_ones_of_its_name(pipelines):
    text = "Corran rose. Corran fell. According to Corran, all is well."
    marks = [Tagged(0, 6, "COMPANY", 0.98), Tagged(13, 19, "COMPANY", 0.97), Tagged(39, 45, "MEDIA", 0.55)]
    assert {n.label for n in names(pipelines["en"], text, marks)} == {"COMPANY"}
    surer = [*marks[:2], marks[2]._replace(score=0.9)]
    assert [n.label for n in names(pipelines["en"], text, surer)] == ["COMPANY", "COMPANY", "MEDIA"]


def test_one_firm_among_many_persons_of_its_name_is_a_person(pipelines):
    text = "Mr Corran said no. " * 4 + "A Corran bid failed. Treasurer Lin Dorne left."
    marks = [Tagged(19 * n + 3, 19 * n + 9, "PERSON", 0.95) for n in range(4)]
    at = text.index("A Corran") + 2
    marks += [Tagged(at, at + 6, "COMPANY", 0.97)]
    rank = text.index("Treasurer")
    marks += [Tagged(rank, rank + 9, "PERSON", 0.8), Tagged(rank + 10, rank + 19, "PERSON", 0.9)]
    found = names(pipelines["en"], text, marks)
    assert {(n.text, n.label) for n in found} == {("Corran", "PERSON"), ("Lin Dorne", "PERSON")}
    (king,) = names(pipelines["en"], "King said no.", [Tagged(0, 4, "PERSON", 0.9)])
    assert king.label == "PERSON"  # a rank that is a surname
    fewer = names(pipelines["en"], text, marks[2:])
    assert ("Corran", "COMPANY") in {(n.text, n.label) for n in fewer}


@pytest.mark.parametrize(
    ("lang", "name", "given", "expected"),
    [
        ("en", "Bank of America", "PUBLIC_BODY", "COMPANY"),
        ("en", "Standard & Poor’s", "MEDIA", "COMPANY"),
        ("en", "Bank of Korea", "COMPANY", "PUBLIC_BODY"),
        ("fr", "Banque Postale", "PUBLIC_BODY", "COMPANY"),
        ("fr", "Banque du Canada", "COMPANY", "PUBLIC_BODY"),
    ],
)
def test_banks_of_a_country_are_told_apart(pipelines, lang, name, given, expected):
    (found,) = names(pipelines[lang], f"{name} 2004", [Tagged(0, len(name), given, 0.9)])
    assert found.label == expected


def test_a_person_and_a_firm_keep_their_labels(pipelines):
    text = "Corvex hired Corvex."
    found = names(pipelines["en"], text, [Tagged(0, 6, "COMPANY", 0.9), Tagged(13, 19, "PERSON", 0.5)])
    assert [n.label for n in found] == ["COMPANY", "PERSON"]


@pytest.mark.parametrize(
    ("lang", "text", "tagged", "expected"),
    [
        ("en", "The SEC fined Alvo.", [("SEC", "COMPANY")], [("SEC", "PUBLIC_BODY")]),
        ("en", "He told the BBC that it rose.", [], [("BBC", "MEDIA")]),
        ("en", "BBC chiefs met.", [], []),
        ("en", "Gas from Qatar fell.", [("Qatar", "COMPANY")], []),
        ("en", "Mr Corvex left.", [("Corvex", "COMPANY")], [("Corvex", "PERSON")]),
        ("en", "Mr Corvex left.", [("Mr Corvex", "PERSON")], [("Corvex", "PERSON")]),
        (
            "fr",
            "NANTES (AFP) - Orlanges grimpe.",
            [("Orlanges", "COMPANY")],
            [("AFP", "MEDIA"), ("Orlanges", "COMPANY")],
        ),
        ("fr", "Une dépêche de l'Agefi.", [("Agefi", "MEDIA")], [("l'Agefi", "MEDIA")]),
        ("fr", "Le ministre des Finances hésite.", [("Finances", "PUBLIC_BODY")], []),
        (
            "fr",
            "Le ministre togolais de l'Économie et des Finances hésite.",
            [("Finances", "PUBLIC_BODY")],
            [],
        ),
        ("fr", "Le gouvernement polonais cède.", [], [("gouvernement polonais", "PUBLIC_BODY")]),
        ("fr", "Le gouvernement cède.", [("gouvernement", "PUBLIC_BODY")], []),
        ("fr", "La bourse de Riga monte.", [("Riga", "COMPANY")], [("bourse de Riga", "COMPANY")]),
        ("fr", "Le syndicat Orlac proteste.", [("Orlac", "COMPANY")], []),
        ("fr", "Orlac, premier syndicat de la maison, proteste.", [("Orlac", "COMPANY")], []),
        ("fr", "La Loi Orlac passe.", [("Loi Orlac", "PUBLIC_BODY")], []),
        (
            "fr",
            "L'Echo et De Tijd l'écrivent.",
            [("Echo et", "MEDIA"), ("De Tijd", "MEDIA")],
            [("L'Echo", "MEDIA"), ("De Tijd", "MEDIA")],
        ),
        (
            "en",
            "The Russian government sold it.",
            [("Russian", "PUBLIC_BODY")],
            [("Russian government", "PUBLIC_BODY")],
        ),
        ("en", "It was sold by Russian authorities.", [("Russian", "PUBLIC_BODY")], []),
        ("en", "The Alvo Trading Act passed.", [("Alvo Trading Act", "PUBLIC_BODY")], []),
        (
            "en",
            "The State Bank of Goa acts.",
            [("State Bank of", "PUBLIC_BODY"), ("Goa", "PUBLIC_BODY")],
            [("State Bank of Goa", "PUBLIC_BODY")],
        ),
        (
            "en",
            "It paid the Securities and Exchange Commission.",
            [],
            [("Securities and Exchange Commission", "PUBLIC_BODY")],
        ),
        (
            "en",
            "Reuters quoted BaFin.",
            [("BaFin", "MEDIA")],
            [("Reuters", "MEDIA"), ("BaFin", "PUBLIC_BODY")],
        ),
        (
            "en",
            "Alvo is for sale, the FT said.",
            [("Alvo", "COMPANY")],
            [("Alvo", "COMPANY"), ("FT", "MEDIA")],
        ),
        ("en", "The Varga family sold.", [("Varga", "PERSON")], []),
        ("en", "The Varga family sold.", [("Varga", "COMPANY")], []),
        ("en", "Tycoon Lin Duarte sold.", [("Lin Duarte", "COMPANY")], [("Lin Duarte", "PERSON")]),
        (
            "en",
            "Lin Duarte sold. Mr Duarte left.",
            [("Lin Duarte", "COMPANY")],
            [("Lin Duarte", "PERSON")],
        ),
        (
            "en",
            "Lin Duarte, Alvo's finance director, left.",
            [("Lin Duarte", "COMPANY")],
            [("Lin Duarte", "PERSON")],
        ),
        (
            "en",
            "Duarte Capital, the Lisbon fund, sold.",
            [("Duarte Capital", "COMPANY")],
            [("Duarte Capital", "COMPANY")],
        ),
        (
            "en",
            "Spanish daily La Ribera wrote it.",
            [("Spanish daily", "MEDIA"), ("La Ribera", "MEDIA")],
            [("La Ribera", "MEDIA")],
        ),
        ("en", "He told Ribera radio.", [("Ribera radio", "MEDIA")], [("Ribera", "MEDIA")]),
        ("en", "Lin Duarte QC spoke.", [("Lin Duarte QC", "PERSON")], [("Lin Duarte", "PERSON")]),
        ("fr", "La Haye refuse.", [("La Haye", "COMPANY")], [("La Haye", "PUBLIC_BODY")]),
        ("fr", "Un avis paru à Berne.", [("Berne", "MEDIA")], []),
        ("fr", "La famille Orval vend.", [("Orval", "PERSON")], []),
        ("fr", "La famille Orval vend.", [("Orval", "COMPANY")], []),
        ("fr", "La Fédération des brasseurs proteste.", [("Fédération des brasseurs", "PUBLIC_BODY")], []),
        ("fr", "Selon Ouest-France, Tiel ferme.", [("Ouest-France", "COMPANY")], [("Ouest-France", "MEDIA")]),
        (
            "fr",
            "Le Courrier du Littoral doute.",
            [("Courrier du Littoral", "MEDIA")],
            [("Le Courrier du Littoral", "MEDIA")],
        ),
        ("fr", "Le Daily Ledger doute.", [("Daily Ledger", "MEDIA")], [("Daily Ledger", "MEDIA")]),
        ("en", "Wall Street fell.", [("Wall Street", "COMPANY")], []),
        ("fr", "Anne-Lise Morvan signe.", [("Lise Morvan", "PERSON")], [("Anne-Lise Morvan", "PERSON")]),
    ],
)
def test_what_is_known_goes_before_the_tagger(pipelines, *, lang, text, tagged, expected):
    marks = [Tagged(text.index(t), text.index(t) + len(t), label, 0.9) for t, label in tagged]
    assert [(n.text, n.label) for n in names(pipelines[lang], text, marks)] == expected


def test_nothing_without_a_tagger(pipelines):
    doc = pipelines["fr"]("Orlanges SA rachète Verdier.")
    assert spans.read_layer(doc, "names", Name) == []


def test_acronyms_and_typos_have_limits():
    stop = frozenset({"of"})
    assert is_acronym("BOL", "Bank of Lakes", stop)
    assert not is_acronym("Bol", "Bank of Lakes", stop)
    assert not is_typo("alvo bank 1", "alvo bank 2")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
def test_any_spans_give_exact_records_twice(pipelines, text, ranges):
    tagged = [Tagged(a, b, "COMPANY", 0.9) for a, b in ranges if a < b <= len(text)]
    first = names(pipelines["fr"], text, tagged)
    assert all(text[n.start : n.end] == n.text for n in first)
    assert first == names(pipelines["fr"], text, tagged)


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Alvo (NYSE: ALV) rose.", "Alvo", "ALV"),
        ("Alvo (ALV.PA, +2%) rose.", "Alvo", "ALV.PA"),
        ("Alvo Corp (O:ALVO) rose.", "Alvo Corp", "ALVO"),
        ("Alvo (Brume) rose.", "Alvo", None),
    ],
)
def test_a_ticker_is_no_name_but_is_kept(pipelines, text, name, code):
    bracket = text.index("(") + 1
    marks = [
        Tagged(0, len(name), "COMPANY", 0.99),
        Tagged(bracket, min(text.index(")"), text.find(",") % 99), "COMPANY", 0.9),
    ]
    found = names(pipelines["en"], text, marks)
    assert (found[0].text, found[0].ticker) == (name, code)
    assert len(found) == (1 if code else 2)


def test_a_doubtful_firm_with_the_last_name_of_a_person_is_that_person(pipelines):
    text = "Owner Lin Duarte sold it. Duarte said so. Brume, of Ann Brume, agreed. Brume Holdings paid."
    marks = [
        Tagged(6, 16, "PERSON", 0.99),
        Tagged(26, 32, "COMPANY", 0.7),
        Tagged(42, 47, "COMPANY", 0.7),
        Tagged(52, 61, "PERSON", 0.99),
        Tagged(71, 85, "COMPANY", 0.95),
    ]
    found = {(n.start, n.text): n.label for n in names(pipelines["en"], text, marks)}
    assert found[26, "Duarte"] == "PERSON"
    assert found[42, "Brume"] == "COMPANY"


def test_a_preposition_at_the_end_is_outside_a_name(pipelines):
    text = "le gouvernement de Lin Duarte et le tribunal de commerce de Tours"
    found = names(
        pipelines["fr"], text, [Tagged(3, 18, "PUBLIC_BODY", 0.9), Tagged(36, 65, "PUBLIC_BODY", 0.9)]
    )
    assert [n.text for n in found] == ["tribunal de commerce de Tours"]


def test_an_agency_that_is_bought_is_a_firm(pipelines):
    text = "Alvo bids for Reuters. Shares in Reuters rose. The price was fair, Reuters reported."
    marks = [
        Tagged(0, 4, "COMPANY", 0.99),
        Tagged(14, 21, "COMPANY", 0.95),
        Tagged(33, 40, "COMPANY", 0.95),
        Tagged(67, 74, "MEDIA", 0.9),
    ]
    found = [n.label for n in names(pipelines["en"], text, marks)]
    assert found == ["COMPANY", "COMPANY", "COMPANY", "MEDIA"]
    assert names(pipelines["en"], text, marks[:2])[1].label == "MEDIA"


def test_a_full_name_that_is_a_person_elsewhere_is_one_where_it_is_doubtful(pipelines):
    text = "Lin Duarte bids. Lin Duarte waits. Lin Duarte wins."
    marks = [Tagged(0, 10, "PERSON", 0.6), Tagged(17, 27, "COMPANY", 0.7), Tagged(35, 45, "PERSON", 0.6)]
    assert {n.label for n in names(pipelines["en"], text, marks)} == {"PERSON"}


def test_a_headline_in_title_case_holds_the_names_of_the_body(pipelines):
    text = "Alvo Rises on Brume Deal Talks in German Trading\n\nAlvo Corp. may sell Brume."
    marks = [
        Tagged(0, 10, "COMPANY", 0.99),
        Tagged(14, 24, "COMPANY", 0.9),
        Tagged(34, 48, "COMPANY", 0.5),
        Tagged(50, 60, "COMPANY", 0.99),
        Tagged(70, 75, "COMPANY", 0.99),
    ]
    found = [(n.text, n.entity) for n in names(pipelines["en"], text, marks)]
    assert found[:2] == [("Alvo", "Alvo Corp."), ("Brume", "Brume")]
    assert len(found) == 4
    lower = text.replace("Deal Talks in German Trading", "deal talks in german trading").replace(
        "Rises", "rises"
    )
    assert names(pipelines["en"], lower, marks)[0].text == "Alvo rises"


def test_a_name_of_the_headline_alone_stays_when_sure(pipelines):
    text = "U.S. Steel Sells Brume Works Unit to Rival\n\nThe price was not told."
    marks = [Tagged(0, 10, "COMPANY", 0.9), Tagged(17, 28, "COMPANY", 0.9)]
    assert [n.text for n in names(pipelines["en"], text, marks)] == ["U.S. Steel", "Brume Works"]
