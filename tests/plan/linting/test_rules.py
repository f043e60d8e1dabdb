"""Each rule finds what it is for, and leaves alone what is right."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.plan.linting.lint import lint
from syncd.plan.linting.subject import Bounds, Subject
from tests.plan.linting.plans import TODAY, action, early, found, goal, kpi, plan, project

YEARS = [{"value": value, "on": f"{2022 + number}-06-10"} for number, value in enumerate((50, 51, 52))]


def test_a_plan_as_it_should_be() -> None:
    """Nothing is found in it."""
    assert lint(Subject(plan(), TODAY, pushed=frozenset("P"))).findings == ()


KPIS: list[tuple[str, dict[str, Any], str]] = [
    ("PL01", {"baseline": None}, "E K “Grade 3 students proficient in reading” has no baseline: progress"),
    ("PL01", {"baseline": {"value": "TBD"}}, "E K "),
    ("PL01", {"baseline": None, "target": None}, "W K "),
    ("PL01", {"baseline": {"value": "TBD", "on": "2026-02-28"}}, "has no baseline (it was due on 2026-02-28)"),
    ("PL01", {"baseline": {"value": "TBD", "on": "2026-06-30"}}, ""),
    ("PL01", {"baseline": None, "direction": "at_least"}, ""),
    ("PL01", {"baseline": None, "state": "retired"}, ""),
    ("PL02", {"target": None}, "W K “Grade 3 students proficient in reading” has no target."),
    ("PL02", {"target": {"on": "2029-06-30"}}, "has no target"),
    ("PL02", {"direction": "between", "target": {"low": 1, "high": "TBD"}}, "has no target"),
    ("PL02", {"direction": "between", "target": {"low": 1, "high": 2}}, ""),
    ("PL02", {"target": {"change": "+10 points"}}, ""),
    ("PL03", {"target": {"value": 70}}, "W K The target of “Grade 3 students proficient in reading” has no date."),
    ("PL03", {"target": {"on": None}}, ""),
    ("PL04", {"owner": None}, "W K Nobody is responsible for “Grade 3"),
    ("PL04", {"owner": None, "state": "retired"}, ""),
    ("PL05", {"owner": "Chief Academic Officer; Director of Literacy"}, "is 2 owners"),
    ("PL05", {"owner": "Chief Academic Officer, Director of Literacy and Principal"}, "is 3 owners"),
    ("PL05", {"owner": "a@example.org, b@example.org"}, "is 2 owners"),
    ("PL05", {"owner": "Literacy team"}, "is a group"),
    ("PL05", {"owner": "All principals"}, "is a group"),
    ("PL05", {"owner": "10482"}, "is a number, and nobody's name"),
    ("PL05", {"owner": "Asst. Superintendent, Elementary"}, ""),
    ("PL05", {"owner": "Director of Teaching and Learning"}, ""),
    ("PL05", {"owner": "Director of Staff Development"}, ""),
    ("PL05", {"owner": "PK/Elementary Director"}, ""),
    ("PL06", {"title": "Improve reading", "target": None}, "W K “Improve” cannot be measured in “Improve reading”."),
    ("PL06", {"title": "Improve reading"}, ""),
    ("PL06", {"title": "Students in foster care who read", "target": None}, ""),
    ("PL07", {"title": "Reading rises by 5%"}, "W K “by 5%” in “Reading rises by 5%” can mean points or percent."),
    ("PL07", {"title": "Reading rises by 5 percentage points"}, ""),
    ("PL07", {"title": "Number of readers"}, "“Number of” in “Number of readers” is a count, but its unit is %."),
    ("PL07", {"title": "Number of readers", "unit": "students"}, ""),
    ("PL07", {"target": {"change": "+5 %"}}, "The target “+5 %” of"),
    ("PL07", {"target": {"change": "+5 points"}}, ""),
    ("PL07", {"target": {"change": "+5"}}, ""),
    ("PL07", {"target": {"change": "+5 %"}, "unit": "students"}, ""),
    ("PL08", {"target": {"value": 40, "on": "2029-06-30"}}, "E K “Grade 3 students proficient in reading”: it is to"),
    ("PL08", {"direction": "decrease", "target": {"value": 40}}, ""),
    ("PL09", {"target": {"value": 105}}, "W K “Grade 3 students proficient in reading” aims at 105 %"),
    ("PL09", {"target": {"value": 105}, "unit": "students"}, ""),
    ("PL09", {"target": {"value": 56}, "tolerance": 2}, "(2) is within its tolerance (2)"),
    ("PL09", {"target": {"value": 56}, "tolerance": 1}, ""),
    ("PL09", {"target": {"value": 56}, "readings": [{"value": 54, "on": "2025-06-01", "n": 40}]}, "of the 40 it"),
    ("PL09", {"target": {"value": 56}, "readings": [{"value": 54, "on": "2025-06-01", "n": 400}]}, ""),
    ("PL09", {"readings": YEARS}, "asks for 4 a year; the best past year brought 1."),
    ("PL09", {"readings": YEARS, "target": {"value": 70}}, ""),
    ("PL09", {"readings": YEARS, "target": {"value": 60, "on": "2029-06-30"}}, ""),
    ("PL09", {"readings": YEARS, "direction": "decrease", "target": {"value": 50, "on": "2029-06-30"}}, "brought 0."),
    ("PL09", {"readings": YEARS, "direction": "at_least"}, ""),
    ("PL09", {"readings": [YEARS[0], YEARS[0] | {"on": "2022-09-01"}]}, ""),
    ("PL10", {"title": "Students who read and write"}, "W K “Students who read and write” measures 2 things (“and”)."),
    ("PL10", {"title": "Students who read and write", "method": "Both counted once."}, ""),
    ("PL10", {"title": "Students at or above the benchmark, or more"}, ""),
    ("PL10", {"title": "Students in Career and Technical Education"}, ""),
    ("PL11", {"title": "Train every teacher"}, "W K “Train every teacher” is work (“train”), not a result."),
    ("PL11", {"title": "Percent of teachers trained"}, "is work (“trained”)"),
    ("PL11", {"title": "Train every teacher", "kind": "implementation"}, ""),
    ("PL12", {"driven_by": ["P"]}, ""),
    ("PL14", {"driven_by": ["X"]}, "E K “Grade 3 students proficient in reading”: there is no action or project “X”"),
    ("PL17", {"target": {"value": 70, "on": "2030-06-30"}}, "2030-06-30, after the plan ends (2029-06-30)."),
    ("PL17", {"target": {"value": 70, "on": "2025-06-29"}, "baseline": None}, "before the plan starts (2025-07-01)."),
    ("PL17", {"target": None}, ""),
    ("PL21", {"driven_by": [{"id": "A", "weight": 0}]}, "W K All weights of what drives"),
    ("PL22", {"source": ""}, "W K “Grade 3 students proficient in reading” names neither"),
    ("PL22", {"source": "", "method": "counted"}, ""),
    ("PL23", {"title": "Grade 3 EOG and CCR"}, "I K “Grade 3 EOG and CCR” says EOG, CCR without explaining it."),
    ("PL23", {"title": "Grade 3 EOG", "method": "End of grade (EOG) test"}, ""),
    ("PL23", {"title": "EOGs of May", "why": "An EOG (end of grade test) tells all"}, ""),
    ("PL23", {"title": "The IEP for Maria and EOG"}, ""),
    ("PL25", {"title": "every child READS!"}, "I K “every child READS!” says the same as the goal G."),
]


@pytest.mark.parametrize(("rule", "change", "words"), KPIS)
def test_rules_about_a_kpi(rule: str, change: dict[str, Any], words: str) -> None:
    """One finding with these words, or none."""
    told = [each for each in found(plan(goal(kpis=[kpi(**change), early()])), rule) if each[2:].startswith("K ")]
    assert len(told) == bool(words)
    assert all(words in each for each in told)


WORKS: list[tuple[str, dict[str, Any], str]] = [
    ("PL03", {"due": "TBD"}, "W P “Train every teacher” has no date."),
    ("PL03", {"due": None, "state": "on_hold"}, ""),
    ("PL04", {"owner": None}, "E P Nobody is responsible for “Train every teacher”."),
    ("PL04", {"owner": None, "state": "cancelled"}, ""),
    ("PL05", {"owner": "Principals"}, "“Principals”, who is to be responsible for “Train every teacher”, is a group."),
    ("PL06", {"title": "Support teachers"}, "W P “Support” cannot be measured"),
    ("PL06", {"title": "Teach in one room, with support"}, ""),
    ("PL06", {"title": "Explore ten schools"}, ""),
    ("PL13", {"state": "deferred"}, "W A “Adopt one curriculum” has no project or next step."),
    (
        "PL17",
        {"due": "2025-07-02", "start": "2026-01-01"},
        "E P “Train every teacher”: it is due on 2025-07-02, before",
    ),
    ("PL17", {"due": "2027-07-01"}, "W P “Train every teacher” is due on 2027-07-01, after its action (2027-06-30)."),
    (
        "PL17",
        {"start": "2025-07-02"},
        "W P “Train every teacher” starts on 2025-07-02, before its action (2025-08-01).",
    ),
    ("PL17", {"start": "2025-09-01"}, ""),
    ("PL20", {"title": "Review the IEP for Maria"}, "E P P: its title may name a student or a small group"),
    ("PL20", {"notes": "4 homeless students"}, "its notes may name"),
    ("PL21", {"weight": 0}, "W A All weights of the projects of “Adopt one curriculum” are 0"),
]


@pytest.mark.parametrize(("rule", "change", "words"), WORKS)
def test_rules_about_a_project(rule: str, change: dict[str, Any], words: str) -> None:
    """One finding with these words, or none."""
    held = plan(goal(actions=[action(projects=[project(**change)])]))
    told = found(held, rule, pushed=frozenset("P"))
    assert len(told) == bool(words)
    assert all(words in each for each in told)


def test_a_project_that_no_tool_sees_may_wait_for_its_owner() -> None:
    """What becomes a task is on nobody's list."""
    held = plan(goal(actions=[action(projects=[project(owner=None)])]))
    assert found(held, "PL04") == ["W P Nobody is responsible for “Train every teacher”."]


