"""Transactions happen whole or not at all, one writer at a time, and what is committed stays, whatever happens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from syncd.store import Store, StoreError, Writer
from tests.store.samples import AT, DAY, ENTRY, INTENT, LINK, POINT, SHELF, fill


@pytest.fixture
def other(url: str) -> Iterator[Store]:
    """The same store as another process would open it, with little patience."""
    with closing(Store(url, patience=0.1)) as opened:
        yield opened


class Interrupted(Exception):
    """Something went wrong in the middle."""


def _write_and_stumble(store: Store) -> None:
    with store.writing() as writer:
        writer.put_link("m", LINK)
        writer.put_shelf("asana", SHELF)
        raise Interrupted


def test_an_exception_undoes_everything(store: Store) -> None:
    """Whatever leaves the block, nothing of its transaction is kept."""
    with pytest.raises(Interrupted):
        _write_and_stumble(store)
    with store.reading() as reader:
        assert (reader.links("m"), reader.shelves("asana")) == ({}, {})


def test_an_exception_leaves_the_store_usable(store: Store) -> None:
    """After a transaction was undone, the next one is not in its way."""
    with pytest.raises(Interrupted):
        _write_and_stumble(store)
    fill(store)
    with store.reading() as reader:
        assert reader.links("academics") == {LINK.item: LINK}


def test_a_reader_sees_one_snapshot(store: Store, other: Store) -> None:
    """What another commits while a reader is at work is not seen by it, but by the next one."""
    with store.reading() as reader:
        assert reader.links("m") == {}
        with other.writing() as writer:
            writer.put_link("m", LINK)
            writer.put_intent("m", INTENT)
        assert (reader.links("m"), reader.intents("m")) == ({}, [])
    with store.reading() as reader:
        assert (reader.links("m"), reader.intents("m")) == ({LINK.item: LINK}, [INTENT])


def test_a_writer_sees_what_it_wrote_and_others_do_not(store: Store, other: Store) -> None:
    """Readers go on while another writes, and see nothing of it before it commits."""
    with store.writing() as writer:
        writer.put_link("m", LINK)
        assert writer.links("m") == {LINK.item: LINK}
        with other.reading() as reader:
            assert reader.links("m") == {}


def test_nothing_can_be_changed_through_a_reader(store: Store) -> None:
    """The connection of a reader refuses to write, even where our own code would try."""
    with pytest.raises(StoreError, match="read-only"), store.reading() as reader:
        Writer(reader._connection, reader._place).put_link("m", LINK)
    with store.reading() as reader:
        assert reader.links("m") == {}


def test_no_update_is_lost_between_two_connections(url: str) -> None:
    """Eight threads over two connections read a number, add one and write it: every one counts."""
    with closing(Store(url)) as one, closing(Store(url)) as two, ThreadPoolExecutor(8) as pool:

        def count(store: Store) -> None:
            for _ in range(10):
                with store.writing() as writer:
                    known = writer.facts("asana", "number") or 0
                    writer.put_facts("asana", "number", known + 1)
                    writer.count_requests("asana", DAY, 1)

        for done in [pool.submit(count, store) for store in (one, two) * 4]:
            done.result()
        with one.reading() as reader:
            assert (reader.facts("asana", "number"), reader.requests_on("asana", DAY)) == (80, 80)


def test_who_cannot_wait_any_longer_is_told(store: Store, other: Store) -> None:
    """A second writer waits as long as its patience lasts, then says that the store is locked, and works later on."""
    with store.writing() as writer:
        writer.put_link("m", LINK)
        with pytest.raises(StoreError, match="locked") as told, other.writing():
            pass
    assert "second syncd" in told.value.next_step
    with other.writing() as writer:
        assert writer.links("m") == {LINK.item: LINK}


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_parts_of_a_store_are_written_at_once(store: Store, other: Store) -> None:
    """In PostgreSQL passes of two connections, and what is kept of two plans, wait for each other's commit no more."""
    with store.turn("asana"), other.turn("monday"), store.writing() as one, other.writing() as two:
        one.put_link("m", LINK)
        two.put_link("n", LINK)
    with store.writing(plan="district") as one, other.writing(plan="state") as two, other.reading() as reader:
        one.put_look("district", DAY, AT)
        two.put_look("state", DAY, AT)
        assert (set(reader.links("m")), set(reader.links("n"))) == ({LINK.item}, {LINK.item})


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_who_writes_there_too_or_anywhere_waits(store: Store, other: Store) -> None:
    """Within a part one after the other; and whoever may write anywhere waits for all parts, and all for that one."""
    with store.writing(plan="district"), pytest.raises(StoreError, match="locked"), other.writing(plan="district"):
        pass
    with store.turn("asana"), store.writing(), pytest.raises(StoreError, match="locked"), other.writing():
        pass
    with store.writing(), pytest.raises(StoreError, match="locked"), other.writing(plan="district"):
        pass
    both = store.turn("asana"), store.turn("monday")
    with both[0], both[1], store.writing(), pytest.raises(StoreError, match="locked"), other.writing(plan="district"):
        pass  # of two connections: that is anywhere


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_part_that_is_named_goes_before_the_turn(store: Store, other: Store) -> None:
    """Two connections of one plan write what is kept of it one after the other; and who asks for all has all."""
    mine, others = store.turn("asana"), other.turn("monday")
    with mine, others, store.writing(plan="district"):
        with pytest.raises(StoreError, match="locked"), other.writing(plan="district"):
            pass
        with other.writing() as writer:
            writer.put_link("m", LINK)
    mine, others = store.turn("asana"), other.turn("monday")
    with mine, others, store.writing(whole=True), pytest.raises(StoreError, match="locked"), other.writing():
        pass


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_mapping_that_goes_over_to_another_connection_has_one_pass(store: Store, other: Store) -> None:
    """Whoever goes by which of its passes is the newest does so alone, whatever connection it has by now."""
    with store.turn("asana"), store.writing() as one, other.turn("monday"):
        one.require_newest("m", 0)
        with pytest.raises(StoreError, match="locked"), other.writing() as two:
            two.begin_pass("m", AT, full=False)
        with other.writing() as two:
            two.begin_pass("n", AT, full=False)


