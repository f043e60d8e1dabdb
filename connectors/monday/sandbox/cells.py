"""Cells as the API shows them: the typed fields of each kind, `text` for people, `value` as a string of JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.monday.sandbox.records import Board, Column, Item
from connectors.monday.sandbox.state import State

_COLORS = {"done_green": "#00c875", "working_orange": "#fdab3d", "stuck_red": "#df2f4a"}
_SILENT = ("mirror", "board_relation", "subtasks", "dependency")
"""Columns whose `text` and `value` are never there."""


def cell(state: State, item: Item, column: Column, *, calculated: bool) -> dict[str, Any] | None:
    """One cell; None for a roll-up of a multi-level board that was not asked for."""
    board = state.boards[item.board]
    shown = {"id": column.id, "type": column.type, "is_leaf": is_leaf(state, item), "board": board, "of": column}
    if rolled_up(board, column):
        return {**shown, **_battery(state, item, column)} if calculated else None
    stored = item.cells.get(column.id)
    kind, read = _KINDS.get(column.type, ("UnsupportedValue", _nothing))
    value = json.dumps(stored) if stored is not None and column.type not in _SILENT else None
    return {**shown, "__typename": kind, "value": value, **read(state, item, column, stored)}


def rolled_up(board: Board, column: Column) -> bool:
    """True for a column that shows a roll-up instead of a value."""
    return board.hierarchy == "multi_level" and column.calculated


def is_leaf(state: State, item: Item) -> bool:
    """True for an item with nothing below it."""
    return not any(state.items[key].state == "active" for key in item.subitems)


def is_done(state: State, item: Item) -> bool:
    """True where all that counts for an item's status means done; without a status, where its box is ticked."""
    columns = state.boards[item.board].columns
    status = next((column for column in columns if column.type == "status"), None)
    if status is None:
        return any((item.cells.get(c.id) or {}).get("checked") for c in columns if c.type == "checkbox")
    counted = _leaves(state, item) if status.calculated else [item]
    labels = [status.label(cell["index"]) if cell else None for cell in (i.cells.get(status.id) for i in counted)]
    return all(label is not None and label.is_done for label in labels)


def hex_of(color: str) -> str:
    """A label colour as CSS writes it."""
    return _COLORS.get(color, "#c4c4c4")


def _leaves(state: State, item: Item) -> list[Item]:
    below = [state.items[key] for key in item.subitems if state.items[key].state == "active"]
    return [leaf for one in below for leaf in _leaves(state, one)] if below else [item]


def _battery(state: State, item: Item, column: Column) -> dict[str, Any]:
    stored = [leaf.cells.get(column.id) for leaf in _leaves(state, item)]
    counted = Counter(cell["index"] if cell else 5 for cell in stored)  # 5 stands for an empty status
    value = [{"key": str(key), "count": count} for key, count in sorted(counted.items())]
    return {"__typename": "BatteryValue", "battery_value": value, "text": None, "value": None}


def _changed(stored: Any) -> str | None:
    return stored.get("changed_at") if isinstance(stored, dict) else None


def _nothing(*_: Any) -> dict[str, Any]:
    return {"text": ""}


def _text(_: State, __: Item, ___: Column, stored: Any) -> dict[str, Any]:
    return {"text": stored or ""}


def _long_text(_: State, __: Item, ___: Column, stored: Any) -> dict[str, Any]:
    return {"text": stored["text"] if stored else "", "updated_at": _changed(stored)}


def _number(_: State, __: Item, ___: Column, stored: Any) -> dict[str, Any]:
    number = float(stored) if stored is not None else None
    return {"text": stored or "", "number": number, "symbol": None, "direction": None}


def _date(state: State, _: Item, __: Column, stored: Any) -> dict[str, Any]:
    day, time = (stored["date"], stored.get("time")) if stored else (None, None)
    if time:  # shown in the zone of who asks, stored in UTC
        here = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)
        here = here.astimezone(ZoneInfo(state.users[state.me].zone))
        day, time = f"{here:%Y-%m-%d}", f"{here:%H:%M}"
    text = " ".join(part for part in (day, time) if part)
    return {"text": text, "date": day, "time": time or "", "icon": None, "updated_at": _changed(stored)}


