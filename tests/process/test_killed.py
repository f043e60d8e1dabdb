"""Killed at any moment of a first push, or robbed of its store, syncd ends with exactly one task per item."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from connectors.sandbox.exchange import Recorded
from tests.cli.district import District
from tests.process.hurry import Hurried, command, started
from tests.process.plans import creates, on_board, wanted

pytestmark = pytest.mark.process

LATENCY = 0.03


class Tripwire(list[Recorded]):
    """The sandbox's list of requests, which does something some seconds after a certain one came in."""

    def __init__(self, number: int, seconds: float, deed: Callable[[], Any]) -> None:
        super().__init__()
        self._number = number
        self._seconds = seconds
        self._deed = deed

    def append(self, seen: Recorded) -> None:
        """Note a request, and set off at the one that was waited for."""
        super().append(seen)
        if len(self) == self._number:
            asyncio.get_running_loop().call_later(self._seconds, self._deed)


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_a_random_moment_of_a_first_push(district: District, clock: Hurried, seed: int) -> None:
    """Whatever was under way when the process died, the next one ends with each task once."""
    chance = Random(seed)
    district.box._api.latency = LATENCY
    with started(district, clock, "sync") as running:
        moment = chance.randint(1, 40), chance.random() * LATENCY
        district.box._api.requests = Tripwire(*moment, running.process.kill)
        with pytest.raises(EOFError):
            running.said()
        running.process.join()
        assert running.process.exitcode == -signal.SIGKILL
    district.box._api.latency = 0.0

    rerun = command(district, clock, "sync")

    assert rerun.code == 0, rerun
    assert on_board(district) == wanted(district)


def test_without_its_store(district: District, clock: Hurried) -> None:
    """The store is lost after a push: every task is taken up again by its marker, none is made, none is touched."""
    assert command(district, clock, "sync").code == 0
    before, count = dict(district.box.world.tasks), creates(district)
    for path in district.folder.glob("syncd.db*"):
        path.unlink()

    said = command(district, clock, "sync", "--json")

    [figures] = said.json["passes"]
    assert (said.code, figures["adopted"], figures["created"]) == (0, len(before), 0), said
    assert figures["updated"] == figures["moved"] == 0
    assert creates(district) == count == len(before)
    assert on_board(district) == wanted(district)
