"""A document for people: tables for a terminal, and one safe piece of HTML.

Text of articles is hostile until shown otherwise: control characters never reach the terminal, and
every text and attribute is escaped in HTML.
"""

from dealextract.display.page import to_html, to_page
from dealextract.display.terminal import make_console, print_document, to_text

__all__ = ["make_console", "print_document", "to_html", "to_page", "to_text"]
