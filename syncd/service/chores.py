"""What the daemon does once a day, and what it fetches and publishes by the clock, beside its passes."""

from __future__ import annotations

import structlog

from syncd.app import App
from syncd.service.publishing import publish
from syncd.service.watch import Watch

_log = structlog.get_logger(__name__)


class Chores:
    """The jobs beside the passes. What goes wrong is said, and tried again when it is due the next time."""

    def __init__(self, app: App, watch: Watch) -> None:
        self._app, self._watch = app, watch

    def daily(self) -> None:
        """The day's copy of the store, and the day's figures for the history; each once a day however often it runs."""
        with self._watch.trying("backup"):
            self._back_up()
        with self._watch.trying("history"):
            self._app.record()

    def fetch(self) -> None:
        """Plans and readings that come from addresses."""
        with self._watch.trying("fetching"):
            self._app.plans.fetch()

    def publish(self) -> None:
        """The public scorecards as files, where the configuration names a folder for them."""
        if folder := self._app.config.schedule.publish:
            with self._watch.trying("publishing"):
                publish(self._app, self._app.config.folder / folder)

    def _back_up(self) -> None:
        if self._app.config.schedule.backup == "daily":
            made = self._app.backups.daily(self._app.clock.now().astimezone(self._app.config.zone))
            if made:
                _log.info("backed_up", file=str(made))
