"""The tagger's cues, sources and contents, mended where their edges are off by a word or a mark."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from dealextract.components.attribution_acts import DATELINE, SILENT, Act, Layout, Piece, classify_cue
from dealextract.components.attribution_lexicon import Grammar
from dealextract.components.attribution_reader import Reader
from dealextract.records import Stance
from dealextract.spans import Tagged

SPACE = " \t\u00a0\u202f\n"
EDGES = SPACE + ","
QUOTED = tuple("»”\"’'")
LEAST_STANCE = 0.55
LEAST_WEAK = 0.4
OPENING = tuple('«“"„')
APOSTROPHES = ("'", "’")
WORDS_BETWEEN = re.compile(r"\A\s+(?:\w+\s+){0,2}\Z")
WORD = re.compile(r"\w")


def trim(text: str, start: int, end: int, marks: str = "") -> tuple[int, int]:
    """The range without white space and the given marks at its edges."""
    while start < end and text[start] in SPACE + marks:
        start += 1
    while end > start and text[end - 1] in SPACE + marks:
        end -= 1
    return (start, end)


def read_cues(tagged: Sequence[Tagged], text: str, grammar: Grammar) -> list[Act]:
    """One act for each cue: auxiliaries joined to their verb, stance corrected by sure words."""
    acts: list[Act] = []
    for cue in tagged:
        start, end = trim(text, cue.start, cue.end, ".,;:-")
        hyphen = grammar.hyphen_end.search(text, start, end)
        end = hyphen.start() if hyphen else end
        if end <= start:
            continue
        for verb in grammar.auxiliary_verb.finditer(text, max(0, start - 18), min(len(text), end + 40)):
            if (
                verb.start() < end
                and start < verb.end()
                and not text[verb.start() - 1 : verb.start()].isalnum()
            ):
                start, end = min(start, verb.start()), max(end, verb.end())
                break
        listener = grammar.recipient_before.search(text, start, end)
        if listener and any(
            v.fullmatch(text[start : listener.start()].rstrip()) for v in grammar.verbs.values()
        ):
            start, end = trim(text, start, listener.start())  # "a commenté pour"
        last = acts[-1] if acts else None
        joins = last and (is_split(text, last, start, grammar) or is_adverb(text, last, start, grammar))
        if last and (start < last.end or joins):
            last.end = max(last.end, end)
            if last.stance == "asserts":
                last.stance = cue.type  # type: ignore[assignment]
            last.score = max(last.score or 0.0, cue.score)
            continue
        acts.append(Act(start, end, cue.type, cue.score))  # type: ignore[arg-type]
    for act in acts:
        act.kind = classify_cue(text[act.start : act.end], grammar, text[act.end : act.end + 150])
        act.stance = decide_stance(act, text, grammar)
        if act.stance in SILENT:
            act.end = max(act.end, end_of_refusal(act, text, grammar))
    return acts


def is_split(text: str, last: Act, start: int, grammar: Grammar) -> bool:
    """True when a cue is only the auxiliary of the one that follows."""
    if not grammar.auxiliary.fullmatch(text, last.start, last.end):
        return False
    return WORDS_BETWEEN.match(text[last.end : start]) is not None


def is_adverb(text: str, last: Act, start: int, grammar: Grammar) -> bool:
    """True when a cue is only the adverb of the one right behind it: "first" of "first reported"."""
    return text[last.end : start] == " " and text[last.start : last.end] in grammar.lexicon.adverbs


def end_of_refusal(act: Act, text: str, grammar: Grammar) -> int:
    """Where "n'a pas répondu" ends of which the tagger took an auxiliary alone; else the end of the cue."""
    if len(text[act.start : act.end].split()) > 1:
        return act.end
    found = grammar.stances[act.stance].match(text, act.start, min(len(text), act.end + 60))
    return found.end() if found and found.end() > act.end else act.end


def decide_stance(act: Act, text: str, grammar: Grammar) -> Stance:
    """The stance of a cue: that of its words when they are sure, else the tagger's."""
    for stance, pattern in grammar.stances.items():
        found = pattern.match(text, act.start, min(len(text), act.end + 40))
        if found and found.end() >= act.end - 1:
            return stance
    return act.stance


