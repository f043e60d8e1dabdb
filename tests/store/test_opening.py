"""Whatever is wrong with the place of the store, the message says what, where and what to do, and no password."""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from syncd.settings import absolute_store
from syncd.store import Store, StoreError
from syncd.store.opening import understand
from syncd.store.trouble import Place, as_store_error
from tests.nobody import as_nobody
from tests.postgres import postgres_url, server, start
from tests.store.samples import AT, LINK, SHELF, fill


def _links(store: Store) -> object:
    with store.reading() as reader:
        return reader.links("m")


def _write(store: Store) -> None:
    with store.writing() as writer:
        writer.put_link("m", LINK)


def _every_way(store: Store) -> list[Callable[[], object]]:
    return [store.current, store.check, store.upgrade, lambda: _links(store), lambda: _write(store)]


@pytest.fixture
def path(tmp_path: Path, sqlite_made: Path) -> Path:
    """The file of an upgraded SQLite store."""
    return Path(shutil.copyfile(sqlite_made, tmp_path / "syncd.db"))


@pytest.mark.parametrize(
    "url",
    [
        *("", "syncd.db", "http://example.org/db", "mysql://root:hunter2@host/db", "sqlite://", "sqlite:///:memory:"),
        *("sqlite://host/path", "postgresql+asyncpg://u:hunter2@h/d", "postgresql://u:hunter2@host:port/d"),
    ],
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    """Only a file or PostgreSQL can be a store; the message shows how to write it and no password."""
    with pytest.raises(StoreError) as told:
        Store(url)
    assert "sqlite:///path/to/syncd.db" in told.value.next_step
    assert "hunter2" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://u:hun@ter2@host/d", "more than one @: where a name or a password holds one, write %40"),
        ("postgresql://u:hun@ter2?x@host/d", "more than one @"),
        ("postgresql://u:hun@ter2@/d?host=/tmp", "more than one @"),
        ("sqlite:///file:syncd.db?uri=true", "leave out “file:” before it, and “?” with what follows"),
        ("sqlite:///file:syncd.db", "an SQLite store is named by its path alone"),
        ("sqlite:///syncd.db?mode=ro", "an SQLite store is named by its path alone"),
    ],
)
def test_an_address_that_means_something_else_is_refused_in_words(url: str, words: str) -> None:
    """It says what to write instead, and nothing of the password; a quoted one is taken."""
    with pytest.raises(StoreError) as told:
        Store(url)
    assert words in str(told.value)
    assert "ter2" not in told.value.in_full
    Store("postgresql://u:hun%40ter2@host/d").close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A path into a folder that is not there fails with the path and a next step, and makes nothing."""
    missing = tmp_path / "no" / "syncd.db"
    with closing(Store(f"sqlite:///{missing}")) as store:
        assert store.current() is None
        for use in _every_way(store)[1:]:
            with pytest.raises(StoreError, match=re.escape(str(missing))) as told:
                use()
            assert "syncd db upgrade" in told.value.next_step
    assert not missing.parent.exists()


def test_a_store_that_vanished_is_not_made_anew(path: Path) -> None:
    """Without its file the store is an error, never an empty one."""
    path.unlink()
    with closing(Store(f"sqlite:///{path}")) as store:
        with pytest.raises(StoreError, match="cannot be opened"):
            _links(store)
        with pytest.raises(StoreError, match="cannot be opened"):
            _write(store)
    assert not path.exists()


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    """A folder cannot be a store."""
    with closing(Store(f"sqlite:///{tmp_path}")) as store:
        for use in _every_way(store):
            with pytest.raises(StoreError, match="cannot be opened"):
                use()


def test_a_file_that_is_no_database(path: Path) -> None:
    """A file of another kind is refused, whatever is asked, and stays as it was."""
    path.write_text("goals,outcomes,kpis\n" * 200)
    with closing(Store(f"sqlite:///{path}")) as store:
        for use in _every_way(store):
            with pytest.raises(StoreError, match="not a syncd store") as told:
                use()
            assert "[store] url" in told.value.next_step
    assert path.read_text() == "goals,outcomes,kpis\n" * 200


def test_a_damaged_file_is_found(path: Path) -> None:
    """A check reads the file through: a page of rubbish is found, and the next step is the last backup."""
    with closing(Store(f"sqlite:///{path}")) as store:
        fill(store)
        store.check()
    whole = path.read_bytes()
    path.write_bytes(whole[: 4096 * 4] + b"\xa5" * 4096 * 12 + whole[4096 * 16 :])
    with closing(Store(f"sqlite:///{path}")) as store, pytest.raises(StoreError, match="damaged") as told:
        store.check()
    assert "backup" in told.value.next_step


@pytest.mark.parametrize("pages", [slice(3, 4), slice(4, 16)])
def test_of_a_damaged_file_there_is_no_copy(path: Path, tmp_path: Path, pages: slice) -> None:
    """It would take the place of a good one in the end; and it is not the folder of the copies that is at fault."""
    with closing(Store(f"sqlite:///{path}")) as store:
        fill(store)
    whole = path.read_bytes()
    there = slice(4096 * pages.start, 4096 * pages.stop)
    path.write_bytes(whole[: there.start] + b"\xa5" * (there.stop - there.start) + whole[there.stop :])
    with closing(Store(f"sqlite:///{path}")) as store, pytest.raises(StoreError, match="is damaged") as told:
        store.backup(tmp_path / "copy.db")
    assert "with those beside it that end in -wal and -shm, and put the last backup" in told.value.next_step
    assert not list(tmp_path.glob("copy.db*"))


def test_damage_in_the_name_of_an_index_is_found(path: Path) -> None:
    """There Python cannot even read what SQLite says of it."""
    with closing(Store(f"sqlite:///{path}")) as store:
        fill(store)
    path.write_bytes(path.read_bytes().replace(b"sqlite_autoindex", b"sqlite_autoinde\xf9"))
    with closing(Store(f"sqlite:///{path}")) as store:
        for use in _every_way(store):
            with pytest.raises(StoreError, match="is damaged"):
                use()


def test_a_read_only_file(sqlite_made: Path) -> None:
    """A store that may only be read can be read; writing and upgrading say what right is missing."""
    made = sqlite_made.read_bytes()
    with as_nobody() as folder:
        path = folder / "syncd.db"
        path.write_bytes(made)
        path.chmod(0o400)
        with closing(Store(f"sqlite:///{path}")) as store:
            assert _links(store) == {}
            with pytest.raises(StoreError, match="read-only") as told:
                _write(store)
            assert "right to write" in told.value.next_step


def test_a_folder_that_may_not_be_written(sqlite_made: Path) -> None:
    """Where no file may be made, the upgrade says that the folder must be writable."""
    with as_nobody() as folder:
        folder.chmod(0o500)
        with closing(Store(f"sqlite:///{folder / 'syncd.db'}")) as store, pytest.raises(StoreError) as told:
            store.upgrade()
        assert "writable" in told.value.next_step


def test_odd_characters_in_the_path(tmp_path: Path) -> None:
    """A path with a question mark, a hash, a percent sign or blanks is that path and no other."""
    path = tmp_path / "100% of? our #1 plan é.db"
    with closing(Store(f"sqlite:///{str(path).replace('%', '%25').replace('?', '%3F')}")) as store:
        store.upgrade()
        store.check()
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".db"] == [path.name]


def test_a_sqlite_store_outlives_a_power_cut(path: Path) -> None:
    """Each commit is written through to the disk, into a log beside the file; foreign keys hold."""
    with closing(Store(f"sqlite:///{path}")) as store:
        for engine in (store._readers, store._writer):
            with engine.begin() as connection:
                pragmas = [
                    connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in ("journal_mode", "synchronous", "foreign_keys")
                ]
                assert pragmas == ["wal", 2, 1]


@pytest.mark.parametrize("address", ["syncd:hunter2@{}/syncd", "syncd@{}/syncd?password=hunter2"])
def test_a_server_that_does_not_answer(address: str) -> None:
    """A PostgreSQL that is not there cannot be reached; the address stands in the message without its password."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        with closing(Store(f"postgresql://{address.format(host)}")) as store:
            for use in _every_way(store):
                with pytest.raises(StoreError, match="cannot be reached") as told:
                    use()
                assert host in str(told.value)
                assert "hunter2" not in f"{told.value} {told.value.next_step} {store!r} {told.value.__cause__!r}"


