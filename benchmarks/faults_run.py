"""One run of faults.py: an archive through `run_archive`, with documents that kill or hang their worker.

    python faults_run.py INPUT OUT [--format jsonl|parquet|csv] [--workers N] [--rules] [--pause SECONDS]

A text with POISON-DIE ends its process, one with POISON-HANG sleeps past the time limit. Without
`--rules` the reader only parses and writes an empty record: quick to start, so that many kills hit.
"""

import argparse
import os
import sys
import time

from dealextract.errors import DealextractError
from dealextract.readers import Article
from dealextract.records import Document

TIME_LIMIT = 15.0


class PoisonedReader:
    """The archive's reader, or a light one, that dies or hangs where the text says so."""

    def __init__(self, job):
        from dealextract.archive.documents import DocumentReader

        self.rules = DocumentReader(job) if os.environ.get("FAULTS_RULES") else None
        self.reading, self.pause = job.reading, float(os.environ.get("FAULTS_PAUSE", "0"))

    def __call__(self, item):
        from dealextract.archive.documents import parse_item

        article = parse_item(item, self.reading)
        if not isinstance(article, Article):
            return article
        if "POISON-DIE" in article.text:
            os._exit(9)
        if "POISON-HANG" in article.text:
            time.sleep(60)
        time.sleep(self.pause)
        if self.rules:
            return self.rules(item)
        return Document(id=article.id, lang="und", text=article.text, **article.extra).to_json()


def main():
    """Run once; the exit status is that of the `batch` command."""
    from dealextract.archive.run import run_archive
    from dealextract.archive.sources import Job, Reading
    from dealextract.batch import make_settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input")
    parser.add_argument("out")
    parser.add_argument("--format", default="jsonl")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    job = Job(make_settings(None, None, None, exclude=["tagger"]), Reading())
    try:
        summary = run_archive(
            [options.input],
            options.out,
            job,
            format=options.format,
            workers=options.workers,
            shard_size=10,
            time_limit=TIME_LIMIT,
            setup=PoisonedReader,
        )
    except DealextractError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_status
    return 1 if summary.failures else 0


if __name__ == "__main__":
    sys.exit(main())
