"""Roll-up: the edge table of the domain, and what must hold for any plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.model import Action, Goal, Kpi, Outcome, Plan, Project, State, Status
from syncd.progress.evidence import Evidence, Standing
from syncd.progress.leaf import WorkCount, WorkState
from syncd.progress.rollup import Line, rollup
from tests.progress.plans import TODAY, action, kpi, plan, project, task, tasks

HALF, ONE = Fraction(1, 2), Fraction(1)


def line(seen: Mapping[str, Evidence], *projects: Project, **more: Any) -> Line:
    """The action A1 of those projects, rolled up."""
    return rollup(plan(actions=(action(*projects, **more),)), seen, TODAY).actions["A1"]


def two(second: Evidence | None, **more: Any) -> Line:
    """An action of two projects: the first done, the second as given."""
    seen = tasks(task("P1", done=True), *([second] if second is not None else []))
    return line(seen, project(1), project(2, **more))


@pytest.mark.parametrize(
    ("second", "more", "share", "coverage"),
    [
        (task("P2"), {}, HALF, 1),
        (task("P2", HALF), {}, Fraction(3, 4), 1),
        (task("P2", done=True), {}, Fraction(1), 1),
        (task("P2", HALF), {"state": State.CANCELLED}, Fraction(1), 1),
        (task("P2", standing=Standing.CANCELLED), {}, Fraction(1), 1),
        (task("P2", standing=Standing.EXCLUDED), {}, Fraction(1), 1),
        (task("P2"), {"state": State.ON_HOLD}, HALF, 1),
        (None, {"state": State.ON_HOLD}, HALF, 1),
        (task("P2"), {"state": State.DEFERRED}, Fraction(1), 1),
        (task("P2", standing=Standing.DEFERRED), {}, Fraction(1), 1),
        (task("P2", HALF, standing=Standing.GONE), {}, Fraction(3, 4), 1),
        (task("P2", HALF, standing=Standing.NOT_VISIBLE), {}, Fraction(1), HALF),
        (task("P2", None), {}, Fraction(1), HALF),
        (None, {}, Fraction(1), HALF),
        (task("P2"), {"weight": Decimal(3)}, Fraction(1, 4), 1),
        (task("P2"), {"weight": Decimal(0)}, Fraction(1), 1),
    ],
)
def test_edge_table(second: Evidence | None, more: dict[str, Any], share: Fraction, coverage: Fraction) -> None:
    """What is cancelled or deferred leaves the mean, what is held stays, what is unknown lowers the coverage."""
    found = two(second, **more)
    assert (found.share, found.coverage) == (share, coverage)


def test_nothing_linked_or_all_cancelled_is_unknown() -> None:
    """No work, no link, or only cancelled work is unknown, not 0 and not 100."""
    cancelled = project(1, state=State.CANCELLED)
    assert line({}, project(1)).share is None
    assert line({}).share is None
    assert line(tasks(task("P1", done=True)), cancelled).share is None
    assert line(tasks(task("A1", done=True)), cancelled).share is None
    assert line({}, project(1, state=State.ON_HOLD)).share is None


def test_deferred_work_is_in_the_whole_plan_only() -> None:
    """Deferred work leaves this year's figure whatever its dates say, and stays in the whole plan's."""
    found = two(task("P2"), state=State.DEFERRED, start=date(2025, 8, 1), due=date(2026, 6, 1))
    assert (found.share, found.whole) == (ONE, HALF)


def test_an_action_without_projects_is_its_own_work() -> None:
    """An action with no project uses its own task; with projects, its own task's done flag does not cascade."""
    assert line(tasks(task("A1", HALF))).share == HALF
    assert line(tasks(task("A1", done=True), task("P1")), project(1)).share == 0


def test_a_cancelled_or_deferred_action_takes_its_projects_along() -> None:
    """By the plan or by the team's label, what an action loses, its projects lose."""
    seen = tasks(task("P1", done=True))
    assert line(seen, project(1), state=State.CANCELLED).share is None
    assert line(seen | tasks(task("A1", standing=Standing.CANCELLED)), project(1)).share is None
    assert line(seen, project(1), state=State.DEFERRED).whole == 1


