"""The fewest moves that bring tasks into the plan's order, and none where the plan did not change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Invalid
from connectors.vocabulary import Container, Fate, Task
from mappings.rules import Rules
from mappings.shape import Desired, Wanted
from syncd.engine.ordering import ORDER, Place, places
from syncd.engine.planner import Agreed, Kind, Observed
from syncd.engine.pool import Job, Result
from syncd.records import Link, Outcome, Seen
from tests.engine.world import World, item, long_plan, quiet

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def due(plan: list[str], before: list[str], *, gone: str = "", drafts: str = "", unlinked: str = "") -> list[Place]:
    """The moves for items of one group."""
    wanted = {item: Wanted(item, item, "G", None, touch=item not in drafts) for item in plan}
    fates = {item: Fate.DELETED if item in gone else None for item in plan}
    seen = {f"T{item}": Seen(Task(f"T{item}", "B", item, ""), NOW, fates[item]) for item in plan}
    links = {item: Link(item, f"T{item}", {}, NOW) for item in plan if item not in unlinked}
    observed, agreed = Observed(Container("B", "", ""), seen), Agreed(links, {})
    return list(places(Desired(Rules("m", "d"), wanted, {}), observed, agreed, before))


def carried_out(order: list[str], moves: list[Place]) -> list[str]:
    """The order after the moves, one after the other."""
    for move in moves:
        order = [item for item in order if item != move.item]
        order.insert(order.index(move.after) + 1 if move.after else 0, move.item)
    return order


def rising(order: list[str], ranks: dict[str, int]) -> int:
    """The length of the longest rising part, by trying all."""
    return next(
        size
        for size in range(len(order), -1, -1)
        if any(list(part) == sorted(part, key=ranks.__getitem__) for part in combinations(order, size))
    )


@given(st.permutations("ABCDEFG"), st.permutations("ABCDEFG"))
def test_the_moves_lead_to_the_plans_order_and_are_the_fewest(before: list[str], plan: list[str]) -> None:
    """From the old order, carried out one after the other; one less would not do."""
    moves = due(plan, before)
    assert carried_out(before, moves) == plan
    assert len(moves) == len(plan) - rising(plan, {item: at for at, item in enumerate(before)})


@given(st.permutations("ABCDEFG"), st.sets(st.sampled_from("ABCDEFG")), st.sets(st.sampled_from("ABCDEFG")))
def test_what_comes_and_goes_moves_nothing(order: list[str], came: set[str], went: set[str]) -> None:
    """New items between the others, and items that left, are no new order."""
    assert due([item for item in order if item not in went], [item for item in order if item not in came]) == []


def on_board(world: World, goal: str) -> list[str]:
    """The titles of the tasks in a goal's group, in the board's order."""
    group = world.boards.of(f"{goal}.A1").group
    return [row.task.title for row in world.boards.rows.values() if row.task.group == group and not row.task.parent]


def reorder(world: World, *first: str) -> None:
    """Let these items, with what stands below them, come first in the plan, in this order."""
    ids = [id_ for chosen in first for id_ in world.plan if id_ == chosen or id_.startswith(f"{chosen}.")]
    rest = [id_ for id_ in world.plan if id_ not in ids]
    goals = [id_ for id_ in rest if "." not in id_]
    world.plan = {id_: world.plan[id_] for id_ in (*goals, *ids, *(id_ for id_ in rest if id_ not in goals))}


def move(world: World, to: str, *ids: str) -> None:
    """Let the plan put these actions, with what stands below them, under another goal."""
    for id_ in ids:
        for below in [each for each in world.plan if each == id_ or each.startswith(f"{id_}.")]:
            world.plan[below] = replace(world.plan[below], path=(to, *world.plan[below].path[1:]))


def test_tasks_follow_a_new_order_of_the_plan(world: World) -> None:
    """One request for each task that moves, a line in the log, and then all is quiet; a team's own order stays."""
    for number in range(3, 6):
        world.plan[f"G1.A{number}"] = item(f"G1.A{number}", "action")
    world.run()
    assert on_board(world, "G1") == [f"Title of G1.A{number}" for number in range(1, 6)]
    reorder(world, "G1.A4", "G1.A2")
    world.tool.writes.clear()
    foreseen = world.foresee().changes
    told: list[int] = []
    report = world.run(expect=lambda _mapping, due: told.append(due), progress=told.append)
    assert (report.outcome, report.counts["moved"]) == (Outcome.DONE, 2)
    assert told == [2, 1, 1]
    assert {(change.kind, change.item) for change in foreseen} == {(Kind.MOVE, "G1.A4"), (Kind.MOVE, "G1.A2")}
    assert [edit.field for change in foreseen for edit in change.edits] == [ORDER, ORDER]
    assert foreseen[0].reason == "the plan put it first"
    assert foreseen[1].reason == "the plan put it behind G1.A4 “Title of G1.A4”"
    assert on_board(world, "G1") == [f"Title of G1.A{number}" for number in (4, 2, 1, 3, 5)]
    assert len(world.tool.writes) == 2
    assert {line.item for line in world.log("order")} == {"G1.A4", "G1.A2"}
    world.tool.writes.clear()
    assert quiet(world.run())
    assert not world.tool.writes


