"""Typed spans and deals from French and English business press."""

__version__ = "0.1.0"
