"""A district whose teams already work: it adopts what they made, and the first pass makes only what is missing."""

from __future__ import annotations

import pytest

from tests.cli.district import District
from tests.links.story import ACTIONS, ADOPTED, ITEMS, MISSING, THERE, plan, step
from tests.monday_loop.place import Place

BOARD = "Our work"


@pytest.fixture
def working(district: District) -> District:
    """A district that has not pushed anything, with thirty tasks that people made, and two that are nobody's."""
    world = district.box.world
    project = world.add_project(BOARD, ["This year"]).gid
    for number, (_, called) in enumerate(ACTIONS):
        above = world.add_task(called, project, notes=f"Our own words {number}").gid
        for at in range(THERE):
            world.add_task(step(number, at), parent=above)
    world.add_task("Buy coffee", project)
    world.add_task("Book the hall for June", project)
    district.write_plan(plan())
    district.write_config(container=f'"{project}"')
    return district


def test_thirty_tasks_are_adopted_and_only_what_is_missing_is_made(working: District) -> None:
    """Nothing is sent before the first pass; afterwards nothing is there twice, and what is nobody's is as it was."""
    before = len(working.box.world.tasks)
    said = working.run("links", "suggest", "--json")
    found = said.json["suggestions"]
    assert (said.code, len(found)) == (0, ADOPTED), said.err
    assert all(each["sure"] for each in found)
    requests = len(working.box.requests)
    adopted = working.run("links", "adopt", "--all")
    assert adopted.code == 0, adopted.err
    assert adopted.out.startswith(f"Adopted: {ADOPTED} tasks\n")
    assert "the plan's title takes the place of “Structured literacy – adopt”" in adopted.out
    assert "So much at once may stop academics at its guard" in adopted.out
    assert all(seen.method == "GET" for seen in working.box.requests[requests:])
    stopped = working.run("sync", "--json")
    assert stopped.code == 3
    synced = working.run("sync", "--approve", "--json")
    figures = synced.json["passes"][0]
    assert (synced.code, figures["created"], figures["adopted"], figures["held"]) == (0, MISSING, 0, 0)
    assert len(working.box.world.tasks) == before + MISSING
    assert len(working.run("links", "--json").json["links"]) == ITEMS
    task = working.task(ACTIONS[0][0])
    assert task.notes.startswith("Our own words 0")
    assert "syncd:district/G1.A1" in f"{task.notes}{task.values}"
    assert not working.task("Buy coffee").notes
    settled = working.run("sync", "--json").json["passes"][0]
    assert (settled["created"], settled["updated"], settled["moved"]) == (0, 0, 0)


@pytest.fixture
def monday(fresh: Place) -> Place:
    """The same over monday, on a board that lacks the column for markers."""
    world = fresh.box.world
    board = world.add_board(
        BOARD, columns=(("Owner", "people"), ("Start", "date"), ("Due", "date"), ("Notes", "long_text"))
    ).id
    for number, (_, called) in enumerate(ACTIONS):
        above = world.add_item(called, board).id
        for at in range(THERE):
            world.add_item(step(number, at), parent=above)
    world.add_item("Buy coffee", board)
    fresh.write_plan(plan())
    fresh.write_config(container=f'"{board}"')
    return fresh


def test_the_same_over_monday(monday: Place) -> None:
    """The column for the markers is made by the first pass, as ever."""
    before = len(monday.box.world.items)
    assert len(monday.run("links", "suggest", "--json").json["suggestions"]) == ADOPTED
    sent = len(monday.box.requests)
    assert monday.run("links", "adopt", "--all").code == 0
    assert monday.wrote(sent) == []
    assert monday.run("sync", "--create-columns").code == 3
    figures = monday.sync("--create-columns", "--approve")
    assert (figures["created"], figures["adopted"], figures["held"]) == (MISSING, 0, 0)
    assert len(monday.box.world.items) == before + MISSING
    assert monday.settled()
