"""What every connector does with writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.contract import Connector
from connectors.errors import Invalid, NotFound
from connectors.vocabulary import Container, Create, Depth, Update, Values, Write, Written
from tests.connectors.bench import Bench
from tests.connectors.suite.base import DUE, START, Base, change, make


class Writing(Base):
    """What is sent comes out, and nothing else changes."""

    def test_a_task_comes_out_as_it_was_sent(self, bench: Bench, connector: Connector, container: Container) -> None:
        """A create carries everything, in one request; a fresh reader sees the same."""
        group = connector.ensure_groups(container, ["One"])[0]
        connector.people()
        make(connector, container, "first")
        before = connector.requests()
        task = make(
            connector,
            container,
            "A1",
            notes="Two\nlines",
            start=START,
            due=DUE,
            assignee=bench.teammate,
            group=group.id,
        )
        assert connector.requests() == before + 1
        assert (task.title, task.notes, task.start, task.due) == ("Title of A1", "Two\nlines", START, DUE)
        assert (task.assignee, task.group, task.marker) == (bench.teammate, group.id, "syncd:p/A1")
        assert (task.container, task.parent, task.completed) == (container.id, None, False)
        assert "://" in task.url
        fresh = bench.connect()
        assert fresh.look(container, [task.id], Depth.TOP) == {task.id: task}
        assert fresh.read(container, Depth.TOP).tasks[task.id] == task

    def test_a_subtask_is_made_below_its_parent(self, connector: Connector, container: Container) -> None:
        """A subtask has its parent, its marker and its notes, and comes with the full listing."""
        parent = make(connector, container, "A1")
        step = make(connector, container, "P1", parent=parent.id, notes="Below", due=DUE)
        assert (step.parent, step.marker, step.notes, step.due) == (parent.id, "syncd:p/P1", "Below", DUE)
        listing = connector.read(container, Depth.SUBTASKS)
        assert listing.tasks[step.id].marker == "syncd:p/P1"

    def test_a_stranger_never_fails_a_task(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Someone without an account is left out and reported; whoever was assigned stays."""
        create = Create(
            "key", container, "syncd:p/A1", Values({"title": "A", "assignee": "stranger@example.com"}), None, None
        )
        (answer,) = connector.write([create])
        assert isinstance(answer, Written)
        assert answer.task.assignee is None
        assert "stranger@example.com" in answer.remarks[0]
        assigned = change(connector, container, answer.task.id, assignee=bench.teammate)
        assert assigned.assignee == bench.teammate
        assert change(connector, container, assigned.id, assignee="stranger@example.com").assignee == bench.teammate

    def test_an_update_changes_what_it_names(self, bench: Bench, connector: Connector, container: Container) -> None:
        """What people changed meanwhile in other fields stays; None empties a field."""
        task = make(connector, container, "A1", notes="Ours", start=START, due=DUE, assignee=bench.teammate)
        bench.rename(task.id, "People's title")
        bench.complete(task.id)
        later = change(connector, container, task.id, due=DUE + timedelta(days=1))
        assert (later.title, later.completed, later.due) == ("People's title", True, DUE + timedelta(days=1))
        assert (later.notes, later.start, later.assignee, later.marker) == ("Ours", START, bench.teammate, task.marker)
        emptied = change(connector, container, task.id, notes=None, start=None, due=None, assignee=None)
        assert (emptied.notes, emptied.start, emptied.due, emptied.assignee) == ("", None, None, None)
        assert emptied.marker == task.marker
        assert emptied == bench.connect().look(container, [task.id], Depth.TOP)[task.id]

    def test_dates_can_be_set_one_by_one(self, connector: Connector, container: Container) -> None:
        """A start that is moved alone keeps the due, and the other way round."""
        task = make(connector, container, "A1", start=START, due=DUE)
        earlier = change(connector, container, task.id, start=START - timedelta(days=2))
        assert (earlier.start, earlier.due) == (START - timedelta(days=2), DUE)
        later = change(connector, container, task.id, due=DUE + timedelta(days=2))
        assert (later.start, later.due) == (START - timedelta(days=2), DUE + timedelta(days=2))
        unset = change(connector, container, task.id, start=None)
        assert (unset.start, unset.due) == (None, DUE + timedelta(days=2))

    def test_completion_is_written_both_ways(self, connector: Connector, container: Container) -> None:
        """A task is ticked off and opened again."""
        task = make(connector, container, "A1")
        done = change(connector, container, task.id, completed=True)
        assert (done.completed, done.done, done.completed_at is not None) == (True, True, True)
        assert change(connector, container, task.id, completed=False).done is False

    def test_a_marker_can_be_put_back(self, bench: Bench, connector: Connector, container: Container) -> None:
        """A task that people made, or whose marker was taken off, is given one; its words stay."""
        task = bench.add("Theirs")
        marked = change(connector, container, task, marker="syncd:p/A1")
        assert (marked.marker, marked.title) == ("syncd:p/A1", "Theirs")
        assert change(connector, container, task, marker=None).marker is None
        step = bench.add("Below", parent=task)
        marked = change(connector, container, step, marker="syncd:p/P1", notes="New words")
        assert (marked.marker, marked.notes) == ("syncd:p/P1", "New words")

    def test_tasks_are_moved(self, connector: Connector, container: Container) -> None:
        """Into another group and back, with other changes in the same write."""
        one, two = connector.ensure_groups(container, ["One", "Two"])[:2]
        task = make(connector, container, "A1", group=one.id)
        moved = change(connector, container, task.id, group=two.id, title="Moved")
        assert (moved.group, moved.title) == (two.id, "Moved")
        assert change(connector, container, task.id, group=one.id).group == one.id

    def test_tasks_come_below_others_and_out_again(self, connector: Connector, container: Container) -> None:
        """With another parent, and with none; where a tool cannot do that, it says so and nothing is changed."""
        one, two = connector.ensure_groups(container, ["One", "Two"])[:2]
        task, parent = make(connector, container, "A1", group=one.id), make(connector, container, "A2", group=one.id)
        step = make(connector, container, "P1", parent=parent.id)
        if not connector.capabilities().reparents:
            before = connector.read(container, Depth.SUBTASKS)
            for moved, above in (step.id, task.id), (step.id, ""), (task.id, parent.id):
                with pytest.raises(Invalid) as refused:
                    change(connector, container, moved, parent=above, title="New")
                assert "by hand" in refused.value.next_step
            assert connector.read(container, Depth.SUBTASKS) == before
            return
        below = change(connector, container, step.id, parent=task.id)
        assert below.parent == task.id
        freed = change(connector, container, step.id, parent="", group=two.id)
        assert (freed.parent, freed.group, freed.container) == (None, two.id, container.id)
        assert freed.marker == "syncd:p/P1"

    def test_what_stands_alone_stays_in_the_container(self, connector: Connector, container: Container) -> None:
        """A subtask that is taken out from its parent, and told no group, does not fall out of sight."""
        parent = make(connector, container, "A1")
        step = make(connector, container, "P1", parent=parent.id)
        if not connector.capabilities().reparents:
            assert change(connector, container, parent.id, parent="") == parent
            return
        freed = change(connector, container, step.id, parent="")
        assert (freed.parent, freed.container) == (None, container.id)
        assert step.id in connector.read(container, Depth.TOP).tasks

    def test_one_bad_write_fails_alone(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Each write is answered for itself, in order."""
        gone = bench.add("Gone")
        bench.delete(gone)
        writes: list[Write] = [
            Update("1", container, gone, Values({"title": "X"})),
            Create("2", container, "syncd:p/A1", Values({"title": "Made"})),
        ]
        answers = [answer for write in writes for answer in connector.write([write])]
        assert isinstance(answers[0], NotFound)
        assert isinstance(answers[1], Written)
        assert bench.titles() == ["Made"]

    @pytest.mark.parametrize(
        ("sent", "seen"),
        [
            ("No\u00a0break", "No break"),
            ("  Outer blanks ", "Outer blanks"),
            ("Ampersand & <tag> “quotes” — ☃ 🎓", "Ampersand & <tag> “quotes” — ☃ 🎓"),
        ],
    )
    def test_titles_come_back_comparable(
        self, connector: Connector, container: Container, sent: str, seen: str
    ) -> None:
        """What a tool does to blanks is undone; everything else survives."""
        assert change(connector, container, make(connector, container, "A1").id, title=sent).title == seen

    def test_notes_come_back_comparable(self, connector: Connector, container: Container) -> None:
        """Line ends and blanks at their ends do not count, and no line is lost."""
        task = make(connector, container, "A1", notes="One\u00a0two  \r\n\r\n  indented\n<b>&amp;</b>\n")
        assert task.notes == "One two\n\n  indented\n<b>&amp;</b>"
