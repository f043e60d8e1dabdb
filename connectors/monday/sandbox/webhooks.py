"""Webhooks: which line of the log is news for which subscription, and telling the subscribers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from connectors.monday.sandbox.problems import wrong
from connectors.monday.sandbox.records import Log, Webhook
from connectors.monday.sandbox.state import State
from connectors.sandbox.deliveries import Courier, Delivery, client

_EVENTS = {
    "create_pulse": ("create_item", "create_subitem"),
    "update_column_value": ("change_column_value", "change_subitem_column_value"),
    "update_name": ("change_name", "change_subitem_name"),
    "archive_pulse": ("item_archived", "subitem_archived"),
    "delete_pulse": ("item_deleted", "subitem_deleted"),
    "restore_pulse": ("item_restored", ""),
    "move_pulse_into_group": ("item_moved_to_any_group", ""),
    "create_update": ("create_update", "create_subitem_update"),
    "create_column": ("create_column", ""),
}
"""The subscriptions that a line of the log is news for: on a board itself, and on the board above subitems."""

_AGAIN = 60.0
_TRIES = 30


class Deliveries(Courier):
    """The courier of the local monday: tries every minute for half an hour, and proves nothing."""

    def __init__(self, state: State) -> None:
        super().__init__(state.clock)
        self._state = state
        state.heard = self.hear

    def hear(self, log: Log) -> None:
        """Take note of a line of the log."""
        for hook in news(self._state, log):
            self.send(Delivery(hook.id, hook.url, {"event": message(self._state, hook, log)}))

    def sealed(self, delivery: Delivery, content: bytes) -> dict[str, str]:  # noqa: ARG002  nothing is signed
        """Nothing: only the address is a secret."""
        return {}

    def answered(self, delivery: Delivery, trouble: str) -> float | None:
        """What was not received comes again, and says so; after the last time it is lost."""
        delivery.body["event"]["isRetry"] = bool(trouble)
        return _AGAIN if trouble and delivery.tries <= _TRIES else None


def challenge(url: str) -> None:
    """Ask an address to repeat a word, as monday does before it subscribes. Raises Problem where it does not."""
    word = {"challenge": uuid.uuid4().hex}
    try:
        repeated = client().post(url, json=word).json() == word
    except (httpx.HTTPError, ValueError):
        repeated = False
    if not repeated:
        raise wrong("The address did not answer the challenge", argument="url")


def news(state: State, log: Log) -> Iterator[Webhook]:
    """The subscriptions that want to know of a line of the log."""
    board = state.boards[log.board]
    item = state.items[log.items[0]] if log.items else None
    below = item is not None and item.parent is not None
    event = _EVENTS.get(log.event, ("", ""))[below]
    for hook in state.hooks.values():
        if hook.board == state.main_board(board).id and _wanted(hook, event, log):
            yield hook


def _wanted(hook: Webhook, event: str, log: Log) -> bool:
    asked = json.loads(hook.config) if hook.config else {}
    if hook.event == event:
        return bool(event)
    if event == "change_column_value" and hook.event in ("change_specific_column_value", "change_status_column_value"):
        return bool(asked.get("columnId") == log.column)
    moved = event == "item_moved_to_any_group" and hook.event == "item_moved_to_specific_group"
    return moved and asked.get("groupId") == log.group


def message(state: State, hook: Webhook, log: Log) -> dict[str, Any]:
    """What a subscriber is told. Items that were put away go by another key, and ids are numbers here."""
    item = state.items[log.items[0]] if log.items else None
    away = log.event in ("archive_pulse", "delete_pulse", "restore_pulse")
    told: dict[str, Any] = {"boardId": int(log.board), "groupId": log.group}
    if item:
        told |= {"itemId" if away else "pulseId": int(item.id), "itemName" if away else "pulseName": item.name}
    if item and item.parent:
        told["parentItemId"] = int(item.parent) if away else item.parent
    if log.event == "update_column_value":
        told |= {"columnId": log.column, "columnType": log.data["column_type"], "columnTitle": log.data["column_title"]}
    for ours, theirs in (("value", "value"), ("previousValue", "previous_value")):
        told |= {ours: log.data[theirs]} if theirs in log.data else {}
    return {
        **told,
        "app": "monday",
        "type": log.event,
        "triggerTime": datetime.fromtimestamp(log.at / 10_000_000, UTC).isoformat(),
        "subscriptionId": int(hook.id),
        "isRetry": False,
        "userId": int(log.user),
        "originalTriggerUuid": None,
        "triggerUuid": log.id,
    }
