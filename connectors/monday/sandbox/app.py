"""The HTTP face of the local monday: one address, POSTs only; who may ask, replays, and what faults do."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from connectors.monday.sandbox.faults import Fault
from connectors.monday.sandbox.graph import asks_only, document, operation, run, schema, writes
from connectors.monday.sandbox.limits import Gate
from connectors.monday.sandbox.paging import Pager
from connectors.monday.sandbox.problems import Stop
from connectors.monday.sandbox.versions import answering
from connectors.monday.sandbox.views import Ask
from connectors.monday.sandbox.world import World
from connectors.sandbox.exchange import Recorded, Reply
from connectors.sandbox.face import Face

KEPT = 30 * 60.0
_LARGEST_KEPT = 1_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is given again to who asks again under the same key."""

    at: float
    body: dict[str, Any]


class Api(Face[Fault]):
    """The ASGI app at /v2."""

    fault: ClassVar[type[Fault]] = Fault

    def __init__(
        self, world: World, gate: Gate, pager: Pager, contracts: Path | None, changed: Callable[[], None]
    ) -> None:
        super().__init__()
        self.world = world
        self.gate = gate
        self.pager = pager
        self.token = ""
        self._schema = schema(contracts)
        self._changed = changed
        self._kept: dict[str, Kept] = {}
        self._under_way: set[str] = set()

    # Who comes in

    def target(self, seen: Recorded) -> str:
        """The document, and its variables as JSON on a line of their own."""
        body = seen.body if isinstance(seen.body, dict) else {}
        return f"{body.get('query')}\n{json.dumps(body.get('variables'), ensure_ascii=False)}"

    def enter(self, seen: Recorded) -> Reply | None:
        """Let in who has the token, within the limits, and no second request under a key that is still under way."""
        key = seen.headers.get("idempotency-key")
        try:
            self._check_token(seen)
            self.gate.enter()
        except Stop as stop:
            return self._stopped(stop)
        if key in self._under_way:
            self.gate.leave()
            text = "A request with the same idempotency key is being processed"
            return self._stopped(Stop(409, "IDEMPOTENCY_CONFLICT", text, {"Retry-After": "1"}))
        if key:
            self._under_way.add(key)
        return None

    def _check_token(self, seen: Recorded) -> None:
        if seen.headers.get("authorization") != self.token:
            raise Stop(401, "Unauthorized", "Not Authenticated")
        me = self.world.users[self.world.me]
        if me.status != "ACTIVE" or me.kind == "view_only":
            raise Stop(403, "USER_ACCESS_DENIED", "The user has no access to the API")

    def leave(self, seen: Recorded) -> None:
        """Count a request out again."""
        self.gate.leave()
        self._under_way.discard(seen.headers.get("idempotency-key", ""))

    # What is answered

    def trouble(self, fault: Fault) -> Reply:
        """Monday's own words for a fault."""
        if fault.kind == "rate_limit":
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return self._stopped(Stop(429, "RATE_LIMIT_EXCEEDED", "Rate Limit Exceeded", headers))
        text = fault.message or "Internal server error"
        return self._stopped(Stop(fault.status, fault.code or "INTERNAL_SERVER_ERROR", text, **fault.data))

    def perform(self, seen: Recorded, fault: Fault | None) -> Reply:
        """Execute the request, or give again what was answered to it before."""
        self.pager.stuck = fault is not None and fault.kind == "repeat_page"
        if fault:
            self._prepare(fault)
        try:
            reply = self._executed(seen, fault)
        except Stop as stop:
            reply = self._stopped(stop)
        if fault and fault.kind == "version":
            reply.headers["API-Version"] = fault.message or "2026-07"
        return reply

    def _prepare(self, fault: Fault) -> None:
        if fault.kind == "expire_cursors":
            self.pager.expire()
        if fault.kind == "drop_logs":
            with self.world.lock:
                self.world.drop_logs(fault.rows)

    def _executed(self, seen: Recorded, fault: Fault | None) -> Reply:
        text, variables, name = _asked(seen)
        version = answering(seen.headers.get("api-version"))
        parsed = document(self._schema, text)
        chosen = operation(parsed, name)
        writing, key = writes(chosen) > 0, seen.headers.get("idempotency-key", "")
        kept = self._replay(key) if writing else None
        if kept:
            return self._reply(200, kept, version, {"Idempotency-Replayed": "true"})
        if asks_only(chosen, "complexity"):
            self.gate.count(-9)  # it was counted as a whole call, and is a tenth of one
        with self.world.lock:
            body = run(self._schema, parsed, chosen, Ask(self.world, self.pager, self.gate, fault), variables)
        if writing and "errors" in body and not self.world.ways.alone:
            body = {"data": None, "errors": [{**error, "path": None} for error in body["errors"]]}
        if writing:
            self._keep(key, body)
            self._changed()
        return self._reply(200, body, version)

    def _replay(self, key: str) -> dict[str, Any] | None:
        kept = self._kept.get(key)
        return kept.body if kept and self.world.ways.replays and self.world.clock.monotonic() - kept.at < KEPT else None

    def _keep(self, key: str, body: dict[str, Any]) -> None:
        if key and len(json.dumps(body)) <= _LARGEST_KEPT:
            self._kept[key] = Kept(self.world.clock.monotonic(), body)

    def _stopped(self, stop: Stop) -> Reply:
        return self._reply(stop.status, {"errors": [stop.error]}, "2026-10", stop.headers)

    def _reply(self, status: int, body: dict[str, Any], version: str, headers: dict[str, str] | None = None) -> Reply:
        request = str(uuid.uuid4())
        told = {"API-Version": version, "x-request-id": request, **self.gate.headers(), **(headers or {})}
        return Reply(status, {**body, "extensions": {"request_id": request}}, told)


def _asked(seen: Recorded) -> tuple[str, dict[str, Any], str | None]:
    """The document, the variables and the operation's name. Raises Stop 400 for a body without them."""
    body = seen.body
    if seen.method != "POST" or not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Stop(400, "BAD_REQUEST", "The body must be JSON with the key query")
    variables = body.get("variables") or {}
    if not isinstance(variables, dict):
        raise Stop(400, "BAD_REQUEST", "variables must be an object")
    return body["query"], variables, body.get("operationName")
