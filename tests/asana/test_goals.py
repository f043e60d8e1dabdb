"""Figures on goals: set where they differ, in the metric's own form; a goal without one gets one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connectors.asana.addresses import goal_of
from connectors.asana.sandbox.records import Metric
from connectors.contract import Connector
from connectors.errors import Invalid, NotFound, PlanTier
from connectors.goals import Goals, Measure
from tests.asana.bench import AsanaBench

MEASURE = Measure(Decimal("57.25"), Decimal(54), Decimal(70), "%", 1)


@pytest.fixture
def goals(connector: Connector) -> Goals:
    """The connector's goals."""
    found = connector.goals()
    assert found is not None
    return found


def sent(bench: AsanaBench) -> list[tuple[str, Any]]:
    """What was sent since it was last asked, by the end of the path, with its data."""
    found = [(one.path.rsplit("/", 1)[-1], one.body and one.body["data"]) for one in bench.box.requests]
    bench.box.requests.clear()
    return [one for one in found if one[1]]


def metric(**more: Any) -> Metric:
    """A metric in percent, from 54 to 70, at 55."""
    given: dict[str, Any] = {"gid": "7", "unit": "percentage", "precision": 1}
    return Metric(**given | {"initial": 0.54, "target": 0.7, "current": 0.55} | more)


def test_a_goal_without_a_figure_gets_one(bench: AsanaBench, goals: Goals) -> None:
    """Percentages are fractions there, rounded half up to what is shown; then nothing more is sent."""
    goal = bench.world.add_goal("Grade 3 reading")
    assert goals.show(goal.gid, MEASURE) == "Grade 3 reading"
    assert goal.metric is not None
    assert (goal.metric.unit, goal.metric.precision, goal.metric.source) == ("percentage", 1, "manual")
    assert (goal.metric.initial, goal.metric.target, goal.metric.current) == (0.54, 0.7, 0.573)
    sent(bench)
    goals.show(goal.gid, MEASURE)
    assert sent(bench) == []


def test_only_the_figure_is_set_where_only_that_changed(bench: AsanaBench, goals: Goals) -> None:
    """In whatever form people gave the metric."""
    goal = bench.world.add_goal("Grade 3 reading", metric(precision=0))
    sent(bench)
    goals.show(f"https://app.asana.com/0/goal/{goal.gid}", MEASURE)
    assert sent(bench) == [("setMetricCurrentValue", {"current_number_value": 0.57})]


def test_another_start_or_target_makes_the_metric_anew(bench: AsanaBench, goals: Goals) -> None:
    """It keeps its form: here money."""
    goal = bench.world.add_goal("Cost", metric(unit="currency", precision=2, currency="USD", initial=0.0, target=9.0))
    goals.show(goal.gid, Measure(Decimal("3.125"), Decimal(1), Decimal(9), "$", 2))
    found = goal.metric
    assert found is not None
    assert (found.unit, found.currency, found.precision) == ("currency", "USD", 2)
    assert (found.initial, found.target, found.current) == (1.0, 9.0, 3.13)


@pytest.mark.parametrize("way", [{"source": "task_completion"}, {"source": "subgoal_progress"}])
def test_a_figure_that_asana_reckons_is_left_alone(bench: AsanaBench, goals: Goals, way: dict[str, str]) -> None:
    """A person is told what to do."""
    goal = bench.world.add_goal("Reckoned", metric(**way))
    sent(bench)
    with pytest.raises(Invalid, match="by itself") as told:
        goals.show(goal.gid, MEASURE)
    assert "by hand" in told.value.next_step
    assert sent(bench) == []


@pytest.mark.parametrize(
    "measure", [Measure(Decimal(5), None, Decimal(9)), Measure(Decimal(5), Decimal(9), Decimal(9))]
)
def test_a_figure_without_a_way(bench: AsanaBench, goals: Goals, measure: Measure) -> None:
    """Asana wants a start and another target."""
    with pytest.raises(Invalid, match="from a start to a target"):
        goals.show(bench.world.add_goal("Open").gid, measure)


def test_a_goal_that_is_not_there_or_not_in_the_plan(bench: AsanaBench, free: AsanaBench, goals: Goals) -> None:
    """Each is an error of its own."""
    with pytest.raises(NotFound):
        goals.show("1299999999999999", MEASURE)
    with pytest.raises(Invalid, match="neither a goal's id nor its address"):
        goals.show("our reading goal", MEASURE)
    other = free.connect().goals()
    assert other is not None
    with pytest.raises(PlanTier):
        other.show(free.world.add_goal("Reading").gid, MEASURE)


@pytest.mark.parametrize("address", ["12", " https://app.asana.com/0/goal/12 ", "app.asana.com/1/99/goal/12/progress"])
def test_addresses(address: str) -> None:
    """Of both kinds, with what the browser adds."""
    assert goal_of(address) == "12"
