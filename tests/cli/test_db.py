"""`syncd db`: making, checking and copying the store."""

from __future__ import annotations

import sqlite3

from tests.cli.district import District


def test_upgrade_makes_the_store(district: District) -> None:
    """Where there is none it is made; after that nothing changes."""
    said = district.run("db", "upgrade")
    assert said.code == 0
    assert said.out.startswith("The store is made, with schema ")
    assert district.store.exists()
    assert district.run("db", "upgrade").out.rstrip().endswith(", as before.")


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
