"""Spawned processes that read items one by one; a worker that dies or hangs costs at most the item in hand.

A worker says which item it begins and hands back each result by itself. So the parent knows what a
dead worker was reading: everything before is kept, that item is tried again in a new process, and one
that kills its process each time is given up, alone. Nothing here knows what an item is.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any, Literal

from dealextract.errors import DealextractError

ATTEMPTS = 3
"""Processes that may end by themselves over an item before it is given up."""
ATTEMPTS_KILLED = 10
"""Processes that may be killed over an item before it is given up: mostly it is not to blame, and an item
that hangs would be said to have died if it were given up before its time limit is reached."""
KILLED = frozenset({-9, -15})
"""Exit codes of a process that something outside it ended (SIGKILL, SIGTERM): a person, or want of memory."""
MAX_STARTS = 3
"""Processes that may die one after another before reading anything."""
AHEAD = 3
"""Shards for each worker between the oldest one under way and the newest: bounds what is held."""
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")

Reader = Callable[[Any], Any]
Setup = Callable[[Any], Reader]


@dataclass(frozen=True, slots=True)
class Lost:
    """In the place of a result: the item killed its process each time, or ran past the time limit."""

    reason: Literal["died", "late"]


class WorkersDied(DealextractError):
    """Worker processes end before they read anything: no memory, or a broken installation."""


def serve(connection: Connection, threads: int) -> None:
    """A worker's life: make the reader that the first message describes, then read shard after shard."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    threading.Thread(target=die_with_parent, daemon=True).start()
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))  # before anything imports NumPy
    try:
        setup, settings = connection.recv()
        read = setup(settings)
        connection.send(("ready", None, None))
        while True:
            for place, item in connection.recv():
                connection.send(("begin", place, None))
                connection.send(("done", place, read(item)))
    except (EOFError, OSError):
        return
    except Exception as problem:
        connection.send(("failed", None, problem))


