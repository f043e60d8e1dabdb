"""What the web surface shows of a running daemon: the scorecard, the commands' facts, health, readiness, metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from typing import Any

from syncd.app import App
from syncd.plan.model import Audience
from syncd.scorecard import explain
from syncd.scorecard.changes import Changes
from syncd.scorecard.view import Scorecard
from syncd.service.readiness import readiness
from syncd.service.watch import Watch
from syncd.views import log, status
from syncd.views.stand_ins import stand_ins
from syncd.views.values import scrubbed


class LiveSite:
    """The site over a running application; called from several threads."""

    def __init__(self, app: App, watch: Watch) -> None:
        self._app, self._watch = app, watch

    def plans(self) -> Sequence[str]:
        """The names of the plans; the first is the one of the front page."""
        return list(self._app.config.plans)

    def scorecard(self, audience: Audience, plan: str | None = None, as_of: date | None = None) -> Scorecard:
        """The scorecard of a plan (the first) as this audience may see it now, or as things were known on a day."""
        name = plan or self.plans()[0]
        card = self._app.scorecard(name, audience=audience, as_of=as_of)
        if audience is Audience.PUBLIC or as_of is not None:
            return card
        return replace(card, notes=stand_ins(self._app, name))

    def today(self) -> date:
        """The district's day."""
        return self._app.figures.today()

    def changes(
        self, audience: Audience, plan: str | None = None, since: date | None = None, until: date | None = None
    ) -> Changes:
        """What changed between two days, for an audience; left out: from the first that is known, up to now."""
        return self._app.figures.changes(plan or self.plans()[0], audience=audience, since=since, until=until)

    def status(self) -> Mapping[str, Any]:
        """How each mapping and connection stands."""
        told: Mapping[str, Any] = scrubbed(status.as_json(status.status(self._app)))
        return told

    def log(self, asked: log.Asked) -> Mapping[str, Any]:
        """What happened."""
        told: Mapping[str, Any] = scrubbed(log.as_json(log.log(self._app, asked)))
        return told

    def explain(self, item: str, plan: str | None, as_of: date | None) -> Mapping[str, Any]:
        """Where the figures of an item come from."""
        told: Mapping[str, Any] = scrubbed(explain.as_json(self._app.explain(item, plan=plan, as_of=as_of)))
        return told

    def health(self) -> Mapping[str, object]:
        """The process is alive: what it is there for, its version, since when it runs, how many passes it has ended."""
        return {
            "status": "ok",
            "role": self._watch.role,
            "version": version("syncd"),
            "started_at": self._watch.started_at.isoformat(timespec="seconds"),
            "passes": self._watch.passes,
        }

    def ready(self) -> Mapping[str, Any]:
        """Whether it does its work, and how each part stands."""
        return readiness(self._app, self._watch)

    def metrics(self) -> str:
        """The metrics in Prometheus' text format."""
        return self._watch.metrics.text()