@pytest.mark.parametrize("name", ["Größe & Co", "100%25", "what?", "a%20b"])
def test_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    """A store beside the configuration lies in its folder, whatever signs the folder's name has for an address."""
    address = understand(absolute_store("sqlite:///my%20store.db", tmp_path / name))

    assert address.path == tmp_path / name / "my store.db"


@pytest.fixture(scope="module")
def strict() -> Iterator[Callable[[str], str]]:
    """The address at which a user comes to a server that does not let everybody in."""
    own = start()
    try:
        with psycopg.connect(own.url("postgres"), autocommit=True) as admin:
            for user in ("known LOGIN PASSWORD 'right'", "barred LOGIN", "asleep", "crowd LOGIN CONNECTION LIMIT 0"):
                admin.execute(f"CREATE ROLE {user}".encode())
        own.admit("local all barred reject", "local all known scram-sha-256")
        yield lambda who: own.url("postgres").replace("postgres@", f"{who}@")
    finally:
        own.stop()


@pytest.mark.parametrize(
    ("who", "what", "next_step"),
    [
        ("known:hunter2", "the user or the password is wrong", "Check both in the store's address"),
        ("known", "the user or the password is wrong", "PGPASSWORD"),
        ("barred:hunter2", "does not let this user in", "pg_hba.conf"),
        ("nobody:hunter2", "does not let this user in", "CREATE ROLE"),
        ("asleep:hunter2", "does not let this user in", "LOGIN"),
        ("crowd:hunter2", "has no connection left", "Raise max_connections"),
    ],
)
def test_a_login_that_is_refused(strict: Callable[[str], str], who: str, what: str, next_step: str) -> None:
    """The message says why, in the server's words too, and what to do about it; the password stands nowhere."""
    with closing(Store(strict(who))) as store:
        for use in _every_way(store):
            with pytest.raises(StoreError, match=what) as told:
                use()
            assert next_step in told.value.next_step
            assert "failed: " in told.value.words
            assert "hunter2" not in f"{told.value.in_full} {told.value.__cause__!r}"


