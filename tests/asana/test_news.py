"""The event feed and its losses: where to look, and what is only talk."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from connectors.contract import Connector
from connectors.vocabulary import Container
from tests.asana.bench import AsanaBench
from tests.asana.looking import look
from tests.asana.odd import answering
from tests.connectors.suite.base import make


def test_news_of_several_pages_are_read_to_the_end(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """250 events take three requests, each with the token of the one before; the SDK's own iterator loops here."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    tasks = [bench.add(f"Task {number}") for number in range(120)]
    before = len(bench.sent())
    news = connector.changes({container.id: cursor})[container.id]
    assert news.touched == set(tasks)
    asked = [seen.query["sync"] for seen in bench.sent()[before:]]
    told = [seen.answer()["sync"] for seen in bench.sent()[before:]]
    assert len(asked) == 3
    assert asked == [cursor, *told[:-1]]
    assert news.cursor == told[-1]
    assert connector.changes({container.id: news.cursor})[container.id].touched == frozenset()


def test_a_feed_with_too_much_to_tell_is_given_up(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """After 20 pages a full listing is quicker; the cursor that comes back is past everything."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    task = bench.add("Task")
    for number in range(1100):
        bench.rename(task, f"Name {number}")
    before = connector.requests()
    news = connector.changes({container.id: cursor})[container.id]
    assert (news.lost, connector.requests() - before) == (True, 21)
    assert connector.changes({container.id: news.cursor})[container.id].touched == frozenset()


def test_an_expired_token_is_a_normal_state(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """412 costs one request, is not repeated, and its body's token is what comes next."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(hours=25)
    before = connector.requests()
    news = connector.changes({container.id: cursor})[container.id]
    assert (news.lost, news.touched, connector.requests() - before) == (True, frozenset(), 1)
    assert news.cursor == bench.sent()[-1].answer()["sync"]


def test_a_move_is_told_and_idle_talk_is_not(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A move does not touch `modified_at`, a comment does: neither is what decides."""
    group = connector.ensure_groups(container, ["One"])[0]
    moved, discussed = bench.add("Moved"), bench.add("Discussed")
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(minutes=5)
    before = look(connector, container, moved).modified_at
    bench.move(moved, group.id)
    bench.world.comment(discussed, "I like this")
    news = connector.changes({container.id: cursor})[container.id]
    assert news.touched == {moved}
    assert look(connector, container, moved).modified_at == before
    assert look(connector, container, moved).group == group.id


def test_our_own_writes_are_no_news(connector: Connector, container: Container) -> None:
    """The echo of a write is not later than its answer, and the answer equals what is read later."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    task = make(connector, container, "A1", title="Trailing \u00a0", notes="Windows\r\nline  \n\n")
    news = connector.changes({container.id: cursor})[container.id]
    assert task.modified_at
    assert task.modified_at - timedelta(seconds=1) < news.at[task.id] <= task.modified_at
    assert look(connector, container, task.id) == task


def test_a_task_that_is_deleted_right_after_our_write_is_news(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """What is told a moment after a write is its echo, but no deletion is ours."""
    task = make(connector, container, "A1", title="Task")
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.clock.pass_(milliseconds=20)
    bench.delete(task.id)
    news = connector.changes({container.id: cursor})[container.id]
    assert task.modified_at
    assert news.at[task.id] > task.modified_at


def test_the_feed_says_who(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """By address, each person once, the first to touch the task first; who only talks about it did not touch it."""
    task, other = bench.add("Task"), bench.add("Other")
    ann, bo = (bench.world.add_user(name, f"{name}@Example.org").gid for name in ("Ann", "Bo"))
    cursor = connector.changes({container.id: None})[container.id].cursor
    for person, name in ((bo, "One"), (ann, "Two"), (bo, "Three")):
        bench.clock.pass_(minutes=1)
        bench.world.rename(task, name, by=person)
    bench.world.comment(other, "I like this", by=ann)
    news = connector.changes({container.id: cursor})[container.id]
    assert news.by.keys() == {task}
    assert list(news.by[task]) == ["bo@example.org", "ann@example.org"]
    assert news.by[task]["bo@example.org"] == news.at[task]
    assert news.by[task]["ann@example.org"] < news.at[task] - timedelta(seconds=50)


@pytest.mark.parametrize(
    ("user", "names"),
    [
        ({"gid": "7", "name": "Bo\n Li"}, ["Bo Li"]),
        ({"gid": "7", "name": "Bo Li", "email": None}, ["Bo Li"]),
        ({"gid": "7"}, []),
        (None, []),
    ],
)
def test_where_the_feed_hides_the_address(user: object, names: list[str]) -> None:
    """The name will do; what a rule of Asana's did is nobody's doing."""
    row = {"type": "task", "action": "changed", "resource": {"gid": "12"}, "created_at": "2026-02-01T10:00:00Z"}
    with answering(json.dumps({"data": [row | {"user": user}], "sync": "s"}).encode()) as odd:
        news = odd.changes({"1": "cursor"})["1"]
    assert (news.touched, list(news.by.get("12", {}))) == (frozenset({"12"}), names)


def test_our_own_touch_is_told_with_its_moment(connector: Connector, container: Container) -> None:
    """Not after the answer: so nobody takes us for one of those who came after."""
    cursor = connector.changes({container.id: None})[container.id].cursor
    task = make(connector, container, "A1", title="Task")
    told = connector.changes({container.id: cursor})[container.id].by[task.id]
    assert task.modified_at
    assert [at <= task.modified_at for at in told.values()] == [True]


def test_a_lost_subtask_points_at_its_parent(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A step that is taken out changes nothing on the task above it, whose count of steps must be read again."""
    task = bench.add("Task")
    step = bench.add("Step", parent=task)
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.world.set_parent(step, None)
    assert task in connector.changes({container.id: cursor})[container.id].touched
