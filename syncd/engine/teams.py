"""What teams made of their own, as their tools were last seen, for every mapping that minds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mappings.rules import Unplanned as Rule
from mappings.shape import marker
from syncd.engine.books import Books, items_of_tasks
from syncd.engine.unplanned import OwnWork, unplanned
from syncd.store.reader import Reader

PROPOSE = "propose"
"""The kind of the log's line about work that is about to go into the plan; it is written first of all."""
TAKEN = "write_back"
"""The kind of the log's line about what went into the plan: a value, or, where it names no field, a whole task."""


def own_work(reader: Reader, known: Iterable[Books]) -> Iterator[tuple[Books, list[OwnWork]]]:
    """The teams' own work of each mapping that minds it, with its books; a task is the first one's only."""
    claimed: set[str] = set()
    for books in known:
        if books.route.rules.unplanned is Rule.IGNORE:
            continue
        route, trees = books.route, (books.observed(), books.agreed(()))
        claimed |= items_of_tasks(reader, books.container.id).keys()
        found = unplanned(route.rules, route.items, *trees, claimed=claimed, begun=_begun(reader, books))
        claimed |= {one.task.id for one in found}
        yield books, found


def just_became(reader: Reader, mapping: str, item: str, task: str) -> bool:
    """Whether the newest that the log tells of an item is that this task, a team's own, was put into the plan as it."""
    newest = reader.log(item=item, mapping=mapping, limit=1)
    return any(line.task == task and line.kind in (PROPOSE, TAKEN) and not line.field for line in newest)


def _begun(reader: Reader, books: Books) -> dict[str, str]:
    """The tasks that were about to become items of the plan when something went wrong, each with the item's id.

    Each carries its marker already. So does the task of an item that left the plan, but there the log has gone on.
    """
    route = books.route
    ours, planned = marker(route.rules.plan, ""), {id_ for item in route.items for id_ in (item.id, *item.was)}
    marked = ((id_, seen.task.marker) for id_, seen in books.seen.items() if seen.task.marker)
    strays = {id_: told.removeprefix(ours) for id_, told in marked if told.startswith(ours)}
    strays = {id_: item for id_, item in strays.items() if item not in planned}
    newest = reader.newest(route.mapping, set(strays.values())) if strays else {}
    return {
        id_: item
        for id_, item in strays.items()
        if (line := newest.get(item)) and line.kind == PROPOSE and line.task == id_
    }
