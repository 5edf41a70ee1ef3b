"""What the page tells of one span: its own fields, the acts of saying and the deals that it is part of."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from dealextract.display.tables import clean, short_money, show_money, show_number, show_rate
from dealextract.records import PARTY_ROLES, Attribution, Deal, Document, Hedge, Money, Span

Field = tuple[str, str]
NAMES = {
    "COMPANY": "Company", "MEDIA": "Media", "PUBLIC_BODY": "Public body", "PERSON": "Person",
    "MONEY": "Amount", "PERCENT": "Percent", "DATE": "Date", "HEDGE": "Hedge",
    "TRIGGER": "Deal word", "SOURCE": "Source", "CUE": "Reporting word", "CONTENT": "What is said",
}  # fmt: skip
"""What people read for a label, in the order of the page's switches."""
OWN = {"id", "label", "start", "end", "text", "value", "value_max", "currency", "modifier", "per", "converts",
       "implied_rate", "reference_rate", "deviation", "suspect", "scope", "score", "why"}  # fmt: skip
LONG = 240


def words(name: str) -> str:
    """A schema name as words: `in_talks` is "in talks"."""
    return name.replace("_", " ")


def show_value(value: Any) -> str:
    """Any field's value for a person."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        return show_number(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, tuple | list):
        return ", ".join(show_value(item) for item in value)
    return clean(words(value) if isinstance(value, str) and value.islower() else value, LONG)


class Links:
    """What points to what in a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.spans = {span.id: span for span in document.spans}
        self.attributions = {a.id: a for a in document.attributions}
        self.said: dict[str, list[Attribution]] = defaultdict(list)
        self.used: dict[str, list[int]] = defaultdict(list)
        self.restated: dict[str, list[Money]] = defaultdict(list)
        for a in document.attributions:
            for id in parts_of(a):
                self.said[id].append(a)
        for number, deal in enumerate(document.deals):
            for id in span_ids(deal):
                self.used[id].append(number)
        for span in document.spans:
            if isinstance(span, Money) and span.converts:
                self.restated[span.converts].append(span)

    def text(self, id: str | None, width: int = LONG) -> str:
        """The text of a span on one line; empty for no id."""
        return clean(self.spans[id].text, width) if id in self.spans else ""

    def chain(self, a: Attribution) -> str:
        """Who carries whose word, the outermost first: "Bloomberg News › people close to the matter"."""
        names, seen = [], set()
        link: Attribution | None = a
        while link is not None and link.id not in seen:
            seen.add(link.id)
            names.append(self.text(link.source, 60) or "(none named)")
            link = self.attributions.get(link.via or "")
        return " › ".join(reversed(names))

    def near(self, span: Span) -> list[str]:
        """Keys of what lights up with a span: its scope, the parts of its act of saying, its conversion."""
        keys = [scope_key(span.id)] if isinstance(span, Hedge) and span.scope else []
        for a in self.said[span.id]:
            keys += [id for id in parts_of(a) if id != span.id]
        if isinstance(span, Money):
            keys += [span.converts] if span.converts else []
            keys += [other.id for other in self.restated[span.id]]
        return list(dict.fromkeys(keys))


def scope_key(id: str) -> str:
    """The key under which a hedge's scope lights up; no span id has its form."""
    return f"scope:{id}"


def deal_key(number: int) -> str:
    """The key under which a deal's evidence lights up; no span id has its form."""
    return f"deal:{number}"


def parts_of(a: Attribution) -> list[str]:
    """Ids of the spans of an act of saying."""
    return [id for id in (a.source, a.cue, *a.content) if id is not None]


def span_ids(deal: Deal) -> list[str]:
    """Ids of the spans that a deal points to by itself."""
    ids = (deal.trigger, deal.amount, deal.valuation, deal.price_per_share, deal.stake, *deal.hedges)
    return [id for id in ids if id is not None]