def test_the_done_flag_overrides() -> None:
    """A project marked done with open steps counts as done, shows its steps, and says so."""
    found = rollup(plan(actions=(action(project(1)),)), tasks(task("P1", done=True, steps=(2, 5))), TODAY)
    assert (found.actions["A1"].share, found.tasks(["P1"])) == (ONE, (2, 5))
    assert found.leaves["P1"].remark == "it is marked done while 3 of its 5 steps are open"


def test_mean_of_projects_beside_the_pooled_count() -> None:
    """Projects of 1 of 2 and 10 of 100 tasks give 30 % as a mean, and 11 of 102 pooled."""
    seen = tasks(task("P1", HALF, steps=(1, 2)), task("P2", Fraction(10, 100), steps=(10, 100)))
    found = rollup(plan(actions=(action(project(1), project(2)),)), seen, TODAY)
    assert (found.actions["A1"].share, found.tasks(["P1", "P2"])) == (Fraction(3, 10), (11, 102))


def test_all_weights_zero_gives_no_figure_and_says_so() -> None:
    """Weights that are all 0 are an error shown, not a share."""
    found = line(tasks(task("P1", done=True)), project(1, weight=Decimal(0)))
    assert (found.share, found.remark) == (None, "all weights are 0: no share can be given")


def test_only_adopted_work_counts() -> None:
    """Draft projects are in no figure; an action of draft projects alone counts by its own task."""
    draft = project(2, status=Status.DRAFT)
    assert line(tasks(task("P1", done=True), task("P2")), project(1), draft).share == 1
    assert line(tasks(task("A1", HALF)), draft).share == HALF
    assert rollup(plan(actions=(action(project(1)),), status=Status.IN_REVIEW), {}, TODAY).actions == {}


def test_count_by_state() -> None:
    """Work is counted once by state; the total leaves out what is cancelled, deferred, or no work by nature."""
    projects = (
        project(1),
        project(2, state=State.CANCELLED),
        project(3, state=State.ON_HOLD, due=date(2026, 1, 1)),
        project(4, state=State.DEFERRED, due=date(2026, 1, 1)),
        project(5, due=date(2026, 2, 28)),
        project(6, due=TODAY),
        project(7),
    )
    seen = tasks(task("P1", done=True), task("P5"), task("P6"), task("P7", standing=Standing.EXCLUDED))
    found = rollup(plan(actions=(action(*projects),)), seen, TODAY)
    names = [one.id for one in projects]
    assert found.count([*names, *names]) == WorkCount(
        4, done=1, cancelled=1, on_hold=1, deferred=1, overdue=1, unread=1
    )


def test_work_that_was_not_read_is_unread_and_not_overdue() -> None:
    """Without any task that was read all of it is unread, none overdue; one task read changes that."""
    projects = (project(1, due=date(2026, 1, 1)), project(2, state=State.ON_HOLD), project(3, state=State.CANCELLED))
    found = plan(actions=(action(*projects),))
    unread = rollup(found, {}, TODAY).count(["P1", "P2", "P3"])
    assert (unread, unread.is_unread) == (WorkCount(2, cancelled=1, on_hold=1, unread=2, unknown=2), True)
    read = rollup(found, tasks(task("P1")), TODAY).count(["P1", "P2", "P3"])
    assert (read, read.is_unread) == (WorkCount(2, cancelled=1, on_hold=1, overdue=1, unread=1), False)
    assert not WorkCount(cancelled=1).is_unread


def test_what_is_counted_is_what_the_share_rests_on() -> None:
    """Deferred work, done or not, is in neither the count nor the share; what is unknown is told beside the count."""
    late = [project(4, state=State.DEFERRED), project(5, state=State.DEFERRED)]
    works = [project(1), project(2), project(3), *late]
    found = rollup(plan(actions=(action(*works),)), tasks(*(task(f"P{one}", done=True) for one in range(1, 5))), TODAY)
    count = found.count([work.id for work in works])
    assert found.actions["A1"].share == 1
    assert (count, count.finished) == (WorkCount(3, done=3, deferred=2), True)
    seen = tasks(task("P1", done=True), task("P2", done=True), task("P4"), task("P3", standing=Standing.NOT_VISIBLE))
    found = rollup(plan(actions=(action(*works),)), seen, TODAY)
    count = found.count([work.id for work in works])
    assert found.actions["A1"].share == 1
    assert (count, count.finished) == (WorkCount(3, done=2, deferred=2, unknown=1), False)


