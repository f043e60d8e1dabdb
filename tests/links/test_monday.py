"""`syncd links` over monday: let go of, put right, and which of two copies is meant."""

from __future__ import annotations

import pytest

from tests.cli.district import TASKS
from tests.monday_loop.place import Place

TRAIN, BOOKS, OFFICE = "G1.A1.P1", "G1.A1.P2", "G2.A1"


@pytest.fixture
def boards(fresh: Place) -> Place:
    """A district whose plan was pushed."""
    assert fresh.sync()["created"] == TASKS
    return fresh


def test_a_link_is_dropped_and_taken_up_again(boards: Place) -> None:
    """The marker goes from the item, its name and dates stay; suggested again, it is adopted, and none is made."""
    item = boards.item(OFFICE)
    said = boards.run("links", "drop", OFFICE)
    assert (said.code, said.out.startswith("Let go of: 1 task\n")) == (0, True), said.err
    assert (boards.carriers(OFFICE), boards.marker(item)) == ([], None)
    assert boards.run("links", "drop", OFFICE).code == 2
    suggested = boards.run("links", "suggest", "--json").json["suggestions"]
    assert [(each["item"], each["task"]) for each in suggested] == [(OFFICE, item.id)]
    assert boards.run("links", "adopt", OFFICE).code == 0
    assert boards.sync()["created"] == 0
    assert boards.item(OFFICE).id == item.id
    assert boards.once_each(TASKS)
    assert boards.settled()


def test_what_was_dropped_and_stays_in_the_plan_is_made_anew(boards: Place) -> None:
    """Beside the item that was let go of, which is the team's own from then on."""
    item = boards.item(BOOKS)
    assert boards.run("links", "drop", BOOKS).code == 0
    assert boards.sync()["created"] == 1
    assert boards.item(BOOKS).id != item.id
    assert boards.marker(item) is None
    assert boards.settled()


def test_a_person_says_which_copy_is_right(boards: Place) -> None:
    """A duplicated item takes its marker along; the one that is chosen keeps it, and nothing waits any more."""
    old = boards.item(OFFICE)
    copy = boards.box.world.duplicate(old.id)
    boards.run("sync", "--full")
    [found] = boards.run("links", "duplicates", "--json").json["duplicates"]
    assert {(each["task"], each["linked"]) for each in found["tasks"]} == {(old.id, True), (copy.id, False)}
    assert boards.run("links", "keep", OFFICE, copy.id).code == 0
    assert boards.marker(old) is None
    assert boards.item(OFFICE).id == copy.id
    assert boards.run("links", "duplicates").out == "No marker stands on two tasks.\n"
    figures = boards.sync()
    assert (figures["created"], figures["held"]) == (0, 0)
    assert boards.settled()


def test_links_are_repaired(boards: Place) -> None:
    """A marker that somebody cleared is written again; of a deleted subitem it is said what to do."""
    item = boards.item(TRAIN)
    boards.write(item, "Plan ID", None)
    boards.box.world.delete(boards.item(BOOKS).id)
    said = boards.run("links", "repair")
    assert said.code == 1, said
    assert "Marker written again: 1 task" in said.out
    assert f"{BOOKS}  Choose the reading books: its task was deleted" in said.out
    assert f"links adopt {BOOKS} --task TASK" in said.out
    assert boards.item(TRAIN).id == item.id
    other = boards.box.world.add_item("Pick books", parent=boards.item("G1.A1").id)
    assert boards.run("links", "adopt", BOOKS, "--task", other.id).code == 0
    figures = boards.sync()
    assert (figures["created"], figures["held"]) == (0, 0)
    assert boards.run("links", "repair").out == "academics: every link is sound\n"
    assert boards.settled()
