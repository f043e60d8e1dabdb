"""The store: opens, checks, upgrades and backs up the database, and hands out its transactions."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from syncd.store import schema
from syncd.store.errors import StoreError
from syncd.store.opening import PART, make_private, migrating_engine, reading_engine, understand, writing_engine
from syncd.store.reader import Reader
from syncd.store.trouble import READ_ONLY, RESTORE, UPGRADE, Place, as_store_error, in_words
from syncd.store.turns import Lead, turn
from syncd.store.writer import Writer

_READS_ONLY: Final = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
_WRITES_NOTHING: Final = f"DELETE FROM {schema.VERSION} WHERE FALSE"  # noqa: S608  all of it is constant


class Store:
    """One database, SQLite (`sqlite:///path`) or PostgreSQL (`postgresql://…`), safe to share between threads.

    Nothing is opened before it is needed, and only `upgrade` makes the file of an SQLite store. `patience` is how
    many seconds to wait for another writer. Whatever fails is a StoreError.
    """

    def __init__(self, url: str, *, patience: float = 15.0) -> None:
        self._address = understand(url)
        self._place = self._address.place
        self._patience = patience
        self._readers = reading_engine(self._address, patience)
        self._writer = writing_engine(self._address, patience)
        self._turns = _Turns()

    def __repr__(self) -> str:
        return f"Store({self._place.name})"

    def upgrade(self) -> None:
        """Bring the schema to the version this syncd works with, or leave it untouched."""
        engine = migrating_engine(self._address, self._patience)
        with in_words(self._place), engine.begin() as connection:
            schema.upgrade(connection, self._place)

    def check(self) -> None:
        """StoreError unless the schema is this syncd's and the database is sound."""
        if self._missing():
            raise StoreError(f"there is no store at {self._place.name} yet", UPGRADE)
        with in_words(self._place), self._readers.begin() as connection:
            schema.require_head(connection, self._place)
            schema.require_tables(connection, self._place)
            self._require_sound(connection)

    def require_writable(self) -> None:
        """StoreError where nobody may write there, or not this account, or not now.

        PostgreSQL is asked, and waits for nobody. Of a file only a write tells, here one of nothing: that a transaction
        is to write SQLite takes back by itself where the file may only be read.
        """
        if self._address.path is not None:
            with in_words(self._place), self._writer.begin() as connection:
                connection.exec_driver_sql(_WRITES_NOTHING)
            return
        with in_words(self._place), self._readers.begin() as connection:
            if connection.exec_driver_sql(_READS_ONLY).scalar_one():
                raise StoreError(f"the store {self._place.name} {READ_ONLY[0]}", READ_ONLY[1])

    def current(self) -> str | None:
        """The version of the store's schema, None if it has none yet."""
        if self._missing():
            return None
        with in_words(self._place), self._readers.begin() as connection:
            return schema.current(connection, self._place)

    def now(self) -> datetime | None:
        """What time it is where PostgreSQL runs; None for a store in a file, which has no clock of its own."""
        if self.in_file:
            return None
        with in_words(self._place), self._readers.begin() as connection:
            found: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            return found

    @property
    def in_file(self) -> bool:
        """Whether it is an SQLite store."""
        return self._address.path is not None

    def is_behind(self) -> bool:
        """Whether it has a schema, one that this syncd knows and would change."""
        return self.current() in schema.earlier()

    def head(self) -> str:
        """The version of the schema that this syncd works with."""
        return schema.head()

    def backup(self, target: Path) -> None:
        """Copy an SQLite store to a new file while it is in use; the file appears only when it is complete.

        Whoever may read the store may read the copy. Whoever puts the copy in the store's place reads every container
        as a whole first: of what happened meanwhile, a change feed may have told already, and tells once. Of a damaged
        store there is no copy: it would pass for a good one, and older ones, which are good, make room for new ones.
        """
        if self._address.path is None:
            raise StoreError(
                "a store in PostgreSQL is not backed up by syncd",
                f"Use pg_dump: `pg_dump --format=custom -f {target}`.",
            )
        if target.exists():
            raise StoreError(f"{target} exists already", "Name a file that does not exist yet.")
        part = target.with_name(f"{target.name}.part")
        try:
            part.unlink(missing_ok=True)
            make_private(part)
            with in_words(self._place), self._readers.connect() as connection, closing(sqlite3.connect(part)) as copy:
                source: Any = connection.connection.driver_connection
                source.backup(copy)
                require_sound(copy, self._place)
                forget_the_moment(copy)
            shutil.copymode(self._address.path, part)
            part.replace(target)
        except (OSError, sqlite3.Error) as error:
            if str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_CORRUPT"):
                raise as_store_error(self._place, DBAPIError(None, None, error)) from error
            raise StoreError(f"the backup {target} could not be written ({error})", "Check the folder.") from error
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def writing(self, *, plan: str = "", whole: bool = False) -> Iterator[Writer]:
        """One transaction that commits at the end of the block, or undoes everything if an exception leaves it.

        In PostgreSQL whoever has the turn of a connection, or writes only what is kept of a `plan`, waits for nobody
        but those who write there as well, and those who may write anywhere: `whole` is for who must know what others
        have written.
        """
        part = f"plan {plan}" if plan else "" if whole else self._turns.part()
        with in_words(self._place), self._writer.connect() as connection:
            connection.execution_options(**{PART: part})
            with connection.begin():
                yield Writer(connection, self._place)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One snapshot: what others commit meanwhile is not seen in it, and nothing can be changed through it."""
        with in_words(self._place), self._readers.begin() as connection:
            yield Reader(connection, self._place)

    @contextmanager
    def turn(self, connection: str) -> Iterator[None]:
        """Be the only process (and thread) that works with this connection's tool, until the block ends."""
        with in_words(self._place), turn(self._address, connection, self._patience) as ours:
            held = (connection, ours)
            self._turns.held.append(held)
            try:
                yield
            finally:
                self._turns.held.remove(held)

    def or_overtaken(self, stopping: Callable[[], bool]) -> Callable[[], bool]:
        """What says to stop where `stopping` does, or where a turn of the thread that asks was lost.

        In PostgreSQL a turn goes with its session, whatever ended that, and another process may have begun its own.
        """
        return lambda: stopping() or not all(ours() for _, ours in self._turns.held)

    def lead(self) -> Lead:
        """The lock of the one daemon that works on this store, to be taken."""
        return Lead(self._address)

    def close(self) -> None:
        """Close the connections; the store may be used again, it opens new ones."""
        self._readers.dispose()
        self._writer.dispose()

    def _missing(self) -> bool:
        return self._address.path is not None and not self._address.path.exists()

    def _require_sound(self, connection: Connection) -> None:
        """PostgreSQL looks after its own pages; an SQLite file is read through once."""
        if self._address.path is None:
            return
        driver: Any = connection.connection.driver_connection
        require_sound(driver, self._place)
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StoreError(f"the store {self._place.name} has records that refer to nothing", RESTORE)


class _Turns(threading.local):
    """The turns that a thread has by now, by connection: ways to ask whether they are still its own."""

    def __init__(self) -> None:
        self.held: list[tuple[str, Callable[[], bool]]] = []

    def part(self) -> str:
        """The part of the store into which whoever has these turns writes; "" for all of it."""
        return f"connection {self.held[0][0]}" if len(self.held) == 1 else ""


def require_sound(database: sqlite3.Connection, place: Place) -> None:
    """Read an SQLite database through. Raises StoreError if it is damaged."""
    faults = [str(fault) for (fault,) in database.execute("PRAGMA integrity_check(3)")]
    if faults != ["ok"]:
        raise StoreError(f"the store {place.name} is damaged ({'; '.join(faults)})", RESTORE)


def forget_the_moment(copy: sqlite3.Connection) -> None:
    """Take out what is an old story in a copy that is put back.

    That is how far every change feed was followed, and what commands asked of the daemon: nobody waits for it any more.
    """
    if copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'shelves'").fetchone():
        copy.execute("UPDATE shelves SET cursor = NULL")
    if copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'orders'").fetchone():
        copy.execute("DELETE FROM orders")
    copy.commit()
