"""Turns monday's JSON into the connectors' vocabulary: items become tasks, cells become values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors import marks
from connectors.form import id_of
from connectors.monday.answers import Raw, flag, many, text, understood
from connectors.monday.layout import Column, Layout
from connectors.text import line, plain
from connectors.vocabulary import Choice, FieldType, FieldValue, Person, Task

Addresses = Callable[[str], str]
"""Gives the address of the person with an id, or that id where no address is known."""


@dataclass(frozen=True, slots=True)
class Home:
    """How the items of one board are read: as tasks of which container, and which field each of its columns stands for.

    `container` is "" for a board that is not the container's: what stands there was moved away.
    """

    container: str
    layout: Layout
    names: Mapping[str, str] = field(default_factory=dict)


@understood("item")
def task(raw: Raw, home: Home, address: Addresses, steps: tuple[int, int] | None = None) -> Task:
    """The item as a task of its container. On classic boards a subitem has no steps: they have two levels."""
    layout, cells = home.layout, _cells(raw)
    parent = _id(raw.get("parent_item"))
    start, due = _dates(layout, cells)
    done = _done(layout, cells)
    title = line(text(raw["name"]))
    return Task(
        id=id_of(raw["id"]),
        container=home.container,
        title=title,
        url=text(raw.get("url")),
        group=None if parent or not home.container else _id(raw.get("group")),
        parent=parent,
        marker=_marker(layout, cells, title),
        notes=_notes(cells, layout.notes),
        start=start,
        due=due,
        assignee=next(iter(_people(cells, layout.owner, address)), None),
        completed=done,
        completed_at=_since(layout, cells) if done else None,
        created_at=instant(raw.get("created_at")),
        modified_at=instant(raw.get("updated_at")),
        status=_label(cells, layout.status),
        fields={
            home.names[column.id]: value(cells.get(column.id), column, address)
            for column in layout.columns.values()
            if column.id in home.names
        },
        steps=(0, 0) if parent and not layout.multi_level else steps,
        archived=raw.get("state") == "archived",
    )


@understood("item")
def board_of(raw: Raw) -> str:
    """The board on which an item stands."""
    return id_of((raw.get("board") or {})["id"])


def deleted(raw: Raw) -> bool:
    """Whether the item is in the bin."""
    return state_of(raw) == "deleted"


@understood("item")
def state_of(raw: Raw) -> str:
    """Whether an item is active, archived or deleted."""
    return text(raw.get("state"))


@understood("item")
def parent_of(raw: Raw) -> str | None:
    """The item below which this one stands, if it does."""
    return _id(raw.get("parent_item"))


@understood("item")
def group_of(raw: Raw) -> str | None:
    """The group in which an item stands."""
    return _id(raw.get("group"))


@understood("item")
def is_roll_up(raw: Raw, column: Column | None) -> bool:
    """Whether the item's cell in this column is computed from the items below it: it cannot be written."""
    cell = _cells(raw).get(column.id) if column else None
    return cell is not None and "battery_value" in cell and cell.get("is_leaf") is False


@understood("item")
def steps(raw: Raw, below: Layout) -> tuple[int, int]:
    """(done, all) of the subitems in an item's record; those further below are told along with them, and left out."""
    listed = [one for one in many(raw.get("subitems")) if _id(one.get("parent_item")) == raw["id"]]
    return sum(_done(below, _cells(step)) for step in listed), len(listed)


def counted(tasks: Iterable[Task]) -> tuple[int, int]:
    """(done, all) of some subtasks."""
    below = list(tasks)
    return sum(step.done for step in below), len(below)


@understood("person")
def person(raw: Raw) -> Person:
    """A user record."""
    return Person(
        id=str(int(text(raw["id"]))), name=line(text(raw.get("name"))), address=text(raw.get("email")).strip().lower()
    )


@understood("board")
def kind_of(raw: Raw) -> str:
    """What a board is there for. One of which the state is not said must not pass for one that is not there."""
    if not text(raw["state"]):
        raise ValueError("it has no state")
    return text(raw.get("type"))


@understood("board")
def choice(raw: Raw) -> Choice:
    """A board record, as one of several."""
    return Choice(id=id_of(raw["id"]), name=line(text(raw.get("name"))), url=text(raw.get("url")))


