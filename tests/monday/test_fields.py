"""Which column holds what: told by type and title, read as it is, written as it takes it, and said where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from connectors.errors import Invalid
from connectors.monday.connector import Monday
from connectors.monday.sandbox.records import Label
from connectors.vocabulary import Container, Create, FieldType, FieldValue, Update, Values, Written
from tests.connectors.suite.base import change, make
from tests.monday.bench import MondayBench
from tests.monday.looking import look

START, DUE = date(2026, 9, 7), date(2027, 6, 15)


def board(bench: MondayBench, connector: Monday, *columns: tuple[str, str]) -> Container:
    """A board with a marker column and these columns, and no others."""
    made = bench.world.add_board("Bare", columns=(("Plan ID", "text"), *columns))
    return connector.open(made.id)


def create(
    connector: Monday, container: Container, fields: Mapping[str, FieldValue] | None = None, **given: object
) -> Written:
    """What a create of these values came to."""
    (answer,) = connector.write([Create("key", container, "syncd:p/A1", Values({"title": "A", **given}, fields or {}))])
    assert isinstance(answer, Written), answer
    return answer


@pytest.mark.parametrize(
    ("columns", "start", "due"),
    [
        ([("Start", "date"), ("Due", "date")], START, DUE),
        ([("deadline", "date"), ("START DATE", "date"), ("Review", "date")], START, DUE),
        ([("When", "date")], None, DUE),
        ([("Start", "date"), ("When", "date")], START, DUE),
        ([("One", "date"), ("Two", "date")], None, None),
        ([("Timeline", "timeline")], START, DUE),
        ([("Timeline", "timeline"), ("Due", "date")], None, DUE),
        ([], None, None),
    ],
)
def test_dates_have_their_columns(
    bench: MondayBench,
    connector: Monday,
    columns: list[tuple[str, str]],
    start: date | None,
    due: date | None,
) -> None:
    """Two dates, the only date, or a timeline that holds both; what has no column is left out and told."""
    container = board(bench, connector, *columns)
    answer = create(connector, container, start=START, due=DUE)
    assert (answer.task.start, answer.task.due) == (start, due)
    assert len(answer.remarks) == (start is None) + (due is None)
    assert look(bench.connect(), container, answer.task.id) == answer.task
    emptied = change(connector, container, answer.task.id, start=None, due=None)
    assert (emptied.start, emptied.due) == (None, None)


def test_a_timeline_needs_both(bench: MondayBench, connector: Monday) -> None:
    """One of the two alone is told; beside the other, which is there already, it is kept."""
    container = board(bench, connector, ("Timeline", "timeline"))
    alone = create(connector, container, due=DUE)
    assert (alone.task.due, alone.remarks) == (
        None,
        ("the due date was left out: a timeline needs both a start and a due date",),
    )
    assert change(connector, container, alone.task.id, start=START, due=DUE).start == START
    moved = change(connector, container, alone.task.id, due=date(2027, 7, 1))
    assert (moved.start, moved.due) == (START, date(2027, 7, 1))


def test_a_title_that_is_too_long_is_cut(connector: Monday, container: Container) -> None:
    """Of a new item, the first subitem of its board, a further one and a change: it ends in “…”, and that is told."""
    title = "Every child reads, " * 20
    one = create(connector, container, title=title)
    below = [
        Create(key, container, f"syncd:p/{key}", Values({"title": title}), parent=one.task.id) for key in ("P1", "P2")
    ]
    answers = [*connector.write(below[:1]), *connector.write(below[1:])]
    answers += connector.write([Update("key", container, one.task.id, Values({"title": title.upper()}))])
    for answer in (one, *answers):
        assert isinstance(answer, Written), answer
        assert (len(answer.task.title), answer.task.title[-1]) == (255, "…")
        assert answer.remarks == ("its title was cut: it has 379 characters, and monday holds 255",)
    whole = create(connector, container, title="x" * 255)
    assert (whole.task.title, whole.remarks) == ("x" * 255, ())


@pytest.mark.parametrize(
    ("columns", "remark"),
    [([], "no status column"), ([("Done", "checkbox"), ("Seen", "checkbox")], "no status column")],
)
def test_what_cannot_be_said_is_told(
    bench: MondayBench, connector: Monday, columns: list[tuple[str, str]], remark: str
) -> None:
    """Notes, assignee and done without columns: the task is made, each is told once, and reads as nothing."""
    container = board(bench, connector, *columns)
    answer = create(connector, container, notes="Words", assignee=bench.teammate, completed=True)
    assert len(answer.remarks) == 3
    assert any(remark in one for one in answer.remarks)
    assert (answer.task.notes, answer.task.assignee, answer.task.completed) == ("", None, False)
    assert create(connector, container, notes=None, assignee=None, completed=False).remarks == ()


def test_a_checkbox_does_where_there_is_no_status(bench: MondayBench, connector: Monday) -> None:
    """It is ticked and cleared, in both ways, whoever did it."""
    container = board(bench, connector, ("Finished", "checkbox"))
    task = create(connector, container, completed=True).task
    assert (task.completed, task.status, task.completed_at is not None) == (True, None, True)
    assert not change(connector, container, task.id, completed=False).completed
    bench.complete(task.id)
    assert look(connector, container, task.id).completed


def test_done_is_what_the_label_says(bench: MondayBench, connector: Monday) -> None:
    """Of several labels that mean done the first in their order is written, and one that stands there is kept."""
    made = bench.world.add_board("Bare", columns=(("Plan ID", "text"),))
    labels = [Label(7, "Shelved", 3, is_done=True), Label(3, "Achieved", 1, is_done=True), Label(0, "Under way", 0)]
    bench.world.add_column(made.id, "Status", "status", labels=labels)
    container = connector.open(made.id)
    task = create(connector, container, completed=True).task
    assert (task.status, task.completed) == ("Achieved", True)
    bench.world.set_status(task.id, "Shelved")
    assert change(connector, container, task.id, completed=True).status == "Shelved"
    bench.world.set_status(task.id, "Under way")
    kept = change(connector, container, task.id, completed=False)
    assert (kept.status, kept.completed, kept.completed_at) == ("Under way", False, None)
    bench.world.set_status(task.id, "Shelved")
    assert change(connector, container, task.id, completed=False).status is None


def test_no_label_means_done(bench: MondayBench, connector: Monday) -> None:
    """Then nothing is written and that is told."""
    made = bench.world.add_board("Bare", columns=(("Plan ID", "text"),))
    bench.world.add_column(made.id, "Status", "status", labels=[Label(1, "Open", 0)])
    answer = create(connector, connector.open(made.id), completed=True)
    assert answer.remarks == ("that it is done was left out: no label of “Status” counts as done",)


@pytest.fixture
def rich(bench: MondayBench, connector: Monday) -> Container:
    """A board with a column of each type that a mapping can use."""
    container = board(bench, connector, ("Text", "text"), ("Long", "long_text"), ("Number", "numbers"), ("Day", "date"))
    bench.world.add_column(container.id, "Phase", "status", labels=[Label(5, "One", 1), Label(2, "Two", 0)])
    bench.world.add_column(container.id, "Tags", "dropdown", options=["Red", "Green"])
    bench.world.add_column(container.id, "Team", "people")
    return connector.open(container.id)


def test_each_type_comes_back_as_it_was_sent(bench: MondayBench, connector: Monday, rich: Container) -> None:
    """Text, exact numbers, days, labels and people; None empties each of them."""
    ids = {field.title: field for field in rich.fields}
    assert ids["Phase"].options == {"Two": "2", "One": "5"}
    values: dict[str, FieldValue] = {
        ids["Text"].id: "Words",
        ids["Long"].id: "Two\nlines",
        ids["Number"].id: Decimal("0.1000000000000000055"),
        ids["Day"].id: DUE,
        ids["Phase"].id: "One",
        ids["Tags"].id: ("Green", "Red"),
        ids["Team"].id: (bench.teammate,),
    }
    answer = create(connector, rich, values)
    assert answer.remarks == ()
    task = look(bench.connect(), rich, answer.task.id)
    held = {id_: task.fields[id_] for id_ in values}
    tags = held.pop(ids["Tags"].id)
    assert isinstance(tags, tuple)
    assert set(tags) == {"Red", "Green"}
    assert held == {id_: value for id_, value in values.items() if id_ != ids["Tags"].id}
    update = Update("key", rich, task.id, Values({}, dict.fromkeys(values)))
    (emptied,) = connector.write([update])
    assert isinstance(emptied, Written)
    assert {emptied.task.fields[id_] for id_ in values} == {None}
    assert emptied.task.marker == "syncd:p/A1"


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Text", Decimal(1)),
        ("Number", "many"),
        ("Day", "tomorrow"),
        ("Phase", "Three"),
        ("Tags", ("Blue",)),
        ("Team", ("stranger@example.org",)),
        ("Long", "x" * 2001),
    ],
)
def test_what_does_not_fit_is_told(connector: Monday, rich: Container, title: str, value: FieldValue) -> None:
    """It is left out by name, before anything is sent, and the task is made."""
    field = next(one for one in rich.fields if one.title == title)
    assert field.type is not FieldType.OTHER
    answer = create(connector, rich, {field.id: value})
    assert answer.task.fields[field.id] is None
    (remark,) = answer.remarks
    assert f"“{title}”" in remark


def test_a_column_that_is_gone_is_told(bench: MondayBench, connector: Monday, rich: Container) -> None:
    """Also where it went a moment ago: the rest is written all the same, and the next write knows."""
    field = next(one for one in rich.fields if one.title == "Text")
    create(connector, rich)
    bench.world.drop_column(rich.id, field.id)
    for _ in range(2):
        answer = create(connector, rich, {field.id: "Words"}, due=DUE)
        assert (answer.task.due, len(answer.remarks)) == (DUE, 1)


def test_without_a_marker_column_nothing_is_made(bench: MondayBench, connector: Monday) -> None:
    """It could not be found again: the message names the command that makes the column."""
    container = connector.open(bench.container)
    assert container.marker_field is None
    (answer,) = connector.write([Create("key", container, "syncd:p/A1", Values({"title": "A"}))])
    assert isinstance(answer, Invalid)
    assert "syncd sync --create-columns" in answer.next_step
    assert bench.titles() == []
    furnished = connector.open(bench.container, create=True)
    assert create(connector, furnished).task.marker == "syncd:p/A1"


@pytest.mark.parametrize("lazy", [False, True])
def test_the_first_subitem_is_never_without_marker(bench: MondayBench, connector: Monday, lazy: bool) -> None:
    """Where its hidden board comes about with it, its name is its marker until there is a column for that."""
    bench.world.lazy_subitems = lazy
    container = connector.open(bench.name, by_name=True, create=True)
    parent = make(connector, container, "A1")
    if lazy:
        bench.fault("CreateColumns", times=1)
        create_ = Create("key", container, "syncd:p/P1", Values({"title": "Step", "notes": "N"}), parent=parent.id)
        (broken,) = connector.write([create_])
        assert not isinstance(broken, Written)
        (found,) = bench.connect().find(container, "syncd:p/P1", parent=parent.id, since=bench.clock.now())
        assert (found.marker, found.title) == ("syncd:p/P1", "syncd:p/P1")
        bench.world.delete(found.id)
    step = make(connector, container, "P2", parent=parent.id, notes="N", due=DUE)
    assert (step.title, step.marker, step.notes, step.due) == ("Title of P2", "syncd:p/P2", "N", DUE)
