"""The scorecard as JSON and CSV: names and shapes that scripts rely on."""

from __future__ import annotations

import csv
import io
import json

import pytest

from syncd.plan.model import Audience
from syncd.scorecard.data import COLUMNS, as_csv, as_json, cell
from tests.scorecard import every_state
from tests.scorecard.cards import SECRETS, card


def test_json_has_the_promised_shape() -> None:
    """The JSON of a scorecard has the names and nesting that scripts rely on, and only plain values."""
    found = json.loads(json.dumps(as_json(card()), allow_nan=False))
    assert list(found) == ["plan", "as_of", "goals"]
    assert (found["plan"], found["as_of"]) == ("district", "2026-07-01")
    goal = found["goals"][0]
    assert list(goal) == ["id", "title", "outcomes", "actions", "together", "guardrails"]
    assert list(goal["outcomes"][1]) == ["id", "title", "kpis", "together"]
    assert list(goal["actions"][0]) == ["id", "title", "progress", "pace", "projects"]
    assert list(found["goals"][1]) == ["id", "title", "outcomes", "actions", "together"]


def test_json_of_a_kpi() -> None:
    """A KPI's figures are plain numbers, shares from 0 to 1, days as ISO text."""
    kpi = as_json(card())["goals"][0]["outcomes"][1]["kpis"][0]
    assert kpi == {
        "id": "G1.O1.K1",
        "title": "Grade 3 ELA proficiency",
        "unit": "%",
        "direction": "increase",
        "baseline": 54,
        "target": 70,
        "measured": 60.4,
        "measured_on": "2026-06-20",
        "attainment": 0.4,
        "implementation": 0.916667,
        "expected": 0.5,
        "pace": "on_track",
        "work": {"total": 4, "done": 3, "cancelled": 1, "on_hold": 0, "deferred": 0, "overdue": 1},
    }


def test_json_of_a_project() -> None:
    """A project says its share, whether it is done, its day and its address; what is absent is null."""
    projects = as_json(card())["goals"][0]["actions"][0]["projects"]
    assert projects[1] == {
        "id": "G1.A1.P2",
        "title": "=SUM(A1:A9) buy the books",
        "progress": 0.5,
        "done": False,
        "due": "2026-06-01",
        "url": "https://tool.example.org/0/1",
    }
    assert (projects[2]["progress"], projects[2]["url"]) == (None, None)


def test_json_of_a_band() -> None:
    """A KPI between two values has no single target: it carries both ends, and no attainment."""
    found = as_json(card())["goals"][0]["guardrails"][0]
    assert (found["target"], found["low"], found["high"], found["attainment"]) == (None, 100, 200, None)


def rows(audience: Audience = Audience.INTERNAL) -> list[dict[str, str]]:
    """The CSV read back."""
    return list(csv.DictReader(io.StringIO(as_csv(card(audience)), newline="")))


def test_csv_has_one_line_for_each_item() -> None:
    """Every KPI, guardrail, action and project has its line, under one header, with lines ended as RFC 4180 asks."""
    text = as_csv(card())
    assert text.split("\r\n")[0] == ",".join(COLUMNS)
    assert text.endswith("\r\n")
    of_items = [row for row in rows() if not row["tier"].endswith("_part")]
    assert [(row["tier"], row["id"]) for row in of_items][:4] == [
        ("kpi", "G1.K1"),
        ("kpi", "G1.O1.K1"),
        ("guardrail", "G1.R1"),
        ("action", "G1.A1"),
    ]
    assert of_items[1]["attainment"] == "0.4"
    assert of_items[0]["measured"] == ""


def test_schools_and_groups_stand_with_their_kpi() -> None:
    """In both forms, with their day and whom they are about; what must not be shown is null there, and empty here."""
    public = every_state.card()
    kpis = {kpi["id"]: kpi for goal in as_json(public)["goals"] for each in goal["outcomes"] for kpi in each["kpis"]}
    parts = {part["where"]: part for part in kpis["on_track"]["parts"]}
    assert parts["Millrace Elementary"]["measured"] is None
    assert parts["Lincoln Elementary"] == {
        "scope": "school",
        "where": "Lincoln Elementary",
        "measured": 55.2,
        "measured_on": "2026-06-12",
        "window": "end",
    }
    lines = [row for row in csv.DictReader(io.StringIO(as_csv(public), newline="")) if row["tier"] == "kpi_part"]
    lines = [row for row in lines if row["id"] == "on_track"]
    assert {row["where"]: row["measured"] for row in lines} == {
        where: "" if part["measured"] is None else str(part["measured"]) for where, part in parts.items()
    }


def test_csv_holds_no_formula() -> None:
    """Text that a spreadsheet would run as a formula is led by an apostrophe; numbers stay numbers."""
    titles = [row["title"] for row in rows()]
    assert "'=SUM(A1:A9) buy the books" in titles
    assert not any(cell.startswith(("=", "+", "@")) for row in rows() for cell in row.values())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_whatever_begins_a_formula_is_led_by_an_apostrophe(start: str) -> None:
    """Spreadsheets begin formulas with other signs than "=" too, also with wide ones; figures below nothing stay."""
    assert cell(f"{start}cmd|'/c calc'!A1") == f"'{start}cmd|'/c calc'!A1"
    assert (cell("read = write"), cell(-0.5), cell(None)) == ("read = write", -0.5, "")


@pytest.mark.parametrize("secret", SECRETS)
def test_public_data_names_nobody(secret: str) -> None:
    """Neither JSON nor CSV of a public scorecard holds a person, an address or an internal item."""
    public = card(Audience.PUBLIC)
    assert secret not in json.dumps(as_json(public))
    assert secret not in as_csv(public)
