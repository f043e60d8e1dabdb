"""`syncd links` on a board that is in step: refused, dropped, repaired, and which of two copies is right."""

from __future__ import annotations

import sys
from typing import Any

import click
import pytest

from syncd.app import App
from syncd.config import load_config
from tests.cli.district import PLAN, TASKS, District
from tests.cli.test_next_steps import STEP

TRAIN, BOOKS, OFFICE = "Train every K-3 teacher", "Choose the reading books", "Open a family office"
NEW = '\n[[goals.actions]]\nid = "G2.A2"\ntitle = "Call every family"\ndue = 2027-03-01\n'


@pytest.fixture
def added(pushed: District) -> District:
    """A pushed district whose plan has a new action, which its team has on the board already."""
    pushed.change_plan((PLAN, PLAN + NEW))
    project = next(iter(pushed.box.world.projects))
    pushed.box.world.add_task("Call every family", project, due_on="2027-04-01", notes="By phone")
    return pushed


def marked(district: District, title: str) -> int:
    """How many tasks carry the marker of the task of that title."""
    marker = next(word for word in f"{texts(district.task(title))}".split() if word.startswith("syncd:district/"))
    return sum(marker in texts(task) for task in district.box.world.tasks.values() if not task.deleted)


def texts(task: Any) -> str:
    """Where a marker may stand on a task, as words."""
    return " ".join([*task.notes.split(), *map(str, task.values.values())])


def suggestions(district: District) -> list[str]:
    """The items for which something is suggested."""
    return [each["item"] for each in district.run("links", "suggest", "--json").json["suggestions"]]