def test_words_that_may_name_somebody_are_not_repeated() -> None:
    """Findings about something else call the item by its id."""
    held = plan(goal(actions=[action(projects=[project(title="Review the IEP for Maria", due=None, owner=None)])]))
    messages = [each.message for each in lint(Subject(held, TODAY)).findings if each.item == "P"]
    assert messages == ["P has no date.", "Nobody is responsible for P.", messages[2]]
    assert not any("Maria" in each for each in messages)


def test_a_kpi_that_nobody_works_on() -> None:
    """Work that is cancelled, on hold or not there serves nobody."""
    words = "W K No action serves “Grade 3 students proficient in reading”."
    assert words in found(plan(goal(actions=[])), "PL12")
    assert words in found(plan(goal(actions=[action(state="cancelled")])), "PL12")
    rail = [kpi(id="R", title="Minutes of arts")]
    assert not found(plan(goal(guardrails=rail)), "PL12")


def test_a_baseline_that_did_not_come_is_put_off_or_entered() -> None:
    """What stands there already is not advised; where there is none, it is."""
    fixes = {}
    for name, baseline in (("due", {"value": "TBD", "on": "2026-02-28"}), ("none", None)):
        linted = lint(Subject(plan(goal(kpis=[kpi(baseline=baseline), early()])), TODAY))
        fixes[name] = next(each.fix for each in linted.findings if each.rule == "PL01")
    assert fixes["due"] == "Enter the last reading with its date, or, while it is still to come, a later day."
    assert 'baseline = { value = "TBD", on = DATE }' in fixes["none"]


