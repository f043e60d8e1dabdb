"""What monday calls a person with an address, and the other way round."""

from __future__ import annotations

from connectors.clock import Clock
from connectors.directory import Directory
from connectors.errors import NoAccess
from connectors.monday import shapes
from connectors.monday.client import Client
from connectors.vocabulary import Person


class People(Directory):
    """Addresses to accounts and back. Addresses are compared in lower case, which monday does not."""

    def __init__(self, client: Client, clock: Clock) -> None:
        super().__init__(lambda: map(shapes.person, client.users()), clock)

    def find(self, address: str) -> str | None:
        """The id of this person, None for someone without an account. An id stays what it is."""
        wanted = address.strip().lower()
        if wanted.isdecimal():
            return wanted
        person = self.with_address(wanted)
        return person.id if person else None

    def address(self, id_: str) -> str:
        """The address of the person with this id, or the id where monday shows none."""
        person = self.person(id_)
        return (person.address if person else "") or id_

    def person(self, id_: str) -> Person | None:
        """The person with this id; None for someone who is unknown, or where the account may not list people."""
        try:
            return self.with_new_id(id_)
        except NoAccess:
            return None
