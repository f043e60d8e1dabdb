"""How many requests things take, where a day has a thousand of them."""

from __future__ import annotations

import math

import pytest
from graphql import GraphQLSchema

from connectors.monday.connector import Monday
from connectors.monday.sandbox import Limits
from connectors.vocabulary import Container, Depth, Listing, Task, Update, Values, Want
from tests.connectors.suite.base import make
from tests.monday.bench import MondayBench, running
from tests.monday.looking import creates, made


def test_a_quiet_look_at_twenty_boards_is_one_request(bench: MondayBench, connector: Monday) -> None:
    """However many boards, with subitems too; and what is kept of each is short."""
    boards = [bench.add_container(f"Board {number}") for number in range(20)]
    for board in boards:
        bench.world.add_item("Step", parent=bench.world.add_item("Item", board).id)
    first = connector.changes(dict.fromkeys(boards))
    fresh = bench.connect()
    told = fresh.changes({board: news.cursor for board, news in first.items()})
    assert fresh.requests() == 1
    assert not any(news.lost or news.touched for news in told.values())
    assert all(len(news.cursor or "") < 400 for news in told.values())


def test_twenty_boards_are_read_in_two_requests(bench: MondayBench) -> None:
    """Five hundred items and subitems on twenty boards: one for their columns, one for all items."""
    boards = [bench.add_container(f"Board {number}") for number in range(20)]
    for number in range(250):
        item = bench.world.add_item(f"Item {number}", boards[number % 20])
        bench.world.add_item(f"Step {number}", parent=item.id)
    wants = [Want(Container(board, "", ""), Depth.SUBTASKS) for board in boards]
    connector = bench.connect()
    found = list(connector.read_all(wants))
    assert connector.requests() == 2
    assert [container.id for container, _ in found] == boards
    assert sum(len(one.tasks) for _, one in found if isinstance(one, Listing)) == 500


@pytest.mark.parametrize(("items", "steps"), [(500, 0), (1200, 0), (3, 900)])
def test_a_full_read_takes_a_request_per_five_hundred(bench: MondayBench, items: int, steps: int) -> None:
    """⌈N/500⌉ + 1, items and subitems together."""
    parents = [bench.add(f"Item {number}") for number in range(items)]
    for number in range(steps):
        bench.add(f"Step {number}", parent=parents[0])
    connector = bench.connect()
    listing = connector.read(Container(bench.container, "", ""), Depth.STEPS)
    assert len(listing.tasks) == items + steps
    assert connector.requests() <= math.ceil((items + steps) / 500) + 1


def test_a_first_push_takes_a_request_for_ten(bench: MondayBench, connector: Monday, container: Container) -> None:
    """A hundred creates: ten requests, and one to learn what the columns are called."""
    writes = creates(container, 100)
    before = connector.requests()
    for at in range(0, 100, 10):
        made(connector.write(writes[at : at + 10]))
    assert connector.requests() - before <= 11
    assert len(bench.titles()) == 100


def test_updates_take_a_look_and_a_write(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Ten updates of values, group and place together: two requests."""
    one, two = connector.ensure_groups(container, ["One", "Two"])[:2]
    tasks = [make(connector, container, f"A{number}", group=one.id) for number in range(10)]
    before = connector.requests()
    updates = [
        Update(f"key {task.id}", container, task.id, Values({"title": "New"}), group=two.id, after="") for task in tasks
    ]
    answers = made(connector.write(updates))
    assert connector.requests() == before + 2
    assert {(answer.task.title, answer.task.group) for answer in answers} == {("New", two.id)}
    order = [task.id for task in connector.read(container, Depth.TOP).tasks.values()]
    assert order == [task.id for task in reversed(tasks)]


def test_five_hundred_items_are_looked_at_in_one_request(
    bench: MondayBench, connector: Monday, container: Container
) -> None:
    """By id, a hundred under each alias; the next one takes another."""
    items = [bench.add(f"Item {number}") for number in range(501)]
    connector.look(container, items[:1], Depth.TOP)
    before = connector.requests()
    assert all(isinstance(one, Task) for one in connector.look(container, items[:500], Depth.TOP).values())
    assert connector.requests() == before + 1
    connector.look(container, items, Depth.TOP)
    assert connector.requests() == before + 3


def test_a_minutes_complexity_is_kept_to(schema: GraphQLSchema) -> None:
    """Where it is short, fewer writes go into a request, the next minute is waited for, and none is refused."""
    with running(schema, Limits(per_minute=None, concurrency=None, daily=None, complexity=400_000)) as bench:
        connector = bench.connect()
        container = connector.open(bench.name, by_name=True, create=True)
        bench.clock.pass_(minutes=2)
        began = bench.clock.monotonic()
        writes = creates(container, 30)
        for at in (0, 10, 20):
            made(connector.write(writes[at : at + 10]))
        assert len(bench.titles()) == 30
        assert bench.clock.monotonic() - began >= 60
        assert not [seen for seen in bench.box.requests if b"COMPLEXITY" in seen.reply]


def test_a_day_can_be_told_from_outside(bench: MondayBench) -> None:
    """What other processes of ours sent counts, and how the day stands can be seen without asking."""
    connector = bench.connect(daily_calls=None)
    connector.spent(700)
    connector.me()
    budget = connector.budget()
    assert (budget.used, connector.requests()) == (701, 1)
    assert connector.learnt()["user"] == bench.world.me


def test_who_we_are_is_asked_once_a_connection(bench: MondayBench) -> None:
    """What earlier connectors found out is not asked again on the same day; the day's limit is, on the next."""
    first = bench.connect(daily_calls=None)
    first.changes({bench.container: None})
    assert len(bench.sent("platform_api")) == len(bench.sent("me {")) == 1
    second = bench.connect(daily_calls=None, known=first.learnt())
    second.changes({bench.container: None})
    assert len(bench.sent("platform_api")) == 1
    bench.clock.pass_(days=1)
    second.changes({bench.container: None})
    assert (len(bench.sent("platform_api")), len(bench.sent("me {"))) == (2, 1)
