"""The clock of each daemon of several: what is due is put into the queue, once however many of them tick."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from syncd.app import App
from syncd.cluster.jobs import Job, Kind
from syncd.cluster.queue import PassQueue
from syncd.config import Config
from syncd.service import jobs
from syncd.service.schedule import NIGHT, blank, together
from syncd.service.watch import Watch

_AT_ONCE: Final = 2


class Ticks:
    """For each connection quiet passes now and then, and every night a full one of each mapping.

    All daemons tick in the same moments, which are numbered: the queue takes one job for each number.
    """

    def __init__(self, app: App, watch: Watch, queue: PassQueue) -> None:
        self._app, self._watch, self._queue = app, watch, queue
        zone = app.config.zone
        self.schedule = blank(app.config, {"default": _AT_ONCE})
        for number, (connection, every, mappings) in enumerate(_groups(app.config)):
            shift = zlib.crc32(f"{connection} {mappings[0]}".encode()) % every
            self.schedule.add_job(
                partial(self._put, jobs.by_clock(connection, mappings), partial(self._number, every, shift)),
                IntervalTrigger(seconds=every, start_date=datetime.fromtimestamp(shift, UTC), timezone=zone),
                id=f"quiet {connection} {every}",
            )
            self.schedule.add_job(
                partial(self._put, jobs.some(Kind.FULL, connection, mappings), self._day),
                CronTrigger(hour=NIGHT, minute=number % 60, jitter=600, timezone=zone),
                id=f"full {connection} {every}",
            )

    def start(self) -> None:
        """Tick, and once at once: whoever starts wants to see that it works."""
        for connection, _every, mappings in _groups(self._app.config):
            self._queue.put(jobs.by_clock(connection, mappings))
        self.schedule.start()

    def end(self) -> None:
        """Tick no more."""
        self.schedule.shutdown(wait=True)

    def _put(self, job: Job, slot: Callable[[], int]) -> None:
        with self._watch.trying("queue"):
            self._queue.put_once(job, slot())

    def _number(self, every: int, shift: int) -> int:
        return int((datetime.now(UTC).timestamp() - shift) // every)

    def _day(self) -> int:
        return datetime.now(self._app.config.zone).toordinal()


def _groups(config: Config) -> Iterator[tuple[str, int, list[str]]]:
    for (connection, every), mappings in together(config).items():
        yield connection, max(1, int(every / timedelta(seconds=1))), mappings
