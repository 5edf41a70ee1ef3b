"""Roles of amounts."""

from spacy.tokens import Doc


def assign_roles(doc: Doc) -> None:
    """Nothing yet."""
