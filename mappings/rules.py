"""What a mapping says: which branches, in which shape, which fields with which owner, and how work is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from connectors.vocabulary import Depth


class Owner(StrEnum):
    """Who has the last word on a field."""

    PLAN = "plan"
    TOOL = "tool"
    """The team; the plan only seeds it, once, when the task is made."""
    SHARED = "shared"
    """Both: three-way merge, and where both changed it the rule decides."""


class Conflict(StrEnum):
    """Who wins where plan and team changed a shared field differently."""

    TOOL = "tool"
    PLAN = "plan"
    HOLD = "hold"
    """Nobody: both values stay as they are until a person decides."""


class GroupBy(StrEnum):
    """Which tier becomes the groups of the container."""

    GOAL = "goal"
    OUTCOME = "outcome"
    ACTION = "action"
    NONE = "none"


class Removed(StrEnum):
    """What becomes of the task of an item that left the plan; in each case it is told so, and followed no longer."""

    LEAVE = "leave"
    COMPLETE = "complete"
    ARCHIVE = "archive"
    """It moves to a group of its own, out of the way, with what stands below it."""


class Unplanned(StrEnum):
    """What becomes of a task that a team made of its own in a mapped container."""

    IGNORE = "ignore"
    COUNT = "count"
    """It counts as work of the action under which it stands."""
    PROPOSE = "propose"
    """It is proposed to the plan, at the place where it would hang."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One mapped field.

    `source` is the plan's own key; `target` the title of the tool's custom field, "" for a field that every task has
    (title, notes, start, due, assignee).
    """

    name: str
    owner: Owner
    source: str
    target: str = ""
    conflict: Conflict = Conflict.TOOL

    @property
    def key(self) -> str:
        """The name under which the three trees keep this field's value."""
        return f"field:{self.name}" if self.target else self.name


DEFAULT_FIELDS: Final[tuple[FieldRule, ...]] = (
    FieldRule("title", Owner.PLAN, "title"),
    FieldRule("notes", Owner.PLAN, "notes"),
    FieldRule("start", Owner.SHARED, "start"),
    FieldRule("due", Owner.SHARED, "due"),
    FieldRule("assignee", Owner.TOOL, "owner"),
)


class Counted(StrEnum):
    """Labels that take work out of the count instead of giving it a share."""

    CANCELLED = "cancelled"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Rules:
    """One mapping, complete. `progress` is "completed", "subtasks", "status" or "field:<title>".

    `status` says what a label of the tool's status field is worth: a share from 0 to 1, or cancelled, deferred.
    """

    mapping: str
    plan: str
    select: tuple[str, ...] = ()
    group_by: GroupBy = GroupBy.GOAL
    action_is_task: bool = True
    project_is_task: bool = True
    project_is_subtask: bool = True
    kpi_is_task: bool = False
    """Whether each KPI and guardrail has a task, whose fields show its figures."""
    fields: tuple[FieldRule, ...] = DEFAULT_FIELDS
    progress: str = "completed"
    status: Mapping[str, Decimal | Counted] = field(default_factory=dict)
    removed: Removed = Removed.LEAVE
    unplanned: Unplanned = Unplanned.IGNORE

    @property
    def depth(self) -> Depth:
        """How deep a full listing must read so that every linked task, and every step that counts, is seen."""
        if self.progress == "subtasks":
            return Depth.STEPS
        return Depth.SUBTASKS if self.project_is_subtask else Depth.TOP

    def rule(self, key: str) -> FieldRule | None:
        """The rule for a field by the key under which the trees keep it."""
        return next((rule for rule in self.fields if rule.key == key), None)
