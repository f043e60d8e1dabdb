"""Attainment: how far a KPI's measured value has come from its baseline to its target. Pure.

Like is compared with like. Readings about a part of the district never stand for the whole, and a reading from the
beginning or the middle of a year never meets a target for its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Direction, Kpi, Reading, Scope, Window
from syncd.progress.calendar import later as later_day

WITHIN_THE_YEAR = frozenset({Window.BEGINNING, Window.MIDDLE})
"""Windows that are compared with nothing unless the KPI itself is of that window."""

_A_YEAR = 10
"""Months after which a reading of the same window is the next year's: no two years measure on the same day."""


class Band(StrEnum):
    """Where a value stands that has a band to keep to instead of a way to go."""

    INSIDE = "inside"
    NEAR = "near"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Limits:
    """The values between which a KPI has met its target, both included; None = open."""

    low: Decimal | None = None
    high: Decimal | None = None

    def off(self, value: Decimal) -> Decimal:
        """How far a value stands outside, in the KPI's unit; 0 inside."""
        below = self.low - value if self.low is not None else Decimal(0)
        above = value - self.high if self.high is not None else Decimal(0)
        return max(below, above, Decimal(0))

    def met(self, value: Decimal) -> bool | None:
        """Whether a value stands inside; None where only a bound of it is known, which does not tell."""
        if isinstance(value, Over):
            if self.high is not None:
                return False if value >= self.high else None
            return True if self.low is not None and value >= self.low else None
        if isinstance(value, Under):
            if self.low is not None:
                return False if value <= self.low else None
            return True if self.high is not None and value <= self.high else None
        return self.off(value) == 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What measurement says of a KPI on a day.

    `reading` is the newest that may be compared; `aside` the newest that may not (another window), given only where
    there is no other, and `before` its like of the year before. `raw` is the part of the way, below 0 and
    above 1 kept; None where there is no way to go, or only a bound is known. `met` is None where nobody can tell. Where
    the newest is `suppressed`, it is about too few; or it is `kept_back` for what was published before.
    """

    reading: Reading | None = None
    aside: Reading | None = None
    before: Reading | None = None
    suppressed: bool = False
    kept_back: bool = False
    raw: Fraction | None = None
    met: bool | None = None
    band: Band | None = None


def attainment(baseline: Decimal | None, target: Decimal | None, value: Decimal | None) -> Fraction | None:
    """The exact part of the way from baseline to target, raw; None if a figure is unknown or there is no way to go."""
    if baseline is None or target is None or value is None or baseline == target:
        return None
    return Fraction(value - baseline) / Fraction(target - baseline)


def is_bound(value: Decimal | None) -> bool:
    """Whether no more than a bound of a value is known."""
    return isinstance(value, Over | Under)


def clamped(share: Fraction) -> Fraction:
    """A raw share as a bar can show it: not below 0, not above 1. The one place where attainment is clamped."""
    return min(Fraction(1), max(Fraction(0), share))


def baseline_of(kpi: Kpi) -> Decimal | None:
    """The baseline's value, None while it is unknown."""
    return kpi.baseline.value if kpi.baseline is not None else None


def target_of(kpi: Kpi) -> Decimal | None:
    """The target's value, None where it is unknown or is a band with two ends."""
    return kpi.target.value if kpi.target is not None else None


def has_way(kpi: Kpi) -> bool:
    """Whether the KPI asks for a change; else it has a band to keep to (also when the target equals the baseline)."""
    if kpi.direction not in (Direction.INCREASE, Direction.DECREASE):
        return False
    return target_of(kpi) is None or baseline_of(kpi) != target_of(kpi)


def limits(kpi: Kpi) -> Limits | None:
    """Where the KPI's target is met; None while the target is unknown.

    The way from baseline to target says which side is good; without a baseline, the direction does.
    """
    target, baseline = kpi.target, baseline_of(kpi)
    if target is None:
        return None
    if kpi.direction is Direction.BETWEEN:
        unknown = target.low is None and target.high is None
        return None if unknown else Limits(target.low, target.high)
    if target.value is None:
        return None
    falls = kpi.direction in (Direction.DECREASE, Direction.AT_MOST)
    if has_way(kpi) and baseline is not None:
        falls = target.value < baseline
    return Limits(high=target.value) if falls else Limits(low=target.value)


def is_small(reading: Reading, minimum_group: int, *, strict: bool) -> bool:
    """Whether a reading's group is too small to be shown; strict: also where a part's size is not known."""
    if reading.n is None:
        return strict and reading.scope is not Scope.DISTRICT
    return reading.n < minimum_group


def series(kpi: Kpi, as_of: date) -> tuple[Reading, ...]:
    """All known readings up to a day that are about what the KPI is about, oldest first.

    That is the district; or the one school or group, if every reading is about it. Parts are never added up.
    """
    known = [reading for reading in kpi.readings if reading.value is not None and reading.on <= as_of]
    about = {(reading.scope, reading.where) for reading in known}
    if len(about) > 1:
        known = [reading for reading in known if reading.scope is Scope.DISTRICT]
    return tuple(sorted(known, key=lambda reading: reading.on))


def comparable(kpi: Kpi, reading: Reading) -> bool:
    """Whether a reading may meet the KPI's targets: of the KPI's window, or of none.

    A KPI that names no window has targets for the end of a year, or for no part of it in particular.
    """
    if reading.window is None or reading.window is kpi.window:
        return True
    return kpi.window is None and reading.window not in WITHIN_THE_YEAR


def measure(kpi: Kpi, as_of: date, *, minimum_group: int, strict: bool = False) -> Measured:
    """What the newest comparable reading says on a day; readings up to the day of the baseline are history."""
    since = kpi.baseline.on if kpi.baseline is not None and has_way(kpi) else None
    later = [reading for reading in series(kpi, as_of) if since is None or reading.on > since]
    fit = [reading for reading in later if comparable(kpi, reading)]
    if not later:
        return Measured()
    newest = (fit or later)[-1]
    if is_small(newest, minimum_group, strict=strict):
        return Measured(suppressed=True, kept_back=newest.kept_back)
    if fit:
        return _judged(kpi, newest)
    alike = [
        each
        for each in series(kpi, as_of)
        if each.window is newest.window and each.on <= later_day(newest.on, -_A_YEAR)
        if not is_small(each, minimum_group, strict=strict)
    ]
    return Measured(aside=newest, before=alike[-1] if alike else None)


def _judged(kpi: Kpi, reading: Reading) -> Measured:
    where, value = limits(kpi), reading.value
    if where is None or value is None:
        return Measured(reading)
    off, met, told = where.off(value), where.met(value), not is_bound(value)
    if has_way(kpi):
        return Measured(reading, raw=attainment(baseline_of(kpi), target_of(kpi), value) if told else None, met=met)
    tolerance = kpi.tolerance or Decimal(0)
    if met is None or not (told or met or off >= tolerance):
        return Measured(reading, met=met)
    band = Band.INSIDE if met else Band.NEAR if told and off <= tolerance else Band.OUTSIDE
    return Measured(reading, met=met, band=band)
