"""Every figure with all that stands beside it: whole results, and the very days on which they change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from syncd.plan.model import Action, Driver, Goal, Interim, Kpi, Mark, Outcome, PaceRule, Reading, Scope, State, Target
from syncd.progress.attainment import Limits, Measured, attainment, limits, measure
from syncd.progress.evidence import Evidence, Standing
from syncd.progress.expected import Course, Expected, Milestone, course, expected
from syncd.progress.leaf import Leaf, WorkState
from syncd.progress.pace import Frame, Pace, Verdict, action_pace, line_pace, pace, work_pace
from syncd.progress.rollup import Line, Rollup, Term, combine, drivers, rollup
from tests.progress.plans import END, START, TODAY, action, kpi, plan, project, task, tasks

HALF, ONE, ZERO = Fraction(1, 2), Fraction(1), Fraction(0)
DUE = date(2026, 6, 1)
DONE_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
GONE = "its task was deleted: the last known share stands until someone re-creates it or cancels the item"
FRAME = Frame(start=date(2025, 7, 1), end=END)
RULE = PaceRule()


def rolled(*seen: Evidence, **more: Any) -> Rollup:
    """A plan of one action with the project P1, rolled up."""
    return rollup(plan(actions=(action(project(1, **more)),)), tasks(*seen), TODAY)


def piece(state: WorkState, share: Fraction | None, count: tuple[int, int] = (0, 1), **more: Any) -> Leaf:
    """The leaf of P1, with no dates and nothing to tell unless given."""
    given: dict[str, Any] = {"due": None, "overdue": False, "expected": None, "tasks": count, "read": True}
    return Leaf(id="P1", title="Project 1", state=state, share=share, **(given | more))


@pytest.mark.parametrize(
    ("seen", "more", "wanted"),
    [
        (None, {}, piece(WorkState.NOT_LINKED, None, read=False, remark="it has no task yet")),
        (None, {"state": State.CANCELLED}, piece(WorkState.CANCELLED, None, read=False)),
        (None, {"state": State.DEFERRED}, piece(WorkState.DEFERRED, None, read=False)),
        (None, {"state": State.ON_HOLD}, piece(WorkState.ON_HOLD, None, read=False, remark="it has no task yet")),
        (task("P1"), {}, piece(WorkState.NOT_STARTED, ZERO)),
        (task("P1", None), {}, piece(WorkState.UNKNOWN, None)),
        (task("P1", HALF, url="https://tool/1", completed_at=DONE_AT, remark="a note"), {"due": DUE},
         piece(WorkState.UNDER_WAY, HALF, due=DUE, expected=ZERO, url="https://tool/1", remark="a note")),
        (task("P1", done=True, url="https://tool/1", completed_at=DONE_AT), {},
         piece(WorkState.DONE, ONE, (1, 1), url="https://tool/1", completed_at=DONE_AT)),
        (task("P1", 1, completed_at=DONE_AT), {}, piece(WorkState.DONE, ONE, (1, 1), completed_at=DONE_AT)),
        (task("P1", done=True, steps=(1, 3)), {},
         piece(WorkState.DONE, ONE, (1, 3), remark="it is marked done while 2 of its 3 steps are open")),
        (task("P1", done=True, steps=(3, 3)), {}, piece(WorkState.DONE, ONE, (3, 3))),
        (task("P1", 0, steps=(0, 0)), {}, piece(WorkState.NOT_STARTED, ZERO, (0, 1))),
        (task("P1", 0, steps=(0, 1)), {}, piece(WorkState.NOT_STARTED, ZERO, (0, 1))),
        (task("P1", done=True, steps=(0, 1)), {},
         piece(WorkState.DONE, ONE, (0, 1), remark="it is marked done while 1 of its 1 steps are open")),
        (task("P1", HALF, standing=Standing.GONE), {}, piece(WorkState.GONE, HALF, remark=GONE)),
        (task("P1", HALF, standing=Standing.NOT_VISIBLE), {},
         piece(WorkState.NOT_VISIBLE, None, remark="its task is not visible to syncd's account")),
        (task("P1", HALF, standing=Standing.EXCLUDED), {}, piece(WorkState.EXCLUDED, None)),
        (task("P1", HALF, standing=Standing.CANCELLED), {}, piece(WorkState.CANCELLED, None)),
        (task("P1", HALF), {"state": State.ON_HOLD}, piece(WorkState.ON_HOLD, HALF)),
    ],
)  # fmt: skip
def test_a_piece_of_work_with_all_it_tells(seen: Evidence | None, more: dict[str, Any], wanted: Leaf) -> None:
    """State, share, days, tasks, address and remark of a piece of work follow from its task, or from its absence."""
    assert rolled(*([seen] if seen else []), **more).leaves["P1"] == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (task("P1"), ZERO),
        (task("P1", steps=(0, 0)), ZERO),
        (task("P1", steps=(0, 1)), HALF),
        (task("P1", Fraction(1, 100)), HALF),
        (task("P1", done=True), ZERO),
    ],
)
def test_work_that_shows_on_the_way_is_expected_on_the_way(seen: Evidence, wanted: Fraction) -> None:
    """Steps, even one, or a share between nothing and all, make a straight line of what else is due at the end."""
    dates = {"start": TODAY - 10 * DAY, "due": TODAY + 10 * DAY}
    assert rolled(seen, **dates).leaves["P1"].expected == wanted


def test_the_done_flag_stands_over_the_share() -> None:
    """A tool's done flag counts as all of it, whatever share its field says."""
    seen = Evidence("P1", HALF, done=True)
    assert rolled(seen).leaves["P1"].share == ONE


