"""`syncd log`: what happened, the newest last, filtered as asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from syncd.cli.log import line
from syncd.records import Entry
from tests.cli.district import NAME, PLAN, TASKS, District

ENTRY = {"at", "pass", "mapping", "item", "title", "task", "kind", "field", "before", "after", "cause", "who"}
MADE = ["make"] * 3
"""The container and the groups of two goals."""
ZONE = ZoneInfo("America/New_York")
AT = datetime(2026, 6, 15, 13, 5, tzinfo=UTC)


@pytest.fixture
def told(pushed: District) -> District:
    """A district in which a team moved a date and the plan got a new title, in a pass each."""
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    pushed.run("sync")
    pushed.change_plan(("Choose the reading books", "Choose the books"))
    pushed.run("sync")
    return pushed


def test_newest_last(told: District) -> None:
    """The lines stand in the order in which things happened."""
    said = told.run("log")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert len(lines) == len(MADE) + TASKS + 3
    assert lines[0].endswith(f"academics  made container: “{NAME}” (the mapping names it, and there was none)")
    assert lines[1].endswith(
        "academics  G1 “Every child reads by grade three”  "
        "made group (section): “Every child reads by grade three” (tasks need it)"
    )
    assert "task made" in lines[3]
    assert lines[-3].endswith(
        "academics  G1.A1.P1 “Train every K-3 teacher”  avery.teacher@example.org changed due: 2027-01-15 → 2027-03-01"
    )
    assert lines[-2].endswith(
        "academics  G1.A1.P1 “Train every K-3 teacher”  "
        "taken into the plan: due: 2027-01-15 → 2027-03-01 (the team changed it)"
    )
    assert lines[-1].endswith(
        "academics  G1.A1.P2 “Choose the books”  "
        "written title: “Choose the reading books” → “Choose the books” (the plan changed)"
    )


def test_json(told: District) -> None:
    """Each line has the same keys; days and instants are text."""
    entries = told.run("log", "--json").json["entries"]
    assert all(entry.keys() == ENTRY for entry in entries)
    assert [entry["kind"] for entry in entries] == MADE + ["create"] * TASKS + ["team", "write_back", "update"]
    assert (entries[-3]["before"], entries[-3]["after"], entries[-3]["pass"]) == ("2027-01-15", "2027-03-01", 2)
    assert [entry["who"] for entry in entries[-3:]] == ["avery.teacher@example.org", None, None]
    assert datetime.fromisoformat(entries[0]["at"]).tzinfo is not None


def test_long_texts_show_what_differs(pushed: District) -> None:
    """A new KPI title changes the notes of all that work for it: the line that differs is shown once."""
    pushed.change_plan(("Every child reads by grade three", "Every child reads by grade two"))
    assert pushed.run("sync").code == 0
    shown = pushed.run("log", "--pass", "2").out.splitlines()
    [first] = [number for number, line in enumerate(shown) if "written notes (the plan changed):" in line]
    assert shown[first + 1 : first + 3] == [
        "      − Goal: Every child reads by grade three",
        "      + Goal: Every child reads by grade two",
    ]
    assert shown[first + 3].startswith("      the same in 2 more items: G1.A1")


def test_items_go_by_their_titles(pushed: District) -> None:
    """Groups and tasks too; what left the plan by its task; a plan that cannot be read stops nothing."""
    office, train = pushed.task("Open a family office"), pushed.task("Train every K-3 teacher")
    pushed.box.world.set_parent(train.gid, office.gid)
    kept, _, _ = PLAN.partition('[[goals.actions]]\nid = "G2.A1"')
    pushed.write_plan(kept)
    assert pushed.run("sync").code == 0
    shown = pushed.run("log", "--pass", "2").out
    assert "changed parent task: “Adopt structured literacy” → “Open a family office”" in shown
    assert "G2.A1 “Open a family office”  let go of" in shown
    named = {entry["item"]: entry["title"] for entry in pushed.run("log", "--json").json["entries"]}
    assert (named["G1"], named["G2.A1.P1"], named[""]) == (
        "Every child reads by grade three",
        "Hire the family liaison",
        None,
    )
    pushed.write_plan("[plan]")
    said = pushed.run("log", "--pass", "2")
    assert (said.code, "G2.A1 “Open a family office”" in said.out) == (0, True)


def test_filters(told: District) -> None:
    """By item, field, person, pass, mapping, day, and by number: the newest are kept."""

    def kinds(*arguments: str) -> list[str]:
        return [entry["kind"] for entry in told.run("log", *arguments, "--json").json["entries"]]

    assert kinds("G1.A1.P1") == ["create", "team", "write_back"]
    assert kinds("--field", "due") == ["team", "write_back"]
    assert kinds("--field", "Due") == kinds("--field", "DUE") == ["team", "write_back"]
    assert kinds("--field", "Completed") == kinds("--field", "Assignee") == []
    assert kinds("--person", "AVERY") == ["team"]
    assert kinds("--person", "ann") == []
    assert kinds("--pass", "3") == kinds("--field", "title") == ["update"]
    assert kinds("--mapping", "academics", "--limit", "2") == ["write_back", "update"]
    assert kinds("--since", "2999-01-01") == []
    assert len(kinds("--since", "2001-01-01 08:00")) == len(MADE) + TASKS + 3
    assert kinds("--until", "2001-01-01 08:00") == []
    assert kinds("--until", "2999-01-01", "--field", "title") == ["update"]


def test_a_custom_field_goes_by_both_its_names(pushed: District) -> None:
    """What syncd writes stands under the mapping's name, what a team sets under the tool's title: both are told."""
    world = pushed.box.world
    field = world.add_field("Kind of work", "text", project=next(iter(world.projects)))
    mapped = 'sort = { owner = "plan", from = "title", to = "Kind of work" }'
    pushed.write_config(mapping=f"[mappings.academics.fields]\n{mapped}")
    pushed.run("sync")
    world.set(pushed.task("Train every K-3 teacher").gid, custom_fields={field.gid: "theirs"})
    pushed.run("sync")
    told = [
        [(entry["kind"], entry["field"]) for entry in pushed.run("log", "--field", name, "--json").json["entries"]]
        for name in ("Sort", "kind of work", "field:sort")
    ]
    assert told[0][-2:] == [("team", "Kind of work"), ("update", "field:sort")]
    assert told[0] == told[1]
    assert {field for _, field in told[2]} == {"field:sort"}


def test_older_lines_that_are_left_out_are_told(told: District) -> None:
    """Where as many lines are shown as may be, it says so on stderr; never where all fit."""
    assert "newest 2 lines; --limit shows more" in told.run("log", "--limit", "2").err
    assert told.run("log").err == ""


def test_a_day_counts_to_its_end(told: District) -> None:
    """--until and --since with the same day, on the district's clock, are that day; with a time, they are moments."""
    happened = datetime.fromisoformat(told.run("log", "--json").json["entries"][-1]["at"]).astimezone(ZONE)
    day, minute = f"{happened:%Y-%m-%d}", f"{happened:%Y-%m-%d %H:%M}"
    assert told.run("log", "--since", day, "--until", day, "--field", "title", "--json").json["entries"]
    assert not told.run("log", "--until", minute, "--field", "title", "--json").json["entries"]
    said = told.run("log", "--until", "soon")
    assert said.code == 2
    assert "“soon” is no day that syncd can read; write it like 2026-06-10, or “2026-06-10 14:30”" in said.err


