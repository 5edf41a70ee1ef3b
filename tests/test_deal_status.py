"""Tense of verb groups, and which cues belong to which deal."""

import pytest
import spacy

from dealextract import records, spans
from dealextract.components.deal_status_features import combine
from dealextract.components.deal_status_marks import StatusMarks
from dealextract.components.deal_tense import load_tenses
from dealextract.components.deals import DealAssembler


@pytest.mark.parametrize(
    ("lang", "before", "verb", "mode"),
    [
        ("en", "the group has already", "bought", ""),
        ("en", "the group is due to", "complete", "ahead"),
        ("en", "the firm will soon", "buy", "ahead"),
        ("en", "the lender could", "sell", "doubtful"),
        ("en", "the board has not", "accepted", "negated"),
        ("fr", "la banque a été", "rachetée", ""),
        ("fr", "le groupe va", "racheter", "ahead"),
        ("fr", "le groupe", "rachètera", "ahead"),
        ("fr", "le groupe", "rachèterait", "doubtful"),
        ("fr", "la filiale pourrait être", "cédée", "doubtful"),
        ("fr", "la filiale n' a pas encore été", "cédée", "negated"),
    ],
)
def test_the_mode_of_a_verb_group(lang, before, verb, mode):
    assert load_tenses(lang).read(before.split(), verb).mode == mode


def make_doc(text, names):
    nlp = spacy.blank("en")
    nlp.add_pipe("dealextract_sentences")
    doc = nlp(text)
    items = [
        records.Name(
            id=f"N{i}", label="COMPANY", start=text.index(n), end=text.index(n) + len(n), text=n, entity=n
        )
        for i, n in enumerate(names)
    ]
    spans.write_layer(doc, "names", items)
    return doc


def test_a_cue_is_about_the_nearest_deal_of_its_sentence():
    text = "Pallister Foods acquired Corran Mills, while Dunmore Dairies withdrew its bid for Hexley Farms."
    assembler = DealAssembler("en")
    doc = make_doc(text, ["Pallister Foods", "Corran Mills", "Dunmore Dairies", "Hexley Farms"])
    drafts, context = assembler.find_drafts(doc)
    bought, bid = sorted(drafts, key=lambda d: d.trigger.start)[:: len(drafts) - 1]
    marks = StatusMarks([bought.cluster, bid.cluster], context, assembler.tenses)
    names = [{m.name for m in marks.list_marks(0, d.cluster)} for d in (bought, bid)]
    assert "cue:cancelled" in names[1]
    assert "cue:cancelled" not in names[0]
    assert "cue:completed" in names[0]


def test_a_completion_that_is_ahead_is_no_completion():
    text = "Pallister Foods is due to complete its acquisition of Corran Mills."
    assembler = DealAssembler("en")
    drafts, context = assembler.find_drafts(make_doc(text, ["Pallister Foods", "Corran Mills"]))
    marks = StatusMarks([d.cluster for d in drafts], context, assembler.tenses)
    names = {m.name for m in marks.list_marks(0, drafts[0].cluster)}
    assert "cue:completed~ahead" in names
    assert "cue:completed" not in names


def test_pairs_are_of_plain_signs_only():
    assert not set(combine({"cue:offered:left", "place:lead"}))
