"""Expected: where a KPI, or a piece of work, should stand on a day. Pure.

A KPI's course runs from its baseline over its interim targets to its target, in steps (each target binds from its own
day on) or along straight lines. Without interim targets the course is ours, not the district's, and is marked so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from syncd.plan.model import Cadence, Kpi
from syncd.progress.attainment import baseline_of, has_way, target_of
from syncd.progress.calendar import LATE_MONTHS, later

_NOTHING, _ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A value that a KPI should have on a day."""

    value: Fraction
    on: date


@dataclass(frozen=True, slots=True)
class Expected:
    """Where a KPI should stand: the value, its part of the way (0 to 1), and the milestone that binds.

    `milestone` is None before the first one. `ours` marks a straight line that we drew.
    """

    value: Fraction
    share: Fraction
    milestone: Milestone | None
    ours: bool


@dataclass(frozen=True, slots=True)
class Course:
    """The way of a KPI: milestones from the baseline to the target, at least two, by day."""

    milestones: tuple[Milestone, ...]
    step: bool
    ours: bool

    def at(self, day: date) -> Expected:
        """What the course asks for on a day."""
        first, last = self.milestones[0], self.milestones[-1]
        passed = [milestone for milestone in self.milestones if milestone.on <= day]
        value = passed[-1].value if passed else first.value
        if not self.step:
            value = self._between(day, value)
        share = (value - first.value) / (last.value - first.value)
        return Expected(value, share, passed[-1] if len(passed) > 1 else None, self.ours)

    def due(self, day: date, read_on: date) -> Expected:
        """What a reading of `read_on` is held against on a day.

        Yearly figures arrive late: a step whose own reading has not come in yet waits for it, for two months.
        """
        passed = [milestone for milestone in self.milestones if milestone.on <= day]
        if self.step and len(passed) > 1:
            before, binding = passed[-2:]
            if day <= later(binding.on, LATE_MONTHS) and read_on <= later(before.on, LATE_MONTHS):
                return self.at(before.on)
        return self.at(day)

    def _between(self, day: date, value: Fraction) -> Fraction:
        for one, other in pairwise(self.milestones):
            if one.on <= day < other.on:
                part = Fraction((day - one.on).days, (other.on - one.on).days)
                return one.value + part * (other.value - one.value)
        return value


def course(kpi: Kpi, *, start: date | None = None, end: date | None = None) -> Course | None:
    """The KPI's course; None where a figure or a day is missing, or there is no way to go.

    The plan's first and last day stand in for the day of a baseline or a target that has none.
    """
    baseline, target = baseline_of(kpi), target_of(kpi)
    first_day = (kpi.baseline.on if kpi.baseline is not None else None) or start
    last_day = deadline(kpi, end)
    if baseline is None or target is None or not has_way(kpi) or first_day is None or last_day is None:
        return None
    if first_day >= last_day:
        return None
    first, last = Milestone(Fraction(baseline), first_day), Milestone(Fraction(target), last_day)
    given = sorted(
        (Milestone(Fraction(mark.value), mark.on) for mark in kpi.interim if mark.value is not None and mark.on),
        key=lambda milestone: milestone.on,
    )
    between = tuple(milestone for milestone in given if first_day < milestone.on < last_day)
    step = kpi.step if kpi.step is not None else kpi.cadence is Cadence.YEARLY
    ours = not between
    if step and ours:
        between = _yearly(first, last)
    return Course((first, *between, last), step, ours)


def _yearly(first: Milestone, last: Milestone) -> tuple[Milestone, ...]:
    """Points on the straight line, one on each anniversary before the last day."""
    days, year = [], 1
    while (day := later(last.on, -12 * year)) > first.on:
        days.append(day)
        year += 1
    whole = later(last.on, -12 * year) == first.on
    line = []
    for number, day in enumerate(reversed(days), start=1):
        part = Fraction(number, year) if whole else Fraction((day - first.on).days, (last.on - first.on).days)
        line.append(Milestone(first.value + part * (last.value - first.value), day))
    return tuple(line)


def deadline(kpi: Kpi, end: date | None) -> date | None:
    """The day of the KPI's target; the plan's last day where it has none."""
    return (kpi.target.on if kpi.target is not None else None) or end


def expected(kpi: Kpi, as_of: date, *, start: date | None = None, end: date | None = None) -> Expected | None:
    """Where the KPI should stand on a day; None where that cannot be said."""
    way = course(kpi, start=start, end=end)
    return way.at(as_of) if way is not None else None


def expected_work(start: date | None, due: date | None, today: date, *, gradual: bool) -> Fraction | None:
    """The part of a piece of work that should be done by a day; None without a due day.

    Work that can only be done or not done is expected the day after it is due; work whose progress shows on the way
    (`gradual`) along a straight line from its start.
    """
    if due is None:
        return None
    if today > due:
        return _ALL
    if not gradual or start is None or today <= start:
        return _NOTHING
    return Fraction((today - start).days, (due - start).days)
