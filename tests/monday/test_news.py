"""What happened on boards: told once, by whom and when, and where it cannot be told, that is said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Transient
from connectors.monday.connector import Monday
from connectors.monday.cursors import Cursor, Mark, read
from connectors.monday.logs import Entry, entry
from connectors.vocabulary import Container, News
from tests.connectors.suite.base import make
from tests.monday.bench import MondayBench


class Told:
    """A container whose news are asked for, each time from where the last left off."""

    def __init__(self, bench: MondayBench, connector: Monday, container: Container) -> None:
        self._bench = bench
        self._connector = connector
        self._container = container.id
        self._cursor = connector.changes({container.id: None})[container.id].cursor

    def next(self) -> News:
        """The news of a minute later."""
        self._bench.clock.pass_(minutes=1)
        news = self._connector.changes({self._container: self._cursor})[self._container]
        self._cursor = news.cursor
        return news


@pytest.fixture
def told(bench: MondayBench, connector: Monday, container: Container) -> Told:
    """The news of the bench's board, on which there are an item and a subitem."""
    bench.add("Step", parent=bench.add("Item"))
    return Told(bench, connector, container)


def test_items_that_come_and_go_are_told(bench: MondayBench, told: Told) -> None:
    """Made, archived, restored, moved away, deleted, one by one and many at once; and a quiet look is quiet."""
    item = bench.add("New")
    assert told.next().touched == {item}
    for deed in bench.world.archive, bench.world.restore, bench.move_away:
        deed(item)
        news = told.next()
        assert (set(news.touched), news.lost) == ({item}, False), deed
    many = [bench.add(f"Item {number}") for number in range(10)]
    told.next()
    for one in many:
        bench.delete(one)
    assert told.next().touched == set(many)
    assert told.next().touched == set()


def test_a_lost_line_about_a_deleted_item_is_noticed(bench: MondayBench, told: Told) -> None:
    """The board has an item less and nobody says why: only a full listing can tell."""
    item = bench.add("New")
    told.next()
    bench.delete(item)
    bench.world.drop_logs(1)
    assert told.next().lost
    assert not told.next().lost


def test_a_made_item_without_a_line_is_told(bench: MondayBench, told: Told) -> None:
    """Where the log lost it, its own times tell."""
    bench.clock.pass_(seconds=1)
    item = bench.add("New")
    bench.world.drop_logs(1)
    news = told.next()
    assert (item in news.touched, news.lost) == (True, False)


@pytest.mark.parametrize(("count", "lost", "requests"), [(24, False, 1), (60, False, 2), (600, True, 2)])
def test_many_changes_are_all_told(
    bench: MondayBench, connector: Monday, count: int, requests: int, *, lost: bool
) -> None:
    """Beyond those shown first a closer look is taken, and beyond that a listing is due."""
    container = connector.open(bench.container)
    items = [bench.add(f"Item {number}") for number in range(count)]
    bench.clock.pass_(hours=1)
    told = Told(bench, connector, container)
    bench.clock.pass_(hours=1)
    for item in items:
        bench.complete(item)
    bench.lose_news()
    before = connector.requests()
    news = told.next()
    assert (news.lost, connector.requests() - before) == (lost, requests)
    assert lost or news.touched == set(items)


def test_the_first_subitem_is_told(bench: MondayBench, connector: Monday) -> None:
    """Its board was not there at the last look: it is found by way of the column that leads to it."""
    container = connector.open(bench.add_container("Bare"))
    told = Told(bench, connector, container)
    item = bench.world.add_item("Item", container.id).id
    told.next()
    step = bench.world.add_item("Step", parent=item).id
    news = told.next()
    assert step in news.touched
    assert not told.next().touched


