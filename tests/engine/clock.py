"""A clock that is moved by hand: nobody waits, and every test sees the same times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class HandClock:
    """Time that passes only when somebody sleeps, or when it is told to pass."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._passed = 0.0
        self.moment: Callable[[str], None] = lambda _name: None
        """Called whenever somebody sleeps: a test may raise there, as a crash would."""

    def now(self) -> datetime:
        """The instant."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._passed

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass at once."""
        self.moment("sleep")
        self._now += timedelta(seconds=seconds)
        self._passed += seconds  # a timedelta would round away the last bit of a wait, which would then never end

    def pass_by(self, **length: float) -> None:
        """Let a time pass, as `timedelta` takes it."""
        self._now += timedelta(**length)
        self._passed += timedelta(**length).total_seconds()

    def jump(self, **length: float) -> None:
        """Show another time from now on, as a clock does that was wrong, or is now."""
        self._now += timedelta(**length)
