"""Keeps what Asana answers within bounds: the whole reply in its time, and no more of it than memory can hold."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterable
from http.client import HTTPResponse as Incoming
from typing import Any, Final

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from connectors.clock import SystemClock

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a reply, unpacked, beyond which it is not read on; a hundred tasks with long notes are a tenth of that."""
_CHUNK: Final = 64 * 1024
_UNPACKED: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers about how a body was sent: they are not true of one that was read and unpacked."""
_CLOCK: Final = SystemClock()
"""Always the machine's: sockets count real seconds, and a wait of somebody else must not cut off this reply."""


class TooLarge(HTTPError):
    """The reply is larger than any that Asana gives."""


class _Stream(io.RawIOBase):
    """What comes in from a socket, until the socket's timeout has passed for all of it together.

    By itself a socket's timeout begins again with each byte, so a reply that drips would never end.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._until = _CLOCK.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What has come in. Raises TimeoutError where the time is over."""
        left = self._until - _CLOCK.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class _Socket:
    """A socket as a reply sees it, which only ever asks for its file."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Its bytes, with one time for all of them."""
        return io.BufferedReader(_Stream(self._sock))


class _Timed(Incoming):
    """A reply whose status, headers and body together have the socket's timeout to come in."""

    def __init__(self, sock: socket.socket, *given: Any, **named: Any) -> None:
        super().__init__(_Socket(sock), *given, **named)  # type: ignore[arg-type]


class _Connection(HTTPConnection):
    response_class = _Timed


class _SecureConnection(HTTPSConnection):
    response_class = _Timed


class _Connections(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecureConnections(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Bounded:
    """The SDK's pool of connections, whose replies come whole, in time and not too large, or not at all."""

    def __init__(self, pool: PoolManager) -> None:
        self.pool = pool
        pool.pool_classes_by_scheme = {"http": _Connections, "https": _SecureConnections}

    def request(self, method: str, url: str, **options: Any) -> HTTPResponse:
        """One request, and its reply with the body unpacked. Raises urllib3's errors, TooLarge among them."""
        reply = self.pool.request(method, url, **(options | {"preload_content": False}))
        try:
            body = _whole(reply.stream(_CHUNK))
        except BaseException:
            reply.close()
            raise
        headers = {name: told for name, told in reply.headers.items() if name.lower() not in _UNPACKED}
        return HTTPResponse(io.BytesIO(body), headers, reply.status, reason=reply.reason)

    def clear(self) -> None:
        """Give the sockets back."""
        self.pool.clear()


def _whole(parts: Iterable[bytes]) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > LARGEST:
            raise TooLarge(f"more than {LARGEST // 1024 // 1024} MB")
    return bytes(body)
