"""The server's end of the wire: it stops at once, and its connections can be cut so that a reply gets lost."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, ClassVar

import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

Ends = tuple[int, int]
"""The ports of a connection: the client's and the server's."""


class Line(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, remembering the transport of each connection."""

    lines: ClassVar[dict[Ends, asyncio.Transport]] = {}

    def connection_made(self, transport: Any) -> None:
        """Note the new connection."""
        self._ends: Ends = (transport.get_extra_info("peername")[1], transport.get_extra_info("sockname")[1])
        Line.lines[self._ends] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        Line.lines.pop(self._ends, None)
        super().connection_lost(exc)


async def cut(scope: Scope, *, hard: bool) -> None:
    """Close the connection a request came over without a reply; `hard` breaks it, else what was written goes out."""
    ends = (scope["client"][1], scope["server"][1])
    transport = Line.lines.get(ends)
    if transport is not None:
        (transport.abort if hard else transport.close)()
    while ends in Line.lines:
        await asyncio.sleep(0)


class Server(uvicorn.Server):
    """uvicorn's server, told to stop by an event instead of looking every tenth of a second."""

    _loop: asyncio.AbstractEventLoop

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stop = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait until `stop` is called."""
        await self.on_tick(0)
        await self._stop.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening and drop every connection, whatever is under way on it."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def stop(self) -> None:
        """Stop soon; may be called from any thread once the server listens."""
        self._loop.call_soon_threadsafe(self._stop.set)
