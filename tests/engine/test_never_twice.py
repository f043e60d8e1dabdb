"""Promise 1: at most one live task per item, whatever crashes, times out or is answered late."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import NotFound, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Create, Write
from mappings.rules import DEFAULT_FIELDS, Owner, Removed
from syncd.records import Outcome
from syncd.store import StoreError
from syncd.store.store import Store
from tests.engine.tool import LOST
from tests.engine.world import Killed, World, item, quiet


def test_a_first_push_makes_each_task_once(world: World) -> None:
    """Every action and project gets one task, in the right place and with the plan's values."""
    report = world.run()

    assert report.outcome is Outcome.DONE
    assert report.counts["created"] == len(world.work())
    assert set(world.counts().values()) == {1}
    action, project = world.boards.of("G1.A1"), world.boards.of("G1.A1.P2")
    assert (action.title, action.assignee) == ("Title of G1.A1", "ann@example.org")
    assert "Why we do it." in action.notes
    planned = world.plan["G1.A1.P2"].values
    assert (project.parent, project.start, project.due) == (action.id, planned["start"], planned["due"])
    assert {group.title for group in world.boards.boards["B"].container.groups} == {"Reading", "Attendance"}


@pytest.mark.parametrize("batch", [1, 3])
def test_killed_at_any_moment_of_a_first_push(folder: Path, batch: int) -> None:
    """Dead before or after any commit and any request: the next pass ends with exactly one task per item."""
    moment, alive = 0, True
    while alive:
        moment += 1
        world = World(folder, batch=batch)
        alive = world.die_at(moment)
        report = world.run()
        assert report.outcome is Outcome.DONE, moment
        assert set(world.counts().values()) == {1}, moment
        assert len(list(world.boards.live())) == len(world.work()), moment
        assert set(world.links()) == set(world.work()), moment
        world.tool.writes.clear()
        assert quiet(world.run()), moment
        assert not world.tool.writes, moment
    assert moment > 40


def test_killed_again_and_again(world: World) -> None:
    """A push that dies a few moments further each time gets there, and doubles nothing."""
    deaths = 0
    while world.die_at(7 + deaths):
        deaths += 1
        assert max(world.counts().values()) <= 1
    assert deaths > 3
    assert set(world.counts().values()) == {1}


def test_killed_at_any_moment_of_later_changes(folder: Path) -> None:
    """Updates, moves, new items and items that left: dead at any moment of it, the rerun brings the same end."""
    moment, alive = 0, True
    ends = set()
    while alive:
        moment += 1
        world = World(folder)
        world.run()
        world.change("G1.A1", title="Renamed")
        world.drop("G2.A1")
        world.plan["G1.A3"] = item("G1.A3", "action")
        alive = world.die_at(moment)
        world.run()
        assert quiet(world.run()), moment
        ends.add(tuple(sorted((t.title, t.marker, t.notes, t.parent or "") for t in world.boards.live())))
        assert len(world.links()) == 5
    assert len(ends) == 1


