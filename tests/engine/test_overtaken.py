"""Teams at work at the same moment: nothing of theirs is overwritten, and everything of theirs is in the log, once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Transient, UnknownOutcome
from connectors.vocabulary import Field, FieldType, Write
from mappings.rules import Rules
from syncd.records import Entry, Outcome
from syncd.store.errors import StoreError
from syncd.store.store import Store
from tests.engine.tool import LOST
from tests.engine.world import BOARD, MAPPING, Killed, Moments, World, long_plan, quiet


def once(world: World, kind: str, act: Callable[[], object]) -> None:
    """Have a team do something when the next request of a kind arrives."""

    def busy(asked: str, _what: str) -> None:
        if asked == kind:
            world.tool.busy = lambda _kind, _what: None
            act()

    world.tool.busy = busy


def told(lines: list[Entry]) -> list[tuple[str, str, object, object]]:
    """What the log says, without when and why."""
    return [(line.item, line.field, line.before, line.after) for line in lines]


def test_an_edit_between_planning_and_writing(world: World) -> None:
    """The plan moves a date, and the team moves it too before the request leaves: theirs stands (conflict = tool)."""
    world.run()
    task = world.boards.of("G1.A1.P1").id
    world.change("G1.A1.P1", due=date(2026, 8, 1))
    once(world, "look", lambda: world.boards.edit(task, due=date(2026, 7, 7)))
    world.tool.writes.clear()

    report = world.run()

    assert not world.tool.writes
    assert world.boards.of("G1.A1.P1").due == date(2026, 7, 7)
    assert report.counts["conflicts"] == 1
    assert told(world.log("team")) == [("G1.A1.P1", "due", date(2026, 6, 15), date(2026, 7, 7))]
    world.run()
    assert len(world.log("team")) == 1


def test_an_edit_of_another_field_between_planning_and_writing(world: World) -> None:
    """A tick right before the write is seen, logged and kept, and the write goes through with it."""
    world.run()
    task = world.boards.of("G1.A2").id
    world.change("G1.A2", title="New title")
    once(world, "look", lambda: world.boards.complete(task))

    assert world.run().counts["updated"] == 1
    assert (world.boards.of("G1.A2").title, world.boards.of("G1.A2").completed) == ("New title", True)
    assert told(world.log("team")) == [("G1.A2", "completed", False, True)]
    assert world.evidence()["G1.A2"].done


def test_an_edit_between_looking_and_writing(world: World) -> None:
    """What a team does in the very moment of our write comes back with its answer, and is logged as theirs."""
    world.run()
    task = world.boards.of("G1.A2").id
    world.change("G1.A2", title="New title")
    once(world, "batch", lambda: world.boards.complete(task))

    world.run()
    world.run()

    assert told(world.log("team")) == [("G1.A2", "completed", False, True)]
    assert told(world.log("update")) == [("G1.A2", "title", "Title of G1.A2", "New title")]
    assert world.evidence()["G1.A2"].done


def test_an_edit_right_after_our_write(world: World) -> None:
    """An edit that follows our own within a moment is not mistaken for it."""
    world.run()
    world.change("G1.A2", title="New title")
    world.tool.afterwards = lambda _write: world.boards.complete(world.boards.of("G1.A2").id)

    world.run()

    assert world.evidence()["G1.A2"].done
    assert told(world.log("team")) == [("G1.A2", "completed", False, True)]


def test_tool_owned_fields_are_seeded_once_and_then_left_alone(world: World) -> None:
    """The assignee comes from the plan when the task is made; what the team does with it afterwards stands."""
    world.run()
    task = world.boards.of("G1.A1").id
    world.boards.edit(task, assignee="bob@example.org")
    world.change("G1.A1", owner="chief@example.org", title="New title")
    world.run()
    world.run(full=True)

    assert world.boards.of("G1.A1").assignee == "bob@example.org"
    assert told(world.log("team")) == [("G1.A1", "assignee", "ann@example.org", "bob@example.org")]


def test_the_teams_words_in_the_notes_are_kept(world: World) -> None:
    """Only the plan's own block inside the notes is rewritten."""
    world.run()
    task = world.boards.of("G1.A1")
    world.boards.edit(task.id, notes=f"Meet on Monday.\n\n{task.notes}\n\nAsk Pat.")
    world.change("G1.A1", notes="A better reason.")
    world.run()

    notes = world.boards.of("G1.A1").notes
    assert notes.startswith("Meet on Monday.")
    assert notes.endswith("Ask Pat.")
    assert "A better reason." in notes
    assert "Why we do it." not in notes


