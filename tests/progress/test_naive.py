"""Pace recomputed by a second, naive calculation, written from docs/scorecard.md alone: both must agree on any KPI."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.checks import check_plan
from syncd.plan.model import Goal, Kpi, Plan, Reading
from syncd.progress.aims import aimed
from syncd.progress.pace import Frame, pace

START, END = date(2025, 7, 1), date(2029, 6, 30)
DAYS = st.integers(0, 1732).map(lambda number: date(2025, 5, 1) + timedelta(days=(100 + number * 613) % 1733))
"""Days from before the plan to after it, scattered: drawn as days they would all lie near the first."""
MARKS = st.dates(date(2025, 7, 2), date(2029, 6, 29))
FIGURES = st.integers(-20, 120).map(Decimal)
MAYBE = st.one_of(*[FIGURES] * 7, st.none())


@dataclass(frozen=True)
class Sum:
    """What the naive calculation comes to."""

    pace: str
    raw: Fraction | None = None
    gap: Fraction | None = None
    was: str | None = None


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


def naive(kpi: Kpi, day: date) -> Sum:  # noqa: C901, PLR0911 - one rule after the other, as the page has them
    """A KPI's pace, one rule after the other."""
    if kpi.state != "active":
        return Sum(kpi.state)
    start, aim, _ = told(kpi)
    known = [each for each in kpi.readings if each.value is not None and each.on <= day]
    if len({(each.scope, each.where) for each in known}) > 1:
        known = [each for each in known if each.scope == "district"]
    if goes(kpi) and kpi.baseline and kpi.baseline.on:
        known = [each for each in known if each.on > kpi.baseline.on]
    alike = [each for each in known if fits(kpi, each)]
    newest = max(alike or known, key=lambda each: each.on, default=None)
    if newest and newest.n is not None and newest.n < 10:
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
    return Sum("on_track" if gap <= 10 else "at_risk" if gap <= 25 else "off_track", raw, gap)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Kpi, date]:
    """Any KPI that a plan may hold, and a day, mostly soon after one of its readings."""
    direction = draw(st.sampled_from(["increase", "decrease", "at_least", "at_most", "between"]))
    start, step = draw(MAYBE), draw(st.integers(1, 40))
    step = -step if direction == "decrease" else step
    told = draw(st.sampled_from([" points", " %", "", None, None, None]))
    target: dict[str, Any] = {"on": draw(st.sampled_from([END, END, date(2028, 9, 15), None]))}
    if direction == "between":
        low = draw(FIGURES)
        target |= draw(st.sampled_from([{"low": low, "high": low + step}, {"low": low, "high": None}]))
    elif told is not None:
        target["change"] = f"{step:+d}{told}"
    else:
        target["value"] = None if start is None else start + step
    mark = st.one_of(
        st.builds(lambda value, on: {"value": value, "on": on}, MAYBE, MARKS),
        st.builds(lambda value, on: {"change": f"{value:+d}", "on": on}, st.integers(-30, 30), MARKS),
    )
    reading = st.fixed_dictionaries(
        {"value": MAYBE if start is None else MAYBE | st.integers(-5, 45).map(lambda each: start + each), "on": DAYS},
        optional={
            "window": st.sampled_from(["beginning", "middle", "end", "annual", "point"]),
            "scope": st.sampled_from(["district", "district", "school"]),
            "n": st.sampled_from([3, 10, 300, 300]),
        },
    )
    readings = draw(st.lists(reading, min_size=1, max_size=6, unique_by=lambda each: each["on"]))
    given = {
        "direction": direction,
        "target": target,
        "baseline": {"value": start, "on": draw(st.sampled_from([date(2025, 6, 30), START, None]))},
        "interim": draw(st.lists(mark, max_size=4, unique_by=lambda each: each["on"])),
        "readings": readings,
        "cadence": draw(st.sampled_from(["weekly", "monthly", "quarterly", "yearly", "yearly"])),
        "window": draw(st.sampled_from([None, None, "beginning", "middle", "end"])),
        "step": draw(st.sampled_from([None, True, False])),
        "tolerance": draw(st.sampled_from([None, Decimal(5)])),
        "state": draw(st.sampled_from([*["active"] * 12, "paused", "retired"])),
    }
    kpi = Kpi.model_validate({"id": "K", "title": "k"} | given)
    soon = draw(st.sampled_from(kpi.readings)).on + timedelta(days=draw(st.integers(0, 200)))
    return kpi, draw(st.sampled_from([soon, soon, soon, draw(DAYS)]))


@settings(max_examples=300)
@given(cases())
def test_both_calculations_agree(case: tuple[Kpi, date]) -> None:
    """State, attainment, gap, and what a stale KPI was: exactly, for whatever a plan may hold."""
    kpi, day = case
    if list(check_plan(Plan(id="p", title="p", goals=(Goal(id="G", title="g", kpis=(kpi,)),)))):
        return
    found = pace(aimed(kpi), day, Frame(START, END))
    wanted = naive(kpi, day)
    assert (found.pace.value, found.was.value if found.was else None) == (wanted.pace, wanted.was)
    if wanted.raw is not None or wanted.gap is not None:
        assert (found.measured.raw, found.gap) == (wanted.raw, wanted.gap)
