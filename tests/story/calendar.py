"""The story's clock: it shows the district's day and hour, and nobody waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 3, 2)
"""On the Sunday of this week clocks are put forward."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(slots=True)
class Calendar:
    """Time that passes when somebody sleeps, works, or turns to another hour; a process may take a copy along."""

    instant: datetime = datetime(2026, 3, 2, 11, tzinfo=UTC)
    passed: float = 0.0

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return self.instant

    def monotonic(self) -> float:
        """Seconds since the story began."""
        return self.passed

    def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""
        self.instant += timedelta(seconds=seconds)
        self.passed += seconds

    def turn_to(self, hour: str) -> None:
        """Go on to an hour of the week on the district's clock: "Tue 08:30"."""
        day, _, time = hour.partition(" ")
        when = datetime.fromisoformat(f"{MONDAY + timedelta(days=DAYS.index(day))}T{time}").replace(tzinfo=ZONE)
        ahead = (when - self.instant).total_seconds()
        assert ahead >= 0, f"it is {self.instant.astimezone(ZONE):%a %H:%M} already, and {hour} is over"
        self.sleep(ahead)
