"""Promise 4: a pass that would change or lose surprisingly much stops before its first write and waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import Invalid
from connectors.vocabulary import FieldValue
from mappings.rules import Conflict, Rules
from syncd.engine.guard import Limits
from syncd.records import Outcome
from tests.engine.world import BOARD, World, item, long_plan, quiet


@pytest.fixture
def wide(folder: Path) -> Iterator[World]:
    """Twenty actions that are pushed already."""
    with closing(World(folder, plan=long_plan(20))) as made:
        made.run()
        made.tool.writes.clear()
        yield made


def rename(world: World, number: int) -> None:
    """Give so many actions new titles."""
    for at in range(1, number + 1):
        world.change(f"G1.A{at}", title=f"New title {at}")


def test_it_stops_before_the_first_write(wide: World) -> None:
    """Eleven of twenty rewritten: nothing is sent, and the message says the figures and the command."""
    rename(wide, 11)

    report = wide.run()

    assert report.outcome is Outcome.STOPPED
    assert report.stop is not None
    assert not wide.tool.writes
    assert "11 of 20" in report.message
    assert f"syncd sync --mapping academics --approve={report.stop.digest}" in report.message
    assert wide.run().outcome is Outcome.STOPPED


def test_up_to_the_limits_it_does_not_stop(wide: World) -> None:
    """Ten changes pass, however large their share; more pass as well if their share is small."""
    rename(wide, 10)
    assert (wide.run().outcome, len(wide.tool.writes)) == (Outcome.DONE, 10)
    wide.limits = Limits(10)
    wide.plan |= {f"G1.B{at}": item(f"G1.B{at}", "action") for at in range(40)}
    assert wide.run().counts["created"] == 40
    for at in range(11):
        wide.change(f"G1.B{at}", title=f"Another {at}")
    assert wide.run().counts["updated"] == 11


@pytest.mark.parametrize("bare", [True, False])
def test_approval_lets_exactly_this_picture_through(wide: World, bare: bool) -> None:
    """With the digest, or bare for whatever it stopped at last, the changes are made; and the approval is used up."""
    rename(wide, 12)
    stop = wide.run().stop
    assert stop is not None

    assert wide.run(approve="" if bare else stop.digest).counts["updated"] == 12
    assert quiet(wide.run())
    with wide.store() as store, store.reading() as reader:
        assert reader.mapping_states()["academics"].stop == ""
    for at in range(1, 13):
        wide.change(f"G1.A{at}", title=f"Once more {at}")
    assert wide.run().outcome is Outcome.STOPPED


@pytest.mark.parametrize("bare", [True, False])
def test_a_changed_picture_asks_again(wide: World, bare: bool) -> None:
    """What was approved is not what is due by now: nothing is written, the new picture waits for its own approval."""
    rename(wide, 12)
    first = wide.run().stop
    rename(wide, 15)
    assert first is not None

    report = wide.run(approve="" if bare else first.digest)

    assert report.outcome is Outcome.STOPPED
    assert report.stop is not None
    assert report.stop.digest != first.digest
    assert not wide.tool.writes


VALUES: dict[str, tuple[FieldValue, FieldValue]] = {
    "title": ("New title", "The team's"),
    "due": (date(2026, 9, 1), date(2027, 1, 1)),
}
"""What the plan sets, and what a team does, by field."""


@pytest.mark.parametrize("field", VALUES)
def test_what_a_team_sets_after_the_stop_asks_again(wide: World, field: str) -> None:
    """The value that would be lost is part of the picture, in the plan's own fields and where the plan wins."""
    wide.rules = plan_wins(wide, "due")
    wide.run()
    plans, teams = VALUES[field]
    for at in range(1, 13):
        wide.change(f"G1.A{at}", **{field: plans})
    stop, seen = wide.run().stop, wide.foresee().changes[0].edits[0]
    wide.boards.edit(wide.boards.of("G1.A1").id, **{field: teams})
    assert stop is not None
    assert wide.foresee().changes[0].edits[0] != seen

    report = wide.run(approve=stop.digest)

    assert report.outcome is Outcome.STOPPED
    assert not wide.tool.writes
    assert getattr(wide.boards.of("G1.A1"), field) == teams
    assert wide.run(approve="").counts["updated"] == 12


def test_an_approval_holds_for_the_same_picture_in_another_process(wide: World) -> None:
    """Neither a restart nor a full read changes the picture, nor what a team does elsewhere on the same tasks."""
    wide.rules = plan_wins(wide, "due")
    wide.run()
    for at in range(1, 9):
        wide.change(f"G1.A{at}", title="New title", due=date(2026, 9, 1), notes="Why.\nAnd how.")
        wide.boards.edit(wide.boards.of(f"G1.A{at}").id, due=date(2027, 1, 1))
    for at in range(9, 13):
        wide.drop(f"G1.A{at}")
    stop = wide.run().stop
    assert stop is not None
    wide.revive()
    assert wide.foresee().stop == stop
    wide.boards.edit(wide.boards.of("G1.A1").id, completed=True)
    assert wide.run(full=True).stop == stop

    assert wide.run(approve=stop.digest).outcome is not Outcome.STOPPED


def plan_wins(world: World, field: str) -> Rules:
    """The mapping's rules, with the plan's value for a field where both changed it."""
    fields = (replace(rule, conflict=Conflict.PLAN) if rule.name == field else rule for rule in world.rules.fields)
    return replace(world.rules, fields=tuple(fields))


