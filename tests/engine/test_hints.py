"""Hints: tasks that a tool points at of itself are looked at together with what its feed tells, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import Transient
from connectors.hooks import Touched
from syncd.records import Outcome
from tests.engine.world import BOARD, World, quiet

STRANGERS = ("T999", "no task at all", "")
AGO = st.none() | st.integers(min_value=-10_000, max_value=10_000).map(lambda seconds: timedelta(seconds=seconds))


def hinted(world: World, hints: Touched) -> list[str]:
    """The requests of one pass with these hints."""
    world.tool.asked.clear()
    world.run(hints={("tool", BOARD): hints})
    return list(world.tool.asked)


def test_a_hint_is_looked_at_though_the_feed_lost_it(world: World) -> None:
    """One request for the feed, one for the task; the next pass is quiet."""
    world.run()
    task = world.boards.of("G1.A1").id
    world.boards.complete(task)
    world.boards.lose_events(BOARD, 3)

    assert hinted(world, {task: world.clock.now()}) == ["changes B", f"look {task}"]
    assert world.evidence()["G1.A1"].done
    assert hinted(world, {}) == ["changes B"]


def test_what_feed_and_hint_both_tell_is_looked_at_once(world: World) -> None:
    """Two ways to hear of one edit make one request."""
    world.run()
    task = world.boards.of("G1.A1").id
    world.boards.complete(task)

    assert hinted(world, {task: world.clock.now()}) == ["changes B", f"look {task}"]


def test_a_hint_older_than_what_is_known_is_none(world: World) -> None:
    """Our own writes come back as hints; they were answered already. Without a moment it is looked at."""
    world.run()
    task = world.boards.of("G1.A1").id
    written = world.boards.rows[task].task.modified_at

    assert hinted(world, {task: written}) == ["changes B"]
    assert hinted(world, {task: None}) == ["changes B", f"look {task}"]


def test_hints_for_a_container_out_of_reach_wait_for_the_feed(world: World) -> None:
    """A hint makes nothing readable: the trouble is reported as without it."""
    world.run()
    world.tool.fail("changes", Transient("down"))

    report = world.run(hints={("tool", BOARD): {world.boards.of("G1.A1").id: None}})
    assert report.outcome is Outcome.UNREACHABLE


def test_hints_for_others_are_not_ours(world: World) -> None:
    """Those of another container, or of the same one by another connection, are passed over."""
    world.run()
    world.tool.asked.clear()
    world.run(hints={("tool", "C"): {"T1": None}, ("other", BOARD): {"T1": None}})

    assert world.tool.asked == ["changes B"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from([*STRANGERS, *(f"T{at}" for at in range(1, 12))]), AGO),
    st.sets(st.sampled_from(["G1.A1", "G1.A1.P1", "G2.A1"])),
)
def test_no_hint_changes_what_is_so(folder: Path, moments: dict[str, timedelta | None], done: set[str]) -> None:
    """Whatever is hinted at, true or not: the figures are those of a pass without hints, and nothing is written."""
    world = World(folder)
    world.run()
    for one in sorted(done):
        world.boards.complete(world.boards.of(one).id)
    now: datetime = world.clock.now()

    report = world.run(hints={("tool", BOARD): {task: now + ago if ago else None for task, ago in moments.items()}})

    assert quiet(report)
    assert report.outcome in (Outcome.DONE, Outcome.FINDINGS)
    assert {key for key, one in world.evidence().items() if one.done} == done
    with world.store() as store, store.reading() as reader:
        assert not reader.seen("tool", BOARD).keys() & set(STRANGERS)
    assert world.counts() == dict.fromkeys(world.work(), 1)
    world.close()
