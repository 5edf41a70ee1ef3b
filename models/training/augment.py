"""Changes to a gold record that keep its gold true: other typography, other company names."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from copy import deepcopy
from pathlib import Path
from typing import Any

LEGAL = re.compile(
    r"[,\s]+(?:inc|corp|corporation|co|ltd|limited|plc|llc|sa|s\.a|se|ag|nv|n\.v|spa|s\.p\.a|ab|asa|as|oyj|kk|"
    r"group|holding|holdings|company|bhd|tbk|pcl|gmbh|kgaa|incorporated|tbk|berhad)\.?$",
    re.I,
)
AGENCIES = (
    "Reuters", "Bloomberg", "Bloomberg News", "AFP", "Agence France-Presse", "AP", "Associated Press", "Belga", "ATS", "AWP",
    "Dow Jones", "Dow Jones Newswires", "La Presse Canadienne", "PA", "Press Association", "BBC", "BBC News", "CNBC", "CNN",
    "Sky News", "Financial Times", "FT", "Wall Street Journal", "WSJ", "New York Times", "The Times", "Sunday Times",
    "Guardian", "Daily Telegraph", "Economist", "Nikkei", "Xinhua", "Interfax", "Tass", "Kyodo News", "Handelsblatt",
    "Der Spiegel", "Il Sole 24 Ore", "El País", "L'Echo", "De Tijd", "Le Temps", "NZZ", "Ecofin", "Jeune Afrique", "APA",
    "Radio-Canada", "La Presse", "Le Devoir", "RTS", "RTBF", "France Info", "AGEFI", "Economic Times", "Business Standard",
)  # fmt: skip
SINGLE = {"’": "'", "\u00a0": " ", "\u202f": " "}
CURLY = {"'": "’"}
QUOTES = {"“": '"', "”": '"', "«": '"', "»": '"'}
MOVED = ("mentions", "states", "figures")  # further marks of a record


def load_names(folder: Path) -> list[str]:
    """Company names of the open lists, readable ones only."""
    with (folder / "sp500.csv").open(encoding="utf-8") as file:
        names = [row["Security"] for row in csv.DictReader(file)] * 4
    with (folder / "listed_companies.tsv").open(encoding="utf-8") as file:
        names += [row["name"] for row in csv.DictReader(file, delimiter="\t")]
    return [n for n in names if 2 < len(n) < 38 and n[0].isalpha() and not n.isupper() and "(" not in n]


def load_media(folder: Path) -> list[str]:
    """Names of French media of the open list, and of outlets that both presses cite."""
    with (folder / "medias_francais.tsv").open(encoding="utf-8") as file:
        names = [row["Nom"] for row in csv.DictReader(file, delimiter="\t")]
    return [n for n in names if n and len(n) < 30 and "(" not in n] + list(AGENCIES) * 4


def core(name: str) -> str:
    """The name without its legal form.

    >>> core("Sopra Steria Group SA")
    'Sopra Steria'
    """
    while (shorter := LEGAL.sub("", name)) != name and shorter:
        name = shorter
    return name


def replace(record: dict[str, Any], edits: list[tuple[int, int, str]]) -> dict[str, Any]:
    """The record with pieces of its text replaced and every offset moved along.

    No edit may cross the edge of a span; an edit that covers a span exactly becomes its text.
    """
    record = deepcopy(record)
    text, out, moves, at, shift = record["text"], [], [], 0, 0
    for start, end, new in sorted(edits):
        out += [text[at:start], new]
        moves.append((start, end, shift))
        at, shift = end, shift + len(new) - (end - start)
    out.append(text[at:])
    record["text"] = "".join(out)

    def moved(offset: int, is_end: bool) -> int:
        delta = 0
        for start, end, new in edits:
            if end <= offset if is_end else (end <= offset and start < offset):
                delta += len(new) - (end - start)
        return offset + delta

    for span in (*record["spans"], *(s for key in MOVED for s in record.get(key, ()))):
        span["start"], span["end"] = moved(span["start"], False), moved(span["end"], True)
        span["text"] = record["text"][span["start"] : span["end"]]
    return record


def swap_names(
    record: dict[str, Any], names: list[str], media: list[str], rng: random.Random, share: float = 0.7
) -> dict[str, Any]:
    """Companies and media under other names, the same in every mention; firms with an unclear alias stay."""
    mentions: dict[str, list[dict[str, Any]]] = {}
    for span in record["spans"]:
        if span["label"] in ("COMPANY", "MEDIA", "PUBLIC_BODY", "PERSON"):
            mentions.setdefault(span["entity"], []).append(span)
    edits = []
    for entity, spans in mentions.items():
        labels = {s["label"] for s in spans}
        if labels == {"MEDIA"} and media and rng.random() < share and len({s["text"] for s in spans}) == 1:
            new = rng.choice(media)
            edits += [(s["start"], s["end"], new) for s in spans]
        if labels != {"COMPANY"} or rng.random() > share:
            continue
        new = rng.choice(names)
        short = core(new)
        first = short.split()[0] if len(short.split()[0]) > 3 else short
        table = {}
        for surface in {s["text"] for s in spans}:
            if surface == entity:
                table[surface] = new if LEGAL.search(entity) else short
            elif surface == core(entity):
                table[surface] = short
            elif entity.startswith(surface + " "):
                table[surface] = first
            elif surface == entity.upper() or surface == core(entity).upper():
                table[surface] = short.upper()
        if len(table) == len({s["text"] for s in spans}):
            edits += [(s["start"], s["end"], table[s["text"]]) for s in spans]
    return replace(record, edits) if edits else record


def swap_characters(record: dict[str, Any], table: dict[str, str]) -> dict[str, Any]:
    """One character for one: offsets stay."""
    record = deepcopy(record)
    mapping = str.maketrans(table)
    record["text"] = record["text"].translate(mapping)
    return record


def strip_accents(text: str) -> str:
    """Letters without accents, one for one.

    >>> strip_accents("Économie d’été")
    'Economie d’ete'
    """
    return "".join(unicodedata.normalize("NFD", c)[0] if c.isalpha() else c for c in text)


def augment(record: dict[str, Any], names: list[str], media: list[str], rng: random.Random) -> dict[str, Any]:
    """One random variant of the record; offsets stay exact."""
    if names and rng.random() < 0.5:
        record = swap_names(record, names, media, rng)
    if rng.random() < 0.3:
        record = swap_characters(record, rng.choice([SINGLE, CURLY, {**SINGLE, **QUOTES}]))
    if rng.random() < 0.03:
        record = {**record, "text": strip_accents(record["text"])}
    if rng.random() < 0.06:
        head = record["text"].find("\n")
        if 0 < head < 160 and len(record["text"][:head].upper()) == head:
            record = {**record, "text": record["text"][:head].upper() + record["text"][head:]}
    return record
