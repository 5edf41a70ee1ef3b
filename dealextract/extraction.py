"""What one article gave, frozen: typed records of every layer, apart from spaCy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError
from spacy.tokens import Doc

from dealextract import spans
from dealextract.errors import InvalidRecord
from dealextract.records import (
    Attribution,
    Date,
    Deal,
    Document,
    Hedge,
    Mark,
    Money,
    Name,
    Percent,
    Record,
    Span,
)

if TYPE_CHECKING:
    from pandas import DataFrame

S = TypeVar("S", bound=Span)


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount and the same amount as the article restates it in another currency."""

    original: Money
    restated: Money

    @property
    def implied_rate(self) -> Decimal | None:
        """Restated value for one unit of the original currency, by the article's own figures."""
        return self.restated.implied_rate

    @property
    def reference_rate(self) -> Decimal | None:
        """The European Central Bank's rate on the publication date, None when unknown."""
        return self.restated.reference_rate

    @property
    def deviation(self) -> Decimal | None:
        """implied_rate / reference_rate - 1, None when the reference rate is unknown."""
        return self.restated.deviation


@dataclass(frozen=True)
class Extraction:
    """The typed records of one article; `document` is the whole of them as one record."""

    document: Document

    @classmethod
    def from_doc(
        cls,
        doc: Doc,
        *,
        id: str | None = None,
        lang: str | None = None,
        published: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Extraction:
        """The records that the pipeline's components wrote on a Doc.

        `lang` and `published` are the Doc's own by default; `extra` adds top-level fields.
        Raises InvalidRecord when layers contradict each other.
        """
        found: list[Span] = []
        for layer, model in spans.SPAN_LAYERS.items():
            found += spans.read_layer(doc, layer, model)
        try:
            document = Document(
                id=id,
                lang=lang or doc.lang_,
                published=published if published is not None else spans.published(doc),
                text=spans.read_text(doc),
                spans=tuple(sorted(found, key=lambda s: (s.start, -s.end))),  # type: ignore[arg-type]
                attributions=tuple(spans.read_layer(doc, "attributions", Attribution)),
                deals=tuple(spans.read_layer(doc, "deals", Deal)),
                **(extra or {}),
            )
        except ValidationError as problem:
            raise InvalidRecord(f"the layers of document {id!r} do not fit: {problem}") from problem
        return cls(document)

    @classmethod
    def from_json(cls, line: str | dict[str, Any]) -> Extraction:
        """The extraction that `to_json` wrote; raises InvalidRecord."""
        return cls(Document.from_json(line))

    @property
    def id(self) -> str | None:
        """The id that came with the article."""
        return self.document.id

    @property
    def lang(self) -> str:
        """Language of the text: fr, en, or und for a text without words."""
        return self.document.lang

    @property
    def published(self) -> str | None:
        """The publication date that came with the article."""
        return self.document.published

    @property
    def text(self) -> str:
        """The text as it was given; every offset counts its code points."""
        return self.document.text

    @property
    def names(self) -> tuple[Name, ...]:
        """Mentions of companies, media, public bodies and persons, in text order."""
        return self._of(Name)

    @property
    def companies(self) -> tuple[Name, ...]:
        """Mentions of companies, in text order; `entity` is the company's fullest name."""
        return tuple(name for name in self.names if name.label == "COMPANY")

    @property
    def money(self) -> tuple[Money, ...]:
        """Amounts, in text order."""
        return self._of(Money)

    @property
    def conversions(self) -> tuple[Conversion, ...]:
        """Amounts that the article restates in another currency, each with its original."""
        return tuple(
            Conversion(original, m)
            for m in self.money
            if m.converts is not None and isinstance(original := self._by_id.get(m.converts), Money)
        )

    @property
    def percents(self) -> tuple[Percent, ...]:
        """Percentages, in text order."""
        return self._of(Percent)

    @property
    def dates(self) -> tuple[Date, ...]:
        """Dates and periods, in text order."""
        return self._of(Date)

    @property
    def hedges(self) -> tuple[Hedge, ...]:
        """Words that present a proposition as not yet a fact, in text order."""
        return self._of(Hedge)

    @property
    def sources(self) -> tuple[Mark, ...]:
        """Who is said to say something, in text order; `attributions` tell what and how."""
        return tuple(mark for mark in self._of(Mark) if mark.label == "SOURCE")

    @property
    def attributions(self) -> tuple[Attribution, ...]:
        """Acts of saying: source, cue, content, stance; their fields hold span ids."""
        return self.document.attributions

    @property
    def deals(self) -> tuple[Deal, ...]:
        """Transactions with parties, terms, status and evidence; their fields hold span ids."""
        return self.document.deals

    def hedges_of(self, record: Span | Attribution | Deal) -> tuple[Hedge, ...]:
        """What hedges a span, what somebody says, or a deal: in text order, empty for plain fact.

        For a span the hedges whose scope holds it, for an attribution those over its contents, for a deal
        `deal.hedges`.
        """
        from dealextract.components.hedging import hedges_over  # here: components bring all of spaCy

        if isinstance(record, Deal):
            chosen = set(record.hedges)
        else:
            pieces = record.content if isinstance(record, Attribution) else (record.id,)
            ranges = [self._by_id[piece] for piece in pieces]
            over = [hedges_over(self.hedges, s.start, s.end) for s in ranges if isinstance(s, Span)]
            chosen = {hedge.id for hedges in over for hedge in hedges} - {getattr(record, "id", None)}
        return tuple(hedge for hedge in self.hedges if hedge.id in chosen)

    def __getitem__(self, id: str) -> Record:
        """The span or attribution with an id, so that `x[x.deals[0].amount]` is the amount."""
        return self._by_id[id]

    def to_json(self) -> str:
        """One line of JSON; `from_json` gives the same records back."""
        return self.document.to_json()

    def to_frame(self, table: str = "deals") -> DataFrame:
        """A pandas table of one layer, see `dealextract.frame`; raises MissingExtra, InvalidInput."""
        from dealextract.tables import to_frame

        return to_frame([self.document], table)

    def _of(self, model: type[S]) -> tuple[S, ...]:
        return tuple(span for span in self.document.spans if isinstance(span, model))

    @cached_property
    def _by_id(self) -> dict[str, Record]:
        return {item.id: item for item in (*self.document.spans, *self.document.attributions)}

    def _repr_html_(self) -> str:
        from dealextract.display import to_html

        return to_html(self.document)

    def __repr__(self) -> str:
        counts = f"{len(self.deals)} deals, {len(self.document.spans)} spans"
        return f"Extraction(id={self.id!r}, lang={self.lang!r}, {counts})"
