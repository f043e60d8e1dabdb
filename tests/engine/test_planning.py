"""Planning again and again: what is planned anew and what was known make up the whole, whatever befalls a world."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from syncd.engine.affected import Trees
from syncd.engine.planner import plan_changes
from syncd.engine.planning import Planning
from syncd.engine.settling import settle, settled
from tests.planner_runs.acts import ACTS, BUILDING, LIVING, Life, draw, perform
from tests.planner_runs.ledger import Ledger
from tests.planner_runs.runs import tell
from tests.planner_runs.world import Watch, World

ACCIDENTS = [name for name in LIVING if ACTS[name].at in ("tasks", "links") or name in ("foreign", "restore", "block")]
"""What befalls tool and store while the plan stays as it is."""


def trees(world: World) -> Trees:
    """The three trees as they are now."""
    return Trees(world.desired(), world.observed(), world.agreed())


def told(found: Iterable[object]) -> list[str]:
    """Changes or links, to be compared without regard to their order."""
    return sorted(map(repr, found))


@dataclass
class Comparing(Watch):
    """Plans in every round by what it knows from the rounds before, and as if it knew nothing."""

    planning: Planning = field(default_factory=Planning)
    rounds: int = 0

    def round(self, world: World) -> None:
        """Both must come to the same."""
        now = trees(world)
        settlement = settle(now.desired, now.observed, now.agreed)
        agreed = replace(now.agreed, links=settled(now.agreed.links, settlement))
        due = self.planning.due(now)
        assert told(due.settlement.renewed) == told(settlement.renewed)
        assert told(due.settlement.released) == told(settlement.released)
        assert due.trees.agreed == agreed
        assert told(due.changes) == told(plan_changes(now.desired, now.observed, agreed))
        self.rounds += 1


@given(seed=st.integers(min_value=0, max_value=2**32), few=st.sampled_from((0.0, 1.0)))
def test_a_part_and_what_was_known_make_up_the_whole(seed: int, few: float) -> None:
    """People at work on plan, tool and store, and accidents: in each round the same is due, and settled, either way.

    However long ago that is from which on the changes are told.
    """
    chance = random.Random(seed)
    life = Life(tell(chance.randrange(1_000)).setup.world(), Ledger(), {})
    life.world.watch = watch = Comparing(Planning(few=few))
    for names in (BUILDING, LIVING, ACCIDENTS, ACCIDENTS, LIVING):
        life.back_up()
        for _ in range(chance.randint(1, 5)):
            if act := draw(life, chance, names):
                perform(life, act)
        life.world.run(chance, [chance.random()])
    assert watch.rounds >= 5
