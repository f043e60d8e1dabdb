"""Where tools deliver what happened: an address that cannot be guessed for each container, and an answer at once.

What is heard is only passed on, and of a request whose address is not one of ours nothing is read.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.hooks import Hooks, Touched
from syncd.service.bounds import LONGEST_BODY, body

PATH: Final = "/webhooks"
BURST: Final = 1000
A_SECOND: Final = 50
"""Deliveries of one connection that are taken at once, and how many more of them each second."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """One address: for which container it is, who tells what came there is the tool's, and who is told then."""

    connection: str
    container: str
    hooks: Hooks
    heard: Callable[[Touched], None]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def path(self) -> str:
        """The address below that of the service. Whoever knows it may knock: it stands in no log and in no store."""
        return f"{PATH}/{quote(self.connection, safe='')}/{self.key}"


class Inbox:
    """The doors that are open, and the route that leads to them; thread-safe. `now` gives seconds that only grow.

    Where this daemon `stands_by`, it has no secrets to prove a delivery with: whoever brings one is told to try again,
    so that a web server in front passes it on to the other daemon, or the tool brings it once more.
    """

    def __init__(self, now: Callable[[], float], stands_by: Callable[[], bool] = lambda: False) -> None:
        self._now, self._stands_by = now, stands_by
        self._lock = threading.Lock()
        self._doors: tuple[Door, ...] = ()
        self._buckets: dict[str, _Bucket] = {}

    def open(self, door: Door) -> None:
        """Let deliveries in by this door."""
        with self._lock:
            self._doors += (door,)

    def change(self, door: Door, heard: Callable[[Touched], None]) -> Door:
        """The same door, at which another one listens from now on."""
        changed = replace(door, heard=heard)
        with self._lock:
            self._doors = tuple(changed if one is door else one for one in self._doors)
        return changed

    def shut(self, door: Door) -> None:
        """Let nothing more in by this door."""
        with self._lock:
            self._doors = tuple(one for one in self._doors if one is not door)

    def routes(self) -> list[Route]:
        """The one route there is."""
        return [Route(f"{PATH}/{{connection:path}}/{{key}}", self.receive, methods=["POST"])]

    async def receive(self, request: Request) -> Response:
        """`POST /webhooks/CONNECTION/KEY`: what a tool delivers."""
        door = self._found(request.path_params["connection"], request.path_params["key"])
        if door is None:
            return _come_again(503) if self._stands_by() else Response(status_code=404)
        if not self._has_room(door.connection):
            return _come_again(429)
        delivery = await body(request, LONGEST_BODY)
        reply = door.hooks.receive(door.container, dict(request.headers), delivery)
        if reply.heard is not None:
            door.heard(reply.heard)
        elif reply.status >= 400:
            _log.debug("delivery_refused", connection=door.connection, status=reply.status)
        return Response(reply.body, reply.status, dict(reply.headers))

    def _found(self, connection: str, key: str) -> Door | None:
        """The door with this key; all are compared, and each takes the same time whatever the key is."""
        found = None
        for door in self._doors:
            same = hmac.compare_digest(door.key.encode(), key.encode())
            if same and door.connection == connection:
                found = door
        return found

    def _has_room(self, connection: str) -> bool:
        with self._lock:
            bucket = self._buckets.setdefault(connection, _Bucket(self._now()))
            return bucket.take(self._now())


def _come_again(status: int) -> Response:
    """Not here, or not now."""
    return Response(status_code=status, headers={"Retry-After": "1"})


@dataclass(slots=True)
class _Bucket:
    """How many deliveries of one connection may come right now."""

    at: float
    left: float = BURST

    def take(self, now: float) -> bool:
        self.left, self.at = min(BURST, self.left + (now - self.at) * A_SECOND), now
        if self.left < 1:
            return False
        self.left -= 1
        return True
