"""The trained tagger as a component: fills the heads that later components read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from dealextract.encoder import Pending, open_encoder
from dealextract.spans import keep_text, read_text, write_tagged


class Tagger:
    """Names, hedges, sources, cues, contents, triggers and roles from one encoder."""

    def __init__(self, path: str | None, threads: int | None, backend: str) -> None:
        self.encoder = open_encoder(path, threads, backend)

    def __call__(self, doc: Doc) -> Doc:
        write_tagged(doc, self.encoder.predict([read_text(doc)])[0], self.encoder.calibration)
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 8) -> Iterator[Doc]:
        """Docs in order; threads read the next `batch_size` of them while one goes on down the pipeline."""
        waiting: deque[tuple[Doc, Pending]] = deque()
        for doc in stream:
            waiting.append((doc, self.encoder.start([read_text(doc)])[0]))
            if len(waiting) > batch_size:
                yield finish(waiting.popleft())
        yield from map(finish, waiting)


def finish(item: tuple[Doc, Pending]) -> Doc:
    """The Doc with the spans of its heads."""
    doc, pending = item
    write_tagged(doc, pending.finish(), pending.encoder.calibration)
    return keep_text(doc, pending.text)


@Language.factory("dealextract_tagger", default_config={"path": None, "threads": None, "backend": "onnx"})
def make_tagger(nlp: Language, name: str, path: str | None, threads: int | None, backend: str) -> Tagger:
    """The tagger of a model folder (`path`), by default the one shipped.

    `threads` read windows side by side; `backend` "torch" runs the same weights in PyTorch, on a GPU when
    there is one.
    """
    return Tagger(path, threads, backend)
