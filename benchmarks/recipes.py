"""The recipes of docs/scale.md for Spark, Dask and Hugging Face datasets, run as they stand on the page.

    python benchmarks/recipes.py PRESS.jsonl --articles 30             # all that is installed
    python benchmarks/recipes.py PRESS.jsonl --engines Spark --write

The code is taken from the page and run in a folder with `archive/articles.parquet`; the records that it
leaves in `results` are compared with those of the local batch on the same file. Needs pyspark (and a Java),
dask[dataframe], datasets. Text of the press is in the parts of a temporary folder only.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from archive import make_articles, read_press
from results import ROOT, describe_run, table, write_section

from dealextract.archive.run import run_archive
from dealextract.archive.sources import Job, Reading
from dealextract.batch import make_settings

ARCHIVE = Path("archive", "articles.parquet")
RESULTS = Path("results")
RECIPE = r"^{title}\b[^\n]*:\n\n```\n(.*?)^```"


def open_spark() -> dict[str, Any]:
    """A local session of two executors' threads and the archive in two partitions."""
    from pyspark.sql import SparkSession

    os.environ |= {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable}
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return {"df": session.read.parquet(str(ARCHIVE)).repartitionByRange(2, "id")}


def open_dask() -> dict[str, Any]:
    """The archive as a Dask frame of two partitions."""
    import dask.dataframe

    return {"frame": dask.dataframe.read_parquet(ARCHIVE.parent).repartition(npartitions=2)}


def open_datasets() -> dict[str, Any]:
    """Nothing more: the recipe reads the archive itself."""
    import datasets

    datasets.disable_progress_bars()
    return {"datasets": datasets}


ENGINES: dict[str, tuple[str, str, Callable[[], dict[str, Any]]]] = {
    "Spark": ("Spark", "pyspark", open_spark),
    "Dask": ("Dask", "dask", open_dask),
    "datasets": ("Hugging Face datasets", "datasets", open_datasets),
}


def find_recipe(title: str) -> str:
    """The code that the page shows under a title."""
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    found = re.search(RECIPE.format(title=re.escape(title)), page, re.M | re.S)
    if found is None:
        raise SystemExit(f"docs/scale.md has no recipe that starts with {title!r}")
    return found[1]


def read_results() -> dict[str, str | None]:
    """What a recipe left behind: record by id."""
    files = sorted(RESULTS.rglob("*.parquet")) if RESULTS.is_dir() else [Path("results.parquet")]
    rows = [row for path in files for row in pq.read_table(path, partitioning=None).to_pylist()]
    return {row["id"]: row["record"] for row in rows}


def read_local(exclude: Sequence[str]) -> dict[str, str]:
    """Records of the local batch by id."""
    job = Job(make_settings(None, None, None, exclude=exclude), Reading())
    run_archive([str(ARCHIVE)], "local", job)
    lines = [line for path in sorted(Path("local/records").iterdir()) for line in path.open(encoding="utf-8")]
    return {json.loads(line)["id"]: line.rstrip("\n") for line in lines}


def main() -> None:
    """Run the recipes, print what came of them and, if asked, put the section into RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("press", nargs="+", type=Path)
    parser.add_argument("--articles", type=int, default=30)
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument(
        "--exclude", action="append", default=[], help="component to leave out, as for `batch`"
    )
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    articles = list(islice(make_articles(read_press(options.press), options.articles, 0), options.articles))
    here = Path.cwd()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        ARCHIVE.parent.mkdir()
        pq.write_table(pa.Table.from_pylist(articles), ARCHIVE)
        local = read_local(options.exclude)
        for engine in options.engines:
            title, package, open_engine = ENGINES[engine]
            given: dict[str, Any] = {"__name__": "__main__", **open_engine()}
            before = time.perf_counter()
            code = find_recipe(title).replace("ArrowReader()", f"ArrowReader(exclude={options.exclude})")
            exec(compile(code, f"recipe of {title}", "exec"), given)
            seconds = time.perf_counter() - before
            found = read_results()
            same = sum(found.get(id) == record for id, record in local.items())
            rows.append([title, version(package), len(found), f"{same} of {len(local)}", f"{seconds:.0f}"])
            print(*rows[-1], flush=True)
            RESULTS.rename(f"results-{engine}") if RESULTS.exists() else None
        os.chdir(here)
    shown = table(["recipe", "version", "rows", "records as the local batch", "seconds"], rows)
    print(f"\n{shown}")
    if options.write:
        without = ", ".join(options.exclude) or "nothing"
        told = f"{options.articles} varied articles, left out: {without}; the code is that of docs/scale.md."
        write_section("recipes", "Recipes for other engines", f"{describe_run()} {told}\n\n{shown}")


if __name__ == "__main__":
    main()
