"""Pace: each of the states, its limits, and work by its dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from syncd.plan.model import Audience, Interim, Kpi, Mark, PaceRule, Plan, Reading, Scope, State, Target
from syncd.progress.evidence import Evidence, Standing
from syncd.progress.pace import Frame, Pace, action_pace, by_gap, pace, work_pace
from syncd.progress.rollup import Line, rollup
from tests.progress.plans import END, START, TODAY, action, kpi, plan, project, task, tasks

FRAME = Frame(start=date(2025, 7, 1), end=END)
RULE = PaceRule()


def state(found: Kpi, day: date = TODAY, frame: Frame = FRAME) -> Pace:
    """The pace of a KPI."""
    return pace(found, day, frame).pace


def yearly(value: str, read_on: date = date(2026, 6, 15), **more: Any) -> Kpi:
    """A KPI of four equal yearly steps with one reading."""
    return kpi("0", "100", {read_on: value}, **more)


SMALL = Reading(value=Decimal(58), on=date(2026, 2, 1), n=3)


@pytest.mark.parametrize(
    ("wanted", "found", "day"),
    [
        (Pace.ACHIEVED, yearly("100", date(2029, 6, 1)), END),
        (Pace.ACHIEVED, yearly("104", date(2029, 6, 1)), date(2029, 6, 2)),
        (Pace.ON_TRACK, yearly("100", date(2026, 6, 1)), date(2026, 7, 1)),
        (Pace.ON_TRACK, yearly("15"), date(2026, 7, 1)),
        (Pace.AT_RISK, yearly("14.9"), date(2026, 7, 1)),
        (Pace.AT_RISK, yearly("0"), date(2026, 7, 1)),
        (Pace.OFF_TRACK, yearly("-0.1"), date(2026, 7, 1)),
        (Pace.MISSED, yearly("99.9", date(2029, 6, 1)), date(2029, 7, 1)),
        (Pace.MISSED, yearly("99.9", END), END),
        (Pace.AT_RISK, yearly("60", date(2029, 6, 1)), date(2029, 6, 2)),
        (Pace.NOT_STARTED, kpi(), date(2025, 6, 30)),
        (Pace.NOT_MEASURED, kpi(), TODAY),
        (Pace.BASELINE_PENDING, kpi(None), TODAY),
        (Pace.BASELINE_PENDING, kpi(None, "70", {date(2026, 2, 1): "60"}), TODAY),
        (Pace.NO_TARGET, kpi("54", None, {date(2026, 2, 1): "60"}), TODAY),
        (Pace.NO_TARGET, kpi("54", None), TODAY),
        (Pace.STALE, yearly("20", date(2026, 2, 1)), date(2027, 4, 2)),
        (Pace.STALE, yearly("20", date(2026, 2, 1), cadence="monthly"), date(2026, 3, 19)),
        (Pace.PAUSED, yearly("20", state="paused"), TODAY),
        (Pace.RETIRED, yearly("20", state="retired"), TODAY),
        (Pace.SUPPRESSED, kpi(readings=(SMALL,)), TODAY),
    ],
)
def test_every_state(wanted: Pace, found: Kpi, day: date) -> None:
    """Each state comes from what it says, at its very limits."""
    assert state(found, day) is wanted


def test_the_domain_example() -> None:
    """From 73 to 97 with 77 due in June 2024, a reading of 74 is 12.5 points behind: at risk."""
    found = kpi("73", "97", {date(2024, 6, 15): "74"}, interim=(Interim(value=Decimal(77), on=date(2024, 6, 30)),))
    found = found.model_copy(update={"baseline": Mark(value=Decimal(73), on=date(2023, 6, 30))})
    verdict = pace(found, date(2024, 7, 1), Frame(start=date(2023, 7, 1), end=END))
    assert verdict.measured.raw == Fraction(1, 24)
    assert verdict.expected is not None
    assert (verdict.expected.share, verdict.gap, verdict.pace) == (Fraction(1, 6), Fraction(25, 2), Pace.AT_RISK)


def test_limits_still_pass() -> None:
    """Exactly 10 points behind is on track, exactly 25 at risk; a hair more is not."""
    hair = Fraction(1, 10**12)
    found = [by_gap(gap, RULE) for gap in (Fraction(10), 10 + hair, Fraction(25), 25 + hair)]
    assert found == [Pace.ON_TRACK, Pace.AT_RISK, Pace.AT_RISK, Pace.OFF_TRACK]


def test_a_kpi_may_have_its_own_rule() -> None:
    """A KPI's own rule goes before the plan's."""
    strict = PaceRule(on_track=Decimal(1), at_risk=Decimal(2))
    assert state(yearly("20", pace=strict), date(2026, 7, 1)) is Pace.OFF_TRACK
    assert state(yearly("20"), date(2026, 7, 1), Frame(START, END, strict)) is Pace.OFF_TRACK


def test_reached_early_is_not_achieved_yet() -> None:
    """A target met years before its day is on track: it has to hold."""
    assert state(yearly("120", date(2028, 6, 15)), date(2028, 7, 1)) is Pace.ON_TRACK


def test_no_final_reading_is_not_missed() -> None:
    """After the deadline without a reading of the last year, the KPI is overdue for one, never missed unseen."""
    assert state(yearly("90", date(2028, 5, 1)), date(2029, 12, 1)) is Pace.STALE


def test_stale_keeps_what_it_was() -> None:
    """A stale KPI keeps the state of its last fresh day, and says since when a reading is overdue."""
    verdict = pace(yearly("20", date(2026, 6, 15)), date(2028, 1, 1), FRAME)
    assert (verdict.pace, verdict.was, verdict.overdue) == (Pace.STALE, Pace.ON_TRACK, date(2027, 8, 15))


def test_bands() -> None:
    """A band is kept, nearly kept or not; at the deadline that is achieved or missed, not a day before."""
    month, last = date(2029, 6, 1), date(2029, 7, 1)

    def found(value: str) -> Kpi:
        return kpi(None, "90", {month: value}, direction="at_least", tolerance="2")

    assert [state(found(value), month) for value in ("90", "88", "87")] == [
        Pace.ON_TRACK,
        Pace.AT_RISK,
        Pace.OFF_TRACK,
    ]
    assert [state(found(value), last) for value in ("90", "88")] == [Pace.ACHIEVED, Pace.MISSED]


def test_no_day_at_all() -> None:
    """A target without a day in a plan without an end cannot be paced, but is on track once met."""
    frame = Frame()
    aim = {"target": Target(value=Decimal(100))}
    assert state(yearly("20").model_copy(update=aim), date(2026, 7, 1), frame) is Pace.NO_TARGET
    assert state(yearly("100").model_copy(update=aim), date(2026, 7, 1), frame) is Pace.ON_TRACK


def test_the_frame_of_a_plan_is_strict_in_public() -> None:
    """For the public, a group of unknown size is suppressed."""
    group = kpi(readings=(Reading(value=Decimal(58), on=date(2026, 2, 1), scope=Scope.GROUP, where="EL"),))
    whole = plan(kpis=(group,))
    assert state(group, TODAY, Frame.of(whole, Audience.PUBLIC)) is Pace.SUPPRESSED
    assert state(group, TODAY, Frame.of(whole)) is not Pace.SUPPRESSED


PAST, AHEAD = date(2026, 2, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("wanted", "work", "seen"),
    [
        (Pace.RETIRED, {"state": State.CANCELLED}, task("P1")),
        (Pace.RETIRED, {}, task("P1", standing=Standing.EXCLUDED)),
        (Pace.PAUSED, {"state": State.ON_HOLD, "due": PAST}, task("P1")),
        (Pace.PAUSED, {}, task("P1", standing=Standing.DEFERRED)),
        (Pace.NOT_MEASURED, {"due": PAST}, None),
        (Pace.NOT_MEASURED, {"due": AHEAD}, task("P1", None)),
        (Pace.ACHIEVED, {"due": PAST}, task("P1", done=True)),
        (Pace.OFF_TRACK, {"due": PAST}, task("P1", Fraction(99, 100))),
        (Pace.NOT_STARTED, {"due": AHEAD}, task("P1")),
        (Pace.NOT_STARTED, {"start": AHEAD, "due": END}, task("P1")),
        (Pace.ON_TRACK, {"start": PAST, "due": AHEAD}, task("P1")),
        (Pace.NO_TARGET, {}, task("P1", Fraction(1, 2))),
        (Pace.AT_RISK, {"start": PAST, "due": date(2026, 4, 1)}, task("P1", Fraction(3, 10))),
    ],
)
def test_pace_of_a_project(wanted: Pace, work: dict[str, Any], seen: Evidence | None) -> None:
    """A project's pace follows from its dates and what its task says."""
    found = plan(actions=(action(project(1, **work)),))
    leaf = rollup(found, tasks(seen) if seen else {}, TODAY).leaves["P1"]
    assert work_pace(leaf, TODAY, work.get("start"), RULE) is wanted


