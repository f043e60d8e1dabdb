"""Where plan and tool differ, a person decides; nothing is overwritten before, and the next pass carries it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.errors import Transient
from connectors.vocabulary import Field, FieldType
from mappings.rules import DEFAULT_FIELDS, Conflict, FieldRule, Owner
from syncd.engine.deciding import Choice, NoChoice, Side, Verdict, choices, decide
from syncd.records import Outcome
from syncd.store import StoreError
from tests.engine.test_plan_edits import call
from tests.engine.test_takeover import run, share
from tests.engine.world import BOARD, MAPPING, World, quiet

PLANNED, TEAMS = date(2026, 8, 1), date(2026, 7, 1)


@pytest.fixture
def torn(world: World) -> World:
    """A world where plan and team both moved the due date of G1.A1, and the rule is to hold."""
    fields = tuple(replace(rule, conflict=Conflict.HOLD) for rule in DEFAULT_FIELDS)
    world.rules = replace(world.rules, fields=fields)
    run(world)
    world.change("G1.A1", due=PLANNED)
    world.boards.edit(world.boards.of("G1.A1").id, due=TEAMS)
    return world


def settled(world: World, field: str, side: Side, item: str = "G1.A1") -> Choice:
    """Decide, as Ann."""
    with world.store() as store:
        return decide(replace(world.route, unwritable=""), store, world.clock, Verdict(item, field, side, "ann"))


def test_held_values_stay_until_somebody_decides(torn: World) -> None:
    """Both values stay where they are, pass after pass, and are there to be decided; the log says so once."""
    for _ in range(3):
        report = run(torn)
        assert (report.outcome, report.counts["conflicts"]) == (Outcome.FINDINGS, 1)
    assert (torn.plan["G1.A1"].values["due"], torn.boards.of("G1.A1").due) == (PLANNED, TEAMS)
    [line] = torn.log("hold")
    assert (line.item, line.field, line.before, line.after) == ("G1.A1", "due", PLANNED, TEAMS)
    assert line.cause == f"due: plan and team both changed it (plan: {PLANNED}, tool: {TEAMS})"
    with torn.store() as store, store.reading() as reader:
        assert list(choices(torn.route, reader)) == [Choice(MAPPING, "G1.A1", "Title of G1.A1", "due", PLANNED, TEAMS)]


@pytest.mark.parametrize(("side", "value"), [(Side.PLAN, PLANNED), (Side.TOOL, TEAMS)])
def test_what_was_decided_is_carried_out_and_logged(torn: World, side: Side, value: date) -> None:
    """The chosen value goes to the other side in the next pass, the log says who chose it, and then all is quiet."""
    run(torn)
    settled(torn, "due", side)
    assert run(torn).outcome is Outcome.DONE
    assert (torn.plan["G1.A1"].values["due"], torn.boards.of("G1.A1").due) == (value, value)
    [line] = torn.log("decide")
    assert (line.item, line.field, line.after, line.who) == ("G1.A1", "due", value, "ann")
    [carried] = torn.log("update" if side is Side.PLAN else "write_back")
    assert (carried.field, carried.cause) == ("due", f"a person decided: the {side}'s value stands")
    torn.tool.writes.clear()
    run(torn)
    assert not torn.tool.writes


def test_a_proposal_can_be_turned_down(world: World) -> None:
    """Where the plan cannot be written, the plan's value can be made to stand: the task gets it back."""
    world.run()
    planned = world.plan["G1.A1"].values["due"]
    world.boards.edit(world.boards.of("G1.A1").id, due=TEAMS)
    world.run()
    with world.store() as store:
        decide(world.route, store, world.clock, Verdict("G1.A1", "due", Side.PLAN, "ann"))
    world.run()
    assert world.boards.of("G1.A1").due == planned


def test_a_deleted_task_is_made_anew_once_a_person_says_so(world: World) -> None:
    """Promise 4: a task that people deleted is made again only by a person's word, and then exactly once."""
    run(world)
    world.boards.delete(world.boards.of("G1.A2").id)
    run(world)
    run(world)
    assert world.counts()["G1.A2"] == 0
    with pytest.raises(NoChoice):
        settled(world, "task", Side.TOOL, "G1.A2")
    settled(world, "task", Side.PLAN, "G1.A2")
    run(world)
    run(world)
    assert world.counts()["G1.A2"] == 1


@pytest.mark.parametrize("told_of", [True, False], ids=["told by the feed", "told by nobody"])
def test_what_is_there_again_is_not_made_anew(world: World, told_of: bool) -> None:
    """Somebody took the task out of the bin before a pass could make another: it stays the item's, with its values."""
    run(world)
    task = world.boards.of("G1.A2").id
    world.boards.delete(task)
    run(world)
    settled(world, "task", Side.PLAN, "G1.A2")
    world.boards.restore(task)
    world.boards.edit(task, title="What the team calls it")
    if not told_of:
        world.boards.lose_events(BOARD, 2)
    share(world, "title")

    run(world)

    assert (world.counts()["G1.A2"], world.links()["G1.A2"].task) == (1, task)
    assert world.plan["G1.A2"].values["title"] == "What the team calls it"
    assert [line.after for line in world.log("team") if line.field == "gone"] == ["deleted", None]
    assert quiet(run(world))


