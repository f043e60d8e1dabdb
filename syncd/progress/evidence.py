"""What the tools say about the work of a plan, item by item: the only input of the roll-up beside the plan itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

NOT_PLANNED: Final = "not in the plan: made by the team"
_TEAMS: Final = "task:"
"""What ids of teams' own work begin with; no id that a plan may hold has a colon."""


class Standing(StrEnum):
    """What is known of a linked task."""

    LIVE = "live"
    GONE = "gone"
    """Deleted by people: the last known share stands, flagged, until a person decides."""
    NOT_VISIBLE = "not_visible"
    """The credential may not see it: unknown, never removed."""
    EXCLUDED = "excluded"
    """No work by nature (a separator, a recurring task): outside every share."""
    CANCELLED = "cancelled"
    """The mapping's status rule reads the task's label as cancelled."""
    DEFERRED = "deferred"
    """The mapping's status rule reads the task's label as deferred."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one linked task says about its plan item.

    `share` is the part that is done (0 to 1, exact), None where it cannot be known. `done` is the tool's own flag,
    and it overrides. `steps` is (done, all) of the team's own subtasks where they were read. `remark` is a sentence
    for people ("a rejected approval is not done").
    """

    item: str
    share: Fraction | None
    done: bool
    standing: Standing = Standing.LIVE
    task: str = ""
    title: str = ""
    url: str = ""
    due: date | None = None
    completed_at: datetime | None = None
    steps: tuple[int, int] | None = None
    remark: str = ""


def team_id(task: str) -> str:
    """The id under which a task counts that a team made of its own."""
    return f"{_TEAMS}{task}"


def is_planned(item: str) -> bool:
    """Whether an id is one of the plan's, and not one of a team's own work."""
    return not item.startswith(_TEAMS)
