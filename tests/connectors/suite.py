"""The suite that every connector must pass: a connector's tests inherit it and give it a `bench`."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from connectors.contract import Connector
from connectors.errors import Invalid, NoAccess, NotFound, Quota, Refused, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Container, Create, Credit, Depth, Fate, Task, Update, Values, Write, Written
from tests.connectors.bench import Bench

DUE = date(2027, 6, 15)
START = date(2026, 9, 7)


def written(connector: Connector, write: Write) -> Task:
    """The task that a single write led to, which must succeed."""
    (answer,) = connector.write([write])
    if not isinstance(answer, Written):
        raise answer
    return answer.task


def make(connector: Connector, container: Container, item: str, **more: object) -> Task:
    """A new task for a plan item; `parent` and `group` beside its values."""
    parent, group = more.pop("parent", None), more.pop("group", None)
    values = Values({"title": f"Title of {item}", **more})
    create = Create(f"key {item}", container, f"syncd:p/{item}", values, group, parent)  # type: ignore[arg-type]
    return written(connector, create)


def change(connector: Connector, container: Container, task: str, **more: object) -> Task:
    """The task after an update; `parent` and `group` beside its values."""
    parent, group = more.pop("parent", None), more.pop("group", None)
    update = Update("key", container, task, Values(more), group=group, parent=parent)  # type: ignore[arg-type]
    return written(connector, update)


class ConnectorSuite:
    """What holds for every connector and every tool."""

    @pytest.fixture
    def connector(self, bench: Bench) -> Connector:
        """A fresh connector."""
        return bench.connect()

    @pytest.fixture
    def container(self, bench: Bench, connector: Connector) -> Container:
        """The bench's container, opened, with its marker field where the tool has one."""
        return connector.open(bench.name, by_name=True, create=True)

    # Containers

    def test_a_container_is_opened_by_id_address_and_name(self, bench: Bench, connector: Connector) -> None:
        """All three ways of naming a container lead to the same one."""
        by_id = connector.open(bench.container)
        assert by_id.id == bench.container
        assert by_id.name == bench.name
        assert connector.open(bench.address) == by_id
        assert connector.open(bench.name, by_name=True) == by_id

    def test_a_name_is_made_once(self, bench: Bench, connector: Connector) -> None:
        """A name that nothing goes by is an error, unless it may be made; and then it is made once."""
        with pytest.raises(NotFound):
            connector.open("Brand new", by_name=True)
        made = connector.open("Brand new", by_name=True, create=True)
        assert made.name == "Brand new"
        assert bench.connect().open("Brand new", by_name=True, create=True) == made
        assert [choice.name for choice in connector.discover()] == sorted(["Brand new", bench.name])

    def test_a_container_whose_making_was_not_answered_is_not_made_again(
        self, bench: Bench, connector: Connector
    ) -> None:
        """After a lost answer the tool is asked what there is."""
        bench.lose_reply()
        made = connector.open("Brand new", by_name=True, create=True)
        assert [choice.id for choice in connector.discover() if choice.name == "Brand new"] == [made.id]

    def test_a_name_of_several_containers_is_refused(self, bench: Bench, connector: Connector) -> None:
        """Nobody guesses which of two containers was meant."""
        bench.add_container(bench.name)
        with pytest.raises(Invalid, match="2"):
            connector.open(bench.name, by_name=True, create=True)

    def test_gone_and_out_of_sight_are_told_apart(self, bench: Bench, connector: Connector) -> None:
        """A deleted container is not found; a private one is not for us."""
        gone, hidden = bench.add_container("Gone"), bench.add_container("Hidden")
        bench.delete_container(gone)
        bench.hide_container(hidden)
        with pytest.raises(NotFound):
            connector.open(gone)
        with pytest.raises(NoAccess):
            connector.open(hidden)

    def test_nonsense_names_no_container(self, connector: Connector) -> None:
        """What is neither an id nor an address is refused before anything is asked, with advice."""
        before = connector.requests()
        with pytest.raises(Invalid) as refused:
            connector.open("our plan")
        assert "our plan" in str(refused.value)
        assert refused.value.next_step
        assert connector.requests() == before

    def test_groups_are_made_once(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Missing groups are made, those there are kept; the answer is in the order asked for."""
        first = connector.ensure_groups(container, ["One", "Two"])
        assert [group.title for group in first][:2] == ["One", "Two"]
        before = connector.requests()
        again = connector.ensure_groups(container, ["Two", "One", "Two"])
        assert again[:2] == (first[1], first[0])
        assert {group.id for group in again} == {group.id for group in first}
        assert connector.requests() == before + 1
        reopened = bench.connect().open(container.id)
        assert {group.id for group in reopened.groups} == {group.id for group in first}

    def test_an_unanswered_group_is_not_made_again(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """After a lost answer the groups are listed."""
        bench.lose_reply()
        groups = connector.ensure_groups(container, ["One"])
        titles = [group.title for group in connector.open(container.id).groups]
        assert titles.count("One") == 1
        assert groups[0].id in {group.id for group in connector.open(container.id).groups}

    # People and the credential

    def test_who_we_are_and_who_there_is(self, bench: Bench, connector: Connector) -> None:
        """People are known by their address in lower case, and are asked for once."""
        people = connector.people()
        before = connector.requests()
        assert connector.people()[bench.teammate].address == bench.teammate
        assert connector.me().address in people
        assert connector.requests() == before + 1
        assert all(address == address.lower() for address in people)

    def test_a_bad_credential_is_refused_and_not_repeated(self, bench: Bench) -> None:
        """A token the tool does not know ends every call at once, and stands in no message."""
        connector = bench.connect(token="not-a-token-of-ours")
        with pytest.raises(Refused) as refused:
            connector.me()
        assert "not-a-token-of-ours" not in repr(refused.value) + str(refused.value)
        with pytest.raises(Refused):
            connector.changes({bench.container: None, "12345": None})
        assert connector.requests() == 2

    # Writing

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
        assert task.url.startswith("http")
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
        """Into another group, below a parent, and out from below it; with other changes in the same write."""
        one, two = connector.ensure_groups(container, ["One", "Two"])[:2]
        task, parent = make(connector, container, "A1", group=one.id), make(connector, container, "A2", group=one.id)
        step = make(connector, container, "P1", parent=parent.id)
        moved = change(connector, container, task.id, group=two.id, title="Moved")
        assert (moved.group, moved.title) == (two.id, "Moved")
        assert change(connector, container, task.id, group=one.id).group == one.id
        below = change(connector, container, step.id, parent=task.id)
        assert below.parent == task.id
        freed = change(connector, container, step.id, parent="", group=two.id)
        assert (freed.parent, freed.group, freed.container) == (None, two.id, container.id)
        assert freed.marker == "syncd:p/P1"

    def test_what_stands_alone_stays_in_the_container(self, connector: Connector, container: Container) -> None:
        """A subtask that is taken out from its parent, and told no group, does not fall out of sight."""
        parent = make(connector, container, "A1")
        step = make(connector, container, "P1", parent=parent.id)
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

    # Reading

    def test_a_long_listing_is_complete(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Every page is read, each task is there once, and nothing else is."""
        tasks = {bench.add(f"Task {number}") for number in range(230)}
        listing = connector.read(container, Depth.TOP)
        assert listing.tasks.keys() == tasks
        assert (listing.container, listing.depth) == (container.id, Depth.TOP)

    def test_a_listing_that_breaks_off_is_no_listing(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """Half a listing is an error: absence must never be read from it."""
        for number in range(230):
            bench.add(f"Task {number}")
        bench.fail_second_page()
        with pytest.raises(Transient):
            connector.read(container, Depth.TOP)

    def test_listings_read_as_deep_as_they_say(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Top: the container's own; subtasks: and what is below them; steps: and counts of what is below those."""
        top = bench.add("Top")
        middle, idle = bench.add("Middle", parent=top), bench.add("Idle", parent=top)
        low = bench.add("Low", parent=middle)
        bench.add("Lower", parent=middle)
        bench.complete(low)
        bench.complete(idle)
        assert connector.read(container, Depth.TOP).tasks.keys() == {top}
        two = connector.read(container, Depth.SUBTASKS).tasks
        assert two.keys() == {top, middle, idle}
        assert (two[top].steps, two[middle].parent) == ((1, 2), top)
        three = connector.read(container, Depth.STEPS).tasks
        assert three.keys() == {top, middle, idle}
        assert [three[task].steps for task in (top, middle, idle)] == [(1, 2), (1, 2), (0, 0)]
        assert connector.look(container, [middle], Depth.STEPS)[middle] == three[middle]

    def test_fates_are_told_apart(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Deleted, out of sight, moved away, below another task: four different answers, one for each id."""
        gone, hidden, moved, kept = (bench.add(title) for title in ("Gone", "Hidden", "Moved", "Kept"))
        step = bench.add("Step", parent=kept)
        bench.delete(gone)
        bench.hide(hidden)
        bench.move_away(moved)
        answers = connector.look(container, [gone, hidden, moved, kept, step], Depth.TOP)
        assert list(answers) == [gone, hidden, moved, kept, step]
        assert answers[gone] is Fate.DELETED
        assert answers[hidden] is Fate.NO_ACCESS
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

    # News

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
        touched = {
            "complete": lambda: bench.complete(task),
            "rename": lambda: bench.rename(task, "Renamed"),
            "move": lambda: bench.move(task, group.id),
            "delete": lambda: bench.delete(task),
            "add": lambda: bench.add("New"),
            "add below": lambda: bench.add("New", parent=step),
            "complete below": lambda: bench.complete(step),
        }[deed]()
        expected = touched or (step if deed == "complete below" else task)
        news = connector.changes({container.id: cursor})[container.id]
        assert expected in news.touched
        assert not news.lost
        assert news.at.get(expected, bench.clock.now()) == bench.clock.now()
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

    # Unanswered requests

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

    def test_a_refused_request_waits_as_long_as_it_was_told(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """A limit that was hit is waited out, write or read, and nothing is done twice."""
        bench.throttle(40)
        began = bench.clock.monotonic()
        make(connector, container, "A1")
        assert bench.clock.monotonic() - began >= 40
        assert bench.titles() == ["Title of A1"]

    def test_a_long_pause_is_reported(self, bench: Bench, connector: Connector, container: Container) -> None:
        """A pause too long to be waited out comes back as Quota, and nothing is sent before it is over."""
        bench.throttle(3600)
        with pytest.raises(Quota) as told:
            connector.read(container, Depth.TOP)
        assert told.value.wait == pytest.approx(3600, abs=1)
        before = connector.requests()
        with pytest.raises(Quota):
            connector.look(container, ["1"], Depth.TOP)
        assert connector.requests() == before
        bench.clock.pass_(seconds=3601)
        assert connector.read(container, Depth.TOP).tasks == {}

    # Good manners

    def test_a_connector_leaves_nothing_behind(self, bench: Bench) -> None:
        """No threads are started, and none stay after closing."""
        before = set(threading.enumerate())
        connector = bench.connect()
        connector.me()
        assert set(threading.enumerate()) == before
        connector.close()
        assert set(threading.enumerate()) == before

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
        calls = [
            connector.me,
            connector.people,
            connector.discover,
            lambda: connector.open(bench.container),
            lambda: connector.ensure_groups(container, ["One"]),
            lambda: connector.changes({container.id: None}),
            lambda: connector.find(container, "syncd:p/A1", parent=None, since=bench.clock.now()),
        ]
        for call in calls:
            with pytest.raises(ToolError) as told:
                call()
            assert told.value.words
            assert told.value.next_step
