"""Boards, items and people as the API shows them: one class for each, with the schema's names for its fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.monday.sandbox import finding
from connectors.monday.sandbox.cells import cell, hex_of
from connectors.monday.sandbox.faults import Fault
from connectors.monday.sandbox.limits import Gate
from connectors.monday.sandbox.paging import Pager
from connectors.monday.sandbox.problems import Problem, wrong
from connectors.monday.sandbox.records import Board, Column, Group, Item, Log, User, stamp, ticks
from connectors.monday.sandbox.world import World

MOST_LOGS = 10_000


@dataclass(slots=True)
class Ask:
    """One request under way: the account, what it has cost so far, and the fault it is under."""

    world: World
    pager: Pager
    gate: Gate
    fault: Fault | None = None
    cost: int = 0
    priced: list[str] = field(default_factory=list)

    def stale(self, items: Iterable[Item]) -> list[Item]:
        """A listing as it comes under a fault that hides the newest items."""
        every = list(items)
        if self.fault is None or self.fault.kind != "stale":
            return every
        late = sorted(every, key=lambda item: (item.updated_at, int(item.id)))[-self.fault.rows :]
        return [item for item in every if item not in late]

    def page(self, items: Sequence[Item], limit: int) -> dict[str, Any]:
        """The first page of a listing."""
        return self.shown(*self.pager.first([item.id for item in self.stale(items)], limit))

    def shown(self, ids: Sequence[str], cursor: str | None) -> dict[str, Any]:
        """A page: what went away since the listing began is missing from it."""
        there = [item for item in map(self.world.item, ids) if item]
        return {"cursor": cursor, "items": [ItemView(self, item) for item in there]}


class View:
    """A record with the request it is shown in; fields of the same name are shown as they are."""

    def __init__(self, ask: Ask, record: Any) -> None:
        self._ask = ask
        self._record = record

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._record, name)


class UserView(View):
    """A person."""

    _record: User

    is_deleted = False
    title = ""

    @property
    def time_zone_identifier(self) -> str:
        """The zone in which this person reads times."""
        return self._record.zone

    def account(self) -> dict[str, Any]:
        """The account of the person."""
        return account(self._ask)

    def teams(self, **_: Any) -> list[Any]:
        """Nobody is in a team."""
        return []


def account(ask: Ask) -> dict[str, Any]:
    """The account itself."""
    return {"id": "1", "name": ask.world.account, "slug": "riverbend", "tier": "standard"}


class ColumnView(View):
    """A column's definition."""

    _record: Column

    @property
    def revision(self) -> str:
        """What an update of the column must name."""
        return str(self._record.revision)

    @property
    def settings(self) -> dict[str, Any]:
        """What the column is set to, as an object."""
        column = self._record
        if column.type == "status":
            labels = sorted(column.labels, key=lambda label: label.index)
            return {
                "type": "status",
                "labels": [
                    {
                        "id": label.id,
                        "label": label.label,
                        "color": label.color,
                        "hex": hex_of(label.color),
                        "index": label.index,
                        "is_done": label.is_done,
                        "is_deactivated": label.is_deactivated,
                    }
                    for label in labels
                ],
            }
        if column.type == "dropdown":
            options = [{"id": o.id, "label": o.label, "is_deactivated": o.is_deactivated} for o in column.options]
            return {"labels": options, "limit_select": False}
        if column.type == "subtasks":
            return {"allowMultipleItems": True, "boardIds": [int(column.board)] if column.board else []}
        return {}

    @property
    def settings_str(self) -> str:
        """The settings as people used to get them."""
        return json.dumps(self.settings)

    @property
    def capabilities(self) -> dict[str, Any]:
        """Whether cells of parents are calculated."""
        calculated = {"function": "COUNT_KEYS", "calculated_type": "status"}
        return {"calculated": calculated if self._record.calculated else None, "visibility": None}


class GroupView(View):
    """A group of a board."""

    _record: Group

    def __init__(self, ask: Ask, record: Group, board: Board) -> None:
        super().__init__(ask, record)
        self._board = board

    @property
    def position(self) -> str:
        """A number as text: greater ones stand further down."""
        return f"{65536 * (self._board.groups.index(self._record) + 1)}.0"

    def items_page(self, *, limit: int, query_params: Any = None, cursor: str | None = None, **_: Any) -> Any:
        """The active items of the group."""
        if cursor:
            return self._ask.shown(*self._ask.pager.next(cursor, limit))
        items = [item for item in map(self._ask.world.item, self._record.items) if item]
        return self._ask.page(finding.chosen(self._ask.world, self._board, items, query_params), limit)


