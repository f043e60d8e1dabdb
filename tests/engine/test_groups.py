"""A group goes by the plan's name: made once, called anew where the plan is, and left alone where a team named it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import Invalid, NoAccess, Refused, ToolError, Transient
from connectors.vocabulary import Container, Group
from mappings.rules import Rules
from mappings.shape import Desired
from syncd.engine.groups import Retitle, retitles
from syncd.records import GroupLink, Outcome
from tests.engine.world import BOARD, World, item, quiet


def titles(world: World) -> list[str]:
    """What the board's groups are called, in its order."""
    return [group.title for group in world.boards.boards["B"].container.groups]


def test_a_renamed_goal_renames_its_group(world: World) -> None:
    """One request, no task touched, a line in the log; then nothing is due."""
    world.run()
    world.change("G1", title="Literacy")
    world.tool.writes.clear()
    report = world.run()
    assert titles(world) == ["Literacy", "Attendance"]
    assert (report.outcome, world.tool.writes) == (Outcome.DONE, [])
    [line] = world.log("group")
    assert (line.item, line.before, line.after) == ("G1", "Reading", "Literacy")
    asked = len(world.tool.asked)
    assert quiet(world.run())
    assert "rename_group" not in "".join(map(str, world.tool.asked[asked:]))
    world.plan["G1.A9"] = item("G1.A9", "action")
    world.run()
    assert titles(world) == ["Literacy", "Attendance"]


def test_the_log_tells_which_groups_were_made(world: World) -> None:
    """Each once, by the item that it stands for; one that was there already was not made."""
    world.boards.add_group(BOARD, "Reading")
    for _ in range(2):
        world.run()
    [line] = world.log("make")
    assert (line.item, line.field, line.after, line.cause) == ("G2", "group", "Attendance", "tasks need it")


@pytest.mark.parametrize("full", [True, False])
def test_a_name_that_a_team_gave_stays(world: World, *, full: bool) -> None:
    """A section that people renamed is theirs, also where it was not read since."""
    world.run()
    group = world.boards.of("G1.A1").group
    container = world.boards.boards["B"].container
    named = tuple(replace(one, title="Our reading") if one.id == group else one for one in container.groups)
    world.boards.boards["B"].container = replace(container, groups=named)
    world.change("G1", title="Literacy")
    report = world.run(full=full)
    assert (report.counts["renamed"], world.log("group")) == (0, [])
    assert titles(world) == ["Our reading", "Attendance"]


@pytest.mark.parametrize("error", [Invalid("no such name"), NoAccess("not yours")])
def test_a_name_that_the_tool_does_not_take_stops_nothing(world: World, error: ToolError) -> None:
    """Promise 6: it is told, with the tool's words, everything else goes through, and the next pass tries again."""
    world.run()
    world.change("G1", title="Literacy")
    world.change("G2.A1", title="Another")
    world.tool.fail("rename_group", error, times=2)
    report = world.run()
    assert [finding.item for finding in report.findings] == ["G1"]
    assert world.boards.of("G2.A1").title == "Another"
    assert titles(world) == ["Reading", "Attendance"]
    assert world.run().outcome is Outcome.DONE
    assert titles(world) == ["Literacy", "Attendance"]


def test_a_group_that_the_tool_does_not_take_keeps_no_other_work_back(world: World) -> None:
    """What belongs into it is set aside with the tool's words; everything else goes through."""
    world.run()
    world.plan |= {"G3": item("G3", "goal", "Third"), "G3.A1": item("G3.A1", "action")}
    world.plan |= {"G4": item("G4", "goal", "Fourth"), "G4.A1": item("G4.A1", "action")}
    world.change("G1.A1", title="Better")
    world.tool.fail("ensure_groups", Invalid("too many groups"), times=2)
    report = world.run()

    assert (report.outcome, report.counts["updated"], report.counts["created"]) == (Outcome.FINDINGS, 1, 1)
    assert [(finding.item, finding.message) for finding in report.findings] == [("G3.A1", "too many groups")]
    assert world.run().counts["created"] == 1
    assert quiet(world.run())


def test_a_tool_that_fails_while_groups_are_made_is_asked_no_more(world: World) -> None:
    """No task is sent to where its group is not."""
    world.plan |= {"G3": item("G3", "goal", "Third"), "G3.A1": item("G3.A1", "action")}
    world.tool.fail("ensure_groups", Invalid("too many groups"))
    world.tool.fail("ensure_groups", Transient("bad gateway"))
    report = world.run()

    assert (report.outcome, report.counts["created"]) == (Outcome.UNREACHABLE, 0)
    assert [fault.times for fault in world.tool.faults] == [0, 0]
    assert quiet(world.run()) is False


def test_a_tool_that_refuses_us_is_asked_no_more(world: World) -> None:
    """A token that does not count any more ends the pass."""
    world.run()
    world.change("G1", title="Literacy")
    world.change("G2.A1", title="Another")
    world.tool.fail("rename_group", Refused("not authorised"))
    assert world.run().outcome is Outcome.UNREACHABLE
    assert world.boards.of("G2.A1").title != "Another"


def desired(**groups: str) -> Desired:
    """Groups by the plan id that they stand for."""
    return Desired(Rules("m", "d"), {}, groups)


def container(*groups: str) -> Container:
    """A container with these groups."""
    return Container("B", "Plan", "", groups=tuple(Group(f"S{title}", title) for title in groups))


def links(**groups: str) -> dict[str, GroupLink]:
    """The group that stands for each plan id, by its title."""
    return {item: GroupLink(item, f"S{title}", title) for item, title in groups.items()}


def test_a_group_that_two_items_share() -> None:
    """It is called anew only where both are called so; each of the two is told once."""
    there = container("Old")
    shared = links(G1="Old", G2="Old")
    assert retitles(desired(G1="New", G2="Old"), there, shared) == ()
    both = retitles(desired(G1="New", G2="New"), there, shared)
    assert both == (Retitle("G1", "SOld", "Old", "New"), Retitle("G2", "SOld", "Old", "New"))


def test_a_group_that_is_called_so_already() -> None:
    """An earlier try may have arrived without anybody knowing: what is kept is put right."""
    assert retitles(desired(G1="New"), container("New"), {"G1": GroupLink("G1", "SNew", "Old")}) == (
        Retitle("G1", "SNew", "Old", "New"),
    )


def test_killed_at_any_moment_of_a_renaming(folder: Path) -> None:
    """Whenever the process dies, the group ends with the plan's name, and follows it the next time too."""
    moment, alive = 0, True
    while alive:
        moment += 1
        world = World(folder)
        world.run()
        world.change("G1", title="Literacy")
        alive = world.die_at(moment)
        world.run()
        world.change("G1", title="Reading and writing")
        world.run()
        assert titles(world) == ["Reading and writing", "Attendance"], moment
    assert moment > 3


def test_no_second_group_of_a_name() -> None:
    """Where the container has a group of that name already, the old one keeps its own."""
    assert retitles(desired(G1="New"), container("Old", "New"), links(G1="Old")) == ()


def test_groups_that_are_no_more() -> None:
    """A group that is gone, or whose item the plan does not hold, is none to be renamed."""
    assert retitles(desired(G1="New"), container("Other"), links(G1="Old")) == ()
    assert retitles(desired(), container("Old"), links(G1="Old")) == ()