def test_items_that_lead_nowhere() -> None:
    """Empty branches, skipped tiers, and work for no measure."""
    assert found(plan({"id": "G", "title": "g"}), "PL14") == ["W G Nothing hangs on the goal “g”."]
    assert "W O No KPI measures the outcome “More third graders read at grade level”." in found(
        plan(goal(kpis=[])), "PL14"
    )
    beside = found(plan(goal() | {"kpis": [kpi(id="M", title="Books read", driven_by=["A"])]}), "PL14")
    assert beside == ["W M “Books read” skips a tier: the other KPIs of its goal stand under outcomes."]
    assert not found(plan({"id": "G", "title": "g", "kpis": [kpi(), early()], "actions": [action()]}), "PL14")
    idle = action(id="B", title="Paint the gym", projects=[project(id="Q")])
    lost = found(plan(goal() | {"actions": [idle]}), "PL14")
    assert lost == ["W B “Paint the gym” serves no measure: no KPI is driven by it."]
    linked = goal(kpis=[kpi(driven_by=["Q", "A"]), early()]) | {"actions": [idle]}
    assert not found(plan(linked), "PL14")


def test_goals_that_nobody_can_say_by_heart() -> None:
    """By words and by sentences."""
    told = found(plan(goal(title="Read. Write.")), "PL15")
    assert told == ["I G The goal “Read. Write.” has 2 words in 2 sentences; aim for one line."]
    assert "26 words in 1 sentence;" in found(plan(goal(title="word " * 26)), "PL15")[0]
    assert not found(plan(goal(title="word " * 24 + "end.")), "PL15")
    assert found(plan(), "PL15", bounds=Bounds(words=2))


