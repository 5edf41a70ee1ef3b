"""The errors of predictions against gold, each with its context, for reading; and their counts.

    python benchmarks/errors.py GOLD.jsonl                                   # runs the pipeline
    python benchmarks/errors.py GOLD.jsonl --predictions predictions.jsonl
    python benchmarks/errors.py GOLD.jsonl --oracle --label HEDGE --kind missed spurious
    python benchmarks/errors.py GOLD.jsonl --label MONEY --attribute value
    python benchmarks/errors.py GOLD.jsonl ... --counts 20 --write           # the error sheet of RESULTS.md

Kinds: `missed` (gold without prediction), `spurious` (prediction without gold), `type` (the characters found
under another label), `boundary` (matched, other offsets), `attribute` (matched, another value). Labels are
those of spans and CONVERSION, ATTRIBUTION, DEAL. With `--scores` the table of scores comes first. With
`--counts N` only the N commonest confusions of each language are printed, over all files together; nothing of
the texts is in them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predict import predict, read_records
from results import describe_run, percent, table, write_section

from dealextract.records import PARTY_ROLES, Document, Money, Span
from dealextract.scoring import counts, evaluate, pair_documents
from dealextract.scoring.matching import count_shared, match_spans

KINDS = ("missed", "spurious", "type", "boundary", "attribute")
LABELS = (*counts.SPAN_LABELS, "CONVERSION", "ATTRIBUTION", "DEAL")
CONTEXT = 90


@dataclass(frozen=True)
class Problem:
    """One error: what gold has, what was found, and where."""

    document: Document
    kind: str
    label: str
    attribute: str
    gold: Any
    found: Any
    at: tuple[int, int]

    def show(self) -> str:
        """Two lines: what is wrong, and the text around it with the place in «»."""
        text, (start, end) = self.document.text, self.at
        end = min(end, start + 3 * CONTEXT)
        around = f"{text[max(0, start - CONTEXT) : start]}«{text[start:end]}»{text[end : end + CONTEXT]}"
        name = f"{self.label}.{self.attribute}" if self.attribute else self.label
        change = "" if self.gold is None and self.found is None else f"  gold {self.gold}  found {self.found}"
        return f"[{self.document.id}] {self.kind} {name}{change}\n    {' '.join(around.split())}"

    def confusion(self) -> str:
        """What the error is counted as."""
        if self.kind in ("missed", "spurious", "boundary"):
            return f"{self.label} {self.kind}"
        name = f"{self.label}.{self.attribute}" if self.attribute else self.label
        if self.attribute in ("value", "date", "content", *counts.TERMS, *PARTY_ROLES):
            return f"{name} wrong"
        return f"{name} {self.gold} → {self.found}"


def quote(document: Document, start: int, end: int) -> str:
    """The characters, on one line."""
    return repr(" ".join(document.text[start:end].split()))


def find_span_problems(gold: Document, predicted: Document) -> Iterator[Problem]:
    """Errors of every span label."""
    missed: list[Span] = []
    spurious: list[Span] = []
    for label in counts.SPAN_LABELS:
        expected, found = counts.list_spans(gold, label), counts.list_spans(predicted, label)
        pairs = match_spans([counts.get_range(s) for s in expected], [counts.get_range(s) for s in found])
        missed += [s for i, s in enumerate(expected) if i not in {i for i, _ in pairs}]
        spurious += [s for j, s in enumerate(found) if j not in {j for _, j in pairs}]
        for g, p in ((expected[i], found[j]) for i, j in pairs):
            at = counts.get_range(g)
            if at != counts.get_range(p):
                yield Problem(gold, "boundary", label, "", repr(g.text), repr(p.text), at)
            if isinstance(g, Money) and isinstance(p, Money) and not counts.money_agrees(g, p):
                values = [f"{m.value} {m.value_max or ''} {m.currency}" for m in (g, p)]
                yield Problem(gold, "attribute", label, "value", values[0], f"{values[1]} ({p.why})", at)
            for attribute in counts.ATTRIBUTES.get(label, ()):
                a, b = getattr(g, attribute), getattr(p, attribute)
                if a != b:
                    yield Problem(gold, "attribute", label, attribute, a, b, at)
    taken: set[int] = set()
    for g in missed:
        others = [
            (n, p)
            for n, p in enumerate(spurious)
            if n not in taken
            and {g.label, p.label} <= set(counts.NAME_LABELS)
            and count_shared(counts.get_range(g), counts.get_range(p))
        ]
        if others:
            taken.add(others[0][0])
            yield Problem(gold, "type", g.label, "label", g.label, others[0][1].label, counts.get_range(g))
        else:
            yield Problem(gold, "missed", g.label, "", None, None, counts.get_range(g))
    for n, p in enumerate(spurious):
        if n not in taken:
            yield Problem(gold, "spurious", p.label, "", None, p.why, counts.get_range(p))


def find_conversion_problems(gold: Document, predicted: Document) -> Iterator[Problem]:
    """Conversion links missed and spurious."""
    expected, found = (
        {counts.get_range(s): counts.get_range(by_id[s.converts]) for s in money if s.converts in by_id}
        for money, by_id in (
            ([s for s in doc.spans if isinstance(s, Money)], {s.id: s for s in doc.spans})
            for doc in (gold, predicted)
        )
    )
    pairs = match_spans(list(expected), list(found))
    linked = {list(expected)[i]: list(found)[j] for i, j in pairs}
    right = {linked[a] for a, b in expected.items() if a in linked and count_shared(b, found[linked[a]])}
    for a, b in expected.items():
        if linked.get(a) not in right:
            got = quote(gold, *found[linked[a]]) if a in linked else None
            yield Problem(gold, "missed", "CONVERSION", "", quote(gold, *b), got, a)
    for a, b in found.items():
        if a not in right and a not in linked.values():
            yield Problem(gold, "spurious", "CONVERSION", "", None, quote(gold, *b), a)


def place(document: Document, *ids: str | None) -> tuple[int, int]:
    """The range of the first span that is given."""
    by_id = {span.id: counts.get_range(span) for span in document.spans}
    return next((by_id[i] for i in ids if i is not None), (0, 0))


def find_attribution_problems(gold: Document, predicted: Document) -> Iterator[Problem]:
    """Attributions missed and spurious, and attributes of the matched ones."""
    pairs = counts.match_attributions(gold, predicted)
    for i, g in enumerate(gold.attributions):
        if i not in {i for i, _ in pairs}:
            source = quote(gold, *place(gold, g.source)) if g.source else None
            yield Problem(gold, "missed", "ATTRIBUTION", "", source, None, place(gold, g.cue, g.source))
    for j, p in enumerate(predicted.attributions):
        if j not in {j for _, j in pairs}:
            source = quote(gold, *place(predicted, p.source)) if p.source else None
            yield Problem(
                gold, "spurious", "ATTRIBUTION", "", None, source, place(predicted, p.cue, p.source)
            )
    for g, p in ((gold.attributions[i], predicted.attributions[j]) for i, j in pairs):
        at = place(gold, g.cue, g.source)
        for attribute in ("source_type", "stance", "quote"):
            a, b = getattr(g, attribute), getattr(p, attribute)
            if a != b:
                yield Problem(gold, "attribute", "ATTRIBUTION", attribute, a, b, at)
        pieces = [[place(doc, c) for c in a.content] for doc, a in ((gold, g), (predicted, p))]
        both, either = counts.share_of_union(*pieces)
        if 2 * both < either:
            shown = [" + ".join(quote(gold, *piece) for piece in side) or None for side in pieces]
            yield Problem(gold, "attribute", "ATTRIBUTION", "content", shown[0], shown[1], at)


def describe(document: Document, index: int) -> str:
    """A deal on one line."""
    deal = document.deals[index]
    parties = " ".join(
        f"{role}={'/'.join(getattr(deal, role))}" for role in PARTY_ROLES if getattr(deal, role)
    )
    amount = f" amount={quote(document, *place(document, deal.amount))}" if deal.amount else ""
    return f"{deal.type} {deal.status} {parties}{amount}"


def find_deal_problems(gold: Document, predicted: Document) -> Iterator[Problem]:
    """Deals missed and spurious, attributes and role fills of the matched ones."""
    pairs = counts.match_deals(gold, predicted)
    parties = counts.Parties(gold, predicted)
    spans = [{s.id: s for s in doc.spans} for doc in (gold, predicted)]
    for i, deal in enumerate(gold.deals):
        if i not in {i for i, _ in pairs}:
            yield Problem(gold, "missed", "DEAL", "", describe(gold, i), None, place(gold, deal.trigger))
    for j, deal in enumerate(predicted.deals):
        if j not in {j for _, j in pairs}:
            shown = describe(predicted, j)
            yield Problem(gold, "spurious", "DEAL", "", None, shown, place(predicted, deal.trigger))
    for i, j in pairs:
        g, p = gold.deals[i], predicted.deals[j]
        at = place(gold, g.trigger)
        for attribute in ("type", "status", "date"):
            a, b = getattr(g, attribute), getattr(p, attribute)
            if a != b:
                yield Problem(
                    gold,
                    "attribute",
                    "DEAL",
                    attribute,
                    a,
                    f"{b}  ({describe(gold, i)})" if attribute == "date" else b,
                    at,
                )
        for term in counts.TERMS:
            if not counts.term_agrees(term, g, p, spans):
                a, b = (
                    quote(gold, *place(d, getattr(x, term))) if getattr(x, term) else None
                    for d, x in ((gold, g), (predicted, p))
                )
                yield Problem(gold, "attribute", "DEAL", term, a, b, at)
        for role in PARTY_ROLES:
            a, b = getattr(g, role), getattr(p, role)
            if not parties.count_equal(a, b) == len(a) == len(b):
                yield Problem(gold, "attribute", "DEAL", role, list(a), list(b), at)


def find_problems(gold: Document, predicted: Document) -> Iterator[Problem]:
    """Every error of one document."""
    yield from find_span_problems(gold, predicted)
    yield from find_conversion_problems(gold, predicted)
    yield from find_attribution_problems(gold, predicted)
    yield from find_deal_problems(gold, predicted)


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--predictions", type=Path, help="a file in the schema; without it the pipeline runs")
    parser.add_argument("--oracle", action="store_true", help="gold spans in the place of the tagger's")
    parser.add_argument("--label", nargs="+", choices=LABELS, default=LABELS, metavar="LABEL")
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--attribute", nargs="+", metavar="NAME", help="only errors of these attributes")
    parser.add_argument("--document", nargs="+", metavar="ID", help="only these documents")
    parser.add_argument("--limit", type=int, default=0, help="show so many errors at most")
    parser.add_argument("--counts", type=int, default=0, metavar="N", help="only the N commonest confusions")
    parser.add_argument("--write", action="store_true", help="with --counts: write the section of RESULTS.md")
    parser.add_argument("--scores", action="store_true", help="print the table of scores first")
    return parser.parse_args()


def describe_counts(problems: Iterable[Problem], files: Iterable[Path], number: int) -> str:
    """The commonest confusions of each language, a table each."""
    by_lang: dict[str, Counter[str]] = {}
    for problem in problems:
        by_lang.setdefault(problem.document.lang, Counter())[problem.confusion()] += 1
    parts = [f"Confusions on {', '.join(path.stem for path in files)}, the commonest first."]
    for lang, counted in sorted(by_lang.items()):
        total = counted.total()
        rows = [[name, times, percent(times, total)] for name, times in counted.most_common(number)]
        shown = table(["confusion (gold → found)", "number", "% of errors"], rows)
        parts.append(f"### {lang}: {total} errors\n\n{shown}")
    return "\n\n".join(parts)


def main() -> None:
    """Print the errors asked for."""
    options = read_options()
    raw = [record for path in options.gold for record in read_records(path)]
    gold = [Document.from_json(record) for record in raw]
    if options.predictions:
        known = {document.id for document in gold}
        given = [Document.from_json(record) for record in read_records(options.predictions)]
        predicted = [document for document in given if document.id in known]
    else:
        predicted = list(predict(raw, oracle=options.oracle))
    pairs = pair_documents(gold, predicted)
    write = sys.stdout.write
    if options.scores:
        write(evaluate(pairs).to_text() + "\n")
    problems = [
        problem
        for g, p in pairs
        if not options.document or g.id in options.document
        for problem in find_problems(g, p)
        if problem.label in options.label
        and problem.kind in options.kind
        and (not options.attribute or problem.attribute in options.attribute)
    ]
    if options.counts:
        sheet = describe_counts(problems, options.gold, options.counts)
        write(sheet + "\n")
        if options.write:
            write_section("errors", "Error sheet", f"{describe_run()}\n\n{sheet}")
    else:
        for problem in problems[: options.limit or None]:
            write(problem.show() + "\n")
    write(f"{len(problems)} errors in {len(pairs)} documents\n")


if __name__ == "__main__":
    main()
