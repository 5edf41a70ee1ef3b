"""The article of the page: its text whole, in paragraphs, cut into marked segments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from dealextract.display.details import NAMES, Links, deal_key, scope_key, span_fields
from dealextract.display.segments import Range, Segment, cut_segments
from dealextract.records import Document, Hedge

TITLE = 160
"""Characters of the longest first line that is set as a title."""
SPECIAL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?<=«) | (?=[:;?!»%€$])"
)
LINES = re.compile(r"[^\n]*\n*")


def show_text(text: str, start: int = 0, end: int | None = None) -> str:
    """A piece of a text as HTML that shows every character, those that would steer the display by code.

    >>> show_text('<b>"x"')
    '&lt;b&gt;&quot;x&quot;'
    """
    # The parser drops a bare carriage return; a space beside French punctuation must not end a line.
    end = len(text) if end is None else end
    pieces, at = [], start
    for found in SPECIAL.finditer(text, start, end + 1):
        if found.start() >= end:
            break
        pieces += [escape(text[at : found.start()]), show_special(found[0])]
        at = found.end()
    return "".join([*pieces, escape(text[at:end])])


def show_special(char: str) -> str:
    """A character that HTML would drop, move or break at, kept alone in an element."""
    if char == " ":
        return '<span class="dx-join"> </span>'
    if char == "\r":
        return "&#13;"
    kept = char if char != "\x00" else "\ufffd"
    return f'<bdi class="dx-control" data-code="U+{ord(char):04X}">{kept}</bdi>'


def segment_html(segment: Segment, start: int, end: int, links: Links) -> str:
    """The part of a segment from start to end."""
    text = show_text(links.document.text, start, end)
    lights = f' data-l="{escape(" ".join(segment.lights))}"' if segment.lights else ""
    if not segment.ids:
        return f"<span{lights}>{text}</span>" if lights else text
    drawn = [f"f-{segment.fill}"] if segment.fill else []
    drawn += [f"r{slot}-{label}" for slot, label in segment.rules]
    first = links.spans[segment.ids[0]]
    told = "; ".join(f"{name}: {value}" for name, value in span_fields(first, links)[:4])
    stop = " data-stop" if segment.starts and start == segment.start else ""
    return (
        f'<mark class="{" ".join(drawn)}" data-r="{escape(" ".join(segment.ids))}"{lights}{stop}'
        f' title="{escape(f"{NAMES[first.label]}; {told}")}">{text}</mark>'
    )


def paragraphs(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end of the words and end of each paragraph; line ends belong to the paragraph before.

    >>> list(paragraphs("ab\\n\\nc"))
    [(0, 2, 4), (4, 5, 5)]
    """
    for found in LINES.finditer(text):
        if found[0]:
            yield found.start(), found.start() + len(found[0].rstrip("\n")), found.end()


def article_html(document: Document, links: Links) -> str:
    """The whole text in paragraphs: its text content is the document's text."""
    lights: list[Range] = [
        (span.scope[0], span.scope[1], scope_key(span.id))
        for span in document.spans
        if isinstance(span, Hedge) and span.scope is not None
    ]
    for number, deal in enumerate(document.deals):
        lights += [(start, end, deal_key(number)) for start, end in deal.evidence]
    segments, at = cut_segments(document.text, document.spans, lights), 0
    html = []
    for start, words_end, end in paragraphs(document.text):
        while at < len(segments) and segments[at].end <= start:
            at += 1
        pieces, here = [], at
        while here < len(segments) and segments[here].start < words_end:
            segment = segments[here]
            pieces.append(
                segment_html(segment, max(start, segment.start), min(words_end, segment.end), links)
            )
            here += 1
        title = start == 0 and words_end <= TITLE and end - words_end > 1 and end < len(document.text)
        kind = ' class="dx-title"' if title else ""
        ends = f"<span hidden>{show_text(document.text, words_end, end)}</span>" if end > words_end else ""
        html.append(f'<p dir="auto"{kind}>{"".join(pieces)}{ends}</p>')
    return "".join(html)
