"""Reads tasks: whole containers, single tasks, and tasks by their marker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.asana import shapes
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.merges import Merges
from connectors.asana.people import People
from connectors.errors import NoAccess, NotFound
from connectors.vocabulary import Container, Depth, Fate, Listing, Task


class Reader:
    """Tasks of containers, complete or not at all."""

    def __init__(self, client: Client, people: People, merges: Merges) -> None:
        self._client = client
        self._people = people
        self._merges = merges

    def task(self, raw: Raw, container: Container) -> Task:
        """A task record as seen from a container."""
        merged = self._merges.holds(raw)
        return shapes.task(raw, container.id, self._people.address, marker_field=container.marker_field, merged=merged)

    def read(self, container: Container, depth: Depth) -> Listing:
        """All tasks of a container: ⌈N/100⌉ requests, and one for each parent whose subtasks are read."""
        raws = {str(raw["gid"]): raw for raw in self._client.tasks(container.id)}
        tasks = {gid: self.task(raw, container) for gid, raw in raws.items()}
        if depth is not Depth.TOP:
            for raw in list(raws.values()):
                below = self._below(raw)
                raws.update({str(step["gid"]): step for step in below})
                steps = [self.task(step, container) for step in below]
                tasks.update({step.id: step for step in steps if step.id not in tasks})
                tasks[str(raw["gid"])] = replace(tasks[str(raw["gid"])], steps=shapes.steps(steps))
        if depth is Depth.STEPS:
            tasks = {gid: self._counted(task, raws[gid], container) for gid, task in tasks.items()}
        return Listing.finished(container.id, tasks, depth)

    def look(self, container: Container, tasks: Sequence[str], depth: Depth) -> Mapping[str, Task | Fate]:
        """Each task by id, or why it cannot be read; with its steps where that depth needs them."""
        return {task: self._one(container, task, depth) for task in dict.fromkeys(tasks)}

    def find(self, container: Container, marker: str, parent: str | None, since: datetime) -> Sequence[Task]:
        """The live tasks that carry the marker, from listings that are never behind (unlike Asana's search)."""
        listed = self._client.subtasks(parent) if parent else self._client.tasks_since(container.id, since)
        seen: Iterable[Task] = (self.task(raw, container) for raw in listed)
        return [task for task in seen if task.marker == marker]

    def _one(self, container: Container, task: str, depth: Depth) -> Task | Fate:
        try:
            raw = self._client.task(task)
            seen = self.task(raw, container)
            wanted = depth is Depth.STEPS or (depth is Depth.SUBTASKS and seen.parent is None)
            return self._counted(seen, raw, container) if wanted else seen
        except NotFound:
            return Fate.DELETED
        except NoAccess:
            return Fate.NO_ACCESS

    def _counted(self, task: Task, raw: Raw, container: Container) -> Task:
        """The task with its steps, unless they were counted already."""
        if task.steps is not None:
            return task
        return replace(task, steps=shapes.steps(self.task(step, container) for step in self._below(raw)))

    def _below(self, raw: Raw) -> list[Raw]:
        """The direct subtasks; none where the task was deleted a moment ago, for they went with it."""
        try:
            return self._client.subtasks(str(raw["gid"])) if raw.get("num_subtasks") else []
        except NotFound:
            return []
