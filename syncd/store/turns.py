"""Lets one process at a time work with a tool: a lock that ends with its process, whatever becomes of that."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from syncd.store.errors import StoreError
from syncd.store.opening import Address, lasting_engine


@contextmanager
def turn(address: Address, connection: str, patience: float) -> Iterator[None]:
    """Be the only one that works with this connection's tool until the block ends.

    Waits up to `patience` seconds for another process or thread. Raises StoreError after that.
    """
    taken = StoreError(
        f"another syncd is working with the connection {connection} on the store {address.place.name}",
        "Wait until it is done, then try again. While the daemon runs, it makes the passes itself.",
    )
    with (
        _in_file(address.path, connection, patience, taken)
        if address.path
        else _in_session(address, connection, patience, taken)
    ):
        yield


@contextmanager
def _in_file(path: Path, connection: str, patience: float, taken: StoreError) -> Iterator[None]:
    """A file beside the store, locked by way of SQLite, which knows how to on every system."""
    beside = path.with_name(f"{path.name}-turn-{quote(connection, safe='')}")
    with closing(sqlite3.connect(beside, timeout=patience, isolation_level=None, check_same_thread=False)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise taken from error
        yield


@contextmanager
def _in_session(address: Address, connection: str, patience: float, taken: StoreError) -> Iterator[None]:
    """An advisory lock, held by a session of its own."""
    key = int.from_bytes(hashlib.sha256(f"syncd turn {connection}".encode()).digest()[:8], signed=True)
    engine = lasting_engine(address, patience)
    try:
        with engine.connect() as session:
            session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
            yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "55P03":
            raise taken from error
        raise
    finally:
        engine.dispose()
