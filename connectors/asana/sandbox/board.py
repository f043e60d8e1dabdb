"""The board people see: Asana's projects on the page that every sandbox has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from threading import RLock
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.asana.sandbox.problems import Problem
from connectors.asana.sandbox.records import Project, Task, day_of
from connectors.asana.sandbox.world import World
from connectors.sandbox.board import Board, Card, Column, Form, Person, Row, Wall, Words

_UNNAMED = "Untitled section"


class Projects(Wall):
    """All projects. What is done on them is done by the team member `world.person`."""

    words: ClassVar[Words] = Words("project", "section", "task", "subtask")
    refusals: ClassVar[tuple[type[Exception], ...]] = (KeyError, ValueError, Problem)

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def lock(self) -> RLock:
        """The world's own."""
        return self._world.lock

    @property
    def place(self) -> str:
        """The workspace."""
        return self._world.workspace_name

    @property
    def me(self) -> str:
        """A team member."""
        return self._world.users[self._world.person].name

    @property
    def version(self) -> int:
        """Counts events and what was put into another order."""
        return self._world.feed.position + self._world.arranged

    def rows(self) -> list[Row]:
        """All projects that were not deleted."""
        return [self._row(project) for project in self._world.projects.values() if not project.deleted]

    def row(self, board: str) -> Row | None:
        """One project."""
        project = self._world.find("project", board)
        return self._row(project) if project else None

    def _row(self, project: Project) -> Row:
        return Row(project.gid, project.name, *_tally(self._world, project), project.archived)

    def columns(self, board: str) -> list[Column]:
        """The sections; the one that Asana makes itself only where it is used, or the only one."""
        every = [self._world.sections[gid] for gid in self._world.projects[board].sections]
        found = [section for section in every if section.tasks or section.name != _UNNAMED] or every
        return [Column(s.gid, s.name, tuple(self._card(gid, s.gid) for gid in s.tasks)) for s in found]

    def _card(self, gid: str, section: str | None) -> Card:
        task = self._world.tasks[gid]
        owner = self._world.users[task.assignee] if task.assignee else None
        return Card(
            id=gid,
            name=task.name,
            done=task.completed,
            due=date.fromisoformat(task.due_on) if task.due_on else None,
            today=self._world.clock.now().date(),
            owner=Person(owner.gid, owner.name) if owner else None,
            group=section,
            steps=tuple(self._card(step, None) for step in task.subtasks if not self._world.tasks[step].separator),
        )

    def people(self) -> Sequence[Person]:
        """Everybody who is active."""
        return [Person(user.gid, user.name) for user in self._world.users.values() if user.active]

    def home(self, item: str) -> str | None:
        """The project whose board shows a task, through its parents."""
        task = self._world.find("task", item)
        while task is not None and not task.homes and task.parent:
            task = self._world.find("task", task.parent)
        return next(iter(task.homes), None) if task else None

    def tick(self, item: str, *, done: bool) -> None:
        """Complete a task, or open it again."""
        self._world.complete(item, done)

    def edit(self, board: str, item: str, form: Form) -> None:
        """Rename, re-date, hand over and move."""
        world, task = self._world, self._world.tasks[item]
        if form["name"].strip() and form["name"].strip() != task.name:
            world.rename(task.gid, form["name"])
        due = day_of(form["due"]) if form.get("due") else None
        if due != task.due_on:
            world.set(task.gid, due_on=due)
        owner = form.get("owner", task.assignee or "") or None
        if owner != task.assignee:
            world.set(task.gid, assignee=world.users[owner].gid if owner else None)
        section = form.get("section")
        if section and section != task.homes.get(board):
            world.move(task.gid, section)

    def add(self, board: str, group: str, name: str) -> None:
        """A new task in a section."""
        self._world.add_task(name, board, section=group)

    def add_below(self, item: str, name: str) -> None:
        """A new subtask."""
        self._world.add_task(name, parent=item)

    def remove(self, item: str) -> None:
        """Delete a task."""
        self._world.delete(item)


def routes(world: World, changed: Callable[[], None]) -> list[Route]:
    """The pages, and Asana's own style of addresses."""
    board = Board(Projects(world), changed)

    async def permalink(request: Request) -> Response:
        what = request.path_params["what"]
        return board.lead(request.path_params["project"], what if what.isdigit() else None)

    return [*board.routes(), Route("/0/{project}/{what}", permalink)]


def _tally(world: World, project: Project) -> tuple[int, int]:
    """How many of a project's tasks, subtasks included, are done, and how many there are."""
    waiting: list[Task] = list(world.tasks_in(project.gid))
    done = every = 0
    while waiting:
        task = waiting.pop()
        done, every = done + task.completed, every + 1
        waiting.extend(world.tasks[gid] for gid in task.subtasks if not world.tasks[gid].separator)
    return done, every
