"""Records as the JSON that Asana answers: every field of every kind, which of them are shown when, and how deep.

A getter gives plain JSON, a `Ref` to another record, a list of either, or a dict of them. `show` resolves
references: by default to compact records, under `opt_fields` to exactly what was asked for (plus the gid).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.asana.sandbox import values
from connectors.asana.sandbox.records import ABSENT, Event, Part, Project, Ref, Task
from connectors.asana.sandbox.select import Tree
from connectors.asana.sandbox.state import State
from connectors.asana.sandbox.text import html_of

Getter = Callable[[State, Any], Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of record: its fields, those of a compact record, and those shown only on request."""

    fields: dict[str, Getter]
    compact: tuple[str, ...]
    on_request: frozenset[str] = frozenset()


def render(state: State, kind: str, record: Any, tree: Tree | None, *, compact: bool = False) -> dict[str, Any]:
    """One record as JSON: the fields of `tree` if there is one, else the compact or the full default."""
    shape = SHAPES[kind]
    if tree is None:
        names = shape.compact if compact else tuple(name for name in shape.fields if name not in shape.on_request)
        found = {name: _plain(state, shape.fields[name](state, record)) for name in names}
    else:
        found = {"gid": shape.fields["gid"](state, record)} if "gid" in shape.fields else {}
        wanted = [name for name in tree if name in shape.fields]
        found |= {name: _chosen(state, shape.fields[name](state, record), tree[name]) for name in wanted}
    return {name: value for name, value in found.items() if value is not ABSENT}


