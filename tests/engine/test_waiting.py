"""What waits for a person is known from the store and the plan alone, the same as a pass would say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mappings.rules import DEFAULT_FIELDS, Conflict
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.waiting import known_books, waiting
from tests.engine.world import World

PLANNED, TEAMS = date(2026, 8, 1), date(2026, 7, 1)


def found(world: World) -> tuple[Change, ...]:
    """What waits by what the store holds, while the tool answers nobody."""
    asked = len(world.tool.asked)
    with world.store() as store, store.reading() as reader:
        stands = waiting(reader, [world.route])
    assert len(world.tool.asked) == asked
    return tuple(change for stand in stands for change in stand.changes)


def test_before_the_first_pass(world: World) -> None:
    """Nothing is known, so nothing waits."""
    assert found(world) == ()
    with world.store() as store, store.reading() as reader:
        assert waiting(reader, [world.route]) == []
        assert known_books(reader, world.route) is None


def test_a_quiet_mapping_has_nothing_to_wait_for(world: World) -> None:
    """What is still to be made or written is a pass's own business."""
    world.run()
    assert found(world) == ()
    world.change("G1.A1", title="Another title")
    assert found(world) == ()


def test_what_a_team_set_waits_for_the_plan(world: World) -> None:
    """A write-back that the plan has not taken over, with both values; once the plan holds it, it is over."""
    world.run()
    world.boards.edit(world.boards.of("G1.A1").id, due=TEAMS)
    world.run()
    [change] = found(world)
    assert (change.kind, change.item, change.why) == (Kind.WRITE_BACK, "G1.A1", None)
    assert (change.edits[0].before, change.edits[0].after) == (world.plan["G1.A1"].values["due"], TEAMS)
    world.change("G1.A1", due=TEAMS)
    assert found(world) == ()


def test_a_plan_edit_since_the_last_pass_is_seen(world: World) -> None:
    """Both values are held against the plan as it stands now: what it changed since makes a conflict of it."""
    fields = tuple(replace(rule, conflict=Conflict.HOLD) for rule in DEFAULT_FIELDS)
    world.rules = replace(world.rules, fields=fields)
    world.run()
    world.boards.edit(world.boards.of("G1.A1").id, due=TEAMS)
    world.run()
    world.change("G1.A1", due=PLANNED)
    [change] = found(world)
    assert (change.kind, change.why) == (Kind.HOLD, Why.CONFLICT)


def test_an_item_with_a_new_id_keeps_what_waits(world: World) -> None:
    """Called by another id in the plan, it is no stranger whose task has no base."""
    world.run()
    world.boards.edit(world.boards.of("G1.A2").id, due=TEAMS)
    world.run()
    old = world.plan.pop("G1.A2")
    world.plan["G1.A7"] = replace(old, id="G1.A7", was=("G1.A2",))
    assert [(change.kind, change.item) for change in found(world)] == [(Kind.WRITE_BACK, "G1.A7")]


def test_a_deleted_task_waits(world: World) -> None:
    """So do tasks that are gone."""
    world.run()
    world.boards.delete(world.boards.of("G1.A2").id)
    world.run()
    assert [(change.item, change.why) for change in found(world)] == [("G1.A2", Why.GONE)]
