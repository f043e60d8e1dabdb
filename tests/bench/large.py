"""A district of 100,000 plan items with four years of history: its pages, publishing it, status, and the memory of it.

Work is told in seconds of a core, and beside what it takes to read such a plan; what a visitor waits for, by the clock
as well.
"""

from __future__ import annotations

import http.client
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from syncd.plan.load import load_plan
from tests.bench.large_district import Large, made
from tests.bench.large_plan import PER_GOAL
from tests.bench.rows import Row

GOALS: Final = (4, 20, 40)
"""Goals of the districts whose publishing is compared; the last one is the large one."""
SOON: Final = 0.1
"""Seconds within which a page of a goal is there."""
PUBLISHED: Final = 60.0
"""Seconds within which everything is published."""
FLAT: Final = 32
"""Megabytes by which publishing 100,000 items may take more, beside the scorecard, than publishing 10,000."""
CHANGES: Final = 3
_PROCESS: Final = "tests.bench.large_process"


def measure() -> list[Row]:
    """The rows."""
    with tempfile.TemporaryDirectory() as folder:
        places = [_made(Path(folder), goals) for goals in GOALS]
        reading = _reading(places[-1])
        what = f"large district, {places[-1].items:,} items, 4 years"
        rows = [Row(f"{what}: reading the plan", f"{reading:.1f} s", "-", holds=True)]
        return [*rows, *_commands(what, places[-1], reading), *_memory(places), *_pages(what, places[-1])]


def _made(folder: Path, goals: int) -> Large:
    place = folder / str(goals)
    place.mkdir()
    return made(place, goals, datetime.now(UTC).date())


def _reading(place: Large) -> float:
    began = time.process_time()
    load_plan("plan.json", place.folder)
    return time.process_time() - began


def _commands(what: str, place: Large, reading: float) -> Iterator[Row]:
    """What each of these commands takes."""
    out = str(place.folder / "public")
    for name, budget, command in (
        ("syncd publish, all of it new", PUBLISHED, ("publish", "--out", out)),
        ("syncd publish, nothing new", PUBLISHED, ("publish", "--out", out)),
        ("syncd scorecard --format json", None, ("scorecard", "--format", "json")),
        ("syncd status", None, ("status",)),
    ):
        taken = _spent([str(Path(sys.executable).with_name("syncd")), "--config", str(place.config), *command])
        told = f"{taken:.1f} s, {taken / reading:.1f} of reading the plan"
        yield Row(f"{what}: {name}", told, f"{budget:g} s" if budget else "-", budget is None or taken < budget)


def _spent(command: list[str]) -> float:
    """Seconds of a core that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _memory(places: list[Large]) -> Iterator[Row]:
    """What publishing takes beside the scorecard, from the small district to the large one."""
    sizes = " / ".join(f"{place.items:,}" for place in places)
    found = [_published(place) for place in places]
    beside, whole = zip(*found, strict=True)
    flat = beside[-1] - beside[0] <= FLAT
    name = f"publishing {sizes} items"
    yield Row(f"{name}: memory beside the scorecard", _each(beside), f"the last {FLAT} MB above the first", flat)
    yield Row(f"{name}: memory of the whole process", _each(whole), "-", holds=True)


def _published(place: Large) -> tuple[int, int]:
    out = place.folder / "again"
    command = [sys.executable, "-m", _PROCESS, "publish", str(place.config), str(out)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(said[0]), int(said[1])


def _each(megabytes: tuple[int, ...]) -> str:
    return f"{' / '.join(map(str, megabytes))} MB"


def _pages(what: str, place: Large) -> Iterator[Row]:
    """What a visitor of the goals' pages waits for."""
    with _served(place) as (process, visitor):
        start, _ = visitor.page("goals/g1.html")
        paths = [f"goals/g{number}.html" for number in range(2, place.items // PER_GOAL + 1)]
        asked = [(name, _asked(process, visitor, paths)) for name in ("asked for first", "asked for again")]
        after = [_changed(process, visitor, number) for number in range(CHANGES)]
    yield Row(f"{what}: the first page of a new process", f"{start:.1f} s", "-", holds=True)
    for name, (core, half) in asked:
        told = f"{core * 1000:.0f} ms of a core, {half * 1000:.0f} ms by the clock"
        yield Row(f"{what}: page of a goal {name}", told, f"{SOON * 1000:g} ms of a core", core < SOON)
    waits, shown = (statistics.median(each) for each in zip(*after, strict=True))
    name = f"{what}: page of a goal after a change"
    yield Row(f"{name}, the first answer", f"{waits * 1000:.0f} ms", f"{SOON * 1000:g} ms", waits < SOON)
    yield Row(f"{name}, until it is shown", f"{shown:.1f} s, {shown / start:.2f} of the first page", "-", holds=True)


def _asked(process: subprocess.Popen[str], visitor: _Visitor, paths: list[str]) -> tuple[float, float]:
    """Seconds of a core that the process takes for a page, and those that half of the visitors wait at most."""
    before = _core(process.pid)
    seconds = [visitor.page(path)[0] for path in paths]
    return (_core(process.pid) - before) / len(paths), statistics.median(seconds)


def _core(process: int) -> float:
    """Seconds of a core that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _changed(process: subprocess.Popen[str], visitor: _Visitor, number: int) -> tuple[float, float]:
    """Seconds until the page of a goal is there after a team has ticked a task off, and until it shows that."""
    path, done = "goals/g2.html", f"G2.A{number}.P8"
    _, before = visitor.page(path)
    _written(process.stdin).write(f"{done}\n")
    _written(process.stdin).flush()
    assert _written(process.stdout).readline() == "ticked\n"
    began = time.monotonic()
    taken, page = visitor.page(path)
    while page == before:
        _, page = visitor.page(path)
        threading.Event().wait(0.05)
    return taken, time.monotonic() - began


class _Visitor:
    """Somebody who asks for pages, one after the other."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=600)

    def page(self, path: str) -> tuple[float, bytes]:
        """How many seconds a page takes, and what it holds.

        The server lets go of who waits for half a minute, and goes on with what was asked for: then it is asked again.
        """
        began = time.monotonic()
        while True:
            with suppress(http.client.RemoteDisconnected, ConnectionResetError):
                self._connection.request("GET", f"/{path}")
                answer = self._connection.getresponse()
                body = answer.read()
                assert answer.status == 200, answer.status
                return time.monotonic() - began, body


@contextmanager
def _served(place: Large) -> Iterator[tuple[subprocess.Popen[str], _Visitor]]:
    command = [sys.executable, "-m", _PROCESS, "pages", str(place.config)]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process, _Visitor(_written(process.stdout).readline().strip())
        finally:
            process.kill()


def _written(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
