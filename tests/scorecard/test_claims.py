"""What stands beside the rule: what a person says, limits kept or breached, and how KPIs stand together."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from syncd.plan.model import Audience, Goal, Kpi, Outcome, Override, Plan, Reading, Scope, Target
from syncd.progress.pace import Pace
from syncd.progress.together import Overall, Together
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.data import as_csv, as_json
from syncd.scorecard.explain import explain
from syncd.scorecard.sentences import together_sentence
from syncd.scorecard.text import as_text
from syncd.scorecard.view import ClaimView, Scorecard
from tests.progress.plans import END, START, action, kpi, plan, project, task, tasks

DAY = date(2026, 6, 30)
READ = date(2026, 6, 20)
SAID = {"state": "on_track", "note": "The test moved to May.", "until": date(2026, 12, 31)}


def held(audience: Audience = Audience.INTERNAL, day: date = DAY, **more: Any) -> Scorecard:
    """The scorecard of a KPI that is off track, with what a person says of it."""
    found = kpi(values={READ: "50"}, override=Override.model_validate(SAID | more))
    return card(plan(kpis=(found,), audience="public"), audience, day)


def card(found: Plan, audience: Audience = Audience.INTERNAL, day: date = DAY) -> Scorecard:
    """The scorecard of a plan without evidence."""
    return build_scorecard(found, {}, audience=audience, as_of=day, tool_read_at=None)


def claim(found: Scorecard) -> ClaimView | None:
    """What is said of the only KPI."""
    return found.goals[0].outcomes[0].kpis[0].claim


def sentence(found: Scorecard) -> str:
    """The same in words."""
    said = claim(found)
    return said.sentence if said else ""


def test_a_person_speaks_beside_the_rule() -> None:
    """The computed state, its figures and how the goal stands are the same with and without."""
    with_claim = held(by="Chief Academic Officer").goals[0].outcomes[0].kpis[0]
    without = card(plan(kpis=(kpi(values={READ: "50"}),), audience="public")).goals[0].outcomes[0].kpis[0]
    assert with_claim.claim is not None
    said = "Chief Academic Officer says on track until 31 December 2026: “The test moved to May.”"
    assert with_claim.claim.sentence == f"{said}; the rule says off track."
    assert (with_claim.pace, with_claim.attainment, with_claim.sentence) == (
        (without.pace, without.attainment, without.sentence)
    )
    assert held().goals[0].spread == card(plan(kpis=(kpi(values={READ: "50"}),))).goals[0].spread


@pytest.mark.parametrize(
    ("more", "day", "said"),
    [
        ({"state": "off_track"}, DAY, "The office responsible says off track until 31 December 2026"),
        ({"state": "off_track"}, DAY, "the rule says the same."),
        ({}, date(2026, 12, 31), "says on track until"),
        ({}, date(2027, 1, 1), "said on track until 31 December 2026, which is past: the rule alone stands."),
        ({"on": DAY}, DAY, "says on track until"),
    ],
)
def test_from_when_and_until_when_a_claim_holds(more: dict[str, Any], day: date, said: str) -> None:
    """Both days are counted in; a claim that is over says so, and is not taken for one that holds."""
    assert said in sentence(held(day=day, **more))


def test_a_claim_of_a_later_day_is_not_known_yet() -> None:
    """Before its first day nothing is said."""
    assert claim(held(on=date(2026, 7, 1))) is None


def test_the_public_reads_titles_only() -> None:
    """Who says so is told by title; a person's name or address is not."""
    for by, said in (("Chief Academic Officer", "Chief Academic Officer"), ("a@b.example", ""), ("Ann Lee", "")):
        found = claim(held(Audience.PUBLIC, by=by))
        assert found is not None
        assert found.by == said
        assert by == said or by not in as_text(held(Audience.PUBLIC, by=by))
    inside = claim(held(by="Ann Lee"))
    assert inside is not None
    assert inside.by == "Ann Lee"


def test_nobody_speaks_of_what_must_not_be_known() -> None:
    """How a small group stands must not be told in another way, nor is a retired KPI spoken of."""
    small = Reading(value=Decimal(50), on=READ, n=3)
    for more in ({"readings": (small,)}, {"state": "retired"}):
        found = kpi(override=Override.model_validate(SAID), **more)
        assert claim(card(plan(kpis=(found,)))) is None


