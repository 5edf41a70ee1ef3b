"""The slots of Freitag's 1987 merger stories: which are found.

    python benchmarks/external/acquisitions.py STORIES.jsonl --write

STORIES.jsonl has `id`, `lang`, `text` and `slots`: for each slot a list of fills, each a list of wordings.
One right wording makes a fill right. How each figure is judged:

- MONEY of dlramt: of the fills that hold a digit, those of which a wording stands in the text (white space
  apart) where a MONEY span overlaps it and has the value that a separate reader of "12.5 mln dlrs" gives, to
  0.1 %. The currency is not judged: fills mostly leave it out.
- acquired, purchaser, seller: fills against the parties (target, acquirer, seller) of all deals of the story,
  one to one. A party is right when one of its mentions and a wording are the same words, or one contains the
  other as whole words, case and legal forms apart.
- dlramt: the amounts of the deals against the fills with a digit, right by value as above.
- status: fills against the deals' statuses through status_words.toml, one to one; fills outside it left out.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from predict import predict, read_records  # noqa: E402
from results import describe_run, percent, table, write_section  # noqa: E402

from dealextract.records import Document, Money, Name  # noqa: E402
from dealextract.scoring.counts import Tally, values_agree  # noqa: E402
from dealextract.scoring.matching import assign  # noqa: E402

SCALES = {"thousand": 3, "mln": 6, "million": 6, "bln": 9, "billion": 9}
AMOUNT = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*({'|'.join(SCALES)})?\b", re.IGNORECASE)
LEGAL = re.compile(
    r"\b(inc|corp|co|ltd|plc|lp|sa|nv|ag|company|corporation|limited|incorporated|the|and)\b|[^\w ]"
)
ROLES = {"acquired": "target", "purchaser": "acquirer", "seller": "seller"}


def read_value(fill: str) -> Decimal | None:
    """The figure of a fill: its number and scale word.

    >>> read_value("about 12.5 MLN dlrs"), read_value("undisclosed")
    (Decimal('12500000.0'), None)
    """
    found = AMOUNT.search(fill)
    if found is None:
        return None
    scale = SCALES[found[2].lower()] if found[2] else 0
    return Decimal(found[1].replace(",", "")) * 10**scale


def find_wording(text: str, wording: str) -> list[tuple[int, int]]:
    """Where a wording stands in the text, line ends and case apart."""
    pattern = r"\s+".join(map(re.escape, wording.split()))
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def is_found_as_money(document: Document, fill: Sequence[str]) -> bool:
    """True when a wording of the fill is a MONEY span of the right value."""
    money = [span for span in document.spans if isinstance(span, Money)]
    for wording in fill:
        value = read_value(wording)
        for start, end in find_wording(document.text, wording) if value is not None else ():
            if any(m.start < end and start < m.end and values_agree(value, m.value) for m in money):
                return True
    return False


def normalise(name: str) -> str:
    """The words of a name without case, legal forms and marks.

    >>> normalise("Castone\\n Development Corp.")
    'castone development'
    """
    return " ".join(LEGAL.sub(" ", name.lower()).split())


def is_same_name(wording: str, mention: str) -> bool:
    """True when two names are the same words or one contains the other."""
    a, b = f" {normalise(wording)} ", f" {normalise(mention)} "
    return bool(a.strip() and b.strip()) and (a in b or b in a)


def count_pairs(gold: Sequence[Any], found: Sequence[Any], agree: Any) -> Tally:
    """Counts of a slot in one story, one to one."""
    allowed = {(i, j): 0 for i, g in enumerate(gold) for j, f in enumerate(found) if agree(g, f)}
    return Tally(len(gold), len(found), len(assign(allowed)))


def read_groups() -> list[dict[str, Any]]:
    """The groups of status words."""
    return tomllib.loads((HERE / "status_words.toml").read_text(encoding="utf-8"))["group"]


def find_statuses(fill: Sequence[str], groups: Iterable[dict[str, Any]]) -> list[str]:
    """The statuses that a status fill may mean; empty when the map does not know."""
    text = " ".join(" ".join(fill).lower().split())
    for group in groups:
        if any(re.search(rf"\b{re.escape(word)}\b", text) for word in group["words"]):
            return group["statuses"]
    return []


def count_story(
    story: dict[str, Any], document: Document, groups: Sequence[dict[str, Any]]
) -> dict[str, Tally]:
    """The counts of every slot of one story."""
    slots, counts = story["slots"], {}
    mentions: dict[str, set[str]] = {}
    for span in document.spans:
        if isinstance(span, Name):
            mentions.setdefault(span.entity, {span.entity}).add(span.text)
    for slot, role in ROLES.items():
        parties = list(dict.fromkeys(name for deal in document.deals for name in getattr(deal, role)))
        counts[slot] = count_pairs(
            slots[slot],
            [mentions[name] for name in parties],
            lambda fill, names: any(is_same_name(w, n) for w in fill for n in names),
        )
    with_digits = [fill for fill in slots["dlramt"] if any(map(read_value, fill))]
    by_id = {span.id: span for span in document.spans if isinstance(span, Money)}
    amounts = list({deal.amount: by_id[deal.amount].value for deal in document.deals if deal.amount}.values())
    counts["dlramt"] = count_pairs(
        with_digits,
        amounts,
        lambda fill, v: any(values_agree(read_value(w), v) for w in fill if read_value(w)),
    )
    found = sum(is_found_as_money(document, fill) for fill in with_digits)
    counts["MONEY of dlramt"] = Tally(len(with_digits), len(with_digits), found)
    meant = [statuses for fill in slots["status"] if (statuses := find_statuses(fill, groups))]
    counts["status"] = count_pairs(
        meant, list(dict.fromkeys(d.status for d in document.deals)), lambda statuses, s: s in statuses
    )
    left_out = len(slots["status"]) - len(meant)
    counts["status left out"] = Tally(left_out, 0, 0)
    return counts


HEAD = ["slot", "P", "R", "F1", "fills", "found", "right"]


def measure(
    stories: Sequence[dict[str, Any]], *, exclude: Iterable[str] = (), misses: bool = False
) -> tuple[int, list[list[object]]]:
    """Number of status fills left out and the rows of the table; `misses` prints the dlramt fills missed."""
    groups = read_groups()
    totals: dict[str, Tally] = {}
    for story, document in zip(stories, predict(stories, exclude=exclude), strict=True):
        for key, tally in count_story(story, document, groups).items():
            totals[key] = totals.get(key, Tally()) + tally
        for fill in story["slots"]["dlramt"] if misses else ():
            if any(map(read_value, fill)) and not is_found_as_money(document, fill):
                money = [(s.text, str(s.value)) for s in document.spans if isinstance(s, Money)]
                sys.stdout.write(f"[{story['id']}] {json.dumps(fill)} found {money}\n")
    left_out = totals.pop("status left out", Tally()).gold
    rows: list[list[object]] = [
        [
            key,
            percent(t.right, t.predicted),
            percent(t.right, t.gold),
            percent(2 * t.right, t.gold + t.predicted),
            *t,
        ]
        for key, t in totals.items()
    ]
    return left_out, rows


def main() -> None:
    """Print the table and the dlramt fills that were missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stories", type=Path)
    parser.add_argument("--no-tagger", action="store_true", help="money alone: leaves the trained tagger out")
    parser.add_argument("--misses", action="store_true", help="print the dlramt fills missed, with context")
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    stories = read_records(options.stories)
    exclude = ("tagger",) if options.no_tagger else ()
    left_out, rows = measure(stories, exclude=exclude, misses=options.misses)
    parts = [
        describe_run(),
        f"{len(stories)} stories. {left_out} status fills mean nothing in the map.",
        table(HEAD, rows),
        "\n".join((__doc__ or "").strip().splitlines()[4:]),
    ]
    sys.stdout.write("\n\n".join(parts[1:3]) + "\n")
    if options.write:
        write_section("acquisitions", "Slots of the 1987 merger stories", "\n\n".join(parts))


if __name__ == "__main__":
    main()