def _plain(state: State, value: Any) -> Any:
    """A value in a default reply: references as compact records."""
    if isinstance(value, Ref):
        record = resolve(state, value)
        return None if record is None else render(state, value.kind, record, None, compact=True)
    if isinstance(value, list):
        return [_plain(state, item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(state, item) for name, item in value.items()}
    if isinstance(value, Part):
        return render(state, value.kind, value.record, None, compact=value.kind == "option")
    return value


def _chosen(state: State, value: Any, tree: Tree) -> Any:
    """A value under `opt_fields`: a reference that nothing is asked below shows its id and type."""
    if isinstance(value, Ref):
        record = resolve(state, value)
        below = tree or {"gid": {}, "resource_type": {}}
        return None if record is None else render(state, value.kind, record, below)
    if isinstance(value, list):
        return [_chosen(state, item, tree) for item in value]
    if isinstance(value, dict):
        return {
            name: _chosen(state, item, tree.get(name, {})) for name, item in value.items() if not tree or name in tree
        }
    if isinstance(value, Part):
        return render(state, value.kind, value.record, tree or None, compact=value.kind == "option")
    return value


def resolve(state: State, ref: Ref) -> Any:
    """The record behind a reference, deleted ones included (events speak of them); None if there never was one."""
    if ref.kind in ("workspace", "team"):
        return ref.gid
    if ref.kind == "story":
        return state.find("story", ref.gid)
    shelf = {"user": "users", "project": "projects", "section": "sections", "task": "tasks", "custom_field": "fields"}
    return getattr(state, shelf[ref.kind]).get(ref.gid)


def ref(kind: str, gid: str | None) -> Ref | None:
    """A reference, or None for no id."""
    return Ref(kind, gid) if gid else None


def refs(kind: str, gids: list[str]) -> list[Ref]:
    """References of one kind."""
    return [Ref(kind, gid) for gid in gids]


def _own(name: str) -> Getter:
    return lambda _, record: getattr(record, name)


def _owns(*names: str) -> dict[str, Getter]:
    return {name: _own(name) for name in names}


def _is(value: Any) -> Getter:
    return lambda *_: value


def _task_html(_: State, task: Task) -> str:
    return task.html_notes or html_of(task.notes)


def _memberships(_: State, task: Task) -> list[dict[str, Ref]]:
    return [{"project": Ref("project", p), "section": Ref("section", s)} for p, s in task.homes.items()]


def _task_link(state: State, task: Task) -> str:
    return f"{state.site}/0/{next(iter(task.homes), 0)}/{task.gid}"


def _approval(_: State, task: Task) -> Any:
    return task.approval_status if task.resource_subtype == "approval" else ABSENT


def _settings(state: State, project: Project) -> list[Part]:
    return [Part("custom_field_setting", setting) for setting in project.settings] if state.premium else []


_WORKSPACE: Getter = lambda state, _: Ref("workspace", state.workspace)  # noqa: E731 -- one of a table of getters

_TASK: dict[str, Getter] = {
    "gid": _own("gid"),
    "resource_type": _is("task"),
    **_owns("name", "resource_subtype", "completed", "completed_at", "created_at", "modified_at"),
    **_owns("due_on", "due_at", "start_on", "start_at", "notes"),
    "approval_status": _approval,
    "completed_by": lambda _, task: ref("user", task.completed_by),
    "created_by": lambda _, task: ref("user", task.created_by),
    "assignee": lambda _, task: ref("user", task.assignee),
    "assignee_status": _is("upcoming"),
    "parent": lambda _, task: ref("task", task.parent),
    "projects": lambda _, task: refs("project", list(task.homes)),
    "memberships": _memberships,
    "followers": lambda _, task: refs("user", task.followers),
    "custom_fields": lambda state, task: [Part("value", it) for it in values.held(state, task)],
    "tags": _is([]),
    "workspace": _WORKSPACE,
    "permalink_url": _task_link,
    "actual_time_minutes": _is(None),
    **dict.fromkeys(("liked", "hearted"), _is(False)),
    **dict.fromkeys(("num_likes", "num_hearts"), _is(0)),
    **dict.fromkeys(("likes", "hearts", "dependencies", "dependents"), _is([])),
    "html_notes": _task_html,
    "num_subtasks": lambda _, task: len(task.subtasks),
    "is_rendered_as_separator": _own("separator"),
    "external": lambda _, task: task.external or ABSENT,
}

_PROJECT: dict[str, Getter] = {
    "gid": _own("gid"),
    "resource_type": _is("project"),
    **_owns("name", "archived", "color", "created_at", "modified_at", "notes", "default_view", "privacy_setting"),
    **_owns("due_on", "start_on"),
    "due_date": _own("due_on"),
    "public": lambda _, project: project.privacy_setting != "private",
    "completed": _is(False),
    **dict.fromkeys(("completed_at", "completed_by", "current_status", "current_status_update"), _is(None)),
    **dict.fromkeys(("custom_fields",), _is([])),
    "custom_field_settings": _settings,
    "members": lambda _, project: refs("user", [project.owner] if project.owner else []),
    "followers": lambda _, project: refs("user", [project.owner] if project.owner else []),
    "owner": lambda _, project: ref("user", project.owner),
    "team": lambda _, project: ref("team", project.team),
    "workspace": _WORKSPACE,
    "permalink_url": lambda state, project: f"{state.site}/0/{project.gid}/list",
    "html_notes": lambda _, project: html_of(project.notes),
}

_NAMED = ("gid", "resource_type", "name")


def _event_resource(state: State, event: Event) -> Any:
    bare = {"gid": event.resource.gid, "resource_type": event.resource.kind}
    return bare if resolve(state, event.resource) is None else event.resource


def _event_change(_: State, event: Event) -> Any:
    if event.field is None:
        return ABSENT
    value = {} if event.value is None else {f"{'added' if event.change == 'added' else 'new'}_value": event.value}
    return {"field": event.field, "action": event.change, **value}


SHAPES: dict[str, Shape] = {
    "task": Shape(
        _TASK,
        (*_NAMED, "resource_subtype"),
        frozenset(
            ("html_notes", "num_subtasks", "is_rendered_as_separator", "dependencies", "dependents", "created_by")
        ),
    ),
    "project": Shape(_PROJECT, _NAMED, frozenset(("html_notes",))),
    "section": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("section"),
            **_owns("name", "created_at"),
            "project": lambda _, section: Ref("project", section.project),
        },
        _NAMED,
    ),
    "user": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("user"),
            **_owns("name", "email"),
            "photo": _is(None),
            "workspaces": lambda state, _: [Ref("workspace", state.workspace)],
        },
        _NAMED,
    ),
    "workspace_membership": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("workspace_membership"),
            "user": lambda _, user: Ref("user", user.gid),
            "workspace": lambda state, _: Ref("workspace", state.workspace),
            "is_active": _own("active"),
            "is_admin": lambda _, user: user.kind == "admin",
            "is_guest": lambda _, user: user.kind == "guest",
            "is_view_only": lambda _, user: user.kind == "view_only",
        },
        ("gid", "resource_type", "user", "workspace"),
    ),
    "workspace": Shape(
        {
            "gid": lambda _, gid: gid,
            "resource_type": _is("workspace"),
            "name": lambda state, gid: state.elsewhere.get(gid, state.workspace_name),
            "email_domains": _is(["example.org"]),
            "is_organization": _is(True),
        },
        _NAMED,
    ),
    "team": Shape(
        {"gid": lambda _, gid: gid, "resource_type": _is("team"), "name": lambda state, _: state.team_name}, _NAMED
    ),
    "custom_field": Shape(values.DEFINITION, values.DEFINITION_COMPACT),
    "value": Shape(values.VALUE, tuple(values.VALUE)),
    "option": Shape(
        {"gid": _own("gid"), "resource_type": _is("enum_option"), **_owns("name", "enabled", "color")},
        (*_NAMED, "enabled", "color"),
    ),
    "custom_field_setting": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("custom_field_setting"),
            "is_important": _own("important"),
            "project": lambda _, setting: Ref("project", setting.project),
            "parent": lambda _, setting: Ref("project", setting.project),
            "custom_field": lambda _, setting: Ref("custom_field", setting.field),
        },
        ("gid", "resource_type"),
    ),
    "story": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("story"),
            **_owns("created_at", "resource_subtype", "text"),
            "created_by": lambda _, story: ref("user", story.created_by),
            "type": lambda _, story: "comment" if story.resource_subtype == "comment_added" else "system",
            "task": lambda _, story: Ref("task", story.task),
            "duplicate_of": lambda _, story: ref("task", story.duplicate_of) or ABSENT,
        },
        ("gid", "resource_type", "created_at", "created_by", "resource_subtype", "text"),
        frozenset(("task", "duplicate_of")),
    ),
    "goal": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("goal"),
            "name": _own("name"),
            "owner": lambda _, goal: ref("user", goal.owner),
            "workspace": _WORKSPACE,
            "metric": lambda _, goal: goal.metric and Part("metric", goal.metric),
        },
        ("gid", "resource_type", "name", "owner"),
    ),
    "metric": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("goal_metric"),
            "resource_subtype": _is("number"),
            **_owns("unit", "precision"),
            "currency_code": _own("currency"),
            "initial_number_value": _own("initial"),
            "target_number_value": _own("target"),
            "current_number_value": _own("current"),
            "progress_source": _own("source"),
        },
        ("gid", "resource_type"),
    ),
    "webhook": Shape(
        {
            "gid": _own("gid"),
            "resource_type": _is("webhook"),
            "active": _is(True),
            "resource": lambda _, hook: Ref("project", hook.resource),
            **_owns("target", "created_at", "last_success_at", "last_failure_content", "filters"),
            "last_failure_at": lambda _, hook: hook.last_failure_at or ABSENT,
            "delivery_retry_count": _own("retries"),
        },
        ("gid", "resource_type", "active", "resource", "target"),
    ),
    "event": Shape(
        {
            "user": lambda _, event: ref("user", event.user),
            "created_at": _own("created_at"),
            "type": lambda _, event: event.resource.kind,
            "action": _own("action"),
            "resource": _event_resource,
            "parent": _own("parent"),
            "change": _event_change,
        },
        (),
    ),
}
