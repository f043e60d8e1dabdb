"""A task that a team completes moves implementation by exactly its share, and the measured attainment not at all."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from tests.cli.district import District
from tests.process.hurry import Hurried, command

pytestmark = pytest.mark.process

WORK = """
[[goals.actions]]
id = "G1.A1"
title = "Adopt structured literacy"
weight = 3
[[goals.actions.projects]]
id = "G1.A1.P1"
title = "Train every teacher"
weight = 3
[[goals.actions.projects]]
id = "G1.A1.P2"
title = "Choose the books"
[[goals.actions]]
id = "G1.A2"
title = "Screen every child"
[[goals.actions.projects]]
id = "G1.A2.P1"
title = "Buy the screener"
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the scorecard says of the KPI, the first action and its first project."""

    project: float
    action: float
    implementation: float
    attainment: float


def figures(district: District, clock: Hurried) -> Figures:
    """The scorecard as it stands."""
    card = json.loads(command(district, clock, "scorecard", "--format", "json").out)
    [goal] = card["goals"]
    kpi, action = goal["outcomes"][0]["kpis"][0], goal["actions"][0]
    project = action["projects"][0]
    return Figures(project["progress"], action["progress"], kpi["implementation"], kpi["attainment"])


def test_a_completed_task_moves_exactly_its_share(district: District, clock: Hurried) -> None:
    """Its project is done, its action three of four parts, the KPI three of four parts of that; the reading stays."""
    start = (district.folder / "plan.toml").read_text(encoding="utf-8").partition("[[goals.actions]]")[0]
    district.write_plan(start + WORK)
    assert command(district, clock, "sync").code == 0
    before = figures(district, clock)
    assert (before.project, before.action, before.implementation) == (0, 0, 0)

    district.box.world.complete(district.task("Train every teacher").gid)
    assert command(district, clock, "sync").code == 0

    after = figures(district, clock)
    assert (after.project, after.action, after.implementation) == (1, 0.75, 0.5625)
    assert after.attainment == before.attainment == pytest.approx(1.5 / 16)
    told = command(district, clock, "explain", "G1.O1.K1", "--json").json
    why = {work["id"]: (work["weight"], work["share"], work["state"]) for work in told["work"]}
    assert why == {
        "G1.A1.P1": (0.5625, 1, "done"),
        "G1.A1.P2": (0.1875, 0, "not_started"),
        "G1.A2.P1": (0.25, 0, "not_started"),
    }
    assert all(work["url"].endswith(f"/{district.task(work['title']).gid}") for work in told["work"])
