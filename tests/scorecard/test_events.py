"""Edits of a plan as events: each by its name, with what was and what is, and who may read of it."""

from __future__ import annotations

from ast import literal_eval
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from syncd.plan.model import Audience, Plan, Tier
from syncd.scorecard.events import Event, Kind, compare
from syncd.scorecard.telling import sentence, tell
from tests.scorecard.plans_of_years import edited, plans, source

PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL


def events(*changes: tuple[str, Any]) -> list[Event]:
    """What comes of changing the sample plan: a path of keys and what stands there afterwards."""
    return compare(Plan.model_validate(source()), Plan.model_validate(edited(source(), *changes)))


def only(*changes: tuple[str, Any]) -> Event:
    """The one event that comes of it."""
    [found] = events(*changes)
    return found


KPI = "goals.0.outcomes.0.kpis.0"
ACTION = "goals.0.actions.0"
PROJECT = f"{ACTION}.projects.0"
NEW = {"id": "G1.A1.P9", "title": "Coach every school"}


@pytest.mark.parametrize(
    ("path", "after", "kind", "words"),
    [
        (f"{ACTION}.projects.3", NEW, Kind.ADDED, "Project “Coach every school” was added to “Adopt the curriculum”"),
        (f"{ACTION}.projects.2", None, Kind.RETIRED, "Project “Buy the books” was taken out of “Adopt the curriculum”"),
        (f"{PROJECT}.title", "Train all", Kind.RENAMED, "Project “Train every teacher” is now called “Train all”"),
        (f"{PROJECT}.state", "cancelled", Kind.CANCELLED, "Project “Train every teacher” is cancelled"),
        (f"{PROJECT}.state", "deferred", Kind.DEFERRED, "Project “Train every teacher” is put off to a later year"),
        (f"{PROJECT}.state", "on_hold", Kind.HELD, "Project “Train every teacher” is on hold"),
        (f"{ACTION}.projects.1.state", "active", Kind.RESUMED, "Project “Choose the books” is taken up again"),
        (f"{PROJECT}.due", "2026-09-01", Kind.REDATED, "Project “Train every teacher”: due date – → 1 September 2026"),
        (f"{ACTION}.weight", 2, Kind.REWEIGHTED, "Action “Adopt the curriculum”: weight 1 → 2"),
        (f"{KPI}.baseline.value", 56, Kind.REBASED, "KPI “Grade 3 reading”: baseline 54.0 % → 56.0 %"),
        (
            f"{KPI}.baseline.on",
            "2025-06-29",
            Kind.REBASED,
            "KPI “Grade 3 reading”: day of the baseline 30 June 2025 → 29 June 2025",
        ),
        (f"{KPI}.target.value", 75, Kind.RETARGETED, "KPI “Grade 3 reading”: target 70.0 % → 75.0 %"),
        (
            f"{KPI}.target.on",
            "2030-06-30",
            Kind.REDATED,
            "KPI “Grade 3 reading”: day of the target 30 June 2029 → 30 June 2030",
        ),
        (
            f"{KPI}.interim.0.value",
            59,
            Kind.RETARGETED,
            "KPI “Grade 3 reading”: target for 30 June 2026 58.0 % → 59.0 %",
        ),
        (f"{KPI}.direction", "decrease", Kind.INVERTED, "KPI “Grade 3 reading” is turned round: increase → decrease"),
        (f"{KPI}.direction", "at_least", Kind.JUDGED, "KPI “Grade 3 reading”: direction increase → at least"),
        (f"{KPI}.cadence", "monthly", Kind.JUDGED, "KPI “Grade 3 reading”: cadence yearly → monthly"),
        (f"{KPI}.unit", "points", Kind.MEASURED, "KPI “Grade 3 reading”: unit % → points"),
        (f"{KPI}.method", "State test", Kind.MEASURED, "KPI “Grade 3 reading”: method – → State test"),
        (f"{KPI}.driven_by", ["G1.A1"], Kind.DRIVEN, "KPI “Grade 3 reading”: work that drives it – → G1.A1"),
        (f"{KPI}.state", "retired", Kind.RETIRED, "KPI “Grade 3 reading” is no longer followed"),
        (f"{KPI}.state", "paused", Kind.PAUSED, "KPI “Grade 3 reading” is not followed for the time being"),
        (
            f"{KPI}.status",
            "draft",
            Kind.WITHDRAWN,
            "KPI “Grade 3 reading” is no longer adopted: it does not count any more",
        ),
        (f"{KPI}.audience", "internal", Kind.HIDDEN, "KPI “Grade 3 reading” is no longer published"),
        (
            f"{KPI}.owner",
            "Chief Academic Officer",
            Kind.OWNER,
            "KPI “Grade 3 reading”: responsible – → Chief Academic Officer",
        ),
        (f"{KPI}.why", "It matters.", Kind.REWORDED, "KPI “Grade 3 reading”: reason why it matters worded anew"),
        (f"{KPI}.decimals", 2, Kind.CHANGED, "KPI “Grade 3 reading”: decimals – → 2"),
        (
            f"{KPI}.readings.0.value",
            "55.9",
            Kind.READING_CORRECTED,
            "KPI “Grade 3 reading”: reading of 31 January 2026 (mid-year) corrected, 55.5 % → 55.9 %",
        ),
        (
            f"{KPI}.readings.0",
            None,
            Kind.READING_REMOVED,
            "KPI “Grade 3 reading”: reading of 31 January 2026 (mid-year) taken back (56 %)",
        ),
        (
            f"{KPI}.readings.1",
            {"value": 57, "on": "2026-06-20"},
            Kind.READING_ADDED,
            "KPI “Grade 3 reading”: reading of 20 June 2026: 57.0 %",
        ),
    ],
)
def test_each_edit_has_its_event(path: str, after: Any, kind: Kind, words: str) -> None:
    """One edit of the file is one event, in words of its own."""
    found = only((path, after))
    assert (found.kind, sentence(found)) == (kind, words)


