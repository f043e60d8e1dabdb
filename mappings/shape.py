"""The shape of a mapping: which plan items become groups, tasks and subtasks. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from connectors.vocabulary import Container, FieldValue
from mappings.fields import put
from mappings.rules import GroupBy, Rules


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A plan item as a mapping sees it: its place, and its values by the plan's own keys.

    `tier` is goal, outcome, kpi, guardrail, action or project; `path` holds the ids above it from the goal down.
    `active` is False for what is cancelled, deferred or retired: it is not made anew, but an existing task is told.
    `adopted` is False for what is not agreed yet: it is not touched at all.
    """

    id: str
    tier: str
    path: tuple[str, ...]
    values: Mapping[str, FieldValue]
    active: bool = True
    adopted: bool = True
    was: tuple[str, ...] = ()
    """The ids that it had before."""
    around: tuple[str, str] = ("", "")
    """What stands above and below its own words in the value of its notes."""
    without: frozenset[str] = frozenset()
    """The plan's keys that no item of its kind has: of fields that come from these it wants nothing."""
    withheld: str = ""
    """Why nothing of it may be sent, "" where it may: it is not made, and what its task holds stays."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the plan wants of one task. `group` and `parent` are plan ids, not the tool's.

    `values` holds task values by field key; `refused` says which of them the tool's fields cannot hold. `create`
    says whether a missing task is to be made, `touch` whether an existing one may be changed.
    """

    item: str
    marker: str
    group: str | None
    parent: str | None
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    create: bool = True
    touch: bool = True
    was: tuple[str, ...] = ()
    """The markers that it had before."""

    @property
    def title(self) -> str:
        """The title, for messages."""
        return str(self.values.get("title") or self.item)

    @property
    def digest(self) -> str:
        """Stands for all that is wanted of the task: another one, as soon as anything else is."""
        wanted = (self.group, self.parent, sorted(self.values.items()))
        return hashlib.sha256(repr(wanted).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Desired:
    """The desired tree of one mapping: tasks by plan id in plan order, and the groups they belong in (plan id → title).

    `outside` holds the plan's items that this mapping does not reach: not selected, or no task in its shape. `renamed`
    says which item of the plan an id that is no longer there belongs to by now.
    """

    rules: Rules
    tasks: Mapping[str, Wanted]
    groups: Mapping[str, str]
    outside: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)

    def has(self, item: str) -> bool:
        """True if the item is in the plan, whether this mapping reaches it or not."""
        return item in self.tasks or item in self.outside


def desire(rules: Rules, items: Iterable[PlanItem], container: Container) -> Desired:
    """What the mapping wants in its container, from the whole plan's items in plan order.

    A project whose action has no task here (not selected, or not in this shape) stands by itself.
    """
    known = {item.id: item for item in items}
    tasks: dict[str, Wanted] = {}
    groups: dict[str, str] = {}
    for item in known.values():
        if not _is_task(rules, item) or not selected(rules, item):
            continue
        parent = item.path[-1] if rules.project_is_subtask and item.path and item.path[-1] in tasks else None
        wanted = _want(rules, item, parent, known, container)
        tasks[item.id] = wanted
        if wanted.group is not None:
            groups.setdefault(wanted.group, str(known[wanted.group].values["title"]))
    return Desired(rules, tasks, groups, frozenset(known.keys() - tasks.keys()), renamed(known))


def renamed(items: Mapping[str, PlanItem]) -> dict[str, str]:
    """The item that an id belongs to by now, of each that an item had before and that stands for no other one."""
    return {old: item.id for item in items.values() for old in item.was if old not in items}


def selected(rules: Rules, item: PlanItem) -> bool:
    """True if the mapping's branches hold the item; no branches means the whole plan."""
    return not rules.select or item.id in rules.select or any(above in rules.select for above in item.path)


def marker(plan: str, item: str) -> str:
    """The plan item's key as written on its task."""
    return f"syncd:{plan}/{item}"


def _is_task(rules: Rules, item: PlanItem) -> bool:
    tasks = {
        "action": rules.action_is_task,
        "project": rules.project_is_task,
        "kpi": rules.kpi_is_task,
        "guardrail": rules.kpi_is_task,
    }
    return tasks.get(item.tier, False)


def _want(
    rules: Rules, item: PlanItem, parent: str | None, known: Mapping[str, PlanItem], container: Container
) -> Wanted:
    fields = tuple(rule for rule in rules.fields if rule.source not in item.without)
    values, refused = put(replace(rules, fields=fields), item.values, container)
    if item.withheld:
        values, refused = {}, (item.withheld,)
    return Wanted(
        item=item.id,
        marker=marker(rules.plan, item.id),
        group=None if parent else _group(rules, item, known),
        parent=parent,
        values=values,
        refused=refused,
        create=item.active and item.adopted and not item.withheld,
        touch=item.adopted,
        was=tuple(marker(rules.plan, old) for old in item.was),
    )


def _group(rules: Rules, item: PlanItem, known: Mapping[str, PlanItem]) -> str | None:
    """The plan id whose group the task belongs in: the nearest item of the grouping tier, else its goal."""
    if rules.group_by is GroupBy.NONE:
        return None
    line = (*item.path, item.id)
    return next((above for above in reversed(line) if known[above].tier == rules.group_by), line[0])
