"""Asked to stop: the pass ends soon, says so, and the next one goes on where it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import UnknownOutcome
from mappings.rules import Rules
from syncd.engine.books import Route
from syncd.records import Outcome, PassRecord
from tests.engine.tool import LOST
from tests.engine.world import MAPPING, World, long_plan, quiet


@pytest.fixture
def wide(folder: Path) -> Iterator[World]:
    """Thirty actions that are still to be pushed."""
    with closing(World(folder, plan=long_plan(30))) as made:
        yield made


def passes(world: World) -> list[PassRecord]:
    """The passes as stored, the newest first."""
    with world.store() as store, store.reading() as reader:
        return reader.passes(MAPPING)


def test_in_the_middle_of_a_push(wide: World) -> None:
    """After ten tasks it is asked to stop: no eleventh is sent; the next pass makes the other twenty."""
    report = wide.run(stopping=lambda: len(wide.tool.writes) >= 10)

    assert report.outcome is Outcome.ABANDONED
    assert report.counts["created"] == len(wide.tool.writes) == 10
    assert "the next pass goes on" in report.message
    assert report.findings == ()
    assert wide.tool.asked[-1].startswith("batch")
    assert wide.run().counts["created"] == 20
    assert quiet(wide.run())
    assert set(wide.counts().values()) == {1}


def test_before_it_began(wide: World) -> None:
    """A service that is on its way down begins no further pass."""
    assert wide.passes([wide.route], stopping=lambda: True) == []
    assert not wide.tool.writes


def test_between_two_mappings(world: World) -> None:
    """The pass under way ends in good order, the next mapping's is left for later."""
    world.rules = Rules(MAPPING, "district", select=("G1",))
    other = replace(world.route, mapping="second", rules=Rules("second", "district", select=("G2",)))
    reports = world.passes([world.route, other], stopping=lambda: len(world.tool.writes) >= 4)

    assert [report.mapping for report in reports] == [MAPPING]
    assert reports[0].counts["created"] == 4


def test_while_a_create_is_in_doubt(world: World) -> None:
    """It does not wait until the doubt is over: the intent stays on disk, the next pass resolves it."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A2", late=20)
    before = world.clock.now()

    report = world.run(clock_on=False, stopping=lambda: len(world.tool.writes) >= 2)

    assert report.outcome is Outcome.ABANDONED
    assert (world.clock.now() - before).total_seconds() < 5
    with world.store() as store, store.reading() as reader:
        assert [intent.item for intent in reader.intents(MAPPING)] == ["G1.A2"]
    assert world.run(clock_on=False).outcome is Outcome.DONE
    assert set(world.counts().values()) == {1}


def test_a_pass_that_was_cut_off_is_noted(world: World) -> None:
    """A pass that died stands in the list as abandoned once the next one has begun."""
    world.die_at(20)
    assert passes(world)[0].outcome is Outcome.RUNNING
    world.run()

    assert [(record.outcome, record.message) for record in passes(world)] == [
        (Outcome.DONE, ""),
        (Outcome.ABANDONED, "it was cut off"),
    ]


def test_passes_and_requests_are_kept(world: World) -> None:
    """Each pass with its figures; requests are counted by the day in UTC on which tools count them as well."""
    first, second = world.run(), world.run()
    newest, oldest = passes(world)

    assert (oldest.counts["created"], oldest.counts["requests"], oldest.full) == (6, first.requests, True)
    assert (newest.counts["created"], newest.counts["requests"], newest.full) == (0, 1, False)
    assert newest.ended_at is not None
    with world.store() as store, store.reading() as reader:
        assert reader.requests_on("tool", world.clock.now().date()) == first.requests + second.requests


def test_progress_is_told(wide: World) -> None:
    """How many writes are due, and each as it is done: what a progress bar needs."""
    due: list[tuple[str, int]] = []
    ticks: list[int] = []
    wide.run(expect=lambda mapping, writes: due.append((mapping, writes)), progress=ticks.append)

    assert due == [(MAPPING, 30)]
    assert sum(ticks) == 30


def forty(world: World) -> list[Route]:
    """Mappings of the plan, each to a container of its own."""
    for number in range(40):
        world.boards.add_board(f"B{number}", id_=f"B{number}")
    rules = [Rules(f"mapping {number}", "district") for number in range(40)]
    return [replace(world.route, mapping=each.mapping, reference=f"B{at}", rules=each) for at, each in enumerate(rules)]


@pytest.mark.parametrize(("feeds", "asked"), [(1, 10), (25, 25), (100, 40)])
def test_before_it_asked_of_all(world: World, feeds: int, asked: int) -> None:
    """The same for news: of as many containers as one request tells of, and else of few."""
    routes = forty(world)
    world.passes(routes)
    world.tool.feeds = feeds
    world.tool.asked.clear()

    reports = world.passes(routes, stopping=lambda: bool(world.tool.asked))

    assert ([report.mapping for report in reports], len(world.tool.asked)) == (["mapping 0"], asked)
    assert len(world.passes(routes)) == 40


def test_before_it_opened_all(world: World) -> None:
    """Where the first pass is the last, what was opened for others was opened in vain: of many, only some are."""
    routes = forty(world)

    reports = world.passes(routes, stopping=lambda: bool(world.tool.writes))

    assert [report.mapping for report in reports] == ["mapping 0"]
    opened = [asked for asked in world.tool.asked if asked.startswith("open")]
    assert len(opened) == 10
    assert len(world.passes(routes)) == 40
