"""`python -m bench.peers [PART …]`: measures syncd beside what people would use instead, on one local Asana.

What is found is kept in a file, part by part, and written into docs/peers.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.peers import pushing, reading, report, trouble
from bench.peers.cast import PEERS, Peer
from bench.peers.envs import Place, Unavailable, installed
from bench.peers.report import Part

ROOT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = ROOT / "build" / "peers"
PAGE: Final = ROOT / "docs" / "peers.md"
SIZES: Final = ((5, 200), (20, 500))
DELAYS: Final = (0.0, 0.05, 0.15)
PUSHES: Final = ((100, 150), (100, 1500), (1000, 150), (1000, 1500))

Cast = Sequence[tuple[Peer, Place]]
Found = dict[str, Sequence[object]]


def parts(runs: int, seeds: int) -> dict[str, Callable[[Cast], Found]]:
    """What there is to measure, by name."""
    found: dict[str, Callable[[Cast], Found]] = {}
    for containers, each in SIZES:
        for delay in DELAYS:
            name = f"read-{containers}x{each}-{delay * 1000:.0f}ms"
            found[name] = _reading(containers, each, delay, runs)
    for tasks, rate in PUSHES:
        found[f"push-{tasks}-at-{rate}"] = _pushing(tasks, rate)
    found["trouble"] = lambda cast: {"troubles": trouble.measure(cast, seeds)}
    return found


def _reading(containers: int, each: int, delay: float, runs: int) -> Callable[[Cast], Found]:
    return lambda cast: {"readings": reading.measure(cast, containers, each, delay, runs)}


def _pushing(tasks: int, rate: int) -> Callable[[Cast], Found]:
    return lambda cast: {"pushes": pushing.measure(cast, tasks, rate)}


def main(arguments: Sequence[str]) -> int:
    """Measure what is named, or everything; keep it, and write the page."""
    given = _given(arguments)
    known = parts(given.runs, given.seeds)
    cast, absent = gather(BUILD / "envs")
    command = " ".join(("python -m bench.peers", *arguments))
    for name in given.parts or known:
        _say(f"{name} …")
        before = os.getloadavg()[0]
        found = known[name](cast)
        load = f"{before:.1f} to {os.getloadavg()[0]:.1f}"
        day = datetime.now(UTC).date().isoformat()
        keep(BUILD / "results.json", name, Part(command, day, machine(), load, absent, **found))  # type: ignore[arg-type]
    if not given.no_page:
        PAGE.write_text(
            report.page(PAGE.read_text(encoding="utf-8"), report.load(BUILD / "results.json")), encoding="utf-8"
        )
    return 0


def _given(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(parts(1, 1))}; all without")
    parser.add_argument("--runs", type=int, default=3, help="rounds of each reading, of which the median is told (3)")
    parser.add_argument("--seeds", type=int, default=10, help="random moments of each trouble that has some (10)")
    parser.add_argument("--no-page", action="store_true", help="leave docs/peers.md as it is")
    given = parser.parse_args(arguments)
    if unknown := set(given.parts) - parts(1, 1).keys():
        parser.error(f"nothing is measured by the name of {', '.join(sorted(unknown))}")
    return given


def gather(folder: Path) -> tuple[Cast, dict[str, str]]:
    """Everybody who can be installed, and why the others cannot."""
    cast, absent = [], {}
    for peer in PEERS:
        try:
            cast.append((peer, installed(peer, folder)))
        except Unavailable as why:
            absent[peer.name] = str(why)
            _say(f"{peer.name} cannot take part: {why}")
    return cast, absent


def keep(file: Path, name: str, part: Part) -> None:
    """Put a part beside the others that were measured before, at once: a long run may be ended early."""
    kept = {other: asdict(found) for other, found in report.load(file).items()} | {name: asdict(part)}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def machine() -> str:
    """What this was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    where = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    return f"{platform.python_implementation()} {platform.python_version()}, {where}"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
