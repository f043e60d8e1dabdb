"""The one clock of the week: the daemon, its schedule and both tools go by it, and it moves when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, Self
from unittest.mock import patch
from zoneinfo import ZoneInfo

from connectors.clock import Clock

ZONE: Final = ZoneInfo("America/New_York")
MONDAY: Final = date(2026, 3, 2)
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def at(hour: str) -> datetime:
    """An hour of the week on the district's clock: "Tue 08:30", or of the week after it: "next Mon 09:00"."""
    *later, day, clock = hour.split()
    days = DAYS.index(day) + 7 * len(later)
    return datetime.fromisoformat(f"{MONDAY + timedelta(days=days)}T{clock}").replace(tzinfo=ZONE)


class WeekClock:
    """Time that passes only when somebody lets it; thread-safe."""

    def __init__(self, start: datetime) -> None:
        self._start, self._seconds = start.astimezone(UTC), 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The instant it shows."""
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Seconds since the week began."""
        return self._seconds

    def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""
        with self._lock:
            self._seconds += seconds

    def turn_to(self, moment: datetime) -> None:
        """Go on to a moment; it stays where it is if that is over."""
        with self._lock:
            self._seconds = max(self._seconds, (moment - self._start).total_seconds())


class RunningClock:
    """A clock that was set to a moment and goes on from there by itself: that of a process which nobody leads."""

    def __init__(self, start: datetime) -> None:
        self._start, self._begun = start, time.monotonic()

    def now(self) -> datetime:
        """The instant it shows."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since it was set."""
        return time.monotonic() - self._begun

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@contextmanager
def schedules_by(clock: Clock) -> Iterator[None]:
    """Have schedules go by this clock: APScheduler asks `datetime` for the time, in each of its modules."""

    class Told(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            now: Self = clock.now().astimezone(tz)  # type: ignore[assignment]
            return now

    modules = ("apscheduler.schedulers.base", "apscheduler.triggers.interval", "syncd.service.schedule")
    with ExitStack() as patches:
        for module in modules:
            patches.enter_context(patch(f"{module}.datetime", Told))
        yield