def test_the_plan_itself() -> None:
    """Its title, its days and its rules are told too; whom it is for is told of its items."""
    found = events(
        ("title", "Every Student Ready 2030"), ("end", "2030-06-30"), ("minimum_group", 5), ("pace", {"on_track": 5})
    )
    assert [(each.kind, each.tier, each.audience) for each in found] == [
        (Kind.RENAMED, None, PUBLIC),
        (Kind.REDATED, None, PUBLIC),
        (Kind.JUDGED, None, PUBLIC),
        (Kind.CHANGED, None, INTERNAL),
    ]
    assert [sentence(each) for each in found] == [
        "Plan “Every Student Ready” is now called “Every Student Ready 2030”",
        "Plan “Every Student Ready”: end 30 June 2029 → 30 June 2030",
        "Plan “Every Student Ready”: pace – → on track 5",
        "Plan “Every Student Ready”: minimum group 10 → 5",
    ]


def test_an_item_keeps_its_history_under_a_new_id() -> None:
    """With `was`, an item has a new id and is no other; its values are compared as before."""
    found = events((f"{PROJECT}.id", "P-7"), (f"{PROJECT}.was", "G1.A1.P1"), (f"{PROJECT}.due", "2026-09-01"))
    assert [(each.kind, each.before, each.after) for each in found] == [
        (Kind.RENUMBERED, "G1.A1.P1", "P-7"),
        (Kind.REDATED, None, date(2026, 9, 1)),
    ]
    assert sentence(found[0]) == "Project “Train every teacher” has the id P-7 now; it was G1.A1.P1"
    renamed = events((f"{ACTION}.id", "A-1"), (f"{ACTION}.was", "G1.A1"))
    assert [each.kind for each in renamed] == [Kind.RENUMBERED], "what stands below it has not moved"


