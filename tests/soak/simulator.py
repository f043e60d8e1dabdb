"""One random history from a seed, checked again and again while it goes on."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from tests.engine.world import World
from tests.soak.check import check
from tests.soak.mischief import Mischief


class Failed(Exception):
    """A history went wrong: its seed, what is wrong, and what had happened before."""

    def __init__(self, seed: int, wrong: BaseException, story: list[str]) -> None:
        self.seed = seed
        super().__init__(f"seed {seed}: {type(wrong).__name__}: {wrong}\nbefore that: {', '.join(story)}")


def live_through(seed: int, folder: Path, *, chapters: int = 4, acts: int = 12) -> None:
    """Live through one history: so many chapters of so many acts, each with a look at the end. Raises Failed."""
    chance = random.Random(seed)
    with closing(World(folder, batch=chance.choice([1, 1, 4]))) as world:
        mischief = Mischief(world, chance)
        try:
            for _ in range(chapters):
                for _ in range(chance.randrange(1, acts)):
                    mischief.act()
                mischief.story.append("check")
                check(mischief)
        except Exception as wrong:
            raise Failed(seed, wrong, mischief.story) from wrong
