"""Who is who in the workspace: everyone is read at once, when an address is first needed, and kept."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from typing import Final

from connectors.asana import shapes
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.workspace import Workspace
from connectors.clock import Clock
from connectors.errors import NoAccess, PlanTier
from connectors.vocabulary import Person

STALE: Final = 3600.0
"""Seconds after which an address that nobody had may belong to somebody new."""


class People:
    """Addresses to accounts and back; thread-safe."""

    def __init__(self, client: Client, workspace: Workspace, clock: Clock) -> None:
        self._client = client
        self._workspace = workspace
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._by_id: Mapping[str, Person] = {}
        self._by_address: Mapping[str, Person] = {}

    def by_address(self) -> Mapping[str, Person]:
        """Everyone whose address Asana shows, by address in lower case."""
        self._know()
        return self._by_address

    def find(self, address: str) -> str | None:
        """What to call this person towards Asana: the id, or None for someone who is not in the workspace.

        An id stays what it is. Where the account may not list people, the address itself is given: Asana takes it too.
        """
        wanted = address.strip().lower()
        if shapes.is_id(wanted):
            return wanted
        try:
            if wanted not in self.by_address():
                self._know(STALE)
            person = self._by_address.get(wanted)
        except (NoAccess, PlanTier):
            return wanted
        return person.id if person else None

    def address(self, raw: Raw) -> str:
        """The address of a user record, or its id where Asana does not show one."""
        if "email" in raw:
            return (raw["email"] or "").lower() or str(raw["gid"])
        try:
            self._know()
            known = self._by_id.get(str(raw["gid"]))
        except (NoAccess, PlanTier):
            known = None
        return (known.address if known else "") or str(raw["gid"])

    def _know(self, oldest: float = math.inf) -> None:
        """Ask who there is, unless that was done in the last `oldest` seconds."""
        with self._lock:
            now = self._clock.monotonic()
            if self._asked_at is not None and now - self._asked_at < oldest:
                return
            found = list(map(shapes.person, self._client.users(self._workspace.id())))
            self._by_id = {person.id: person for person in found}
            self._by_address = {person.address: person for person in found if person.address}
            self._asked_at = now
