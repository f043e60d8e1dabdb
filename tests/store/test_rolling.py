"""While processes are upgraded one after the other, an older one works with a schema that is newer than its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, insert, select

from syncd.store import Store, schema
from syncd.store.opening import migrating_engine
from tests.postgres import postgres_url
from tests.store.conftest import KINDS
from tests.store.samples import fill

Row = dict[str, Any]
FIRST = "0004"
"""The schema of the first version that several processes could share."""
_ALL = sorted(each.revision for each in ScriptDirectory.from_config(schema._config()).walk_revisions())
OLDER = [revision for revision in _ALL if FIRST <= revision < schema.head()]


def _engine(store: Store) -> Engine:
    return migrating_engine(store._address, patience=5)


def _known(connection: Connection) -> MetaData:
    """The tables that there are, as a program knows them that was made for this schema."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != "alembic_version")
    return found


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


@contextmanager
def a_store(kind: str, folder: Path, name: str) -> Iterator[Store]:
    """A store of that kind that has no tables yet."""
    place = postgres_url() if kind == "postgresql" else nullcontext(f"sqlite:///{folder / name}.db")
    with place as url, closing(Store(url)) as store:
        yield store


@pytest.fixture(params=KINDS)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One with the schema of now, which holds all samples, and one of the same kind without any table."""
    with a_store(request.param, tmp_path, "newer") as newer, a_store(request.param, tmp_path, "mixed") as mixed:
        newer.upgrade()
        fill(newer)
        yield newer, mixed


def write_as(older: str, newer: Store, mixed: Store) -> Iterator[tuple[str, list[Row], list[Row]]]:
    """Have a version with an older schema store all samples in that of now: each table, what was put, what is read."""
    with _engine(newer).begin() as connection:
        filled = {table.name: connection.execute(select(table)).all() for table in _known(connection).sorted_tables}
    with _engine(mixed).begin() as connection:
        command.upgrade(schema._config(connection), older)
        known = _known(connection)
    mixed.upgrade()
    with _engine(mixed).begin() as connection:
        for table in known.sorted_tables:
            rows = [{name: getattr(row, name) for name in _names(table)} for row in filled[table.name]]
            connection.execute(insert(table), rows)
            yield table.name, rows, [dict(row._mapping) for row in connection.execute(select(table))]


@pytest.mark.parametrize("older", OLDER)
def test_an_older_version_reads_and_writes_a_newer_schema(stores: tuple[Store, Store], older: str) -> None:
    """All that it ever stored it can still store, with the columns that it knows, and reads it back as it was."""
    for name, put, read in write_as(older, *stores):
        assert put, f"the samples leave {name} empty"
        assert sorted(read, key=repr) == sorted(put, key=repr)


@pytest.mark.parametrize("older", OLDER)
def test_what_an_older_version_wrote_a_newer_one_can_use(stores: tuple[Store, Store], older: str) -> None:
    """Rows without what was added since are read as any other, and the store is sound."""
    newer, mixed = stores
    assert list(write_as(older, newer, mixed))
    mixed.check()
    with newer.reading() as right, mixed.reading() as reader:
        assert reader.mapping_states().keys() == right.mapping_states().keys()
        for mapping in right.mapping_states():
            assert reader.links(mapping) == right.links(mapping)
            assert reader.log(mapping=mapping) == right.log(mapping=mapping)
            assert reader.last_pass(mapping) == right.last_pass(mapping)