def test_an_action_with_all_it_comes_from() -> None:
    """An action's line names its terms and works; one without projects is its own work, with weight 1."""
    found = rolled(task("P1", HALF), weight=Decimal(3), due=DUE).actions["A1"]
    term = Term("P1", Fraction(3), HALF, HALF, ZERO, counts=True, later=False, leaves=("P1",))
    assert found == Line("A1", HALF, HALF, ONE, ZERO, (term,), ("P1",))
    alone = rollup(plan(actions=(action(),)), tasks(task("A1", HALF)), TODAY).actions["A1"]
    term = Term("A1", ONE, HALF, HALF, None, counts=True, later=False, leaves=("A1",))
    assert alone == Line("A1", HALF, HALF, ONE, None, (term,), ("A1",))


def test_a_kpi_with_all_it_comes_from() -> None:
    """A KPI's line holds a term for each action, with what is deferred only in the whole plan's, and each work once."""
    works = action(project(1, due=TODAY - DAY), project(2, state=State.DEFERRED), weight=2)
    later = Action(id="A2", title="Later", state=State.DEFERRED)
    driven = kpi(driven_by=(Driver(id="A1", weight=Decimal(2)), Driver(id="A2"), Driver(id="P1")))
    seen = tasks(task("P1", HALF), task("P2"), task("A2", 1))
    found = rollup(plan(actions=(works, later), kpis=(driven,)), seen, TODAY).kpis["K1"]
    terms = (
        Term("A1", Fraction(2), HALF, Fraction(1, 4), ONE, counts=True, later=True, leaves=("P1", "P2")),
        Term("A2", ONE, None, ONE, None, counts=False, later=True, leaves=("A2",)),
        Term("P1", ONE, HALF, HALF, ONE, counts=True, later=False, leaves=("P1",)),
    )
    assert found == Line("K1", HALF, HALF, ONE, ONE, terms, ("P1", "P2", "A2"))


def test_nothing_counted_covers_nothing() -> None:
    """Without any work that counts the coverage is 0 and there is no remark; with weights of 0 the remark says so."""
    assert combine("K1", []) == Line("K1", None, None, ZERO, None, (), ())
    none = Term("P1", ZERO, HALF, HALF, None, counts=True, later=False, leaves=("P1",))
    remark = "all weights are 0: no share can be given"
    assert combine("K1", [none]) == Line("K1", None, None, ZERO, None, (none,), ("P1",), remark)


def test_work_without_a_date_stands_where_it_stands() -> None:
    """In a mean with dated work, work without a date is expected to be just as far as it is."""
    terms = [
        Term("P1", ONE, HALF, HALF, None, counts=True, later=False, leaves=("P1",)),
        Term("P2", ONE, ZERO, ZERO, ONE, counts=True, later=False, leaves=("P2",)),
    ]
    assert combine("A1", terms).expected == Fraction(3, 4)


def test_pooled_tasks_are_of_work_that_counts_and_is_known() -> None:
    """Neither deferred work nor work of an unknown share is in the pool."""
    works = action(project(1), project(2, state=State.DEFERRED), project(3), project(4))
    seen = tasks(task("P1", steps=(1, 4)), task("P2", steps=(2, 5)), task("P3", None, steps=(0, 6)))
    found = rollup(plan(actions=(works,)), seen, TODAY)
    assert found.tasks(["P1", "P2", "P3", "P4", "P1"]) == (1, 4)


