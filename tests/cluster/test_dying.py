"""Killed before or after any statement or request, a worker loses nothing, and others soon go on with its mappings."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

import pytest

from connectors.asana.sandbox import Sandbox
from syncd.cluster.queue import PassQueue
from syncd.service import jobs
from tests.cluster.dying import FASTER, NEVER, STANDS, dying
from tests.cluster.many import WIDE, Many, member
from tests.cluster.test_queue import Opened
from tests.service.daemons import until

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]
DISTRICTS, ITEMS, WORKERS = 3, 18, 3
KILLS = int(os.environ.get("SYNCD_KILLS", "6"))
"""How many die; those after them live on."""
LATEST = 250
"""A worker dies at one of so many points, from its start on: a push of one of these districts has about as many."""
LONG = 240.0


@pytest.fixture
def agency(tmp_path: Path, url: str) -> Iterator[Many]:
    """Districts that have not pushed anything yet."""
    with Sandbox(limits=WIDE, latency=0.05) as box:
        many = Many(tmp_path, url, [member(f"d{number}", box, ITEMS) for number in range(DISTRICTS)])
        many.write()
        yield many


class Watched:
    """How long each district's board has stood still at most, from its first task until it was finished."""

    def __init__(self, many: Many) -> None:
        self._many = many
        self._moved: dict[str, tuple[int, float]] = {}
        self.longest = 0.0

    def look(self) -> list[str]:
        """The districts that are not finished."""
        now, left = time.monotonic(), []
        for name, board in self._many.boards().items():
            tasks = board.total()
            before, at = self._moved.get(name, (0, now))
            if tasks > before:
                self._moved[name] = tasks, now
            if tasks > before > 0:
                self.longest = max(self.longest, now - at)
            if tasks < ITEMS:
                left.append(name)
        return left

    def told(self) -> str:
        """The longest, in words."""
        return f"no board stood still for more than {self.longest:.1f} s, with waits cut to one part in {FASTER}"


class Crew:
    """Workers, of which each that dies is followed by another one."""

    def __init__(self, many: Many, chance: Random, stack: ExitStack) -> None:
        self._many, self._chance, self._stack = many, chance, stack
        self.points: list[int] = []
        """Those at which workers died."""
        self._each = [self._another() for _ in range(WORKERS)]

    def look(self) -> None:
        """Put a new one in the place of each that died."""
        for at, (point, process) in enumerate(self._each):
            if process.exitcode is not None:
                assert process.exitcode == -signal.SIGKILL
                self.points.append(point)
                self._each[at] = self._another()

    def _another(self) -> tuple[int, ForkServerProcess]:
        point = self._chance.randint(1, LATEST) if len(self.points) < KILLS else NEVER
        log = self._many.folder / "workers.log"
        return point, self._stack.enter_context(dying(self._many.config, point, log))


def test_killed_at_any_point_of_a_push(agency: Many, opened: Opened) -> None:
    """Again and again, until the last ones live: each task is made once, and no board stands still for a minute."""
    seed = int(os.environ.get("SYNCD_SEED", "7"))
    queue, watched = opened(), Watched(agency)
    with ExitStack() as stack:
        crew = Crew(agency, Random(seed), stack)

        def finished() -> bool:
            crew.look()
            return whole(agency, queue, watched)

        until(finished, LONG)
    sys.stdout.write(
        f"\nseed {seed}: {len(crew.points)} died, at their points {sorted(crew.points)}; {watched.told()}\n"
    )
    assert len(crew.points) >= KILLS / 2
    assert agency.unfinished() == []


def test_killed_between_an_intent_and_its_request(agency: Many, opened: Opened) -> None:
    """Nobody can know that it was never sent: the next worker waits until it cannot take effect, and makes it then."""
    queue, watched = opened(), Watched(agency)
    log, others = agency.folder / "dying.log", agency.folder / "others.log"
    with dying(agency.config, 6, log, creating=True) as process, ExitStack() as stack:
        tick(queue, ["d0"])
        until(lambda: log.exists() and STANDS in log.read_bytes(), LONG)
        stack.enter_context(dying(agency.config, NEVER, others))
        until(lambda: others.exists() and b"lending_hands" in others.read_bytes(), LONG)
        watched.look()
        process.kill()
        until(lambda: whole(agency, queue, watched), LONG)
    assert agency.unfinished() == []
    sys.stdout.write(f"\nKilled before a create was sent: {watched.told()}\n")


def whole(agency: Many, queue: PassQueue, watched: Watched) -> bool:
    """Whether all boards are finished, and each task stands in the log; what is not is due again."""
    left = watched.look()
    tick(queue, left)
    return not left and agency.logged() == {each.name: ITEMS for each in agency.members}


def tick(queue: PassQueue, districts: list[str]) -> None:
    """What the clock of a daemon puts into the queue, as often as it is asked."""
    for name in districts:
        queue.put(jobs.by_clock(name, [name]))
