"""What stands before every route: the security headers on each answer, and no request longer than need be."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.service.refusals import HEADERS, Refusal, explain

LONGEST_ADDRESS: Final = 4096
"""Bytes of an address with what is asked in it."""
LONGEST_BODY: Final = 1_000_000
"""Bytes of a body: a delivery of a hundred events is a tenth of that, and everything else is shorter still."""


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
    """Refuses addresses and bodies that are too long, or end in two ways, before anybody looks at them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer what is short enough."""
        refusal = _refusal(scope)
        app = explain(Request(scope), refusal) if refusal else self._app
        await app(scope, receive, send)


async def body(request: Request, longest: int) -> bytes:
    """The body. Raises Refusal where it has more bytes than that, or breaks off."""
    held = bytearray()
    try:
        async for chunk in request.stream():
            held += chunk
            if len(held) > longest:
                raise Refusal(413)
    except ClientDisconnect:
        raise Refusal(400) from None
    return bytes(held)


def _refusal(scope: Scope) -> Refusal | None:
    """Why not to look at a request; None where there is no reason."""
    headers = Headers(scope=scope)
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return Refusal(414)
    if "content-length" in headers and "transfer-encoding" in headers:
        # A server in front may have taken the other one of them for the body's length, and the rest for its own.
        return Refusal(400, headers={"Connection": "close"})
    return Refusal(413) if int(headers.get("content-length", "0")) > LONGEST_BODY else None
