"""Resident memory of the processes of a run, asked while it goes on."""

from __future__ import annotations

import statistics
import subprocess
import threading
from pathlib import Path


class Memory(threading.Thread):
    """Resident memory of a process and its children over time, in MB, beside finished documents."""

    def __init__(self, pid: int, out: Path, size: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.out, self.size = pid, out, size
        self.seen: list[tuple[int, float]] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.5):
            done = self.size * len(list(self.out.glob("state/part-*")))
            self.seen.append((done, sum(map(resident, [self.pid, *find_children(self.pid)]))))

    def around(self, documents: float, span: float) -> float:
        """Median while the number of finished documents was near."""
        near = [mb for done, mb in self.seen if documents <= done <= documents + span]
        return statistics.median(near) if near else float("nan")


def find_children(pid: int) -> list[int]:
    """Child processes."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, check=False)
    return [int(line) for line in found.stdout.split()]


def resident(pid: int) -> float:
    """Resident memory of a process in MB, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6
    except (OSError, IndexError):
        return 0.0


class RayMemory(threading.Thread):
    """Peak of the resident memory of every process of this user that Ray started."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over, self.peak = threading.Event(), 0.0

    def run(self) -> None:
        while not self.over.wait(1.0):
            found = subprocess.run(["pgrep", "-f", "ray"], capture_output=True, check=False)
            self.peak = max(self.peak, sum(resident(int(pid)) for pid in found.stdout.split()))
