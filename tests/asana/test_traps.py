"""Traps of time, outcome and wire that tools fall into with Asana: each test fails without what handles its trap.

Those that any tool sets (unanswered creates, half listings, gone or hidden, strangers, copies) stand in the suite of
all connectors, which this connector passes in test_contract.py; here and in the modules beside is what is Asana's own.
"""

from __future__ import annotations

import threading
from datetime import date, timedelta
from itertools import pairwise

import pytest

from connectors.contract import Connector
from connectors.errors import Quota, Transient, UnknownOutcome
from connectors.vocabulary import Container, Create, Depth, Values
from tests.asana.bench import AsanaBench
from tests.connectors.suite.base import change, make


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_silent_server_never_holds_a_thread_for_ever(bench: AsanaBench, container: Container, method: str) -> None:
    """Every kind of request has a timeout: the SDK has none, and ignores one given as a float."""
    task = bench.add("Task")
    hasty = bench.connect(timeout=0.2)
    bench.fault(f"^{method}", kind="hang", seconds=1.5, times=4)
    outcome: list[object] = []

    def call() -> None:
        try:
            if method == "GET":
                hasty.read(container, Depth.TOP)
            elif method == "PUT":
                change(hasty, container, task, title="New")
            else:
                make(hasty, container, "A1")
        except (Transient, UnknownOutcome) as error:
            outcome.append(error)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    (error,) = outcome
    assert isinstance(error, Transient if method == "GET" else UnknownOutcome)
    assert "0.2 s" in str(error)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 504, "effect": True, "body": "html"},
        {"kind": "status", "status": 500, "effect": True},
        {"kind": "lost_reply"},
        {"kind": "truncated"},
    ],
    ids=["gateway timeout", "server error", "cut off", "half an answer"],
)
def test_a_create_without_a_clear_answer_is_sent_once(
    bench: AsanaBench, connector: Connector, container: Container, fault: dict[str, object]
) -> None:
    """An answer that says nothing about the outcome is UnknownOutcome, and the marker finds what was made."""
    bench.fault("^POST /tasks", **fault)
    with pytest.raises(UnknownOutcome):
        make(connector, container, "A1")
    assert len(bench.sent("POST", "/tasks")) == 1
    since = bench.clock.now() - timedelta(minutes=5)
    assert [task.title for task in connector.find(container, "syncd:p/A1", parent=None, since=since)] == ["Title of A1"]
    assert not any("search" in seen.path for seen in bench.box.requests)


def test_a_write_that_was_never_sent_is_sent_again(bench: AsanaBench, container: Container) -> None:
    """Where not even a connection stood, nothing can have happened: that is no unknown outcome."""
    bench.box.close()
    with pytest.raises(Transient, match="could not be reached"):
        make(bench.connect(), container, "A1")


def test_an_update_sends_what_is_given_and_nothing_else(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """Whatever else people changed cannot be overwritten, because it is not sent."""
    task = make(connector, container, "A1", notes="Notes", due=date(2027, 1, 1))
    change(connector, container, task.id, title="New")
    change(connector, container, task.id, completed=True)
    bodies = [seen.body["data"] for seen in bench.sent("PUT", "/tasks")]
    assert bodies == [{"name": "New"}, {"completed": True}]


def test_an_update_that_was_done_in_part_is_in_doubt(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """Moved, but then refused for now: not "nothing took effect", or our own move would pass for a team's."""
    parent, task = make(connector, container, "A1").id, make(connector, container, "A2").id
    bench.fault("^PUT /tasks", kind="rate_limit", retry_after="600", times=9)
    with pytest.raises(UnknownOutcome, match="it was done in part"):
        change(connector, container, task, parent=parent, title="New")
    assert bench.world.tasks[task].parent == parent


def test_one_create_is_one_request(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """However many are made, each costs one POST and nothing beside it: below a parent, and for strangers, too."""
    group = connector.ensure_groups(container, ["One"])[0]
    parent = make(connector, container, "A0", assignee=bench.teammate, group=group.id).id
    before = len(bench.sent())
    for number in range(10):
        make(connector, container, f"A{number}", group=group.id, due=date(2027, 1, 1), assignee=bench.teammate)
        make(connector, container, f"P{number}", parent=parent, assignee="stranger@example.com")
    sent = bench.sent()[before:]
    assert [(seen.method, seen.path, seen.status) for seen in sent] == [("POST", "/tasks", 201)] * 20


def test_no_options_are_carried_from_one_listing_to_the_next(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """The SDK writes page tokens into the dict it is given: the second listing must not begin on the last page."""
    tasks = {bench.add(f"Task {number}") for number in range(250)}
    for _ in range(2):
        assert connector.read(container, Depth.TOP).tasks.keys() == tasks
    pages = [seen.query.get("offset") for seen in bench.sent("GET", "/projects") if seen.path.endswith("/tasks")]
    assert [page is None for page in pages] == [True, False, False] * 2
    assert all(one != other for one, other in pairwise(pages))


def test_a_pause_is_told_to_every_writer(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A long pause ends one write with Quota, and the next one without sending it."""
    bench.throttle(1000)
    create = Create("key", container, "syncd:p/A1", Values({"title": "A1"}))
    (first,) = connector.write([create])
    before = connector.requests()
    (second,) = connector.write([create])
    assert isinstance(first, Quota)
    assert isinstance(second, Quota)
    assert connector.requests() == before
