"""The forecast on the scorecard: from like readings that may be seen, and never for a state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from syncd.plan.model import Audience, Kpi, KpiState, Plan, Reading, Scope, Target, Window
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.outlook import outlook
from syncd.scorecard.view import Point
from tests.progress.plans import END, kpi, plan
from tests.scorecard.cards import kpi_view

SPRINGS = {date(2026, 5, 1): "56", date(2027, 5, 1): "58", date(2028, 5, 1): "60"}


def ends(found: Kpi, end: date | None = END) -> tuple[Point, ...]:
    """The outlook where all readings may be seen."""
    return outlook(found, sorted(found.readings, key=lambda each: each.on), end)


def autumn(year: int, value: int, **more: Any) -> Reading:
    """A reading of a year's first month of school."""
    return Reading(value=Decimal(value), on=date(year, 9, 1), **more)


def test_three_like_readings_make_a_line() -> None:
    """It begins with the newest reading and ends on the day of the target."""
    first, last = ends(kpi(values=SPRINGS))
    assert (first.on, first.value) == (date(2028, 5, 1), Decimal(60))
    assert last.on == END
    assert Decimal("62.3") < last.value < Decimal("62.4")


def test_two_readings_make_none() -> None:
    """Two readings always lie on a line."""
    assert ends(kpi(values=dict(list(SPRINGS.items())[:2]))) == ()
    assert ends(kpi()) == ()


def test_other_windows_are_left_out() -> None:
    """Readings from the beginning of the year neither bend the line nor make up for a missing one."""
    others = tuple(autumn(year, 20, window=Window.BEGINNING) for year in (2025, 2026, 2027, 2028))
    assert ends(kpi(values=SPRINGS, readings=others)) == ends(kpi(values=SPRINGS))
    assert ends(kpi(values=dict(list(SPRINGS.items())[:2]), readings=others)) == ()
    mixed = tuple(autumn(year, 50, window=Window.ANNUAL) for year in (2025, 2026))
    assert ends(kpi(values={date(2028, 5, 1): "60"}, readings=mixed)) == ()


def test_the_plans_end_stands_in_for_the_targets_day() -> None:
    """A target without a day is looked for by the end of the plan; without that too, there is no line."""
    found = kpi(values=SPRINGS, aim=Target(value=Decimal(70)))
    assert ends(found) == ends(kpi(values=SPRINGS))
    assert ends(found, None) == ()
    assert len(ends(kpi(values=SPRINGS).model_copy(update={"target": None}))) == 2


@pytest.mark.parametrize("state", [KpiState.PAUSED, KpiState.RETIRED])
def test_what_is_not_followed_is_not_foreseen(state: KpiState) -> None:
    """A KPI that is paused or retired has no forecast."""
    assert ends(kpi(values=SPRINGS, state=state)) == ()


def test_it_keeps_to_what_a_unit_can_be() -> None:
    """No share above 100 %, nothing below zero that never was; other units and growth beyond 100 % are free."""
    steep = {date(2026, 5, 1): "10", date(2027, 5, 1): "50", date(2028, 5, 1): "90"}
    assert ends(kpi(values=steep))[1].value <= 100
    assert ends(kpi(values=steep, unit="students"))[1].value > 100
    falling = {date(2026, 5, 1): "90", date(2027, 5, 1): "50", date(2028, 5, 1): "10"}
    assert ends(kpi(values=falling))[1].value >= 0
    below = {date(2026, 5, 1): "2", date(2027, 5, 1): "0", date(2028, 5, 1): "-2"}
    assert ends(kpi(values=below))[1].value < -2
    above = {date(2026, 5, 1): "90", date(2027, 5, 1): "100", date(2028, 5, 1): "110"}
    assert ends(kpi(values=above))[1].value > 110


def test_no_state_hangs_on_it() -> None:
    """The card carries the line, and everything else is as it is without it."""
    district: Plan = plan(kpis=(kpi(values=SPRINGS),))
    shown = build_scorecard(district, {}, audience=Audience.INTERNAL, as_of=date(2028, 6, 1), tool_read_at=None)
    view = kpi_view(shown, "K1")
    assert view.forecast == ends(kpi(values=SPRINGS))
    before = build_scorecard(district, {}, audience=Audience.INTERNAL, as_of=date(2028, 4, 1), tool_read_at=None)
    assert kpi_view(before, "K1").forecast == (), "two readings were known by then"
    assert replace(view, forecast=()) != view


def test_readings_of_few_people_do_not_count() -> None:
    """A line through figures that may not be shown would give them away."""
    few = tuple(
        Reading(value=Decimal(value), on=date(year, 5, 1), n=n, scope=Scope.DISTRICT)
        for year, value, n in ((2025, 54, 4), (2026, 56, 50), (2027, 58, 50))
    )
    district = plan(kpis=(kpi(baseline=None, readings=few),), audience=Audience.PUBLIC)
    for audience in Audience:
        shown = build_scorecard(district, {}, audience=audience, as_of=date(2027, 6, 1), tool_read_at=None)
        assert len(kpi_view(shown, "K1").readings) == 2
        assert kpi_view(shown, "K1").forecast == ()
