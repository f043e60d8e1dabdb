"""A KPI's readings side by side with those of another version of the plan. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from syncd.plan.model import Kpi, Reading, Scope
from syncd.progress.attainment import is_small
from syncd.scorecard.words import WINDOWS

Key = tuple[date, str, str, str, int]
"""What a reading is known by: its day, window, scope and place, and which of those that have all in common it is."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """A reading as far as it may be told: None stands for the value of a group that is too small.

    `open` says whether the public may know it; `about` names window, school or group.
    """

    on: date
    value: Decimal | None
    about: str
    open: bool
    reading: Reading

    def same(self, other: Measuring) -> bool:
        """Whether both say the same: value and size of the group."""
        return (self.reading.value, self.reading.n) == (other.reading.value, other.reading.n)


def measurings(kpi: Kpi, minimum_group: int) -> dict[Key, Measuring]:
    """The readings of a KPI by what they are known by."""
    seen: Counter[tuple[date, str, str, str]] = Counter()
    found: dict[Key, Measuring] = {}
    for reading in kpi.readings:
        known = (reading.on, reading.window or "", reading.scope.value, reading.where)
        small = is_small(reading, minimum_group, strict=False)
        about = [WINDOWS[reading.window] if reading.window else "", reading.where]
        found[*known, seen[known]] = Measuring(
            on=reading.on,
            value=None if small else reading.value,
            about=", ".join(filter(None, about)),
            open=reading.scope is Scope.DISTRICT and not small,
            reading=reading,
        )
        seen[known] += 1
    return found
