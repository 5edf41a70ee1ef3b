"""One measured process of speed.py, in this package's environment or the peer's; standard library only.

    python speed_run.py SYSTEM LANG TEXTS.json OUT.json [--threads N] [--growth]
    python speed_run.py SYSTEM LANG TEXTS.json OUT.json --processes 2

SYSTEM is `dealextract`, or the name of a spaCy pipeline package. TEXTS.json is a list of strings. With
`--processes` only that is measured: the texts once and three times over, so that what each further text
costs can be told from what starting the workers costs.
"""

import argparse
import json
import os
import platform
import sys
import time
from importlib.metadata import version

# The package of this checkout is measured, whatever is installed.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", "adapters"))
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from protocol import peak_memory


def prepare(system, lang, threads):
    """Import and load a system: (seconds to import, seconds to load, nlp, reader of a Doc, versions)."""
    started = time.perf_counter()
    if system == "dealextract":
        import dealextract
        from dealextract.extraction import Extraction

        imported = time.perf_counter()
        nlp, read = dealextract.load(lang, threads=threads), Extraction.from_doc
        packages = ("dealextract", "spacy", "onnxruntime")
    else:
        import importlib

        import spacy  # noqa: F401

        imported = time.perf_counter()
        nlp, read = importlib.import_module(system).load(), None
        packages = ("spacy", system)
    loaded = time.perf_counter()
    return imported - started, loaded - imported, nlp, read, {name: version(name) for name in packages}


def time_components(nlp, texts):
    """Seconds of the tokenizer and of each component over the texts."""
    spent = {}
    for text in texts:
        before = time.perf_counter()
        doc = nlp.make_doc(text)
        spent["tokenizer"] = spent.get("tokenizer", 0) + time.perf_counter() - before
        for name, component in nlp.pipeline:
            before = time.perf_counter()
            doc = component(doc)
            spent[name] = spent.get(name, 0) + time.perf_counter() - before
    return spent


def time_each(nlp, read, texts):
    """Seconds of each text by itself."""
    spent = []
    for text in texts:
        before = time.perf_counter()
        doc = nlp(text)
        if read:
            read(doc)
        spent.append(time.perf_counter() - before)
    return spent


def time_number(nlp, read, texts, numbers):
    """Seconds and peak memory in MB for more and more documents in one stream: (number, seconds, MB)."""
    found = []
    for number in numbers:
        stream = (texts[n % len(texts)] for n in range(number))
        before = time.perf_counter()
        for doc in nlp.pipe(stream):
            if read:
                read(doc)
        found.append((number, time.perf_counter() - before, peak_memory()))
    return found


def time_processes(system, lang, texts, processes):
    """Seconds of the texts once and three times over, workers started anew for each."""
    if system == "dealextract":
        import dealextract

        def run(stream):
            articles = ({"text": text, "lang": lang} for text in stream)
            return sum(1 for _ in dealextract.pipe(articles, workers=processes))

    else:
        import importlib

        nlp = importlib.import_module(system).load()

        def run(stream):
            return sum(1 for _ in nlp.pipe(stream, n_process=processes))

    found = []
    for times in (1, 3):
        before = time.perf_counter()
        run(texts * times)
        found.append(time.perf_counter() - before)
    return found


def main():
    """Measure and write the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("system")
    parser.add_argument("lang")
    parser.add_argument("texts")
    parser.add_argument("out")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--growth", action="store_true", help="time longer and more documents")
    parser.add_argument("--numbers", type=int, nargs="+", default=[10, 20, 40, 80], help="so many documents")
    parser.add_argument("--processes", type=int, default=0, help="measure only this many processes")
    options = parser.parse_args()
    with open(options.texts, encoding="utf-8") as file:
        texts = json.load(file)
    if options.processes:
        found = time_processes(options.system, options.lang, texts, options.processes)
        with open(options.out, "w", encoding="utf-8") as out:
            json.dump({"processes_seconds": found}, out)
        return
    imported, loaded, nlp, read, versions = prepare(options.system, options.lang, options.threads)
    before = time.perf_counter()
    nlp(texts[0])  # sessions and caches are made at the first text
    first = time.perf_counter() - before
    before, worked = time.perf_counter(), time.process_time()
    for doc in nlp.pipe(texts):
        if read:
            read(doc)
    whole, worked = time.perf_counter() - before, time.process_time() - worked
    peak = peak_memory()
    result = {
        "import_seconds": imported,
        "load_seconds": loaded,
        "first_seconds": first,
        "pipe_seconds": whole,
        "cpu_seconds": worked,
        "peak_mb": peak,
        "each_seconds": time_each(nlp, read, texts),
        "component_seconds": time_components(nlp, texts),
        "versions": {"python": platform.python_version(), **versions},
    }
    if options.growth:
        joined = "\n\n".join(texts)
        sizes = [size for size in (2_000, 8_000, 32_000, 64_000) if size <= len(joined)]
        result["growth"] = [(size, time_each(nlp, read, [joined[:size]])[0]) for size in sizes]
        result["numbers"] = time_number(nlp, read, texts, options.numbers)
    with open(options.out, "w", encoding="utf-8") as out:
        json.dump(result, out)


if __name__ == "__main__":
    main()
