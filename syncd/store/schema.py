"""The schema's version: what it is, what it should be, and the way from one to the other (Alembic)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect

from syncd.store.errors import StoreError
from syncd.store.tables import metadata
from syncd.store.trouble import UPGRADE, Place

if TYPE_CHECKING:
    from alembic.config import Config

VERSION: Final = "alembic_version"
"""The table that holds the version, in its only row."""
_MIGRATIONS: Final = Path(__file__).with_name("migrations")


def versions() -> list[str]:
    """All versions that this syncd knows, the oldest first: the numbers with which the migrations' files begin."""
    return sorted(file.name.partition("_")[0] for file in _MIGRATIONS.glob("versions/[0-9]*.py"))


def head() -> str:
    """The version that this syncd works with."""
    known = versions()
    if not known:  # pragma: no cover - the package would be without its migrations
        raise StoreError("syncd's migrations are not installed", "Install syncd again.")
    return known[-1]


def earlier() -> set[str]:
    """The versions that this syncd can bring to its own."""
    return {*versions()} - {head()}


def current(connection: Connection, place: Place) -> str | None:
    """The version of the store, None if it has none yet; StoreError if it has several, or lost it."""
    if not inspect(connection).has_table(VERSION):
        return None
    found = sorted(connection.exec_driver_sql(f"SELECT version_num FROM {VERSION}").scalars())  # noqa: S608
    if len(found) > 1:
        raise StoreError(
            f"the store {place.name} is said to have several schemas at once ({', '.join(found)}), "
            f"as after a restore into a database that was not empty: its table {VERSION} has more than one row",
            "Stop syncd, and put the last backup into an empty place; without one, change nothing and report this.",
        )
    if not found and (there := _ours(connection)):
        raise StoreError(
            f"the store {place.name} has tables ({', '.join(there)}), and its table {VERSION} is empty, as after a "
            "restore that broke off",
            "Stop syncd, and restore once more, into an empty place.",
        )
    return found[0] if found else None


def require_tables(connection: Connection, place: Place) -> None:
    """StoreError unless every table of this syncd's schema is there."""
    missing = metadata.tables.keys() - set(_ours(connection))
    if missing:
        raise StoreError(
            f"the store {place.name} lacks tables that its schema {head()} has ({', '.join(sorted(missing))}), as "
            "after a restore that broke off",
            "Stop syncd, and restore once more, into an empty place.",
        )


def _ours(connection: Connection) -> list[str]:
    """The tables of a store that are there."""
    return sorted(metadata.tables.keys() & set(inspect(connection).get_table_names()))


def upgrade(connection: Connection, place: Place) -> None:
    """Bring the schema to `head` within the connection's transaction; StoreError if it is newer than that."""
    version = current(connection, place)
    _refuse_newer(version, place)
    if version != head():
        from alembic import command  # noqa: PLC0415 - it takes a tenth of a second, and only this needs it

        command.upgrade(_config(connection), "head")
    _refuse_orphans(connection, place)


def downgrade(connection: Connection, revision: str) -> None:
    """Bring the schema back to an earlier revision ("base" is before the first): its tables go with what they hold."""
    from alembic import command  # noqa: PLC0415

    command.downgrade(_config(connection), revision)


def require_head(connection: Connection, place: Place) -> None:
    """StoreError unless the schema is the one that this syncd works with."""
    version = current(connection, place)
    _refuse_newer(version, place)
    if version is None:
        raise StoreError(f"the store {place.name} is empty: it has no tables yet", UPGRADE)
    if version != head():
        raise StoreError(f"the store {place.name} has the schema {version}, and this syncd needs {head()}", UPGRADE)


def _refuse_newer(version: str | None, place: Place) -> None:
    if version is not None and version not in versions():
        raise StoreError(
            f'the store {place.name} was written by a newer syncd: this one does not know its schema "{version}"',
            "Install the newer syncd again, or put back the backup that was made before it was upgraded.",
        )


def _refuse_orphans(connection: Connection, place: Place) -> None:
    """Foreign keys are off while the schema of an SQLite store changes: see that none was broken."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError(
            f"the store {place.name} would be left with records that refer to nothing; it was left as it was",
            "Please report this, and keep using the syncd you had.",
        )


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