def test_what_is_kept_of_a_plan_is_written_one_after_the_other(url: str) -> None:
    """Eight threads over two connections read a number and write the next one, of one plan: every one counts."""
    with closing(Store(url)) as one, closing(Store(url)) as two, ThreadPoolExecutor(8) as pool:

        def count(store: Store) -> None:
            for _ in range(10):
                with store.writing(plan="district") as writer:
                    writer.put_facts("asana", "number", (writer.facts("asana", "number") or 0) + 1)

        for done in [pool.submit(count, store) for store in (one, two) * 4]:
            done.result()
        with one.reading() as reader:
            assert reader.facts("asana", "number") == 80


def test_a_writer_inside_a_writer_is_refused(other: Store) -> None:
    """A transaction within a transaction of the same store does not wait for itself for ever."""
    with other.writing(), pytest.raises(StoreError, match="locked"), other.writing():
        pass


_WRITE_FOR_EVER = """
import sys
from dataclasses import replace
from syncd.store import Store
from tests.store.samples import AT, ENTRY, INTENT, LINK
store = Store(sys.argv[1])
for number in range(1, 6):
    with store.writing() as writer:
        writer.put_intent("m", replace(INTENT, key=f"key-{number}", item=f"item-{number}"))
        writer.add_entries([replace(ENTRY, item=f"item-{number}")])
with store.writing() as writer:
    writer.drop_intent("m", "key-1")
    writer.put_link("m", LINK)
    print("in the middle", flush=True)
    sys.stdin.read()
"""


