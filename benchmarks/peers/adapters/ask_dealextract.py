"""This library: its money and conversions components (no tagger)."""

import sys
from pathlib import Path

from protocol import answer, make_span

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # the package of this checkout


def load(langs):
    import dealextract
    from dealextract import records, spans

    wanted = ["sentences", "money", "conversions"]
    pipelines = {lang: dealextract.load(lang, components=wanted) for lang in langs}

    def find(text, lang, published):
        nlp = pipelines[lang]
        doc = nlp.make_doc(text)
        spans.set_context(doc, published=published)
        for _, component in nlp.pipeline:
            doc = component(doc)
        return [
            make_span(
                m.start,
                m.end,
                value=None if m.value is None else float(m.value),
                value_max=None if m.value_max is None else float(m.value_max),
                currency=m.currency,
            )
            for m in spans.read_layer(doc, "money", records.Money)
        ]

    return find


if __name__ == "__main__":
    answer(load, ["dealextract", "spacy"])
