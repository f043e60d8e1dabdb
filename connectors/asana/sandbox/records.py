"""What the sandbox remembers: plain records, instants as Asana writes them, all of it JSON at heart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final


def stamp(instant: datetime) -> str:
    """An instant as Asana writes it: UTC, milliseconds, Z. Such texts sort as the instants do."""
    moment = instant.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def instant_of(text: str) -> str:
    """Any ISO date or instant as a stamp; naive ones are taken as UTC. Raises ValueError for other texts."""
    moment = datetime.fromisoformat(text)
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def day_of(text: str) -> str:
    """A calendar day, checked. Raises ValueError for anything that is not YYYY-MM-DD."""
    return date.fromisoformat(text).isoformat()


@dataclass(slots=True)
class Token:
    """One credential: whose it is, whether an OAuth app holds it (only those see `external`), and when it ends."""

    user: str
    oauth: bool = False
    ends: str | None = None


@dataclass(slots=True)
class User:
    """Someone with an account in the workspace; `kind` is admin, member, guest or view_only."""

    gid: str
    name: str
    email: str
    active: bool = True
    kind: str = "member"


@dataclass(slots=True)
class Option:
    """One choice of an enum field."""

    gid: str
    name: str
    color: str = "none"
    enabled: bool = True


@dataclass(slots=True)
class Field:
    """The definition of a custom field."""

    gid: str
    name: str
    subtype: str
    precision: int = 0
    format: str = "none"
    description: str = ""
    options: list[Option] = field(default_factory=list)
    created_by: str | None = None
    everywhere: bool = True
    locked: bool = False

    def option(self, gid: object) -> Option | None:
        """The option with that id, enabled or not."""
        return next((option for option in self.options if option.gid == gid), None)


@dataclass(slots=True)
class Setting:
    """A custom field as it stands on one project."""

    gid: str
    project: str
    field: str
    important: bool = False


@dataclass(slots=True)
class Metric:
    """The figure of a goal; percentages are fractions."""

    gid: str
    unit: str
    precision: int
    initial: float
    target: float
    current: float
    source: str = "manual"
    currency: str | None = None


@dataclass(slots=True)
class Goal:
    """A goal of the workspace, with its metric if it has one."""

    gid: str
    name: str
    owner: str | None = None
    metric: Metric | None = None


@dataclass(slots=True)
class Section:
    """A section of a project, with the order of its tasks."""

    gid: str
    name: str
    project: str
    created_at: str
    tasks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Project:
    """An Asana project, with the order of its sections and the custom fields on it."""

    gid: str
    name: str
    created_at: str
    modified_at: str
    team: str | None = None
    owner: str | None = None
    notes: str = ""
    color: str | None = None
    default_view: str = "list"
    privacy_setting: str = "public_to_workspace"
    due_on: str | None = None
    start_on: str | None = None
    archived: bool = False
    deleted: bool = False
    sections: list[str] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)


@dataclass(slots=True)
class Task:
    """A task or subtask. `homes` maps each project it stands in to the section there."""

    gid: str
    name: str
    created_at: str
    modified_at: str
    created_by: str | None
    resource_subtype: str = "default_task"
    notes: str = ""
    html_notes: str | None = None
    completed: bool = False
    completed_at: str | None = None
    completed_by: str | None = None
    approval_status: str = "pending"
    assignee: str | None = None
    due_on: str | None = None
    due_at: str | None = None
    start_on: str | None = None
    start_at: str | None = None
    parent: str | None = None
    separator: bool = False
    deleted: bool = False
    external: dict[str, str] | None = None
    followers: list[str] = field(default_factory=list)
    subtasks: list[str] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Webhook:
    """One subscription to what happens on a resource; `beat` and `failing_since` are seconds of the sandbox's clock."""

    gid: str
    owner: str
    resource: str
    target: str
    secret: str
    created_at: str
    filters: list[dict[str, Any]] = field(default_factory=list)
    retries: int = 0
    last_success_at: str | None = None
    last_failure_at: str | None = None
    last_failure_content: str = ""
    beat: float = 0.0
    failing_since: float | None = None


@dataclass(slots=True)
class Story:
    """A comment, or one of the lines Asana writes itself ("completed this task")."""

    gid: str
    task: str
    created_at: str
    created_by: str | None
    resource_subtype: str
    text: str
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A pointer to another record by kind ("task", "user" …) and gid."""

    kind: str
    gid: str


@dataclass(frozen=True, slots=True)
class Part:
    """A record that stands inside another one in a reply; `kind` says how it is shown."""

    kind: str
    record: Any


ABSENT: Final = object()
"""The answer for a field that such a record does not have."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the event log. `streams` are the resources whose feed carries it."""

    seq: int
    created_at: str
    user: str | None
    action: str
    resource: Ref
    parent: Ref | None
    field: str | None
    change: str | None
    value: Ref | None
    streams: tuple[str, ...]
