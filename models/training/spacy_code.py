"""What `spacy train` needs beside the package (`--code`): gold reader, trainable tagger, callbacks.

The component `dealextract_trainable_tagger` puts one BIO head a layer of labels on a spacy-transformers
`transformer`. Its predictions are those of the run-time component `dealextract_tagger`, from the same
heads in the same order, and `from_spacy.py` turns a trained pipeline into a run that `export.py` reads.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import spacy
import srsly
import torch
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from spacy_transformers.data_classes import TransformerData
from spacy_transformers.layers.listener import TransformerListener
from thinc.api import Model, PyTorchWrapper, chain
from torch import nn
from transformers.file_utils import ModelOutput

sys.path.insert(0, str(Path(__file__).resolve().parent))
from augment import augment, load_media, load_names
from data import IGNORE, label_ids, load_records
from evaluate import score_heads
from network import WIDTHS, loss_of
from targets import HEADS, ROWS, head_spans

from dealextract import spans
from dealextract.decoding import decode, make_heads

RUNTIME_HEADS = make_heads(HEADS)
BOOST = 6.0  # heads start from nothing: their logits are scaled so that one learning rate serves all


class Heads(nn.Module):
    """Logits of all heads for every piece, from the encoder's last layer [batch, pieces, hidden]."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.dropout, self.linear = nn.Dropout(dropout), nn.Linear(hidden, sum(WIDTHS))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.linear(self.dropout(hidden)).float() * BOOST


@spacy.registry.architectures("dealextract.PieceHeads.v1")
def make_piece_heads(hidden: int, dropout: float, upstream: str = "*") -> Model:
    """A listener to the transformer and the heads on its word pieces: Docs to logits [spans, pieces, columns]."""
    heads = Model(
        "piece_heads", read_pieces, init=lambda model, X=None, Y=None: None,
        layers=[PyTorchWrapper(Heads(hidden, dropout))],
    )  # fmt: skip
    return chain(TransformerListener(upstream_name=upstream), heads)


def read_pieces(
    model: Model, given: list[TransformerData], is_train: bool
) -> tuple[list[np.ndarray], Callable[[list[np.ndarray]], list[TransformerData]]]:
    """Logits of each Doc's windows; all windows of a batch are padded to one length."""
    states = [data.model_output.last_hidden_state for data in given]
    logits, backward = model.layers[0](np.concatenate(states), is_train)
    cuts = np.cumsum([len(state) for state in states])[:-1]

    def backprop(gradients: list[np.ndarray]) -> list[TransformerData]:
        parts = np.split(backward(np.concatenate(gradients)), cuts)
        return [
            TransformerData(
                wordpieces=data.wordpieces, model_output=ModelOutput(last_hidden_state=part), align=data.align
            )
            for part, data in zip(parts, given, strict=True)
        ]

    return np.split(logits, cuts), backprop


@spacy.registry.span_getters("dealextract.windows.v1")
def make_windows(tokens: int, overlap: int) -> Callable[[Iterable[Doc]], list[list[Span]]]:
    """Windows of at most `tokens` tokens that cover a Doc, neighbours sharing `overlap`."""

    def get_windows(docs: Iterable[Doc]) -> list[list[Span]]:
        step = tokens - overlap
        return [
            [doc[at : at + tokens] for at in range(0, max(1, len(doc) - overlap), step)] if len(doc) else []
            for doc in docs
        ]

    return get_windows


@spacy.registry.readers("dealextract.gold_reader.v1")
def make_gold_reader(
    paths: list[str], lists: str | None, augmented: bool, window: int, seed: int
) -> Callable[[Language], Iterator[Example]]:
    """Examples of gold JSONL files or folders, new variants at every pass when `augmented`.

    `window` is the length in characters at which a training article is cut at a line end or a space;
    0 keeps articles whole. The reference Doc carries the gold spans as the tagger would predict them.
    """
    records = load_records([Path(path) for path in paths])
    names = load_names(Path(lists)) if lists and augmented else []
    media = load_media(Path(lists)) if lists and augmented else []
    rng = random.Random(seed)

    def read(nlp: Language) -> Iterator[Example]:
        for record in records:
            changed = augment(record, names, media, rng) if augmented else record
            heads = head_spans(changed)
            for start, end in cut_text(changed["text"], window, rng):
                reference = nlp.make_doc(changed["text"][start:end])
                spans.write_tagged(
                    reference,
                    {
                        head: [
                            spans.Tagged(max(s, start) - start, min(e, end) - start, kind, 1.0)
                            for s, e, kind in items
                            if s < end and start < e
                        ]
                        for head, items in heads.items()
                    },
                )
                yield Example(nlp.make_doc(reference.text), reference)

    return read


