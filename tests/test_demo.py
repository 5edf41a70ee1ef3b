"""The bundled articles: what the trained pipeline must read in them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dealextract.batch import Settings, extract_article
from dealextract.examples import load_examples
from dealextract.extraction import Extraction
from dealextract.records import Money
from tests.trained import needs_model

pytestmark = needs_model


@pytest.fixture(scope="module")
def articles() -> dict[str, Extraction]:
    return {str(article.id): extract_article(article, Settings()) for article in load_examples()}


def money(x: Extraction, id: str | None) -> tuple[Decimal | None, str | None, str]:
    record = x[id or ""]
    assert isinstance(record, Money)
    return record.value, record.currency, record.modifier


def test_french_deal(articles: dict[str, Extraction]) -> None:
    x = articles["fr-investment"]
    (deal,) = x.deals
    assert (deal.type, deal.status) == ("investment", "in_talks")
    assert (deal.acquirer, deal.target) == (("Meta Platforms",), ("Scale AI",))
    assert money(x, deal.amount) == (10_000_000_000, "USD", "over")
    assert money(x, deal.valuation)[:2] == (14_000_000_000, "USD")


def test_french_conversion(articles: dict[str, Extraction]) -> None:
    (conversion,) = articles["fr-investment"].conversions
    assert (conversion.original.value, conversion.original.currency) == (10_000_000_000, "USD")
    assert (conversion.restated.value, conversion.restated.currency) == (8_780_000_000, "EUR")
    assert conversion.implied_rate == Decimal("0.878")


def test_french_sources(articles: dict[str, Extraction]) -> None:
    x = articles["fr-investment"]
    (media,) = [a for a in x.attributions if a.source_type == "media"]
    assert media.source and x[media.source].text == "Bloomberg News"  # type: ignore[attr-defined]
    (unnamed,) = [a for a in x.attributions if a.source_type == "anonymous"]
    assert unnamed.via == media.id
    silent = {x[a.source].text: a.stance for a in x.attributions if a.stance != "asserts" and a.source}  # type: ignore[attr-defined]
    assert silent == {"Scale AI": "declines", "Meta": "unreachable"}


def test_english_takeover(articles: dict[str, Extraction]) -> None:
    x = articles["en-takeover"]
    bid = next(deal for deal in x.deals if "Corvane Holdings" in deal.acquirer)
    assert (bid.type, bid.status, bid.target) == ("acquisition", "rejected", ("Aldermoor Foods",))
    assert money(x, bid.amount)[:2] == (1_420_000_000, "GBP")
    assert money(x, bid.price_per_share)[:2] == (Decimal("4.15"), "GBP")
