"""A clock for tests: it stands still until somebody sleeps by it or moves it on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 9, 1, 8, tzinfo=UTC)


class ToldClock:
    """Time passes only by `sleep`; `slept` holds every wait asked for. Thread-safe."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._seconds = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The instant it shows."""
        return START + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return self._seconds

    def sleep(self, seconds: float) -> None:
        """Move on, and remember by how much."""
        with self._lock:
            self._seconds += seconds
            self.slept.append(seconds)

    def pass_(self, **duration: float) -> None:
        """Let time pass that nobody waited for."""
        with self._lock:
            self._seconds += timedelta(**duration).total_seconds()
