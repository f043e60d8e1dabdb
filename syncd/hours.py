"""Hours in which people want no looks by the clock: a span of every day, or a day of the week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, Self

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """Every day from `start` up to `end`, over midnight where that is not later; or one whole `day`, 0 for Monday."""

    start: time = time()
    end: time = time()
    day: int | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """What "20:00-06:00" or "sat" means. Raises ValueError, with an example, for anything else."""
        words = text.strip().lower()
        if words in DAYS:
            return cls(day=DAYS.index(words))
        span = _span(words)
        if span is None:
            days = ", ".join(f"“{day}”" for day in DAYS)
            raise ValueError(f"“{text}” is neither a span of the day, such as “20:00-06:00”, nor one of {days}")
        return cls(*span)

    def cover(self, moment: datetime) -> bool:
        """Whether they hold at that moment, as the clocks of its time zone show it."""
        if self.day is not None:
            return moment.weekday() == self.day
        begun, over = self.start <= moment.time(), moment.time() >= self.end
        return begun and not over if self.start < self.end else begun or not over


def _span(words: str) -> tuple[time, time] | None:
    """When a span begins and ends; None for what is no time of day, and where that is the same one."""
    found = _SPAN.fullmatch(words)
    if found is None:
        return None
    first, minute, last, other = map(int, found.groups())
    try:
        start, end = time(first, minute), time(last, other)
    except ValueError:
        return None
    return (start, end) if start != end else None
