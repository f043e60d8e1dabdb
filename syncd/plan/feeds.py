"""Reads the files of readings that a plan names, and keeps the last good copy of each that comes from an address."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from connectors.network import Network
from syncd.documents.file import content
from syncd.plan import sources
from syncd.plan.sources import Fetched

_ENDING: Final = ".feed"


@dataclass(frozen=True, slots=True)
class Copy:
    """What an address gave when it was last good, and when that was (in UTC)."""

    fetched: Fetched
    at: datetime


class Feeds:
    """Files of readings. A copy that was found good stands in for its address while that fails, and that is said.

    Copies are kept in memory, and in `folder` once `save` is called; without one, in memory alone.
    """

    def __init__(self, folder: Path | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder, self._now = folder, now
        self._copies: dict[str, Copy] = {}
        self._fresh: dict[str, Fetched] = {}
        self._unsaved: set[str] = set()
        self.notes: dict[str, str] = {}
        """By address, why a copy stands in for it now, and from when that is."""

    def read(self, source: str, network: Network, by: str, until: float) -> bytes:
        """What the file holds, or the address; the last good copy where that fails. Raises NoText if there is none."""
        if not sources.is_address(source) and not sources.is_address(by):
            return sources.content(source)
        copy = self._copy(source)
        try:
            fetched = sources.fetch(source, network, by, until, copy.fetched if copy else None)
        except sources.NoText as error:
            if copy is None:
                raise
            stands = f"until it can be read again, the copy of {copy.at:%Y-%m-%d %H:%M} UTC stands in for it"
            self.notes[source] = f"{error.problem.message}; {stands}"
            return copy.fetched.content
        self.notes.pop(source, None)
        self._fresh[source] = fetched
        return fetched.content

    def good(self, source: str) -> None:
        """Keep what was read last of an address: it could be made out."""
        fetched = self._fresh.pop(source, None)
        if fetched is not None:
            self._copies[source] = Copy(fetched, self._now())
            self._unsaved.add(source)

    def save(self) -> None:
        """Put the copies into the folder, readable for nobody else. Raises OSError."""
        for source in sorted(self._unsaved) if self._folder is not None else ():
            copy = self._copies[source]
            head = {"address": source, "at": copy.at.isoformat(), "etag": copy.fetched.etag}
            head["modified"] = copy.fetched.modified
            _replace(self._path(source), json.dumps(head).encode() + b"\n" + copy.fetched.content)
            self._unsaved.discard(source)

    def _copy(self, source: str) -> Copy | None:
        """The copy in memory, else the one in the folder; one that cannot be read is none."""
        if source not in self._copies and self._folder is not None:
            try:
                head, _, held = content(self._path(source)).partition(b"\n")
                told = json.loads(head)
                fetched = Fetched(held, told["etag"], told["modified"])
                self._copies[source] = Copy(fetched, datetime.fromisoformat(told["at"]))
            except (OSError, ValueError, KeyError, TypeError):
                return None
        return self._copies.get(source)

    def _path(self, source: str) -> Path:
        name = hashlib.sha256(source.encode()).hexdigest()[:40]
        return (self._folder or Path()) / f"{name}{_ENDING}"


def _replace(path: Path, held: bytes) -> None:
    """Put a file in its place as a whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(held)
    new.replace(path)