def test_a_new_order_of_everything_waits_for_approval(folder: Path) -> None:
    """The guard counts what is put into order like any other move: the picture of the preview is the pass's."""
    world = World(folder, plan=long_plan(20))
    world.run()
    world.tool.writes.clear()
    backwards = sorted(world.plan, key=lambda id_: int(id_.removeprefix("G1").removeprefix(".A") or 99), reverse=True)
    world.plan = {id_: world.plan[id_] for id_ in backwards}
    foreseen, report = world.foresee().stop, world.run()
    assert (report.outcome, report.stop, world.tool.writes) == (Outcome.STOPPED, foreseen, [])
    assert "19 of 20 linked items would change (tasks moved: 19)" in report.message
    assert world.run(approve="").counts["moved"] == 19
    assert on_board(world, "G1") == [f"Title of G1.A{number}" for number in range(20, 0, -1)]
    assert quiet(world.run())


def test_a_task_that_changes_its_group_and_its_order_moves_once(world: World) -> None:
    """In the preview and in the figures: they count tasks."""
    world.run()
    world.plan["G2.A1"] = replace(world.plan["G2.A1"], path=("G1",))
    world.plan["G2.A1.P1"] = replace(world.plan["G2.A1.P1"], path=("G1", "G2.A1"))
    reorder(world, "G2.A1")
    foreseen = [change for change in world.foresee().changes if change.kind is Kind.MOVE]
    assert [(change.item, [edit.field for edit in change.edits]) for change in foreseen] == [
        ("G2.A1", ["group", ORDER])
    ]
    assert world.run().counts["moved"] == 1
    assert on_board(world, "G1") == [f"Title of {id_}" for id_ in ("G2.A1", "G1.A1", "G1.A2")]
    assert quiet(world.run())


def test_a_task_that_the_plan_moves_stands_among_its_new_siblings_as_in_the_plan(world: World) -> None:
    """Wherever it stood before: behind all of them, and before all of them; then all is quiet."""
    for number in range(3, 5):
        world.plan[f"G1.A{number}"] = item(f"G1.A{number}", "action")
    world.run()
    move(world, "G1", "G2.A1")
    reorder(world, "G1.A1", "G2.A1")
    order = ("G1.A1", "G2.A1", "G1.A2", "G1.A3", "G1.A4")
    foreseen = {change.item for change in world.foresee().changes if change.kind is Kind.MOVE}
    assert foreseen == {"G2.A1"}
    assert world.run().counts["moved"] == 1
    assert on_board(world, "G1") == [f"Title of {id_}" for id_ in order]
    move(world, "G2", "G1.A1", "G2.A1")
    reorder(world, "G2.A1", "G1.A1")
    world.run()
    assert on_board(world, "G2")[:2] == ["Title of G2.A1", "Title of G1.A1"]
    assert quiet(world.run())


@pytest.mark.parametrize("batch", [1, 10])
def test_tasks_that_are_moved_together_come_to_stand_in_the_plans_order(batch: int, folder: Path) -> None:
    """One request each: each is put behind the one before it; what was there is left where it is."""
    world = World(folder, batch=batch)
    for number in range(3, 6):
        world.plan[f"G1.A{number}"] = item(f"G1.A{number}", "action")
    world.run()
    world.tool.writes.clear()
    move(world, "G2", "G1.A5", "G1.A2", "G1.A4")
    reorder(world, "G1.A5", "G1.A2", "G2.A1", "G1.A4")
    assert world.run().counts["moved"] == 3
    assert len(world.tool.writes) == 3
    assert on_board(world, "G2")[:4] == [f"Title of {id_}" for id_ in ("G1.A5", "G1.A2", "G2.A1", "G1.A4")]
    assert quiet(world.run())


