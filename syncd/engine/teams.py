"""What teams made of their own, as their tools were last seen, for every mapping that minds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.vocabulary import FieldValue, Task
from mappings.rules import Unplanned as Rule
from mappings.shape import Wanted, marker
from syncd.engine.affected import Trees
from syncd.engine.books import Books, items_of_tasks
from syncd.engine.unplanned import OwnWork, unplanned, unsaid
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


def unsaid_by(reader: Reader, books: Books, wanted: Wanted, task: Task) -> dict[str, FieldValue]:
    """What is agreed on of a team's own task that was just put into the plan as this item; of any other, nothing."""
    found = unsaid(books.route.rules, wanted.values, task, books.container)
    newest = reader.log(item=wanted.item, mapping=books.route.mapping, limit=1) if found else []
    just = any(line.task == task.id and line.kind in (PROPOSE, TAKEN) and not line.field for line in newest)
    return found if just else {}


def all_unsaid(reader: Reader, books: Books, trees: Trees) -> dict[str, dict[str, FieldValue]]:
    """The same for each task that carries the marker of an item without a link, by the task's id."""
    links = trees.agreed.links
    new = {wanted.marker: wanted for item, wanted in trees.desired.tasks.items() if item not in links}
    marked = ((seen.task, new.get(seen.task.marker or "")) for seen in trees.observed.tasks.values())
    return {task.id: unsaid_by(reader, books, wanted, task) for task, wanted in marked if wanted}


def promised(reader: Reader, mapping: str) -> dict[str, str]:
    """The ids that teams' own tasks were about to get, by task: the marker may stand there, though nobody heard so."""
    newest = reader.newest(mapping, reader.items_told(mapping, PROPOSE))
    return {line.task: item for item, line in newest.items() if line.kind == PROPOSE}


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
