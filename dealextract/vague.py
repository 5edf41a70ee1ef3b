"""Quantities without a figure: "une dizaine de millions", "several million pounds", "billion-dollar"."""

from __future__ import annotations

from decimal import Decimal

from dealextract.currencies import Unit
from dealextract.money_grammar import FIGURE_SUM, Quantity, Scale
from dealextract.numerals import Number
from dealextract.phrases import Tokens
from dealextract.pieces import Pieces

NOT_COUNTABLE = "not countable"
FEWEST_FIGURES, MOST_FIGURES = 5, 12


def read_vague(reader: Pieces, tokens: Tokens, i: int) -> Quantity | None:
    """The vague quantity that starts at token `i`; its value is null unless it counts ("une dizaine")."""
    found = read_attributive(reader, tokens, i) or read_figure_sum(reader, tokens, i)
    if found:
        return found
    g = reader.grammar
    vague = reader.vague.longest(tokens, i)
    at = i
    if vague:
        at = tokens.skip_blank(vague[0])
    elif tokens.key(i) in g.one and tokens.is_blank(i + 1):
        filler = reader.fillers.longest(tokens, i + 2)
        after = filler[0] + 1 if filler and tokens.is_blank(filler[0]) else i + 2
        at = after if tokens.key(after) in g.counting else i
    number: Number | None = None
    word = tokens.key(at)
    counted = word in g.counting and word not in g.thousands
    if counted and (vague or at > i or word + "s" not in g.counting_plural):
        number = None if vague else Number(Decimal(g.counting[word]), at + 1, spelled=True)
    elif not (word in g.counting_plural or (vague and word in g.thousands and word in g.counting)):
        return read_scale_alone(reader, tokens, i, at, vague is not None)
    end, scale = read_counted_scale(reader, tokens, at + 1)
    many = word in g.counting_plural
    return finish(reader, tokens, (i, end), number, scale, vague=vague is not None, many=many)


def read_attributive(reader: Pieces, tokens: Tokens, i: int) -> Quantity | None:
    """ "billion-dollar" is about one billion, "multimillion-pound" is not countable."""
    several = reader.attributive_vague.longest(tokens, i)
    one = reader.attributive.longest(tokens, i)
    found = several or one
    if not found or not (tokens.key(found[0]) == "-" or tokens.is_blank(found[0])):
        return None
    unit = reader.units.suffix.longest(tokens, found[0] + 1)
    if (
        not unit
        or not reader.whole(tokens, unit[0])
        or unit[1].risky
        or tokens.key(unit[0] - 1).endswith("s")
    ):
        return None
    if tokens.key(tokens.skip_blank(unit[0])) == "question":
        return None
    value = None if several else Decimal(reader.grammar.scale_words[tokens.key(i)])
    reason = None if value else NOT_COUNTABLE
    return Quantity(i, unit[0], None, value, value, unit[1], False, "attributive scale", reason, approx=True)


def read_figure_sum(reader: Pieces, tokens: Tokens, i: int) -> Quantity | None:
    """ "a nine-figure sum", "un chèque à neuf chiffres": not countable, its scale known."""
    at = i + 2 if tokens.key(i) in reader.grammar.one and tokens.is_blank(i + 1) else i
    below = reader.numbers.below_hundred
    figures = below.get(tokens.key(at), 0)
    if MOST_FIGURES >= figures >= FEWEST_FIGURES:
        mark = reader.figure_words.longest(tokens, at + 1)
        noun = reader.figure_nouns.longest(tokens, mark[0] + 1) if mark and tokens.is_blank(mark[0]) else None
        end = noun[0] if noun else 0
    else:
        noun = reader.figure_nouns.longest(tokens, at)
        end = noun[0] if noun else 0
        if not noun or tokens.key(end + 1) not in reader.grammar.range_words or not tokens.is_blank(end + 2):
            return None
        figures = below.get(tokens.key(end + 3), 0)
        mark = reader.figure_words.longest(tokens, end + 4) or reader.figure_words.longest(tokens, end + 5)
        end = mark[0] if mark and MOST_FIGURES >= figures >= FEWEST_FIGURES else 0
    if not end or not reader.whole(tokens, end):
        return None
    unit = reader.read_unit(tokens, end, linked=True)
    scale = Decimal(10) ** (figures - 1)
    return Quantity(
        i, end, None, None, scale, unit[1] if unit else None, False, FIGURE_SUM, NOT_COUNTABLE, approx=True
    )


