"""The small example: a first plan that loads, and that can be pushed and measured as it stands."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from syncd.plan.load import load_plan
from syncd.plan.model import Kpi, Plan, Project, State, Tier
from syncd.progress.expected import course
from syncd.progress.rollup import rollup

FOLDER = Path(__file__).parents[2] / "examples" / "small"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan as syncd reads it."""
    return load_plan("plan.toml", FOLDER)


def test_shows_each_tier_and_no_more(plan: Plan) -> None:
    """One goal, one outcome, two KPIs, two actions, four projects."""
    count = Counter(placed.tier for placed in plan.walk())
    assert count == {Tier.GOAL: 1, Tier.OUTCOME: 1, Tier.KPI: 2, Tier.ACTION: 2, Tier.PROJECT: 4}


def test_work_has_days_that_fit_into_each_other(plan: Plan) -> None:
    """Every project ends within its action, and every action within the plan."""
    assert plan.start
    assert plan.end
    for placed in plan.walk():
        if isinstance(placed.item, Project):
            action = next(a for a in plan.goals[0].outcomes[0].actions if a.id == placed.parent)
            assert action.start
            assert action.due
            assert placed.item.due
            assert plan.start <= action.start < placed.item.due <= action.due <= plan.end
            assert placed.path == ("G1", "G1.O1", action.id)


def test_every_kpi_is_driven_by_work_and_one_waits_for_its_baseline(plan: Plan) -> None:
    """The first has a course from its baseline over interim targets; the second has none while that is unknown."""
    first, second = (placed.item for placed in plan.walk() if isinstance(placed.item, Kpi))
    way = course(first, start=plan.start, end=plan.end)
    assert way
    assert [milestone.value for milestone in way.milestones] == [54, 60, 65, 70]
    assert not way.ours
    assert course(second, start=plan.start, end=plan.end) is None
    rolled = rollup(plan, {}, date(2026, 11, 25))
    assert [term.item for term in rolled.kpis[first.id].terms] == ["G1.O1.A1", "G1.O1.A2"]
    assert [term.item for term in rolled.kpis[second.id].terms] == ["G1.O1.A2"]


def test_shows_a_weight_and_a_state(plan: Plan) -> None:
    """The two keys of daily work that people need first."""
    projects = [placed.item for placed in plan.walk() if isinstance(placed.item, Project)]
    assert [project.weight for project in projects] == [1, 2, 1, 1]
    assert [project.state for project in projects] == [*[State.ACTIVE] * 3, State.ON_HOLD]