def test_an_outcomes_kpi_is_not_driven_by_other_outcomes() -> None:
    """Only a KPI directly under a goal is driven by the actions of all its outcomes."""
    bare = Outcome(id="O1", title="One", kpis=(kpi(),))
    other = Outcome(id="O2", title="Two", actions=(action(),))
    found = plan(goals=(Goal(id="G1", title="Goal", outcomes=(bare, other)),))
    assert drivers(found, found.items["K1"], bare.kpis[0]) == {}


# Pace


def undated(values: dict[date, str], **more: Any) -> Kpi:
    """A KPI from 0 to 100 that leaves both its days to the plan."""
    found = kpi(values=values, aim=Target(value=Decimal(100)), **more)
    return found.model_copy(update={"baseline": Mark(value=Decimal(0))})


READ_ON = date(2026, 2, 1)
LINE = Expected(Fraction(24300, 1460), Fraction(243, 1460), None, ours=True)


def test_a_pace_with_all_it_comes_from() -> None:
    """A KPI without days of its own goes by the plan's: along a line, with its gap in points and its last day."""
    found = undated({READ_ON: "10"}, cadence="quarterly")
    measured = measure(found, TODAY, minimum_group=10)
    gap = (LINE.share - Fraction(1, 10)) * 100
    assert pace(found, TODAY, FRAME) == Verdict(Pace.ON_TRACK, RULE, measured, LINE, LINE, gap, END)
    assert (measured.raw, measured.met) == (Fraction(1, 10), False)
    assert expected(found, TODAY, start=FRAME.start, end=END) == LINE


SMALL = Reading(value=Decimal(58), on=READ_ON, n=3)


@pytest.mark.parametrize("state", ["paused", "retired"])
def test_a_kpi_at_rest_with_all_it_shows(state: str) -> None:
    """What is paused or retired still shows its last reading, its rule and its last day."""
    found = undated({READ_ON: "10"}, state=state)
    assert pace(found, TODAY, FRAME) == Verdict(
        Pace(state), RULE, measure(found, TODAY, minimum_group=10), deadline=END
    )


def test_a_kpi_without_a_figure_with_all_it_shows() -> None:
    """Suppressed, without a target, not measured: each keeps its rule, its last day and what is known."""
    strict = PaceRule(on_track=Decimal(1), at_risk=Decimal(2))
    hidden = kpi(readings=(SMALL,), pace=strict)
    assert pace(hidden, TODAY, FRAME) == Verdict(Pace.SUPPRESSED, strict, Measured(suppressed=True), deadline=END)
    aimless = kpi("54", None, {READ_ON: "60"}, pace=strict)
    seen = measure(aimless, TODAY, minimum_group=10)
    assert pace(aimless, TODAY, FRAME) == Verdict(Pace.NO_TARGET, strict, seen, deadline=END)
    assert seen.reading == aimless.readings[0]
    unread = undated({}, cadence="quarterly", pace=strict)
    assert pace(unread, TODAY, FRAME) == Verdict(Pace.NOT_MEASURED, strict, Measured(), LINE, deadline=END)


def test_a_stale_pace_keeps_its_gap() -> None:
    """A stale KPI keeps the gap of its last fresh day, and what its reading was held against then."""
    found = undated({READ_ON: "10"}, cadence="monthly")
    fresh = date(2026, 3, 18)
    before, after = pace(found, fresh, FRAME), pace(found, fresh + DAY, FRAME)
    assert (before.pace, after.pace, after.was, after.overdue) == (Pace.ON_TRACK, Pace.STALE, Pace.ON_TRACK, fresh)
    assert (after.against, after.gap) == (before.against, before.gap)
    assert after.gap is not None
    band = kpi(None, "90", {READ_ON: "91"}, direction="at_least", cadence="monthly")
    verdict = pace(band, fresh + DAY, FRAME)
    assert (verdict.pace, verdict.was, verdict.against, verdict.gap) == (Pace.STALE, Pace.ON_TRACK, None, None)


def test_it_is_not_started_before_the_plans_first_day() -> None:
    """The plan's first day says so, else the day of the baseline; on that day it has begun."""
    first = date(2025, 7, 1)
    assert [pace(kpi(), day, FRAME).pace for day in (first - DAY, first)] == [Pace.NOT_STARTED, Pace.NOT_MEASURED]
    open_end = Frame()
    assert [pace(kpi(), day, open_end).pace for day in (START - DAY, START)] == [Pace.NOT_STARTED, Pace.NOT_MEASURED]
    nowhere = kpi().model_copy(update={"baseline": None})
    assert pace(nowhere, START, open_end).pace is Pace.BASELINE_PENDING


