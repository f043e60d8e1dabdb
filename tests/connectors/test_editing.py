"""What a write makes of a task that is read and put back: its values, and its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.editing import Place, changed, place, placed
from connectors.errors import Invalid
from connectors.vocabulary import Container, Task, Update, Values

THEN, NOW = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
BOARD = Container("board", "Board", "")


def task(id_: str, **held: Any) -> Task:
    """A task of the board."""
    return Task(id_, BOARD.id, f"Task {id_}", "", **held)


TASKS = {
    each.id: each
    for each in (
        task("a", group="one"),
        task("step", parent="a"),
        task("below", parent="step"),
        task("b", group="one"),
        task("c", group="two"),
    )
}


def asked(id_: str, **where: str) -> tuple[Place | None, tuple[str, ...]]:
    """What an update of that task leads to."""
    return placed(Update("key", BOARD, id_, **where), TASKS)  # type: ignore[arg-type]


def test_only_what_is_given_changes() -> None:
    """A None empties; text is tidied as it will be read again."""
    before = task("a", notes="Old", start=date(2026, 9, 1), due=date(2026, 9, 30), assignee="avery@example.org")
    after = changed(before, Values({"title": " Buy\nbooks ", "notes": None, "due": None}), NOW)
    assert (after.title, after.notes, after.due) == ("Buy books", "", None)
    assert (after.start, after.assignee, after.completed_at) == (date(2026, 9, 1), "avery@example.org", None)


def test_when_it_was_done() -> None:
    """Since it was completed first; opened again, it never was."""
    done = changed(task("a"), Values({"completed": True}), THEN)
    assert (done.completed, done.completed_at) == (True, THEN)
    assert changed(done, Values({"completed": True, "title": "New"}), NOW).completed_at == THEN
    again = changed(done, Values({"completed": False}), NOW)
    assert (again.completed, again.completed_at) == (False, None)


def test_where_a_new_one_stands() -> None:
    """Last, or where it is told to; alone where nothing stands yet."""
    assert place(TASKS, None, "one") == Place(None, "one", "b", behind=True)
    assert place(TASKS, None, "one", "") == Place(None, "one", "a", behind=False)
    assert place(TASKS, "a", "one") == Place("a", "one", "step", behind=True)
    assert place(TASKS, None, "three").beside is None


def test_where_one_is_put() -> None:
    """Into another group, behind another one, below it, or out again into the group of what it stood below."""
    assert asked("a", group="two") == (Place(None, "two", "c", behind=True), ())
    assert asked("a", after="b") == (Place(None, "one", "b", behind=True), ())
    assert asked("b", after="") == (Place(None, "one", "a", behind=False), ())
    assert asked("b", parent="a", after="step") == (Place("a", "one", "step", behind=True), ())
    assert asked("below", parent="") == (Place(None, "one", "b", behind=True), ())


def test_where_one_stays() -> None:
    """Nothing is asked, or what there is already."""
    assert asked("a") == asked("a", group="one") == asked("step", parent="a") == (None, ())


@pytest.mark.parametrize("gone", ["c", "step", "a", "nobody"])
def test_what_cannot_be_stood_behind_is_told(gone: str) -> None:
    """What stands elsewhere, or nowhere, or is the task itself: the rest is done."""
    where, remarks = asked("a", after=gone)
    assert (where, len(remarks)) == (None, 1)
    where, remarks = asked("b", parent="step", after=gone)
    assert (where, len(remarks)) == (Place("step", "one", "below", behind=True), 1)


def test_a_task_of_another_container_keeps_its_place() -> None:
    """A remark tells so, where a place was asked for."""
    other = Container("other", "Other", "")
    assert placed(Update("key", other, "a"), TASKS) == (None, ())
    where, remarks = placed(Update("key", other, "a", after="b"), TASKS)
    assert (where, len(remarks)) == (None, 1)


@pytest.mark.parametrize("below", ["a", "step", "below"])
def test_none_stands_below_itself(below: str) -> None:
    """Neither right below nor deeper."""
    with pytest.raises(Invalid):
        asked("a", parent=below)
