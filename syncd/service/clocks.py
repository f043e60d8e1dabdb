"""Sees whether this machine's clock goes as that of the database does: days, dates and what is due come of it."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import timedelta
from typing import Final

from connectors.clock import Clock
from connectors.limiter import lasting
from syncd.service.watch import Watch
from syncd.store.errors import StoreError
from syncd.store.store import Store

APART: Final = timedelta(minutes=1)
"""By so much two clocks may differ without a word."""
COMPARE_EVERY: Final = 60.0
"""Seconds between two looks at the other clock."""


class Clocks:
    """Compares the two now and then, and has the watch say what is found. A store in a file has no other clock."""

    def __init__(self, clock: Clock, watch: Watch) -> None:
        self._clock, self._watch = clock, watch
        self._due = -math.inf

    def look(self, store: Store) -> None:
        """Compare them, if that is due. Where the store is away it is not done: whoever works with it says so."""
        if self._clock.monotonic() >= self._due:
            self._due = self._clock.monotonic() + COMPARE_EVERY
            with suppress(StoreError):
                self._watch.clock_is(_in_words(self._ahead(store)))

    def _ahead(self, store: Store) -> timedelta:
        """By how much ours is ahead of the other one at least: the answer takes its time."""
        before, there, after = self._clock.now(), store.now(), self._clock.now()
        if there is None:
            return timedelta()
        return max(before - there, timedelta()) or min(after - there, timedelta())


def _in_words(ahead: timedelta) -> str:
    """What is wrong, "" if nothing is."""
    if abs(ahead) <= APART:
        return ""
    return (
        f"this machine's clock is {lasting(abs(ahead).total_seconds())} {'ahead of' if ahead > APART else 'behind'} "
        "that of the machine with the database: dates, the scorecard's day and what is due go wrong by as much. "
        "Set whichever is wrong (on Linux, `timedatectl set-ntp true`); syncd need not be started anew."
    )