def test_a_database_that_does_not_exist() -> None:
    """The server's own words stand in the message, and how to make one."""
    with (
        closing(Store(server().url("nowhere"))) as store,
        pytest.raises(StoreError, match=r'no such database .*"nowhere" does not exist') as told,
    ):
        store.check()
    assert "CREATE DATABASE" in told.value.next_step


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_letter(encoding: str) -> None:
    """A title with a dash or in Arabic would fail its pass one day: it is refused at once, with what to make."""
    name = f"test_{encoding.lower()}"
    with psycopg.connect(server().url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'".encode())
    try:
        with closing(Store(server().url(name))) as store:
            for use in _every_way(store):
                with pytest.raises(StoreError, match=f"encoding is {encoding}") as told:
                    use()
                assert "ENCODING 'UTF8' TEMPLATE template0" in told.value.next_step
    finally:
        server().drop(name)


@pytest.mark.parametrize(
    ("said", "what", "next_step"),
    [
        ("the database system is starting up", "is starting or stopping", "Wait a minute"),
        ("the database system is not yet accepting connections", "is starting or stopping", "Wait a minute"),
        ("sorry, too many clients already", "has no connection left", "fewer processes"),
        ("remaining connection slots are reserved for …", "has no connection left", "fewer processes"),
        ('Peer authentication failed for user "ann"', "does not let this user in", "pg_hba.conf"),
        ('permission denied for database "syncd"\nDETAIL:  …', "does not allow this", "OWNER"),
        ('database "syncd" is not currently accepting connections', "lets nobody connect", "ALLOW_CONNECTIONS"),
        ("server does not support SSL, but SSL was required", "do not agree on SSL", "sslmode"),
        ('root certificate file "/nope.crt" does not exist', "do not agree on SSL", "sslrootcert"),
        ("SSL error: certificate verify failed", "do not agree on SSL", "sslrootcert"),
        ("SSL connection has been closed unexpectedly", "cannot be reached", "server runs"),
        ('invalid connection option "foo"', "does not understand", "[store] url"),
        ("bad value for connect_timeout: 'abc'", "does not understand", "[store] url"),
        ('invalid port number: "99999"', "does not understand", "[store] url"),
        ('definition of service "none" not found', "does not understand", "[store] url"),
        ('unrecognized configuration parameter "nonsense"', "does not understand", "[store] url"),
        ("die Datenbank schläft", "cannot be reached", "server runs"),
    ],
)
def test_the_words_of_a_server_to_whom_it_does_not_let_in(said: str, what: str, next_step: str) -> None:
    """A login brings no code along; what is not understood is told as it was said."""
    driver = psycopg.OperationalError(f"connection failed: FATAL:  {said}")
    told = as_store_error(Place("here"), DBAPIError(None, None, driver))
    assert what in told.words
    assert " ".join(said.split()) in told.words
    assert next_step in told.next_step


@pytest.mark.parametrize(
    ("code", "what", "next_step"),
    [
        ("57P03", "is starting or stopping", "Wait a minute"),
        ("57P01", "cannot be reached", "server runs"),
        ("3D000", "no such database", "CREATE DATABASE"),
        ("53100", "disk is full", "Free some space"),
        ("53200", "failed", "syncd db check"),
    ],
)
def test_the_code_of_a_server(code: str, what: str, next_step: str) -> None:
    """Whatever its words are, and their language."""
    driver = psycopg.OperationalError("die Datenbank schläft")
    driver.sqlstate = code
    told = as_store_error(Place("here"), DBAPIError(None, None, driver))
    assert what in told.words
    assert next_step in told.next_step


def test_a_lost_connection_is_made_anew() -> None:
    """After the server closed the connections (a restart), the next transaction works."""
    with postgres_url() as url, closing(Store(url)) as store:
        store.upgrade()
        _write(store)
        _links(store)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert _links(store) == {LINK.item: LINK}
        _write(store)


def _write_and_cut(store: Store) -> None:
    with store.writing() as writer:
        writer.put_link("m", LINK)
        writer._connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_connection_lost_in_the_middle_is_told() -> None:
    """A transaction whose connection was cut fails, and nothing of it is kept."""
    with postgres_url() as url, closing(Store(url)) as store:
        store.upgrade()
        with pytest.raises(StoreError, match="cannot be reached"):
            _write_and_cut(store)
        assert _links(store) == {}


def test_an_account_without_rights() -> None:
    """A PostgreSQL account that may not make tables is told what to ask for."""
    with postgres_url() as url, closing(Store(url)) as store:
        with store._writer.begin() as connection:
            connection.exec_driver_sql("CREATE ROLE guest LOGIN")
        guest = Store(url.replace("postgres@", "guest@"))
        with closing(guest), pytest.raises(StoreError, match="does not allow") as told:
            guest.upgrade()
        assert "the owner of its database" in told.value.next_step


def test_postgres_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, the message says how to install it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="driver") as told:
        Store("postgresql://syncd@host/syncd")
    assert "syncd[postgres]" in told.value.next_step


