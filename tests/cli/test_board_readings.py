"""Readings that people write into a number field of a KPI's task, in either tool, become the KPI's readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from connectors.monday import sandbox as monday
from tests.cli.district import District
from tests.cli.test_kpi_board import KPI, MONDAY

BOARD: Final = """\
[mappings.kpis]
plan = "district"
connection = "{tool}"
container = "{board}"
kpi = "task"
action = "none"
project = "none"
readings = "{field}"
[mappings.kpis.fields]
"Measured" = {{ owner = "plan", from = "measured" }}
"""


@dataclass
class Board:
    """A board of KPIs; `write` puts something into a field of the KPI's task, `read` tells what is in "Measured"."""

    district: District
    section: str
    tool: str
    key: str
    write: Callable[[str, str | None], object]
    read: Callable[[], float]
    requests: Callable[[], int]

    def configure(self, field: str = "Current value") -> None:
        """Have readings be taken from this field."""
        text = BOARD.format(tool=self.tool, board=self.key, field=field)
        self.district.write_config(more=self.section + text)


def in_asana(district: District) -> Board:
    """A project beside that of the work."""
    world = district.box.world
    project = world.add_project("KPIs").gid
    kinds = {"Current value": "number", "Measured": "number", "Remark": "text"}
    gids = {title: world.add_field(title, kind, project=project).gid for title, kind in kinds.items()}

    def write(title: str, value: str | None) -> None:
        held = value if title == "Remark" or value is None else float(value)
        world.set(district.task(KPI).gid, custom_fields={gids[title]: held})

    def read() -> float:
        return float(district.task(KPI).values[gids["Measured"]])

    return Board(district, "", "asana", project, write, read, lambda: len(district.box.requests))


def in_monday(district: District, box: monday.Sandbox) -> Board:
    """A board in another tool than that of the work."""
    world = box.world
    board = world.add_board("KPIs").id
    kinds = {"Plan ID": "text", "Current value": "numbers", "Measured": "numbers", "Remark": "text"}
    ids = {title: world.add_column(board, title, kind).id for title, kind in kinds.items()}

    def item() -> Any:
        [found] = [one for one in world.items.values() if one.name == KPI]
        return found

    def write(title: str, value: str | None) -> None:
        world.put_cells(item(), {ids[title]: value})

    def read() -> float:
        return float(item().cells[ids["Measured"]])

    def requests() -> int:
        return len(district.box.requests) + len(box.requests)

    return Board(district, MONDAY.format(base_url=box.base_url), "monday", board, write, read, requests)


@pytest.fixture(params=["asana", "monday"])
def board(request: pytest.FixtureRequest, district: District) -> Iterator[Board]:
    """It is there, its tasks are made, and readings are taken from “Current value”."""
    if request.param == "asana":
        made = in_asana(district)
        made.configure()
        district.run("sync")
        yield made
        return
    with monday.Sandbox(district.box.world.clock, token="a-token") as box:
        made = in_monday(district, box)
        made.configure()
        district.run("sync")
        yield made


def readings(district: District) -> list[tuple[float, str]]:
    """The KPI's readings with where they come from, the newest last."""
    told = district.run("explain", "G1.O1.K1", "--json").json["readings"]
    return [(one["value"], one["source"]) for one in sorted(told, key=lambda one: one["on"])]


def test_a_figure_on_the_board_is_a_reading(district: District, board: Board) -> None:
    """It says where it comes from, counts at once, and the KPI's own task shows it after the next pass."""
    assert [value for value, _ in readings(district)] == [55.5]
    board.write("Current value", "58.5")
    said = district.run("sync")
    assert said.code == 0, said.err
    [_, (value, source)] = readings(district)
    assert value == 58.5
    assert source.startswith(f"“Current value” of its task in {board.tool} (")
    [kpi] = district.run("scorecard", "--json").json["goals"][0]["outcomes"][0]["kpis"]
    assert kpi["measured"] == 58.5
    district.run("sync")
    assert board.read() == 58.5
    assert [each["updated"] for each in district.run("sync", "--json").json["passes"]] == [0, 0]


def test_a_correction_leaves_its_trail(district: District, board: Board) -> None:
    """The last figure of a day counts, the history tells of each, and an emptied field takes the day's back."""
    for value in ("85.5", "58.5", None):
        board.write("Current value", value)
        district.run("sync")
    assert [value for value, _ in readings(district)] == [55.5]
    log = district.run("scorecard", "--format", "html").out
    assert "corrected, 85.5 % → 58.5 %" in log
    assert "taken back (58.5 %)" in log


def test_a_quiet_pass_asks_nothing_more(district: District, board: Board) -> None:
    """What a task's fields hold comes with the task."""

    def quiet() -> int:
        before = board.requests()
        district.run("sync")
        return board.requests() - before

    board.write("Current value", "58.5")
    for _ in range(3):
        district.run("sync")
    with_readings = quiet()
    text = district.config.read_text(encoding="utf-8")
    district.config.write_text(text.replace('readings = "Current value"\n', ""), encoding="utf-8")
    district.run("sync")
    assert quiet() == with_readings


def test_a_field_that_holds_text_or_is_not_there(district: District, board: Board) -> None:
    """The pass says so and what to do, and so does the check; nothing is taken."""
    board.configure("Remark")
    board.write("Remark", "about 60")
    said = district.run("sync")
    assert said.code == 1
    assert "readings are to be taken from “Remark”, which holds no number (text)" in said.out
    assert "Name a number field with readings in [mappings.kpis]." in said.out
    assert [value for value, _ in readings(district)] == [55.5]
    board.configure("Nowhere")
    checked = district.run("check", "--online")
    assert "a field “Nowhere”, which is not there" in checked.out + checked.err
    assert district.run("sync").code == 1


def test_a_task_that_is_gone_takes_nothing_with_it(district: District, board: Board) -> None:
    """What was read of it stays."""
    board.write("Current value", "58.5")
    district.run("sync")
    if board.tool == "asana":
        district.box.world.delete(district.task(KPI).gid)
        district.run("sync")
    district.change_plan(("value = 55.5", "value = 55.6"))
    assert [value for value, _ in readings(district)] == [55.6, 58.5]
