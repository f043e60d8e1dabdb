"""Deciding: a person says which of two values stands, or that a deleted task is to be made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from connectors.clock import Clock
from connectors.vocabulary import Fate, FieldValue
from mappings.rules import Rules
from syncd.engine.agreement import ANEW, ANSWER, without
from syncd.engine.books import Books, Route
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.takeover import judge
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
    """Something to decide: the plan's value and the tool's; of a task that was deleted, whether it is made anew.

    `field` is what people call the field: a custom one is "field:<name>" where another thing has that name. `why` says
    why the plan cannot take over the tool's value, where that one is to stand.
    """

    mapping: str
    item: str
    title: str
    field: str
    plan: FieldValue
    tool: FieldValue
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose value stands in a field of an item (called as the choice calls it, or by its key), and who said so."""

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
    yield from (asked for asked, _, _ in _open(route, reader))


def decide(route: Route, store: Store, clock: Clock, verdict: Verdict) -> Choice:
    """Let one side's value stand; the next pass carries it out. Raises NoChoice, StoreError.

    Nobody else may work with the mapping's connection meanwhile.
    """
    with store.writing() as writer:
        there = _open(route, writer)
        meant = [each for each in there if _is_meant(verdict, each[0], each[1])]
        if not meant:
            raise NoChoice(tuple(asked for asked, _, _ in there))
        asked, change, books = meant[0]
        link = writer.links(route.mapping).get(change.item)
        if link is None:
            raise StoreError(f"{change.item} has a new id in the plan", "Run `syncd sync` first, then decide.")
        if change.why is Why.GONE:
            writer.put_link(route.mapping, replace(link, agreed={**link.agreed, ANEW: True}))
        else:
            writer.put_link(route.mapping, standing(link, change, verdict.side))
        writer.add_entries([_line(asked, link.task, verdict, clock.now())])
    return replace(asked, why=_untaken(books, change)) if verdict.side is Side.TOOL else asked


def _is_meant(verdict: Verdict, asked: Choice, change: Change) -> bool:
    """Whether a verdict answers what is asked; that a task stays deleted is no answer, but the way it is."""
    names = {asked.field} if change.why is Why.GONE else {asked.field, change.edits[0].field}
    answers = change.why is not Why.GONE or verdict.side is Side.PLAN
    return answers and verdict.item == asked.item and verdict.field in names


def choice(route: Route, change: Change) -> Choice:
    """What a person is asked about a change that waits."""
    edit, gone = change.edits[0], change.why is Why.GONE
    field = TASK if gone else _called(route.rules, edit.field)
    values = ("make it anew", "leave it deleted") if gone else (edit.before, edit.after)
    return Choice(route.mapping, change.item, change.title, field, *values)


def _called(rules: Rules, key: str) -> str:
    """A field as people call it; a custom one with "field:" before it where another thing is called like it."""
    name = key.removeprefix("field:")
    return key if name != key and (name == TASK or rules.rule(name)) else name


def _open(route: Route, reader: Reader) -> list[tuple[Choice, Change, Books]]:
    """Two values that differ, and tasks that were deleted, with the books that say so."""
    waits = waiting(reader, [route])
    return [(choice(route, each), each, wait.books) for wait in waits for each in wait.changes if _is_open(each)]


def _is_open(change: Change) -> bool:
    deleted = change.why is Why.GONE and change.edits[0].after == Fate.DELETED
    return deleted or change.kind is Kind.WRITE_BACK or change.why is Why.CONFLICT


def _untaken(books: Books, change: Change) -> str:
    """Why the plan cannot take over what the team set, "" if it can."""
    taking = replace(change, kind=Kind.WRITE_BACK)
    return judge(books, [taking]).untaken.get((taking.item, taking.taken), "")


def _line(asked: Choice, task: str, verdict: Verdict, at: datetime) -> Entry:
    kept, other = (asked.plan, asked.tool) if verdict.side is Side.PLAN else (asked.tool, asked.plan)
    cause = f"a person decided: the {verdict.side}'s value stands"
    told = (asked.field, other, kept, cause, verdict.who)
    return Entry(at, None, asked.mapping, asked.item, task, "decide", *told)


def standing(link: Link, change: Change, side: Side) -> Link:
    """The link as if the other side's value were what both last agreed on: so only the one that stands is new."""
    edit = change.edits[0]
    agreed = without(link.agreed, edit.field, [ANSWER])
    return replace(link, agreed={**agreed, edit.field: edit.after if side is Side.PLAN else edit.before})