def is_known_cue(act: Act, text: str, grammar: Grammar) -> bool:
    """True when the tagger is sure of a cue, or its words are known to report."""
    score, phrase = act.score or 0.0, text[act.start : act.end]
    if (
        act.kind == "verb"
        and act.stance not in ("asserts", "declines", "unreachable")
        and score < LEAST_STANCE
    ):
        # "is encouraging", "has no": no demand and no denial by its words.
        patterns = (grammar.stances[act.stance], grammar.demand, *grammar.verbs.values())
        return any(pattern.match(phrase) for pattern in patterns)
    if act.kind != "verb" or act.stance != "asserts" or score >= grammar.lexicon.sure_cue:
        return True
    if grammar.verbs["plain"].search(phrase) or grammar.gerund.search(phrase):
        return True
    return score >= LEAST_WEAK and grammar.verbs["weak"].search(phrase) is not None


def is_never(act: Act, text: str, grammar: Grammar) -> bool:
    """True for a word of wishing or perceiving, unless it closes a quotation: "…", hopes the mayor."""
    if act.kind != "verb" or act.stance != "asserts":
        return False
    phrase = text[act.start : act.end]
    if grammar.passive.match(phrase) and grammar.hearsay_after.match(text[act.end : act.end + 40]):
        return True  # "is said to", "was reported in June to": a hedge without an act of saying
    quoted = text[max(0, act.start - 4) : act.start].rstrip(EDGES)[-1:] in QUOTED
    quoted = quoted or any(mark in text[act.end : act.end + 40] for mark in OPENING)
    return not quoted and grammar.never.match(phrase) is not None


def read_sources(tagged: Sequence[Tagged], reader: Reader) -> list[Piece]:
    """The sources without separators at their edges, without a listener, not cut after their determiner."""
    pieces: list[Piece] = []
    text, grammar = reader.text, reader.grammar
    inside = -9  # where a source ended that was cut at a relative pronoun
    for source in tagged:
        start, end = trim(text, source.start, source.end, ".,;:—–")
        start = whole_elision(text, start, end)
        whole = end
        if start - inside <= 1 or (end := without_relative(reader, start, end)) <= start:
            continue  # "Le notaire qui suit" + "la vente": the second is inside the relative clause
        inside = whole if end < whole else -9
        if is_tonic(text, start, end, grammar):
            # "Le ministère, lui, exige": the noun before the pronoun speaks.
            if pieces and text[pieces[-1].end : start].strip(EDGES) == "":
                continue
            subject = reader.phrase_before(text[:start].rindex(","), reader.layout.sentence(start)[0])
            if subject and reader.is_speaker(*subject):
                start, end = subject
        if grammar.recipient_before.search(text, max(0, start - 12), start):
            # "confie à Reuters un trader"
            speaker = grammar.determiner_inside.search(text, start, end)
            if speaker and reader.find_names(start, speaker.start() + 1):
                start = speaker.start() + 1
        if grammar.determiner.fullmatch(text[start:end]) and (found := reader.phrase_after(start)):
            start, end = found
        end = reader.without_listener(start, end)
        made_by = grammar.agent_near.match(text[end : end + 60])
        if made_by and (maker := reader.name_over(end + made_by.end())):
            end = maker.end  # the passive names its outlet after the cue
        if (name := reader.name_over(start)) and name.start < start:
            start = name.start
        end = whole_apposition(reader, start, end)
        if end > start and WORD.search(text, start, end):
            pieces.append(Piece(start, end, source.type, score=source.score))  # type: ignore[arg-type]
    return pieces


def whole_apposition(reader: Reader, start: int, end: int) -> int:
    """The end of a source with the name right behind its noun ("le quotidien" + its title), no open bracket.

    Only behind a determiner and a last word in lower case: "Alvo Bank" + a name are two.
    """
    text = reader.text
    opened = text.rfind("(", start, end)
    if opened > start and ")" not in text[opened:end]:
        return reader.trim(start, opened)[1]
    name = reader.name_over(end + 1) if text[end : end + 1] in (" ", "\u00a0") else None
    last = text[start:end].split()[-1:]
    if name is not None and name.start == end + 1 and last and last[0].islower():
        return name.end if reader.grammar.determiner.match(text[start:end]) else end
    return end


