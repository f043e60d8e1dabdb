"""Everything the local monday holds in memory: records by id, who may see what, the log; saving and loading."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from threading import RLock
from typing import Any

from connectors.clock import Clock
from connectors.monday.sandbox.records import (
    Board,
    Column,
    Group,
    Item,
    Label,
    Log,
    Option,
    User,
    Webhook,
    stamp,
    ticks,
)
from connectors.monday.sandbox.ways import Ways

_FIRST_ID = 5_000_000_001
_KEEP_LOGS = 100_000


class State:
    """One account. `lock` guards it: requests and tests may come from different threads.

    `me` is whose token is used, `person` a colleague who does what people do; `heard` is told of each new log line.
    `remembered` are the states in which an item that is gone is still answered to who asks by its id: without "deleted"
    the bin is out of reach. With `lazy_subitems` a column for subitems gets its hidden board with the first of them.
    `ways` is what documents leave open.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.site = "https://riverbend.monday.com"
        self.account = "Riverbend Unified"
        self.lock = RLock()
        self.users: dict[str, User] = {}
        self.workspaces = {"1": "Main workspace"}
        """Their names by id; every board stands in the main one, the first."""
        self.boards: dict[str, Board] = {}
        self.items: dict[str, Item] = {}
        self.hooks: dict[str, Webhook] = {}
        self.logs: list[Log] = []
        self.hidden: set[str] = set()
        self.heard: Callable[[Log], None] = lambda _: None
        self.version = 0
        self.ways = Ways()
        self.lazy_subitems = False
        self.remembered: tuple[str, ...] = ("deleted",)
        self._last_id = _FIRST_ID
        self._last_tick = 0
        self.me = self._user("Sync Service", "sync@riverbend.example")
        self.person = self._user("Ada Teacher", "ada@riverbend.example")

    def _user(self, name: str, email: str, kind: str = "member", status: str = "ACTIVE") -> str:
        user = User(self.new_id(), name, email, kind, status)
        self.users[user.id] = user
        return user.id

    def new_id(self) -> str:
        """An id nobody has yet, growing."""
        self._last_id += 1
        return str(self._last_id)

    def now(self) -> str:
        """This instant, as monday writes it."""
        return stamp(self.clock.now())

    # Who sees what

    def board(self, key: object, *states: str) -> Board | None:
        """The board with that id in one of those states (active where none is named), where the token may see it."""
        board = self.boards.get(str(key))
        if board is None or board.id in self.hidden or self.main_board(board).id in self.hidden:
            return None
        return board if board.state in (states or ("active",)) else None

    def item(self, key: object, *states: str) -> Item | None:
        """The item with that id in one of those states (active where none is named), on a board the token may see."""
        item = self.items.get(str(key))
        if item is None or item.id in self.hidden or self.board(item.board, "active", "archived") is None:
            return None
        return item if item.state in (states or ("active",)) else None

    def subboard(self, board: Board) -> Board | None:
        """The hidden board that holds a board's subitems, where there is one."""
        column = next((column for column in board.columns if column.type == "subtasks"), None)
        return self.boards[column.board] if column and column.board else None

    def main_board(self, board: Board) -> Board:
        """The board that people see: a hidden subitems board's owner, or the board itself."""
        return self.boards[board.owner] if board.owner else board

    def items_on(self, board: Board) -> Iterator[Item]:
        """The active items of a board, in board order; on a multi-level board each one before those below it."""
        for group in board.groups:
            if not group.archived and not group.deleted:
                for key in group.items:
                    yield from self._with_below(board, self.items[key])

    def _with_below(self, board: Board, item: Item) -> Iterator[Item]:
        if item.id not in self.hidden:
            yield item
        if board.hierarchy == "multi_level":
            for key in item.subitems:
                if self.items[key].state == "active":
                    yield from self._with_below(board, self.items[key])

    # The activity log

    def log(
        self,
        board: str,
        event: str,
        by: str,
        data: dict[str, Any],
        *items: str,
        entity: str = "pulse",
        column: str | None = None,
        group: str | None = None,
    ) -> None:
        """Write one line; no two lines are of the same instant."""
        self._last_tick = max(ticks(self.clock.now()), self._last_tick + 10)
        told = {"board_id": int(board), **data}
        line = Log(str(uuid.uuid4()), board, self._last_tick, by, event, entity, told, items, column, group)
        self.logs.append(line)
        del self.logs[:-_KEEP_LOGS]
        self.version += 1
        self.heard(line)

    def drop_logs(self, count: int) -> None:
        """Lose the newest lines, as the real log now and then does."""
        del self.logs[max(0, len(self.logs) - count) :]

    # Saving and loading

    def dump(self) -> dict[str, Any]:
        """The whole state as plain JSON."""
        with self.lock:
            own = {name: getattr(self, name) for name in _OWN}
            shelves = {name: [asdict(one) for one in getattr(self, name).values()] for name in _SHELVES}
            return {**own, **shelves, "logs": [asdict(log) for log in self.logs], "hidden": sorted(self.hidden)}

    def load(self, saved: dict[str, Any]) -> None:
        """Take up a state that `dump` wrote. Raises KeyError or TypeError for anything else."""
        with self.lock:
            for name in _OWN:
                setattr(self, name, saved[name])
            self.users = {row["id"]: User(**row) for row in saved["users"]}
            self.boards = {row["id"]: _board(row) for row in saved["boards"]}
            self.items = {row["id"]: Item(**row) for row in saved["items"]}
            self.hooks = {row["id"]: Webhook(**row) for row in saved["hooks"]}
            self.logs = [Log(**{**row, "items": tuple(row["items"])}) for row in saved["logs"]]
            self.hidden = set(saved["hidden"])


_OWN = ("account", "version", "lazy_subitems", "_last_id", "_last_tick", "me", "person")
_SHELVES = ("users", "boards", "items", "hooks")


def _board(row: dict[str, Any]) -> Board:
    columns = [
        Column(**{**c, "labels": [Label(**x) for x in c["labels"]], "options": [Option(**x) for x in c["options"]]})
        for c in row["columns"]
    ]
    return Board(**{**row, "columns": columns, "groups": [Group(**group) for group in row["groups"]]})