def test_an_answer_lost_after_the_create_took_effect(world: World) -> None:
    """The task is there though nobody said so: it is found by its marker and becomes the item's, all in one pass."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1", took_effect=True)

    report = world.run()

    assert (report.outcome, report.counts["failed"]) == (Outcome.DONE, 0)
    assert (report.counts["created"], report.counts["adopted"]) == (5, 1)
    assert set(world.counts().values()) == {1}


def lose(world: World) -> None:
    """A shared title is sent with a create of which nobody hears before the pass ends."""
    fields = (replace(rule, owner=Owner.SHARED) if rule.name == "title" else rule for rule in DEFAULT_FIELDS)
    world.rules = replace(world.rules, fields=tuple(fields))
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A2", took_effect=True)
    world.tool.fail("find", Transient("bad gateway"), times=9)
    world.run()
    world.tool.faults.clear()
    assert world.boards.of("G1.A2").title == "Title of G1.A2"
    assert "G1.A2" not in world.links()


def test_a_plan_that_is_edited_before_a_lost_create_is_found(world: World) -> None:
    """What was sent is known: so only the plan changed, its new values are sent, and nobody is asked."""
    lose(world)
    world.change("G1.A2", title="Newer title")
    report = world.run()

    assert report.outcome is Outcome.DONE
    assert world.boards.of("G1.A2").title == "Newer title"
    assert quiet(world.run())


def test_what_a_team_changed_before_a_lost_create_is_found(world: World) -> None:
    """The plan holds what was sent, so only the team changed it."""
    lose(world)
    world.boards.edit(world.boards.of("G1.A2").id, title="The team's")
    world.run()

    assert world.boards.of("G1.A2").title == "The team's"


def test_an_answer_lost_before_the_create_took_effect(world: World) -> None:
    """The request never arrived: it is made again once it can no longer arrive, exactly once."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1")

    report = world.run()

    assert (report.outcome, report.counts["created"]) == (Outcome.DONE, 6)
    assert set(world.counts().values()) == {1}
    assert [line.kind for line in world.log() if line.item == "G1.A1"] == ["fail", "lost", "create"]


def test_everything_else_goes_on_before_a_doubt_is_waited_out(world: World) -> None:
    """What is in doubt waits until it can arrive no more, and with it what is to stand behind it; nothing else does."""
    made: dict[str, float] = {}

    def note(write: Write) -> None:
        if isinstance(write, Create):
            made[str(write.values.given["title"])] = world.clock.monotonic()

    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1")
    world.tool.afterwards = note
    world.run()

    free = min(made.values()) + world.tool.capabilities().settle
    assert {title for title, at in made.items() if at >= free} == {
        "Title of G1.A1",
        "Title of G1.A1.P1",
        "Title of G1.A1.P2",
    }
    assert len(made) == len(world.work())


@pytest.mark.parametrize("late", [1.0, 20.0, 29.9])
def test_a_create_that_takes_effect_late(world: World, late: float) -> None:
    """A create that arrives within the time the tool may need for it is waited for, not doubled."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A2", late=late)

    world.run()
    world.clock.pass_by(minutes=1)
    world.run()

    assert set(world.counts().values()) == {1}


@pytest.mark.parametrize("hours", [-30, 1, 30])
def test_a_clock_that_is_wrong(world: World, hours: int) -> None:
    """A task in doubt is found by the tool's own clock: ours may be hours ahead or behind."""
    world.clock.jump(hours=hours)
    world.boards.skew = timedelta(hours=-hours)
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A2", took_effect=True)
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G2.A1", late=12)

    world.run()

    assert set(world.counts().values()) == {1}


def test_a_create_that_waited_long_for_its_turn(world: World) -> None:
    """What counts is when the request may have been sent, not when it was intended: the tool may pause between."""

    def paused(write: Write) -> None:
        if isinstance(write, Create) and write.values.given["title"] == "Title of G1.A2":
            world.clock.sleep(90)
            world.tool.meanwhile = lambda _write: None

    world.tool.meanwhile = paused
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A2", late=25)
    world.run()

    assert set(world.counts().values()) == {1}


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_tool_whose_clock_differs(world: World, minutes: int) -> None:
    """A task that the tool dates some minutes before or after our request is found all the same."""
    world.boards.skew = timedelta(minutes=minutes)
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1", took_effect=True)

    assert world.run().counts["adopted"] == 1
    assert set(world.counts().values()) == {1}


