"""Lets one process at a time do what only one may: locks that end with their process, whatever becomes of that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from syncd.store.errors import StoreError
from syncd.store.opening import Address, advisory_key, lasting_engine, make_private
from syncd.store.standing import identity
from syncd.store.trouble import as_store_error

_AT_ONCE: Final = 0.1
"""Seconds to wait for a lock that somebody may be looking at just now."""
_A_GLANCE: Final = 0.001
"""And seconds for such a look; PostgreSQL takes 0 for ever."""


@contextmanager
def turn(address: Address, connection: str, patience: float) -> Iterator[Callable[[], bool]]:
    """Be the only one that works with this connection's tool until the block ends; gives a way to ask whether it is so.

    Waits up to `patience` seconds for another process or thread. Raises StoreError after that, and at the end of the
    block where it was asked and told that the turn was lost: others may have begun theirs by then.
    """
    with ExitStack() as held:
        try:
            still = held.enter_context(_lock(address, "turn", connection, patience))
        except _Taken as error:
            raise StoreError(
                f"another syncd is working with the connection {connection} on the store {address.place.name}",
                "Wait until it is done, then try again. While the daemon runs, it makes the passes itself.",
            ) from error
        lost = False

        def ours() -> bool:
            nonlocal lost
            lost = lost or not still()
            return not lost

        yield ours
        if lost:
            raise StoreError(
                f"the session with the store {address.place.name} was lost amid the work with {connection}, "
                "and with it the right to be the only one who does that",
                "What was done is kept. Try again: what was under way is looked for first, and made only if missing.",
            )


class Lead:
    """The lock of the one daemon that works on a store. Every method raises StoreError if the store cannot be reached.

    Held from `take` until `release`, the end of the process, or the loss of its session.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._held = ExitStack()
        self._still: Callable[[], bool] = lambda: False

    def take(self, patience: float = _AT_ONCE) -> bool:
        """Whether it is ours now; another holder is waited for no longer than that, in seconds."""
        self.release()
        try:
            self._still = self._held.enter_context(_lock(self._address, "daemon", "", patience))
        except _Taken:
            return False
        return True

    def taken(self) -> bool:
        """Whether somebody holds it just now."""
        if self._address.path and not _beside(self._address.path, "daemon").exists():
            return False
        other = Lead(self._address)
        free = other.take(_A_GLANCE)
        other.release()
        return not free

    def still(self) -> bool:
        """Whether it has been ours ever since it was taken; once it was lost, it is not."""
        if self._still():
            return True
        self.release()
        return False

    def release(self) -> None:
        """Let another have it."""
        self._still = lambda: False
        self._held.close()


class _Taken(Exception):
    """Somebody else holds it."""


def _lock(address: Address, kind: str, name: str, patience: float) -> AbstractContextManager[Callable[[], bool]]:
    """A lock of that kind and name; gives a way to ask whether it still holds. Raises _Taken, StoreError."""
    if address.path:
        return _in_file(address, _beside(address.path, kind, name), patience)
    return _in_session(address, f"syncd {kind} {name}", patience)


def _beside(store: Path, kind: str, name: str = "") -> Path:
    """The file of a lock, beside that of the store."""
    return store.with_name("-".join([store.name, kind, *([quote(name, safe="")] if name else [])]))


@contextmanager
def _in_file(address: Address, beside: Path, patience: float) -> Iterator[Callable[[], bool]]:
    """A file beside the store, locked by way of SQLite, which knows how to on every system."""
    make_private(beside, _of_writers(address.path))
    try:
        opened = sqlite3.connect(beside, timeout=patience, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise as_store_error(address.place, DBAPIError(None, None, error)) from error
    with closing(opened) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise _Taken from error
            raise as_store_error(address.place, DBAPIError(None, None, error)) from error
        known = identity(beside)
        yield lambda: identity(beside) == known  # a new one in its place would be locked by another process


def _of_writers(store: Path | None) -> int:
    """Rights for those alone who may write the store: whoever may read a lock can hold it."""
    writers = store.stat().st_mode & 0o222 if store is not None and store.exists() else 0o200
    return writers | writers << 1


@contextmanager
def _in_session(address: Address, name: str, patience: float) -> Iterator[Callable[[], bool]]:
    """An advisory lock, held by a session of its own."""
    engine = lasting_engine(address, patience)
    with ExitStack() as held:
        held.callback(engine.dispose)
        try:
            session = held.enter_context(engine.connect())
            session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": advisory_key(name)})
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == "55P03":
                raise _Taken from error
            raise as_store_error(address.place, error) from error
        yield partial(_answers, session)


def _answers(session: Connection) -> bool:
    """Whether the session is still there."""
    try:
        session.exec_driver_sql("SELECT 1")
    except DBAPIError:
        return False
    return True
