"""The records of the three trees and of what happens between them. Pure data; the store keeps them.

`desired` is computed anew in each pass; `observed` and `agreed` (inside the links) are kept. Values are task values
by field name: title, notes, start, due, assignee, group, parent, and "field:<name>" for a mapped custom field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from connectors.vocabulary import Container, Credit, Depth, Fate, FieldValue, Task


@dataclass(frozen=True, slots=True)
class Seen:
    """One observed task: as it was last read, and its fate if it could not be read since."""

    task: Task
    at: datetime
    fate: Fate | None = None

    def recalled(self, now: Task) -> Task:
        """The same task as answered now, with what was found out once and no answer repeats.

        A feed tells of a merge once, a listing never does, and that we closed it ourselves no tool says at all: as long
        as the task stays closed, that is what its closing is worth.
        """
        told = self.task.credit in (Credit.DUPLICATE, Credit.CALLED_OFF) and now.credit is Credit.COUNTS
        still = now.completed and now.completed_at == self.task.completed_at
        return replace(now, credit=self.task.credit) if told and still else now


@dataclass(frozen=True, slots=True)
class Shelf:
    """One container as last observed. `trouble` is the error of the last try to read it, "" if that went well.

    `read_at` is when the last complete listing was begun, `looked_at` when its news were last asked for (both None:
    never), `swept_at` when everything modified since was last asked for.
    """

    container: Container
    cursor: str | None = None
    depth: Depth = Depth.TOP
    read_at: datetime | None = None
    looked_at: datetime | None = None
    swept_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The pair (plan item, task) with what both sides last agreed on.

    A field that is missing from `agreed` has no base: nobody knows what both sides last held.
    """

    item: str
    task: str
    agreed: Mapping[str, FieldValue]
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class GroupLink:
    """The pair (plan item, group): which section or group stands for a goal, an outcome or an action."""

    item: str
    group: str
    title: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A create that was on disk before its request was sent, and has no recorded outcome yet.

    `key` is its idempotency key, the same for every try. It was sent after `sent_at`, by the tool's own clock. `sent`
    are the values that it was to have, by field.
    """

    key: str
    item: str
    container: str
    parent: str | None
    sent_at: datetime
    sent: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item whose change failed: retried after `retry_at`, with the tool's words and what a person can do.

    `wanted` stands for what the plan wanted of it; as soon as that is something else, it is tried at once.
    """

    item: str
    kind: str
    message: str
    next_step: str
    tries: int
    retry_at: datetime
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the append-only log. `cause` says which plan edit, team edit or rule led to it.

    `who` is the person, by address or else by name, several joined with " or " where it was one of them; "" where it
    was syncd itself, or where nobody knows.
    """

    at: datetime
    pass_id: int | None
    mapping: str
    item: str
    task: str
    kind: str
    field: str = ""
    before: Any = None
    after: Any = None
    cause: str = ""
    who: str = ""


class Outcome(StrEnum):
    """How a pass ended."""

    RUNNING = "running"
    DONE = "done"
    FINDINGS = "findings"
    """Done, with items set aside, held or in doubt."""
    STOPPED = "stopped"
    """The guard stopped it before its first write."""
    UNREACHABLE = "unreachable"
    """The tool or its container could not be read, or refuses us."""
    WRONG = "wrong"
    """The configuration does not fit the tool (no such container, no such field)."""
    ABANDONED = "abandoned"
    """The daemon was asked to stop meanwhile, or died."""
    UNDONE = "undone"
    """It took back what an earlier pass had done, as far as that could be; it looked at nothing else."""


@dataclass(frozen=True, slots=True)
class PassRecord:
    """One pass of one mapping, as `status` and `log` show it.

    `counts` has the keys of `sync --json`, and `proposals`: items where the team's value stands against the plan's.
    """

    id: int
    mapping: str
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome
    full: bool
    counts: Mapping[str, int] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True, slots=True)
class MappingState:
    """What is kept of a mapping between passes.

    `scope` is what the container was found by (`Route.scope`); `stop` the digest of the picture at which the guard
    last stopped, "" if it did not.
    """

    mapping: str
    connection: str = ""
    container: str = ""
    scope: str = ""
    paused: bool = False
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a command asks of the daemon that works on its store: `what` and `result` hold what JSON can.

    `result` grows while the daemon works on it, and is whole once it has ended.
    """

    id: int
    at: datetime
    who: str
    kind: str
    what: Mapping[str, Any]
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the way of something (`key`) since when; `told` once a notice of it went out."""

    key: str
    since: datetime
    message: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class KpiPoint:
    """What was known of a plan item on a day. Points are only ever added: a published figure is never recomputed.

    `on` is the district's day the figures speak of, `at` when they were computed. `attainment`, `implementation` and
    `expected` are shares (1 = all of the way, unclamped), `measured` is in the KPI's own unit; None is unknown.
    `done` of `total` is the pooled count of linked tasks.
    """

    plan: str
    item: str
    on: date
    at: datetime
    attainment: Fraction | None
    implementation: Fraction | None
    measured: Decimal | None
    expected: Fraction | None
    pace: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan as it came into force at an instant; versions are only ever added. `digest` tells two of them apart."""

    id: int
    plan: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class PlanEvent:
    """An edit of a plan, told when it came into force: `held` says what it was."""

    at: datetime
    held: Mapping[str, Any]
