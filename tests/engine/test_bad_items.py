"""Promise 6: one bad item never stops the rest; it is tried again with growing delays, and told in the tool's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import Invalid, NoAccess, Quota, Refused, ToolError, Transient, UnknownOutcome
from syncd.engine.delays import DELAYS
from syncd.records import Outcome, SetAside
from tests.engine.world import World, item, long_plan

TITLE = "Title of G1.A2"


@pytest.fixture
def wide(folder: Path) -> Iterator[World]:
    """Thirty actions that are still to be pushed."""
    with closing(World(folder, plan=long_plan(30))) as made:
        yield made


def aside(world: World) -> dict[str, SetAside]:
    """What is set aside."""
    with world.store() as store, store.reading() as reader:
        return reader.set_aside("academics")


@pytest.mark.parametrize("error", [Invalid("start is after due"), NoAccess("not yours"), Transient("bad gateway")])
def test_the_others_go_on(world: World, error: ToolError) -> None:
    """All other items are pushed; the bad one is told with the tool's own words and what to do next."""
    world.tool.fail("write", error, what=TITLE)

    report = world.run()

    assert report.outcome is Outcome.FINDINGS
    assert (report.counts["created"], report.counts["failed"]) == (5, 1)
    [finding] = report.findings
    assert (finding.item, finding.title, error.words in finding.message) == ("G1.A2", TITLE, True)
    assert finding.next_step == error.next_step
    assert aside(world)["G1.A2"].tries == 1
    assert world.run().counts["created"] == 1
    assert aside(world) == {}


def test_it_is_tried_again_with_growing_delays(world: World) -> None:
    """Never before its time, always at it; meanwhile each pass tells of it and does not send it."""
    bad = world.tool.fail("write", Invalid("no"), what=TITLE, times=99)
    for tries, delay in enumerate((*DELAYS, DELAYS[-1]), start=1):
        world.run(clock_on=False)
        held = aside(world)["G1.A2"]
        assert (held.tries, bad.times) == (tries, 99 - tries)
        assert timedelta(0) <= held.retry_at - world.clock.now() <= delay
        world.clock.sleep((held.retry_at - world.clock.now()).total_seconds() - 1)
        report = world.run(clock_on=False)
        assert bad.times == 99 - tries
        assert [(finding.item, finding.title) for finding in report.findings] == [("G1.A2", TITLE)]
        world.clock.sleep(2)


def test_a_clock_that_is_put_back_keeps_nothing_waiting(world: World) -> None:
    """A time that a wrong clock named is not waited for: not even the longest delay reaches so far."""
    world.clock.jump(hours=30)
    world.tool.fail("write", Invalid("no"), what=TITLE)
    world.run()
    world.clock.jump(hours=-30)

    assert world.run(clock_on=False).counts["created"] == 1
    assert aside(world) == {}


def test_a_person_may_have_all_tried_now(world: World) -> None:
    """`retry_all` does not wait for the delay, and what went well is set aside no longer."""
    world.tool.fail("write", Invalid("no"), what=TITLE)
    world.run()

    report = world.run(clock_on=False, retry_all=True)

    assert (report.outcome, report.counts["created"]) == (Outcome.DONE, 1)
    assert aside(world) == {}


def test_what_became_pointless_is_forgotten(world: World) -> None:
    """A set-aside update whose item now holds what the plan wants is told no longer."""
    world.run()
    world.change("G1.A2", title="Wanted")
    world.tool.fail("write", Invalid("no"), what=TITLE)
    world.run(clock_on=False)
    world.change("G1.A2", title=TITLE)

    world.clock.pass_by(minutes=2)
    assert world.run().outcome is Outcome.DONE
    assert aside(world) == {}


def test_what_somebody_corrects_is_due_at_once(world: World) -> None:
    """It is tried by the very next pass, and where it fails anew, its delays begin anew."""
    world.tool.fail("write", Invalid("no"), what=TITLE, times=2)
    world.run()
    world.run()
    assert aside(world)["G1.A2"].tries == 2
    world.change("G1.A2", title="Better")
    world.tool.fail("write", Invalid("no"), what="Better", times=1)

    world.run(clock_on=False)
    assert aside(world)["G1.A2"].tries == 1
    world.change("G1.A2", title="Fine")
    assert world.run(clock_on=False).counts["created"] == 1
    assert aside(world) == {}


def test_an_item_that_leaves_the_plan_is_set_aside_no_longer(world: World) -> None:
    """It had no task, so nothing is left of it."""
    world.tool.fail("write", Invalid("no"), what=TITLE, times=9)
    world.run()
    world.drop("G1.A2")

    assert world.run(clock_on=False).outcome is Outcome.DONE
    assert aside(world) == {}


