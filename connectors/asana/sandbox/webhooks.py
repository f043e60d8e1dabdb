"""Webhooks over HTTP (Asana API reference: "Webhooks"): made by a handshake, listed, ended."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import Problem, missing, unknown, wrong
from connectors.asana.sandbox.records import Webhook
from connectors.asana.sandbox.routes import router
from connectors.sandbox.deliveries import client, is_here
from connectors.sandbox.exchange import Reply

_ACTIONS = ("added", "changed", "deleted", "removed", "undeleted")
_DUPLICATE = (
    "Duplicated webhook. You already have an existing webhook for the given resource and target. "
    "Please use a different resource or target."
)


@router.on("GET", "/webhooks")
def webhooks(call: Call) -> Reply:
    """The caller's own, maybe those of one resource."""
    if "workspace" not in call.query:
        raise missing("workspace")
    call.workspace()
    wanted = call.query.get("resource")
    own = [hook for hook in call.world.hooks.values() if hook.owner == call.me and wanted in (None, hook.resource)]
    return call.many("webhook", own)


@router.on("POST", "/webhooks")
def create(call: Call) -> Reply:
    """A new one, once its target has sent the secret back; that is told here a second time."""
    resource, target = call.in_body("resource", "project"), call.text("target")
    filters = _filters(call.data.get("filters") or [])
    if not target.startswith("https://") and not is_here(target):
        raise wrong("target", "Must be an https address")
    if is_here(target) and not call.world.ways.hooks_here:
        raise Problem(403, "The target must not be on this machine")
    if any((hook.owner, hook.resource, hook.target) == (call.me, resource.gid, target) for hook in _all(call)):
        raise Problem(403, _DUPLICATE)
    secret = secrets.token_hex(16)
    _shake(target, secret)
    now = call.world.now()
    hook = Webhook(call.world.new_id(), call.me, resource.gid, target, secret, now, filters)
    hook.last_success_at, hook.beat = now, call.world.clock.monotonic()
    call.world.hooks[hook.gid] = hook
    reply = call.one("webhook", hook, 201)
    reply.body["X-Hook-Secret"] = secret
    return reply


@router.on("GET", "/webhooks/{webhook}")
def read(call: Call) -> Reply:
    """One of them."""
    return call.one("webhook", _own(call))


@router.on("DELETE", "/webhooks/{webhook}")
def delete(call: Call) -> Reply:
    """End it."""
    del call.world.hooks[_own(call).gid]
    return call.nothing()


def _all(call: Call) -> list[Webhook]:
    return list(call.world.hooks.values())


def _own(call: Call) -> Webhook:
    gid = call.params["webhook"]
    hook = call.world.hooks.get(gid)
    if hook is None or hook.owner != call.me:
        raise unknown("webhook", gid, 404)
    return hook


def _filters(given: Any) -> list[dict[str, Any]]:
    for one in given:
        if one.get("action") not in (None, *_ACTIONS):
            raise wrong("filters: action", f"Must be one of {', '.join(_ACTIONS)}")
        if one.get("fields") and one.get("action") != "changed":
            raise wrong("filters: fields", "Only valid for the action changed")
    return list(given)


def _shake(target: str, secret: str) -> None:
    """Have the target send the secret back. Raises Problem where it does not."""
    try:
        reply = client().post(target, headers={"X-Hook-Secret": secret})
        shaken = reply.status_code in (200, 204) and reply.headers.get("X-Hook-Secret") == secret
    except httpx.HTTPError:
        shaken = False
    if not shaken:
        raise Problem(400, "The remote server did not respond with the handshake secret.")
