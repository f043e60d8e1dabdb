"""A plan, a pretend-tool and what both agreed on, all of it data: what the planner is tried with, without any I/O."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, Final

from connectors.vocabulary import Container, Credit, Field, FieldType, FieldValue, Task, Values
from mappings.fields import get, same, values_for
from mappings.rules import Conflict, FieldRule, Owner, Rules
from mappings.shape import Desired, PlanItem, desire
from syncd.engine.agreement import ANSWER, GONE
from syncd.engine.books import Books, Route
from syncd.engine.planner import Agreed, Change, Kind, Observed, Why, place_of, plan_changes
from syncd.engine.settling import Settlement, rename, settle
from syncd.engine.steps import PLACE, WRITING, Step, steps_of
from syncd.engine.takeover import judge
from syncd.plan.model import State
from syncd.progress.leaf import stricter
from syncd.records import GroupLink, Link, Seen, Shelf

NOW: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)
CONTAINER: Final = Container(
    "B", "Plan 2030", "https://tool/B", marker_field="M",
    fields=(
        Field("F", "Cost", FieldType.NUMBER), Field("W", "Weight", FieldType.NUMBER),
        Field("S", "State", FieldType.OPTION, options={state: state for state in State}),
    ),
)  # fmt: skip
KEYS: Final = ("title", "notes", "start", "due", "owner", "cost", "weight", "state")
"""The plan's own keys of the fields that can be mapped; cost is one that a plan cannot take over."""
ROUNDS_AT_MOST: Final = 25


@dataclass(frozen=True)
class Node:
    """One item of a plan as its author sees it; `above` is the id of the item it stands under."""

    id: str
    tier: str
    above: str | None
    values: Mapping[str, FieldValue]
    active: bool = True
    adopted: bool = True
    was: tuple[str, ...] = ()


def rules_of(owners: Sequence[tuple[Owner, Conflict]], keys: Sequence[str] = KEYS, **how: Any) -> Rules:
    """Rules with an owner and a conflict rule for each of `keys`."""
    targets = {"cost": "Cost", "weight": "Weight", "state": "State"}
    fields = tuple(
        FieldRule("assignee" if key == "owner" else key, owner, key, targets.get(key, ""), conflict)
        for key, (owner, conflict) in zip(keys, owners, strict=True)
    )
    return Rules("m", "d", fields=fields, **how)


def _as_it_is(_key: str, value: object) -> object:
    return value


def _short(key: str, value: object) -> object:
    return str(value)[:7] if key == "title" else value


def _whole(_key: str, value: object) -> object:
    return Decimal(int(value)) if isinstance(value, Decimal) else value


def _forgetful(key: str, value: object) -> object:
    return None if key in ("assignee", "marker") else value


def _spaced(key: str, value: object) -> object:
    if key == "title":
        return str(value).replace(" ", "\u00a0")
    return str(value).replace("\r\n", "\n").replace("\n", "\r\n") if key == "notes" else value


Keeps = Callable[[str, object], object]
KEEPS: Final[Mapping[str, Keeps]] = {
    "as it is": _as_it_is, "with short titles": _short, "in whole numbers": _whole,
    "without people and markers": _forgetful, "with blanks of its own": _spaced,
}  # fmt: skip
"""How a tool keeps what it is sent."""


@dataclass(frozen=True)
class Done:
    """What a run did: in how many rounds, not counting those in which only a share was done, and all its changes.

    `waiting` is what was due when nothing was left that a run can do.
    """

    rounds: int
    changes: tuple[Change, ...]
    waiting: tuple[Change, ...]


class Unsettled(Exception):
    """It went round in circles; with what was due in the end."""


class Watch:
    """One who looks on while a world runs, and here sees nothing."""

    def round(self, world: World) -> None:
        """A round begins."""

    def planned(self, settlement: Settlement, changes: tuple[Change, ...]) -> None:
        """This is put right in the links, and this is due."""

    def before(self, world: World, step: Step) -> None:
        """A step is about to be carried out."""

    def after(self, world: World, step: Step, before: Task | None) -> None:
        """A step was carried out, on the task as it was `before`."""


