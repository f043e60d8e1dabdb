"""Many mappings on several processes: `python -m tests.bench.workers --mappings 256 --latency 0.1 5 --workers 1 2 4`.

One process is `syncd run`, every other one `syncd worker`; the store is in PostgreSQL. Containers are full already, and
syncd finds its tasks there by their markers. Then rounds of quiet passes are put into the queue, and the clock runs
until all are made, for each number of processes and each time that the tool takes for an answer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg

from connectors.asana.sandbox import Sandbox
from syncd.cluster.jobs import Kind
from syncd.cluster.queue import PassQueue
from syncd.cluster.schema import options
from syncd.service import jobs
from syncd.store.opening import understand
from tests.bench.districts import WIDE, Layout, accounts
from tests.bench.load import full
from tests.bench.rows import Row
from tests.cluster.shared import started
from tests.postgres import postgres_url

PROGRAM: Final = "import sys; from syncd.cli import main; sys.exit(main())"
ACCOUNTS: Final = 64
PATIENCE: Final = 3600.0
_LEFT: Final = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'passes'"
_DONE: Final = """
SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a configuration, where processes of it work."""

    folder: Path
    mappings: int
    accounts: int
    url: str

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "load"


@dataclass(frozen=True, slots=True)
class Round:
    """One quiet pass of every mapping: seconds by the clock, seconds of a core of all processes, and transactions."""

    seconds: float
    cpu: float
    transactions: int


def measure() -> list[Row]:
    """A tenth of it, which takes some minutes."""
    return rows(mappings=32, items=30, workers=[1, 2], latencies=[0.1])


def rows(mappings: int, items: int, workers: Sequence[int], latencies: Sequence[float], rounds: int = 3) -> list[Row]:
    """What comes out for so many mappings of so many items, so many processes, and seconds that an answer takes."""
    number = min(ACCOUNTS, mappings)
    with TemporaryDirectory() as name, Sandbox(limits=WIDE) as box, postgres_url() as url:
        layout = Layout(accounts(box, number), items, store=url, every="24h")
        full(Path(name), box, mappings, layout)
        place = Place(Path(name), mappings, number, url)
        return [row for processes in workers for row in _several(place, box, processes, latencies, rounds)]


def _several(place: Place, box: Sandbox, processes: int, latencies: Sequence[float], rounds: int) -> Iterator[Row]:
    what = f"{place.mappings} mappings, {processes} processes"
    box._api.latency = 0.0
    with ExitStack() as stack, _queue(place.url) as queue:
        each = [stack.enter_context(started(place, "run", "daemon", PROGRAM)).process.pid]
        each += [
            stack.enter_context(started(place, "worker", f"worker{number}", PROGRAM)).process.pid
            for number in range(1, processes)
        ]
        before = len(box.requests)
        _until(lambda: len(box.requests) >= before + place.mappings)
        _until(lambda: not _asked(place.url, _LEFT))
        for latency in latencies:
            box._api.latency = latency
            _round(place, queue, each)  # who makes a pass of a mapping for the first time has more to find out
            before = len(box.requests)
            made = [_round(place, queue, each) for _ in range(rounds)]
            asked = (len(box.requests) - before) / rounds / place.mappings
            yield from _told(f"{what}, {latency * 1000:g} ms an answer", place.mappings, made, asked)
        held = [_megabytes(process) for process in each]
        yield Row(f"{what}: memory of each", " / ".join(f"{one:.0f} MB" for one in held), "-", holds=True)


def _told(what: str, mappings: int, rounds: Sequence[Round], asked: float) -> Iterator[Row]:
    seconds = statistics.median(each.seconds for each in rounds)
    cpu = statistics.median(each.cpu for each in rounds)
    transactions = statistics.median(each.transactions for each in rounds) / mappings
    yield Row(f"{what}: quiet passes a second", f"{mappings / seconds:.1f}", "-", holds=True)
    yield Row(f"{what}: cores in use, all processes", f"{cpu / seconds:.2f}", "-", holds=True)
    yield Row(f"{what}: seconds of a core a pass", f"{cpu / mappings:.3f}", "-", holds=True)
    yield Row(f"{what}: transactions of PostgreSQL a pass", f"{transactions:.0f}", "-", holds=True)
    yield Row(f"{what}: requests a pass", f"{asked:.2f}", "1", asked <= 1)


def _round(place: Place, queue: PassQueue, processes: Sequence[int]) -> Round:
    cpu, transactions, began = sum(map(_cpu, processes)), _asked(place.url, _DONE), time.monotonic()
    for number in range(place.accounts):
        names = [f"d{each}" for each in range(number, place.mappings, place.accounts)]
        queue.put(jobs.some(Kind.QUIET, f"a{number}", names))
    _until(lambda: not _asked(place.url, _LEFT))
    seconds = time.monotonic() - began
    return Round(seconds, sum(map(_cpu, processes)) - cpu, _asked(place.url, _DONE) - transactions)


@contextmanager
def _queue(url: str) -> Iterator[PassQueue]:
    queue = PassQueue(understand(url))
    queue.open()
    try:
        yield queue
    finally:
        queue.close()


def _asked(url: str, query: str) -> int:
    with psycopg.connect(url, autocommit=True, options=options()) as connection:
        [row] = connection.execute(query.encode()).fetchall()
        return int(row[0])


def _until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        threading.Event().wait(0.1)


def _cpu(process: int) -> float:
    """Seconds of a core that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(process: int) -> float:
    """What it holds now."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    [held] = [line for line in lines if line.startswith("VmRSS:")]
    return int(held.split()[1]) / 1024


def _arguments() -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.workers", description=__doc__)
    parser.add_argument("--mappings", type=int, default=256)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="how many processes")
    parser.add_argument("--latency", type=float, nargs="+", default=[0.1, 5.0], dest="latencies", help="in seconds")
    parser.add_argument("--rounds", type=int, default=3)
    return vars(parser.parse_args())


if __name__ == "__main__":
    from tests.bench.__main__ import table

    sys.stdout.write(f"{table(rows(**_arguments()))}\n")
