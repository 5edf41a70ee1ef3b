"""Work shared between forked processes: what the parent has loaded is theirs at once, and nothing of it is pickled."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")


def run_forked(work: Callable[[int], T], count: int) -> list[T]:
    """`[work(0), ..., work(count - 1)]`, each in a process of its own where there are several.

    Raises RuntimeError where a process ended without a result; its own error is on stderr.

    >>> parent = [10, 20]
    >>> run_forked(lambda part: parent[part] + 1, 2)
    [11, 21]
    """
    if count == 1:
        return [work(0)]
    context = get_context("fork")
    pipes, children = [], []
    for part in range(count):
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=lambda part=part, sender=sender: sender.send(work(part)))
        child.start()
        sender.close()  # so that a child that fails ends the wait for it
        pipes.append(receiver)
        children.append(child)
    try:
        return [receiver.recv() for receiver in pipes]
    except EOFError as problem:
        for child in children:  # the others may wait for somebody to read their parts
            child.terminate()
        raise RuntimeError("a process ended without its part of the work: see its error above") from problem
    finally:
        for child in children:
            child.join()
