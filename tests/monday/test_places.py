"""Boards and items that are not where they were: archived, hidden, moved, only to be looked at."""

from __future__ import annotations

import pytest

from connectors.errors import Invalid, NoAccess, ToolError, UnknownOutcome
from connectors.monday.addresses import board_of
from connectors.monday.connector import Monday
from connectors.vocabulary import Container, Depth, Group, Task, Update, Values, Written
from tests.connectors.suite.base import change, make
from tests.monday.bench import MondayBench
from tests.monday.looking import creates, look


@pytest.mark.parametrize(
    "reference",
    [
        "123",
        " 123 ",
        "https://riverbend.monday.com/boards/123",
        "riverbend.monday.com/boards/123/views/4",
        "https://riverbend.monday.com/boards/123/pulses/456?userId=7",
    ],
)
def test_an_address_names_its_board(reference: str) -> None:
    """However it was copied."""
    assert board_of(reference) == "123"


@pytest.mark.parametrize("reference", ["", "0", "12a", "https://riverbend.monday.com/docs/123", "boards/", "https://["])
def test_nothing_else_does(reference: str) -> None:
    """And the message says how to do it."""
    with pytest.raises(Invalid, match="neither") as refused:
        board_of(reference)
    assert "browser" in refused.value.next_step


@pytest.mark.parametrize("create", [False, True])
def test_no_second_board_beside_an_archived_one(bench: MondayBench, connector: Monday, *, create: bool) -> None:
    """People put it away: that is said, and by its id it is opened as what it is."""
    bench.world.archive_board(bench.container)
    with pytest.raises(Invalid, match="is archived: http"):
        connector.open(bench.name, by_name=True, create=create)
    assert connector.open(bench.container, create=create).archived


def test_a_board_that_may_only_be_looked_at(bench: MondayBench, connector: Monday) -> None:
    """It is opened, but no columns can be made and nothing written: the message says whom to ask."""
    bench.world.lock_board(bench.container)
    assert connector.open(bench.container).marker_field is None
    with pytest.raises(NoAccess) as refused:
        connector.open(bench.container, create=True)
    assert "right to edit" in refused.value.next_step
    bench.world.lock_board(bench.container, yes=False)
    container = connector.open(bench.container, create=True)
    bench.world.lock_board(bench.container)
    assert isinstance(connector.write(creates(container, 1))[0], NoAccess)


def test_an_archived_item_is_left_alone(bench: MondayBench, connector: Monday, container: Container) -> None:
    """It reads as archived with its last state, and a write says what to do."""
    task = make(connector, container, "A1")
    bench.complete(task.id)
    bench.world.archive(task.id)
    seen = look(connector, container, task.id)
    assert (seen.archived, seen.completed, seen.container) == (True, True, container.id)
    (answer,) = connector.write([Update("key", container, task.id, Values({"title": "New"}))])
    assert isinstance(answer, Invalid)
    assert "Restore" in answer.next_step
    assert look(connector, container, task.id).title == task.title


def test_a_hidden_item_is_not_gone(bench: MondayBench, connector: Monday, container: Container) -> None:
    """A write to it is refused as what it is: not for us."""
    task = make(connector, container, "A1")
    bench.hide(task.id)
    (answer,) = connector.write([Update("key", container, task.id, Values({"title": "New"}))])
    assert isinstance(answer, NoAccess)


def test_what_was_moved_away_is_read_by_its_new_columns(
    bench: MondayBench, connector: Monday, container: Container
) -> None:
    """With its state, its dates and its subitems; and it is not written to."""
    task = make(connector, container, "A1")
    step = make(connector, container, "P1", parent=task.id)
    elsewhere = bench.world.add_board("Elsewhere", columns=(("Stage", "status"),))
    bench.world.move_away(task.id, elsewhere.id)
    bench.complete(task.id)
    away = look(connector, container, task.id, Depth.SUBTASKS)
    assert (away.container, away.completed, away.group, away.fields) == ("", True, None, {})
    assert look(connector, container, step.id).container == ""
    (answer,) = connector.write([Update("key", container, task.id, Values({"title": "New"}))])
    assert isinstance(answer, Written)
    assert (answer.task.title, len(answer.remarks)) == (task.title, 1)


def test_subitems_that_people_made_since_belong_to_the_board(bench: MondayBench, connector: Monday) -> None:
    """Their board came about after the board was opened: they are no strangers."""
    container = connector.open(bench.container)
    parent = bench.add("Item")
    connector.look(container, [parent], Depth.TOP)
    step = bench.add("Step", parent=parent)
    bench.complete(step)
    seen = connector.look(container, [step, parent], Depth.STEPS)
    below, above = seen[step], seen[parent]
    assert isinstance(below, Task)
    assert isinstance(above, Task)
    assert (below.container, below.parent, above.steps) == (container.id, parent, (1, 1))


