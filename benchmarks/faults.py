"""Kill -9, full disks, broken inputs and poisonous documents: does an archive run lose or change anything?

    python benchmarks/faults.py                               # 25 kills, a light reader
    python benchmarks/faults.py --kills 26 --rules --format jsonl parquet --write

An archive is made with documents that kill or hang their worker and files that are truncated or corrupt.
A clean run gives the reference. Then the same run is killed at random moments, the parent or a worker each
time, and started again until it ends; and it runs into a full disk (a small tmpfs, as root) and goes on when
there is room. After each, every file must have the bytes of the reference, and every document must stand in
exactly one record or failure.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
from results import describe_run, table, write_section

RUN = Path(__file__).with_name("faults_run.py")
DISK = 7
"""Exit status of a run that cannot write."""
WHAT = """Two documents kill or hang their worker, two lines are broken, and of nine more files most are
truncated, corrupt, empty, in another encoding or no text. The parent or a worker gets SIGKILL at random
moments, and the run is started again until it ends; then one runs into a full disk (tmpfs) and goes on with
more room. Every file is compared with those of a run that nobody touched, and every document stands in one
record or one failure."""


def make_archive(folder: Path, documents: int, rng: random.Random) -> None:
    """Write an archive of good, poisonous and broken inputs."""
    folder.mkdir()
    lines = []
    for n in range(documents):
        text = f"The Orvane group paid €{rng.randint(2, 900)}m for firm {n} on Monday. " * rng.randint(1, 8)
        lines.append(json.dumps({"id": f"d{n}", "text": text, "published": "2025-06-09", "desk": n % 7}))
    for n, bad in (
        (20, {"id": "killer", "text": "POISON-DIE"}),
        (45, {"id": "sleeper", "text": "POISON-HANG"}),
        (70, {"id": "no-text"}),
    ):
        lines.insert(n, json.dumps(bad))
    lines.insert(30, '{"text": "cut of')
    (folder / "a-good.jsonl").write_text("\n".join(lines), encoding="utf-8")
    packed = gzip.compress("\n".join(lines[:60]).encode())
    (folder / "b-truncated.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (folder / "c-corrupt.parquet").write_bytes(b"PAR1" + rng.randbytes(500) + b"PAR1")
    (folder / "d-latin.txt").write_bytes("payé".encode("latin-1"))
    (folder / "e-binary.txt").write_bytes(rng.randbytes(2000))
    (folder / "f-empty.jsonl").write_bytes(b"")
    (folder / "g-bad.csv").write_bytes(b'id,text\n1,good\n2,"caf\xe9"\n3,"never closed\n4,x\n')
    (folder / "h-junk.html").write_bytes(b"<p" * 500 + rng.randbytes(500))
    (folder / "i-junk.rtf").write_bytes(rng.randbytes(500))
    (folder / "j-last.txt").write_text("The last one.", encoding="utf-8")


def start(archive: Path, out: Path, options: argparse.Namespace, format: str) -> subprocess.Popen[bytes]:
    """A run in a process of its own."""
    environment = os.environ | {"FAULTS_PAUSE": str(options.pause)}
    if options.rules:
        environment["FAULTS_RULES"] = "1"
    command = [sys.executable, str(RUN), str(archive), str(out)]
    command += ["--format", format, "--workers", str(options.workers)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)


def children(pid: int) -> list[int]:
    """The worker processes of a run."""
    found = subprocess.run(["pgrep", "-P", str(pid), "-f", "spawn_main"], capture_output=True, check=False)
    return [int(line) for line in found.stdout.split()]


def wait_for_children(process: subprocess.Popen[bytes]) -> list[int]:
    """The workers of a run, as soon as it has some; none when it ends first."""
    while process.poll() is None:
        if found := children(process.pid):
            return found
        time.sleep(0.05)
    return []


def files_of(out: Path) -> dict[str, bytes]:
    """Every file of an output folder."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def differences(out: Path, reference: dict[str, bytes]) -> list[str]:
    """Files that are not as in the reference."""
    found = files_of(out)
    return sorted(name for name in {*found, *reference} if found.get(name) != reference.get(name))


def count_documents(reference: dict[str, bytes]) -> tuple[int, int]:
    """Documents with a record and with a failure; stops when one is missing or there twice."""
    markers = [json.loads(data) for name, data in reference.items() if name.startswith("state/")]
    total = sum(marker["documents"] for marker in markers)
    failed = [json.loads(line)["number"] for line in reference["failures.jsonl"].splitlines()]
    rows: list[int] = []
    for name, data in reference.items():
        if name.startswith("documents/"):
            rows += pq.read_table(io.BytesIO(data), columns=["document"])["document"].to_pylist()
    lines = sum(data.count(b"\n") for name, data in reference.items() if name.startswith("records/"))
    if len(set(failed)) != len(failed) or (rows and sorted(rows + failed) != list(range(total))):
        raise SystemExit(f"{total} documents, but {len(rows)} rows and {len(failed)} failures")
    if lines and lines + len(failed) != total:
        raise SystemExit(f"{total} documents, but {lines} records and {len(failed)} failures")
    return total - len(failed), len(failed)


