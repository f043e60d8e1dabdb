"""What was sent unheard stays noted until somebody looked."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.errors import Transient, UnknownOutcome
from connectors.vocabulary import Write
from tests.engine.test_overtaken import cut_off
from tests.engine.tool import LOST
from tests.engine.world import BOARD, World, quiet


def test_a_failed_look_forgets_nothing(world: World) -> None:
    """Also where the plan takes it back: what the task was last seen to hold is no proof while nobody can look."""
    cut_off(world)
    world.change("G1.A1.P1", due=date(2026, 6, 15))
    world.tool.fail("look", Transient("bad gateway"), what=world.boards.of("G1.A1.P1").id)
    world.run()

    world.run()
    world.run(full=True)

    assert (world.boards.of("G1.A1.P1").due, world.plan["G1.A1.P1"].values["due"]) == (date(2026, 6, 15),) * 2
    assert not world.log("team")


@pytest.mark.parametrize("told_of", [True, False], ids=["told by the feed", "told by nobody"])
def test_a_write_without_an_answer_stays_noted_though_the_next_look_fails(world: World, told_of: bool) -> None:
    """The first try took effect, nobody could look what became of it, and the plan changed: its newer date stands."""
    world.run()
    task = world.boards.of("G1.A1.P1").id
    world.change("G1.A1.P1", due=date(2026, 8, 1))
    world.tool.fail("write", UnknownOutcome(LOST), took_effect=True)

    def broken(_write: Write) -> None:
        world.tool.fail("look", Transient("bad gateway"), what=task)
        if not told_of:
            world.boards.lose_events(BOARD)

    world.tool.afterwards = broken
    world.run()
    world.tool.afterwards = lambda _write: None
    world.change("G1.A1.P1", due=date(2026, 9, 1))
    world.clock.pass_by(days=2)
    world.run()

    assert (world.boards.of("G1.A1.P1").due, world.plan["G1.A1.P1"].values["due"]) == (date(2026, 9, 1),) * 2
    assert not world.log("team")
    assert quiet(world.run())
