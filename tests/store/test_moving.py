"""A store moves whole, compared row for row, or not at all; and wherever it cannot, the message says why."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from syncd.records import Outcome
from syncd.store import Store, StoreError, schema
from syncd.store.moving import Unfit, move
from syncd.store.opening import migrating_engine, understand
from tests.postgres import postgres_url, server
from tests.soak.district import district
from tests.soak.setting import setting
from tests.soak.simulator import WHO
from tests.soak.story import draw_act, draw_mood
from tests.store.samples import AT, fill, seen_tasks

KILLED = """\
import os, signal, sys
from syncd.store.moving import move
left = int(sys.argv[3])
def progress(rows):
    global left
    left -= rows
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
move(sys.argv[1], sys.argv[2], ["asana"], progress=progress)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of an SQLite store that holds a sample of everything, and tasks for several batches."""
    made = tmp_path / "filled.db"
    with closing(Store(f"sqlite:///{made}")) as store:
        store.upgrade()
        fill(store)
        with store.writing() as writer:
            writer.put_seen("asana", "C2", seen_tasks(1300))
    return made


@pytest.fixture
def source(path: Path) -> str:
    """The address of that store."""
    return f"sqlite:///{path}"


@pytest.fixture
def target() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with postgres_url() as url:
        yield url


def held(path: Path) -> list[str]:
    """Everything that stands in the rows of an SQLite store, as SQLite itself writes it."""
    with closing(sqlite3.connect(path)) as opened:
        return sorted(line for line in opened.iterdump() if line.startswith("INSERT"))


def there_and_back(path: Path, target: str) -> list[str]:
    """What an SQLite store holds after it was moved to PostgreSQL, and from there into another file."""
    back = path.with_name("back.db")
    move(f"sqlite:///{path}", target, ())
    move(target, f"sqlite:///{back}", ())
    return held(back)


def tables(url: str) -> list[str]:
    """The tables of a PostgreSQL database."""
    with psycopg.connect(url) as opened:
        found = opened.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return sorted(name for [name] in found.fetchall())


def downgraded(url: str, revision: str) -> None:
    """Bring a store back to an earlier schema."""
    with migrating_engine(understand(url), patience=5).begin() as connection:
        schema.downgrade(connection, revision)


def test_every_row_arrives(path: Path, source: str, target: str) -> None:
    """What comes back from PostgreSQL is byte for byte what was there, as is the source; the counts are right."""
    before = held(path)
    moved = move(source, target, ["asana"])
    assert moved.rows["seen"] == 1302
    assert moved.total == len(before) - 1  # all but the schema's version
    move(target, f"sqlite:///{path.with_name('back.db')}", ["asana"])
    assert held(path.with_name("back.db")) == held(path) == before
    with closing(Store(target)) as store:
        store.check()


def test_what_passes_left_arrives(tmp_path: Path) -> None:
    """Stores that the engine filled, whatever happened in them, come back the same."""
    for seed in range(4):
        chance = random.Random(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        with district(folder, setting(chance)) as made:
            made.hot, made.mood = chance.choice(made.reached()), draw_mood(chance)
            for _ in range(12):
                made.play(draw_act(made, chance, WHO))
            path = folder / "lived.db"
            with made.world.store() as store:
                path.write_bytes(store.image(copied=False))  # type: ignore[attr-defined]
        with postgres_url() as target:
            assert there_and_back(path, target) == held(path)


def test_numbers_go_on(source: str, target: str) -> None:
    """What is added after the move gets numbers of its own, as it would have without it."""
    move(source, target, ())
    for url in (source, target):
        with closing(Store(url)) as store, store.writing() as writer:
            assert writer.begin_pass("academics", AT + timedelta(days=1), full=False) == 3
            writer.end_pass(3, AT + timedelta(days=1), Outcome.DONE, {}, "")


def test_it_says_how_far_it_is(source: str, target: str) -> None:
    """All rows are copied, then all are compared, some at a time."""
    heard: list[tuple[str, int]] = []
    done: list[int] = []
    moved = move(source, target, (), expect=lambda *what: heard.append(what), progress=done.append)
    assert heard == [("copying", moved.total), ("comparing", moved.total)]
    assert sum(done) == 2 * moved.total
    assert max(done) == 500


def test_an_empty_store_and_empty_tables_will_do(path: Path, source: str, target: str) -> None:
    """Tables that were made already, even by an older syncd, are brought up to date and filled."""
    with closing(Store(target)) as store:
        store.upgrade()
    downgraded(target, "0002")
    assert there_and_back(path, target) == held(path)


@pytest.mark.parametrize("back", [False, True])
def test_a_place_that_holds_something_is_refused(path: Path, source: str, target: str, back: bool) -> None:
    """A second move changes nothing."""
    if back:
        copy = path.with_name("copy.db")
        move(source, target, ())
        move(target, f"sqlite:///{copy}", ())
        source, target = target, f"sqlite:///{copy}"
    else:
        move(source, target, ())
    with pytest.raises(Unfit, match="is not empty: it holds a store already"):
        move(source, target, ())


def test_another_programs_tables_are_refused(source: str, target: str) -> None:
    """They are named, and left as they are, also where ours have other names."""
    for name in ("customers", "log"):
        with psycopg.connect(target) as opened:
            opened.execute(f"CREATE TABLE {name} (line text)".encode())
        with pytest.raises(Unfit, match=r"holds tables of another program \(customers"):
            move(source, target, ())
    assert tables(target) == ["customers", "log"]


def test_another_programs_tables_beside_ours_are_refused(source: str, target: str) -> None:
    """Also where syncd's own are there and hold nothing, of this schema or of an earlier one; all is left as it was."""
    with closing(Store(target)) as store:
        store.upgrade()
    with psycopg.connect(target) as opened:
        opened.execute("CREATE TABLE customers (line text)")
    for revision in (schema.head(), "0002"):
        downgraded(target, revision)
        before = tables(target)
        with pytest.raises(Unfit, match=r"holds tables of another program \(customers\)"):
            move(source, target, ())
        assert tables(target) == before


