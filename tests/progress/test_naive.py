"""Pace recomputed by a second, naive calculation, written from docs/scorecard.md alone: both must agree on any KPI."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.checks import check_plan
from syncd.plan.model import Goal, Kpi, Plan
from syncd.progress.aims import aimed
from syncd.progress.pace import Frame, pace
from tests.progress.naive import END, START, naive

DAYS = st.integers(0, 1732).map(lambda number: date(2025, 5, 1) + timedelta(days=(100 + number * 613) % 1733))
"""Days from before the plan to after it, scattered: drawn as days they would all lie near the first."""
MARKS = st.dates(date(2025, 7, 2), date(2029, 6, 29))
FIGURES = st.integers(-20, 120).map(Decimal)
MAYBE = st.one_of(*[FIGURES] * 7, st.none())


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
