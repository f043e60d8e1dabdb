"""The simulator itself: with any safety mechanism switched off it finds something wrong, within a stated number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.lost import Lost
from tests.soak.simulator import Failed, live_through
from tests.soak.switches import SWITCHES, Switch, switched_off


@pytest.mark.parametrize("name", SWITCHES)
def test_without_it_something_goes_wrong(folder: Path, name: str) -> None:
    """Within so many histories, from the first seed on, something is lost, doubled or wrong."""
    with switched_off(name), pytest.raises(Failed) as failed:
        _live(SWITCHES[name], folder)

    assert isinstance(failed.value.wrong, Lost), "what takes the mechanism's place is broken itself"


def _live(switch: Switch, folder: Path) -> None:
    for seed in range(switch.within):
        live_through(seed, folder, often=switch.often)
