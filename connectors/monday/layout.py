"""How a board is laid out: which of its columns holds what of a task, told by type and title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.monday.answers import Raw, flag, many, text, understood
from connectors.text import line
from connectors.vocabulary import Field, FieldType, Group

MARKER: Final = "Plan ID"
NOTES: Final = "Notes"
START: Final = "Start"
DUE: Final = "Due"
OWNER: Final = "Owner"
STATUS: Final = "Status"
_STARTS: Final = ("start", "start date")
_DUES: Final = ("due", "due date", "deadline")
_OWNERS: Final = ("owner", "person", "people", "assignee")

_TYPES: Final = {
    "text": FieldType.TEXT,
    "long_text": FieldType.TEXT,
    "numbers": FieldType.NUMBER,
    "date": FieldType.DATE,
    "status": FieldType.OPTION,
    "dropdown": FieldType.OPTIONS,
    "people": FieldType.PEOPLE,
}
"""All others are left alone: some are computed, and of the rest no mapping can say anything."""
_NO_FIELDS: Final = frozenset({"name", "subtasks"})
_HELD: Final = {"notes": "notes", "start": "start", "due": "due", "owner": "assignee", "status": "status"}
"""What of every task stands in the columns of a layout that have these names."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Labels have ids that stay while people rename and reorder them; `done` are those that mean done.

    `options` are the labels in use by their names, and `below` is the board of the subitems that a column shows.
    """

    id: str
    title: str
    type: str
    options: Mapping[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    below: str | None = None

    @property
    def field(self) -> Field:
        """The column in the words of all tools."""
        kind = _TYPES.get(self.type, FieldType.OTHER)
        return Field(self.id, self.title, kind, kind is not FieldType.OTHER, self.options)


@dataclass(frozen=True, slots=True)
class Layout:
    """One board and its columns. The named ones are the columns that hold what every task has; None where it has none.

    `timeline` is used where there are no two dates; `checkbox` where there is no status. `below` is the board on which
    the subitems stand: a hidden one on classic boards, the same one on multi-level boards.
    """

    board: str
    name: str = ""
    url: str = ""
    state: str = "active"
    multi_level: bool = False
    items: int = 0
    groups: tuple[Group, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    marker: Column | None = None
    notes: Column | None = None
    start: Column | None = None
    due: Column | None = None
    timeline: Column | None = None
    owner: Column | None = None
    status: Column | None = None
    checkbox: Column | None = None
    below: str | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns that a mapping may name."""
        named: dict[str, Column | None] = {held: getattr(self, name) for name, held in _HELD.items()}
        held = {column.id: what for what, column in named.items() if column}
        return tuple(
            replace(column.field, holds=held.get(column.id))
            for column in self.columns.values()
            if column.type not in _NO_FIELDS
        )


@understood("board")
def layout(raw: Raw) -> Layout:
    """A board's record as it is laid out."""
    bare = Layout(
        board=text(raw["id"]),
        name=line(text(raw.get("name"))),
        url=text(raw.get("url")),
        state=text(raw.get("state")),
        multi_level=raw.get("hierarchy_type") == "multi_level",
        items=int(raw.get("items_count") or 0),
        groups=groups(raw),
    )
    return arranged(bare, [column(one) for one in many(raw.get("columns")) if not flag(one.get("archived"))])


def arranged(board: Layout, columns: Sequence[Column]) -> Layout:
    """The board with these columns, each put to its use."""
    start, due = _dates(columns)
    status = _called(columns, "status", (STATUS.lower(),)) or _first(columns, "status")
    checkboxes = [one for one in columns if one.type == "checkbox"]
    return replace(
        board,
        columns={one.id: one for one in columns},
        marker=_called(columns, "text", (MARKER.lower(),)),
        notes=_called(columns, "long_text", (NOTES.lower(),)),
        start=start,
        due=due,
        timeline=None if start or due else _only(columns, "timeline"),
        owner=_called(columns, "people", _OWNERS) or _only(columns, "people"),
        status=status,
        checkbox=checkboxes[0] if status is None and len(checkboxes) == 1 else None,
        below=next((one.below for one in columns if one.below), None),
    )


@understood("board")
def groups(raw: Raw) -> tuple[Group, ...]:
    """A board's groups that are in use, in their order."""
    there = [one for one in many(raw.get("groups")) if not flag(one.get("archived")) and not flag(one.get("deleted"))]
    return tuple(map(group, there))


@understood("group")
def group(raw: Raw) -> Group:
    """A group's record."""
    return Group(text(raw["id"]), line(text(raw.get("title"))))


@understood("column")
def column(raw: Raw) -> Column:
    """A column's record."""
    settings = raw.get("settings") or {}
    labels = sorted(many(settings.get("labels")), key=lambda label: int(label.get("index") or 0))
    used = [label for label in labels if not flag(label.get("is_deactivated"))]
    boards = settings.get("boardIds") or []
    return Column(
        id=text(raw["id"]),
        title=line(text(raw.get("title"))),
        type=text(raw["type"]),
        options={name: str(int(label["id"])) for label in used if (name := line(_name(label)))},
        done=tuple(str(int(label["id"])) for label in used if flag(label.get("is_done"))),
        below=str(boards[0]) if raw["type"] == "subtasks" and boards else None,
    )


def names(board: Layout, below: Layout) -> Mapping[str, str]:
    """What the columns of the subitems' board are called on the board: those of the same title and type."""
    fields = {field.id for field in board.fields}
    columns = [column for column in board.columns.values() if column.id in fields]
    there = {(column.title.casefold(), column.type): column.id for column in reversed(columns)}
    found = {id_: there.get((column.title.casefold(), column.type)) for id_, column in below.columns.items()}
    return {id_: known for id_, known in found.items() if known is not None}


def _name(label: Raw) -> str:
    """What a label is called: a status' label, a dropdown's name."""
    return text(label.get("label") or label.get("name"))


def _dates(columns: Sequence[Column]) -> tuple[Column | None, Column | None]:
    """The columns of start and due; where none is called due, the only date column besides the start is it."""
    start, due = _called(columns, "date", _STARTS), _called(columns, "date", _DUES)
    return start, due or _only([one for one in columns if one is not start], "date")


def _called(columns: Iterable[Column], type_: str, titles: Sequence[str]) -> Column | None:
    """The column of that type with the first of these titles that is there."""
    found = {one.title.casefold(): one for one in reversed([one for one in columns if one.type == type_])}
    return next((found[title] for title in titles if title in found), None)


def _first(columns: Iterable[Column], type_: str) -> Column | None:
    return next((one for one in columns if one.type == type_), None)


def _only(columns: Iterable[Column], type_: str) -> Column | None:
    found = [one for one in columns if one.type == type_]
    return found[0] if len(found) == 1 else None