def test_every_failure_has_words() -> None:
    """A failure that nobody foresaw is still a StoreError with the driver's words, without the password."""
    driver = sqlite3.OperationalError("hunter2 fell over")
    driver.sqlite_errorname = "SQLITE_ERROR"
    told = as_store_error(Place("here", "hunter2"), DBAPIError(None, None, driver))
    assert str(told) == "the store here failed (*** fell over)"
    assert told.next_step


def test_a_full_disk_is_told(path: Path) -> None:
    """When the file cannot grow, nothing is lost and the message says so."""
    with closing(Store(f"sqlite:///{path}")) as store:
        _write(store)
        with store._writer.begin() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(StoreError, match="disk is full"), store.writing() as writer:
            writer.put_link("m", replace(LINK, agreed={"notes": "x" * 1_000_000}))
        assert _links(store) == {LINK.item: LINK}


def test_a_backup_is_a_store(path: Path, tmp_path: Path) -> None:
    """A copy made while someone writes holds all that was committed, and is sound."""
    copy = tmp_path / "copy.db"
    with closing(Store(f"sqlite:///{path}")) as store:
        _write(store)
        with store.writing() as writer:
            writer.drop_link("m", LINK.item)
            store.backup(copy)
    with closing(Store(f"sqlite:///{copy}")) as kept:
        kept.check()
        assert _links(kept) == {LINK.item: LINK}
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_does_not_know_how_far_the_feeds_were_followed(path: Path, tmp_path: Path) -> None:
    """Whoever puts it back reads every container anew; the store itself goes on where it was."""
    copy = tmp_path / "copy.db"
    with closing(Store(f"sqlite:///{path}")) as store, closing(Store(f"sqlite:///{copy}")) as kept:
        with store.writing() as writer:
            writer.put_shelf("asana", SHELF)
        store.backup(copy)
        with store.reading() as now, kept.reading() as then:
            assert now.shelf("asana", SHELF.container.id) == SHELF
            assert then.shelf("asana", SHELF.container.id) == replace(SHELF, cursor=None)


def test_a_backup_holds_nothing_that_was_asked_of_the_daemon(path: Path, tmp_path: Path) -> None:
    """Put back weeks later, it would have the daemon do what nobody asks for any more; here it goes on."""
    copy = tmp_path / "copy.db"
    with closing(Store(f"sqlite:///{path}")) as store, closing(Store(f"sqlite:///{copy}")) as kept:
        with store.writing() as writer:
            writer.place_order(AT, "Ann", "sync", {})
        store.backup(copy)
        with store.reading() as now, kept.reading() as then:
            assert (len(now.orders()), then.orders()) == (1, [])


