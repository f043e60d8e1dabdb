"""Custom fields: every type there and back, and whatever people do to them never fails a task."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.asana import outgoing, shapes
from connectors.contract import Connector
from connectors.errors import Invalid
from connectors.vocabulary import Container, Create, Depth, FieldType, FieldValue, Task, Update, Values, Written
from tests.asana.bench import AsanaBench
from tests.connectors.suite.base import make


@pytest.fixture
def held(bench: AsanaBench, connector: Connector, container: Container) -> Container:
    """The project with a field of each type."""
    world = bench.world
    for name, subtype in (("Words", "text"), ("Day", "date"), ("Who", "people")):
        world.add_field(name, subtype, project=container.id)
    world.add_field("Share", "number", project=container.id, format="percentage", precision=1)
    world.add_field("Hours", "number", project=container.id, precision=2)
    world.add_field("Level", "enum", project=container.id, options=["High", "Low", "Out of use"])
    world.add_field("Schools", "multi_enum", project=container.id, options=["North", "South"])
    field = next(field for field in world.fields.values() if field.name == "Level")
    field.options[2].enabled = False
    return connector.open(container.id)


def gid(container: Container, title: str) -> str:
    """A field's id."""
    return next(field.id for field in container.fields if field.title == title)


def create(connector: Connector, container: Container, **fields: FieldValue) -> Written:
    """A task made with these custom fields, by title; it must be made whatever becomes of them."""
    values = Values({"title": "Task"}, {gid(container, title): value for title, value in fields.items()})
    (answer,) = connector.write([Create("key", container, "syncd:p/A1", values)])
    assert isinstance(answer, Written), answer
    return answer


def value(task: Task, container: Container, title: str) -> FieldValue:
    """What a task holds in a field."""
    return task.fields[gid(container, title)]


def test_fields_are_known_by_type(held: Container) -> None:
    """Each field comes with its title, type and enabled options."""
    types = {field.title: field.type for field in held.fields}
    assert types == {
        "Plan ID": FieldType.TEXT,
        "Words": FieldType.TEXT,
        "Day": FieldType.DATE,
        "Who": FieldType.PEOPLE,
        "Share": FieldType.NUMBER,
        "Hours": FieldType.NUMBER,
        "Level": FieldType.OPTION,
        "Schools": FieldType.OPTIONS,
    }
    level = next(field for field in held.fields if field.title == "Level")
    assert list(level.options) == ["High", "Low"]


@pytest.mark.parametrize(
    ("title", "held_value"),
    [
        ("Words", "Some words"),
        ("Day", date(2027, 3, 1)),
        ("Who", ("avery.teacher@example.org",)),
        ("Share", Decimal("12.5")),
        ("Share", Decimal(100)),
        ("Hours", Decimal("3.25")),
        ("Hours", Decimal(0)),
        ("Level", "Low"),
        ("Schools", ("North", "South")),
    ],
)
def test_values_come_back_the_same(connector: Connector, held: Container, title: str, held_value: FieldValue) -> None:
    """What is written is read, by type; None empties it."""
    made = create(connector, held, **{title: held_value})
    assert made.remarks == ()
    assert value(made.task, held, title) == held_value
    assert connector.read(held, Depth.TOP).tasks[made.task.id] == made.task
    (emptied,) = connector.write([Update("key", held, made.task.id, Values({}, {gid(held, title): None}))])
    assert isinstance(emptied, Written)
    assert value(emptied.task, held, title) is None


