"""What a write makes of a task, for tools that change one by reading it and putting it back: its values, its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors.errors import Invalid
from connectors.text import line, plain
from connectors.vocabulary import Task, Update, Values


@dataclass(frozen=True, slots=True)
class Place:
    """Below `parent`, else in `group`: right before or `behind` the task `beside`; None: it is alone there."""

    parent: str | None
    group: str | None
    beside: str | None = None
    behind: bool = True


def changed(task: Task, values: Values, now: datetime) -> Task:
    """The task with these values, without custom fields; if they complete it, it has been done since `now`."""
    given: dict[str, Any] = dict(values.given)
    for name, tidy in (("title", line), ("notes", plain)):
        if name in given:
            given[name] = tidy(given[name] or "")
    done = bool(given.get("completed", task.completed))
    if done is not task.completed:
        given["completed_at"] = now if done else None
    return replace(task, **given | {"completed": done})


def place(tasks: Mapping[str, Task], parent: str | None, group: str | None, after: str | None = None) -> Place:
    """The place among these tasks behind the one named, before the first (""), or behind the last (None)."""
    there = [id_ for id_, task in tasks.items() if _stands(task, parent, group)]
    beside = after or (there[0 if after == "" else -1] if there else None)
    return Place(parent, group, beside, behind=after != "")


def placed(write: Update, tasks: Mapping[str, Task]) -> tuple[Place | None, tuple[str, ...]]:
    """Where a task is to go among all tasks of its container, from the top down, and what of that cannot be done.

    None: it stays where it is. Raises Invalid where it was to stand below itself.
    """
    task = tasks[write.task]
    if task.container != write.container.id:
        asked = (write.parent, write.group, write.after) != (None, None, None)
        return None, ("It stands in another container: its place was left alone.",) if asked else ()
    parent = task.parent if write.parent is None else write.parent or None
    group = write.group or [*_upwards(task, tasks)][-1].group
    if parent and task in _upwards(tasks.get(parent), tasks):
        raise Invalid("a task cannot stand below itself", what=f"moving “{task.title}”")
    others = {id_: other for id_, other in tasks.items() if id_ != task.id}
    gone = bool(write.after) and not _stands(others.get(write.after or ""), parent, group)
    after = None if gone else write.after
    moved = parent != task.parent or (parent is None and group != task.group) or after is not None
    remarks = ("The task it was to stand behind is not there: the order was left alone.",) if gone else ()
    return place(others, parent, group, after) if moved else None, remarks


def _upwards(task: Task | None, tasks: Mapping[str, Task]) -> Iterator[Task]:
    """The task, the one it stands below, and so on."""
    while task:
        yield task
        task = tasks.get(task.parent or "")


def _stands(task: Task | None, parent: str | None, group: str | None) -> bool:
    return task is not None and task.parent == parent and (parent is not None or task.group == group)
