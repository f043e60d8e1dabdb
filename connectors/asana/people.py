"""Who is who in the workspace: everyone is read at once, the first time an address is needed, and kept."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from connectors.asana import shapes
from connectors.asana.client import Client
from connectors.asana.workspace import Workspace
from connectors.errors import NoAccess, PlanTier
from connectors.vocabulary import Person


class People:
    """Addresses to accounts and back; thread-safe."""

    def __init__(self, client: Client, workspace: Workspace) -> None:
        self._client = client
        self._workspace = workspace
        self._lock = threading.Lock()
        self._by_id: dict[str, Person] | None = None

    def by_address(self) -> Mapping[str, Person]:
        """Everyone whose address Asana shows, by address in lower case."""
        return {person.address: person for person in self._all().values() if person.address}

    def find(self, address: str) -> str | None:
        """What to call this person towards Asana: the id, or None for someone who is not in the workspace.

        An id stays what it is. Where the account may not list people, the address itself is given: Asana takes it too.
        """
        if shapes.is_id(address):
            return address
        try:
            person = self.by_address().get(address.strip().lower())
        except (NoAccess, PlanTier):
            return address
        return person.id if person else None

    def address(self, raw: shapes.Raw) -> str:
        """The address of a user record, or its id where Asana does not show one."""
        if "email" in raw:
            return (raw["email"] or "").lower() or str(raw["gid"])
        try:
            known = self._all().get(str(raw["gid"]))
        except (NoAccess, PlanTier):
            known = None
        return (known.address if known else "") or str(raw["gid"])

    def _all(self) -> Mapping[str, Person]:
        with self._lock:
            if self._by_id is None:
                found = map(shapes.person, self._client.users(self._workspace.id()))
                self._by_id = {person.id: person for person in found}
            return self._by_id