@dataclass
class World:
    """A plan, the tool's tasks, and what both sides agreed on. `made` are the items whose task we made, in order.

    `unwritable` says why the plan cannot take over what teams set; `framed` plans add lines of their own to notes.
    `watch` looks on.
    """

    rules: Rules
    nodes: dict[str, Node] = field(default_factory=dict)
    tasks: dict[str, Seen] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    groups: dict[str, GroupLink] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    keeps: Keeps = _as_it_is
    made: list[str] = field(default_factory=list)
    unwritable: str = ""
    framed: bool = False
    watch: Watch = field(default_factory=Watch)
    _known: tuple[Rules, dict[str, Node], tuple[PlanItem, ...], Desired] | None = None

    def copy(self) -> World:
        """A world that goes its own way from here, and nobody looks on."""
        return World(
            self.rules, dict(self.nodes), dict(self.tasks), dict(self.links), dict(self.groups), set(self.blocked),
            self.keeps, list(self.made), self.unwritable, self.framed, _known=self._known,
        )  # fmt: skip

    # The three trees

    def _plan(self) -> tuple[tuple[PlanItem, ...], Desired]:
        """The plan's items and what it wants; reckoned anew only when the plan has changed."""
        known = self._known
        if known is None or known[0] is not self.rules or known[1] != self.nodes:
            below: dict[str | None, list[Node]] = {}
            for node in self.nodes.values():
                below.setdefault(node.above, []).append(node)
            items = tuple(self._items(below))
            known = self._known = (self.rules, dict(self.nodes), items, desire(self.rules, items, CONTAINER))
        return known[2], known[3]

    def _items(self, below: Mapping[str | None, Sequence[Node]], line: tuple[Node, ...] = ()) -> Iterator[PlanItem]:
        """In the plan's order; what is cancelled or not agreed yet takes what is below along."""
        for node in below.get(line[-1].id if line else None, ()):
            whole = (*line, node)
            active, adopted = all(one.active for one in whole), all(one.adopted for one in whole)
            state = reduce(stricter, (State(str(one.values.get("state") or "active")) for one in whole))
            active = active and state not in (State.CANCELLED, State.DEFERRED)
            values, around = {**node.values, "state": state.value}, ("", "")
            if self.framed and line:
                around = ("" if active else "Cancelled in the plan.", f"For: {line[-1].values['title']}")
                words = "\n\n".join(filter(None, (str(values.get("notes") or ""), around[1])))
                values["notes"] = "\n".join(filter(None, (around[0], words)))
            path = tuple(one.id for one in line)
            yield PlanItem(node.id, node.tier, path, values, active, adopted, node.was, around)
            yield from self._items(below, whole)

    def desired(self) -> Desired:
        """What the plan wants."""
        return self._plan()[1]

    def observed(self) -> Observed:
        """What the tool holds."""
        return Observed(CONTAINER, self.tasks)

    def agreed(self, blocked: bool = True) -> Agreed:
        """What both agreed on."""
        return Agreed(self.links, self.groups, self.blocked if blocked else ())

    def due(self, changes: Sequence[Change]) -> list[Change]:
        """Those of the changes that adopt, write into the tool, or put something into the plan."""
        taken = [change for change in changes if change.kind is Kind.WRITE_BACK]
        taken = [change for change, _ in judge(self._books(), taken).possible] if taken else taken
        return [change for change in changes if change.kind in WRITING or change.kind is Kind.ADOPT] + taken

    def _books(self) -> Books:
        route = Route("m", "c", self.rules, self._plan()[0], "B", unwritable=self.unwritable)
        return Books(route, Shelf(CONTAINER), dict(self.tasks))

    # One round, as a pass does it

    def plan(self) -> tuple[Change, ...]:
        """Put the links right where the plan has new ids and where both sides agree, then say what is due."""
        desired = self.desired()
        renaming = rename(desired, self.agreed())
        for old, _ in renaming.links:
            del self.links[old]
        self.links.update({link.item: link for _, link in renaming.links})
        for old, group in renaming.groups:
            del self.groups[old]
            self.groups[group.item] = group
        self.watch.round(self)
        settlement = settle(desired, self.observed(), self.agreed(blocked=False))
        self.links.update({link.item: link for link in settlement.renewed})
        for link in settlement.released:
            del self.links[link.item]
        changes = plan_changes(desired, self.observed(), self.agreed())
        self.watch.planned(settlement, changes)
        return changes

    def apply(self, changes: Sequence[Change], chance: random.Random | None = None, share: float = 1) -> list[Change]:
        """Adopt, else write into the tool, else into the plan, in any order, only a share of it; what was done."""
        adoptions = [Step((change,)) for change in changes if change.kind is Kind.ADOPT]
        steps = adoptions or steps_of(changes) or [Step((change,)) for change in self.due(changes)]
        if chance and not adoptions:
            chance.shuffle(steps)
            steps = [step for step in steps if chance.random() < share]
        for step in steps:
            before = self.task(step.task) if step.task in self.tasks else None
            self.watch.before(self, step)
            self._carry_out(step)
            self.watch.after(self, step, before)
        return [change for step in steps for change in step.changes]

    def run(self, chance: random.Random | None = None, shares: Sequence[float] = ()) -> Done:
        """Rounds until nothing is due, the first of them with only a share of the work."""
        done: list[Change] = []
        for number in range(ROUNDS_AT_MOST):
            changes = self.plan()
            if not self.due(changes):
                self._mark_gone(changes)
                return Done(max(0, number - len(shares)), tuple(done), changes)
            done += self.apply(changes, chance, shares[number] if number < len(shares) else 1)
        raise Unsettled(changes)

    def _carry_out(self, step: Step) -> None:
        match step.kind:
            case Kind.ADOPT:
                self._adopt(step)
            case Kind.CREATE:
                self._make(step.item)
            case Kind.WRITE_BACK:
                self._take_over(step.changes[0])
            case Kind.ARCHIVE:
                if step.edits:
                    self._update(step)
                del self.links[step.item]
            case _ if self._circular(step):
                self.blocked.add(step.item)  # the tool refuses it, and the item is set aside
            case _:
                self._update(step)
                self._agree(step.item, step.task, dict(self.links[step.item].agreed), step.edits)

    def _adopt(self, step: Step) -> None:
        wanted = self.desired().tasks[step.item]
        self.links[step.item] = Link(step.item, step.task, place_of(wanted, self.task(step.task), self.groups), NOW)

    def _update(self, step: Step) -> None:
        edits = step.edits
        held = {key: value for key, value in edits.items() if key not in PLACE}
        place: dict[str, object] = {}
        if edits.get("group"):
            place["group"] = self._group(str(edits["group"]))
        if "parent" in edits:
            parent = edits["parent"]
            place["parent"] = self.links[str(parent)].task if parent else None
            place["container"] = "" if parent else "B"
        if "completed" in edits:  # as the recorder does it: what we closed ourselves is no finished work
            place["credit"] = Credit.CALLED_OFF if edits["completed"] else Credit.COUNTS
        self._write(step.task, values_for(self.rules, held, CONTAINER, self.task(step.task)), **place)

    def _circular(self, step: Step) -> bool:
        """True if a move would put a task below itself."""
        above = self.links.get(str(step.edits.get("parent")))
        task = above and above.task
        while task in self.tasks and task != step.task:
            task = self.tasks[task].task.parent
        return task == step.task

    def _make(self, item: str) -> None:
        wanted = self.desired().tasks[item]
        given = {key: value for key, value in wanted.values.items() if value is not None}
        number = sum(task.startswith(f"T{item}.") for task in self.tasks)
        task = Task(
            f"T{item}.{number}", "" if wanted.parent else "B", "", "", created_at=NOW,
            group=self._group(wanted.group) if wanted.group else None,
            parent=self.links[wanted.parent].task if wanted.parent else None,
        )  # fmt: skip
        self.tasks[task.id] = Seen(task, NOW)
        self._write(task.id, values_for(self.rules, {**given, "marker": wanted.marker}, CONTAINER, None))
        self.made.append(item)
        self._agree(item, task.id, {"group": wanted.group, "parent": wanted.parent}, wanted.values)

    def _group(self, item: str) -> str:
        title = self.desired().groups.get(item, item)
        return self.groups.setdefault(item, GroupLink(item, f"S{item}", title)).group

    def _write(self, task: str, values: Values, **place: Any) -> None:
        held = self.task(task)
        given = {
            key: self.keeps(key, value or "" if key in ("title", "notes") else value)
            for key, value in values.given.items()
        }
        fields = {**held.fields, **{key: self.keeps(key, value) for key, value in values.fields.items()}}
        self.tasks[task] = Seen(replace(held, fields=fields, **given, **place), NOW)  # type: ignore[arg-type]

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

    def _take_over(self, change: Change) -> None:
        ((_, edit),) = judge(self._books(), [change]).possible
        self.change(edit.item, **{edit.key: edit.after})
        key, link = change.edits[0].field, self.links[change.item]
        agreed = {name: value for name, value in link.agreed.items() if name != ANSWER + key}
        self.links[change.item] = replace(link, agreed={**agreed, key: change.edits[0].after})

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

    def drop(self, item: str) -> list[Node]:
        """An item leaves the plan, with everything below it: all that left, the item first."""
        below = [node.id for node in self.nodes.values() if node.above == item]
        return [self.nodes.pop(item), *(node for one in below for node in self.drop(one))]

    def call(self, old: str, new: str) -> None:
        """An item gets a new id in the plan, at its place, and says what it was."""
        renamed = replace(self.nodes[old], id=new, was=(*self.nodes[old].was, old))
        self.nodes = {
            node.id: replace(node, above=new) if node.above == old else node
            for node in (renamed if one.id == old else one for one in self.nodes.values())
        }
        select = tuple(new if one == old else one for one in self.rules.select)
        if select != self.rules.select:
            self.rules = replace(self.rules, select=select)
