"""Articles out of the exports of two press archives: Europresse (HTML) and Factiva (HTML, RTF).

A split works on bytes, in time linear in them; a part is parsed in a worker. Every parser gives
`text` (headline, blank line, paragraphs) and, where it finds them, `id`, `lang`, `published`, `title`
and `source`. The formats are documented nowhere: this follows what both sites write in 2010–2025.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dealextract.errors import InvalidInput, MissingExtra
from dealextract.lexicon import LANGUAGES

if TYPE_CHECKING:
    from lxml.html import HtmlElement

EUROPRESSE = re.compile(rb"DocPublicationName|docOcurrContainer")
FACTIVA = re.compile(rb'class="article [a-z]{2}Article')
ARTICLE = re.compile(rb"<article[\s>]", re.I)
DIVISION = re.compile(rb'<div[^<>]{0,200}class="article [a-z]{2}Article', re.I)
CHARSET = re.compile(rb'charset\s{0,9}=\s{0,9}["\']?([\w-]{1,40})', re.I)
ACCESSION = re.compile(rb"Document\s{1,9}([A-Z0-9]{3,14}20\d{6}[a-z0-9]{5,14})")
CODE_PAGE = re.compile(rb"\\ansicpg\d{3,5}")
DAY = re.compile(r"\b\d{1,2}(?:er)? [^\W\d_]{3,12} \d{4}\b|\b[^\W\d_]{3,12} \d{1,2}, \d{4}\b")
SPACE = re.compile(r"[ \t\r\n\f\v]+")  # a no-break space stays: amounts are written with it
DOCUMENT_NUMBER = re.compile(r"news[·.](\d{8}[·.][\w·.-]{1,60})")
HEADER = re.compile(r"^\s{0,9}([A-Z]{2,3}) ?\|")
WORDS = re.compile(r"^[\d\s.,]{1,12} (?:words|mots)$")
TIME = re.compile(r"^\d{1,2}:\d{2}")
RIGHTS = re.compile(r"^(?:\(c\)|©|copyright|tous droits|all rights)", re.I)
OPENED = rb"{" * 64
FIELDS = ("title", "source")


def find_kind(head: bytes) -> str:
    """`europresse`, `factiva_html` or `html`, by what only the exports hold.

    >>> find_kind(b"<span class='DocPublicationName'>"), find_kind(b"<p>")
    ('europresse', 'html')
    """
    if EUROPRESSE.search(head):
        return "europresse"
    return "factiva_html" if FACTIVA.search(head) else "html"


def split_at(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[bytes, str]]:
    """From each match to the next, with the encoding of the whole; raises InvalidInput without a match."""
    encoding = find_encoding(data)
    starts = [match.start() for match in pattern.finditer(data)]
    if not starts:
        raise InvalidInput("no article in the export: its layout is not one that is known")
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield data[start:end], encoding


def split_europresse(data: bytes) -> Iterator[tuple[bytes, str]]:
    """The articles of a Europresse page, and their encoding; raises InvalidInput when there is none."""
    return split_at(data, ARTICLE)


def split_factiva(data: bytes) -> Iterator[tuple[bytes, str]]:
    """The articles of a Factiva page, and their encoding; raises InvalidInput when there is none."""
    return split_at(data, DIVISION)


def split_rtf(data: bytes) -> Iterator[bytes]:
    """The articles of a Factiva RTF, each ending with its accession number, as RTF of their own."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise InvalidInput("no RTF: it does not start with {\\rtf")
    page = CODE_PAGE.search(data[:2000])
    # A piece cut out of nested groups closes groups that it never opened.
    opening = b"{\\rtf1\\ansi" + (page.group() if page else b"\\ansicpg1252") + b" " + OPENED
    start = 0
    for match in ACCESSION.finditer(data):
        yield opening + data[start : match.end()]
        start = match.end()
    if not start:
        raise InvalidInput(
            "no Factiva article in the RTF: no line of the form Document AAAAA0020250609abcdef"
        )


def find_encoding(data: bytes) -> str:
    """UTF-8 when all of it is, else what the page declares, else Windows-1252."""
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    declared = CHARSET.search(data[:4000])
    name = declared.group(1).decode("ascii") if declared else ""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return "cp1252"
    return "cp1252" if name.lower() in ("", "utf-8", "utf8", "iso-8859-1", "latin-1") else name


def parse_html(part: tuple[bytes, str]) -> HtmlElement:
    """The element tree of a part; raises MissingExtra, InvalidInput."""
    try:
        from lxml import etree, html  # pyright: ignore[reportAttributeAccessIssue]
    except ImportError as problem:
        raise MissingExtra("HTML needs trafilatura: pip install 'dealextract[archive]'") from problem
    data, encoding = part
    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        return html.document_fromstring(data.decode(encoding, "replace").replace("\0", ""), parser=parser)
    except (etree.LxmlError, ValueError) as problem:
        raise InvalidInput(f"no readable HTML: {problem}") from problem


def line_of(element: HtmlElement | None) -> str:
    """An element's text on one line."""
    return "" if element is None else SPACE.sub(" ", str(element.text_content())).strip(" ")


def first(tree: HtmlElement, *names: str) -> HtmlElement | None:
    """The first element that has one of these classes, the first name preferred."""
    for name in names:
        found = tree.xpath(f"(//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')])[1]")
        if found:
            return found[0]
    return None


def paragraphs_of(element: HtmlElement | None) -> list[str]:
    """The texts of an element's paragraphs; its whole text when it has none."""
    if element is None:
        return []
    lines = [line_of(p) for p in element.iter("p")] or [line_of(element)]
    return [line for line in lines if line]


def find_day(texts: Sequence[str]) -> str | None:
    """The first day that is written out in one of the texts, ISO 8601.

    >>> find_day(["Économie, mardi 21 juin 2016, p. 12"]), find_day(["June 9, 2025"]), find_day(["p. 12"])
    ('2016-06-21', '2025-06-09', None)
    """
    import dateparser

    for text in texts:
        for match in DAY.finditer(text[:500]):
            day = dateparser.parse(
                match.group(), languages=list(LANGUAGES), settings={"REQUIRE_PARTS": ["day", "month", "year"]}
            )
            if day is not None:
                return day.date().isoformat()
    return None


def compose(title: str, lines: Sequence[str], **known: str | None) -> dict[str, Any]:
    """A document's fields; raises InvalidInput when no text was found."""
    if not lines:
        raise InvalidInput(f"no text in the article {title[:60]!r}: its layout is not one that is known")
    body = lines[1:] if title and lines[0] == title else lines
    return {
        "text": "\n\n".join([*([title] if title else []), *body]),
        **({"title": title} if title else {}),
        **{key: value for key, value in known.items() if value},
    }


def parse_europresse(part: tuple[bytes, str]) -> dict[str, Any]:
    """The fields of one Europresse article."""
    tree = parse_html(part)
    names, headers = first(tree, "DocPublicationName"), tree.find_class("DocHeader")
    number = DOCUMENT_NUMBER.search(line_of(tree)[-2000:])
    return compose(
        line_of(first(tree, "titreArticleVisu", "TitreArticleVisu", "titreArticle")),
        paragraphs_of(first(tree, "docOcurrContainer", "DocText")),
        id=number.group(1).rstrip(".·") if number else None,
        published=find_day([line_of(header) for header in headers]),
        source=re.sub(r",? no\. .*$", "", line_of(names)[:200]),
    )


def parse_factiva_html(part: tuple[bytes, str]) -> dict[str, Any]:
    """The fields of one Factiva article, with its table of codes or in article format."""
    tree = parse_html(part)
    language = re.search(rb"article ([a-z]{2})Article", part[0])
    lang = language.group(1).decode() if language else None
    accession = ACCESSION.search(part[0])
    number = accession.group(1).decode() if accession else None
    lines = [
        line_of(p) for p in tree.iter("p") if str(p.get("class", "")).startswith("articleParagraph")
    ]  # fmt: skip
    lines = [line for line in lines if line]
    cells = {
        line_of(cells[0]): line_of(cells[1])
        for row in tree.iter("tr")
        if len(cells := row.findall("td")) == 2 and len(line_of(cells[0])) in (2, 3)
    }
    if "HD" in cells:
        known = {"published": find_day([cells.get("PD", "")]), "source": cells.get("SN")}
        return compose(cells["HD"], lines, id=number, lang=lang, **known)
    headline = tree.xpath("(//*[@id='hd'] | //*[contains(@class, 'Headline')])[1]")
    heads = [line_of(div) for div in tree.iter("div") if not div.get("class") and div.get("id") != "hd"]
    day, source = after_day([head for head in heads if len(head) < 200])
    title = line_of(headline[0]) if headline else ""
    return compose(title, lines, id=number, lang=lang, published=day, source=source)


def after_day(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """The day that a header gives, and the next line that is no time: the source.

    >>> after_day(["453 words", "9 June 2025", "10:15", "The Daily Ledger", "DLEDG"])
    ('2025-06-09', 'The Daily Ledger')
    """
    for place, line in enumerate(lines):
        if day := find_day([line]):
            rest = [line for line in lines[place + 1 :] if line and not TIME.match(line)]
            return day, rest[0] if rest else None
    return None, None


def parse_factiva_rtf(data: bytes) -> dict[str, Any]:
    """The fields of one article of a Factiva RTF."""
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError as problem:
        raise MissingExtra("RTF needs striprtf: pip install 'dealextract[archive]'") from problem
    accession = ACCESSION.search(data)
    # striprtf looks for links with a pattern that backtracks along a line: fields get lines of their own.
    data = data.replace(b"HYPERLINK", b"LINK").replace(b"{\\field", b"\n{\\field")
    try:
        text = rtf_to_text(data.decode("latin-1"), errors="replace")
    except (ValueError, IndexError, TypeError, OverflowError, LookupError, RecursionError) as problem:
        raise InvalidInput(f"no readable RTF: {problem}") from problem
    lines = [SPACE.sub(" ", line).strip(" ") for line in text.split("\n")]
    if lines and ACCESSION.search(lines[-1].encode("utf-8", "replace")):
        lines.pop()
    number = accession.group(1).decode() if accession else None
    return parse_coded(lines, number) or parse_plain([line for line in lines if line], number)


def parse_coded(lines: Sequence[str], number: str | None) -> dict[str, Any] | None:
    """The fields of lines that start with codes (HD, PD, SN, LP, TD); None when there is no HD."""
    fields: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        if found := HEADER.match(line):
            code = found.group(1)
        if rest := line[found.end() if found else 0 :].strip("| "):
            fields.setdefault(code, []).append(rest)
    if "HD" not in fields:
        return None
    known = {"published": find_day(fields.get("PD", [])), "source": " ".join(fields.get("SN", []))}
    body = fields.get("LP", []) + fields.get("TD", [])
    return compose(" ".join(fields["HD"]), body, id=number, **known)


def parse_plain(lines: Sequence[str], number: str | None) -> dict[str, Any]:
    """The fields of lines in article format: headline, words, day, source, codes, rights, text."""
    counted = next((place for place, line in enumerate(lines) if WORDS.match(line)), None)
    if counted is None or not counted:
        raise InvalidInput("no Factiva article: no headline followed by its number of words")
    day, source = after_day(lines[counted + 1 : counted + 5])
    header = range(counted + 1, min(counted + 12, len(lines)))
    rights = [place for place in header if RIGHTS.match(lines[place])]
    start = rights[-1] + 1 if rights else counted + 7
    return compose(lines[0], lines[start:], id=number, published=day, source=source)


PARSERS = {
    "europresse": parse_europresse, "factiva_html": parse_factiva_html, "factiva_rtf": parse_factiva_rtf,
}  # fmt: skip
