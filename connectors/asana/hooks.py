"""Asana's webhooks: begun by a handshake while we ask for them, and signed from then on."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from connectors.asana.answers import Raw, record, rows, understood
from connectors.asana.client import Client
from connectors.asana.feed import event
from connectors.asana.workspace import Workspace
from connectors.errors import NotFound, Transient, UnknownOutcome
from connectors.hooks import MALFORMED, TAKEN, UNASKED, UNPROVEN, Hook, Reply, Touched, parsed

ACTIONS: Final = ("added", "changed", "deleted", "removed", "undeleted")
"""What may happen to a task; that people talk about it is not asked for."""
LONGEST: Final = 500
"""Characters of a secret, and of what Asana says of a failure, that are believed."""
_SECRET: Final = "X-Hook-Secret"  # noqa: S105  a header
_SIGNATURE: Final = "x-hook-signature"


class AsanaHooks:
    """The `Hooks` of one Asana connection. Secrets live in memory alone: another process must subscribe anew."""

    def __init__(self, client: Client, workspace: Workspace) -> None:
        self._client, self._workspace = client, workspace
        self._lock = threading.Lock()
        self._asked: dict[str, str] = {}
        """The projects for which Asana is being asked right now, each with the secret that was shown meanwhile."""
        self._secrets: dict[str, tuple[str, bytes]] = {}
        """By project, the webhook's id and its secret."""

    def subscribe(self, container: str, url: str) -> tuple[Hook, ...]:
        """One webhook for all that happens to tasks of the project, however deep they stand."""
        filters = [{"resource_type": "task", "action": action} for action in ACTIONS]
        with self._lock:
            self._asked[container] = ""
        try:
            reply = self._client.create_webhook({"resource": container, "target": url, "filters": filters})
        finally:
            with self._lock:
                shown = self._asked.pop(container)
        made = Hook(str(reply["data"]["gid"]), container, url)
        # What Asana itself answers us is certain; at our address anybody may have knocked who knows it.
        secret = reply.get(_SECRET) or shown
        if not _is_secret(secret):
            self.drop([made])
            raise UnknownOutcome("Asana made a webhook without telling its secret", what=f"subscribing to {container}")
        with self._lock:
            self._secrets[container] = made.id, secret.encode()
        return (made,)

    def subscribed(self, containers: Sequence[str]) -> Sequence[Hook]:  # noqa: ARG002  Asana tells of all at once
        """All webhooks of this account and app in the workspace: they come in one listing."""
        return [_hook(raw) for raw in self._client.webhooks(self._workspace.id())]

    def drop(self, hooks: Sequence[Hook]) -> None:
        """End webhooks one by one, and forget their secrets."""
        for hook in hooks:
            with suppress(NotFound):
                self._client.delete_webhook(hook.id)
            with self._lock:
                if self._secrets.get(hook.container, ("",))[0] == hook.id:
                    del self._secrets[hook.container]

    def receive(self, container: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Take part in a handshake that we asked for, or take in a delivery that bears the project's signature."""
        if (shown := headers.get(_SECRET.lower())) is not None:
            return self._shaken(container, shown)
        with self._lock:
            _, secret = self._secrets.get(container, ("", b""))
        signature = hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
        if not hmac.compare_digest(signature, headers.get(_SIGNATURE, "").encode()) or not secret:
            return UNPROVEN
        try:
            return Reply(TAKEN, heard=_touched(parsed(body) or {}))
        except Transient:
            return MALFORMED

    def _shaken(self, container: str, secret: str) -> Reply:
        with self._lock:
            if container not in self._asked or not _is_secret(secret):
                return UNASKED
            self._asked[container] = secret
        return Reply(TAKEN, {_SECRET: secret})


def _is_secret(text: object) -> bool:
    """Whether it can be one, and be sent back in a header."""
    return isinstance(text, str) and 0 < len(text) <= LONGEST and text.isascii() and text.isprintable()


@understood("webhook")
def _hook(raw: Raw) -> Hook:
    failing = bool(raw.get("delivery_retry_count"))
    trouble = "" if raw["active"] and not failing else _words(raw) or "Asana does not deliver any more"
    return Hook(str(raw["gid"]), str(record(raw.get("resource"), what="")["gid"]), str(raw["target"]), trouble)


def _words(raw: Raw) -> str:
    return " ".join(str(raw.get("last_failure_content") or "").split())[:LONGEST]


def _touched(told: Raw) -> Touched:
    """The tasks in a delivery, each with when it was touched last. Raises Transient where it is malformed."""
    found: dict[str, datetime | None] = {}
    for one in map(event, rows(told.get("events"), what="")):
        for task in one.tasks:
            known = found.get(task)
            found[task] = max(known, one.touched) if known and one.touched else one.touched
    return found
