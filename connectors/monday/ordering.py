"""Puts items where they belong: into a group, and there, or among the subitems of one item, behind another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.monday import documents, shapes
from connectors.monday.answers import Raw
from connectors.monday.jobs import Step
from connectors.monday.outgoing import Draft
from connectors.vocabulary import Task

_UNORDERED: Final = "its place in the order was left out"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task stands, the group it is to come into, and what it is to stand behind ("" for nothing)."""

    task: Task
    group: str | None
    after: str | None


def ordered(place: Place, draft: Draft, seen: Mapping[str, Raw], siblings: Mapping[str, Sequence[str]]) -> list[Step]:
    """The deeds that take a task to its place; what it cannot stand behind is told in the draft's remarks."""
    task, group = place.task, place.group or place.task.group
    steps = []
    if group and group != task.group:
        steps.append(Step("group", documents.MOVE, {"item": task.id, "group": group}))
    if place.after == "" and group:
        steps.append(Step("order", documents.PUT_FIRST, {"item": task.id, "group": group}))
    elif place.after == "":
        first = next(iter(siblings.get(task.id, ())), task.id)
        steps += [] if first == task.id else [_beside(task, first, "before_at")]
    elif place.after is not None:
        reason = _why_not(task, group, seen.get(place.after), place.after)
        if reason:
            draft.remarks.append(f"{_UNORDERED}: {reason}")
        else:
            steps.append(_beside(task, place.after, "after_at"))
    return steps


def _beside(task: Task, other: str, method: str) -> Step:
    return Step("order", documents.PUT, {"item": task.id, "other": other, "method": method})


def _why_not(task: Task, group: str | None, other: Raw | None, after: str) -> str:
    """Why a task cannot stand behind another one; "" where it can."""
    if after == task.id:
        return "an item cannot stand behind itself"
    if other is None or shapes.state_of(other) != "active":
        return f"item {after}, behind which it belongs, is gone"
    if (shapes.parent_of(other), None if task.parent else shapes.group_of(other)) != (task.parent, group):
        return f"item {after}, behind which it belongs, stands elsewhere"
    return ""