def test_what_nobody_can_look_at_is_not_made_anew(world: World) -> None:
    """While the tool does not say whether it still is deleted, the item waits and says why; the next pass makes it."""
    run(world)
    task = world.boards.of("G1.A2").id
    world.boards.delete(task)
    run(world)
    settled(world, "task", Side.PLAN, "G1.A2")
    with world.store() as store, store.reading() as reader:
        assert not list(choices(world.route, reader))
    world.tool.fail("look", Transient("bad gateway"), what=task)

    report = run(world)

    assert world.counts()["G1.A2"] == 0
    [finding] = report.findings
    assert (
        finding.message
        == "it is not known whether its task still is deleted, and the tool could not be asked: bad gateway"
    )
    run(world)
    assert world.counts()["G1.A2"] == 1
    assert quiet(run(world))


def test_a_task_below_one_that_is_made_anew(world: World) -> None:
    """It was deleted with the one above it; both are made anew, one below the other, in one pass."""
    run(world)
    world.boards.delete(world.boards.of("G1.A1").id)
    run(world)
    below = [item for item in world.links() if item.startswith("G1.A1.")]
    for item in ("G1.A1", *below):
        settled(world, "task", Side.PLAN, item)
    run(world)
    assert {world.counts()[item] for item in ("G1.A1", *below)} == {1}
    assert {world.boards.of(item).parent for item in below} == {world.boards.of("G1.A1").id}
    assert quiet(run(world))


def test_a_value_that_the_plan_cannot_hold(world: World) -> None:
    """The team's may stand, and what keeps it out of the plan is told at once: it goes on waiting as a proposal."""
    share(world, "title")
    run(world)
    world.boards.edit(world.boards.of("G1.A1").id, title="")
    run(world)

    assert settled(world, "title", Side.TOOL).why == "a title is one line of text"
    run(world)
    assert (world.plan["G1.A1"].values["title"], world.boards.of("G1.A1").title) == ("Title of G1.A1", "")
    with world.store() as store:
        verdict = Verdict("G1.A1", "title", Side.TOOL, "ann")
        assert decide(world.route, store, world.clock, verdict).why == "nothing is written into this plan"
    assert settled(world, "title", Side.PLAN).why == ""


def test_a_custom_field_goes_by_its_key_as_well(torn: World) -> None:
    """Nothing else is called like it, so people see its name alone; both are understood."""
    torn.boards.boards["B"].container = replace(
        torn.boards.boards["B"].container, fields=(Field("F1", "Finish", FieldType.DATE),)
    )
    rule = FieldRule("finish", Owner.SHARED, "due", "Finish", Conflict.HOLD)
    torn.rules = replace(torn.rules, fields=(DEFAULT_FIELDS[0], rule))
    torn.run(full=True)
    torn.boards.edit(torn.boards.of("G1.A1").id, fields={"F1": TEAMS})
    run(torn)
    assert settled(torn, "finish", Side.TOOL).field == "finish"
    assert settled(torn, "field:finish", Side.PLAN).field == "finish"


@pytest.fixture
def alike(torn: World) -> World:
    """The torn world, where a custom field is called "due" as well, and one is called "task"; all three are open."""
    board = torn.boards.boards["B"]
    fields = (Field("F1", "Deadline", FieldType.DATE), Field("F2", "Kind of task", FieldType.NUMBER))
    board.container = replace(board.container, fields=fields)
    rules = (
        FieldRule("due", Owner.SHARED, "start", "Deadline", Conflict.HOLD),
        FieldRule("task", Owner.SHARED, "weight", "Kind of task", Conflict.HOLD),
    )
    torn.rules = replace(torn.rules, fields=(*torn.rules.fields, *rules))
    torn.run(full=True)
    torn.change("G1.A1", start=PLANNED, weight=Decimal(2))
    torn.boards.edit(torn.boards.of("G1.A1").id, start=PLANNED, fields={"F1": TEAMS, "F2": Decimal(3)})
    run(torn)
    return torn


def test_fields_that_are_called_alike_are_told_apart(alike: World) -> None:
    """By their keys, which is how people are asked; and no task is let go of because a field is called so."""

    def there() -> list[str]:
        with alike.store() as store, store.reading() as reader:
            return [choice.field for choice in choices(alike.route, reader) if choice.item == "G1.A1"]

    assert there() == ["due", "field:due", "field:task"]
    with pytest.raises(NoChoice):
        settled(alike, "task", Side.PLAN)
    assert settled(alike, "field:due", Side.PLAN).tool == TEAMS
    assert settled(alike, "field:task", Side.TOOL).tool == Decimal(3)
    run(alike)
    assert there() == ["due"]
    assert alike.boards.of("G1.A1").fields == {"F1": PLANNED, "F2": Decimal(3)}
    assert (alike.boards.of("G1.A1").due, alike.plan["G1.A1"].values["weight"]) == (TEAMS, Decimal(3))
    assert "G1.A1" in alike.links()


def test_an_item_with_a_new_id_is_decided_after_a_pass(torn: World) -> None:
    """What the store still knows by its earlier id is no fault: the message says what to do first."""
    run(torn)
    call(torn, "G1.A1", "G1.A9")
    with pytest.raises(StoreError, match="new id"):
        settled(torn, "due", Side.PLAN, "G1.A9")


def test_what_is_not_open_cannot_be_decided(torn: World) -> None:
    """Another field or item is refused, with what there is; before the first pass there is nothing at all."""
    run(torn)
    for item, field in (("G1.A1", "start"), ("G1.A2", "due"), ("nothing", "due")):
        with pytest.raises(NoChoice) as none:
            settled(torn, field, Side.PLAN, item)
        assert [choice.item for choice in none.value.choices] == ["G1.A1"]
    assert not torn.log("decide")
    torn.lose_store()
    with pytest.raises(NoChoice) as none:
        settled(torn, "due", Side.PLAN)
    assert none.value.choices == ()
