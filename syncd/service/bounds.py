"""What stands before every route: the security headers on each answer, and no request longer than need be."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.service.refusals import HEADERS, Refusal, explain

LONGEST_ADDRESS: Final = 4096
"""Bytes of an address with what is asked in it."""
LONGEST_BODY: Final = 1_000_000
"""Bytes of a body: what a tool delivers at once is shorter, and so is everything else."""


class SecurityHeaders:
    """Puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Bounds:
    """Refuses addresses and bodies that are too long before anybody looks at them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer what is short enough."""
        status = _too_long(scope)
        app = explain(Request(scope), Refusal(status)) if status else self._app
        await app(scope, receive, send)


def _too_long(scope: Scope) -> int:
    """The status with which to refuse; 0 where there is no reason."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return 414
    length = Headers(scope=scope).get("content-length", "0")
    return 413 if not length.isdigit() or int(length) > LONGEST_BODY else 0
