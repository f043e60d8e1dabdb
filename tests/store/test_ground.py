"""What a plan's figures rest on in the store has another sign as soon as any of it changes, and not before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.vocabulary import Fate
from syncd.records import GroupLink, Link, Seen
from syncd.store import Store
from syncd.store.writer import Writer
from tests.store.samples import AT, CONTAINER, ENTRY, GROUP_LINK, INTENT, LINK, SEEN, SHELF, STATE, TASK

LONG = "a word " * 400
LATER = AT + timedelta(hours=9)
OTHER = replace(TASK, id="13")

CHANGES: dict[str, Callable[[Writer], object]] = {
    "a letter within a long text": lambda writer: _see(writer, notes=f"{LONG}B{LONG}"),
    "a task is done": lambda writer: _see(writer, completed=False),
    "a task cannot be read": lambda writer: writer.put_seen("asana", "C1", [replace(SEEN, fate=Fate.DELETED)]),
    "a task more": lambda writer: writer.put_seen("asana", "C1", [replace(SEEN, task=OTHER)]),
    "a task less": lambda writer: writer.replace_seen("asana", "C1", []),
    "a link more": lambda writer: writer.put_link("academics", Link("G1.A1", "13", {}, AT)),
    "a link less": lambda writer: writer.drop_link("academics", LINK.item),
    "a link of a mapping beside it": lambda writer: writer.put_link("beside", Link("G1.A1", "13", {}, AT)),
    "a group": lambda writer: writer.put_group_link("academics", GroupLink("G2", "H", "Done")),
    "a create in doubt": lambda writer: writer.put_intent("academics", INTENT),
    "a line of the log": lambda writer: writer.add_entries([ENTRY]),
    "a field of the container": lambda writer: writer.put_shelf(
        "asana", replace(SHELF, container=replace(CONTAINER, fields=()))
    ),
    "another container": lambda writer: writer.put_mapping_state(replace(STATE, container="C2")),
}

NOTHING: dict[str, Callable[[Writer], object]] = {
    "it was looked at": lambda writer: writer.put_shelf(
        "asana", replace(SHELF, looked_at=LATER, cursor="next", trouble="")
    ),
    "a task was looked at": lambda writer: writer.put_seen("asana", "C1", [replace(_long(), at=LATER)]),
    "another mapping": lambda writer: writer.put_link("elsewhere", Link("G1.A1", "13", {}, AT)),
    "another container's task": lambda writer: writer.put_seen("asana", "C2", [SEEN]),
}


@pytest.fixture
def filled(store: Store) -> Store:
    """Two mappings on one container, one of them with a task."""
    with store.writing() as writer:
        for name in ("academics", "beside"):
            writer.put_mapping_state(replace(STATE, mapping=name))
        writer.put_mapping_state(replace(STATE, mapping="elsewhere", container="C2"))
        writer.put_shelf("asana", SHELF)
        writer.put_seen("asana", "C1", [_long()])
        writer.put_link("academics", LINK)
        writer.put_group_link("academics", GROUP_LINK)
    return store


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes(filled: Store, name: str) -> None:
    """Each change alone makes another sign."""
    before = _ground(filled)
    with filled.writing() as writer:
        CHANGES[name](writer)
    assert _ground(filled) != before


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_change(filled: Store, name: str) -> None:
    """A look that finds nothing new is none, nor is what other mappings do elsewhere."""
    before = _ground(filled)
    with filled.writing() as writer:
        NOTHING[name](writer)
    assert _ground(filled) == before


def _long() -> Seen:
    return replace(SEEN, task=replace(TASK, notes=f"{LONG}A{LONG}"))


def _see(writer: Writer, **changes: Any) -> None:
    task = replace(TASK, **{"notes": f"{LONG}A{LONG}", **changes})
    writer.put_seen("asana", "C1", [replace(SEEN, task=task)])


def _ground(store: Store) -> str:
    with store.reading() as reader:
        return reader.ground("academics", "asana")
