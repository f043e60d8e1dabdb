"""Some thousands of planner runs, those that once failed, and what a failure tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.planner_runs.__main__ import first_failure, main
from tests.planner_runs.runs import Story, replay, tell
from tests.planner_runs.seeds import STORIES

RUNS = 3000
MECHANISM = "what stands below goes along"


@pytest.mark.parametrize("part", range(6))
def test_no_promise_is_broken(part: int) -> None:
    """Promises 1, 2, 3, 4 and 7: whatever befalls, it settles, loses no edit, makes nothing twice."""
    found = first_failure(range(part * RUNS // 6, (part + 1) * RUNS // 6))
    assert found is None, f"python -m tests.planner_runs --runs 1 --seed {found[0]}\n{found[1]}"


@pytest.mark.parametrize("story", STORIES.values(), ids=[str(number) for number in range(len(STORIES))])
def test_what_was_found_once_stays_repaired(story: Story) -> None:
    """Each story that once broke a promise holds, whichever part of its last work succeeds first."""
    for chance in range(20):
        replay(replace(story, chance=chance))


def test_a_seed_is_a_run() -> None:
    """The same seed tells the same story, and a story can be lived again; another seed tells another one."""
    assert tell(7) == tell(7)
    assert tell(7) != tell(8)
    replay(tell(7))


def test_a_failure_can_be_read_and_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    """It names the seed and the broken promise, tells a story of a few sentences, and says how to live it again."""
    assert main(["--runs", "1000", "--without", MECHANISM]) == 1
    told = capsys.readouterr().err
    assert "what stands below a task that is let go goes along" in told
    assert "1 leaves the plan, with all below it" in told
    assert len(told.splitlines()) < 15
    seed = told.rpartition("--seed ")[2].split()[0]
    assert f"replay it with: python -m tests.planner_runs --runs 1 --seed {seed} --without '{MECHANISM}'" in told
    assert main(["--runs", "1", "--seed", seed, "--without", MECHANISM]) == 1
    assert main(["--runs", "1", "--seed", seed]) == 0


def test_several_workers_find_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Seeds are shared out among processes, and the first failing one is told."""
    assert main(["--runs", "1200", "--workers", "2"]) == 0
    assert "1,200 of 1,200 runs" in capsys.readouterr().err
    found = first_failure(range(1500), MECHANISM)
    assert found is not None
    assert main(["--runs", "1500", "--workers", "2", "--without", MECHANISM]) == 1
    assert f"seed {found[0]} broke a promise: {found[1]}" in capsys.readouterr().err
