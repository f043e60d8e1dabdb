"""Forecast: where a KPI's readings lead if they go on as they did. Pure; no state ever hangs on it.

The line is that of Theil and Sen: the median of the slopes between every two readings. One odd year does not bend it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from math import floor, lcm
from statistics import median, median_high, median_low
from typing import Final

FEWEST: Final = 3
"""Days on which something must have been measured: two always lie on a line."""
NEWEST: Final = 40
"""How many readings count, the newest: what was long ago says little, and every two are looked at."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A value on a day, exact."""

    on: date
    value: Fraction


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which a value can lie at all, both included; None = open."""

    low: Fraction | None = None
    high: Fraction | None = None

    def hold(self, value: Fraction) -> bool:
        """Whether a value lies within."""
        return self.nearest(value) == value

    def nearest(self, value: Fraction) -> Fraction:
        """The value, or the bound that it is beyond."""
        if self.low is not None and value < self.low:
            return self.low
        if self.high is not None and value > self.high:
            return self.high
        return value


def forecast(readings: Sequence[Measure], until: date, bounds: Bounds | None = None) -> tuple[Measure, Measure] | None:
    """Both ends of the line from the day of the newest reading on; None where nothing can be said.

    It ends on the day `until`, where it would leave the bounds, or as far ahead as the readings reach back. The
    readings must be like ones (of one window and scope), in any order.
    """
    bounds = bounds or Bounds()
    known = sorted(readings, key=lambda reading: reading.on)[-NEWEST:]
    if len({reading.on for reading in known}) < FEWEST:
        return None
    first, last = known[0].on, known[-1].on
    slope = _slope(known)
    begin = median(reading.value + slope * (last - reading.on).days for reading in known)
    days = min(until - last, last - first).days
    if days <= 0 or not bounds.hold(begin):
        return None
    reached = bounds.nearest(begin + slope * days)
    if reached != begin + slope * days:
        days = floor((reached - begin) / slope)
    if days == 0:
        return None
    return Measure(last, begin), Measure(last + timedelta(days=days), begin + slope * days)


def _slope(known: Sequence[Measure]) -> Fraction:
    """The median of the slopes between every two readings; in whole numbers, which sort a score of times faster."""
    parts = lcm(*(reading.value.denominator for reading in known))
    points = [(reading.on.toordinal(), int(reading.value * parts)) for reading in known]
    ways = [
        (after - before, later - earlier)
        for (earlier, before), (later, after) in combinations(points, 2)
        if earlier != later
    ]
    whole = lcm(*{days for _, days in ways})
    slopes = [way * (whole // days) for way, days in ways]
    return Fraction(median_low(slopes) + median_high(slopes), 2 * whole * parts)
