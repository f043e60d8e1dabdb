"""The server's end of the wire: connections that can be cut, so that a reply gets lost as it does in real life."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class Line(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, remembering the transport behind each client address."""

    lines: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: Any) -> None:
        """Note the new connection."""
        self._peer = transport.get_extra_info("peername")
        Line.lines[self._peer] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        Line.lines.pop(self._peer, None)
        super().connection_lost(exc)


async def cut(client: tuple[str, int], *, hard: bool) -> None:
    """Close the connection of a client without a reply; `hard` breaks it, else what was written still goes out."""
    transport = Line.lines.get(tuple(client))  # type: ignore[arg-type]
    if transport is not None:
        (transport.abort if hard else transport.close)()
    while tuple(client) in Line.lines:
        await asyncio.sleep(0)
