"""Party roles by voice and position: who stands where around a predicate of the lexicon."""

from __future__ import annotations

from dealextract.components.deal_objects import find_described, find_object, find_right
from dealextract.components.deal_positions import Argument, Grounds, Predicate, is_passive
from dealextract.components.deal_subjects import find_left


def find_arguments(g: Grounds, predicate: Predicate) -> list[Argument]:
    """The entities around a predicate with the roles of their positions."""
    passive = is_passive(g, predicate)
    roles = predicate.frame.noun_roles if predicate.form == "noun" else predicate.frame.verb_roles
    right = find_right(g, predicate, roles, passive)
    left = find_left(g, predicate, roles, passive, right)
    found = [*right, *left]
    known = {a.entity for a in found}
    if not passive and predicate.form != "noun":
        found += find_object(g, predicate, roles, known, {a.role for a in found})
    elif not right:
        found += find_described(g, predicate, roles, passive, known)
    return found
