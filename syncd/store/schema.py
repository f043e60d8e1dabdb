"""The schema's version: what it is, what it should be, and the way from one to the other (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from syncd.store.errors import StoreError
from syncd.store.trouble import UPGRADE, Place


def head() -> str:
    """The version that this syncd works with."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:  # pragma: no cover - the package would be without its migrations
        raise StoreError("syncd's migrations are not installed", "Install syncd again.")
    return newest


def earlier() -> set[str]:
    """The versions that this syncd can bring to its own."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()} - {head()}


def current(connection: Connection) -> str | None:
    """The version of the store, None if it has none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, place: Place) -> None:
    """Bring the schema to `head` within the connection's transaction; StoreError if it is newer than that."""
    _refuse_newer(current(connection), place)
    command.upgrade(_config(connection), "head")
    _refuse_orphans(connection, place)


def downgrade(connection: Connection, revision: str) -> None:
    """Bring the schema back to an earlier revision ("base" is before the first): its tables go with what they hold."""
    command.downgrade(_config(connection), revision)


def require_head(connection: Connection, place: Place) -> None:
    """StoreError unless the schema is the one that this syncd works with."""
    version = current(connection)
    _refuse_newer(version, place)
    if version is None:
        raise StoreError(f"the store {place.name} is empty: it has no tables yet", UPGRADE)
    if version != head():
        raise StoreError(f"the store {place.name} has the schema {version}, and this syncd needs {head()}", UPGRADE)


def _refuse_newer(version: str | None, place: Place) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if version is not None and version not in known:
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
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
