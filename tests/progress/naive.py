"""A second, naive calculation of a KPI's pace, written from docs/scorecard.md alone, for plans with these days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from syncd.plan.model import Kpi, PaceRule, Reading

START, END = date(2025, 7, 1), date(2029, 6, 30)


@dataclass(frozen=True)
class Sum:
    """What the naive calculation comes to."""

    pace: str
    raw: Fraction | None = None
    gap: Fraction | None = None
    was: str | None = None


def is_small(reading: Reading) -> bool:
    """Whether a reading is about fewer than ten people."""
    return reading.n is not None and reading.n < 10


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month: by trying."""
    total = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(total // 12, total % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


def told(kpi: Kpi) -> tuple[Fraction | None, Fraction | None, list[tuple[date, Fraction]]]:
    """Baseline, target and interim targets in figures; a change is added to the baseline, or a part of it is."""
    start = Fraction(kpi.baseline.value) if kpi.baseline and kpi.baseline.value is not None else None

    def figure(value: Decimal | None, change: str | None) -> Fraction | None:
        if change is None:
            return None if value is None else Fraction(value)
        size = Fraction(change.split()[0])
        if start is None:
            return None
        return start + (abs(start) * size / 100 if change.endswith("%") else size)

    aim = figure(kpi.target.value, kpi.target.change) if kpi.target else None
    steps = [(mark.on, figure(mark.value, mark.change)) for mark in kpi.interim]
    return start, aim, sorted((day, value) for day, value in steps if day and value is not None)


def due_at(day: date, points: list[tuple[date, Fraction]], *, step: bool) -> Fraction:
    """The value that is due on a day: the last target whose day has come, or the line between two of them."""
    before = [point for point in points if point[0] <= day] or points[:1]
    after = [point for point in points if point[0] > day]
    if step or not after or before[-1][0] > day:
        return before[-1][1]
    (first, low), (last, high) = before[-1], after[0]
    return low + (high - low) * (day - first).days / (last - first).days


def way(kpi: Kpi) -> list[tuple[date, Fraction]]:
    """From the baseline over the interim targets to the target; without any and in steps, a point each year."""
    start, aim, steps = told(kpi)
    first, last = (kpi.baseline and kpi.baseline.on) or START, (kpi.target and kpi.target.on) or END
    if start is None or aim is None or start == aim or first >= last:
        return []
    between = [point for point in steps if first < point[0] < last]
    if not between and in_steps(kpi):
        years = [months_on(last, -12 * back) for back in range(1, 10)]
        inside = sorted(day for day in years if day > first)
        count = len(inside) + 1
        for number, day in enumerate(inside, 1):
            part = Fraction(number, count) if first in years else Fraction((day - first).days, (last - first).days)
            between.append((day, start + (aim - start) * part))
    return [(first, start), *between, (last, aim)]


def in_steps(kpi: Kpi) -> bool:
    """Yearly figures go in steps unless the plan says otherwise, all others along lines."""
    return kpi.cadence == "yearly" if kpi.step is None else kpi.step


def fresh(day: date, cadence: str) -> date:
    """The last day on which a reading is no older than its cadence allows."""
    days = {"weekly": 14, "monthly": 45, "quarterly": 120}
    return day + timedelta(days=days[cadence]) if cadence in days else months_on(day, 14)


def goes(kpi: Kpi) -> bool:
    """Whether there is a way to go, and not only a limit to keep."""
    start, aim, _ = told(kpi)
    return kpi.direction in ("increase", "decrease") and (aim is None or aim != start)


def naive(kpi: Kpi, day: date, hidden: Callable[[Reading], bool] = is_small) -> Sum:  # noqa: PLR0911
    """A KPI's pace, one rule after the other; `hidden` says which readings nobody may see."""
    if kpi.state != "active":
        return Sum(kpi.state)
    start, aim, _ = told(kpi)
    alike, newest = counted(kpi, day)
    if newest and hidden(newest):
        return Sum("suppressed")
    reading = newest if alike else None
    if day < START:
        return Sum("not_started")
    band = kpi.direction == "between"
    low, high = (kpi.target.low, kpi.target.high) if kpi.target and band else (None, None)
    if aim is None and low is None and high is None:
        waits = kpi.target is not None and kpi.target.change is not None
        return Sum("baseline_pending" if waits else "no_target")
    if reading is None or reading.value is None:
        return Sum("baseline_pending" if goes(kpi) and start is None else "not_measured")
    value = Fraction(reading.value)
    off = outside(kpi, value)
    raw = (value - start) / (aim - start) if goes(kpi) and start is not None and aim is not None else None
    last = (kpi.target and kpi.target.on) or END
    running = judged(kpi, day, reading, raw, off)
    final = (
        months_on(last, -12) + timedelta(days=1)
        if kpi.cadence == "yearly"
        else last - (fresh(last, kpi.cadence) - last)
    )
    if reading.on >= final and (off == 0 or day > last or reading.on >= last):
        if off > 0:
            return Sum("missed", raw, running.gap)
        return Sum("achieved" if goes(kpi) or day >= last else running.pace, raw, running.gap)
    until = fresh(reading.on, kpi.cadence)
    if day > until:
        then = judged(kpi, until, reading, raw, off)
        return Sum("stale", raw, then.gap, then.pace)
    return running


def counted(kpi: Kpi, day: date) -> tuple[list[Reading], Reading | None]:
    """The readings that may be compared, and the newest of them; where there is none, of the others."""
    known = [each for each in kpi.readings if each.value is not None and each.on <= day]
    if len({(each.scope, each.where) for each in known}) > 1:
        known = [each for each in known if each.scope == "district"]
    if goes(kpi) and kpi.baseline and kpi.baseline.on:
        known = [each for each in known if each.on > kpi.baseline.on]
    alike = [each for each in known if fits(kpi, each)]
    return alike, max(alike or known, key=lambda each: each.on, default=None)


def fits(kpi: Kpi, reading: Reading) -> bool:
    """Like is compared with like."""
    if reading.window is None or reading.window == kpi.window:
        return True
    return kpi.window is None and reading.window in ("end", "annual", "point")


def outside(kpi: Kpi, value: Fraction) -> Fraction:
    """How far a value is from where it should be; 0 where the target is met."""
    start, aim, _ = told(kpi)
    if kpi.direction == "between" and kpi.target:
        low, high = kpi.target.low, kpi.target.high
        below = Fraction(low) - value if low is not None else Fraction(0)
        above = value - Fraction(high) if high is not None else Fraction(0)
        return max(below, above, Fraction(0))
    assert aim is not None
    falls = kpi.direction in ("decrease", "at_most")
    if goes(kpi) and start is not None:
        falls = aim < start
    return max(value - aim if falls else aim - value, Fraction(0))


def judged(kpi: Kpi, day: date, reading: Reading, raw: Fraction | None, off: Fraction) -> Sum:
    """On track, at risk or off track: by the band, or by the gap in points of the way."""
    if not goes(kpi):
        near = off <= Fraction(kpi.tolerance or 0)
        return Sum("on_track" if off == 0 else "at_risk" if near else "off_track")
    if told(kpi)[0] is None:
        return Sum("baseline_pending")
    points = way(kpi)
    if not points or raw is None:
        return Sum("on_track" if off == 0 else "no_target", raw)
    held, step = day, in_steps(kpi)
    passed = [point[0] for point in points if point[0] <= day]
    if step and len(passed) > 1:
        before, binding = passed[-2:]
        if day <= months_on(binding, 2) and reading.on <= months_on(before, 2):
            held = before
    first, last = points[0][1], points[-1][1]
    gap = ((due_at(held, points, step=step) - first) / (last - first) - raw) * 100
    rule = kpi.pace or PaceRule()
    return Sum("on_track" if gap <= rule.on_track else "at_risk" if gap <= rule.at_risk else "off_track", raw, gap)
