"""What the local monday remembers: plain records, all of it JSON at heart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


def stamp(instant: datetime) -> str:
    """An instant as monday writes it: UTC, whole seconds, Z."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def ticks(instant: datetime) -> int:
    """An instant as the activity log writes it: a 17-digit count of 100 nanoseconds."""
    return round(instant.timestamp() * 1_000_000) * 10


@dataclass(slots=True)
class User:
    """Someone with a seat: `kind` admin, member, guest or view_only; `status` ACTIVE, PENDING or INACTIVE."""

    id: str
    name: str
    email: str
    kind: str = "member"
    status: str = "ACTIVE"
    zone: str = "UTC"


@dataclass(slots=True)
class Label:
    """One label of a status column. `id` never changes and is what cells hold; `index` is the place in the list."""

    id: int
    label: str
    index: int
    is_done: bool = False
    is_deactivated: bool = False
    color: str = "american_gray"


@dataclass(slots=True)
class Option:
    """One choice of a dropdown column."""

    id: int
    label: str
    is_deactivated: bool = False


@dataclass(slots=True)
class Column:
    """A column: `type` as the API names it. `labels` belong to status, `options` to dropdown, `board` to subtasks.

    `calculated` makes the cells of parents on a multi-level board a roll-up; `required` refuses a create without it.
    """

    id: str
    title: str
    type: str
    revision: int = 1
    description: str | None = None
    archived: bool = False
    labels: list[Label] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    board: str | None = None
    calculated: bool = False
    required: bool = False

    def label(self, key: object) -> Label | None:
        """The label with that id, in use or not."""
        return next((label for label in self.labels if label.id == key), None)


@dataclass(slots=True)
class Group:
    """A group of a board, with the order of the active items in it."""

    id: str
    title: str
    color: str = "#579bfc"
    archived: bool = False
    deleted: bool = False
    items: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """A board, or with type sub_items_board the hidden one that holds the subitems of its `owner`."""

    id: str
    name: str
    created_at: str
    updated_at: str
    creator: str
    kind: str = "public"
    type: str = "board"
    hierarchy: str = "classic"
    state: str = "active"
    permissions: str = "everyone"
    access: str = "edit"
    items_limit: int = 10_000
    owner: str | None = None
    columns: list[Column] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def column(self, key: object) -> Column | None:
        """The column with that id."""
        return next((column for column in self.columns if column.id == key), None)

    def group(self, key: object) -> Group | None:
        """The living group with that id."""
        return next((group for group in self.groups if group.id == key and not group.deleted), None)


@dataclass(slots=True)
class Item:
    """An item or subitem. `cells` holds what is stored in each column, as JSON without its text form."""

    id: str
    name: str
    board: str
    group: str
    created_at: str
    updated_at: str
    creator: str
    parent: str | None = None
    state: str = "active"
    cells: dict[str, Any] = field(default_factory=dict)
    subitems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Log:
    """One line of a board's activity log; `at` in 100 nanoseconds, `data` as it will be told."""

    id: str
    board: str
    at: int
    user: str
    event: str
    entity: str
    data: dict[str, Any]
    items: tuple[str, ...] = ()
    column: str | None = None
    group: str | None = None


@dataclass(slots=True)
class Webhook:
    """One subscription to what happens on a board."""

    id: str
    board: str
    url: str
    event: str
    config: str | None = None
