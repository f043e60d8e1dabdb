"""The demo's towns: a local tool of each kind, and what a district's people do in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Final

from connectors.asana import sandbox as asana
from connectors.clock import Clock
from connectors.monday import sandbox as monday


class Town(ABC):
    """A local tool, `box`, with people in it. Tasks are named by their ids.

    `shape` is how a mapping lays a plan out there.
    """

    title: ClassVar[str]
    shape: ClassVar[str]
    box: asana.Sandbox | monday.Sandbox

    @abstractmethod
    def __init__(self, clock: Clock, port: int, token: str) -> None:
        """Make the tool, without limits."""

    def welcome(self, name: str, address: str) -> None:
        """Let someone in."""
        self.box.world.add_user(name, address)

    def complete(self, task: str) -> None:
        """Tick a task off."""
        self.box.world.complete(task)

    def rename(self, task: str, name: str) -> None:
        """Give a task another name."""
        self.box.world.rename(task, name)

    @abstractmethod
    def add_step(self, task: str, name: str) -> None:
        """Add a step below a task."""

    @abstractmethod
    def name(self, task: str) -> str:
        """What a task is called."""

    @abstractmethod
    def steps(self, task: str) -> int:
        """How many steps there are below a task."""


class AsanaTown(Town):
    """People at work in Asana: a section for each goal, a task for each action, its projects as subtasks."""

    title: ClassVar[str] = "Asana"
    shape: ClassVar[str] = 'group_by = "goal"'

    def __init__(self, clock: Clock, port: int, token: str) -> None:
        self.box = box = asana.Sandbox(clock=clock, limits=asana.Limits(per_minute=None), port=port, token=token)
        self._world = box.world

    def add_step(self, task: str, name: str) -> None:
        """Add a subtask."""
        self._world.add_task(name, parent=task)

    def name(self, task: str) -> str:
        """A task's name."""
        return self._world.tasks[task].name

    def steps(self, task: str) -> int:
        """How many subtasks a task has."""
        return len(self._world.tasks[task].subtasks)


class MondayTown(Town):
    """People at work in monday: a group for each action, an item for each project, their own steps as subitems.

    Boards have two levels of items, so there is room for a team's steps only where actions are groups.
    """

    title: ClassVar[str] = "monday"
    shape: ClassVar[str] = 'group_by = "action"\naction = "none"\nproject = "task"'

    def __init__(self, clock: Clock, port: int, token: str) -> None:
        limits = monday.Limits(per_minute=None, concurrency=None, complexity=1_000_000_000, daily=None)
        self.box = box = monday.Sandbox(clock, limits=limits, port=port, token=token)
        self._world = box.world

    def add_step(self, task: str, name: str) -> None:
        """Add a subitem."""
        self._world.add_item(name, parent=task)

    def name(self, task: str) -> str:
        """An item's name."""
        return self._world.items[task].name

    def steps(self, task: str) -> int:
        """How many subitems an item has."""
        return len(self._world.items[task].subitems)


TOWNS: Final[Mapping[str, type[Town]]] = {"asana": AsanaTown, "monday": MondayTown}
"""By the kind that a connection in the configuration has."""
