"""What is to change in a plan's file: values of items that are there, and items that are to be there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.vocabulary import FieldValue

WRITABLE: Final = ("title", "notes", "start", "due", "owner", "weight", "state")
"""The keys of an item that an edit may be about."""


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """One value of one plan item: what the plan held when it was decided, and what it is to hold.

    `key` is one of WRITABLE. None stands for nothing there, or for what is not known.
    """

    item: str
    key: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True)
class NewItem:
    """An action below a goal or an outcome, or a project below an action, that is to be put into the plan.

    `tier` is "action" or "project", `under` the id of the item above. `values` holds the title, and what else of
    WRITABLE is known.
    """

    id: str
    tier: str
    under: str
    values: Mapping[str, FieldValue]


PlanChange = PlanEdit | NewItem


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What was not written into the plan, and why, in words for people."""

    what: PlanChange
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file holds by now of all that was asked for, and what it does not."""

    done: tuple[PlanEdit | NewItem, ...] = ()
    unwritten: tuple[Unwritten, ...] = ()
