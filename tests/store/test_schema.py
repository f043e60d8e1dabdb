"""The migrations make exactly the tables that the code uses, forwards and backwards, on a filled database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from syncd.store import Store, StoreError, schema
from syncd.store.opening import migrating_engine
from syncd.store.tables import metadata
from tests.store.samples import ENTRY, LINK, fill


def _downgrade(store: Store, revision: str) -> None:
    engine = migrating_engine(store._address, patience=5)
    with engine.begin() as connection:
        schema.downgrade(connection, revision)


def _tables(store: Store) -> set[str]:
    with store._readers.begin() as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    """Alembic finds no difference between the migrated schema and the tables that the queries use."""
    with store._readers.begin() as connection:
        # SQLite has no identity columns to compare: its whole primary keys number themselves.
        options = {"compare_type": True, "compare_server_default": connection.dialect.name == "postgresql"}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_sqlite_tables_are_strict(store: Store) -> None:
    """In SQLite, every table of ours refuses values of another type than its column's."""
    with store._readers.begin() as connection:
        if connection.dialect.name == "sqlite":
            strict = connection.exec_driver_sql("SELECT name FROM pragma_table_list WHERE strict").scalars()
            assert set(strict) == set(metadata.tables)


def test_the_names_of_constraints_are_those_of_the_code(store: Store) -> None:
    """Keys and constraints bear the names that later migrations will know them by."""
    with store._readers.begin() as connection:
        found = inspect(connection)
        for table in metadata.tables.values():
            assert found.get_pk_constraint(table.name)["name"] == table.primary_key.name
            uniques = {key["name"] for key in found.get_unique_constraints(table.name)}
            foreigns = {key["name"] for key in found.get_foreign_keys(table.name)}
            named = {constraint.name for constraint in table.constraints} - {table.primary_key.name}
            assert uniques | foreigns == named


def test_the_versions_are_those_of_the_migrations() -> None:
    """The names of the files say what Alembic reads in them, and in which order: one after the other."""
    scripts = [*ScriptDirectory.from_config(schema._config()).walk_revisions("base", "heads")]
    assert schema.versions() == [script.revision for script in reversed(scripts)]
    assert [script.down_revision for script in reversed(scripts)] == [None, *schema.versions()[:-1]]


def test_a_new_store_has_no_schema_until_it_is_upgraded(unmade: Store) -> None:
    """Before the upgrade: no version, a check that names the command, and no file made by asking."""
    assert unmade.current() is None
    with pytest.raises(StoreError) as told:
        unmade.check()
    assert "syncd db upgrade" in told.value.next_step
    with pytest.raises(StoreError) as told, unmade.reading() as reader:
        reader.links("m")
    assert "syncd db upgrade" in told.value.next_step
    assert unmade._address.path is None or not unmade._address.path.exists()
    unmade.upgrade()
    unmade.check()
    assert unmade.current() == unmade.head()


def test_upgrading_again_changes_nothing(store: Store) -> None:
    """An upgrade of an upgraded store keeps all that it holds."""
    fill(store)
    store.upgrade()
    store.check()
    with store.reading() as reader:
        assert reader.links("academics") == {LINK.item: LINK}


def test_each_step_down_and_up_again_on_a_filled_store(store: Store) -> None:
    """Every revision can be undone and done again on a database with content, down to an empty one."""
    revisions = [script.revision for script in ScriptDirectory.from_config(schema._config()).walk_revisions()]
    fill(store)
    for below in [*revisions[1:], "base"]:
        _downgrade(store, below)
        assert store.current() == (None if below == "base" else below)
        store.upgrade()
        store.check()
    _downgrade(store, "base")
    assert _tables(store) == {"alembic_version"}
    store.upgrade()
    fill(store)
    store.check()


