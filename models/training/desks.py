"""Habits of desks that the corpora show too little of: headlines In Title Case, tickers, founders named as their firm, furniture of pages.

Each function gives a variant of a gold record whose gold stays true, or the record itself where it does not apply.
"""

from __future__ import annotations

import random
import re
from typing import Any

from augment import core, replace

Record = dict[str, Any]
SMALL = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "vs",
        "via",
        "with",
    )
)
EXCHANGES = {
    "en": ("NASDAQ: ", "Nasdaq: ", "NYSE: ", "NYSE:", "NASDAQ:", "LSE: ", "LON: ", "TSX: ", "ASX:", "NSE: ", "HKEX: ", "AMEX: ", "OTC: "),
    "fr": ("Euronext Paris : ", "Euronext : ", "EPA : ", "NYSE : ", "Nasdaq : ", "code : ", "SWX: ", "TSX : ", "Euronext Growth : ", "EBR: "),
}  # fmt: skip
SUFFIXES = (
    ".O",
    ".N",
    ".L",
    ".PA",
    ".DE",
    ".MI",
    ".AS",
    ".US",
    ".TO",
    ".T",
    ".HK",
    ".SW",
    ".BR",
    ".MC",
    ".NS",
)
FURNITURE = {
    "en": ("Advertisement", "ADVERTISEMENT", "Read more", "READ MORE", "Share this article", "Skip to main content", "Subscribe now",
           "Sign up for our newsletter", "Latest comments", "Related topics", "Photo: Getty Images", "Listen to this article",
           "Our Standards", "All rights reserved.", "Market Data", "Story continues below", "1 min read", "Updated on"),
    "fr": ("Publicité", "PUBLICITÉ", "Partager cet article", "Lire la suite", "Voir les commentaires", "Réagir", "Article réservé aux abonnés",
           "Abonnez-vous", "S'abonner", "Sur le même sujet", "Temps de lecture : 3 min", "Tous droits réservés", "Newsletter",
           "Crédit photo : DR", "Mis à jour le", "Écouter l'article", "À lire aussi", "Ajouter à mes favoris"),
}  # fmt: skip


def title_case(record: Record, rng: random.Random) -> Record:
    """An English headline with capitals, its small words in lower case more often than not."""
    text = record["text"]
    head = text.find("\n")
    if record["lang"] != "en" or not 0 < head < 160:
        return record
    small = SMALL if rng.random() < 0.7 else frozenset()

    def raised(word: re.Match[str]) -> str:
        if word.start() and word.group().lower() in small:
            return word.group()
        return word.group()[0].upper() + word.group()[1:]

    headline = re.sub(r"(?<![\w'’.])[a-zà-ÿ][\w'’]*", raised, text[:head])
    return {**record, "text": headline + text[head:]} if len(headline) == head else record


def make_ticker(name: str, rng: random.Random) -> str:
    """Two to five capitals that look like a ticker of the firm.

    >>> make_ticker("Sopra Steria Group SA", random.Random(1)).isupper()
    True
    """
    letters = re.sub(r"[^A-Z]", "", core(name).upper()) or "X"
    size = rng.choice((2, 3, 3, 4, 4, 4, 5))
    if rng.random() < 0.5:
        letters = letters[0] + re.sub("[AEIOUY]", "", letters[1:])
    return (letters + rng.choice(("", "X", "C")))[:size]


def add_tickers(record: Record, rng: random.Random) -> Record:
    """A ticker after the first mention of firms below the headline, all in one style; no label covers it."""
    text, lang = record["text"], record["lang"]
    style = rng.choice(
        ("exchange", "exchange", "suffix", "prefix", "plain", "move", "bare" if lang == "en" else "exchange")
    )
    exchange, suffix = rng.choice(EXCHANGES[lang]), rng.choice(SUFFIXES)
    edits, seen = [], set()
    for span in sorted(record["spans"], key=lambda s: s["start"]):
        end = span["end"]
        if span["label"] != "COMPANY" or span["start"] <= text.find("\n") or span["entity"] in seen:
            continue
        seen.add(span["entity"])
        if rng.random() < 0.3 or not re.match(r"[ ,](?! ?[(\[])", text[end : end + 3]) or len(seen) > 4:
            continue
        code = make_ticker(span["text"], rng)
        move = f"{rng.choice('+-')}{rng.randint(0, 9)}{'.' if lang == 'en' else ','}{rng.randint(1, 99)}%"
        added = {
            "exchange": f" ({exchange}{code})", "suffix": f" ({code}{suffix})", "prefix": f" ({suffix[1:]}:{code})",
            "plain": f" ({rng.choice(('', '$'))}{code})", "move": f" ({code}, {move})", "bare": f" {code}",
        }[style]  # fmt: skip
        edits.append((end, end + 1, added + text[end]))
    return replace(record, edits) if edits else record


def name_founder(record: Record, rng: random.Random) -> Record:
    """A person whose surname becomes the name of a firm of the article; only where every mention has both names."""
    persons: dict[str, list[dict[str, Any]]] = {}
    for span in record["spans"]:
        if span["label"] == "PERSON":
            persons.setdefault(span["entity"], []).append(span)
    firms = sorted(
        {
            s["entity"]
            for s in record["spans"]
            if s["label"] == "COMPANY" and re.fullmatch(r"[A-ZÀ-Ý][a-zà-ÿ]{3,}", core(s["entity"]))
        }
    )
    full = [
        spans
        for spans in persons.values()
        if all(re.fullmatch(r"[\w’'-]+ [\w’'-]+", s["text"]) for s in spans)
    ]
    if not firms or not full:
        return record
    surname = core(rng.choice(firms))
    return replace(
        record, [(s["start"], s["end"], f"{s['text'].split()[0]} {surname}") for s in rng.choice(full)]
    )


def add_furniture(record: Record, rng: random.Random) -> Record:
    """Lines that pages put between paragraphs."""
    text, inside = record["text"], [(s["start"], s["end"]) for s in record["spans"]]
    breaks = [
        m for m in re.finditer(r"\n+", text) if not any(a < m.end() and m.start() < b for a, b in inside)
    ]
    edits = []
    for found in rng.sample(breaks, min(len(breaks), rng.randint(1, 3))):
        line = rng.choice(FURNITURE[record["lang"]])
        edits.append((found.start(), found.end(), f"{found.group()}{line}{found.group()}"))
    return replace(record, edits) if edits else record


def vary(record: Record, rng: random.Random) -> Record:
    """One random variant of the record by the habits above."""
    if rng.random() < 0.4:
        record = title_case(record, rng)
    if rng.random() < 0.2:
        record = add_tickers(record, rng)
    if rng.random() < 0.1:
        record = name_founder(record, rng)
    if rng.random() < 0.15:
        record = add_furniture(record, rng)
    return record