def test_who_did_it_is_told(bench: MondayBench, connector: Monday, told: Told, container: Container) -> None:
    """By address and time; an automation is nobody, and neither are we."""
    item = bench.add("New")
    told.next()
    bench.clock.pass_(seconds=0.25)
    bench.rename(item, "Renamed")
    at = bench.clock.now()
    news = told.next()
    assert news.by == {item: {bench.teammate: at}}
    assert news.at[item] == at
    bench.world.rename(item, "By a machine", by="-4")
    assert told.next().by == {}
    make(connector, container, "A1")
    assert told.next().by == {}


def test_talk_is_no_change(bench: MondayBench, told: Told) -> None:
    """A comment says nothing about who changed the item."""
    item = bench.add("New")
    told.next()
    bench.world.comment(item, "Well done")
    assert told.next().by == {}


def test_a_cursor_of_somebody_else_is_none(bench: MondayBench, connector: Monday, container: Container) -> None:
    """What cannot be understood is answered like no cursor at all."""
    for cursor in ("nonsense", "{}", "[]", '{"day":"never","boards":{}}', '{"day":"2026-09-01","boards":{"1":[1]}}'):
        assert connector.changes({container.id: cursor})[container.id].lost, cursor


def test_a_deleted_board_has_no_news(bench: MondayBench, connector: Monday, container: Container) -> None:
    """It is missing from the answer, as what cannot be read is."""
    other = bench.add_container("Other")
    bench.delete_container(container.id)
    assert connector.changes({container.id: None, other: None}).keys() == {other}


def test_a_sweep_reaches_as_far_as_asked(bench: MondayBench, connector: Monday, container: Container) -> None:
    """By the times of the items alone, subitems too; where even the closer look does not reach, that is said."""
    parent = bench.add("Item")
    bench.clock.pass_(hours=1)
    since = bench.clock.now()
    steps = {bench.add(f"Step {number}", parent=parent) for number in range(40)}
    bench.lose_news()
    news = connector.changes({container.id: None}, sweep_since=since)[container.id]
    assert (set(news.touched), news.lost, news.cursor) == ({parent, *steps}, False, None)
    for number in range(600):
        bench.add(f"Item {number}")
    assert connector.changes({container.id: None}, sweep_since=since)[container.id].lost


_MARKS = st.builds(
    Mark,
    st.integers(0, 10_000),
    st.dictionaries(st.text("123", min_size=1), st.just("2026-09-01T08:00:00Z"), max_size=3),
    st.integers(0, 10**17),
    st.tuples(st.text("abc", min_size=1)),
)


@given(st.dates(), st.dictionaries(st.text("0123456789", min_size=1), _MARKS, max_size=3))
def test_a_cursor_is_kept_as_it_is(day: date, marks: dict[str, Mark]) -> None:
    """What is written into the store and read from it is the same."""
    cursor = Cursor(day, marks)
    assert read(cursor.text()) == cursor


def test_a_time_that_no_calendar_has_is_malformed() -> None:
    """A log line from nowhere is an error in words, and never gets into a cursor."""
    with pytest.raises(Transient, match="log entry 1 is malformed"):
        entry({"id": "1", "event": "e", "created_at": "9" * 26, "user_id": "1", "data": "{}"})


def test_an_item_that_changed_at_no_time_is_malformed(
    bench: MondayBench, connector: Monday, container: Container
) -> None:
    """It is named, where the engine hears of errors only; one that was never changed counts from when it was made."""
    item = bench.world.items[bench.add("Item")]
    before = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(minutes=6)
    item.updated_at = ""
    assert connector.changes({container.id: before})[container.id].touched <= {item.id}
    item.updated_at = "yesterday"
    with pytest.raises(Transient, match=f"item {item.id} is malformed"):
        connector.changes({container.id: before})


def test_moments_of_the_log_are_exact() -> None:
    """They count in 100 nanoseconds since 1970."""
    assert Entry("1", 17_882_496_012_345_670, "e", "1", ()).moment == datetime(2026, 9, 1, 8, 0, 1, 234567, UTC)