def test_the_log_keeps_its_lines_when_people_are_added(store: Store) -> None:
    """Lines from before the log knew people stand as they are, of nobody; and the log stays closed to change."""
    fill(store)
    _downgrade(store, "0001")
    store.upgrade()
    with store.writing() as writer:
        begun = writer.last_pass("academics")
        assert writer.log() == [replace(ENTRY, pass_id=begun.id - 1 if begun else None, who="")]
        writer.add_entries([ENTRY])
        assert writer.log(who="ann") == [ENTRY]
    with pytest.raises(StoreError, match="append-only"), store.writing() as writer:
        writer._run(text("UPDATE log SET who = 'somebody else'"))


def test_nothing_is_left_behind_after_the_last_step_down(store: Store) -> None:
    """Triggers, functions and sequences go with their tables."""
    _downgrade(store, "base")
    with store._readers.begin() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'alembic_version'"
        else:
            query = (
                "SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)"
                " + (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i'"
                " AND relname <> 'alembic_version')"
            )
        assert connection.exec_driver_sql(query).scalar() == 0


def test_an_older_schema_asks_for_the_upgrade(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store whose schema is behind is not used; the message names both versions and the command."""
    monkeypatch.setattr(schema, "head", lambda: "0099")
    with pytest.raises(StoreError, match="has the schema 0007, and this syncd needs 0099") as told:
        store.check()
    assert "syncd db upgrade" in told.value.next_step


def test_a_newer_schema_is_refused(store: Store) -> None:
    """A store that a newer syncd wrote is neither used nor upgraded."""
    with store.writing() as writer:
        writer._run(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (store.check, store.upgrade):
        with pytest.raises(StoreError, match="newer syncd") as told:
            use()
        assert "newer syncd" in told.value.next_step
    assert store.current() == "9999"


def test_a_restore_that_broke_off_is_told(store: Store) -> None:
    """Tables without a version, or a version without all tables: nobody is sent to an upgrade."""
    with store.writing() as writer:
        writer._run(text("DROP TABLE looks"))
    with pytest.raises(StoreError, match=r"lacks tables that its schema 0007 has \(looks\)") as told:
        store.check()
    assert "restore once more" in told.value.next_step
    with store.writing() as writer:
        writer._run(text("DELETE FROM alembic_version"))
    for use in (store.check, store.upgrade, store.current, store.is_behind):
        with pytest.raises(StoreError, match="its table alembic_version is empty") as told:
            use()
        assert "restore once more" in told.value.next_step


def test_several_schemas_at_once_are_refused(store: Store) -> None:
    """As a restore into a database that was not empty leaves them: nothing is guessed, nothing is changed."""
    with store.writing() as writer:
        writer._run(text("INSERT INTO alembic_version VALUES ('0006')"))
    for use in (store.check, store.upgrade, store.current, store.is_behind):
        with pytest.raises(StoreError, match=r"several schemas at once \(0006, 0007\)") as told:
            use()
        assert "the last backup" in told.value.next_step


def test_a_failed_upgrade_leaves_nothing(unmade: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a migration fails on its last step, the database is as it was before the first."""

    def fail(*_: object) -> None:
        raise StoreError("no", "no")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_refuse_orphans", fail)
        with pytest.raises(StoreError):
            unmade.upgrade()
    assert (unmade.current(), _tables(unmade)) == (None, set())
    unmade.upgrade()
    unmade.check()


def test_upgrades_at_once(empty_url: str) -> None:
    """Processes that start together upgrade one after the other: all end well."""
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool:
        stores = [stack.enter_context(closing(Store(empty_url))) for _ in range(8)]
        for done in [pool.submit(store.upgrade) for store in stores]:
            done.result()
        for store in stores:
            store.check()


def test_an_upgrade_that_would_orphan_records_is_undone(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Foreign keys are off while an SQLite schema changes, so they are checked before it is kept."""
    path = tmp_path_factory.mktemp("orphans") / "syncd.db"
    with closing(Store(f"sqlite:///{path}")) as store:
        store.upgrade()
        fill(store)
        with migrating_engine(store._address, patience=5).begin() as connection:
            connection.exec_driver_sql("DELETE FROM passes")
        with pytest.raises(StoreError, match="refer to nothing"):
            store.upgrade()
        with pytest.raises(StoreError, match="refer to nothing"):
            store.check()