def _timeline(_: State, __: Item, ___: Column, stored: Any) -> dict[str, Any]:
    first, last = (stored["from"], stored["to"]) if stored else (None, None)
    text = f"{first} - {last}" if stored else ""
    return {"text": text, "from": first, "to": last, "visualization_type": None, "updated_at": _changed(stored)}


def _people(state: State, _: Item, __: Column, stored: Any) -> dict[str, Any]:
    every = stored["personsAndTeams"] if stored else []
    names = [state.users[str(one["id"])].name for one in every if str(one["id"]) in state.users]
    shown = [{"id": str(one["id"]), "kind": one["kind"]} for one in every]
    return {"text": ", ".join(names), "persons_and_teams": shown, "updated_at": _changed(stored)}


def _checkbox(_: State, __: Item, ___: Column, stored: Any) -> dict[str, Any]:
    checked = bool(stored and stored["checked"])
    return {"text": "v" if checked else "", "checked": checked, "updated_at": _changed(stored)}


def _status(_: State, __: Item, column: Column, stored: Any) -> dict[str, Any]:
    label = column.label(stored["index"]) if stored else None
    style = {"color": hex_of(label.color), "border": hex_of(label.color)} if label else None
    return {
        "text": label.label if label else None,
        "label": label.label if label else None,
        "index": label.id if label else None,
        "is_done": bool(label and label.is_done),
        "label_style": style,
        "update_id": None,
        "updated_at": _changed(stored),
    }


def _dropdown(_: State, __: Item, column: Column, stored: Any) -> dict[str, Any]:
    ids = stored["ids"] if stored else []
    chosen = [option for option in column.options if option.id in ids]
    text = ", ".join(option.label for option in chosen) or None
    return {"text": text, "values": [{"id": str(option.id), "label": option.label} for option in chosen]}


def _link(_: State, __: Item, ___: Column, stored: Any) -> dict[str, Any]:
    url, words = (stored["url"], stored["text"]) if stored else (None, None)
    text = f"{words} - {url}" if stored else ""
    return {"text": text, "url": url, "url_text": words, "updated_at": _changed(stored)}


def _display(_: State, __: Item, ___: Column, stored: Any) -> dict[str, Any]:
    return {"text": None, "display_value": stored or ""}


def _relation(state: State, _: Item, __: Column, stored: Any) -> dict[str, Any]:
    ids = [str(one["linkedPulseId"]) for one in stored["linkedPulseIds"]] if stored else []
    names = ", ".join(state.items[key].name for key in ids if key in state.items)
    return {"text": None, "linked_item_ids": ids, "display_value": names, "updated_at": None}


def _subtasks(state: State, item: Item, _: Column, __: Any) -> dict[str, Any]:
    below = [state.items[key] for key in item.subitems if state.items[key].state == "active"]
    names = ", ".join(one.name for one in below)
    return {"text": None, "subitems_ids": [one.id for one in below], "display_value": names}


def _last_updated(_: State, item: Item, __: Column, ___: Any) -> dict[str, Any]:
    return {"text": item.updated_at, "updated_at": item.updated_at, "updater_id": None}


_KINDS: dict[str, tuple[str, Callable[[State, Item, Column, Any], dict[str, Any]]]] = {
    "text": ("TextValue", _text),
    "long_text": ("LongTextValue", _long_text),
    "numbers": ("NumbersValue", _number),
    "date": ("DateValue", _date),
    "timeline": ("TimelineValue", _timeline),
    "people": ("PeopleValue", _people),
    "checkbox": ("CheckboxValue", _checkbox),
    "status": ("StatusValue", _status),
    "dropdown": ("DropdownValue", _dropdown),
    "link": ("LinkValue", _link),
    "board_relation": ("BoardRelationValue", _relation),
    "mirror": ("MirrorValue", _display),
    "formula": ("FormulaValue", _display),
    "progress": ("ProgressValue", _nothing),
    "subtasks": ("SubtasksValue", _subtasks),
    "last_updated": ("LastUpdatedValue", _last_updated),
}
