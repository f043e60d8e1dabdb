"""What people changed on a task between two looks, and how the log tells it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.vocabulary import Container
from mappings.fields import field_of
from mappings.notes import extract
from mappings.rules import Rules
from syncd.records import Entry, Seen

WATCHED: Final = ("completed", "title", "start", "due", "assignee", "status", "group", "parent")
"""What is watched of every task, beside its notes."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that people changed on a task in the tool. `key` is what the trees call it, `field` what people do.

    `who` names everyone who touched the task since it was seen last (one of them it was), "" where the tool does not
    tell.
    """

    task: str
    key: str
    field: str
    before: object
    after: object
    who: str = ""


def differences(container: Container, before: Seen, after: Seen) -> Iterator[Difference]:
    """What changed on a task between two looks, field by field; of the notes only our own block is watched.

    A field that holds what every task has is told of only where it holds more than that, such as further people.
    """
    task = after.task.id
    if before.fate != after.fate:
        yield Difference(task, "gone", "gone", before.fate and before.fate.value, after.fate and after.fate.value)
    for name in WATCHED:
        old, new = getattr(before.task, name), getattr(after.task, name)
        if old != new:
            yield Difference(task, name, name, _title(container, name, old), _title(container, name, new))
    if before.task.notes != after.task.notes:
        old, new = extract(before.task.notes), extract(after.task.notes)
        if old != new:
            yield Difference(task, "notes", "notes", old, new)
    for held in container.fields:
        old, new = before.task.fields.get(held.id), after.task.fields.get(held.id)
        told = held.holds is not None and getattr(before.task, held.holds) != getattr(after.task, held.holds)
        if old != new and not told and held.id != container.marker_field:
            yield Difference(task, f"field:{held.title}", held.title, old, new)


def told_as(rules: Rules, container: Container, keys: Iterable[str]) -> set[str]:
    """The keys under which differences tell of fields that a mapping keeps under these: custom ones by their titles.

    Where a tool has a status, it changes with what is done.
    """
    found: set[str] = set()
    for key in keys:
        rule = rules.rule(key)
        if rule and rule.target:
            field = field_of(rule, container)
            found |= {f"field:{field.title}", field.holds or key}
        else:
            found |= {key, "status"} if key == "completed" else {key}
    return found


def team_edit(difference: Difference, item: str, mapping: str, pass_id: int | None, at: datetime) -> Entry:
    """The line of the log about something that people changed."""
    told = (difference.field, difference.before, difference.after)
    cause = "changed in the tool"
    return Entry(at, pass_id, mapping, item, difference.task, "team", *told, cause=cause, who=difference.who)


def _title(container: Container, name: str, value: object) -> object:
    """A group by its title: ids say nothing to people who read the log."""
    if name != "group":
        return value
    return next((group.title for group in container.groups if group.id == value), value)