def test_an_item_with_a_new_id_stays_set_aside(world: World) -> None:
    """It is told under the id that the plan knows, and waits for its time."""
    world.tool.fail("write", Invalid("no"), what=TITLE, times=9)
    world.run()
    world.plan["N1"] = replace(world.plan.pop("G1.A2"), id="N1", was=("G1.A2",))

    report = world.run(clock_on=False)
    assert [finding.item for finding in report.findings] == ["N1"]
    assert [(held.item, held.tries) for held in aside(world).values()] == [("N1", 1)]


def test_set_aside_and_then_deleted(world: World) -> None:
    """Of a bad item whose task people delete, the loss is told in the end, not the old failure."""
    world.run()
    world.change("G1.A2", title="Wanted")
    world.tool.fail("write", Invalid("no"), what=TITLE)
    world.run()
    world.boards.delete(world.boards.of("G1.A2").id)

    assert "was deleted" in world.run().findings[0].message
    assert "was deleted" in world.run().findings[0].message
    assert aside(world) == {}


@pytest.mark.parametrize("error", [Transient("bad gateway"), UnknownOutcome("no answer")])
def test_five_failures_in_a_row_stop_the_pass(wide: World, error: ToolError) -> None:
    """A tool that is down is not asked thirty times; once it is back, everything goes through within the quarter."""
    down = wide.tool.fail("write", error, times=1000)
    for _ in range(6):
        report = wide.run()
        assert report.outcome is Outcome.UNREACHABLE
        assert error.words in report.message
    assert down.times >= 1000 - 6 * 10
    down.times = 0

    wide.clock.pass_by(minutes=15)
    wide.run()
    assert set(wide.counts().values()) == {1}


def test_failures_between_successes_do_not_stop_it(wide: World) -> None:
    """Every second write fails: the rest goes through."""
    for at in range(1, 31, 2):
        wide.tool.fail("write", Transient("hiccup"), what=f"Title of G1.A{at}")

    report = wide.run()

    assert (report.counts["created"], report.counts["failed"]) == (15, 15)
    assert wide.run().counts["created"] == 15


def test_a_limit_that_is_hit_leaves_the_rest_waiting(wide: World) -> None:
    """Nothing more is sent, nothing is anybody's fault, and the next pass goes on at once."""
    wide.tool.fail("write", Quota("too many requests", wait=60), what="Title of G1.A7")

    report = wide.run()
    sent = len(wide.tool.asked)

    assert report.outcome is Outcome.FINDINGS
    assert report.counts["created"] == 6
    assert "too many requests" in report.message
    assert len(report.changes) == 24
    assert wide.tool.asked[sent - 1].startswith("batch")
    assert aside(wide) == {}
    assert wide.run().counts["created"] == 24


def test_a_refused_credential_stops_the_pass(wide: World) -> None:
    """The tool takes the token no longer: nothing more is sent, and the words say what to do."""
    wide.tool.fail("write", Refused("invalid token"), what="Title of G1.A3")

    report = wide.run()

    assert report.outcome is Outcome.UNREACHABLE
    assert "Make a new token" in report.message
    assert len(wide.tool.writes) == 3
    assert aside(wide) == {}


def test_a_bad_item_among_those_in_one_request(folder: Path) -> None:
    """Of ten writes in one request the nine good ones stand."""
    with closing(World(folder, plan=long_plan(10), batch=10)) as world:
        world.tool.fail("write", Invalid("no"), what="Title of G1.A4")
        assert (world.run().counts["created"], len(world.tool.writes)) == (9, 10)


def test_groups_that_cannot_be_made(world: World) -> None:
    """Without its group no task is made; the pass says why, and the next one makes them."""
    world.tool.fail("ensure_groups", Transient("bad gateway"))

    assert world.run().outcome is Outcome.UNREACHABLE
    assert not world.tool.writes
    assert world.run().counts["created"] == 6


def test_cancelled_work_moves_into_a_group_of_its_own(world: World) -> None:
    """A cancelled action that the plan moves to a goal without other work finds its group made."""
    world.run()
    world.plan["G3"] = item("G3", "goal", "Health")
    world.plan["G1.A2"] = replace(world.plan["G1.A2"], path=("G3",), active=False)

    assert world.run().counts["moved"] == 1
    groups = {group.id: group.title for group in world.boards.boards["B"].container.groups}
    assert groups[world.boards.of("G1.A2").group or ""] == "Health"


def test_a_group_that_was_renamed_in_the_tool_stays(world: World) -> None:
    """A team's new name for a section is kept, and no second section appears beside it when another is made."""
    world.run()
    board = world.boards.boards["B"]
    renamed = tuple(replace(group, title=f"{group.title} (ours)") for group in board.container.groups)
    board.container = replace(board.container, groups=renamed)
    world.run(full=True)
    world.plan |= {"G3": item("G3", "goal", "Health"), "G3.A1": item("G3.A1", "action")}

    world.run()

    titles = [group.title for group in board.container.groups]
    assert titles == ["Reading (ours)", "Attendance (ours)", "Health"]
