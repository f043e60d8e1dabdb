"""Puts tasks where they belong: below a parent, into a section, and there right behind another task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.reading import Reader
from connectors.errors import Invalid, NoAccess, NotFound
from connectors.vocabulary import Task, Update

Step = Callable[[], Raw | None]
"""One request, and the task as Asana answered, where it did."""

_UNORDERED: Final = "its place in the order was left out"


class Placer:
    """Moves tasks that are there."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self._client = client
        self._reader = reader

    def steps(self, update: Update, seen: Task | None, remarks: list[str]) -> Iterator[Step]:
        """The requests that take a task to its new place: below its parent, then into its section.

        `seen` is the task as it stands; it must be known where the update makes it stand alone, or orders it and
        names no place. What had to be left out is told in `remarks`.
        """
        parent, group, into = _place(update, seen)
        if parent is not None:
            put = partial(self._client.set_parent, update.task, parent or None)
            after = update.after if parent else None
            yield lambda: self._put(update, put, after, lambda now: now.parent == parent, remarks)
        if into:
            place = partial(self._client.place, update.task, update.container.id, group)
            behind = None if parent else update.after
            yield lambda: self._put(update, place, behind, lambda now: _stands_in(now, group), remarks)
        if update.after is not None and not parent and not into:
            remarks.append(f"{_UNORDERED}: it no longer stands in the project")

    def _put(
        self,
        update: Update,
        put: Callable[[str | None], Raw | None],
        after: str | None,
        there: Callable[[Task], bool],
        remarks: list[str],
    ) -> Raw | None:
        """Put the task behind `after`; where Asana refuses that, without it, unless it is `there` already."""
        try:
            return put(_another(update.task, after))
        except (Invalid, NoAccess, NotFound) as error:
            if after is None:
                raise
            remarks.append(f"{_UNORDERED}: {error.words}")
            now = self._client.task(update.task)
            return now if there(self._reader.task(now, update.container)) else put(None)


def _another(task: str, after: str | None) -> str | None:
    if after == task:
        raise Invalid("a task cannot stand behind itself")
    return after


def _place(update: Update, seen: Task | None) -> tuple[str | None, str | None, bool]:
    """The parent to be set, the section, and whether to put it into the project, that section being None for any."""
    stands = seen is not None and seen.container != ""
    alone = update.parent == "" and not stands
    if update.after is None or update.group is not None or update.parent:
        return update.parent, update.group, update.group is not None or alone
    if update.parent is None and seen is not None and seen.parent:
        return seen.parent, None, False
    return update.parent, seen.group if seen is not None else None, stands or alone


def _stands_in(task: Task, group: str | None) -> bool:
    return task.container != "" and group in (None, task.group)
