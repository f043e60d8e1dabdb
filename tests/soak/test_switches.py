"""The simulator itself: with any safety mechanism switched off it finds something wrong, within a stated number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.lost import Lost
from tests.soak.simulator import Failed, live_through
from tests.soak.switches import SWITCHES, switched_off

SEEN = {
    "intent journal": 53,
    "cursor before the read": 67,
    "guard of the plan": 102,
    "unheard of": 30,
    "order of moves": 28,
    "set aside": 28,
    "whole container": 26,
    "turn": 31,
}
"""The first history in which it shows, where that takes long to come to: it is tried before the others."""


@pytest.mark.parametrize("name", SWITCHES)
def test_without_it_something_goes_wrong(folder: Path, name: str) -> None:
    """Within so many histories something is lost, doubled or wrong."""
    with switched_off(name), pytest.raises(Failed) as failed:
        _live(name, folder)

    assert isinstance(failed.value.wrong, Lost), "what takes the mechanism's place is broken itself"


def _live(name: str, folder: Path) -> None:
    switch = SWITCHES[name]
    for seed in sorted(range(switch.within), key=lambda seed: seed != SEEN.get(name)):
        live_through(seed, folder, often=switch.often)
