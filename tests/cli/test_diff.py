"""`syncd diff`: what a pass would do, and that nothing of it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from syncd.cli.diff import for_programs, lines
from syncd.engine.planner import Change, Edit, Kind, Why
from syncd.engine.preview import Preview
from syncd.engine.standing import Standing
from tests.cli.district import TASKS, District

CHANGE = {"kind", "item", "title", "field", "before", "after", "reason"}


def test_before_the_first_pass(district: District) -> None:
    """With no store and no container yet, everything is to be created, and nothing is: no file, no write."""
    before = district.left()
    said = district.run("diff")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"academics: {TASKS} to create\n  {TASKS} items to create:\n")
    assert "    G1.A1.P1  Train every K-3 teacher\n" in said.out
    assert district.left() == before
    assert {seen.method for seen in district.box.requests} == {"GET"}
    assert not district.box.world.projects


def test_json_has_exactly_the_agreed_keys(district: District) -> None:
    """`diff --json` prints one row for each new task, each with the agreed keys."""
    said = district.run("diff", "--json")
    assert said.json.keys() == {"mappings"}
    [mapping] = said.json["mappings"]
    assert mapping.keys() == {"mapping", "changes", "guard"}
    assert (mapping["mapping"], mapping["guard"], len(mapping["changes"])) == ("academics", None, TASKS)
    assert all(change.keys() == CHANGE for change in mapping["changes"])
    assert {change["kind"] for change in mapping["changes"]} == {"create"}


def test_nothing_to_do(pushed: District) -> None:
    """Right after a pass there is nothing to do, and diff says so."""
    said = pushed.run("diff")
    assert (said.code, said.out) == (0, "academics: nothing to do\n")
    assert pushed.run("diff", "--json").json == {"mappings": [{"mapping": "academics", "changes": [], "guard": None}]}


def test_what_is_not_adopted_is_why_nothing_is_to_do(district: District) -> None:
    """A plan under review leads to no task, and diff says that this is the reason."""
    district.change_plan(("[plan]", '[plan]\nstatus = "in_review"'))
    said = district.run("diff")
    assert said.out.startswith("academics: nothing to do\n  ")
    assert said.out.endswith(" in the plan not adopted yet: nothing is sent for them\n")


def test_says_who_wins_and_why(pushed: District) -> None:
    """A plan's edit shows old and new value, a team's edit both values and that the team's stands."""
    pushed.change_plan(("Choose the reading books", "Choose the books"))
    task = pushed.task("Train every K-3 teacher")
    pushed.box.world.set(task.gid, due_on="2027-03-01")
    said = pushed.run("diff")
    assert said.code == 0
    assert said.out.startswith("academics: 1 to change, 1 to take over into the plan\n")
    assert "title: “Choose the reading books” → “Choose the books” (the plan changed)" in said.out
    assert "due: plan 2027-01-15, tool 2027-03-01 (the team changed it)" in said.out
    rows = {row["kind"]: row for row in pushed.run("diff", "--json").json["mappings"][0]["changes"]}
    assert (rows["write_back"]["field"], rows["write_back"]["before"], rows["write_back"]["after"]) == (
        "due",
        "2027-01-15",
        "2027-03-01",
    )
    assert (rows["update"]["item"], rows["update"]["before"]) == ("G1.A1.P2", "Choose the reading books")
    assert pushed.task("Choose the reading books")


def test_what_waits_for_a_person_is_exit_1(pushed: District) -> None:
    """A task that people deleted is not made again: it waits, and diff ends with 1."""
    pushed.box.world.delete(pushed.task("Hire the family liaison").gid)
    said = pushed.run("diff")
    assert said.code == 1
    assert (
        "  1 item waiting for a person:\n    G2.A1.P1  Hire the family liaison\n        its task was deleted"
        in said.out
    )


def test_renamed_groups(pushed: District) -> None:
    """A goal with a new title renames its group: diff says so, and the pass that does it."""
    pushed.change_plan(("Every family is heard", "Every family has a say"))
    said = pushed.run("diff")
    assert (
        "1 group to rename (the plan changed):\n    G2  “Every family is heard” → “Every family has a say”" in said.out
    )
    [row] = [row for row in pushed.run("diff", "--json").json["mappings"][0]["changes"] if row["kind"] == "group"]
    assert row.keys() == CHANGE
    assert (row["item"], row["before"], row["after"]) == ("G2", "Every family is heard", "Every family has a say")
    assert ", 1 group renamed — " in pushed.run("sync").out
    assert pushed.run("diff").out == "academics: nothing to do\n"


