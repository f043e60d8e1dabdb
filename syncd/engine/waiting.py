"""What of a mapping waits for a person, from the store and the plan alone: no tool is asked."""

from __future__ import annotations

from dataclasses import replace

from mappings.shape import desire
from syncd.engine.books import Books, Route
from syncd.engine.planner import Change, Kind, plan_changes
from syncd.engine.settling import rename, renamed
from syncd.store.reader import Reader


def known_books(reader: Reader, route: Route) -> Books | None:
    """The books of a mapping as its tool was last seen; None before the first look at it."""
    state = reader.mapping_state(route.mapping)
    shelf = reader.shelf(route.connection, state.container) if state else None
    return Books.load(reader, route, shelf) if shelf else None


def waiting(route: Route, reader: Reader) -> tuple[Change, ...]:
    """The holds, and what teams set that the plan has not taken over, as plan and tool stand by what is known."""
    books = known_books(reader, route)
    if books is None:
        return ()
    desired, agreed = desire(route.rules, route.items, books.container), books.agreed(())
    agreed = replace(agreed, links=renamed(agreed.links, rename(desired, agreed)))
    changes = plan_changes(desired, books.observed(), agreed)
    return tuple(change for change in changes if change.kind in (Kind.HOLD, Kind.WRITE_BACK))
