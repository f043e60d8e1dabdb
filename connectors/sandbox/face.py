"""The HTTP face of a sandbox: every API request is recorded and passes limits and faults here on its way."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from abc import ABC, abstractmethod
from typing import ClassVar, Generic

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from connectors.sandbox.exchange import Recorded, Reply, body_of
from connectors.sandbox.faults import F, Fault, Faults
from connectors.sandbox.wire import cut

_JSON = "application/json; charset=UTF-8"
_GATEWAY_PAGE = "<html><head><title>{0}</title></head><body><h1>{0} Gateway trouble</h1></body></html>"
_KEEP_REPLIES = 2000


class Face(ABC, Generic[F]):
    """The ASGI app of one tool's API. What the tool itself does with a request is left to the methods without body."""

    fault: ClassVar[type[Fault]] = Fault

    def __init__(self) -> None:
        self.faults: Faults[F] = Faults()
        self.requests: list[Recorded] = []
        self.latency = 0.0

    @abstractmethod
    def target(self, seen: Recorded) -> str:
        """The text in which a fault's `match` is looked for."""

    @abstractmethod
    def enter(self, seen: Recorded) -> Reply | None:
        """Let a request in, to be followed by `leave`; or the answer that refuses it."""

    @abstractmethod
    def leave(self, seen: Recorded) -> None:
        """A request that was let in is answered."""

    @abstractmethod
    def perform(self, seen: Recorded, fault: F | None) -> Reply:
        """Let the request take effect, under a fault of the tool's own kinds if there is one."""

    @abstractmethod
    def trouble(self, fault: F) -> Reply:
        """The error in the tool's own shape for a fault of kind status or rate_limit."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        raw = await request.body()
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        query = dict(request.query_params)
        seen = Recorded(request.method, path, query, body_of(raw), dict(request.headers), time.monotonic())
        self._note(seen)
        try:
            await self._answer(seen, request, send)
        finally:
            seen.ended = time.monotonic()

    def _note(self, seen: Recorded) -> None:
        self.requests.append(seen)
        if len(self.requests) > _KEEP_REPLIES:
            self.requests[-_KEEP_REPLIES - 1].reply = b""

    async def _answer(self, seen: Recorded, request: Request, send: Send) -> None:
        refused = self.enter(seen)
        if refused:
            await self._send(seen, refused, request, send)
            return
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            await self._struck(self.faults.take(self.target(seen)), seen, request, send)
        finally:
            self.leave(seen)

    async def _struck(self, fault: F | None, seen: Recorded, request: Request, send: Send) -> None:
        """Perform the request under at most one fault."""
        if fault is None:
            await self._send(seen, self.perform(seen, None), request, send)
            return
        if fault.kind == "reset":
            await cut(request.scope, hard=True)
            return
        if fault.kind == "hang" and fault.when == "before":
            await asyncio.sleep(fault.seconds)
        reply = self._faulty(fault, seen)
        if fault.kind == "hang" and fault.when == "after":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "lost_reply":
            await cut(request.scope, hard=False)
        elif fault.kind == "truncated":
            whole = json.dumps(reply.body).encode()
            await self._send_bytes(seen, reply, whole[: max(1, len(whole) // 2)], send)
        elif fault.kind == "status" and fault.body != "json":
            page = _GATEWAY_PAGE.format(fault.status).encode() if fault.body == "html" else b""
            await self._send_bytes(seen, reply, page, send, "text/html")
        elif fault.kind == "slow":
            await self._trickle(seen, reply, fault.seconds, send)
        else:
            await self._send(seen, reply, request, send)

    def _faulty(self, fault: F, seen: Recorded) -> Reply:
        """What is answered under a fault that does not cut the connection beforehand."""
        if fault.kind == "status" and fault.effect:
            self.perform(seen, None)
        return self.trouble(fault) if fault.kind in ("status", "rate_limit") else self.perform(seen, fault)

    async def _send(self, seen: Recorded, reply: Reply, request: Request, send: Send) -> None:
        indent = 2 if "opt_pretty" in seen.query else None
        separators = (",", ": ") if indent else (",", ":")
        content = json.dumps(reply.body, ensure_ascii=False, indent=indent, separators=separators).encode()
        if "gzip" in request.headers.get("accept-encoding", "") and len(content) > 1000:
            reply.headers["Content-Encoding"] = "gzip"
            seen.status, seen.reply = reply.status, content
            await _respond(reply, gzip.compress(content, 1), send)
            return
        await self._send_bytes(seen, reply, content, send)

    async def _send_bytes(self, seen: Recorded, reply: Reply, content: bytes, send: Send, kind: str = _JSON) -> None:
        seen.status, seen.reply = reply.status, content
        await _respond(reply, content, send, kind)

    async def _trickle(self, seen: Recorded, reply: Reply, seconds: float, send: Send) -> None:
        """Send the reply in ten pieces, spread over `seconds`."""
        content = json.dumps(reply.body, ensure_ascii=False).encode()
        seen.status, seen.reply = reply.status, content
        headers = [(b"content-type", _JSON.encode()), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        size = max(1, -(-len(content) // 10))
        for start in range(0, len(content), size):
            await asyncio.sleep(seconds / 10)
            more = start + size < len(content)
            await send({"type": "http.response.body", "body": content[start : start + size], "more_body": more})


async def _respond(reply: Reply, content: bytes, send: Send, kind: str = _JSON) -> None:
    headers = {**reply.headers, "Content-Type": kind, "Content-Length": str(len(content))}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