def test_every_write_stands_in_the_log(world: World) -> None:
    """Before, after and cause of each field that was written, with the pass that did it."""
    world.run()
    world.change("G1.A1", title="New title", notes="New reason.")
    world.boards.edit(world.boards.of("G2.A1").id, title="the team's title")
    world.drop("G1.A2")
    world.run()

    assert [(line.item, line.after) for line in world.log("create")] == [
        (one, f"Title of {one}") for one in ("G1.A1", "G1.A2", "G2.A1", "G1.A1.P1", "G1.A1.P2", "G2.A1.P1")
    ]
    updates = [(line.item, line.field, line.before, line.after, line.cause) for line in world.log("update")]
    assert updates == [
        ("G1.A1", "title", "Title of G1.A1", "New title", "the plan changed"),
        ("G1.A1", "notes", "Why we do it.", "New reason.", "the plan changed"),
        ("G2.A1", "title", "the team's title", "Title of G2.A1", "it was changed in the tool, and the plan owns it"),
    ]
    [archived] = world.log("archive")
    assert (archived.field, archived.before) == ("notes", None)
    assert "no longer in the strategic plan" in str(archived.after)
    assert all(line.pass_id and line.cause and (line.task or line.kind == "make") for line in world.log())


def test_moves_stand_in_the_log(world: World) -> None:
    """An action that the plan puts under another goal moves once, and the log says from where to where."""
    world.run()
    world.plan["G1.A2"] = replace(world.plan["G1.A2"], path=("G2",))
    report = world.run()

    assert report.counts["moved"] == 1
    assert told(world.log("move")) == [("G1.A2", "group", "G1", "G2")]
    assert world.boards.of("G1.A2").group == world.boards.of("G2.A1").group
    assert quiet(world.run())


@pytest.mark.parametrize("took_effect", [True, False])
def test_an_update_without_an_answer_is_logged_once(world: World, took_effect: bool) -> None:
    """Whether it arrived or had to be sent again: the log holds the change once, as ours, with what was before."""
    world.run()
    world.change("G1.A2", title="New title")
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A2", took_effect=took_effect)

    report = world.run()

    assert (report.outcome, report.counts["updated"], report.counts["failed"]) == (Outcome.DONE, 1, 0)
    assert told(world.log("update")) == [("G1.A2", "title", "Title of G1.A2", "New title")]
    assert world.log("team") == []
    assert quiet(world.run())


def test_a_move_without_an_answer_is_logged_once(world: World) -> None:
    """The same for a task that changes its place."""
    world.run()
    world.plan["G1.A2"] = replace(world.plan["G1.A2"], path=("G2",))
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A2", took_effect=True)

    assert world.run().counts["moved"] == 1
    assert told(world.log("move")) == [("G1.A2", "group", "G1", "G2")]


def test_custom_fields_that_teams_change_are_logged(world: World) -> None:
    """A percentage that a figure rests on can be traced to the edit that set it."""
    world.boards.add_board("Strategic plan", id_=BOARD, fields=(Field("F", "% complete", FieldType.NUMBER),))
    world.run()
    world.boards.edit(world.boards.of("G1.A2").id, fields={"F": Decimal(40)})
    world.run()

    assert told(world.log("team")) == [("G1.A2", "% complete", None, Decimal(40))]


