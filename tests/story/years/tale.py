"""Riverbend lives through its plan: readings come in, the plan is edited, teams work, and at times it is published."""

from __future__ import annotations

import copy
import csv
import json
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from connectors.asana.sandbox import Sandbox
from connectors.asana.sandbox.records import Task
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.publishing.publish import publish
from syncd.scorecard.data import json_lines
from syncd.scorecard.filed import indented
from tests.cli.district import run
from tests.story.calendar import Calendar
from tests.story.years.edits import ALL_SCHOOLS, EDITS, LATER_AT_SCHOOL
from tests.story.years.naive import Naive
from tests.story.years.work import Seen

ZONE = ZoneInfo("America/New_York")
TOKEN = "2/1200/a-token-that-nobody-may-see"
RIVERBEND = Path(__file__).parents[3] / "examples" / "riverbend"
BEGINS, ENDS = date(2025, 6, 27), date(2029, 9, 28)
TO_TYPE = timedelta(days=9)
"""How long after its day a reading is written down."""
MARKER = re.compile(r"syncd:district/(\S+)")
CONFIG = """\
timezone = "America/New_York"
[store]
url = "sqlite:///syncd.db"
[server]
listen = "127.0.0.1:0"
[connections.asana]
kind = "asana"
token = "{token}"
base_url = "{base_url}"
[plans.district]
source = "plan.json"

[mappings.academics]
plan = "district"
connection = "asana"
container = {{ name = "Academics" }}
select = ["G1", "G2"]
[mappings.academics.limits]
max_changes = 10000

[mappings.support]
plan = "district"
connection = "asana"
container = {{ name = "Support" }}
select = ["G3", "G4"]
group_by = "action"
action = "none"
project = "task"
[mappings.support.progress]
project = "subtasks"
[mappings.support.limits]
max_changes = 10000
"""
Reading = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What was published on a day, and what must have been."""

    naive: Naive
    inside: str
    public: str
    """What scorecard.json holds where it is published, byte for byte."""


@dataclass
class Years:
    """The district, its board, and what was told on each day of publication."""

    folder: Path
    box: Sandbox
    calendar: Calendar
    chance: random.Random
    every: int
    """How many days of telling there are for one on which it is published."""
    plan: dict[str, Any] = field(init=False)
    coming: list[tuple[date, str, Reading]] = field(init=False)
    edits: list[Any] = field(default_factory=lambda: list(EDITS))
    told: dict[date, Told] = field(default_factory=dict)
    last: dict[str, Seen] = field(default_factory=dict)
    app: App = field(init=False)

    def __post_init__(self) -> None:
        self.plan, self.coming = beginning()
        (self.folder / "config.toml").write_text(
            CONFIG.format(token=TOKEN, base_url=self.box.base_url), encoding="utf-8"
        )
        self.write()
        self.app = App(load_config(self.folder / "config.toml"), self.calendar, threads=False)

    @property
    def today(self) -> date:
        """The district's day."""
        return self.calendar.now().astimezone(ZONE).date()

    @property
    def site(self) -> Path:
        """The published folder."""
        return self.folder / "public"

    # The plan

    def write(self) -> None:
        """Make this the plan's files: readings that come by CSV stand there."""
        plan, rows = copy.deepcopy(self.plan), []
        for kpi in kpis(plan):
            if "readings_from" in kpi:
                rows += [{"kpi": kpi["id"], **each} for each in kpi.pop("readings", ())]
        (self.folder / "plan.json").write_text(json.dumps(plan, default=str), encoding="utf-8")
        with (self.folder / "readings.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(
                file, ("kpi", "value", "on", "window", "scope", "where", "n"), extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(rows)

    def read(self) -> None:
        """What the plan's file holds by now: dates that teams set come into it."""
        found = json.loads((self.folder / "plan.json").read_text(encoding="utf-8"))
        mine = {kpi["id"]: kpi.get("readings", []) for kpi in kpis(self.plan)}
        for kpi in kpis(found):
            kpi["readings"] = mine[kpi["id"]]
        self.plan = found

    # What happens

    def live(self, weeks: int) -> None:
        """Some weeks pass, in which people type and work; then a pass is made, and the day is told and published."""
        self.calendar.sleep(timedelta(weeks=weeks).total_seconds())
        self.land()
        while self.edits and self.edits[0][0] <= self.today:
            self.edits.pop(0)[1](self.plan)
        self.write()
        self.work(weeks)
        self.calendar.sleep(60)
        for report in self.app.sync():
            assert report.stop is None, report.stop
            assert not report.counts["failed"], report.findings
        self.read()
        self.tell()

    def land(self) -> None:
        """Write down the readings whose time has come."""
        known = {kpi["id"]: kpi for kpi in kpis(self.plan)}
        due = [each for each in self.coming if each[0] + TO_TYPE <= self.today]
        for each in due:
            _, name, reading = each
            if name in known:
                known[name].setdefault("readings", []).append(reading)
                self.coming.remove(each)

    def work(self, weeks: int) -> None:
        """What teams do on their boards in that time."""
        world, chance = self.box.world, self.chance
        for name, task in sorted(self.tasks().items()):
            due = date.fromisoformat(task.due_on) if task.due_on else self.today + timedelta(days=400)
            if task.completed:
                if chance.random() < 0.004 * weeks:
                    world.complete(task.gid, done=False)
                continue
            if name.startswith(("G3", "G4")):
                self.go_on(task, weeks)
            near = (due - self.today).days
            likely = 0.3 if near < 14 else 0.06 if near < 100 else 0.002
            if chance.random() < likely * weeks:
                world.complete(task.gid)
            elif near < 60 and chance.random() < 0.01 * weeks:
                world.set(task.gid, due_on=(self.today + timedelta(days=chance.randint(20, 200))).isoformat())
            elif ".P" in name and chance.random() < 0.0008 * weeks:
                world.delete(task.gid)

    def go_on(self, task: Task, weeks: int) -> None:
        """A team makes steps of its own below a task, and does some."""
        world, chance = self.box.world, self.chance
        steps = [world.tasks[each] for each in task.subtasks if not world.tasks[each].deleted]
        if not steps and chance.random() < 0.1 * weeks:
            for number in range(chance.randint(2, 5)):
                world.add_task(f"Step {number + 1}", parent=task.gid)
        for step in steps:
            if not step.completed and chance.random() < 0.05 * weeks:
                world.complete(step.gid)

    def tasks(self) -> dict[str, Task]:
        """The live tasks on the boards by the plan's id that is written on them."""
        found: dict[str, Task] = {}
        for task in self.box.world.tasks.values():
            text = " ".join([task.notes, *map(str, task.values.values())])
            if not task.deleted and (marker := MARKER.search(text)):
                assert found.setdefault(marker[1], task) is task, f"{marker[1]} is there twice"
        return found

    def board(self) -> dict[str, Seen]:
        """What teams' boards say; of a task that was deleted, what they last said."""
        found: dict[str, Seen] = {}
        world = self.box.world
        for name, task in self.tasks().items():
            below = [world.tasks[each] for each in task.subtasks if not world.tasks[each].deleted]
            steps = (sum(step.completed for step in below), len(below)) if name.startswith(("G3", "G4")) else None
            found[name] = Seen(
                url=f"{world.site}/0/{next(iter(task.homes), 0)}/{task.gid}",
                done=task.completed,
                due=date.fromisoformat(task.due_on) if task.due_on else None,
                steps=steps,
            )
        for name, seen in self.last.items():
            if name not in found:
                found[name] = Seen(seen.url, seen.done, seen.due, seen.steps, gone=True)
        self.last = dict(found)
        return found

    # What is told

    def command(self, *arguments: str) -> str:
        """What a command prints on the story's clock."""
        with patch("syncd.cli.opening.App", partial(App, clock=self.calendar, threads=False)):
            said = run("--config", str(self.folder / "config.toml"), *arguments)
        assert said.code == 0, said
        return said.out

    def tell(self) -> None:
        """Keep what is said beside what is to be said; on some days it is published as well."""
        naive = Naive(copy.deepcopy(self.plan), self.board(), self.today)
        public = self.outside()
        if len(self.told) % self.every == 0:
            [done] = publish(self.app, self.site)
            assert done.kept == self.today.isoformat()
            assert (self.site / "scorecard.json").read_text(encoding="utf-8") == public
        self.told[self.today] = Told(naive, self.inside(), public)

    def outside(self, as_of: date | None = None) -> str:
        """The public scorecard as JSON, as it is published."""
        return "".join(json_lines(self.app.scorecard(audience=Audience.PUBLIC, as_of=as_of)))

    def inside(self, as_of: date | None = None) -> str:
        """The office's scorecard as JSON."""
        return indented(self.app.scorecard(audience=Audience.INTERNAL, as_of=as_of))


def kpis(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All KPIs and guardrails."""
    for goal in plan["goals"]:
        yield from goal.get("kpis", ())
        yield from goal.get("guardrails", ())
        for outcome in goal.get("outcomes", ()):
            yield from outcome.get("kpis", ())


def beginning() -> tuple[dict[str, Any], list[tuple[date, str, Reading]]]:
    """The plan of the example on its first day, and the readings of the years that follow."""
    given = tomllib.loads((RIVERBEND / "plan.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    plan = json.loads(json.dumps(given, default=str))
    with (RIVERBEND / "readings.csv").open(encoding="utf-8", newline="") as file:
        rows = [{key: value for key, value in row.items() if value} for row in csv.DictReader(file)]
    coming: list[tuple[date, str, Reading]] = []
    for kpi in kpis(plan):
        readings = kpi.pop("readings", []) + [each for each in rows if each["kpi"] == kpi["id"]]
        found = [{key: value for key, value in each.items() if key != "kpi"} for each in readings]
        kpi["readings"] = []
        coming += [(date.fromisoformat(each["on"]), kpi["id"], each) for each in [*found, *years_on(kpi, found)]]
    coming += [(date.fromisoformat(str(each["on"])), "G1.O1.K9", {**each}) for each in LATER_AT_SCHOOL]
    coming += [(date.fromisoformat(str(each["on"])), "G1.O2.K1", {**each}) for each in ALL_SCHOOLS]
    coming.sort(key=lambda each: (each[0], each[1]))
    return plan, coming


def years_on(kpi: dict[str, Any], readings: list[Reading]) -> Iterator[Reading]:
    """The readings of a KPI's last known year again in each year that follows, a part of the way further."""
    newest = max((each["on"] for each in readings), default="")
    last = [each for each in readings if newest and after(each["on"], 1) > newest]
    chance = random.Random(kpi["id"])
    for year in range(1, 4):
        pace = Decimal(chance.randint(-10, 60)) / 100
        for each in last:
            on = after(each["on"], year)
            if on <= ENDS.isoformat():
                value = each["value"] if not is_figure(each) else further(kpi, Decimal(str(each["value"])), pace * year)
                yield {**each, "on": on, "value": value}


def after(day: str, years: int) -> str:
    """The same weekday so many years later."""
    return (date.fromisoformat(day) + timedelta(weeks=52 * years)).isoformat()


def is_figure(reading: Reading) -> bool:
    """Whether a reading's value is known."""
    return re.fullmatch(r"-?[\d.]+", str(reading["value"])) is not None


def further(kpi: dict[str, Any], value: Decimal, part: Decimal) -> str:
    """A value moved on by a part of the way that is left to the target."""
    target = kpi.get("target", {}).get("value") or (kpi.get("target", {}).get("low"))
    aim = Decimal(target) if target and re.fullmatch(r"[\d.]+", str(target)) else value + 4
    moved = value + (aim - value) * part + (Decimal("0.3") if aim == value else 0)
    return str(max(Decimal(0), min(moved, Decimal(100) if kpi.get("unit") == "%" else moved)).quantize(Decimal("0.1")))


def start() -> Calendar:
    """The clock on the story's first day, in the afternoon."""
    return Calendar(datetime(BEGINS.year, BEGINS.month, BEGINS.day, 15, tzinfo=ZONE).astimezone(ZoneInfo("UTC")))
