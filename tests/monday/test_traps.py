"""The twenty ways in which monday leads a program astray; each test fails without what keeps it on the way."""

from __future__ import annotations

import json
import logging
from datetime import date
from decimal import Decimal

import pytest

from connectors.contract import WARNING
from connectors.errors import Invalid, NoAccess, Quota, Transient, UnknownOutcome
from connectors.monday.connector import Monday
from connectors.monday.sandbox.records import Label
from connectors.vocabulary import Container, Depth, Fate, Listing, Task, Update, Values, Want, Written
from tests.connectors.suite.base import change, make
from tests.monday.bench import MondayBench
from tests.monday.looking import creates, look, made


def test_1_an_error_is_told_with_status_200(bench: MondayBench, connector: Monday, container: Container) -> None:
    """One write of a batch fails in an answer that says OK: that one is an error, and the others stand."""
    connector.write(creates(container, 1))
    bench.fault("mutation", kind="partial", alias="w1_values", code="InvalidArgumentException")
    first, second, third = connector.write(creates(container, 3))
    assert isinstance(second, Invalid)
    assert [isinstance(answer, Written) for answer in (first, third)] == [True, True]
    assert bench.sent("mutation Write")[-1].status == 200


def test_2_the_days_requests_are_not_used_up(bench: MondayBench) -> None:
    """The day's limit is counted before sending: nothing goes out beyond our share until midnight."""
    connector = bench.connect(daily_calls=10, share_left=0.2)
    for _ in range(8):
        connector.me()
    before = len(bench.box.requests)
    with pytest.raises(Quota) as told:
        connector.me()
    assert (len(bench.box.requests), told.value.wait) == (before, 16 * 3600)
    bench.clock.pass_(hours=16)
    connector.me()


def test_2_a_refused_day_is_over(bench: MondayBench, connector: Monday) -> None:
    """Where others used the day up, one refusal is enough: no further request goes out before midnight."""
    bench.fault(kind="status", status=200, code="DAILY_LIMIT_EXCEEDED", message="Daily limit exceeded")
    for _ in range(2):
        with pytest.raises(Quota):
            connector.me()
    assert len(bench.box.requests) == 1


def test_3_the_limits_are_those_of_the_account(bench: MondayBench) -> None:
    """How many requests a minute may go out is learnt from the answers, and so is the day's limit."""
    connector = bench.connect(requests_per_minute=None, daily_calls=None)
    bench.box.gate.limits = type(bench.box.gate.limits)(per_minute=90, daily=25_000)
    connector.me()
    assert connector.learnt()["per_minute"] == 90
    assert connector.budget().limit == 25_000
    began = bench.clock.monotonic()
    for _ in range(100):
        connector.me()
    assert bench.clock.monotonic() - began > 60


@pytest.mark.parametrize("below", [False, True])
def test_4_a_timeout_makes_no_twin(bench: MondayBench, connector: Monday, container: Container, below: bool) -> None:
    """A create is not repeated, its key is the same in every process, and it is found by its marker."""
    parent = make(connector, container, "A0").id if below else None
    bench.lose_reply()
    (answer,) = connector.write(creates(container, 1, parent=parent))
    assert isinstance(answer, UnknownOutcome)
    found = connector.find(container, "syncd:p/A0", parent=parent, since=bench.clock.now())[0]
    again = bench.connect()
    made(again.write(creates(again.open(container.id), 1, parent=parent)))
    keys = [seen.headers["idempotency-key"] for seen in bench.sent("mutation Write")[-2:]]
    assert keys[0] == keys[1]
    assert bench.titles().count("Title 0") == 1
    assert found.title == "Title 0"