def test_the_teams_due_day_goes_before_the_plans() -> None:
    """A team that moved its due day is not overdue by the old one; without any, the action's day holds."""
    moved = rollup(
        plan(actions=(action(project(1, due=date(2026, 1, 1)), due=date(2026, 1, 2)),)),
        tasks(task("P1", due=date(2026, 5, 1))),
        TODAY,
    )
    assert not moved.leaves["P1"].overdue
    by_action = plan(actions=(action(project(1), due=date(2026, 1, 2)),))
    assert rollup(by_action, tasks(task("P1")), TODAY).leaves["P1"].overdue


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (Standing.GONE, WorkState.GONE),
        (Standing.NOT_VISIBLE, WorkState.NOT_VISIBLE),
        (Standing.EXCLUDED, WorkState.EXCLUDED),
    ],
)
def test_a_task_that_is_not_live_says_so(standing: Standing, state: WorkState) -> None:
    """Gone, invisible and excluded tasks are named as what they are."""
    found = rollup(plan(actions=(action(project(1)),)), tasks(task("P1", standing=standing)), TODAY)
    assert found.leaves["P1"].state is state


def driven(
    *, kpis: tuple[Kpi, ...] = (), in_outcome: tuple[Action, ...] = (), in_goal: tuple[Action, ...] = ()
) -> Plan:
    """A plan with a KPI K1 in its outcome, actions in outcome and goal."""
    outcome = Outcome(id="O1", title="Outcome", kpis=kpis or (kpi(),), actions=in_outcome)
    goal = Goal(
        id="G1", title="Goal", outcomes=(outcome,), actions=in_goal, kpis=(kpi(id="K2"),), guardrails=(kpi(id="R1"),)
    )
    return Plan(id="district", title="Plan", goals=(goal,))


def named(name: str, **more: Any) -> Action:
    """An action without projects."""
    return Action(id=name, title=name, **more)


SEEN = tasks(task("A1", done=True), task("A2", HALF), task("A3", 0))


def test_what_a_kpi_names_drives_it_by_weight() -> None:
    """`driven_by` names actions and projects, with weights; nothing else counts, each once."""
    found = kpi(driven_by=["A1", {"id": "A2", "weight": 3}, "NOWHERE"])
    result = rollup(driven(kpis=(found,), in_goal=(named("A1"), named("A2"), named("A3"))), SEEN, TODAY)
    assert result.kpis["K1"].share == Fraction(5, 8)
    by_project = kpi(driven_by=["P1"])
    projects = action(project(1), project(2))
    assert (
        rollup(driven(kpis=(by_project,), in_goal=(projects,)), tasks(task("P1", HALF)), TODAY).kpis["K1"].share == HALF
    )


def test_a_kpi_is_driven_by_its_outcome_else_its_goal() -> None:
    """Without `driven_by`, the outcome's actions drive it by their weight if it names any, else the goal's."""
    own = driven(in_outcome=(named("A1"), named("A2", weight=Decimal(2))), in_goal=(named("A3"),))
    assert rollup(own, SEEN, TODAY).kpis["K1"].share == Fraction(2, 3)
    goals = driven(in_goal=(named("A2"), named("A3")))
    assert rollup(goals, SEEN, TODAY).kpis["K1"].share == Fraction(1, 4)
    assert rollup(driven(), SEEN, TODAY).kpis["K1"].share is None


def test_a_goals_own_kpi_is_driven_by_all_its_actions() -> None:
    """A KPI directly under a goal takes the goal's actions, else those of its outcomes; a guardrail takes none."""
    found = rollup(driven(in_outcome=(named("A1"),)), SEEN, TODAY)
    assert (found.kpis["K2"].share, found.kpis["R1"].share) == (ONE, None)
    assert rollup(driven(in_outcome=(named("A1"),), in_goal=(named("A2"),)), SEEN, TODAY).kpis["K2"].share == HALF


def test_an_unknown_action_lowers_a_kpis_coverage() -> None:
    """An action without linked work is skipped in its KPI and lowers the coverage; a cancelled one does not."""
    found = rollup(driven(in_goal=(named("A1"), named("A9"))), SEEN, TODAY).kpis["K1"]
    assert (found.share, found.coverage, found.complete) == (ONE, HALF, False)
    cancelled = driven(in_goal=(named("A1"), named("A9", state=State.CANCELLED)))
    assert rollup(cancelled, SEEN, TODAY).kpis["K1"].complete


