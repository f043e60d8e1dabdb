"""The harvest: what linked tasks say about plan items, whichever mappings they came by."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from connectors.vocabulary import Credit, Field, FieldType, Task
from mappings.rules import Counted, Rules, Unplanned
from syncd.engine.books import Route
from syncd.engine.harvest import Harvest, harvest
from syncd.progress.evidence import Standing
from syncd.store.reader import Reader
from tests.engine.world import BOARD, MAPPING, World, item


@pytest.fixture
def twice(world: World) -> World:
    """The same plan pushed to two containers."""
    world.boards.add_board("Second", id_="C")
    world.others = [Route("second", "tool", Rules("second", "district"), (), "C", limits=world.limits)]
    world.run_all()
    return world


def task(world: World, mapping: str, id_: str) -> str:
    """The task of an item in one of the mappings."""
    return world.links(mapping)[id_].task


def test_it_says_what_a_task_says(world: World) -> None:
    """Title, address, due day, share and the time of completion come from the task itself."""
    world.run()
    done = world.boards.of("G1.A1.P1").id
    world.boards.complete(done)
    world.run()
    evidence = world.evidence()

    assert set(evidence) == set(world.work())
    one = evidence["G1.A1.P1"]
    assert (one.task, one.url, one.title) == (done, f"https://tool/{done}", "Title of G1.A1.P1")
    assert (one.share, one.done, one.due) == (Fraction(1), True, world.plan["G1.A1.P1"].values["due"])
    assert one.completed_at == world.boards.rows[done].task.completed_at
    assert (evidence["G1.A2"].share, evidence["G1.A2"].completed_at) == (Fraction(0), None)


def test_nothing_was_pushed_yet(world: World) -> None:
    """Without a pass there is no evidence, and no time at which the tool was read."""
    with world.store() as store, store.reading() as reader:
        assert harvest(reader, [world.route]) == Harvest({}, [], None)


def test_the_first_mapping_counts(twice: World) -> None:
    """An item in two containers counts once: what its second task says does not matter while the first is alive."""
    twice.boards.complete(task(twice, "second", "G1.A2"))
    twice.run_all()

    assert not twice.evidence()["G1.A2"].done


@pytest.mark.parametrize("way", ["delete", "hide"])
def test_the_second_counts_where_the_first_is_lost(twice: World, way: str) -> None:
    """With its first task deleted or hidden, an item is followed by its second; with both lost, the first speaks."""
    twice.boards.complete(task(twice, "second", "G1.A2"))
    getattr(twice.boards, way)(task(twice, MAPPING, "G1.A2"))
    twice.run_all()
    assert twice.evidence()["G1.A2"].done
    twice.boards.hide(task(twice, "second", "G1.A2"))
    twice.run_all()

    lost = Standing.GONE if way == "delete" else Standing.NOT_VISIBLE
    assert (twice.evidence()["G1.A2"].standing, twice.evidence()["G1.A2"].done) == (lost, False)


def test_a_cancelled_task_is_alive(world: World) -> None:
    """A first task whose status reads as cancelled still speaks for its item."""
    world.boards.add_board("Second", id_="C")
    world.rules = Rules(MAPPING, "district", status={"Stopped": Counted.CANCELLED})
    world.others = [Route("second", "tool", Rules("second", "district"), (), "C", limits=world.limits)]
    world.run_all()
    world.boards.edit(task(world, MAPPING, "G1.A2"), status="Stopped")
    world.run_all()

    assert world.evidence()["G1.A2"].standing is Standing.CANCELLED


def test_the_oldest_look_is_the_stamp(twice: World) -> None:
    """A scorecard is as fresh as the container that was looked at the longest ago."""
    twice.clock.pass_by(hours=1)
    before = twice.clock.now()
    twice.passes([twice.route])
    with twice.store() as store, store.reading() as reader:
        read_at = harvest(reader, [twice.route, *twice.others]).read_at

    assert read_at is not None
    assert before - read_at >= timedelta(hours=1)


def test_what_is_closed_is_not_always_done(world: World) -> None:
    """A rejected approval, a recurring task and a percentage field speak by their own rules."""
    world.boards.add_board("Strategic plan", id_=BOARD, fields=(Field("F", "% complete", FieldType.NUMBER),))
    world.rules = Rules(MAPPING, "district", progress="field:% complete")
    world.run()
    of = world.boards.of
    world.boards.edit(of("G1.A1.P1").id, completed=True, credit=Credit.REJECTED)
    world.boards.edit(of("G1.A1.P2").id, credit=Credit.RECURRING)
    world.boards.edit(of("G2.A1.P1").id, fields={"F": Decimal(40)})
    world.run()
    evidence = world.evidence()

    assert (evidence["G1.A1.P1"].share, evidence["G1.A1.P1"].done) == (Fraction(0), False)
    assert evidence["G1.A1.P2"].standing is Standing.EXCLUDED
    assert evidence["G2.A1.P1"].share == Fraction(2, 5)


def test_steps_are_told_only_where_they_count(world: World) -> None:
    """Subtasks that happened to be read do not turn up in the figures of a mapping that counts completed tasks."""
    world.run()
    world.boards.add_step(world.boards.of("G1.A2").id, "one")
    world.run(full=True)

    assert world.evidence()["G1.A2"].steps is None


def test_a_mapping_that_was_never_run(world: World) -> None:
    """A mapping without a pass adds nothing and takes nothing away."""
    world.run()
    world.others = [Route("second", "tool", Rules("second", "district"), (), "C", limits=world.limits)]

    assert set(world.evidence()) == set(world.work())


def test_work_that_was_never_agreed_on(world: World) -> None:
    """A draft item that is not pushed has no evidence."""
    with closing(World(world.folder)) as fresh:
        fresh.plan["G1.A9"] = item("G1.A9", "action", active=False)
        fresh.run()
        assert "G1.A9" not in fresh.evidence()


def team_work(world: World) -> dict[str, tuple[str, str]]:
    """What teams made of their own and counts: by id, the item below which it counts and its title."""
    with world.store() as store, store.reading() as reader:
        found = harvest(reader, [world.route, *world.others]).team
    return {work.evidence.item: (work.under, work.evidence.title) for work in found}


def test_a_teams_own_work_counts_where_the_mapping_says_so(world: World) -> None:
    """Its task says as much as any other; with another rule nothing is harvested, nor before the first pass."""
    world.rules = Rules(MAPPING, "district", unplanned=Unplanned.COUNT)
    assert team_work(world) == {}
    world.run()
    made = world.boards.add_step(world.boards.of("G1.A1").id, "Buy laptops")
    world.boards.complete(made.id)
    world.run()
    assert team_work(world) == {f"task:{made.id}": ("G1.A1", "Buy laptops")}
    with world.store() as store, store.reading() as reader:
        [work] = harvest(reader, [world.route]).team
    assert (work.evidence.done, work.evidence.url, work.evidence.task) == (True, made.url, made.id)
    for rule in (Unplanned.IGNORE, Unplanned.PROPOSE):
        world.rules = Rules(MAPPING, "district", unplanned=rule)
        assert team_work(world) == {}


def test_a_teams_own_task_counts_once(world: World) -> None:
    """Of two plans that share a group of a board, the first has what a team adds; their own tasks are nobody's news."""
    world.rules = Rules(MAPPING, "district", unplanned=Unplanned.COUNT)
    another = Rules("second", "another", unplanned=Unplanned.COUNT)
    world.others = [Route("second", "tool", another, tuple(world.plan.values()), BOARD, limits=world.limits)]
    world.run_all()
    group = world.boards.rows[task(world, "second", "G1.A2")].task.group
    assert group == world.boards.rows[task(world, MAPPING, "G1.A2")].task.group
    world.boards.put(Task("T99", BOARD, "Buy laptops", "", group=group), BOARD)
    world.run_all()
    with world.store() as store, store.reading() as reader:
        assert [work.under for work in harvest(reader, [world.route, *world.others]).team] == ["G1"]
        assert [work.under for work in harvest(reader, world.others).team] == ["G1"]
    world.boards.edit(task(world, "second", "G1.A2"), marker=None)
    world.passes([world.route])
    assert len(team_work(world)) == 1


