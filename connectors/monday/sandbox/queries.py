"""The root of every query: boards, items, people, and what the account may still do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connectors.monday.sandbox import finding
from connectors.monday.sandbox.problems import no_board, wrong
from connectors.monday.sandbox.records import User, Webhook, stamp
from connectors.monday.sandbox.versions import VERSIONS
from connectors.monday.sandbox.views import Ask, BoardView, ItemView, UserView, account

_EVERY = ("active", "archived", "deleted")
_MOST_USERS = 1000
QUERY_COST, AFTER_COST = -1, -2
"""Stand in an answer for what the whole request costs, which is known only at its end."""


class Complexity:
    """What this request costs: a field of queries and of mutations alike."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def complexity(self) -> dict[str, int]:
        """What is left of the minute, before and after."""
        gate = self._ask.gate
        return {
            "before": gate.left(),
            "query": QUERY_COST,
            "after": AFTER_COST,
            "reset_in_x_seconds": gate.reset_in(),
        }


class Query(Complexity):
    """One method for each root field of a query."""

    def boards(
        self, *, limit: int, page: int, state: str, ids: Any = None, hierarchy_types: Any = None, **asked: Any
    ) -> list[BoardView]:
        """Boards the token may see, subitems boards included; those it may not see are simply missing."""
        states = _EVERY if state == "all" else (state,)
        world = self._ask.world
        named = dict.fromkeys(ids) if ids is not None else list(world.boards)
        found = [board for board in (world.board(key, *states) for key in named) if board]
        kinds = hierarchy_types or (None if ids is not None else ["classic"])
        found = [board for board in found if kinds is None or board.hierarchy in kinds]
        if asked.get("board_kind"):
            found = [board for board in found if board.kind == asked["board_kind"]]
        return [BoardView(self._ask, board) for board in _page(found, limit, page)]

    def items(
        self, *, limit: int, page: int, ids: Any = None, newest_first: Any = None, exclude_nonactive: Any = None
    ) -> list[ItemView]:
        """Items by their ids, archived and deleted ones too; at most a hundred, 25 unless `limit` says more."""
        if not ids:
            raise wrong("The local monday gives items by their ids only", argument="ids")
        world = self._ask.world
        if len(ids) > world.ways.most_ids:
            raise wrong(f"At most {world.ways.most_ids} ids may be asked for at once", argument="ids")
        remembered = world.remembered if world.ways.calls_deleted else ()
        states = ("active",) if exclude_nonactive else ("active", "archived", *remembered)
        found = [item for item in (world.item(key, *states) for key in dict.fromkeys(ids)) if item]
        found.sort(key=lambda item: int(item.id), reverse=bool(newest_first))
        return [ItemView(self._ask, item) for item in _page(found, limit, page)]

    def next_items_page(self, *, cursor: str, limit: int) -> Any:
        """The page that a cursor stands for."""
        return self._ask.shown(*self._ask.pager.next(cursor, limit))

    def items_page_by_column_values(
        self, *, board_id: str, limit: int, columns: Any = None, cursor: str | None = None, **_: Any
    ) -> Any:
        """The active items of a board with certain texts in their cells, letter case aside."""
        if cursor:
            return self._ask.shown(*self._ask.pager.next(cursor, limit))
        board = self._ask.world.board(board_id)
        if board is None:
            raise no_board(board_id)
        world = self._ask.world
        newest = stamp(world.clock.now() - timedelta(seconds=world.ways.found_after))
        items = [item for item in world.items_on(board) if item.created_at <= newest]
        return self._ask.page(finding.with_values(world, board, items, columns or []), limit)

    def users(
        self, *, limit: int, page: int, ids: Any = None, emails: Any = None, status: Any = None, **asked: Any
    ) -> list[UserView]:
        """People: 200 unless `limit` says more; addresses are compared letter by letter, case included."""
        if limit > _MOST_USERS:
            raise wrong(f"At most {_MOST_USERS} users may be asked for at once", argument="limit")
        states = status or ["ACTIVE", "PENDING"]
        found = [user for user in self._ask.world.users.values() if user.status in states and _kind_fits(user, asked)]
        found = [user for user in found if ids is None or user.id in ids]
        found = [user for user in found if emails is None or user.email in emails]
        return [UserView(self._ask, user) for user in _page(found, limit, page)]

    def workspaces(self, *, limit: int, page: int, ids: Any = None, **_: Any) -> list[dict[str, str]]:
        """The folders that boards stand in."""
        found = self._ask.world.workspaces.items()
        rows = [{"id": key, "name": name} for key, name in found if ids is None or key in ids]
        return list(_page(rows, limit, page))

    def me(self) -> UserView:
        """Whose token this is."""
        return UserView(self._ask, self._ask.world.users[self._ask.world.me])

    def account(self) -> dict[str, Any]:
        """The account."""
        return account(self._ask)

    def teams(self, **_: Any) -> list[Any]:
        """There are none."""
        return []

    def version(self) -> dict[str, str]:
        """The version that answers."""
        return next(version for version in VERSIONS if version["kind"] == "current")

    def versions(self) -> list[dict[str, str]]:
        """All versions there are."""
        return list(VERSIONS)

    def platform_api(self) -> dict[str, Any]:
        """The day's limit, and how many calls were made on each day."""
        gate = self._ask.gate
        addon = {"is_active": False, "quantity": 0}
        days = [{"day": day.isoformat(), "usage": calls} for day, calls in gate.days().items()]
        analytics = {"last_updated": stamp(self._ask.world.clock.now()), "by_day": days}
        limit = gate.limits.daily
        return {"daily_limit": {"base": limit, "total": limit, "addon": addon}, "daily_analytics": analytics}

    def webhooks(self, *, board_id: str, **_: Any) -> list[Any]:
        """The subscriptions to a board."""
        if self._ask.world.board(board_id) is None:
            raise no_board(board_id)
        return [hook_row(hook) for hook in self._ask.world.hooks.values() if hook.board == board_id]


def hook_row(hook: Webhook) -> dict[str, Any]:
    """A webhook as it is shown."""
    return {"id": hook.id, "board_id": hook.board, "event": hook.event, "config": hook.config}


def _page(found: Sequence[Any], limit: int, page: int) -> Sequence[Any]:
    return found[(page - 1) * limit : page * limit]


def _kind_fits(user: User, asked: dict[str, Any]) -> bool:
    kinds = asked.get("user_kind") or {}
    kind = user.kind.upper()
    return (not kinds.get("in") or kind in kinds["in"]) and kind not in (kinds.get("not_in") or ())
