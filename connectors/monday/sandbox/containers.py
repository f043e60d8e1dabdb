"""What the account consists of besides items: people, boards, groups and columns, and what can happen to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from connectors.monday.sandbox.problems import Problem, wrong
from connectors.monday.sandbox.records import Board, Column, Group, Label, Option, User
from connectors.monday.sandbox.state import State
from connectors.sandbox.keeping import insert, locked

NEW_LABELS = (
    Label(0, "Working on it", 0, color="working_orange"),
    Label(1, "Done", 1, is_done=True, color="done_green"),
    Label(2, "Stuck", 2, color="stuck_red"),
)
"""What a status column starts with; the ids are not the places."""


class Containers(State):
    """People, boards, groups and columns. `by` is who does something: left out, the colleague `person`."""

    # People

    @locked
    def add_user(
        self, name: str, email: str | None = None, *, kind: str = "member", status: str = "ACTIVE", zone: str = "UTC"
    ) -> User:
        """Someone new in the account."""
        address = email or f"{name.lower().replace(' ', '.')}@riverbend.example"
        user = self.users[self._user(name, address, kind, status)]
        user.zone = zone
        return user

    # Boards

    @locked
    def add_board(
        self,
        name: str,
        groups: Sequence[str] = ("Group Title",),
        *,
        columns: Iterable[tuple[str, str]] = (("Person", "people"), ("Status", "status"), ("Date", "date")),
        hierarchy: str = "classic",
        kind: str = "public",
        by: str | None = None,
    ) -> Board:
        """A new board with its groups and its columns, each (title, type). On a multi-level one statuses roll up."""
        board = self._board(name, "board", by, kind=kind, hierarchy=hierarchy)
        for title in groups:
            self.add_group(board.id, title, by=by)
        for title, sort in columns:
            column = self.add_column(board.id, title, sort, by=by)
            column.calculated = hierarchy == "multi_level" and sort == "status"
        return board

    def _board(self, name: str, sort: str, by: str | None, **values: Any) -> Board:
        now, author = self.now(), by or self.person
        board = Board(self.new_id(), name, now, now, author, type=sort, **values)
        board.columns.append(Column("name", "Name", "name"))
        self.boards[board.id] = board
        return board

    @locked
    def rename_board(self, key: str, name: str, *, by: str | None = None) -> None:
        """Give a board another name."""
        board = self.boards[key]
        board.name = name
        self._touch(board)
        self.log(key, "update_board_name", by or self.person, {"name": name}, entity="board")

    @locked
    def put_board(self, key: str, state: str, *, by: str | None = None) -> None:
        """Archive or delete a board with its subitems board, or make both active again."""
        board = self.boards[key]
        for one in filter(None, (board, self.subboard(board))):
            one.state = state
            self._touch(one)
        event = "board_deleted" if state == "deleted" else "board_state_changed"
        self.log(key, event, by or self.person, {"state": state}, entity="board")

    def delete_board(self, key: str, *, by: str | None = None) -> None:
        """Delete a board."""
        self.put_board(key, "deleted", by=by)

    def archive_board(self, key: str, *, by: str | None = None) -> None:
        """Archive a board."""
        self.put_board(key, "archived", by=by)

    @locked
    def hide_board(self, key: str, yes: bool = True) -> None:
        """Take the token's right to see a board, with its subitems; or give it back."""
        (self.hidden.add if yes else self.hidden.discard)(key)

    @locked
    def lock_board(self, key: str, yes: bool = True) -> None:
        """Leave the token only the right to look at a board; or let it edit again."""
        board = self.boards[key]
        for one in filter(None, (board, self.subboard(board))):
            one.access = "view" if yes else "edit"

    def _touch(self, board: Board) -> None:
        board.updated_at = self.now()
        self.version += 1

    # Groups

    @locked
    def add_group(
        self, board: str, title: str, *, before: str | None = None, after: str | None = None, by: str | None = None
    ) -> Group:
        """A new group: beside another one, else at the end."""
        groups = self.boards[board].groups
        group = Group("topics" if not groups else f"group_mk{self.new_id()}", title)
        order = [one.id for one in groups]
        insert(order, group.id, before, after)
        groups.insert(order.index(group.id), group)
        self._tell_board(board, "create_group", by, group_id=group.id, group_title=title)
        return group

    @locked
    def rename_group(self, board: str, key: str, title: str, *, by: str | None = None) -> Group:
        """Give a group another title."""
        group = self.group_of(board, key)
        group.title = title
        self._tell_board(board, "update_group_name", by, group_id=key, group_title=title)
        return group

    @locked
    def place_group(self, board: str, key: str, *, before: str | None = None, after: str | None = None) -> Group:
        """Move a group beside another one."""
        groups, group = self.boards[board].groups, self.group_of(board, key)
        groups.remove(group)
        order = [one.id for one in groups]
        insert(order, key, before, after)
        groups.insert(order.index(key), group)
        self._touch(self.boards[board])
        return group

    def group_of(self, board: str, key: object) -> Group:
        """The living group with that id. Raises Problem where there is none."""
        group = self.boards[board].group(key)
        if group is None:
            text = f"The board has no group {key}"
            raise Problem("ResourceNotFoundException", text, 200, resource_type="group", resource_id=str(key))
        return group

    # Columns

    @locked
    def add_column(
        self,
        board: str,
        title: str,
        sort: str,
        *,
        key: str | None = None,
        labels: Sequence[Label] | None = None,
        options: Sequence[str] = (),
        required: bool = False,
        by: str | None = None,
    ) -> Column:
        """A new column: a status with `labels`, a dropdown with `options`; subtasks get their hidden board."""
        owner = self.boards[board]
        if key and owner.column(key):
            raise wrong(f"The column id {key} was used on this board before", argument="id")
        column = Column(key or f"{sort}_mk{self.new_id()}", title, sort, required=required)
        if sort == "status":
            chosen = NEW_LABELS if labels is None else labels
            column.labels = [replace(label) for label in chosen]
        column.options = [Option(number, label) for number, label in enumerate(options, 1)]
        owner.columns.append(column)
        if sort == "subtasks" and not self.lazy_subitems:
            self.make_subboard(owner, by)
        self._tell_board(board, "create_column", by, column_id=column.id, column_title=title, column_type=sort)
        return column

    @locked
    def rename_column(self, board: str, key: str, title: str, *, by: str | None = None) -> None:
        """Give a column another title."""
        self._column(board, key).title = title
        self.change_column(board, key, by=by)

    @locked
    def rename_label(self, board: str, column: str, key: int, text: str, *, by: str | None = None) -> None:
        """Give a status label another text; its id stays."""
        label = self._column(board, column).label(key)
        if label is None:
            raise wrong(f"The column has no label {key}")
        label.label = text
        self.change_column(board, column, by=by)

    @locked
    def drop_label(self, board: str, column: str, key: int, *, by: str | None = None) -> None:
        """Take a status label out of use; cells that hold it keep it."""
        label = self._column(board, column).label(key)
        if label is None:
            raise wrong(f"The column has no label {key}")
        label.is_deactivated = True
        self.change_column(board, column, by=by)

    @locked
    def drop_column(self, board: str, key: str, *, by: str | None = None) -> None:
        """Delete a column and every value in it."""
        column = self._column(board, key)
        self.boards[board].columns.remove(column)
        for item in self.items.values():
            if item.board == board:
                item.cells.pop(key, None)
        self._tell_board(board, "delete_column", by, column_id=key)

    def change_column(self, board: str, key: str, *, by: str | None = None) -> None:
        """Note that a column's definition is another one now."""
        self._column(board, key).revision += 1
        self._tell_board(board, "change_column_settings", by, column_id=key)

    def _column(self, board: str, key: str) -> Column:
        column = self.boards[board].column(key)
        if column is None:
            raise Problem("InvalidColumnIdException", f"The board has no column {key}", 200, column_id=key)
        return column

    def make_subboard(self, owner: Board, by: str | None) -> Board:
        """The hidden board for a board's subitems; made with the column that leads to it where that is missing."""
        column = next((column for column in owner.columns if column.type == "subtasks"), None)
        if column is None:
            column = Column(f"subtasks_mk{self.new_id()}", "Subitems", "subtasks")
            owner.columns.append(column)
        if column.board is None:
            made = self._board(f"Subitems of {owner.name}", "sub_items_board", by, owner=owner.id)
            column.board = made.id
            made.access = owner.access
            self.add_group(made.id, "Subitems", by=by)
            for title, sort in (("Owner", "people"), ("Status", "status"), ("Date", "date")):
                self.add_column(made.id, title, sort, by=by)
        return self.boards[column.board]

    def _tell_board(self, board: str, event: str, by: str | None, **data: Any) -> None:
        self._touch(self.boards[board])
        self.log(board, event, by or self.person, data, entity="board", column=data.get("column_id"))
