"""What teams set in shared fields goes into the plan, once, and a crash on the way loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.vocabulary import Container, FieldValue, Write
from mappings.notes import FOOT, HEAD
from mappings.rules import DEFAULT_FIELDS, Conflict, FieldRule, Owner, Rules
from syncd.engine.books import Books, Route
from syncd.engine.planner import Change, Edit, Kind, Why
from syncd.engine.preview import preview
from syncd.engine.takeover import judge, plan_edit
from syncd.engine.tally import PassReport
from syncd.plan.edits import Kept, PlanEdit, Unwritten
from syncd.records import Outcome, Shelf
from tests.engine.world import Killed, Moments, World, item, quiet

LATER = date(2026, 7, 1)


def keep(world: World, route: Route, edits: Sequence[PlanEdit]) -> Kept:
    """Put edits into the world's plan, as far as it still holds what they were decided on."""
    done: list[PlanEdit] = []
    left: list[Unwritten] = []
    for edit in edits:
        if world.plan[edit.item].values.get(edit.key) == edit.before:
            world.change(edit.item, **{edit.key: edit.after})
            done.append(edit)
        else:
            left.append(Unwritten(edit, "it was edited meanwhile"))
    return Kept(tuple(done), tuple(left))


def run(world: World, **options: Any) -> PassReport:
    """One pass of a mapping whose plan can be written."""
    world.clock.pass_by(minutes=5)
    route = replace(world.route, unwritable="")
    options.setdefault("keep", lambda route, edits: keep(world, route, edits))
    return world.passes([route], **options)[0]


def killed_on_the_way(world: World, *, arrived: bool) -> None:
    """One pass that dies right before the plan takes a value, or right after it has."""

    def die(route: Route, edits: Sequence[PlanEdit]) -> Kept:
        if arrived:
            keep(world, route, edits)
        raise Killed

    with pytest.raises(Killed):
        run(world, keep=die)
    world.revive()


def share(world: World, name: str, conflict: Conflict = Conflict.TOOL) -> None:
    """Make a field shared."""
    fields = (
        replace(rule, owner=Owner.SHARED, conflict=conflict) if rule.name == name else rule for rule in DEFAULT_FIELDS
    )
    world.rules = replace(world.rules, fields=tuple(fields))


def test_a_moved_date_goes_into_the_plan(world: World) -> None:
    """Promise 2: the plan takes over what the team set, the log tells it, and then nothing is due any more."""
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)

    report = run(world)

    assert world.plan["G1.A1"].values["due"] == LATER
    assert report.counts["written_back"] == 1
    assert report.outcome is Outcome.DONE
    assert not report.changes
    [line] = world.log("write_back")
    assert (line.item, line.field, line.before, line.after) == ("G1.A1", "due", date(2026, 6, 15), LATER)
    assert world.links()["G1.A1"].agreed["due"] == LATER
    world.tool.writes.clear()
    assert quiet(run(world))
    assert not world.tool.writes
    assert run(world).counts["written_back"] == 0


@pytest.mark.parametrize(
    ("name", "key", "value"), [("title", "title", "Better"), ("assignee", "owner", "bob@example.org")]
)
def test_every_shared_field_goes_both_ways(world: World, name: str, key: str, value: FieldValue) -> None:
    """Titles and people go into the plan under its own keys."""
    share(world, name)
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, **{name: value})
    run(world)
    assert world.plan["G1.A1"].values[key] == value
    world.change("G1.A1", **{key: world.plan["G1.A2"].values.get(key)})
    run(world)
    assert getattr(world.boards.of("G1.A1"), name) == world.plan["G1.A2"].values.get(key)


def test_where_the_team_wins_its_value_replaces_the_plans(world: World) -> None:
    """Both changed it, and the rule says the team: the plan's value stands in the log, and the conflict is counted."""
    run(world)
    world.change("G1.A1", due=date(2026, 8, 1))
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)
    report = run(world)
    assert world.plan["G1.A1"].values["due"] == LATER
    assert report.counts["conflicts"] == 1
    assert world.log("write_back")[-1].before == date(2026, 8, 1)


def test_a_plan_edited_meanwhile_is_not_overwritten(world: World) -> None:
    """What the plan does not take over stays as it is, and is looked at again in the next pass."""
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)

    def overtaken(route: Route, edits: Sequence[PlanEdit]) -> Kept:
        world.change("G1.A1", due=date(2026, 9, 1))
        return keep(world, route, edits)

    report = run(world, keep=overtaken)
    assert world.plan["G1.A1"].values["due"] == date(2026, 9, 1)
    assert [change.kind for change in report.changes] == [Kind.WRITE_BACK]
    assert world.boards.of("G1.A1").due == LATER


