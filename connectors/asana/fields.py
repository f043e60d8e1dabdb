"""The custom fields of each project, asked for once and kept; that also tells which plan the account is on."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.clock import Clock
from connectors.errors import PlanTier
from connectors.fresh import FRESH
from connectors.limiter import Limiter

FREE: Final = 150
PAID: Final = 1500
"""Requests a minute that Asana lets through on its free plan and on all others (Asana docs, "Rate limits")."""


class Fields:
    """Custom fields by project; thread-safe. `rate_known` leaves the limiter as it is configured."""

    def __init__(self, client: Client, limiter: Limiter, clock: Clock, *, rate_known: bool) -> None:
        self._client = client
        self._limiter = limiter
        self._clock = clock
        self._rate_known = rate_known
        self._lock = threading.Lock()
        self._kept: dict[str, Mapping[str, Raw]] = {}
        self.paid = True
        """False once Asana has said that the account's plan has no custom fields."""
        self._known_at: float | None = None

    def of(self, project: str) -> Mapping[str, Raw]:
        """The project's custom fields by id, as they were when last asked for."""
        with self._lock:
            return self._kept[project] if project in self._kept else self._ask(project)

    def again(self, project: str) -> Mapping[str, Raw]:
        """The project's custom fields by id, asked for anew."""
        with self._lock:
            return self._ask(project)

    def told(self, project: Raw) -> Mapping[str, Raw]:
        """The project's custom fields by id, out of its record.

        An account on the free plan is told of none. Asking for them is how that is found out, once for all projects
        that are opened in a row.
        """
        found, gid = self._client.settings_in(project), str(project["gid"])
        with self._lock:
            if found:
                return self._keep(gid, found, paid=True)
            return self._listed(gid, []) if self._plan_is_known() else self._ask(gid)

    def attach(self, project: str, field: str) -> Mapping[str, Raw]:
        """The project's custom fields by id, after one of the workspace's was put on it."""
        told = self._client.attach_field(project, field)
        with self._lock:
            there = self._kept.get(project)
            if not told or there is None:
                return self._ask(project)
            return self._keep(project, [*there.values(), *told], paid=True)

    def _plan_is_known(self) -> bool:
        return self._known_at is not None and self._clock.monotonic() - self._known_at < FRESH

    def _ask(self, project: str) -> Mapping[str, Raw]:
        try:
            return self._keep(project, self._client.settings(project), paid=True)
        except PlanTier:
            return self._keep(project, [], paid=False)

    def _keep(self, project: str, found: Sequence[Raw], *, paid: bool) -> Mapping[str, Raw]:
        self.paid = paid
        self._known_at = self._clock.monotonic()
        if not self._rate_known:
            self._limiter.allow(PAID if paid else FREE)
        return self._listed(project, found)

    def _listed(self, project: str, found: Sequence[Raw]) -> Mapping[str, Raw]:
        self._kept[project] = {str(raw["gid"]): raw for raw in found}
        return self._kept[project]
