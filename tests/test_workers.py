"""Worker processes: what dies or hangs costs one item, and nothing is lost or mixed up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dealextract.workers import Lost, Pool, Shard, WorkersDied
from tests.killer import Deadly


def shards(*items: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    return enumerate(items)  # type: ignore[return-value]


def run(*items: list[Any], settings: Any = None, **options: Any) -> dict[int, list[Any]]:
    return dict(Pool(Deadly, settings, 2, **options).run(shards(*items)))


def test_results_stand_in_their_places() -> None:
    seen: list[Any] = []
    found = run([1, 2, 3], [], [4], *([n] for n in range(5, 40)), on_result=seen.append)
    assert found == {0: [2, 4, 6], 1: [], 2: [8], **{n - 2: [2 * n] for n in range(5, 40)}}
    assert sorted(seen) == [2 * n for n in range(1, 40)]


def test_items_that_kill_or_hang_are_lost_alone(tmp_path: Path) -> None:
    found = run([1, "die", 2, "once"], [3, "hang", "die", 4], settings=str(tmp_path / "seen"), time_limit=0.5)
    assert found == {
        0: [2, Lost("died"), 4, "late but read"],
        1: [6, Lost("late"), Lost("died"), 8],
    }


def test_a_worker_that_is_killed_is_not_the_fault_of_its_item(tmp_path: Path) -> None:
    """Kills while an item hangs once made `died` of `late`, so that the failure changed with the kills."""
    found = run([1, "killed", 2], ["killed and late", 3], settings=str(tmp_path / "seen"), time_limit=0.5)
    assert found == {0: [2, "killedkilled", 4], 1: [Lost("late"), 6]}


@pytest.mark.parametrize(("exitcode", "limit"), [(9, 3), (-11, 3), (-9, 10), (-15, 10)])
def test_an_item_is_given_up_in_the_end(exitcode: int, limit: int) -> None:
    shard = Shard(0, ["a", "b"])
    assert [shard.bury(0, exitcode) for _ in range(limit)] == [False] * (limit - 1) + [True]
    assert not shard.bury(1, exitcode)


def test_workers_that_cannot_start_end_the_run() -> None:
    with pytest.raises(WorkersDied, match="memory"):
        run([1], settings="never")


def test_errors_of_the_reader_reach_the_caller() -> None:
    with pytest.raises(ValueError, match="raised in the worker"):
        run([1, "raise"])


def test_few_shards_are_taken_ahead() -> None:
    taken = []

    def source() -> Iterator[tuple[int, list[Any]]]:
        for number in range(100):
            taken.append(number)
            yield number, [number]

    running = Pool(Deadly, None, 1).run(source())
    next(running)
    assert len(taken) <= 4
    running.close()
