"""`syncd undo PASS`: what is put back, what is left and why, and how it ends."""

from __future__ import annotations

import getpass
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.asana.sandbox import Fault
from connectors.clock import SystemClock
from syncd.cli import account
from syncd.cli.options import command_line
from syncd.cli.undo import lines
from syncd.engine.restoring import Undoing, Undone
from syncd.engine.reversing import Left
from syncd.records import Outcome, PassRecord
from tests.cli.district import PLAN, District

AT = datetime(2026, 6, 15, 13, 5, tzinfo=UTC)
RECORD = PassRecord(12, "academics", AT, AT, Outcome.DONE, full=False)


@pytest.fixture
def edited(pushed: District) -> District:
    """A district whose pass 2 wrote two titles."""
    pushed.change_plan(
        ("Choose the reading books", "Choose the books"), ("Train every K-3 teacher", "Train all teachers")
    )
    assert pushed.run("sync").code == 0
    return pushed


def test_everything_goes_back(edited: District) -> None:
    """It is shown from what to what, stands so on the board and in the log, and no sync takes it up again."""
    said = edited.run("undo", "2")
    assert (said.code, said.err) == (0, "")
    shown = said.out.splitlines()
    assert shown[0].startswith("Pass 2 of academics (20")
    assert shown[1:] == [
        "  Put back: 2 values",
        "    G1.A1.P1  Train all teachers",
        "        title: “Train all teachers” → “Train every K-3 teacher”",
        "    G1.A1.P2  Choose the books",
        "        title: “Choose the books” → “Choose the reading books”",
        "  What is back in the tool stays until plan or team change it anew: correct the plan as well.",
    ]
    assert edited.task("Choose the reading books")
    logged = edited.run("log", "--pass", "3", "G1.A1.P2").out.rstrip()
    assert logged.endswith(
        f"undone: title: “Choose the books” → “Choose the reading books” (undo of pass 2, by {getpass.getuser()})"
    )
    assert edited.run("sync").out.startswith("academics: nothing to do")
    assert edited.task("Train every K-3 teacher")


def test_undone_twice(edited: District) -> None:
    """The second time there is nothing left to undo; beside what is left, what is back already is counted."""
    edited.run("undo", "2")
    again = edited.run("undo", "2")
    assert again.code == 0
    assert again.out.startswith("Pass 2 of academics (20")
    assert again.out.endswith("): all that it changed is back already, so there is nothing left to undo.\n")
    edited.box.world.set(edited.task("Train every K-3 teacher").gid, name="Train everybody")
    edited.run("sync")
    partly = edited.run("undo", "2")
    assert partly.code == 1
    assert "  Left as it is: 1 thing\n" in partly.out
    assert "  Back already: 1 value\n" in partly.out
    assert "Put back" not in partly.out
    told = edited.run("undo", "2", "--json").json
    assert [(len(told[name]), name) for name in ("undone", "already", "left")] == [
        (0, "undone"),
        (1, "already"),
        (1, "left"),
    ]


STAYS = "differ from the plan since an undo, until plan or team change it anew; to settle it, correct the plan"


def test_what_an_undo_left_standing_is_told(edited: District) -> None:
    """Plan and tool differ, and nothing is due: status and diff say so until one of them changes it."""
    edited.run("undo", "2")
    differing = "title: plan “Choose the books”, tool “Choose the reading books”"
    said = edited.run("diff").out
    assert said.startswith(f"academics: nothing to do\n  2 values {STAYS}:\n    G1.A1.P1  ")
    assert f"    G1.A1.P2  Choose the books\n        {differing}\n" in said
    assert edited.run("sync").code == 0
    assert f"  undone          2 values {STAYS}\n" in edited.run("status").out
    assert f"    G1.A1.P2  {differing}\n" in edited.run("status").out
    edited.change_plan(("Choose the books", "Choose the reading books"), ("Train all teachers", "Train some teachers"))
    edited.run("sync")
    assert "undone" not in edited.run("status").out
    assert edited.run("diff").out == "academics: nothing to do\n"


BOOKS = '[[goals.actions.projects]]\nid = "G1.A1.P2"\ntitle = "Choose the reading books"\ndue = 2027-02-15\n'
GOAL = '[[goals]]\nid = "G2"\ntitle = "Every family is heard"\n'


def test_a_place_that_an_undo_left_standing_is_told(pushed: District) -> None:
    """A task is back where it was while the plan has it elsewhere; where a team put one, no undo is spoken of."""
    pushed.write_plan(f"{PLAN.replace(BOOKS, '').replace(GOAL, '')}\n{BOOKS}\n{GOAL}")
    assert "moved" in pushed.run("sync", "--approve").out
    assert "Put back: 5 values" in pushed.run("undo", "2").out
    said = pushed.run("diff").out
    assert "G1.A1.P2  Choose the reading books\n        parent: plan “Open a family office”, tool “Adopt" in said
    assert "G2.A1  Open a family office\n        group: plan “Every child reads by grade three”, tool “Every f" in said
    world, office = pushed.box.world, pushed.task("Open a family office").gid
    home = next(gid for gid, section in world.sections.items() if office in section.tasks)
    for section in ([gid for gid in world.sections if gid != home][-1], home):
        world.move(office, section)
        pushed.run("sync")
    assert "group: plan" not in pushed.run("status").out
    assert "parent: plan" in pushed.run("status").out


