"""A container that cannot be read is unknown, never empty: nothing is archived or called gone, and the others go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import NoAccess, NotFound, PlanTier, Quota, Refused, ToolError, Transient
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from syncd.engine.books import Route
from syncd.progress.evidence import Standing
from syncd.records import Outcome
from tests.engine.world import MAPPING, World, item, quiet

TROUBLE = {
    "404": (NotFound("no such project"), Outcome.WRONG),
    "403": (NoAccess("you may not see it"), Outcome.WRONG),
    "402": (PlanTier("not in your plan"), Outcome.UNREACHABLE),
    "401": (Refused("invalid token"), Outcome.UNREACHABLE),
    "500": (Transient("bad gateway"), Outcome.UNREACHABLE),
    "429": (Quota("too many requests", wait=60), Outcome.FINDINGS),
}


@pytest.fixture
def two(world: World) -> World:
    """Two mappings on two containers of one connection, both pushed."""
    world.boards.add_board("Attendance", id_="C")
    world.rules = Rules(MAPPING, "district", select=("G1",))
    second = Rules("attendance", "district", select=("G2",))
    world.others = [Route("attendance", "tool", second, (), "C", limits=world.limits)]
    first, other = world.run_all()
    assert (first.outcome, other.outcome) == (Outcome.DONE, Outcome.DONE)
    world.tool.writes.clear()
    world.tool.asked.clear()
    return world


def block(world: World, board: str, error: ToolError) -> None:
    """Have the tool answer every request about a container with an error."""
    for kind in ("changes", "sweep", "open", "read", "find"):
        world.tool.fail(kind, error, what=board, times=1000)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("answer", TROUBLE)
def test_nothing_is_read_from_a_refusal(two: World, answer: str, full: bool) -> None:
    """Its mapping ends with the tool's words and the right outcome; links, tasks and figures stay as they were."""
    error, outcome = TROUBLE[answer]
    before = (two.links(), two.evidence(), two.log())
    block(two, "B", error)
    two.drop("G1.A2")
    two.plan["G2.A2"] = item("G2.A2", "action")

    two.clock.pass_by(hours=2)
    first, other = two.run_all(full=full)

    assert first.outcome is outcome
    assert error.words in first.message
    assert error.next_step in first.message
    evidence = two.evidence()
    assert (two.links(), {one: evidence[one] for one in before[1]}, two.log()) == before
    assert all(one.standing is Standing.LIVE for one in evidence.values())
    assert (other.outcome, other.counts["created"]) == (Outcome.DONE, 1)


@pytest.mark.parametrize("answer", TROUBLE)
def test_it_goes_on_when_the_container_answers_again(two: World, answer: str) -> None:
    """What happened in between is seen, and nothing was lost or doubled."""
    block(two, "B", TROUBLE[answer][0])
    two.run_all()
    two.boards.complete(two.boards.of("G1.A2").id)
    two.change("G1.A1", title="New title")
    two.tool.faults.clear()

    first, _ = two.run_all()

    assert (first.outcome, first.counts["updated"]) == (Outcome.DONE, 1)
    assert two.evidence()["G1.A2"].done
    assert set(two.counts().values()) == {1}


def test_both_refused_for_reasons_of_their_own(two: World) -> None:
    """Each mapping is told why its own container cannot be read."""
    block(two, "B", NotFound("no such project"))
    block(two, "C", NoAccess("you may not see it"))

    first, other = two.run_all()

    assert (first.outcome, other.outcome) == (Outcome.WRONG, Outcome.WRONG)
    assert "no such project" in first.message
    assert "you may not see it" in other.message


def test_a_listing_that_breaks_off_is_no_listing(two: World) -> None:
    """A full read that fails on its way says nothing about what is missing from it."""
    two.tool.fail("read", Transient("the page token expired"), what="B")

    first, other = two.run_all(full=True)

    assert (first.outcome, other.outcome) == (Outcome.UNREACHABLE, Outcome.DONE)
    assert all(one.standing is Standing.LIVE for one in two.evidence().values())
    assert all(quiet(report) for report in two.run_all())


def test_a_container_that_never_was(world: World) -> None:
    """A mapping that names nothing: said in words, nothing is written, and the others go on."""
    world.boards.add_board("Attendance", id_="C")
    second = replace(world.route, mapping="attendance", rules=Rules("attendance", "district", select=("G2",)))
    world.others = [replace(second, reference="C")]
    world.reference = "nowhere"

    first, other = world.run_all()

    assert (first.outcome, other.outcome) == (Outcome.WRONG, Outcome.DONE)
    assert "no such container" in first.message
    assert other.counts["created"] == 2


def test_fields_that_the_container_lacks(world: World) -> None:
    """A mapping with a field that is not there writes nothing at all, and names the fields there are."""
    fields = (*DEFAULT_FIELDS, FieldRule("cost", Owner.PLAN, "cost", "Cost"))
    world.rules = Rules(MAPPING, "district", fields=fields)

    report = world.run()

    assert report.outcome is Outcome.WRONG
    assert 'has no field "Cost"' in report.message
    assert not world.tool.writes


def test_the_second_look_after_writing_fails(world: World) -> None:
    """What was written is in the books, and the pass says that it could not look again."""
    asked = 0

    def busy(kind: str, _what: str) -> None:
        nonlocal asked
        asked += kind == "changes"
        if asked == 2:
            world.tool.fail("changes", Transient("bad gateway"))

    world.tool.busy = busy

    report = world.run()

    assert (report.outcome, report.counts["created"]) == (Outcome.UNREACHABLE, 6)
    assert set(world.links()) == set(world.work())
    world.tool.busy = lambda _kind, _what: None
    assert world.run().outcome is Outcome.DONE
    assert set(world.counts().values()) == {1}
