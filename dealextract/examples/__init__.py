"""Two articles that come with the package, for demonstrations and first tests."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from dealextract.readers import Article, make_article


def load_examples() -> list[Article]:
    """The bundled articles, French first.

    >>> [article.id for article in load_examples()]
    ['fr-investment', 'en-takeover']
    """
    folder = files("dealextract").joinpath("examples")
    listed = tomllib.loads(folder.joinpath("articles.toml").read_text(encoding="utf-8"))["article"]
    return [
        make_article(item | {"text": folder.joinpath(f"{item['id']}.txt").read_text(encoding="utf-8")})
        for item in listed
    ]
