"""Both ways, from the command line over the local Asana: what teams set goes into the plan file, and people decide."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from syncd.store import Store
from tests.cli.district import District

COMMENT = ('title = "Train every K-3 teacher"', 'title = "Train every K-3 teacher"   # the Title I schools first')


def plan_of(district: District) -> str:
    """The plan file as it stands."""
    return (district.folder / "plan.toml").read_text(encoding="utf-8")


def changed_lines(before: str, after: str) -> list[str]:
    """The lines by which two texts differ."""
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in found if line[0] in "+-"]


def test_a_date_that_a_team_moved_goes_into_the_plan_file(pushed: District) -> None:
    """That one value changes; comments and everything else stay, the old file stands beside it, the log tells it."""
    pushed.change_plan(COMMENT)
    pushed.run("sync")
    before = plan_of(pushed)
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")

    diff = pushed.run("diff")
    assert "1 to take over into the plan" in diff.out
    assert plan_of(pushed) == before
    said = pushed.run("sync", "--json")

    assert said.code == 0
    assert said.json["passes"][0]["written_back"] == 1
    assert changed_lines(before, plan_of(pushed)) == ["- due = 2027-01-15", "+ due = 2027-03-01"]
    assert (pushed.folder / "plan.toml.syncd-1.bak").read_text(encoding="utf-8") == before
    [line] = [entry for entry in pushed.run("log", "--json").json["entries"] if entry["kind"] == "write_back"]
    assert (line["field"], line["before"], line["after"]) == ("due", "2027-01-15", "2027-03-01")
    assert pushed.run("diff").out == "academics: nothing to do\n"
    again = pushed.run("sync", "--json").json["passes"][0]
    assert (again["written_back"], again["updated"]) == (0, 0)
    assert plan_of(pushed) != before


def test_a_plan_that_may_only_be_read_waits_and_says_why(pushed: District) -> None:
    """The team's value stands, the plan stays as it is, and diff names the file and what to do."""
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    before = plan_of(pushed)
    (pushed.folder / "plan.toml").chmod(0o444)
    assert pushed.run("sync").code == 0
    assert plan_of(pushed) == before
    out = pushed.run("diff").out
    assert "the plan does not take it over:" in out
    assert "plan.toml may only be read; allow it to be written" in out
    (pushed.folder / "plan.toml").chmod(0o644)
    assert pushed.run("sync", "--json").json["passes"][0]["written_back"] == 1
    assert "due = 2027-03-01" in plan_of(pushed)


def test_a_broken_plan_file_is_never_written_to(pushed: District) -> None:
    """A file with a mistake stays as it is, byte for byte; once it is repaired, the team's value goes in."""
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    good = plan_of(pushed)
    pushed.write_plan(good + "\n[[goals]]\nid =")
    broken = plan_of(pushed)
    assert pushed.run("sync").code == 2
    assert plan_of(pushed) == broken
    pushed.write_plan(good)
    pushed.run("sync")
    assert "due = 2027-03-01" in plan_of(pushed)


def test_a_person_decides_a_held_conflict(pushed: District) -> None:
    """Both values stay until `decide`; the next pass carries out what was decided, and the log names who did."""
    pushed.write_config(mapping='fields = { due = { owner = "shared", conflict = "hold" } }')
    pushed.change_plan(("due = 2027-01-15", "due = 2027-02-01"))
    task = pushed.task("Train every K-3 teacher").gid
    pushed.box.world.set(task, due_on="2027-03-01")
    assert pushed.run("sync").code == 1
    assert "due = 2027-02-01" in plan_of(pushed)

    wrong = pushed.run("decide", "G1.A1.P1", "start", "plan")
    assert wrong.code == 2
    assert " decide G1.A1.P1 due plan   (plan 2027-02-01, tool 2027-03-01)\n" in wrong.err
    said = pushed.run("decide", "G1.A1.P1", "due", "plan")
    assert said.code == 0
    assert "due: the plan's 2027-02-01 stands, in place of 2027-03-01" in said.out

    assert pushed.run("sync").code == 0
    assert pushed.box.world.tasks[task].due_on == "2027-02-01"
    [line] = [entry for entry in pushed.run("log", "--json").json["entries"] if entry["kind"] == "decide"]
    assert (line["item"], line["after"], bool(line["who"])) == ("G1.A1.P1", "2027-02-01", True)


