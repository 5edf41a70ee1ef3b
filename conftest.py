"""Doctests are collected from every module; one of them needs an extra that the tests do without."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["dealextract/torch_graph.py"]