def test_claims_as_text_and_data() -> None:
    """In the terminal, in JSON and in CSV; over, CSV holds it no more."""
    found = held()
    assert "The office responsible says on track" in " ".join(as_text(found).split())
    given = json.loads(json.dumps(as_json(found)))["goals"][0]["outcomes"][0]["kpis"][0]
    said = {"state": "on_track", "note": "The test moved to May.", "by": "", "until": "2026-12-31", "over": False}
    assert (given["override"], given["pace"]) == (said, "off_track")
    rows = [next(csv.DictReader(io.StringIO(as_csv(each)))) for each in (found, held(day=date(2027, 1, 1)))]
    assert [(row["override"], row["override_until"]) for row in rows] == [("on_track", "2026-12-31"), ("", "")]


def test_actions_and_projects_are_spoken_of_too() -> None:
    """Beside what their dates say."""
    said = Override.model_validate(SAID | {"state": "at_risk"})
    late = project(1, due=date(2026, 1, 1), override=said)
    found = plan(actions=(action(late, due=date(2026, 1, 1), override=said),))
    shown = build_scorecard(found, tasks(task("P1")), audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    view = shown.goals[0].actions[0]
    for claimed in (view.claim, view.projects[0].claim):
        assert claimed is not None
        assert claimed.sentence.endswith("“The test moved to May.”; the rule says behind.")
    assert " ".join(as_text(shown).split()).count("the rule says behind") == 2
    assert as_json(shown)["goals"][0]["actions"][0]["override"]["state"] == "at_risk"
    assert next(csv.DictReader(io.StringIO(as_csv(shown))))["override"] == "at_risk"


def guarded(*values: str, kpis: tuple[Kpi, ...] = ()) -> Plan:
    """A plan whose guardrails should stay at 90 or above, give or take 1."""
    rails = tuple(
        kpi(None, "90", {READ: value}, id=f"R{number}", direction="at_least", tolerance="1")
        for number, value in enumerate(values)
    )
    goal = Goal(id="G1", title="Goal", guardrails=rails, outcomes=(Outcome(id="O1", title="Outcome", kpis=kpis),))
    return Plan(id="p", title="Plan", start=START, end=END, goals=(goal,))


def test_guardrails_are_kept_or_breached() -> None:
    """In words; the pace keeps its own name for other programs, which find the word beside it."""
    found = card(guarded("90", "89.5", "80"))
    rails = found.goals[0].guardrails
    assert [rail.pace for rail in rails] == [Pace.ON_TRACK, Pace.AT_RISK, Pace.OFF_TRACK]
    assert [rail.sentence.rpartition(", ")[2] for rail in rails] == ["kept.", "at risk.", "breached."]
    assert rails[0].threshold == "Rule: at least 90 %: kept; up to 1 point outside: at risk; further outside: breached."
    words = [each["guardrail"] for each in as_json(found)["goals"][0]["guardrails"]]
    assert words == ["kept", "at_risk", "breached"]
    text = as_text(found)
    assert ("kept · R0" in text, "breached · R2" in text, "on track" in text) == (True, True, False)
    assert (
        "3 guardrails: 1 kept, 1 at risk, 1 breached."
        in explain(guarded("90", "89.5", "80"), {}, "G1", as_of=DAY).sentence
    )


def test_guardrails_at_the_end_are_counted_by_their_words() -> None:
    """Kept until the last day and kept so far is the same."""
    ended = kpi(None, "90", {READ: "95"}, id="R9", direction="at_least", aim=Target(value=Decimal(90), on=READ))
    found = guarded("90")
    goal = found.goals[0].model_copy(update={"guardrails": (*found.goals[0].guardrails, ended)})
    told = explain(found.model_copy(update={"goals": (goal,)}), {}, "G1", as_of=DAY)
    assert "2 guardrails: 2 kept." in told.sentence


def test_a_goal_says_how_its_kpis_stand_together() -> None:
    """With how many have a current reading, and what limits were not kept."""
    kpis = (
        kpi(values={READ: "50"}),
        kpi(values={READ: "58"}, id="K2"),
        kpi(values={READ: "54.5"}, id="K3"),
        kpi(id="K4"),
    )
    goal = card(guarded("80", kpis=kpis)).goals[0]
    assert goal.standing == (
        "Taken together off track: 1 off track, 1 at risk, 3 of 4 KPIs with a current reading; 1 guardrail breached."
    )
    assert goal.outcomes[0].standing.endswith("3 of 4 KPIs with a current reading.")
    told = as_json(card(guarded("80", kpis=kpis)))["goals"][0]
    assert told["together"] == {"state": "off_track", "current": 3, "awaited": 4} == told["outcomes"][0]["together"]
    assert "Taken together off track" in explain(guarded("80", kpis=kpis), {}, "O1", as_of=DAY).sentence


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Together(9, 9, off=1, missed=1), "1 missed"),
        (Together(9, 9, off=2, missed=1, at_risk=1), "2 missed or off track, 1 at risk"),
        (Together(9, 8, off=1, at_risk=2, at_risk_overdue=1), "1 off track, 2 at risk (1 of them overdue)"),
        (Together(9, 8, off=1, off_overdue=1), "1 off track (its reading is overdue)"),
    ],
)
def test_what_is_bad_has_the_words_of_the_spread(found: Together, said: str) -> None:
    """Nothing is called off track that stands as missed beside it, nor at risk now whose reading is overdue."""
    told = together_sentence(replace(found, overall=Overall.AT_RISK))
    assert told == f"Taken together at risk: {said}, {found.current} of 9 KPIs with a current reading."


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), ""),
        (("80",), "1 guardrail breached."),
    ],
)
def test_a_goal_without_kpis_has_no_state(values: tuple[str, ...], said: str) -> None:
    """Only its limits speak."""
    goal = card(guarded(*values)).goals[0]
    assert (goal.standing, goal.together and goal.together.overall) == (said, None)
    assert as_json(card(guarded(*values)))["goals"][0]["together"] is None