def money_fields(money: Money, links: Links) -> list[Field]:
    """Value, conversion and audit of an amount."""
    deviation = "" if money.deviation is None else f"{money.deviation:+.2%}"
    suspect = " (suspect)" if money.suspect else ""
    return [
        ("value", show_money(money)),
        ("restates", links.text(money.converts)),
        ("restated as", ", ".join(clean(other.text) for other in links.restated[money.id])),
        ("implied rate", show_rate(money.implied_rate)),
        ("ECB rate", show_rate(money.reference_rate)),
        ("deviation", deviation + suspect if deviation else ""),
    ]


def span_fields(span: Span, links: Links) -> list[Field]:
    """The fields of a span for people, empty ones left out; fields added to the schema show by themselves."""
    fields: list[Field] = []
    if isinstance(span, Money):
        fields += money_fields(span, links)
    elif getattr(span, "value", None) is not None:
        fields.append(("value", show_value(span.value)))  # type: ignore[attr-defined]
    for name in type(span).model_fields:
        value = getattr(span, name)
        if name not in OWN and value is not None and value is not False and value != ():
            fields.append((words(name), show_value(value)))
    scope = getattr(span, "scope", None)
    if scope is not None:
        fields.append(("scope", clean(links.document.text[scope[0] : scope[1]], LONG)))
    fields.append(("score", "" if span.score is None else f"{span.score:.2f}"))
    fields.append(("why", clean(span.why, LONG)))
    return [field for field in fields if field[1]]


def attribution_fields(a: Attribution, links: Links) -> list[Field]:
    """Who says what, by which chain."""
    source = links.text(a.source, 80) or "(none named)"
    entity = getattr(a, "source_entity", None)
    fields = [
        ("source", source if entity in (None, source) else f"{source} = {clean(entity, 80)}"),
        ("kind", words(a.source_type)),
        ("chain", links.chain(a) if a.via else ""),
        ("cue", links.text(a.cue, 80)),
        ("stance", words(a.stance)),
        ("quote", "" if a.quote == "none" else a.quote),
        ("says", clean(" … ".join(links.text(id) for id in a.content), LONG)),
    ]
    shown = {"id", "source", "source_type", "source_entity", "via", "cue", "stance", "quote", "content"}
    for name in type(a).model_fields:
        value = getattr(a, name)
        if name not in shown and value is not None:
            fields.append((words(name), show_value(value)))
    return [field for field in fields if field[1]]


def deal_heading(deal: Deal) -> tuple[str, str, str]:
    """The parties of a deal on one line: who acts, the word between, on whom."""
    left = " + ".join(deal.acquirer or deal.partner or deal.seller)
    right = " + ".join(deal.target)
    between = "→"
    if not (deal.acquirer or deal.partner) and deal.seller and right:
        between = "sells"
    if deal.type == "buyback" and left == right:
        right = ""
    return clean(left, 90), between if left and right else "", clean(right, 90)


def deal_fields(deal: Deal, links: Links) -> list[Field]:
    """Parties, terms, sources and hedges of a deal."""
    fields = [(role, clean(", ".join(getattr(deal, role)), LONG)) for role in PARTY_ROLES]
    for name in ("amount", "valuation", "price_per_share"):
        money = links.spans.get(getattr(deal, name) or "")
        if isinstance(money, Money):
            also = "".join(f" (stated as {short_money(m)})" for m in links.restated[money.id])
            fields.append((words(name), short_money(money) + also))
    fields.append(("stake", links.text(deal.stake)))
    fields.append(("date", deal.date or ""))
    said = [links.attributions[key] for key in deal.attributions if key in links.attributions]
    told = [f"{links.chain(a)} ({words(a.source_type)}, {words(a.stance)})" for a in said]
    fields.append(("said by", "; ".join(dict.fromkeys(told))))
    hedges = [links.spans[id] for id in deal.hedges if id in links.spans]
    fields.append(
        ("hedged", "; ".join(dict.fromkeys(f"{clean(h.text)} ({getattr(h, 'type', '')})" for h in hedges)))
    )
    shown = {*PARTY_ROLES, "type", "status", "amount", "valuation", "price_per_share", "stake", "trigger",
             "attributions", "hedges", "date", "evidence", "certainty"}  # fmt: skip
    for name in type(deal).model_fields:
        value = getattr(deal, name)
        if name not in shown and value is not None and value != ():
            fields.append((words(name), show_value(value)))
    return [field for field in fields if field[1]]
