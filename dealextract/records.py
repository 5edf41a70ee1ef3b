"""Frozen records of one schema for predictions and gold.

Offsets are Unicode code points into the raw text, end exclusive, and
`text == document[start:end]` for every span. A money value is in units of its currency.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from dealextract.errors import InvalidRecord

SCHEMA_VERSION = "1"

NameLabel = Literal["COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"]
Modifier = Literal["exact", "approx", "over", "under", "range"]
MoneyRole = Literal[
    "deal_value", "investment", "funding", "valuation", "debt", "price_per_share",
    "revenue", "profit", "loss", "fee_or_fine", "other",
]  # fmt: skip
PercentRole = Literal["stake", "premium", "change", "other"]
HedgeType = Literal["reported", "possible", "negotiation", "intention", "condition", "negated"]
SourceType = Literal["media", "anonymous", "company", "person", "public_body", "document", "other"]
Stance = Literal["asserts", "denies", "declines", "unreachable", "asks_or_orders"]
QuoteKind = Literal["direct", "indirect", "mixed", "none"]
DealType = Literal[
    "acquisition", "merger", "stake", "investment", "funding_round", "disposal", "ipo",
    "joint_venture", "spin_off", "buyback", "debt", "other",
]  # fmt: skip
Status = Literal[
    "rumoured", "considered", "in_talks", "offered", "agreed", "completed", "rejected", "cancelled", "denied"
]
PARTY_ROLES = ("acquirer", "target", "seller", "partner")
LAYERS = ("names", "money", "percents", "dates", "hedges", "sources", "cues", "contents", "triggers")


def to_decimal(value: Any) -> Any:
    """The number as a Decimal of at most 15 significant digits unless it is whole.

    Fifteen digits are what a JSON number carries through a double without loss.

    >>> to_decimal(1.1), to_decimal("1E+10")
    (Decimal('1.1'), Decimal('10000000000'))
    """
    if value is None or isinstance(value, bool):
        return value
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"expected a finite number, got {value!r}")
    if number == number.to_integral_value():
        return Decimal(int(number))
    digits = number.normalize()
    if len(digits.as_tuple().digits) > 15:
        exponent = digits.adjusted() - 14
        digits = digits.quantize(Decimal(1).scaleb(exponent)).normalize()
    return digits


def to_number(value: Decimal) -> int | float:
    """The Decimal as a JSON number: an int when whole, else a float.

    >>> to_number(Decimal("8780000000")), to_number(Decimal("0.878"))
    (8780000000, 0.878)
    """
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[
    Decimal,
    BeforeValidator(to_decimal),
    PlainSerializer(to_number, return_type=int | float, when_used="json"),
]


class Record(BaseModel):
    """A frozen record; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Record):
    """A labelled piece of the text: `text == document[start:end]`."""

    id: str
    label: str
    start: int = Field(ge=0, description="offset of the first code point")
    end: int = Field(gt=0, description="offset after the last code point")
    text: str
    score: float | None = Field(
        default=None, description="calibrated probability that the span is right, 0 to 1; null for rules"
    )
    why: str | None = Field(default=None, description="the rule, cue or model that produced the span")


class Name(Span):
    """A named company, media outlet, public body or person."""

    label: NameLabel
    entity: str = Field(description="fullest name of the same entity in the document")
    kind: str | None = Field(default=None, description="what the text says it is: fund, bank, start-up, …")
    ticker: str | None = None


class Money(Span):
    """A monetary amount, or a range of them."""

    label: Literal["MONEY"] = "MONEY"
    value: Number | None = Field(
        default=None, description="units of the currency; low end of a range; null when not countable"
    )
    value_max: Number | None = Field(default=None, description="high end of a range")
    currency: str | None = Field(default=None, description="ISO 4217")
    modifier: Modifier = "exact"
    per: str | None = Field(default=None, description="unit of a unit price: share, year, …")
    role: MoneyRole = "other"
    converts: str | None = Field(
        default=None, description="id of the amount that this one restates in another currency"
    )
    value_reason: str | None = Field(default=None, description="why value is null")
    currency_evidence: str | None = Field(
        default=None, description="the words or the rule that decided the currency"
    )
    currency_assumed: bool = Field(
        default=False, description="true when nothing in the text decided between currencies"
    )
    implied_rate: Number | None = Field(default=None, description="this value / the converted value")
    reference_rate: Number | None = Field(
        default=None, description="ECB reference rate on the publication date"
    )
    deviation: Number | None = Field(default=None, description="implied_rate / reference_rate - 1")
    suspect: bool | None = Field(
        default=None, description="true when the deviation is past the documented threshold"
    )


class Percent(Span):
    """A percentage and what it measures."""

    label: Literal["PERCENT"] = "PERCENT"
    role: PercentRole = "other"
    value: Number | None = Field(default=None, description="number before the sign: 33.2 for 33.2 %")