def test_a_task_whose_move_is_refused_is_put_nowhere_until_it_is_moved(world: World) -> None:
    """It is set aside; its siblings to be are not put behind it either."""
    world.plan["G1.A3"] = item("G1.A3", "action")
    world.run()
    world.tool.writes.clear()
    move(world, "G2", "G1.A2")
    reorder(world, "G1.A2")
    world.tool.fail("write", Invalid("no such place"), what="Title of G1.A2")
    report = world.run()
    assert (report.counts["moved"], report.counts["failed"], len(world.tool.writes)) == (0, 1, 1)
    assert world.log("order") == []
    world.clock.sleep(3600)
    assert world.run().counts["moved"] == 1
    assert on_board(world, "G2")[0] == "Title of G1.A2"
    assert quiet(world.run())


def test_where_a_task_was_put_is_known_to_the_next_pass_where_this_one_ended(world: World) -> None:
    """It is in the store, with the move itself: it is not moved again, and what is still to be moved is."""
    for number in range(3, 6):
        world.plan[f"G1.A{number}"] = item(f"G1.A{number}", "action")
    world.run()
    move(world, "G2", "G1.A5", "G1.A4")
    reorder(world, "G1.A5", "G1.A4", "G1.A3")
    world.tool.writes.clear()
    world.run(stopping=lambda: len(world.tool.writes) == 1)
    assert on_board(world, "G2")[0] == "Title of G1.A5"
    world.run()
    assert on_board(world, "G2")[:2] == ["Title of G1.A5", "Title of G1.A4"]
    assert on_board(world, "G1")[:2] == ["Title of G1.A3", "Title of G1.A1"]
    assert len(world.tool.writes) == 3
    assert quiet(world.run())
    assert len(world.tool.writes) == 3


def test_a_move_that_the_tool_does_not_take_stops_nothing(world: World) -> None:
    """Promise 6: it is told, once; the other tasks are put where they belong."""
    world.plan["G1.A3"] = item("G1.A3", "action")
    world.run()
    reorder(world, "G1.A3", "G1.A2", "G1.A1")
    world.tool.fail("write", Invalid("no such place"), what="Title of G1.A3")
    assert world.run().counts["moved"] == 1
    world.tool.writes.clear()
    assert quiet(world.run())
    assert not world.tool.writes
    assert any("but the tool did not: no such place" in line.cause for line in world.log("order"))


def test_moves_that_the_tool_does_not_take_stop_no_other_one(folder: Path) -> None:
    """However many: a plain no is an answer, and the tool is there."""
    with closing(World(folder, plan=long_plan(30))) as world:
        world.limits = replace(world.limits, max_changes=100)
        world.run()
        ids = list(world.plan)
        world.plan = {id_: world.plan[id_] for id_ in (ids[0], *reversed(ids[1:8]), *ids[8:])}
        world.tool.fail("write", Invalid("no such neighbour"), times=5)
        report = world.run()

        assert (report.outcome, report.counts["moved"]) == (Outcome.DONE, 1)
        assert quiet(world.run())


class Hasty:
    """A pool that does what it was given last first, as soon as four jobs are there or the next one waits."""

    def run(self, jobs: Iterable[Job | None], work: Callable[[Job], Result]) -> Iterator[tuple[Job, Result]]:
        """Each job with its result."""
        held: list[Job] = []
        for job in jobs:
            if job is not None:
                held.append(job)
            while held and (job is None or len(held) == 4):
                last = held.pop()
                yield last, work(last)
        for last in reversed(held):
            yield last, work(last)


