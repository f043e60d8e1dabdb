"""What takes longer the more districts there are is done less often, and never too seldom."""

from __future__ import annotations

import pytest

from syncd.service.pace import LONGEST, PART, Pace
from tests.connectors.clock import ToldClock


@pytest.mark.parametrize(("takes", "pause"), [(0.0, 0.0), (0.02, 0.38), (0.5, 9.5), (30.0, LONGEST)])
def test_the_next_look(takes: float, pause: float) -> None:
    """It comes when the last one has taken its part of the time."""
    clock = ToldClock()
    pace = Pace(clock.monotonic)
    assert pace.due()
    with pace.look():
        clock.pass_(seconds=takes)
    assert pause <= (PART - 1) * takes
    assert pace.due() == (pause == 0)
    clock.pass_(seconds=pause * 0.99)
    assert pace.due() == (pause == 0)
    clock.pass_(seconds=pause * 0.01 + 1e-6)
    assert pace.due()