def test_a_copy_that_is_put_back_under_a_running_store(path: Path, tmp_path: Path) -> None:
    """Whoever has the store open goes on in the file that stands there, not in one that nobody sees."""
    copy = tmp_path / "copy.db"
    with closing(Store(f"sqlite:///{path}")) as store, closing(Store(f"sqlite:///{path}")) as other:
        store.backup(copy)
        _write(store)
        assert _links(store)
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        for use in (_links, _write):
            with pytest.raises(StoreError, match="cannot be opened"):
                use(store)
        copy.rename(path)
        assert not _links(store)
        _write(store)
        assert _links(other)


def test_a_copy_that_is_put_beside_the_log_of_another(path: Path, tmp_path: Path) -> None:
    """SQLite would lay the one over the other: whoever used that log before says so, and leaves both as they are."""
    copy = tmp_path / "copy.db"
    log = path.with_name(f"{path.name}-wal")
    with closing(Store(f"sqlite:///{path}")) as store:
        store.backup(copy)
        _write(store)
        whole, kept = copy.read_bytes(), log.read_bytes()
        copy.rename(path)
        for use in (_links, _write, _links, _write):
            with pytest.raises(StoreError, match=f"belongs to the one before \\({log.name}\\)") as told:
                use(store)
            assert told.value.next_step.startswith("Stop syncd, remove the files")
        assert (path.read_bytes(), log.read_bytes()) == (whole, kept)
        with closing(Store(f"sqlite:///{path}")) as other:
            assert _links(other)  # SQLite keeps that: the file is another by now, though its neighbour is gone
        assert not log.exists()
        with pytest.raises(StoreError, match="belongs to the one before"):
            _links(store)
        copy.write_bytes(whole)
        copy.rename(path)
        assert not _links(store)
        _write(store)
        assert _links(store)


def test_nobody_else_may_read_a_store(tmp_path: Path) -> None:
    """Store and copy are this account's alone from the start; whoever may read the one may read the other."""
    path, part = tmp_path / "new.db", tmp_path / "copy.db.part"
    elsewhere = tmp_path / "elsewhere"
    part.symlink_to(elsewhere)
    with closing(Store(f"sqlite:///{path}")) as store:
        store.upgrade()
        _write(store)
        assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("new.db*")} == dict.fromkeys(
            ("new.db", "new.db-wal", "new.db-shm"), 0o600
        )
        store.backup(tmp_path / "copy.db")
        path.chmod(0o640)
        store.backup(tmp_path / "other.db")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("copy.db", "other.db")] == [0o600, 0o640]
    assert not elsewhere.exists()


def test_nobody_else_may_hold_up_a_store(path: Path) -> None:
    """Who may read a lock can hold it: only those who may write the store can have the passes wait."""
    path.chmod(0o644)
    with closing(Store(f"sqlite:///{path}")) as store, store.turn("asana"), store.turn("daemon"):
        locks = {file.name: file.stat().st_mode & 0o777 for file in path.parent.glob("*-turn-*")}
    assert locks.keys() >= {"syncd.db-turn-asana", "syncd.db-turn-daemon"}
    assert set(locks.values()) == {0o600}


def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    """A file that is there already is left as it is; a folder that is not there is told."""
    there = tmp_path / "there.db"
    there.write_text("precious")
    with closing(Store(f"sqlite:///{path}")) as store:
        with pytest.raises(StoreError, match="exists already"):
            store.backup(there)
        with pytest.raises(StoreError, match="could not be written"):
            store.backup(tmp_path / "no" / "copy.db")
    assert there.read_text() == "precious"


def test_a_backup_of_nothing(tmp_path: Path) -> None:
    """Without a store there is no backup, and no empty file that looks like one."""
    with (
        closing(Store(f"sqlite:///{tmp_path / 'none.db'}")) as store,
        pytest.raises(StoreError, match="cannot be opened"),
    ):
        store.backup(tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_postgres_is_backed_up_by_its_own_tool(tmp_path: Path) -> None:
    """For PostgreSQL the message names pg_dump."""
    with postgres_url() as url, closing(Store(url)) as store, pytest.raises(StoreError) as told:
        store.backup(tmp_path / "copy.dump")
    assert "pg_dump" in told.value.next_step
