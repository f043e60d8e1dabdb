"""Waivers let pass what they are for, as long as they hold; whatever the plan is, there are findings, never a fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from syncd.plan.linting.finding import Finding, Severity, Waiver
from syncd.plan.linting.lint import lint, worst_first
from syncd.plan.linting.rules import BY_ID
from syncd.plan.linting.sarif import At, sarif
from syncd.plan.linting.subject import Bounds, Subject
from syncd.plan.linting.summary import Share, fixes, summary
from syncd.plan.model import Plan
from tests.plan.linting.plans import TODAY, action, early, goal, kpi, plan, project
from tests.scorecard.plans_of_years import plans

POOR = plan(goal(kpis=[kpi(baseline=None, owner=None), early()], title="Read. Write."))
DAYS = st.dates(date(2024, 1, 1), date(2031, 1, 1))


def waiver(item: str = "K", rule: str = "PL01", until: date | None = None) -> Waiver:
    """One that somebody wrote."""
    return Waiver(item, rule, "looked at", until)


def test_a_waiver_lets_its_finding_pass() -> None:
    """Only that one, and its last day counts."""
    found = lint(Subject(POOR, TODAY), [waiver(until=TODAY)])
    assert [(each.rule, each.item) for each in found.findings if each.waived] == [("PL01", "K")]
    assert {each.rule for each in found.open} == {"PL04", "PL15"}
    assert (found.ended, found.idle) == ((), ())


def test_a_waiver_that_ended_counts_no_more() -> None:
    """It is named, and so is the finding; one that holds beside it wins."""
    ended = waiver(until=TODAY - timedelta(days=1))
    found = lint(Subject(POOR, TODAY), [ended])
    assert [each.ended for each in found.open if each.rule == "PL01"] == [ended]
    assert found.ended == (ended,)
    for both in ([ended, waiver()], [waiver(), ended]):
        assert [each.waiver for each in lint(Subject(POOR, TODAY), both).findings if each.rule == "PL01"] == [waiver()]


def test_a_waiver_for_nothing_is_named() -> None:
    """Of an item that is not there, or of which nothing is found."""
    idle = (waiver("X"), waiver("K", "PL02"))
    assert lint(Subject(POOR, TODAY), idle).idle == idle


def test_worst_first() -> None:
    """Errors, then warnings, then advice; what is waived last."""
    found = worst_first(lint(Subject(POOR, TODAY), [waiver()]).findings)
    assert [each.rule for each in found] == ["PL04", "PL15", "PL01"]


def test_summary_of_a_plan_as_it_should_be() -> None:
    """All of all, and nothing to do."""
    subject = Subject(plan(), TODAY, pushed=frozenset("P"))
    told = summary(subject, lint(subject))
    shares = (*told.clear, *told.measurable, *told.actionable)
    assert all(share.good == share.total for share in shares)
    assert told.actionable[-1] == Share("projects become tasks", 1, 1)
    assert (told.fixes, told.waived, told.title) == ((), 0, "Every Student Ready")


def test_summary_of_a_poor_plan() -> None:
    """Each count falls where something is missing."""
    poor = goal(
        title="Read. Write.",
        kpis=[kpi(baseline=None, target=None, owner=None, source="", title="EOG")],
        actions=[action(owner=None, due=None, projects=[project(state="cancelled")])],
    )
    subject = Subject(plan(poor), TODAY)
    told = summary(subject, lint(subject, [waiver("K", "PL02")]))
    assert [share.good for share in (*told.clear, *told.measurable, *told.actionable)] == [0, 4, *[0] * 8]
    assert told.waived == 1
    assert len(told.fixes) == 3
    kept = kpi(baseline=None, direction="at_least", state="paused")
    subject = Subject(plan(goal(kpis=[kept, early(state="retired")])), TODAY)
    assert [(share.good, share.total) for share in summary(subject, lint(subject)).measurable] == [(1, 1)] * 5
    subject = Subject(plan(goal(kpis=[early(state="retired")])), TODAY)
    assert [(share.good, share.total) for share in summary(subject, lint(subject)).measurable] == [
        (0, 1),
        *[(0, 0)] * 4,
    ]


def test_fixes_that_are_most_worth_while() -> None:
    """One error weighs more than three warnings; of many items the first few are named."""
    few = [Finding("PL04", Severity.WARNING, f"P{number}", "", "") for number in range(3)]
    found = [*few, Finding("PL01", Severity.ERROR, "K", "", ""), Finding("PL15", Severity.ADVICE, "G", "", "")]
    found += [Finding("PL25", Severity.ADVICE, "H", "", "") for _ in range(2)]
    assert [(fix.rule, fix.items, fix.many) for fix in fixes(found)] == [
        ("PL01", ("K",), 1),
        ("PL04", ("P0", "P1", "P2"), 3),
        ("PL25", ("H",), 1),
    ]
    many = [Finding("PL04", Severity.WARNING, f"P{number}", "", "") for number in range(9)]
    assert (fixes(many)[0].items, fixes(many)[0].many) == (("P0", "P1", "P2", "P3", "P4"), 9)


def test_sarif_shows_each_finding_at_its_line() -> None:
    """With its rule, its level, its place, and why it is let pass."""
    [first, *_] = lint(Subject(POOR, TODAY)).findings
    passed = replace(first, waiver=waiver())
    log = sarif([At(first, "plan.toml", 7), At(passed, "https://example.org/plan.toml")], "1.0")
    [run] = log["runs"]
    one, other = run["results"]
    rule = run["tool"]["driver"]["rules"][one["ruleIndex"]]
    assert (one["ruleId"], rule["id"], one["level"]) == ("PL01", "PL01", "error")
    assert one["message"]["text"].startswith("“Grade 3 students proficient in reading” has no baseline")
    assert one["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "plan.toml"},
        "region": {"startLine": 7},
    }
    assert "suppressions" not in one
    assert other["suppressions"][0]["justification"] == "looked at"
    assert "region" not in other["locations"][0]["physicalLocation"]
    assert one["partialFingerprints"] == other["partialFingerprints"]


@given(plans(), DAYS, st.sets(st.sampled_from(["G1.A1.P1", "G1.A1"])))
def test_no_plan_is_too_odd(held: Plan, today: date, pushed: set[str]) -> None:
    """Every plan that loads has findings of rules that are there, about the plan or its items; and a summary."""
    subject = Subject(held, today, Bounds(1, 1, 1, 1, 1), frozenset(pushed))
    found = lint(subject)
    assert {each.rule for each in found.findings} <= BY_ID.keys()
    assert {each.item for each in found.findings} <= {held.id, *held.items}
    assert all(0 <= share.good <= share.total for share in summary(subject, found).measurable)
    assert sarif([At(each, "plan.toml") for each in found.findings], "1")["runs"][0]["results"] is not None


@given(plans(), DAYS, st.randoms())
def test_order_says_nothing(held: Plan, today: date, random: Random) -> None:
    """With its goals in another order, the same is found in a plan."""
    goals = list(held.goals)
    random.shuffle(goals)
    shuffled = held.model_copy(update={"goals": tuple(goals)})
    one, other = (lint(Subject(each, today)) for each in (held, shuffled))
    assert set(one.findings) == set(other.findings)


@given(plans(), DAYS)
def test_what_is_waived_stays_waived(held: Plan, today: date) -> None:
    """With a waiver for every finding, and on every day that it holds, nothing is left."""
    found = lint(Subject(held, today))
    waivers = [Waiver(each.item, each.rule, "looked at", today) for each in found.findings]
    again = lint(Subject(held, today), waivers)
    assert again.open == ()
    assert [replace(each, waiver=None) for each in again.findings] == list(found.findings)
    assert lint(Subject(held, today + timedelta(days=1)), waivers).ended == tuple(waivers)


TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {"id": {"type": "string"}, "name": {"type": "string"}, "shortDescription": TEXT, "fullDescription": TEXT}
RULE |= {"help": TEXT, "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}}}
REGION = {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}}
PLACE = {"artifactLocation": {"properties": {"uri": {"type": "string", "format": "uri-reference"}}}, "region": REGION}
WHERE = {
    "physicalLocation": {"type": "object", "additionalProperties": False, "properties": PLACE},
    "logicalLocations": {"type": "array", "items": {"properties": {"fullyQualifiedName": {"type": "string"}}}},
}
PASSED = {
    "kind": {"enum": ["inSource", "external"]},
    "status": {"enum": ["accepted", "underReview", "rejected"]},
    "justification": {"type": "string"},
}
RESULT = {
    "ruleId": {"type": "string"},
    "ruleIndex": {"type": "integer", "minimum": -1},
    "level": LEVEL,
    "message": TEXT,
    "locations": {"type": "array", "items": {"additionalProperties": False, "properties": WHERE}},
    "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    "suppressions": {
        "type": "array",
        "items": {"required": ["kind"], "additionalProperties": False, "properties": PASSED},
    },
}
DRIVER = {
    "name": {"type": "string"},
    "version": {"type": "string"},
    "rules": {"type": "array", "uniqueItems": True, "items": {"additionalProperties": False, "properties": RULE}},
}
TOOL = {"driver": {"required": ["name"], "additionalProperties": False, "properties": DRIVER}}
RUN = {
    "tool": {"required": ["driver"], "properties": TOOL},
    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    "results": {"items": {"required": ["message"], "additionalProperties": False, "properties": RESULT}},
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {"required": ["tool"], "additionalProperties": False, "properties": RUN}},
    },
}
"""What the standard says of the parts that are used here; a part that it does not know is refused."""


@given(plans(), DAYS, st.sampled_from(["plan.toml", "our%20plan.toml", "https://example.org/plan.toml"]))
def test_sarif_is_what_the_standard_says(held: Plan, today: date, uri: str) -> None:
    """Whatever is found, and waived."""
    found = lint(Subject(held, today))
    waivers = [Waiver(each.item, each.rule, "looked at") for each in found.findings[::2]]
    log = sarif([At(each, uri, 1) for each in lint(Subject(held, today), waivers).findings], "0.1.0")
    judge = jsonschema_rs.validator_for(SARIF, validate_formats=True)
    assert [error.message for error in judge.iter_errors(log)] == []