# What must hold for any plan.

SHARES = st.one_of(st.none(), st.fractions(0, 1))
STATES = st.sampled_from(list(State))
WEIGHTS = st.integers(0, 5)
WORKS = st.lists(st.tuples(SHARES, STATES, WEIGHTS), min_size=1, max_size=8)
Works = list[tuple[Fraction | None, State, int]]


def whole(works: Works, *, times: int = 1) -> tuple[list[Project], dict[str, Evidence]]:
    """Projects with states and weights (times a factor), and what their tasks say."""
    projects = [project(n, state=state, weight=Decimal(weight * times)) for n, (_, state, weight) in enumerate(works)]
    return projects, tasks(*(task(f"P{number}", share) for number, (share, _, _) in enumerate(works)))


@settings(deadline=None, max_examples=100)
@given(WORKS)
def test_shares_stay_within_bounds(works: Works) -> None:
    """A share lies between the least and the greatest of what it is the mean of."""
    projects, seen = whole(works)
    found = line(seen, *projects)
    known = [term.share for term in found.terms if term.counts and term.share is not None]
    assert found.share is None or min(known) <= found.share <= max(known)
    assert 0 <= found.coverage <= 1


@settings(deadline=None, max_examples=100)
@given(WORKS, st.integers(1, 1000))
def test_only_the_ratio_of_weights_matters(works: Works, times: int) -> None:
    """All weights times the same factor change nothing, exactly."""
    projects, seen = whole(works)
    scaled, _ = whole(works, times=times)
    one, other = line(seen, *projects), line(seen, *scaled)
    assert (one.share, one.whole, one.coverage) == (other.share, other.whole, other.coverage)


@settings(deadline=None, max_examples=100)
@given(WORKS, st.randoms(use_true_random=False))
def test_order_does_not_matter(works: Works, rng: Any) -> None:
    """The order of projects and of evidence changes no figure."""
    projects, seen = whole(works)
    shuffled, pairs = list(projects), list(seen.items())
    rng.shuffle(shuffled)
    rng.shuffle(pairs)
    one, other = line(seen, *projects), line(dict(pairs), *shuffled)
    assert (one.share, one.whole, one.coverage) == (other.share, other.whole, other.coverage)


@settings(deadline=None, max_examples=100)
@given(WORKS, SHARES, WEIGHTS, st.sampled_from([State.CANCELLED, State.DEFERRED]))
def test_cancelled_and_deferred_work_is_neutral(
    works: Works, share: Fraction | None, weight: int, state: State
) -> None:
    """Adding cancelled or deferred work of any share and weight leaves this year's figure as it was."""
    projects, seen = whole(works)
    more, all_seen = whole([*works, (share, state, weight)])
    one, other = line(seen, *projects), line(all_seen, *more)
    assert (one.share, one.coverage) == (other.share, other.coverage)


@settings(deadline=None, max_examples=100)
@given(WORKS, st.data())
def test_doing_work_never_lowers_a_share(works: Works, data: st.DataObject) -> None:
    """Completing any one task with a known share never lowers the action's, nor its KPI's."""
    projects, seen = whole(works)
    at = data.draw(st.integers(0, len(works) - 1))
    if works[at][0] is None:
        return
    done = seen | tasks(task(f"P{at}", done=True))
    found = plan(actions=(action(*projects),), kpis=(kpi(),))
    before, after = rollup(found, seen, TODAY), rollup(found, done, TODAY)
    for one, other in ((before.actions["A1"], after.actions["A1"]), (before.kpis["K1"], after.kpis["K1"])):
        assert (one.share is None) == (other.share is None)
        assert one.share is None or (other.share is not None and other.share >= one.share)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 40), st.integers(0, 40))
def test_shares_are_exact_fractions(every: int, done: int) -> None:
    """Of n equal projects with k done the share is k / n, not a rounded float."""
    seen = tasks(*(task(f"P{number}", done=number < done) for number in range(every)))
    found = line(seen, *(project(number) for number in range(every)))
    assert found.share == Fraction(min(done, every), every)
