"""What a plan must fulfil beyond its form: each contradiction is found, and what is merely unusual is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.plan.checks import check_plan
from syncd.plan.model import Action, Goal, Kpi, Mark, Plan, Project, Target

DAY, LATER = "2026-01-01", "2027-01-01"


def faults(kpi: dict[str, Any], **plan: Any) -> list[tuple[str, str, str]]:
    """What is wrong with a KPI in a plan that also holds the action A with the project P."""
    work = Action(id="A", title="a", projects=(Project(id="P", title="p"),))
    goal = Goal(id="G", title="g", kpis=(Kpi.model_validate({"id": "K", "title": "k"} | kpi),), actions=(work,))
    return list(check_plan(Plan.model_validate({"id": "d", "title": "t", "goals": (goal,)} | plan)))


@pytest.mark.parametrize(
    ("kpi", "key", "words"),
    [
        ({"driven_by": ["B"]}, "driven_by", "there is no action or project “B”; there are: A, P"),
        ({"driven_by": ["G"]}, "driven_by", "“G” is a goal; only actions and projects drive a KPI"),
        ({"driven_by": ["A", "A"]}, "driven_by", "“A” stands in it twice; give it a weight instead"),
        ({"pace": {"on_track": 30}}, "pace", "at_risk (25) must not be less than on_track (30)"),
        ({"direction": "between", "target": {"low": 1}}, "target", "needs both low and high"),
        ({"direction": "between", "target": {"low": 2, "high": 1}}, "target", "low (2) is above high (1)"),
        ({"direction": "between", "target": {"low": 1, "high": 2, "value": 1}}, "target", "has no value"),
        ({"direction": "at_least", "target": {"low": 1}}, "target", "for at_least, write value"),
        ({"baseline": {"value": 1}, "target": {"value": 1}}, "target", "the target equals the baseline (1)"),
        ({"baseline": {"value": 2}, "target": {"value": 1}}, "direction", "the target (1) is below the baseline (2)"),
        (
            {"direction": "decrease", "baseline": {"value": 1}, "target": {"value": 2}},
            "direction",
            "it is to decrease, but the target (2) is above the baseline (1)",
        ),
        ({"baseline": {"on": DAY}, "target": {"on": DAY}}, "target", "is not after the baseline's"),
        ({"target": {"value": 1, "change": "+1"}}, "target", "it has a value and a change; one says it all"),
        ({"interim": [{"value": 1, "change": "+1"}]}, "interim", "it has a value and a change; one says it all"),
        (
            {"direction": "between", "target": {"low": 1, "high": 2, "change": "+1"}},
            "target",
            "direction “between” has no change, but low and high",
        ),
        ({"target": {"change": "-5 %"}}, "direction", "it is to increase, but the target (-5 %) is below the baseline"),
        (
            {"direction": "decrease", "baseline": {"value": 3}, "target": {"change": "+10 points"}},
            "direction",
            "it is to decrease, but the target (+10 points) is above the baseline (3)",
        ),
        ({"baseline": {"value": 0}, "target": {"change": "+5 %"}}, "target", "the target equals the baseline (+5 %)"),
        (
            {"interim": [{"change": "+1", "on": DAY}, {"change": "+2", "on": DAY}]},
            "interim",
            "two interim targets for 2026-01-01 differ: +1 and +2",
        ),
        (
            {"override": {"state": "at_risk", "note": "n", "until": DAY, "on": LATER}},
            "override",
            "it ends on 2026-01-01, before it holds from 2027-01-01",
        ),
        (
            {"interim": [{"value": 1, "on": DAY}, {"value": 2, "on": LATER}, {"value": 3, "on": DAY}]},
            "interim",
            "two interim targets for 2026-01-01 differ: 1 and 3",
        ),
        (
            {"readings": [{"value": value, "on": DAY, "window": "end", "where": "Oak"} for value in (1, 2)]},
            "readings",
            "two readings of 2026-01-01 (end, Oak) differ: 1 and 2",
        ),
    ],
)
def test_a_contradiction_is_found(kpi: dict[str, Any], key: str, words: str) -> None:
    """One fault, at the key that has to change."""
    ((item, at, said),) = faults(kpi)
    assert (item, at) == ("K", key)
    assert words in said


@pytest.mark.parametrize(
    "kpi",
    [
        {"driven_by": ["A", "P"]},
        {"direction": "between", "target": {"low": "TBD", "high": 2}},
        {"direction": "between"},
        {"direction": "at_least", "baseline": {"value": 2}, "target": {"value": 1}},
        {"baseline": {"value": "TBD"}, "target": {"value": 1}},
        {"baseline": {"value": 1, "on": DAY}, "target": {"value": 2, "on": LATER}},
        {"baseline": {"value": 1}, "target": {"change": "+5 %"}},
        {"direction": "decrease", "target": {"change": "-5 %"}},
        {"direction": "at_least", "baseline": {"value": 60}, "target": {"change": "-2 points"}},
        {"interim": [{"change": "+1", "on": DAY}, {"change": "+1", "on": DAY}, {"change": "+2", "on": LATER}]},
        {"override": {"state": "at_risk", "note": "n", "until": DAY, "on": DAY}},
        {"interim": [{"value": 1, "on": DAY}, {"value": 1, "on": DAY}, {"value": "TBD", "on": DAY}, {"value": 2}]},
        {"readings": [{"value": 1, "on": DAY}, {"value": 1, "on": DAY}, {"value": "TBD", "on": DAY}]},
        {"readings": [{"value": 1, "on": DAY}, {"value": 2, "on": DAY, "window": "end"}, {"value": 3, "on": LATER}]},
        {"readings": [{"value": n, "on": DAY, "scope": "school", "where": f"School {n}"} for n in (1, 2)]},
    ],
)
def test_what_is_unknown_or_unlike_contradicts_nothing(kpi: dict[str, Any]) -> None:
    """Unknown values, other days, windows and schools, and equal values are no faults."""
    assert faults(kpi) == []


def test_days_of_the_plan_and_of_work_go_forward() -> None:
    """Nothing ends before it starts; one day is enough."""
    assert [fault[:2] for fault in faults({}, start=LATER, end=DAY)] == [("", "end")]
    assert faults({}, start=DAY, end=DAY) == []
    work = Project.model_validate({"id": "P", "title": "p", "start": LATER, "due": DAY})
    goal = Goal(id="G", title="g", actions=(Action(id="A", title="a", projects=(work,)),))
    words = "it is due on 2026-01-01, before it starts on 2027-01-01"
    assert list(check_plan(Plan(id="d", title="t", goals=(goal,)))) == [("P", "due", words)]


def test_the_pace_of_the_whole_plan_is_checked_too() -> None:
    """Its fault belongs to no item."""
    assert [fault[:2] for fault in faults({}, pace={"on_track": 30, "at_risk": 20})] == [("", "pace")]


def test_a_guardrail_may_stay_where_it_is() -> None:
    """It is a limit and leads nowhere, whatever its direction; its days go forward all the same."""
    rail = Kpi.model_validate({"id": "R", "title": "r", "baseline": {"value": 9}, "target": {"value": 9}})
    goal = Goal(id="G", title="g", guardrails=(rail,))
    assert list(check_plan(Plan(id="d", title="t", goals=(goal,)))) == []
    late = rail.model_copy(update={"baseline": Mark(on=DAY), "target": Target(on=DAY)})
    found = check_plan(Plan(id="d", title="t", goals=(goal.model_copy(update={"guardrails": (late,)}),)))
    assert [fault[:2] for fault in found] == [("R", "target")]
