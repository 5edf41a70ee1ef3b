"""This library without its tagger: amounts and dates by rule alone."""

from ask_pipeline import load
from protocol import answer


def load_rules(langs):
    return load(langs, components=["sentences", "money", "conversions", "dates"])


if __name__ == "__main__":
    answer(load_rules, ["dealextract", "spacy"])
