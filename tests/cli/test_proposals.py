"""`syncd proposals`: listed, exported, and put into the plan with one command; the tasks of new items are followed."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from connectors.asana.sandbox import Fault
from syncd.cli.proposals import COLUMNS
from tests.cli.district import PLAN, TASKS, District

PROPOSE = 'unplanned = "propose"'
LAPTOPS = "Buy laptops"


@pytest.fixture
def proposing(pushed: District) -> District:
    """A pushed district that has its teams' own work proposed."""
    pushed.write_config(mapping=PROPOSE)
    return pushed


@pytest.fixture
def added(proposing: District) -> District:
    """Its team added a task below an action, and it was seen."""
    above = proposing.task("Adopt structured literacy").gid
    proposing.box.world.add_task(LAPTOPS, parent=above, due_on="2026-12-01")
    assert proposing.run("sync").code == 0
    return proposing


@pytest.fixture
def barred(pushed: District) -> District:
    """A pushed district whose plan may only be read, where a team moved a date."""
    (pushed.folder / "plan.toml").chmod(0o444)
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    assert pushed.run("sync").code == 0
    return pushed


def plan_of(district: District, name: str = "plan.toml") -> dict[str, Any]:
    """What a file holds as a plan."""
    return tomllib.loads((district.folder / name).read_text(encoding="utf-8"))


def live(district: District, title: str = LAPTOPS) -> int:
    """How many tasks of that title there are."""
    return sum(task.name == title and not task.deleted for task in district.box.world.tasks.values())


def test_a_teams_own_task_becomes_a_project(added: District) -> None:
    """Listed by status and by itself; one command puts it into the plan, the next sync links it, nothing is doubled."""
    [mapping] = added.run("status", "--json").json["mappings"]
    assert mapping["proposals"] == 1
    [listed] = added.run("proposals", "--json").json["proposals"]
    assert listed == dict.fromkeys(COLUMNS) | {
        "kind": "new",
        "mapping": "academics",
        "item": "G1.A1.P3",
        "title": LAPTOPS,
        "tier": "project",
        "under": "G1.A1",
        "due": "2026-12-01",
        "url": listed["url"],
    }
    said = added.run("proposals", "apply", "G1.A1.P3")
    assert said.code == 0
    assert "Put into the plan: 1 proposal\n    G1.A1.P3  Buy laptops\n" in said.out
    text = (added.folder / "plan.toml").read_text(encoding="utf-8")
    [_, _, project] = plan_of(added)["goals"][0]["actions"][0]["projects"]
    assert (project["id"], project["title"], str(project["due"])) == ("G1.A1.P3", LAPTOPS, "2026-12-01")
    assert text.startswith(PLAN[: PLAN.index('[[goals]]\nid = "G2"')].rstrip())
    assert "syncd:district/G1.A1.P3" in added.task(LAPTOPS).notes

    after = added.run("sync", "--json").json["passes"][0]
    assert (after["created"], after["adopted"]) == (0, 1)
    assert added.run("status", "--json").json["mappings"][0]["links"] == TASKS + 1
    added.box.world.complete(added.task(LAPTOPS).gid)
    added.run("sync")
    assert live(added) == 1
    [work] = [line for line in added.run("explain", "G1.A1", "--json").json["work"] if line["id"] == "G1.A1.P3"]
    assert work["share"] == 1
    assert added.run("proposals").out == "Nothing is proposed.\n"
    kinds = [line["kind"] for line in added.run("log", "G1.A1.P3", "--json").json["entries"]]
    assert kinds[:3] == ["propose", "write_back", "adopt"]
