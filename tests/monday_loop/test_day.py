"""A day's requests, where they run short: never over, and every edit on the scorecard in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from connectors.monday.sandbox import Limits
from tests.monday_loop.day import Day
from tests.monday_loop.large import furnish
from tests.monday_loop.place import place

DAILY = 150


def test_a_day_with_few_requests(tmp_path: Path) -> None:
    """More looks are due than there are requests, and a neighbour takes more than its share: both get through.

    Looks come less often, which is said; nobody is refused, and no edit is late by more than was promised.
    """
    with place(tmp_path, Limits(daily=DAILY), settings="") as there:
        furnish(there, every="10m", goals=2)
        with there.app() as app:
            list(app.sync())
            day = Day(there, edits=40, neighbour=40, every=timedelta(minutes=10))
            day.live(app)
    told = "\n".join(day.lines())
    assert len(day.lags) == 40, told
    assert max(day.lags) <= day.promised, told
    assert day.promised > timedelta(minutes=10), told
    assert (day.used <= DAILY, day.refused) == (True, 0), told
    assert not [seen for seen in there.box.requests if seen.status == 429], told
