"""The trained tagger as a component: fills the heads that later components read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from dealextract.encoder import Pending, open_encoder
from dealextract.spans import keep_text, read_text, write_projections, write_tagged

# Docs that are read ahead. With all of spaCy's thousand the threads first starve the rest of the pipeline,
# then leave it alone with what remains: 5 % slower on two cores.
AHEAD = 8


class Tagger:
    """Names, hedges, sources, cues, contents, triggers and roles from one encoder."""

    def __init__(self, path: str | None, threads: int | None, backend: str, relations: bool) -> None:
        self.encoder = open_encoder(path, threads, backend)
        self.relations = relations

    def __call__(self, doc: Doc) -> Doc:
        return self.finish(doc, self.encoder.start([read_text(doc)])[0])

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = AHEAD) -> Iterator[Doc]:
        """Docs in order; threads read the next AHEAD, or `batch_size`, while one goes down the pipeline."""
        waiting: deque[tuple[Doc, Pending]] = deque()
        for doc in stream:
            waiting.append((doc, self.encoder.start([read_text(doc)])[0]))
            if len(waiting) > min(batch_size, AHEAD):
                yield self.finish(*waiting.popleft())
        for doc, pending in waiting:
            yield self.finish(doc, pending)

    def finish(self, doc: Doc, pending: Pending) -> Doc:
        """The Doc with the spans of its heads, and with what relations are read from."""
        found, projections = pending.finish()
        write_tagged(doc, found, pending.encoder.calibration)
        write_projections(doc, projections if self.relations else None)
        return keep_text(doc, pending.text)


@Language.factory(
    "dealextract_tagger",
    default_config={"path": None, "threads": None, "backend": "onnx", "relations": True},
)
def make_tagger(
    nlp: Language, name: str, path: str | None, threads: int | None, backend: str, *, relations: bool
) -> Tagger:
    """The tagger of a model folder (`path`), by default the one shipped.

    `threads` read windows side by side; `backend` "torch" runs the same weights in PyTorch, on a GPU when
    there is one. `relations` keeps in the Doc what the deals component reads them from, until it has.
    """
    return Tagger(path, threads, backend, relations)