def test_tasks_are_made_in_the_plans_order_however_many_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Siblings wait for each other, and others do not; nothing is left to be moved."""
    monkeypatch.setattr("tests.engine.world.InlinePool", Hasty)
    for at in range(3, 9):
        world.plan[f"G1.A{at}"] = item(f"G1.A{at}", "action")
        world.plan[f"G1.A1.P{at}"] = item(f"G1.A1.P{at}", "project")
    world.run()

    actions = [f"Title of G1.A{at}" for at in range(1, 9)]
    assert on_board(world, "G1") == actions
    above = world.boards.of("G1.A1").id
    below = [row.task.title for row in world.boards.rows.values() if row.task.parent == above]
    assert below == [f"Title of {id_}" for id_ in world.plan if id_.startswith("G1.A1.P")]
    assert quiet(world.run())


def test_another_container_begins_in_the_plans_order(world: World) -> None:
    """What the tasks in the old one last followed says nothing of the new ones: nothing is moved."""
    world.run()
    world.boards.add_board("Other", id_="C")
    world.reference = "C"
    world.plan = {
        id_: world.plan[id_] for id_ in ("G2", "G2.A1", "G2.A1.P1", *(i for i in world.plan if i[:2] != "G2"))
    }
    world.run()
    report = world.run(approve="")

    assert (report.outcome, report.counts["moved"]) == (Outcome.DONE, 0)
    assert report.counts["created"] == 6


def test_killed_at_any_moment_of_a_new_order(folder: Path) -> None:
    """Whenever the process dies, the next pass brings the tasks into the plan's order."""
    moment, alive = 0, True
    while alive:
        moment += 1
        world = World(folder)
        world.plan["G1.A3"] = item("G1.A3", "action")
        world.run()
        reorder(world, "G1.A3", "G1.A2", "G1.A1")
        alive = world.die_at(moment)
        world.run()
        assert on_board(world, "G1") == ["Title of G1.A3", "Title of G1.A2", "Title of G1.A1"], moment
    assert moment > 3


def test_what_cannot_be_moved_is_left_alone() -> None:
    """Tasks that are gone or not made yet, and drafts, neither move nor are moved behind."""
    assert due(["C", "B", "A"], ["A", "B", "C"], gone="B") == [Place("C", "")]
    assert due(["C", "B", "A"], ["A", "B", "C"], drafts="C", unlinked="A") == []


def test_what_a_team_put_elsewhere_leads_nobody_there(world: World) -> None:
    """A task follows the one before it in the plan that still stands beside it, into no other group."""
    world.plan |= {f"G1.A{at}": item(f"G1.A{at}", "action") for at in (3, 4)}
    world.run()
    group = world.boards.of("G1.A3").group
    world.boards.edit(world.boards.of("G1.A2").id, group=world.boards.of("G2.A1").group)
    world.run()
    world.plan = {key: world.plan[key] for key in reversed(world.plan)}
    world.run()
    world.run()

    assert on_board(world, "G1") == [f"Title of G1.A{at}" for at in ("4", "3", "1.P2", "1.P1", "1")]
    assert {world.boards.of(f"G1.A{at}").group for at in (1, 3, 4)} == {group}
    assert quiet(world.run())


def test_what_was_made_since_stands_in_the_plans_order(world: World) -> None:
    """Nothing could be made at first, and the plan was put into another order: then all is made so, and none moves."""
    for action in ("G1.A1", "G1.A2", "G2.A1"):
        world.tool.fail("write", Invalid("no such object"), what=f"Title of {action}")
    world.run()
    reorder(world, "G2.A1", "G1.A2")
    world.clock.pass_by(days=1)

    assert world.run(retry_all=True).counts["created"] == 6
    assert not world.log("order")
    assert quiet(world.run())


def test_groups_and_parents_are_apart() -> None:
    """Only the order among tasks of one place counts."""
    wanted = {"A": Wanted("A", "A", "G1", None), "P": Wanted("P", "P", None, "A"), "B": Wanted("B", "B", "G2", None)}
    seen = {item: Seen(Task(item, "B", item, ""), NOW) for item in wanted}
    links = {item: Link(item, item, {}, NOW) for item in wanted}
    tree = Desired(Rules("m", "d"), wanted, {})
    assert places(tree, Observed(Container("B", "", ""), seen), Agreed(links, {}), ["B", "P", "A"]) == ()


@pytest.mark.parametrize("batch", [1, 3])
def test_killed_at_any_moment_tasks_stand_in_order(folder: Path, batch: int) -> None:
    """Whatever was in doubt, nothing is made behind it before that is settled."""
    moment, alive = 0, True
    while alive:
        moment += 1
        world = World(folder, batch=batch, plan=long_plan(6))
        alive = world.die_at(moment)
        world.run()
        assert on_board(world, "G1") == [f"Title of G1.A{number}" for number in range(1, 7)], moment
