"""Passes made by this process alone: one thread for each connection, by the clock."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from syncd.app import App
from syncd.service.chores import Chores
from syncd.service.hooks import Hookup
from syncd.service.passes import MakePasses, Passes
from syncd.service.schedule import Later, later, scheduled
from syncd.service.watch import Watch


class Own:
    """How a daemon makes passes where it is the only one that does."""

    def __init__(self, app: App, watch: Watch, stopped: threading.Event) -> None:
        self._passes = Passes(app, watch, stopped)
        self.schedule: BackgroundScheduler = scheduled(self._passes, Chores(app, watch))
        self.later: Later = later(self.schedule)
        self.soon: Later = self.later
        self.hinted: MakePasses = self._passes.hinted

    def start(self, hookup: Hookup) -> None:
        """Make passes by the clock, except those of which the hookup knows that they are not worth it."""
        self._passes.told = hookup
        self.schedule.start()

    def edited(self, connection: str, mappings: Sequence[str]) -> None:
        """One pass soon of each of these mappings of a connection, whose plan somebody edited."""
        self.later(connection, 0.0, partial(self._passes.edited, mappings))

    def look(self) -> None:
        """There is nothing to see to."""

    def end(self) -> None:
        """Wait for the passes under way, which were asked to stop."""
        self.schedule.shutdown(wait=True)
