"""Opens the database that a URL names: how connections are set up, and how a transaction begins, in both kinds."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import NullPool, QueuePool

from syncd.store.errors import StoreError
from syncd.store.standing import Standing, identity
from syncd.store.trouble import Place
from syncd.store_address import fault

_WRITERS_TURN = 0x73796E6364
"""The key of PostgreSQL's advisory lock that makes one writer wait for another ("syncd" in ASCII)."""
PART: Final = "syncd_part"
"""What SQLAlchemy is told of a transaction that writes into a part of the store alone: which one."""
_WRITERS: Final = 4
"""So many transactions of a process at most write into parts of a store in PostgreSQL at once."""
_REACHED: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",
}
"""Has libpq find out within half a minute that the machine of PostgreSQL is gone: else a process waits for hours."""
HEARD: Final = {
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 4,
    "tcp_user_timeout": 30000,
}
"""Has PostgreSQL find out that of the machine at the other end, and take back what that one had locked."""
IDLE: Final = 60.0
"""Seconds after which PostgreSQL takes it back from a process that stands still in the midst of writing: all wait."""


class _For(Enum):
    """What a connection is opened for."""

    READING = auto()
    WRITING = auto()
    MIGRATING = auto()


@dataclass(frozen=True, slots=True)
class Address:
    """A store's address, understood. `path` is the file of an SQLite store, None for PostgreSQL."""

    url: URL
    path: Path | None

    @property
    def place(self) -> Place:
        """What messages call it."""
        named = self.url.set(drivername="postgresql").difference_update_query(["password"])
        password = self.url.password or self.url.query.get("password") or ""
        return Place(str(self.path or named.render_as_string(hide_password=True)), str(password))

    @property
    def reached(self) -> URL:
        """The URL with how long to wait for a PostgreSQL that does not answer, where it does not say so itself."""
        return self.url.update_query_dict({**_REACHED, **self.url.query})


def understand(url: str) -> Address:
    """The address that `sqlite:///path` or `postgresql://…` names; StoreError for anything else."""
    next_step = "Write [store] url as sqlite:///path/to/syncd.db or postgresql://user@host/database."
    if wrong := fault(url):
        raise StoreError(f"this address of a store will not do: {wrong}", next_step)
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("the address of the store cannot be understood", next_step) from None
    if made.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return Address(made.set(drivername="postgresql+psycopg"), None)
    if made.drivername == "sqlite" and made.database not in (None, "", ":memory:") and not made.host:
        return Address(made, Path(str(made.database)))
    raise StoreError(f'the store cannot be kept in "{made.drivername}" at that address', next_step)


def reading_engine(address: Address, patience: float) -> Engine:
    """For transactions that see one snapshot and cannot write."""
    if address.path is not None:
        setup = partial(_open_sqlite, address.path, patience, _For.READING)
        return _follows(address.path, setup, "BEGIN")
    isolation = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return _postgres(address, patience, execution_options=isolation, pool_pre_ping=True)


def writing_engine(address: Address, patience: float) -> Engine:
    """For transactions that write: one at a time, here by its only connection, elsewhere by a lock taken first.

    In PostgreSQL one that writes into a `PART` alone waits for others there, and for those that write anywhere.
    """
    waits = {"max_overflow": 0, "pool_timeout": patience}
    if address.path is not None:
        setup = partial(_open_sqlite, address.path, patience, _For.WRITING)
        return _follows(address.path, setup, "BEGIN IMMEDIATE", pool_size=1, **waits)
    return _takes_turns(_postgres(address, patience, idle=IDLE, pool_pre_ping=True, pool_size=_WRITERS, **waits))


def migrating_engine(address: Address, patience: float) -> Engine:
    """For changing the schema; it alone makes the file of an SQLite store.

    Foreign keys are off there: rebuilding a table that others refer to would delete their rows along with it.
    """
    if address.path is not None:
        setup = partial(_open_sqlite, address.path, patience, _For.MIGRATING)
        return _sqlite(setup, "BEGIN IMMEDIATE", poolclass=NullPool)
    return _takes_turns(_postgres(address, patience, poolclass=NullPool))