def read_counted_scale(reader: Pieces, tokens: Tokens, end: int) -> tuple[int, Scale | None]:
    """The scale after "dizaines", "hundreds of": the index after it, or `end` and None."""
    at = tokens.skip_blank(end)
    link = reader.links.longest(tokens, at)
    at = tokens.skip_blank(link[0]) if link else at
    scale = reader.scales.longest(tokens, at)
    if scale and not scale[1].mark and reader.whole(tokens, scale[0]):
        return scale
    thousand = reader.thousands.longest(tokens, at)
    if thousand:
        after = tokens.skip_blank(thousand[0])
        stacked = reader.scales.longest(tokens, after) if after > thousand[0] else None
        if stacked and not stacked[1].mark and reader.whole(tokens, stacked[0]):
            return stacked[0], Scale(stacked[1].value * thousand[1])
        return thousand[0], Scale(Decimal(thousand[1]), mark=True)
    return end, None


def read_scale_alone(reader: Pieces, tokens: Tokens, i: int, at: int, vague: bool) -> Quantity | None:
    """ "plusieurs milliards de yens", "milliards de dollars", "quelques centimes"."""
    g = reader.grammar
    if not vague and tokens.key(i) not in g.scale_words and tokens.key(i) not in g.thousands:
        return None
    scale = reader.scales.longest(tokens, at)
    if scale and not vague and scale[1].singular and tokens.word_before(i)[0] in g.definite:
        return read_one_scale(reader, tokens, i, *scale)
    if scale and (scale[1].mark or not reader.whole(tokens, scale[0]) or not (vague or scale[1].plural)):
        scale = None
    if scale is None and (many := tokens.key(at)) in g.thousands and (vague or many.endswith("s")):
        scale = (at + 1, Scale(Decimal(g.thousands[many]), mark=True))
    if scale:
        return finish(reader, tokens, (i, scale[0]), None, scale[1], vague=vague)
    if not reader.vague_alone.longest(tokens, i):
        return None
    return finish(reader, tokens, (i, at - 1 if tokens.is_blank(at - 1) else at), None, None, vague=vague)


def read_one_scale(reader: Pieces, tokens: Tokens, i: int, end: int, scale: Scale) -> Quantity | None:
    """ "le milliard d'euros" is one milliard."""
    unit = reader.read_unit(tokens, end, linked=True)
    if unit is None or unit[1].risky:
        return None
    value = scale.value * unit[1].factor
    number = Number(Decimal(1), i, spelled=True)
    return Quantity(i, unit[0], number, value, scale.value, unit[1], False, "one of the scale")


def finish(
    reader: Pieces,
    tokens: Tokens,
    bounds: tuple[int, int],
    number: Number | None,
    scale: Scale | None,
    *,
    vague: bool,
    many: bool = False,
) -> Quantity | None:
    """The quantity with the currency that follows; without one it needs a scale and a clear quantifier.

    `many` after "dizaines", "thousands", which count books and pounds of weight as well as money.
    """
    i, end = bounds
    unit: tuple[int, Unit] | None = reader.read_unit(tokens, end, linked=True)
    if unit is None:
        sure = number is not None or (vague and tokens.key(i) in reader.grammar.vague_alone)
        if scale is None or scale.mark or not sure:
            return None
    elif scale is None and number is None and (unit[1].symbol or (unit[1].risky and not many)):
        return None
    value = None
    if number:
        value = number.value * (scale.value if scale else 1) * (unit[1].factor if unit else 1)
    return Quantity(
        i, unit[0] if unit else end, number, value,
        scale.value if scale else None, unit[1] if unit else None, False,
        "vague quantity", None if number else NOT_COUNTABLE, approx=True,
    )  # fmt: skip
