"""Values as requests write them into columns: checked, and turned into what a cell stores."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from connectors.monday.sandbox.problems import Problem, bad_cell, wrong
from connectors.monday.sandbox.records import Board, Column, Label, Option
from connectors.monday.sandbox.state import State

LONGEST_NAME = 255
LONGEST_NOTE = 2_000
MOST_LABELS = 40


class Incoming:
    """The values of one write to one board. `make_labels` adds status labels and dropdown options that are missing."""

    def __init__(self, state: State, board: Board, *, make_labels: bool = False) -> None:
        self._state = state
        self._board = board
        self._make_labels = make_labels

    def values(self, text: object) -> dict[str, Any]:
        """The JSON string of `column_values` as {column id: value}. Raises Problem where it is none."""
        if text is None:
            return {}
        if not isinstance(text, str):
            raise wrong("column_values must be a JSON string, not an object", argument="column_values")
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise wrong("column_values is not a valid JSON object", argument="column_values")
        return values

    def stored(self, values: dict[str, Any]) -> dict[str, Any]:
        """What the cells will hold; None clears one. The name is left alone. Raises Problem for the first bad one."""
        cells = {key: self.cell(key, value) for key, value in values.items() if key != "name"}
        lost = [] if self._state.ways.start_kept else [one.id for one in self._board.columns if one.title == "Start"]
        return {key: value for key, value in cells.items() if key not in lost}

    def cell(self, key: str, value: Any) -> Any:
        """What one cell will hold. Raises Problem."""
        column = self._board.column(key)
        if column is None or column.archived:
            text = f"This column ID doesn't exist for the board: {key}"
            raise Problem("InvalidColumnIdException", text, 200, column_id=key, board_id=self._board.id)
        reader = self._readers.get(column.type)
        if reader is None:
            raise self._bad(column, value, f"Columns of type {column.type} cannot be changed over the API")
        if value is None or value in ("", {}):
            return None
        return reader(self, column, value)

    def _bad(self, column: Column, value: Any, why: str) -> Problem:
        return bad_cell(self._board.id, column.id, column.type, value, why)

    def _part(self, column: Column, value: Any, *names: str) -> dict[str, Any]:
        if not isinstance(value, dict) or not value.keys() <= set(names):
            raise self._bad(column, value, f"Invalid value, expected an object with: {', '.join(names)}")
        return value

    def _text(self, column: Column, value: Any) -> str:
        if not isinstance(value, str):
            raise self._bad(column, value, "Invalid value, expected a string")
        return value

    def _long_text(self, column: Column, value: Any) -> Any:
        text = value if isinstance(value, str) else self._text(column, self._part(column, value, "text").get("text"))
        if len(text) > LONGEST_NOTE:
            raise self._bad(column, value, f"A long text takes at most {LONGEST_NOTE} characters")
        return {"text": text, "changed_at": self._state.now()} if text else None

    def _number(self, column: Column, value: Any) -> str:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise self._bad(column, value, "Invalid value, expected a number") from None
        if isinstance(value, bool) or not number.is_finite():
            raise self._bad(column, value, "Invalid value, expected a number")
        return str(value)

    def _day(self, column: Column, value: Any) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except (TypeError, ValueError):
            raise self._bad(column, value, "Invalid date, expected YYYY-MM-DD") from None

    def _date(self, column: Column, value: Any) -> Any:
        given = {"date": value} if isinstance(value, str) else self._part(column, value, "date", "time")
        time = given.get("time")
        if time is not None and not re.fullmatch(r"[0-2]\d:[0-5]\d:[0-5]\d", str(time)):
            raise self._bad(column, value, "Invalid time, expected HH:MM:SS")
        day = {"date": self._day(column, given.get("date")), "icon": None, "changed_at": self._state.now()}
        return {**day, "time": time} if time else day

    def _timeline(self, column: Column, value: Any) -> Any:
        given = self._part(column, value, "from", "to")
        first, last = (self._day(column, given.get(name)) for name in ("from", "to"))
        if first > last:
            raise self._bad(column, value, "The timeline ends before it begins")
        return {"from": first, "to": last, "changed_at": self._state.now()}

    def _people(self, column: Column, value: Any) -> Any:
        given = self._part(column, value, "personsAndTeams").get("personsAndTeams")
        if not isinstance(given, list):
            raise self._bad(column, value, "Invalid value, expected personsAndTeams to be a list")
        return {
            "changed_at": self._state.now(),
            "personsAndTeams": [{"id": int(one["id"]), "kind": self._known(one)} for one in given],
        }

    def _known(self, one: dict[str, Any]) -> str:
        user = self._state.users.get(str(one["id"]))
        if one["kind"] == "person" and (user is None or user.status == "INACTIVE"):
            text = f"User {one['id']} cannot be assigned on this board"
            raise Problem("InvalidUserIdException", text, 200, user_id=one["id"])
        return str(one["kind"])

    def _checkbox(self, column: Column, value: Any) -> Any:
        self._part(column, value, "checked")  # whatever is said, even "false", ticks the box; only null clears it
        return {"checked": True, "changed_at": self._state.now()}

    def _status(self, column: Column, value: Any) -> Any:
        given = {"label": value} if isinstance(value, str) else self._part(column, value, "label", "index")
        label = self._label(column, given)
        return {"index": label.id, "post_id": None, "changed_at": self._state.now()}

    def _label(self, column: Column, given: dict[str, Any]) -> Label:
        text, key = given.get("label"), given.get("index")
        if key is not None or str(text).isdigit():  # a label of digits is taken for an id
            found = column.label(int(key if key is not None else str(text)))
        else:
            found = next((one for one in column.labels if one.label == text), None)
        if found is None and text and self._make_labels and len(column.labels) < MOST_LABELS:
            found = Label(max((one.id for one in column.labels), default=-1) + 1, str(text), len(column.labels))
            column.labels.append(found)
            column.revision += 1
        if found is None or found.is_deactivated:
            known = ", ".join(f"{one.id}: {one.label}" for one in column.labels if not one.is_deactivated)
            raise self._bad(column, given, f"This status label doesn't exist, possible statuses are: {{{known}}}")
        return found

    def _dropdown(self, column: Column, value: Any) -> Any:
        given = {"labels": [value]} if isinstance(value, str) else self._part(column, value, "labels", "ids")
        if len(given) != 1:
            raise self._bad(column, value, "Labels and ids cannot be mixed")
        ids = [self._option(column, name, one) for name, every in given.items() for one in every]
        return {"ids": ids, "changed_at": self._state.now()} if ids else None

    def _option(self, column: Column, name: str, one: Any) -> int:
        key = "label" if name == "labels" else "id"
        found = next((x for x in column.options if str(getattr(x, key)) == str(one) and not x.is_deactivated), None)
        if found is None and name == "labels" and self._make_labels:
            found = Option(max((x.id for x in column.options), default=0) + 1, str(one))
            column.options.append(found)
        if found is None:
            raise self._bad(column, one, f"The dropdown has no {key} {one}")
        return found.id

    def _link(self, column: Column, value: Any) -> Any:
        given = self._part(column, value, "url", "text")
        return {"url": self._text(column, given.get("url")), "text": given.get("text") or given.get("url")}

    def _relation(self, column: Column, value: Any) -> Any:
        given = self._part(column, value, "item_ids").get("item_ids", [])
        return {"linkedPulseIds": [{"linkedPulseId": int(key)} for key in given]}

    _readers: ClassVar[dict[str, Callable[[Incoming, Column, Any], Any]]] = {
        "text": _text,
        "long_text": _long_text,
        "numbers": _number,
        "date": _date,
        "timeline": _timeline,
        "people": _people,
        "checkbox": _checkbox,
        "status": _status,
        "dropdown": _dropdown,
        "link": _link,
        "board_relation": _relation,
    }


def clean_name(name: object) -> str:
    """An item's name, checked. Raises Problem."""
    text = str(name).strip()
    if not text:
        raise wrong("The item's name is empty", argument="item_name")
    if len(text) > LONGEST_NAME:
        text = f"The item's name is longer than {LONGEST_NAME} characters"
        raise Problem("ItemNameTooLongException", text, 200)
    return text