def test_a_plan_that_was_read_before_anothers_turn_is_read_anew(world: World) -> None:
    """Promise 2: a pass that waited for its turn does not put back a value that the pass before it took over."""
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)
    stale = replace(world.route, unwritable="")
    run(world)
    world.clock.pass_by(minutes=5)
    world.passes(
        [stale], keep=lambda route, edits: keep(world, route, edits),
        renewed=lambda _route: replace(world.route, unwritable=""),
    )  # fmt: skip
    assert world.boards.of("G1.A1").due == LATER
    assert world.plan["G1.A1"].values["due"] == LATER


def test_the_plan_is_read_anew_when_the_tool_has_answered(world: World) -> None:
    """Promise 2: what another process took over into the plan while this one waited for the tool is not put back."""
    run(world)
    sent = world.tool.requests()
    asked: list[int] = []

    def renewed(route: Route) -> Route:
        asked.append(world.tool.requests() - sent)
        return route

    world.passes([world.route], keep=lambda route, edits: keep(world, route, edits), renewed=renewed)
    assert asked == [1]


def test_what_the_file_does_not_take_is_told(world: World) -> None:
    """A value that the plan's file refuses is a remark of the pass, with the reason."""
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)
    report = run(
        world, keep=lambda _route, edits: Kept((), tuple(Unwritten(edit, "the disk is full") for edit in edits))
    )
    assert [remark.item for remark in report.remarks] == ["G1.A1"]
    assert "due: the disk is full" in report.remarks[0].message


def test_a_death_between_plan_and_store_loses_nothing(world: World) -> None:
    """The plan is written first: whenever the process dies, the next pass ends where an undisturbed one ends."""
    run(world)
    moment = 0
    while True:
        moment += 1
        later = date(2026, 7, 1 + moment)
        world.boards.edit(world.boards.of("G1.A1").id, due=later)
        world.clock.pass_by(minutes=5)
        route = replace(world.route, unwritable="")
        world.moments = Moments(kill_at=moment)
        died = False
        try:
            world.passes([route], keep=lambda route, edits: keep(world, route, edits))
        except Killed:
            died = True
        world.revive()
        run(world)
        assert world.plan["G1.A1"].values["due"] == later
        assert world.boards.of("G1.A1").due == later
        assert world.links()["G1.A1"].agreed["due"] == later
        if not died:
            break
    assert moment > 5


def test_a_plan_that_cannot_be_written_is_only_told(world: World) -> None:
    """Without a file to write to, the team's value stands and waits as a proposal."""
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)
    report = world.run()
    assert [change.kind for change in report.changes] == [Kind.WRITE_BACK]
    assert report.counts["written_back"] == 0


def test_a_plan_rewritten_in_many_places_waits_for_approval(world: World) -> None:
    """Promise 4: a team that moved very much at once is a surprise for the plan too; approved, all of it goes in."""
    for number in range(20):
        world.plan[f"G1.A{50 + number}"] = item(f"G1.A{50 + number}", "action")
    run(world)
    for number in range(12):
        world.boards.edit(world.boards.of(f"G1.A{50 + number}").id, due=LATER)
    report = run(world)
    assert report.stop is not None
    assert "taken over into the plan: 12" in report.stop.why
    assert not world.log("write_back")
    assert run(world, approve=report.stop.digest, who="ann").counts["written_back"] == 12
    [line] = world.log("approve")
    assert line.who == "ann"
    assert report.stop.digest in line.cause


def _route(rule: FieldRule, **values: Any) -> Route:
    world_item = replace(item("A", "action", "Title", **values), around=("On hold.", "Goal: Reading"))
    return Route("m", "c", Rules("m", "d", fields=(rule,)), (world_item,), "B", unwritable="")


def _change(key: str, before: FieldValue, after: FieldValue) -> Change:
    return Change(Kind.WRITE_BACK, "A", "Title", "1", (Edit(key, before, after, ""),), why=Why.CONFLICT)


def test_notes_are_taken_over_without_what_syncd_adds() -> None:
    """Of a block only the words between the added lines are the plan's own."""
    route = _route(FieldRule("notes", Owner.SHARED, "notes"), notes="On hold.\nOld words.\n\nGoal: Reading")
    old, new = "On hold.\nOld words.\n\nGoal: Reading", "On hold.\nNew\nwords.\n\nGoal: Reading"
    assert plan_edit(route, _change("notes", old, new)) == PlanEdit("A", "notes", "Old words.", "New\nwords.")
    with pytest.raises(ValueError, match="only the words between"):
        plan_edit(route, _change("notes", old, "New words.\n\nGoal: Maths"))


