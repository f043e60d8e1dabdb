"""What changed between two days: wins, states with reasons, figures with what moved them; for each audience."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncd.plan.model import Audience, Plan, Tier
from syncd.progress.evidence import Evidence
from syncd.progress.pace import Pace
from syncd.progress.team import TeamWork, with_team_work
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.changes import Changes, Snapshot, changes
from syncd.scorecard.changes_told import as_json, as_text
from syncd.scorecard.edits import Edit, readable
from syncd.scorecard.events import compare
from syncd.scorecard.scope import Scopes
from tests.progress.plans import task, tasks
from tests.scorecard.plans_of_years import edited, plans, source

SINCE, UNTIL, EDITED = date(2026, 3, 1), date(2026, 6, 30), date(2026, 4, 4)
KPI = "goals.0.outcomes.0.kpis.0"
ACTION = "goals.0.actions.0"
DONE = datetime(2026, 5, 5, 12, tzinfo=UTC)


def work(**shares: Fraction | int) -> dict[str, Evidence]:
    """What the tools say: the share of each project of the sample's action, P1, P2 and so on."""
    return tasks(
        *(
            task(f"G1.A1.{name}", share, done=share == 1, completed_at=DONE if share == 1 else None)
            for name, share in shares.items()
        )
    )


def snapshot(
    plan: Plan, evidence: Mapping[str, Evidence], day: date, audience: Audience = Audience.INTERNAL
) -> Snapshot:
    """What was known on a day."""
    card = build_scorecard(plan, evidence, audience=audience, as_of=day, tool_read_at=None)
    return Snapshot(plan, evidence, card)


def between(
    *edits: tuple[str, Any],
    was: Mapping[str, Evidence] | None = None,
    now: Mapping[str, Evidence] | None = None,
    audience: Audience = Audience.INTERNAL,
    start: dict[str, Any] | None = None,
    until: date = UNTIL,
) -> Changes:
    """What changed when the sample plan was edited in between, and the work went on from one state to the other."""
    begin = start or source()
    one, other = Plan.model_validate(begin), Plan.model_validate(edited(begin, *edits))
    return compared(one, other, was or {}, now or was or {}, audience, until=until)


def compared(
    one: Plan,
    other: Plan,
    was: Mapping[str, Evidence],
    now: Mapping[str, Evidence],
    audience: Audience = Audience.INTERNAL,
    *,
    until: date = UNTIL,
) -> Changes:
    """What changed between two plans."""
    at = datetime(EDITED.year, EDITED.month, EDITED.day, 15, tzinfo=UTC)
    happened = [Edit(EDITED, at, event) for event in compare(one, other)]
    after = snapshot(other, now, until, audience)
    return changes(snapshot(one, was, SINCE, audience), after, readable(happened, other, after.card))


def test_nothing_changed() -> None:
    """Between two equal days there is nothing to tell, but whose and when."""
    same = between(was=work(P1=1), until=SINCE)
    assert same.nothing
    assert (same.card.plan, same.since, same.until) == ("district", SINCE, SINCE)


def test_wins_come_from_work_and_from_targets() -> None:
    """A project finished, the action with it, and a KPI whose target was reached; the newest first."""
    found = between(
        (f"{KPI}.target.on", "2026-06-30"),
        (f"{KPI}.readings.1", {"value": 71, "on": "2026-06-20"}),
        was=work(P1=1, P2=0, P3=0),
        now=work(P1=1, P2=1, P3=1),
    )
    assert [(win.id, win.title, win.on) for win in found.wins] == [
        ("G1.O1.K1", "Grade 3 reading: target reached", date(2026, 6, 20)),
        ("G1.A1.P2", "Choose the books", date(2026, 5, 5)),
        ("G1.A1.P3", "Buy the books", date(2026, 5, 5)),
        ("G1.A1", "Adopt the curriculum", date(2026, 5, 5)),
    ]
    assert {win.goal for win in found.wins} == {"Every child reads"}
    unsaid = between(was=work(P1=0), now=tasks(task("G1.A1.P1", done=True)))
    assert [(win.id, win.on) for win in unsaid.wins] == [("G1.A1.P1", UNTIL)], "on a day that nobody knows"