@pytest.mark.process
def test_a_kill_in_the_middle_loses_nothing_that_was_committed(store: Store, url: str) -> None:
    """After kill -9 within a transaction, all before it stands and nothing of it does; the next writer can write."""
    command = [sys.executable, "-c", _WRITE_FOR_EVER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the middle\n"
        process.kill()
    with store.writing() as writer:
        assert [intent.key for intent in writer.intents("m")] == [f"key-{number}" for number in range(1, 6)]
        assert len(writer.log()) == 5
        assert writer.links("m") == {}
        writer.put_link("m", LINK)
    store.check()


def _link_twice(store: Store) -> None:
    with store.writing() as writer:
        writer.drop_intent("academics", INTENT.key)
        writer.put_link("academics", replace(LINK, item="G9"))


def test_a_task_has_one_link(store: Store) -> None:
    """A second item for the same task is refused, in the same mapping only, and nothing of it is kept."""
    fill(store)
    with pytest.raises(StoreError, match="contradicts"):
        _link_twice(store)
    with store.writing() as writer:
        writer.put_link("other", replace(LINK, item="G9"))
        assert (list(writer.links("academics")), writer.intents("academics")) == ([LINK.item], [INTENT])


def test_an_item_has_one_intent(store: Store) -> None:
    """While a create is in doubt, a second one for its item is refused, under whatever key."""
    fill(store)
    with pytest.raises(StoreError, match="contradicts"), store.writing() as writer:
        writer.put_intent("academics", replace(INTENT, key="key-2"))
    with store.writing() as writer:
        assert writer.intents("academics") == [INTENT]
        writer.drop_intent("academics", INTENT.key)
        writer.put_intent("academics", replace(INTENT, key="key-2"))


def test_the_log_names_passes_that_exist(store: Store) -> None:
    """A line of the log that names an unknown pass is refused."""
    with pytest.raises(StoreError, match="contradicts"), store.writing() as writer:
        writer.add_entries([replace(ENTRY, pass_id=99)])


@pytest.mark.parametrize("table", ["log", "points"])
@pytest.mark.parametrize("change", ["UPDATE {} SET item = 'other'", "DELETE FROM {}"])
def test_history_cannot_be_changed(store: Store, table: str, change: str) -> None:
    """Lines of the log and points can neither be changed nor removed, even by hand."""
    fill(store)
    with pytest.raises(StoreError, match=f"{table} is append-only"), store.writing() as writer:
        writer._run(text(change.format(table)))
    with store.reading() as reader:
        assert ([entry.item for entry in reader.log()], reader.points("district")) == ([ENTRY.item], [POINT])


def test_history_cannot_be_replaced_or_emptied(store: Store) -> None:
    """The roundabout ways of each database to overwrite or empty a table are closed as well."""
    fill(store)
    with store.reading() as reader:
        sqlite = reader._connection.dialect.name == "sqlite"
    columns = "id, plan, item, at, pace, done, total"
    row = "SELECT id, plan, 'other', at, pace, done, total FROM points"
    around = (
        f'REPLACE INTO points ("on", {columns}) {row.replace("id,", "at, id,", 1)}' if sqlite else "TRUNCATE points"
    )
    with pytest.raises(StoreError, match="points is append-only"), store.writing() as writer:
        writer._run(text(around))
    with store.reading() as reader:
        assert reader.points("district") == [POINT]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("seen", "held", '{"id":"12"}'), ("seen", "fate", "lost"), ("links", "agreed", "[]"), ("links", "agreed", "{")],
)
def test_unreadable_state_is_fatal(store: Store, table: str, column: str, value: str) -> None:
    """One record that cannot be understood fails the whole question: the store never answers with fewer."""
    fill(store)
    with store.writing() as writer:
        writer._run(text(f"UPDATE {table} SET {column} = '{value}'"))  # noqa: S608 - our own names
    with pytest.raises(StoreError, match="cannot be understood") as told, store.reading() as reader:
        _ = (reader.seen("asana", "C1"), reader.links("academics"))
    assert "backup" in told.value.next_step


def test_an_unreadable_instant_is_fatal(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite keeps instants as text: text that is no instant in UTC is an error."""
    path = tmp_path_factory.mktemp("instants") / "syncd.db"
    with closing(Store(f"sqlite:///{path}")) as store:
        store.upgrade()
        fill(store)
        for wrong in ("soon", "2026-11-24T16:30:00"):
            with store.writing() as writer:
                writer._run(text(f"UPDATE links SET linked_at = '{wrong}'"))  # noqa: S608 - our own names
            with pytest.raises(StoreError, match="cannot be understood"), store.reading() as reader:
                reader.links("academics")


def test_a_closed_store_opens_again(store: Store) -> None:
    """Closing gives the connections back; the next question opens new ones."""
    fill(store)
    store.close()
    with store.writing() as writer:
        assert writer.begin_pass("m", AT, full=False) > 0
        assert writer.links("academics") == {LINK.item: LINK}
