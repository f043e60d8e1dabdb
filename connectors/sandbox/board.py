"""The board people see: items by group as a web page, with plain forms to work on them; the same for every tool."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

_COLOURS = ("#3b5bdb", "#0b7285", "#c2255c", "#9c36b5", "#2b7a3f", "#c2410c", "#5f3dc4", "#1864ab")
"""Behind initials in white: each is dark enough to read them."""

Form = dict[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """What the tool calls its things."""

    board: str
    group: str
    item: str
    subitem: str


@dataclass(frozen=True, slots=True)
class Row:
    """A board in the list of boards, with how much of it is done."""

    id: str
    name: str
    done: int
    every: int
    archived: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can own an item."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """One item as the board shows it, with what is below it; `status` is a word beside it, `group` where it stands."""

    id: str
    name: str
    done: bool
    due: date | None
    today: date
    owner: Person | None
    group: str | None
    steps: tuple[Card, ...]
    status: str = ""

    @property
    def due_words(self) -> str:
        """The day, with its year only where that is another one."""
        if self.due is None:
            return ""
        return (
            f"{self.due.day} {self.due:%b}" if self.due.year == self.today.year else f"{self.due.day} {self.due:%b %Y}"
        )

    @property
    def late(self) -> bool:
        """True for an open item after its day."""
        return bool(self.due and self.due < self.today and not self.done)

    @property
    def initials(self) -> str:
        """The owner's."""
        return "".join(part[0] for part in self.owner.name.split()[:2]).upper() if self.owner else ""

    @property
    def colour(self) -> str:
        """Behind the owner's initials."""
        return _COLOURS[sum(map(ord, self.owner.name)) % len(_COLOURS)] if self.owner else ""

    @property
    def finished(self) -> int:
        """How many of the items directly below are done."""
        return sum(step.done for step in self.steps)


@dataclass(frozen=True, slots=True)
class Column:
    """One group with its cards."""

    id: str
    name: str
    cards: tuple[Card, ...]


class Wall(ABC):
    """One tool's boards, and what people do on them. What a form asks for may raise `refusals`."""

    words: ClassVar[Words]
    refusals: ClassVar[tuple[type[Exception], ...]] = (KeyError, ValueError)

    @property
    @abstractmethod
    def lock(self) -> Any:
        """Held while a page is made or a form is worked on."""

    @property
    @abstractmethod
    def place(self) -> str:
        """Whose boards these are."""

    @property
    @abstractmethod
    def me(self) -> str:
        """The name of who works on the pages."""

    @property
    @abstractmethod
    def version(self) -> int:
        """A number that grows with every change."""

    @abstractmethod
    def rows(self) -> Sequence[Row]:
        """All boards."""

    @abstractmethod
    def row(self, board: str) -> Row | None:
        """One board, or None where it is not there."""

    @abstractmethod
    def columns(self, board: str) -> Sequence[Column]:
        """The groups of a board with their cards."""

    @abstractmethod
    def people(self) -> Sequence[Person]:
        """Everybody who can own an item."""

    @abstractmethod
    def home(self, item: str) -> str | None:
        """The board that shows an item; None for what stands nowhere."""

    @abstractmethod
    def tick(self, item: str, *, done: bool) -> None:
        """Tick an item off, or open it again."""

    @abstractmethod
    def edit(self, board: str, item: str, form: Form) -> None:
        """Rename, re-date, hand over and move in one form; what is unchanged or not in it stays untouched."""

    @abstractmethod
    def add(self, board: str, group: str, name: str) -> None:
        """A new item at the end of a group."""

    @abstractmethod
    def add_below(self, item: str, name: str) -> None:
        """A new item below another one."""

    @abstractmethod
    def remove(self, item: str) -> None:
        """Delete an item."""


class Board:
    """The pages of a wall; `changed` is told of each change."""

    def __init__(self, wall: Wall, changed: Callable[[], None]) -> None:
        self._wall = wall
        self._changed = changed
        self._pages = Environment(
            loader=PackageLoader("connectors.sandbox"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["article"] = lambda word: f"{'an' if word[0] in 'aeiou' else 'a'} {word}"

    def routes(self) -> list[Route]:
        """The list of boards, one board, its version for refreshing, and its forms."""
        return [
            Route("/", self.index),
            Route("/board/{board}", self.show),
            Route("/board/{board}/version", self.version),
            Route("/board/{board}/{deed}", self.act, methods=["POST"]),
        ]

    async def index(self, _: Request) -> Response:
        """All boards, with how much of each is done."""
        with self._wall.lock:
            return self._page("index.html", rows=self._wall.rows())

    async def show(self, request: Request) -> Response:
        """One board."""
        with self._wall.lock:
            row = self._wall.row(request.path_params["board"])
            if row is None:
                return self._page("gone.html", 404)
            people = sorted(self._wall.people(), key=lambda person: person.name)
            return self._page(
                "board.html",
                board=row,
                columns=self._wall.columns(row.id),
                people=people,
                me=self._wall.me,
                version=self._wall.version,
            )

    async def version(self, _: Request) -> Response:
        """A number that grows with every change, for the page to know when to load itself again."""
        return PlainTextResponse(str(self._wall.version))

    def lead(self, board: str, item: str | None) -> Response:
        """An address of the tool's own leads to the board, to the item on it."""
        with self._wall.lock:
            home = (self._wall.home(item) if item else None) or board
        return RedirectResponse(f"/board/{home}" + (f"#t{item}" if item else ""), 302)

    async def act(self, request: Request) -> Response:
        """Do what a form asks for, and show the board again."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        board, deed = request.path_params["board"], _DEEDS.get(request.path_params["deed"])
        if deed is None:
            return self._page("gone.html", 404)
        try:
            with self._wall.lock:
                spot = deed(self._wall, board, form)
        except self._wall.refusals as error:
            return PlainTextResponse(f"That could not be done: {error}", 400)
        self._changed()
        return RedirectResponse(f"/board/{board}#{spot}", 303)

    def _page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        page = self._pages.get_template(name)
        return HTMLResponse(page.render(place=self._wall.place, words=self._wall.words, **values), status)


def _tick(wall: Wall, _: str, form: Form) -> str:
    wall.tick(form["task"], done=form["done"] == "yes")
    return f"t{form['task']}"


def _edit(wall: Wall, board: str, form: Form) -> str:
    wall.edit(board, form["task"], form)
    return f"t{form['task']}"


def _add(wall: Wall, board: str, form: Form) -> str:
    if form["name"].strip():
        wall.add(board, form["section"], form["name"])
    return f"s{form['section']}"


def _add_below(wall: Wall, _: str, form: Form) -> str:
    if form["name"].strip():
        wall.add_below(form["task"], form["name"])
    return f"t{form['task']}"


def _remove(wall: Wall, _: str, form: Form) -> str:
    wall.remove(form["task"])
    return "top"


_DEEDS: dict[str, Callable[[Wall, str, Form], str]] = {
    "tick": _tick,
    "edit": _edit,
    "add": _add,
    "subtask": _add_below,
    "remove": _remove,
}