def cut_text(text: str, window: int, rng: random.Random) -> Iterator[tuple[int, int]]:
    """Ranges of at most `window` characters that end at white space, cut anew at every pass.

    >>> list(cut_text("abc def ghi", 0, random.Random(1)))
    [(0, 11)]
    """
    start = 0
    while start < len(text):
        end = len(text)
        if window and end - start > window:
            limit = start + rng.randint(window // 2, window)
            end = (
                max(text.rfind("\n", start + window // 3, limit), text.rfind(" ", start + 1, limit)) + 1
                or limit
            )
        yield start, end
        start = end


class TrainableTagger(TrainablePipe):
    """BIO heads over word pieces, trained on the gold of `dealextract.gold_reader.v1`."""

    def __init__(self, vocab: Vocab, model: Model, name: str, tokenizer: str) -> None:
        self.vocab, self.model, self.name, self.cfg = vocab, model, name, {"tokenizer": tokenizer}
        self._tokenizer: Any = None

    @property
    def tokenizer(self) -> Any:
        """The word-piece tokenizer, with offsets; the transformer's own."""
        if self._tokenizer is None:
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(Path(self.cfg["tokenizer"]) / "tokenizer.json"))
        return self._tokenizer

    def windows(self, doc: Doc, count: int) -> list[tuple[int, int, list[tuple[int, int]]]]:
        """Start, end and piece offsets (in the Doc) of the windows behind `count` rows of logits."""
        found = []
        for window in self.get_windows([doc])[0][:count]:
            offsets = self.tokenizer.encode(window.text, add_special_tokens=True).offsets
            found.append(
                (
                    window.start_char,
                    window.end_char,
                    [(a + window.start_char, b + window.start_char) for a, b in offsets],
                )
            )
        return found

    get_windows: Callable[[Iterable[Doc]], list[list[Span]]]

    def initialize(self, get_examples: Any, *, nlp: Language | None = None, **settings: Any) -> None:
        """Take the windows of the transformer in the pipeline, so that rows of logits mean the same."""
        if nlp is None or "transformer" not in nlp.pipe_names:
            raise ValueError("dealextract_trainable_tagger needs a component 'transformer' before it")
        self.get_windows = nlp.get_pipe("transformer").model.attrs["get_spans"]
        self.model.initialize()

    def predict(self, docs: Sequence[Doc]) -> list[np.ndarray]:
        return (
            self.model.predict(list(docs))
            if any(len(doc) for doc in docs)
            else [np.zeros((0, 0, 0))] * len(docs)
        )

    def set_annotations(self, docs: Sequence[Doc], scores: list[np.ndarray]) -> None:
        """Write each Doc's tagged spans; where windows overlap the nearer middle decides."""
        for doc, logits in zip(docs, scores, strict=True):
            rows: dict[tuple[int, int], tuple[float, np.ndarray]] = {}
            for (start, end, offsets), row in zip(self.windows(doc, len(logits)), logits, strict=False):
                for (left, right), values in zip(offsets, row, strict=False):
                    far = abs(left + right - start - end) / 2
                    if right > left and ((left, right) not in rows or far < rows[left, right][0]):
                        rows[left, right] = far, values
            order = sorted(rows)
            table = np.stack([rows[key][1] for key in order]) if order else np.zeros((0, sum(WIDTHS)))
            spans.write_tagged(doc, decode(RUNTIME_HEADS, doc.text, order, table))

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Any = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        losses = {} if losses is None else losses
        examples = list(examples)
        docs = [example.predicted for example in examples]
        logits, backprop = self.model.begin_update(docs)
        length = logits[0].shape[1]
        labels = np.full((sum(len(rows) for rows in logits), len(ROWS), length), IGNORE)
        at = 0
        for example, rows in zip(examples, logits, strict=True):
            for _, _, offsets in self.windows(example.predicted, len(rows)):
                for number, (head, types) in enumerate(ROWS.items()):
                    gold = [t[:3] for t in spans.read_tagged(example.reference, head)]
                    ids = label_ids(types, gold, offsets)[:length]
                    ids[0] = IGNORE
                    ids[len(offsets) - 1 : len(offsets)] = [IGNORE] * (len(ids) >= len(offsets))
                    labels[at, number, : len(ids)] = ids
                at += 1
        given = torch.from_numpy(np.concatenate(logits)).requires_grad_()
        loss = loss_of(given, torch.from_numpy(labels))
        loss.backward()
        cuts = np.cumsum([len(rows) for rows in logits])[:-1]
        backprop(np.split(given.grad.numpy(), cuts))
        if sgd is not None:
            self.finish_update(sgd)
        losses[self.name] = losses.get(self.name, 0.0) + float(loss.detach())
        return losses

    def get_loss(self, examples: Iterable[Example], scores: Any) -> tuple[float, Any]:
        raise NotImplementedError("the loss is part of `update`: it needs the word pieces' offsets")

    def score(self, examples: Iterable[Example], **_: Any) -> dict[str, float]:
        """Strict F1 of each head and label, as ratios: {"tagger_names": …, "tagger_COMPANY": …}."""
        pairs = [
            tuple(
                {head: spans.read_tagged(doc, head) for head in HEADS} for doc in (e.reference, e.predicted)
            )
            for e in examples
        ]
        figures = score_heads(pairs)
        out = {f"tagger_{key}": figure["strict"] / 100 for key, figure in figures.items()}
        out["tagger_mean"] = (
            sum(out[f"tagger_{k}"] for k in ("names", "hedges", "sources", "cues", "contents")) / 5
        )
        return out

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        srsly.write_json(folder / "cfg", self.cfg)
        (folder / "model").write_bytes(self.model.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> TrainableTagger:
        self.cfg = srsly.read_json(Path(path) / "cfg")
        self.model.from_bytes((Path(path) / "model").read_bytes())
        return self


@Language.factory("dealextract_trainable_tagger", default_config={"tokenizer": "encoder"})
def make_trainable_tagger(nlp: Language, name: str, model: Model, tokenizer: str) -> TrainableTagger:
    """The component that `spacy train` trains; `tokenizer` is the folder with the encoder's tokenizer.json."""
    return TrainableTagger(nlp.vocab, model, name, tokenizer)


@spacy.registry.callbacks("dealextract.keep_layers.v1")
def make_keep_layers(layers: int) -> Callable[[Language], None]:
    """After initialising: the encoder's lowest `layers` stay; word embeddings keep their values.

    Embeddings of words that training does not show would fall behind those that it does.
    """

    def keep(nlp: Language) -> None:
        encoder = nlp.get_pipe("transformer").model.transformer
        encoder.encoder.layer = encoder.encoder.layer[:layers]
        encoder.config.num_hidden_layers = layers
        encoder.embeddings.word_embeddings.weight.requires_grad_(False)

    return keep


@spacy.registry.callbacks("dealextract.bfloat16.v1")
def make_bfloat16() -> Callable[[Language, dict[str, Any]], None]:
    """Before updates: products in bfloat16 on CPUs that have it, twice as fast as in fp32."""

    def widen(_: Any, __: Any, output: ModelOutput) -> ModelOutput:
        for name in list(output):
            output[name] = output[name].float()
        return output

    def switch(nlp: Language, state: dict[str, Any]) -> None:
        able = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        if able and not torch.is_autocast_enabled("cpu"):
            torch.set_autocast_dtype("cpu", torch.bfloat16)
            torch.set_autocast_enabled("cpu", True)
            nlp.get_pipe("transformer").model.transformer.register_forward_hook(widen)

    return switch
