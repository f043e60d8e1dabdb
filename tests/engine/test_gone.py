"""Gone tasks: deleted, moved and hidden told apart, never made again on their own, welcome when they come back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from connectors.errors import NotFound
from mappings.rules import Unplanned
from syncd.progress.evidence import Standing
from syncd.records import Outcome
from tests.engine.world import World, item, quiet

WAYS = {
    "deleted": (Standing.GONE, "was deleted"),
    "moved": (Standing.GONE, "was moved out"),
    "hidden": (Standing.NOT_VISIBLE, "may not see"),
    "archived": (Standing.GONE, "was archived before it was done"),
}


def lose(world: World, way: str, id_: str) -> str:
    """Have a team take an item's task away; returns the task."""
    task = world.boards.of(id_).id
    match way:
        case "deleted":
            world.boards.delete(task)
        case "moved":
            world.boards.add_board("Elsewhere", id_="E")
            world.boards.move_out(task, "E")
        case "archived":
            world.boards.archive(task)
        case _:
            world.boards.hide(task)
    return task


def bring_back(world: World, way: str, task: str) -> None:
    """Undo it."""
    match way:
        case "deleted":
            world.boards.restore(task)
        case "moved":
            world.boards.move_out(task, "B")
        case "archived":
            world.boards.archive(task, archived=False)
        case _:
            world.boards.hide(task, hidden=False)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_gone_and_back_again(world: World, way: str, full: bool) -> None:
    """By the feed or by a full read: told once with its kind, never made again, and followed again when back."""
    world.run()
    if way != "archived":
        world.boards.complete(world.boards.of("G1.A2").id)
    world.run()
    before = world.links()["G1.A2"]
    task = lose(world, way, "G1.A2")
    world.tool.writes.clear()
    standing, words = WAYS[way]

    for _ in range(3):
        report = world.run(full=full)
        assert report.outcome is Outcome.FINDINGS
        assert [(finding.item, words in finding.message) for finding in report.findings] == [("G1.A2", True)]
    evidence = world.evidence()["G1.A2"]
    assert (evidence.standing, evidence.share, evidence.task) == (standing, Fraction(way != "archived"), task)
    assert len(world.log("hold")) == 1
    assert not world.tool.writes

    bring_back(world, way, task)
    assert world.run(full=full).outcome is Outcome.DONE
    assert quiet(world.run())
    assert world.evidence()["G1.A2"].standing is Standing.LIVE
    assert world.links()["G1.A2"].agreed == before.agreed
    assert set(world.counts().values()) == {1}


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("at_once", [False, True])
def test_finished_work_that_was_put_away_keeps_its_credit(world: World, full: bool, at_once: bool) -> None:
    """Also where it was finished and archived between two looks: nothing is flagged, written or made again."""
    world.run()
    task = world.boards.of("G1.A2").id
    world.boards.complete(task)
    if not at_once:
        world.run()
    world.boards.archive(task)
    world.tool.writes.clear()

    assert world.run(full=full).outcome is Outcome.DONE
    world.change("G1.A2", title="Called otherwise")
    assert quiet(world.run(full=full))
    evidence = world.evidence()["G1.A2"]
    assert (evidence.standing, evidence.done, evidence.task) == (Standing.LIVE, True, task)
    assert not world.tool.writes
    world.boards.archive(task, archived=False)
    world.run(full=full)
    assert world.boards.of("G1.A2").title == "Called otherwise"


def test_lost_twice_is_told_twice(world: World) -> None:
    """A task that came back and is deleted again is news again."""
    world.run()
    task = lose(world, "deleted", "G1.A2")
    world.run()
    bring_back(world, "deleted", task)
    world.run()
    lose(world, "deleted", "G1.A2")
    world.run()

    assert len(world.log("hold")) == 2


def test_a_deleted_parent_takes_its_projects_along(world: World) -> None:
    """The action and its projects are gone together; a new project below waits for its parent, and says so."""
    world.run()
    lose(world, "deleted", "G1.A1")
    world.plan["G1.A1.P3"] = item("G1.A1.P3", "project")

    report = world.run()

    assert {finding.item for finding in report.findings} == {"G1.A1", "G1.A1.P1", "G1.A1.P2", "G1.A1.P3"}
    assert "bring that one back first" in {f.item: f.message for f in report.findings}["G1.A1.P3"]
    assert all(world.evidence()[one].standing is Standing.GONE for one in ("G1.A1", "G1.A1.P1", "G1.A1.P2"))


