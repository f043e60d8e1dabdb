"""What every connector tells of what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from connectors.contract import Connector
from connectors.errors import NoAccess
from connectors.vocabulary import Container
from tests.connectors.bench import Bench
from tests.connectors.suite.base import Base


class Telling(Base):
    """Where to look, never what is true."""

    def test_without_a_cursor_everything_may_have_happened(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """The first question gives a cursor and says that a full listing is due; the next one is quiet and cheap."""
        other = connector.open("Other", by_name=True, create=True)
        news = connector.changes({container.id: None, other.id: None})
        assert all(one.lost and one.cursor and not one.touched for one in news.values())
        before = connector.requests()
        again = connector.changes({id_: one.cursor for id_, one in news.items()})
        assert connector.requests() - before <= bench.quiet(2)
        assert again.keys() == {container.id, other.id}
        assert not any(one.lost or one.touched for one in again.values())

    @pytest.mark.parametrize("deed", ["complete", "rename", "move", "delete", "add", "add below", "complete below"])
    def test_what_people_do_is_told(self, bench: Bench, connector: Connector, container: Container, deed: str) -> None:
        """Whatever happens to a task of the container, at any depth, the feed points at it; and only once."""
        group = connector.ensure_groups(container, ["One"])[0]
        task = bench.add("Task")
        step = bench.add("Step", parent=task)
        bench.clock.pass_(minutes=1)
        cursor = connector.changes({container.id: None})[container.id].cursor
        bench.clock.pass_(minutes=1)
        deeds: dict[str, Callable[[], str | None]] = {
            "complete": lambda: bench.complete(task),
            "rename": lambda: bench.rename(task, "Renamed"),
            "move": lambda: bench.move(task, group.id),
            "delete": lambda: bench.delete(task),
            "add": lambda: bench.add("New"),
            "add below": lambda: bench.add("New", parent=step if bench.levels > 2 else task),
            "complete below": lambda: bench.complete(step),
        }
        expected = deeds[deed]() or (step if deed == "complete below" else task)
        news = connector.changes({container.id: cursor})[container.id]
        assert expected in news.touched
        assert not news.lost
        seen_before = bench.clock.now() - timedelta(seconds=30)
        assert all(at > seen_before for who in news.by.values() for at in who.values())
        assert news.at.get(expected, bench.clock.now()) > seen_before
        assert connector.changes({container.id: news.cursor})[container.id].touched == frozenset()

    def test_a_cursor_that_is_too_old_gives_a_fresh_one(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """Too old is not an error: the news are lost, a full listing is due, and the new cursor works."""
        cursor = connector.changes({container.id: None})[container.id].cursor
        bench.expire_cursors()
        news = connector.changes({container.id: cursor})[container.id]
        assert news.lost
        bench.clock.pass_(minutes=1)
        task = bench.add("Task")
        after = connector.changes({container.id: news.cursor})[container.id]
        assert (after.lost, task in after.touched) == (False, True)

    def test_a_sweep_finds_what_the_feed_lost(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Everything modified since is named, cheaply, and the cursor stays as it was."""
        task, idle = bench.add("Task"), bench.add("Idle")
        bench.clock.pass_(hours=1)
        cursor = connector.changes({container.id: None})[container.id].cursor
        since = bench.clock.now()
        bench.complete(task)
        bench.lose_news()
        before = connector.requests()
        news = connector.changes({container.id: cursor}, sweep_since=since)[container.id]
        assert connector.requests() - before <= bench.quiet(1)
        assert (task in news.touched, idle in news.touched, news.cursor, news.lost) == (True, False, cursor, False)

    def test_what_cannot_be_read_is_not_called_quiet(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """A container that cannot be read is missing from the news; when none can be, the error is raised."""
        other = connector.open("Other", by_name=True, create=True)
        cursors = {id_: one.cursor for id_, one in connector.changes({container.id: None, other.id: None}).items()}
        bench.hide_container(other.id)
        assert connector.changes(cursors).keys() == {container.id}
        bench.hide_container(container.id)
        with pytest.raises(NoAccess):
            connector.changes(cursors)
