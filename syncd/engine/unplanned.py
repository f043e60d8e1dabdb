"""A team's own new work in a container: which tasks that is, and where each would hang in the plan. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from connectors.vocabulary import Container, Credit, FieldValue, Task
from mappings.fields import back, differing, get, tidy
from mappings.rules import Owner, Rules
from mappings.shape import PlanItem, marker
from syncd.engine.planner import Agreed, Observed

_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)")
_LETTERS: Final = {"action": "A", "project": "P"}
_TAKEN_ALONG: Final = ("start", "due", "owner", "weight", "state")
"""What a new item of the plan holds beside its title, where the task says it."""
_CLEARED: Final = ("start", "due", "owner")
"""Those that the plan may hold no more once they are cleared on the task."""
_LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A task that a team made of its own, and its place in the plan: a project or an action (`tier`) below `under`."""

    task: Task
    tier: str
    under: PlanItem


def unplanned(
    rules: Rules,
    items: Iterable[PlanItem],
    observed: Observed,
    agreed: Agreed,
    *,
    claimed: Collection[str] = (),
    begun: Mapping[str, str] = {},
) -> list[OwnWork]:
    """The work that a team made of its own where work of the plan would stand; the oldest first.

    That is below the task of an action whose projects are subtasks, in the group of an action, or in the group of a
    goal or an outcome whose actions are tasks. What stands below a project is a step, and what stands nowhere says
    nothing of its place. `claimed` tasks are somebody else's. `begun` holds tasks that carry the marker of an item that
    the plan does not hold yet.
    """
    known = {item.id: item for item in items}
    homes = {link.task: known.get(item) for item, link in agreed.links.items()}
    groups = {link.group: known.get(item) for item, link in agreed.groups.items()}
    found: list[OwnWork] = []
    for id_, task in ((id_, seen.task) for id_, seen in observed.tasks.items()):
        above = homes.get(task.parent) if task.parent is not None else groups.get(task.group or "")
        if above is None or id_ in homes or id_ in claimed or not _is_new_work(rules, task, begun):
            continue
        tier = _tier(rules, above, task)
        if tier and above.adopted and _reaches(rules, above) and not observed.loss(id_):
            found.append(OwnWork(task, tier, above))
    return sorted(found, key=lambda one: (one.task.created_at or _LAST, one.task.id))


def _is_new_work(rules: Rules, task: Task, begun: Mapping[str, str]) -> bool:
    """False for a heading, what recurs or was merged, what has no name yet, and what syncd made or follows."""
    ours = task.marker is not None and (task.id not in begun or task.marker != marker(rules.plan, begun[task.id]))
    return task.credit is Credit.COUNTS and bool(tidy(task.title)) and not ours


def _tier(rules: Rules, above: PlanItem, task: Task) -> str:
    """What the task would be below that item, "" where work of the plan would not stand there."""
    if task.parent is not None:
        return "project" if above.tier == "action" and rules.project_is_subtask else ""
    if above.tier == "action":
        return "project" if rules.project_is_task else ""
    return "action" if rules.action_is_task else ""


def _reaches(rules: Rules, above: PlanItem) -> bool:
    """True if the mapping's branches would hold what is new below the item."""
    return not rules.select or any(branch in rules.select for branch in (above.id, *above.path))


def values_of(rules: Rules, task: Task, container: Container) -> dict[str, FieldValue]:
    """What the plan would hold of the task, by its own keys. The team's words in the notes stay with the team."""
    values: dict[str, FieldValue] = {"title": tidy(task.title)}
    for rule in rules.fields:
        if rule.source in _TAKEN_ALONG and rule.source not in values:
            with suppress(ValueError, LookupError):
                value = back(rule, get(rule, task, container))
                values |= {} if value is None else {rule.source: value}
    return values


def unsaid(rules: Rules, values: Mapping[str, FieldValue], task: Task, container: Container) -> dict[str, FieldValue]:
    """What both sides agree on of a team's task that just became the plan's: nothing, in what it holds nothing of.

    The plan's value goes there, and none is lost. Not where the plan may have taken one from the task, which a team
    may have cleared since.
    """
    return {
        rule.key: None
        for rule, have in differing(rules, task, container, values)
        if rule.owner is Owner.SHARED and have is None and rule.source not in _CLEARED
    }


def free_id(under: PlanItem, tier: str, items: Collection[PlanItem], taken: Collection[str]) -> str:
    """The next id for an item of that tier below another, in the style of its siblings, else of the plan."""
    prefix, number, width = _style(under, tier, items)
    while (name := f"{prefix}{number:0{width}d}") in taken:
        number += 1
    return name


def _style(under: PlanItem, tier: str, items: Collection[PlanItem]) -> tuple[str, int, int]:
    """What ids begin with below an item, the next number, and in how many figures it is written."""
    alike = [item for item in items if item.tier == tier and item.path]
    siblings = [item.id for item in alike if item.path[-1] == under.id]
    if numbered := list(_numbered(siblings)):
        prefix = numbered[-1][0]
        highest = max((figures for begin, figures in numbered if begin == prefix), key=int)
        return prefix, int(highest) + 1, len(highest)
    endings = [item.id.removeprefix(item.path[-1]) for item in alike if item.id.startswith(item.path[-1])]
    for begin, figures in _numbered(endings):
        return f"{under.id}{begin}", 1, len(figures) if figures.startswith("0") else 1
    return f"{under.id}.{_LETTERS[tier]}", 1, 1


def _numbered(ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those ids that end with a number, in two."""
    for id_ in ids:
        if found := _NUMBERED.fullmatch(id_):
            yield found[1], found[2]
