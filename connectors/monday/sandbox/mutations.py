"""The root of every mutation: what a request may change."""

from __future__ import annotations

from typing import Any

from connectors.monday.sandbox.incoming import Incoming, clean_name
from connectors.monday.sandbox.problems import Problem, no_board, wrong
from connectors.monday.sandbox.queries import Complexity, hook_row
from connectors.monday.sandbox.records import Board, Item, Label, Webhook
from connectors.monday.sandbox.views import BoardView, ColumnView, GroupView, ItemView, editable, seen
from connectors.monday.sandbox.webhooks import challenge


class Mutation(Complexity):
    """One method for each root field of a mutation."""

    # Items

    def create_item(
        self,
        *,
        board_id: str,
        item_name: str,
        group_id: str | None = None,
        column_values: Any = None,
        create_labels_if_missing: bool | None = None,
        relative_to: str | None = None,
        position_relative_method: str | None = None,
    ) -> ItemView:
        """A new item: at the top or the end of a group, or beside another item."""
        board = self._board(board_id)
        if board.type == "sub_items_board":
            raise wrong("Items cannot be created on a subitems board; create a subitem", board_id=board_id)
        name, cells = self._read(board, item_name, column_values, create_labels_if_missing)
        world, beside = self._ask.world, seen(self._ask, relative_to) if relative_to else None
        group = group_id if group_id and world.ways.group_in_create else beside.group if beside else None
        item = world.place_new(name, board, cells, group=group, parent=None, by=world.me)
        if beside:
            self._beside(item, beside, position_relative_method)
        return ItemView(self._ask, item)

    def create_subitem(
        self,
        *,
        parent_item_id: str,
        item_name: str,
        column_values: Any = None,
        create_labels_if_missing: bool | None = None,
    ) -> ItemView:
        """A new item below another one; the values are those of the board it will stand on."""
        world, parent = self._ask.world, seen(self._ask, parent_item_id)
        if parent.state != "active":
            raise wrong("The parent item is not active", item_id=parent.id)
        home = world.home_below(parent, world.me)
        name, cells = self._read(home, item_name, column_values, create_labels_if_missing)
        item = world.place_new(name, home, cells, group=None, parent=parent, by=world.me)
        return ItemView(self._ask, item)

    def change_multiple_column_values(
        self, *, board_id: str, column_values: Any, item_id: str, create_labels_if_missing: bool | None = None
    ) -> ItemView:
        """Change cells, and with the key "name" the name: all of them or none."""
        item, board = self._on(item_id, board_id)
        incoming = Incoming(self._ask.world, board, make_labels=bool(create_labels_if_missing))
        values = incoming.values(column_values)
        cells = incoming.stored(values)
        if "name" in values:
            given = values["name"]
            self._ask.world.rename(
                item.id, clean_name(given["name"] if isinstance(given, dict) else given), by=self._me
            )
        return ItemView(self._ask, self._ask.world.put_cells(item, cells, by=self._me))

    def change_simple_column_value(
        self,
        *,
        board_id: str,
        item_id: str,
        column_id: str,
        value: str | None = None,
        create_labels_if_missing: bool | None = None,
    ) -> ItemView:
        """Change one cell by a plain text."""
        item, board = self._on(item_id, board_id)
        if column_id == "name":
            return ItemView(self._ask, self._ask.world.rename(item.id, clean_name(value), by=self._me))
        incoming = Incoming(self._ask.world, board, make_labels=bool(create_labels_if_missing))
        cells = incoming.stored({column_id: value})
        return ItemView(self._ask, self._ask.world.put_cells(item, cells, by=self._me))

    def move_item_to_group(self, *, item_id: str, group_id: str) -> ItemView:
        """Put an item at the end of another group of its board."""
        item = self._active(item_id)
        if item.group == group_id:
            return ItemView(self._ask, item)
        return ItemView(self._ask, self._ask.world.move(item.id, group_id, by=self._me))

    def move_item_to_board(self, *, item_id: str, board_id: str, group_id: str, **asked: Any) -> ItemView:
        """Move an item to another board."""
        if asked.get("columns_mapping") or asked.get("subitems_columns_mapping"):
            raise wrong("The local monday maps columns by their titles only", argument="columns_mapping")
        item, board = self._active(item_id), self._board(board_id)
        return ItemView(self._ask, self._ask.world.move_away(item.id, board.id, group_id, by=self._me))

    def change_item_position(
        self,
        *,
        item_id: str,
        group_id: str | None = None,
        group_top: bool | None = None,
        relative_to: str | None = None,
        position_relative_method: str | None = None,
    ) -> ItemView:
        """Put an item beside another one, or at the top or the end of a group of its board."""
        item, world = self._active(item_id), self._ask.world
        if (relative_to is None) == (group_id is None):
            raise wrong("Either relative_to or group_id must be given", argument="relative_to")
        if relative_to is not None:
            self._beside(item, self._active(relative_to), position_relative_method)
            return ItemView(self._ask, item)
        order = [key for key in world.group_of(item.board, group_id).items if key != item.id]
        world.move(item.id, str(group_id), before=order[0] if group_top and order else None, by=self._me)
        return ItemView(self._ask, item)

    def archive_item(self, *, item_id: str) -> ItemView:
        """Archive an item and what is below it."""
        return ItemView(self._ask, self._ask.world.archive(self._active(item_id).id, by=self._me))

    def delete_item(self, *, item_id: str) -> ItemView:
        """Put an item into the bin, and what is below it."""
        return ItemView(self._ask, self._ask.world.delete(seen(self._ask, item_id).id, by=self._me))

    # Boards, groups, columns

    def create_board(self, *, board_name: str, board_kind: str, empty: bool, **_: Any) -> BoardView:
        """A new board with the columns every new board has; without items where it is to be empty."""
        board = self._ask.world.add_board(clean_name(board_name), kind=board_kind, by=self._me)
        for number in () if empty else range(1, 4):
            self._ask.world.add_item(f"Item {number}", board.id, by=self._me)
        return BoardView(self._ask, board)

    def delete_board(self, *, board_id: str) -> BoardView:
        """Delete a board."""
        board = self._board(board_id)
        self._ask.world.delete_board(board.id, by=self._me)
        return BoardView(self._ask, board)

    def create_group(
        self,
        *,
        board_id: str,
        group_name: str,
        relative_to: str | None = None,
        position_relative_method: str | None = None,
        **_: Any,
    ) -> GroupView:
        """A new group: at the top, or beside another one."""
        board = self._board(board_id)
        first = board.groups[0].id if board.groups else None
        if not self._ask.world.ways.groups_placed:
            relative_to = None
        after = relative_to if position_relative_method == "after_at" else None
        before = None if after else relative_to or first
        name = self._group_name(group_name)
        group = self._ask.world.add_group(board.id, name, before=before, after=after, by=self._me)
        return GroupView(self._ask, group, board)

    def update_group(self, *, board_id: str, group_id: str, group_attribute: str, new_value: str) -> GroupView:
        """Give a group another title, or another place."""
        board, world = self._board(board_id), self._ask.world
        if group_attribute == "title":
            name = self._group_name(new_value)
            return GroupView(self._ask, world.rename_group(board.id, group_id, name, by=self._me), board)
        if not group_attribute.startswith("relative_position_"):
            raise wrong(f"The local monday does not change a group's {group_attribute}", argument="group_attribute")
        side = "after" if group_attribute.endswith("after") else "before"
        return GroupView(self._ask, world.place_group(board.id, group_id, **{side: new_value}), board)

    def create_column(
        self, *, board_id: str, title: str, column_type: str, defaults: Any = None, **asked: Any
    ) -> ColumnView:
        """A new column; `defaults` is an object, not a string."""
        if defaults is not None and not isinstance(defaults, dict):
            raise wrong("defaults must be an object, not a string", argument="defaults")
        board = self._board(board_id)
        options = [one["label"] if isinstance(one, dict) else one for one in (defaults or {}).get("labels", [])]
        if column_type != "dropdown":
            options = []
        column = self._ask.world.add_column(
            board.id, title, column_type, key=asked.get("id"), options=options, by=self._me
        )
        column.description = asked.get("description")
        return ColumnView(self._ask, column)

    def create_status_column(self, *, board_id: str, title: str, defaults: Any = None, **asked: Any) -> ColumnView:
        """A new status column with its labels; each gets the next free id, whatever its place is."""
        board = self._board(board_id)
        given = (defaults or {}).get("labels")
        labels = given and [
            Label(number, one["label"], one["index"], bool(one.get("is_done")), color=one["color"])
            for number, one in enumerate(given)
        ]
        column = self._ask.world.add_column(board.id, title, "status", key=asked.get("id"), labels=labels, by=self._me)
        return ColumnView(self._ask, column)

    # Webhooks

    def create_webhook(self, *, board_id: str, url: str, event: str, config: Any = None) -> dict[str, Any]:
        """Subscribe to what happens on a board, once its address has repeated a word. `config` is a JSON string."""
        world, board = self._ask.world, self._board(board_id)
        if board.type == "sub_items_board":
            raise wrong("Subscribe to subitems on the board above them", board_id=board_id)
        if any((hook.board, hook.event, hook.url) == (board_id, event, url) for hook in world.hooks.values()):
            raise wrong("The board has such a webhook already", argument="event")
        challenge(url)
        hook = Webhook(world.new_id(), board.id, url, event, config)
        world.hooks[hook.id] = hook
        return hook_row(hook)

    def delete_webhook(self, **asked: Any) -> dict[str, Any]:
        """End a subscription."""
        hook = self._ask.world.hooks.pop(asked["id"], None)
        if hook is None:
            raise Problem("ResourceNotFoundException", f"There is no webhook {asked['id']}", 200)
        return hook_row(hook)

    # Checks

    @property
    def _me(self) -> str:
        return self._ask.world.me

    def _board(self, key: str) -> Board:
        board = self._ask.world.board(key)
        if board is None:
            raise no_board(key)
        return editable(board)

    def _active(self, key: str) -> Item:
        item = seen(self._ask, key)
        if item.state != "active":
            raise wrong(f"Item {key} is not active", item_id=key)
        return item

    def _on(self, item_id: str, board_id: str) -> tuple[Item, Board]:
        item, board = seen(self._ask, item_id), self._board(board_id)
        if item.board != board.id:
            raise wrong(f"Item {item_id} is not on board {board_id}", item_id=item_id, board_id=board_id)
        return item, board

    def _read(self, board: Board, name: str, values: Any, make_labels: bool | None) -> tuple[str, dict[str, Any]]:
        incoming = Incoming(self._ask.world, board, make_labels=bool(make_labels))
        given = incoming.values(values)
        lacking = next((c for c in board.columns if c.required and given.get(c.id) in (None, "", {})), None)
        if lacking:
            raise Problem(
                "RecordInvalidException", f"The column {lacking.title} is required", 422, column_id=lacking.id
            )
        return clean_name(name), incoming.stored(given)

    def _group_name(self, name: str) -> str:
        text = clean_name(name)
        return text if self._ask.world.ways.names_kept else " ".join(text.split())

    def _beside(self, item: Item, other: Item, method: str | None) -> None:
        if item.board != other.board:
            raise wrong("The items are on different boards", item_id=item.id)
        place = {"before": other.id} if method == "before_at" else {"after": other.id}
        self._ask.world.move(item.id, other.group, by=self._me, **(place if self._ask.world.ways.orders else {}))
