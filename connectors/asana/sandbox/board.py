"""The board people see: a project's tasks by section as a web page, with plain forms to work on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.asana.sandbox.problems import Problem
from connectors.asana.sandbox.records import Project, Task, day_of
from connectors.asana.sandbox.world import World

_COLOURS = ("#3b5bdb", "#0b7285", "#c2255c", "#9c36b5", "#2b7a3f", "#c2410c", "#5f3dc4", "#1864ab")
"""Behind initials in white: each is dark enough to read them."""

_UNNAMED = "Untitled section"


@dataclass(frozen=True, slots=True)
class Card:
    """One task as the board shows it, with its subtasks below it."""

    gid: str
    name: str
    done: bool
    due: str | None
    due_words: str
    late: bool
    owner: str | None
    person: str
    initials: str
    colour: str
    section: str | None
    steps: tuple[Card, ...]

    @property
    def finished(self) -> int:
        """How many of the direct subtasks are done."""
        return sum(step.done for step in self.steps)


@dataclass(frozen=True, slots=True)
class Column:
    """One section with its cards."""

    gid: str
    name: str
    cards: tuple[Card, ...]


def columns(world: World, project: Project) -> list[Column]:
    """A project's sections with their tasks; the one that Asana makes itself only where it is used, or the only one."""
    every = [world.sections[gid] for gid in project.sections]
    found = [section for section in every if section.tasks or section.name != _UNNAMED] or every
    return [Column(s.gid, s.name, tuple(_card(world, gid, s.gid) for gid in s.tasks)) for s in found]


def _card(world: World, gid: str, section: str | None) -> Card:
    task, today = world.tasks[gid], world.clock.now().date()
    person = world.users[task.assignee].name if task.assignee else ""
    due = date.fromisoformat(task.due_on) if task.due_on else None
    return Card(
        gid=gid,
        name=task.name,
        done=task.completed,
        due=task.due_on,
        due_words=_day_words(due, today),
        late=bool(due and due < today and not task.completed),
        owner=task.assignee,
        person=person,
        initials="".join(part[0] for part in person.split()[:2]).upper(),
        colour=_COLOURS[sum(map(ord, person)) % len(_COLOURS)],
        section=section,
        steps=tuple(_card(world, step, None) for step in task.subtasks if not world.tasks[step].separator),
    )


def _day_words(day: date | None, today: date) -> str:
    if day is None:
        return ""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


class Board:
    """The pages. What is done on them is done by the team member `world.person`; `changed` is told of each change."""

    def __init__(self, world: World, changed: Callable[[], None]) -> None:
        self._world = world
        self._changed = changed
        self._pages = Environment(
            loader=PackageLoader("connectors.asana.sandbox"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self) -> list[Route]:
        """The list of boards, one board, its version for refreshing, its forms, and Asana's own style of addresses."""
        return [
            Route("/", self.index),
            Route("/board/{project}", self.show),
            Route("/board/{project}/version", self.version),
            Route("/board/{project}/{deed}", self.act, methods=["POST"]),
            Route("/0/{project}/{what}", self.permalink),
        ]

    async def index(self, _: Request) -> Response:
        """All projects, with how much of each is done."""
        with self._world.lock:
            live = [project for project in self._world.projects.values() if not project.deleted]
            rows = [(project, *_tally(self._world, project)) for project in live]
            return self._page("index.html", rows=rows, place=self._world.workspace_name)

    async def show(self, request: Request) -> Response:
        """One project's board."""
        with self._world.lock:
            project = self._world.find("project", request.path_params["project"])
            if project is None:
                return self._page("gone.html", 404)
            done, every = _tally(self._world, project)
            return self._page(
                "board.html",
                project=project,
                columns=columns(self._world, project),
                people=sorted((user for user in self._world.users.values() if user.active), key=lambda user: user.name),
                done=done,
                every=every,
                me=self._world.users[self._world.person].name,
                version=_version(self._world),
                place=self._world.workspace_name,
            )

    async def version(self, _: Request) -> Response:
        """A number that grows with every change, for the page to know when to load itself again."""
        return PlainTextResponse(str(_version(self._world)))

    async def permalink(self, request: Request) -> Response:
        """An address as Asana writes it leads to the board, to the task on it."""
        project, what = request.path_params["project"], request.path_params["what"]
        with self._world.lock:
            home = self._home(what) or project
        return RedirectResponse(f"/board/{home}" + (f"#t{what}" if what.isdigit() else ""), 302)

    def _home(self, gid: str) -> str | None:
        """The project whose board shows a task, through its parents; None for what stands nowhere."""
        task = self._world.find("task", gid)
        while task is not None and not task.homes and task.parent:
            task = self._world.find("task", task.parent)
        return next(iter(task.homes), None) if task else None

    async def act(self, request: Request) -> Response:
        """Do what a form asks for, and show the board again."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        deed = _DEEDS.get(request.path_params["deed"])
        if deed is None:
            return self._page("gone.html", 404)
        try:
            with self._world.lock:
                spot = deed(self._world, request.path_params["project"], form)
        except (KeyError, ValueError, Problem) as error:
            return PlainTextResponse(f"That could not be done: {error}", 400)
        self._changed()
        return RedirectResponse(f"/board/{request.path_params['project']}#{spot}", 303)

    def _page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._pages.get_template(name).render(**values), status)


def _version(world: World) -> int:
    return world.feed.position + world.arranged


def _tally(world: World, project: Project) -> tuple[int, int]:
    """How many of a project's tasks, subtasks included, are done, and how many there are."""
    waiting: list[Task] = list(world.tasks_in(project.gid))
    done = every = 0
    while waiting:
        task = waiting.pop()
        done, every = done + task.completed, every + 1
        waiting.extend(world.tasks[gid] for gid in task.subtasks if not world.tasks[gid].separator)
    return done, every


Form = dict[str, str]


def _tick(world: World, _: str, form: Form) -> str:
    return f"t{world.complete(form['task'], form['done'] == 'yes').gid}"


def _edit(world: World, project: str, form: Form) -> str:
    """Rename, re-date, hand over and move in one form; what is unchanged or not in it stays untouched."""
    task = world.tasks[form["task"]]
    if form["name"].strip() and form["name"].strip() != task.name:
        world.rename(task.gid, form["name"])
    due = day_of(form["due"]) if form.get("due") else None
    if due != task.due_on:
        world.set(task.gid, due_on=due)
    owner = form.get("owner", task.assignee or "") or None
    if owner != task.assignee:
        world.set(task.gid, assignee=world.users[owner].gid if owner else None)
    section = form.get("section")
    if section and section != task.homes.get(project):
        world.move(task.gid, section)
    return f"t{task.gid}"


def _add(world: World, project: str, form: Form) -> str:
    if not form["name"].strip():
        return f"s{form['section']}"
    world.add_task(form["name"], project, section=form["section"])
    return f"s{form['section']}"


def _subtask(world: World, _: str, form: Form) -> str:
    if form["name"].strip():
        world.add_task(form["name"], parent=form["task"])
    return f"t{form['task']}"


def _remove(world: World, _: str, form: Form) -> str:
    world.delete(form["task"])
    return "top"


_DEEDS: dict[str, Callable[[World, str, Form], str]] = {
    "tick": _tick,
    "edit": _edit,
    "add": _add,
    "subtask": _subtask,
    "remove": _remove,
}