def test_foretells_the_guard(pushed: District) -> None:
    """What the guard would stop is said beforehand, with the command that lets it through."""
    pushed.write_config(mapping="[mappings.academics.limits]\nmax_changes = 1\nmax_share = 0.2")
    pushed.change_plan(("Train every", "Coach every"), ("Choose the", "Select the"), ("Hire the", "Find the"))
    said = pushed.run("diff", "--json")
    guard = said.json["mappings"][0]["guard"]
    assert said.code == 1
    assert guard.keys() == {"why", "approve"}
    text = pushed.run("diff").out
    assert guard["why"] in text
    assert f"sync --mapping academics --approve={guard['approve']}" in text
    assert pushed.run("sync", f"--approve={guard['approve']}").code == 0


@pytest.mark.parametrize(("token", "container", "code"), [("2/1/wrong-token", None, 4), (None, '"1299999999"', 2)])
def test_unknown_is_not_nothing(district: District, token: str | None, container: str | None, code: int) -> None:
    """A mapping that cannot be looked at is missing from the answer and named on stderr; never "nothing to do"."""
    district.token = token or district.token
    district.write_config(**({"container": container} if container else {}))
    said = district.run("diff", "--json")
    assert (said.code, said.json) == (code, {"mappings": []})
    assert said.err.startswith("academics: ")


def test_every_kind_is_said() -> None:
    """Each kind of change has its own group, in a fixed order, with values as people write them."""
    due = (Edit("due", date(2026, 6, 15), None, "the plan changed"), Edit("field:Weight", None, Decimal("1.50"), "new"))
    text = "\n".join(
        lines(
            Preview(
                "academics",
                (
                    Change(Kind.HOLD, "A1", "One", reason="it is in doubt", why=Why.VALUE),
                    Change(Kind.UPDATE, "A2", "Two", "12", due),
                    Change(Kind.MOVE, "A3", "Three", "13", (Edit("group", "G1", "G2", "the plan moved it"),)),
                    Change(Kind.ARCHIVE, "A4", "Four", "14", reason="it left the plan"),
                    Change(Kind.ADOPT, "A5", "Five", "15"),
                ),
            )
        )
    )
    assert text == (
        "academics: 1 to adopt, 1 to change, 1 to move, 1 to let go of, 1 waiting for a person\n"
        "  1 item to adopt (it carries the item's marker already):\n"
        "    A5  Five\n"
        "  1 item to change:\n"
        "    A2  Two\n"
        "        due: 2026-06-15 → none (the plan changed)\n"
        "        Weight: none → 1.50 (new)\n"
        "  1 item to move:\n"
        "    A3  Three\n"
        "        group: “G1” → “G2” (the plan moved it)\n"
        "  1 item to let go of:\n"
        "    A4  Four\n"
        "        it left the plan\n"
        "  1 item waiting for a person:\n"
        "    A1  One\n"
        "        it is in doubt"
    )


def test_what_the_plan_does_not_take_over_says_why() -> None:
    """A team's value that the plan cannot take over stands by itself, with the reason and both values."""
    change = Change(Kind.WRITE_BACK, "A1", "One", "11", (Edit("due", None, date(2026, 6, 15), "the team changed it"),))
    proposals = {("A1", "due"): "it comes from an address"}
    assert list(lines(Preview("academics", (change,), proposals=proposals))) == [
        "academics: 1 where the team's value stands",
        "  1 item where the team's value stands (it differs from the plan's):",
        "    A1  One",
        "        due: plan none, tool 2026-06-15 (the team changed it)",
        "        the plan does not take it over: it comes from an address",
    ]


