"""Exports of press archives. The pages are written for these tests, after the layouts of both sites."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from dealextract.archive import exports
from dealextract.archive.documents import parse_item
from dealextract.archive.inputs import read_items
from dealextract.archive.sources import Reading, find_sources
from dealextract.readers import Article, Failure

pytest.importorskip("trafilatura")
pytest.importorskip("striprtf")


EXPORTS = Path(__file__).with_name("exports")
EUROPRESSE = (EXPORTS / "europresse.html").read_text(encoding="utf-8")
FACTIVA = (EXPORTS / "factiva.html").read_text(encoding="utf-8")


def read(tmp_path: Path, name: str, data: bytes) -> list[Article | Failure]:
    (tmp_path / name).write_bytes(data)
    return [
        parse_item(item, Reading()) for item in read_items(find_sources([str(tmp_path / name)]), Reading())
    ]


def test_europresse(tmp_path: Path) -> None:
    first, second, third = read(tmp_path, "e.html", EUROPRESSE.encode())
    assert first == Article(
        "Orvane veut Tiel\n\nOrvane a offert 5\u00a0M€ & plus pour Tiel.\n\nTiel n'a pas répondu.",
        id="20250609·LQ·00412",
        published="2025-06-09",
        extra={"title": "Orvane veut Tiel", "source": "Le Quotidien"},
    )
    assert isinstance(second, Article)
    assert (second.text, second.id, second.published) == (
        "Second\n\nOnly text.", f"{tmp_path}/e.html:2", "2025-06-10",
    )  # fmt: skip
    assert isinstance(third, Failure) and "layout" in third.message


def test_europresse_in_latin(tmp_path: Path) -> None:
    data = EUROPRESSE.replace("€", "EUR").replace('charset="utf-8"', 'charset="iso-8859-1"').encode("latin-1")
    assert "répondu" in read(tmp_path, "e.html", data)[0].text  # type: ignore[union-attr]


def test_factiva_html(tmp_path: Path) -> None:
    first, second = read(tmp_path, "f.htm", FACTIVA.encode())
    assert first == Article(
        "Orvane bids\n\nOrvane bid $5m.\n\nTiel declined.",
        id="DLEDG00020250609el69000a1",
        lang="en",
        published="2025-06-09",
        extra={"title": "Orvane bids", "source": "The Daily Ledger"},
    )
    assert second == Article(
        "Orvane offre 5 M€\n\nOrvane a offert 5 M€.\n\nTiel refuse.",
        id="QUOT000020250609el6900002",
        lang="fr",
        published="2025-06-09",
        extra={"title": "Orvane offre 5 M€", "source": "Le Quotidien"},
    )


def test_factiva_rtf(tmp_path: Path) -> None:
    first, second = read(tmp_path, "f.rtf", (EXPORTS / "factiva.rtf").read_bytes())
    assert first == Article(
        "Orvane bids\n\nOrvane bid €5m for cafés.\n\nTiel declined.",
        id="DLEDG00020250609el69000a1",
        published="2025-06-09",
        extra={"title": "Orvane bids", "source": "The Daily Ledger"},
    )
    assert second == Article(
        "Orvane offre\n\nPremier.\n\nDeux.\n\nTrois.",
        id="QUOT000020250609el6900002",
        published="2025-06-09",
        extra={"title": "Orvane offre", "source": "Le Quotidien"},
    )


def test_a_web_page(tmp_path: Path) -> None:
    page = (
        "<html><head><title>Orvane bids - Ledger</title>"
        "<meta property='article:published_time' content='2025-06-09'></head><body>"
        "<nav>Home Sport</nav><article><h1>Orvane bids</h1>"
        + "<p>Orvane has bid 5 million euros for Tiel, a maker of cheese, people close to it said.</p>" * 6
        + "</article><footer>Cookies</footer></body></html>"
    )
    (found,) = read(tmp_path, "p.html", page.encode())
    assert isinstance(found, Article)
    assert (
        "people close to it" in found.text and "Cookies" not in found.text and "Home Sport" not in found.text
    )
    assert (found.published, found.id) == ("2025-06-09", f"{tmp_path}/p.html")


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-word", encoding="utf-8")
    head = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>'
    for page in (EUROPRESSE, FACTIVA):
        text = head + page.replace("Tiel", "&x; Tiel")
        found = read(tmp_path, "x.html", text.encode())
        assert "the-secret-word" not in str(found)


@pytest.mark.parametrize(
    "unit", [b'{\\field{\\*\\fldinst{HYPERLINK "', b"{", b"}", b"\\'e9", b"\\u233?", b"\\pict\\bin1 "]
)
def test_rtf_is_read_in_linear_time(unit: bytes) -> None:
    times = []
    for size in (20_000, 160_000):
        data = (
            b"{\\rtf1 a\\par 1 words\\par "
            + unit * (size // len(unit))
            + b" Document DLEDG00020250609el69000a1"
        )
        before = time.process_time()
        for part in exports.split_rtf(data):
            with suppress(exports.InvalidInput):
                exports.parse_factiva_rtf(part)
        times.append(time.process_time() - before)
    assert times[1] < 24 * max(times[0], 0.02), times
