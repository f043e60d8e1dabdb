"""A flood of the pages of a real daemon while its passes go on: what the visitors got, and what it cost the process."""

from __future__ import annotations

import http.client
import json
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from connectors.asana.sandbox import Limits, Sandbox
from tests.bench.rows import Row
from tests.cli.district import PLAN, TASKS, TOKEN, District
from tests.service.daemons import until

ADMIN = "let-me-in-123456"
PATHS = ("/", "/scorecard.json", "/api/v1/scorecard", "/scorecard.csv", "/internal", "/nowhere", "/readyz", "/healthz")
"""What is asked for in turn; none of it with the token, and some of it with a wrong one."""
LONG = 30.0
"""Seconds of the flood that is run by hand."""
GROWTH = 16.0
"""Megabytes by which the process may grow meanwhile."""
SLOWEST = 3.0
"""Seconds within which every visitor is answered, on a machine that does other things too."""
PATIENT: Final = 20.0
"""Seconds for which a flood goes on at most, where the machine is slow to make the pass that it must not hinder."""
BEFORE, AFTER = "Train every K-3 teacher", "Train each and every teacher"


@dataclass(frozen=True, slots=True)
class Flooded:
    """What came of a flood: answers by status, seconds, megabytes, files and threads more than before."""

    statuses: Counter[int]
    seconds: float
    slowest: float
    grown: float
    files: int
    passed: bool
    code: int
    log: str

    @property
    def answers(self) -> int:
        """How many there were."""
        return self.statuses.total()


def flood(district: District, seconds: float) -> Flooded:
    """Flood a daemon of this district for so long, with a plan that is edited in the middle."""
    text = district.config.read_text(encoding="utf-8")
    listen = 'listen = "127.0.0.1:0"'
    district.config.write_text(text.replace(listen, f'{listen}\nadmin_token = "{ADMIN}"'), encoding="utf-8")
    with district.started("run") as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        address = next(line["scorecard"] for line in map(json.loads, lines) if line["event"] == "running")
        until(lambda: len(district.box.world.tasks) >= TASKS)
        visit(address, 1.0)
        before, files = _megabytes(process.pid), _files(process.pid)
        district.change_plan((BEFORE, AFTER))
        began = time.monotonic()

        def passed() -> bool:
            return any(task.name == AFTER for task in district.box.world.tasks.values())

        statuses, slowest = visit(address, seconds, passed)
        took, through = time.monotonic() - began, passed()
        grown = _megabytes(process.pid) - before
        until(lambda: _files(process.pid) <= files + 2)
        more = _files(process.pid) - files
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    return Flooded(statuses, took, slowest, grown, more, through, process.returncode, log)


def visit(address: str, seconds: float, done: Callable[[], bool] = lambda: True) -> tuple[Counter[int], float]:
    """Ask as fast as one client can, until it is `done`; how often each status came, and how long the slowest took."""
    statuses: Counter[int] = Counter()
    slowest, end = 0.0, time.monotonic() + seconds
    visitor = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    for number, path in enumerate(cycle(PATHS)):
        began = time.monotonic()
        if began >= end and (done() or began >= end + PATIENT):
            visitor.close()
            return statuses, slowest
        visitor.request("GET", path, headers={"Authorization": "Bearer guess"} if number % 3 == 0 else {})
        answer = visitor.getresponse()
        body = answer.read()
        assert b"ann@district" not in body
        statuses[answer.status] += 1
        slowest = max(slowest, time.monotonic() - began)
    raise AssertionError


def _megabytes(process: int) -> float:
    """What a process has in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _files(process: int) -> int:
    """How many files and sockets a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def measure() -> list[Row]:
    """Half a minute of it."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(token=TOKEN, limits=Limits(per_minute=None)) as box:
        district = District(Path(folder), box)
        district.write_plan(PLAN)
        district.write_config(mapping='every = "1s"')
        done = flood(district, LONG)
    rate = done.answers / done.seconds
    well = done.passed and done.code == 0 and max(done.statuses) < 500
    return [
        Row("a pass goes through a flood", f"{rate:,.0f} answers a second", "it does", well),
        Row("the slowest answer meanwhile", f"{done.slowest:.2f} s", f"{SLOWEST:g} s", done.slowest <= SLOWEST),
        Row("what the process grew by", f"{done.grown:.1f} MB", f"{GROWTH:g} MB", done.grown <= GROWTH),
    ]