def whole_elision(text: str, start: int, end: int) -> int:
    """Where a source begins that was cut at the apostrophe of its article: "d'anciens cadres"."""
    at = start
    if text[at : at + 1] in APOSTROPHES and at < end:
        while at > 0 and text[at - 1].isalpha():
            at -= 1
    return at


def without_relative(reader: Reader, start: int, end: int) -> int:
    """The end of a source without the relative clause that the tagger left at its end."""
    text, grammar = reader.text, reader.grammar
    found = grammar.relative.search(text, start + 1, end)
    while found and (reader.name_over(found.start()) or text[found.start() - 1] not in " \u00a0,"):
        found = grammar.relative.search(text, found.end(), end)
    return reader.trim(start, found.start())[1] if found else end


def is_tonic(text: str, start: int, end: int, grammar: Grammar) -> bool:
    """True for a pronoun between commas, which takes up the subject before it: "X, elle, …"."""
    return (
        grammar.pronoun_kind(text[start:end]) == "person"
        and text[end : end + 1] == ","
        and text[:start].rstrip(SPACE).endswith(",")
    )


def drop_listeners(acts: Sequence[Act], sources: Sequence[Piece], reader: Reader) -> list[Piece]:
    """The sources without those that are spoken to: "said to Y", "a confié à Y"."""
    text, grammar = reader.text, reader.grammar
    ends = [a.end for a in acts if a.kind == "verb"]
    kept = []
    for source in sources:
        found = grammar.recipient_before.search(text, max(0, source.start - 14), source.start)
        if found:
            near = bisect_right(ends, found.start()) - 1
            if near >= 0 and not re.search(r"[^\w\s-]|\w+\s+\w+\s+\w", text[ends[near] : found.start()]):
                continue
        kept.append(source)
    return kept


def drop_seconds(acts: Sequence[Act], reader: Reader) -> list[Act]:
    """The acts without the second cue of one phrase: "a fait savoir par communiqué", "said in a note"."""
    text, grammar = reader.text, reader.grammar
    kept: list[Act] = []
    for act in acts:
        last = kept[-1] if kept else None
        if last is not None and act.kind == last.kind == "verb" and act.start - last.end < 24:
            words = text[last.end : act.start].lower().split()
            if 0 < len(words) <= 2 and words[0] in grammar.lexicon.manners:
                continue
        kept.append(act)
    return kept


def read_contents(tagged: Sequence[Tagged], layout: Layout, grammar: Grammar) -> list[Piece]:
    """The contents without complementizers and final stops, with the quote marks that belong to them."""
    text = layout.text
    pieces: list[Piece] = []
    for content in tagged:
        start, end = trim(text, content.start, content.end)
        opening = grammar.complementizer.match(text[start : min(end, start + 40)])
        if opening and opening.end() < end - start:
            start += opening.end()
        while start < end and text[start] in ".,;:" + SPACE:
            start += 1
        dateline = DATELINE.match(text, start, end)
        start = dateline.end() if dateline else start
        start, end = snap_quotes(layout, *trim(text, start, end, ",;:"))
        while end > start and text[end - 1] in ".,;:" and not layout.is_quoted(end - 1):
            end -= 1
        if end > start and WORD.search(text, start, end):
            last = pieces[-1] if pieces else None
            if last and start <= last.end:
                continue
            pieces.append(Piece(start, end, score=content.score))
    return pieces


def snap_quotes(layout: Layout, start: int, end: int) -> tuple[int, int]:
    """The range with the quote mark that stands just outside it, or without the half of a quotation."""
    opening = layout.find_quotation(start)
    if opening and start - opening.start <= 2:
        start = opening.start
    closing = layout.find_quotation(end)
    if closing and closing.end - end <= 3 and start <= closing.start:
        end = closing.end
    elif (
        closing is None
        and (inner := layout.find_quotation(end - 1))
        and inner.end == end
        and start > inner.start
    ):
        pass
    return (start, end)
