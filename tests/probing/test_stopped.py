"""A probe that is stopped, killed or cut off leaves at most its container, which the next one removes."""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext, suppress
from functools import partial
from random import Random
from types import SimpleNamespace

import pytest

from syncd.probing import SCRATCH
from tests.probing.towns import Town
from tests.process.hurry import hurried, started
from tests.process.test_killed import Tripwire

MOMENTS = (0, 1, 2, 3, 5, 8, 29, 63)
"""After how many requests nothing gets through any more: most of the first ones, and some of the alike ones then."""
EVER = 10**6


@pytest.mark.parametrize("kind", ["reset", "lost_reply"])
def test_cut_off_at_any_request(town: Town, kind: str) -> None:
    """Whether or not the last request took effect: what is left is the one container, and the next probe says so."""
    before, titles = town.containers(), town.titles()
    for moment in MOMENTS:
        town.fault("", kind=kind, skip=moment)
        town.fault("", kind="reset", skip=moment, times=EVER)
        done = town.probe()
        town.box.faults.clear()
        left = [name for name in town.containers() if name not in before]
        assert left in ([], [done.scratch]), moment

        again = town.probed(stop_after=0)

        assert again.trouble is None, moment
        assert not left or again.cleared == left[0], moment
        assert (town.containers(), town.titles(), town.kept(SCRATCH) or {}) == (before, titles, {}), moment


@pytest.mark.process
def test_killed_for_real(town: Town) -> None:
    """Asked to stop it removes what it made and ends by the signal's code; killed it leaves that to the next one."""
    chance, before = Random(town.kind), town.containers()
    config = town.folder / "config.toml"
    config.write_text(config.read_text().replace("base_url", "requests_per_minute = 60000\nbase_url"))
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, None)):
        with started(SimpleNamespace(config=config), hurried(), "probe", "tool", "--yes") as running:
            strike = partial(os.kill, running.process.pid or os.getpid(), number)
            town.box._api.requests = Tripwire(chance.randint(8, 24), 0.0, strike)
            with suppress(EOFError) if code is None else nullcontext():
                assert running.said().code == code
        left = [name for name in town.containers() if name not in before]
        assert len(left) == (code is None)
    assert town.probed(stop_after=0).cleared == left[0]
    assert town.containers() == before