def test_the_same_place_is_refused(path: Path, source: str, target: str) -> None:
    """However it is spelled."""
    for one, other in ((source, f"sqlite:///{path.parent}/./{path.name}"), (target, target)):
        with pytest.raises(Unfit, match="already"):
            move(one, other, ())


def test_a_schema_that_is_not_ours_is_refused(path: Path, source: str, target: str) -> None:
    """An older one is to be upgraded first, one from the future needs a newer syncd; nothing changes on either side."""
    downgraded(source, "0002")
    with pytest.raises(StoreError, match="has the schema 0002") as told:
        move(source, target, ())
    assert told.value.next_step == "Run `syncd db upgrade`."
    for place, (one, other) in {path: (source, target), None: (target, source)}.items():
        if place is None:
            with psycopg.connect(target) as opened:
                opened.execute("CREATE TABLE alembic_version (version_num text)")
                opened.execute("INSERT INTO alembic_version VALUES ('9999')")
        else:
            with sqlite3.connect(path) as opened_file:
                opened_file.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreError, match="written by a newer syncd"):
            move(one, other, ())
    with closing(Store(f"sqlite:///{path.with_name('good.db')}")) as good:
        good.upgrade()
        with pytest.raises(StoreError, match="written by a newer syncd"):
            move(f"sqlite:///{path.with_name('good.db')}", target, ())
    assert tables(target) == ["alembic_version"]


def test_no_store_at_all(tmp_path: Path, target: str) -> None:
    """There is nothing to move, and nothing is made."""
    with pytest.raises(StoreError, match="there is no store"):
        move(f"sqlite:///{tmp_path / 'none.db'}", target, ())
    assert (tables(target), list(tmp_path.iterdir())) == ([], [])


def test_while_somebody_works_on_it(source: str, target: str) -> None:
    """A daemon, or a pass, on either store: nothing is moved."""
    with closing(Store(source)) as one, closing(Store(target)) as other:
        for store in (one, other):
            lead = store.lead()
            assert lead.take()
            with pytest.raises(StoreError, match="a daemon, or another `syncd db move`, works on the store"):
                move(source, target, ["asana"])
            lead.release()
        with one.turn("asana"), pytest.raises(StoreError, match="another syncd is working with the connection asana"):
            move(source, target, ["asana", "monday"])
    assert tables(target) == []


