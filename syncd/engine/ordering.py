"""Order: where the plan put items into another order, their tasks follow; a team's own order is left alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.contract import Connector
from connectors.vocabulary import Update
from mappings.shape import Desired
from syncd.engine.planner import Observed
from syncd.engine.recorder import Recorder
from syncd.records import Link


@dataclass(frozen=True, slots=True)
class Place:
    """A task that is to stand right behind another of its group or parent, by their plan items; "": as the first."""

    item: str
    after: str


def places(desired: Desired, observed: Observed, links: Mapping[str, Link], before: Sequence[str]) -> tuple[Place, ...]:
    """The fewest tasks to be put elsewhere so that they follow the plan, in the order in which to do it. Pure.

    `before` is the plan's order that the tasks last followed. Only what the plan itself put elsewhere since is moved,
    among the tasks that are there.
    """
    ranks = {item: rank for rank, item in enumerate(before)}
    families: dict[tuple[str | None, str | None], list[str]] = {}
    for item, wanted in desired.tasks.items():
        link = links.get(item)
        if item in ranks and wanted.touch and link is not None and not observed.loss(link.task):
            families.setdefault((wanted.group, wanted.parent), []).append(item)
    return tuple(place for family in families.values() for place in _within(family, ranks))


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


def follow(recorder: Recorder, connector: Connector, new_key: Callable[[], str], stopping: Callable[[], bool]) -> None:
    """Bring tasks into the plan's order, as far as the plan changed it since they last followed.

    One after the other, because each stands behind the one before. What the tool does not take is told and not tried
    again: an order is no work.
    """
    order = list(recorder.desired.tasks)
    before = recorder.order()
    if before == order:
        return
    books = recorder.books
    for place in places(recorder.desired, books.observed(), books.links, before or order):
        if stopping():
            return
        task, after = books.links[place.item].task, books.links[place.after].task if place.after else ""
        [answer] = connector.write([Update(new_key(), books.container, task, after=after)])
        recorder.placed(place.item, place.after, answer)
        if recorder.tally.halted:
            return
    recorder.keep_order(order)
