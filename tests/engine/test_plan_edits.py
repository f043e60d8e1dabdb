"""Every edit of the plan reaches the tool as the gentlest change that does it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.vocabulary import Update
from mappings.rules import Removed
from syncd.engine.planner import FAREWELL, REMOVED_TITLE
from syncd.records import Outcome
from tests.engine.world import World, item, quiet, small_plan


def call(world: World, old: str, new: str) -> None:
    """Give an item, and what stands below it, another id in the plan, and say what each was before."""
    named: dict[str, str] = {}
    for one in world.plan.values():
        if one.id == old or old in one.path:
            named[one.id] = new + one.id.removeprefix(old)
    world.plan = {
        named.get(one.id, one.id): replace(
            one,
            id=named.get(one.id, one.id),
            path=tuple(named.get(above, above) for above in one.path),
            was=(one.id,) if one.id in named else (),
        )
        for one in world.plan.values()
    }


def tasks(world: World) -> dict[str, str]:
    """The task of each linked item."""
    return {item: link.task for item, link in world.links().items()}


@pytest.mark.parametrize(("old", "new"), [("G1.A1", "G1.A9"), ("G1.A1.P1", "G1.A1.P9"), ("G1", "G9")])
def test_an_item_with_a_new_id_keeps_its_task(world: World, old: str, new: str) -> None:
    """Nothing is made, moved or let go of: only the marker is written anew, and the log tells of it."""
    world.run()
    before = tasks(world)
    team = world.boards.of("G1.A2")
    world.boards.edit(team.id, group=world.boards.add_group("B", "The team's own").id)
    call(world, old, new)

    report = world.run()

    assert report.outcome is Outcome.DONE
    assert not any(report.counts[kind] for kind in ("created", "moved", "archived", "adopted"))
    assert tasks(world) == {
        new + one.removeprefix(old) if one.startswith(old) else one: task for one, task in before.items()
    }
    assert all(world.boards.of(one).id == task for one, task in tasks(world).items())
    renamed = {(line.before, line.after) for line in world.log("rename")}
    assert renamed == {(one, new + one.removeprefix(old)) for one in before if one.startswith(old)}
    world.tool.writes.clear()
    assert quiet(world.run())
    assert not world.tool.writes


def test_killed_at_any_moment_of_a_renaming(folder: Path) -> None:
    """Promise 1: whenever the process dies, the items end with the tasks that they had."""
    moment, alive = 0, True
    while alive:
        moment += 1
        world = World(folder)
        world.run()
        before = sorted(tasks(world).values())
        call(world, "G1.A1", "G1.A9")
        alive = world.die_at(moment)
        world.run()
        assert sorted(tasks(world).values()) == before, moment
        assert len(list(world.boards.live())) == len(world.work()), moment
    assert moment > 5


def test_an_id_that_changed_while_the_store_was_lost(world: World) -> None:
    """Promise 7: a task that still carries the earlier marker is adopted under the new id."""
    world.run()
    before = tasks(world)
    call(world, "G1.A1", "G1.A9")
    world.lose_store()
    report = world.run()
    assert report.counts["created"] == 0
    assert sorted(tasks(world).values()) == sorted(before.values())
    assert world.boards.of("G1.A9").id == before["G1.A1"]


def test_an_id_that_changed_while_its_create_was_in_doubt(folder: Path) -> None:
    """Promise 1: whenever a first push died, a task that it made under an earlier id belongs to the new one."""
    moment, alive, doubts = 0, True, 0
    while alive:
        moment += 1
        world = World(folder)
        alive = world.die_at(moment)
        doubts += bool(_intents(world))
        call(world, "G1.A1", "G1.A9")
        assert world.run().outcome is Outcome.DONE
        assert set(world.counts().values()) == {1}, moment
        assert len(list(world.boards.live())) == len(world.work()), moment
    assert doubts > 5


def _intents(world: World) -> list[str]:
    with world.store() as store, store.reading() as reader:
        return [intent.item for intent in reader.intents("academics")]


def test_a_split_leaves_the_task_with_the_first_part(world: World) -> None:
    """One part goes on with the task, the other is new work and gets its own."""
    world.run()
    before = world.boards.of("G1.A1.P1").id
    world.change("G1.A1.P1", title="Train grade 1")
    world.plan["G1.A1.P3"] = item("G1.A1.P3", "project", "Train grades 2 and 3")
    report = world.run()
    assert (report.counts["created"], report.counts["updated"]) == (1, 1)
    assert world.boards.of("G1.A1.P1").id == before


def test_a_removed_item_is_left_by_default(world: World) -> None:
    """Its task is told so and stays where and as it is."""
    world.run()
    task = world.boards.of("G2.A1.P1")
    world.drop("G2.A1.P1")
    world.run()
    now = world.boards.rows[task.id].task
    assert FAREWELL in now.notes
    assert replace(now, notes="", modified_at=None) == replace(task, notes="", modified_at=None)


def test_a_removed_item_is_completed_where_the_mapping_says_so(world: World) -> None:
    """Its task is marked done as well; one that is done already is not touched for that."""
    world.rules = replace(world.rules, removed=Removed.COMPLETE)
    world.run()
    one, other = world.boards.of("G2.A1.P1").id, world.boards.of("G1.A2").id
    world.boards.complete(other)
    world.drop("G2.A1.P1")
    world.drop("G1.A2")
    report = world.run()
    assert report.counts["archived"] == 2
    assert all(world.boards.rows[task].task.completed for task in (one, other))
    told = {(line.item, line.field) for line in world.log("archive")}
    assert told == {("G2.A1.P1", "notes"), ("G2.A1.P1", "completed"), ("G1.A2", "notes")}
    assert set(world.links()) == set(world.work())
    world.tool.writes.clear()
    world.run()
    assert not world.tool.writes


@pytest.mark.parametrize("full", [False, True])
def test_a_project_that_was_closed_for_leaving_is_no_done_step(world: World, full: bool) -> None:
    """Nobody did it: the share of the action above it is that of the projects that are left."""
    world.rules = replace(world.rules, removed=Removed.COMPLETE, progress="subtasks")
    world.run()
    world.boards.complete(world.boards.of("G1.A1.P2").id)
    world.drop("G1.A1.P1")
    for _ in range(2):
        world.run(full=full)

    assert world.evidence()["G1.A1"].steps == (1, 1)


def test_a_removed_item_is_put_away_where_the_mapping_says_so(world: World) -> None:
    """Its task moves to a group of its own, once, with what stands below it; a subtask that alone left comes out."""
    world.rules = replace(world.rules, removed=Removed.ARCHIVE)
    world.run()
    action, project = world.boards.of("G1.A1").id, world.boards.of("G1.A1.P1").id
    alone = world.boards.of("G2.A1.P1").id
    world.drop("G1.A1")
    world.drop("G2.A1.P1")
    report = world.run()
    assert report.counts["archived"] == 4
    away = next(group.id for group in world.boards.boards["B"].container.groups if group.title == REMOVED_TITLE)
    rows = world.boards.rows
    assert (rows[action].task.group, rows[project].task.parent) == (away, action)
    assert (rows[alone].task.group, rows[alone].task.parent) == (away, None)
    assert not any(rows[task].deleted for task in (action, project, alone))
    world.tool.writes.clear()
    assert quiet(world.run())
    assert not world.tool.writes


@pytest.mark.parametrize("removed", Removed)
def test_what_came_back_is_followed_again(world: World, removed: Removed) -> None:
    """An item that returns to the plan finds its task by the marker: nothing is made twice."""
    world.rules = replace(world.rules, removed=removed)
    world.run()
    kept = dict(world.plan)
    task = world.boards.of("G2.A1.P1").id
    world.drop("G2.A1.P1")
    world.run()
    world.plan = kept
    world.run()
    assert tasks(world)["G2.A1.P1"] == task
    assert set(world.counts().values()) == {1}


@pytest.fixture
def closed(world: World) -> World:
    """A world where G2.A1.P1 left the plan, and its task was marked done for that."""
    world.rules = replace(world.rules, removed=Removed.COMPLETE)
    world.run()
    world.drop("G2.A1.P1")
    world.run()
    assert world.boards.of("G2.A1.P1").completed
    return world


def test_work_that_came_back_is_open_again(closed: World) -> None:
    """Nobody had finished it: its task is opened in one write, the log says why, and then all is quiet."""
    closed.plan = small_plan()
    report = closed.run(full=True)
    assert (closed.boards.of("G2.A1.P1").completed, report.counts["adopted"]) == (False, 1)
    [line] = [line for line in closed.log("update") if line.field == "completed"]
    assert (line.before, line.after, line.cause) == (True, False, "it is in the plan again")
    closed.tool.writes.clear()
    closed.boards.complete(closed.boards.of("G2.A1.P1").id)
    assert quiet(closed.run())
    assert not closed.tool.writes
    assert closed.boards.of("G2.A1.P1").completed


@pytest.mark.parametrize("seen", [True, False])
def test_work_that_a_team_finished_meanwhile_stays_done(closed: World, *, seen: bool) -> None:
    """Whoever opened the task and ticked it off has the last word, whether a pass was there in between or not."""
    task = closed.boards.of("G2.A1.P1").id
    closed.boards.complete(task, done=False)
    if seen:
        closed.run()
    closed.boards.complete(task)
    closed.plan = small_plan()
    closed.run()
    assert closed.boards.of("G2.A1.P1").completed
    assert closed.evidence()["G2.A1.P1"].done


def test_an_empty_store_opens_nothing(closed: World) -> None:
    """Who closed the task is not known any more: what may be finished work stays done."""
    closed.lose_store()
    closed.plan = small_plan()
    closed.run()
    assert closed.boards.of("G2.A1.P1").completed


@pytest.mark.parametrize("change", ["active", "due", "title", "path"])
def test_an_edit_is_one_write_to_one_task(world: World, change: str) -> None:
    """Cancelled, dated anew, renamed or hung elsewhere: one request changes what changed, and nothing else."""
    world.run()
    world.tool.writes.clear()
    old = world.plan["G1.A2"]
    edits: dict[str, dict[str, Any]] = {
        "active": {"active": False, "values": {**old.values, "notes": "This work was cancelled."}},
        "due": {"values": {**old.values, "due": None, "start": None, "notes": "Later."}},
        "title": {"values": {**old.values, "title": "Another"}},
        "path": {"path": ("G2",)},
    }
    world.plan["G1.A2"] = replace(old, **edits[change])
    world.run()
    [write] = world.tool.writes
    assert isinstance(write, Update)
    assert write.task == tasks(world)["G1.A2"]
    assert len(write.values.given) + (write.group is not None) == 1