def edited_before_its_turn(district: District, monkeypatch: pytest.MonkeyPatch, *edits: tuple[str, str]) -> None:
    """Whoever waits for a turn gets it only after somebody has edited the plan."""
    real = Store.turn

    @contextmanager
    def turn(self: Store, connection: str) -> Iterator[None]:
        with real(self, connection):
            district.change_plan(*edits)
            yield

    monkeypatch.setattr(Store, "turn", turn)


def test_a_decision_is_about_the_plan_as_it_stands_in_its_turn(
    pushed: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody wrote there while it waited is what stands."""
    pushed.write_config(mapping='fields = { due = { owner = "shared", conflict = "hold" } }')
    pushed.change_plan(("due = 2027-01-15", "due = 2027-02-01"))
    task = pushed.task("Train every K-3 teacher").gid
    pushed.box.world.set(task, due_on="2027-03-01")
    pushed.run("sync")
    edited_before_its_turn(pushed, monkeypatch, ("due = 2027-02-01", "due = 2027-02-20"))
    said = pushed.run("decide", "G1.A1.P1", "due", "plan")
    assert "due: the plan's 2027-02-20 stands" in said.out
    monkeypatch.undo()
    assert pushed.run("sync").code == 0
    assert pushed.box.world.tasks[task].due_on == "2027-02-20"


def test_an_undo_is_about_the_plan_as_it_stands_in_its_turn(pushed: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that somebody changed there while it waited is theirs."""
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    pushed.run("sync")
    edited_before_its_turn(pushed, monkeypatch, ("due = 2027-03-01", "due = 2027-03-15"))
    said = pushed.run("undo", "2", "--json")
    assert [(left["item"], left["reason"]) for left in said.json["left"]] == [
        ("G1.A1.P1", "it holds another value by now: somebody changed it in the plan")
    ]
    assert "due = 2027-03-15" in plan_of(pushed)


def test_a_value_that_the_plan_will_not_take_over(pushed: District) -> None:
    """`decide` says so at once, and what becomes of it, in place of a promise."""
    task = pushed.task("Train every K-3 teacher").gid
    pushed.box.world.set(task, due_on="2027-03-01")
    (pushed.folder / "plan.toml").chmod(0o444)
    pushed.run("sync")
    said = pushed.run("decide", "G1.A1.P1", "due", "tool")
    first, second, third = said.out.splitlines()[1:]
    assert first == "  due: 2027-03-01 stays on the task, and the plan keeps 2027-01-15"
    assert second.startswith("  The plan cannot take it over: ")
    assert "may only be read" in second
    assert third == f"  It waits as a proposal: syncd --config {pushed.config} proposals"
    assert "may only be read" in pushed.run("decide", "G1.A1.P1", "due", "tool", "--json").json["why"]
    pushed.run("sync")
    assert pushed.box.world.tasks[task].due_on == "2027-03-01"
    assert "2027-01-15" in pushed.run("proposals").out


def test_undoing_a_pass_takes_values_out_of_the_plan_again(pushed: District) -> None:
    """What a pass put into the plan file is taken out, and stays out in the passes after that."""
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    before = plan_of(pushed)
    pushed.run("sync")
    number = pushed.run("log", "--json").json["entries"][-1]["pass"]
    assert pushed.run("undo", str(number)).code == 0
    assert plan_of(pushed) == before
    pushed.run("sync")
    pushed.run("sync")
    assert plan_of(pushed) == before


def test_a_link_to_a_plan_stays_a_link(tmp_path: Path, pushed: District) -> None:
    """A plan named by a link is written where it really stands, and the link stays one."""
    real = tmp_path / "real.toml"
    link = pushed.folder / "plan.toml"
    real.write_text(plan_of(pushed), encoding="utf-8")
    link.unlink()
    link.symlink_to(real)
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    pushed.run("sync")
    assert link.is_symlink()
    assert "due = 2027-03-01" in real.read_text(encoding="utf-8")


def test_a_task_names_the_page_of_its_goal(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the district has public pages, what is public links there."""
    monkeypatch.setenv("SYNCD_SERVER__PUBLIC_URL", "https://plan.example.org")
    district.change_plan(('title = "Every child reads by grade three"', 'title = "Reading"\naudience = "public"'))
    district.run("sync")
    assert "How it stands: https://plan.example.org/goals/g1.html" in district.task("Choose the reading books").notes
    assert "How it stands" not in district.task("Hire the family liaison").notes
