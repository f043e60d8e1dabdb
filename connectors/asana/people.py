"""What Asana calls a person with an address, and the other way round."""

from __future__ import annotations

from connectors.asana import shapes
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.workspace import Workspace
from connectors.clock import Clock
from connectors.directory import Directory
from connectors.errors import NoAccess, PlanTier
from connectors.form import is_id


class People(Directory):
    """Addresses to accounts and back."""

    def __init__(self, client: Client, workspace: Workspace, clock: Clock) -> None:
        super().__init__(lambda: map(shapes.person, client.users(workspace.id())), clock)

    def find(self, address: str) -> str | None:
        """What to call this person towards Asana: the id, or None for someone who is not in the workspace.

        An id stays what it is. Where the account may not list people, the address itself is given: Asana takes it too.
        """
        wanted = address.strip().lower()
        if is_id(wanted):
            return wanted
        try:
            person = self.with_address(wanted)
        except (NoAccess, PlanTier):
            return wanted
        return person.id if person else None

    def address(self, raw: Raw) -> str:
        """The address of a user record, or its id where Asana does not show one."""
        if "email" in raw:
            return (raw["email"] or "").lower() or str(raw["gid"])
        try:
            known = self.with_id(str(raw["gid"]))
        except (NoAccess, PlanTier):
            known = None
        return (known.address if known else "") or str(raw["gid"])
