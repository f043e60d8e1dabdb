"""What a change of the three trees bears on: that is planned for anew, of all else the same holds as before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from mappings.shape import Desired
from syncd.engine.planner import WHOLE, Agreed, Observed, Scope


@dataclass(frozen=True, slots=True)
class Trees:
    """The three trees at one moment."""

    desired: Desired
    observed: Observed
    agreed: Agreed


class Affected:
    """Tells what is affected where the trees are no longer as they were; it keeps them as they are now."""

    def __init__(self, trees: Trees) -> None:
        observed, agreed = trees.observed, trees.agreed
        self._before = Trees(
            trees.desired,
            replace(observed, tasks=dict(observed.tasks)),
            replace(agreed, links=dict(agreed.links), blocked=set(agreed.blocked), coming=set(agreed.coming)),
        )

    def scope(self, after: Trees) -> Scope:
        """What has to be planned for anew.

        That is every item whose link or blocking changed; whose task changed, or one above it; whose marker such a
        task carries or carried; what belongs below one of these; and what contends with one of these for a task.
        """
        before = self._before
        if after.desired is not before.desired or after.observed.container != before.observed.container:
            return WHOLE
        seen = _changed(before.observed.tasks, after.observed.tasks)
        linked = _changed(before.agreed.links, after.agreed.links)
        waiting = set(before.agreed.blocked).symmetric_difference(after.agreed.blocked)
        coming = set(before.agreed.coming).symmetric_difference(after.agreed.coming)
        if not (seen or linked or waiting or coming):
            return Scope((), ())
        links = (each.agreed.links.get(item) for each in (before, after) for item in linked)
        tasks = self._kin.and_below(seen | {link.task for link in links if link})
        found = (each.observed.tasks.get(task) for each in (before, after) for task in tasks)
        markers = {one.task.marker for one in found if one and one.task.marker}
        items = linked | waiting | coming | _all(self._kin.linked, tasks) | _all(self._kin.marked, markers)
        return self._kin.whole(items | _all(self._kin.items_below, items), tasks)

    def rank(self, item: str) -> int:
        """The place of an item in the plan's order; what left the plan comes last."""
        return self._kin.ranks.get(item, len(self._kin.ranks))

    @cached_property
    def _kin(self) -> _Kin:
        return _Kin(self._before)


class _Kin:
    """Who belongs to whom: looked up instead of searched for."""

    def __init__(self, trees: Trees) -> None:
        self._wanted = wanted = trees.desired.tasks
        tasks, links = trees.observed.tasks, trees.agreed.links
        self.ranks = {item: rank for rank, item in enumerate(wanted)}
        self.linked = _by((link.task, item) for item, link in links.items())
        self.marked = _by((marker, item) for item in wanted for marker in self._markers(item))
        self.items_below = _by((one.parent, item) for item, one in wanted.items())
        self._carrying = _by((seen.task.marker, task) for task, seen in tasks.items())
        self._tasks_below = _by((seen.task.parent, task) for task, seen in tasks.items())

    def and_below(self, tasks: set[str]) -> set[str]:
        """These tasks and all that stand below them."""
        found: set[str] = set()
        while tasks:
            found |= tasks
            tasks = _all(self._tasks_below, tasks) - found
        return found

    def whole(self, items: set[str], tasks: set[str]) -> Scope:
        """These items and tasks, with everything that makes them a part that can be planned for by itself."""
        found: set[str] = set()
        while items:
            found |= items
            tasks = tasks | _all(self._carrying, (marker for item in items for marker in self._markers(item)))
            items = _all(self.linked, tasks) - found
        return Scope(found, tasks)

    def _markers(self, item: str) -> Iterable[str]:
        one = self._wanted.get(item)
        return (*one.was, one.marker) if one else ()


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    """The keys under which the two hold different records, or only one of them holds any.

    Most often the same records stand side by side, and what is new stands behind them. Each knows its own key.
    """
    old, new = [*before.values()], [*after.values()]
    if old == new:
        return set()
    beside = zip(before, after, old, new, strict=False)
    suspects = {key for one, other, was, held in beside if was is not held for key in (one, other)}
    suspects.update([*before][len(new) :], [*after][len(old) :])
    return {key for key in suspects if before.get(key) != after.get(key)}


def _by(pairs: Iterable[tuple[str | None, str]]) -> dict[str, list[str]]:
    """The second of each pair by the first, where there is a first."""
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        if key is not None:
            found.setdefault(key, []).append(value)
    return found


def _all(index: Mapping[str, Iterable[str]], keys: Iterable[str]) -> set[str]:
    return {value for key in keys for value in index.get(key, ())}
