"""The example plan of Riverbend Unified: large, varied and free of contradictions."""

import csv
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from syncd.plan.model import Action, Audience, Cadence, Direction, Kpi, KpiState, Plan, Project, Scope, State, Tier

FOLDER = Path(__file__).parents[2] / "examples" / "riverbend"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan as the file holds it, before the readings files are joined in."""
    raw = tomllib.loads((FOLDER / "plan.toml").read_text(encoding="utf-8"))
    return Plan.model_validate({**raw["plan"], "goals": raw["goals"]})


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The rows of the readings file."""
    with (FOLDER / "readings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


T = TypeVar("T")


def of_kind(plan: Plan, kind: type[T]) -> list[T]:
    """All items of one class."""
    return [placed.item for placed in plan.items.values() if isinstance(placed.item, kind)]


def test_has_the_size_of_a_district(plan: Plan) -> None:
    """Four goals, and enough of everything below to show what a district has."""
    count = Counter(placed.tier for placed in plan.walk())
    assert count[Tier.GOAL] == 4
    assert count[Tier.GUARDRAIL] == 2
    assert count[Tier.OUTCOME] >= 10
    assert count[Tier.KPI] >= 18
    assert count[Tier.ACTION] >= 18
    assert count[Tier.PROJECT] >= 70
    assert sum(count.values()) == len(plan.items), "an id stands twice"


def test_shows_every_kind_of_kpi(plan: Plan) -> None:
    """Every direction, cadence and KPI state occurs, and some figures are unknown."""
    kpis = of_kind(plan, Kpi)
    assert {kpi.direction for kpi in kpis} == set(Direction)
    assert {kpi.cadence for kpi in kpis} == set(Cadence)
    assert {kpi.state for kpi in kpis} == set(KpiState)
    assert any(kpi.baseline and kpi.baseline.value is None for kpi in kpis)
    assert any(kpi.target and kpi.target.value is None for kpi in kpis if kpi.direction is not Direction.BETWEEN)
    assert any(mark.value is None for kpi in kpis for mark in kpi.interim)
    assert any(reading.value is None for kpi in kpis for reading in kpi.readings)


def test_has_readings_of_every_scope_and_a_group_below_the_minimum(plan: Plan) -> None:
    """Schools and groups are there with their sizes, one of them too small to show."""
    readings = [reading for kpi in of_kind(plan, Kpi) for reading in kpi.readings]
    assert {reading.scope for reading in readings} == set(Scope)
    assert all(reading.n is not None for reading in readings if reading.scope is not Scope.DISTRICT)
    assert any(reading.n is not None and reading.n < plan.minimum_group for reading in readings)


def test_work_spans_four_school_years(plan: Plan) -> None:
    """Projects are due in each school year, and all work states but a silly mix occur."""
    projects = of_kind(plan, Project)
    years = Counter(due.year + (due.month >= 7) for due in (project.due for project in projects) if due)
    assert set(years) == {2026, 2027, 2028, 2029}
    assert {project.state for project in projects} == set(State)
    assert any(project.due is None for project in projects)
    assert sum(project.due < date(2026, 11, 24) for project in projects if project.due) >= 40


def test_dates_fit_into_each_other(plan: Plan) -> None:
    """No project starts before or ends after its action, no action leaves the plan."""
    assert plan.start is not None
    assert plan.end is not None
    for action in of_kind(plan, Action):
        assert action.start is not None
        assert action.due is not None
        assert plan.start <= action.start < action.due <= plan.end, action.id
        for project in action.projects:
            assert project.start is not None
            assert action.start <= project.start, project.id
            assert project.due is None or project.start < project.due <= action.due, project.id


def test_everyone_is_a_role_of_the_invented_district(plan: Plan) -> None:
    """Each item has one owner, a role's address in the reserved domain: nobody is named."""
    role = re.compile(r"[a-z]+(\.[a-z]+)?@riverbend\.example")
    for placed in plan.items.values():
        assert placed.item.owner, placed.item.id
        assert role.fullmatch(placed.item.owner), placed.item.id


def test_drivers_are_work_of_the_plan_with_weights(plan: Plan) -> None:
    """What drives a KPI is an action or a project that exists; several KPIs weigh their drivers."""
    drivers = {kpi.id: kpi.driven_by for kpi in of_kind(plan, Kpi)}
    for driver in (driver for some in drivers.values() for driver in some):
        assert plan.items[driver.id].tier in {Tier.ACTION, Tier.PROJECT}, driver.id
    assert sum(len({driver.weight for driver in some}) > 1 for some in drivers.values()) >= 4


def test_most_of_it_is_public_and_some_is_not(plan: Plan) -> None:
    """Both audiences occur, so that a page for one can be told from a page for the other."""
    count = Counter(placed.audience for placed in plan.items.values())
    assert count[Audience.PUBLIC] > 20 * count[Audience.INTERNAL] > 0


def test_readings_file_belongs_to_the_plan(plan: Plan, rows: list[dict[str, str]]) -> None:
    """Each row names a KPI that reads from the file, has a day and a figure, and no row stands twice."""
    named = {kpi.id for kpi in of_kind(plan, Kpi) if kpi.readings_from == "readings.csv"}
    assert {row["kpi"] for row in rows} == named
    keys = [(row["kpi"], row["on"], row["window"], row["scope"], row["where"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert date(2024, 1, 1) < date.fromisoformat(row["on"]) <= date(2026, 11, 24)
        assert float(row["value"]) > 0
