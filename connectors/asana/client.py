"""Asana's endpoints as this connector uses them: which path, which parameters, which fields come back.

Nothing outside this module names a path or a query parameter, because Asana ignores a misspelt one in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from connectors.asana import answers
from connectors.asana.answers import Raw
from connectors.asana.shapes import FIELD_FIELDS, SETTING_FIELDS, TASK_FIELDS
from connectors.asana.transport import Reply, Transport, path
from connectors.errors import Transient, UnknownOutcome
from connectors.failing import LostPage

PAGE: Final = "100"
MOST_PAGES: Final = 10_000
"""Pages beyond which a listing is not read on: a million tasks, many times what any project holds."""
RESTARTS: Final = 3
"""How often a listing is begun at most before it is given up."""
_SETTINGS: Final = ",".join(f"custom_field_settings.{name}" for name in SETTING_FIELDS.split(","))
_PROJECT_FIELDS: Final = f"name,permalink_url,archived,workspace,{_SETTINGS}"
_SECTION_FIELDS: Final = ",".join(("name", *(f"project.{name}" for name in _PROJECT_FIELDS.split(","))))
_EVENT_FIELDS: Final = "type,action,created_at,resource.resource_subtype,parent,user.name,user.email"
_HOOK_FIELDS: Final = "resource,target,active,delivery_retry_count,last_failure_content"
_FIGURES: Final = (f"{which}_number_value" for which in ("initial", "target", "current"))
_METRIC: Final = ("unit", "precision", "currency_code", "progress_source", "can_manage", *_FIGURES)
_GOAL_FIELDS: Final = ",".join(("name", *(f"metric.{name}" for name in _METRIC)))
_TASK: Final = {"opt_fields": TASK_FIELDS}
_ID: Final = {"opt_fields": "gid"}


class Client:
    """Requests by name. Listings are complete or raise; single records come without their envelope."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def me(self) -> Raw:
        """The account behind the token."""
        query = {"opt_fields": "name,email"}
        return self._one("/users/me", query, what="asking Asana who we are")

    def memberships(self) -> list[Raw]:
        """What the account is in each of its workspaces."""
        query = {"opt_fields": "workspace,is_admin,is_guest,is_view_only"}
        return self._all("/users/me/workspace_memberships", query, what="asking Asana what this account may do")

    def workspaces(self) -> list[Raw]:
        """The workspaces of the account."""
        return self._all("/workspaces", {"opt_fields": "name"}, what="listing the workspaces")

    def teams(self, workspace: str) -> list[Raw]:
        """The teams of the account in this organization."""
        query = {"organization": workspace, "opt_fields": "name"}
        return self._all("/users/me/teams", query, what="listing the teams")

    def users(self, workspace: str) -> list[Raw]:
        """Everyone in the workspace, with addresses."""
        query = {"workspace": workspace, "opt_fields": "name,email"}
        return self._all("/users", query, what=f"listing the people of workspace {workspace}")

    def projects(self, workspace: str, *, archived: bool = False) -> list[Raw]:
        """The projects in use that the account can see, or those in the archive."""
        query = {"archived": str(archived).lower(), "opt_fields": "name,permalink_url"}
        where = path("workspaces", workspace, "projects")
        return self._all(where, query, what=f"listing the projects of workspace {workspace}")

    def project(self, project: str) -> Raw:
        """One project, with its custom fields."""
        query = {"opt_fields": _PROJECT_FIELDS}
        return self._one(path("projects", project), query, what=f"reading project {project}")

    def create_project(self, data: Mapping[str, Any]) -> Raw:
        """A new project."""
        query = {"opt_fields": _PROJECT_FIELDS}
        return self._made("/projects", data, query, what=f"making project “{data['name']}”")

    def sections(self, project: str) -> list[Raw]:
        """A project's sections, in their order."""
        where = path("projects", project, "sections")
        return self._all(where, {"opt_fields": "name"}, what=f"listing the sections of project {project}")

    def sections_and_project(self, project: str) -> list[Raw]:
        """A project's sections, in their order, each with the project as it is read alone, as far as Asana tells it."""
        where = path("projects", project, "sections")
        return self._all(where, {"opt_fields": _SECTION_FIELDS}, what=f"reading project {project}")

    def create_section(self, project: str, name: str) -> Raw:
        """A new section, below the others."""
        where = path("projects", project, "sections")
        query = {"opt_fields": "name"}
        return self._made(where, {"name": name}, query, what=f"making section “{name}”")

    def rename_section(self, section: str, name: str) -> Raw:
        """The section after it was given another name."""
        what = f"calling section {section} “{name}”"
        return _sure(self._transport.put(path("sections", section), {"name": name}, _ID, what=what), what)

    def settings(self, project: str) -> list[Raw]:
        """The custom fields of a project."""
        where = path("projects", project, "custom_field_settings")
        query = {"opt_fields": SETTING_FIELDS}
        what = f"listing the custom fields of project {project}"
        return _fields_of(self._all(where, query, what=what), what)

    def settings_in(self, project: Raw) -> list[Raw]:
        """The custom fields in a project's record; none on a plan without, and none where the record is silent."""
        what = f"reading the custom fields of project {project['gid']}"
        return _fields_of(answers.rows(project.get("custom_field_settings") or [], what=what), what)

    def fields(self, workspace: str) -> list[Raw]:
        """The custom fields of the whole workspace."""
        where = path("workspaces", workspace, "custom_fields")
        return self._all(where, {"opt_fields": FIELD_FIELDS}, what="listing the custom fields of the workspace")

    def create_field(self, data: Mapping[str, Any]) -> Raw:
        """A new custom field of the workspace."""
        query = {"opt_fields": FIELD_FIELDS}
        what = f"making the custom field “{data['name']}”"
        return self._made("/custom_fields", data, query, what=what)

    def delete_project(self, project: str) -> None:
        """Delete a project, with the tasks that stand nowhere else."""
        self._transport.delete(path("projects", project), what=f"deleting project {project}")

    def attach_field(self, project: str, field: str | Mapping[str, Any]) -> list[Raw]:
        """Put a custom field on a project: one of the workspace, or a new one of its own. The field, if it is told."""
        data = {"custom_field": field, "is_important": False}
        where = path("projects", project, "addCustomFieldSetting")
        what = f"putting a custom field on project {project}"
        return _fields_of([self._made(where, data, {"opt_fields": SETTING_FIELDS}, what=what)], what)

    def tasks(self, project: str) -> list[Raw]:
        """All tasks that stand in a project, with everything, in their order; `/tasks` does not promise any."""
        return self._all(path("projects", project, "tasks"), _TASK, what=f"listing the tasks of project {project}")

    def tasks_since(self, project: str, since: datetime) -> list[Raw]:
        """The tasks of a project that were made or changed since; a move between sections does not count."""
        return self._since(project, since, TASK_FIELDS)

    def changed_since(self, project: str, since: datetime) -> list[Raw]:
        """The same, with no more than when they were changed and finished."""
        return self._since(project, since, "modified_at,completed_at")

    def _since(self, project: str, since: datetime, wanted: str) -> list[Raw]:
        moment = since.isoformat(timespec="milliseconds")
        query = {"project": project, "modified_since": moment, "opt_fields": wanted}
        return self._all("/tasks", query, what=f"listing what changed in project {project}")

    def task(self, task: str) -> Raw:
        """One task, with everything."""
        return self._one(path("tasks", task), _TASK, what=f"reading task {task}")

    def formatted_task(self, task: str) -> Raw:
        """One task, with its notes in both their forms."""
        query = {"opt_fields": f"{TASK_FIELDS},html_notes"}
        return self._one(path("tasks", task), query, what=f"reading task {task}")

    def subtasks(self, task: str) -> list[Raw]:
        """The direct subtasks of a task, with everything."""
        return self._all(path("tasks", task, "subtasks"), _TASK, what=f"listing the subtasks of task {task}")

    def stories(self, task: str) -> list[Raw]:
        """What happened to a task, as far as it says which task it was merged into."""
        query = {"opt_fields": "resource_subtype,duplicate_of"}
        return self._all(path("tasks", task, "stories"), query, what=f"reading the history of task {task}")

    def events(self, project: str, cursor: str | None) -> Reply:
        """The next events of a project: `data`, `sync` and `has_more`. Raises LostCursor, which holds a fresh one."""
        what = f"asking what happened in project {project}"
        query = {"resource": project, "opt_fields": _EVENT_FIELDS}
        if cursor is not None:
            query["sync"] = cursor
        reply = self._transport.get("/events", query, what=what)
        answers.rows(reply["data"], what=what)
        answers.text(reply.get("sync"), what=what)
        return reply

    def create_task(self, data: Mapping[str, Any]) -> Raw:
        """A new task, as it came out."""
        return self._made("/tasks", data, _TASK, what=f"making task “{data['name']}”")

    def update_task(self, task: str, data: Mapping[str, Any]) -> Raw:
        """The task after these fields were changed."""
        what = f"changing task {task}"
        return _sure(self._transport.put(path("tasks", task), data, _TASK, what=what), what)

    def delete_task(self, task: str) -> None:
        """Delete a task."""
        self._transport.delete(path("tasks", task), what=f"deleting task {task}")

    def place(self, task: str, project: str, section: str | None, after: str | None) -> None:
        """Put a task into a project, and there into a section, right behind `after` or at the end."""
        data = {"project": project} | ({"section": section} if section else {}) | _behind(after)
        self._transport.post(path("tasks", task, "addProject"), data, what=f"moving task {task}")

    def set_parent(self, task: str, parent: str | None, after: str | None) -> Raw:
        """The task after it became a subtask of `parent`, right behind `after` if that is said, or stands alone."""
        where = path("tasks", task, "setParent")
        return self._made(where, {"parent": parent} | _behind(after), _TASK, what=f"moving task {task}")

    def goal(self, goal: str) -> Raw:
        """One goal, with its metric."""
        return self._one(path("goals", goal), {"opt_fields": _GOAL_FIELDS}, what=f"reading goal {goal}")

    def set_metric(self, goal: str, data: Mapping[str, Any]) -> Raw:
        """The goal after it got this metric in place of the one it had."""
        return self._made(path("goals", goal, "setMetric"), data, _ID, what=f"giving goal {goal} its figures")

    def set_metric_value(self, goal: str, data: Mapping[str, Any]) -> Raw:
        """The goal after its metric was set to another value."""
        where = path("goals", goal, "setMetricCurrentValue")
        return self._made(where, data, _ID, what=f"showing a figure on goal {goal}")

    def webhooks(self, workspace: str) -> list[Raw]:
        """The subscriptions of this account and app, with how their deliveries go."""
        query = {"workspace": workspace, "opt_fields": _HOOK_FIELDS}
        return self._all("/webhooks", query, what=f"listing the webhooks of workspace {workspace}")

    def create_webhook(self, data: Mapping[str, Any]) -> Reply:
        """A new subscription: its record in `data`, its secret beside it."""
        what = f"asking Asana to tell what happens in project {data['resource']}"
        reply = self._transport.post("/webhooks", data, _ID, what=what)
        _sure(reply, what)
        return reply

    def delete_webhook(self, webhook: str) -> None:
        """End a subscription."""
        self._transport.delete(path("webhooks", webhook), what=f"ending webhook {webhook}")

    def _one(self, where: str, query: Mapping[str, str], *, what: str) -> Raw:
        """One record."""
        return answers.record(self._transport.get(where, query, what=what)["data"], what=what)

    def _made(self, where: str, data: Mapping[str, Any], query: Mapping[str, str], *, what: str) -> Raw:
        """The record that was made or changed. UnknownOutcome where the answer is none."""
        return _sure(self._transport.post(where, data, query, what=what), what)

    def _all(self, where: str, query: Mapping[str, str], *, what: str) -> list[Raw]:
        """Every record of a listing, each once. A listing whose page token expired is begun again as a whole."""
        for _ in range(RESTARTS):
            try:
                return list({raw["gid"]: raw for raw in self._rows(where, query, what)}.values())
            except LostPage:
                continue
        raise Transient("the listing could not be finished: its page tokens expired again and again", what=what)

    def _rows(self, where: str, query: Mapping[str, str], what: str) -> Iterator[Raw]:
        offset: str | None = None
        known: set[str] = set()
        while True:
            page = dict(query, limit=PAGE) | ({"offset": offset} if offset else {})
            reply = self._transport.get(where, page, what=what)
            yield from answers.records(reply["data"], what=what)
            offset = answers.next_offset(reply, what=what)
            if offset is None:
                return
            if offset in known:
                raise LostPage("the listing came back to a page it had already given", what=what)
            known.add(offset)
            if len(known) == MOST_PAGES:
                raise Transient("the listing does not come to an end", what=what)


def _behind(after: str | None) -> dict[str, str | None]:
    """The place right behind a task, "" for the first place; nothing where none is asked for."""
    return {} if after is None else {"insert_after": after or None}


def _fields_of(settings: list[Raw], what: str) -> list[Raw]:
    """The custom fields that settings put on a project."""
    return answers.records([held for setting in settings if (held := setting.get("custom_field"))], what=what)


def _sure(reply: Reply, what: str) -> Raw:
    """The record in the answer to a write, which has taken effect or not where there is none."""
    try:
        return answers.record(reply["data"], what=what)
    except Transient as error:
        raise UnknownOutcome(error.words, what=what) from None