def test_too_much() -> None:
    """Goals, KPIs under one goal, items in all, and projects on one owner."""
    goals = [{"id": f"G{number}", "title": f"Goal {number}"} for number in range(7)]
    assert found(plan(*goals), "PL16") == ["W district 7 goals: more than 6 are no priorities any more."]
    kpis = [kpi(id=f"K{number}", title=f"Measure {number}") for number in range(8)]
    assert found(plan(goal(kpis=kpis)), "PL16") == ["W G 8 KPIs under “Every child reads”: more than 7."]
    small = Bounds(elements=4)
    assert found(plan(), "PL16", bounds=small) == [
        "W district 5 goals, outcomes, KPIs and actions in all: more than 4."
    ]
    many = [project(id=f"P{number}") for number in range(11)]
    words = ["W district 11 open projects on Director of Talent: more than 10."]
    assert found(plan(goal(actions=[action(projects=many)])), "PL16") == words
    past = [*many[:-1], project(id="old", due="2026-02-28"), project(id="none", owner=None)]
    assert not found(plan(goal(actions=[action(projects=past)])), "PL16")
    assert found(plan(goal(actions=[action(projects=[*many[:-1], project(id="open", due=None)])])), "PL16") == words


def test_days_of_the_plan_itself() -> None:
    """It ends before it starts; and too much falls on one day."""
    wrong = found(plan(start="2029-07-01"), "PL17")
    assert wrong[0] == "E district The plan ends on 2029-06-30, before it starts on 2029-07-01."
    many = [project(id=f"P{number}") for number in range(13)]
    assert found(plan(goal(actions=[action(projects=many)])), "PL17") == [
        "W district 13 projects are due on 2026-06-15."
    ]
    assert not found(plan(goal(actions=[action(projects=many[:12])])), "PL17")
    assert not found(plan({"id": "G", "title": "g", "actions": [action()]}, start=None, end=None), "PL17")


def test_no_early_signal() -> None:
    """For a KPI beside which nothing tells early, and for a whole goal."""
    alone = kpi(interim=[])
    goal_words, words = found(plan(goal(kpis=[alone])), "PL18")
    assert goal_words == "W G All KPIs of “Every child reads” are measured once a year, when the year is over."
    assert words.startswith("W K “Grade 3 students proficient in reading” is measured once a year and has no interim")
    assert not found(plan(goal(kpis=[alone, early()])), "PL18")
    assert not found(plan(goal(kpis=[kpi(kind="leading", interim=[])])), "PL18")
    assert not found(plan({"id": "G", "title": "g"}), "PL18")
    kept = kpi(interim=[], direction="at_least")
    assert [each[:3] for each in found(plan(goal(kpis=[kept])), "PL18")] == ["W G"]


def test_what_disagrees() -> None:
    """One id twice, and one title with other figures."""
    twice = plan(goal(), {"id": "G", "title": "Another"})
    assert found(twice, "PL19") == ["E G The id G stands 2 times."]

    def other(**change: Any) -> list[str]:
        return found(plan(goal(kpis=[kpi(), kpi(id="L", **change)])), "PL19")

    start = "W L “Grade 3 students proficient in reading” appears twice (K, L) with different "
    assert other() == []
    assert other(unit="students") == [start + "unit: % and students."]
    assert other(unit="") == [start + "unit: % and none."]
    assert other(direction="at_least") == [start + "direction: increase and at_least."]
    assert other(baseline=None) == [start + "baseline: 54, 2025-06-30 and none."]
    assert other(target={"value": 71, "on": "2029-06-30"}) == [start + "target: 70, 2029-06-30 and 71, 2029-06-30."]


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((50, 45), "sum to 95; 100 or 1 seems to be meant"),
        (("0.5", "0.45"), "sum to 0.95; 100 or 1 seems to be meant"),
        ((50, 50), ""),
        (("0.5", "0.5"), ""),
        ((2, 1), ""),
        ((0, 0), "are 0: no share can be given"),
    ],
)
def test_weights(shares: tuple[object, ...], words: str) -> None:
    """Of actions under one outcome."""
    actions = [
        action(id=f"A{number}", weight=share, projects=[project(id=f"P{number}")])
        for number, share in enumerate(shares)
    ]
    told = found(plan(goal(actions=actions)), "PL21")
    assert len(told) == bool(words)
    assert all(words in each for each in told)


def test_guardrails() -> None:
    """A limit and a reading each."""
    rail = kpi(id="R", title="Minutes of arts", readings=[{"value": 60, "on": "2025-06-30"}])
    assert not found(plan(goal(guardrails=[rail])), "PL24")
    assert not found(plan(goal(guardrails=[rail | {"readings": [], "readings_from": "readings.csv"}])), "PL24")
    bare = rail | {"target": None, "readings": []}
    words = ["W R The guardrail “Minutes of arts” has no limit and no reading."]
    assert found(plan(goal(guardrails=[bare])), "PL24") == words
    assert found(plan(goal(guardrails=[rail | {"readings": []}])), "PL24") == [
        "W R The guardrail “Minutes of arts” has no reading."
    ]
