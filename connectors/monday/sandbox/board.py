"""The board people see: monday's boards on the page that every sandbox has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from threading import RLock
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.monday.sandbox import records
from connectors.monday.sandbox.cells import is_done
from connectors.monday.sandbox.problems import Problem
from connectors.monday.sandbox.records import Item
from connectors.monday.sandbox.world import World
from connectors.sandbox.board import Board, Card, Column, Form, Person, Row, Wall, Words

_UNNAMED = "Group Title"
_DUE = ("due", "due date", "deadline")


class Boards(Wall):
    """All boards but the hidden ones. What is done on them is done by the colleague `world.person`."""

    words: ClassVar[Words] = Words("board", "group", "item", "subitem")
    refusals: ClassVar[tuple[type[Exception], ...]] = (KeyError, ValueError, StopIteration, Problem)

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def lock(self) -> RLock:
        """The world's own."""
        return self._world.lock

    @property
    def place(self) -> str:
        """The account."""
        return self._world.account

    @property
    def me(self) -> str:
        """A colleague."""
        return self._world.users[self._world.person].name

    @property
    def version(self) -> int:
        """Counts everything that happens."""
        return self._world.version

    def rows(self) -> list[Row]:
        """All boards that were not deleted, the hidden ones for subitems aside."""
        boards = self._world.boards.values()
        return [self._row(one) for one in boards if one.type == "board" and one.state != "deleted"]

    def row(self, board: str) -> Row | None:
        """One board."""
        found = self._world.boards.get(board)
        return self._row(found) if found and found.state != "deleted" else None

    def _row(self, board: records.Board) -> Row:
        homes = {board.id, *(column.board for column in board.columns if column.board)}
        items = [item for item in self._world.items.values() if item.board in homes and item.state == "active"]
        done = sum(is_done(self._world, item) for item in items)
        return Row(board.id, board.name, done, len(items), board.state == "archived")

    def columns(self, board: str) -> list[Column]:
        """The groups; the one that monday makes itself only where it is used, or the only one."""
        every = [group for group in self._world.boards[board].groups if not group.deleted and not group.archived]
        groups = [group for group in every if group.items or group.title != _UNNAMED] or every
        return [Column(g.id, g.title, tuple(self._card(key, g.id) for key in g.items)) for g in groups]

    def _card(self, key: str, group: str | None) -> Card:
        world, item = self._world, self._world.items[key]
        due, status, owner = self._due(item), world.first(key, "status"), self._owner(item)
        chosen = item.cells.get(status.id) if status else None
        label = status.label(chosen["index"]) if status and chosen else None
        below = [one for one in item.subitems if world.items[one].state == "active"]
        return Card(
            id=key,
            name=item.name,
            done=is_done(world, item),
            due=date.fromisoformat(due) if due else None,
            today=world.clock.now().date(),
            owner=Person(owner, world.users[owner].name) if owner else None,
            group=group,
            steps=tuple(self._card(one, None) for one in below),
            status=label.label if label else "",
        )

    def _due_column(self, item: Item) -> records.Column | None:
        dates = [column for column in self._world.boards[item.board].columns if column.type == "date"]
        named = (column for column in dates if column.title.lower() in _DUE)
        return next(named, dates[0] if dates else None)

    def _due(self, item: Item) -> str | None:
        column = self._due_column(item)
        cell = item.cells.get(column.id) if column else None
        return str(cell["date"]) if cell else None

    def _owner(self, item: Item) -> str | None:
        column = self._world.first(item.id, "people")
        cell = item.cells.get(column.id) if column else None
        people = [str(one["id"]) for one in cell["personsAndTeams"] if one["kind"] == "person"] if cell else []
        return people[0] if people else None

    def people(self) -> Sequence[Person]:
        """Everybody who is active."""
        return [Person(user.id, user.name) for user in self._world.users.values() if user.status == "ACTIVE"]

    def home(self, item: str) -> str | None:
        """The board that shows an item: for a subitem the one above its own."""
        found = self._world.items.get(item)
        return self._world.main_board(self._world.boards[found.board]).id if found else None

    def tick(self, item: str, *, done: bool) -> None:
        """Choose a label that means done, or none."""
        self._world.complete(item, done)

    def edit(self, board: str, item: str, form: Form) -> None:
        """Rename, re-date, hand over and move."""
        world, found = self._world, self._world.items[item]
        if form["name"].strip():
            world.rename(item, form["name"])
        due, people = self._due_column(found), world.first(item, "people")
        if due and form.get("due", "") != (self._due(found) or ""):
            world.write(item, {due.id: {"date": form["due"]} if form.get("due") else None})
        if people and "owner" in form and form["owner"] != (self._owner(found) or ""):
            chosen = [{"id": world.users[form["owner"]].id, "kind": "person"}] if form["owner"] else []
            world.write(item, {people.id: {"personsAndTeams": chosen} if chosen else None})
        if form.get("section") and found.board == board and form["section"] != found.group:
            world.move(item, form["section"])

    def add(self, board: str, group: str, name: str) -> None:
        """A new item in a group."""
        self._world.add_item(name, board, group)

    def add_below(self, item: str, name: str) -> None:
        """A new subitem."""
        self._world.add_item(name, parent=item)

    def remove(self, item: str) -> None:
        """Put an item into the bin."""
        self._world.delete(item)


def routes(world: World, changed: Callable[[], None]) -> list[Route]:
    """The pages, and monday's own style of addresses."""
    board = Board(Boards(world), changed)

    async def address(request: Request) -> Response:
        return board.lead(request.path_params["board"], request.path_params.get("item"))

    return [*board.routes(), Route("/boards/{board}", address), Route("/boards/{board}/pulses/{item}", address)]
