"""Copies of an SQLite store in a folder: one for each day, the last of which are kept, and one before each upgrade."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from syncd.store.errors import StoreError
from syncd.store.store import Store

KEPT: Final = 7
"""So many of the daily copies stay; those from before an upgrade all do."""
_DAILY: Final = re.compile(r"syncd-\d{4}-\d\d-\d\d\.db")


class Backups:
    """The copies of a store in a folder, which is made when it is needed. Of PostgreSQL none are made."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder

    def daily(self, moment: datetime) -> Path | None:
        """Make the copy of that local day, unless it is there; the new copy. Those before the last few go.

        Raises StoreError.
        """
        file = self._folder / f"syncd-{moment:%Y-%m-%d}.db"
        if not self._store.in_file or file.exists():
            return None
        self._make(file)
        old = sorted(each for each in self._folder.iterdir() if _DAILY.fullmatch(each.name))
        for each in old[:-KEPT]:
            each.unlink(missing_ok=True)
        return file

    def before_upgrade(self, moment: datetime) -> Path | None:
        """Make a copy if the schema is about to change; the copy. Raises StoreError: then nothing may be changed."""
        if not self._store.in_file or not self._store.is_behind():
            return None
        file = self._folder / f"syncd-before-{self._store.head()}-{moment:%Y-%m-%d-%H%M%S}.db"
        self._make(file)
        return file

    def _make(self, file: Path) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the folder for backups {self._folder} cannot be made ({error.strerror})",
                "Set `backups` in [store] to a folder that syncd may write.",
            ) from error
        self._store.backup(file)
