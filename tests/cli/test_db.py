"""`syncd db`: making, checking and copying the store."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from syncd.store import Store, schema
from syncd.store.opening import migrating_engine
from tests.cli.district import District


def test_upgrade_makes_the_store(district: District) -> None:
    """Where there is none it is made; after that nothing changes."""
    said = district.run("db", "upgrade")
    assert said.code == 0
    assert said.out.startswith("The store is made, with schema ")
    assert district.store.exists()
    assert district.run("db", "upgrade").out.rstrip().endswith(", as before.")


def test_an_upgrade_begins_with_a_copy(pushed: District) -> None:
    """The copy holds the store as it was; where it cannot be made the store stays as it is, whatever the command."""
    with closing(Store(f"sqlite:///{pushed.store}")) as store:
        with migrating_engine(store._address, patience=5).begin() as connection:
            schema.downgrade(connection, "0002")
        (pushed.folder / "backups").touch()
        for command in (("db", "upgrade"), ("sync",)):
            failed = pushed.run(*command)
            assert (failed.code, "the folder for backups" in failed.err, store.current()) == (4, True, "0002")
        (pushed.folder / "backups").unlink()
        said = pushed.run("db", "upgrade")
        [copy] = (pushed.folder / "backups").iterdir()
        assert said.out == f"The store has schema {store.head()}; it had 0002.\nA copy of it as it was is in {copy}.\n"
    with sqlite3.connect(copy) as held:
        assert held.execute("select version_num from alembic_version").fetchone() == ("0002",)


def test_check(pushed: District) -> None:
    """A sound store is said to be sound, in words and as JSON."""
    assert pushed.run("db", "check").out.startswith("The store is sound; it has schema ")
    found = pushed.run("db", "check", "--json").json
    assert found.keys() == {"schema", "ok"}
    assert found["ok"] is True


def test_check_without_a_store(district: District) -> None:
    """A store that is not there is exit 4, with how to make one; it is not made."""
    said = district.run("db", "check")
    assert (said.code, said.out) == (4, "")
    assert "db upgrade`" in said.err
    assert not district.store.exists()


def test_backup(pushed: District) -> None:
    """The copy is a whole store; a file that exists is left alone."""
    target = pushed.folder / "copy.db"
    said = pushed.run("db", "backup", str(target))
    assert (said.code, said.out) == (0, f"The store is copied to {target}.\n")
    with sqlite3.connect(target) as store:
        assert store.execute("select count(*) from links").fetchone() == (5,)
    again = pushed.run("db", "backup", str(target))
    assert again.code == 2
    assert "exists already" in again.err


def test_backup_names_itself(pushed: District) -> None:
    """Without a name the copy stands beside the configuration, named after the moment."""
    before = pushed.left()
    assert pushed.run("db", "backup").code == 0
    [name] = pushed.left() - before
    assert name.startswith("syncd-20")
    assert name.endswith(".db")
