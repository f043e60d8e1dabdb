"""Who is who in a tool: everyone is read at once, when an address is first needed, and kept."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from connectors.clock import Clock
from connectors.vocabulary import Person

STALE: Final = 3600.0
"""Seconds after which an address or an id that was unknown may belong to somebody new."""


class Directory:
    """People by address, in lower case, and by id; thread-safe. `ask` reads everyone, and may raise ToolError."""

    def __init__(self, ask: Callable[[], Iterable[Person]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._by_id: Mapping[str, Person] = {}
        self._by_address: Mapping[str, Person] = {}

    def by_address(self) -> Mapping[str, Person]:
        """Everyone whose address the tool shows, by address in lower case."""
        self._know()
        return self._by_address

    def with_address(self, address: str) -> Person | None:
        """The person with this address in lower case, who may be new; None for someone without an account."""
        if address not in self.by_address():
            self._know(STALE)
        return self._by_address.get(address)

    def with_id(self, id_: str) -> Person | None:
        """The person with this id, among those known since everyone was read last."""
        self._know()
        return self._by_id.get(id_)

    def with_new_id(self, id_: str) -> Person | None:
        """The person with this id, who may be new."""
        if self.with_id(id_) is None:
            self._know(STALE)
        return self._by_id.get(id_)

    @property
    def known(self) -> bool:
        """Whether anybody was asked yet."""
        with self._lock:
            return self._asked_at is not None

    def learn(self, everyone: Iterable[Person]) -> None:
        """Take over who there is, where that came with something else."""
        with self._lock:
            self._learn(everyone)

    def _know(self, oldest: float = math.inf) -> None:
        """Ask who there is, unless that was done in the last `oldest` seconds."""
        with self._lock:
            now = self._clock.monotonic()
            if self._asked_at is None or now - self._asked_at >= oldest:
                self._learn(self._ask())

    def _learn(self, everyone: Iterable[Person]) -> None:
        found = list(everyone)
        self._by_id = {person.id: person for person in found}
        self._by_address = {person.address: person for person in found if person.address}
        self._asked_at = self._clock.monotonic()