@pytest.mark.parametrize(
    ("read_on", "day", "value", "wanted"),
    [
        (date(2028, 7, 1), END + DAY, "99", Pace.MISSED),
        (date(2028, 6, 30), END + DAY, "99", Pace.ON_TRACK),
        (date(2029, 6, 1), END, "60", Pace.OFF_TRACK),
        (date(2029, 6, 1), END + DAY, "60", Pace.MISSED),
        (END, END, "100", Pace.ACHIEVED),
    ],
)
def test_the_last_period_settles_it(read_on: date, day: date, value: str, wanted: Pace) -> None:
    """A reading of the last year settles a KPI, from its first day on; without one of the last day, a day later."""
    assert pace(kpi("0", "100", {read_on: value}), day, FRAME).pace is wanted


def test_a_band_is_achieved_on_its_last_day() -> None:
    """Kept until the last day it is on track, and on that day achieved."""
    found = kpi(None, "90", {date(2029, 6, 1): "95"}, direction="at_least")
    assert [pace(found, day, FRAME).pace for day in (END - DAY, END)] == [Pace.ON_TRACK, Pace.ACHIEVED]


def test_the_frame_of_a_plan_has_all_its_days() -> None:
    """First day, last day, rule and smallest group of a plan go into its frame."""
    rule = PaceRule(on_track=Decimal(1), at_risk=Decimal(2))
    found = plan(pace=rule, minimum_group=7)
    assert Frame.of(found) == Frame(date(2025, 7, 1), END, rule, 7, strict=False)


def test_work_begins_on_its_first_day() -> None:
    """Work, or an action, that nobody began is not started until its first day, and then has nothing to go by."""
    seen = rolled(task("P1")).leaves["P1"]
    assert work_pace(seen, TODAY, TODAY + DAY, RULE) is Pace.NOT_STARTED
    assert work_pace(seen, TODAY, TODAY, RULE) is Pace.NO_TARGET
    line = rolled(task("P1")).actions["A1"]
    assert action_pace(line, State.ACTIVE, TODAY, TODAY + DAY, RULE) is Pace.NOT_STARTED
    assert action_pace(line, State.ACTIVE, TODAY, TODAY, RULE) is Pace.NO_TARGET
    late = rolled(task("P1", None), due=TODAY - DAY).leaves["P1"]
    assert (late.overdue, work_pace(late, TODAY, None, RULE)) == (True, Pace.NOT_MEASURED)


@pytest.mark.parametrize(
    ("share", "wanted"),
    [(Fraction(9, 10), Pace.ON_TRACK), (Fraction(899, 1000), Pace.AT_RISK), (Fraction(749, 1000), Pace.OFF_TRACK)],
)
def test_a_line_is_paced_by_points(share: Fraction, wanted: Pace) -> None:
    """Rolled-up work is held against its dates in points of a hundred; where either is unknown, there is no pace."""
    assert line_pace(Line("A1", share, share, ONE, ONE, (), ()), RULE) is wanted
    assert line_pace(Line("A1", share, share, ONE, None, (), ()), RULE) is None
    assert line_pace(Line("A1", None, None, ONE, ONE, (), ()), RULE) is None
    leaf = piece(WorkState.UNDER_WAY, share, expected=ONE)
    assert work_pace(leaf, TODAY, None, RULE) is wanted


# Attainment and expected


def test_a_band_needs_one_end() -> None:
    """Between two ends, or from one on; with neither, the target is not known."""
    ends = {"low": Decimal(40), "high": Decimal(60)}
    for given in ({"low": ends["low"]}, {"high": ends["high"]}, ends):
        found = kpi(None, aim=Target(on=END, **given), direction="between")
        assert limits(found) == Limits(**given)
    assert limits(kpi(None, aim=Target(on=END), direction="between")) is None
    assert Limits().off(Decimal(-5)) == 0


def test_which_side_is_good() -> None:
    """The way from baseline to target says so; where both are the same, the direction does."""
    assert limits(kpi("70", "54", direction="increase")) == Limits(high=Decimal(54))
    assert limits(kpi("54", "70", direction="decrease")) == Limits(low=Decimal(70))
    assert limits(kpi("54", "54", direction="decrease")) == Limits(high=Decimal(54))
    assert limits(kpi("54", "54", direction="increase")) == Limits(low=Decimal(54))