@pytest.mark.parametrize("way", WAYS)
def test_a_parent_that_comes_back_brings_along_what_is_below(world: World, way: str) -> None:
    """Its projects, also where each was noted as gone, and what a team made there meanwhile; the feed names none."""
    world.rules = replace(world.rules, unplanned=Unplanned.COUNT)
    world.run()
    task = lose(world, way, "G1.A1")
    world.run(full=True)
    own = world.boards.add_step(task, "Our own")
    bring_back(world, way, task)

    assert world.run().outcome is Outcome.DONE
    assert [each.evidence.task for each in world.team()] == [own.id]
    assert all(world.evidence()[one].standing is Standing.LIVE for one in ("G1.A1", "G1.A1.P1", "G1.A1.P2"))


def test_a_parent_that_comes_back_unseen_is_no_more_in_the_bin_than_what_is_below(world: World) -> None:
    """It was restored and made private before anybody looked: what is below it is out of the bin too, and unseen."""
    world.run()
    task = lose(world, "deleted", "G1.A1")
    world.run(full=True)
    bring_back(world, "deleted", task)
    world.boards.hide(task)
    world.run()

    standing = {world.evidence()[one].standing for one in ("G1.A1", "G1.A1.P1", "G1.A1.P2")}
    assert standing == {Standing.NOT_VISIBLE}
    world.tool.asked.clear()
    world.run()
    assert world.tool.asked == ["changes B"]


def test_gone_and_dropped_from_the_plan(world: World) -> None:
    """Cancelling the item in the plan ends the waiting; nobody is left to be told."""
    world.run()
    lose(world, "deleted", "G1.A2")
    world.run()
    world.drop("G1.A2")
    world.tool.writes.clear()

    assert world.run().counts["archived"] == 1
    assert world.run().outcome is Outcome.DONE
    assert not world.tool.writes
    assert "G1.A2" not in world.links()


def test_deleted_between_planning_and_writing(world: World) -> None:
    """A task that is deleted right before it is changed is not written to and counts as gone at once."""
    world.run()
    world.change("G1.A2", title="New title")
    task = world.boards.of("G1.A2").id

    def delete(kind: str, what: str) -> None:
        if (kind, what) == ("look", task) and world.boards.alive(task):
            world.boards.delete(task)

    world.tool.busy = delete
    world.tool.writes.clear()

    report = world.run()

    assert not world.tool.writes
    assert ["was deleted" in finding.message for finding in report.findings] == [True]
    assert world.evidence()["G1.A2"].standing is Standing.GONE


def test_not_found_for_a_write_is_confirmed_by_looking(world: World) -> None:
    """A write that the tool answers with "not found", for whatever reason, does not make a living task gone."""
    world.run()
    world.change("G1.A2", title="New title")
    world.tool.fail("write", NotFound("unknown object: custom field 17"), what="Title of G1.A2")

    report = world.run()

    assert [finding.item for finding in report.findings] == ["G1.A2"]
    assert world.evidence()["G1.A2"].standing is Standing.LIVE
    assert world.run().counts["updated"] == 1


def test_a_connection_that_was_renamed(world: World) -> None:
    """Under its new name everything is read anew; a task that was moved away is still known as moved."""
    world.run()
    lose(world, "moved", "G1.A2")
    world.run()
    world.connection = "asana-main"

    report = world.run()

    assert [(finding.item, "was moved out" in finding.message) for finding in report.findings] == [("G1.A2", True)]
    assert world.evidence()["G1.A2"].standing is Standing.GONE
    assert set(world.counts().values()) == {1}


def test_an_item_that_returns_to_the_plan(world: World) -> None:
    """An item taken out and put back gets its old task again, with what the team did on it."""
    world.run()
    kept = world.plan["G1.A2"]
    world.drop("G1.A2")
    world.run()
    world.boards.complete(world.boards.of("G1.A2").id)
    world.plan["G1.A2"] = kept

    report = world.run()

    assert (report.counts["adopted"], report.counts["created"]) == (1, 0)
    assert world.evidence()["G1.A2"].done
    assert "no longer in the strategic plan" not in world.boards.of("G1.A2").notes
