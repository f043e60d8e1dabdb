"""`syncd db`: making, checking and copying the store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from syncd.cluster import schema as cluster
from syncd.store import Store, schema
from syncd.store.opening import migrating_engine
from tests.cli.district import TASKS, District, run
from tests.nobody import as_nobody
from tests.postgres import postgres_url


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


def _seen(district: District) -> list[object]:
    """What is told of a district to other programs."""
    commands = ("status",), ("log",), ("links", "list"), ("explain", "G1.A1")
    told: list[object] = [district.run(*command, "--json").json for command in commands]
    return [*told, district.run("scorecard", "--format", "json").json]


def _write_url(district: District, url: str) -> None:
    text = district.config.read_text(encoding="utf-8")
    district.config.write_text(text.replace('url = "sqlite:///syncd.db"', f'url = "{url}"'), encoding="utf-8")


def test_move(pushed: District) -> None:
    """After the move everything is told as before, from PostgreSQL; the next pass finds nothing to do."""
    before = _seen(pushed)
    with postgres_url() as url:
        said = pushed.run("db", "move", url)
        assert said.code == 0, said.err
        assert f"{pushed.config}:3" in said.out
        assert "all compared and the same" in said.out
        assert str(pushed.store) in said.out
        _write_url(pushed, url)
        pushed.store.rename(pushed.folder / "old.db")
        assert pushed.run("db", "check").code == 0
        assert _seen(pushed) == before
        [told] = pushed.run("sync", "--json").json["passes"]
        assert (told["created"], told["updated"], told["adopted"]) == (0, 0, 0)
        assert not pushed.store.exists()


def test_move_for_programs(pushed: District) -> None:
    """The counts by table, and the line that is to be changed."""
    with postgres_url() as url:
        told = pushed.run("db", "move", url, "--json").json
    assert told["from"] == str(pushed.store)
    assert told["to"].startswith("postgresql://postgres@/")
    assert told["tables"]["links"] == TASKS
    assert told["rows"] == sum(told["tables"].values())
    assert told["set"] == {"file": str(pushed.config), "line": 3, "key": "store.url"}


def test_move_to_a_relative_path(pushed: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken from the working folder, and said in full: in the configuration it would mean another place."""
    (here := tmp_path / "here").mkdir()
    monkeypatch.chdir(here)
    said = pushed.run("db", "move", "sqlite:///moved.db")
    assert f"The store is moved to {here / 'moved.db'}: " in said.out
    assert f"Now write sqlite:///{here / 'moved.db'} into {pushed.config}:3 as url in [store]" in said.out
    assert (here / "moved.db").exists()
    assert pushed.run("db", "move", "sqlite:///next.db", "--json").json["to"] == str(here / "next.db")


def test_check_of_what_can_only_be_read(pushed: District) -> None:
    """A database that takes no writes is not sound."""
    with postgres_url() as url:
        assert pushed.run("db", "move", url).code == 0
        _write_url(pushed, url)
        assert pushed.run("db", "check").code == 0
        with psycopg.connect(url, autocommit=True) as admin:
            name = admin.info.dbname
            admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        said = pushed.run("db", "check")
    assert (said.code, said.out) == (4, "")
    assert "is read-only: passes and decisions cannot be stored" in said.err
    assert "default_transaction_read_only" in said.err


@pytest.mark.parametrize(("file", "rights"), [("syncd.db", 0o400), (".", 0o500)])
def test_check_of_a_file_that_may_not_be_written(pushed: District, file: str, rights: int) -> None:
    """It is not sound either, be it the file itself or its folder; and it is said who is to be let do what."""
    held, config = pushed.store.read_bytes(), pushed.config.read_text(encoding="utf-8")
    with as_nobody() as folder:
        (folder / "syncd.db").write_bytes(held)
        (folder / "config.toml").write_text(config, encoding="utf-8")
        assert run("--config", str(folder / "config.toml"), "db", "check").code == 0
        (folder / file).chmod(rights)
        said = run("--config", str(folder / "config.toml"), "db", "check")
    assert (said.code, said.out) == (4, "")
    assert f"the store {folder}/syncd.db is read-only for this account" in said.err
    assert "the right to write the file and its folder" in said.err


def test_check_of_a_queue_that_may_not_be_used(pushed: District) -> None:
    """One that another account made, or that this one may not make."""
    with postgres_url() as url:
        assert pushed.run("db", "move", url).code == 0
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("DROP ROLE IF EXISTS no_queue")
            admin.execute("CREATE ROLE no_queue LOGIN")
            admin.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO no_queue")
            try:
                _write_url(pushed, url.replace("postgres@", "no_queue@"))
                unmade = pushed.run("db", "check")
                admin.execute("CREATE SCHEMA syncd_queue")
                made = pushed.run("db", "check")
                admin.execute("GRANT ALL ON SCHEMA syncd_queue TO no_queue")
                bare = pushed.run("db", "check")
                admin.execute(f"GRANT CREATE ON DATABASE {admin.info.dbname} TO no_queue".encode())
                of_another = pushed.run("db", "check")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    cluster.make(url.replace("postgres@", "no_queue@"))
                admin.execute("ALTER SCHEMA syncd_queue OWNER TO no_queue")
                assert pushed.run("db", "check").code == 0
                cluster.make(url.replace("postgres@", "no_queue@"))
                assert pushed.run("db", "check").code == 0
                admin.execute("ALTER TABLE syncd_queue.holders OWNER TO postgres")
                held = pushed.run("db", "check")
            finally:
                admin.execute("DROP OWNED BY no_queue CASCADE")
                admin.execute("DROP ROLE no_queue")
    for said in (unmade, made, bare, of_another, held):
        assert (said.code, "may not use the queue" in said.err, "the owner of its database" in said.err) == (
            4,
            True,
            True,
        )


def test_move_where_the_address_stands_elsewhere(pushed: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the environment variable; or the file, where nothing about the store stands in it."""
    monkeypatch.setenv("SYNCD_STORE__URL", f"sqlite:///{pushed.store}")
    target = f"sqlite:///{pushed.folder / 'moved.db'}"
    assert f"set the environment variable SYNCD_STORE__URL to {target}" in pushed.run("db", "move", target).out
    monkeypatch.delenv("SYNCD_STORE__URL")
    text = pushed.config.read_text(encoding="utf-8").replace('[store]\nurl = "sqlite:///syncd.db"\n', "")
    pushed.config.write_text(text, encoding="utf-8")
    said = pushed.run("db", "move", f"sqlite:///{pushed.folder / 'again.db'}")
    assert f"into {pushed.config} as url in [store]" in said.out


def test_move_to_where_it_cannot(pushed: District) -> None:
    """What is no address, or one in use, is wrong usage; a server that does not answer cannot be reached."""
    for url, code, words in (
        ("mysql://root:hunter2@host/db", 2, "sqlite:///path/to/syncd.db"),
        (f"sqlite:///{pushed.store}", 2, "is at"),
        ("postgresql://syncd:hunter2@127.0.0.1:1/none", 4, "cannot be reached"),
        (f"sqlite:///{pushed.folder}/none/moved.db", 4, "cannot be opened"),
    ):
        said = pushed.run("db", "move", url)
        assert (said.code, said.out, words in said.err, "hunter2" in said.err) == (code, "", True, False), said.err
    pushed.run("db", "backup", str(pushed.folder / "copy.db"))
    said = pushed.run("db", "move", f"sqlite:///{pushed.folder / 'copy.db'}")
    assert (said.code, "is not empty" in said.err) == (2, True)