def test_percentages_are_kept_as_shares(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """Asana keeps 12.5 % as 0.125, here it is 12.5 as people read it."""
    create(connector, held, Share=Decimal("12.5"))
    body = bench.sent("POST", "/tasks")[-1].body["data"]
    assert body["custom_fields"][gid(held, "Share")] == 0.125


@given(st.decimals(min_value=-1000, max_value=1000, places=4), st.booleans())
def test_numbers_survive_json(number: Decimal, percent: bool) -> None:
    """Every number of up to four places goes out and comes back exactly, as a percentage or not."""
    assert shapes.number(shapes.fraction(number, percent=percent), percent=percent) == number


def test_a_renamed_field_is_the_same_field(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """Fields are known by id: a new name changes nothing."""
    bench.world.fields[gid(held, "Words")].name = "Other words"
    made = create(connector, held, Words="Still")
    assert (value(made.task, held, "Words"), made.remarks) == ("Still", ())


def test_a_disabled_option_is_left_out_and_told(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """The task is made with everything else, and a remark says which option is gone."""
    field = bench.world.fields[gid(held, "Level")]
    next(option for option in field.options if option.name == "Low").enabled = False
    made = create(connector, held, Level="Low", Words="Kept")
    assert (value(made.task, held, "Level"), value(made.task, held, "Words")) == (None, "Kept")
    assert made.task.marker == "syncd:p/A1"
    (remark,) = made.remarks
    assert "Level" in remark
    assert "Low" in remark


def test_an_option_added_meanwhile_is_found(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """Before an option is given up, the project's fields are asked for once more."""
    bench.world.fields[gid(held, "Level")].options[2].enabled = True
    made = create(connector, held, Level="Out of use")
    assert (value(made.task, held, "Level"), made.remarks) == ("Out of use", ())


def test_a_detached_field_is_left_out_and_told(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """A field that people took off the project fails no task."""
    bench.world.detach_field(held.id, gid(held, "Words"))
    made = create(connector, held, Words="Lost", Hours=Decimal(2))
    assert value(made.task, held, "Hours") == 2
    (remark,) = made.remarks
    assert remark == "“Words” was left out: the project has no such custom field any more"
    posts = bench.sent("POST", "/tasks")
    assert [seen.status for seen in posts] == [400, 201]


def test_a_detached_marker_field_sends_the_marker_to_the_notes(
    bench: AsanaBench, connector: Connector, held: Container
) -> None:
    """No task is ever made without its marker."""
    bench.world.detach_field(held.id, held.marker_field or "")
    made = create(connector, held, Words="Kept")
    assert (made.task.marker, made.task.notes, value(made.task, held, "Words")) == ("syncd:p/A1", "", "Kept")
    assert bench.world.tasks[made.task.id].notes == "syncd:p/A1"


def test_a_locked_field_is_left_out_and_told(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """403 about a field is no lost access to the project: the rest of the task is made, marker and all."""
    bench.fault("^POST /tasks", status=403, message="You do not have permission to edit this custom field.")
    made = create(connector, held, Words="Locked")
    assert (made.task.marker, value(made.task, held, "Words")) == ("syncd:p/A1", None)
    assert any("Words" in remark for remark in made.remarks)


def test_an_account_that_went_down_a_plan(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """402 in the middle of work: no custom fields any more, the marker goes into the notes, and nothing fails."""
    bench.world.tier = "basic"
    made = create(connector, held, Words="Lost")
    assert (made.task.marker, made.task.fields) == ("syncd:p/A1", {})
    assert made.remarks
    assert connector.capabilities().custom_fields is False


def test_what_is_wrong_with_the_task_itself_is_not_hidden(connector: Connector, held: Container) -> None:
    """A refusal that is not about a field that can be left out comes back as it is, and nothing is made."""
    values = Values({"title": "T", "start": date(2027, 1, 2), "due": date(2027, 1, 1)}, {gid(held, "Words"): "W"})
    (answer,) = connector.write([Create("key", held, "syncd:p/A1", values)])
    assert isinstance(answer, Invalid)
    assert "start" in answer.words
    assert connector.read(held, Depth.TOP).tasks == {}


def test_a_subtask_carries_no_fields_of_the_project(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """A subtask without a place in the project has its marker in the notes, and its fields are told as left out."""
    parent = make(connector, held, "A1")
    values = Values({"title": "Step", "notes": "Words"}, {gid(held, "Words"): "W"})
    (answer,) = connector.write([Create("key", held, "syncd:p/P1", values, parent=parent.id)])
    assert isinstance(answer, Written)
    assert (answer.task.marker, answer.task.notes) == ("syncd:p/P1", "Words")
    assert bench.world.tasks[answer.task.id].notes == "Words\n\nsyncd:p/P1"
    assert "Words" in answer.remarks[0]


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("Hours", "many"),
        ("Day", "someday"),
        ("Schools", ("East",)),
        ("Who", ("stranger@example.com",)),
        ("Words", None),
    ],
)
def test_what_a_field_cannot_hold_is_told(connector: Connector, held: Container, title: str, wrong: FieldValue) -> None:
    """A value of the wrong type, an option or a person that is not there: left out with a sentence; None is fine."""
    made = create(connector, held, **{title: wrong})
    assert value(made.task, held, title) is None
    assert len(made.remarks) == (0 if wrong is None else 1)
    assert all(title in remark for remark in made.remarks)


def test_a_computed_field_is_read_as_other_and_never_written() -> None:
    """What Asana computes itself cannot be written to, whatever its type."""
    raw = {"gid": "1", "name": "Sum", "resource_subtype": "number", "is_formula_field": True}
    field = shapes.field(raw)
    assert (field.type, field.writable) == (FieldType.OTHER, False)
    container = Container("2", "Plan", "", fields=(field,))
    write = Create("key", container, "syncd:p/A1", Values({}, {"1": Decimal(5)}))
    data, remarks = outgoing.custom(write, {"1": raw}, lambda _: None)
    assert (data, remarks) == ({}, ("“Sum” was left out: Asana computes this field itself",))


def test_a_field_of_an_unknown_type_is_left_alone() -> None:
    """Types that Asana may add are neither read nor written."""
    raw = {"gid": "1", "name": "New", "resource_subtype": "hologram", "hologram_value": "…"}
    assert shapes.field(raw).type is FieldType.OTHER
    assert shapes.value(raw, str) is None


def test_an_account_without_an_address_is_known_by_its_id(bench: AsanaBench, connector: Connector) -> None:
    """Asana may hide an address; then the id stands for the person, and can be written again."""
    people = connector._people  # type: ignore[attr-defined]
    someone = bench.world.person
    assert people.address({"gid": someone, "email": "A.Teacher@example.org"}) == "a.teacher@example.org"
    assert people.address({"gid": someone, "email": None}) == someone
    assert people.address({"gid": someone}) == bench.teammate
    assert people.address({"gid": "999"}) == "999"
    assert people.find(someone) == someone
    bench.fault("^GET /users", status=403, times=10)
    assert bench.connect()._people.address({"gid": someone}) == someone  # type: ignore[attr-defined]


# People, dates, sections


def test_someone_who_left_meanwhile_fails_no_task(bench: AsanaBench, connector: Connector, held: Container) -> None:
    """People were read once; who has gone since is refused by Asana, and the task is made unassigned."""
    assert bench.teammate in connector.people()
    bench.world.users[bench.world.person].active = False
    (answer,) = connector.write([Create("key", held, "syncd:p/A1", Values({"title": "T", "assignee": bench.teammate}))])
    assert isinstance(answer, Written)
    assert answer.task.assignee is None
    assert "not assigned" in answer.remarks[0]


def test_a_section_deleted_meanwhile_fails_no_task(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """The task stands in the project's first section, and a remark says so."""
    group = connector.ensure_groups(container, ["One"])[0]
    bench.world.delete_section(group.id)
    (answer,) = connector.write([Create("key", container, "syncd:p/A1", Values({"title": "T"}), group=group.id)])
    assert isinstance(answer, Written)
    assert answer.task.group == container.groups[0].id
    assert "section" in answer.remarks[0]


def test_a_start_without_a_due_is_left_out_and_told(
    bench: AsanaBench, connector: Connector, container: Container
) -> None:
    """Asana keeps no start alone: neither on a new task nor on one that has no due."""
    for write in (
        Create("key", container, "syncd:p/A1", Values({"title": "T", "start": date(2027, 1, 1)})),
        Update("key", container, bench.add("Task"), Values({"title": "T", "start": date(2027, 1, 1)})),
    ):
        (answer,) = connector.write([write])
        assert isinstance(answer, Written)
        assert (answer.task.title, answer.task.start, answer.task.due) == ("T", None, None)
        assert "due date" in answer.remarks[0]


def test_a_due_time_that_people_set_is_kept(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """A start that is set beside a due with an hour does not take the hour away."""
    task = bench.add("Task")
    bench.world.set(task, due_at="2027-01-05T15:00:00.000Z", due_on="2027-01-05")
    (answer,) = connector.write([Update("key", container, task, Values({"start": date(2027, 1, 1)}))])
    assert isinstance(answer, Written)
    assert (answer.task.start, answer.task.due) == (date(2027, 1, 1), date(2027, 1, 5))
    assert bench.world.tasks[task].due_at == "2027-01-05T15:00:00.000Z"


def test_someone_new_is_found_within_the_hour(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """People are asked for again where an address is unknown, at most once an hour."""
    assert make(connector, container, "A1", assignee="new.teacher@example.org").assignee is None
    bench.world.add_user("New Teacher")
    before = len(bench.sent("GET", "/users"))
    assert make(connector, container, "A2", assignee="new.teacher@example.org").assignee is None
    assert len(bench.sent("GET", "/users")) == before
    bench.clock.pass_(hours=1)
    assert make(connector, container, "A3", assignee="New.Teacher@example.org ").assignee == "new.teacher@example.org"


def test_people_without_a_visible_address(bench: AsanaBench, connector: Connector, container: Container) -> None:
    """Where people may not be listed, an address is passed on as it is: Asana knows it or refuses it."""
    bench.fault("^GET /users", status=403, times=10)
    assert make(connector, container, "A1", assignee=bench.teammate).assignee == bench.teammate
    assert make(connector, container, "A2", assignee="stranger@example.com").assignee is None
