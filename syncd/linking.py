"""What commands do about links: list, suggest and adopt tasks that are there already, let go of them, repair them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from connectors.contract import Connector
from connectors.vocabulary import Container, Task
from syncd.app import App
from syncd.engine.adopting import Adopter, Answer
from syncd.engine.books import Books, Route
from syncd.engine.deciding import Side
from syncd.engine.preview import look
from syncd.engine.relinking import Copies, Loss, Relinker, copies
from syncd.engine.suggesting import LEAST, Pair, Suggestion
from syncd.engine.waiting import known_books
from syncd.records import Link, Shelf

_NUMBER: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as its tool was last seen; `state` is "" where all is well, else "unmarked" or what its task has lost."""

    mapping: str
    item: str
    title: str
    link: Link
    task: Task | None
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """What may belong together in one mapping, by the tool as it was just now; `missing` is a container to be made."""

    mapping: str
    suggestions: tuple[Suggestion, ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was found and mended in one mapping: markers written again, and what only a person can mend."""

    mapping: str
    marked: tuple[Answer, ...]
    losses: tuple[Loss, ...]
    copies: tuple[tuple[Copies, tuple[Task, ...]], ...]


def listed(app: App, only: Sequence[str] = ()) -> list[Linked]:
    """All links of these mappings, or of all, in the plan's order. Raises ConfigError, PlanError, StoreError."""
    found: list[Linked] = []
    with app.known_store().reading() as reader:
        for route in app.routes(only):
            if books := known_books(reader, route):
                found += _links(books)
    return found


def _links(books: Books) -> Iterator[Linked]:
    trees = books.trees()
    order = {item: rank for rank, item in enumerate(trees.desired.tasks)}
    for item, link in sorted(trees.agreed.links.items(), key=lambda pair: order.get(pair[0], len(order))):
        wanted, seen = trees.desired.tasks.get(item), trees.observed.tasks.get(link.task)
        state = trees.observed.loss(link.task)
        if not state and wanted and seen and seen.task.marker != wanted.marker:
            state = "unmarked"
        title = wanted.title if wanted else seen.task.title if seen else item
        yield Linked(books.route.mapping, item, title, link, seen.task if seen else None, state)


def several(app: App, only: Sequence[str] = ()) -> list[tuple[str, Copies, tuple[Task, ...]]]:
    """By mapping, the items whose marker several tasks carry, with these tasks, as the tool was last seen."""
    found: list[tuple[str, Copies, tuple[Task, ...]]] = []
    with app.known_store().reading() as reader:
        for route in app.routes(only):
            if books := known_books(reader, route):
                found += [(route.mapping, each, _tasks(books, each)) for each in copies(books.trees())]
    return found


def suggested(app: App, only: Sequence[str] = (), least: int = LEAST) -> list[Found]:
    """What may belong together, by a fresh look at the tools. Raises ToolError beside what `listed` raises."""
    found: list[Found] = []
    for route in app.routes(only):
        with app.connections.counted(route.connection) as connector:
            books = look(route, app.known_store(), connector, app.clock, writing=False)
        missing = "" if books.container.id else books.container.name
        found.append(Found(route.mapping, Adopter(books, app.known_store(), app.clock).suggestions(least), missing))
    return found


def adopt(app: App, mapping: str, pairs: Sequence[Pair], who: str, *, stands: Side | None = None) -> list[Answer]:
    """Link these pairs, by a look at the tool while nobody else works with it; a task by its id or its address.

    Raises ToolError, ConfigError, PlanError, and StoreError, also while a pass runs.
    """
    with _alone(app, mapping) as (route, connector):
        books = look(route, app.store, connector, app.clock, writing=False)
        return Adopter(books, app.store, app.clock, who).adopt(_by_id(books, pairs), stands)


def reject(app: App, mapping: str, pairs: Sequence[Pair], who: str) -> None:
    """Never suggest these pairs again; raises what `adopt` does."""
    with _alone(app, mapping) as (route, connector):
        books = look(route, app.store, connector, app.clock, writing=False)
        Adopter(books, app.store, app.clock, who).reject(list(_by_id(books, pairs)))


def drop(app: App, mapping: str, items: Sequence[str], who: str) -> list[Answer]:
    """Let go of the tasks of these items; raises what `adopt` does."""
    with _relinker(app, mapping, who) as relinker:
        return relinker.drop(items)


def keep(app: App, mapping: str, item: str, task: str, who: str) -> Answer:
    """Have this one of the tasks that carry an item's marker be its task; raises what `adopt` does."""
    with _relinker(app, mapping, who) as relinker:
        [(_, id_)] = _by_id(relinker.books, [(item, task)])
        return relinker.keep(item, id_)


def repair(app: App, mapping: str, who: str) -> Repaired:
    """Read the container as a whole, and write markers again that were lost; raises what `adopt` does."""
    with _relinker(app, mapping, who, whole=True) as relinker:
        marked = tuple(relinker.mark())
        doubled = tuple((each, _tasks(relinker.books, each)) for each in relinker.copies())
        return Repaired(mapping, marked, tuple(relinker.losses()), doubled)


def reaching(app: App, item: str, only: Sequence[str] = ()) -> list[str]:
    """The mappings (or those of the ones named) in which an item has a task, or is to have one."""
    found: list[str] = []
    with app.known_store().reading() as reader:
        for route in app.routes(only):
            blank = Books(route, Shelf(Container("", "", "")), links=reader.links(route.mapping))
            if item in blank.links or item in blank.trees().desired.tasks:
                found.append(route.mapping)
    return found


@contextmanager
def _relinker(app: App, mapping: str, who: str, *, whole: bool = False) -> Iterator[Relinker]:
    with _alone(app, mapping) as (route, connector):
        books = look(route, app.store, connector, app.clock, writing=whole, full=whole)
        yield Relinker(books, app.store, connector, app.clock, lambda: uuid.uuid4().hex, who)


@contextmanager
def _alone(app: App, mapping: str) -> Iterator[tuple[Route, Connector]]:
    """A mapping as its plan stands, and its connector, while nobody else works with that. Raises StoreError."""
    [route] = app.routes([mapping])
    app.open_store()
    with app.store.turn(route.connection), app.connections.counted(route.connection) as connector:
        [route] = app.routes([mapping])
        yield route, connector


def _tasks(books: Books, each: Copies) -> tuple[Task, ...]:
    return tuple(books.seen[task].task for task in each.tasks)


def _by_id(books: Books, pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The pairs with each task by its id; a person may have pasted its address."""
    by_url = {seen.task.url: id_ for id_, seen in books.seen.items() if seen.task.url}
    for item, named in pairs:
        numbers = (number for number in reversed(_NUMBER.findall(named)) if number in books.seen)
        yield item, named if named in books.seen else by_url.get(named) or next(numbers, named)
