"""Gold spans in the place of the tagger's, to tell linking errors from tagging errors.

doc = oracle_doc(nlp, record)      # then run the components after the tagger on it
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from dealextract import spans

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models" / "training"))
from targets import head_spans


def oracle_doc(nlp: Language, record: dict[str, Any]) -> Doc:
    """A Doc of `record["text"]` with its publication date and the tagger's layers filled from gold."""
    doc = nlp.make_doc(record["text"])
    spans.set_context(doc, published=record.get("published"))
    spans.write_tagged(
        doc,
        {
            head: [spans.Tagged(s, e, kind, 1.0) for s, e, kind in items]
            for head, items in head_spans(record).items()
        },
    )
    return doc
