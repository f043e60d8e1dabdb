"""What can happen in the workspace: one method for each thing a person, a test or a request does to it.

Every method that changes something keeps Asana's rules about `modified_at` and writes the events a change feed
would carry. `by` is who does it; left out, it is the team member `world.person`, never the API's own account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.asana.sandbox.containers import Containers
from connectors.asana.sandbox.problems import Problem, wrong
from connectors.asana.sandbox.records import Ref, Story, Task
from connectors.asana.sandbox.text import clean_name, clean_notes
from connectors.sandbox.keeping import insert, locked

MAX_HOMES = 20
MAX_DEPTH = 5
_STORIES = {
    "name": ("name_changed", "changed the name"),
    "assignee": ("assigned", "changed the assignee"),
    "due_on": ("due_date_changed", "changed the due date"),
    "notes": ("notes_changed", "changed the description"),
    "approval_status": ("approval_status_changed", "changed the approval status"),
}


class World(Containers):
    """The workspace and everything that can be done to it."""

    # Tasks

    @locked
    def add_task(
        self,
        name: str,
        project: str | None = None,
        *,
        section: str | None = None,
        parent: str | None = None,
        by: str | None = None,
        **values: Any,
    ) -> Task:
        """A new task in a project (in its first section unless one is named) and/or below a parent."""
        now, author = self.now(), by or self.person
        task = Task(self.new_id(), clean_name(name), now, now, author)
        self.tasks[task.gid] = task
        self._put(task, values, author)
        self.emit(author, "added", Ref("task", task.gid), (task.gid,))
        if parent:
            self.set_parent(task.gid, parent, by=author, last=True)
        if section and not project:
            project = self.sections[section].project
        if project:
            self.add_to_project(task.gid, project, section=section, by=author, last=True)
        return task

    @locked
    def set(self, gid: str, *, by: str | None = None, **values: Any) -> Task:
        """Change a task's own fields by the API's names; `custom_fields` is {field gid: value}. One event for each."""
        task = self.tasks[gid]
        for name in self._put(task, values, by or self.person):
            task.modified_at = self.now()
            ref = self._value_ref(task, name)
            self.changed(by, Ref("task", gid), self.streams(task), name, value=ref)
            if name in ("completed", *_STORIES):
                self._tell(task, name, by)
        return task

    def _put(self, task: Task, values: Mapping[str, Any], by: str) -> list[str]:
        """Store values, keep what hangs together in step, and say which of them changed."""
        changed = []
        for name, value in _in_step(task, values).items():
            if name == "custom_fields":
                changed += [f"custom_fields/{field}" for field, v in value.items() if task.values.get(field) != v]
                task.values.update(value)
            elif getattr(task, name) != value:
                setattr(task, name, value)
                changed.append(name)
        if "completed" in changed:
            task.completed_at, task.completed_by = (self.now(), by) if task.completed else (None, None)
        return [name for name in changed if name not in ("html_notes", "followers")]

    def complete(self, gid: str, done: bool = True, *, by: str | None = None) -> Task:
        """Tick a task off, or open it again."""
        return self.set(gid, by=by, completed=done)

    def rename(self, gid: str, name: str, *, by: str | None = None) -> Task:
        """Give a task another name."""
        return self.set(gid, by=by, name=clean_name(name))

    def write_notes(self, gid: str, notes: str, *, by: str | None = None) -> Task:
        """Replace a task's description."""
        return self.set(gid, by=by, notes=clean_notes(notes))

    @locked
    def move(self, gid: str, section: str, *, by: str | None = None, last: bool = True) -> None:
        """Put a task into a section of a project it stands in, or add it to that section's project."""
        self.add_to_project(gid, self.sections[section].project, section=section, by=by, last=last)

    @locked
    def add_to_project(
        self,
        gid: str,
        project: str,
        *,
        section: str | None = None,
        before: str | None = None,
        after: str | None = None,
        last: bool = False,
        by: str | None = None,
    ) -> None:
        """Make a task stand in a project, at a place: beside another task, at the top, or `last` in its section."""
        task, author = self.tasks[gid], by or self.person
        old = task.homes.get(project)
        new = section or old or self.projects[project].sections[0]
        if old is None and len(task.homes) >= MAX_HOMES:
            raise wrong("project", f"A task may be in at most {MAX_HOMES} projects")
        if old:
            self.sections[old].tasks.remove(gid)
        order = self.sections[new].tasks
        insert(order, gid, before if before or after or last or not order else order[0], after)
        self.arranged += 1
        task.homes[project] = new
        resource, streams = Ref("task", gid), self.streams(task)
        if old is None:
            self.emit(author, "added", resource, streams, parent=Ref("project", project))
        if old and old != new:
            self.emit(author, "removed", resource, streams, parent=Ref("section", old))
            self._story(task, "section_changed", "moved this task to another section", author)
        if old != new:
            self.emit(author, "added", resource, streams, parent=Ref("section", new))

    @locked
    def remove_from_project(self, gid: str, project: str, *, by: str | None = None) -> None:
        """Take a task out of a project; it lives on, perhaps nowhere."""
        task = self.tasks[gid]
        streams = self.streams(task)
        self.sections[task.homes.pop(project)].tasks.remove(gid)
        self.emit(by or self.person, "removed", Ref("task", gid), streams, parent=Ref("project", project))

    @locked
    def set_parent(
        self,
        gid: str,
        parent: str | None,
        *,
        before: str | None = None,
        after: str | None = None,
        last: bool = False,
        by: str | None = None,
    ) -> None:
        """Make a task a subtask of another one, or with None a task of its own."""
        task, author, resource = self.tasks[gid], by or self.person, Ref("task", gid)
        self._refuse_depth(task, parent)
        if task.parent:
            self.tasks[task.parent].subtasks.remove(gid)
            self.emit(author, "removed", resource, self.streams(task), parent=Ref("task", task.parent))
        task.parent = parent
        if parent:
            order = self.tasks[parent].subtasks
            insert(order, gid, before if before or after or last or not order else order[0], after)
            self.emit(author, "added", resource, self.streams(task), parent=Ref("task", parent))

    def _refuse_depth(self, task: Task, parent: str | None) -> None:
        depth, upper = 0, parent
        while upper:
            if upper == task.gid:
                raise wrong("parent", "A task cannot be its own parent")
            depth, upper = depth + 1, self.tasks[upper].parent
        if depth > MAX_DEPTH:
            raise wrong("parent", f"Subtasks can be nested at most {MAX_DEPTH} levels deep")

    @locked
    def delete(self, gid: str, *, by: str | None = None) -> None:
        """Put a task into the bin, and what is below it."""
        task = self.tasks[gid]
        task.deleted, task.modified_at = True, self.now()
        for section in task.homes.values():
            self.sections[section].tasks.remove(gid)
        if task.parent:
            self.tasks[task.parent].subtasks.remove(gid)
        self.emit(by or self.person, "deleted", Ref("task", gid), self.streams(task))

    @locked
    def undelete(self, gid: str, *, by: str | None = None) -> None:
        """Take a task out of the bin again, to where it was; to the first section where its own is gone."""
        task = self.tasks[gid]
        task.deleted, task.modified_at = False, self.now()
        for project, old in task.homes.items():
            section = old if old in self.sections else self.projects[project].sections[0]
            task.homes[project] = section
            self.sections[section].tasks.append(gid)
        if task.parent:
            self.tasks[task.parent].subtasks.append(gid)
        self.emit(by or self.person, "undeleted", Ref("task", gid), self.streams(task))

    @locked
    def delete_project(self, gid: str, *, by: str | None = None) -> None:
        """Delete a project: assigned, multi-homed and subordinate tasks survive without it, the rest goes with it."""
        project = self.projects[gid]
        for task in list(self.tasks_in(gid)):
            if task.assignee or len(task.homes) > 1 or task.parent:
                self.remove_from_project(task.gid, gid, by=by)
            else:
                self.delete(task.gid, by=by)
        project.deleted = True
        self.emit(by or self.person, "deleted", Ref("project", gid), (gid,))

    @locked
    def delete_section(self, gid: str, *, by: str | None = None) -> None:
        """Delete a section; tasks in it move to the project's first other one. Raises Problem for the last section."""
        section = self.sections[gid]
        others = [other for other in self.projects[section.project].sections if other != gid]
        if not others:
            raise Problem(400, "Cannot delete the last section in a project.")
        for task in list(section.tasks):
            self.move(task, others[0], by=by)
        self.projects[section.project].sections.remove(gid)
        del self.sections[gid]
        self.emit(by or self.person, "deleted", Ref("section", gid), (section.project,))

    @locked
    def restrict(self, gid: str, yes: bool = True) -> None:
        """Put a task or project out of the API's reach (403), or back into it."""
        (self.restricted.add if yes else self.restricted.discard)(gid)

    @locked
    def duplicate(self, gid: str, *, by: str | None = None) -> Task:
        """Copy a task as people do: name, notes, dates, custom fields and with them any marker; not `external`."""
        old = self.tasks[gid]
        names = ("notes", "html_notes", "due_on", "due_at", "start_on", "start_at", "assignee", "resource_subtype")
        values = {name: getattr(old, name) for name in names}
        new = self.add_task(old.name, parent=old.parent, by=by, custom_fields=dict(old.values), **values)
        for project, section in old.homes.items():
            self.add_to_project(new.gid, project, section=section, last=True, by=by)
        return new

    @locked
    def merge(self, gid: str, into: str, *, by: str | None = None) -> None:
        """Close a task as the duplicate of another one."""
        task = self.complete(gid, by=by)
        self._story(task, "marked_duplicate", "marked this task as a duplicate", by, duplicate_of=into)

    @locked
    def comment(self, gid: str, text: str, *, by: str | None = None) -> Story:
        """Say something about a task; that moves its `modified_at`."""
        task = self.tasks[gid]
        task.modified_at = self.now()
        return self._story(task, "comment_added", text, by)

    # Events

    def _story(self, task: Task, subtype: str, text: str, by: str | None, duplicate_of: str | None = None) -> Story:
        story = Story(self.new_id(), task.gid, self.now(), by or self.person, subtype, text, duplicate_of)
        self.stories.setdefault(task.gid, []).append(story)
        resource, streams = Ref("story", story.gid), self.streams(task)
        self.emit(by or self.person, "added", resource, streams, parent=Ref("task", task.gid))
        return story

    def _tell(self, task: Task, name: str, by: str | None) -> None:
        if name == "completed":
            subtype = "marked_complete" if task.completed else "marked_incomplete"
            self._story(task, subtype, subtype.replace("_", " "), by)
        else:
            self._story(task, *_STORIES[name], by)

    def _value_ref(self, task: Task, name: str) -> Ref | None:
        if name == "assignee" and task.assignee:
            return Ref("user", task.assignee)
        _, _, field = name.partition("/")
        return Ref("custom_field", field) if field else None


def _in_step(task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """What else changes with these values: approval with completion, day with hour, html with plain notes."""
    out = dict(values)
    approval = out.get("resource_subtype", task.resource_subtype) == "approval"
    if approval and "approval_status" in out:
        out["completed"] = out["approval_status"] != "pending"
    elif approval and "completed" in out and out["completed"] != task.completed:
        out["approval_status"] = "approved" if out["completed"] else "pending"
    if "notes" in out:
        out.setdefault("html_notes", None)
    for kind in ("due", "start"):
        if out.get(f"{kind}_at"):
            out[f"{kind}_on"] = out[f"{kind}_at"][:10]
        elif f"{kind}_on" in out:
            out[f"{kind}_at"] = None
    if "due_on" in out and out["due_on"] is None:
        out["start_on"] = out["start_at"] = None
    return out
