"""Change feeds and stories over HTTP (Asana API reference: "Events", "Stories")."""

from __future__ import annotations

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import Problem, missing, no_access, unknown
from connectors.asana.sandbox.routes import router
from connectors.asana.sandbox.shapes import render
from connectors.sandbox.exchange import Reply

_TOO_OLD = (
    "Sync token invalid or too old. If you are attempting to keep resources in sync, you must fetch the full "
    "dataset for this query now and use the new sync token for the next sync."
)


@router.on("GET", "/events")
def events(call: Call) -> Reply:
    """What happened on a task or project since a token; 412 with a fresh one where the token is missing or too old."""
    gid = call.query.get("resource")
    if gid is None:
        raise missing("resource")
    kind = next((kind for kind in ("project", "task") if call.world.find(kind, gid)), None)
    if kind is None:
        raise unknown("resource", gid, 404)
    if not call.world.can_see(kind, gid):
        raise no_access(kind)
    now = call.world.clock.now().timestamp()
    batch = call.world.feed.read(gid, call.query.get("sync", ""), now)
    if batch is None:
        raise Problem(412, _TOO_OLD, sync=call.world.feed.subscribe(gid, now))
    tree = call.tree
    rows = [render(call.world, "event", event, tree) for event in batch.events if call.world.ways.tells]
    return Reply(200, {"data": rows, "sync": batch.token, "has_more": batch.more})


@router.on("GET", "/tasks/{task}/stories")
def stories(call: Call) -> Reply:
    """Comments and what Asana itself noted on a task, oldest first."""
    return call.many("story", call.world.stories.get(call.task().gid, []))


@router.on("POST", "/tasks/{task}/stories")
def comment(call: Call) -> Reply:
    """Say something about a task."""
    task = call.task()
    return call.one("story", call.world.comment(task.gid, call.text("text"), by=call.me), 201)


@router.on("GET", "/stories/{story}")
def story(call: Call) -> Reply:
    """One story in full."""
    return call.one("story", call.in_path("story"))