def test_a_state_says_why_it_changed() -> None:
    """From what to what, by which reading or edit, with the sentence that goes with it now."""
    found = between((f"{KPI}.readings.1", {"value": 56, "on": "2026-06-20"}), (f"{KPI}.target.value", 90))
    [state] = found.states
    assert (state.id, state.tier, state.before, state.after) == ("G1.O1.K1", Tier.KPI, Pace.NOT_MEASURED, Pace.ON_TRACK)
    assert state.why == ("target 70.0 % → 90.0 % on 4 April 2026", "reading of 20 June 2026: 56.0 %")
    assert "measured 56" in state.sentence
    rail = between(("goals.0.guardrails.0.readings", [{"value": 50, "on": "2026-05-01"}]))
    assert [(each.tier, each.after) for each in rail.states] == [(Tier.GUARDRAIL, Pace.OFF_TRACK)]
    paused = between((f"{KPI}.state", "paused"))
    assert [each.why for each in paused.states] == [("not followed for the time being on 4 April 2026",)]


def test_a_reading_that_is_overdue_or_was_corrected() -> None:
    """Time alone makes a state old, and a correction turns it: both are said."""
    measured = edited(source(), (f"{KPI}.readings.0", {"value": 58, "on": "2026-01-31"}))
    stale = between(start=measured, until=date(2027, 12, 1))
    [state] = stale.states
    assert (state.after, state.why) == (Pace.STALE, ("no reading since 31 January 2026",))
    corrected = between((f"{KPI}.readings.0.value", 40), start=measured)
    assert [each.why for each in corrected.states] == [("the reading of 31 January 2026 was corrected",)]
    [reading] = corrected.readings
    assert (reading.before, reading.value, reading.was, reading.now) == (Decimal(58), Decimal(40), "58 %", "40 %")


def test_readings_that_came_in() -> None:
    """A new reading is told with its value; of an item that is new itself, the edit tells."""
    found = between((f"{KPI}.readings.1", {"value": 57, "on": "2026-06-20", "window": "end"}))
    [reading] = found.readings
    assert (reading.id, reading.on, reading.window, reading.before, reading.now) == (
        "G1.O1.K1",
        date(2026, 6, 20),
        "end",
        None,
        "57.0 %",
    )
    new = {"id": "K9", "title": "New", "readings": [{"value": 1, "on": "2026-06-01"}]}
    added = between(("goals.0.outcomes.0.kpis.2", new))
    assert (added.readings, added.states) == ((), ())
    assert [line.text for line in added.edits] == ["KPI “New” was added to “Reading rises in every school”"]


def test_a_measured_value_that_moved() -> None:
    """The value before and after, in the KPI's unit."""
    measured = edited(source(), (f"{KPI}.readings.0", {"value": 58, "on": "2026-01-31"}))
    found = between((f"{KPI}.readings.1", {"value": 60, "on": "2026-06-20"}), start=measured)
    [figure] = [each for each in found.figures if each.figure == "measured"]
    assert (figure.before, figure.after, figure.was, figure.now) == (Decimal(58), Decimal(60), "58 %", "60 %")
    assert figure.why == ("reading of 20 June 2026: 60 %",)


def test_a_result_that_moved() -> None:
    """Another target or baseline moves it although nothing was measured, and so does a reading; each is said."""
    measured = edited(source(), (f"{KPI}.readings.0", {"value": 58, "on": "2026-01-31"}))

    def result(found: Changes) -> list[tuple[str, str, tuple[str, ...]]]:
        moved = [each for each in found.figures if each.figure == "attainment"]
        assert "result: " in as_text(found) or not moved
        return [(each.was, each.now, each.why) for each in moved]

    further = between((f"{KPI}.target.value", 74), start=measured)
    assert result(further) == [("25 %", "20 %", ("target 70 % → 74 % on 4 April 2026",))]
    later = between((f"{KPI}.target.value", 74), start=measured, until=date(2027, 12, 1))
    assert result(later) == result(further)
    come = between((f"{KPI}.readings.1", {"value": 62, "on": "2026-06-20"}), start=measured)
    assert result(come) == [("25 %", "50 %", ("reading of 20 June 2026: 62 %",))]
    both = between((f"{KPI}.target.value", 90), (f"{KPI}.readings.0.value", 63), start=measured)
    assert result(both) == []
    assert result(between((f"{KPI}.readings.1", {"value": 62, "on": "2026-06-20"}))) == []
    assert [as_json(further)["figures"][0][name] for name in ("figure", "before", "after")] == ["attainment", 0.25, 0.2]


