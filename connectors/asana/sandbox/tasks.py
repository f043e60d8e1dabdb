"""Tasks over HTTP: making, reading, changing, listing, moving and deleting them (Asana API reference: "Tasks")."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.incoming import homes, task_values
from connectors.asana.sandbox.problems import Problem, wrong
from connectors.asana.sandbox.records import Task, stamp
from connectors.asana.sandbox.routes import router
from connectors.sandbox.exchange import Reply


@router.on("POST", "/tasks")
def create(call: Call) -> Reply:
    """A new task with everything in it; nothing is made when any part is refused."""
    parent = call.in_body("parent", "task") if call.data.get("parent") else None
    return _create(call, parent)


@router.on("POST", "/tasks/{task}/subtasks")
def create_subtask(call: Call) -> Reply:
    """A new task below another one."""
    return _create(call, call.task())


def _create(call: Call, parent: Task | None) -> Reply:
    places = homes(call)
    if not places and parent is None and "workspace" not in call.data:
        raise Problem(400, "You should specify one of workspace, parent, projects")
    values = task_values(call, None, [call.world.projects[project] for project in places])
    ways, name = call.world.ways, values.pop("name", "")
    values = values if ways.fields_in_create else {**values, "custom_fields": {}}
    task = call.world.add_task(name, parent=parent.gid if parent else None, by=call.me, **values)
    for project, section in places.items():
        place = section if ways.group_in_create else None
        call.world.add_to_project(task.gid, project, section=place, last=True, by=call.me)
    return call.one("task", task, 201)


@router.on("GET", "/tasks/{task}")
def read(call: Call) -> Reply:
    """One task in full."""
    return call.one("task", call.task())


@router.on("PUT", "/tasks/{task}")
def update(call: Call) -> Reply:
    """Change what was sent and nothing else."""
    task = call.task()
    for name in ("projects", "memberships", "tags", "workspace"):
        if name in call.data:
            raise wrong(name, "Cannot write this property")
    if "parent" in call.data:
        parent = call.in_body("parent", "task").gid if call.data["parent"] else None
        call.world.set_parent(task.gid, parent, by=call.me)
    on = [call.world.projects[project] for project in task.homes]
    return call.one("task", call.world.set(task.gid, by=call.me, **task_values(call, task, on)))


@router.on("DELETE", "/tasks/{task}")
def delete(call: Call) -> Reply:
    """Into the bin."""
    call.world.delete(call.task().gid, by=call.me)
    return call.nothing()


@router.on("GET", "/tasks")
def listing(call: Call) -> Reply:
    """The tasks of one project, section or assignee; filters as in Asana, unknown parameters ignored."""
    given = [name for name in ("project", "section", "tag", "user_task_list", "assignee") if name in call.query]
    if len(given) != 1 or (given == ["assignee"] and "workspace" not in call.query):
        text = "You should specify one of project, tag, section, user task list, or assignee + workspace"
        raise Problem(400, text)
    if given == ["project"]:
        return _list(call, list(call.world.tasks_in(call.in_query("project").gid)))
    if given == ["section"]:
        return _list(call, [call.world.tasks[gid] for gid in call.in_query("section").tasks])
    if given == ["assignee"]:
        return _assigned(call)
    raise wrong(given[0], f"Unknown object: {call.query[given[0]]}")


def _assigned(call: Call) -> Reply:
    user = call.world.user_by(call.query["assignee"], call.me)
    if user is None:
        raise wrong("assignee", f"Unknown object: {call.query['assignee']}")
    found = [task for task in call.world.tasks.values() if task.assignee == user.gid]
    return _list(call, [task for task in found if call.world.find("task", task.gid)])


@router.on("GET", "/projects/{project}/tasks")
def in_project(call: Call) -> Reply:
    """The tasks that stand in a project itself."""
    newest = stamp(call.world.clock.now() - timedelta(seconds=call.world.ways.shown_after))
    return _list(call, [task for task in call.world.tasks_in(call.project().gid) if task.created_at <= newest])


@router.on("GET", "/sections/{section}/tasks")
def in_section(call: Call) -> Reply:
    """The tasks of one section."""
    return _list(call, [call.world.tasks[gid] for gid in call.section().tasks])


@router.on("GET", "/tasks/{task}/subtasks")
def subtasks(call: Call) -> Reply:
    """The direct subtasks of a task, in order."""
    return call.many("task", [call.world.tasks[gid] for gid in call.task().subtasks])


def _list(call: Call, tasks: list[Task]) -> Reply:
    modified, completed = call.instant("modified_since"), call.instant("completed_since")
    if modified:
        newest = stamp(call.world.clock.now() - timedelta(seconds=call.world.ways.listed_after))
        sweeps = call.world.ways.sweeps
        tasks = [task for task in tasks if (task.modified_at if sweeps else task.created_at) >= modified]
        tasks = [task for task in tasks if task.created_at <= newest]
    if completed:
        tasks = [task for task in tasks if task.completed_at is None or task.completed_at >= completed]
    return call.many("task", tasks, keep=lambda task: call.world.can_see("task", task.gid))


@router.on("POST", "/tasks/{task}/setParent")
def set_parent(call: Call) -> Reply:
    """Make a task a subtask, or with null a task of its own."""
    task = call.task()
    if "parent" not in call.data:
        raise Problem(400, "parent: Missing input")
    parent: Task | None = call.in_body("parent", "task") if call.data["parent"] else None
    place = _place(call, task, parent.subtasks if parent else [], last=False)
    call.world.set_parent(task.gid, parent.gid if parent else None, by=call.me, **place)
    return call.one("task", task)


@router.on("POST", "/tasks/{task}/addProject")
def add_project(call: Call) -> Reply:
    """Put a task into a project, or to another place in it: at the end unless a place is given."""
    task, project = call.task(), call.in_body("project")
    section = call.in_body("section").gid if call.data.get("section") else None
    if section and call.world.sections[section].project != project.gid:
        raise wrong("section", "Section does not belong to the given project")
    near = next(filter(None, call.beside()), None)
    if section is None and near in call.world.tasks:
        section = call.world.tasks[near].homes.get(project.gid)
    place = _place(call, task, call.world.sections[section].tasks if section else [], last=True)
    call.world.add_to_project(task.gid, project.gid, section=section, by=call.me, **place)
    return call.nothing()


@router.on("POST", "/tasks/{task}/removeProject")
def remove_project(call: Call) -> Reply:
    """Take a task out of a project."""
    task, project = call.task(), call.in_body("project")
    if project.gid in task.homes:
        call.world.remove_from_project(task.gid, project.gid, by=call.me)
    return call.nothing()


@router.on("POST", "/sections/{section}/addTask")
def add_to_section(call: Call) -> Reply:
    """Put a task into a section, at its top unless a place is given."""
    section, task = call.section(), call.in_body("task")
    place = _place(call, task, section.tasks, last=False)
    call.world.add_to_project(task.gid, section.project, section=section.gid, by=call.me, **place)
    return call.nothing()


def _place(call: Call, task: Task, order: list[str], *, last: bool) -> dict[str, Any]:
    """Where in an order to put a task: beside another one of it; null means an end, and without any, `last` says which.

    `insert_before` null is the end, `insert_after` null the top. Raises Problem for a task that is not in that order.
    """
    before, after = call.beside()
    near = before or after
    if near and (near == task.gid or near not in order):
        raise wrong("insert_before" if before else "insert_after", f"Not a task to stand beside: {near}")
    if not call.world.ways.orders:
        return {"last": last}
    if "insert_before" in call.data or "insert_after" in call.data:
        last = call.data.get("insert_after", "") is not None
    return {"before": before, "after": after, "last": last}