def test_killed_while_a_create_is_late(world: World) -> None:
    """A process that dies with a request under way is followed by one that waits for it."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1", late=20)
    sent = 0

    def dying(name: str) -> None:
        nonlocal sent
        sent += name == "write done"
        if sent:
            world.moments.kill_at = world.moments.passed + 1
        world.moments(name)

    world.tool.moment = dying
    with pytest.raises(Killed):
        list(world.runner().run([world.route]))
    world.revive()
    world.run(clock_on=False)

    assert set(world.counts().values()) == {1}


def test_no_answer_twice_sets_the_item_aside(world: World) -> None:
    """A create without an answer twice in one pass waits for the next, and its item is told as failed."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G2.A1", times=2)

    report = world.run()

    assert (report.outcome, report.counts["failed"]) == (Outcome.FINDINGS, 1)
    assert [finding.item for finding in report.findings] == ["G2.A1"]
    assert world.counts() == dict.fromkeys(world.work(), 1) | {"G2.A1": 0, "G2.A1.P1": 0}
    assert world.run().outcome is Outcome.DONE
    assert set(world.counts().values()) == {1}


def test_a_tool_that_cannot_be_asked_keeps_the_item_waiting(world: World) -> None:
    """While the marker cannot be looked for, the create is neither repeated nor forgotten."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1", took_effect=True)
    down = world.tool.fail("find", Transient("bad gateway"), times=100)

    report = world.run()

    assert report.counts["failed"] == 1
    assert "bad gateway" in report.findings[0].message
    assert len(world.boards.marked("G1.A1")) == 1
    down.times = 0
    assert world.run().outcome is Outcome.DONE
    assert set(world.counts().values()) == {1}


def test_a_subtask_in_doubt_whose_parent_was_deleted(world: World) -> None:
    """Where the parent is gone its subtask is as well: the doubt ends, and the item waits for its parent."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G2.A1.P1", took_effect=True)
    world.tool.fail("find", Transient("bad gateway"), times=2)
    world.run()
    world.boards.delete(world.boards.of("G2.A1").id)

    report = world.run()

    assert {finding.item for finding in report.findings} == {"G2.A1", "G2.A1.P1"}
    with world.store() as store, store.reading() as reader:
        assert reader.intents("academics") == []


def in_doubt_and_left(world: World, id_: str = "G1.A9", **how: float | bool) -> None:
    """A create of which nobody hears before the pass ends, and an item that leaves the plan then."""
    world.run()
    world.plan[id_] = item(id_, "project" if ".P" in id_ else "action", notes="Why.")
    world.tool.fail("write", UnknownOutcome(LOST), what=f"Title of {id_}", **how)
    world.tool.fail("find", Transient("bad gateway"), times=9)
    world.run()
    world.tool.faults.clear()
    world.drop(id_)


@pytest.mark.parametrize("removed", Removed)
@pytest.mark.parametrize("id_", ["G1.A9", "G1.A1.P9"])
def test_an_item_that_leaves_the_plan_while_its_create_is_in_doubt(world: World, removed: Removed, id_: str) -> None:
    """Its task is looked for all the same, and let go of by the mapping's rule, as any other's is."""
    world.rules = replace(world.rules, removed=removed)
    in_doubt_and_left(world, id_, took_effect=True)

    report = world.run()

    task = world.boards.of(id_)
    assert (report.outcome, report.counts["adopted"], report.counts["archived"]) == (Outcome.DONE, 1, 1)
    assert "no longer in the strategic plan" in task.notes
    assert task.completed is (removed is Removed.COMPLETE)
    assert (task.parent is None) is (removed is Removed.ARCHIVE or id_ == "G1.A9")
    told = [line.kind for line in world.log() if line.item == id_]
    assert (told[0], set(told[1:])) == ("fail", {"adopt", "archive"})
    assert id_ not in world.links()
    assert quiet(world.run())


def test_an_item_that_left_and_whose_create_is_still_on_its_way(world: World) -> None:
    """It is waited for as any other is: else its task would stand there unknown to anybody."""
    in_doubt_and_left(world, late=310)

    report = world.run()

    assert (report.outcome, report.counts["adopted"], report.counts["archived"]) == (Outcome.DONE, 1, 1)
    assert "no longer in the strategic plan" in world.boards.of("G1.A9").notes


