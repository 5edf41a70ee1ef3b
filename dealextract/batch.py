"""Articles through the pipeline: one, or many in order, in this process or in spawned workers."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from dealextract import spans
from dealextract.errors import InvalidInput, LexiconError, ModelNotFound, UnsupportedLanguage
from dealextract.extraction import Extraction
from dealextract.langid import detect, normalise_lang
from dealextract.pipeline import shared_pipeline
from dealextract.readers import Article, Failure, make_article, parse_published
from dealextract.records import Document

SETUP_ERRORS = (ModelNotFound, LexiconError)
SHARD_SIZE = 16
WITHOUT_WORDS = "und"
"""`lang` of an empty record (ISO 639: undetermined)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for every article of a run, unless the article states its own."""

    lang: str | None = None
    published: str | None = None
    model: str | None = None
    threads: int | None = None


def make_settings(lang: str | None, published: Any, model: str | Path | None) -> Settings:
    """Settings checked before the first article; raises UnsupportedLanguage or InvalidInput."""
    path = None if model is None else str(model)
    return Settings(normalise_lang(lang), parse_published(published), path)


def extract(
    text: str,
    *,
    lang: str | None = None,
    published: Any = None,
    id: str | None = None,
    model: str | Path | None = None,
) -> Extraction:
    """Everything that the package finds in one article.

    `lang` is "fr" or "en", by default found from the text; `published` the day of publication (ISO
    8601 string or date), against which "Monday" is resolved. Offsets count code points of `text`.
    An empty text gives an empty record. Raises InvalidInput, TextTooLong, UnsupportedLanguage, ModelNotFound.
    """
    settings = make_settings(lang, published, model)
    return extract_article(make_article((text, {"id": id})), settings)


def extract_article(article: Article, settings: Settings) -> Extraction:
    """The extraction of an article under the run's settings; raises what `extract` raises."""
    text = article.text
    published = article.published or settings.published
    lang = normalise_lang(article.lang) or settings.lang or (detect(text) if text.strip() else WITHOUT_WORDS)
    if lang is None:
        raise UnsupportedLanguage(f"nothing in {text.strip()[:40]!r} tells the language; give fr or en")
    if lang == WITHOUT_WORDS:
        document = Document(id=article.id, lang=lang, published=published, text=text, **article.extra)
        return Extraction(document)
    nlp = shared_pipeline(lang, settings.model, settings.threads)
    doc = nlp.make_doc(text)
    spans.set_context(doc, published=parse_published(published))
    return Extraction.from_doc(nlp(doc), id=article.id, lang=lang, published=published, extra=article.extra)


def try_article(article: Article | Failure, settings: Settings) -> Extraction | Failure:
    """The extraction of an article, or its failure; errors of the installation are raised."""
    if isinstance(article, Failure):
        return article
    try:
        return extract_article(article, settings)
    except SETUP_ERRORS:
        raise
    except Exception as problem:
        return Failure.of(problem, article.id)


def read_items(items: Iterable[Any]) -> Iterator[Article | Failure]:
    """Articles out of every form that `pipe` takes; one without id fails under its number."""
    for number, item in enumerate(items):
        if isinstance(item, Failure):
            yield item
            continue
        try:
            yield make_article(item)
        except InvalidInput as problem:
            given = item.get("id") if isinstance(item, Mapping) else None
            yield Failure.of(problem, str(given) if isinstance(given, str | int) else f"article {number}")


def pipe(
    articles: Iterable[Any],
    *,
    workers: int = 1,
    lang: str | None = None,
    published: Any = None,
    model: str | Path | None = None,
    shard_size: int = SHARD_SIZE,
) -> Iterator[Extraction | Failure]:
    """The extraction of each article, in order; a `Failure` stands where one could not be read.

    An article is a str, a dict with "text" (and "id", "lang", "published", more fields, which are
    kept) or a (text, dict) pair. `lang` and `published` hold for articles that state none. With
    `workers` above 1, spawned processes read shards of `shard_size` articles; a worker that dies
    costs only the article that killed it. Raises ModelNotFound.
    """
    if workers < 1 or shard_size < 1:
        raise InvalidInput(f"workers and shard_size must be at least 1, got {workers} and {shard_size}")
    settings = make_settings(lang, published, model)
    if workers == 1:
        return (try_article(article, settings) for article in read_items(articles))
    return run_spawned(read_items(articles), settings, workers, shard_size)


Shard = list[Article | Failure]
Results = list[Extraction | Failure]


def run_shard(shard: Shard, settings: Settings) -> Results:
    """What a worker does with a shard."""
    return [try_article(article, settings) for article in shard]


def submit(pool: ProcessPoolExecutor, shard: Shard, settings: Settings) -> Future[Results]:
    """The shard's future, also when the pool is broken already."""
    try:
        return pool.submit(run_shard, shard, settings)
    except BrokenProcessPool as problem:
        future: Future[Results] = Future()
        future.set_exception(problem)
        return future


def run_spawned(
    articles: Iterable[Article | Failure], settings: Settings, workers: int, shard_size: int
) -> Iterator[Extraction | Failure]:
    """Results in order from spawned workers; at most three shards a worker are held at a time."""
    settings = replace(settings, threads=max(1, (os.cpu_count() or 1) // workers))
    source = iter(articles)
    waiting: deque[tuple[Shard, Future[Results]]] = deque()
    pool = make_pool(workers)
    try:
        while True:
            while len(waiting) < 3 * workers and (shard := list(islice(source, shard_size))):
                waiting.append((shard, submit(pool, shard, settings)))
            if not waiting:
                return
            shard, future = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                # Which shard killed its worker is unknown: each one under way is run again, alone.
                pool.shutdown(wait=False, cancel_futures=True)
                for broken in (shard, *(other for other, _ in waiting)):
                    yield from run_alone(broken, settings)
                waiting.clear()
                pool = make_pool(workers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def run_alone(shard: Shard, settings: Settings) -> Iterator[Extraction | Failure]:
    """Results of a shard in a process of its own; halved until the article that kills it is alone."""
    try:
        with make_pool(1) as pool:
            yield from pool.submit(run_shard, shard, settings).result()
    except BrokenProcessPool:
        if len(shard) == 1:
            yield Failure(id=shard[0].id, error="WorkerDied", message="the process that read it was killed")
            return
        middle = len(shard) // 2
        yield from run_alone(shard[:middle], settings)
        yield from run_alone(shard[middle:], settings)


def make_pool(workers: int) -> ProcessPoolExecutor:
    """Spawned processes: a fork of a process with ONNX threads may hang."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