def test_an_item_that_moves() -> None:
    """An action put below another goal moved; the public is told only where it may see both places."""
    action = source()["goals"][0]["actions"][0]
    found = only((ACTION, None), ("goals.1.actions", [action]))
    assert (found.kind, found.before, found.after) == (Kind.MOVED, "Every child reads", "Every family is heard")
    assert found.audience is PUBLIC
    assert sentence(found) == "Action “Adopt the curriculum” moved from “Every child reads” to “Every family is heard”"
    hidden = edited(source(), ("goals.1.audience", "internal"))
    moved = edited(hidden, (ACTION, None), ("goals.1.actions", [action | {"audience": "public"}]))
    [told] = compare(Plan.model_validate(hidden), Plan.model_validate(moved))
    assert (told.kind, told.audience) == (Kind.MOVED, INTERNAL)


def test_both_ends_of_a_band_and_a_new_baseline() -> None:
    """A band is told end by end; a baseline that comes in is one event, its day goes without saying."""
    found = events(("goals.0.guardrails.0.target", {"low": 90, "high": 210}))
    assert [(each.field, each.before, each.after) for each in found] == [
        ("target.low", Decimal(100), Decimal(90)),
        ("target.high", Decimal(200), Decimal(210)),
    ]
    landed = only(("goals.1.kpis.0.baseline", {"value": 40, "on": "2026-06-30"}))
    assert (landed.kind, landed.before, landed.after) == (Kind.REBASED, None, Decimal(40))
    gone = only((f"{KPI}.baseline", None))
    assert (gone.before, gone.after) == (Decimal(54), None)


def test_interim_targets_come_and_go() -> None:
    """Each interim target is told by its day; one without a day too."""
    found = events((f"{KPI}.interim", [{"value": 61, "on": "2027-06-30"}, {"value": 60}]))
    assert [(each.day, each.before, each.after) for each in found] == [
        (None, None, Decimal(60)),
        (date(2026, 6, 30), Decimal(58), None),
        (date(2027, 6, 30), None, Decimal(61)),
    ]
    assert sentence(found[0]) == "KPI “Grade 3 reading”: interim target – → 60.0 %"


def test_what_is_not_public_stays_inside() -> None:
    """People, people's words, and whatever concerns what the public does not see, are internal."""
    for path in (f"{KPI}.owner", f"{KPI}.notes", f"{KPI}.why"):
        assert only((path, "Pat Example")).audience is INTERNAL
    assert only(("goals.1.kpis.0.title", "Secret")).audience is INTERNAL, "it is internal before and after"
    shown = events(("goals.1.kpis.0.audience", "public"), ("goals.1.kpis.0.title", "Heard"))
    assert [(each.kind, each.audience) for each in shown] == [(Kind.PUBLISHED, PUBLIC), (Kind.RENAMED, INTERNAL)]
    adopted = events(("goals.0.outcomes.0.kpis.1.status", "adopted"))
    assert [(each.kind, each.audience) for each in adopted] == [(Kind.ADOPTED, PUBLIC)]
    assert only((f"{ACTION}.projects.3", NEW | {"status": "draft"})).audience is INTERNAL
    below = edited(source(), ("goals.1.audience", "internal"))
    added = edited(below, ("goals.1.actions", [{"id": "A7", "title": "Shown", "audience": "public"}]))
    [found] = compare(Plan.model_validate(below), Plan.model_validate(added))
    assert (found.audience, found.place, found.parent) == (PUBLIC, "", ""), "the goal above is not named"
    assert sentence(found) == "Action “Shown” was added to the plan"


def test_who_may_see_it_is_told_once() -> None:
    """A whole branch that is published or hidden is one event, not one for each item in it."""
    assert [(each.kind, each.item) for each in events(("goals.0.audience", "internal"))] == [(Kind.HIDDEN, "G1")]
    assert [(each.kind, each.item) for each in events(("status", "draft"))] == [
        (Kind.WITHDRAWN, "G1"),
        (Kind.WITHDRAWN, "G2"),
    ]
    assert events(("goals.0.audience", "public")) == [], "it inherited that"


