"""Turns what a database driver says into a StoreError: what happened, and what a person can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime

from syncd.store.errors import StoreError

UPGRADE = "Run `syncd db upgrade`."
RESTORE = (
    "Stop syncd, keep the damaged file aside with those beside it that end in -wal and -shm, and put the last backup "
    "in its place (`syncd db backup` makes them)."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store is, as messages may name it, and the password that they may not."""

    name: str
    password: str = ""

    def scrubbed(self, words: str) -> str:
        """`words` without the password."""
        return words.replace(self.password, "***") if self.password else words


LOCKED = ("is locked by another program", "See whether a second syncd runs; then try again.")
READ_ONLY = (
    "is read-only: passes and decisions cannot be stored, only what reads works",
    "If [store] url names a standby, name the main server; else set default_transaction_read_only to off there.",
)
_DAMAGED = ("is damaged", RESTORE)
_UNMADE = ("lacks a table or column that this syncd needs", UPGRADE)
_CANNOT_OPEN = (
    "cannot be opened",
    "Check [store] url in the config: its folder must exist and be writable. `syncd db upgrade` makes the file.",
)
_FULL = ("cannot grow: the disk is full", "Free some space, then try again. Nothing that was stored is lost.")
_CONTRADICTS = (
    "refused a record that contradicts what it holds",
    "Nothing was changed. This is a fault in syncd: please report it with the log of this pass.",
)
_REFUSALS: Final = tuple(
    (re.compile(words), code)
    for words, code in (
        (r"(password|LDAP|PAM|RADIUS) authentication failed|no password supplied", "28P01"),
        (r"authentication failed|pg_hba\.conf|role \".*\" (does not exist|is not permitted to log in)", "28000"),
        (r"database \".*\" does not exist", "3D000"),
        (r"too many (clients|connections)|connection slots are reserved", "53300"),
        (r"the database system is (starting up|shutting down|in recovery|not (yet )?accepting)", "57P03"),
        (r"permission denied for database", "42501"),
        (r"database \".*\" is not currently accepting connections", "55000"),
        (
            r"(not support|requires?) SSL|SSL was required|certificate (verify|file)|server certificate|private key",
            "SSL",
        ),
        (
            r"connection option|bad value for|invalid (port|sslmode)|definition of service|configuration param",
            "ADDRESS",
        ),
    )
)
"""What PostgreSQL says to whom it does not let in, and its SQLSTATE, or a word of ours: libpq hands on the words alone.

A server that speaks another language than English is not understood; its own words stand in the message all the same.
"""
_REASONS: tuple[tuple[str, tuple[str, str]], ...] = (
    # SQLite's result code names, https://www.sqlite.org/rescode.html
    ("SQLITE_BUSY", LOCKED),
    ("SQLITE_LOCKED", LOCKED),
    ("SQLITE_NOTADB", ("is not a syncd store: the file is no SQLite database", "Check [store] url in the config.")),
    ("SQLITE_CORRUPT", _DAMAGED),
    ("SQLITE_CANTOPEN", _CANNOT_OPEN),
    (
        "SQLITE_READONLY",
        (
            "is read-only for this account",
            "Give the account that runs syncd the right to write the file and its folder.",
        ),
    ),
    ("SQLITE_FULL", _FULL),
    (
        "SQLITE_IOERR",
        (
            "cannot be read or written: the disk reports an error",
            "See whether the disk is full or failing, then try again; `syncd db check` tells if the file is sound.",
        ),
    ),
    ("SQLITE_CONSTRAINT", _CONTRADICTS),
    ("SQLITE_ERROR:no such ", _UNMADE),
    # PostgreSQL's SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
    ("55P03", LOCKED),
    ("40001", LOCKED),
    ("40P01", LOCKED),
    (
        "28P01",
        (
            "does not let syncd in: the user or the password is wrong",
            "Check both in the store's address ([store] url, or the variable that holds it), PGPASSWORD and .pgpass.",
        ),
    ),
    (
        "28000",
        (
            "does not let this user in",
            "Create it (CREATE ROLE … LOGIN) and let it in (the server's pg_hba.conf), or name another in the address.",
        ),
    ),
    (
        "3D000",
        (
            "cannot be opened: the server has no such database",
            "Create it (CREATE DATABASE … OWNER …, with the user of the address), or correct its name in the address.",
        ),
    ),
    (
        "53300",
        (
            "has no connection left for syncd",
            "Raise max_connections of the server (or the limit of user or database), or run fewer processes of syncd.",
        ),
    ),
    (
        "57P03",
        (
            "cannot be used just now: its server is starting or stopping",
            "Wait a minute, then try again. If it stays so, look at the log of the server.",
        ),
    ),
    (
        "55000",
        (
            "cannot be opened: the server lets nobody connect to that database",
            "Have it do so (ALTER DATABASE … ALLOW_CONNECTIONS true), or name another database in the address.",
        ),
    ),
    (
        "SSL",
        (
            "cannot be reached in the way that its address asks for: syncd and the server do not agree on SSL",
            "Set SSL up on the server, or correct what the address says of it (sslmode, sslrootcert, sslcert, sslkey).",
        ),
    ),
    (
        "ADDRESS",
        (
            "has an address that PostgreSQL does not understand",
            "Correct it: [store] url, or the variable that holds it.",
        ),
    ),
    ("42P01", _UNMADE),
    ("42703", _UNMADE),
    (
        "42501",
        (
            "does not allow this to syncd's account",
            "Make the account the owner of its database: ALTER DATABASE … OWNER TO ….",
        ),
    ),
    (
        "25P03",
        (
            "took back this process's turn to write: it had stood still in the midst of it",
            "Try again. See whether the machine was asleep, or so short of memory that nothing went on.",
        ),
    ),
    ("25006", READ_ONLY),
    ("23", _CONTRADICTS),
    ("53100", _FULL),
)


