"""What every connector does when the tool fails, refuses or does not answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from connectors.contract import Connector
from connectors.errors import ToolError, Transient, UnknownOutcome
from connectors.reach import Standing
from connectors.vocabulary import Container, Depth, Task
from tests.connectors.bench import Bench
from tests.connectors.suite.base import Base, change, make


class Trouble(Base):
    """Nothing twice, nothing guessed, nothing left behind."""

    @pytest.mark.parametrize("below", [False, True])
    def test_a_lost_answer_is_resolved_by_the_marker(
        self, bench: Bench, connector: Connector, container: Container, below: bool
    ) -> None:
        """A create whose answer is lost says so, is sent once, and is found again."""
        parent = make(connector, container, "A0").id if below else None
        since = bench.clock.now() - timedelta(minutes=5)
        bench.lose_reply()
        with pytest.raises(UnknownOutcome):
            make(connector, container, "A1", parent=parent)
        assert bench.titles().count("Title of A1") == 1
        (found,) = connector.find(container, "syncd:p/A1", parent=parent, since=since)
        assert (found.title, found.marker, found.parent) == ("Title of A1", "syncd:p/A1", parent)
        assert connector.find(container, "syncd:p/A2", parent=parent, since=since) == []

    def test_a_lost_answer_to_an_update_says_so(self, bench: Bench, connector: Connector, container: Container) -> None:
        """The caller must look before it writes again; looking shows what became of it."""
        task = make(connector, container, "A1")
        bench.lose_reply()
        with pytest.raises(UnknownOutcome):
            change(connector, container, task.id, title="Changed")
        seen = connector.look(container, [task.id], Depth.TOP)[task.id]
        assert isinstance(seen, Task)
        assert seen.title == "Changed"

    def test_a_deleted_task_is_not_found_by_its_marker(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """Only live tasks are found."""
        since = bench.clock.now()
        task = make(connector, container, "A1")
        bench.delete(task.id)
        assert connector.find(container, "syncd:p/A1", parent=None, since=since) == []

    def test_a_copy_carries_the_marker_too(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Both are shown as they are: whose the marker is, others decide."""
        task = make(connector, container, "A1", notes="Words")
        copy = bench.duplicate(task.id)
        found = connector.find(container, "syncd:p/A1", parent=None, since=bench.clock.now() - timedelta(hours=1))
        assert {one.id for one in found} == {task.id, copy}
        assert {one.marker for one in connector.read(container, Depth.TOP).tasks.values()} == {"syncd:p/A1"}

    def test_a_failing_server_is_asked_again(self, bench: Bench, connector: Connector, container: Container) -> None:
        """A read gets over a short breakdown by itself, waits between its tries, and gives up some time."""
        task = bench.add("Task")
        bench.fail(2)
        assert connector.read(container, Depth.TOP).tasks.keys() == {task}
        assert sum(bench.clock.slept) >= 1
        bench.fail(100)
        with pytest.raises(Transient):
            connector.read(container, Depth.TOP)

    def test_requests_are_counted_by_what_came_of_them(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """Each is counted under one word: as it was meant, failed for the moment, or without an answer."""
        bench.add("Task")
        connector.read(container, Depth.TOP)
        assert connector.outcomes().keys() <= {"ok", "plan_tier"}
        bench.fail(2)
        connector.read(container, Depth.TOP)
        bench.lose_reply()
        with pytest.raises(UnknownOutcome):
            make(connector, container, "A1")
        ended = dict(connector.outcomes())
        assert sum(ended.values()) == connector.requests()
        assert (ended["transient"], ended["unknown_outcome"]) == (2, 1)

    def test_a_write_that_may_have_happened_is_not_repeated(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """A server's error says nothing about a write: it is sent once."""
        make(connector, container, "A0")
        before = connector.requests()
        bench.fail(1)
        with pytest.raises(UnknownOutcome):
            make(connector, container, "A1")
        assert connector.requests() == before + 1

    def test_a_connector_leaves_nothing_behind(self, bench: Bench) -> None:
        """No threads are started, and none stay after closing."""
        before = set(threading.enumerate())
        connector = bench.connect()
        connector.me()
        assert set(threading.enumerate()) == before
        connector.close()
        assert set(threading.enumerate()) == before

    def test_what_the_account_may_do_is_asked_once(self, bench: Bench, connector: Connector) -> None:
        """In one request that changes nothing, and anew each time: rights are given and taken."""
        first = connector.reach()
        assert first.standing is Standing.MEMBER
        assert connector.requests() == 1
        assert connector.reach() == first
        assert connector.requests() == 2

    def test_a_new_connector_sends_nothing(self, bench: Bench) -> None:
        """Making one and asking what it can do costs no request."""
        connector = bench.connect()
        capabilities = connector.capabilities()
        assert connector.requests() == 0
        assert capabilities.batch >= 1
        assert capabilities.parallel >= 1
        assert capabilities.settle > 0

    def test_every_failure_is_one_of_ours(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Whatever the tool answers, callers meet a ToolError with words and a next step."""
        bench.fail(1000)
        calls: list[Callable[[], object]] = [
            connector.me,
            connector.people,
            connector.discover,
            lambda: connector.open(bench.container),
            lambda: connector.ensure_groups(container, ["One"]),
            lambda: connector.rename_group(container, "1", "One"),
            lambda: connector.changes({container.id: None}),
            lambda: connector.find(container, "syncd:p/A1", parent=None, since=bench.clock.now()),
        ]
        for call in calls:
            with pytest.raises(ToolError) as told:
                call()
            assert told.value.words
            assert told.value.next_step