def test_a_dry_run_changes_nothing(edited: District) -> None:
    """It says the command that would."""
    said = edited.run("undo", "2", "--dry-run")
    assert said.code == 0
    assert "  Would go back: 2 values" in said.out
    assert said.out.endswith(f"  Nothing was changed. To do it: syncd --config {edited.config} undo 2\n")
    assert edited.task("Choose the books")
    assert not edited.run("log", "--pass", "3").out


def test_what_a_team_touched_is_left(edited: District) -> None:
    """Exit 1, with the reason."""
    edited.box.world.rename(edited.task("Choose the books").gid, "Buy the books")
    edited.run("sync", "--full")
    said = edited.run("undo", "2", "--json")
    assert said.code == 1
    assert said.json == {
        "pass": 2,
        "undone": [
            {
                "item": "G1.A1.P1",
                "title": "Train all teachers",
                "field": "title",
                "before": "Train all teachers",
                "after": "Train every K-3 teacher",
                "in_plan": False,
            }
        ],
        "already": [],
        "left": [{"item": "G1.A1.P2", "field": "title", "reason": "pass 3 changed it since"}],
        "remarks": [],
    }
    assert edited.task("Choose the books")


def test_the_first_pass_is_left(pushed: District) -> None:
    """Nothing is deleted; the reason stands once for all."""
    said = pushed.run("undo", "1")
    assert said.code == 1
    assert said.out.splitlines()[1:3] == ["  Left as it is: 5 things", "    G1.A1, G1.A1.P1, G1.A1.P2, G2.A1, G2.A1.P1"]
    assert "syncd deletes nothing" in said.out


def test_a_pass_that_is_not_there(pushed: District) -> None:
    """Exit 2, with the newest number there is; so it is for a mapping that is gone."""
    said = pushed.run("undo", "9")
    assert said.code == 2
    assert said.err.startswith("there is no pass 9; the newest is 1. `"), "no usage: the call was right"
    nothing = pushed.run("decide", "G1.A1", "due", "plan")
    assert (nothing.code, nothing.err.startswith("nothing waits for a decision, of G1.A1")) == (2, True)
    assert pushed.run("undo", "0").code == pushed.run("undo", "last").code == 2
    pushed.config.write_text(pushed.config.read_text().replace("mappings.academics", "mappings.schools"))
    said = pushed.run("undo", "1")
    assert (said.code, "there is no mapping “academics”" in said.err) == (2, True)


def test_before_the_first_pass(district: District) -> None:
    """No store is made by asking."""
    said = district.run("undo", "1")
    assert (said.code, "there is no pass 1; there was none yet" in said.err) == (2, True)
    assert not district.store.exists()


class Hurried(SystemClock):
    """A clock that lets nobody wait."""

    def sleep(self, seconds: float) -> None:
        """Come back at once."""


def test_a_tool_that_does_not_answer(edited: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 4; afterwards it can be done again."""
    monkeypatch.setattr("syncd.app.SystemClock", Hurried)
    edited.box.faults.append(Fault(times=100))
    said = edited.run("undo", "2")
    assert said.code == 4
    assert "Run the command again later" in said.err
    edited.box.faults.clear()
    assert edited.run("undo", "2").code == 0


def test_nothing_to_undo(edited: District) -> None:
    """A pass without a change says so."""
    edited.run("sync")
    said = edited.run("undo", "3")
    assert (said.code, said.out.endswith(" changed nothing, so there is nothing to undo.\n")) == (0, True)


def shown(**what: Any) -> list[str]:
    """What people read of an undo."""
    return list(lines(Undoing(RECORD, **what), ZoneInfo("America/New_York")))


def test_a_remark_where_nothing_was_changed() -> None:
    """What belongs to no pass is told there too, with commands that can be copied."""
    head, remark = shown(remarks=["see `syncd log`"])
    assert head.endswith("changed nothing, so there is nothing to undo.")
    assert remark == f"  · see `{command_line('log')}`"


def test_what_is_alike_is_said_once() -> None:
    """Long texts by the lines that differ; several fields of an item together; reasons with all that they are for."""
    notes = Undone("A", "Read", "notes", "Goal: new\nmore", "Goal: old\nmore")
    said = shown(
        undone=[notes, replace(notes, item="B"), Undone("C", "Count", "field:Cost", 2, 1, in_plan=True)],
        left=[Left("D", "due", "why"), Left("E", "due", "why"), Left("F", "", "how")],
        remarks=["nobody is assigned", "nobody is assigned"],
    )
    assert said == [
        "Pass 12 of academics (2026-06-15 09:05):",
        "  Put back: 3 values",
        "    A  Read",
        "        notes:",
        "          − Goal: new",
        "          + Goal: old",
        "        the same in 1 more item: B",
        "    C  Count",
        "        Cost (in the plan): 2 → 1",
        "  Left as it is: 3 things",
        "    D, E",
        "        due: why",
        "    F",
        "        how",
        "  · nobody is assigned",
        "  What is back in the tool stays until plan or team change it anew: correct the plan as well.",
    ]


@pytest.mark.parametrize("error", [KeyError, OSError, ImportError])
def test_an_account_without_a_name(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    """Some containers run programs as nobody that has a name: that is no reason not to run."""

    def nameless() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert account.account() == ""
