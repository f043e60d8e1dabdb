"""`syncd scorecard` and `syncd explain`: every form, for every audience, on the screen or into a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cli.district import PLAN, TASKS, District

KPI = {
    *("id", "title", "unit", "direction", "baseline", "target", "measured", "measured_on", "attainment"),
    *("implementation", "expected", "pace", "work"),
}


def test_text(pushed: District) -> None:
    """The scorecard for a terminal is the default; a terminal that is none gets no colours."""
    said = pushed.run("scorecard")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Every Student Ready\n")
    assert "0 of 3 projects done" in said.out
    assert re.search(r"Tools last read: \d+ \w+ \d{4}, \d\d:\d\d E[SD]T\b", " ".join(said.out.split()))
    assert "\x1b" not in said.out


@pytest.mark.parametrize("flags", [["--json"], ["--format", "json"]])
def test_json(pushed: District, flags: list[str]) -> None:
    """Exactly the agreed keys, with shares as numbers."""
    world = pushed.box.world
    world.complete(pushed.task("Hire the family liaison").gid)
    pushed.run("sync")
    found = pushed.run("scorecard", *flags).json
    assert found.keys() == {"plan", "as_of", "goals"}
    one, two = found["goals"]
    assert one.keys() == {"id", "title", "outcomes", "actions", "together"}
    assert one["outcomes"][0].keys() == {"id", "title", "kpis", "together"}
    [kpi] = one["outcomes"][0]["kpis"]
    assert kpi.keys() == KPI
    assert kpi["work"].keys() == {"total", "done", "cancelled", "on_hold", "deferred", "overdue"}
    [action] = two["actions"]
    assert action.keys() == {"id", "title", "progress", "pace", "projects"}
    assert action["projects"][0].keys() == {"id", "title", "progress", "done", "due", "url"}
    assert (action["progress"], action["projects"][0]["done"], kpi["implementation"]) == (1, True, 0)
    assert action["projects"][0]["url"].startswith("http")


def test_before_the_first_pass(district: District) -> None:
    """Without a store nothing is known of the work, and that is no 0; no store is made."""
    found = district.run("scorecard", "--json").json
    assert found["goals"][0]["outcomes"][0]["kpis"][0]["implementation"] is None
    assert not district.store.exists()


def test_public_holds_what_is_public(pushed: District) -> None:
    """The public form has the public KPI, and neither internal work nor anybody's name."""
    said = pushed.run("scorecard", "--audience", "public", "--format", "html")
    assert "Grade 3 ELA proficiency" in said.out
    assert "Hire the family liaison" not in said.out
    assert "ann@" not in said.out
    assert "Hire the family liaison" in pushed.run("scorecard", "--format", "html").out


def test_html_into_a_file(pushed: District) -> None:
    """`--out` writes the whole page, says so on stderr, and leaves nothing else behind."""
    before = pushed.left()
    out = pushed.folder / "card.html"
    said = pushed.run("scorecard", "--format", "html", "--out", str(out))
    assert (said.code, said.out, said.err) == (0, "", f"Written to {out}.\n")
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert pushed.left() - before == {"card.html"}


def test_csv(pushed: District) -> None:
    """One line for each KPI, action and project."""
    rows = list(csv.DictReader(io.StringIO(pushed.run("scorecard", "--format", "csv").out)))
    assert len(rows) == TASKS + 1
    assert {row["tier"] for row in rows} == {"kpi", "action", "project"}


def test_csv_into_a_file(pushed: District) -> None:
    """A spreadsheet program needs the mark at the beginning to know UTF-8; on stdout it would be in the way."""
    out = pushed.folder / "card.csv"
    printed = pushed.run("scorecard", "--format", "csv").out
    assert pushed.run("scorecard", "--format", "csv", "--out", str(out)).code == 0
    assert not printed.startswith("\ufeff")
    assert out.read_bytes().removeprefix(b"\xef\xbb\xbf") == printed.encode()
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_that_cannot_be_written(pushed: District) -> None:
    """A folder that is not there is named; exit 2."""
    said = pushed.run("scorecard", "--out", str(pushed.folder / "no" / "card.txt"))
    assert (said.code, said.out) == (2, "")
    assert f"{pushed.folder / 'no'}: there is no such folder" in said.err


def test_as_of_a_day_of_which_nothing_is_known(pushed: District) -> None:
    """Before the first pass nothing was known: that is said, with the day on which the history begins."""
    today = datetime.now(ZoneInfo("America/New_York")).date()
    for command in (("scorecard",), ("explain", "G1.O1.K1"), ("scorecard", "--format", "html")):
        said = pushed.run(*command, "--as-of", "2025-08-01")
        assert (said.code, said.out) == (2, "")
        assert "Nothing was known yet of the plan “district” on 1 August 2025" in said.err
        assert f"its history begins on {today.day} " in said.err
    assert (
        pushed.run("scorecard", "--json", "--as-of", today.isoformat()).json == pushed.run("scorecard", "--json").json
    )


@pytest.mark.parametrize("command", [("scorecard",), ("explain", "G1.O1.K1"), ("export", "--format", "csv")])
def test_as_of_a_day_to_come(pushed: District, command: tuple[str, ...]) -> None:
    """Nothing can be known of it, and it may be a year mistyped."""
    said = pushed.run(*command, "--as-of", "2199-06-10")
    assert (said.code, said.out) == (2, "")
    assert "2199-06-10 lies in the future; leave it out for how things stand now." in said.err


def test_as_of_a_day_before_any_pass(district: District) -> None:
    """Where nothing was ever noted, it says what begins the history."""
    said = district.run("scorecard", "--as-of", "2025-08-01")
    assert (said.code, said.out) == (2, "")
    assert "its history begins with the first pass" in said.err


def test_one_of_several_plans(district: District) -> None:
    """With several plans one is named; a wrong name is answered with the right one."""
    (district.folder / "second.toml").write_text(PLAN.replace('id = "district"', 'id = "second"', 1), encoding="utf-8")
    district.write_config(more='[plans.second]\nsource = "second.toml"\n')
    assert district.run("scorecard").code == 2
    assert district.run("scorecard", "--plan", "second", "--json").code == 0
    said = district.run("scorecard", "--plan", "secnd")
    assert said.code == 2
    assert "“second”" in said.err


def test_explain(pushed: District) -> None:
    """The formula and every task with weight, state and address; the JSON has the agreed keys."""
    pushed.box.world.complete(pushed.task("Train every K-3 teacher").gid)
    pushed.run("sync")
    said = pushed.run("explain", "G1.O1.K1")
    assert (said.code, said.err) == (0, "")
    assert "Train every K-3 teacher" in said.out
    found = pushed.run("explain", "G1.O1.K1", "--json").json
    assert found.keys() == {"id", "figures", "formula", "work", "readings"}
    assert all(line.keys() == {"id", "title", "weight", "state", "share", "url"} for line in found["work"])
    assert found["figures"]["implementation"] == 0.5
    assert len(found["readings"]) == 1


def test_explain_an_item_that_is_not_there(district: District) -> None:
    """The nearest ids are named; exit 2."""
    said = district.run("explain", "G1.A1.P9")
    assert (said.code, said.out) == (2, "")
    assert "G1.A1.P1" in said.err
