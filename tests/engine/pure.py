"""A plan, a pretend-tool and what both agreed on, all of it data: what the planner is tried with, without any I/O."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from connectors.vocabulary import Container, Field, FieldType, FieldValue, Task, Values
from mappings.fields import get, same, values_for
from mappings.rules import Conflict, FieldRule, Owner, Rules
from mappings.shape import Desired, PlanItem, desire
from syncd.engine.planner import ANSWER, GONE, Agreed, Change, Kind, Observed, Why, plan_changes
from syncd.engine.settling import settle
from syncd.engine.steps import PLACE, WRITING, Step, steps_of
from syncd.records import GroupLink, Link, Seen

NOW: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)
CONTAINER: Final = Container(
    "B", "Plan 2030", "https://tool/B", fields=(Field("F", "Cost", FieldType.NUMBER),), marker_field="M"
)
KEYS: Final = ("title", "notes", "start", "due", "assignee", "cost")


@dataclass(frozen=True)
class Node:
    """One item of a plan as its author sees it; `above` is the id of the item it stands under."""

    id: str
    tier: str
    above: str | None
    values: Mapping[str, FieldValue]
    active: bool = True
    adopted: bool = True


def rules_of(owners: Sequence[tuple[Owner, Conflict]], **how: object) -> Rules:
    """Rules with an owner and a conflict rule for each of `KEYS`."""
    fields = tuple(
        FieldRule(key, owner, key, "Cost" if key == "cost" else "", conflict)
        for key, (owner, conflict) in zip(KEYS, owners, strict=True)
    )
    return Rules("m", "d", fields=fields, **how)  # type: ignore[arg-type]


def _short(task: Task) -> Task:
    return replace(task, title=task.title[:7])


def _whole(task: Task) -> Task:
    whole = {key: Decimal(int(held)) for key, held in task.fields.items() if isinstance(held, Decimal)}
    return replace(task, fields={**task.fields, **whole})


def _forgetful(task: Task) -> Task:
    return replace(task, assignee=None, marker=None)


KEEPS: Final[tuple[Callable[[Task], Task], ...]] = (lambda task: task, _short, _whole, _forgetful)
"""How a tool keeps what it is sent: as it is, short titles, whole numbers, or without people and markers."""


@dataclass
class World:
    """A plan, the tool's tasks, and what both sides agreed on. `made` are the items whose task we made, in order."""

    rules: Rules
    nodes: dict[str, Node] = field(default_factory=dict)
    tasks: dict[str, Seen] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    groups: dict[str, GroupLink] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    keeps: Callable[[Task], Task] = KEEPS[0]
    made: list[str] = field(default_factory=list)

    def copy(self) -> World:
        """A world that goes its own way from here."""
        return replace(
            self, nodes=dict(self.nodes), tasks=dict(self.tasks), links=dict(self.links), groups=dict(self.groups),
            blocked=set(self.blocked), made=list(self.made),
        )  # fmt: skip

    # The three trees

    def items(
        self, above: str | None = None, path: tuple[str, ...] = (), on: tuple[bool, bool] = (True, True)
    ) -> Iterator[PlanItem]:
        """The plan's items in its order; what is cancelled or not agreed yet takes what is below along."""
        for node in [node for node in self.nodes.values() if node.above == above]:
            active, adopted = node.active and on[0], node.adopted and on[1]
            yield PlanItem(node.id, node.tier, path, node.values, active, adopted)
            yield from self.items(node.id, (*path, node.id), (active, adopted))

    def desired(self) -> Desired:
        """What the plan wants."""
        return desire(self.rules, self.items(), CONTAINER)

    def observed(self) -> Observed:
        """What the tool holds."""
        return Observed(CONTAINER, self.tasks)

    def agreed(self, blocked: bool = True) -> Agreed:
        """What both agreed on."""
        return Agreed(self.links, self.groups, self.blocked if blocked else ())

    # One round, as a pass does it

    def plan(self) -> tuple[Change, ...]:
        """Put the links right where both sides agree, then say what is due."""
        settlement = settle(self.desired(), self.observed(), self.agreed(blocked=False))
        self.links.update({link.item: link for link in settlement.renewed})
        for link in settlement.released:
            del self.links[link.item]
        return plan_changes(self.desired(), self.observed(), self.agreed())

    def apply(self, changes: Sequence[Change], chance: random.Random | None = None, share: float = 1) -> list[Change]:
        """Adopt, else carry out the writing changes in any order, only a share of them; what was carried out."""
        desired = self.desired()
        if adoptions := [change for change in changes if change.kind is Kind.ADOPT]:
            for change in adoptions:
                wanted = desired.tasks[change.item]
                base: dict[str, FieldValue] = {"group": wanted.group, "parent": wanted.parent}
                self.links[change.item] = Link(change.item, change.task, base, NOW)
            return adoptions
        steps = steps_of(changes)
        if chance:
            chance.shuffle(steps)
            steps = [step for step in steps if chance.random() < share]
        for step in steps:
            self._carry_out(step, desired)
        return [change for step in steps for change in step.changes]

    def run(self, chance: random.Random | None = None, shares: Sequence[float] = ()) -> tuple[int, list[Change]]:
        """Rounds until nothing is due, the first of them with only a share of the work: how many, and all changes."""
        done: list[Change] = []
        for number in range(100):
            changes = self.plan()
            if not any(change.kind in WRITING or change.kind is Kind.ADOPT for change in changes):
                self._mark_gone(changes)
                return max(0, number - len(shares)), done
            done += self.apply(changes, chance, shares[number] if number < len(shares) else 1)
        raise AssertionError("it does not settle")

    def _carry_out(self, step: Step, desired: Desired) -> None:
        if step.kind is Kind.CREATE:
            self._make(step.item, desired)
        elif step.kind is Kind.ARCHIVE:
            if not self.observed().loss(step.task):
                self._write(step.task, values_for(self.rules, step.edits, CONTAINER, self.task(step.task)))
            del self.links[step.item]
        else:
            edits = step.edits
            held = {key: value for key, value in edits.items() if key not in PLACE}
            place: dict[str, object] = {}
            if edits.get("group"):
                place["group"] = self._group(str(edits["group"]), desired)
            if "parent" in edits:
                parent = edits["parent"]
                place["parent"] = self.links[str(parent)].task if parent else None
                place["container"] = "" if parent else "B"
            self._write(step.task, values_for(self.rules, held, CONTAINER, self.task(step.task)), **place)
            self._agree(step.item, step.task, dict(self.links[step.item].agreed), edits)

    def _make(self, item: str, desired: Desired) -> None:
        wanted = desired.tasks[item]
        given = {key: value for key, value in wanted.values.items() if value is not None}
        number = sum(task.startswith(f"T{item}.") for task in self.tasks)
        task = Task(
            f"T{item}.{number}", "" if wanted.parent else "B", "", "", created_at=NOW,
            group=self._group(wanted.group, desired) if wanted.group else None,
            parent=self.links[wanted.parent].task if wanted.parent else None,
        )  # fmt: skip
        self.tasks[task.id] = Seen(task, NOW)
        self._write(task.id, values_for(self.rules, {**given, "marker": wanted.marker}, CONTAINER, None))
        self.made.append(item)
        self._agree(item, task.id, {"group": wanted.group, "parent": wanted.parent}, wanted.values)

    def _group(self, item: str, desired: Desired) -> str:
        title = desired.groups[item]
        return self.groups.setdefault(item, GroupLink(item, f"S{item}", title)).group

    def _write(self, task: str, values: Values, **place: object) -> None:
        held = self.task(task)
        given = {key: value or "" if key in ("title", "notes") else value for key, value in values.given.items()}
        sent = self.keeps(replace(held, fields={**held.fields, **values.fields}, **given))  # type: ignore[arg-type]
        kept = {**{key: getattr(sent, key) for key in given}, **place}
        fields = {**held.fields, **{key: sent.fields[key] for key in values.fields}}
        self.tasks[task] = Seen(replace(held, fields=fields, **kept), NOW)

    def _agree(self, item: str, task: str, agreed: dict[str, FieldValue], sent: Mapping[str, FieldValue]) -> None:
        """As the recorder does it: what was sent is agreed, with the tool's own form where that differs."""
        for key, value in sent.items():
            agreed[key] = value
            agreed.pop(ANSWER + key, None)
            rule = self.rules.rule(key)
            holds = get(rule, self.task(task), CONTAINER) if rule else self.task(task).marker
            if key not in PLACE and not same(value, holds):
                agreed[ANSWER + key] = holds
        self.links[item] = Link(item, task, agreed, NOW)

    def _mark_gone(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.why is Why.GONE and change.fresh:
                link = self.links[change.item]
                self.links[change.item] = replace(link, agreed={**link.agreed, GONE: change.edits[0].after})

    # For tests and for people at work

    def task(self, task: str) -> Task:
        """A task as the tool holds it."""
        return self.tasks[task].task

    def edit(self, task: str, **values: object) -> None:
        """Somebody changes a task, by the names of `Task`."""
        self.tasks[task] = replace(self.tasks[task], task=replace(self.task(task), **values))  # type: ignore[arg-type]

    def change(self, item: str, **values: object) -> None:
        """Somebody changes the plan: an item's values, or where and how it stands by the names of `Node`."""
        node = self.nodes[item]
        own = {key: value for key, value in values.items() if key in ("above", "active", "adopted")}
        kept = {**node.values, **{key: value for key, value in values.items() if key not in own}}
        self.nodes[item] = replace(node, values=kept, **own)  # type: ignore[arg-type]

    def drop(self, item: str) -> None:
        """An item leaves the plan, with everything below it."""
        for below in [node.id for node in self.nodes.values() if node.above == item]:
            self.drop(below)
        del self.nodes[item]