def test_two_values_are_held_until_a_person_decides(added: District) -> None:
    """No team edit is lost: the team's day stays on the task, and the plan's in the plan."""
    assert added.run("links", "adopt", "G2.A2").code == 0
    said = added.run("sync", "--json")
    assert (said.code, said.json["passes"][0]["created"], said.json["passes"][0]["conflicts"]) == (1, 0, 1)
    task = added.task("Call every family")
    assert (task.due_on, task.notes.startswith("By phone"), marked(added, "Call every family")) == (
        "2027-04-01",
        True,
        1,
    )
    assert added.run("decide", "G2.A2", "due", "tool").code == 0
    assert added.run("sync").code == 0
    assert "due = 2027-04-01" in (added.folder / "plan.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("side", "day"), [("plan", "2027-03-01"), ("tool", "2027-04-01")])
def test_a_person_says_whose_values_stand(added: District, side: str, day: str) -> None:
    """Both sides then hold the same, and the log says what was there."""
    assert added.run("links", "adopt", "--all", "--values", side).code == 0
    assert added.run("sync").code == 0
    assert added.task("Call every family").due_on == day
    assert f"due = {day}" in (added.folder / "plan.toml").read_text(encoding="utf-8")
    logged = added.run("log", "G2.A2").out
    assert "linked to a task that was there" in logged
    assert "2027-03-01" in logged
    assert "2027-04-01" in logged


def test_where_nothing_is_yet_it_says_why(district: District) -> None:
    """The project is made by the first pass: before that no task can be anybody's."""
    assert "“Strategic plan” is not there yet: the first pass makes it" in district.run("links", "suggest").out


def test_a_rejected_pair_is_not_suggested_again(added: District) -> None:
    """Unless a person adopts it all the same."""
    assert suggestions(added) == ["G2.A2"]
    assert added.run("links", "reject", "G2.A2").code == 0
    assert suggestions(added) == []
    nothing = added.run("links", "adopt", "G2.A2")
    assert (nothing.code, "nothing is suggested" in nothing.err) == (2, True)
    url = f"https://app.asana.com/0/1/{added.task('Call every family').gid}"
    assert added.run("links", "adopt", "G2.A2", "--task", url).out.startswith("Adopted: 1 task\n")


def test_at_a_terminal_a_person_is_asked(added: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each suggestion is shown with its reasons; without a terminal it must be said what is meant."""
    assert added.run("links", "adopt").code == 2
    answers = iter(["s", "n", "y"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda *_args, **_more: next(answers))
    skipped = added.run("links", "adopt")
    assert (skipped.code, skipped.out) == (0, "Nothing was chosen.\n")
    assert "the same title, due 31 days apart" in skipped.err
    added.run("links", "adopt")
    assert suggestions(added) == []


def test_what_cannot_be_linked_is_left(added: District) -> None:
    """Each with why; nothing of it is kept."""
    call, train = added.task("Call every family").gid, added.task(TRAIN).gid
    for item, task, why in (
        ("G2.A1", call, "it has a task already"),
        ("G2.A2", train, "it is linked already: G1.A1.P1 (academics)"),
        ("G2.A2", "1", "there is no task 1 in"),
    ):
        said = added.run("links", "adopt", item, "--task", task)
        assert (said.code, why in said.out) == (1, True), said.out
        assert STEP.search(said.out.splitlines()[-1].partition(why)[2]), said.out
    wrong = added.run("links", "adopt", "G9", "--task", call)
    assert (wrong.code, "no mapping has a task for G9" in wrong.err) == (2, True)
    assert len(added.run("links", "--json").json["links"]) == TASKS


def test_a_link_is_dropped_and_taken_up_again(added: District) -> None:
    """An adopted task is given back as the team had it; of a task that is dropped, the marker and our notes go."""
    added.run("links", "adopt", "G2.A2")
    assert added.run("sync").code == 1
    assert added.run("links", "drop", "G2.A2").out.startswith("Let go of: 1 task\n")
    task = added.task("Call every family")
    assert (task.notes.strip(), task.due_on) == ("By phone", "2027-04-01")
    assert "syncd:" not in texts(task)
    assert suggestions(added) == ["G2.A2"]
    assert "link taken away" in added.run("log", "G2.A2").out
    again = added.run("links", "drop", "G2.A2")
    assert (again.code, "is not linked" in again.err) == (2, True)


def test_a_person_says_which_copy_is_right(pushed: District) -> None:
    """The other one becomes a team's own; afterwards nothing waits, and nothing is made."""
    old = pushed.task(OFFICE).gid
    copy = pushed.box.world.duplicate(old)
    pushed.box.world.rename(copy.gid, "The better one")
    pushed.run("sync")
    [found] = pushed.run("links", "duplicates", "--json").json["duplicates"]
    assert {(each["task"], each["linked"]) for each in found["tasks"]} == {(old, True), (copy.gid, False)}
    assert pushed.run("links", "keep", "G2.A1", copy.gid).code == 0
    assert "syncd:" not in texts(pushed.box.world.tasks[old])
    assert pushed.run("links", "duplicates").out == "No marker stands on two tasks.\n"
    figures = pushed.run("sync", "--json").json["passes"][0]
    assert (figures["created"], figures["held"]) == (0, 0)
    linked = {each["item"]: each["task"] for each in pushed.run("links", "--json").json["links"]}
    assert linked["G2.A1"] == copy.gid


def test_links_are_repaired(pushed: District) -> None:
    """A lost marker is written again; of a deleted task it is said what to do, and another one can take its place."""
    world = pushed.box.world
    train = pushed.task(TRAIN)
    world.set(train.gid, notes="", values=dict.fromkeys(train.values)) if train.values else world.write_notes(
        train.gid, ""
    )
    world.delete(pushed.task(BOOKS).gid)
    said = pushed.run("links", "repair")
    assert said.code == 1
    assert "Marker written again: 1 task" in said.out
    assert f"G1.A1.P2  {BOOKS}: its task was deleted" in said.out
    assert marked(pushed, TRAIN) == 1
    other = world.add_task("Pick books", parent=pushed.task("Adopt structured literacy").gid).gid
    assert pushed.run("links", "adopt", "G1.A1.P2", "--task", other).code == 0
    figures = pushed.run("sync", "--json").json["passes"][0]
    assert (figures["created"], figures["held"]) == (0, 0)
    assert pushed.run("links", "repair").out == "academics: every link is sound\n"


def test_a_command_waits_for_its_turn(added: District) -> None:
    """While somebody else works with the connection, nothing is linked."""
    with App(load_config(added.config)) as app, app.store.turn("asana"):
        said = added.run("links", "adopt", "--all")
    assert (said.code, "another syncd is working with the connection asana" in said.err) == (4, True)
    assert len(added.run("links", "--json").json["links"]) == TASKS