@contextmanager
def in_words(place: Place) -> Iterator[None]:
    """Within it, every failure of the database is a StoreError that names the place.

    A value that its column does not take is a TypeError: a fault in the program, not in the store.
    """
    try:
        yield
    except DBAPIError as error:
        raise as_store_error(place, error) from error
    except StatementError as error:
        raise TypeError(str(error.orig)) from error
    except UnicodeDecodeError as error:
        # Python's SQLite cannot even say what is wrong where the damage lies in a name of its schema.
        raise StoreError(f"the store {place.name} {_DAMAGED[0]}", _DAMAGED[1]) from error
    except NoConnectionInTime as error:
        raise StoreError(f"the store {place.name} {LOCKED[0]}", LOCKED[1]) from error


def as_store_error(place: Place, error: DBAPIError) -> StoreError:
    """The StoreError for what the driver said."""
    code, said = _code(error.orig), _said(error.orig)
    if reason := _reason(code):
        return StoreError(place.scrubbed(f"the store {place.name} {reason[0]} ({said})"), reason[1])
    if not code:
        return StoreError(
            place.scrubbed(f"the store {place.name} cannot be reached ({said})"),
            "Check that the database server runs and that [store] url in the config names it.",
        )
    return StoreError(
        place.scrubbed(f"the store {place.name} failed ({said})"),
        "Run `syncd db check`; the log holds the details.",
    )


def as_queue_error(place: Place, error: BaseException) -> StoreError:
    """The StoreError for what a driver said of the queue in that place; its tables are others than the store's."""
    said, reason = _said(error), _reason(_code(error))
    if reason is None or reason in (_UNMADE, _CONTRADICTS):
        reason = (
            "cannot be reached",
            "Check that the database server runs; the account of [store] url must own its database.",
        )
    return StoreError(place.scrubbed(f"the queue in {place.name} {reason[0]} ({said})"), reason[1])


def _reason(code: str) -> tuple[str, str] | None:
    """What a failure of that code is in words, and what to do about it; None where there are no words for it."""
    return next((reason for prefix, reason in _REASONS if code.startswith(prefix)), None)


def _code(error: BaseException | None) -> str:
    """What the driver calls the failure, "" for a connection that could not be made or was lost."""
    sqlstate = getattr(error, "sqlstate", None)
    if sqlstate is not None:
        return "" if sqlstate.startswith(("08", "57P")) and sqlstate != "57P03" else str(sqlstate)
    name = getattr(error, "sqlite_errorname", None)
    return f"{name}:{error}" if name else _refusal(_said(error))


def _refusal(said: str) -> str:
    """The SQLSTATE of a login that was refused, "" for everything else."""
    return next((code for words, code in _REFUSALS if words.search(said)), "")


def _said(error: BaseException | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__
