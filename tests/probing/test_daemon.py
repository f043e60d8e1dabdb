"""A process that runs on goes by what a probe in another one finds, and never works while it is being probed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from connectors.contract import FOUND
from syncd.app import App
from tests.probing.test_flipped import TOOLS, flip
from tests.probing.towns import Town


def test_the_next_pass_goes_by_the_new_answers(town: Town) -> None:
    """The same connector, with what it has learnt and waits for, has other capabilities after the probe."""
    way = "found_after" if town.monday else "listed_after"
    with town.app() as daemon:
        list(daemon.sync())
        connector = daemon.connector("tool")
        usual = connector.capabilities().settle
        flip(town, {way: 100.0})
        town.probe()
        list(daemon.sync())
        assert connector.capabilities().settle >= 200 > usual
        flip(town, {way: 0.0})
        town.probe()
        list(daemon.sync())
        assert daemon.connector("tool") is connector
        assert connector.capabilities().settle == usual


@pytest.mark.parametrize("kind", TOOLS)
def test_a_feed_found_silent_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    """What a team did is on the scorecard after the next pass of the process that has run all along."""
    with TOOLS[kind](tmp_path) as town, town.app() as daemon:
        list(daemon.sync())
        flip(town, {"tells": False})
        town.probe()
        town.box.world.complete(town.id_of("Choose the reading books"))
        list(daemon.sync())
        assert "Choose the reading books" in town.done()


def test_no_pass_while_a_probe_is_under_way(town: Town) -> None:
    """A pass that was to begin meanwhile waits for its turn, and then goes by what was found."""
    flip(town, {"found_after" if town.monday else "listed_after": 100.0})
    with town.app() as daemon, town.app() as prober:
        daemon.open_store()
        passing = threading.Thread(target=_passes, args=(daemon,))
        made: list[list[str]] = []

        def told(_asked: object) -> None:
            if not made:
                passing.start()
            passing.join(0.05)
            made.append(town.titles())

        prober.probe("tool", told=told)
        assert not any("Choose the reading books" in titles for titles in made)
        passing.join(30)
        assert "Choose the reading books" in town.titles()
        assert float(daemon.connections._answers["tool"][FOUND]) >= 100


def _passes(app: App) -> None:
    """All passes."""
    list(app.sync())
