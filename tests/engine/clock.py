"""A clock that is moved by hand: nobody waits, and every test sees the same times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class HandClock:
    """Time that passes only when somebody sleeps, or when it is told to pass."""

    def __init__(self, start: datetime = START) -> None:
        self._start = self._now = start

    def now(self) -> datetime:
        """The instant."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return (self._now - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass at once."""
        self._now += timedelta(seconds=seconds)

    def pass_by(self, **length: float) -> None:
        """Let a time pass, as `timedelta` takes it."""
        self._now += timedelta(**length)
