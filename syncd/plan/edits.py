"""What is to change in a plan's file: values of items, and new items. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.vocabulary import FieldValue


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """One value of one item: what the plan held when this was decided, and what it is to hold instead.

    `key` is the plan's own: title, notes, start, due, owner, weight or state. None stands for no value.
    """

    item: str
    key: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True)
class NewItem:
    """An action or project to be put into the plan, as the last below the item `under`; `values` by the plan's keys."""

    id: str
    tier: str
    under: str
    values: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What was not put into the file, and why, in words for people."""

    what: PlanEdit | NewItem
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file holds by now of all that was asked for, and what it does not."""

    done: tuple[PlanEdit | NewItem, ...] = ()
    unwritten: tuple[Unwritten, ...] = ()
