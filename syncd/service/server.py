"""Runs a web application in a background thread: listening when `serve` gives the address, stopped when it ends."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

GRACE = 5
"""Seconds that open requests get to finish when the server stops."""
MOST = 400
"""So many connections are answered at once; who comes then is sent away, for passes need files and sockets too."""
SPARE = 50
"""So many more are open at once to be sent away in words; beyond them connections are closed as they come."""
BACKLOG = 64
"""So many connections are taken at a time: those that are to be closed hold a file each until their turn."""

HERE = "127.0.0.1,::1,::ffff:127.0.0.1"
"""A web server in front that stands on this machine is believed when it says for whom it asks."""
SLOWEST = 30.0
"""Seconds within which a request, with its answer, must be through: who drips or does not read is cut off."""


class PortTaken(Exception):
    """The address cannot be listened on; the message names it and what to do next."""


class ServerFailed(Exception):
    """The server ended before it answered its first request."""


@contextmanager
def serve(app: ASGIApp, listen: str, *, most: int = MOST) -> Iterator[str]:
    """Serve `app` at `listen` ("127.0.0.1:8080", "[::1]:8080"; port 0 takes a free one) until the block ends.

    With `most` connections open, requests are answered with 503 until some of them are closed; connections that ask
    for nothing come to no more than a few beyond that. What is no request is not logged: anybody may send it, as often
    as they like.

    Yields the address to open, such as "http://127.0.0.1:8080". Raises PortTaken if the address is not free, ValueError
    if `listen` is not HOST:PORT, ServerFailed if the application does not start.
    """
    with _bind(listen) as bound:
        config = uvicorn.Config(
            app,
            http=_Connection,
            log_config=None,
            log_level="error",
            access_log=False,
            ws="none",
            lifespan="off",
            server_header=False,
            forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", HERE),
            limit_concurrency=most,
            backlog=BACKLOG,
            timeout_graceful_shutdown=GRACE,
        )
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="web", daemon=True)
        thread.start()
        server.settled.wait()
        try:
            if not server.started:
                raise ServerFailed(f"The web server on {listen} stopped while it was starting.")
            yield _address(bound)
        finally:
            server.should_exit = True
            thread.join()


class _Connection(H11Protocol):
    """A connection on which each request has its time; by itself uvicorn waits for one for ever."""

    _time: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The time of the first request begins; by itself uvicorn counts connections once they ask for something."""
        super().connection_made(transport)
        self._time = self.loop.call_later(SLOWEST, transport.abort)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency + SPARE:
            transport.abort()

    def on_response_complete(self) -> None:
        """The time of the next request begins, in which the answer to this one must be taken as well."""
        self._time.cancel()
        self._time = self.loop.call_later(SLOWEST, self.transport.abort)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._time.cancel()
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    """A uvicorn server that says when it has started or given up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self.settled.set()


def split_address(listen: str) -> tuple[str, int]:
    """The host and the port of "HOST:PORT"; an IPv6 host stands in brackets. Raises ValueError with an example."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{listen!r} is not an address to listen on; write HOST:PORT, such as 127.0.0.1:8080")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _bind(listen: str) -> socket.socket:
    host, port = split_address(listen)
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTaken(
            f"{host!r} is not an address of this machine ({error}); set `listen` in [server] to one."
        ) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen()
    except OSError as error:
        bound.close()
        raise PortTaken(
            f"{listen} cannot be listened on ({error.strerror or error}). Stop the program that uses it, "
            "or choose another port in `listen` of [server]."
        ) from error
    return bound


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if bound.family == socket.AF_INET6 else f"http://{host}:{port}"
