"""Order: where the plan put items into another order, their tasks follow; a team's own order is left alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.vocabulary import Task, Update
from mappings.shape import Desired, Wanted
from syncd.engine.applier import Applier
from syncd.engine.planner import Agreed, Change, Edit, Kind, Observed
from syncd.records import Link

ORDER: Final = "order"
"""The key of the edit that puts a task behind another one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A task that is to stand right behind another of its group or parent, by their plan items; "": as the first."""

    item: str
    after: str


def places(desired: Desired, observed: Observed, agreed: Agreed, before: Sequence[str]) -> tuple[Place, ...]:
    """The fewest tasks to be put elsewhere so that they follow the plan, in the order in which to do it. Pure.

    `before` is the plan's order that the tasks last followed. Only what the plan itself put elsewhere since is moved,
    among the tasks that stand together in the plan and in the tool. Those made since were made in the plan's order.
    """
    if _linked(desired, agreed.links) == tuple(before):
        return ()
    ranks = {item: rank for rank, item in enumerate(before)}
    families: dict[tuple[str | None, ...], list[str]] = {}
    for item, wanted in desired.tasks.items():
        link = agreed.links.get(item)
        if item in ranks and wanted.touch and link is not None and not observed.loss(link.task):
            families.setdefault(_home(wanted, link, observed.tasks[link.task].task, agreed), []).append(item)
    return tuple(place for family in families.values() for place in _within(family, ranks))


def _linked(desired: Desired, links: Mapping[str, Link]) -> tuple[str, ...]:
    """The items that have tasks, in the plan's order."""
    return tuple(item for item in desired.tasks if item in links)


def _home(wanted: Wanted, link: Link, task: Task, agreed: Agreed) -> tuple[str | None, ...]:
    """Where a task stands, or will once the plan's move of it is carried out; apart where a team put it elsewhere."""
    planned = (wanted.group, wanted.parent)
    if (link.agreed.get("group", wanted.group), link.agreed.get("parent", wanted.parent)) != planned:
        return planned
    above, group = agreed.links.get(wanted.parent or ""), agreed.groups.get(wanted.group or "")
    beside = task.parent is None and group is not None and task.group == group.group
    there = task.parent == above.task if above else beside
    return planned if there else (*planned, task.group, task.parent)


def _within(family: Sequence[str], ranks: Mapping[str, int]) -> Iterator[Place]:
    stay = _longest_rising(family, ranks)
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


def moves(desired: Desired, observed: Observed, agreed: Agreed, before: Sequence[str]) -> list[Change]:
    """The same as changes, for people and for the guard. Pure."""
    return [_move(desired, agreed.links, place) for place in places(desired, observed, agreed, before)]


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


def follow(applier: Applier, expect: Callable[[int], None]) -> None:
    """Bring tasks into the plan's order, as far as the plan changed it since they last followed.

    One after the other, because each stands behind the one before. What the tool does not take is told and not tried
    again: an order is no work.
    """
    recorder, books = applier.recorder, applier.recorder.books
    order = _linked(recorder.desired, books.links)
    if books.order == order:
        return
    due = moves(recorder.desired, books.observed(), books.agreed(()), books.order)
    if due:
        expect(len(due))
    for move in due:
        if applier.stopping():
            return
        after = str(move.edits[0].after or "")
        behind = books.links[after].task if after else ""
        [answer] = applier.connector.write([Update(applier.new_key(), books.container, move.task, after=behind)])
        recorder.placed(move, answer)
        applier.progress(1)
        if recorder.tally.halted:
            return
    recorder.keep_order(order)
