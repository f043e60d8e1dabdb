"""Boards and their groups: found, and made where they are missing, never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from connectors.certain import Made, certain
from connectors.clock import Clock
from connectors.fresh import Fresh
from connectors.monday import shapes
from connectors.monday.addresses import board_of
from connectors.monday.client import Client
from connectors.monday.columns import Columns
from connectors.monday.layout import Layout, group, layout
from connectors.monday.layouts import Layouts, required
from connectors.monday.outgoing import fitting
from connectors.names import Words, alike, titled
from connectors.text import line
from connectors.vocabulary import Choice, Container, Group

_WORDS: Final = Words("board", "group", "Restore it in monday")


class Containers:
    """Opens boards. An unanswered request can no longer take effect when so many seconds, `unseen`, are over."""

    def __init__(
        self, client: Client, layouts: Layouts, columns: Columns, clock: Clock, *, workspace: str | None, unseen: float
    ) -> None:
        self._client = client
        self._layouts = layouts
        self._columns = columns
        self._workspace = workspace
        self._clock = clock
        self._unseen = unseen
        self._boards = Fresh(client.boards, clock)
        self._new: set[str] = set()
        """Boards that were made here, and on which nobody has made a group yet."""

    def workspaces(self) -> Sequence[Choice]:
        """The workspaces in use, by name."""
        return _by_name(map(shapes.choice, self._client.workspaces()))

    def discover(self) -> Sequence[Choice]:
        """The boards in use, by name."""
        return _by_name(shapes.choice(raw) for raw in self._client.boards() if raw.get("state") == "active")

    def open(self, reference: str, *, by_name: bool, create: bool) -> Container:
        """The board by id, address or name; with `create` it and its columns are made where missing."""
        found = self._named(line(reference), create=create) if by_name else board_of(reference)
        if found:
            self._layouts.forget([found])
        board = found or self._make(line(reference))
        top = required(self._layouts.of([board]), board)
        if create and top.state == "active":
            self._certain(lambda: self._columns.furnish(board), lambda: self._columns.furnish(board))
            top = required(self._layouts.of([board]), board)
        return container(top, self._layouts.of([top.below]).get(top.below) if top.below else None)

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The board's groups, after those missing by title were made: first those asked for, titled as asked."""
        new = container.id in self._new
        self._new.discard(container.id)
        board = required((self._layouts.of if new else self._layouts.again)([container.id]), container.id)
        there = board.groups
        wanted = {title: fitting(title) for title in titles}
        missing = list(dict.fromkeys(called for called in wanted.values() if titled(there, called) is None))
        if missing:
            spare = new and len(there) == 1 and not board.items
            there = self._certain(
                lambda: self._with_groups(board, missing, spare=spare), lambda: self._if_all(board.board, missing)
            )
        asked = [Group(held.id, title) for title, called in wanted.items() if (held := titled(there, called))]
        known = {group.id for group in asked}
        return (*asked, *(group for group in there if group.id not in known))

    def rename_group(self, container: Container, group: str, title: str, was: str | None) -> tuple[Group, ...]:
        """The board's groups, after the one with this id was given this title, titled as asked."""
        there, wanted = self._groups(container.id), fitting(title)
        held = _WORDS.called(there, group, title)
        if not alike(held, wanted):
            if was is not None and not alike(held, fitting(was)):
                return there
            self._certain(
                lambda: self._client.rename_group(container.id, group, wanted),
                lambda: alike(_WORDS.called(self._groups(container.id), group, title), wanted) or None,
            )
        return tuple(Group(group, title) if one.id == group else one for one in there)

    def _with_groups(self, board: Layout, titles: Sequence[str], *, spare: bool) -> tuple[Group, ...]:
        """The board's groups, after these were made; the only one of a new board becomes the first of them."""
        last = board.groups[-1].id if board.groups else None
        made = map(group, self._client.create_groups(board.board, titles, last, spare=spare))
        named = (Group(one.id, title) for one, title in zip(made, titles, strict=True))
        there = (*(() if spare else board.groups), *named)
        self._layouts.keep(replace(board, groups=there))
        return there

    def _if_all(self, board: str, titles: Sequence[str]) -> tuple[Group, ...] | None:
        """The board's groups, if all of these titles are among them."""
        there = self._groups(board)
        return there if all(titled(there, title) for title in titles) else None

    def _groups(self, board: str) -> tuple[Group, ...]:
        return required(self._layouts.again([board]), board).groups

    def _named(self, name: str, *, create: bool) -> str | None:
        there = _WORDS.the_one(name, self._called(name), lambda: self._called(name, "archived"), create=create)
        return there.id if there else None

    def _make(self, name: str) -> str:
        """A new board of this name; nobody else knows of it yet, so that what is known of it stays true."""
        board = self._certain(lambda: self._made(name), lambda: self._found_anew(name))
        self._new.add(board)
        return board

    def _made(self, name: str) -> str:
        made = self._client.create_board(name, self._workspace)
        self._layouts.keep(layout(made))
        self._boards.amend(lambda listed: [*listed, made])
        return str(made["id"])

    def _found_anew(self, name: str) -> str | None:
        self._boards.again()
        return next((choice.id for choice in self._called(name)), None)

    def _called(self, name: str, state: str = "active") -> list[Choice]:
        found = [shapes.choice(raw) for raw in self._boards.get() if raw.get("state") == state]
        return [choice for choice in found if choice.name.casefold() == name.casefold()]

    def _certain(self, make: Callable[[], Made], look: Callable[[], Made | None]) -> Made:
        return certain(make, look, lambda: self._clock.sleep(self._unseen))


def _by_name(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.id))


def container(top: Layout, below: Layout | None = None) -> Container:
    """A board, and that of its subitems, in the words of all tools."""
    return Container(
        id=top.board,
        name=top.name,
        url=top.url,
        groups=top.groups,
        fields=top.fields,
        marker_field=top.marker.id if top.marker else None,
        marks_below=below is None or below.marker is not None,
        archived=top.state == "archived",
    )
