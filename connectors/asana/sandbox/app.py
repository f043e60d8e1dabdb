"""The HTTP face of the sandbox: every API request passes auth, limits and faults here on its way to its handler."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from connectors.asana.sandbox import custom_fields, events, people, projects, tasks
from connectors.asana.sandbox.call import Call, Reply
from connectors.asana.sandbox.faults import Fault, Faults
from connectors.asana.sandbox.limits import Gate, Refusal
from connectors.asana.sandbox.paging import Pager
from connectors.asana.sandbox.problems import Problem
from connectors.asana.sandbox.records import Token
from connectors.asana.sandbox.routes import router
from connectors.asana.sandbox.wire import cut
from connectors.asana.sandbox.world import World

HANDLERS = (custom_fields, events, people, projects, tasks)
"""The modules that fill the table of routes when they are imported."""

_JSON = "application/json; charset=UTF-8"
_TOO_MANY = "You've made too many requests and hit a rate limit. Please retry after the given amount of time."
_GATEWAY_PAGE = "<html><head><title>{0}</title></head><body><h1>{0} Gateway trouble</h1></body></html>"
_KEEP_REPLIES = 2000


@dataclass(slots=True)
class Recorded:
    """One request as it came in, and how it was answered; `status` 0 means that no reply was sent (yet).

    `started` and `ended` are seconds of the machine's own monotonic clock.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: Mapping[str, str]
    started: float
    ended: float | None = None
    status: int = 0
    reply: bytes = field(default=b"", repr=False)

    @property
    def writing(self) -> bool:
        """True for anything but a GET."""
        return self.method != "GET"

    def answer(self) -> Any:
        """The reply's JSON. Raises ValueError where it is something else."""
        return json.loads(self.reply)


class Api:
    """The ASGI app below /api/1.0."""

    def __init__(self, world: World, gate: Gate, pager: Pager, changed: Callable[[], None]) -> None:
        self.world = world
        self.gate = gate
        self.pager = pager
        self.faults = Faults()
        self.requests: list[Recorded] = []
        self.latency = 0.0
        self._changed = changed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        raw = await request.body()
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        query = dict(request.query_params)
        seen = Recorded(request.method, path, query, _body(raw), dict(request.headers), time.monotonic())
        self._note(seen)
        name = request.headers.get("authorization", "").removeprefix("Bearer ")
        target = f"{seen.method} {path}" + (f"?{request.url.query}" if request.url.query else "")
        try:
            await self._answer(seen, name, target, request, send)
        finally:
            seen.ended = time.monotonic()

    def _note(self, seen: Recorded) -> None:
        self.requests.append(seen)
        if len(self.requests) > _KEEP_REPLIES:
            self.requests[-_KEEP_REPLIES - 1].reply = b""

    async def _answer(self, seen: Recorded, name: str, target: str, request: Request, send: Send) -> None:
        token = self.world.tokens.get(name)
        if token is None:
            await self._send(seen, _refused(Problem(401, "Not Authorized")), request, send)
            return
        refusal = self.gate.enter(name, writing=seen.writing)
        if refusal:
            await self._send(seen, _too_many(refusal), request, send)
            return
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            await self._struck(self.faults.take(target), seen, token, request, send)
        finally:
            self.gate.leave(name, writing=seen.writing)

    async def _struck(self, fault: Fault | None, seen: Recorded, token: Token, request: Request, send: Send) -> None:
        """Perform the request under at most one fault."""
        if fault is None:
            await self._send(seen, self._perform(seen, token), request, send)
            return
        if fault.kind == "reset":
            await cut(request.scope, hard=True)
            return
        if fault.kind == "hang" and fault.when == "before":
            await asyncio.sleep(fault.seconds)
        reply = self._faulty(fault, seen, token)
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

    def _faulty(self, fault: Fault, seen: Recorded, token: Token) -> Reply:
        """What is answered under a fault that does not cut the connection beforehand."""
        if fault.kind == "rate_limit":
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return _refused(Problem(429, _TOO_MANY), headers)
        if fault.kind == "drop_events":
            with self.world.lock:
                self.world.feed.drop(fault.rows)
        if fault.kind == "expire_offset":
            self.pager.expire()
        if fault.kind != "status" or fault.effect:
            reply = self._perform(seen, token)
        if fault.kind == "status":
            return _refused(Problem(fault.status, fault.message or "Server Error"))
        if fault.kind == "stale" and isinstance(reply.body.get("data"), list):
            newest = sorted((row["gid"] for row in reply.body["data"]), key=int)[-fault.rows :]
            reply.body["data"] = [row for row in reply.body["data"] if row["gid"] not in newest]
        return reply

    def _perform(self, seen: Recorded, token: Token) -> Reply:
        """Let the request take effect."""
        try:
            data, options = _envelope(seen)
            call = Call(self.world, self.pager, token, seen.method, seen.path, seen.query, data, options)
            with self.world.lock:
                reply = router.answer(call)
        except Problem as problem:
            return _refused(problem)
        if seen.writing:
            self._changed()
        return reply

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


def _body(raw: bytes) -> Any:
    """The JSON of a request body; the text itself where it is none, None where there is no body."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")


def _envelope(seen: Recorded) -> tuple[dict[str, Any], dict[str, Any]]:
    """`data` and `options` of a request. Raises Problem 400 for a body that is not in the envelope."""
    if not seen.writing or seen.body is None:
        return {}, {}
    if not isinstance(seen.body, dict):
        raise Problem(400, "Could not parse request data, invalid JSON")
    stray = next((key for key in seen.body if key not in ("data", "options")), None)
    if stray:
        text = f"Unrecognized request field {stray}. The only allowed keys at the top level are: data, options"
        raise Problem(400, text)
    data = seen.body.get("data") or {}
    if not isinstance(data, dict):
        raise Problem(400, "data: Not an object")
    return data, seen.body.get("options") or {}


def _refused(problem: Problem, headers: dict[str, str] | None = None) -> Reply:
    return Reply(problem.status, problem.body(), headers or {})


def _too_many(refusal: Refusal) -> Reply:
    headers = {} if refusal.seconds is None else {"Retry-After": str(refusal.seconds)}
    return _refused(Problem(429, _TOO_MANY), headers)


async def _respond(reply: Reply, content: bytes, send: Send, kind: str = _JSON) -> None:
    headers = {**reply.headers, "Content-Type": kind, "Content-Length": str(len(content))}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
