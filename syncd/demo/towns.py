"""The demo's towns: a local tool of each kind, and what a district's people do in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import ClassVar, Final, Protocol, Self

from connectors.asana import sandbox as asana
from connectors.clock import Clock
from connectors.monday import sandbox as monday


class Box(Protocol):
    """A local tool that answers while it is entered."""

    token: str

    @property
    def base_url(self) -> str:
        """Where its API answers."""

    @property
    def board_url(self) -> str:
        """Where people look."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Town(Protocol):
    """A local tool with people in it. Tasks are named by their ids; `shape` is how a mapping lays a plan out there."""

    title: ClassVar[str]
    shape: ClassVar[str]

    def __init__(self, clock: Clock, port: int, token: str) -> None: ...

    @property
    def box(self) -> Box:
        """The tool itself."""

    def welcome(self, name: str, address: str) -> object:
        """Let someone in."""

    def complete(self, task: str) -> object:
        """Tick a task off."""

    def rename(self, task: str, name: str) -> object:
        """Give a task another name."""

    def add_step(self, task: str, name: str) -> object:
        """Add a step below a task."""

    def name(self, task: str) -> str:
        """What a task is called."""

    def steps(self, task: str) -> int:
        """How many steps there are below a task."""


class AsanaTown:
    """People at work in Asana: a section for each goal, a task for each action, its projects as subtasks."""

    title: ClassVar[str] = "Asana"
    shape: ClassVar[str] = 'group_by = "goal"'

    def __init__(self, clock: Clock, port: int, token: str) -> None:
        self.box = asana.Sandbox(clock=clock, limits=asana.Limits(per_minute=None), port=port, token=token)
        self._world = self.box.world

    def welcome(self, name: str, address: str) -> object:
        """Let someone into the workspace."""
        return self._world.add_user(name, address)

    def complete(self, task: str) -> object:
        """Complete a task."""
        return self._world.complete(task)

    def rename(self, task: str, name: str) -> object:
        """Give a task another name."""
        return self._world.rename(task, name)

    def add_step(self, task: str, name: str) -> object:
        """Add a subtask."""
        return self._world.add_task(name, parent=task)

    def name(self, task: str) -> str:
        """A task's name."""
        return self._world.tasks[task].name

    def steps(self, task: str) -> int:
        """How many subtasks a task has."""
        return len(self._world.tasks[task].subtasks)


class MondayTown:
    """People at work in monday: a group for each action, an item for each project, their own steps as subitems.

    Boards have two levels of items, so there is room for a team's steps only where actions are groups.
    """

    title: ClassVar[str] = "monday"
    shape: ClassVar[str] = 'group_by = "action"\naction = "none"\nproject = "task"'

    def __init__(self, clock: Clock, port: int, token: str) -> None:
        limits = monday.Limits(per_minute=None, concurrency=None, complexity=1_000_000_000, daily=None)
        self.box = monday.Sandbox(clock, limits=limits, port=port, token=token)
        self._world = self.box.world

    def welcome(self, name: str, address: str) -> object:
        """Let someone into the account."""
        return self._world.add_user(name, address)

    def complete(self, task: str) -> object:
        """Choose the label that means done."""
        return self._world.complete(task)

    def rename(self, task: str, name: str) -> object:
        """Give an item another name."""
        return self._world.rename(task, name)

    def add_step(self, task: str, name: str) -> object:
        """Add a subitem."""
        return self._world.add_item(name, parent=task)

    def name(self, task: str) -> str:
        """An item's name."""
        return self._world.items[task].name

    def steps(self, task: str) -> int:
        """How many subitems an item has."""
        return len(self._world.items[task].subitems)


TOWNS: Final[Mapping[str, type[Town]]] = {"asana": AsanaTown, "monday": MondayTown}
"""By the kind that a connection in the configuration has."""
