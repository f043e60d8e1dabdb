"""Asana's API as the sandbox answers it: who may ask, what a request does, and what its own faults do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from connectors.asana.sandbox import custom_fields, events, goals, people, projects, tasks, webhooks
from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.faults import Fault
from connectors.asana.sandbox.limits import Gate, Refusal
from connectors.asana.sandbox.paging import Pager
from connectors.asana.sandbox.problems import Problem
from connectors.asana.sandbox.routes import router
from connectors.asana.sandbox.world import World
from connectors.sandbox.exchange import Recorded, Reply
from connectors.sandbox.face import Face

HANDLERS = (custom_fields, events, goals, people, projects, tasks, webhooks)
"""The modules that fill the table of routes when they are imported."""

_TOO_MANY = "You've made too many requests and hit a rate limit. Please retry after the given amount of time."


class Api(Face[Fault]):
    """The ASGI app below /api/1.0."""

    fault: ClassVar[type[Fault]] = Fault

    def __init__(self, world: World, gate: Gate, pager: Pager, changed: Callable[[], None]) -> None:
        super().__init__()
        self.world = world
        self.gate = gate
        self.pager = pager
        self._changed = changed

    def target(self, seen: Recorded) -> str:
        """METHOD /path?query."""
        return f"{seen.method} {seen.path}" + (f"?{urlencode(seen.query)}" if seen.query else "")

    def enter(self, seen: Recorded) -> Reply | None:
        """Let in who has a token, within its limits."""
        name = _token(seen)
        token = self.world.tokens.get(name)
        if token is None:
            return _refused(Problem(401, "Not Authorized"))
        if token.ends and token.ends <= self.world.now():
            return _refused(Problem(401, "The bearer token has expired."))
        refusal = self.gate.enter(name, writing=seen.writing)
        return _too_many(refusal) if refusal else None

    def leave(self, seen: Recorded) -> None:
        """Count a request out again."""
        self.gate.leave(_token(seen), writing=seen.writing)

    def trouble(self, fault: Fault) -> Reply:
        """Asana's own words for a fault."""
        if fault.kind == "rate_limit":
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return _refused(Problem(429, _TOO_MANY), headers)
        return _refused(Problem(fault.status, fault.message or "Server Error"))

    def perform(self, seen: Recorded, fault: Fault | None) -> Reply:
        """Let the request take effect."""
        kind = fault.kind if fault else ""
        if fault and kind == "drop_events":
            with self.world.lock:
                self.world.feed.drop(fault.rows)
        if kind == "expire_offset":
            self.pager.expire()
        reply = self._perform(seen)
        if fault and kind == "stale" and isinstance(reply.body.get("data"), list):
            newest = sorted((row["gid"] for row in reply.body["data"]), key=int)[-fault.rows :]
            reply.body["data"] = [row for row in reply.body["data"] if row["gid"] not in newest]
        return reply

    def _perform(self, seen: Recorded) -> Reply:
        try:
            data, options = _envelope(seen)
            token = self.world.tokens[_token(seen)]
            call = Call(self.world, self.pager, token, seen.method, seen.path, seen.query, data, options)
            with self.world.lock:
                reply = router.answer(call)
        except Problem as problem:
            return _refused(problem)
        if seen.writing:
            self._changed()
        return reply


def _token(seen: Recorded) -> str:
    return seen.headers.get("authorization", "").removeprefix("Bearer ")


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
