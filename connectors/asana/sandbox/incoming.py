"""What a task's request body asks for, checked against Asana's rules and turned into the world's own values."""

from __future__ import annotations

from typing import Any

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import Problem, not_an_id, wrong
from connectors.asana.sandbox.records import Project, Task, instant_of
from connectors.asana.sandbox.text import clean_name, clean_notes, notes_of
from connectors.asana.sandbox.values import accepted, paid
from connectors.asana.sandbox.world import MAX_HOMES

_SUBTYPES = ("default_task", "milestone", "approval", "custom")
_APPROVALS = ("pending", "approved", "rejected", "changes_requested")


def homes(call: Call) -> dict[str, str | None]:
    """The projects a new task is to stand in, each with the section `memberships` names, if any."""
    found: dict[str, str | None] = {}
    for index, gid in enumerate(_array(call, "projects")):
        found[call.in_body(f"projects: [{index}]", "project", gid).gid] = None
    for index, membership in enumerate(_array(call, "memberships")):
        if not isinstance(membership, dict) or "project" not in membership:
            raise wrong(f"memberships: [{index}]", "Missing input: project")
        project = call.in_body(f"memberships: [{index}]: project", "project", membership["project"])
        found[project.gid] = _section(call, index, project, membership.get("section"))
    if len(found) > MAX_HOMES:
        raise wrong("projects", f"A task may be in at most {MAX_HOMES} projects")
    return found


def _section(call: Call, index: int, project: Project, gid: Any) -> str | None:
    if gid is None:
        return None
    section = call.in_body(f"memberships: [{index}]: section", "section", gid)
    if section.project != project.gid:
        raise wrong(f"memberships: [{index}]: section", "Section does not belong to the given project")
    return str(section.gid)


def _array(call: Call, name: str) -> list[Any]:
    value = call.data.get(name) or []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if not isinstance(value, list):
        raise wrong(name, "Not an array")
    return value


def task_values(call: Call, task: Task | None, projects: list[Project]) -> dict[str, Any]:
    """The fields of a task that the body sets, by name. `projects` are those whose custom fields it can hold."""
    data = call.data
    values: dict[str, Any] = {}
    if "name" in data:
        values["name"] = clean_name(call.text("name"))
    values |= _texts(call) | _kind(call, task) | _dates(call, task)
    if "completed" in data:
        if not isinstance(data["completed"], bool):
            raise wrong("completed", "Not a boolean")
        values["completed"] = data["completed"]
    if "assignee" in data:
        values["assignee"] = data["assignee"] and _person(call, "assignee", data["assignee"])
    if "followers" in data:
        values["followers"] = [_person(call, "followers", key) for key in _array(call, "followers")]
    for index, gid in enumerate(_array(call, "tags")):
        raise wrong(f"tags: [{index}]", f"Unknown object: {gid}")
    if data.get("custom_fields"):
        values["custom_fields"] = _custom(call, task, projects)
    if "external" in data and (call.token.oauth or call.world.ways.external_kept):
        values["external"] = _external(data["external"])
    return values


def _texts(call: Call) -> dict[str, Any]:
    if "html_notes" in call.data:
        html = call.text("html_notes")
        return {"notes": notes_of(html), "html_notes": html}
    return {"notes": clean_notes(call.text("notes"))} if "notes" in call.data else {}


def _kind(call: Call, task: Task | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, allowed in (("resource_subtype", _SUBTYPES), ("approval_status", _APPROVALS)):
        if name in call.data:
            if call.data[name] not in allowed:
                raise wrong(name, f"Must be one of {', '.join(allowed)}")
            values[name] = call.data[name]
    subtype = values.get("resource_subtype", task.resource_subtype if task else "default_task")
    if subtype == "milestone" and (call.data.get("start_on") or call.data.get("start_at")):
        raise wrong("start_on", "Milestones cannot have a start date")
    return values


def _dates(call: Call, task: Task | None) -> dict[str, Any]:
    """Due and start: a day or an hour, not both; a start only together with a due, and not after it."""
    data = call.data
    for kind in ("due", "start"):
        if data.get(f"{kind}_on") and data.get(f"{kind}_at"):
            raise Problem(400, f"You may only provide one of {kind}_on or {kind}_at!")
    values: dict[str, Any] = {name: call.day(name) for name in ("due_on", "start_on") if name in data}
    values |= {name: _hour(name, data[name]) for name in ("due_at", "start_at") if name in data}
    starts, dues = {"start_on", "start_at"} & data.keys(), {"due_on", "due_at"} & data.keys()
    had = task is not None and task.start_on is not None
    if starts and not dues and (had or any(data[name] for name in starts)):
        raise Problem(400, "You must specify due_on or due_at when setting or clearing start_on or start_at")
    start = values.get("start_on") or values.get("start_at")
    due = values.get("due_on") or values.get("due_at")
    if start and (due is None or start[:10] > due[:10]):
        raise wrong("start_on", "The start date must not be after the due date, and needs one")
    kept = call.world.ways.start_kept
    return {name: value for name, value in values.items() if kept or name.startswith("due")}


def _hour(name: str, value: Any) -> str | None:
    try:
        return None if value is None else instant_of(value)
    except (AttributeError, TypeError, ValueError):
        raise wrong(name, f"Not a valid date: {value}") from None


def _person(call: Call, name: str, key: Any) -> str:
    user = call.world.user_by(str(key), call.me)
    if user is None:
        raise wrong(name, f"Not a user in Organization: {key}")
    return user.gid


def _custom(call: Call, task: Task | None, projects: list[Project]) -> dict[str, Any]:
    """The custom field values sent; one that the task cannot hold spoils the whole request."""
    paid(call.world)
    given = call.data["custom_fields"]
    if not isinstance(given, dict):
        raise wrong("custom_fields", "Not an object")
    on = {setting.field for project in projects for setting in project.settings}
    values = {}
    for gid, value in given.items():
        if not gid.isdigit():
            raise not_an_id("custom_fields", gid)
        left_over = task is not None and gid in task.values and value is None
        if gid not in on and not left_over:
            raise Problem(400, f"Custom field with ID {gid} is not on given object")
        field = call.world.fields[gid]
        if field.subtype != "date" or call.world.ways.days_kept:
            values[gid] = accepted(call.world, field, value, call.me)
    return values


def _external(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise wrong("external", "Not an object")
    gid, data = str(value.get("gid", "")), str(value.get("data", ""))
    if len(gid) > 1024 or len(data) > 32768:
        raise wrong("external", "Too long")
    return {"gid": gid, "data": data}
