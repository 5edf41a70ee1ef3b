"""What an act of saying looks like without the tagger.

These rules add the acts that the tagger missed where the words leave little doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dealextract.components.attribution_acts import LONGEST_CLAUSE, Act, Piece, count_words, skip_intro
from dealextract.components.attribution_reader import Reader
from dealextract.records import Stance

LEAST_SAID = 2  # words of a quotation that somebody says; one word is a title or a term
# Up to four words in lower case behind a quotation and a comma.
INVERTED = re.compile(
    r"[ \u00a0]?,[ \u00a0]((?:[^\W\d_A-ZÀ-Ý][\w'’-]*)(?:[ \u00a0][^\W\d_A-ZÀ-Ý][\w'’-]*){0,3})(?=[ \u00a0])"
)


def propose_acts(reader: Reader, *, free: set[int]) -> Iterator[Act]:
    """Acts that the words alone give, with their source; those that touch `free` are left out.

    `free` holds characters that cues already cover.
    """
    text, grammar, layout = reader.text, reader.grammar, reader.layout

    def is_new(start: int, end: int) -> bool:
        return not any(at in free for at in range(start, end))

    for found in grammar.preposition.finditer(text):
        act = Act(found.start(), found.end(), kind="preposition")
        if is_new(act.start, act.end) and reader.name_over(act.start) is None:
            act.source = reader.find_source(act)
            if act.source is not None:
                yield act
    for found in grammar.label.finditer(text):
        if is_new(found.start(1), found.end(1)):
            start, end = reader.trim(*found.span(2))
            if end > start:
                act = Act(found.start(1), found.end(1), kind="preposition", label_only=True)
                act.source = Piece(start, end)
                yield act
    for found in grammar.made_known.finditer(text):
        start, end = found.span()
        agent = grammar.agent_near.match(text[end : end + 40])
        if agent and is_new(start, end) and not layout.is_quoted(start):
            maker = reader.name_over(end + agent.end()) or reader.name_over(end + agent.end() + 4)
            if maker is not None and maker.label == "MEDIA":
                free.update(range(start, end))
                yield Act(start, end, source=Piece(maker.start, maker.end))
    for found in grammar.quoted_end.finditer(text):
        start, end = text.rindex(" ", found.start(), found.end()) + 1, found.end()
        if is_new(start, end) and (source := quoted_source(reader, found.start())) is not None:
            free.update(range(start, end))
            yield Act(start, end, kind="quoted_as", source=source)
    for found in grammar.quoted_word.finditer(text):
        start, end = found.span()
        outlet = next(iter(reader.find_names(end, end + 60)), None)
        if outlet is None or outlet.label != "MEDIA" or not is_new(start, end):
            continue
        if grammar.quoted_where.fullmatch(text[end : outlet.start]):
            free.update(range(start, end))
            yield Act(start, end, kind="cited_by", source=Piece(outlet.start, outlet.end))
    stances: tuple[Stance, ...] = ("unreachable", "declines")
    for stance in stances:
        for found in grammar.stances[stance].finditer(text):
            start, end = reader.trim(*found.span())
            if end <= start or not is_new(start, end) or layout.is_quoted(start):
                continue
            act = Act(start, end, stance=stance)
            subject = reader.phrase_before(start, layout.sentence(start)[0])
            if subject and reader.is_speaker(*subject):
                act.source = Piece(*subject)
                free.update(range(start, end))
                yield act
    for found in grammar.noun.finditer(text):
        start, end = found.span()
        if (
            is_new(start, end)
            and not layout.is_quoted(start)
            and grammar.complementizer.match(text[end : end + 20])
        ):
            act = Act(start, end)
            owner = reader.owner_before(start) or reader.name_right_before(start)
            act.source = Piece(*owner) if owner else None
            yield act
    for act in [*after_quotations(reader, is_new), *demands(reader, is_new)]:
        free.update(range(act.start, act.end))
        yield act
    for strength in ("plain", "weak"):
        for found in grammar.verbs[strength].finditer(text):
            start, end = found.span()
            if not is_new(start, end) or reader.name_over(start) or layout.is_quoted(start):
                continue
            act = Act(start, end)
            if reports(reader, act, weak=strength == "weak") and is_subject(act, reader, is_new):
                free.update(range(start, end))
                yield act
    for found in grammar.gerund.finditer(text):
        start, end = found.span()
        if (
            is_new(start, end)
            and not layout.is_quoted(start)
            and (
                text[max(0, start - 8) : start].rstrip()[-1:] == ","
                or grammar.before_gerund.search(text, max(0, start - 10), start)
            )
        ):
            intro = skip_intro(text, end, min(len(text), end + 120), grammar)
            if grammar.complementizer_end.search(text[end:intro]):
                yield Act(start, end)


def is_subject(act: Act, reader: Reader, is_new: Callable[[int, int], bool]) -> bool:
    """True unless the source before a verb holds the verb of its clause: a cue, or the "was" of a passive."""
    source = act.source
    if source is None or source.start > act.start:
        return True
    if reader.grammar.noun_like.match(reader.text[act.start : act.end]):
        name = reader.name_right_before(act.start)
        if name is not None:  # "shares rise on Alvo report that"
            act.source = Piece(*name)
            return True
        if not reader.text[source.start : source.end].lower().endswith(reader.grammar.lexicon.plural_ends):
            return False  # "its standard reply"
    return is_new(source.start, source.end) and not reader.grammar.passive_end.search(
        reader.text, source.start, source.end
    )


def after_quotations(reader: Reader, is_new: Callable[[int, int], bool]) -> Iterator[Act]:
    """Whatever verb stands between a quotation and a speaker: « … », plaisante Odile Ferrand."""
    text, grammar = reader.text, reader.grammar
    for quotation in reader.layout.quotations:
        words = INVERTED.match(text, quotation.end, quotation.end + 80)
        if words is None or count_words(text[quotation.start : quotation.end]) < LEAST_SAID:
            continue
        start = words.start(1)
        for word in re.finditer(r"[^\W\d_A-Z][\w'’-]*", words.group(1)):
            at = start + word.start()
            if at > start and (found := speaker_after(reader, at)):
                end = at - len(text[start:at]) + len(text[start:at].rstrip())
                if is_new(start, end) and is_new(*found):
                    yield Act(start, end, source=Piece(*found))
                break
            if grammar.opener.match(word.group()) or grammar.agent.match(" " + word.group()):
                break
        else:
            end = words.end(1)
            found = speaker_after(reader, end)
            if found and is_new(start, end) and is_new(*found):
                yield Act(start, end, source=Piece(*found))


def speaker_after(reader: Reader, at: int) -> tuple[int, int] | None:
    """The phrase at an offset when it begins with a determiner or a name and can be a source."""
    while reader.text[at : at + 1] in (" ", "\u00a0"):
        at += 1
    article = reader.text[at : at + 20]
    if reader.name_over(at) is None and not (
        reader.grammar.definite.match(article) or reader.grammar.indefinite.match(article)
    ):
        return None
    found = reader.phrase_after(at)
    return found if found and reader.is_speaker(*found) else None


def demands(reader: Reader, is_new: Callable[[int, int], bool]) -> Iterator[Act]:
    """Verbs that demand a thing, beside a speaker: "le régulateur exige un audit"."""
    text, grammar, layout = reader.text, reader.grammar, reader.layout
    for found in grammar.demand.finditer(text):
        start, end = found.span()
        if not is_new(start, end) or layout.is_quoted(start) or reader.name_over(start):
            continue
        subject = reader.phrase_before(start, layout.sentence(start)[0])
        if subject and reader.is_speaker(*subject) and grammar.determiner.match(text[end:].lstrip()[:20]):
            yield Act(start, end, stance="asks_or_orders", source=Piece(*subject))


def quoted_source(reader: Reader, end: int) -> Piece | None:
    """Who is quoted in "the paper quoted X as saying", X ending at an offset."""
    low = max(reader.layout.sentence(end - 1)[0], end - 120)
    cues = [
        v
        for strength in ("plain", "weak")
        for v in reader.grammar.verbs[strength].finditer(reader.text, low, end)
    ]
    if not cues:
        return None
    start, stop = reader.trim(max(v.end() for v in cues), end)
    return Piece(start, stop) if reader.is_speaker(start, stop) else None


def reports(reader: Reader, act: Act, *, weak: bool) -> bool:
    """True when a verb reports here; gives the act its source."""
    text, layout = reader.text, reader.layout
    low, high = layout.sentence(act.start)
    low, high = max(low, act.start - LONGEST_CLAUSE), min(high, act.end + LONGEST_CLAUSE)
    before = text[low : act.start].rstrip(" \t\u00a0\u202f")
    inverted = reader.find_inverted(act)
    after_speech = before[-1:] in tuple(',»”"’')
    if inverted:
        act.source = inverted
        return True
    intro = skip_intro(text, act.end, high, reader.grammar)
    says_that = bool(reader.grammar.complementizer_end.search(text[act.end : intro]))
    opens_quote = re.match(r"[\s,:]{0,3}[«“\"]", text[act.end : act.end + 6]) is not None
    subject = reader.phrase_before(act.start, low)
    if subject and reader.is_speaker(*subject):
        if not weak or says_that or opens_quote or ends_speech(text, low, subject[0], quoted=True):
            act.source = Piece(*subject)
            return True
    elif after_speech:
        found = reader.phrase_after(act.end)
        if found and reader.is_speaker(*found) and count_words(text[act.end : found[0]]) == 0:
            act.source = Piece(*found)
            return True
    return False


def ends_speech(text: str, low: int, at: int, *, quoted: bool = False) -> bool:
    """True when what stands before an offset may be what somebody says: a closing quote mark, or a comma."""
    before = text[max(low, at - 6) : at].rstrip(" \t\u00a0\u202f")
    if not quoted:
        return before[-1:] in tuple(',»”"’')
    return before.rstrip(",")[-1:] in tuple('»”"’')