def test_json_says_of_what_waits_what_people_are_shown() -> None:
    """Two values of which one is to stand, a value that the plan does not take over, and what an undo left standing."""
    torn = "due: plan and team both changed it (plan: none, tool: 2026-06-15)"
    due = Edit("due", None, date(2026, 6, 15), "plan and team both changed it")
    gone = Edit("gone", None, "deleted", "its task was deleted")
    found = for_programs(
        Preview(
            "academics",
            (
                Change(Kind.HOLD, "A1", "One", "11", (due,), torn, Why.CONFLICT),
                Change(Kind.HOLD, "A2", "Two", "12", (gone,), "its task was deleted", Why.GONE),
                Change(Kind.WRITE_BACK, "A3", "Three", "13", (replace(due, reason="the team changed it"),)),
                Change(Kind.WRITE_BACK, "A4", "Four", "14", (replace(due, reason="the team changed it"),)),
            ),
            undone=(Standing("A5", "Five", "field:Weight", Decimal(2), Decimal("1.5")),),
            proposals={("A3", "due"): "it comes from an address"},
        )
    )
    values = {"field": "due", "before": None, "after": "2026-06-15"}
    refused = "the team changed it; the plan does not take it over: it comes from an address"
    stays = "since an undo, until plan or team change it anew; to settle it, correct the plan"
    assert found["changes"] == [
        {"kind": "hold", "item": "A1", "title": "One", **values, "reason": torn},
        {"kind": "hold", "item": "A2", "title": "Two", **dict.fromkeys(values), "reason": "its task was deleted"},
        {"kind": "proposal", "item": "A3", "title": "Three", **values, "reason": refused},
        {"kind": "write_back", "item": "A4", "title": "Four", **values, "reason": "the team changed it"},
        {
            "kind": "undone",
            "item": "A5",
            "title": "Five",
            "field": "Weight",
            "before": 2,
            "after": 1.5,
            "reason": stays,
        },
    ]


def test_json_of_a_plan_that_cannot_be_written(pushed: District) -> None:
    """What its team set is no value that a pass takes over."""
    pushed.write_config(mapping='[mappings.academics.fields]\ndue = { owner = "shared", conflict = "hold" }')
    assert pushed.run("sync").code == 0
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    (pushed.folder / "hard-link.toml").hardlink_to(pushed.folder / "plan.toml")
    [row] = pushed.run("diff", "--json").json["mappings"][0]["changes"]
    assert (row["kind"], row["field"], row["before"], row["after"]) == ("proposal", "due", "2027-01-15", "2027-03-01")
    assert row["reason"].startswith("the team changed it; the plan does not take it over: ")
    assert row["reason"].partition("; ")[2] in pushed.run("diff").out


def test_long_texts_show_what_differs() -> None:
    """Of a block of notes the lines that differ are shown, and an edit that many items share is shown once."""
    before = "Goal: Every child reads\nMoves: Grade 3 ELA\nResponsible: Literacy office"
    after = "Goal: Every child reads\nMoves: Grade 3 ELA; Grade 5 ELA\nResponsible: Literacy office"
    edits = (Edit("notes", before, after, "the plan changed"),)
    moved = (Edit("notes", "x" * 200 + " in May", "x" * 200 + " in June", "the team changed it"),)
    changes = (
        Change(Kind.UPDATE, "A1", "One", "11", edits),
        Change(Kind.UPDATE, "A2", "Two", "12", (Edit("due", None, date(2026, 6, 15), "new"),)),
        Change(Kind.UPDATE, "A3", "Three", "13", edits),
        Change(Kind.WRITE_BACK, "A4", "Four", "14", moved),
    )
    assert list(lines(Preview("academics", changes)))[1:] == [
        "  3 items to change:",
        "    A1  One",
        "        notes (the plan changed)",
        "          − Moves: Grade 3 ELA",
        "          + Moves: Grade 3 ELA; Grade 5 ELA",
        "        the same in 1 more item: A3",
        "    A2  Two",
        "        due: none → 2026-06-15 (new)",
        "  1 item to take over into the plan (a team set it):",
        "    A4  Four",
        "        notes (the team changed it): − the plan's, + the tool's",
        f"          − … {'x' * 16} in May",
        f"          + … {'x' * 16} in June",
    ]


def test_of_many_lines_the_first_are_shown() -> None:
    """A text that is new altogether is shown by its beginning."""
    edit = Edit("notes", None, "\n".join(map(str, range(9))), "new")
    shown = list(lines(Preview("academics", (Change(Kind.UPDATE, "A1", "One", "11", (edit,)),))))[4:]
    assert shown == [*(f"          + {number}" for number in range(5)), "          … and 4 more lines"]


def test_json_of_a_change_by_field() -> None:
    """A change of several fields gives a row for each, with figures as numbers and days as text."""
    edits = (Edit("due", None, date(2026, 6, 15), "a"), Edit("field:Weight", Decimal(2), Decimal("1.50"), "b"))
    found = for_programs(Preview("academics", (Change(Kind.UPDATE, "A2", "Two", "12", edits),)))
    head = {"kind": "update", "item": "A2", "title": "Two"}
    assert found["changes"] == [
        {**head, "field": "due", "before": None, "after": "2026-06-15", "reason": "a"},
        {**head, "field": "Weight", "before": 2, "after": 1.5, "reason": "b"},
    ]