@pytest.mark.parametrize("given", [(None, 1, 2), (1, None, 2), (1, 2, None), (1, 1, 2), (None, None, None)])
def test_an_unknown_figure_has_no_attainment(given: tuple[int | None, ...]) -> None:
    """Each of the three figures must be known, and there must be a way to go."""
    baseline, target, value = (None if one is None else Decimal(one) for one in given)
    assert attainment(baseline, target, value) is None


def test_a_bands_readings_have_no_first_day() -> None:
    """Readings up to the baseline are history only where there is a way to go from there."""
    early = {START - DAY: "91"}
    assert measure(kpi("80", "90", early, direction="at_least"), TODAY, minimum_group=10).met is True
    assert measure(kpi("80", "90", early), TODAY, minimum_group=10) == Measured()
    assert measure(kpi("80", "90", early).model_copy(update={"baseline": None}), TODAY, minimum_group=10).met is True


def test_a_reading_without_a_target_is_kept() -> None:
    """What cannot be judged is shown all the same."""
    reading = Reading(value=Decimal(58), on=READ_ON, scope=Scope.SCHOOL, where="Cedar", n=40)
    assert measure(kpi("54", None, readings=(reading,)), TODAY, minimum_group=10) == Measured(reading)


STEPS = Course(
    tuple(Milestone(Fraction(value), date(year, 6, 30)) for value, year in ((0, 2025), (20, 2026), (60, 2027))),
    step=True, ours=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "value", "milestone"),
    [
        (date(2025, 6, 29), 0, None),
        (date(2025, 6, 30), 0, None),
        (date(2026, 6, 29), 0, None),
        (date(2026, 6, 30), 20, 1),
        (date(2027, 6, 29), 20, 1),
        (date(2027, 6, 30), 60, 2),
    ],
)
def test_a_step_with_the_milestone_that_binds(day: date, value: int, milestone: int | None) -> None:
    """From its own day on a milestone binds; before the first one none does."""
    binding = None if milestone is None else STEPS.milestones[milestone]
    assert STEPS.at(day) == Expected(Fraction(value), Fraction(value, 60), binding, ours=False)


@pytest.mark.parametrize(
    ("day", "read_on", "value"),
    [
        (date(2026, 6, 30), date(2025, 8, 30), 0),
        (date(2026, 6, 30), date(2025, 8, 31), 20),
        (date(2026, 8, 30), date(2025, 8, 30), 0),
        (date(2026, 8, 31), date(2025, 8, 30), 20),
        (date(2027, 6, 30), date(2026, 8, 30), 20),
        (date(2027, 6, 30), date(2026, 8, 31), 60),
    ],
)
def test_a_reading_is_waited_for_to_the_day(day: date, read_on: date, value: int) -> None:
    """A step waits two months for its reading, while the newest one still is of the step before."""
    assert STEPS.due(day, read_on).value == value


def test_a_line_bends_at_its_milestones() -> None:
    """On the day of a milestone exactly its value is due, and from there the next stretch begins."""
    line = Course(STEPS.milestones, step=False, ours=False)
    assert [line.at(one.on).value for one in STEPS.milestones] == [0, 20, 60]
    assert line.at(date(2026, 7, 1)).value == 20 + Fraction(40, 365)
    assert line.at(date(2028, 1, 1)).value == 60


def test_milestones_lie_between_first_and_last_day() -> None:
    """An interim target on the first or the last day, or without a day or a value, is none."""
    marks = [Interim(value=Decimal(value), on=day) for value, day in ((1, START), (2, DUE), (3, END))]
    found = course(kpi("0", "100", interim=(*marks, Interim(value=Decimal(4)), Interim(on=DUE + DAY)), step=True))
    assert found is not None
    assert [one.value for one in found.milestones] == [0, 2, 100]
    assert course(kpi("0", "100").model_copy(update={"baseline": None, "target": None})) is None


def test_work_is_expected_from_the_day_after_its_first() -> None:
    """On its first day nothing is due yet of work that shows on the way; the next day a part is."""
    for days, wanted in ((0, ZERO), (1, Fraction(1, 10))):
        start = TODAY - days * DAY
        found = rolled(task("P1", HALF), start=start, due=start + 10 * DAY).leaves["P1"]
        assert found.expected == wanted
