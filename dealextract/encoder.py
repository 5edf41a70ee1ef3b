"""Run time of the trained tagger: one ONNX graph, word pieces with exact character offsets.

A model is a folder with `model.onnx`, `tokenizer.json` and `meta.json` (heads, window, version), and with
`relations.npz` where it has relations.
Nothing here needs torch; onnxruntime and tokenizers are imported when a model is opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from dealextract.decoding import decode, make_heads
from dealextract.errors import InvalidInput, MissingExtra, ModelNotFound
from dealextract.relations import RELATIONS, SIZE, Projections
from dealextract.spans import Tagged

FILES = ("model.onnx", "tokenizer.json", "meta.json")
# Models by size: folder in the wheel, folder in a checkout. The first is the default.
SIZES = {"fast": ("model", "fr-en"), "accurate": ("model-accurate", "fr-en-accurate")}
DEFAULT = next(iter(SIZES))
START, SEPARATOR = 0, 2
BACKENDS = ("onnx", "torch")
# On a CPU the fused norm of ONNX Runtime 1.32 takes a tenth of the graph's time, the plain one far less.
SLOWER = ["SkipLayerNormFusion"]


def find_model(path: str | Path | None = None) -> Path:
    """The folder of a model: of a size ("fast", the default, or "accurate", not shipped) or the folder given.

    Looks in the wheel, then in the checkout; raises ModelNotFound.
    """
    here = Path(__file__).resolve().parent
    size = DEFAULT if path is None else str(path)
    if size in SIZES:
        packed, checkout = SIZES[size]
        tried = [here / packed, here.parent / "models" / checkout]
    else:
        tried = [Path(size)]
    for folder in tried:
        if all((folder / name).is_file() for name in FILES):
            return folder
    raise ModelNotFound(
        f"no trained model in {' or '.join(str(t) for t in tried)}: expected {', '.join(FILES)}. "
        f"Reinstall dealextract, or give {' or '.join(SIZES)} or the path of a model folder."
    )


def list_files(folder: Path) -> list[Path]:
    """The files of a model, those that every model has first."""
    return [*(folder / name for name in FILES), *filter(Path.is_file, [folder / RELATIONS])]


def encode_lines(tokenizer: Any, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Piece ids and character offsets; each line is cut by itself, a separator piece stands between lines.

    The tokenizer alone would turn a line end into a space and lose where a headline stops.
    """
    lines, starts, at = [], [], 0
    for line in text.split("\n"):
        if not line.isspace() and line:
            lines.append(line)
            starts.append(at)
        at += len(line) + 1
    ids: list[int] = []
    offsets: list[tuple[int, int]] = []
    for start, line in zip(starts, lines, strict=True):
        # One by one: a batch wakes threads of the tokenizer's own, which costs more than it saves.
        encoding = tokenizer.encode(line, add_special_tokens=False)
        if ids:
            ids.append(SEPARATOR)
            offsets.append((start - 1, start))
        ids += encoding.ids
        offsets += [(start + left, start + right) for left, right in encoding.offsets]
    return ids, offsets


