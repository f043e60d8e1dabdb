"""Who is who in the account: everyone is read at once, when an address is first needed, and kept."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping
from typing import Final

from connectors.clock import Clock
from connectors.errors import NoAccess
from connectors.monday import shapes
from connectors.monday.answers import Raw
from connectors.monday.client import Client
from connectors.vocabulary import Person

STALE: Final = 3600.0
"""Seconds after which an address or an id that was unknown may belong to somebody new."""


class People:
    """Addresses to accounts and back; thread-safe. Addresses are compared in lower case, which monday does not."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._by_id: Mapping[str, Person] = {}
        self._by_address: Mapping[str, Person] = {}

    def by_address(self) -> Mapping[str, Person]:
        """Everyone whose address monday shows, by address in lower case."""
        self._know()
        return self._by_address

    def find(self, address: str) -> str | None:
        """The id of this person, None for someone without an account. An id stays what it is."""
        wanted = address.strip().lower()
        if wanted.isdecimal():
            return wanted
        if wanted not in self.by_address():
            self._know(STALE)
        person = self._by_address.get(wanted)
        return person.id if person else None

    def address(self, id_: str) -> str:
        """The address of the person with this id, or the id where monday shows none."""
        person = self.person(id_)
        return (person.address if person else "") or id_

    def person(self, id_: str) -> Person | None:
        """The person with this id; None for someone who is unknown, or where the account may not list people."""
        try:
            self._know()
            if id_ not in self._by_id:
                self._know(STALE)
        except NoAccess:
            return None
        return self._by_id.get(id_)

    @property
    def known(self) -> bool:
        """Whether anybody was asked yet."""
        with self._lock:
            return self._asked_at is not None

    def learn(self, users: Iterable[Raw]) -> None:
        """Take over who there is, where that came with something else: everyone."""
        with self._lock:
            self._learn(users)

    def _know(self, oldest: float = math.inf) -> None:
        """Ask who there is, unless that was done in the last `oldest` seconds."""
        with self._lock:
            now = self._clock.monotonic()
            if self._asked_at is not None and now - self._asked_at < oldest:
                return
            self._learn(self._client.users())

    def _learn(self, users: Iterable[Raw]) -> None:
        found = list(map(shapes.person, users))
        self._by_id = {person.id: person for person in found}
        self._by_address = {person.address: person for person in found if person.address}
        self._asked_at = self._clock.monotonic()
