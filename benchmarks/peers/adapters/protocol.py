"""How a peer is asked: runs inside the peer's environment, with the standard library only.

    python ask_PEER.py TEXTS.jsonl ANSWER.json [--repeats N]

TEXTS.jsonl has `id`, `lang`, `text`, `published`. The answer holds load time, peak memory, versions and for
each text its CPU seconds (the least of N runs, after a warm-up on the first text) and its spans: {"start",
"end", "value", "value_max", "currency" (ISO 4217 or null), "unit" (the tool's own word or null), "label" (of
a tool that answers for several layers), "days" (ISO days that a date may mean)}; for tools that read
quotations also its attributions: {"source": [start, end], "cue": [start, end], "content": [[start, end], …]}.
"""

import argparse
import importlib.metadata
import json
import platform
import resource
import sys
import time


def answer(load, packages):
    """Load the tool by `load(langs)` -> `find(text, lang, published)` -> spans, ask it, write the answer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("texts")
    parser.add_argument("out")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with open(options.texts, encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    before = time.perf_counter()
    find = load(sorted({text["lang"] for text in texts}))
    loaded = time.perf_counter() - before
    for lang in {text["lang"] for text in texts}:
        first = next(text for text in texts if text["lang"] == lang)
        ask(find, first)
    answers = [dict(id=text["id"], **ask(find, text)) for text in texts]
    for _ in range(options.repeats - 1):
        for text, given in zip(texts, answers, strict=True):
            given["seconds"] = min(given["seconds"], ask(find, text)["seconds"])
    result = {
        "load_seconds": loaded,
        "peak_mb": peak_memory(),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "texts": answers,
    }
    with open(options.out, "w", encoding="utf-8") as out:
        json.dump(result, out)


def ask(find, text):
    """Spans, seconds and, when the tool raised, the error."""
    before, error = time.process_time(), None
    try:
        found = find(text["text"], text["lang"], text.get("published"))
    except Exception as problem:  # a tool that fails on a text has found nothing there
        found, error = [], f"{type(problem).__name__}: {problem}"[:200]
    given = found if isinstance(found, dict) else {"spans": found}
    return {"seconds": time.process_time() - before, "error": error, "attributions": [], "spans": [], **given}


def peak_memory():
    """Peak resident memory of this process in MB.

    Linux tells it in /proc; getrusage there starts from the memory of the process that started this one.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def make_span(start, end, *, value=None, value_max=None, currency=None, unit=None, label=None, days=None):
    """A span of the answer."""
    return {
        "start": start,
        "end": end,
        "value": value,
        "value_max": value_max,
        "currency": currency,
        "unit": unit,
        "label": label,
        "days": days,
    }