def shares(found: Changes, item: str = "G1.A1") -> tuple[str, str, tuple[str, ...]]:
    """How the share of an action's work moved, and why."""
    [figure] = [each for each in found.figures if each.id == item]
    return figure.was, figure.now, figure.why


NEW = [{"id": f"N{number}", "title": f"New {number}"} for number in range(3)]


def test_a_drop_caused_by_added_work_says_so() -> None:
    """More work lowers the share: how much was added, when, and what it would be without."""
    more = [(f"{ACTION}.projects.{3 + number}", each) for number, each in enumerate(NEW)]
    old = work(P1=1, P2=Fraction(3, 4), P3=0)
    found = between(*more, was=old, now={**old, **tasks(*(task(each["id"], 0) for each in NEW))})
    assert shares(found) == (
        "58 %",
        "29 %",
        ("3 projects added on 4 April 2026", "with the work as it was before it would be 58 %"),
    )
    assert shares(found, "G1.O1.K1")[2][0] == "3 projects added on 4 April 2026"
    assert [line.text for line in found.edits] == [
        "3 projects were added to “Adopt the curriculum”: New 0; New 1; New 2"
    ]


def test_less_work_and_work_that_was_done() -> None:
    """Cancelled, put off and taken out work raises the share, and is told apart from work that was done."""
    old = work(P1=1, P2=0, P3=0)
    cancelled = between((f"{ACTION}.projects.2.state", "cancelled"), was=old)
    assert shares(cancelled) == (
        "33 %",
        "50 %",
        ("1 project cancelled on 4 April 2026", "with the work as it was before it would be 33 %"),
    )
    off = between((f"{ACTION}.projects.2.state", "deferred"), was=old)
    assert shares(off)[2][0] == "1 project put off on 4 April 2026"
    with_its_action = between((f"{ACTION}.state", "cancelled"), was=old)
    assert shares(with_its_action)[2][0] == "3 projects cancelled on 4 April 2026"
    out = between((f"{ACTION}.projects.2", None), was=old, now=work(P1=1, P2=1))
    assert shares(out) == (
        "33 %",
        "100 %",
        (
            "1 project taken out of the plan on 4 April 2026",
            "with the work as it was before it would be 67 %",
            "1 more done",
        ),
    )
    opened = between(was=old, now=work(P1=Fraction(1, 2), P2=0, P3=0))
    assert shares(opened) == ("33 %", "17 %", ("1 opened again",))


def test_work_that_comes_back_or_comes_from_elsewhere() -> None:
    """Taken up again, or counted in for a KPI that names other work now, is not the same as added."""
    held = edited(source(), (f"{ACTION}.projects.2.state", "cancelled"))
    again = between((f"{ACTION}.projects.2.state", "active"), start=held, was=work(P1=1, P2=0, P3=0))
    assert shares(again)[2][0] == "1 project taken up again on 4 April 2026"
    named = edited(source(), (f"{KPI}.driven_by", ["G1.A1.P1"]))
    other = between((f"{KPI}.driven_by", ["G1.A1.P2", "G1.A1.P3"]), start=named, was=work(P1=1, P2=0, P3=0))
    assert shares(other, "G1.O1.K1")[:2] == ("100 %", "0 %")
    assert set(shares(other, "G1.O1.K1")[2]) == {
        "2 projects counted in",
        "1 project no longer counted here",
        "with the work as it was before it would be 100 %",
    }


def test_other_weights_move_a_share_too() -> None:
    """Nothing was done, nothing came: the weights are other ones."""
    found = between((f"{ACTION}.projects.0.weight", 4), was=work(P1=1, P2=0, P3=0))
    assert shares(found) == ("33 %", "67 %", ("weights changed", "with the work as it was before it would be 33 %"))
    assert between((f"{ACTION}.weight", 4), was=work(P1=1)).figures == (), "a weight alone beside no other is none"