def make_windows(count: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Ranges of at most `size` pieces that cover `count` pieces, neighbours sharing `overlap`.

    >>> make_windows(10, 6, 2), make_windows(0, 6, 2)
    ([(0, 6), (4, 10)], [])
    """
    windows, start = [], 0
    while start < count:
        end = min(start + size, count)
        windows.append((start, end))
        if end == count:
            break
        start = end - overlap
    return windows


def find_kept(start: int, end: int, count: int, overlap: int) -> tuple[int, int]:
    """The pieces of a window that it decides: of two windows over a piece, the one with more context.

    >>> find_kept(0, 6, 10, 2), find_kept(4, 10, 10, 2)
    ((0, 5), (5, 10))
    """
    half = overlap // 2
    return start + (half if start else 0), end - (overlap - half if end < count else 0)


@cache
def open_encoder(
    path: str | Path | None = None, threads: int | None = None, backend: str = "onnx"
) -> Encoder:
    """The encoder of a model folder, opened once for each process: French and English share it."""
    return Encoder(path, threads=threads, backend=backend)


class Encoder:
    """The trained tagger's graph, opened once for each process."""

    def __init__(
        self, path: str | Path | None = None, *, threads: int | None = None, backend: str = "onnx"
    ) -> None:
        if backend not in BACKENDS:
            raise InvalidInput(f"no backend {backend!r}; there are {', '.join(BACKENDS)}")
        self.path, self.backend = find_model(path), backend
        meta: dict[str, Any] = json.loads((self.path / "meta.json").read_text(encoding="utf-8"))
        self.version: str = meta["version"]
        self.heads = make_heads(meta["heads"])
        self.width = sum(head.width for head in self.heads)
        # After the columns of the heads come the projections, in models that have relations.
        self.columns = self.width + 2 * SIZE * (self.path / RELATIONS).is_file()
        self.calibration: dict[str, list[float]] = meta.get("calibration", {})
        self.window: int = meta["window"]
        self.overlap: int = meta["overlap"]
        self.attention_heads: int = meta.get("attention_heads", 12)
        self.threads = threads or min(4, os.cpu_count() or 1)
        self._pool: tuple[int, ThreadPoolExecutor | None] = (0, None)

    @cached_property
    def tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.path / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def session(self) -> Callable[[np.ndarray], np.ndarray]:
        """Logits [1, pieces, width] of ids [1, pieces]."""
        graph = self.path / "model.onnx"
        try:
            if self.backend == "torch":
                from dealextract.torch_graph import open_torch

                return open_torch(graph, self.attention_heads)
            return open_onnx(graph)
        except ImportError as problem:
            raise MissingExtra(
                f"backend 'torch' needs {problem.name}: pip install 'dealextract[transformers]'"
            ) from problem
        except Exception as problem:  # onnxruntime's errors share no narrower public parent
            raise ModelNotFound(
                f"{graph} is no readable ONNX graph ({problem}). Reinstall dealextract."
            ) from problem

    @property
    def pool(self) -> ThreadPoolExecutor:
        """The threads that run windows; the graph lets go of Python's lock."""
        owner, pool = self._pool
        if pool is None or owner != os.getpid():  # a forked process has the pool but not its threads
            pool = ThreadPoolExecutor(self.threads, thread_name_prefix="dealextract-tagger")
            self._pool = os.getpid(), pool
        return pool

    def predict(self, texts: Sequence[str]) -> list[dict[str, list[Tagged]]]:
        """For each text, the spans of each head: {head: [Tagged(start, end, type, score)]}."""
        return [pending.finish()[0] for pending in self.start(texts)]

    def start(self, texts: Sequence[str]) -> list[Pending]:
        """Begin to read texts: with more than one thread their windows run while the caller goes on."""
        _ = self.session  # opened here, so that threads do not open it twice
        started = []
        for text in texts:
            ids, offsets = encode_lines(self.tokenizer, text)
            windows = make_windows(len(ids), self.window, self.overlap)
            logits = [self.submit(ids[start:end]) for start, end in windows]
            started.append(Pending(self, text, offsets, windows, logits))
        return started

    def submit(self, pieces: Sequence[int]) -> Callable[[], np.ndarray]:
        """A call that gives the logits of a window, run in a thread at once or when it is called."""
        return self.pool.submit(self.run, pieces).result if self.threads > 1 else partial(self.run, pieces)

    def run(self, pieces: Sequence[int]) -> np.ndarray:
        """Logits of one window of piece ids, shape [pieces, width].

        Windows run one by one: int8 scales its activations over a batch, so that in a batch an
        article would change its neighbours' results; on a CPU a batch is not faster either.
        """
        return self.session(np.array([[START, *pieces, SEPARATOR]], dtype=np.int64))[0, 1:-1]


def open_onnx(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    """The graph of `path` in ONNX Runtime: ids [1, pieces] to logits [1, pieces, width]."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Windows run side by side in `pool`: that scales better than threads inside one small window.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(path),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=SLOWER,
    )
    return lambda ids: np.asarray(session.run(["logits"], {"input_ids": ids})[0])


@dataclass(frozen=True)
class Pending:
    """A text whose windows are being read."""

    encoder: Encoder
    text: str
    offsets: list[tuple[int, int]]
    windows: list[tuple[int, int]]
    logits: list[Callable[[], np.ndarray]]

    def join(self) -> tuple[np.ndarray, np.ndarray]:
        """Wait for the windows; logits [pieces, width] and projections [pieces, 2 * SIZE] of the text."""
        count, width = len(self.offsets), self.encoder.width
        table = np.zeros((count, width), dtype=np.float32)
        projections = np.zeros((count, self.encoder.columns - width), dtype=np.float16)
        for (start, end), logits in zip(self.windows, self.logits, strict=True):
            first, last = find_kept(start, end, count, self.encoder.overlap)
            rows = logits()[first - start : last - start]
            table[first:last], projections[first:last] = rows[:, :width], rows[:, width:]
        return table, projections

    def finish(self) -> tuple[dict[str, list[Tagged]], Projections | None]:
        """Wait for the windows; the spans of each head, and the projections of a model that has relations."""
        logits, table = self.join()
        found = decode(self.encoder.heads, self.text, self.offsets, logits)
        if not table.shape[1]:
            return found, None
        offsets = np.array(self.offsets, dtype=np.int32).reshape(-1, 2)
        return found, Projections(offsets, table, str(self.encoder.path))
