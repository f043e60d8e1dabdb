"""The promises together: random histories of plan, teams, faults and crashes, and then a look at what is left."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.world import World
from tests.soak.__main__ import main
from tests.soak.check import Lost, check
from tests.soak.mischief import Mischief
from tests.soak.simulator import Failed, live_through


@pytest.mark.parametrize("seed", range(5))
def test_random_histories(folder: Path, seed: int) -> None:
    """Whatever happens in whatever order: nothing is doubled, no edit is lost, it settles, the figures are right."""
    live_through(seed, folder)


def test_the_soak_says_how_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    """One history by its seed ends with exit code 0 and a sentence."""
    assert main(["--seed", "7"]) == 0
    assert "nothing lost, nothing doubled in 1 histories" in capsys.readouterr().out


def test_the_soak_says_how_to_replay(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A history that fails ends the run with exit code 1, its seed, its story and the command that replays it."""

    def failing(seed: int, folder: Path) -> None:
        raise Failed(seed, Lost("a task is doubled"), ["die", "pass"])

    monkeypatch.setattr("tests.soak.__main__.live_through", failing)

    assert main(["--seed", "7"]) == 1
    said = capsys.readouterr().err
    assert "a task is doubled" in said
    assert "die, pass" in said
    assert "python -m tests.soak --seed 7" in said


def _double(world: World) -> None:
    world.boards.duplicate(world.boards.of("G1.A2").id)


def _overwrite(world: World) -> None:
    task = world.boards.of("G1.A2").id
    world.boards.rows[task].task = replace(world.boards.rows[task].task, assignee=None)


@pytest.mark.parametrize(("harm", "words"), [(_double, "has the tasks"), (_overwrite, "assignee")])
def test_the_look_finds_what_is_wrong(world: World, harm: Callable[[World], None], words: str) -> None:
    """A doubled task and a lost edit, done by hand, do not go unnoticed."""
    mischief = Mischief(world, random.Random(1))
    world.run()
    task = world.boards.of("G1.A2").id
    world.boards.edit(task, assignee="bob@example.org")
    mischief.teams[task, "assignee"] = "bob@example.org"
    check(mischief)
    harm(world)

    with pytest.raises(Lost, match=words):
        check(mischief)


def test_histories_can_be_replayed(folder: Path) -> None:
    """The same seed lives through the same history."""

    def story(seed: int) -> list[str]:
        with closing(World(folder)) as world:
            mischief = Mischief(world, random.Random(seed))
            for _ in range(15):
                mischief.act()
            return [*mischief.story, *world.tool.asked]

    assert story(3) == story(3) != story(4)
