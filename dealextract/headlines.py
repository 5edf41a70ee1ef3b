"""Names in English headlines In Title Case, where capitals no longer tell a name from a verb."""

from __future__ import annotations

import re
from collections.abc import Collection

from dealextract.aliases import TOKEN, core_tokens, name_tokens
from dealextract.clusters import Mention

WORDS = re.compile(r"[^\W\d_][\w'’]*")
LONGEST = 160  # characters of a headline
FEWEST = 4  # words that could be in lower case
CAPITALS = 0.8  # share of them with a capital
SHORT = 4  # letters of words that stay in lower case ("to", "with")
LEAST_ALONE = 0.75  # score of a name that stands in the headline only


def end_of_title_case(text: str) -> int:
    """Where the headline of a text ends when it is in title case, else 0.

    >>> end_of_title_case("Alvo Nears Deal to Buy Brume\\n\\nIt is near."), end_of_title_case("Alvo buys\\n")
    (28, 0)
    """
    head = text.find("\n")
    if not 0 < head <= LONGEST or text[:head].isupper():
        return 0
    words = [w for w in WORDS.findall(text[:head]) if len(w) > SHORT or w[0].isupper()]
    raised = sum(w[0].isupper() for w in words)
    return head if len(words) >= FEWEST and raised >= CAPITALS * len(words) else 0


def trim_headline(text: str, scores: dict[Mention, float], legal: Collection[str]) -> dict[Mention, float]:
    """The names with those of a headline in title case cut to what the body calls them.

    "Alvo Rises" becomes "Alvo" where the body says "Alvo Corp."; a doubtful name not in the body goes.
    """
    end = end_of_title_case(text)
    inside = [m for m in scores if m.end <= end]
    if not inside:
        return scores
    forms = frozenset(legal)
    known = {core_tokens(m.text, forms): m for m in scores if m.start >= end}
    out = {m: score for m, score in scores.items() if m.end > end}
    for mention in inside:
        tokens = name_tokens(mention.text)
        score = scores[mention]
        if core_tokens(mention.text, forms) in known or mention.text in text[end:]:
            out[mention] = score
            continue
        places = list(TOKEN.finditer(mention.text))
        alike = len(places) == len(tokens)  # not with "U.S." inside
        sizes = [n for n in range(len(tokens) - 1, 0, -1) if tokens[:n] in known] if alike else []
        if sizes:
            last = places[sizes[0] - 1].end()
            label = known[tokens[: sizes[0]]].label
            cut = Mention(mention.start, mention.start + last, mention.text[:last], label)
            out[cut] = max(score, out.get(cut, 0.0))
        elif score >= LEAST_ALONE:
            out[mention] = score
    return out
