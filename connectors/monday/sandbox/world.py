"""What can happen to items: one method for each thing a person, a test or a request does to one.

Every method that changes something moves `updated_at` of the item and of its board, and writes the activity log.
`by` is who does it; left out, it is the colleague `world.person`, never the API's own account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.monday.sandbox.cells import is_leaf, rolled_up
from connectors.monday.sandbox.containers import Containers
from connectors.monday.sandbox.incoming import Incoming, clean_name
from connectors.monday.sandbox.problems import Problem, wrong
from connectors.monday.sandbox.records import Board, Column, Item
from connectors.sandbox.keeping import insert, locked

Values = Mapping[str, Any]


class World(Containers):
    """The account and everything that can be done to it."""

    # Making

    @locked
    def add_item(
        self,
        name: str,
        board: str | None = None,
        group: str | None = None,
        *,
        parent: str | None = None,
        values: Values | None = None,
        by: str | None = None,
    ) -> Item:
        """A new item at the end of a group (the first where none is named), or below a parent.

        `values` are as the API takes them, by the id or title of their column.
        """
        upper = self.items[parent] if parent else None
        home = self._home_below(upper, by) if upper else self.boards[board or ""]
        cells = self._stored(home, values or {})
        return self.place_new(clean_name(name), home, cells, group=group, parent=upper, by=by)

    def place_new(
        self, name: str, home: Board, cells: dict[str, Any], *, group: str | None, parent: Item | None, by: str | None
    ) -> Item:
        """Put a new item with finished cells into its place. Raises Problem where the board is full."""
        if sum(1 for _ in self.items_on(home)) >= home.items_limit:
            raise Problem("ItemsLimitationException", f"The board is limited to {home.items_limit} items", 200)
        now, author = self.now(), by or self.person
        level = parent is not None and home.hierarchy == "multi_level"
        target = self.group_of(home.id, parent.group if parent and level else group or self._first_group(home))
        item = Item(self.new_id(), name, home.id, target.id, now, now, author, parent.id if parent else None)
        item.cells = {key: value for key, value in cells.items() if value is not None}
        if level and parent and not parent.subitems:  # the first one below a parent takes its values over
            item.cells = {**parent.cells, **item.cells}
        self.items[item.id] = item
        if parent:
            parent.subitems.append(item.id)
            self._touch_item(parent)
        if not level:
            target.items.append(item.id)
        self._tell(item, "create_pulse", by, **self._parent_words(parent))
        return item

    def _first_group(self, board: Board) -> str:
        living = next((group.id for group in board.groups if not group.archived and not group.deleted), None)
        return living or self.add_group(board.id, "Group Title").id

    def _home_below(self, parent: Item, by: str | None) -> Board:
        board = self.boards[parent.board]
        if board.hierarchy == "multi_level":
            return board
        if parent.parent:
            raise wrong("A subitem cannot have subitems on this board", item_id=parent.id)
        return self.make_subboard(board, by)

    def home_below(self, parent: Item, by: str | None) -> Board:
        """The board where what is below an item stands; made where there is none yet. Raises Problem."""
        return self._home_below(parent, by)

    def _parent_words(self, parent: Item | None) -> dict[str, Any]:
        return {"parent_item_id": parent.id, "parent_board_id": parent.board} if parent else {}

    # Changing

    @locked
    def rename(self, key: str, name: str, *, by: str | None = None) -> Item:
        """Give an item another name."""
        item = self.items[key]
        old, item.name = item.name, clean_name(name)
        if old != item.name:
            words: Values = {"value": {"name": item.name}, "previous_value": {"name": old}}
            self._tell(item, "update_name", by, **words)
        return item

    @locked
    def write(self, key: str, values: Values, *, by: str | None = None) -> Item:
        """Change cells: values as the API takes them, by the id or title of their column."""
        item = self.items[key]
        return self.put_cells(item, self._stored(self.boards[item.board], values), by=by)

    def put_cells(self, item: Item, cells: Mapping[str, Any], *, by: str | None = None) -> Item:
        """Let cells hold what is given; what is a roll-up of others is silently left alone."""
        board = self.boards[item.board]
        for key, value in cells.items():
            column = self._column(item.board, key)
            old = item.cells.get(key)
            if (rolled_up(board, column) and not is_leaf(self, item)) or _same(old, value):
                continue
            item.cells.pop(key, None) if value is None else item.cells.update({key: value})
            words = {"column_type": column.type, "column_title": column.title, "value": value, "previous_value": old}
            self._tell(item, "update_column_value", by, column=key, column_id=key, **words)
        return item

    def _stored(self, board: Board, values: Values) -> dict[str, Any]:
        named = {self._found(board, name).id: value for name, value in values.items()}
        return Incoming(self, board).stored(named)

    def _found(self, board: Board, name: str) -> Column:
        titled = (column for column in board.columns if name in (column.id, column.title))
        column = next(titled, None)
        if column is None:
            raise wrong(f"{board.name} has no column {name}")
        return column

    @locked
    def set_status(self, key: str, label: str | None, *, by: str | None = None) -> Item:
        """Choose a label in the first status column; None empties it."""
        status = self.first(key, "status")
        if status is None:
            raise wrong("The board has no status column")
        return self.write(key, {status.id: {"label": label} if label else None}, by=by)

    @locked
    def complete(self, key: str, done: bool = True, *, by: str | None = None) -> Item:
        """Choose the first label that means done, or tick the box where there is no status; or take that back."""
        status, box = self.first(key, "status"), self.first(key, "checkbox")
        if status is None:
            return self.write(key, {box.id if box else "": {"checked": "true"} if done else None}, by=by)
        labels = sorted(status.labels, key=lambda label: label.index)
        label = next(label for label in labels if label.is_done and not label.is_deactivated)
        return self.write(key, {status.id: {"index": label.id} if done else None}, by=by)

    def first(self, key: str, sort: str) -> Column | None:
        """The first column of a kind on an item's board."""
        return next((column for column in self.boards[self.items[key].board].columns if column.type == sort), None)

    @locked
    def display(self, key: str, column: str, text: str) -> None:
        """Let a mirror or formula column show something; that moves no `updated_at` and is logged nowhere."""
        item = self.items[key]
        item.cells[self._found(self.boards[item.board], column).id] = text

    @locked
    def comment(self, key: str, text: str, *, by: str | None = None) -> None:
        """Post an update about an item; that moves its `updated_at`."""
        self._tell(self.items[key], "create_update", by, text_body=text)

    # Moving

    @locked
    def move(
        self, key: str, group: str, *, before: str | None = None, after: str | None = None, by: str | None = None
    ) -> Item:
        """Put an item into a group of its board: beside another item, else at the end."""
        item = self.items[key]
        old, new = self.group_of(item.board, item.group), self.group_of(item.board, group)
        old.items.remove(key)
        insert(new.items, key, before, after)
        item.group = group
        self._follow(item, before, after)
        words: Values = {
            "source_group": {"id": old.id, "title": old.title},
            "dest_group": {"id": new.id, "title": new.title},
        }
        if old is new:
            self._touch(self.boards[item.board])  # the order of a group is no property of its items
        else:
            self._tell(item, "move_pulse_from_group", by, pulse={"id": int(key), "name": item.name}, **words)
            self._tell(item, "move_pulse_into_group", by, pulse={"id": int(key), "name": item.name}, **words)
        return item

    @locked
    def put_below(self, key: str, parent: str, *, by: str | None = None) -> Item:
        """Put a subitem below another item of its board: people can, the API cannot."""
        item, old = self.items[key], self.items[self.items[key].parent or ""]
        old.subitems.remove(key)
        self.items[parent].subitems.append(key)
        item.parent = parent
        words: Values = {"subitem": {"id": int(key)}, "sourcePulseId": int(old.id), "destPulseId": int(parent)}
        self._tell(item, "move_subitem", by, **words)
        return item

    def _follow(self, item: Item, before: str | None, after: str | None) -> None:
        """Put a subitem beside another one of its parent's, where it was put beside that."""
        order = self.items[item.parent].subitems if item.parent else []
        if item.id in order and (before or after) in order:
            order.remove(item.id)
            insert(order, item.id, before, after)

    @locked
    def move_away(self, key: str, board: str, group: str | None = None, *, by: str | None = None) -> Item:
        """Move an item with its subitems to another board: values stay where a column has the same title and type."""
        item, source, target = self.items[key], self.boards[self.items[key].board], self.boards[board]
        self._tell(item, "move_pulse_from_board", by, dest_board_id=int(board))
        self._take_out(item)
        self._rehome(item, target, self.group_of(board, group or self._first_group(target)).id)
        if item.subitems and source.hierarchy == "classic":
            below = self.make_subboard(target, by)
            for one in (self.items[sub] for sub in item.subitems):
                self._take_out(one)
                self._rehome(one, below, below.groups[0].id)
        self._tell(item, "move_pulse_into_board", by, source_board_id=int(source.id))
        return item

    def _rehome(self, item: Item, board: Board, group: str) -> None:
        titles = {(column.title, column.type): column.id for column in board.columns}
        old = {column.id: (column.title, column.type) for column in self.boards[item.board].columns}
        item.cells = {titles[old[key]]: value for key, value in item.cells.items() if old.get(key) in titles}
        item.board, item.group = board.id, group
        if item.state == "active":
            self.group_of(board.id, group).items.append(item.id)

    @locked
    def drop_group(self, board: str, key: str, *, by: str | None = None) -> None:
        """Delete a group with every item in it. Raises Problem for the last one."""
        group = self.group_of(board, key)
        if sum(not one.deleted for one in self.boards[board].groups) == 1:
            raise Problem("DeleteLastGroupException", "The last group of a board cannot be deleted", 409)
        for item in list(group.items):
            self._put_away(self.items[item], "deleted", "delete_group_pulse", by)
        group.deleted = True
        self._tell_board(board, "delete_group", by, group_id=key, group_title=group.title)

    @locked
    def hide_item(self, key: str, yes: bool = True) -> None:
        """Take the token's right to see an item, or give it back."""
        (self.hidden.add if yes else self.hidden.discard)(key)

    def _take_out(self, item: Item) -> None:
        for group in self.boards[item.board].groups:
            if item.id in group.items:
                group.items.remove(item.id)

    # Putting away

    @locked
    def archive(self, key: str, *, by: str | None = None) -> Item:
        """Archive an item and what is below it."""
        return self._put_away(self.items[key], "archived", "archive_pulse", by)

    @locked
    def delete(self, key: str, *, by: str | None = None) -> Item:
        """Put an item into the bin, and what is below it."""
        return self._put_away(self.items[key], "deleted", "delete_pulse", by)

    def _put_away(self, item: Item, state: str, event: str, by: str | None) -> Item:
        for one in [self.items[key] for key in item.subitems if self.items[key].state == "active"]:
            self._put_away(one, state, event, by)
        self._take_out(item)
        item.state = state
        self._tell(item, event, by, **self._parent_words(self.items[item.parent] if item.parent else None))
        return item

    @locked
    def restore(self, key: str, *, by: str | None = None) -> Item:
        """Take an item out of the archive or the bin, with what is below it, to the end of its group."""
        item = self.items[key]
        away, item.state = item.state, "active"
        if self.boards[item.board].hierarchy == "classic" or not item.parent:
            self.group_of(item.board, item.group).items.append(key)
        self._tell(item, "restore_pulse", by)
        for sub in item.subitems:
            if self.items[sub].state == away:
                self.restore(sub, by=by)
        return item

    @locked
    def duplicate(self, key: str, *, by: str | None = None) -> Item:
        """Copy an item as people do: name and every value, and with them any marker; not what is below it."""
        old = self.items[key]
        parent = self.items[old.parent] if old.parent else None
        name, home = f"{old.name} (copy)", self.boards[old.board]
        return self.place_new(name, home, dict(old.cells), group=old.group, parent=parent, by=by)

    def _touch_item(self, item: Item) -> None:
        item.updated_at = self.now()
        self._touch(self.boards[item.board])

    def _tell(self, item: Item, event: str, by: str | None, *, column: str | None = None, **data: Any) -> None:
        """Move the times of an item and its board, and write a line about it."""
        self._touch_item(item)
        known = {"pulse_id": int(item.id), "pulse_name": item.name, "group_id": item.group}
        if "pulse" in data:
            known.pop("pulse_id")
        self.log(item.board, event, by or self.person, {**known, **data}, item.id, column=column, group=item.group)


def _same(old: Any, new: Any) -> bool:
    """True where a cell would hold what it holds, the time of its last change aside."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, "changed_at": None} == {**new, "changed_at": None}
    return bool(old == new)
