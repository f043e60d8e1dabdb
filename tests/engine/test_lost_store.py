"""Promise 7: losing the store loses no work. And a store that cannot be understood is never taken for an empty one."""

from __future__ import annotations

from datetime import date

import pytest

from mappings.rules import GroupBy, Rules
from syncd.engine.guard import Limits
from syncd.records import Outcome
from tests.engine.world import BOARD, MAPPING, World, item, quiet


@pytest.mark.parametrize("marker", ["field", "notes"])
def test_an_empty_store_adopts_everything(world: World, marker: str) -> None:
    """Every task is found by its marker; none is made, and no edit of the team is overwritten."""
    world.boards.add_board("Strategic plan", id_=BOARD, marker=marker == "field")
    world.run()
    boards = world.boards
    boards.edit(boards.of("G1.A1").id, due=date(2026, 9, 1), assignee="bob@example.org")
    boards.edit(boards.of("G1.A1.P2").id, start=None)
    boards.complete(boards.of("G2.A1").id)
    boards.edit(boards.of("G2.A1").id, notes=f"Our words\n\n{boards.of('G2.A1').notes}")
    before = {task.id: task for task in boards.live()}
    world.lose_store()
    world.tool.writes.clear()

    report = world.run()

    assert (report.counts["adopted"], report.counts["created"], report.counts["updated"]) == (6, 0, 0)
    assert not world.tool.writes
    assert {task.id: task for task in boards.live()} == before
    assert set(world.links()) == set(world.work())
    assert report.counts["conflicts"] == 2
    assert quiet(world.run())
    assert world.evidence()["G2.A1"].done


def test_a_backup_does_not_know_the_newest_subtask(world: World) -> None:
    """Put back after hours, the store is behind: a sweep alone would miss what was made below a task since."""
    world.run()
    backup = world._store.image(copied=False)
    world.plan["G2.A1.P2"] = item("G2.A1.P2", "project")
    world.run()
    world._store.restore(backup)
    world.clock.pass_by(hours=2)

    report = world.run()

    assert (report.counts["adopted"], report.counts["created"]) == (1, 0)
    assert set(world.counts().values()) == {1}
    assert quiet(world.run())


def test_a_copy_that_syncd_made_is_read_anew(world: World) -> None:
    """The feed forgot to tell of a new task, which only a full read finds: put back, the copy begins with one."""
    world.run()
    backup = world._store.image(copied=True)
    world.plan["G2.A1.P2"] = item("G2.A1.P2", "project")
    world.run()
    world.boards.lose_events(BOARD, 3)
    world._store.restore(backup)

    report = world.run()

    assert report.full
    assert (report.counts["adopted"], report.counts["created"]) == (1, 0)
    assert set(world.counts().values()) == {1}
    assert quiet(world.run())


def test_after_the_loss_the_plan_still_owns_its_fields(world: World) -> None:
    """A title that people changed is put right again, and the log says what it was."""
    world.run()
    world.boards.edit(world.boards.of("G1.A2").id, title="the team's title")
    world.lose_store()

    assert world.run().counts["updated"] == 1
    [line] = world.log("update")
    assert (line.field, line.before, line.after) == ("title", "the team's title", "Title of G1.A2")


def test_a_large_change_after_the_loss_is_still_guarded(world: World) -> None:
    """An empty store is no way around the guard: tasks to be adopted count as links."""
    world.run()
    for one in world.work():
        world.change(one, title=f"New title of {one}")
    world.limits = Limits(max_changes=5)
    world.lose_store()

    report = world.run()

    assert report.outcome is Outcome.STOPPED
    assert "6 of 6" in report.message
    assert world.run(approve="").counts["adopted"] == 6


def test_the_store_is_lost_in_the_middle_of_a_push(world: World) -> None:
    """Half a push and then no store: the rest is made, the half is adopted."""
    world.die_at(30)
    made = len(list(world.boards.live()))
    assert 0 < made < 6
    world.lose_store()

    report = world.run()

    assert (report.counts["adopted"], report.counts["created"]) == (made, 6 - made)
    assert set(world.counts().values()) == {1}


def test_a_changed_selection_archives_nothing(world: World) -> None:
    """Work that the mapping no longer selects is let go of as it is, and said; selected again, it is the same work."""
    world.run()
    world.rules = Rules(MAPPING, "district", select=("G1",))
    world.tool.writes.clear()

    report = world.run()

    assert (report.outcome, report.counts["archived"]) == (Outcome.DONE, 2)
    assert not world.tool.writes
    assert set(world.links()) == {"G1.A1", "G1.A1.P1", "G1.A1.P2", "G1.A2"}
    assert {line.item for line in world.log("release")} == {"G2.A1", "G2.A1.P1"}
    world.rules = Rules(MAPPING, "district")
    assert world.run().counts["adopted"] == 2
    assert not world.tool.writes


def test_a_changed_shape_archives_nothing(world: World) -> None:
    """When actions become groups, their tasks are let go of and stay as they are."""
    world.run()
    world.rules = Rules(MAPPING, "district", group_by=GroupBy.ACTION, action_is_task=False, project_is_subtask=False)

    report = world.run()

    assert report.counts["archived"] == 3
    assert report.counts["created"] == 0
    assert {line.item for line in world.log("release")} == {"G1.A1", "G1.A2", "G2.A1"}
    assert all(world.boards.alive(task.id) for one in world.work() for task in world.boards.marked(one))
    assert quiet(world.run())
