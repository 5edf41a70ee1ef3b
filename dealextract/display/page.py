"""The page: an article with its spans drawn by layer, deal cards above, records beside, tables below.

One self-contained piece of HTML, for a notebook or as a whole page. Texts of articles are hostile until
escaped: they stand in element content and in quoted attributes only, never in a script or a style, and a
whole page forbids every request and every script but its own.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from dealextract.display.article import article_html
from dealextract.display.details import (
    NAMES,
    Field,
    Links,
    attribution_fields,
    deal_fields,
    deal_heading,
    deal_key,
    parts_of,
    span_fields,
    span_ids,
    words,
)
from dealextract.display.segments import FILLED, RULES, SLOTS
from dealextract.display.tables import Row, clean, header, sections
from dealextract.records import PARTY_ROLES, Deal, Document, Name, Span

NO_DEAL = '<p class="dx-empty">No deal found.</p>'
STATUS_TONES = {"agreed": "good", "completed": "good", "rejected": "bad", "cancelled": "bad", "denied": "bad"}


@cache
def style() -> str:
    """The style sheet: page.css and the rules that are alike for every label."""
    sheet = files("dealextract.display").joinpath("page.css").read_text(encoding="utf-8")
    rules = [f".f-{label}{{--f:var(--fill-{label})}}" for label in FILLED]
    rules += [f".r{n}-{label}{{--r{n}:var(--rule-{label})}}" for label in RULES for n in range(1, SLOTS + 1)]
    for label in NAMES:
        rules.append(
            f".dx-doc:has(input[value={label}]:not(:checked)){{--fill-{label}:none;--rule-{label}:none}}"
        )
        drawing = "fill" if label in FILLED else "rule"
        rules.append(f".k-{label}{{background-image:var(--{drawing}-{label});--tag:var(--{label})}}")
        rules.append(f".t-{label}{{--tag:var(--{label})}}")
        if label in RULES:
            rules.append(f".k-{label}{{background-size:100% 3px}}")
    return sheet + "\n" + "".join(rules)


@cache
def script() -> str:
    """The script, page.js: it adds hovering, pinning, keys and lights, and asks nobody anything."""
    return files("dealextract.display").joinpath("page.js").read_text(encoding="utf-8")


def definition_list(fields: Iterable[Field]) -> str:
    """Names and values, each value on its own in either direction of writing."""
    items = (f"<dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd>" for name, value in fields)
    return f"<dl>{''.join(items)}</dl>"


def record_html(span: Span, links: Links) -> str:
    """The record of a span, its acts of saying and its deals."""
    html = [
        f'<section class="dx-rec" data-id="{escape(span.id)}" data-label="{span.label}"'
        f' data-links="{escape(" ".join(links.near(span)))}">'
        f'<h4><b class="t-{span.label}">{NAMES[span.label]}</b>',
        f" <bdi>{escape(clean(span.text, 120))}</bdi></h4>",
        definition_list(span_fields(span, links)),
    ]
    for a in links.said[span.id]:
        html.append(f"<h5>{escape(a.id)}: who says it</h5>{definition_list(attribution_fields(a, links))}")
    for number in links.used[span.id]:
        deal = links.document.deals[number]
        line = " ".join(part for part in deal_heading(deal) if part)
        html.append(
            definition_list([(f"deal {number + 1}", f"{words(deal.type)}, {words(deal.status)}: {line}")])
        )
    return "".join(html) + "</section>"


def deal_html(number: int, deal: Deal, links: Links) -> str:
    """The card of a deal."""
    left, between, right = deal_heading(deal)
    joint = f" <i>{between}</i> " if between else " "
    keys = [*span_ids(deal), deal_key(number)]
    for id in deal.attributions:
        keys += parts_of(links.attributions[id])
    names = {name for role in PARTY_ROLES for name in getattr(deal, role)}
    keys += [span.id for span in links.document.spans if isinstance(span, Name) and span.entity in names]
    certainty = ""
    if deal.certainty is not None:
        meter = f'<meter min="0" max="1" value="{deal.certainty:.2f}"></meter>'
        certainty = f"<dt>certainty</dt><dd>{meter}{deal.certainty:.2f}</dd>"
    fields = definition_list(deal_fields(deal, links)).replace("<dl>", f"<dl>{certainty}", 1)
    tone = STATUS_TONES.get(deal.status, "")
    return (
        f'<section class="dx-card" data-links="{escape(" ".join(dict.fromkeys(keys)))}"'
        f' aria-label="Deal {number + 1}"><div class="dx-kind"><span>{escape(words(deal.type))}</span>'
        f'<b class="{tone}">{escape(words(deal.status))}</b>'
        f'<button type="button" aria-pressed="false">Show in text</button></div>'
        f"<h3><bdi>{escape(left)}</bdi>{joint}<bdi>{escape(right)}</bdi></h3>{fields}</section>"
    )


def switches_html(document: Document) -> str:
    """One switch for each label that the document has; they work without the script."""
    labels = [span.label for span in document.spans]
    boxes = [
        f'<label><input type="checkbox" value="{label}" checked><span class="dx-key k-{label}"></span>'
        f"{name} <small>{labels.count(label)}</small></label>"
        for label, name in NAMES.items()
        if label in labels
    ]
    if not boxes:
        return ""
    for value, name in (("on", "All"), ("off", "None")):
        boxes.append(f'<button type="button" data-all="{value}">{name}</button>')
    legend = '<legend class="dx-hidden">Layers</legend>'
    return f'<fieldset class="dx-layers">{legend}{"".join(boxes)}</fieldset>'


def table_html(title: str, rows: list[Row]) -> str:
    """A table with every cell escaped; its first cell leads to the span in the text."""
    if not rows:
        return f'<p class="dx-empty">{escape(title)}: none</p>'
    columns = [column for column in rows[0] if column != "#" and any(row[column] for row in rows)]
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = []
    for row in rows:
        cells = [f"<bdi>{escape(row[column])}</bdi>" for column in columns]
        if row.get("#"):
            cells[0] = f'<button type="button" disabled data-go="{escape(row["#"])}">{cells[0]}</button>'
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{head}<tbody>{''.join(body)}</tbody></table>"


def document_html(document: Document, *, theme: bool = False, tables_open: bool = True) -> str:
    """One document: header, cards, switches, article, panel, tables; a theme button when wished."""
    links = Links(document)
    cards = "".join(deal_html(number, deal, links) for number, deal in enumerate(document.deals))
    shown = {title: rows for title, rows in sections(document).items() if title != "Deals"}
    tables = "".join(table_html(title, rows) for title, rows in shown.items())
    button = '<button type="button" data-theme="auto">Theme: auto</button>' if theme else ""
    opened = " open" if tables_open else ""
    records = "".join(record_html(span, links) for span in document.spans)
    return (
        f'<article class="dx-doc" aria-label="{escape(clean(document.id or "article"))}">'
        f'<div class="dx-head"><span><bdi>{escape(header(document))}</bdi></span>{button}</div>'
        f'<div class="dx-cards">{cards or NO_DEAL}</div>{switches_html(document)}'
        f'<div class="dx-text" lang="{escape(document.lang)}" role="region" aria-label="Text">'
        f"{article_html(document, links)}</div>"
        '<aside class="dx-panel" aria-label="Record" aria-live="polite">'
        '<button type="button" class="dx-close" aria-label="Close">×</button>'
        '<p class="dx-hint">Point at a marked word for its record, click to keep it. With the keyboard: '
        "Tab into the text, then ← and →, Enter to keep, Escape to leave.</p></aside>"
        f'<details class="dx-tables"{opened}><summary>Tables</summary>{tables}</details>'
        f'<div class="dx-store" hidden>{records}</div></article>'
    )


def to_html(document: Document) -> str:
    """A piece of HTML for a notebook: it brings its style and script, and asks for nothing from outside."""
    return (
        f'<div class="dealextract"><style>{style()}</style>{document_html(document, tables_open=False)}</div>'
        f"<script>{{{script()}}}</script>"
    )


def digest(content: str) -> str:
    """The hash by which a content security policy allows one inline script or style."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def to_page(documents: Iterable[Document]) -> str:
    """A whole HTML page of documents, which forbids every request and every script but its own."""
    bodies, heads = [], []
    for number, document in enumerate(documents):
        bodies.append(f'<div id="document-{number + 1}">{document_html(document, theme=number == 0)}</div>')
        heads.append((number + 1, clean(document.id or f"article {number + 1}", 60)))
    sheet = style() + (
        "body{margin:0;background:light-dark(#fff,#16171b)}html{color-scheme:light dark}"
        ".dealextract{padding:clamp(1rem,3vw,2.5rem);min-height:100vh}"
        ".dealextract>div+div{border-top:1px solid var(--line);margin-top:3rem;padding-top:2rem}"
        ".dx-nav{max-width:76rem;margin:0 auto 1.5rem}.dx-nav a{color:var(--accent);margin-right:1rem}"
    )
    allowed = (
        f"default-src 'none'; script-src {digest(script())}; style-src {digest(sheet)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    links = "".join(f'<a href="#document-{number}">{escape(name)}</a>' for number, name in heads)
    nav = f'<nav class="dx-nav" aria-label="Articles">{links}</nav>' if len(heads) > 1 else ""
    title = escape(heads[0][1]) if len(heads) == 1 else f"{len(heads)} articles"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{title} · dealextract</title><style>{sheet}</style></head>"
        f'<body><main class="dealextract">{nav}{"".join(bodies)}</main>'
        f"<script>{script()}</script></body></html>\n"
    )