def kill_at_random(
    archive: Path, out: Path, options: argparse.Namespace, format: str, *, rng: random.Random, left: int
) -> dict[str, int]:
    """Run to the end, killed at most `left` times on the way; how often each kind of process was killed."""
    kills = {"parent": 0, "worker": 0}
    while True:
        process = start(archive, out, options, format)
        while process.poll() is None:
            try:
                process.wait(rng.uniform(0.2, options.interval))
                continue
            except subprocess.TimeoutExpired:
                pass
            if sum(kills.values()) >= left:
                process.wait()
                continue
            if rng.random() < 0.4:
                process.kill()
                kills["parent"] += 1
            elif workers := wait_for_children(process):
                time.sleep(rng.uniform(0, options.interval / 4))
                with suppress(ProcessLookupError):
                    os.kill(rng.choice(workers), signal.SIGKILL)
                    kills["worker"] += 1
        if process.returncode >= 0:
            if process.returncode != 1:
                raise SystemExit(f"exit status {process.returncode}: {process.stderr.read().decode()}")  # type: ignore[union-attr]
            return kills


def fill_disk(
    archive: Path, folder: Path, options: argparse.Namespace, format: str, reference: dict[str, bytes]
) -> str:
    """Run on a tmpfs that is too small, then on the same with more room."""
    folder.mkdir()
    size = sum(len(data) for data in reference.values()) // 2
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        return f"not run: no tmpfs can be mounted ({mounted.stderr.decode().strip()})"
    try:
        out = folder / "out"
        first = start(archive, out, options, format)
        told = first.communicate()[1].decode().strip()
        if first.returncode != DISK:
            raise SystemExit(f"a full disk gave status {first.returncode}, expected {DISK}: {told}")
        kept = len(list(out.glob("state/part-*")))
        subprocess.run(["mount", "-o", "remount,size=100m", str(folder)], check=True)
        again = start(archive, out, options, format)
        again.communicate()
        wrong = differences(out, reference)
        if wrong or again.returncode != 1:
            raise SystemExit(f"after a full disk, status {again.returncode}, other bytes in {wrong}")
        print(f"full disk: {told}", flush=True)
        return f"status {DISK}, {kept} shards kept, then the same bytes"
    finally:
        subprocess.run(["umount", str(folder)], check=False)


def torment(archive: Path, folder: Path, options: argparse.Namespace, format: str) -> list[str]:
    """A clean run, killed ones and one on a full disk; a row of what was done. Stops at any difference."""
    rng = random.Random(options.seed)
    clean = folder / f"clean-{format}"
    before = time.perf_counter()
    process = start(archive, clean, options, format)
    told = process.communicate()[1]
    if process.returncode != 1:
        raise SystemExit(f"the clean run ended with {process.returncode}: {told.decode()}")
    seconds = time.perf_counter() - before
    reference = files_of(clean)
    records, failures = count_documents(reference)
    print(f"{format}, clean: {records} records, {failures} failures, {seconds:.0f} s", flush=True)
    total = {"parent": 0, "worker": 0}
    runs = 0
    while sum(total.values()) < options.kills:
        out = folder / f"killed-{format}-{runs}"
        kills = kill_at_random(
            archive, out, options, format, rng=rng, left=options.kills - sum(total.values())
        )
        if wrong := differences(out, reference):
            kept = Path(tempfile.mkdtemp(prefix="faults-"))
            shutil.copytree(out, kept / "found")
            shutil.copytree(clean, kept / "clean")
            raise SystemExit(f"after {kills}: other bytes in {', '.join(wrong[:5])} (see {kept})")
        total = {kind: total[kind] + kills[kind] for kind in total}
        runs += 1
        print(
            f"run {runs}: {kills['worker']} workers, {kills['parent']} parents killed, same bytes", flush=True
        )
        shutil.rmtree(out)
    disk = fill_disk(archive, folder / f"small-{format}", options, format, reference)
    return [
        format,
        f"{seconds:.0f}",
        *map(str, (records, failures, total["worker"], total["parent"], runs)),
        disk,
    ]


def main() -> None:
    """Print what was done and found; status 1 when anything was lost or changed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=25, help="for each format")
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--format", nargs="+", default=["jsonl"], choices=["jsonl", "parquet", "csv"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rules", action="store_true", help="the rule components instead of a light reader")
    parser.add_argument("--pause", type=float, default=0.02, help="seconds more for each document")
    parser.add_argument("--interval", type=float, default=4.0, help="longest time between two kills, seconds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="write the section of RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / "archive"
        make_archive(archive, options.documents, random.Random(options.seed))
        rows = [torment(archive, folder, options, format) for format in options.format]
    head = ["output", "clean run, s", "records", "failures", "workers killed", "parents killed",
            "runs, same bytes after each", "full disk"]  # fmt: skip
    shown = table(head, rows)
    print(f"\n{shown}")
    if options.write:
        write_section("faults", "Kills, full disks, broken inputs", f"{describe_run()} {WHAT}\n\n{shown}")


if __name__ == "__main__":
    main()