def test_work_of_the_teams_own() -> None:
    """Tasks that a team made of its own lower a share as well, and are called so; they have no day of an edit."""
    plan, old = Plan.model_validate(source()), work(P1=1, P2=0, P3=0)
    own = [TeamWork("G1.A1", Evidence(f"task:{number}", Fraction(0), done=False)) for number in (1, 2)]
    now = old | {each.evidence.item: each.evidence for each in own}
    before, after = snapshot(plan, old, SINCE), snapshot(with_team_work(plan, own, now), now, UNTIL)
    found = changes(before, after, [])
    assert shares(found)[2][0] == "2 tasks of the teams’ own added"


def test_an_item_under_a_new_id_is_the_same() -> None:
    """Renumbered work neither came nor went."""
    old = work(P1=1, P2=0, P3=0)
    renamed = {"id": "P-1", "was": "G1.A1.P1", "title": "Train every teacher"}
    now = {**{name: each for name, each in old.items() if name != "G1.A1.P1"}, **tasks(task("P-1", done=True))}
    found = between((f"{ACTION}.projects.0", renamed), was=old, now=now)
    assert (found.figures, found.wins, found.states) == ((), (), ())
    plan = Plan.model_validate(source())
    nobody = Scopes(snapshot(plan, old, SINCE), snapshot(plan, old, UNTIL), [])
    assert (nobody.reasons("X1"), nobody.shares("X1")) == ((), ("–", "–"))
    whole = between((f"{ACTION}.id", "A-1"), (f"{ACTION}.was", "G1.A1"), was=old, now=work(P1=1, P2=1, P3=0))
    assert shares(whole, "A-1")[2] == ("1 more done",)


def test_the_public_is_told_what_is_public() -> None:
    """Internal items, owners, and what small groups measured are in no list."""
    few = {"value": 12, "on": "2026-06-20", "n": 3}
    found = between(
        ("goals.1.kpis.0.title", "Secret"),
        (f"{KPI}.owner", "Pat Example"),
        (f"{KPI}.readings.1", few),
        (f"{ACTION}.projects.3", {"id": "S1", "title": "Secret work", "audience": "internal"}),
        was=work(P1=1, P2=0, P3=0),
        now={**work(P1=1, P2=0, P3=0), **tasks(task("S1", done=True))},
        audience=Audience.PUBLIC,
    )
    assert not any(word in str(found) for word in ("Secret", "Pat"))
    assert "12" not in str([found.readings, found.edits, found.figures])
    assert [each.id for each in found.wins] == []
    hidden = between(("goals.0.audience", "internal"), audience=Audience.PUBLIC, was=work(P1=0), now=work(P1=1))
    assert hidden.nothing


@given(plans(), plans(), st.sampled_from(Audience), st.data())
def test_whatever_happens_it_is_told_safely(one: Plan, other: Plan, audience: Audience, data: st.DataObject) -> None:
    """Any two plans with any work can be told apart; for the public, of open items only."""
    found = st.dictionaries(
        st.sampled_from([f"A{number}.P{each}" for number in (1, 2) for each in (1, 2)]),
        st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]),
    ).map(lambda held: tasks(*(task(item, share, done=share == 1) for item, share in held.items())))
    was, now = data.draw(found), data.draw(found)
    told = compared(one, other, was, now, audience)
    shown = {placed.item.id for placed in other.walk() if placed.status == "adopted"}
    if audience is Audience.PUBLIC:
        shown &= {placed.item.id for placed in other.walk() if placed.audience is Audience.PUBLIC}
    assert {win.id for win in told.wins} | {state.id for state in told.states} <= shown
    assert {figure.id for figure in told.figures} | {reading.id for reading in told.readings} <= shown
    assert all(line.audience is Audience.PUBLIC for line in told.edits) or audience is Audience.INTERNAL
    assert compared(other, other, now, now, audience).edits == ()
    assert all(each.before != each.after for each in told.figures)
    assert told.since + timedelta(days=1) < told.until