def test_an_item_that_left_and_whose_create_never_took_effect(world: World) -> None:
    """There is nothing to let go of, and the doubt is over."""
    in_doubt_and_left(world)

    assert quiet(world.run())
    assert not world.boards.marked("G1.A9")
    with world.store() as store, store.reading() as reader:
        assert reader.intents("academics") == []


def test_an_item_that_left_while_the_tool_cannot_be_asked(world: World) -> None:
    """The doubt stays, and is told under the title that was sent."""
    in_doubt_and_left(world, took_effect=True)
    world.tool.fail("find", Transient("bad gateway"), times=9)

    assert [(each.item, each.title) for each in world.run().findings] == [("G1.A9", "Title of G1.A9")]
    world.tool.faults.clear()
    assert world.run().counts["archived"] == 1


def test_an_item_that_the_mapping_no_longer_reaches_while_its_create_is_in_doubt(world: World) -> None:
    """Its task is found and stays as it is: a changed selection lets go, and takes nothing back."""
    in_doubt_and_left(world, took_effect=True)
    world.plan["G1.A9"] = item("G1.A9", "action", notes="Why.")
    world.rules = replace(world.rules, select=("G1.A1", "G1.A2", "G2"))

    assert world.run().counts["archived"] == 1
    assert "Why." in world.boards.of("G1.A9").notes
    assert [line.kind for line in world.log() if line.item == "G1.A9"] == ["fail", "adopt", "release"]


@pytest.mark.parametrize("look", [None, Transient("bad gateway")])
def test_a_search_below_a_parent_that_slips(world: World, look: ToolError | None) -> None:
    """That nothing is found there says nothing as long as the parent is there, or cannot be asked for: the item waits.

    One answer may be wrong, and a task made a second time is not taken back.
    """
    world.run()
    world.plan["G1.A1.P3"] = item("G1.A1.P3", "project")
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1.P3", took_effect=True)
    world.tool.fail("find", NotFound("no such object"), times=6)
    if look is not None:
        world.tool.fail("look", look, times=6)

    report = world.run()
    assert [finding.item for finding in report.findings] == ["G1.A1.P3"]
    world.tool.faults.clear()
    report = world.run()

    assert (report.outcome, report.counts["adopted"]) == (Outcome.DONE, 1)
    assert world.counts()["G1.A1.P3"] == 1


def test_two_passes_at_once_on_one_store(world: World) -> None:
    """A second process that starts a pass meanwhile is told that another one works; nothing is doubled."""
    told: list[str] = []

    def second(write: Write) -> None:
        if not told:
            with pytest.raises(StoreError) as refused:
                world.run()
            told.append(str(refused.value))

    world.tool.afterwards = second

    assert world.run().counts["created"] == len(world.work())
    assert "another syncd is working with the connection" in told[0]
    assert set(world.counts().values()) == {1}


def test_a_pass_that_lost_its_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the lock was lost (a database that dropped its session), the older pass makes nothing any more."""
    monkeypatch.setattr(Store, "turn", lambda *_: nullcontext())
    started = False

    def second(write: Write) -> None:
        nonlocal started
        if not started and len(world.tool.writes) == 2:
            started = True
            world.run()

    world.tool.afterwards = second
    with pytest.raises(StoreError, match="has begun meanwhile"):
        world.run()

    assert world.run().outcome is Outcome.DONE
    assert set(world.counts().values()) == {1}


def test_two_stores_on_one_container(world: World, tmp_path: Path) -> None:
    """Two services that know nothing of each other share the tasks; what both made in the same moment is told."""
    world.run()
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other")
    other.tool = world.tool
    other.clock = world.clock

    assert other.run().counts["adopted"] == len(world.work())
    assert set(world.counts().values()) == {1}
    twin = world.boards.duplicate(world.boards.of("G1.A2").id)
    report = world.run()
    assert [(f.item, twin.title in f.message) for f in report.findings] == [("G1.A2", True)]