def die_with_parent() -> None:
    """End this process when the parent is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@dataclass
class Shard:
    """Items under way, and what came back for each."""

    number: int
    items: list[Any]
    results: dict[int, Any] = field(default_factory=dict)
    deaths: Counter[int] = field(default_factory=Counter)
    kills: Counter[int] = field(default_factory=Counter)

    def left(self) -> list[tuple[int, Any]]:
        """Items without a result, each with its place."""
        return [(place, item) for place, item in enumerate(self.items) if place not in self.results]

    def bury(self, place: int, exitcode: int | None) -> bool:
        """Count a process that died over an item; True when the item is to be given up."""
        (self.kills if exitcode in KILLED else self.deaths)[place] += 1
        return self.deaths[place] >= ATTEMPTS or self.kills[place] >= ATTEMPTS_KILLED


class Worker:
    """One process, the shard that it reads and the item that it has in hand."""

    def __init__(self, setup: Setup, settings: Any, threads: int) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a process with ONNX threads may hang
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, threads), daemon=True)
        self.process.start()
        theirs.close()  # so that the end of the process is the end of the stream
        self.shard: Shard | None = None
        self.place: int | None = None
        self.since = 0.0
        self.ready = False
        self.send((setup, settings))

    def send(self, message: Any) -> None:
        """Send, if the process still listens: its death shows when it is next waited for."""
        try:
            self.connection.send(message)
        except OSError:
            self.process.kill()

    def give(self, shard: Shard) -> None:
        """Have the worker read what is left of a shard."""
        self.shard = shard
        self.send(shard.left())

    def kill(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
        self.connection.close()


class Pool:
    """Workers that read shards. `setup(settings)` is called in each process and gives its reader.

    `setup` must be importable by name, `settings`, items and results picklable. `time_limit` is in
    seconds for one item. `on_result` is called in the parent with each result.
    """

    def __init__(
        self,
        setup: Setup,
        settings: Any,
        workers: int,
        *,
        threads: int | None = None,
        time_limit: float | None = None,
        on_result: Callable[[Any], None] | None = None,
    ) -> None:
        self.setup, self.settings, self.count = setup, settings, workers
        self.threads = threads or share_threads(workers)
        self.time_limit = time_limit
        self.on_result = on_result
        self.workers: list[Worker] = []
        self.failed_starts = 0
        self.waiting: deque[Shard] = deque()

    def run(self, shards: Iterable[tuple[int, list[Any]]]) -> Iterator[tuple[int, list[Any]]]:
        """Each shard's number and results as it is finished; closing the iterator ends the workers.

        Raises what the reader raised, and WorkersDied.
        """
        source = iter(shards)
        open_shards: dict[int, int] = {}  # number → order of arrival
        arrived, dry = 0, False
        try:
            while True:
                room = AHEAD * self.count + min(open_shards.values(), default=arrived) - arrived
                while not dry and len(self.waiting) < self.count and room > 0:
                    taken = list(islice(source, 1))
                    dry = not taken
                    for number, items in taken:
                        if not items:
                            yield number, []
                            continue
                        self.waiting.append(Shard(number, items))
                        open_shards[number] = arrived
                        arrived, room = arrived + 1, room - 1
                if not open_shards:
                    return
                self.hand_out()
                for shard in self.collect():
                    del open_shards[shard.number]
                    yield shard.number, [shard.results[place] for place in range(len(shard.items))]
        finally:
            for worker in self.workers:
                worker.kill()
            self.workers.clear()

    def hand_out(self) -> None:
        """Give waiting shards to workers that have none, started when there are too few."""
        for worker in self.workers:
            if worker.shard is None and self.waiting:
                worker.give(self.waiting.popleft())
        while self.waiting and len(self.workers) < self.count:
            worker = Worker(self.setup, self.settings, self.threads)
            self.workers.append(worker)
            worker.give(self.waiting.popleft())

    def collect(self) -> list[Shard]:
        """Wait for news; the shards that are finished by it."""
        busy = {worker.connection: worker for worker in self.workers if worker.shard is not None}
        ready = wait(list(busy), timeout=0.2 if self.time_limit else None)
        finished = [self.hear(busy[connection]) for connection in ready]  # type: ignore[index]
        if self.time_limit:
            now = time.monotonic()
            finished += [
                self.replace(worker, "late")
                for worker in list(self.workers)
                if worker.place is not None
                and now - worker.since > self.time_limit
                and not worker.connection.poll()
            ]
        return [shard for shard in finished if shard is not None]

    def hear(self, worker: Worker) -> Shard | None:
        """Take one message of a worker; its shard when that finishes it."""
        try:
            kind, place, value = worker.connection.recv()
        except (EOFError, OSError):
            return self.replace(worker, "died")
        if kind == "failed":
            raise value
        self.failed_starts = 0
        shard = worker.shard
        if kind == "ready" or shard is None:
            return None
        if kind == "begin":
            worker.place, worker.since = place, time.monotonic()
            return None
        worker.place = None
        self.settle(shard, place, value)
        return self.close(worker, shard)

    def settle(self, shard: Shard, place: int, value: Any) -> None:
        """Keep the result of an item."""
        shard.results[place] = value
        if self.on_result:
            self.on_result(value)

    def close(self, worker: Worker, shard: Shard) -> Shard | None:
        """The shard, when nothing of it is left."""
        if len(shard.results) < len(shard.items):
            return None
        worker.shard = None
        return shard

    def replace(self, worker: Worker, reason: Literal["died", "late"]) -> Shard | None:
        """End a worker; its shard goes on in another, without an item that is given up."""
        worker.kill()
        self.workers.remove(worker)
        shard, place = worker.shard, worker.place
        if place is None:
            self.failed_starts += 1
            if self.failed_starts >= MAX_STARTS * self.count:
                raise WorkersDied(
                    f"{self.failed_starts} worker processes died before they read anything (the last with "
                    f"status {worker.process.exitcode}): is there enough memory? Try fewer workers."
                )
        if shard is None:
            return None
        if place is not None and (reason == "late" or shard.bury(place, worker.process.exitcode)):
            self.settle(shard, place, Lost(reason))
        if shard.left():
            self.waiting.appendleft(shard)
            return None
        return shard


def share_threads(workers: int) -> int:
    """Threads for each worker, so that workers do not fight for cores.

    >>> share_threads(10_000)
    1
    """
    return max(1, (os.cpu_count() or 1) // workers)
