"""Deciding: a person says which of two values stands, or that a deleted task is to be made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from connectors.clock import Clock
from connectors.vocabulary import Fate, FieldValue
from syncd.engine.books import Route
from syncd.engine.planner import ANSWER, Change, Kind, Why
from syncd.engine.waiting import waiting
from syncd.records import Entry, Link
from syncd.store.errors import StoreError
from syncd.store.reader import Reader
from syncd.store.store import Store

TASK = "task"
"""What stands for the task itself where a field is named."""


class Side(StrEnum):
    """Whose value stands."""

    PLAN = "plan"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to decide: the plan's value and the tool's; of a task that was deleted, whether it is made anew."""

    mapping: str
    item: str
    title: str
    field: str
    plan: FieldValue
    tool: FieldValue


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose value stands in a field of an item, and who said so."""

    item: str
    field: str
    side: Side
    who: str


class NoChoice(Exception):
    """There is no such thing to decide; `choices` are those there are."""

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        super().__init__("there is nothing of the kind to decide")
        self.choices = choices


def choices(route: Route, reader: Reader) -> Iterator[Choice]:
    """What can be decided in a mapping, as the tool was last seen."""
    for change in _open(route, reader):
        field, plan, tool = _two(change)
        yield Choice(route.mapping, change.item, change.title, field, plan, tool)


def _two(change: Change) -> tuple[str, FieldValue, FieldValue]:
    edit = change.edits[0]
    if change.why is Why.GONE:
        return TASK, "make it anew", "leave it deleted"
    return edit.field.removeprefix("field:"), edit.before, edit.after


def decide(route: Route, store: Store, clock: Clock, verdict: Verdict) -> Choice:
    """Let one side's value stand; the next pass carries it out. Raises NoChoice, StoreError.

    Nobody else may work with the mapping's connection meanwhile.
    """
    with store.writing() as writer:
        asked = (verdict.item, verdict.field)
        change = next((change for change in _open(route, writer) if (change.item, _two(change)[0]) == asked), None)
        if change is None or (verdict.field == TASK and verdict.side is Side.TOOL):
            raise NoChoice(tuple(choices(route, writer)))
        link = writer.links(route.mapping).get(change.item)
        if link is None:
            raise StoreError(f"{change.item} has a new id in the plan", "Run `syncd sync` first, then decide.")
        if verdict.field == TASK:
            writer.drop_link(route.mapping, change.item)
        else:
            writer.put_link(route.mapping, standing(link, change, verdict.side))
        choice = Choice(route.mapping, change.item, change.title, *_two(change))
        writer.add_entries([_line(choice, link.task, verdict, clock.now())])
    return choice


def _line(choice: Choice, task: str, verdict: Verdict, at: datetime) -> Entry:
    kept, other = (choice.plan, choice.tool) if verdict.side is Side.PLAN else (choice.tool, choice.plan)
    cause = f"a person decided: the {verdict.side}'s value stands"
    told = (choice.field, other, kept, cause, verdict.who)
    return Entry(at, None, choice.mapping, choice.item, task, "decide", *told)


def standing(link: Link, change: Change, side: Side) -> Link:
    """The link as if the other side's value were what both last agreed on: so only the one that stands is new."""
    edit = change.edits[0]
    agreed = {key: value for key, value in link.agreed.items() if key != ANSWER + edit.field}
    return replace(link, agreed={**agreed, edit.field: edit.after if side is Side.PLAN else edit.before})


def _open(route: Route, reader: Reader) -> Iterator[Change]:
    """Two values that differ, and tasks that were deleted."""
    for change in (change for wait in waiting(reader, [route]) for change in wait.changes):
        deleted = change.why is Why.GONE and change.edits[0].after == Fate.DELETED
        if deleted or change.kind is Kind.WRITE_BACK or change.why is Why.CONFLICT:
            yield change
