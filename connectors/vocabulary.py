"""The words every connector speaks: tasks, groups, containers, listings, and what may be written to them.

Everything here is frozen data without behaviour that touches a network. Dates are calendar days in the
district's own sense (no time zone); instants are aware datetimes in UTC. Ids are the tool's own, as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

FieldValue = str | Decimal | date | bool | tuple[str, ...] | None
"""What a field holds: text or option name, number, day, yes or no, addresses or several names; None = empty."""


class FieldType(StrEnum):
    """The types of custom field a mapping can read and write."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    OPTION = "option"
    OPTIONS = "options"
    PEOPLE = "people"
    OTHER = "other"
    """A type that is only ever left alone (formula, mirror, attachment …)."""


class Fate(StrEnum):
    """Why a task that was asked for by id cannot be read."""

    DELETED = "deleted"
    """The tool says that there is no such task (in the bin or gone for good)."""
    NO_ACCESS = "no_access"
    """The task may exist, but this credential may not see it."""


class Credit(StrEnum):
    """What the tool's own done flag is worth: not everything that is closed is finished work."""

    COUNTS = "counts"
    REJECTED = "rejected"
    """An approval that was turned down or sent back: closed, but not done."""
    DUPLICATE = "duplicate"
    """Closed because it was merged into another task."""
    SEPARATOR = "separator"
    """A heading that looks like a task: no work at all."""
    RECURRING = "recurring"
    """It never ends: shown as last done, left out of every share."""
    CALLED_OFF = "called_off"
    """Closed by us because the work was called off; no tool says so, it is known only to whoever closed it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account in the tool; `address` is the e-mail in lower case, or "" where the tool hides it."""

    id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """An Asana section or a monday group."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field (monday: a column) of a container; `options` maps an enabled option's name to its id.

    `holds` names what every task has, such as `due`, where it is this field that holds it (monday).
    """

    id: str
    title: str
    type: FieldType
    writable: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    holds: str | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """The Asana project or monday board that a mapping writes into, as last seen.

    `marker_field` is the id of the field "Plan ID" where the container has one: there a task's marker is
    written; without it, on the last line of the notes. `marks_below` is False where its subtasks, unlike itself, are
    known to lack that field. `archived` containers are frozen, not finished.
    """

    id: str
    name: str
    url: str
    groups: tuple[Group, ...] = ()
    fields: tuple[Field, ...] = ()
    marker_field: str | None = None
    marks_below: bool = True
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One task as the tool holds it (an Asana task or subtask, a monday item or subitem).

    `notes` is plain text without the marker line; `marker` is read from the marker field or that line.
    `assignee` is the address in lower case, or the tool's id where no address is known. `container` is "" when
    the task no longer is in the container it was read through (it was moved away, or is only a subtask).
    `fields` holds what the container's custom fields hold, by field id. `steps` counts the direct subtasks as
    (done, all), or is None where they were not read.
    """

    id: str
    container: str
    title: str
    url: str
    group: str | None = None
    parent: str | None = None
    marker: str | None = None
    notes: str = ""
    start: date | None = None
    due: date | None = None
    assignee: str | None = None
    completed: bool = False
    completed_at: datetime | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    credit: Credit = Credit.COUNTS
    status: str | None = None
    """The label of the tool's status field, where it has one (monday); None in Asana."""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    steps: tuple[int, int] | None = None
    archived: bool = False
    """Put away by people, not deleted: its last state counts, nothing is written to it (monday)."""

    @property
    def done(self) -> bool:
        """True if the tool calls it finished and it counts as finished work."""
        return self.completed and self.credit is Credit.COUNTS


class Depth(StrEnum):
    """How far below the container's own tasks a full listing reads."""

    TOP = "top"
    """Only tasks that stand in the container itself."""
    SUBTASKS = "subtasks"
    """And their direct subtasks: one request per parent that has any (Asana)."""
    STEPS = "steps"
    """And below those: only so that every task read knows its `steps`."""

    @property
    def level(self) -> int:
        """How deep that is: the higher the number, the deeper."""
        return tuple(Depth).index(self)


@dataclass(frozen=True, slots=True)
class Want:
    """A container that is to be read as a whole, as deep as `depth`; with `anew` its own settings too."""

    container: Container
    depth: Depth
    anew: bool = True


