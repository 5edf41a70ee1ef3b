"""Coverage-guided fuzzing of what reads strangers' bytes, for a bounded time (pip install atheris).

    python benchmarks/fuzz.py --target money --seconds 300
    python benchmarks/fuzz.py --target readers --seconds 300 CORPUS_FOLDER

An error that is not one of the package's own is a crash: atheris writes the input into the current folder.
Make it a case in tests/test_hostile.py, then fix it.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["dealextract"]):
    from dealextract.archive import exports
    from dealextract.archive.documents import parse_item
    from dealextract.archive.inputs import Item, Reading
    from dealextract.extraction import Extraction
    from dealextract.pipeline import load
    from dealextract.readers import read_jsonl, read_stream

PIPELINES: dict[tuple[str, str], object] = {}


def run_components(*names: str) -> Callable[[atheris.FuzzedDataProvider], None]:
    """A target that runs components in both languages and checks offsets."""

    def target(data: atheris.FuzzedDataProvider) -> None:
        lang = "fr" if data.ConsumeBool() else "en"
        nlp = PIPELINES.setdefault((lang, names[-1]), load(lang, components=["sentences", *names]))
        text = data.ConsumeUnicodeNoSurrogates(400)
        document = Extraction.from_doc(nlp(text)).document  # type: ignore[operator]
        for span in document.spans:
            if text[span.start : span.end] != span.text:
                raise RuntimeError(f"offsets of {span!r}")

    return target


def fuzz_readers(data: atheris.FuzzedDataProvider) -> None:
    """Every reader of raw documents; whatever they get, an article or a failure of the package comes out."""
    kinds = ["text", "jsonl", "html", "europresse", "factiva_html", "factiva_rtf"]
    kind = kinds[data.ConsumeIntInRange(0, len(kinds) - 1)]
    raw = data.ConsumeBytes(2000)
    payload = (raw, "utf-8") if kind in ("europresse", "factiva_html") else raw
    found = parse_item(Item("x", 1, kind, payload), Reading(max_chars=500))
    if getattr(found, "error", "") == "InternalError":
        raise RuntimeError(str(found))
    list(read_jsonl(io.BytesIO(raw), "x"))
    list(read_stream(io.BytesIO(raw), "x"))
    for split in (exports.split_europresse, exports.split_factiva):
        list(split(raw))


TARGETS = {
    "money": run_components("money", "percents", "conversions"),
    "dates": run_components("dates"),
    "readers": fuzz_readers,
}


def main() -> None:
    """Fuzz one target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--target", choices=list(TARGETS), required=True)
    parser.add_argument("--seconds", type=int, default=300)
    options, rest = parser.parse_known_args()
    target = TARGETS[options.target]

    def run(raw: bytes) -> None:
        target(atheris.FuzzedDataProvider(raw))

    atheris.Setup([sys.argv[0], f"-max_total_time={options.seconds}", "-max_len=2000", *rest], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