def value(cell: Raw | None, column: Column, address: Addresses) -> FieldValue:
    """What a cell holds. Numbers and days are read from the exact value: the shown one is rounded, or of a zone."""
    if cell is None:
        return None
    held: FieldValue
    match column.field.type:
        case FieldType.TEXT:
            held = plain(text(cell.get("text"))) or None
        case FieldType.NUMBER:
            held = number(_value(cell))
        case FieldType.DATE:
            held = day((_value(cell) or {}).get("date"))
        case FieldType.OPTION:
            held = line(text(cell.get("label"))) or None
        case FieldType.OPTIONS:
            held = tuple(line(text(one.get("label"))) for one in many(cell.get("values"))) or None
        case FieldType.PEOPLE:
            held = tuple(address(id_) for id_ in _persons(cell)) or None
        case _:
            held = None
    return held


def number(held: object) -> Decimal | None:
    """An exact number, without trailing noughts."""
    if held is None or held == "":
        return None
    exact = Decimal(str(held))
    if not exact.is_finite():
        raise ValueError(f"{held} is no number")
    return exact.to_integral_value() if exact == exact.to_integral_value() else exact.normalize()


def day(held: str | None) -> date | None:
    """A calendar day. Raises ValueError for one that no calendar has."""
    return date.fromisoformat(held) if held else None


def instant(held: str | None) -> datetime | None:
    """A moment. Raises ValueError for one that does not say in which time zone."""
    moment = datetime.fromisoformat(held) if held else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"{held} has no time zone")
    return moment


def _cells(raw: Raw) -> Mapping[str, Raw]:
    return {text(cell["id"]): cell for cell in many(raw["column_values"])}


def _value(cell: Raw) -> Any:
    """A cell's exact value, which comes as JSON within JSON."""
    held = cell.get("value")
    return json.loads(held) if isinstance(held, str) and held else held or None


def _marker(layout: Layout, cells: Mapping[str, Raw], title: str) -> str | None:
    """The marker in its column; until a new subitem has that column, its name is the marker."""
    held = value(cells.get(layout.marker.id), layout.marker, str) if layout.marker else None
    return marks.read(held) or marks.read(title)


def _notes(cells: Mapping[str, Raw], column: Column | None) -> str:
    return plain(text(cells[column.id].get("text"))) if column and column.id in cells else ""


def _dates(layout: Layout, cells: Mapping[str, Raw]) -> tuple[date | None, date | None]:
    if layout.timeline:
        span = _value(cells[layout.timeline.id]) if layout.timeline.id in cells else None
        return day((span or {}).get("from")), day((span or {}).get("to"))
    found = [value(cells.get(column.id), column, str) if column else None for column in (layout.start, layout.due)]
    start, due = (held if isinstance(held, date) else None for held in found)
    return start, due


def _people(cells: Mapping[str, Raw], column: Column | None, address: Addresses) -> tuple[str, ...]:
    return tuple(address(id_) for id_ in _persons(cells[column.id])) if column and column.id in cells else ()


def _persons(cell: Raw) -> list[str]:
    """The ids of the people in a cell; teams and agents are nobody's assignee."""
    return [text(one["id"]) for one in many(cell.get("persons_and_teams")) if one.get("kind") == "person"]


def _label(cells: Mapping[str, Raw], column: Column | None) -> str | None:
    return line(text(cells[column.id].get("label"))) or None if column and column.id in cells else None


def _done(layout: Layout, cells: Mapping[str, Raw]) -> bool:
    """The status' own word for it; of a row that sums up others, whether all of those are done; else the checkbox."""
    column = layout.status or layout.checkbox
    cell = cells.get(column.id) if column else None
    if cell is None or column is None:
        return False
    if "battery_value" in cell:
        counts = [(str(one["key"]), int(one["count"])) for one in many(cell["battery_value"])]
        return any(count for _, count in counts) and all(key in column.done for key, count in counts if count)
    return flag(cell.get("is_done")) if layout.status else flag(cell.get("checked"))


def _since(layout: Layout, cells: Mapping[str, Raw]) -> datetime | None:
    column = layout.status or layout.checkbox
    return instant(cells[column.id].get("updated_at")) if column else None


def _id(raw: Raw | None) -> str | None:
    return None if raw is None else text(raw["id"])
