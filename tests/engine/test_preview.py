"""The preview foresees exactly what a pass then does, and writes nothing anywhere."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from connectors.errors import Invalid, NotFound, UnknownOutcome
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from syncd.engine.guard import Limits
from syncd.engine.planner import Change, Kind
from syncd.engine.tally import PassReport
from syncd.records import Outcome
from tests.engine.tool import LOST
from tests.engine.world import MAPPING, World
from tests.soak.district import district
from tests.soak.setting import Setting
from tests.soak.simulator import ACTS
from tests.soak.story import draw_act

_ACTS = {kind.value: kind for kind in (Kind.CREATE, Kind.UPDATE, Kind.MOVE, Kind.ARCHIVE, Kind.ADOPT)} | {
    "order": Kind.MOVE
}
"""What the log calls what a pass does in the tool."""


def foreseen(world: World) -> Counter[tuple[Kind, str]]:
    """What the preview says, by kind and item; it must leave store, tool and feed untouched."""
    with world.store() as store, store.reading() as reader:
        before = (reader.links(MAPPING), reader.shelves("tool"), reader.seen("tool", "B"), reader.passes(MAPPING))
    tasks, sent = list(world.boards.live()), len(world.tool.writes)
    found = world.foresee()
    with world.store() as store, store.reading() as reader:
        assert before == (
            reader.links(MAPPING), reader.shelves("tool"), reader.seen("tool", "B"), reader.passes(MAPPING)
        )  # fmt: skip
    assert (tasks, sent) == (list(world.boards.live()), len(world.tool.writes))
    return kinds(found.changes)


def kinds(changes: tuple[Change, ...]) -> Counter[tuple[Kind, str]]:
    """Changes by kind and item."""
    return Counter((change.kind, change.item) for change in changes)


def done(world: World, report: PassReport, since: int) -> Counter[tuple[Kind, str]]:
    """What a pass did, by its log, and what it left waiting."""
    lines = world.log()[since:]
    acts = {(_ACTS[line.kind], line.item) for line in lines if line.kind in _ACTS}
    return Counter(acts) + kinds(report.changes)


@pytest.mark.parametrize("seed", range(12))
def test_it_foresees_what_the_pass_does(folder: Path, seed: int) -> None:
    """From any mixture of plan edits and team edits: the same kinds of change for the same items."""
    chance = random.Random(seed)
    assert ACTS  # the acts of people are known by name once their modules are imported
    with district(folder, Setting(Rules(MAPPING, "district"), Limits(1000))) as made:
        world = made.world
        if seed % 3:
            world.run()
        for _ in range(12):
            made.play(draw_act(made, chance, ("plan", "team")))
        if seed % 4 == 0:
            world.lose_store()
        before = foreseen(world)
        since = len(world.log())

        report = world.run()

        assert before == done(world, report, since)


def test_a_first_push_is_foreseen_whole(world: World) -> None:
    """Projects below actions that are still to be made are foreseen as well."""
    assert foreseen(world) == Counter((Kind.CREATE, one) for one in world.work())


def test_a_container_that_is_still_to_be_made(world: World) -> None:
    """A container by a name that does not exist yet counts as an empty one."""
    world.reference, world.by_name = "Brand new", True

    assert foreseen(world) == Counter((Kind.CREATE, one) for one in world.work())
    assert set(world.boards.boards) == {"B"}


def test_a_mistyped_name_is_told(world: World) -> None:
    """A mapping with tasks whose container's name does not exist would stop: the preview says so, too."""
    world.reference, world.by_name = "Strategic plan", True
    world.run()
    world.reference = "Strategic plam"

    assert isinstance(world.foresee().trouble, NotFound)
    assert world.run().outcome is Outcome.WRONG


def test_what_is_set_aside_is_not_foreseen(world: World) -> None:
    """An item that waits for its next try is not promised for now."""
    world.tool.fail("write", Invalid("no"), what="Title of G1.A2", times=5)
    world.run(clock_on=False)

    assert foreseen(world) == Counter()
    world.clock.pass_by(minutes=2)
    assert foreseen(world) == Counter([(Kind.CREATE, "G1.A2")])


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_create_in_doubt_is_foreseen_as_it_will_end(world: World, took_effect: bool) -> None:
    """Adopted where its task is there, made where it is not."""
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G2.A1.P1", took_effect=took_effect, times=1)
    world.tool.fail("find", NotFound("no such object"), times=0)
    held = world.tool.fail("find", Invalid("not now"), times=10)
    world.run()
    held.times = 0
    foresaw = foreseen(world)
    since = len(world.log())

    assert foresaw == Counter([(Kind.ADOPT if took_effect else Kind.CREATE, "G2.A1.P1")])
    assert done(world, world.run(), since) == foresaw


def test_the_guard_is_foreseen(world: World) -> None:
    """The preview says that the pass would stop, with the figures and the same digest."""
    world.limits = Limits(max_changes=2)
    world.run()
    for one in world.work()[:4]:
        world.change(one, title=f"New {one}")
    expected = world.foresee().stop

    assert expected is not None
    assert world.run().stop == expected


def test_another_container_is_foreseen(world: World) -> None:
    """Tasks that would stay behind are told before anything happens, with the same digest."""
    world.run()
    world.boards.add_board("Another", id_="C")
    world.reference = "C"
    found = world.foresee()

    assert found.stop is not None
    assert "6 linked tasks" in found.stop.why
    assert kinds(found.changes) == Counter((Kind.CREATE, one) for one in world.work())
    assert world.run().stop == found.stop


def test_another_container_knows_nothing_of_the_old_one(world: World) -> None:
    """What was set aside there is to be made here."""
    world.tool.fail("write", Invalid("no"), what="Title of G1.A2", times=9)
    world.run()
    world.boards.add_board("Other", id_="C")
    world.reference = "C"

    assert "G1.A2" in {change.item for change in world.foresee().changes}


def test_fields_that_do_not_fit_are_told(world: World) -> None:
    """The same sentences that the pass would end with."""
    world.rules = Rules(MAPPING, "district", fields=(*DEFAULT_FIELDS, FieldRule("cost", Owner.PLAN, "cost", "Cost")))

    assert world.foresee().wrong
    assert world.foresee().wrong[0] in world.run().message


def test_a_tool_that_cannot_be_read(world: World) -> None:
    """The trouble comes back as what it is."""
    world.run()
    error = NotFound("no such project")
    world.tool.fail("changes", error)
    world.tool.fail("open", error)

    assert world.foresee().trouble is error
