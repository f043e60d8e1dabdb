"""What of a mapping waits for a person, from the store and the plan alone: no tool is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from syncd.engine.affected import Trees
from syncd.engine.books import Books, Route
from syncd.engine.planner import Change, Kind
from syncd.engine.planning import Planning
from syncd.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Waiting:
    """The books of a mapping as its tool was last seen, and what waits: holds, and values for the plan to take over.

    `trees` are those of the books: to find out what a plan wants takes as long as all else together.
    """

    books: Books
    trees: Trees
    changes: tuple[Change, ...]


def waiting(reader: Reader, routes: Iterable[Route]) -> list[Waiting]:
    """What waits in each of these mappings whose tool was ever looked at, held against the plan as it stands now."""
    return [_waiting(books) for route in routes if (books := known_books(reader, route))]


def known_books(reader: Reader, route: Route) -> Books | None:
    """The books of a mapping as its tool was last seen; None before the first look at it."""
    state = reader.mapping_state(route.mapping)
    shelf = reader.shelf(route.connection, state.container) if state else None
    return Books.load(reader, route, shelf) if shelf else None


def _waiting(books: Books) -> Waiting:
    trees = books.trees(books.intents)
    changes = Planning().due(trees).changes
    return Waiting(books, trees, tuple(change for change in changes if change.kind in (Kind.HOLD, Kind.WRITE_BACK)))
