"""Links changed by a person while teams are at work: nothing of theirs is overwritten, and all of it is in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connectors.errors import Transient
from connectors.vocabulary import Write
from syncd.engine.preview import look
from syncd.engine.relinking import Relinker
from syncd.records import Entry
from tests.engine.world import World

WORDS, LATER = "Call the principal first.", date(2026, 9, 9)


def relinker(world: World, *, full: bool = False) -> Relinker:
    """A person at the links of the world's mapping, a minute after whatever was before."""
    world.clock.pass_by(minutes=1)
    books = look(world.route, world._store, world.tool, world.clock, full=full)
    return Relinker(books, world._store, world.tool, world.clock, world._new_key, "ann")


def after_the_first(world: World, act: Callable[[], object]) -> None:
    """Have a team do something as soon as the first write has taken effect."""

    def once(_write: Write) -> None:
        world.tool.afterwards = lambda _write: None
        act()

    world.tool.afterwards = once


def by_team(world: World) -> list[Entry]:
    """What the log says that teams changed."""
    return [line for line in world.log("team") if line.field == "due"]


def write_words(world: World, task: str) -> None:
    """A team writes above what syncd wrote, and moves the date."""
    world.boards.edit(task, notes=f"{WORDS}\n\n{world.boards.rows[task].task.notes}", due=LATER)


@pytest.mark.parametrize("notes", ["Why we do it.", None], ids=["our notes", "no notes of ours"])
def test_words_that_come_while_another_task_is_let_go(world: World, notes: str | None) -> None:
    """They stay on the task, without marker and notes of ours; and the date that was moved is in the log."""
    world.change("G1.A1", notes=notes)
    world.run()
    task = world.boards.of("G1.A1").id
    after_the_first(world, lambda: write_words(world, task))
    assert [answer.why for answer in relinker(world).drop(["G1.A2", "G1.A1"])] == ["", ""]
    held = world.boards.rows[task].task
    assert (held.notes.strip(), held.marker, held.due) == (WORDS, None, LATER)
    assert [(line.item, line.before, line.after) for line in by_team(world)] == [("G1.A1", date(2026, 6, 15), LATER)]


def test_words_that_come_while_another_copy_loses_the_marker(world: World) -> None:
    """Of three tasks with one marker, the words on the last stay; what is no item's is not in the log."""
    world.run()
    task = world.boards.of("G1.A1").id
    copies = [world.boards.duplicate(task).id for _ in range(2)]
    last: list[str] = []

    def words() -> None:
        last[:] = [copy for copy in copies if world.boards.rows[copy].task.marker]
        write_words(world, *last)

    after_the_first(world, words)
    assert relinker(world).keep("G1.A1", task).why == ""
    held = world.boards.rows[last[0]].task
    assert (held.notes, held.marker, held.due) == (WORDS, None, LATER)
    assert by_team(world) == []


def test_a_task_that_is_deleted_while_another_is_let_go(world: World) -> None:
    """There is nothing to take off it; its link is let go as well."""
    world.run()
    after_the_first(world, lambda: world.boards.delete(world.boards.of("G1.A1").id))
    assert [answer.why for answer in relinker(world).drop(["G1.A2", "G1.A1"])] == ["", ""]
    assert {"G1.A1", "G1.A2"}.isdisjoint(world.links())


def test_a_task_that_cannot_be_looked_at(world: World) -> None:
    """Nothing is written to it, and its link stays."""
    world.run()
    work = relinker(world)
    world.tool.fail("look", Transient("down"))
    world.tool.writes.clear()
    [answer] = work.drop(["G1.A1"])
    assert answer.why.startswith("down. ")
    assert (world.tool.writes, "G1.A1" in world.links()) == ([], True)


def test_what_a_team_changed_since_the_last_pass_is_in_the_log(world: World) -> None:
    """The store knows of it only by what is kept now: no later pass would find it new."""
    world.run()
    for item in ("G1.A1", "G1.A1.P1"):
        world.boards.edit(world.boards.of(item).id, due=LATER)
    world.boards.edit(world.boards.of("G1.A1.P1").id, marker=None)
    assert [answer.item for answer in relinker(world, full=True).mark()] == ["G1.A1.P1"]
    relinker(world).drop(["G1.A1"])
    world.run()
    assert [line.item for line in by_team(world)] == ["G1.A1.P1", "G1.A1"]