def test_a_number_that_no_pass_can_have(told: District) -> None:
    """It is wrong usage, not a fault."""
    assert told.run("log", "--pass", "9" * 30).code == 2


def test_nothing_that_fits(district: District) -> None:
    """An empty log is said to be empty, on stderr, and makes no store."""
    said = district.run("log", "G1.A1")
    assert (said.code, said.out) == (0, "")
    assert "Nothing that fits" in said.err
    assert not district.store.exists()


def test_an_item_goes_by_all_its_ids(told: District) -> None:
    """Under its new id and under its old one the log tells the whole story of an item."""
    told.change_plan(('id = "G1.A1.P1"', 'id = "G1.A1.P9"\nwas = "G1.A1.P1"'))
    told.run("sync")
    new, old = (told.run("log", id_).out.splitlines() for id_ in ("G1.A1.P9", "G1.A1.P1"))
    assert new == old
    assert "task made" in new[0]
    assert any("has a new id" in line for line in new)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["G1.A1.P8"], "nobody knows an item G1.A1.P8; did you mean G1.A1.P"),
        (["XYZ"], "nobody knows an item XYZ; there is: G1, "),
        (["--mapping", "academic"], "nobody knows a mapping “academic”; did you mean academics?"),
        (["--field", "Dew"], "nobody knows a field “Dew”; did you mean due?"),
        (["--field", "xyzzy"], "nobody knows a field “xyzzy”; there is: title, notes, start, due, assignee and "),
        (["--pass", "77"], "there is no pass 77; the newest is 3"),
    ],
)
def test_what_nobody_knows(told: District, arguments: list[str], words: str) -> None:
    """It is wrong usage, and what is near is named."""
    said = told.run("log", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err


def line_of(kind: str, *told: Any, **more: str) -> Entry:
    """A line of the log: its kind, then field, before, after, cause and who."""
    return Entry(AT, 1, "m", "A", "12", kind, *told, **more)


def test_what_happened_outside_of_a_pass() -> None:
    """A person's decision has no number."""
    decided = Entry(AT, None, "m", "A", "12", "decide", "due", 1, 2, "why", "Bo")
    assert line(decided, ZONE, {}) == "2026-06-15 09:05  m  A  decided: due: 1 → 2 (why, by Bo)"


KNOWN = {("m", "G1"): "Reading", ("m", "12"): "Train", ("another", "A"): "Not this one"}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (line_of("create", "", None, "Train", "new in the plan"), "task made: new in the plan"),
        (line_of("team", "completed", False, True, "changed in the tool", "Bo"), "Bo ticked it off"),
        (line_of("team", "gone", "deleted", None, "changed in the tool"), "somebody brought the task back"),
        (line_of("fail", "create", cause="no such user"), "failed: no such user"),
        (line_of("team", "completed", False, True, "x"), "somebody ticked it off"),
        (line_of("team", "completed", False, True, "x", "Ann"), "Ann ticked it off"),
        (line_of("team", "due", 1, 2, "x"), "somebody changed due: 1 → 2"),
        (line_of("team", "due", 1, 2, "x", "Ann or Bo"), "Ann or Bo changed due: 1 → 2"),
        (line_of("team", "group", "Old", "New", "x", "Bo"), "Bo changed group (section): “Old” → “New”"),
        (line_of("team", "parent", "12", None, "x", "Bo"), "Bo changed parent task: “Train” → none"),
        (line_of("move", "group", "G1", "G9", "why"), "moved: group (section): G1 “Reading” → “G9” (why)"),
        (line_of("move", "parent", None, "G1", "why"), "moved: parent task: none → G1 “Reading” (why)"),
        (line_of("make", "group", None, "New", "why"), "made group (section): “New” (why)"),
        (line_of("write_back", "due", None, "x", "why"), "taken into the plan: due: none → “x” (why)"),
        (line_of("undo", "field:Cost", "a", "b", "why", "Bo"), "undone: Cost: “a” → “b” (why, by Bo)"),
        (line_of("decide", "due", 1, 2, who="Bo"), "decided: due: 1 → 2 (by Bo)"),
        (line_of("propose", cause="why"), "proposed to the plan: why"),
        (line_of("propose", cause="why", who="Bo"), "proposed to the plan: why (by Bo)"),
        (line_of("rename", "id", "B", "A", "why"), "has a new id: id: “B” → “A” (why)"),
        (line_of("group", "group", "Old", "New", "why"), "renamed group (section): “Old” → “New” (why)"),
        (line_of("archive", cause="why"), "let go of: why"),
        (line_of("archive", "notes", None, "a\nb", "why"), "let go of: notes (why):\n      + a\n      + b"),
        (line_of("other", cause="why"), "other: why"),
    ],
)
def test_a_line(entry: Entry, words: str) -> None:
    """Each kind of line says what happened, on the district's clock."""
    assert line(entry, ZONE, KNOWN) == f"2026-06-15 09:05  #1  m  A  {words}"