class Date(Span):
    """A date or a period."""

    label: Literal["DATE"] = "DATE"
    value: str | None = Field(
        default=None, description="ISO 8601 date or period; null when it cannot be known"
    )
    granularity: str | None = Field(default=None, description="day, week, month, quarter, half, year, period")


class Hedge(Span):
    """A cue that presents a proposition as not, or not yet, a fact."""

    label: Literal["HEDGE"] = "HEDGE"
    type: HedgeType
    reported: bool = False
    strength: float | None = Field(
        default=None,
        description="how far from fact, 0 (fact) to 1 (denied): 0.3 expected or conditional on a formality, "
        "0.4 probable, 0.5 possible, in talks or hearsay, 0.6 wished or considered, 0.7 rumour; two doubts a "
        "and b make 1 - (1 - a)(1 - b)",
    )
    scope: tuple[int, int] | None = Field(
        default=None, description="character range of the proposition hedged"
    )


class Mark(Span):
    """A source, a reporting cue, a reported content or a deal trigger."""

    label: Literal["SOURCE", "CUE", "CONTENT", "TRIGGER"]


class Attribution(Record):
    """Who says what: one act of saying, with its source, cue and content."""

    id: str
    source: str | None = None
    cue: str | None = None
    content: tuple[str, ...] = ()
    source_type: SourceType = "other"
    stance: Stance = "asserts"
    via: str | None = Field(
        default=None, description="id of the attribution inside which this one is reported"
    )
    quote: QuoteKind = "indirect"
    source_entity: str | None = Field(default=None, description="entity that speaks, pronouns resolved")
    told: str | None = Field(default=None, description='outlet that was told: Reuters in "told Reuters"')
    score: float | None = None


class Deal(Record):
    """One corporate transaction with its parties, terms, status and evidence."""

    type: DealType
    status: Status
    acquirer: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    seller: tuple[str, ...] = ()
    partner: tuple[str, ...] = ()
    amount: str | None = None
    valuation: str | None = None
    price_per_share: str | None = None
    stake: str | None = None
    trigger: str | None = None
    attributions: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    date: str | None = None
    evidence: tuple[tuple[int, int], ...] = ()
    certainty: float | None = Field(
        default=None,
        description="how sure the article makes the deal: the worth of its status, from 0.05 (denied) to 1 "
        "(completed), lowered by each type of hedge on it and by a source that denies",
    )
    score: float | None = Field(
        default=None, description="probability by fitted weights that the article tells this deal, 0 to 1"
    )


AnySpan = Annotated[Name | Money | Percent | Date | Hedge | Mark, Field(discriminator="label")]


class Document(Record):
    """One article: its text, spans, attributions and deals. Unknown top-level fields are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    schema_version: str = SCHEMA_VERSION
    id: str | None = None
    lang: str
    published: str | None = None
    text: str
    spans: tuple[AnySpan, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    deals: tuple[Deal, ...] = ()

    @model_validator(mode="after")
    def check_references(self) -> Document:
        """Offsets give the text, and every id that is pointed to exists."""
        ids = {span.id for span in self.spans}
        keys = {a.id for a in self.attributions}
        entities = {span.entity for span in self.spans if isinstance(span, Name)}
        for span in self.spans:
            if self.text[span.start : span.end] != span.text:
                raise ValueError(f"span {span.id}: text[{span.start}:{span.end}] is not {span.text!r}")
            if isinstance(span, Money) and span.converts is not None and span.converts not in ids:
                raise ValueError(f"span {span.id} converts unknown span {span.converts!r}")
        for a in self.attributions:
            for ref in (a.source, a.cue, *a.content):
                if ref is not None and ref not in ids:
                    raise ValueError(f"attribution {a.id} points to unknown span {ref!r}")
            if a.via is not None and a.via not in keys:
                raise ValueError(f"attribution {a.id} goes via unknown attribution {a.via!r}")
        for deal in self.deals:
            refs = (deal.amount, deal.valuation, deal.price_per_share, deal.stake, deal.trigger, *deal.hedges)
            unknown = [ref for ref in refs if ref is not None and ref not in ids]
            unknown += [key for key in deal.attributions if key not in keys]
            unknown += [n for role in PARTY_ROLES for n in getattr(deal, role) if n not in entities]
            if unknown:
                raise ValueError(
                    f"deal {deal.type} points to {unknown[0]!r}, which the document does not hold"
                )
        return self

    def to_json(self) -> str:
        """One line of JSON; `from_json` gives the same record back."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str | dict[str, Any]) -> Document:
        """A record from a line of JSON or its dict; raises InvalidRecord."""
        try:
            return cls.model_validate(json.loads(line) if isinstance(line, str) else line)
        except (ValidationError, json.JSONDecodeError) as problem:
            raise InvalidRecord(f"not a document record: {problem}") from problem
