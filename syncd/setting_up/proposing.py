"""Proposes how a plan goes into a tool: which branch into which container, in which shape, with which fields. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from connectors.guide import Guide
from connectors.vocabulary import Choice, Container, FieldType
from mappings.rules import GroupBy
from syncd.plan.model import Plan, Tier

ALIKE: Final = 80.0
"""From here on, of 100, two titles are taken to mean the same thing."""
_HELD: Final = {"start": "Start", "due": "Due", "assignee": "Owner", "notes": "Notes"}
_OWN: Final = {
    "weight": (FieldType.NUMBER,),
    "goal": (FieldType.TEXT,),
    "outcome": (FieldType.TEXT,),
    "kpis": (FieldType.TEXT,),
    "organization": (FieldType.TEXT,),
}
"""What else of the plan is put into a field that goes by its name and can hold whatever the plan says."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A container that is there, and the branches of the plan that seem to belong into it: () stands for all of it."""

    choice: Choice
    select: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """How a plan becomes groups and tasks, in the words of a mapping, and why so."""

    group_by: str
    action: str
    project: str
    why: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What a container offers: fields for values of the plan, by the plan's key; its labels; and what it lacks.

    `stops` are sentences on what a mapping cannot do without; `lacks` on what would be left out.
    """

    own: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


def suggestions(plan: Plan, choices: Sequence[Choice]) -> list[Suggestion]:
    """The containers, those first whose name is like the plan's title or a goal's; the others as they were."""
    titles: list[tuple[str, tuple[str, ...]]] = [(plan.title, ())]
    titles += [(goal.title, (goal.id,)) for goal in plan.goals]
    found = [_suggested(choice, titles) for choice in choices]
    return sorted(found, key=lambda one: -one.score)


def _suggested(choice: Choice, titles: Sequence[tuple[str, tuple[str, ...]]]) -> Suggestion:
    scores = [(fuzz.token_sort_ratio(choice.name.casefold(), title.casefold()), select) for title, select in titles]
    score, select = max(scores, key=lambda one: one[0])
    return Suggestion(choice, select, score) if score >= ALIKE else Suggestion(choice)


def shape(plan: Plan, select: Sequence[str], guide: Guide) -> Shape:
    """A shape for these branches of a plan (all, where none is named) in a tool."""
    inside = [placed for placed in plan.items.values() if not select or {*placed.path, placed.item.id} & {*select}]
    actions = [placed for placed in inside if placed.tier is Tier.ACTION]
    worked = {placed.parent for placed in inside if placed.tier is Tier.PROJECT}
    goals = {placed.goal for placed in inside}
    if guide.levels < 3 and actions and all(placed.item.id in worked for placed in actions):
        words = f"{guide.title} has {guide.levels} levels: so teams can add steps of their own below each project"
        return Shape(GroupBy.ACTION, "none", "task", words)
    outcomes = {placed.parent for placed in actions} - goals
    if len(goals) == 1 and len(outcomes) > 1:
        return Shape(
            GroupBy.OUTCOME, "task", "subtask", "there is one goal, and its actions stand under several outcomes"
        )
    return Shape(
        GroupBy.GOAL, "task", "subtask", "one group for each goal; below it its actions, and below these projects"
    )


def offered(container: Container, guide: Guide, *, notes_mark: bool, below: bool) -> Fields:
    """What a container that is there offers and lacks; `below` says that projects become subtasks."""
    titles = {field.title.casefold(): field for field in container.fields if field.writable}
    own = [(key, field.title) for key in _OWN if (field := titles.get(key)) and field.type in _OWN[key]]
    labels = next((tuple(field.options) for field in container.fields if field.holds == "status"), ())
    stops, lacks = list(_unmarked(container, guide, notes_mark=notes_mark, below=below)), []
    if guide.columns:
        there = {field.holds for field in container.fields}
        lacks = [f"no column “{title}”" for held, title in _HELD.items() if held not in there]
    if container.marker_field is None and notes_mark:
        lacks.append("no field “Plan ID”: plan ids then stand in the last line of the notes")
    return Fields(tuple(own), labels, tuple(stops), tuple(lacks))


def _unmarked(container: Container, guide: Guide, *, notes_mark: bool, below: bool) -> Iterator[str]:
    """Where syncd could not find its tasks again."""
    if container.archived:
        yield f"the {guide.container} is archived"
    if notes_mark:
        return
    if container.marker_field is None:
        yield "no text column “Plan ID”, by which syncd finds its items again"
    elif below and not container.marks_below:
        yield "no text column “Plan ID” on its subitems, by which syncd finds them again"
