"""What the web surface shows of a running daemon: the scorecard, health, readiness, metrics."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from syncd.app import App
from syncd.errors import FileError
from syncd.plan.model import Audience
from syncd.scorecard.view import Scorecard
from syncd.service.watch import Watch
from syncd.store.errors import StoreError


class LiveSite:
    """The site over a running application; called from several threads."""

    def __init__(self, app: App, watch: Watch) -> None:
        self._app, self._watch = app, watch

    def scorecard(self, audience: Audience) -> Scorecard:
        """The scorecard of the first plan as this audience may see it now."""
        return self._app.scorecard(next(iter(self._app.config.plans)), audience=audience)

    def health(self) -> Mapping[str, object]:
        """The process is alive: its version, since when it runs, how many passes it has ended."""
        return {
            "status": "ok",
            "version": version("syncd"),
            "started_at": self._watch.started_at.isoformat(timespec="seconds"),
            "passes": self._watch.passes,
        }

    def ready(self) -> bool:
        """Whether the store answers and the plans can be read."""
        try:
            with self._app.store.reading() as reader:
                reader.mapping_states()
            for name in self._app.config.plans:
                self._app.plan(name)
        except (StoreError, FileError):
            return False
        return True

    def metrics(self) -> str:
        """The metrics in Prometheus' text format."""
        return self._watch.metrics.text()
