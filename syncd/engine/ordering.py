"""Order: where tasks are to go that the plan put into another order; a team's own order is left alone. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.vocabulary import Task
from mappings.shape import Desired, Wanted
from syncd.engine.agreement import BEHIND
from syncd.engine.planner import Agreed, Change, Edit, Kind, Observed
from syncd.records import Link

Home = tuple[str | None, str | None]
"""Where tasks stand together: the plan ids of their group and parent."""
ORDER: Final = "order"
"""The key of the edit that puts a task behind another one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A task that is to stand right behind another of its group or parent, by their plan items; "": as the first."""

    item: str
    after: str


def places(
    desired: Desired, observed: Observed, agreed: Agreed, before: Sequence[str], *, foreseen: bool = True
) -> tuple[Place, ...]:
    """The fewest tasks to be put elsewhere so that they follow the plan, in the order in which to do it. Pure.

    `before` is the plan's order that the tasks last followed. Only what the plan itself put elsewhere since is moved,
    among the tasks that stand together in the plan and in the tool. Those made since were made in the plan's order.
    What is still to be moved into another group or parent counts as moved where that is `foreseen`, else not at all.
    """
    moved = _moved(desired, agreed.links)
    if not moved and linked(desired, agreed.links) == tuple(before):
        return ()
    ranks = {item: rank for rank, item in enumerate(_stood(before, moved))}
    families: dict[tuple[str | None, ...], list[str]] = {}
    for item, wanted in desired.tasks.items():
        link = agreed.links.get(item)
        if link is None or not wanted.touch or observed.loss(link.task) or (_is_due(wanted, link) and not foreseen):
            continue
        if item in ranks or item in moved:
            families.setdefault(_home(wanted, link, observed.tasks[link.task].task, agreed), []).append(item)
    return tuple(place for family in families.values() for place in _within(family, ranks))


def _moved(desired: Desired, links: Mapping[str, Link]) -> dict[str, str | None]:
    """What the plan put into another group or parent, each with what it was put behind; None while that is to come."""
    held = {item: (wanted, links[item]) for item, wanted in desired.tasks.items() if item in links}
    due = {item: None for item, (wanted, link) in held.items() if _is_due(wanted, link)}
    return {item: str(link.agreed[BEHIND]) for item, (_, link) in held.items() if BEHIND in link.agreed} | due


def _stood(before: Sequence[str], moved: Mapping[str, str | None]) -> Iterator[str]:
    """The items in the order in which their tasks stand: as they last followed the plan, with what was moved since."""
    followers: dict[str, list[str]] = {}
    for item, behind in moved.items():
        if behind is not None:
            followers.setdefault(behind, []).append(item)
    left = [*reversed([item for item in before if item not in moved]), ""]
    while left:
        item = left.pop()
        yield from [item] if item else ()
        left.extend(reversed(followers.get(item, ())))


def predecessors(desired: Desired, homes: Collection[Home]) -> dict[str, str]:
    """The item before each one in these groups or below these parents, in the plan's order; the first has none. Pure.

    Made once for all moves: to go through the siblings for each of them takes their number squared.
    """
    before: dict[str, str] = {}
    last: dict[Home, str] = {}
    for item, wanted in desired.tasks.items():
        home = (wanted.group, wanted.parent)
        if wanted.touch and home in homes:
            if home in last:
                before[item] = last[home]
            last[home] = item
    return before


def behind(item: str, before: Mapping[str, str], desired: Desired, observed: Observed, agreed: Agreed) -> str:
    """The sibling right behind which an item is to stand: the nearest before it that is there; "" for none. Pure."""
    other = before.get(item, "")
    while other and not _stands(desired.tasks[other], observed, agreed):
        other = before.get(other, "")
    return other


def _stands(wanted: Wanted, observed: Observed, agreed: Agreed) -> bool:
    """True if an item's task is there, where the plan wants it."""
    link = agreed.links.get(wanted.item)
    if link is None or observed.loss(link.task) or _is_due(wanted, link):
        return False
    return _is_there(wanted, observed.tasks[link.task].task, agreed)


def linked(desired: Desired, links: Mapping[str, Link]) -> tuple[str, ...]:
    """The items that have tasks, in the plan's order."""
    return tuple(item for item in desired.tasks if item in links)


def _home(wanted: Wanted, link: Link, task: Task, agreed: Agreed) -> tuple[str | None, ...]:
    """Where a task stands, or will once the plan's move of it is carried out; apart where a team put it elsewhere."""
    planned = (wanted.group, wanted.parent)
    there = _is_due(wanted, link) or _is_there(wanted, task, agreed)
    return planned if there else (*planned, task.group, task.parent)


def _is_due(wanted: Wanted, link: Link) -> bool:
    """True if the plan's move of a task into another group or parent is still to be carried out."""
    terms = link.agreed
    return (terms.get("group", wanted.group), terms.get("parent", wanted.parent)) != (wanted.group, wanted.parent)


def _is_there(wanted: Wanted, task: Task, agreed: Agreed) -> bool:
    """True if a task stands where the plan wants it."""
    above, group = agreed.links.get(wanted.parent or ""), agreed.groups.get(wanted.group or "")
    beside = task.parent is None and group is not None and task.group == group.group
    return task.parent == above.task if above else beside


def _within(family: Sequence[str], ranks: Mapping[str, int]) -> Iterator[Place]:
    stay = _longest_rising([item for item in family if item in ranks], ranks) if len(family) > 1 else family
    previous = ""
    for item in family:
        if item not in stay:
            yield Place(item, previous)
        previous = item


def _longest_rising(family: Sequence[str], ranks: Mapping[str, int]) -> frozenset[str]:
    """The most items that already stand in their order among themselves: these need no move (patience sorting)."""
    tops: list[str] = []
    below: dict[str, str | None] = {}
    for item in family:
        at = bisect_left(tops, ranks[item], key=ranks.__getitem__)
        below[item] = tops[at - 1] if at else None
        tops[at : at + 1] = [item]
    kept: set[str] = set()
    top = tops[-1] if tops else None
    while top is not None:
        kept.add(top)
        top = below[top]
    return frozenset(kept)


def moves(
    desired: Desired, observed: Observed, agreed: Agreed, before: Sequence[str], *, foreseen: bool = True
) -> list[Change]:
    """The same as changes, for people and for the guard. Pure."""
    return [
        _move(desired, agreed.links, place) for place in places(desired, observed, agreed, before, foreseen=foreseen)
    ]


def _move(desired: Desired, links: Mapping[str, Link], place: Place) -> Change:
    behind = f"behind {place.after} “{desired.tasks[place.after].title}”" if place.after else "first"
    reason = f"the plan put it {behind}"
    edits = (Edit(ORDER, None, place.after or None, reason),)
    return Change(Kind.MOVE, place.item, desired.tasks[place.item].title, links[place.item].task, edits, reason)


def with_moves(changes: Iterable[Change], order: Iterable[Change]) -> tuple[Change, ...]:
    """The changes, and those of the order among them: one move an item, wherever it is moved to. Pure."""
    ordered = {move.item: move for move in order}
    together = [
        replace(change, edits=(*change.edits, *ordered.pop(change.item).edits))
        if change.kind is Kind.MOVE and change.item in ordered
        else change
        for change in changes
    ]
    return (*together, *ordered.values())