class BoardView(View):
    """A board."""

    _record: Board

    @property
    def board_kind(self) -> str:
        """Public, private or shareable."""
        return self._record.kind

    @property
    def hierarchy_type(self) -> str:
        """Classic, or multi_level."""
        return self._record.hierarchy

    @property
    def access_level(self) -> str:
        """Edit, or view."""
        return self._record.access

    @property
    def items_count(self) -> int:
        """How many active items there are."""
        return len(self._items(every=True))

    @property
    def workspace_id(self) -> None:
        """None: everything stands in the main workspace."""

    @property
    def description(self) -> None:
        """Nothing is said about any board."""

    @property
    def url(self) -> str:
        """Where people find the board."""
        return f"{self._ask.world.site}/boards/{self._record.id}"

    def columns(self, *, ids: Any = None, types: Any = None, **_: Any) -> list[ColumnView]:
        """The columns, in their order."""
        every = (c for c in self._record.columns if (ids is None or c.id in ids) and (not types or c.type in types))
        return [ColumnView(self._ask, column) for column in every]

    def groups(self, *, ids: Any = None) -> list[GroupView]:
        """The groups, in their order."""
        every = (group for group in self._record.groups if not group.deleted and (ids is None or group.id in ids))
        return [GroupView(self._ask, group, self._record) for group in every]

    def items_page(
        self,
        *,
        limit: int,
        cursor: str | None = None,
        query_params: Any = None,
        hierarchy_scope_config: str | None = None,
    ) -> Any:
        """The active items, page by page; of a multi-level board only the upper ones unless all are asked for."""
        if cursor and query_params:
            raise wrong("cursor and query_params cannot be used together", argument="cursor")
        if cursor:
            return self._ask.shown(*self._ask.pager.next(cursor, limit))
        items = self._items(every=hierarchy_scope_config == "allItems")
        if query_params is None:
            world = self._ask.world
            newest = stamp(world.clock.now() - timedelta(seconds=world.ways.shown_after))
            items = [item for item in items if item.created_at <= newest]
        return self._ask.page(finding.chosen(self._ask.world, self._record, items, query_params), limit)

    def _items(self, *, every: bool) -> list[Item]:
        board = self._record
        items = self._ask.world.items_on(board)
        return [item for item in items if every or board.hierarchy == "classic" or not item.parent]

    def activity_logs(self, *, limit: int, page: int, **asked: Any) -> list[dict[str, Any]]:
        """What happened on the board, newest first; the ten thousand newest lines at most."""
        lines = [log for log in self._ask.world.logs if log.board == self._record.id and _told(log, asked)]
        ways = self._ask.world.ways
        lines = [log for log in lines if ways.tells and (ways.calls_deleted or log.event != "delete_pulse")]
        lines = lines[-MOST_LOGS:][::-1]
        return [_line(log) for log in lines[(page - 1) * limit : page * limit]]


def _told(log: Log, asked: dict[str, Any]) -> bool:
    for name, value in (("user_ids", log.user), ("column_ids", log.column), ("group_ids", log.group)):
        if asked.get(name) and value not in asked[name]:
            return False
    if asked.get("item_ids") and not set(asked["item_ids"]) & set(log.items):
        return False
    first, last = asked.get("from"), asked.get("to")
    return (not first or log.at >= _instant(first)) and (not last or log.at <= _instant(last))


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise wrong(f"{text} is no ISO 8601 time") from None
    if moment.tzinfo is None:
        raise wrong(f"{text} names no zone")
    return ticks(moment)


def _line(log: Log) -> dict[str, Any]:
    return {
        "id": log.id,
        "event": log.event,
        "entity": log.entity,
        "data": json.dumps(log.data),
        "user_id": log.user,
        "account_id": "1",
        "created_at": str(log.at),
    }


class ItemView(View):
    """An item or subitem."""

    _record: Item

    @property
    def creator_id(self) -> str:
        """Who made it."""
        return self._record.creator

    @property
    def updated_at(self) -> str:
        """When it was changed."""
        return self._record.updated_at if self._ask.world.ways.sweeps else self._record.created_at

    @property
    def url(self) -> str:
        """Where people find it."""
        return f"{self._ask.world.site}{self.relative_link}"

    @property
    def relative_link(self) -> str:
        """The same without the site."""
        return f"/boards/{self._record.board}/pulses/{self._record.id}"

    @property
    def email(self) -> str:
        """Where mail about it goes."""
        return f"pulse-{self._record.id}@riverbend.example"

    def board(self) -> BoardView:
        """The board it stands on: for a subitem of a classic board the hidden one."""
        return BoardView(self._ask, self._ask.world.boards[self._record.board])

    def group(self) -> GroupView | None:
        """The group it stands in."""
        board = self._ask.world.boards[self._record.board]
        group = board.group(self._record.group)
        return GroupView(self._ask, group, board) if group else None

    def parent_item(self) -> ItemView | None:
        """The item above it."""
        parent = self._record.parent
        return ItemView(self._ask, self._ask.world.items[parent]) if parent else None

    def subitems(self) -> list[ItemView]:
        """What is below it: on a multi-level board on every level, in one row."""
        return [ItemView(self._ask, item) for item in self._below(self._record)]

    def _below(self, item: Item) -> list[Item]:
        direct = [one for one in map(self._ask.world.item, item.subitems) if one]
        return [found for one in direct for found in (one, *self._below(one))]

    def column_values(self, *, ids: Any = None, types: Any = None, capabilities: Any = None) -> list[dict[str, Any]]:
        """The cells, in the order of the columns; roll-ups only for who asks for what is calculated."""
        board = self._ask.world.boards[self._record.board]
        found = []
        for column in board.columns:
            if (
                column.type == "name"
                or (ids is not None and column.id not in ids)
                or (types and column.type not in types)
            ):
                continue
            shown = cell(self._ask.world, self._record, column, calculated="CALCULATED" in (capabilities or ()))
            if shown is not None:
                found.append({**shown, "column": ColumnView(self._ask, column)})
        return found


def seen(ask: Ask, key: object) -> Item:
    """The item a write is about. Raises Problem where it is not there, or only to be looked at."""
    item = ask.world.item(key, "active", "archived")
    if item is None:
        text = f"Item {key} was not found"
        raise Problem("ResourceNotFoundException", text, 200, resource_type="item", resource_id=str(key))
    editable(ask.world.boards[item.board])
    return item


def editable(board: Board) -> Board:
    """A board that may be written to. Raises Problem for one that may only be looked at."""
    if board.access != "edit":
        raise Problem("UserUnauthorizedException", "The user has no permission to change this board", 403)
    return board
