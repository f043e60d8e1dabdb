"""Days of a plan: months added to a day, and how long a reading stays fresh. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from syncd.plan.model import Cadence

_FRESH_DAYS = {Cadence.WEEKLY: 14, Cadence.MONTHLY: 45, Cadence.QUARTERLY: 120}
_FRESH_MONTHS = 14
_MONTHS = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.YEARLY: 12}
LATE_MONTHS = 2
"""Yearly figures arrive late: so long after its day a yearly target still waits for its reading."""


def later(day: date, months: int) -> date:
    """The same day of the month so many months later (or earlier), or the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def fresh_until(day: date, cadence: Cadence) -> date:
    """The last day on which a reading of that day is not stale: one period and a grace later."""
    if cadence is Cadence.YEARLY:
        return later(day, _FRESH_MONTHS)
    return day + timedelta(days=_FRESH_DAYS[cadence])


def next_due(day: date, cadence: Cadence) -> date:
    """The day on which the reading after one of that day is due: one period later."""
    months = _MONTHS.get(cadence)
    return later(day, months) if months else day + timedelta(days=7)


def final_from(deadline: date, cadence: Cadence) -> date:
    """The first day whose reading belongs to the last period before a deadline, and so may settle it."""
    if cadence is Cadence.YEARLY:
        return later(deadline, -12) + timedelta(days=1)
    return deadline - timedelta(days=_FRESH_DAYS[cadence])