def test_each_container_has_its_own(twice: World) -> None:
    """What teams add to an action in two containers is two pieces of work."""
    twice.rules = Rules(MAPPING, "district", unplanned=Unplanned.COUNT)
    items, counting = tuple(twice.plan.values()), Rules("second", "district", unplanned=Unplanned.COUNT)
    twice.others = [Route("second", "tool", counting, items, "C", limits=twice.limits)]
    twice.boards.add_step(task(twice, MAPPING, "G1.A1"), "Here")
    twice.boards.add_step(task(twice, "second", "G1.A1"), "There")
    twice.run_all()
    assert sorted(team_work(twice).values()) == [("G1.A1", "Here"), ("G1.A1", "There")]


def test_the_store_is_asked_as_often_for_many_tasks_as_for_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that still carry the markers of items that left the plan are looked up in the log all at once."""
    asked: list[object] = []
    records = Reader._records

    def counted(reader: Reader, *query: Any) -> list[Any]:
        asked.append(query)
        return records(reader, *query)

    monkeypatch.setattr(Reader, "_records", counted)

    def queries(left: int) -> int:
        for number in range(left):
            task = Task(f"T9{number}", BOARD, "Buy laptops", "", marker=f"syncd:district/G1.A9{number}")
            world.boards.put(task, BOARD)
        world.run(full=True)
        asked.clear()
        assert len(team_work(world)) == 0
        return len(asked)

    world.rules = Rules(MAPPING, "district", unplanned=Unplanned.COUNT)
    assert queries(left=1) == queries(left=7)


def test_a_new_id_keeps_what_was_done(world: World) -> None:
    """Also before a pass could take the new id in: the plan says what the item was."""
    world.run()
    world.boards.complete(world.boards.of("G1.A2").id)
    world.run()
    world.plan["N1"] = replace(world.plan.pop("G1.A2"), id="N1", was=("G1.A2",))
    assert world.evidence()["N1"].share == 1
    assert "G1.A2" not in world.evidence()
    world.run()
    assert world.evidence()["N1"].share == 1


def test_an_item_that_takes_over_an_id_keeps_its_own_task(world: World) -> None:
    """Both have tasks: what the other one's says is not the item's."""
    world.run()
    world.boards.complete(world.boards.of("G1.A2").id)
    world.run()
    del world.plan["G1.A2"]
    world.plan["G1.A1"] = replace(world.plan["G1.A1"], was=("G1.A2",))
    assert [world.evidence()[id_].share for id_ in ("G1.A1", "G1.A2")] == [0, 1]