def test_an_approval_covers_nothing_that_others_stop_at_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a turn with an approval of the last stop has not seen the one that came before that turn."""
    world.plan = long_plan(40)
    world.run()
    for at in range(1, 31):
        world.change(f"G1.A{at}", title=f"New title {at}")
    turn, ends = Store.turn, list[Outcome]()

    def late(store: Store, connection: str) -> AbstractContextManager[None]:
        monkeypatch.setattr(Store, "turn", turn)
        ends.append(world.run().outcome)
        return turn(store, connection)

    monkeypatch.setattr(Store, "turn", late)
    world.tool.writes.clear()
    assert world.run(approve="").outcome is Outcome.STOPPED
    assert ends == [Outcome.STOPPED]
    assert not world.tool.writes
    assert world.run(approve="").outcome is Outcome.DONE
    assert world.boards.of("G1.A1").title == "New title 1"


def test_a_tick_at_the_moment_of_our_write_is_counted_above(world: World) -> None:
    """What our own answer brought is no news when the feed tells of it: the steps above are counted anew even so."""
    world.rules = Rules(MAPPING, "district", progress="subtasks")
    world.run()
    project = world.boards.of("G1.A1.P1").id
    world.change("G1.A1.P1", title="New title")
    once(world, "batch", lambda: world.boards.complete(project))

    world.run()
    world.run()

    assert world.evidence()["G1.A1"].steps == (1, 2)
    assert quiet(world.run())


def cut_off(world: World) -> None:
    """A pass dies with a date sent, the plan gets another one, and the tool's feed tells nothing of that task."""

    def die(_write: Write) -> None:
        raise Killed

    world.run()
    world.change("G1.A1.P1", due=date(2026, 8, 1))
    world.tool.afterwards = die
    with pytest.raises(Killed):
        world.run()
    world.revive()
    world.tool.afterwards = lambda _write: None
    world.boards.lose_events(BOARD)
    world.change("G1.A1.P1", due=date(2026, 9, 1))


def test_what_was_sent_unheard_is_no_edit_of_a_team(world: World) -> None:
    """Before the newer date is written, the pass looks what became of the older one; the log has both as ours."""
    cut_off(world)
    world.tool.asked.clear()

    report = world.run()

    task = world.boards.of("G1.A1.P1")
    assert (task.due, report.counts["conflicts"]) == (date(2026, 9, 1), 0)
    assert world.tool.asked.count(f"look {task.id}") == 2
    assert not world.log("team")
    assert [line.after for line in world.log("update") if line.field == "due"] == [date(2026, 8, 1), date(2026, 9, 1)]


def test_a_team_that_overwrote_what_was_sent_unheard(world: World) -> None:
    """What the task holds then is theirs, and stands where the tool wins; it is looked at once."""
    cut_off(world)
    world.boards.edit(world.boards.of("G1.A1.P1").id, due=date(2026, 7, 7))
    world.boards.lose_events(BOARD)

    assert world.run().counts["conflicts"] == 1
    assert world.boards.of("G1.A1.P1").due == date(2026, 7, 7)
    assert told(world.log("team")) == [("G1.A1.P1", "due", date(2026, 6, 15), date(2026, 7, 7))]


def test_a_look_at_what_was_sent_unheard_that_fails(world: World) -> None:
    """The write asks again, and says what is wrong; the pass goes on with the other items."""
    cut_off(world)
    world.change("G1.A2", title="New title")
    task = world.boards.of("G1.A1.P1").id
    world.tool.fail("look", Transient("bad gateway"), what=task, times=2)

    report = world.run()

    assert [finding.item for finding in report.findings] == ["G1.A1.P1"]
    assert world.boards.of("G1.A2").title == "New title"


@pytest.mark.parametrize("moment", ["open asked", "read asked"])
def test_a_pass_that_another_one_overtook_stops(world: World, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """What it saw is older than what the other one made: the groups that it never saw are still known by their ids."""

    def hanging(name: str) -> None:
        if name == moment and world.moments is first:
            world.moments = Moments()
            monkeypatch.setattr(Store, "turn", lambda _store, _connection: nullcontext())  # its lock was lost
            world.run()

    first: Any = hanging
    first.dead = False
    world.moments = first
    with pytest.raises(StoreError, match="another pass of the mapping academics has begun meanwhile"):
        world.run()
    world.revive()
    world.change("G1", title="Reading and writing")

    assert world.run().counts["renamed"] == 1
    with world.store() as store, store.reading() as reader:
        [shelf] = reader.shelves(world.connection).values()
    assert [group.title for group in shelf.container.groups] == ["Reading and writing", "Attendance"]
