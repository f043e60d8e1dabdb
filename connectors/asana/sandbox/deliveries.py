"""Tells webhooks what happens: signed, several events at once, with heartbeats, and less and less often in vain."""

from __future__ import annotations

import hashlib
import hmac
import threading
from typing import Any, Final

from connectors.asana.sandbox.records import Event, Ref, Webhook
from connectors.asana.sandbox.state import State
from connectors.sandbox.deliveries import Courier, Delivery

HEARTBEAT: Final = 8 * 3600.0
"""Seconds after which a webhook is told nothing, to see whether it is there."""
GIVEN_UP: Final = 24 * 3600.0
"""Seconds after which a webhook that never answers is deleted."""
_FIRST_PAUSE: Final = 1.0


class Deliveries(Courier):
    """The courier of the local Asana."""

    def __init__(self, state: State) -> None:
        super().__init__(state.clock)
        self._state = state
        self._lock = threading.Lock()
        self._open: dict[str, Delivery] = {}
        """By webhook, the message to which events can still be added."""
        state.heard = self.hear

    def hear(self, event: Event) -> None:
        """Take note of an event."""
        for hook in list(self._state.hooks.values()):
            if hook.resource in event.streams and _passes(hook, event):
                self._add(hook, told(event))

    def _add(self, hook: Webhook, row: dict[str, Any]) -> None:
        with self._lock:
            if hook.gid in self._open:
                self._open[hook.gid].body["events"].append(row)
                return
            self._open[hook.gid] = Delivery(hook.gid, hook.target, {"events": [row]})
        self.send(self._open[hook.gid])

    def taken(self, delivery: Delivery) -> None:
        """What happens from now on goes into another message."""
        with self._lock:
            if self._open.get(delivery.hook) is delivery:
                del self._open[delivery.hook]

    def sealed(self, delivery: Delivery, content: bytes) -> dict[str, str]:
        """The signature, by the webhook's secret."""
        hook = self._state.hooks.get(delivery.hook)
        return {"X-Hook-Signature": signature(hook.secret if hook else "", content)}

    def answered(self, delivery: Delivery, trouble: str) -> float | None:
        """Note how it went; a webhook that did not answer for a day is deleted."""
        hook = self._state.hooks.get(delivery.hook)
        if hook is None:
            return None
        if not trouble:
            hook.last_success_at, hook.retries, hook.failing_since = self._state.now(), 0, None
            hook.beat = self._clock.monotonic()
            return None
        now = self._clock.monotonic()
        hook.last_failure_at, hook.last_failure_content = self._state.now(), trouble
        hook.retries, hook.failing_since = hook.retries + 1, now if hook.failing_since is None else hook.failing_since
        if now - hook.failing_since >= GIVEN_UP:
            self._state.hooks.pop(hook.gid, None)
            return None
        return float(_FIRST_PAUSE * 2 ** min(delivery.tries, 12))

    def look(self) -> bool:
        """Send heartbeats to those who have heard nothing for long."""
        now = self._clock.monotonic()
        for hook in list(self._state.hooks.values()):
            if now - hook.beat >= HEARTBEAT:
                hook.beat = now
                self.send(Delivery(hook.gid, hook.target, {"events": []}))
        return bool(self._state.hooks)


def signature(secret: str, content: bytes) -> str:
    """How a delivery is signed."""
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def _passes(hook: Webhook, event: Event) -> bool:
    """Whether one of the filters lets an event through; without any, all pass."""
    return not hook.filters or any(_fits(one, event) for one in hook.filters)


def _fits(wanted: dict[str, Any], event: Event) -> bool:
    fields = wanted.get("fields")
    return (
        wanted.get("resource_type") in (None, event.resource.kind)
        and wanted.get("action") in (None, event.action)
        and (not fields or event.field in fields)
    )


def told(event: Event) -> dict[str, Any]:
    """An event as webhooks are told of it: ids, and no values."""
    change = {"field": event.field, "action": event.change} if event.field else None
    return {
        "user": _bare(Ref("user", event.user)) if event.user else None,
        "created_at": event.created_at,
        "action": event.action,
        "resource": _bare(event.resource),
        "parent": _bare(event.parent),
        **({"change": change} if change else {}),
    }


def _bare(ref: Ref | None) -> dict[str, str] | None:
    return {"gid": ref.gid, "resource_type": ref.kind} if ref else None
