"""A board of KPIs beside the work: their figures stand on their own tasks, in either tool, and follow the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from connectors.monday import sandbox as monday
from syncd.progress.pace import Pace
from syncd.scorecard.words import word
from tests.cli.district import TASKS, District

FIELDS: Final = {"Measured": "number", "On the way": "number", "Work done": "number", "As of": "date", "State": "text"}
_COLUMNS: Final = {"number": "numbers"}
KPI: Final = "Grade 3 ELA proficiency"
BOARD: Final = """\
[mappings.kpis]
plan = "district"
connection = "{tool}"
container = "{board}"
kpi = "task"
action = "none"
project = "none"
[mappings.kpis.fields]
"Measured" = {{ owner = "plan", from = "measured" }}
"As of" = {{ owner = "plan", from = "measured_on" }}
"On the way" = {{ owner = "plan", from = "attainment" }}
"Work done" = {{ owner = "plan", from = "implementation" }}
"State" = {{ owner = "plan", from = "pace" }}
"""
MONDAY: Final = """\
[connections.monday]
kind = "monday"
token = "a-token"
base_url = "{base_url}"
"""


class Board:
    """The board of KPIs, in one of the tools; `figures` tells what stands on the KPI's task."""

    def __init__(
        self, district: District, section: str, tool: str, board: str, figures: Callable[[], dict[str, Any]]
    ) -> None:
        self.figures = figures
        district.write_config(more=section + BOARD.format(tool=tool, board=board))


def in_asana(district: District) -> Board:
    """A project of KPIs beside that of the work."""
    world = district.box.world
    project = world.add_project("KPIs").gid
    names = {world.add_field(title, kind, project=project).gid: title for title, kind in FIELDS.items()}

    def figures() -> dict[str, Any]:
        return {names[gid]: _plain(held) for gid, held in district.task(KPI).values.items() if gid in names}

    return Board(district, "", "asana", project, figures)


def in_monday(district: District, box: monday.Sandbox) -> Board:
    """A board of KPIs in another tool than that of the work."""
    world = box.world
    board = world.add_board("KPIs").id
    world.add_column(board, "Plan ID", "text")
    names = {world.add_column(board, title, _COLUMNS.get(kind, kind)).id: title for title, kind in FIELDS.items()}

    def figures() -> dict[str, Any]:
        [item] = [one for one in world.items.values() if one.name == KPI]
        return {names[column]: _plain(held) for column, held in item.cells.items() if column in names}

    return Board(district, MONDAY.format(base_url=box.base_url), "monday", board, figures)


def _plain(held: Any) -> Any:
    """A day as a day, a number as a number, whichever tool keeps it."""
    held = held["date"] if isinstance(held, dict) else held
    return float(held) if str(held).replace(".", "").isdigit() else held


@pytest.fixture(params=["asana", "monday"])
def board(request: pytest.FixtureRequest, district: District) -> Iterator[Board]:
    """It is there, with its columns, and the district's configuration names it."""
    if request.param == "asana":
        yield in_asana(district)
        return
    with monday.Sandbox(district.box.world.clock, token="a-token") as box:
        yield in_monday(district, box)


def state(district: District) -> str:
    """How the KPI stands today, in the word of the scorecard."""
    goal = district.run("scorecard", "--json").json["goals"][0]
    return word(Pace(goal["outcomes"][0]["kpis"][0]["pace"]))


def test_figures_follow_the_work(district: District, board: Board) -> None:
    """A team closes a task: the work done stands on the KPI's own task after the same run; then nothing is sent."""
    first = district.run("sync", "--json")
    assert [each["created"] for each in first.json["passes"]] == [TASKS, 1], first.err
    before = {"Measured": 55.5, "As of": "2026-01-31", "On the way": 9, "Work done": 0}
    assert board.figures() == before | {"State": state(district)}

    district.box.world.complete(district.task("Train every K-3 teacher").gid)
    again = district.run("sync", "--json").json["passes"]
    assert [each["updated"] for each in again] == [0, 1]
    assert board.figures() == before | {"Work done": 50, "State": state(district)}
    assert [each["updated"] for each in district.run("sync", "--json").json["passes"]] == [0, 0]
    told = district.run("log", "G1.O1.K1", "--field", "Work done").out
    assert "0 → 50" in told


def test_a_reading_that_comes_in(district: District, board: Board) -> None:
    """It changes what it changes, and a KPI that leaves the plan leaves its task behind, with its last figures."""
    district.run("sync")
    district.change_plan(("{ value = 55.5, on = 2026-01-31 }", "{ value = 58, on = 2026-06-10 }"))
    assert "Measured" in district.run("diff").out
    district.run("sync")
    after = {"Measured": 58, "As of": "2026-06-10", "On the way": 25, "Work done": 0}
    assert board.figures() == after | {"State": state(district)}
    text = (district.folder / "plan.toml").read_text(encoding="utf-8")
    start, end = text.index("[[goals.outcomes.kpis]]"), text.index("[[goals.actions]]")
    district.write_plan(text[:start] + text[end:])
    last = district.run("sync", "--json").json["passes"]
    assert [(each["archived"], each["failed"]) for each in last] == [(0, 0), (1, 0)]
    assert board.figures()["Measured"] == 58


def test_a_district_without_such_a_board_sees_no_kpi(district: District) -> None:
    """KPIs are no work."""
    district.run("sync")
    assert not [task for task in district.box.world.tasks.values() if task.name == KPI]


def test_the_work_comes_first_whatever_the_connections_are_called(district: District) -> None:
    """A board of KPIs at a connection that stands before the other in the alphabet has the figures of the same run."""
    with monday.Sandbox(district.box.world.clock, token="a-token") as box:
        board = in_monday(district, box)
        text = district.config.read_text(encoding="utf-8")
        text = text.replace("[connections.monday]", "[connections.a]").replace(
            'connection = "monday"', 'connection = "a"'
        )
        district.config.write_text(text, encoding="utf-8")
        district.run("sync")
        district.box.world.complete(district.task("Train every K-3 teacher").gid)
        district.run("sync")
        assert board.figures()["Work done"] == 50