def test_5_no_limit_of_25_cuts_an_answer(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Forty boards and a hundred and forty items by id: each one is answered."""
    boards = [bench.add_container(f"Board {number}") for number in range(40)]
    news = connector.changes(dict.fromkeys(boards))
    assert news.keys() == set(boards)
    items = [bench.add(f"Item {number}") for number in range(140)]
    before = connector.requests()
    found = connector.look(container, items, Depth.TOP)
    assert all(isinstance(found[item], Task) for item in items)
    assert connector.requests() == before + 1


def test_6_missing_is_not_deleted(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Archived, moved, hidden, in the bin and gone for good: five answers, and only the last two are “deleted”."""
    archived, moved, hidden, binned, purged = (bench.add(title) for title in "AMHBP")
    bench.world.archive(archived)
    bench.move_away(moved)
    bench.hide(hidden)
    bench.delete(binned)
    seen = connector.look(container, [archived, moved, hidden, binned], Depth.TOP)
    put_away, away = seen[archived], seen[moved]
    assert isinstance(put_away, Task)
    assert isinstance(away, Task)
    assert (put_away.archived, put_away.container, away.container) == (True, container.id, "")
    assert (seen[hidden], seen[binned]) == (Fate.NO_ACCESS, Fate.DELETED)
    bench.delete(purged)
    bench.world.remembered = ()
    assert connector.look(container, [purged], Depth.TOP) == {purged: Fate.DELETED}


def test_6_a_hidden_board_is_not_empty(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Neither its listing nor its news: the other board is read, and this one is an error."""
    bench.add("Item")
    other = connector.open(bench.add_container("Other"))
    bench.hide_container(container.id)
    (_, first), (_, second) = connector.read_all([Want(container, Depth.TOP), Want(other, Depth.TOP)])
    assert isinstance(first, NoAccess)
    assert not isinstance(second, Exception)


def test_7_labels_are_known_by_their_ids(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Renamed in Spanish and put in another order, the label that means done is still the one that is written."""
    (status,) = (field for field in container.fields if field.title == "Status")
    task = make(connector, container, "A1").id
    for label, name in enumerate(("En curso", "Hecho", "Atascado")):
        bench.world.rename_label(container.id, status.id, label, name)
    done = change(connector, container, task, completed=True)
    assert (done.completed, done.status) == (True, "Hecho")
    (body,) = (json.loads(seen.body["variables"]["cells_0"]) for seen in bench.sent("mutation Write")[-1:])
    assert body == {status.id: {"index": 1}}


def test_8_nothing_is_looked_for_by_a_label(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Filters by a label's text find nothing without an error: we look by nothing but the marker."""
    make(connector, container, "A1")
    connector.find(container, "syncd:p/A1", parent=None, since=bench.clock.now())
    connector.read(container, Depth.STEPS)
    connector.changes({container.id: None})
    assert not [seen for seen in bench.box.requests if "rules" in seen.body["query"]]


@pytest.fixture
def levels(bench: MondayBench, connector: Monday) -> tuple[Container, str, str]:
    """A multi-level board with a parent and a leaf below it."""
    board = bench.world.add_board("Levels", hierarchy="multi_level")
    for title, kind in (("Plan ID", "text"), ("Notes", "long_text")):
        bench.world.add_column(board.id, title, kind)
    parent = bench.world.add_item("Parent", board.id).id
    return connector.open(board.id), parent, bench.world.add_item("Leaf", parent=parent).id


def test_9_a_roll_up_is_no_empty_status(
    bench: MondayBench, connector: Monday, levels: tuple[Container, str, str]
) -> None:
    """On a multi-level board a parent is done when all below it is, and that is asked for."""
    container, parent, leaf = levels
    assert not look(connector, container, parent).completed
    bench.complete(leaf)
    listed = connector.read(container, Depth.SUBTASKS).tasks
    assert (listed[parent].completed, listed[leaf].completed, listed[parent].steps) == (True, True, (1, 1))
    assert look(connector, container, parent, Depth.SUBTASKS) == listed[parent]
    bench.world.add_item("Another", parent=parent)
    assert not look(connector, container, parent).completed


def test_10_a_roll_up_is_not_written(bench: MondayBench, connector: Monday, levels: tuple[Container, str, str]) -> None:
    """What would be ignored in silence is left out and told; a leaf is written."""
    container, parent, leaf = levels
    update = Update("key", container, parent, Values({"completed": True, "title": "New"}))
    (answer,) = connector.write([update])
    assert isinstance(answer, Written)
    assert (answer.task.title, answer.task.completed) == ("New", False)
    assert any("status" in remark and "below" in remark for remark in answer.remarks)
    assert change(connector, container, leaf, completed=True).completed


def test_11_subitems_have_columns_of_their_own(bench: MondayBench, connector: Monday, container: Container) -> None:
    """They are written by the hidden board's ids, read back under the board's, and their news are told."""
    field = bench.world.add_column(container.id, "Effort", "numbers")
    parent = make(connector, container, "A1")
    step = make(connector, container, "P1", parent=parent.id)
    hidden = bench.world.items[step.id].board
    own = bench.world.add_column(hidden, "Effort", "numbers")
    assert own.id != field.id
    fresh = bench.connect()
    opened = fresh.open(container.id)
    (answer,) = fresh.write([Update("key", opened, step.id, Values({"notes": "N"}, {field.id: Decimal("2.50")}))])
    assert isinstance(answer, Written)
    assert (answer.task.notes, answer.task.fields[field.id], answer.remarks) == ("N", Decimal("2.5"), ())
    cursor = fresh.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(minutes=1)
    bench.complete(step.id)
    assert step.id in fresh.changes({container.id: cursor})[container.id].touched


def test_12_computed_columns_hold_nothing_for_us(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Mirrors and formulas are of the type OTHER, are read as nothing, and are never written."""
    mirror = bench.world.add_column(container.id, "Mirror", "mirror")
    task = make(connector, container, "A1")
    bench.world.display(task.id, mirror.id, "42")
    opened = connector.open(container.id)
    (field,) = (one for one in opened.fields if one.id == mirror.id)
    assert not field.writable
    (answer,) = connector.write([Update("key", opened, task.id, Values({}, {mirror.id: "43"}))])
    assert isinstance(answer, Written)
    assert (answer.task.fields[mirror.id], len(answer.remarks)) == (None, 1)
    assert "“Mirror”" in answer.remarks[0]


def test_13_values_are_json_in_a_text(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Column values are always a string, whatever quotation marks people use; structure is an object."""
    make(connector, container, "A1", notes='"Quoted" \\ and {braces}')
    sent = bench.sent("mutation")
    cells = [value for seen in sent for name, value in seen.body["variables"].items() if name.startswith("cells")]
    assert cells
    assert all(isinstance(value, str) and isinstance(json.loads(value), dict) for value in cells)
    assert look(connector, container, next(iter(bench.world.items))).notes == '"Quoted" \\ and {braces}'


def test_14_days_do_not_drift(bench: MondayBench, connector: Monday, container: Container) -> None:
    """A day is a day wherever the account lives, also where people added a time of day."""
    bench.world.users[bench.world.me].zone = "America/New_York"
    task = make(connector, container, "A1", due=date(2027, 6, 15))
    assert task.due == date(2027, 6, 15)
    due = next(column for column in bench.world.boards[container.id].columns if column.type == "date")
    bench.world.write(task.id, {due.id: {"date": "2027-06-15", "time": "03:00:00"}})
    assert look(connector, container, task.id).due == date(2027, 6, 15)
    sent = json.loads(bench.sent("mutation Write")[-1].body["variables"]["cells_0"])
    assert sent[due.id] == {"date": "2027-06-15"}


def test_15_an_old_cursor_begins_anew(bench: MondayBench, connector: Monday, container: Container) -> None:
    """A listing whose cursor expires half-way is begun again, and each item is there once; but not for ever."""
    items = {bench.add(f"Item {number}") for number in range(600)}
    bench.fault("next_items_page", kind="expire_cursors")
    assert connector.read(container, Depth.TOP).tasks.keys() == items
    assert len(bench.sent("next_items_page")) == 2
    bench.fault("next_items_page", kind="expire_cursors", times=9)
    with pytest.raises(Transient, match="cursor"):
        connector.read(container, Depth.TOP)
    assert len(bench.sent("next_items_page")) == 5


def test_15_a_listing_that_never_ends(bench: MondayBench, connector: Monday, container: Container) -> None:
    """A page that leads to itself is an error at once: it does not use up the day's requests."""
    for number in range(600):
        bench.add(f"Item {number}")
    bench.fault("next_items_page", kind="repeat_page", times=9)
    with pytest.raises(Transient, match="does not come to an end"):
        connector.read(container, Depth.TOP)
    assert len(bench.sent("next_items_page")) == 1


def test_15_a_board_that_begins_anew_spoils_no_other(bench: MondayBench, connector: Monday) -> None:
    """Where one cursor fails the whole answer is taken back: the other boards are asked again, and complete."""
    boards = [connector.open(bench.add_container(name)) for name in ("One", "Two")]
    items = {board.id: {bench.world.add_item(f"Item {n}", board.id).id for n in range(600)} for board in boards}
    bench.fault("next_items_page", kind="partial", alias="board_0", code="CursorException")
    for board, found in connector.read_all([Want(board, Depth.TOP) for board in boards]):
        assert isinstance(found, Listing)
        assert found.tasks.keys() == items[board.id]


def test_16_late_news_are_news(bench: MondayBench, connector: Monday, container: Container) -> None:
    """A change that is shown late, behind younger ones that were told, is told all the same; no filter is asked for."""
    late, early = bench.add("Late"), bench.add("Early")
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(seconds=20)
    bench.rename(late, "Late, renamed")
    bench.clock.pass_(seconds=20)
    bench.rename(early, "Early, renamed")
    bench.world.drop_logs(2)
    hidden = bench.world.items[late].updated_at
    bench.world.items[late].updated_at = "2026-09-01T08:00:00Z"
    first = connector.changes({container.id: cursor})[container.id]
    assert first.touched == {early}
    bench.world.items[late].updated_at = hidden
    assert connector.changes({container.id: first.cursor})[container.id].touched == {late}


def test_17_our_own_writes_are_no_news(bench: MondayBench, connector: Monday, container: Container) -> None:
    """What we wrote was changed no later than we know, and is nobody's doing; what people did is both."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(seconds=61.5)
    task = make(connector, container, "A1")
    news = connector.changes({container.id: cursor})[container.id]
    assert task.modified_at is not None
    assert news.at[task.id] <= task.modified_at
    assert news.by == {}
    bench.rename(task.id, "In the same second")
    news = connector.changes({container.id: news.cursor})[container.id]
    assert news.at[task.id] > task.modified_at
    assert news.by.keys() == {task.id}
    assert news.by[task.id].keys() == {bench.teammate}


def test_18_a_board_is_written_by_one(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Ten writes go in one request, in order, and one request at a time; a locked board is waited for."""
    capabilities = connector.capabilities()
    assert (capabilities.parallel, capabilities.batch) == (1, 10)
    connector.write(creates(container, 1))
    before = connector.requests()
    bench.fault("mutation", status=423, code="", message="Resource is currently locked")
    answers = made(connector.write(creates(container, 10)))
    assert connector.requests() == before + 2
    assert [answer.task.title for answer in answers] == [f"Title {number}" for number in range(10)]
    assert sum(bench.clock.slept) >= 5


def test_19_a_value_that_is_refused_fails_no_task(bench: MondayBench, connector: Monday, container: Container) -> None:
    """A label that went out of use is left out and told, the rest is written, and no label is ever made by a typo."""
    board = bench.world.boards[container.id]
    column = bench.world.add_column(board.id, "Phase", "status", labels=[Label(1, "Pilot", 0), Label(2, "Roll-out", 1)])
    opened = connector.open(container.id)
    task = make(connector, opened, "A1")
    bench.world.drop_label(board.id, column.id, 2)
    values = Values({"title": "New title"}, {column.id: "Roll-out"})
    (answer,) = connector.write([Update("key", opened, task.id, values)])
    assert isinstance(answer, Written)
    assert (answer.task.title, answer.task.fields[column.id]) == ("New title", None)
    assert len(answer.remarks) == 1
    assert "“Phase” was left out" in answer.remarks[0]
    assert not bench.sent("create_labels_if_missing")


def test_20_another_version_is_noticed(bench: MondayBench, connector: Monday, caplog: pytest.LogCaptureFixture) -> None:
    """Each request asks for one version; where another one answers, that is said once, and kept until that is over."""
    bench.fault(kind="version", message="2026-07", times=2)
    with caplog.at_level(logging.WARNING, logger="connectors.monday"):
        connector.me()
        connector.me()
    assert "newer version of syncd" in str(connector.learnt()[WARNING])
    later = bench.connect(known=connector.learnt())
    assert later.learnt()[WARNING] == connector.learnt()[WARNING]
    later.me()
    assert WARNING not in later.learnt()
    assert [record.getMessage().count("2026-07") for record in caplog.records] == [1]
    assert {seen.headers["api-version"] for seen in bench.box.requests} == {"2026-10"}