def test_small_groups_are_not_told_of() -> None:
    """The value of a reading of few people stands in no event; parts of the district are for the office alone."""
    few = only((f"{KPI}.readings.1", {"value": 12, "on": "2026-06-20", "n": 3}))
    assert (few.after, few.audience) == (None, INTERNAL)
    assert sentence(few) == "KPI “Grade 3 reading”: reading of 20 June 2026: –"
    school = only((f"{KPI}.readings.1", {"value": 12, "on": "2026-06-20", "n": 30, "scope": "school", "where": "Oak"}))
    assert (school.after, school.audience, school.about) == (Decimal(12), INTERNAL, "Oak")
    grown = only((f"{KPI}.readings.0.n", 5))
    assert (grown.kind, grown.audience, grown.before, grown.after) == (
        Kind.READING_CORRECTED,
        INTERNAL,
        Decimal("55.5"),
        None,
    )
    assert events((f"{KPI}.readings.0.note", "By hand")) == []


def told(*changes: tuple[str, Any]) -> list[str]:
    """The sentences about an edit."""
    return [words for words, _ in tell(events(*changes))]


def test_what_was_done_alike_is_told_together() -> None:
    """Three projects added to one action are one sentence; more than three titles are counted."""
    more = [{"id": f"N{number}", "title": f"New {number}"} for number in range(5)]
    before = source()["goals"][0]["actions"][0]["projects"]
    assert told((f"{ACTION}.projects", [*before, *more])) == [
        "5 projects were added to “Adopt the curriculum”: New 0; New 1; New 2 and 2 more"
    ]
    assert told((f"{ACTION}.projects", [{**each, "state": "cancelled"} for each in before])) == [
        "3 projects are cancelled: Train every teacher; Choose the books; Buy the books"
    ]


def test_what_comes_along_is_counted_with_what_stands_above() -> None:
    """A goal added with all that stands below it is one sentence, and so is one that is taken out."""
    goal = source()["goals"][0] | {"id": "G9", "title": "New goal"}
    text = str(goal).replace("'G1.", "'G9.")
    added = Plan.model_validate(edited(source(), ("goals.2", literal_eval(text))))
    found = compare(Plan.model_validate(source()), added)
    assert [words for words, _ in tell(found)] == [
        "Goal “New goal” was added to the plan, with 1 outcome, 2 KPIs, 1 guardrail, 1 action and 3 projects"
    ]
    assert [len(each) for _, each in tell(found)] == [9]
    assert told((ACTION, None)) == [
        "Action “Adopt the curriculum” was taken out of “Every child reads”, with 3 projects"
    ]


@given(plans())
def test_no_edit_no_event(plan: Plan) -> None:
    """A plan compared with itself has no events."""
    assert compare(plan, plan) == []


@given(plans(), plans())
def test_items_come_and_go_by_their_ids(before: Plan, after: Plan) -> None:
    """Of two plans, exactly the items that only one holds are added or retired; each told event has its sentence."""
    found = compare(before, after)
    added = {each.item for each in found if each.kind is Kind.ADDED}
    lost = {each.item for each in found if each.kind is Kind.RETIRED and not each.field}
    assert added == after.items.keys() - before.items.keys()
    assert lost == before.items.keys() - after.items.keys()
    assert sorted(map(id, found)) == sorted(id(each) for _, group in tell(found) for each in group)
    assert all(each.audience is INTERNAL or is_public(each, before, after) for each in found)


def is_public(event: Event, *versions: Plan) -> bool:
    """Whether the item is the public's to see, in whatever version holds it."""
    held = [plan.items[event.item] for plan in versions if event.item in plan.items]
    seen = held[-1:] if event.kind in (Kind.PUBLISHED, Kind.ADOPTED) else held
    return all(placed.audience is PUBLIC and placed.status == "adopted" for placed in seen)


@given(plans(), plans())
def test_there_and_back(before: Plan, after: Plan) -> None:
    """The way back undoes each value: what was becomes what is."""
    there, back = (
        {(each.item, each.field, each.day): each for each in compare(*pair) if each.field not in ("", "readings")}
        for pair in ((before, after), (after, before))
    )
    assert there.keys() == back.keys()
    assert all((each.before, each.after) == (back[key].after, back[key].before) for key, each in there.items())


def test_tiers_have_words() -> None:
    """Every tier can be told of."""
    found = compare(Plan.model_validate(source() | {"goals": []}), Plan.model_validate(source()))
    assert {each.tier for each in found} == set(Tier)
    assert all(sentence(each) for each in found)
