"""Tells which file stands at a store's path by now, and refuses one with the log of another beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from syncd.store.errors import StoreError

Identity = tuple[int, int]
"""What tells one file from all others that are there."""
_LOG: Final = "-wal"


def identity(path: Path) -> Identity | None:
    """Which file stands at a path by now; None for none, or where that cannot be told."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Standing:
    """The file of one store, as it was last seen in use.

    SQLite writes into a log beside the file, and goes by its name alone: what one file's log holds, it lays over any
    other that is put there, and the two together are neither.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._log = path, path.with_name(path.name + _LOG)
        self._pair: tuple[Identity, Identity] | None = None
        self._spoilt: Identity | None = None
        """A file that stood beside another one's log: whoever opened it since then has taken that for its own."""

    def look(self) -> Identity | None:
        """Which file stands there by now. Raises StoreError if the log beside it is that of the one before."""
        file = identity(self._path)
        if self._pair is not None and file not in (None, self._pair[0]) and identity(self._log) == self._pair[1]:
            self._spoilt = file
        if file is not None and file == self._spoilt:
            raise StoreError(
                f"another file was put in the place of the store {self._path}, and beside it stands what belongs to "
                f"the one before ({self._log.name}): together they would be a damaged store",
                f"Stop syncd, remove the files {self._path.name}, {self._log.name} and {self._path.name}-shm, and put "
                "the copy in its place once more.",
            )
        return file

    def used(self, file: object) -> None:
        """The file was in use just now: the log beside it is its own."""
        log = identity(self._log)
        if log is not None and (now := identity(self._path)) is not None and now == file:
            self._pair = now, log
