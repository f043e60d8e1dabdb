"""Turns the vocabulary's values into what monday's columns take; what one cannot hold is left out and said in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from connectors.monday.layout import Column
from connectors.monday.shapes import Home
from connectors.text import cut, line
from connectors.vocabulary import FieldType, FieldValue, Task, Values

Find = Callable[[str], str | None]
"""Gives the id of the person with an address, None for a stranger."""

LONGEST_NAME: Final = 255
"""Characters of an item's or a group's name."""
LONGEST_TEXT: Final = 2000
"""Characters that a long text column holds."""
_TIMELINE: Final = "a timeline needs both a start and a due date"


@dataclass(slots=True)
class Draft:
    """Cells by column id, ready to be sent, and in words what had to be left out."""

    cells: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def leave_out(self, name: str, reason: str) -> None:
        """Say that something of this name was left out."""
        self.remarks.append(f"{name} was left out: {reason}")


def draft(values: Values, home: Home, find: Find, *, now: Task | None, roll_up: bool) -> Draft:
    """The cells for these values. `now` is the task as it stands, None for a new one.

    `roll_up` says that its status is computed from the items below it.
    """
    made, layout, given = Draft(), home.layout, values.given
    if "title" in given:
        _name(made, line(str(given["title"] or "")), new=now is None)
    if "marker" in given and layout.marker:
        made.cells[layout.marker.id] = str(given["marker"] or "")
    if "notes" in given:
        _put(made, "the notes", layout.notes, str(given["notes"] or "") or None, "no long text column called “Notes”")
    _dates(made, given, home, now)
    if "assignee" in given:
        _assign(made, given["assignee"], layout.owner, find)
    if "completed" in given:
        _complete(made, home, now, done=bool(given["completed"]), roll_up=roll_up)
    _fill(made, values.fields, home, find, roll_up=roll_up)
    return made


def fitting(title: str) -> str:
    """A title as the name of an item or a group: one line, cut where it is too long."""
    return cut(line(title), LONGEST_NAME)


def _name(made: Draft, title: str, *, new: bool) -> None:
    """A new item's name is no cell: it is given apart from them."""
    if not new:
        made.cells["name"] = fitting(title)
    if len(title) > LONGEST_NAME:
        made.remarks.append(f"its title was cut: it has {len(title)} characters, and monday holds {LONGEST_NAME}")


def _put(made: Draft, name: str, column: Column | None, value: FieldValue, missing: str) -> None:
    """Set a column that every task should have; nothing is lost where it is missing and there is nothing to hold."""
    if column is None:
        if value is not None:
            made.leave_out(name, f"the board has {missing}")
        return
    try:
        made.cells[column.id] = cell(column, value, _nobody)
    except ValueError as reason:
        made.leave_out(name, str(reason))


def _dates(made: Draft, given: Mapping[str, object], home: Home, now: Task | None) -> None:
    layout = home.layout
    if layout.timeline is None:
        for name, column in ("start", layout.start), ("due", layout.due):
            if name in given:
                _put(made, f"the {name}", column, _day(given[name]), f"no date column called “{name.capitalize()}”")
        return
    if not {"start", "due"} & given.keys():
        return
    start, due = (_day(given.get(name, getattr(now, name, None))) for name in ("start", "due"))
    if (start is None) != (due is None):
        made.leave_out("the start" if due is None else "the due date", _TIMELINE)
        return
    made.cells[layout.timeline.id] = {"from": f"{start}", "to": f"{due}"} if start else None


def _assign(made: Draft, address: object, column: Column | None, find: Find) -> None:
    """A stranger never fails the task: nobody is assigned, and whoever was stays."""
    if column is None:
        if address:
            made.leave_out("the assignee", "the board has no people column called “Owner”")
        return
    person = find(str(address)) if address else None
    if address and person is None:
        made.remarks.append(f"nobody in the account has the address {address}: the task was not assigned")
        return
    made.cells[column.id] = _persons([person] if person else [])


def _complete(made: Draft, home: Home, now: Task | None, *, done: bool, roll_up: bool) -> None:
    """Set a label that means done, unless one stands there; of an open task, take it away if one stands there."""
    layout = home.layout
    if done is bool(now and now.completed):
        return
    column = layout.status or layout.checkbox
    if column is None:
        made.leave_out("that it is done", "the board has no status column")
    elif layout.status is None:
        made.cells[column.id] = {"checked": "true"} if done else None
    elif roll_up:
        made.leave_out("its status", "monday computes it from the items below")
    elif done and not column.done:
        made.leave_out("that it is done", f"no label of “{column.title}” counts as done")
    else:
        made.cells[column.id] = {"index": int(column.done[0])} if done else None


def _fill(made: Draft, fields: Mapping[str, FieldValue], home: Home, find: Find, *, roll_up: bool) -> None:
    """Set the columns that a mapping names; their ids are those of the container's columns."""
    there = {known: home.layout.columns[id_] for id_, known in home.names.items()}
    for id_, value in fields.items():
        column = there.get(id_)
        if column is None:
            made.leave_out(f"column {id_}", "it is not on the board (any more), or not on that of the subitems")
            continue
        if roll_up and column.type == "status":
            made.leave_out(f"“{column.title}”", "monday computes it from the items below")
            continue
        try:
            made.cells[column.id] = cell(column, value, find)
        except ValueError as reason:
            made.leave_out(f"“{column.title}”", str(reason))


def cell(column: Column, value: FieldValue, find: Find) -> Any:
    """One value as its column takes it. Raises ValueError, in words for people, where it cannot hold it."""
    if not column.field.writable:
        raise ValueError("monday computes this column itself, or syncd does not know its type")
    if value is None:
        return "" if column.type in ("text", "numbers") else None
    data: Any
    match column.field.type:
        case FieldType.TEXT if isinstance(value, str):
            data = _text(column, value)
        case FieldType.NUMBER if isinstance(value, Decimal):
            data = f"{value:f}"
        case FieldType.DATE if isinstance(value, date):
            data = {"date": value.isoformat()}
        case FieldType.OPTION:
            data = {"index": _option(column, value)}
        case FieldType.OPTIONS if isinstance(value, tuple):
            data = {"ids": [_option(column, name) for name in value]}
        case FieldType.PEOPLE if isinstance(value, tuple):
            data = _persons([_person(address, find) for address in value])
        case _:
            raise ValueError(f"it cannot hold {value!s}")
    return data


def _text(column: Column, value: str) -> Any:
    if column.type == "text":
        return value
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"they have {len(value):,} characters, and a long text column holds {LONGEST_TEXT:,}")
    return {"text": value}


def _option(column: Column, name: object) -> int:
    if str(name) not in column.options:
        raise ValueError(f"it has no label “{name}” (any more)")
    return int(column.options[str(name)])


def _person(address: str, find: Find) -> str:
    found = find(address)
    if found is None:
        raise ValueError(f"nobody in the account has the address {address}")
    return found


def _persons(ids: list[str]) -> Any:
    return {"personsAndTeams": [{"id": int(id_), "kind": "person"} for id_ in ids]} if ids else None


def _nobody(_address: str) -> None:
    return None


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
