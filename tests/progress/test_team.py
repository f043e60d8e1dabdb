"""Work that teams made of their own counts beside the plan's, drives nothing by itself, and is never public."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from syncd.plan.model import Action, Audience, Outcome, Plan
from syncd.progress.evidence import NOT_PLANNED, Evidence, Standing, is_planned, team_id
from syncd.progress.leaf import WorkState
from syncd.progress.rollup import Rollup, rollup
from syncd.progress.team import TeamWork, with_team_work
from tests.progress.plans import TODAY, action, kpi, plan, project, task, tasks

HALF = Fraction(1, 2)
PUBLIC: dict[str, Any] = {"audience": Audience.PUBLIC}


def own(number: int, under: str, share: Fraction | int = 0, **more: Any) -> TeamWork:
    """A team's own task, T1, T2 and so on."""
    return TeamWork(under, task(team_id(f"T{number}"), share, title=f"Own {number}", **more))


def rolled(found: Plan, *work: TeamWork, seen: dict[str, Evidence] | None = None) -> tuple[Plan, Rollup]:
    """The plan with that work, and what it comes to."""
    seen = seen or {}
    whole = with_team_work(found, work, seen)
    return whole, rollup(whole, seen | {each.evidence.item: each.evidence for each in work}, TODAY)


def test_below_an_action_it_is_a_project() -> None:
    """It counts with weight 1 beside the plan's projects, and moves the KPI that the action drives."""
    found = plan(actions=(action(project(1), weight=2),), kpis=(kpi(driven_by=("A1",)),))
    whole, result = rolled(found, own(1, "A1"), own(2, "A1", HALF), seen=tasks(task("P1", done=True)))
    assert result.actions["A1"].share == HALF
    assert result.kpis["K1"].share == HALF
    assert [term.weight for term in result.actions["A1"].terms] == [1, 1, 1]
    assert list(whole.items) == ["G1", "O1", "K1", "A1", "P1", "task:T1", "task:T2"]
    assert whole.items["task:T1"].path == ("G1", "A1")
    assert list(found.items) == ["G1", "O1", "K1", "A1", "P1"]


@pytest.mark.parametrize("under", ["G1", "O1"])
def test_below_a_goal_or_an_outcome_it_is_an_action(under: str) -> None:
    """It is counted among the work there, and drives no KPI: nobody has said that it does."""
    found = plan(actions=(action(project(1)),), kpis=(kpi(),))
    _, result = rolled(found, own(1, under, HALF), seen=tasks(task("P1")))
    assert result.actions["task:T1"].share == HALF
    assert set(result.leaves) == {"P1", "task:T1"}
    assert result.kpis["K1"].leaves == ("P1",)


def test_it_drives_no_kpi_where_the_plan_names_no_action() -> None:
    """A KPI without any work of the plan stays without, below an outcome as directly below its goal."""
    below = Action(id="A2", title="Action 2")
    bare = Outcome(id="O2", title="Another", actions=(below,))
    found = plan(kpis=(kpi(),))
    goal = found.goals[0].model_copy(update={"outcomes": (*found.goals[0].outcomes, bare), "kpis": (kpi(id="K2"),)})
    found = found.model_copy(update={"goals": (goal,)})
    _, result = rolled(found, own(1, "G1"), own(2, "O1"), own(3, "O2"), seen=tasks(task("A2", HALF)))
    assert result.kpis["K1"].terms == ()
    assert result.kpis["K2"].leaves == ("A2",)


def test_an_action_without_projects_is_done_with_its_own_task() -> None:
    """As long as that is open its team's tasks count; once it is done, what stands below it does not matter."""
    found = plan(actions=(action(),))
    _, result = rolled(found, own(1, "A1", done=True), own(2, "A1"), seen=tasks(task("A1")))
    assert result.actions["A1"].share == HALF
    whole, result = rolled(found, own(1, "A1"), seen=tasks(task("A1", done=True)))
    assert result.actions["A1"].share == 1
    assert "task:T1" not in whole.items
    _, result = rolled(found, own(1, "A1", HALF))
    assert result.actions["A1"].share == HALF


def test_done_projects_of_the_plan_do_not_hide_it() -> None:
    """An action with projects in the plan is what they and its team's own work are, whatever its own task says."""
    found = plan(actions=(action(project(1)),))
    _, result = rolled(found, own(1, "A1"), seen=tasks(task("A1", done=True), task("P1", done=True)))
    assert result.actions["A1"].share == HALF


def test_it_is_never_public() -> None:
    """Below what is public it is internal all the same."""
    found = plan(actions=(action(project(1), **PUBLIC),), **PUBLIC)
    whole, _ = rolled(found, own(1, "A1"), own(2, "G1"))
    assert whole.items["P1"].audience is Audience.PUBLIC
    assert {whole.items[name].audience for name in ("task:T1", "task:T2")} == {Audience.INTERNAL}


def test_it_says_what_it_is() -> None:
    """The remark on it says that it is not in the plan, and then what is to be said of its task."""
    found = plan(actions=(action(project(1)),))
    work = (own(1, "A1"), own(2, "A1", done=True, steps=(1, 3)), own(3, "A1", standing=Standing.EXCLUDED, remark="odd"))
    _, result = rolled(found, *work, seen=tasks(task("P1", remark="plain")))
    remarks = {name: leaf.remark for name, leaf in result.leaves.items()}
    assert remarks == {
        "P1": "plain",
        "task:T1": NOT_PLANNED,
        "task:T2": f"{NOT_PLANNED}; it is marked done while 2 of its 3 steps are open",
        "task:T3": f"{NOT_PLANNED}; odd",
    }
    assert result.leaves["task:T3"].state is WorkState.EXCLUDED


def test_no_work_changes_nothing() -> None:
    """The very same plan comes back."""
    found = plan(actions=(action(project(1)),))
    assert with_team_work(found, (), {}) is found


def test_ids_are_told_apart() -> None:
    """No id of a plan can be taken for a task's, because the sign in it is one that the plan refuses."""
    assert (is_planned("G1.A1"), is_planned(team_id("17"))) == (True, False)
    with pytest.raises(ValueError, match="pattern"):
        project(1).model_validate({"id": team_id("17"), "title": "No"})
