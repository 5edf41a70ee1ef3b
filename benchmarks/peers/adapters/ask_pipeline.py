"""This library's whole pipeline: every layer, with the tagger."""

import sys
from pathlib import Path

from protocol import answer, make_span

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # the package of this checkout

LABELS = {"COMPANY": "ORG", "MEDIA": "ORG", "PUBLIC_BODY": "ORG", "PERSON": "PER"}
KEPT = ("MONEY", "DATE", "HEDGE", "CUE")


def load(langs, components=None):
    import dealextract
    from dealextract import spans
    from dealextract.extraction import Extraction

    pipelines = {lang: dealextract.load(lang, components=components) for lang in langs}

    def find(text, lang, published):
        nlp = pipelines[lang]
        doc = nlp.make_doc(text)
        spans.set_context(doc, published=published)
        for _, component in nlp.pipeline:
            doc = component(doc)
        record = Extraction.from_doc(doc, lang=lang, published=published).document
        at = {span.id: [span.start, span.end] for span in record.spans}
        return {
            "spans": [read_span(span) for span in record.spans if span.label in (*LABELS, *KEPT)],
            "attributions": [
                {"source": at.get(a.source), "cue": at.get(a.cue), "content": [at[c] for c in a.content]}
                for a in record.attributions
                if a.quote in ("direct", "mixed")
            ],
        }

    return find


def read_span(span):
    """A span of the answer."""
    given, own = {}, {}
    if span.label == "MONEY":
        given = {
            "value": None if span.value is None else float(span.value),
            "value_max": None if span.value_max is None else float(span.value_max),
            "currency": span.currency,
        }
    if span.label == "DATE":
        own = {"value": span.value}  # an ISO value, judged as such
    return {**make_span(span.start, span.end, label=LABELS.get(span.label, span.label), **given), **own}


if __name__ == "__main__":
    answer(load, ["dealextract", "spacy", "onnxruntime"])