def test_too_little_is_known() -> None:
    """Under half with a reading, nothing is said of the whole."""
    goal = card(guarded(kpis=(kpi(values={READ: "58"}), kpi(id="K2"), kpi(id="K3")))).goals[0]
    assert goal.together is not None
    assert goal.together.overall is Overall.NOT_ENOUGH_DATA
    assert goal.standing == ("Not enough data to say how they stand together: 1 of 3 KPIs with a current reading.")


def test_a_kpi_that_is_the_work_itself() -> None:
    """It goes by the work behind it, and says that it does; attainment stays what was measured: nothing."""
    found = plan(
        actions=(action(project(1, due=READ), project(2, due=READ)),),
        kpis=(kpi(None, None, kind="implementation", driven_by=["A1"]),),
    )
    for seen, pace, said in (
        (tasks(task("P1", done=True), task("P2")), Pace.OFF_TRACK, "50 % of it is done: behind."),
        (tasks(task("P1", done=True), task("P2", done=True)), Pace.ACHIEVED, "100 % of it is done: done."),
        ({}, Pace.NOT_MEASURED, "how much of it is done is not known: not known."),
    ):
        shown = build_scorecard(found, seen, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
        view = shown.goals[0].outcomes[0].kpis[0]
        assert (view.pace, view.attainment, view.kind) == (pace, None, "implementation")
        assert view.sentence == f"This KPI is the work itself, and {said}"
        assert as_json(shown)["goals"][0]["outcomes"][0]["kpis"][0]["kind"] == "implementation"


def test_a_target_told_as_a_change_is_shown_when_it_is_known() -> None:
    """As data: the change always, the target once the baseline lands."""
    for baseline, target in ((None, None), ("54", 64)):
        found = plan(kpis=(kpi(baseline, None, aim=Target(change="+10 points", on=END)),))
        given = as_json(card(found))["goals"][0]["outcomes"][0]["kpis"][0]
        assert (given["target"], given["target_change"]) == (target, "+10 points")
        figures = explain(found, {}, "K1", as_of=DAY).figures
        assert (figures["target"], figures["target_change"]) == (target, "+10 points")


def test_parts_of_the_district_stay_parts() -> None:
    """A school's reading beside the district's gives the district no coverage."""
    school = Reading(value=Decimal(70), on=READ, scope=Scope.SCHOOL, where="Lincoln", n=90)
    old = Reading(value=Decimal(50), on=date(2024, 6, 1))
    goal = card(plan(kpis=(kpi(readings=(old, school)),))).goals[0]
    assert goal.together is not None
    assert (goal.together.current, goal.together.every) == (0, 1)
