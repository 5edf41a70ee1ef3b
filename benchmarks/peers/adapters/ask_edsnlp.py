"""edsnlp: the cues of its hypothesis and reported speech qualifiers."""

from protocol import answer, make_span

LAYERS = {"hypothesis": "HEDGE", "reported_speech": "CUE"}


def load(langs):
    import edsnlp
    from edsnlp.utils.filter import filter_spans

    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.normalizer")
    nlp.add_pipe("eds.sentences")
    for name in LAYERS:
        nlp.add_pipe(f"eds.{name}", name=name, config={"on_ents_only": False})

    def find(text, lang, published):
        doc = nlp(text)
        spans = []
        for name, label in LAYERS.items():
            cues = filter_spans(nlp.get_pipe(name).get_cues(doc, None), label_to_remove="pseudo")
            spans += [
                make_span(c.start_char, c.end_char, label=label) for c in cues if c.label_ != "quotation"
            ]
        return spans

    return find


if __name__ == "__main__":
    answer(load, ["edsnlp", "spacy"])
