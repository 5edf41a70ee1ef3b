"""Figures by slice: register, period, difficulty and length of the gold documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from sets import Pairs

from dealextract.records import Document
from dealextract.scoring import Report, evaluate

KEY_METRICS = {
    "COMPANY.strict": "COMPANY",
    "MONEY.value": "MONEY value",
    "conversions": "conversions",
    "DATE.strict": "DATE",
    "HEDGE.loose": "HEDGE",
    "attributions": "attributions",
    "deals": "deals",
    "deals.status": "deal status",
    "roles": "role fills",
}
LEAST = 3
"""A slice of fewer documents says nothing: it goes into the rest."""


def read_field(document: Document, field: str) -> str | None:
    """An extra field of a gold document as text, null when it is absent."""
    value = (document.model_extra or {}).get(field)
    return None if value in (None, "") else str(value)


def find_decade(document: Document) -> str | None:
    """The decade of publication.

    >>> find_decade(Document(lang="en", text="x", published="2004-05-01"))
    '2000s'
    """
    year = (document.published or "")[:4]
    return f"{year[:3]}0s" if year.isdigit() else None


def find_length(document: Document) -> str:
    """The length of the text in words, in three classes."""
    words = len(document.text.split())
    return "to 150 words" if words <= 150 else "151–300 words" if words <= 300 else "over 300 words"


def count_stated_deals(document: Document) -> str:
    """How many deals gold holds, in three classes."""
    return ("no deal", "one deal")[len(document.deals)] if len(document.deals) < 2 else "two or more deals"


FIELDS: dict[str, Callable[[Document], str | None]] = {
    "register": lambda document: read_field(document, "register"),
    "period": find_decade,
    "difficulty": lambda document: read_field(document, "difficulty"),
    "length": find_length,
    "deals": count_stated_deals,
}


NATURAL = {
    "period": (),
    "difficulty": ("easy", "medium", "hard"),
    "length": ("to 150 words", "151–300 words", "over 300 words"),
    "deals": ("no deal", "one deal", "two or more deals"),
}
"""Fields whose values have an order; an empty one is that of their names."""


def place(field: str, name: str) -> tuple[int, str]:
    """Where a block of a field stands among the others.

    >>> sorted(["all", "hard", "easy", "other (2)"], key=lambda name: place("difficulty", name))
    ['easy', 'hard', 'other (2)', 'all']
    """
    if name == "all":
        return 102, ""
    if name.startswith("other (") or name == "not stated":
        return 101, ""
    order = NATURAL.get(field)
    if order is None:
        return 0, ""
    return (order.index(name), "") if name in order else (100, name)


def slice_pairs(pairs: Pairs, field: str, *, bootstrap: int = 0) -> Report | None:
    """The report by the values of a field, rare ones together; null when no document has two values.

    Blocks come in their natural order, registers by number of documents, most first; the rest and "all" come
    last.
    """
    values = [FIELDS[field](gold) for gold, _ in pairs]
    counts = Counter(value for value in values if value is not None)
    kept = {value for value, number in counts.items() if number >= LEAST}
    if len(kept) < 2:
        return None
    rest = f"other ({len(counts) - len(kept)})"
    names: Mapping[str | None, str] = {value: value if value in kept else rest for value in counts}
    by_id = {
        id(gold): names[value] if value is not None else "not stated"
        for (gold, _), value in zip(pairs, values, strict=True)
    }
    report = evaluate(pairs, by=lambda document: by_id[id(document)], bootstrap=bootstrap)
    order = sorted(report.documents, key=lambda name: (*place(field, name), -report.documents[name], name))
    return Report({n: report.documents[n] for n in order}, {n: report.scores[n] for n in order})
