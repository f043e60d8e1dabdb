"""Boards and their groups: found, and made where they are missing, never twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from connectors.certain import Made, certain
from connectors.monday import shapes
from connectors.monday.addresses import board_of
from connectors.monday.client import Client
from connectors.monday.columns import Columns
from connectors.monday.layout import Layout
from connectors.monday.layouts import Layouts, required
from connectors.names import Words, titled
from connectors.text import line
from connectors.vocabulary import Choice, Container, Group

_WORDS: Final = Words("board", "group", "Restore it in monday")


class Containers:
    """Opens boards. `wait` lets the time pass after which an unanswered request can no longer take effect."""

    def __init__(
        self, client: Client, layouts: Layouts, columns: Columns, workspace: str | None, wait: Callable[[], None]
    ) -> None:
        self._client = client
        self._layouts = layouts
        self._columns = columns
        self._workspace = workspace
        self._wait = wait

    def discover(self) -> Sequence[Choice]:
        """The boards in use, by name."""
        found = map(shapes.choice, self._client.boards())
        return sorted(found, key=lambda choice: (choice.name.casefold(), choice.id))

    def open(self, reference: str, *, by_name: bool, create: bool) -> Container:
        """The board by id, address or name; with `create` it and its columns are made where missing."""
        board = self._named(line(reference), create=create) if by_name else board_of(reference)
        self._layouts.forget([board])
        top = required(self._layouts.of([board]), board)
        if create and top.state == "active":
            self._certain(lambda: self._columns.furnish(board), lambda: self._columns.furnish(board))
            top = required(self._layouts.of([board]), board)
        return container(top)

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The board's groups, after those missing by title were made: first those asked for, titled as asked."""
        there = self._groups(container.id)
        wanted = list(dict.fromkeys(titles))
        missing = list(dict.fromkeys(line(title) for title in wanted if titled(there, title) is None))
        if missing:
            last = there[-1].id if there else None
            self._certain(
                lambda: self._client.create_groups(container.id, missing, last),
                lambda: all(titled(self._groups(container.id), title) for title in missing) or None,
            )
            there = self._groups(container.id)
        asked = [Group(held.id, title) for title in wanted if (held := titled(there, title))]
        known = {group.id for group in asked}
        return (*asked, *(group for group in there if group.id not in known))

    def rename_group(self, container: Container, group: str, title: str) -> tuple[Group, ...]:
        """The board's groups, after the one with this id was given this title, titled as asked."""
        there = self._groups(container.id)
        if not _WORDS.is_called(there, group, title):
            self._certain(
                lambda: self._client.rename_group(container.id, group, line(title)),
                lambda: _WORDS.is_called(self._groups(container.id), group, title) or None,
            )
        return tuple(Group(group, title) if one.id == group else one for one in there)

    def _groups(self, board: str) -> tuple[Group, ...]:
        return required(self._layouts.again([board]), board).groups

    def _named(self, name: str, *, create: bool) -> str:
        there = _WORDS.the_one(name, self._called(name), lambda: self._called(name, "archived"), create=create)
        if there is not None:
            return there.id
        return self._certain(
            lambda: self._client.create_board(name, self._workspace),
            lambda: next((choice.id for choice in self._called(name)), None),
        )

    def _called(self, name: str, state: str = "active") -> list[Choice]:
        found = map(shapes.choice, self._client.boards(state))
        return [choice for choice in found if choice.name.casefold() == name.casefold()]

    def _certain(self, make: Callable[[], Made], look: Callable[[], Made | None]) -> Made:
        return certain(make, look, self._wait)


def container(top: Layout) -> Container:
    """A board in the words of all tools."""
    return Container(
        id=top.board,
        name=top.name,
        url=top.url,
        groups=top.groups,
        fields=top.fields,
        marker_field=top.marker.id if top.marker else None,
        archived=top.state == "archived",
    )