def test_a_field_of_the_tools_goes_into_the_key_it_comes_from() -> None:
    """A custom field's value becomes the value of the plan's key."""
    route = _route(FieldRule("effort", Owner.SHARED, "weight", "Effort"), weight=Decimal(1))
    change = _change("field:effort", Decimal(1), Decimal(3))
    assert plan_edit(route, change) == PlanEdit("A", "weight", Decimal(1), Decimal(3))


def test_items_and_fields_that_are_no_more_are_refused() -> None:
    """An item that left the plan meanwhile, or a field that no rule names, is a sentence and no fault."""
    route = _route(FieldRule("due", Owner.SHARED, "due"))
    with pytest.raises(ValueError, match="any more"):
        plan_edit(route, replace(_change("due", None, LATER), item="B"))
    with pytest.raises(ValueError, match="any more"):
        plan_edit(route, _change("start", None, LATER))


def test_a_project_takes_no_state_over_a_stricter_one_above_it() -> None:
    """Its action's state would undo it with the next reading of the plan: the team's value waits."""
    rule = FieldRule("state", Owner.SHARED, "state", "State")
    action = item("A1", "action", "Action", state="cancelled")
    project = replace(item("A", "project", "Title", state="cancelled"), path=("G1", "A1"))
    route = Route("m", "c", Rules("m", "d", fields=(rule,)), (action, project), "B", unwritable="")
    change = _change("field:state", "cancelled", "active")
    with pytest.raises(ValueError, match="A1, under which it stands, is cancelled; change that one's state"):
        plan_edit(route, change)
    active = replace(action, values={**action.values, "state": "active"})
    route = replace(route, items=(active, project))
    assert plan_edit(route, change) == PlanEdit("A", "state", "cancelled", "active")


def test_the_state_of_an_action_goes_first() -> None:
    """Both were changed by teams: that of the project waits until it is known what its action's rules out."""
    rule = FieldRule("state", Owner.SHARED, "state", "State")
    action = item("A1", "action", "Action", state="active")
    project = replace(item("A", "project", "Title", state="on_hold"), path=("G1", "A1"))
    route = Route("m", "c", Rules("m", "d", fields=(rule,)), (action, project), "B", unwritable="")
    below = _change("field:state", "on_hold", "active")
    above = replace(_change("field:state", "active", "deferred"), item="A1")
    assert _possible(route, below, above) == [above]
    assert _possible(route, below) == [below]
    assert _possible(route.with_values({("A1", "state"): "deferred"}), below) == []


def _possible(route: Route, *changes: Change) -> list[Change]:
    books = Books(route, Shelf(Container("B", "Board", "")))
    return [change for change, _ in judge(books, changes).possible]


@pytest.mark.parametrize("conflict", list(Conflict))
@pytest.mark.parametrize("arrived", [True, False])
def test_a_value_set_after_a_death_on_the_way_is_the_teams_alone(
    world: World, conflict: Conflict, *, arrived: bool
) -> None:
    """Whatever the rule, no conflict is made of it, and the log tells of both values where the first had arrived."""
    share(world, "due", conflict)
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)

    killed_on_the_way(world, arrived=arrived)
    newer = date(2026, 9, 9)
    world.boards.edit(world.boards.of("G1.A1").id, due=newer)
    report = run(world)
    assert world.plan["G1.A1"].values["due"] == world.boards.of("G1.A1").due == newer
    assert (report.counts["conflicts"], report.counts["held"]) == (0, 0)
    first = [(date(2026, 6, 15), LATER), (LATER, newer)] if arrived else [(date(2026, 6, 15), newer)]
    assert [(line.before, line.after) for line in world.log("write_back")] == first
    assert world.links()["G1.A1"].agreed["due"] == newer
    assert not [key for key in world.links()["G1.A1"].agreed if key.startswith(("taking:", "over:"))]


@pytest.mark.parametrize("conflict", list(Conflict))
@pytest.mark.parametrize("arrived", [True, False])
def test_an_edit_of_the_plan_after_a_death_on_the_way_is_not_lost(
    world: World, conflict: Conflict, *, arrived: bool
) -> None:
    """Nobody knows whether it was made over the team's value: both stay, unless the plan wins in any case."""
    share(world, "due", conflict)
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)

    killed_on_the_way(world, arrived=arrived)
    newer = date(2026, 9, 9)
    world.change("G1.A1", due=newer)
    report = run(world)
    assert world.plan["G1.A1"].values["due"] == newer
    wins = conflict is Conflict.PLAN
    assert world.boards.of("G1.A1").due == (newer if wins else LATER)
    assert report.counts["held"] == (0 if wins else 1)
    assert not [key for key in world.links()["G1.A1"].agreed if key.startswith(("taking:", "over:"))]
    assert (report.counts["written_back"], world.log("write_back")) == (0, [])


