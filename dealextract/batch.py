"""Articles through the pipeline: one, or many in order, in this process or in spawned workers."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

from dealextract import spans
from dealextract.errors import InvalidInput, LexiconError, MissingExtra, ModelNotFound, UnsupportedLanguage
from dealextract.extraction import Extraction
from dealextract.langid import detect, normalise_lang
from dealextract.pipeline import pick_components, shared_pipeline
from dealextract.readers import Article, Failure, Settings, make_article, parse_published
from dealextract.records import Document
from dealextract.workers import Lost, Pool, share_threads

SETUP_ERRORS = (ModelNotFound, LexiconError, MissingExtra)
SHARD_SIZE = 16
RECYCLE_CHARS = 5_000_000
"""Characters, about a thousand articles, after which a process makes its pipelines anew."""
WITHOUT_WORDS = "und"
"""`lang` of an empty record (ISO 639: undetermined)."""


def make_settings(
    lang: str | None,
    published: Any,
    model: str | Path | None,
    *,
    threads: int | None = None,
    exclude: Iterable[str] = (),
) -> Settings:
    """Settings checked before the first article; raises UnsupportedLanguage or InvalidInput."""
    pick_components(None, exclude)
    path = None if model is None else str(model)
    left_out = tuple(sorted(set(exclude)))
    return Settings(normalise_lang(lang), parse_published(published), path, threads, left_out)


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
    nlp = shared_pipeline(lang, settings.model, settings.threads, settings.exclude)
    nlp.max_length = max(nlp.max_length, len(text))  # the reader of the text has checked its length
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


class ArticleReader:
    """A call that gives an article's extraction or failure, in memory that stays flat over any number.

    A spaCy vocabulary keeps every word that it has seen: pipelines are made anew, which takes a
    third of a second, after so many characters. The tagger's graph and the lexicons stay.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.chars = 0

    def __call__(self, article: Article | Failure) -> Extraction | Failure:
        result = try_article(article, self.settings)
        self.chars += len(getattr(article, "text", ""))
        if self.chars > RECYCLE_CHARS:
            self.chars = 0
            shared_pipeline.cache_clear()
            gc.collect()
        return result


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
        return map(ArticleReader(settings), read_items(articles))
    return run_spawned(read_items(articles), settings, workers, shard_size)


def run_spawned(
    articles: Iterable[Article | Failure], settings: Settings, workers: int, shard_size: int
) -> Iterator[Extraction | Failure]:
    """Results in order from spawned workers; at most three shards a worker are held at a time."""
    threads = share_threads(workers)
    pool = Pool(ArticleReader, replace(settings, threads=threads), workers, threads=threads)
    source, given, early, wanted = iter(articles), {}, {}, 0

    def shards() -> Iterator[tuple[int, list[Article | Failure]]]:
        for number in count():
            if not (shard := list(islice(source, shard_size))):
                return
            given[number] = shard
            yield number, shard

    for number, results in pool.run(shards()):
        early[number] = results
        while wanted in early:
            for article, result in zip(given.pop(wanted), early.pop(wanted), strict=True):
                yield worker_failure(result, article.id) if isinstance(result, Lost) else result
            wanted += 1


def worker_failure(lost: Lost, id: str | None, limit: float | None = None) -> Failure:
    """The failure of an article that killed its process, or was not read in `limit` seconds."""
    if lost.reason == "late":
        return Failure(id=id, error="TimeLimit", message=f"it was not read within {limit:g} seconds")
    return Failure(id=id, error="WorkerDied", message="every process that read it died")
