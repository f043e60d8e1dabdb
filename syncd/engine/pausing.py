"""Pausing by hand: a mapping that gets no passes by the clock until it is resumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from syncd.records import MappingState
from syncd.store.reader import Reader
from syncd.store.store import Store


def pause(store: Store, mappings: Iterable[str], *, paused: bool) -> list[str]:
    """Have these mappings be paused, or not any more; those that were not so already. Raises StoreError."""
    changed = []
    with store.writing() as writer:
        for mapping in mappings:
            state = writer.mapping_state(mapping) or MappingState(mapping)
            if state.paused != paused:
                writer.put_mapping_state(replace(state, paused=paused))
                changed.append(mapping)
    return changed


def paused(reader: Reader, mappings: Iterable[str]) -> list[str]:
    """Those of the mappings that are paused."""
    found = reader.paused()
    return [mapping for mapping in mappings if mapping in found]
