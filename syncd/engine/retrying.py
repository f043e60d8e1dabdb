"""Retrying by hand: what is set aside is due now, so that the next pass tries it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from syncd.records import SetAside
from syncd.store.store import Store


class NotAside(Exception):
    """Nothing of that item is set aside; `there` are the items that are."""

    def __init__(self, item: str, there: tuple[str, ...]) -> None:
        super().__init__(f"{item} is not set aside")
        self.there = there


def retry(store: Store, mappings: Iterable[str], items: Sequence[str], now: datetime) -> list[tuple[str, SetAside]]:
    """Have these items of the mappings be due, or all that is set aside there; each with its mapping.

    Raises NotAside, before anything is changed, and StoreError.
    """
    with store.writing() as writer:
        aside = [(mapping, each) for mapping in mappings for each in writer.set_aside(mapping).values()]
        there = tuple(dict.fromkeys(each.item for _, each in aside))
        for item in items:
            if item not in there:
                raise NotAside(item, there)
        due = [(mapping, replace(each, retry_at=now)) for mapping, each in aside if each.item in (items or there)]
        for mapping, each in due:
            writer.put_set_aside(mapping, each)
    return due