def test_a_name_in_place_of_a_marker_is_no_marker(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Whatever people write into the column; and markers are told apart by the case of their letters."""
    first, second = make(connector, container, "A1"), make(connector, container, "a1")
    assert container.marker_field is not None
    bench.world.write(bench.add("Theirs"), {container.marker_field: "see John"})
    (found,) = connector.find(container, "syncd:p/A1", parent=None, since=bench.clock.now())
    assert (found.id, second.id != first.id) == (first.id, True)
    markers = [task.marker for task in connector.read(container, Depth.TOP).tasks.values()]
    assert markers == ["syncd:p/A1", "syncd:p/a1", None]


def test_an_item_behind_none_of_its_own_is_told(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Where the other item goes between the look and the write, the place is left out and the rest stands."""
    one, two = make(connector, container, "A1"), make(connector, container, "A2")
    bench.fault("mutation", kind="partial", alias="w0_order", code="ResourceNotFoundException")
    update = Update("key", container, one.id, Values({"title": "New"}), after=two.id)
    (answer,) = connector.write([update])
    assert isinstance(answer, Written)
    assert answer.task.title == "New"
    assert "order" in answer.remarks[0]


def test_a_write_done_in_part_is_unclear(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Its values stand, and what came of its move is not known: the caller must look."""
    one, two = connector.ensure_groups(container, ["One", "Two"])[:2]
    task = make(connector, container, "A1", group=one.id)
    bench.fault("mutation", kind="partial", alias="w0_group", code="INTERNAL_SERVER_ERROR")
    (answer,) = connector.write([Update("key", container, task.id, Values({"title": "New"}), group=two.id)])
    assert isinstance(answer, UnknownOutcome)
    assert look(connector, container, task.id).title == "New"
    assert change(connector, container, task.id, group=two.id).group == two.id


def test_a_look_that_fails_fails_each_write(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Nothing was sent, so each may be tried again."""
    task = make(connector, container, "A1")
    bench.fault("Items", times=9)
    answers = connector.write(
        [Update("key", container, task.id, Values({"title": str(number)})) for number in range(2)]
    )
    assert [isinstance(answer, ToolError) and answer.retryable for answer in answers] == [True, True]


def test_who_cannot_be_asked_about_is_an_id(bench: MondayBench, connector: Monday, container: Container) -> None:
    """An account that may not list people still reads and writes items."""
    task = make(connector, container, "A1", assignee=bench.teammate)
    fresh = bench.connect()
    bench.fault("Users", kind="partial", alias="rows", code="missingRequiredPermissions", times=9)
    assert look(fresh, container, task.id).assignee == bench.world.person
    assert change(fresh, container, task.id, assignee=bench.world.me).assignee == bench.world.me


def test_a_person_who_cannot_be_assigned_is_left_out(
    bench: MondayBench, connector: Monday, container: Container
) -> None:
    """Deactivated a moment ago: the task is made, unassigned, and that is told."""
    connector.people()
    bench.world.users[bench.world.person].status = "INACTIVE"
    task = make(connector, container, "A1")
    (answer,) = connector.write(
        [Update("key", container, task.id, Values({"assignee": bench.teammate, "title": "New"}))]
    )
    assert isinstance(answer, Written)
    assert (answer.task.title, answer.task.assignee) == ("New", None)
    assert "“Person” was left out" in answer.remarks[0]


def test_a_refusal_is_not_for_ever(bench: MondayBench, connector: Monday, container: Container) -> None:
    """The same create under the same key, refused and then allowed; and a name given twice within minutes."""
    bench.world.lock_board(container.id)
    (first,) = connector.write(creates(container, 1))
    bench.world.lock_board(container.id, yes=False)
    (second,) = connector.write(creates(container, 1))
    assert (isinstance(first, NoAccess), isinstance(second, Written)) == (True, True)
    (group,) = connector.ensure_groups(container, ["One"])[:1]
    for title in ("Uno", "One", "Uno"):
        groups = connector.rename_group(container, group.id, title)
        assert groups == connector.open(container.id).groups


def test_each_item_that_is_refused_is_named(bench: MondayBench, connector: Monday, container: Container) -> None:
    """With its own name and words, whichever of the batch it is; the others go through."""
    ids = [make(connector, container, f"A{number}").id for number in range(3)]
    bench.fault("mutation", kind="partial", alias="w1_values", code="InvalidItemNameException", message="Not this one")
    answers = connector.write([Update(id_, container, id_, Values({"title": f"New {id_}"})) for id_ in ids])
    assert [isinstance(answer, Written) for answer in answers] == [True, False, True]
    assert str(answers[1]).startswith(f"changing item {ids[1]}: Not this one")
    assert "more" not in str(answers[1])


def test_a_request_that_is_refused_as_a_whole_is_taken_apart(
    bench: MondayBench, connector: Monday, container: Container
) -> None:
    """Nothing of it was done: each item is tried by itself, and only the one at fault is refused."""
    bench.fault("mutation Write", times=2, status=400, code="BAD_USER_INPUT", message="A value is wrong")
    answers = connector.write(creates(container, 4))
    assert [isinstance(answer, Written) for answer in answers] == [False, True, True, True]
    assert isinstance(answers[0], Invalid)
    assert str(answers[0]).startswith("making item “Title 0”: A value is wrong")
    assert sorted(bench.titles()) == ["Title 1", "Title 2", "Title 3"]


def test_what_may_have_been_made_is_not_made_again(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Monday refuses one and says nothing of the rest, though it did it: changes are repeated, creates are not."""
    ids = [make(connector, container, f"A{number}").id for number in range(2)]
    bench.world.ways.alone = False
    bench.fault("mutation", kind="partial", alias="w1_values", code="InvalidItemNameException", message="Not this one")
    updates = [Update(id_, container, id_, Values({"title": f"New {id_}"})) for id_ in ids]
    assert [isinstance(answer, Written) for answer in connector.write(updates)] == [True, True]
    bench.fault("mutation", kind="partial", alias="w1_values", code="InvalidItemNameException", message="Not this one")
    answers = connector.write(creates(container, 3))
    assert [type(answer) for answer in answers] == [UnknownOutcome] * 3
    assert (bench.titles().count("Title 0"), bench.titles().count("Title 1")) == (1, 0)


def test_the_group_of_a_new_board_becomes_the_first(bench: MondayBench, connector: Monday) -> None:
    """No empty “Group Title” stays beside those of the plan; on a board of people it does, whatever it is called."""
    made = connector.open("Brand new", by_name=True, create=True)
    before = connector.requests()
    groups = connector.ensure_groups(made, ["One", "Two"])
    assert connector.requests() == before + 1
    assert [group.title for group in groups] == ["One", "Two"]
    assert [group.title for group in bench.connect().open(made.id).groups] == ["One", "Two"]
    theirs = connector.open(bench.container, create=True)
    assert [group.title for group in connector.ensure_groups(theirs, ["One"])] == ["One", "Group Title"]


@pytest.mark.parametrize("new", [True, False])
def test_a_group_whose_name_is_not_kept(bench: MondayBench, connector: Monday, *, new: bool) -> None:
    """It is the one that was asked for all the same, also for a new process; and it can be called anew."""
    bench.world.ways.names_kept = False
    container = connector.open("Brand new" if new else bench.name, by_name=True, create=True)
    asked = ["One   one", "Two  two"]
    groups = connector.ensure_groups(container, asked)[:2]
    assert [group.title for group in groups] == asked
    fresh = bench.connect()
    assert fresh.ensure_groups(fresh.open(container.id), asked)[:2] == groups
    assert Group(groups[0].id, "One  one  one") in fresh.rename_group(container, groups[0].id, "One  one  one")
    assert {"One one one", "Two two"} <= {group.title for group in fresh.open(container.id).groups}


@pytest.mark.parametrize("code", ["ColumnValueException", "INTERNAL_SERVER_ERROR"])
def test_groups_of_which_only_some_are_made(
    bench: MondayBench, connector: Monday, container: Container, code: str
) -> None:
    """What failed is told, and made by the next try; what was made is not made again."""
    bench.fault("mutation CreateGroups", kind="partial", alias="group_0", code=code)
    with pytest.raises(ToolError):
        connector.ensure_groups(container, ["One", "Two"])
    groups = connector.ensure_groups(container, ["One", "Two"])
    assert [group.title for group in groups][:2] == ["One", "Two"]
    assert sorted(group.title for group in bench.connect().open(container.id).groups) == ["Group Title", "One", "Two"]


def test_a_group_with_too_long_a_name(bench: MondayBench, connector: Monday, container: Container) -> None:
    """Its name is cut, and it is found again by what is left of it."""
    title = "Every child " * 30
    group = connector.ensure_groups(container, [title])[0]
    assert group.title == title
    assert bench.connect().ensure_groups(container, [title])[0] == group
    connector.rename_group(container, group.id, f"All of it: {title}")
    names = [one.title for one in connector.open(container.id).groups if one.id == group.id]
    assert [(name[:11], len(name), name[-1]) for name in names] == [("All of it: ", 255, "…")]


def test_a_new_board_that_holds_something_keeps_its_group(bench: MondayBench, connector: Monday) -> None:
    """Where somebody put an item there before the first group was made, nothing is renamed."""
    made = connector.open("Brand new", by_name=True, create=True)
    bench.world.add_item("Theirs", made.id)
    connector.read(made, Depth.TOP)
    assert [group.title for group in connector.ensure_groups(made, ["One"])] == ["One", "Group Title"]