@pytest.mark.parametrize("conflict", list(Conflict))
@pytest.mark.parametrize("arrived", [True, False])
def test_a_teams_edit_after_a_death_on_the_way_is_not_lost(world: World, conflict: Conflict, *, arrived: bool) -> None:
    """Nobody knows whether it was made over the plan's value: both stay, unless the team wins in any case."""
    share(world, "due", conflict)
    run(world)
    newest, newer = date(2026, 9, 9), date(2026, 8, 8)
    world.change("G1.A1", due=newer)

    def dead(_write: Write) -> None:
        raise Killed

    moment = "afterwards" if arrived else "meanwhile"
    setattr(world.tool, moment, dead)
    with pytest.raises(Killed):
        run(world)
    setattr(world.tool, moment, lambda _write: None)
    world.revive()
    assert (world.boards.of("G1.A1").due == newer) is arrived
    world.boards.edit(world.boards.of("G1.A1").id, due=newest)
    report = run(world)
    wins = conflict is Conflict.TOOL
    assert world.boards.of("G1.A1").due == newest
    assert world.plan["G1.A1"].values["due"] == (newest if wins else newer)
    assert report.counts["held"] == (0 if wins else 1)
    assert not [key for key in world.links()["G1.A1"].agreed if key.startswith(("sending:", "replaced:"))]


def test_a_value_that_arrived_before_a_death_is_counted_and_told_by_the_next_pass(world: World) -> None:
    """Nothing was changed since: it is agreed, with a line in the log that undo can take back."""
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, due=LATER)

    killed_on_the_way(world, arrived=True)
    assert not world.log("write_back")
    assert run(world).counts["written_back"] == 1
    [line] = world.log("write_back")
    assert (line.before, line.after) == (date(2026, 6, 15), LATER)
    assert "was cut off" in line.cause
    assert run(world).counts["written_back"] == 0


def test_what_the_file_refuses_waits_and_is_no_surprise(world: World) -> None:
    """It is neither tried nor counted by the guard, in a pass or a preview, and the reason stands beside it."""
    for number in range(20):
        world.plan[f"G1.A{50 + number}"] = item(f"G1.A{50 + number}", "action")
    run(world)
    for number in range(12):
        world.boards.edit(world.boards.of(f"G1.A{50 + number}").id, due=LATER)
    world.boards.edit(world.boards.of("G1.A1").id, due=date(2026, 8, 8))
    asked: list[Sequence[PlanEdit]] = []

    def refused(edits: Sequence[PlanEdit]) -> dict[PlanEdit, str]:
        asked.append(edits)
        return {edit: "no" for edit in edits if edit.after == LATER}

    kept: list[PlanEdit] = []

    def keeping(route: Route, edits: Sequence[PlanEdit]) -> Kept:
        kept.extend(edits)
        return keep(world, route, edits)

    route = replace(world.route, unwritable="", refused=refused)
    with world.store() as store:
        seen = preview(route, store, world.tool, world.clock)
    assert (seen.stop, set(seen.proposals.values())) == (None, {"no"})
    assert len(seen.proposals) == 12
    asked.clear()
    world.clock.pass_by(minutes=5)
    [report] = world.passes([route], keep=keeping)
    assert (report.stop, report.outcome, report.remarks) == (None, Outcome.DONE, ())
    assert [edit.item for edit in kept] == ["G1.A1"]
    assert len([change for change in report.changes if change.kind is Kind.WRITE_BACK]) == 12
    assert len(asked) == 2, "once before the plan changed, and once after"


def test_notes_whose_frame_was_touched_are_not_taken_over(world: World) -> None:
    """A line like the frame's in the block would hide what stands before it, and empty the plan's notes."""
    share(world, "notes")
    run(world)
    task = world.boards.of("G1.A1")
    assert task.notes == f"{HEAD}\nWhy we do it.\n{FOOT}"
    for notes in (
        f"{HEAD}\nWhy we do it.\n{HEAD}\n{FOOT}",
        f"{HEAD}\n{FOOT}\nWhy we do it.\n{FOOT}",
        f"{HEAD}\nWhy we do it.\n{FOOT}\n{HEAD}\nOf another task.\n{FOOT}",
        "Why we do it.",
    ):
        world.boards.edit(task.id, notes=notes)
        report = run(world)
        assert world.plan["G1.A1"].values["notes"] == "Why we do it."
        assert world.boards.of("G1.A1").notes == notes
        assert [change.taken for change in report.changes] == ["notes"]
    world.boards.edit(task.id, notes=f"Ours.\n\n{HEAD}\nBetter.\n{FOOT}")
    run(world)
    assert world.plan["G1.A1"].values["notes"] == "Better."
