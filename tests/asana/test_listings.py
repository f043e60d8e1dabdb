"""Listings and what counts in them: complete or not at all, and completed is not always done."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.contract import Connector
from connectors.errors import NotFound, Transient
from connectors.vocabulary import Container, Credit, Depth, Task, Update, Values, Written
from tests.asana.bench import AsanaBench
from tests.asana.looking import look


def test_an_expired_page_token_begins_the_listing_again(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """The whole listing is read anew, complete and each task once; and given up when that never ends."""
    tasks = {bench.add(f"Task {number}") for number in range(250)}
    bench.fault("offset=", kind="expire_offset", skip=1)
    before = connector.requests()
    assert connector.read(container, Depth.TOP).tasks.keys() == tasks
    assert connector.requests() - before == 6
    bench.fault("offset=", kind="expire_offset", times=100)
    with pytest.raises(Transient, match="page token"):
        connector.read(container, Depth.TOP)


def test_a_project_that_is_gone_while_read_is_not_empty(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """A refused listing is an error, never an empty one."""
    bench.delete_container(container.id)
    with pytest.raises(NotFound):
        connector.read(container, Depth.TOP)


def test_a_parent_deleted_while_read_has_no_subtasks(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """What went with it is not there, and the rest of the listing stands."""
    parents = [bench.add(title) for title in ("One", "Two")]
    steps = [bench.add("Step", parent=parent) for parent in parents]
    bench.fault("^GET /tasks/[0-9]+/subtasks", status=404, message="task: Unknown object: 1")
    assert connector.read(container, Depth.SUBTASKS).tasks.keys() == {*parents, steps[1]}


def test_tasks_that_outlive_their_project_are_not_gone(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """When people delete a project, assigned tasks live on elsewhere: that is not deletion."""
    lone, kept = bench.add("Lone"), bench.add("Kept")
    bench.world.set(kept, assignee=bench.world.person)
    bench.delete_container(container.id)
    assert look(connector, container, kept).container == ""
    assert not isinstance(connector.look(container, [lone], Depth.TOP)[lone], Task)


def test_a_full_read_keeps_to_its_budget(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """⌈N/100⌉ requests, and one for each parent that has subtasks."""
    parents = [bench.add(f"Task {number}") for number in range(120)]
    for parent in parents[:7]:
        bench.add("Step", parent=parent)
    before = connector.requests()
    connector.read(container, Depth.TOP)
    assert connector.requests() - before == 2
    connector.read(container, Depth.SUBTASKS)
    assert connector.requests() - before == 2 + 2 + 7


def test_subtasks_count_once_and_headings_never(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A subtask that also stands in the project is one task; a separator is no step."""
    parent = bench.add("Task")
    both, heading, open_ = (bench.add(title, parent=parent) for title in ("Both", "Part two:", "Open"))
    bench.world.add_to_project(both, container.id)
    bench.world.set(heading, separator=True)
    bench.complete(both)
    bench.complete(heading)
    tasks = connector.read(container, Depth.SUBTASKS).tasks
    assert tasks.keys() == {parent, both, heading, open_}
    assert tasks[parent].steps == (1, 2)
    assert (tasks[both].parent, tasks[both].container) == (parent, container.id)
    assert (tasks[heading].credit, tasks[heading].done) == (Credit.SEPARATOR, False)


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("approved", (True, True)),
        ("rejected", (True, False)),
        ("changes_requested", (True, False)),
        ("pending", (False, False)),
    ],
)
def test_a_rejected_approval_is_not_done(
    bench: AsanaBench, connector: Connector, container: Container, verdict: str, outcome: tuple[bool, bool]
) -> None:
    """Asana calls an approval completed once anything was decided."""
    task = bench.add("Approve")
    bench.world.set(task, resource_subtype="approval", approval_status="pending")
    bench.world.set(task, approval_status=verdict)
    seen = look(connector, container, task)
    assert (seen.completed, seen.done) == outcome


def test_a_milestone_is_work_like_any_other(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """It counts when done; and since it can have no start, one is left out instead of failing the task."""
    task = bench.add("Milestone")
    bench.world.set(task, resource_subtype="milestone")
    bench.complete(task)
    assert look(connector, container, task).done
    update = Update("key", container, task, Values({"start": date(2026, 9, 1), "due": date(2026, 9, 9)}))
    (answer,) = connector.write([update])
    assert isinstance(answer, Written)
    assert (answer.task.start, answer.task.due) == (None, date(2026, 9, 9))
    assert "milestone" in answer.remarks[0]


def test_a_merged_duplicate_is_not_done(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """The feed's hint leads to one question for the task's history; a plain tick costs none."""
    ticked, merged, kept = (bench.add(title) for title in ("Ticked", "Merged", "Kept"))
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.complete(ticked)
    bench.world.merge(merged, kept)
    news = connector.changes({container.id: cursor})[container.id]
    before = connector.requests()
    assert look(connector, container, ticked).done
    assert connector.requests() - before == 1
    seen = look(connector, container, merged)
    assert (seen.completed, seen.credit) == (True, Credit.DUPLICATE)
    assert connector.requests() - before == 3
    assert {ticked, merged} <= news.touched
    listed = connector.read(container, Depth.TOP).tasks
    assert (listed[merged].credit, listed[ticked].credit) == (Credit.DUPLICATE, Credit.COUNTS)
    assert connector.requests() - before == 4


def test_a_merge_that_was_undone_counts_again(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """Opened again and finished for real, it is done work."""
    merged, kept = bench.add("Merged"), bench.add("Kept")
    cursor = connector.changes({container.id: None})[container.id].cursor
    bench.world.merge(merged, kept)
    bench.complete(merged, done=False)
    bench.complete(merged)
    connector.changes({container.id: cursor})
    assert look(connector, container, merged).done


def test_a_merge_that_the_feed_lost_is_found_by_the_sweep(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """What a sweep says was finished meanwhile is asked about."""
    merged, kept = bench.add("Merged"), bench.add("Kept")
    bench.clock.pass_(hours=1)
    since = bench.clock.now()
    bench.world.merge(merged, kept)
    bench.lose_news()
    connector.changes({container.id: "whatever"}, sweep_since=since)
    assert look(connector, container, merged).credit is Credit.DUPLICATE
