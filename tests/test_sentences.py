import pytest
import spacy


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        (
            "fr",
            "M. Roy a vendu. « Le prix a monté. » Rien d'autre.",
            ["M. Roy a vendu.", "« Le prix a monté. »", "Rien d'autre."],
        ),
        (
            "en",
            "Mr. Roy sold it for $2.5bn. It rose.\n\nTitle\nBody",
            ["Mr. Roy sold it for $2.5bn.", "It rose.", "Title", "Body"],
        ),
    ],
)
def test_sentences_split_at_final_marks_and_lines(lang, text, expected):
    nlp = spacy.blank(lang)
    nlp.add_pipe("dealextract_sentences")
    assert [sent.text.strip() for sent in nlp(text).sents] == expected