def of_action(found: Plan, seen: dict[str, Evidence], start: date | None = None, at: State = State.ACTIVE) -> Pace:
    """The pace of the action A1."""
    return action_pace(rollup(found, seen, TODAY).actions["A1"], at, TODAY, start, RULE)


def test_pace_of_an_action_is_that_of_its_due_work() -> None:
    """An action is behind by the share of its work that is overdue; work without a date promises nothing."""
    projects = [project(number, due=PAST if number < 4 else AHEAD) for number in range(1, 8)]
    found = plan(actions=(action(*projects, project(8)),))
    done = [task(f"P{number}", done=number < 3) for number in range(1, 9)]
    assert of_action(found, tasks(*done)) is Pace.AT_RISK
    assert of_action(found, tasks(*done[:2], task("P3", done=True), *done[3:])) is Pace.ON_TRACK


def test_pace_of_an_action_at_rest() -> None:
    """Cancelled, deferred and held actions are retired or paused; unknown, finished and early ones say so."""
    found = plan(actions=(action(project(1), project(2)),))
    open_tasks = tasks(task("P1"), task("P2"))
    assert of_action(found, open_tasks, at=State.CANCELLED) is Pace.RETIRED
    assert of_action(found, open_tasks, at=State.ON_HOLD) is Pace.PAUSED
    assert of_action(found, {}) is Pace.NOT_MEASURED
    assert of_action(found, open_tasks) is Pace.NOT_STARTED
    assert of_action(found, open_tasks, start=START) is Pace.NO_TARGET
    assert of_action(found, tasks(task("P1", done=True), task("P2", done=True))) is Pace.ACHIEVED
    assert of_action(found, tasks(task("P1", done=True))) is Pace.NO_TARGET


