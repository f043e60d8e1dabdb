"""Where a KPI's readings lead if they go on as they did, as points to draw beside them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from syncd.plan.model import Kpi, KpiState, Reading
from syncd.plan.units import is_percentage
from syncd.progress.attainment import comparable, is_bound
from syncd.progress.forecast import Bounds, Measure, forecast
from syncd.scorecard.view import Point
from syncd.scorecard.words import rounded

_DIGITS: Final = 6


def outlook(kpi: Kpi, shown: Sequence[Reading], end: date | None) -> tuple[Point, ...]:
    """Both ends of the line, up to the day of the target (else the plan's last); () where nothing can be said.

    `shown` holds the readings that whoever looks may see, and no others count. Like goes with like: the readings of the
    window of the newest one that may meet the target.
    """
    until = (kpi.target.on if kpi.target else None) or end
    if kpi.state is not KpiState.ACTIVE or until is None:
        return ()
    fit = [reading for reading in shown if comparable(kpi, reading)]
    like = [
        Measure(each.on, Fraction(each.value))
        for each in fit
        if each.window is fit[-1].window and each.value is not None and not is_bound(each.value)
    ]
    ends = forecast(like, until, _bounds(kpi.unit, like))
    return tuple(Point(rounded(found.value, _DIGITS), found.on) for found in ends) if ends else ()


def _bounds(unit: str, like: Sequence[Measure]) -> Bounds:
    """A share is at most all of it; what was never below zero is not foreseen there."""
    if any(each.value < 0 for each in like):
        return Bounds()
    whole = is_percentage(unit) and all(each.value <= 100 for each in like)
    return Bounds(Fraction(0), Fraction(100) if whole else None)
