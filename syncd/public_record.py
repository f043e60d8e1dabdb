"""Keeps what was published of each plan's schools and groups, so that what is published next gives none of it away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from syncd.scorecard.earlier import About, Told, View, held, to_told
from syncd.store.errors import StoreError
from syncd.store.store import Store
from syncd.store.trouble import RESTORE


class PublicRecord:
    """What was told in public, by the plans' own ids. Every method raises StoreError.

    `known` gives the store to read from; `store` is written into, once `opened` has made it or brought it up to date.
    That of another process stays as it is: `stands_by` says whether only that one may write.
    """

    def __init__(self, known: Callable[[], Store], store: Store, opened: Callable[[], object]) -> None:
        self._known, self._store, self._opened = known, store, opened
        self.stands_by: Callable[[], bool] = lambda: False
        self._last: dict[str, tuple[int, Told]] = {}

    def of(self, plan: str) -> tuple[Told, int]:
        """All that was told of a plan, and the mark at which it ends."""
        with self._known().reading() as reader:
            end = reader.told_end(plan)
            mark, told = self._last.get(plan, (0, {}))
            if mark != end:
                told = _read(reader.told(plan))
                self._last[plan] = (end, told)
        return told, end

    def add(self, plan: str, news: Mapping[str, Mapping[About, Sequence[View]]], mark: int, at: datetime) -> bool:
        """Keep what is about to be told; False where something else was told since that mark: then nothing is kept."""
        told = ((item, about, view) for item, each in news.items() for about, views in each.items() for view in views)
        lines = [(item, held(about, view)) for item, about, view in told]
        self._open()
        with self._store.writing() as writer:
            if writer.told_end(plan) != mark:
                return False
            writer.add_told(plan, at, lines)
        return True

    def _open(self) -> None:
        if self.stands_by():
            raise StoreError(
                "this daemon stands by, and only the one that works on the store puts on record what is new in public",
                "Open the page of that one: what it has shown, this one shows too.",
            )
        if self._store.is_behind() and self._store.lead().taken():
            raise StoreError(
                "the store has the schema of an older syncd, whose daemon works on it",
                "Stop that daemon and start the one of this syncd, then try again.",
            )
        self._opened()


def _read(lines: list[tuple[str, dict[str, object]]]) -> Told:
    """What is kept. Nothing unreadable is taken for nothing."""
    found: dict[str, dict[About, list[View]]] = defaultdict(lambda: defaultdict(list))
    for item, kept in lines:
        try:
            about, view = to_told(kept)
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError(f"what was published of {item} cannot be read ({error})", RESTORE) from error
        found[item][about].append(view)
    return {item: dict(views) for item, views in found.items()}