def test_nobody_writes_meanwhile(path: Path, source: str, target: str) -> None:
    """What would be stored while the copy is made waits, so that it cannot be lost."""
    before = held(path)
    with closing(Store(source, patience=0.1)) as store:

        def write(what: str, _rows: int) -> None:
            with pytest.raises(StoreError, match="locked"), store.writing() as writer:
                writer.count_requests("asana", AT.date(), 1)
            tried.append(what)

        tried: list[str] = []
        move(source, target, (), expect=write)
    assert (tried, held(path)) == (["copying", "comparing"], before)


@pytest.mark.parametrize("end", [ValueError, KeyboardInterrupt])
def test_broken_off_it_leaves_nothing(source: str, target: str, end: type[BaseException]) -> None:
    """Whenever it ends, the target is what it was; then it can be done again."""
    for after in (1, 500, 1400, 2000):
        with pytest.raises(end):
            move(source, target, (), progress=_ends(after, end))
        assert tables(target) == []
    move(source, target, ())


def _ends(after: int, end: type[BaseException]) -> Callable[[int], None]:
    left = [after]

    def progress(rows: int) -> None:
        left[0] -= rows
        if left[0] <= 0:
            raise end

    return progress


@pytest.mark.process
def test_killed_it_leaves_nothing(path: Path, source: str, tmp_path: Path) -> None:
    """To PostgreSQL or back: a process that is killed leaves an empty place, which can be filled then."""
    before = held(path)
    with postgres_url() as full, postgres_url() as target:
        move(source, full, ())
        for one, other in ((source, target), (full, f"sqlite:///{tmp_path / 'back.db'}")):
            for after in (1, 1000, 2000):
                done = subprocess.run([sys.executable, "-c", KILLED, one, other, str(after)], check=False)
                assert done.returncode == -signal.SIGKILL
                with closing(Store(other)) as store:
                    assert store.current() is None
            move(one, other, ["asana"])
    assert held(tmp_path / "back.db") == held(path) == before


def test_a_lost_connection_leaves_nothing(source: str) -> None:
    """PostgreSQL ends the session in the midst: that is said, and it can be done again."""
    name = server().create()
    target = server().url(name)
    cut = _ends(1000, ValueError)

    def progress(rows: int) -> None:
        try:
            cut(rows)
        except ValueError:
            server().cut_off(name)

    with pytest.raises(StoreError, match="cannot be reached"):
        move(source, target, (), progress=progress)
    assert tables(target) == []
    move(source, target, ())
    server().drop(name)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("NEW.task = NEW.task || 'x'; RETURN NEW", "task of the row academics, G1.A1.P1 of links"),
        ("RETURN NULL", "the row academics, G1.A1.P1 of links is missing"),
        (
            "INSERT INTO requests VALUES ('ghost', '2026-01-01', 1); RETURN NEW",
            "ghost.* of requests is in the copy only",
        ),
    ],
)
def test_a_copy_that_differs_does_not_count(source: str, target: str, body: str, said: str) -> None:
    """A database that changes, drops or adds rows is found out; the message names the row and shows no value of it."""
    with closing(Store(target)) as store:
        store.upgrade()
    with psycopg.connect(target) as opened:
        function = f"CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$"
        opened.execute(function.encode())
        opened.execute("CREATE TRIGGER spoil BEFORE INSERT ON links FOR EACH ROW EXECUTE FUNCTION spoil()")
    with pytest.raises(StoreError, match=said) as told:
        move(source, target, ())
    assert "the store is as it was" in told.value.next_step
    with closing(Store(target)) as store, store.reading() as reader:
        assert reader.links("academics") == {}


def test_an_account_without_rights(source: str, target: str) -> None:
    """The message says that they are missing, and to whom."""
    with psycopg.connect(target, autocommit=True) as opened:
        opened.execute("DROP ROLE IF EXISTS nothing_allowed")
        opened.execute("CREATE ROLE nothing_allowed LOGIN")
    with pytest.raises(StoreError, match="does not allow this to syncd's account") as told:
        move(source, target.replace("postgres@", "nothing_allowed@"), ())
    assert "owner" in told.value.next_step


def test_a_database_that_is_not_there(source: str) -> None:
    """The message says so, and the password stands nowhere."""
    gone = server().url("no_such_database").replace("postgres@", "postgres:hunter2@")
    with pytest.raises(StoreError, match="has no such database") as told:
        move(source, gone, ())
    assert "hunter2" not in told.value.in_full
