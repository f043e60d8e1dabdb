"""What slips past a guard that looks at one round, one approval or one loss alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import UnknownOutcome
from syncd.records import Outcome
from tests.engine.tool import LOST
from tests.engine.world import World, item, long_plan, quiet


@pytest.fixture
def wide(folder: Path) -> Iterator[World]:
    """Twenty actions that are pushed already."""
    with closing(World(folder, plan=long_plan(20))) as made:
        made.run()
        made.tool.writes.clear()
        yield made


def test_what_later_rounds_would_do_counts_before_the_first_write(folder: Path) -> None:
    """Eight titles and, once a new action is there, eight moves below it: stopped as one, with nothing written."""
    plan = long_plan(12) | {f"G1.A1.P{at}": item(f"G1.A1.P{at}", "project") for at in range(1, 9)}
    with closing(World(folder, plan=plan)) as world:
        world.run()
        world.tool.writes.clear()
        for at in range(2, 10):
            world.change(f"G1.A{at}", title=f"New title {at}")
        world.plan["G1.A99"] = item("G1.A99", "action")
        for at in range(1, 9):
            world.plan[f"G1.A1.P{at}"] = replace(world.plan[f"G1.A1.P{at}"], path=("G1", "G1.A99"))

        foreseen, report = world.foresee(), world.run()

        assert report.outcome is Outcome.STOPPED
        assert not world.tool.writes
        assert foreseen.stop == report.stop
        assert report.stop is not None
        done = world.run(approve=report.stop.digest)
        assert (done.outcome, done.counts["updated"], done.counts["moved"]) == (Outcome.DONE, 8, 8)


def test_nothing_can_be_approved_before_it_was_shown(wide: World) -> None:
    """Without an earlier stop a bare approval lets nothing through: a scheduled command cannot switch the guard off."""
    for at in range(1, 20):
        wide.change(f"G1.A{at}", title=f"New title {at}")

    assert wide.run(approve="").outcome is Outcome.STOPPED
    assert not wide.tool.writes
    assert wide.run(approve="").counts["updated"] == 19


def test_one_approval_does_not_cover_the_next_stop(wide: World) -> None:
    """Who approves of another container has not approved of what is rewritten in there."""
    wide.boards.add_board("Another", id_="C")
    for at in range(1, 21):
        task = wide.boards.of(f"G1.A{at}")
        copy = replace(task, id=wide.boards.new_id("T"), title=f"A team's title {at}", container="C", group=None)
        wide.boards.put(copy, "C")
    wide.reference = "C"
    first = wide.run().stop
    assert first is not None
    wide.tool.writes.clear()

    report = wide.run(approve=first.digest)

    assert report.outcome is Outcome.STOPPED
    assert report.stop is not None
    assert report.stop.digest != first.digest
    assert not wide.tool.writes


def test_an_approved_container_is_that_one(world: World) -> None:
    """The approval for one container does not let the mapping move to another."""
    world.run()
    for name in ("C", "D"):
        world.boards.add_board(name, id_=name)
    world.reference = "C"
    stop = world.run().stop
    assert stop is not None
    world.reference = "D"

    assert world.run(approve=stop.digest).outcome is Outcome.STOPPED
    assert {world.boards.home(link.task) for link in world.links().values()} == {"B"}


@pytest.mark.parametrize("before", ["cancelled", "lost"])
def test_the_loss_of_what_was_left_is_the_loss_of_all(folder: Path, before: str) -> None:
    """One task was lost or its item cancelled before: when all the others go, the whole container is gone."""
    with closing(World(folder, plan=long_plan(9))) as world:
        world.run()
        if before == "cancelled":
            world.plan["G1.A1"] = replace(world.plan["G1.A1"], active=False)
        else:
            world.boards.delete(world.boards.of("G1.A1").id)
        world.run()
        for at in range(1, 10):
            if world.boards.marked(f"G1.A{at}"):
                world.boards.delete(world.boards.of(f"G1.A{at}").id)

        report = world.run()

        assert report.outcome is Outcome.STOPPED
        assert "all 9 linked tasks are gone" in report.message


def test_what_is_found_gone_before_each_write_is_the_loss_of_all(folder: Path) -> None:
    """A sweep tells of no deletions; where every write finds its task deleted, nothing is taken for gone unasked."""
    with closing(World(folder, plan=long_plan(3))) as world:
        world.run()
        for at in range(1, 4):
            world.boards.delete(world.boards.of(f"G1.A{at}").id)
            world.change(f"G1.A{at}", title=f"New title {at}")
        world.clock.pass_by(minutes=70)
        world.tool.writes.clear()

        report = world.run()

        assert (report.outcome, world.tool.writes) == (Outcome.STOPPED, [])
        assert "all 3 linked tasks are gone" in report.message
        assert not world.log("hold")
        assert report.stop is not None
        assert world.run(approve=report.stop.digest).outcome is Outcome.FINDINGS
        assert len(world.log("hold")) == 3


def test_a_marker_on_anothers_task_fails_nobody(world: World) -> None:
    """A create in doubt whose marker someone put on another item's task is made, and the pass goes through."""
    world.run()
    world.plan["G1.A9"] = item("G1.A9", "action")
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A9")
    task = world.boards.of("G1.A1")
    world.boards.put(replace(task, marker="syncd:district/G1.A9"), "B")

    report = world.run()

    assert report.counts["failed"] == 0
    assert world.links()["G1.A9"].task != world.links()["G1.A1"].task
    assert quiet(world.run())


def test_waiting_for_a_doubtful_create_can_be_stopped(world: World) -> None:
    """Asked to stop while it waits to see what arrived, a pass ends at once, and the next one looks."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1")
    began = world.clock.now()

    def stopping() -> bool:
        return any(line.kind == "fail" for line in world.log()) and (world.clock.now() - began).total_seconds() > 303

    report = world.run(stopping=stopping)

    assert report.outcome is Outcome.ABANDONED
    assert world.run().outcome is Outcome.DONE
    assert set(world.counts().values()) == {1}


def test_what_the_mapping_no_longer_reaches_is_shown_counted_and_guarded(wide: World) -> None:
    """A narrowed selection that lets go of most links stops first; approved, tasks stay as they are."""
    wide.plan |= {f"G1.B{at}": item(f"G1.B{at}", "action") for at in range(4)}
    wide.run()
    wide.tool.writes.clear()
    wide.rules = replace(wide.rules, select=tuple(f"G1.B{at}" for at in range(4)))

    foreseen, report = wide.foresee(), wide.run()

    assert {change.item for change in foreseen.changes} == {f"G1.A{at}" for at in range(1, 21)}
    assert (report.outcome, report.stop) == (Outcome.STOPPED, foreseen.stop)
    assert len(wide.links()) == 24
    assert report.stop is not None
    done = wide.run(approve=report.stop.digest)
    assert (done.outcome, done.counts["archived"], len(wide.links())) == (Outcome.DONE, 20, 4)
    assert not wide.tool.writes
    assert quiet(wide.run())