def lasting_engine(address: Address, patience: float) -> Engine:
    """For a session of PostgreSQL that lasts: what it locks, it holds until it is closed."""
    return _postgres(address, patience, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _sqlite(setup: Any, begin: str, **options: Any) -> Engine:
    engine = create_engine("sqlite://", creator=setup, hide_parameters=True, **options)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # The driver would begin on its own only before the first write, and lose updates that were read before it.
        connection.exec_driver_sql(begin)

    return engine


def _follows(path: Path, setup: Callable[[], sqlite3.Connection], begin: str, **options: Any) -> Engine:
    """Have it leave a file that was taken away, or in whose place another was put: what it writes there is lost."""
    standing = Standing(path)

    def opened() -> sqlite3.Connection:
        standing.look()
        return setup()

    engine = _sqlite(opened, begin, poolclass=QueuePool, **options)

    @event.listens_for(engine, "connect")
    def _remember(_connection: object, record: Any) -> None:
        record.info["file"] = identity(path)

    @event.listens_for(engine, "checkout")
    def _look(_connection: object, record: Any, _proxy: object) -> None:
        if record.info["file"] != standing.look():
            raise DisconnectionError  # has SQLAlchemy open the one that stands there by now

    @event.listens_for(engine, "checkin")
    def _used(_connection: object, record: Any) -> None:
        standing.used(record.info.get("file"))

    return engine


def make_private(path: Path, rights: int = 0o600) -> None:
    """Make an empty file that only this account may read and write, unless there is one. SQLite fills it.

    What SQLite puts beside it gets the rights of the file itself. Others have no more than the `rights` say.
    """
    with suppress(OSError):  # whoever opens it next says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, rights))


def _open_sqlite(path: Path, patience: float, purpose: _For) -> sqlite3.Connection:
    if purpose is _For.MIGRATING:
        make_private(path)
    uri = f"file:{quote(str(path))}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        if purpose is _For.READING:
            connection.execute("PRAGMA query_only=ON")
        else:
            _write_ahead(connection)
        # FULL, not NORMAL: an intent must outlast a power cut, or its task could be created twice.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA foreign_keys={'OFF' if purpose is _For.MIGRATING else 'ON'}")
        connection.execute("PRAGMA trusted_schema=OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at once, from now on and for everyone who opens the file."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            # SQLite does not wait by itself here: wait as one who wants the file alone, then try again.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        else:
            return


def _postgres(address: Address, patience: float, *, idle: float = 0.0, **options: Any) -> Engine:
    try:
        engine = create_engine(address.reached, hide_parameters=True, **options)
    except ModuleNotFoundError as error:
        raise StoreError(
            "the driver for PostgreSQL is not installed", "Install it: `pip install 'syncd[postgres]'`."
        ) from error

    @event.listens_for(engine, "connect", insert=True)  # before SQLAlchemy asks for what it could not read
    def _look_at(connection: Any, _record: object) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding not in (None, "UTF8"):  # a pooler in between may not tell
            connection.close()
            raise StoreError(
                f"the store {address.place.name} cannot hold every letter: its database's encoding is {encoding}",
                "Make an empty one for syncd: CREATE DATABASE … OWNER … ENCODING 'UTF8' TEMPLATE template0.",
            )

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        limits = {"lock_timeout": int(patience * 1000), "idle_in_transaction_session_timeout": int(idle * 1000)}
        for setting, value in {**limits, **HEARD}.items():
            cursor.execute(f"SET {setting} = {value}")
        cursor.close()
        connection.commit()

    return engine


def _takes_turns(engine: Engine) -> Engine:
    @event.listens_for(engine, "begin")
    def _wait_for_its_turn(connection: Any) -> None:
        part = connection.get_execution_options().get(PART)
        turn = f"SELECT pg_advisory_xact_lock({_WRITERS_TURN})"
        if part:
            key = advisory_key(f"syncd writes {part}")
            turn = f"SELECT pg_advisory_xact_lock_shared({_WRITERS_TURN}), pg_advisory_xact_lock({key})"
        connection.exec_driver_sql(turn)

    return engine


def advisory_key(name: str) -> int:
    """The key of PostgreSQL's advisory lock of that name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