_FROM_A_PAGER: Final = object()


@dataclass(frozen=True, slots=True)
class Listing:
    """All tasks of one container, complete: only a pager that reached the end can make one.

    Absence may be read from a Listing and from nothing else; that is why its constructor wants proof
    (`Listing.finished`), and why a listing that was cut short is an error and never a shorter Listing.

    `tasks` stand in the tool's own order: first what stands in the container itself, each group's tasks from its top
    down; then the other subtasks, those of one parent from the first to the last.
    """

    container: str
    tasks: Mapping[str, Task]
    depth: Depth
    proof: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a listing that no pager vouches for."""
        if self.proof is not _FROM_A_PAGER:
            raise TypeError("a Listing is made by Listing.finished, after the last page")

    @classmethod
    def finished(cls, container: str, tasks: Mapping[str, Task], depth: Depth) -> Listing:
        """The listing of `container`; to be called only after the tool said that there is no further page."""
        return cls(container, tasks, depth, _FROM_A_PAGER)


@dataclass(frozen=True, slots=True)
class News:
    """Where to look: what one container's change feed said since the cursor.

    `touched` are task ids whose content may differ from what was seen (ids that never were in the container may
    stand among them). `lost` means that the feed cannot say what happened (no cursor yet, too old, refused): a
    full listing is due. `cursor` is what to ask with next time; it was taken before anything else was read. `at` holds,
    where the tool tells, when a task was last touched, by the tool's own clock: what was answered later is not news.
    `by` holds, where the tool tells, who touched it (by address, else by name) and when last, the first to do so first.
    """

    touched: frozenset[str]
    cursor: str | None
    lost: bool = False
    at: Mapping[str, datetime] = field(default_factory=dict)
    by: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Values:
    """What to write to a task; a name that is missing from `given` is left alone, a None among them empties it.

    `given` may hold: title, notes (whole text, without marker), start, due, assignee (address), completed (bool),
    marker. `fields` holds custom fields by id, with the values of `FieldValue`.
    """

    given: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Create:
    """Make one task with everything in it. `key` is the idempotency key: the same for every try of this create."""

    key: str
    container: Container
    marker: str
    values: Values
    group: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Change fields and/or the place of an existing task; what is not named stays as it is."""

    key: str
    container: Container
    task: str
    values: Values = field(default_factory=Values)
    group: str | None = None
    parent: str | None = None
    """The new parent's id, "" to make it stand alone, None to leave it."""
    after: str | None = None
    """The task right behind which it is to stand, "" to make it the first; None to leave the order to the tool.

    Among the subtasks of the `parent` that is named, else among the tasks of the `group` that is; where neither is,
    where it stands: below its parent if it has one, else in its group. A task that cannot be stood behind (gone, or
    in another place) is no failure: the rest is done, and a remark says so.
    """


Write = Create | Update


@dataclass(frozen=True, slots=True)
class Written:
    """What a write led to: the task as the tool answered, and what could not be honoured, in words for people.

    For example an unknown assignee never fails a create: the task is made unassigned and a remark says so.
    """

    task: Task
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this connection can do, as the planner and the applier need to know.

    `batch` writes go into one request (Asana 1, monday 10); `parallel` requests may be in flight for one container.
    `settle` is how long after sending (seconds) an unanswered create may still take effect: before that, its
    absence proves nothing. `reparents` says whether a task can be put below another one, or be made to stand alone;
    where it cannot, an Update that asks for it is Invalid. `looks` tasks are looked at in one request, and the news of
    `feeds` containers are told in one. `notes_mark` says whether a marker stands in the notes where a container has no
    marker field: else it has no other place.
    """

    batch: int = 1
    parallel: int = 1
    settle: float = 30.0
    custom_fields: bool = True
    reparents: bool = True
    looks: int = 1
    feeds: int = 1
    notes_mark: bool = True


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit of requests a day: how many the tool allows the account, and how many are gone.

    `used` counts this connection's own, `others` what the account's other programs are known to have sent besides;
    `left` is how many the connection may still send today, after the share that is left for others.
    """

    limit: int
    used: int
    left: int
    resets_at: datetime
    others: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: a container, as `discover` lists it, or a workspace; `url` is "" where it has none."""

    id: str
    name: str
    url: str
