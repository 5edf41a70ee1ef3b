"""An environment for each peer, with the pinned versions of peers.toml.

    python benchmarks/peers/environments.py                     # all, in the user's cache folder
    python benchmarks/peers/environments.py --folder DIR natura quantulum3

A peer that shares another's environment (`environment` in peers.toml) is not made again. What does not
install is kept as `<folder>/<peer>.error`, and the tables print it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dealextract-benchmarks"


@dataclass(frozen=True)
class Peer:
    """A tool of the table: its pinned requirements and the script that asks it."""

    name: str
    title: str
    adapter: str
    langs: tuple[str, ...]
    requires: tuple[str, ...]
    note: str
    layers: tuple[str, ...] = ("money",)
    environment: str = ""

    @property
    def home(self) -> str:
        """The name of its environment: its own, or that of the peer that it shares one with."""
        return self.environment or self.name


def read_peers(layer: str | None = "money") -> dict[str, Peer]:
    """The peers of peers.toml by name: those of the money table, of another layer, or (None) all.

    A peer without `layers` is in the money table alone.
    """
    given = tomllib.loads((HERE / "peers.toml").read_text(encoding="utf-8"))
    peers = {
        name: Peer(
            name,
            p["title"],
            p["adapter"],
            tuple(p["langs"]),
            tuple(p.get("requires", ())),
            p["note"],
            tuple(p.get("layers", ("money",))),
            p.get("environment", ""),
        )
        for name, p in given.items()
    }
    return {name: peer for name, peer in peers.items() if layer is None or layer in peer.layers}


def find_python(folder: Path, name: str) -> Path:
    """The interpreter of a peer's environment."""
    return folder / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(peer: Peer, folder: Path) -> str | None:
    """Make a peer's environment unless it stands; the error as text when it cannot be made."""
    stamp, error = folder / peer.name / "requires.txt", folder / f"{peer.name}.error"
    wanted = "\n".join(peer.requires)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return None
    shutil.rmtree(folder / peer.name, ignore_errors=True)
    error.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    steps = (
        [sys.executable, "-m", "venv", str(folder / peer.name)],
        [str(find_python(folder, peer.name)), "-m", "pip", "install", "--quiet", *peer.requires],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            problem = lines[-1] if lines else done.stderr.strip().splitlines()[-1]
            error.write_text(problem, encoding="utf-8")
            return problem
    stamp.write_text(wanted, encoding="utf-8")
    return None


def main() -> None:
    """Make the environments asked for and say how each went."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="PEER")
    parser.add_argument("--folder", type=Path, default=CACHE, help=f"where they go (default {CACHE})")
    options = parser.parse_args()
    peers = {name: peer for name, peer in read_peers(None).items() if not peer.environment}
    if unknown := [name for name in options.names if name not in peers]:
        parser.error(f"no peer {unknown[0]!r}; there are {', '.join(peers)}")
    for name in options.names or peers:
        problem = make_environment(peers[name], options.folder)
        sys.stdout.write(f"{name}: {problem or 'ready'}\n")


if __name__ == "__main__":
    main()