def line(share: Fraction | None, expected: Fraction | None) -> Line:
    """Work rolled up, all of it known."""
    return Line("K1", share, share, Fraction(1), expected, (), ())


@pytest.mark.parametrize(
    ("work", "wanted"),
    [
        (None, Pace.NO_TARGET),
        (line(None, None), Pace.NOT_MEASURED),
        (line(Fraction(1, 2), None), Pace.NO_TARGET),
        (line(Fraction(1, 2), Fraction(3, 5)), Pace.ON_TRACK),
        (line(Fraction(1, 2), Fraction(1)), Pace.OFF_TRACK),
        (line(Fraction(1), Fraction(1, 2)), Pace.ACHIEVED),
    ],
)
def test_a_kpi_that_is_the_work_goes_by_it(work: Line | None, wanted: Pace) -> None:
    """Where nothing else says how it stands; any other KPI never does, and one with a target goes by its readings."""
    assert pace(kpi(None, None, kind="implementation"), TODAY, FRAME, work).pace is wanted
    assert pace(kpi(None, None), TODAY, FRAME, work).pace is Pace.NO_TARGET
    assert pace(kpi(kind="implementation"), TODAY, FRAME, work).pace is Pace.NOT_MEASURED


def test_nothing_has_a_pace_before_the_plan_begins() -> None:
    """Whatever was measured by then; on the plan's first day it has."""
    for found in (yearly("20", date(2025, 7, 1)), kpi(None, "10", {date(2025, 6, 1): "20"}, direction="at_least")):
        assert state(found, date(2025, 6, 30)) is Pace.NOT_STARTED
        assert state(found, date(2025, 7, 1)) is Pace.ON_TRACK