def test_the_loss_of_a_whole_container_stops(world: World) -> None:
    """All tasks gone: nothing is marked, nothing is made anew, until a person has looked."""
    world.run()
    world.tool.writes.clear()
    for one in world.work():
        if world.boards.marked(one):
            world.boards.delete(world.boards.of(one).id)

    report = world.run()

    assert report.outcome is Outcome.STOPPED
    assert "all 6 linked tasks are gone" in report.message
    assert not world.log("hold")
    assert world.run().outcome is Outcome.STOPPED
    assert world.run(approve="").outcome is Outcome.FINDINGS
    assert len(world.log("hold")) == 6
    assert world.run().outcome is Outcome.FINDINGS
    assert not world.tool.writes


def test_many_gone_stops_even_where_nothing_is_to_be_written(wide: World) -> None:
    """Eleven of twenty deleted is a surprise of its own."""
    for at in range(1, 12):
        wide.boards.delete(wide.boards.of(f"G1.A{at}").id)

    report = wide.run()

    assert (report.outcome, "tasks gone in the tool: 11" in report.message) == (Outcome.STOPPED, True)


def test_items_that_left_the_plan_in_numbers_stop(wide: World) -> None:
    """Half a plan that vanished from the file is not archived on its own."""
    for at in range(1, 13):
        wide.drop(f"G1.A{at}")

    assert wide.run().outcome is Outcome.STOPPED
    assert not wide.tool.writes
    assert wide.run(approve="").counts["archived"] == 12
    assert sum("no longer in the strategic plan" in task.notes for task in wide.boards.live()) == 12


def test_another_container_is_asked_about(world: World) -> None:
    """A mapping that names another container does not leave its tasks behind unasked; approved, it starts anew."""
    world.run()
    world.boards.add_board("Another", id_="C")
    world.reference = "C"
    world.tool.writes.clear()

    report = world.run()

    assert report.outcome is Outcome.STOPPED
    assert "6 linked tasks would stay behind" in report.message
    assert not world.tool.writes
    assert set(world.links()) == set(world.work())
    assert world.run(approve="").counts["created"] == 6
    assert {world.boards.home(link.task) for link in world.links().values()} == {"C"}
    assert len(world.log("release")) == 6
    assert quiet(world.run())


def test_going_back_before_approving_changes_nothing(world: World) -> None:
    """A wrong container corrected in time: everything is as it was."""
    world.run()
    world.boards.add_board("Another", id_="C")
    world.reference = "C"
    world.run()
    world.reference = "B"

    assert quiet(world.run())
    assert set(world.links()) == set(world.work())


def test_a_new_name_is_not_made_into_a_container_unasked(world: World) -> None:
    """A mapping with tasks whose container's name is mistyped makes no new container."""
    world.reference, world.by_name = "Strategic plan", True
    world.run()
    world.reference = "Strategic plam"

    report = world.run()

    assert report.outcome is Outcome.WRONG
    assert set(world.boards.boards) == {"B"}


def test_a_container_by_name_is_made_once(world: World) -> None:
    """Killed right after it was made, it is found by its name."""
    world.boards.boards.clear()
    world.reference, world.by_name = "Brand new", True
    moment = 1
    while world.die_at(moment):
        moment += 1
        assert len(world.boards.boards) <= 1
    assert len(world.boards.boards) == 1
    assert set(world.counts().values()) == {1}


def test_the_log_tells_of_a_container_that_was_made(world: World) -> None:
    """Once, and not of one that was there already."""
    world.reference, world.by_name = "Brand new", True
    for _ in range(2):
        world.run()
    [line] = world.log("make")[:1]
    assert (line.field, line.after, line.item, line.pass_id) == ("container", "Brand new", "", None)
    assert [line.field for line in world.log("make")] == ["container", "group", "group"]
    world.lose_store()
    world.run()
    assert not [line for line in world.log("make") if line.field == "container"]


def archive(world: World, *, archived: bool = True) -> None:
    """Put the board away, or take it out again."""
    board = world.boards.boards[BOARD]
    board.container = replace(board.container, archived=archived)


def test_nothing_is_written_into_an_archived_container(world: World) -> None:
    """A mapping into it stops, with what to do; what teams do there is known, and once it is out all goes on."""
    world.run()
    world.change("G1.A1.P1", title="Anew")
    world.boards.edit(world.boards.of("G1.A2").id, completed=True)
    archive(world)
    world.tool.writes.clear()
    assert str(world.foresee().trouble) == "“Strategic plan”: it is archived, so syncd writes nothing into it"
    for full in (True, False):
        report = world.run(full=full)
        assert (report.outcome, world.tool.writes) == (Outcome.WRONG, [])
        assert "is archived" in report.message
        assert "Take it out of the archive" in report.message
    assert world.evidence()["G1.A2"].done
    archive(world, archived=False)
    assert world.run().counts["updated"] == 1
    assert quiet(world.run())


def test_a_mapping_that_is_pointed_to_an_archived_container(world: World) -> None:
    """It is no way out of the old one; by its name, no second one is made beside it."""
    world.run()
    world.boards.add_board("Another", id_="C")
    world.boards.boards["C"].container = replace(world.boards.boards["C"].container, archived=True)
    for world.reference, world.by_name in (("C", False), ("Another", True)):
        assert world.run(approve="").outcome is Outcome.WRONG
        assert set(world.links()) == set(world.work())
        assert set(world.boards.boards) == {"B", "C"}


def test_what_a_container_refused_does_not_wait_in_another(world: World) -> None:
    """Where nothing is linked yet there is nothing to ask, and what was set aside in the old container is tried."""
    world.tool.fail("write", Invalid("no"), times=99)
    world.run()
    assert not world.links()
    world.tool.faults.clear()
    world.boards.add_board("Another", id_="C")
    world.reference = "C"

    report = world.run(clock_on=False)

    assert report.counts["created"] == 6
    assert not report.findings
    groups = {group.id for group in world.boards.boards["C"].container.groups}
    with world.store() as store, store.reading() as reader:
        assert {link.group for link in reader.group_links("academics").values()} == groups
