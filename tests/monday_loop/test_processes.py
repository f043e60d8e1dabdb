"""Real processes over monday: killed at any moment of a first push, and left without an answer in the middle of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from connectors.monday.sandbox import Fault, Sandbox
from tests.connectors.clock import ToldClock
from tests.contracts.monday import contracts_if_any
from tests.monday_loop.place import UNLIMITED, Place
from tests.monday_loop.test_faults import ALL, plan
from tests.process.hurry import Hurried, command, hurried, started
from tests.process.test_killed import LATENCY, Tripwire

pytestmark = pytest.mark.process

TIMEOUT = 2.5


@pytest.fixture
def clock() -> Hurried:
    """The clock of everything in a test."""
    return hurried()


@pytest.fixture
def there(tmp_path: Path, clock: Hurried) -> Iterator[Place]:
    """A district that has not pushed anything yet, whose local monday shares the hurried clock."""
    with Sandbox(clock, limits=UNLIMITED, contracts=contracts_if_any()) as box:
        made = Place(tmp_path, box, ToldClock())
        made.write_plan(plan())
        yield made


@pytest.mark.parametrize("seed", range(10))
def test_killed_at_a_random_moment_of_a_first_push(there: Place, clock: Hurried, seed: int) -> None:
    """Whatever was under way when the process died, the next one ends with each item once, on one board."""
    chance = Random(seed)
    there.box._api.latency = LATENCY
    with started(there, clock, "sync") as running:
        moment = chance.randint(1, 14), chance.random() * LATENCY
        there.box._api.requests = Tripwire(*moment, running.process.kill)
        with pytest.raises(EOFError):
            running.said()
        running.process.join()
        assert running.process.exitcode == -signal.SIGKILL
    there.box._api.latency = 0.0

    rerun = command(there, clock, "sync")

    assert rerun.code == 0, rerun
    assert there.once_each(ALL)
    assert there.board()


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_never_comes(there: Place, clock: Hurried, when: str) -> None:
    """A batch of ten takes effect long after nobody waits for it any more: none of them is made twice."""
    fault = Fault(r"^mutation Write", kind="hang", seconds=TIMEOUT + 0.5)
    fault.when = "before" if when == "before" else "after"
    there.box.faults.append(fault)

    said = command(there, clock, "sync", timeout=TIMEOUT)

    assert not there.box.faults, "it never struck"
    assert said.code == 0, said
    assert there.once_each(ALL)
    assert command(there, clock, "sync").out.startswith("academics: nothing to do")
