"""What the ids in the log stand for: the titles of plan items, and of tasks whose item is no longer in the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from syncd.app import App
from syncd.engine.planner import REMOVED, REMOVED_TITLE
from syncd.errors import FileError
from syncd.records import Entry
from syncd.store.reader import Reader

Titles = Mapping[tuple[str, str], str]
"""Titles by mapping and the id of an item, or of a task."""


def titles(app: App, reader: Reader, entries: Iterable[Entry]) -> Titles:
    """The titles of what these lines speak of, as the plan has them now; of the rest, as they were last seen."""
    known: dict[tuple[str, str], str] = {}
    by_mapping: dict[str, list[Entry]] = {}
    for entry in entries:
        by_mapping.setdefault(entry.mapping, []).append(entry)
    for mapping, lines in by_mapping.items():
        known[mapping, REMOVED] = REMOVED_TITLE
        known |= {(mapping, item): title for item, title in _planned(app, mapping)}
        if any((mapping, entry.item) not in known or entry.field == "parent" for entry in lines):
            seen = dict(_seen(reader, mapping))
            known |= {(mapping, task): title for task, title in seen.items()}
            left = {(mapping, each.item): seen[each.task] for each in lines if each.task in seen}
            known = left | known
    return known


def _planned(app: App, mapping: str) -> Iterator[tuple[str, str]]:
    """The items of the mapping's plan with their titles; none where it is mapped no longer, or cannot be read now."""
    section = app.config.mappings.get(mapping)
    try:
        items = app.plan(section.plan).items if section else {}
    except FileError:
        return
    yield from ((id_, placed.item.title) for id_, placed in items.items())


def _seen(reader: Reader, mapping: str) -> Iterator[tuple[str, str]]:
    """The tasks of the mapping's container with their titles."""
    if state := reader.mapping_state(mapping):
        yield from ((id_, seen.task.title) for id_, seen in reader.seen(state.connection, state.container).items())
