"""The figures of KPIs on Asana's goals: after a pass, where a mapping names them, and only what changed."""

from __future__ import annotations

from connectors.asana.sandbox import Fault
from connectors.asana.sandbox.records import Goal, Metric
from tests.cli.district import District

KPI = "G1.O1.K1"


def named(district: District, metric: Metric | None = None) -> Goal:
    """A goal that people made for the KPI, and that the mapping names."""
    goal = district.box.world.add_goal("Reading", metric)
    district.write_config(more=f'[mappings.academics.goals]\n"{KPI}" = "https://app.asana.com/0/goal/{goal.gid}"')
    return goal


def asked(district: District) -> int:
    """How many requests were about goals since this was last asked."""
    count = sum("/goals/" in one.path for one in district.box.requests)
    district.box.requests.clear()
    return count


def test_a_goal_shows_its_kpis_figure(district: District) -> None:
    """It gets one where it had none; a new reading is on it after the next pass, and nothing is asked meanwhile."""
    goal = named(district)
    assert district.run("sync").code == 0
    assert goal.metric is not None
    assert (goal.metric.initial, goal.metric.target, goal.metric.current) == (0.54, 0.7, 0.555)
    asked(district)
    district.run("sync")
    assert asked(district) == 0
    district.change_plan(("value = 55.5,", "value = 58,"))
    district.run("sync")
    assert (goal.metric.current, asked(district)) == (0.58, 2)
    told = district.run("log", KPI).out
    assert "58 % (from 54 to 70)" in told
    goal.metric.current = 0.99
    district.run("sync", "--full")
    assert goal.metric.current == 0.58


def test_a_goal_whose_figure_is_not_ours(district: District) -> None:
    """It is told with what to do, each time, and asked about only after something changed or all is read anew."""
    goal = named(district, Metric("7", "percentage", 0, 0.0, 1.0, 0.5, "task_completion"))
    said = district.run("sync")
    assert said.code == 1
    assert "Asana reckons this goal's progress by itself" in said.out + said.err
    asked(district)
    assert district.run("sync").code == 1
    assert asked(district) == 0
    assert goal.metric is not None
    goal.metric.source = "manual"
    assert district.run("sync", "--full").code == 0
    assert goal.metric.current == 0.56


def test_a_goal_that_cannot_be_asked_now(district: District) -> None:
    """The next pass shows the figure."""
    goal = named(district)
    district.box.faults.append(Fault("setMetric", kind="status", status=503, times=9))
    district.run("sync")
    assert goal.metric is None
    district.box.faults.clear()
    assert district.run("sync").code == 0
    assert goal.metric is not None


def test_a_kpi_that_is_none(district: District) -> None:
    """The configuration names its line."""
    district.write_config(more='[mappings.academics.goals]\n"G1.O1.K9" = "12"')
    said = district.run("sync")
    assert (said.code, "the plan has no KPI “G1.O1.K9”; did you mean “G1.O1.K1”?" in said.err) == (2, True)
