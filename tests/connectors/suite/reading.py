"""What every connector does with listings and with tasks by id."""

from __future__ import annotations

import pytest

from connectors.contract import Connector
from connectors.errors import Transient
from connectors.vocabulary import Container, Credit, Depth, Fate, Task
from tests.connectors.bench import Bench
from tests.connectors.suite.base import Base


class Reading(Base):
    """Complete, or an error."""

    def test_a_long_listing_is_complete(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Every page is read, each task is there once, and nothing else is."""
        tasks = {bench.add(f"Task {number}") for number in range(2 * bench.page + 30)}
        listing = connector.read(container, Depth.TOP)
        assert listing.tasks.keys() == tasks
        assert (listing.container, listing.depth) == (container.id, Depth.TOP)

    def test_a_listing_that_breaks_off_is_no_listing(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """Half a listing is an error: absence must never be read from it."""
        for number in range(2 * bench.page + 30):
            bench.add(f"Task {number}")
        bench.fail_second_page()
        with pytest.raises(Transient):
            connector.read(container, Depth.TOP)

    def test_listings_read_as_deep_as_they_say(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Top: the container's own; subtasks: and what is below them; steps: and counts of what is below those."""
        top = bench.add("Top")
        middle, idle = bench.add("Middle", parent=top), bench.add("Idle", parent=top)
        deep = bench.levels > 2
        if deep:
            bench.complete(bench.add("Low", parent=middle))
            bench.add("Lower", parent=middle)
        bench.complete(idle)
        assert connector.read(container, Depth.TOP).tasks.keys() == {top}
        two = connector.read(container, Depth.SUBTASKS).tasks
        assert two.keys() == {top, middle, idle}
        assert (two[top].steps, two[middle].parent) == ((1, 2), top)
        three = connector.read(container, Depth.STEPS).tasks
        assert three.keys() == {top, middle, idle}
        assert [three[task].steps for task in (top, middle, idle)] == [(1, 2), (1, 2) if deep else (0, 0), (0, 0)]
        assert connector.look(container, [middle], Depth.STEPS)[middle] == three[middle]

    def test_fates_are_told_apart(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Deleted, moved away, below another task: three different answers, one for each id."""
        gone, moved, kept = (bench.add(title) for title in ("Gone", "Moved", "Kept"))
        step = bench.add("Step", parent=kept)
        bench.delete(gone)
        bench.move_away(moved)
        answers = connector.look(container, [gone, moved, kept, step], Depth.TOP)
        assert list(answers) == [gone, moved, kept, step]
        assert answers[gone] is Fate.DELETED
        away, here, below = answers[moved], answers[kept], answers[step]
        assert isinstance(away, Task)
        assert isinstance(here, Task)
        assert isinstance(below, Task)
        assert (away.container, here.container, below.parent) == ("", container.id, kept)

    def test_a_look_never_guesses(self, bench: Bench, connector: Connector, container: Container) -> None:
        """When the tool fails, the error is raised: no id is left out and none is called gone."""
        task = bench.add("Task")
        bench.fail(50)
        with pytest.raises(Transient):
            connector.look(container, [task], Depth.TOP)

    def test_a_done_task_counts(self, bench: Bench, connector: Connector, container: Container) -> None:
        """What people ticked off reads as done, with the time; what they opened again does not."""
        task = bench.add("Task")
        bench.complete(task)
        seen = connector.look(container, [task], Depth.TOP)[task]
        assert isinstance(seen, Task)
        assert (seen.done, seen.credit, seen.completed_at is not None) == (True, Credit.COUNTS, True)
        bench.complete(task, done=False)
        seen = connector.look(container, [task], Depth.TOP)[task]
        assert isinstance(seen, Task)
        assert (seen.done, seen.completed_at) == (False, None)
